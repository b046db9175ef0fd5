"""Development goals (kehittämistavoitteet) of the county's co-operation document: indicators, values, what was done."""

from datetime import date
from typing import Any, Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from county.models import FALLBACK_LANGUAGE, AreaRow


class Light(models.TextChoices):
    """How a goal goes, as the responsible person judges; always shown with its word."""

    ON_TRACK = "on_track", _("Etenee")
    ATTENTION = "attention", _("Vaatii huomiota")
    OFF_TRACK = "off_track", _("Ei etene")
    REACHED = "reached", _("Saavutettu")


LIGHT_TONES = {"on_track": "info", "attention": "wait", "off_track": "bad", "reached": "ok"}


class IndicatorSource(models.TextChoices):
    """Where an indicator's values come from."""

    FIGURE = "figure", _("portaalin tilastosta")
    HAND = "hand", _("kirjataan käsin")


class Wish(models.TextChoices):
    """Which way the indicator should go."""

    UP = "up", _("suurempi on parempi")
    DOWN = "down", _("pienempi on parempi")


class DevelopmentGoalQuerySet(models.QuerySet["DevelopmentGoal"]):
    """Questions about goals."""

    def in_period(self, year: int) -> Self:
        """Return the goals whose period covers the year, in their order."""
        return self.filter(first_year__lte=year, last_year__gte=year)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), exclude=["area_values"])
