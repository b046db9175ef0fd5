"""Abstract models and querysets that several rooms share; no business of its own."""

from datetime import date, datetime
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.times import local_date


class TermQuerySet(models.QuerySet[Any]):
    """Facts with a beginning and an end."""

    def in_force(self, now: datetime) -> Self:
        """Return the rows whose term covers the local day of ``now`` (both ends included)."""
        today = local_date(now)
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=today), valid_from__lte=today)


class Term(models.Model):
    """A right or duty from one day to another, both included; an open end means until further notice."""

    valid_from = models.DateField(_("alkaa"))
    valid_until = models.DateField(_("päättyy"), null=True, blank=True)

    objects = TermQuerySet.as_manager()

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="%(app_label)s_%(class)s_term_order",
                violation_error_message=_("Päättymispäivä on ennen alkamispäivää. Korjaa jompikumpi."),
            )
        ]

    def is_in_force(self, on: date) -> bool:
        """Tell whether the term covers the day."""
        return self.valid_from <= on and (self.valid_until is None or on <= self.valid_until)

    def clean(self) -> None:
        super().clean()
        if self.valid_from and self.valid_until and self.valid_until < self.valid_from:
            raise ValidationError({"valid_until": _("Päättymispäivä on ennen alkamispäivää. Korjaa jompikumpi.")})


def both_or_neither(name: str, *fields: str) -> models.CheckConstraint:
    """Return a constraint: who and when (and what belongs to them) are all set or all empty."""
    all_set, all_empty = Q(), Q()
    for field in fields:
        all_set &= Q(**{f"{field}__isnull": False})
        all_empty &= Q(**{f"{field}__isnull": True})
    return models.CheckConstraint(condition=all_set | all_empty, name=name)
