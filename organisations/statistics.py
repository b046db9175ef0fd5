"""Figures of the NGO field for a period, each from one query."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F

from common.seams import Period
from common.times import local_date
from organisations.models import Organisation


@dataclass(frozen=True)
class OrganisationField:
    """The NGO field: registered organisations, those registered in the period, and by domicile, most first."""

    registered: int
    new: int
    by_municipality: tuple[dict[str, Any], ...]


def organisation_field(period: Period) -> OrganisationField:
    """Return the figures of registered organisations as they stand now; rows are ``label`` and ``count``."""
    registered = Organisation.objects.filter(status="registered")
    first, last = local_date(period.start), local_date(period.end)
    by_municipality = registered.values(label=F("domicile__name_fi")).annotate(count=Count("pk")).order_by("-count")
    return OrganisationField(
        registered=registered.count(),
        new=registered.filter(registered_on__gte=first, registered_on__lt=last).count(),
        by_municipality=tuple(dict(row) for row in by_municipality),
    )
