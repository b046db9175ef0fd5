"""Self-assessment by the theses of an NGO-friendly county (S002 §2.7): the county's scores and the NGOs', yearly."""

from datetime import datetime
from typing import Any, ClassVar, Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.seams import Tone
from common.transitions import LifeCycle, State, Transition
from county.models import AreaRow, LocalizedName

_MANAGE = "liaisons.assessment.manage"

ASSESSMENT = LifeCycle(
    "liaisons.assessment",
    states=(
        State("planned", _("Valmistelussa"), tone="none"),
        State("open", _("Avoinna järjestöille"), tone="info"),
        State("closed", _("Päättynyt, julkaisematta"), tone="wait"),
        State("published", _("Julkaistu"), tone="ok"),
    ),
    transitions=(
        Transition("open_assessment", ("planned",), "open", _MANAGE, _("Avaa järjestöille")),
        Transition("extend_assessment", ("open",), "open", _MANAGE, _("Jatka aikaa")),
        Transition("close_assessment", ("open",), "closed", _MANAGE, _("Päätä")),
        Transition(
            "publish_assessment",
            ("closed",),
            "published",
            _MANAGE,
            _("Julkaise"),
            condition="the county has scored every thesis with reasons and evidence",
        ),
    ),
)


class Score(models.IntegerChoices):
    """How well a thesis comes true, in words."""

    NOT = 1, _("ei toteudu")
    SELDOM = 2, _("toteutuu satunnaisesti")
    PARTLY = 3, _("toteutuu osittain")
    WELL = 4, _("toteutuu hyvin")
    FULLY = 5, _("toteutuu kaikkialla ja jatkuvasti")


class Thesis(AreaRow, LocalizedName):
    """One thesis: ``Järjestöystävällinen alue <nimi>``. Other words are another thesis: years compare."""

    order = models.PositiveSmallIntegerField(_("järjestys"), default=0)
    is_current = models.BooleanField(_("käytössä"), default=True)

    class Meta:
        verbose_name = _("järjestöystävällisen alueen teesi")
        verbose_name_plural = _("järjestöystävällisen alueen teesit")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.name_fi


class SelfAssessmentQuerySet(models.QuerySet["SelfAssessment"]):
    """Questions about assessments."""

    def taking_answers(self, now: datetime) -> Self:
        """Return those that organisations may answer now."""
        return self.filter(state="open", closes_at__gt=now)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class SelfAssessment(models.Model):
    """One year's assessment: opened to organisations, closed, published."""

    year = models.PositiveSmallIntegerField(_("vuosi"), unique=True)
    state = models.CharField(_("tila"), max_length=10, choices=ASSESSMENT.choices(), default="planned", editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("luotu"))
    opened_at = models.DateTimeField(_("avattu"), null=True, blank=True)
    closes_at = models.DateTimeField(_("järjestöt vastaavat viimeistään"), null=True, blank=True)
    announced_at = models.DateTimeField(_("pyynnöt lähetetty"), null=True, blank=True)
    promises = models.TextField(_("mitä aiomme parantaa"), max_length=4000, blank=True)
    published_at = models.DateTimeField(_("julkaistu"), null=True, blank=True)

    objects = SelfAssessmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("järjestöystävällisyyden arviointi")
        verbose_name_plural = _("järjestöystävällisyyden arvioinnit")
        ordering = ["-year"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(state__in=ASSESSMENT.keys()), name="liaisons_assessment_known_state"),
            models.CheckConstraint(
                condition=Q(year__gte=2023, year__lte=2100),
                name="liaisons_assessment_year",
                violation_error_message=_("Vuosi on väliltä 2023–2100."),
            ),
            models.CheckConstraint(
                condition=Q(state="planned") | Q(opened_at__isnull=False, closes_at__isnull=False),
                name="liaisons_assessment_open_has_times",
            ),
            models.CheckConstraint(
                condition=Q(opened_at__isnull=True) | Q(closes_at__gt=F("opened_at")),
                name="liaisons_assessment_closes_later",
                violation_error_message=_("Vastausaika päättyy ennen kuin se alkaa. Valitse myöhempi aika."),
            ),
            models.CheckConstraint(
                condition=Q(state="published", published_at__isnull=False)
                | (~Q(state="published") & Q(published_at__isnull=True)),
                name="liaisons_assessment_published_has_time",
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)

    def get_absolute_url(self) -> str:
        """Return the address of the year's public page."""
        return reverse("liaisons:public_assessment", args=[self.year])

    def state_at(self, now: datetime) -> str:
        """Return the state that the clock gives: an open one whose time is over is closed."""
        is_over = self.state == "open" and self.closes_at is not None and self.closes_at <= now
        return "closed" if is_over else self.state

    def takes_answers(self, now: datetime) -> bool:
        """Tell whether organisations may answer now."""
        return self.state_at(now) == "open"

    def label_at(self, now: datetime) -> tuple[Any, Tone]:
        """Return the state's name and tone."""
        state = self.state_at(now)
        return ASSESSMENT.label(state), ASSESSMENT.tone(state)


