"""What the annual wheel knows besides events: schools' holidays, and keys of people's own calendar feeds."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from county.models import AreaRow, LocalizedName
from forums.models.sign_ups import new_token


class SchoolBreakQuerySet(models.QuerySet["SchoolBreak"]):
    """Questions about schools' holidays."""

    def touching(self, first: date, last: date) -> Self:
        """Return those with a day between the two, both included."""
        return self.filter(starts_on__lte=last, ends_on__gte=first)


class SchoolBreak(AreaRow, LocalizedName):
    """A school holiday of the area, from the area file: many cannot come then. No personal data."""

    starts_on = models.DateField(_("alkaa"))
    ends_on = models.DateField(_("päättyy"))
    source = models.CharField(_("lähde"), max_length=300, blank=True)

    objects = SchoolBreakQuerySet.as_manager()

    class Meta:
        verbose_name = _("koulujen loma")
        verbose_name_plural = _("koulujen lomat")
        ordering = ["starts_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="forums_schoolbreak_order",
                violation_error_message=_("Loma päättyy ennen kuin se alkaa. Korjaa jompikumpi päivä."),
            ),
        ]


class CalendarKey(models.Model):
    """The secret in the address of a person's own calendar feed; a new one makes the old address useless.

    Personal data: none but whose it is. Lives as long as the account.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="event_calendar_key", verbose_name=_("henkilö")
    )
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    made_at = models.DateTimeField(_("tehty"))

    class Meta:
        verbose_name = _("oman kalenterin avain")
        verbose_name_plural = _("omien kalenterien avaimet")

    def __str__(self) -> str:
        return str(self.made_at)
