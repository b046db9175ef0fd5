"""Terms that must not overlap, held by the database."""

from typing import Any

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db.models import F, Func


class DateRange(Func):
    """``daterange(from, until, '[]')``: both ends included, an open end is null."""

    function = "daterange"
    output_field = DateRangeField()


def no_overlap(name: str, message: Any, *fields: str) -> ExclusionConstraint:
    """Refuse two rows with the same ``fields`` whose terms share a day."""
    return ExclusionConstraint(
        name=name,
        expressions=[
            *((F(field), RangeOperators.EQUAL) for field in fields),
            (DateRange(F("valid_from"), F("valid_until"), RangeBoundary(True, True)), RangeOperators.OVERLAPS),
        ],
        violation_error_message=message,
    )