_SCORE = Q(score__gte=1, score__lte=5)
_WRONG_SCORE = _("Pisteet ovat 1–5.")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class CountyScore(models.Model):
    """The county's own score of one thesis, with its reasons and evidence."""

    assessment = models.ForeignKey(SelfAssessment, models.CASCADE, related_name="county_scores")
    thesis = models.ForeignKey(Thesis, models.PROTECT, related_name="county_scores", verbose_name=_("teesi"))
    score = models.PositiveSmallIntegerField(_("pisteet"), choices=Score.choices)
    reasons = models.TextField(_("perustelu"), max_length=2000)
    evidence = models.TextField(_("näyttö"), max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("arvioitu"))

    class Meta:
        verbose_name = _("hyvinvointialueen pisteet")
        verbose_name_plural = _("hyvinvointialueen pisteet")
        ordering = ["thesis__order", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["assessment", "thesis"], name="liaisons_countyscore_once"),
            models.CheckConstraint(
                condition=_SCORE, name="liaisons_countyscore_one_to_five", violation_error_message=_WRONG_SCORE
            ),
            models.CheckConstraint(
                condition=~Q(reasons="") & ~Q(evidence=""),
                name="liaisons_countyscore_with_reasons",
                violation_error_message=_("Perustele pisteet ja kerro, mihin ne nojaavat."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id}/{self.thesis_id}: {self.score}"


class NgoAssessment(models.Model):
    """One organisation's answer of one year. Read by its own people; everybody else sees sums of five or more.

    Personal data: who answered for the organisation; erased two years after the answer.
    """

    assessment = models.ForeignKey(SelfAssessment, models.CASCADE, related_name="answers")
    organisation = models.ForeignKey(
        "organisations.Organisation", models.PROTECT, related_name="assessments", verbose_name=_("järjestö")
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("vastaaja")
    )
    answered_at = models.DateTimeField(_("vastattu"))

    class Meta:
        verbose_name = _("järjestön arvio")
        verbose_name_plural = _("järjestöjen arviot")
        ordering = ["-answered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["assessment", "organisation"],
                name="liaisons_ngoassessment_once_a_year",
                violation_error_message=_("Järjestö on jo vastannut tänä vuonna."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.assessment_id}/{self.organisation_id}"


class NgoScore(models.Model):
    """An organisation's score of one thesis, perhaps with words; shown to others only without its name."""

    answer = models.ForeignKey(NgoAssessment, models.CASCADE, related_name="scores")
    thesis = models.ForeignKey(Thesis, models.PROTECT, related_name="ngo_scores", verbose_name=_("teesi"))
    score = models.PositiveSmallIntegerField(_("pisteet"), choices=Score.choices)
    words = models.CharField(_("sanallinen arvio"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("järjestön pisteet")
        verbose_name_plural = _("järjestöjen pisteet")
        ordering = ["thesis__order", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["answer", "thesis"], name="liaisons_ngoscore_once"),
            models.CheckConstraint(
                condition=_SCORE, name="liaisons_ngoscore_one_to_five", violation_error_message=_WRONG_SCORE
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer_id}/{self.thesis_id}: {self.score}"
