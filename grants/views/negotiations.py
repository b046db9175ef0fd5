"""The county's pages of a negotiation: the case's tab, versions, who takes part, meetings; and the list of all."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import sign_in_required
from accounts.roles import has_any_staff_role
from common import clock
from common.errors import Refused
from common.pagination import paginate
from common.policies import allowed, may
from grants.forms.negotiations import MeetingForm, MemoForm, OpenForm, ParticipantsForm, ReasonForm
from grants.models import Application, ConflictDeclaration, NegotiationMeeting, Side, StatementWaiver
from grants.negotiated import has_statement
from grants.negotiation_pages import negotiation_context
from grants.policies import READING_STAFF
from grants.statements import answerers, conflicted_in, posts_to_ask
from grants.views import negotiation_steps as steps
from grants.views.case import case_context, to_declare
from grants.workflow.negotiation_meetings import arrange_meeting, cancel_meeting, move_meeting, write_memo
from grants.workflow.negotiations import (
    open_negotiation,
    return_to_negotiation,
    set_participants,
    waive_statement,
)
from liaisons.policies.posts import posts_answered
from organisations.views.helpers import attempt

SIDE = Side.COUNTY
WORK = "grants.negotiation.work"
WITH = ("call__kind__decided_by", "organisation__domicile", "form_version", "decision", "proposal", "negotiation")


def followed_case(
    request: HttpRequest, application_id: int, now: datetime, permission: str = "grants.negotiation.follow"
) -> Application | None:
    """Return the case under the permission; None where the person must declare first; else 404."""
    rows = allowed(permission, request.user, now=now).select_related(*WITH)
    found: Application | None = rows.filter(pk=application_id).first()
    if found is not None:
        return found
    listed = allowed("grants.negotiation.listed", request.user, now=now).filter(pk=application_id)
    if listed.exclude(conflict_declarations__user=request.user.pk).exists():
        return None
    raise Http404


@sign_in_required
def negotiation(request: HttpRequest, application_id: int) -> HttpResponse:
    """The case's tab: whose turn it is, the newest version, meetings, statement; POST takes the step named ``act``."""
    now = clock.now()
    case = followed_case(request, application_id, now)
    if case is None:
        return to_declare(request, application_id)
    may_work = may(WORK, request.user, case, now=now)
    forms = _forms(request)
    failed = None
    if request.method == "POST":
        if not may_work:
            raise Http404
        act = str(request.POST.get("act", ""))
        if act == "approve":
            steps.approve(request, SIDE, case, now)
            return redirect("grants:negotiation", case.pk)
        form = forms.get(act)
        if form is not None and form.is_valid() and _act(request, case, act, form, now):
            return redirect("grants:negotiation", case.pk)
        failed = form
    context = {
        **case_context(request, case, "negotiation", now),
        **negotiation_context(SIDE, case, request.user, now),
        "forms": forms,
        "form": failed,
        "may_work": may_work,
        "reads_notes": may("grants.case.follow", request.user, case, now=now),
        "statement_given": has_statement(case),
        "waiver": StatementWaiver.objects.filter(application=case).select_related("written_by").first(),
    }
    return render(request, "grants/negotiations/negotiation.html", context, status=422 if failed else 200)


def _forms(request: HttpRequest) -> dict[str, Any]:
    act = request.POST.get("act", "")

    def data(name: str) -> Any:
        return request.POST if act == name else None

    why = _("Esimerkiksi: palvelualueen yhteyshenkilö on ollut mukana neuvottelussa ja kertonut kantansa.")
    returning = _("Hakija lukee perustelun. Annetut hyväksynnät raukeavat.")
    return {
        "open": OpenForm(data("open")),
        "waive": ReasonForm(data("waive"), prefix="waive", label=_("Miksi lausuntoa ei tarvita?"), help_text=why),
        "return": ReasonForm(
            data("return"), prefix="return", label=_("Miksi neuvottelua jatketaan?"), help_text=returning
        ),
    }


def _act(request: HttpRequest, case: Application, act: str, form: Any, now: datetime) -> bool:
    given: dict[str, Any] = {"by": request.user, "now": now}
    data = form.cleaned_data
    verbs = {
        "open": (lambda: open_negotiation(case, turn=Side(data["turn"]), **given), _("Neuvottelu on avattu.")),
        "waive": (lambda: waive_statement(case, reason=data["reason"], **given), _("Perustelu on tallennettu.")),
        "return": (
            lambda: return_to_negotiation(case, reason=data["reason"], **given),
            _("Neuvottelu jatkuu. Vuoro on hyvinvointialueella."),
        ),
    }
    verb, said = verbs[act]
    done = attempt(request, verb, form)
    if done:
        messages.success(request, said)
    return bool(done)


def _worked(request: HttpRequest, application_id: int, now: datetime) -> tuple[Application, dict[str, Any]]:
    rows = allowed(WORK, request.user, now=now).select_related(*WITH)
    case: Application = get_object_or_404(rows, pk=application_id)
    return case, case_context(request, case, "negotiation", now)


@sign_in_required
def negotiation_version_new(request: HttpRequest, application_id: int) -> HttpResponse:
    """Send the county's proposal."""
    now = clock.now()
    case, context = _worked(request, application_id, now)
    return steps.new_version(request, SIDE, case, context, now)


