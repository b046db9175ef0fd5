"""The self-assessment where other rooms ask: what waits, calendar, an organisation's panel, retention."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from common import seams
from common.policies import allowed
from common.seams import CalendarEntry, Todo
from common.times import day_start, local_date
from liaisons.models import NgoAssessment, SelfAssessment
from liaisons.policies import may_manage_assessments
from liaisons.workflow.theses import assessed_by
from notifications.kinds import register_kind
from organisations.merging import register_merge_rule, same_stays
from organisations.models import Organisation

NAMES_KEPT = timedelta(days=2 * 365)
SHOWN = 5


@dataclass(frozen=True)
class AssessmentPanel:
    """The open year of one organisation with whether it has answered, for ``template``."""

    organisation: Organisation
    found: SelfAssessment
    answered: bool
    template: str = "liaisons/assessment_panel.html"


def _open(now: datetime) -> SelfAssessment | None:
    found: SelfAssessment | None = SelfAssessment.objects.taking_answers(now).order_by("-year").first()
    return found


def assessment_panel(user: Any, organisation: Any, now: datetime) -> Iterator[AssessmentPanel]:
    """Provider of the ``panels`` seam, for an organisation's own page while a year is open; two queries."""
    if not isinstance(organisation, Organisation):
        return
    found = _open(now)
    if found:
        answered = NgoAssessment.objects.filter(assessment=found, organisation=organisation).exists()
        yield AssessmentPanel(organisation, found, answered)


def assessment_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam: an open year that the person's organisations have not answered; for the
    coordinator one that is over and not published."""
    if not user.is_authenticated:
        return
    if may_manage_assessments(user, now):
        for row in SelfAssessment.objects.filter(Q(state="closed") | Q(state="open", closes_at__lte=now)):
            yield Todo(
                title=_("Julkaise järjestöystävällisyyden arvio %(year)s") % {"year": row.year},
                url=reverse("liaisons:assessment", args=[row.pk]),
                button=_("Avaa arvio"),
            )
    found = _open(now)
    if found is None:
        return
    answered = NgoAssessment.objects.filter(assessment=found).values("organisation")
    own = allowed("organisations.prepare", user, now=now).filter(pk__in=assessed_by().values("pk"))
    for organisation in own.exclude(pk__in=answered)[:SHOWN]:
        yield Todo(
            title=_("Arvioi, kuinka järjestöystävällinen hyvinvointialue on"),
            url=reverse("liaisons:own_assessment", args=[organisation.pk, found.year]),
            button=_("Arvioi"),
            due=found.closes_at,
            detail=organisation.name,
            target=("organisation", organisation.pk),
            quiet=True,
        )


def assessments_of_year(first: date, last: date) -> Iterator[CalendarEntry]:
    """Provider of the ``calendar`` seam: the last day of answering, from ``first`` to ``last``, both included."""
    start, end = day_start(first), day_start(last + timedelta(days=1))
    for row in SelfAssessment.objects.filter(closes_at__gte=start, closes_at__lt=end):
        if row.closes_at:
            yield CalendarEntry(
                title=_("Järjestöystävällisyyden arviointi päättyy"),
                on=local_date(row.closes_at),
                url=reverse("liaisons:theses"),
                kind="assessment",
            )


def assessment_retention(now: datetime) -> dict[str, int]:
    """Provider of the ``retention`` seam: who answered for an organisation goes two years after the answer."""
    old = NgoAssessment.objects.filter(answered_at__lt=now - NAMES_KEPT, answered_by__isnull=False)
    return {"liaisons.NgoAssessment.answered_by": old.update(answered_by=None)}


def own_answers(user: Any) -> list[dict[str, Any]]:
    """Return what the person has answered for organisations, for their own copy of their data."""
    fields = ("assessment__year", "organisation__name", "answered_at")
    return list(NgoAssessment.objects.filter(answered_by=user).values(*fields))


def register_theses() -> None:
    """Give the self-assessment to the seams, and register its message; called once when the portal starts."""
    seams.todos.register("liaisons.theses", assessment_todos)
    seams.calendar.register("liaisons.theses", assessments_of_year)
    seams.panels.register("liaisons.theses", assessment_panel)
    seams.retention.register("liaisons.theses", assessment_retention)
    register_merge_rule("liaisons.NgoAssessment", same_stays("assessment_id"))
    register_kind("liaisons.assessment_open", gettext_lazy("Järjestöäsi pyydetään arvioimaan hyvinvointialuetta"))
