"""Reports of an agreement (sopimusraportti): what an organisation did in each period of the reporting interval.

A row may be written while it waits for the organisation; what was sent and what was said of it are rows that stay.
"""

from datetime import date
from typing import Any, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.models import both_or_neither
from documents.models import StoredFile
from grants.life_cycles_agreement_reports import AGREEMENT_REPORT, WAITING
from grants.models.agreements import AgreementParty, Side


class AgreementReportQuerySet(models.QuerySet["AgreementReport"]):
    """Reports by the question that is asked of them."""

    def waiting(self) -> Self:
        """Those that the organisation still has to send."""
        return self.filter(state__in=WAITING)

    def overdue(self, on: date) -> Self:
        """Those that should have been sent before the day."""
        return self.waiting().filter(due_on__lt=on)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(condition=pghistory.AnyChange("state", "due_on")),
    fields=["id", "party", "state", "due_on"],
)
class AgreementReport(models.Model):
    """What one party reports of one period (both days included); opened by the portal before its due day.

    ``revision`` grows with each save. ``arrived_on``: came on paper that day, an officer entered it. Personal data:
    what people write, and who sent and accepted it; kept as the agreement.
    """

    party = models.ForeignKey(AgreementParty, models.PROTECT, related_name="reports", verbose_name=_("osapuoli"))
    state = models.CharField(_("tila"), max_length=10, choices=AGREEMENT_REPORT.choices(), default="open")
    period_from = models.DateField(_("raportoitava aika alkaa"))
    period_to = models.DateField(_("raportoitava aika päättyy"))
    due_on = models.DateField(_("määräpäivä"))
    done = models.TextField(_("mitä on tehty"), max_length=8000, blank=True)
    plan_words = models.TextField(_("miten suunnitelma etenee"), max_length=4000, blank=True)
    problems = models.TextField(_("mikä ei ole onnistunut"), max_length=4000, blank=True)
    people_reached = models.PositiveIntegerField(_("tavoitettuja ihmisiä"), null=True, blank=True)
    meetings = models.PositiveIntegerField(_("tapaamisia"), null=True, blank=True)
    volunteers = models.PositiveIntegerField(_("vapaaehtoisia"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=0)
    opened_at = models.DateTimeField(_("avattu"))
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    submitted_at = models.DateTimeField(_("lähetetty"), null=True, blank=True)
    arrived_on = models.DateField(_("saapui paperilla"), null=True, blank=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    accepted_at = models.DateTimeField(_("hyväksytty"), null=True, blank=True)
    reminded_at = models.DateTimeField(_("muistutettu"), null=True, blank=True)

    objects = AgreementReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("sopimusraportti")
        verbose_name_plural = _("sopimusraportit")
        ordering = ["due_on", "pk"]
        indexes = [models.Index(fields=["state", "due_on"], name="grants_agr_report_state_idx")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=AGREEMENT_REPORT.keys()), name="grants_agr_report_state"),
            models.UniqueConstraint(fields=["party", "due_on"], name="grants_agr_report_once_a_day"),
            models.CheckConstraint(
                condition=Q(period_to__gte=F("period_from"), due_on__gte=F("period_to")),
                name="grants_agr_report_days_in_order",
            ),
            both_or_neither("grants_agr_report_submitted", "submitted_by", "submitted_at"),
            both_or_neither("grants_agr_report_accepted", "accepted_by", "accepted_at"),
            models.CheckConstraint(
                condition=~Q(state__in=["submitted", "accepted"]) | (Q(submitted_at__isnull=False) & ~Q(done="")),
                name="grants_agr_report_sent_tells",
                violation_error_message=_("Kirjoita, mitä on tehty."),
            ),
            models.CheckConstraint(
                condition=Q(state="accepted", accepted_at__isnull=False)
                | (~Q(state="accepted") & Q(accepted_at__isnull=True)),
                name="grants_agr_report_accepted_has_facts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party_id}: {self.due_on}"

    def get_absolute_url(self) -> str:
        return reverse("grants:agreement_report", args=[self.pk])

    @property
    def own_url(self) -> str:
        """The address on the organisation's side."""
        return reverse("grants:own_agreement_report", args=[self.party.organisation_id, self.pk])

    @property
    def state_label(self) -> Any:
        """The officers' name of the state."""
        return AGREEMENT_REPORT.label(self.state)

    @property
    def applicant_state_label(self) -> Any:
        """The organisation's name of the state."""
        return AGREEMENT_REPORT.applicant_label(self.state)

    @property
    def tone(self) -> str:
        """The tone of the state's tag."""
        return AGREEMENT_REPORT.tone(self.state)

    @property
    def waits(self) -> bool:
        """Tell whether the organisation still has to send it."""
        return self.state in WAITING

    def is_late(self, on: date) -> bool:
        """Tell whether it should have been sent before the day."""
        return self.waits and self.due_on < on


@pgtrigger.register(pgtrigger.Protect(name="sent_stays", operation=pgtrigger.Update | pgtrigger.Delete))
class AgreementReportVersion(models.Model):
    """A report as it was sent, 1 first; never changes. Personal data: what it says, who sent it; as the agreement."""

    report = models.ForeignKey(AgreementReport, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("järjestysnumero"))
    content = models.JSONField(_("sisältö"))
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(_("lähetetty"))

    class Meta:
        verbose_name = _("lähetetty sopimusraportti")
        verbose_name_plural = _("lähetetyt sopimusraportit")
        ordering = ["report", "number"]
        constraints = [models.UniqueConstraint(fields=["report", "number"], name="grants_agr_report_version_number")]

    def __str__(self) -> str:
        return f"{self.report_id}/{self.number}"


@pgtrigger.register(pgtrigger.Protect(name="note_stays", operation=pgtrigger.Update | pgtrigger.Delete))
class AgreementReportNote(models.Model):
    """A line of the report's thread, which both sides read: what was asked, answered, said at acceptance; it stays.

    Personal data: who wrote; kept as the agreement.
    """

    report = models.ForeignKey(AgreementReport, models.PROTECT, related_name="notes")
    verb = models.CharField(max_length=30)
    side = models.CharField(max_length=12, choices=Side.choices)
    text = models.TextField(_("viesti"), max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("sopimusraportin viesti")
        verbose_name_plural = _("sopimusraportin viestit")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text="") & Q(side__in=Side.values),
                name="grants_agr_report_note_has_text",
                violation_error_message=_("Kirjoita, mitä raportissa pitää täydentää."),
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]


class AgreementReportFile(StoredFile):
    """A file of the report, or the scan of one that came on paper. Kept as the agreement."""

    report = models.ForeignKey(AgreementReport, models.PROTECT, related_name="files")

    class Meta(StoredFile.Meta):
        verbose_name = _("sopimusraportin liite")
        verbose_name_plural = _("sopimusraporttien liitteet")
        ordering = ["pk"]
