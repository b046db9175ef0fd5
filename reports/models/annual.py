"""The yearly follow-up report: drafted, commented, frozen with every figure, read by the committee."""

from typing import Any, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.models import both_or_neither
from common.transitions import LifeCycle, State, Transition
from documents.models import RenderedDocument
from reports.audiences import BY_KEY, CHOICES, COMMITTEE, Audience

ANNUAL_REPORT = LifeCycle(
    "reports.annual_report",
    (
        State("collecting", _("Lukuja kootaan"), tone="wait"),
        State("draft", _("Luonnos"), tone="wait"),
        State("freezing", _("Asiakirjaa tehdään"), tone="wait"),
        State("frozen", _("Julkaistu"), tone="ok"),
    ),
    (
        Transition("finish_collecting", ("collecting",), "draft", "reports.annual.manage", _("Luvut koottu")),
        Transition(
            "collect_again", ("draft", "collecting"), "collecting", "reports.annual.manage", _("Kokoa luvut uudelleen")
        ),
        Transition("freeze", ("draft",), "freezing", "reports.annual.manage", _("Jäädytä ja julkaise")),
        Transition("finish_freezing", ("freezing",), "frozen", "reports.annual.manage", _("Asiakirja tallennettu")),
        Transition("give_up_freezing", ("freezing",), "draft", "reports.annual.manage", _("Asiakirjaa ei syntynyt")),
    ),
)


class AnnualReportQuerySet(models.QuerySet["AnnualReport"]):
    """Annual reports by the question that is asked of them."""

    def published(self) -> Self:
        """Reports that anyone may read."""
        return self.filter(state="frozen")


@pgtrigger.register(
    pgtrigger.Protect(
        name="frozen_report_stays",
        operation=pgtrigger.Update | pgtrigger.Delete,
        condition=pgtrigger.Q(old__state="frozen"),
    )
)
@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(condition=pghistory.AnyChange("state")), fields=["id", "state"]
)
class AnnualReport(models.Model):
    """A version of one year's report for one audience. A frozen one never changes; a corrected report is a new version.

    ``figures`` is the snapshot of ``reports.figures.collect`` with definitions; ``progress`` is a percentage.
    """

    year = models.PositiveSmallIntegerField(_("vuosi"))
    audience = models.CharField(_("kenelle"), max_length=20, choices=CHOICES, default=COMMITTEE)
    version = models.PositiveSmallIntegerField(_("versio"), default=1)
    state = models.CharField(_("tila"), max_length=12, choices=ANNUAL_REPORT.choices(), default="collecting")
    progress = models.PositiveSmallIntegerField(default=0)
    figures = models.JSONField(default=dict, blank=True)
    collected_at = models.DateTimeField(null=True, blank=True)
    findings = models.TextField(_("havainnot"), blank=True)
    proposals = models.TextField(_("ehdotukset"), blank=True)
    change_note = models.CharField(_("mikä muuttui edellisestä versiosta"), max_length=500, blank=True)
    trouble = models.CharField(max_length=500, blank=True)
    document = models.ForeignKey(RenderedDocument, models.PROTECT, null=True, blank=True, related_name="+")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    frozen_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    frozen_at = models.DateTimeField(null=True, blank=True)

    objects = AnnualReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("vuosiraportti")
        verbose_name_plural = _("vuosiraportit")
        ordering = ["-year", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["year", "audience", "version"], name="reports_annual_report_version"),
            models.UniqueConstraint(
                fields=["year", "audience"],
                condition=~Q(state="frozen"),
                name="reports_one_draft_a_year",
                violation_error_message=_("Tämän vuoden raportista on jo luonnos. Jatka sitä."),
            ),
            models.CheckConstraint(
                condition=Q(audience__in=list(BY_KEY)),
                name="reports_audience_known",
                violation_error_message=_("Valitse, kenelle raportti tehdään."),
            ),
            models.CheckConstraint(condition=Q(progress__lte=100), name="reports_progress_percentage"),
            both_or_neither("reports_frozen_by_and_at", "frozen_by", "frozen_at"),
            models.CheckConstraint(
                condition=~Q(state="frozen") | Q(document__isnull=False, frozen_at__isnull=False),
                name="reports_frozen_has_document",
            ),
            models.CheckConstraint(
                condition=Q(version=1) | ~Q(change_note="") | ~Q(state="frozen"),
                name="reports_new_version_says_why",
                violation_error_message=_("Kerro, mikä muuttui edellisestä versiosta."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.year}/{self.version}"

    @property
    def title(self) -> str:
        """The report's own title in the active language."""
        return self.reader.title_of(self.year)

    @property
    def reader(self) -> Audience:
        """For whom the report is made, and so what it tells."""
        return BY_KEY[self.audience]

    @property
    def state_label(self) -> Any:
        """The state's name."""
        return ANNUAL_REPORT.label(self.state)

    @property
    def tone(self) -> str:
        """The state's tone."""
        return ANNUAL_REPORT.tone(self.state)


class ReportReading(models.Model):
    """A member of the committee has marked the report read; kept as long as the report."""

    report = models.ForeignKey(AnnualReport, models.CASCADE, related_name="readings")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    read_at = models.DateTimeField()

    class Meta:
        verbose_name = _("lukukuittaus")
        verbose_name_plural = _("lukukuittaukset")
        constraints = [models.UniqueConstraint(fields=["report", "user"], name="reports_one_reading_a_person")]

    def __str__(self) -> str:
        return f"{self.report_id}: {self.user_id}"
