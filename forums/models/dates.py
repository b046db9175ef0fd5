"""Proposed dates (aikaehdotukset): a group marks what suits, and one of the times becomes an event."""

from datetime import datetime
from typing import Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.seams import Tone
from common.transitions import Label, LifeCycle, State, Transition
from forums.models.sign_ups import new_token

DATE_POLL = LifeCycle(
    "forums.date_poll",
    (
        State("open", _("Vastauksia kerätään"), tone="wait"),
        State("chosen", _("Aika on valittu"), tone="ok"),
        State("dropped", _("Aikaa ei valittu"), tone="none"),
    ),
    (
        Transition("choose", ("open",), "chosen", "forums.date_poll.manage", _("Valitse tämä aika")),
        Transition("drop", ("open",), "dropped", "forums.date_poll.manage", _("Lopeta kysely")),
    ),
)


class Suits(models.TextChoices):
    """How a time suits."""

    YES = "yes", _("sopii")
    IF_NEEDED = "if_needed", _("sopii tarvittaessa")
    NO = "no", _("ei sovi")


class DatePollQuerySet(models.QuerySet["DatePoll"]):
    """Questions about proposed dates."""

    def waiting(self, now: datetime) -> Self:
        """Return the open ones whose time of answering is past: a time waits to be chosen."""
        return self.filter(state="open", answer_until__lt=now)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class DatePoll(models.Model):
    """Times proposed to a group; ``state`` follows the table ``DATE_POLL``. Erased two years after the deadline.

    Personal data: who asked; those asked stand in their own rows.
    """

    title = models.CharField(_("mistä on kyse"), max_length=200)
    text = models.TextField(_("saatesanat"), max_length=2000, blank=True)
    series = models.ForeignKey(
        "forums.EventSeries", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("sarja")
    )
    regional_group = models.ForeignKey(
        "county.RegionalGroup",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("kumppanuusryhmä"),
    )
    network = models.ForeignKey(
        "liaisons.Network", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("verkosto")
    )
    body = models.ForeignKey(
        "liaisons.Body", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("toimielin")
    )
    answer_until = models.DateTimeField(_("vastaa viimeistään"))
    state = models.CharField(_("tila"), max_length=10, choices=DATE_POLL.choices(), default="open", editable=False)
    event = models.ForeignKey(
        "forums.Event", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("tapahtuma")
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("kysyi"))
    asked_at = models.DateTimeField(_("kysytty"))
    ended_at = models.DateTimeField(_("päättynyt"), null=True, blank=True)

    objects = DatePollQuerySet.as_manager()

    class Meta:
        verbose_name = _("aikaehdotus")
        verbose_name_plural = _("aikaehdotukset")
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=DATE_POLL.keys()) & ~Q(title=""),
                name="forums_datepoll_known",
                violation_error_message=_("Kirjoita, mistä on kyse."),
            ),
            models.CheckConstraint(
                condition=Q(state="open", ended_at__isnull=True) | (~Q(state="open") & Q(ended_at__isnull=False)),
                name="forums_datepoll_ended_has_time",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("forums:date_poll", args=[self.pk])

    @property
    def state_label(self) -> Label:
        """Return the state in words."""
        return DATE_POLL.label(self.state)

    @property
    def tone(self) -> Tone:
        """Return the tone of the state's tag."""
        return DATE_POLL.tone(self.state)


class DateOption(models.Model):
    """One proposed time. No personal data."""

    poll = models.ForeignKey(DatePoll, models.CASCADE, related_name="options")
    starts_at = models.DateTimeField(_("alkaa"))
    ends_at = models.DateTimeField(_("päättyy"))

    class Meta:
        verbose_name = _("ehdotettu aika")
        verbose_name_plural = _("ehdotetut ajat")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="forums_dateoption_order",
                violation_error_message=_("Ehdotettu aika päättyy ennen kuin se alkaa."),
            ),
            models.UniqueConstraint(
                fields=["poll", "starts_at", "ends_at"],
                name="forums_dateoption_once",
                violation_error_message=_("Sama aika on ehdotettu jo."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.starts_at)


class DateAsked(models.Model):
    """One person who was asked; answers by the link in the letter, with an account or without.

    Personal data: name, e-mail, comment; seen by who asked and by the others who were asked (name and answer), erased
    with the poll.
    """

    poll = models.ForeignKey(DatePoll, models.CASCADE, related_name="asked")
    name = models.CharField(_("nimi"), max_length=150)
    email = models.EmailField(_("sähköposti"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="dates_asked"
    )
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    answered_at = models.DateTimeField(_("vastasi"), null=True, blank=True)
    comment = models.CharField(_("kommentti"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("kysytty henkilö")
        verbose_name_plural = _("kysytyt henkilöt")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["poll", "email"],
                name="forums_dateasked_once",
                violation_error_message=_("Osoitteeseen on jo kysytty."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DateAnswer(models.Model):
    """How one time suits one person. Personal data: that; erased with the poll."""

    asked = models.ForeignKey(DateAsked, models.CASCADE, related_name="answers")
    option = models.ForeignKey(DateOption, models.CASCADE, related_name="answers")
    suits = models.CharField(_("miten sopii"), max_length=10, choices=Suits.choices)

    class Meta:
        verbose_name = _("vastaus aikaehdotukseen")
        verbose_name_plural = _("vastaukset aikaehdotuksiin")
        constraints = [
            models.UniqueConstraint(fields=["asked", "option"], name="forums_dateanswer_once"),
            models.CheckConstraint(condition=Q(suits__in=Suits.values), name="forums_dateanswer_known"),
        ]

    def __str__(self) -> str:
        return str(self.get_suits_display())
