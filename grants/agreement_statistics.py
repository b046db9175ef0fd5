"""Figures of agreements in a year: in force, begun, reported, evaluated. Contracts made elsewhere are not counted.

An agreement is in force from its first day to its last; both are asked of the rows, so that a year that is over can
be counted afterwards. How evaluations were divided is told from five on: fewer could tell whose they are.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from common.seams import Figure, Period
from common.times import local_date, year_period
from grants.models import Agreement, AgreementEvaluation, AgreementKind, AgreementReport, AgreementTalk
from grants.models.agreement_work import Grade

#: With fewer evaluations than this their grades are not told.
SMALLEST = 5
SENT = ("submitted", "accepted")


@dataclass(frozen=True)
class AgreementYear:
    """The agreements of one year; ``lasting``, ``organisations``, ``total`` and ``by_kind`` on the year's last day."""

    lasting: int
    organisations: int
    total: Decimal
    begun: int
    ended: int
    reports_due: int
    reports_sent: int
    evaluations: int
    talks: int
    by_kind: tuple[tuple[str, int], ...]
    by_grade: tuple[tuple[str, int], ...]

    @property
    def grades_told(self) -> bool:
        """Tell whether there are enough evaluations to tell how they were divided."""
        return self.evaluations >= SMALLEST


def _made() -> QuerySet[Any]:
    """Return the agreements made here that all have approved, with the day on which they really end."""
    rows = Agreement.objects.agreed().filter(kind__is_reference=False)
    return rows.annotate(last_day=Coalesce("ended_on", "ends_on"))


def lasting_on(day: date) -> QuerySet[Any]:
    """Return the agreements in force on the day, also on a day that is over."""
    return _made().filter(Q(last_day__gte=day) | Q(last_day__isnull=True), starts_on__lte=day)


def agreement_year(period: Period) -> AgreementYear:
    """Return the figures of the year; nine queries."""
    first, last = local_date(period.start), local_date(period.end - timedelta(microseconds=1))
    rows = lasting_on(last)
    sums = rows.aggregate(number=Count("pk"), total=Sum("sum", default=Decimal(0)))
    counts = dict(rows.order_by().values_list("kind").annotate(number=Count("pk")))
    reports = AgreementReport.objects.filter(due_on__range=(first, last)).aggregate(
        due=Count("pk"), sent=Count("pk", filter=Q(state__in=SENT))
    )
    grades = dict(
        AgreementEvaluation.objects.filter(at__gte=period.start, at__lt=period.end)
        .order_by()
        .values_list("grade")
        .annotate(number=Count("pk"))
    )
    return AgreementYear(
        lasting=sums["number"],
        organisations=rows.aggregate(number=Count("parties__organisation", distinct=True))["number"],
        total=sums["total"],
        begun=_made().filter(starts_on__range=(first, last)).count(),
        ended=_made().filter(last_day__range=(first, last)).count(),
        reports_due=reports["due"],
        reports_sent=reports["sent"],
        evaluations=sum(grades.values()),
        talks=AgreementTalk.objects.filter(held_on__range=(first, last)).count(),
        by_kind=tuple(
            (kind.name, counts[kind.pk]) for kind in AgreementKind.objects.filter(pk__in=counts).order_by("name_fi")
        ),
        by_grade=tuple((str(grade.label), grades.get(grade.value, 0)) for grade in Grade),
    )


def agreement_figures(period: Period) -> Iterator[Figure]:
    """Provider of the ``statistics`` seam: the year with the one before beside it."""
    now = agreement_year(period)
    then = agreement_year(Period(period.year - 1, *year_period(period.year - 1)))
    kinds = dict(then.by_kind)
    yield Figure(
        "grants.agreements",
        _("Sopimuksia voimassa"),
        now.lasting,
        "",
        _("Kumppanuus-, yhteistyö- ja aiesopimukset, jotka olivat voimassa vuoden viimeisenä päivänä."),
        then.lasting,
        tuple((name, number, kinds.get(name, 0)) for name, number in now.by_kind),
    )
    yield Figure(
        "grants.agreement_organisations",
        _("Järjestöjä sopimuksissa"),
        now.organisations,
        "",
        _("Järjestöt, jotka olivat osapuolena vuoden viimeisenä päivänä voimassa olleessa sopimuksessa."),
        then.organisations,
    )
    yield from _term_figures(now, then)
    grades = dict(then.by_grade)
    yield Figure(
        "grants.agreement_evaluations",
        _("Sopimusten arviointeja"),
        now.evaluations,
        "",
        _("Osapuolten vuoden aikana kirjaamat arviot sopimuksen toimivuudesta. Alle viidestä ei kerrota jakaumaa."),
        then.evaluations,
        tuple((name, number, grades[name] if then.grades_told else None) for name, number in now.by_grade)
        if now.grades_told
        else (),
    )
    yield Figure(
        "grants.agreement_talks",
        _("Arviointikeskusteluja"),
        now.talks,
        "",
        _("Vuoden aikana käydyt keskustelut sopimuksen toimivuudesta."),
        then.talks,
    )


def _term_figures(now: AgreementYear, then: AgreementYear) -> Iterator[Figure]:
    yield Figure(
        "grants.agreements_begun",
        _("Alkaneita sopimuksia"),
        now.begun,
        "",
        _("Sopimukset, joiden ensimmäinen päivä oli vuoden aikana."),
        then.begun,
    )
    yield Figure(
        "grants.agreements_ended",
        _("Päättyneitä sopimuksia"),
        now.ended,
        "",
        _("Sopimukset, joiden viimeinen päivä oli vuoden aikana, myös irtisanotut ja uudella korvatut."),
        then.ended,
    )
    yield Figure(
        "grants.agreement_reports",
        _("Sopimusraportteja saatu"),
        now.reports_sent,
        "",
        _("Lähetetyt sopimusraportit, joiden määräpäivä oli vuoden aikana. Rivit: pyydetty ja saatu."),
        then.reports_sent,
        (
            (_("Pyydetty"), now.reports_due, then.reports_due),
            (_("Saatu"), now.reports_sent, then.reports_sent),
        ),
    )
