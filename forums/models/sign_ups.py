"""Sign-ups (ilmoittautumiset): with an account or without, a place or a turn in the line."""

import secrets
import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.seams import Tone
from forums.life_cycles import SIGN_UP, STANDING
from forums.models.sign_up_triggers import count_places

#: States in which a person is coming, hopes to, or has still to confirm it.
LIVE_SIGN_UPS = ("unconfirmed", *STANDING)
#: How long what a person needs is kept after the event where its organiser chose no day.
NEEDS_KEPT = timedelta(days=14)


class Way(models.TextChoices):
    """How the person takes part."""

    ON_SITE = "on_site", _("paikan päällä")
    REMOTE = "remote", _("etänä")


class SignUpSource(models.TextChoices):
    """How the sign-up came to be known."""

    WEB = "web", _("verkossa")
    PHONE = "phone", _("puhelimitse tai muuten järjestäjälle")
    DOOR = "door", _("tuli ilmoittautumatta")
    TEAMS = "teams", _("Teamsin osallistujaluettelosta")


#: Who was simply there: no place was promised to them beforehand, and none is counted.
CAME_UNASKED = (SignUpSource.DOOR, SignUpSource.TEAMS)


def new_token() -> str:
    """Return a key for the links in a letter: 32 bytes that nobody guesses."""
    return secrets.token_urlsafe(32)


class SignUpQuerySet(models.QuerySet["SignUp"]):
    """Questions about sign-ups."""

    def standing(self) -> Self:
        """Return those with a place or in line."""
        return self.filter(state__in=STANDING)

    def live(self) -> Self:
        """Return those with a place, in line, or still to confirm."""
        return self.filter(state__in=LIVE_SIGN_UPS)

    def signed(self) -> Self:
        """Return those with a place."""
        return self.filter(state="signed")

    def in_line(self) -> Self:
        """Return those who wait, first come first: the rule that is shown to people.

        Rows are written one after another under the event's lock, so their keys are the order of arrival.
        """
        return self.filter(state="waiting").order_by("pk")

    def came(self) -> Self:
        """Return those who were there."""
        return self.filter(attended=True)


