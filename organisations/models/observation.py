"""Observations: what the county has noticed, made by one officer and confirmed by another, seen by the NGO."""

from datetime import datetime
from typing import Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.models import both_or_neither
from common.seams import Tone
from common.times import local_date
from common.transitions import LifeCycle, State, Transition

OBSERVATION_LIFE = LifeCycle(
    name="organisations.observation",
    states=(
        State("proposed", _("Odottaa toista vahvistajaa"), tone="wait"),
        State("confirmed", _("Vahvistettu"), tone="info"),
        State("withdrawn", _("Peruttu"), tone="none"),
    ),
    transitions=(
        Transition("confirm", ("proposed",), "confirmed", "organisations.observation.confirm", _("Vahvista")),
        Transition("withdraw", ("proposed", "confirmed"), "withdrawn", "organisations.observation.manage", _("Peru")),
    ),
)


class ObservationLevel(models.TextChoices):
    """How weighty it is."""

    INFORMATION = "information", _("tieto")
    REMARK = "remark", _("huomautettava")
    SERIOUS = "serious", _("vakava")


LEVEL_TONES: dict[str, Tone] = {"information": "info", "remark": "wait", "serious": "bad"}


class ObservationQuerySet(models.QuerySet["Observation"]):
    """Questions about observations."""

    def in_force(self, now: datetime) -> Self:
        """Return the confirmed ones whose time covers the local day of ``now``."""
        today = local_date(now)
        return self.filter(
            Q(valid_until__isnull=True) | Q(valid_until__gte=today), state="confirmed", valid_from__lte=today
        )


@pghistory.track()
class Observation(models.Model):
    """Something about the organisation that handling must know, for a time.

    It concerns the organisation, not its people; the form says so. Not public: the county's officers and, once
    confirmed, the organisation itself (434/2003 34 §: a party is heard). Personal data: the officers' names; kept
    six years from the end of its validity.
    """

    organisation = models.ForeignKey("organisations.Organisation", models.CASCADE, related_name="observations")
    level = models.CharField(_("taso"), max_length=20, choices=ObservationLevel.choices)
    text = models.TextField(_("mitä on huomattu"), max_length=2000)
    valid_from = models.DateField(_("voimassa alkaen"))
    valid_until = models.DateField(_("voimassa asti"), null=True, blank=True)
    state = models.CharField(_("tila"), max_length=20, choices=OBSERVATION_LIFE.choices(), default="proposed")
    made_at = models.DateTimeField(_("kirjattu"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("kirjaaja"))
    confirmed_at = models.DateTimeField(_("vahvistettu"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("vahvistaja")
    )
    withdrawn_at = models.DateTimeField(_("peruttu"), null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("peruja")
    )
    withdrawn_reason = models.CharField(_("miksi peruttiin"), max_length=500, blank=True)

    objects = ObservationQuerySet.as_manager()

    class Meta:
        verbose_name = _("huomio")
        verbose_name_plural = _("huomiot")
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(confirmed_by__isnull=True) | ~Q(confirmed_by=F("made_by")),
                name="observation_second_person",
                violation_error_message=_("Huomion vahvistaa toinen henkilö kuin se, joka kirjasi sen."),
            ),
            both_or_neither("observation_confirmed_who_and_when", "confirmed_at", "confirmed_by"),
            both_or_neither("observation_withdrawn_who_and_when", "withdrawn_at", "withdrawn_by"),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | Q(confirmed_at__isnull=False),
                name="observation_confirmed_by_somebody",
                violation_error_message=_("Vahvistetulla huomiolla on oltava vahvistaja."),
            ),
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")
                | (~Q(state="withdrawn") & Q(withdrawn_at__isnull=True)),
                name="observation_withdrawn_with_reason",
                violation_error_message=_("Kirjoita, miksi huomio perutaan."),
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="observation_term_order",
                violation_error_message=_("Päättymispäivä on ennen alkamispäivää. Korjaa jompikumpi."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=OBSERVATION_LIFE.keys()) & Q(level__in=ObservationLevel.values),
                name="observation_values_known",
                violation_error_message=_("Tuntematon tila tai taso."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_level_display()}: {self.text[:60]}"

    def get_absolute_url(self) -> str:
        return reverse("organisations:observation", args=[self.pk])

    @property
    def state_label(self) -> str | Promise:
        """The state's name."""
        return OBSERVATION_LIFE.label(self.state)

    @property
    def tone(self) -> str:
        """The tone of the state's tag."""
        return OBSERVATION_LIFE.tone(self.state)

    @property
    def level_tone(self) -> Tone:
        """The tone of the level's tag."""
        return LEVEL_TONES[self.level]


class ObservationReply(models.Model):
    """What the organisation answers to an observation; kept with it, with the name of the person who answered."""

    observation = models.ForeignKey(Observation, models.CASCADE, related_name="replies")
    text = models.TextField(_("vastine"), max_length=3000)
    at = models.DateTimeField(_("lähetetty"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("lähettäjä")
    )

    class Meta:
        verbose_name = _("vastine")
        verbose_name_plural = _("vastineet")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return self.text[:60]
