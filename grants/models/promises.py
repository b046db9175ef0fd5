"""Attachments that an applicant promises to deliver after sending, where the call lets them."""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.times import add_days
from grants.models.applications import Application
from grants.models.calls import AttachmentSlot

#: An applicant is reminded of what is promised this many days before its day.
REMIND_DAYS = 3


class AttachmentPromise(models.Model):
    """One slot's attachment "toimitetaan myöhemmin", by a day; ``arrived_at`` when it has come.

    Personal data: who promised. Kept with the application.
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="promises")
    attachment_slot = models.ForeignKey(AttachmentSlot, models.PROTECT, related_name="+")
    due_on = models.DateField(_("toimitetaan viimeistään"))
    promised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    promised_at = models.DateTimeField()
    arrived_at = models.DateTimeField(_("saapunut"), null=True, blank=True)

    class Meta:
        verbose_name = _("myöhemmin toimitettava liite")
        verbose_name_plural = _("myöhemmin toimitettavat liitteet")
        ordering = ["attachment_slot__order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "attachment_slot"],
                name="grants_one_promise_a_slot",
                violation_error_message=_("Liite on jo luvattu toimittaa myöhemmin."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.attachment_slot} {self.due_on}"

    def may_still_arrive(self, today: date) -> bool:
        """Tell whether the attachment is missing and its day has not passed."""
        return self.arrived_at is None and today <= self.due_on

    @property
    def remind_on(self) -> date:
        """The day of the reminder."""
        return add_days(self.due_on, -REMIND_DAYS)