class SignUp(models.Model):
    """One person's sign-up to one event; ``state`` follows the table ``SIGN_UP``.

    ``has_hold`` says that a place is kept for the person: always with a place, and while an unconfirmed sign-up may
    still be confirmed (``held_until``) if there was a place when it was sent. The table ``EventPlaces`` counts the
    holds, and the database refuses one too many. Rows that were sent together (companions, the dates of a run) have
    the same ``batch``; companions name their ``contact``, who gets the letters.

    Personal data: name, e-mail, organisation, how they take part; needed to hold the event and told only to its
    organisers; anonymised a year after the event by the retention task (figures stay). What the person needs (diet,
    access, interpretation) stands in a row of its own with a deletion date set when the form was made.
    """

    event = models.ForeignKey("forums.Event", models.PROTECT, related_name="sign_ups", verbose_name=_("tapahtuma"))
    name = models.CharField(_("nimi"), max_length=150)
    email = models.EmailField(_("sähköposti"), blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="event_sign_ups",
        verbose_name=_("henkilö"),
    )
    organisation = models.ForeignKey(
        "organisations.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="event_sign_ups",
        verbose_name=_("järjestö"),
    )
    organisation_name = models.CharField(_("järjestö tai muu taho"), max_length=200, blank=True)
    contact = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="companions", verbose_name=_("ilmoittaja")
    )
    batch = models.UUIDField(default=uuid.uuid4, db_index=True, editable=False)
    way = models.CharField(_("osallistuu"), max_length=10, choices=Way.choices)
    language = models.CharField(_("kieli"), max_length=2, default="fi")
    source = models.CharField(
        _("miten ilmoittautui"), max_length=10, choices=SignUpSource.choices, default=SignUpSource.WEB
    )
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    state = models.CharField(_("tila"), max_length=12, choices=SIGN_UP.choices(), default="unconfirmed", editable=False)
    has_hold = models.BooleanField(_("paikka pidetään"), default=False, editable=False)
    held_until = models.DateTimeField(_("vahvistettava viimeistään"), null=True, blank=True, editable=False)
    arrived_at = models.DateTimeField(_("ilmoittautui"), editable=False)
    confirmed_at = models.DateTimeField(_("vahvisti"), null=True, blank=True, editable=False)
    cancelled_at = models.DateTimeField(_("perui"), null=True, blank=True, editable=False)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        editable=False,
        verbose_name=_("kirjasi"),
    )
    attended = models.BooleanField(_("oli paikalla"), null=True, blank=True)
    attended_way = models.CharField(_("oli paikalla"), max_length=10, choices=Way.choices, blank=True)
    attendance_at = models.DateTimeField(_("läsnäolo kirjattu"), null=True, blank=True, editable=False)
    anonymised_at = models.DateTimeField(_("nimi poistettu"), null=True, blank=True, editable=False)

    objects: ClassVar[Any] = SignUpQuerySet.as_manager()

    class Meta:
        verbose_name = _("ilmoittautuminen")
        verbose_name_plural = _("ilmoittautumiset")
        ordering = ["arrived_at", "pk"]
        indexes = [
            models.Index(fields=["event", "state", "way"], name="forums_sign_up_places"),
            models.Index(fields=["held_until"], condition=Q(state="unconfirmed"), name="forums_sign_up_lapses"),
        ]
        triggers = [count_places("sign_up_counts")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SIGN_UP.keys()), name="forums_sign_up_known_state"),
            models.CheckConstraint(condition=Q(way__in=Way.values), name="forums_sign_up_known_way"),
            models.CheckConstraint(condition=Q(source__in=SignUpSource.values), name="forums_sign_up_known_source"),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="forums_sign_up_has_name",
                violation_error_message=_("Kirjoita nimi."),
            ),
            models.CheckConstraint(
                condition=Q(state="signed", has_hold=True)
                | Q(state="signed", has_hold=False, source__in=CAME_UNASKED)
                | Q(state="unconfirmed")
                | Q(state__in=("waiting", "cancelled", "lapsed"), has_hold=False),
                name="forums_sign_up_hold_follows_state",
            ),
            models.CheckConstraint(
                condition=~Q(state="unconfirmed") | Q(held_until__isnull=False),
                name="forums_sign_up_unconfirmed_ends",
            ),
            models.UniqueConstraint(
                "event",
                Lower("email"),
                condition=Q(state__in=LIVE_SIGN_UPS, contact__isnull=True) & ~Q(email=""),
                name="forums_sign_up_address_once",
                violation_error_message=_("Tällä osoitteella on jo ilmoittauduttu tapahtumaan."),
            ),
            models.UniqueConstraint(
                fields=["event", "user"],
                condition=Q(state__in=LIVE_SIGN_UPS, contact__isnull=True, user__isnull=False),
                name="forums_sign_up_person_once",
                violation_error_message=_("Olet jo ilmoittautunut tapahtumaan."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the person's own page: whoever has the link sees and changes the sign-up."""
        return reverse("forums:sign_up_page", args=[self.token])

    @property
    def organisation_label(self) -> str:
        """Return the organisation as it is told: the register's name, or what was typed."""
        return str(self.organisation) if self.organisation else self.organisation_name

    @property
    def tone(self) -> Tone:
        """Return the tone of the state's tag."""
        return SIGN_UP.tone(self.state)

    @property
    def state_label(self) -> str:
        """Return the organiser's word for the state."""
        return str(SIGN_UP.label(self.state))

    @property
    def own_label(self) -> str:
        """Return the person's word for the state."""
        return str(SIGN_UP.applicant_label(self.state))

    def has_place(self, now: datetime) -> bool:
        """Tell whether the person sees the meeting link: a place in an event that is not over."""
        return self.state == "signed" and now <= self.event.ends_at


class EventPlaces(models.Model):
    """How many places of an event are held, one row a way; written by the database's triggers alone.

    ``ceiling`` is the event's own number of places, or how many are held where the number was lowered below that:
    nobody is thrown out, and nobody comes in before there is room. Without a number there is no ceiling. No personal
    data.
    """

    event = models.ForeignKey("forums.Event", models.CASCADE, related_name="place_counts", verbose_name=_("tapahtuma"))
    way = models.CharField(_("osallistuu"), max_length=10, choices=Way.choices)
    capacity = models.PositiveIntegerField(_("paikkoja"), null=True)
    ceiling = models.PositiveIntegerField(null=True)
    taken = models.PositiveIntegerField(_("varattu"), default=0)

    class Meta:
        verbose_name = _("paikkojen laskuri")
        verbose_name_plural = _("paikkojen laskurit")
        ordering = ["event", "way"]
        constraints = [
            models.UniqueConstraint(fields=["event", "way"], name="forums_places_one_row"),
            models.CheckConstraint(
                condition=Q(ceiling__isnull=True) | Q(taken__lte=models.F("ceiling")),
                name="forums_places_never_over",
                violation_error_message=_("Tapahtuma on täynnä."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} {self.way}: {self.taken}/{self.capacity}"


class SignUpNeed(models.Model):
    """What a person needs to take part: access, diet, interpretation.

    Personal data that may tell of health: read only by those who run the event, and erased on ``erased_on``, which is
    set when the sign-up is made (14 days after the event unless its organiser chose otherwise).
    """

    sign_up = models.OneToOneField(SignUp, models.CASCADE, related_name="need", verbose_name=_("ilmoittautuminen"))
    access = models.CharField(_("esteettömyys"), max_length=300, blank=True)
    diet = models.CharField(_("ruokavalio"), max_length=300, blank=True)
    interpretation = models.CharField(_("tulkkaus"), max_length=300, blank=True)
    erased_on = models.DateField(_("poistetaan"))

    class Meta:
        verbose_name = _("osallistujan tarve")
        verbose_name_plural = _("osallistujien tarpeet")
        ordering = ["sign_up"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(access="") | ~Q(diet="") | ~Q(interpretation=""),
                name="forums_need_is_something",
                violation_error_message=_("Kirjoita, mitä tarvitset."),
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(part for part in (self.access, self.diet, self.interpretation) if part)
