"""Figures of the NGO field: how many organisations, where, in which sectors, how many new and gone."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from common.seams import Figure, Period
from common.times import local_date
from county.models import Municipality, Sector
from organisations.models import Organisation, RegisterStatus


@dataclass(frozen=True)
class Row:
    """One bar: what it is about and how many."""

    label: str
    count: int


@dataclass(frozen=True)
class OrganisationField:
    """The field at the time of asking; ``new`` and ``gone`` are of the period.

    ``registered`` counts the organisations in the register with their domicile in the county (all of them,
    where no municipality is the county's own). A sector counts every organisation that names it.
    """

    registered: int
    liquidation: int
    dissolved: int
    removed: int
    new: int
    gone: int
    by_municipality: tuple[Row, ...]
    by_sector: tuple[Row, ...]


def organisation_field(period: Period) -> OrganisationField:
    """Return the figures of the NGO field; four queries."""
    rows = Organisation.objects.all()
    if Municipality.objects.filter(is_own=True).exists():
        rows = rows.filter(domicile__is_own=True)
    first, last = local_date(period.start), local_date(period.end)
    ended = Q(status__in=[RegisterStatus.DISSOLVED, RegisterStatus.REMOVED])
    counts = rows.aggregate(
        **{status.value: Count("pk", filter=Q(status=status)) for status in RegisterStatus},
        new=Count("pk", filter=Q(registered_on__gte=first, registered_on__lt=last)),
        gone=Count("pk", filter=ended & Q(status_on__gte=first, status_on__lt=last)),
    )
    registered = Q(domiciled_organisations__status=RegisterStatus.REGISTERED)
    municipalities = (
        Municipality.objects.filter(is_own=True)
        .annotate(number=Count("domiciled_organisations", filter=registered))
        .order_by("-number", "name_fi")
    )
    in_register = Q(organisations__status=RegisterStatus.REGISTERED)
    sectors = (
        Sector.objects.annotate(number=Count("organisations", filter=in_register))
        .filter(number__gt=0)
        .order_by("-number", "order", "name_fi")
    )
    return OrganisationField(
        **counts,
        by_municipality=tuple(Row(row.name, row.number) for row in municipalities),
        by_sector=tuple(Row(row.name, row.number) for row in sectors),
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
