"""Pages of the co-operation document: the public one, the coordinator's desk and drafts."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import public_page, sign_in_required
from common import clock
from common.errors import Refused
from common.policies import allowed
from documents.views import serve
from liaisons.views.pages import Crumb, act_and_return
from liaisons.views.pages import ask as ask_form
from organisations.views.helpers import attempt
from reports.cooperation import BY_KEY, draft_chapters, frozen_chapters
from reports.forms.cooperation import BeginForm, ChapterForm, DecideForm, SendForm
from reports.models import CooperationChapter, CooperationDocument
from reports.policies.annual import may_make_reports
from reports.workflow import cooperation as workflow

_WITH = ("body", "document", "round")


@public_page
def cooperation(request: HttpRequest) -> HttpResponse:
    """The document in force, or what will be here."""
    rows = allowed("reports.cooperation.read", request.user, now=clock.now())
    return _public(request, rows.filter(state="decided").select_related(*_WITH).first())


@public_page
def cooperation_old(request: HttpRequest, pk: int) -> HttpResponse:
    """A document that a newer one has replaced; the one in force has an address of its own."""
    rows = allowed("reports.cooperation.read", request.user, now=clock.now()).select_related(*_WITH)
    found: CooperationDocument = get_object_or_404(rows, pk=pk)
    return redirect(found) if found.state == "decided" else _public(request, found)


def _public(request: HttpRequest, found: CooperationDocument | None) -> HttpResponse:
    now = clock.now()
    coming = CooperationDocument.objects.filter(state="commenting").select_related("round").order_by("-pk").first()
    rounds = allowed("liaisons.round.public", request.user, now=now)
    older = allowed("reports.cooperation.read", request.user, now=now).filter(state="replaced")
    context = {
        "document": found,
        "chapters": frozen_chapters(found) if found else [],
        "body_name": found.body.name_on(found.decided_on) if found and found.body and found.decided_on else "",
        "as_of": found.contents.get("as_of") if found else None,
        "round": found.round if found and found.round and rounds.filter(pk=found.round_id).exists() else None,
        "coming": coming.round if coming and coming.round and coming.round.takes_comments(now) else None,
        "older": list(older.exclude(pk=found.pk if found else None).order_by("-decided_on")[:20]),
        "makes": may_make_reports(request.user, now),
    }
    return render(request, "reports/cooperation/public.html", context)


@public_page
def cooperation_pdf(request: HttpRequest, pk: int) -> FileResponse:
    """The stored PDF of a decided document."""
    rows = allowed("reports.cooperation.read", request.user, now=clock.now()).select_related("document")
    found: CooperationDocument = get_object_or_404(rows, pk=pk)
    if found.document is None:
        raise Http404
    return serve(request, found.document)


@sign_in_required
def cooperation_desk(request: HttpRequest) -> HttpResponse:
    """The coordinator's list of documents, and beginning one."""
    now = clock.now()
    if not may_make_reports(request.user, now):
        raise Http404
    form = BeginForm(request.POST if request.method == "POST" else None, now=now)
    if request.method == "POST" and form.is_valid():
        made = attempt(request, lambda: workflow.begin_document(**form.cleaned_data, by=request.user, now=now), form)
        if made:
            return redirect("reports:cooperation_edit", made.pk)
    rows = allowed("reports.cooperation.manage", request.user, now=now).select_related("body")
    return render(request, "reports/cooperation/desk.html", {"rows": rows[:50], "form": form})


def _managed(request: HttpRequest, pk: int) -> CooperationDocument:
    rows = allowed("reports.cooperation.manage", request.user, now=clock.now()).select_related(*_WITH)
    found: CooperationDocument = get_object_or_404(rows, pk=pk)
    return found


def _draft(request: HttpRequest, pk: int) -> CooperationDocument:
    """Return a document that may still be written."""
    found = _managed(request, pk)
    if not found.is_open:
        raise Http404
    return found


def _trail(found: CooperationDocument | None = None) -> list[Crumb]:
    trail = [
        (reverse("portal:desk"), _("Työpöytä")),
        (reverse("reports:cooperation_desk"), _("Järjestöyhteistyön asiakirja")),
    ]
    return trail if found is None else [*trail, (reverse("reports:cooperation_edit", args=[found.pk]), found.term)]


