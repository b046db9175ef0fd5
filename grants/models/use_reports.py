"""Use reports (käyttöselvitys): what the money did, in figures that can be summed and in the NGO's words.

The organisation's row may be edited while it waits for the organisation; what was sent, what was checked and what was
asked are rows of their own, which stay (``grants.models.use_report_handling``).
"""

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


class ReportKind(models.TextChoices):
    """Which report of a grant: in the middle, where the call's terms ask one, or at the end."""

    INTERIM = "interim", _("Väliselvitys")
    FINAL = "final", _("Loppuselvitys")


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
    """One report of a grant: the final one, and before it an interim one where the call asks it.

    Figures are whole numbers of the reported time, sums are in euros. ``is_full``: the grant was large enough for the
    full form, with costs by line (``GrantKind.full_report_from``). ``costs`` are those lines, ``[{"what", "budgeted",
    "used"}]`` with euros as text; ``budgeted`` is of the application's budget, None for a line that was not in it.
    ``arrived_on``: came on paper that day, an officer entered it. Personal data: what people write into the story, and
    who sent and checked. Kept with the case.
    """

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="use_reports")
    kind = models.CharField(_("laji"), max_length=8, choices=ReportKind.choices, default=ReportKind.FINAL)
    state = models.CharField(_("tila"), max_length=10, choices=life_cycles.USE_REPORT.choices(), default="open")
    due_on = models.DateField(_("määräpäivä"))
    revision = models.PositiveIntegerField(default=0)
    what_was_done = models.TextField(_("mitä teitte"), blank=True)
    what_changed = models.TextField(_("mitä toiminnasta seurasi"), blank=True)
    what_was_learned = models.TextField(_("mitä opitte"), blank=True)
    is_full = models.BooleanField(_("laaja selvitys"), default=False, editable=False)
    costs = models.JSONField(_("menot riveittäin"), default=list, blank=True)
    what_differed = models.TextField(_("mikä poikkesi suunnitellusta"), blank=True)
    spent_sum = MoneyField(_("avustuksesta käytetty"), null=True, blank=True)
    people_reached = models.PositiveIntegerField(_("tavoitettuja ihmisiä"), null=True, blank=True)
    meetings = models.PositiveIntegerField(_("tapaamisia"), null=True, blank=True)
    volunteers = models.PositiveIntegerField(_("vapaaehtoisia"), null=True, blank=True)
    volunteer_hours = models.PositiveIntegerField(_("vapaaehtoistunteja"), null=True, blank=True)
    municipalities = models.ManyToManyField("county.Municipality", blank=True, related_name="+")
    officer_note = models.TextField(_("palautuksen syy"), blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)
    reminded_at = models.DateTimeField(_("muistutettu"), null=True, blank=True)
    arrived_on = models.DateField(_("saapunut paperilla"), null=True, blank=True)
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
            models.UniqueConstraint(fields=["decision", "kind"], name="grants_one_use_report_a_kind_and_decision"),
            models.CheckConstraint(condition=Q(kind__in=ReportKind.values), name="grants_use_report_kind"),
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
    def is_interim(self) -> bool:
        """Tell whether the grant is still being used: nothing is left over yet."""
        return self.kind == ReportKind.INTERIM

    @property
    def title(self) -> Any:
        """What the report is called."""
        return _("Väliselvitys") if self.is_interim else _("Käyttöselvitys")

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
        """Euros of the grant that were not used; zero when nothing is told yet, and in an interim report."""
        if self.spent_sum is None or self.is_interim:
            return Decimal(0)
        return max(Decimal(self.decision.sum - self.spent_sum), Decimal(0))


class PictureConsent(models.TextChoices):
    """What the people in a picture have agreed to (kuvauslupa)."""

    NO_PEOPLE = "no_people", _("Kuvassa ei ole tunnistettavia ihmisiä")
    REPORT = "report", _("Kuvassa olevat ovat antaneet luvan käyttää kuvaa tässä selvityksessä")
    PUBLIC = "public", _("Kuvassa olevat ovat antaneet luvan myös julkaista kuvan")


class UseReportAttachment(StoredFile):
    """A document or picture of the report. A picture says whether the people in it have agreed (kuvauslupa)."""

    use_report = models.ForeignKey(UseReport, models.CASCADE, related_name="attachments")
    consent = models.CharField(_("kuvauslupa"), max_length=10, choices=PictureConsent.choices, blank=True)

    class Meta:
        verbose_name = _("selvityksen liite")
        verbose_name_plural = _("selvityksen liitteet")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(consent__in=["", *PictureConsent.values]), name="grants_report_file_consent_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_picture(self) -> bool:
        """Tell whether the file is a picture, of which consent is asked."""
        return self.content_type.startswith("image/")
