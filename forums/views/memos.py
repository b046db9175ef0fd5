"""The memo: reading and commenting, writing with two at once, terms, approval, publication, revisions, PDF."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import public_page, sign_in_required
from accounts.roles import current_user
from common import clock
from common.policies import allowed, get_allowed, may
from documents.views import serve
from forums.forms.memos import MemoAnswerForm, MemoCommentForm, MemoTermsForm, MemoTextForm, MemoUntilForm
from forums.life_cycles_after import MEMO
from forums.memo_content import places, reading
from forums.models import Event, Memo, MemoComment, SeenBy, SignUp
from forums.views.after_pages import event_crumbs, event_desk_crumbs, managed_event, trail
from forums.views.materials import by_key
from forums.workflow.memos import (
    Saved,
    add_memo_comment,
    answer_memo_comment,
    approve_memo,
    ask_memo_comments,
    is_writer,
    publish_memo,
    reopen_memo,
    save_memo,
    set_memo_terms,
    start_memo,
)
from liaisons.differences import difference
from liaisons.views.pages import Crumb, act_and_return, ask
from organisations.views.helpers import attempt

COMMENT_DAYS = timedelta(days=7)


def _memo_url(event_id: int) -> str:
    return reverse("forums:memo", args=[event_id])


def _open(request: HttpRequest, event_id: int) -> tuple[Memo, SignUp | None]:
    """Return the memo for whoever may read it now: by policy, or by the own key of a sign-up."""
    rows = allowed("forums.memo.view", request.user, now=clock.now()).select_related("event", "document")
    found = rows.filter(event=event_id).first()
    sign_up = by_key(request, event_id)
    if found is None and sign_up is not None:
        found = (
            Memo.objects.filter(event=event_id, state__in=("commenting", "published"))
            .select_related("event", "document")
            .first()
        )
    if found is None:
        raise Http404
    return found, sign_up


@public_page
def memo(request: HttpRequest, pk: int) -> HttpResponse:
    """The memo of event ``pk``: its text, who was there, comments while they are asked, and what a writer may do."""
    found, sign_up = _open(request, pk)
    now = clock.now()
    writes = request.user.is_authenticated and is_writer(found, request.user, now)
    in_time = found.state == "commenting" and found.comments_until is not None and now <= found.comments_until
    comments = in_time and (sign_up is not None or may("forums.memo.comment", request.user, found, now=now))
    context = {
        "memo": found,
        "event": found.event,
        "reading": reading(found),
        "latest": found.revisions.select_related("by").first() if writes else None,
        "comments": found.comments.all() if writes or comments else [],
        "comment_form": MemoCommentForm() if comments else None,
        "key": sign_up.token if sign_up else "",
        "writes": writes,
        "approves": may("forums.memo.approve", request.user, found, now=now),
        "word": MEMO.label(found.state),
        "can_edit": writes and MEMO.allows(found.state, "save"),
        "can_ask": writes and MEMO.allows(found.state, "ask_comments"),
        "trail": trail(event_crumbs(found.event), _("Muistio")),
    }
    return render(request, "forums/after/memo.html", context)


@sign_in_required
@require_POST
def memo_start(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin the memo."""
    event: Event = managed_event(request, pk)
    by = current_user(request)
    if attempt(request, lambda: start_memo(event, by=by, now=clock.now())):
        return redirect("forums:memo_edit", pk=pk)
    return redirect("forums:event_desk", pk)


def _written(request: HttpRequest, event_id: int) -> Memo:
    rows = allowed("forums.memo.write", request.user, now=clock.now()).select_related("event")
    found: Memo = get_object_or_404(rows, event=event_id)
    return found


