"""Co-operation requests: sending, own list, list of those who answer, and the thread with its verbs."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.access import public_page, sign_in_required
from accounts.models import StaffRoleKind
from accounts.roles import current_user, has_staff_role
from common import clock, seams
from common.pagination import paginate
from common.policies import allowed, may
from common.times import local_date
from county.models import Municipality, Theme
from liaisons.forms.requests import (
    AnswerForm,
    FinderForm,
    HelpedForm,
    RequestFilter,
    RequestForm,
    TransferForm,
    WordsForm,
)
from liaisons.matching import Matter, find_posts
from liaisons.models import CooperationRequest, Need, Post, RequestEntry, RequestKind
from liaisons.policies import may_answer_requests, may_record_requests
from liaisons.responsible import responsible_for, responsible_on
from liaisons.routing import has_power
from liaisons.workflow import requests as verbs
from organisations.views.helpers import attempt

FOUND = 5
_RELATED = (
    "organisation",
    "asked_by",
    "recorded_by",
    "taken_by",
    "post__unit",
    "post__municipality",
    "municipality",
    "theme",
    "need",
)


@public_page
def finder(request: HttpRequest) -> HttpResponse:
    """Whom do I ask? Municipality, theme and words lead to the posts that answer, with a reason why."""
    now = clock.now()
    day = local_date(now)
    form = FinderForm(request.GET or None, day=day)
    matches: list[Any] = []
    asked = bool(request.GET) and form.is_valid()
    if asked:
        data = form.cleaned_data
        matter = Matter(
            municipality=Municipality.objects.filter(code=data["kunta"]).first() if data["kunta"] else None,
            theme=Theme.objects.filter(pk=data["teema"]).first() if data["teema"] else None,
            about=data["aihe"],
        )
        matches = find_posts(matter, day)[:FOUND]
    answers = responsible_on([match.post for match in matches], day)
    return render(
        request,
        "liaisons/finder.html",
        {
            "form": form,
            "asked": asked,
            "matches": [(match, answers[match.post.pk]) for match in matches],
            "query": request.GET.urlencode(),
        },
    )


@sign_in_required
def request_new(request: HttpRequest) -> HttpResponse:
    """A new request; ``?tehtava=`` chooses the post, else the matter does."""
    now = clock.now()
    organisations = list(allowed("organisations.represent", request.user, now=now).order_by("sort_key"))
    need = _need(request, now)
    post = need.post if need else _chosen(request, now)
    start: dict[str, Any] = {
        "municipality": request.GET.get("kunta"),
        "theme": request.GET.get("teema"),
        "kind": "other",
    }
    if need:
        start |= {"kind": "project_idea", "theme": need.theme_id, "subject": need.title}
    if organisations:
        start["organisation"] = str(organisations[0].pk)
    form = RequestForm(request.POST or None, request.FILES or None, organisations=organisations, initial=start)
    if request.method == "POST" and form.is_valid():
        asked = {**form.cleaned_data, "post": post, "need": need}
        made = attempt(request, lambda: verbs.send_request(**asked, by=request.user, now=now), form)
        if made:
            messages.success(request, _("Pyyntö on lähetetty. Saat vastauksen sähköpostiin ja tälle sivulle."))
            return redirect(made)
    return render(
        request,
        "liaisons/request_new.html",
        {"form": form, "post": post, "need": need, "answer": responsible_for(post, local_date(now)) if post else None},
        status=422 if form.errors else 200,
    )


def _chosen(request: HttpRequest, now: datetime) -> Post | None:
    found = allowed("liaisons.post.public", request.user, now=now).select_related("unit", "municipality")
    post: Post | None = found.filter(pk=number_in(request, "tehtava")).first()
    return post


def _need(request: HttpRequest, now: datetime) -> Need | None:
    """Return the need that the idea answers; one that has ended is not chosen."""
    found = allowed("liaisons.need.public", request.user, now=now).open(local_date(now))  # type: ignore[attr-defined]
    need: Need | None = (
        found.select_related("post__unit", "post__municipality").filter(pk=number_in(request, "tarve")).first()
    )
    return need


def number_in(request: HttpRequest, name: str) -> int:
    """Return the number that the address gives under the name, else 0, which is nobody's key."""
    written = request.GET.get(name, "")
    return int(written) if written.isdecimal() and written.isascii() and len(written) <= 15 else 0


@sign_in_required
def requests_own(request: HttpRequest) -> HttpResponse:
    """What I and the organisations for which I act have asked."""
    now = clock.now()
    rows = allowed("liaisons.request.own", request.user, now=now).select_related(*_RELATED)
    return render(request, "liaisons/requests_own.html", {"page": paginate(request, rows)})


