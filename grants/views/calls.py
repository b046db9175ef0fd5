"""Calls for everybody: what can be applied for now, what comes, what has been decided; and one call's page."""

from datetime import date, datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from accounts.access import public_page
from common import clock
from common.pagination import paginate
from common.policies import allowed
from common.times import format_date, format_instant
from grants import call_readiness, queries
from grants.forms.calls import YearFilter
from grants.models import CallVerb, EligibilityQuestion, GrantCall, Procedure
from grants.models.applications import ENDED
from grants.workflow.prefill import earlier_applications


class Step(NamedTuple):
    """One step of what happens to an application, with its time in words."""

    heading: str
    when: str
    text: str


@public_page
def calls(request: HttpRequest) -> HttpResponse:
    """Calls that are open, those that come, and earlier ones by year (``?vuosi=``)."""
    now = clock.now()
    visible = allowed("grants.call.view", request.user, now=now).filter(procedure=Procedure.CALL)
    invited = allowed("grants.call.invited", request.user, now=now).filter(state="published", closes_at__gt=now)
    is_open, coming = queries.calls_not_past(visible, now)
    past = queries.past_calls(visible, now)
    years = queries.years_of(past)
    year_filter = YearFilter(request.GET or None, years=years)
    year = year_filter.cleaned_data["vuosi"] if year_filter.is_valid() else ""
    chosen = past.filter(year=year) if year else past
    context = {
        "now": now,
        "open_calls": is_open,
        "invited_calls": list(invited.order_by("closes_at", "pk")),
        "coming_calls": coming,
        "years": years,
        "filter": year_filter,
        "page": paginate(request, chosen.select_related("kind")),
    }
    return render(request, "grants/calls/list.html", context)


@public_page
def call(request: HttpRequest, call_id: int) -> HttpResponse:
    """One call whole: who can apply, until when, how it is assessed, and the button that begins."""
    now = clock.now()
    rows = allowed("grants.call.view", request.user, now=now)
    found = get_object_or_404(with_everything(rows), pk=call_id)
    answered = list(allowed("grants.question.public", request.user, now=now).filter(call=found))
    context = {**call_context(found, now), **_applicant(request, found, now), "questions": answered}
    return render(request, "grants/calls/call.html", context)


def with_everything(rows: Any) -> Any:
    """Fetch what a call's page shows, a fixed number of queries."""
    return (
        rows.annotate(has_check=Exists(EligibilityQuestion.objects.filter(call=OuterRef("pk"))))
        .select_related("kind__decided_by")
        .prefetch_related("criteria__levels", "guidelines", "attachment_slots", "call_events", "reserves")
    )


def call_context(found: GrantCall, now: datetime) -> dict[str, Any]:
    """Return what the page of a call shows to anybody; also the officer's preview uses it."""
    return {
        "call": found,
        "now": now,
        "is_open": found.is_open(now),
        "guide": call_readiness.newest_guide(found),
        "total_points": sum(criterion.weight for criterion in found.criteria.all()),
        "notices": [
            event for event in found.call_events.all() if event.verb in (CallVerb.EXTENDED, CallVerb.CANCELLED)
        ],
        "steps": _steps(found),
    }


def _applicant(request: HttpRequest, found: GrantCall, now: datetime) -> dict[str, Any]:
    """Return the reader's own applications in the call and the organisations for which they may begin one."""
    if not request.user.is_authenticated:
        return {"own": [], "may_start": []}
    mine = allowed("grants.application.view_own", request.user, now=now)
    own = list(mine.filter(call=found).select_related("organisation").order_by("organisation__sort_key"))
    if not found.is_open(now):
        return {"own": own, "may_start": []}
    begun = [application.organisation_id for application in own if application.state not in ENDED]
    startable = allowed("organisations.prepare", request.user, now=now).exclude(pk__in=begun)
    if found.by_invitation:
        startable = startable.filter(call_invitations__call=found)
    startable = startable.annotate(has_earlier=Exists(earlier_applications(found, OuterRef("pk"))))
    return {"own": own, "may_start": list(startable.order_by("sort_key"))}


def _steps(found: GrantCall) -> list[Step]:
    """Return what happens next, in order, with real times."""
    body = found.kind.decider
    return [
        Step(
            _("Haku"),
            f"{format_instant(found.opens_at)} – {format_instant(found.closes_at)}",
            _("Hakemuksen pitää saapua ennen päättymisaikaa. Saat heti kuittauksen."),
        ),
        Step(
            _("Käsittely ja arviointi"),
            _("haun päätyttyä"),
            _("Tarkistamme hakemukset ja pisteytämme ne arviointiperusteiden mukaan."),
        ),
        Step(
            _("Päätös"),
            _estimate(found.decision_expected_on),
            _("Päätöksen tekee %(body)s. Saat päätöksen tiedoksi palvelussa ja viestin sähköpostiisi.") % {"body": body}
            if body
            else _("Saat päätöksen tiedoksi palvelussa ja viestin sähköpostiisi."),
        ),
        Step(
            _("Maksatus ja toiminta"),
            _("päätöksen tultua lainvoimaiseksi"),
            _("Maksamme avustuksen järjestön tilille."),
        ),
        Step(
            _("Käyttöselvitys"),
            _("viimeistään %(day)s") % {"day": format_date(found.use_report_due_on)},
            _("Kerrot, mihin avustus käytettiin ja mitä sillä saatiin aikaan."),
        ),
    ]


def _estimate(day: date | None) -> str:
    return _("arviolta viimeistään %(day)s") % {"day": format_date(day)} if day else _("ajankohta tarkentuu")