@sign_in_required
@require_safe
def negotiation_version(request: HttpRequest, application_id: int, number: int) -> HttpResponse:
    """Read one version."""
    now = clock.now()
    case = followed_case(request, application_id, now)
    if case is None:
        return to_declare(request, application_id)
    return steps.one_version(request, SIDE, case, case_context(request, case, "negotiation", now), number)


@sign_in_required
def negotiation_end(request: HttpRequest, application_id: int) -> HttpResponse:
    """End the negotiation for the county."""
    now = clock.now()
    case, context = _worked(request, application_id, now)
    return steps.end(request, SIDE, case, context, now)


@sign_in_required
def negotiation_participants(request: HttpRequest, application_id: int) -> HttpResponse:
    """Choose which liaison people take part."""
    now = clock.now()
    case, context = _worked(request, application_id, now)
    row = getattr(case, "negotiation", None)
    if row is None:
        return redirect("grants:negotiation", case.pk)
    asked = list(posts_to_ask(now))
    chosen = set(row.posts.values_list("post", flat=True))
    people = answerers(asked, now, conflicted_in(case))
    form = ParticipantsForm(request.POST or None, asked=asked, people=people, chosen=chosen)
    if request.method == "POST" and form.is_valid():
        keys = [int(key) for key in form.cleaned_data["posts"]]
        if attempt(request, lambda: [set_participants(case, keys, by=request.user, now=now)], form):
            messages.success(request, _("Osallistujat on tallennettu. Uudet osallistujat saavat viestin."))
            return redirect("grants:negotiation", case.pk)
    context = {**context, "form": form, "has_people": bool(people or chosen)}
    return render(request, "grants/negotiations/participants.html", context, status=422 if form.errors else 200)


@sign_in_required
def negotiation_meeting_new(request: HttpRequest, application_id: int) -> HttpResponse:
    """Arrange a meeting, or note one that has been held."""
    now = clock.now()
    case, context = _worked(request, application_id, now)
    form = MeetingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = attempt(request, lambda: arrange_meeting(case, by=request.user, now=now, **form.cleaned_data), form)
        if made:
            messages.success(
                request, _("Tapaaminen on tallennettu. Tulevasta tapaamisesta lähtee viesti osallistujille.")
            )
            return redirect("grants:negotiation_meeting", case.pk, made.pk)
    return render(
        request,
        "grants/negotiations/meeting_new.html",
        {**context, "form": form},
        status=422 if form.errors else 200,
    )


@sign_in_required
def negotiation_meeting(request: HttpRequest, application_id: int, meeting_id: int) -> HttpResponse:
    """One meeting: its memo to write once it has begun; before that it is moved or cancelled."""
    now = clock.now()
    case, context = _worked(request, application_id, now)
    found = get_object_or_404(NegotiationMeeting, pk=meeting_id, negotiation__application=case)
    act = str(request.POST.get("act", ""))
    forms: dict[str, Any] = {
        "memo": MemoForm(request.POST if act == "memo" else None, meeting=found),
        "move": MeetingForm(request.POST if act == "move" else None, meeting=found),
    }
    failed, status = None, 200
    if request.method == "POST":
        failed, status = _meet(request, found, act, forms.get(act), now)
        if status == 302:
            return redirect("grants:negotiation_meeting", case.pk, found.pk)
    context |= {
        "meeting": found,
        "forms": forms,
        "form": failed,
        "has_begun": found.starts_at <= now,
        "negotiation": found.negotiation,
    }
    return render(request, "grants/negotiations/meeting.html", context, status=status)


def _meet(request: HttpRequest, found: NegotiationMeeting, act: str, form: Any, now: datetime) -> tuple[Any, int]:
    """Take the step; return the failed form and the status, 302 when it was taken."""
    given: dict[str, Any] = {"by": request.user, "now": now}
    if act == "cancel":
        if attempt(request, lambda: cancel_meeting(found, **given)):
            messages.success(request, _("Tapaaminen on peruttu. Osallistujat saavat viestin."))
        return None, 302
    if form is None or not form.is_valid():
        return form, 422
    data = form.cleaned_data
    try:
        if act == "memo":
            write_memo(found, form.given(), revision=data["revision"], **given)
            messages.success(request, _("Muistio on tallennettu. Hakija voi lukea sen."))
        else:
            move_meeting(found, **data, **given)
            messages.success(request, _("Tapaaminen on siirretty. Osallistujat saavat viestin."))
    except Refused as refused:
        form.add_error(None, str(refused))
        if refused.code == "stale":
            found.refresh_from_db()
            form.see(found.revision)
        return form, 409
    return None, 302


@sign_in_required
@require_safe
def negotiations(request: HttpRequest) -> HttpResponse:
    """All negotiations that the person follows or takes part in, those that wait longest for the county first."""
    now = clock.now()
    is_staff = has_any_staff_role(request.user, now, *READING_STAFF)
    if not is_staff and not posts_answered(request.user, now).exists():
        raise Http404
    declared = ConflictDeclaration.objects.filter(application=OuterRef("pk"), user=request.user.pk)
    rows = (
        allowed("grants.negotiation.listed", request.user, now=now)
        .filter(negotiation__isnull=False)
        .annotate(declared=Exists(declared))
        .select_related("call", "organisation", "negotiation")
        .order_by("negotiation__state", "negotiation__turn_since", "pk")
    )
    context = {
        "page": paginate(request, rows),
        "is_staff": is_staff,
        "now": now,
    }
    return render(request, "grants/negotiations/list.html", context)