class DevelopmentGoal(AreaRow):
    """One goal, word for word as the county decided it; its period is whole years, both included.

    Personal data: who answers for it, an official.
    """

    first_year = models.PositiveSmallIntegerField(_("kausi alkaa"))
    last_year = models.PositiveSmallIntegerField(_("kausi päättyy"))
    order = models.PositiveSmallIntegerField(_("järjestys"), default=0)
    text_fi = models.TextField(_("tavoite suomeksi"), max_length=1000)
    text_sv = models.TextField(_("tavoite ruotsiksi"), max_length=1000, blank=True)
    text_en = models.TextField(_("tavoite englanniksi"), max_length=1000, blank=True)
    responsible = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="goals_answered",
        verbose_name=_("vastuuhenkilö"),
    )

    objects = DevelopmentGoalQuerySet.as_manager()

    class Meta:
        verbose_name = _("kehittämistavoite")
        verbose_name_plural = _("kehittämistavoitteet")
        ordering = ["-first_year", "order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_year__gte=F("first_year")),
                name="reports_goal_period_order",
                violation_error_message=_("Kausi päättyy ennen kuin se alkaa."),
            ),
            models.CheckConstraint(
                condition=~Q(text_fi=""),
                name="reports_goal_has_text",
                violation_error_message=_("Kirjoita tavoite."),
            ),
        ]

    def __str__(self) -> str:
        return self.text[0]

    def get_absolute_url(self) -> str:
        return reverse("reports:goal", args=[self.pk])

    @property
    def text(self) -> tuple[str, str]:
        """Return the goal in the active language, or in Finnish, and its language."""
        language = (get_language() or FALLBACK_LANGUAGE)[:2]
        own = str(getattr(self, f"text_{language}", ""))
        return (own, language) if own else (self.text_fi, FALLBACK_LANGUAGE)

    @property
    def period(self) -> str:
        """Return the period as ``2025–2028``."""
        return f"{self.first_year}–{self.last_year}"


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class GoalIndicator(models.Model):
    """What shows whether a goal comes true: one number a year, with a baseline and a target. No personal data.

    ``figure_key`` is the key of a figure of the ``statistics`` seam (``common.seams.Figure``).
    """

    goal = models.ForeignKey(DevelopmentGoal, models.CASCADE, related_name="indicators", verbose_name=_("tavoite"))
    label = models.CharField(_("mittari"), max_length=150)
    unit = models.CharField(_("yksikkö"), max_length=30, blank=True)
    source = models.CharField(
        _("mistä luku tulee"), max_length=10, choices=IndicatorSource.choices, default=IndicatorSource.HAND
    )
    figure_key = models.CharField(_("portaalin luku"), max_length=100, blank=True)
    wish = models.CharField(_("suunta"), max_length=5, choices=Wish.choices, default=Wish.UP)
    baseline = models.DecimalField(_("lähtötaso"), max_digits=14, decimal_places=2, null=True, blank=True)
    target = models.DecimalField(_("tavoitearvo"), max_digits=14, decimal_places=2, null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("järjestys"), default=0)

    class Meta:
        verbose_name = _("mittari")
        verbose_name_plural = _("mittarit")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(source="figure", figure_key__gt="") | Q(source="hand", figure_key=""),
                name="reports_indicator_source",
                violation_error_message=_("Valitse portaalin luku, tai merkitse, että luku kirjataan käsin."),
            ),
            models.UniqueConstraint(
                fields=["goal", "label"],
                name="reports_indicator_once",
                violation_error_message=_("Tavoitteella on jo tämänniminen mittari."),
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def is_reached(self, value: Any) -> bool:
        """Tell whether the value reaches the target; never where there is no target or no value."""
        if self.target is None or value is None:
            return False
        return bool(value >= self.target if self.wish == Wish.UP else value <= self.target)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class GoalValue(models.Model):
    """An indicator's value of one year. ``entered_by`` is empty where the portal's statistics gave it."""

    indicator = models.ForeignKey(GoalIndicator, models.CASCADE, related_name="values", verbose_name=_("mittari"))
    year = models.PositiveSmallIntegerField(_("vuosi"))
    value = models.DecimalField(_("arvo"), max_digits=14, decimal_places=2)
    note = models.CharField(_("mistä luku on"), max_length=300, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("kirjasi")
    )
    entered_at = models.DateTimeField(_("kirjattu"))

    class Meta:
        verbose_name = _("mittarin arvo")
        verbose_name_plural = _("mittarien arvot")
        ordering = ["year"]
        constraints = [
            models.UniqueConstraint(fields=["indicator", "year"], name="reports_goal_value_once_a_year"),
            models.CheckConstraint(
                condition=Q(year__gte=2000, year__lte=2100),
                name="reports_goal_value_year_sane",
                violation_error_message=_("Kirjoita vuosi neljällä numerolla."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.indicator_id}/{self.year}: {self.value}"


class GoalUpdateQuerySet(models.QuerySet["GoalUpdate"]):
    """Questions about updates."""

    def newest_first(self) -> Self:
        """Return the latest day first."""
        return self.order_by("-on", "-pk")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class GoalUpdate(models.Model):
    """What was done for a goal and how it goes; public, so that everybody sees the county's own promise followed.

    Personal data: none but who wrote it.
    """

    goal = models.ForeignKey(DevelopmentGoal, models.CASCADE, related_name="updates", verbose_name=_("tavoite"))
    on = models.DateField(_("päivä"))
    light = models.CharField(_("miten etenee"), max_length=10, choices=Light.choices)
    text = models.TextField(_("mitä on tehty"), max_length=3000)
    evidence = models.CharField(_("mistä sen näkee"), max_length=300, blank=True)
    evidence_url = models.URLField(_("linkki"), max_length=500, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("kirjoitti")
    )
    written_at = models.DateTimeField(_("kirjoitettu"))

    objects = GoalUpdateQuerySet.as_manager()

    class Meta:
        verbose_name = _("tavoitteen seuranta")
        verbose_name_plural = _("tavoitteiden seuranta")
        ordering = ["-on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="reports_goal_update_has_text",
                violation_error_message=_("Kerro, mitä tavoitteen eteen on tehty."),
            ),
            models.UniqueConstraint(
                fields=["goal", "on", "text"],
                name="reports_goal_update_once",
                violation_error_message=_("Sama kirjaus on jo tallennettu."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.goal_id} {self.on}"

    @property
    def tone(self) -> str:
        """The light's tone."""
        return LIGHT_TONES[self.light]


#: A goal without a word for so long waits for its responsible person.
SILENT_DAYS = 180


def is_silent(last: date | None, today: date) -> bool:
    """Tell whether the goal has been without an update for too long."""
    return last is None or (today - last).days > SILENT_DAYS
