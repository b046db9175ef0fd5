"""Once a year the organisation says that what it tells of itself is still true: dates and words of it."""

from calendar import monthrange
from datetime import date, datetime
from typing import Any

from django.db.models import DateField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce, TruncDate

from common.times import HELSINKI, local_date
from organisations.models import Membership, MembershipRole, Organisation

KEEPERS = (MembershipRole.ADMIN, MembershipRole.EDITOR)
ASK_AFTER = 11  # months from the last confirmation
OLD_AFTER = 12


def months_later(day: date, months: int) -> date:
    """Return the same day of the month ``months`` later (or earlier); the last day when there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def confirmed_within_a_year(organisation: Organisation, now: datetime) -> bool:
    """Tell whether the confirmation still holds."""
    if organisation.confirmed_at is None:
        return False
    return months_later(local_date(organisation.confirmed_at), OLD_AFTER) > local_date(now)


def asked(now: datetime, **lookup: Any) -> QuerySet[Organisation]:
    """Return existing organisations whose last confirmation is at least eleven months old, with its day.

    ``since`` is the day of the last confirmation, else the first day on which somebody could act for the
    organisation: nobody is reminded of what nobody could have done. ``lookup`` narrows the organisations.
    """
    began = Membership.objects.filter(organisation=OuterRef("pk")).order_by("valid_from").values("valid_from")[:1]
    confirmed = TruncDate("confirmed_at", tzinfo=HELSINKI)
    told = Organisation.objects.active().filter(**lookup)
    dated = told.annotate(since=Coalesce(confirmed, Subquery(began), output_field=DateField()))
    return dated.filter(since__lte=months_later(local_date(now), -ASK_AFTER)).order_by("sort_key", "pk")
