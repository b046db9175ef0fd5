"""Figures of one grant year, each from one query. A grant year is the year a call gives money for.

Sums are euros. Withdrawn applications and drafts count nowhere. A municipality is the organisation's domicile.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from statistics import median

from django.db.models import Count, F, Q, QuerySet, Sum
from django.utils.translation import gettext as _

from common.seams import Figure, Period
from common.times import local_date
from grants.models import Application, ConflictDeclaration, Decision, Outcome, Payment, UseReport

ZERO = Decimal(0)
SIZE_LIMITS = (Decimal(1000), Decimal(3000), Decimal(10000))


@dataclass(frozen=True)
class Group:
    """One row of a division: how many asked and were granted, and how much."""

    label: str
    applications: int
    asked: Decimal
    grants: int
    granted: Decimal


@dataclass(frozen=True)
class UseFigures:
    """What the use reports of the year's grants say together; only reports that have been sent count."""

    due: int
    sent: int
    approved: int
    people_reached: int
    meetings: int
    volunteers: int
    volunteer_hours: int
    spent: Decimal

    @property
    def cost_per_person(self) -> Decimal | None:
        """Euros spent for each person reached; None when nobody has been reported."""
        return self.spent / self.people_reached if self.people_reached else None


@dataclass(frozen=True)
class GrantYear:
    """The grant process of one year in figures."""

    year: int
    applications: int
    asked: Decimal
    grants: int
    granted: Decimal
    rejected: int
    organisations: int
    new_organisations: int
    paid: Decimal
    handling_days: int | None
    conflicts: int
    by_kind: tuple[Group, ...]
    by_municipality: tuple[Group, ...]
    by_size: tuple[int, ...]
    use: UseFigures


def _arrived(year: int) -> QuerySet[Application]:
    return Application.objects.arrived().filter(call__year=year)


def _groups(rows: QuerySet[Application], name: str) -> tuple[Group, ...]:
    """Divide applications by a field that holds a Finnish name, most granted first."""
    found = (
        rows.values(label=F(name))
        .annotate(
            n=Count("pk"),
            asked=Sum("asked_sum"),
            n_granted=Count("pk", filter=Q(decision__sum__gt=0)),
            granted=Sum("decision__sum", default=ZERO),
        )
        .order_by("-granted", "-asked", "label")
    )
    return tuple(Group(row["label"] or "", row["n"], row["asked"], row["n_granted"], row["granted"]) for row in found)


def size_labels() -> tuple[str, ...]:
    """Return the names of the size classes of ``GrantYear.by_size`` in the reader's language."""
    return (_("alle 1 000 €"), _("1 000–2 999 €"), _("3 000–9 999 €"), _("10 000 € tai enemmän"))


def _by_size(sums: Iterable[Decimal]) -> tuple[int, ...]:
    """Count granted sums by size: under 1 000, 1 000–2 999, 3 000–9 999, 10 000 € and more."""
    counts = [0] * (len(SIZE_LIMITS) + 1)
    for granted in sums:
        counts[sum(granted >= limit for limit in SIZE_LIMITS)] += 1
    return tuple(counts)


def handling_days(pairs: Iterable[tuple[date, date]]) -> int | None:
    """Return the median of whole days from arrival to decision; None when nothing has been decided."""
    days = [(decided - received).days for received, decided in pairs]
    return round(median(days)) if days else None


def _use(year: int) -> UseFigures:
    sent = Q(state__in=["submitted", "checked", "approved"])
    row = UseReport.objects.filter(kind="final", decision__application__call__year=year).aggregate(
        due=Count("pk"),
        sent=Count("pk", filter=sent),
        approved=Count("pk", filter=Q(state="approved")),
        people_reached=Sum("people_reached", filter=sent, default=0),
        meetings=Sum("meetings", filter=sent, default=0),
        volunteers=Sum("volunteers", filter=sent, default=0),
        volunteer_hours=Sum("volunteer_hours", filter=sent, default=0),
        spent=Sum("spent_sum", filter=sent, default=ZERO),
    )
    return UseFigures(**row)


def granted_organisations(year: int) -> set[int]:
    """Return the keys of the organisations that were granted something in the year; one query."""
    rows = Decision.objects.filter(application__call__year=year, sum__gt=0)
    return set(rows.values_list("application__organisation", flat=True))


def grant_year(year: int) -> GrantYear:
    """Return the figures of one grant year; ten queries, whatever the size."""
    arrived = _arrived(year)
    totals = arrived.aggregate(n=Count("pk"), asked=Sum("asked_sum", default=ZERO))
    decisions = list(
        Decision.objects.filter(application__call__year=year).values_list(
            "sum", "outcome", "decided_on", "application__received_at"
        )
    )
    granted = [total for total, _outcome, _decided, _received in decisions if total > 0]
    organisations = granted_organisations(year)
    return GrantYear(
        year=year,
        applications=totals["n"],
        asked=totals["asked"],
        grants=len(granted),
        granted=sum(granted, ZERO),
        rejected=sum(outcome == Outcome.REJECTED for _sum, outcome, _decided, _received in decisions),
        organisations=len(organisations),
        new_organisations=len(organisations - granted_organisations(year - 1)),
        paid=Payment.objects.filter(decision__application__call__year=year, state="paid").aggregate(
            paid=Sum("sum", default=ZERO)
        )["paid"],
        handling_days=handling_days(
            (local_date(received), decided) for _sum, _outcome, decided, received in decisions if received
        ),
        conflicts=ConflictDeclaration.objects.filter(application__call__year=year, has_conflict=True).count(),
        by_kind=_groups(arrived, "call__kind__name_fi"),
        by_municipality=_groups(arrived, "organisation__domicile__name_fi"),
        by_size=_by_size(granted),
        use=_use(year),
    )


def figures(period: Period) -> list[Figure]:
    """Return the headline figures for the statistics seam, with the year before beside them."""
    now, before = grant_year(period.year), grant_year(period.year - 1)
    return [
        Figure(
            "grants.granted",
            _("Avustuksia myönnetty"),
            now.granted,
            "€",
            _("Toimielimen päätöksillä myönnetyt avustukset, joiden avustusvuosi on raportin vuosi."),
            before.granted,
        ),
        Figure(
            "grants.organisations",
            _("Avustuksen saaneita järjestöjä"),
            now.organisations,
            "",
            _("Järjestöt, joille myönnettiin vähintään yksi avustus."),
            before.organisations,
        ),
        Figure(
            "grants.applications",
            _("Hakemuksia"),
            now.applications,
            "",
            _("Määräajassa saapuneet hakemukset ilman peruutettuja."),
            before.applications,
        ),
        Figure(
            "grants.people_reached",
            _("Ihmisiä tavoitettu"),
            now.use.people_reached,
            "",
            _("Käyttöselvityksissä ilmoitettujen tavoitettujen ihmisten summa. Sama ihminen voi olla monessa luvussa."),
            before.use.people_reached,
        ),
        Figure(
            "grants.volunteer_hours",
            _("Vapaaehtoistunteja"),
            now.use.volunteer_hours,
            "h",
            _("Käyttöselvityksissä ilmoitettujen vapaaehtoistuntien summa."),
            before.use.volunteer_hours,
        ),
        Figure(
            "grants.handling_days",
            _("Käsittelyaika"),
            now.handling_days,
            _("pv"),
            _("Mediaani hakemuksen saapumispäivästä päätöspäivään."),
            before.handling_days,
        ),
    ]