@sign_in_required
def requests_to_answer(request: HttpRequest) -> HttpResponse:
    """What waits for an answer: a liaison's own, the coordinator's and auditor's all; late ones first."""
    now = clock.now()
    if not may_answer_requests(request.user, now):
        raise Http404
    day = local_date(now)
    seen = allowed(_list_of(request, now), request.user, now=now)
    form = RequestFilter(request.GET or None, posts=Post.objects.filter(pk__in=seen.values("post")))
    narrowed = _narrowed(seen, form, now)
    page = paginate(request, narrowed.select_related(*_RELATED).order_by("due_on", "pk"))
    answers = responsible_on({row.post_id: row.post for row in page}.values(), day)
    return render(
        request,
        "liaisons/requests_to_answer.html",
        {
            "page": page,
            "rows": [(row, answers[row.post_id], row.is_late(day)) for row in page],
            "form": form,
            "may_record": may_record_requests(request.user, now),
        },
    )


def _list_of(request: HttpRequest, now: datetime) -> str:
    """Return the permission of the list: an auditor reads what those who answer handle."""
    is_auditor = has_staff_role(current_user(request), StaffRoleKind.AUDITOR, now)
    return "liaisons.request.view" if is_auditor else "liaisons.request.handle"


def _narrowed(rows: QuerySet[CooperationRequest], form: RequestFilter, now: datetime) -> QuerySet[CooperationRequest]:
    data: dict[str, Any] = form.cleaned_data if form.is_valid() else {"tila": "", "laji": "", "tehtava": None, "q": ""}
    if data["laji"]:
        rows = rows.filter(kind=data["laji"])
    if data["tehtava"]:
        rows = rows.filter(post=data["tehtava"])
    for word in data["q"].split():
        rows = rows.filter(
            Q(subject__icontains=word) | Q(organisation__name__icontains=word) | Q(caller_name__icontains=word)
        )
    if data["tila"] == "myohassa":
        return rows.late(local_date(now))  # type: ignore[attr-defined, no-any-return]
    if data["tila"] == "vastatut":
        return rows.filter(state__in=("answered", "closed"))
    return rows if data["tila"] == "kaikki" else rows.open()  # type: ignore[attr-defined]


@sign_in_required
def request(request: HttpRequest, pk: int) -> HttpResponse:
    """One request: the thread, who answers by when, and what the reader may do now."""
    now = clock.now()
    rows = allowed("liaisons.request.view", request.user, now=now).select_related(*_RELATED)
    found: CooperationRequest = get_object_or_404(rows, pk=pk)
    forms = _forms(request, now)
    if request.method == "POST" and _act(request, found, forms, now):
        return redirect(found)
    day = local_date(now)
    entries = found.entries.select_related("by").prefetch_related("attachments")
    handles = may("liaisons.request.handle", request.user, found, now=now)
    owns = may("liaisons.request.own", request.user, found, now=now)
    if not handles:
        entries = entries.exclude(kind=RequestEntry.Kind.NOTE)
    return render(
        request,
        "liaisons/request.html",
        {
            "found": found,
            "entries": entries,
            "handles": handles,
            "owns": owns,
            "speaks": owns or (handles and found.asked_by is None),
            "answer": responsible_for(found.post, day),
            "lacks_power": not has_power(found.post, RequestKind(found.kind), day),
            "late": found.is_late(day),
            "panels": [panel for provider in seams.panels for panel in provider(request.user, found, now)],
            "forms": forms,
            "failed": next((form for form in forms.values() if form.errors), None),
        },
        status=422 if any(form.errors for form in forms.values()) else 200,
    )


def _forms(request: HttpRequest, now: datetime) -> dict[str, Any]:
    """Return every form of the page, the sent one bound."""
    sent = request.POST.get("act", "")

    def bound(act: str, form: type[Any], **more: Any) -> Any:
        data = (request.POST, request.FILES) if sent == act else (None, None)
        return form(*data, auto_id=f"{act}_%s", **more)

    return {
        **{act: bound(act, WordsForm) for act in ("reply", "ask", "note")},
        "answer": bound("answer", AnswerForm),
        "transfer": bound("transfer", TransferForm, day=local_date(now)),
        "helped": bound("helped", HelpedForm),
    }


def _act(request: HttpRequest, found: CooperationRequest, forms: dict[str, Any], now: datetime) -> bool:
    """Do what was pressed; true when the page is to be opened anew."""
    act = request.POST.get("act", "")
    by = current_user(request)
    plain: dict[str, Callable[..., Any]] = {"take": verbs.take_request, "withdraw": verbs.withdraw_request}
    if act in plain:
        attempt(request, lambda: plain[act](found, by=by, now=now))
        return True
    told: dict[str, tuple[Callable[..., Any], str]] = {
        "reply": (verbs.reply_request, _("Viestisi on lähetetty.")),
        "ask": (verbs.ask_more, _("Kysymys on lähetetty.")),
        "note": (verbs.note_request, _("Muistiinpano on tallennettu.")),
        "answer": (verbs.answer_request, _("Vastaus on lähetetty.")),
        "transfer": (verbs.transfer_request, _("Pyyntö on siirretty.")),
        "helped": (verbs.tell_helped, _("Kiitos. Vastauksesi on kirjattu.")),
    }
    if act not in told:
        raise Http404
    form = forms[act]
    if not form.is_valid():
        return False
    verb, thanks = told[act]
    if not attempt(request, lambda: verb(found, **form.cleaned_data, by=by, now=now), form):
        return False
    messages.success(request, thanks)
    return True
