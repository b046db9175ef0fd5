"""The handling of a use report: what was sent, what was checked in two steps, what was asked back."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.models import both_or_neither
from grants.models.triggers import any_changed
from grants.models.use_reports import UseReport


class ReportStep(models.TextChoices):
    """The two checks of a report: first what was done, then what the money went to."""

    CONTENT = "content", _("Sisältötarkastus")
    MONEY = "money", _("Rahatarkastus")


class ItemResult(models.TextChoices):
    """What an officer says of one item; an item that is not in order is asked back instead."""

    OK = "ok", _("Kunnossa")
    NOT_RELEVANT = "not_relevant", _("Ei koske tätä")


@pgtrigger.register(pgtrigger.Protect(name="sent_report_stays", operation=pgtrigger.Update | pgtrigger.Delete))
class UseReportVersion(models.Model):
    """A report as it was sent: number 1 first, a new one after each question. Never changes.

    Personal data: what the report says, and who sent it. Kept with the case.
    """

    use_report = models.ForeignKey(UseReport, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("järjestysnumero"))
    content = models.JSONField(_("sisältö"))
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(_("lähetetty"))

    class Meta:
        verbose_name = _("lähetetty selvitys")
        verbose_name_plural = _("lähetetyt selvitykset")
        ordering = ["use_report", "number"]
        constraints = [
            models.UniqueConstraint(fields=["use_report", "number"], name="grants_one_report_version_a_number"),
            models.CheckConstraint(condition=Q(number__gt=0), name="grants_report_version_number"),
        ]

    def __str__(self) -> str:
        return f"{self.use_report_id}: {self.number}"


@pgtrigger.register(pgtrigger.Protect(name="report_check_stays", operation=pgtrigger.Update | pgtrigger.Delete))
class UseReportCheck(models.Model):
    """One step's check of a report as it was sent for the ``number``th time; never changes.

    ``items`` are item key -> ``ItemResult`` (``grants.use_report_items``). ``note`` is among officers. Personal data:
    who checked. Kept with the case.
    """

    use_report = models.ForeignKey(UseReport, models.PROTECT, related_name="checks")
    step = models.CharField(_("vaihe"), max_length=8, choices=ReportStep.choices)
    number = models.PositiveSmallIntegerField(_("monesko lähetys"), default=0)
    items = models.JSONField(_("tarkistetut asiat"))
    note = models.CharField(_("huomautus"), max_length=500, blank=True)
    checked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    checked_at = models.DateTimeField(_("tarkistettu"))

    class Meta:
        verbose_name = _("selvityksen tarkastus")
        verbose_name_plural = _("selvitysten tarkastukset")
        ordering = ["use_report", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(step__in=ReportStep.values), name="grants_report_check_step"),
        ]

    def __str__(self) -> str:
        return f"{self.use_report_id}: {self.step}"

    @property
    def step_label(self) -> Any:
        """The step's name."""
        return ReportStep(self.step).label


@pgtrigger.register(
    pgtrigger.Protect(
        name="report_question_stays",
        operation=pgtrigger.Update,
        condition=any_changed("text", "step", "asked_by", "asked_at"),
    ),
    pgtrigger.Protect(
        name="report_answer_stays",
        operation=pgtrigger.Update | pgtrigger.Delete,
        condition=pgtrigger.Q(old__answered_at__isnull=False),
    ),
)
class UseReportQuestion(models.Model):
    """A question about a sent report to the organisation, and its answer; together they are the thread.

    ``answer`` is a draft until ``answered_at``, when the report is sent again with it. Personal data: what people
    write, and who. Kept with the case.
    """

    use_report = models.ForeignKey(UseReport, models.PROTECT, related_name="questions")
    step = models.CharField(_("vaihe"), max_length=8, choices=ReportStep.choices)
    text = models.TextField(_("kysymys"), max_length=1000)
    due_on = models.DateField(_("vastattava viimeistään"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("kysytty"))
    answer = models.TextField(_("vastaus"), max_length=3000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(_("vastattu"), null=True, blank=True)

    class Meta:
        verbose_name = _("kysymys selvityksestä")
        verbose_name_plural = _("kysymykset selvityksestä")
        ordering = ["asked_at", "pk"]
        constraints = [
            both_or_neither("grants_report_question_answered", "answered_by", "answered_at"),
            models.CheckConstraint(
                condition=~Q(text=""),
                name="grants_report_question_has_text",
                violation_error_message=_("Kirjoita, mitä selvityksessä pitää täydentää."),
            ),
            models.CheckConstraint(
                condition=Q(answered_at__isnull=True) | ~Q(answer=""),
                name="grants_report_question_has_answer",
                violation_error_message=_("Vastaa kysymykseen."),
            ),
            models.UniqueConstraint(
                fields=["use_report"],
                condition=Q(answered_at__isnull=True),
                name="grants_one_open_question_a_report",
                violation_error_message=_("Edelliseen kysymykseen ei ole vielä vastattu."),
            ),
            models.CheckConstraint(condition=Q(step__in=ReportStep.values), name="grants_report_question_step"),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def step_label(self) -> Any:
        """The step's name."""
        return ReportStep(self.step).label
