"""A worked example with which the assessors of a call find a common scale; never part of the real scores."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from grants.models.calls import Criterion, GrantCall


class CalibrationExample(models.Model):
    """An invented or anonymised application of a call, with the coordinator's model points and their reasons.

    Assessors see it once it is shown (``shown_at``). Personal data: who wrote it; the text is of nobody. Kept with the
    call.
    """

    call = models.OneToOneField(GrantCall, models.CASCADE, related_name="calibration", verbose_name=_("haku"))
    title = models.CharField(_("esimerkin nimi"), max_length=200)
    text = models.TextField(_("esimerkkihakemus"), max_length=10000)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("kirjoittaja")
    )
    written_at = models.DateTimeField(_("tallennettu"))
    shown_at = models.DateTimeField(_("näytetty arvioijille"), null=True, blank=True)

    class Meta:
        verbose_name = _("harjoitusesimerkki")
        verbose_name_plural = _("harjoitusesimerkit")
        constraints = [
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(text=""),
                name="grants_calibration_has_text",
                violation_error_message=_("Kirjoita esimerkin nimi ja teksti."),
            )
        ]

    def __str__(self) -> str:
        return self.title


class CalibrationScore(models.Model):
    """The model points of one criterion and why."""

    example = models.ForeignKey(CalibrationExample, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField(_("mallipisteet"))
    most = models.PositiveSmallIntegerField(editable=False)
    reason = models.TextField(_("perustelu"), max_length=2000)

    class Meta:
        verbose_name = _("mallipisteet")
        verbose_name_plural = _("mallipisteet")
        ordering = ["criterion__order", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["example", "criterion"], name="grants_one_calibration_score_a_criterion"),
            models.CheckConstraint(
                condition=Q(points__lte=F("most")),
                name="grants_calibration_score_within_weight",
                violation_error_message=_("Pisteitä on enemmän kuin perusteen enimmäispisteet."),
            ),
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="grants_calibration_score_has_reason",
                violation_error_message=_("Perustele mallipisteet."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.points)


class CalibrationTry(models.Model):
    """One assessor's own points of the example, criterion key -> points; given once, then the model is seen.

    Personal data: who practised, read by the person alone; others see counts. Kept with the call.
    """

    example = models.ForeignKey(CalibrationExample, models.CASCADE, related_name="tries")
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    points = models.JSONField(default=dict)
    tried_at = models.DateTimeField()

    class Meta:
        verbose_name = _("harjoittelu")
        verbose_name_plural = _("harjoittelut")
        constraints = [
            models.UniqueConstraint(fields=["example", "assessor"], name="grants_one_calibration_try_a_person"),
        ]

    def __str__(self) -> str:
        return f"{self.example_id}: {self.assessor_id}"

    def points_of(self, criterion: Any) -> int | None:
        """Return the points given to the criterion."""
        found = self.points.get(str(criterion.pk))
        return None if found is None else int(found)
