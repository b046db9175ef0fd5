"""Figures of the NGO field: how many organisations, where, in which fields, how far they reach, how many new and gone.

The only home of these figures: the statistics page, its files, the yearly report and the seam all ask here. Counted
are the organisations that everybody sees (``organisations.view``) with their domicile in the county; all of them,
where no municipality is the county's own.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Q, QuerySet
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext as _

from common.policies import allowed
from common.seams import Figure, Period
from common.times import local_date
from county.models import Municipality, Sector
from organisations.models import LegalForm, Organisation, Reach, RegisterStatus

ENDED = (RegisterStatus.DISSOLVED, RegisterStatus.REMOVED)


@dataclass(frozen=True)
class Row:
    """One bar: what it is about and how many."""

    label: str
    count: int


@dataclass(frozen=True)
class MunicipalityRow:
    """A municipality of the county: its registered organisations, inhabitants, and its tile on the map."""

    label: str
    count: int
    key: str
    inhabitants: int | None
    inhabitants_on: date | None
    column: int | None
    row: int | None

    @property
    def per_thousand(self) -> Decimal | None:
        """Organisations per 1,000 inhabitants, to one decimal; None when the inhabitants are not known."""
        if not self.inhabitants:
            return None
        return (Decimal(self.count) * 1000 / self.inhabitants).quantize(Decimal("0.1"))


@dataclass(frozen=True)
class YearRow:
    """A calendar year: how many were registered, how many dissolved or removed."""

    year: int
    new: int
    gone: int


@dataclass(frozen=True)
class OrganisationField:
    """The field at the time of asking; ``new`` and ``gone`` are of the period.

    ``registered`` counts the organisations in the register. A sector counts every organisation that names it;
    the reach is by the organisation's own word, and those that have said nothing are ``reach_not_told``.
    """

    registered: int
    liquidation: int
    dissolved: int
    removed: int
    new: int
    gone: int
    reach_not_told: int
    by_municipality: tuple[Row, ...]
    by_sector: tuple[Row, ...]
    by_legal_form: tuple[Row, ...]
    by_reach: tuple[Row, ...]


def field_rows(now: datetime) -> QuerySet[Organisation]:
    """Return the organisations that the figures count; one query (whether municipalities are the county's own)."""
    rows: QuerySet[Organisation] = allowed("organisations.view", AnonymousUser(), now=now).order_by()
    if Municipality.objects.filter(is_own=True).exists():
        rows = rows.filter(domicile__is_own=True)
    return rows


def _registered(rows: QuerySet[Organisation]) -> QuerySet[Organisation]:
    return rows.filter(status=RegisterStatus.REGISTERED)


def by_municipality(rows: QuerySet[Organisation]) -> tuple[MunicipalityRow, ...]:
    """Return the county's municipalities, most organisations first; two queries."""
    counts = dict(_registered(rows).values_list("domicile").annotate(Count("pk")))
    made = (
        MunicipalityRow(
            label=one.name,
            count=counts.get(one.pk, 0),
            key=one.code,
            inhabitants=one.inhabitants,
            inhabitants_on=one.inhabitants_on,
            column=one.tile_column,
            row=one.tile_row,
        )
        for one in Municipality.objects.filter(is_own=True).order_by("name_fi")
    )
    return tuple(sorted(made, key=lambda row: -row.count))


def by_sector(rows: QuerySet[Organisation]) -> tuple[Row, ...]:
    """Return the sectors that somebody names, most named first; one query."""
    sectors = (
        Sector.objects.filter(organisations__in=_registered(rows))
        .annotate(number=Count("organisations"))
        .order_by("-number", "order", "name_fi")
    )
    return tuple(Row(one.name, one.number) for one in sectors)


def by_legal_form(rows: QuerySet[Organisation]) -> tuple[Row, ...]:
    """Return the legal forms, most first; those of which the register says nothing are last; one query."""
    counts = dict(_registered(rows).values_list("legal_form").annotate(Count("pk")))
    known = [Row(str(form.label), counts[form]) for form in LegalForm if counts.get(form)]
    known.sort(key=lambda row: -row.count)
    return (*known, *([Row(_("ei tiedossa"), counts[""])] if counts.get("") else []))


def by_reach(rows: QuerySet[Organisation]) -> tuple[tuple[Row, ...], int]:
    """Return how far the organisations reach by their own word, and how many have not said; one query."""
    counts = dict(_registered(rows).values_list("reach").annotate(Count("pk")))
    return tuple(Row(str(reach.label), counts.get(reach, 0)) for reach in Reach), counts.get("", 0)


def by_year(rows: QuerySet[Organisation], first: int, last: int) -> tuple[YearRow, ...]:
    """Return each year from first to last with its new and gone organisations; two queries.

    Those that were gone before the register was first read are not known, so early years show the survivors.
    """
    new = _by_year(rows.filter(registered_on__year__gte=first), "registered_on")
    gone = _by_year(rows.filter(status__in=ENDED, status_on__year__gte=first), "status_on")
    return tuple(YearRow(year, new.get(year, 0), gone.get(year, 0)) for year in range(first, last + 1))


def _by_year(rows: QuerySet[Organisation], field: str) -> dict[int, int]:
    return dict(rows.values_list(ExtractYear(field)).annotate(Count("pk")))


def organisation_field(period: Period) -> OrganisationField:
    """Return the figures of the NGO field; seven queries."""
    rows = field_rows(period.end)
    first, last = local_date(period.start), local_date(period.end)
    counts = rows.aggregate(
        **{status.value: Count("pk", filter=Q(status=status)) for status in RegisterStatus},
        new=Count("pk", filter=Q(registered_on__gte=first, registered_on__lt=last)),
        gone=Count("pk", filter=Q(status__in=ENDED, status_on__gte=first, status_on__lt=last)),
    )
    reach, not_told = by_reach(rows)
    return OrganisationField(
        **counts,
        reach_not_told=not_told,
        by_municipality=tuple(Row(row.label, row.count) for row in by_municipality(rows)),
        by_sector=by_sector(rows),
        by_legal_form=by_legal_form(rows),
        by_reach=reach,
    )


def figures(period: Period) -> Iterator[Figure]:
    """Provider of the ``statistics`` seam."""
    field = organisation_field(period)
    yield Figure(
        key="organisations.registered",
        label=_("Järjestöjä rekisterissä"),
        value=field.registered,
        definition=_("Järjestöt, jotka ovat rekisterissä ja joiden kotipaikka on alueella."),
        rows=tuple((row.label, row.count, None) for row in field.by_municipality),
    )
    yield Figure(
        key="organisations.new",
        label=_("Uusia järjestöjä"),
        value=field.new,
        definition=_("Järjestöt, joiden rekisteröintipäivä on vuoden aikana."),
    )
    yield Figure(
        key="organisations.gone",
        label=_("Lopettaneita järjestöjä"),
        value=field.gone,
        definition=_("Järjestöt, jotka on purettu tai poistettu rekisteristä vuoden aikana."),
    )
    forms = {row.label: row.count for row in field.by_legal_form}
    yield Figure(
        key="organisations.associations",
        label=_("Rekisteröityjä yhdistyksiä"),
        value=forms.get(str(LegalForm.ASSOCIATION.label), 0),
        definition=_("Rekisterissä olevat järjestöt, joiden yhteisömuoto on rekisteröity yhdistys."),
        rows=tuple((row.label, row.count, None) for row in field.by_legal_form),
    )
    yield Figure(
        key="organisations.reach",
        label=_("Ulottuvuutensa kertoneita järjestöjä"),
        value=field.registered - field.reach_not_told,
        definition=_("Rekisterissä olevat järjestöt, jotka ovat itse kertoneet, kuinka laajalla alueella ne toimivat."),
        rows=tuple((row.label, row.count, None) for row in field.by_reach),
    )
