"""Use reports (käyttöselvitys): what the money did, in figures that can be summed and in the NGO's words."""

from datetime import date
from decimal import Decimal
from typing import Any, Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.models import both_or_neither
from common.money import MoneyField
from documents.models import StoredFile
from grants import life_cycles
from grants.models.decisions import Decision


class UseReportQuerySet(models.QuerySet["UseReport"]):
    """Use reports by the question that is asked of them."""

    def waiting_for_applicant(self) -> Self:
        """Reports that the organisation still has to send."""
        return self.filter(state__in=["open", "returned"])

    def overdue(self, on: date) -> Self:
        """Reports that should have been sent before the day."""
        return self.waiting_for_applicant().filter(due_on__lt=on)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(condition=pghistory.AnyChange("state", "due_on")),
    fields=["id", "decision", "state", "due_on", "spent_sum"],
)
class UseReport(models.Model):
    """The report of one grant. Figures are whole numbers of the reported year, the sum is in euros."""

    decision = models.OneToOneField(Decision, models.PROTECT, related_name="use_report")
    state = models.CharField(_("tila"), max_length=10, choices=life_cycles.USE_REPORT.choices(), default="open")
    due_on = models.DateField(_("määräpäivä"))
    revision = models.PositiveIntegerField(default=0)
    what_was_done = models.TextField(_("mitä teitte"), blank=True)
    what_changed = models.TextField(_("mitä toiminnasta seurasi"), blank=True)
    what_was_learned = models.TextField(_("mitä opitte"), blank=True)
    spent_sum = MoneyField(_("avustuksesta käytetty"), null=True, blank=True)
    people_reached = models.PositiveIntegerField(_("tavoitettuja ihmisiä"), null=True, blank=True)
    meetings = models.PositiveIntegerField(_("tapaamisia"), null=True, blank=True)
    volunteers = models.PositiveIntegerField(_("vapaaehtoisia"), null=True, blank=True)
    volunteer_hours = models.PositiveIntegerField(_("vapaaehtoistunteja"), null=True, blank=True)
    municipalities = models.ManyToManyField("county.Municipality", blank=True, related_name="+")
    officer_note = models.TextField(_("palautuksen syy"), blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    checked_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)

    objects = UseReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("käyttöselvitys")
        verbose_name_plural = _("käyttöselvitykset")
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["state", "due_on"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(spent_sum__isnull=True) | Q(spent_sum__gte=0), name="grants_use_report_sum_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(state__in=life_cycles.USE_REPORT.keys()), name="grants_use_report_state"
            ),
            both_or_neither("grants_use_report_submitted", "submitted_by", "submitted_at"),
            both_or_neither("grants_use_report_checked", "checked_by", "checked_at"),
            both_or_neither("grants_use_report_approved", "approved_by", "approved_at"),
            models.CheckConstraint(
                condition=~Q(state__in=["submitted", "checked", "approved"])
                | Q(submitted_by__isnull=False, spent_sum__isnull=False),
                name="grants_use_report_sent_has_facts",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved") | Q(approved_by__isnull=False, checked_by__isnull=False),
                name="grants_use_report_approved_has_checks",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id}: {self.state}"

    @property
    def state_label(self) -> Any:
        """The officers' name of the state."""
        return life_cycles.USE_REPORT.label(self.state)

    @property
    def applicant_state_label(self) -> Any:
        """The applicant's name of the state."""
        return life_cycles.USE_REPORT.applicant_label(self.state)

    @property
    def tone(self) -> str:
        """The tone of the state's tag."""
        return life_cycles.USE_REPORT.tone(self.state)

    @property
    def waits_for_applicant(self) -> bool:
        """Tell whether the organisation still has to send it."""
        return self.state in ("open", "returned")

    @property
    def is_being_checked(self) -> bool:
        """Tell whether it stands before an officer."""
        return self.state in ("submitted", "checked")

    @property
    def unused_sum(self) -> Decimal:
        """Euros of the grant that were not used; zero when nothing is told yet."""
        if self.spent_sum is None:
            return Decimal(0)
        return max(Decimal(self.decision.sum - self.spent_sum), Decimal(0))


class UseReportAttachment(StoredFile):
    """A document or picture of the report."""

    use_report = models.ForeignKey(UseReport, models.CASCADE, related_name="attachments")

    class Meta:
        verbose_name = _("selvityksen liite")
        verbose_name_plural = _("selvityksen liitteet")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name
