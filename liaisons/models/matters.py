"""Who takes part in one matter instead of those who have withdrawn from it: deputies for it alone, its own chair."""

import pghistory
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from liaisons.models.attendance import Attendance
from liaisons.models.meetings import AgendaItem


@pghistory.track(pghistory.InsertEvent(), pghistory.DeleteEvent())
class ItemDeputy(models.Model):
    """A deputy called in for one matter, or one case of it, instead of a voter who has withdrawn.

    The deputy votes there and nowhere else. Personal data: who sat for whom; kept with the minutes.
    """

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="deputies", verbose_name=_("asia"))
    part = models.CharField(_("asian osa"), max_length=60, blank=True, default="")
    attendance = models.ForeignKey(Attendance, models.PROTECT, related_name="item_duties", verbose_name=_("varajäsen"))
    stands_in_for = models.ForeignKey(
        Attendance, models.PROTECT, related_name="item_deputies", verbose_name=_("kenen sijasta")
    )
    called_at = models.DateTimeField(_("kutsuttu"))

    class Meta:
        verbose_name = _("varajäsen yhdessä asiassa")
        verbose_name_plural = _("varajäsenet yhdessä asiassa")
        ordering = ["item", "part", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "part", "attendance"],
                name="liaisons_itemdeputy_once",
                violation_error_message=_("Varajäsen on jo tässä asiassa jonkun toisen sijasta."),
            ),
            models.UniqueConstraint(
                fields=["item", "part", "stands_in_for"],
                name="liaisons_itemdeputy_one_for_a_member",
                violation_error_message=_("Jäsenellä on jo varajäsen tässä asiassa."),
            ),
            models.CheckConstraint(
                condition=~Q(attendance=F("stands_in_for")), name="liaisons_itemdeputy_not_for_oneself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.attendance_id}: {self.item_id} {self.part}".strip()


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ItemChair(models.Model):
    """Who presided over one matter, or one case of it, where neither the chair nor the vice chair could.

    Personal data: who presided; kept with the minutes.
    """

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="chairs", verbose_name=_("asia"))
    part = models.CharField(_("asian osa"), max_length=60, blank=True, default="")
    attendance = models.ForeignKey(Attendance, models.PROTECT, related_name="+", verbose_name=_("puheenjohtaja"))
    chosen_at = models.DateTimeField(_("kirjattu"))

    class Meta:
        verbose_name = _("asian tilapäinen puheenjohtaja")
        verbose_name_plural = _("asioiden tilapäiset puheenjohtajat")
        ordering = ["item", "part"]
        constraints = [
            models.UniqueConstraint(fields=["item", "part"], name="liaisons_itemchair_one"),
        ]

    def __str__(self) -> str:
        return f"{self.attendance_id}: {self.item_id} {self.part}".strip()