@sign_in_required
def memo_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the text. Where another person has written into the same place meanwhile, both texts are shown."""
    found = _written(request, pk)
    if not MEMO.allows(found.state, "save"):
        return redirect(_memo_url(pk))
    shown = places(found.event)
    latest: Any = found.revisions.select_related("by").first()
    if request.method != "POST":
        initial = {"base": latest.number, **latest.content}
        return _edit_page(request, found, MemoTextForm(places=shown, initial=initial), [])
    form = MemoTextForm(request.POST, places=shown)
    if not form.is_valid():
        return _edit_page(request, found, form, [], status=422)
    by = current_user(request)
    act = {"base": form.cleaned_data["base"], "texts": form.texts, "by": by, "now": clock.now()}
    saved: Saved | None = attempt(request, lambda: save_memo(found, **act))
    if saved is None:
        return redirect(_memo_url(pk))
    if saved.is_conflict:
        return _conflict_page(request, found, shown, saved)
    if saved.merged.took_theirs:
        messages.info(request, _("Toinen kirjoitti samaan aikaan muihin kohtiin. Molempien tekstit ovat mukana."))
    messages.success(request, _("Muistio on tallennettu."))
    return redirect("forums:memo_edit" if "jatka" in request.POST else "forums:memo", pk)


def _conflict_page(request: HttpRequest, found: Memo, shown: Any, saved: Saved) -> HttpResponse:
    """Show both texts; the next saving begins on the other's revision, so that the person's choice stands."""
    mine = saved.merged.content
    form = MemoTextForm(places=shown, initial={"base": saved.revision.number, **mine})
    labels = {place.key: place.label for place in shown}
    theirs = [
        {"key": key, "label": labels[key], "text": text, "pieces": difference(text, mine.get(key, ""))}
        for key, text in saved.merged.both.items()
    ]
    return _edit_page(request, found, form, theirs, status=409)


def _edit_page(
    request: HttpRequest, found: Memo, form: MemoTextForm, theirs: list[dict[str, Any]], status: int = 200
) -> HttpResponse:
    latest: Any = found.revisions.select_related("by").first()
    context = {
        "memo": found,
        "form": form,
        "theirs": theirs,
        "other": latest.by,
        "latest": latest,
        "comments": found.comments.all(),
        "back_url": _memo_url(found.event_id),
        "trail": trail(_pairs(found), _("Kirjoita")),
    }
    return render(request, "forums/after/memo_edit.html", context, status=status)


def _pairs(found: Memo) -> list[Crumb]:
    return event_desk_crumbs(found.event, (_memo_url(found.event_id), _("Muistio")))


@sign_in_required
def memo_terms(request: HttpRequest, pk: int) -> HttpResponse:
    """Who writes, whether names are shown, who reads."""
    rows = allowed("forums.memo.approve", request.user, now=clock.now()).select_related("event")
    found: Memo = get_object_or_404(rows, event=pk)
    initial = {
        "writers": "\n".join(found.writers.values_list("email", flat=True)),
        "names_people": found.names_people,
        "seen_by": found.seen_by,
    }
    form = MemoTermsForm(request.POST or None, initial=initial)
    by = current_user(request)
    return ask(
        request,
        form,
        lambda: set_memo_terms(found, **form.cleaned_data, by=by, now=clock.now()),
        done=_("Muistion asetukset on tallennettu."),
        to=_memo_url(pk),
        heading=_("Kuka kirjoittaa ja kuka lukee"),
        submit=_("Tallenna"),
        trail=_pairs(found),
    )


@sign_in_required
def memo_comments(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask those who took part to comment on the draft."""
    found = _written(request, pk)
    now = clock.now()
    form = MemoUntilForm(request.POST or None, initial={"until": now + COMMENT_DAYS})
    by = current_user(request)
    return ask(
        request,
        form,
        lambda: ask_memo_comments(found, until=form.cleaned_data["until"], by=by, now=now),
        done=_("Luonnos on lähetetty kommentoitavaksi."),
        to=_memo_url(pk),
        heading=_("Pyydä kommentteja"),
        submit=_("Lähetä kommentoitavaksi"),
        trail=_pairs(found),
        lead=_("Osallistujat saavat linkin luonnokseen."),
    )


@public_page
@require_POST
def memo_comment(request: HttpRequest, pk: int) -> HttpResponse:
    """Send a comment on the draft."""
    found, sign_up = _open(request, pk)
    form = MemoCommentForm(request.POST)
    to = f"{_memo_url(pk)}?avain={sign_up.token}" if sign_up else _memo_url(pk)
    if not form.is_valid():
        messages.error(request, _("Kirjoita kommentti."))
        return redirect(to)
    if sign_up is None and not request.user.is_authenticated:
        raise Http404
    by = None if sign_up else current_user(request)
    words = form.cleaned_data["text"]
    return act_and_return(
        request,
        lambda: add_memo_comment(found, text=words, by=by, sign_up=sign_up, now=clock.now()),
        _("Kiitos. Kommenttisi on lähetetty."),
        to,
    )


@sign_in_required
def memo_comment_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell what became of a comment."""
    rows = allowed("forums.memo_comment.answer", request.user, now=clock.now()).select_related("memo__event")
    found: MemoComment = get_object_or_404(rows, pk=pk)
    form = MemoAnswerForm(request.POST or None, initial={"answer": found.answer})
    by = current_user(request)
    return ask(
        request,
        form,
        lambda: answer_memo_comment(found, answer=form.cleaned_data["answer"], by=by, now=clock.now()),
        done=_("Vastaus on tallennettu."),
        to=_memo_url(found.memo.event_id),
        heading=_("Vastaa kommenttiin"),
        submit=_("Tallenna"),
        trail=_pairs(found.memo),
        lead=found.text,
    )


@sign_in_required
@require_POST
def memo_act(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve, reopen or publish."""
    found: Memo = get_allowed("forums.memo.approve", request.user, now=clock.now(), event=pk)
    verbs = {
        "approve": (approve_memo, _("Muistio on hyväksytty.")),
        "reopen": (reopen_memo, _("Muistiota voi taas kirjoittaa.")),
        "publish": (publish_memo, _("Muistio on julkaistu. Osallistujat saavat viestin.")),
    }
    chosen = verbs.get(request.POST.get("act", ""))
    if chosen is None:
        return redirect(_memo_url(pk))
    verb, said = chosen
    by = current_user(request)
    return act_and_return(request, lambda: verb(found, by=by, now=clock.now()), said, _memo_url(pk))


@sign_in_required
def memo_revisions(request: HttpRequest, pk: int) -> HttpResponse:
    """Every saved text: who, when, and what changed."""
    found = _written(request, pk)
    rows = list(found.revisions.select_related("by")[:50])
    labels = {place.key: place.label for place in places(found.event)}
    steps = []
    for row, before in zip(rows, [*rows[1:], None], strict=True):
        old = before.content if before else {}
        changed = [
            {"label": labels.get(key, _("Muuta")), "pieces": difference(old.get(key, ""), text)}
            for key, text in row.content.items()
            if text != old.get(key, "")
        ]
        steps.append({"revision": row, "changed": changed})
    context = {"memo": found, "steps": steps, "trail": trail(_pairs(found), _("Versiot"))}
    return render(request, "forums/after/memo_revisions.html", context)


@public_page
@require_safe
def memo_pdf(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The published memo as it was stored."""
    found, _sign_up = _open(request, pk)
    if found.document is None:
        raise Http404
    return serve(request, found.document)


def shown_to_all(found: Memo) -> bool:
    """Tell whether the memo is published for everybody who sees the event."""
    return found.state == "published" and found.seen_by == SeenBy.PUBLIC