@sign_in_required
def cooperation_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """A draft: its next step, and each chapter with its text and what the portal knows of it."""
    now = clock.now()
    found = _managed(request, pk)
    if not found.is_open:
        return redirect(found)
    context = {"document": found, "chapters": draft_chapters(found, now), **_step(found, now)}
    return render(request, "reports/cooperation/edit.html", context)


def _step(found: CooperationDocument, now: Any) -> dict[str, Any]:
    """Return what the draft waits for: the state of its round as the clock gives it."""
    if found.state == "draft" or found.round is None:
        return {"round": None, "round_state": ""}
    label, tone = found.round.label_at(now)
    return {
        "round": found.round,
        "round_state": found.round.state_at(now),
        "round_label": label,
        "round_tone": tone,
    }


@sign_in_required
def cooperation_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The draft as readers would see it today."""
    found = _draft(request, pk)
    chapters = [one for one in draft_chapters(found, clock.now()) if not one.is_empty]
    return render(request, "reports/cooperation/preview.html", {"document": found, "chapters": chapters})


@sign_in_required
def cooperation_chapter(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Write a chapter's text; what somebody else wrote meanwhile is shown beside what was typed."""
    now = clock.now()
    found = _draft(request, pk)
    if key not in BY_KEY:
        raise Http404
    one = next(row for row in draft_chapters(found, now) if row.key == key)
    first = {"version": one.row.version if one.row else 0, "text": one.text}
    form = ChapterForm(request.POST if request.method == "POST" else None, initial=first, chapter=one.chapter)
    back = f"{reverse('reports:cooperation_edit', args=[found.pk])}#{key}"
    latest: CooperationChapter | None = None
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            workflow.save_chapter(found, key=key, by=request.user, now=now, **form.cleaned_data)
        except workflow.StaleText as stale:
            latest, status = stale.latest, 409
            form.add_error(None, str(stale))
            form.see(latest.version)
        except Refused as refused:
            status = 409
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Luvun teksti on tallennettu."))
            return redirect(back)
    context = {"document": found, "one": one, "form": form, "latest": latest, "back_url": back}
    return render(request, "reports/cooperation/chapter.html", context, status=status)


@sign_in_required
def cooperation_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a comment round on the draft."""
    now = clock.now()
    found = _draft(request, pk)
    form = SendForm(request.POST if request.method == "POST" else None)
    return ask_form(
        request,
        form,
        lambda: workflow.send_for_comments(found, **form.cleaned_data, by=request.user, now=now),
        done=_("Luonnos on järjestöjen kommentoitavana. Jokaiseen kommenttiin vastataan."),
        to=reverse("reports:cooperation_edit", args=[found.pk]),
        heading=_("Lähetä kommenteille"),
        submit=_("Avaa kommentointikierros"),
        trail=_trail(found),
        lead=_("Alueen järjestöt saavat viestin ja voivat kommentoida jokaista lukua."),
    )


@sign_in_required
def cooperation_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the decision; the document is frozen and published."""
    now = clock.now()
    found = _draft(request, pk)
    form = DecideForm(request.POST if request.method == "POST" else None)
    return ask_form(
        request,
        form,
        lambda: workflow.decide_document(found, **form.cleaned_data, by=request.user, now=now),
        done=_("Asiakirja on päätetty ja julkaistu."),
        to=reverse("reports:cooperation"),
        heading=_("Kirjaa päätös"),
        submit=_("Julkaise päätetty asiakirja"),
        trail=_trail(found),
        lead=_("Tekstit ja portaalin tiedot jäävät asiakirjaan sellaisina kuin ne ovat nyt, ja PDF tallennetaan."),
    )


@require_POST
@sign_in_required
def cooperation_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Return to a draft once the round is over."""
    found = _draft(request, pk)
    return act_and_return(
        request,
        lambda: workflow.back_to_draft(found, by=request.user, now=clock.now()),
        _("Asiakirja on taas luonnos."),
        reverse("reports:cooperation_edit", args=[found.pk]),
    )
