"""Bookings (varaukset), their series and holds, and the queue for a slot."""

from datetime import datetime
from typing import Any, ClassVar, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.models import both_or_neither
from premises.life_cycles import BOOKING, DAMAGE, LIVE, WAITING
from premises.models.hours import Closure
from premises.models.sites import Room, Site
from premises.models.triggers import confirmed_is_held, held_room_is_leaf, hold_follows_booking


def _one_holder(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(organisation__isnull=False, unit__isnull=True) | Q(organisation__isnull=True, unit__isnull=False),
        name=name,
        violation_error_message=_("Varaaja on joko järjestö tai hyvinvointialueen yksikkö."),
    )


def _times_in_order(name: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        condition=Q(ends_at__gt=F("starts_at")),
        name=name,
        violation_error_message=_("Varaus päättyy ennen kuin se alkaa. Korjaa kellonajat."),
    )


class BookingSource(models.TextChoices):
    """How a booking came."""

    PORTAL = "portal", _("portaalissa")
    PHONE = "phone", _("puhelimella")
    EMAIL = "email", _("sähköpostilla")
    PAPER = "paper", _("paperilla")
    IMPORT = "import", _("tuotu tiedostosta")
    SEASON = "season", _("vuorojaossa")


class OpenTo(models.TextChoices):
    """For whom the booked time is meant."""

    MEMBERS = "members", _("omille jäsenille")
    GROUP = "group", _("suljetulle ryhmälle")
    EVERYONE = "everyone", _("kaikille avoin")


@pgtrigger.register(
    pgtrigger.Protect(name="terms_stay", operation=pgtrigger.Update | pgtrigger.Delete),
)
class UseTerms(models.Model):
    """A version of the terms under which rooms are used; written once, a new version is a new row.

    Of one site, or (``site`` empty) of all sites that have none of their own.
    """

    site = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, related_name="use_terms", verbose_name=_("toimipaikka")
    )
    number = models.PositiveSmallIntegerField(_("versio"))
    text_fi = models.TextField(_("ehdot suomeksi"), max_length=8000)
    text_sv = models.TextField(_("ehdot ruotsiksi"), max_length=8000, blank=True)
    text_en = models.TextField(_("ehdot englanniksi"), max_length=8000, blank=True)
    published_at = models.DateTimeField(_("julkaistu"))
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("julkaisija")
    )

    class Meta:
        verbose_name = _("käyttöehdot")
        verbose_name_plural = _("käyttöehdot")
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["site", "number"], name="premises_terms_number_once", nulls_distinct=False),
            models.CheckConstraint(condition=~Q(text_fi=""), name="premises_terms_have_words"),
        ]

    def __str__(self) -> str:
        return f"{self.number}"


class BookingSeries(models.Model):
    """Bookings made together by a rule: every ``every_weeks`` weeks, from ``first_day`` to ``last_day``.

    Wall-clock times: the group meets at five also after the clocks have been turned. Personal data: who made it.
    """

    room = models.ForeignKey(Room, models.PROTECT, related_name="series", verbose_name=_("tila"))
    first_day = models.DateField(_("ensimmäinen päivä"))
    last_day = models.DateField(_("viimeinen päivä"))
    every_weeks = models.PositiveSmallIntegerField(_("viikon välein"), default=1)
    start_time = models.TimeField(_("alkaa"))
    end_time = models.TimeField(_("päättyy"))
    skips_holidays = models.BooleanField(_("pyhät jäävät väliin"), default=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("tekijä")
    )
    made_at = models.DateTimeField(_("tehty"))

    class Meta:
        verbose_name = _("varaussarja")
        verbose_name_plural = _("varaussarjat")
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="premises_series_days",
                violation_error_message=_("Viimeinen päivä on ennen ensimmäistä. Korjaa jompikumpi."),
            ),
            models.CheckConstraint(condition=Q(every_weeks__range=(1, 8)), name="premises_series_weeks"),
            models.CheckConstraint(
                condition=Q(end_time__gt=F("start_time")),
                name="premises_series_times",
                violation_error_message=_("Varaus päättyy ennen kuin se alkaa. Korjaa kellonajat."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.first_day}–{self.last_day}"


class BookingQuerySet(models.QuerySet["Booking"]):
    """Questions about bookings."""

    def live(self) -> Self:
        """Return those that are confirmed or wait for it."""
        return self.filter(state__in=LIVE)

    def between(self, start: datetime, end: datetime) -> Self:
        """Return those that share an instant with ``[start, end)``."""
        return self.filter(starts_at__lt=end, ends_at__gt=start)

    def coming(self, now: datetime) -> Self:
        """Return those that are not over, the next first."""
        return self.filter(ends_at__gt=now).order_by("starts_at", "pk")


@pgtrigger.register(
    confirmed_is_held("confirmed_is_held"), pgtrigger.Protect(name="booking_is_kept", operation=pgtrigger.Delete)
)
@pghistory.track(exclude=["contact_name", "contact_phone", "wishes"])
class Booking(models.Model):
    """One time in one room, for an organisation or a unit of the county; a state other than confirmed holds nothing.

    Written by ``premises.workflow`` only. ``skipped`` is a date of a series that could not be had, with ``reason``.
    Personal data: who made it and the contact on the day (name, telephone); the contact is erased 30 days after the
    time, the rest is kept as the use of rooms is told yearly (two years from the end of the year).
    """

    series = models.ForeignKey(
        BookingSeries, models.PROTECT, null=True, blank=True, related_name="bookings", verbose_name=_("sarja")
    )
    room = models.ForeignKey(Room, models.PROTECT, related_name="bookings", verbose_name=_("tila"))
    organisation = models.ForeignKey(
        "organisations.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="bookings",
        verbose_name=_("järjestö"),
    )
    unit = models.ForeignKey(
        "liaisons.Unit", models.PROTECT, null=True, blank=True, related_name="bookings", verbose_name=_("yksikkö")
    )
    state = models.CharField(_("vaihe"), max_length=12, choices=BOOKING.choices())
    starts_at = models.DateTimeField(_("alkaa"))
    ends_at = models.DateTimeField(_("päättyy"))
    purpose = models.CharField(_("käyttötarkoitus"), max_length=200)
    expected_number = models.PositiveSmallIntegerField(_("henkilöitä"), default=1)
    open_to = models.CharField(_("kenelle"), max_length=10, choices=OpenTo.choices, default=OpenTo.MEMBERS)
    contact_name = models.CharField(_("yhteyshenkilö paikalla"), max_length=120, blank=True)
    contact_phone = models.CharField(_("yhteyshenkilön puhelin"), max_length=40, blank=True)
    wishes = models.TextField(_("toiveet tilavastaavalle"), max_length=1000, blank=True)
    source = models.CharField(
        _("miten varattiin"), max_length=10, choices=BookingSource.choices, default=BookingSource.PORTAL
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("varaaja")
    )
    made_at = models.DateTimeField(_("varattu"))
    terms = models.ForeignKey(
        UseTerms, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("hyväksytyt ehdot")
    )
    terms_accepted_at = models.DateTimeField(_("ehdot hyväksytty"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("vahvistaja")
    )
    decided_at = models.DateTimeField(_("vahvistettu tai päätetty"), null=True, blank=True)
    reason = models.CharField(_("syy"), max_length=500, blank=True)
    ended_at = models.DateTimeField(_("peruttu tai vapautettu"), null=True, blank=True)
    checked_in_at = models.DateTimeField(_("ilmoittauduttu paikalle"), null=True, blank=True)
    sequence = models.PositiveSmallIntegerField(_("kalenterimerkinnän versio"), default=0, editable=False)

    objects: ClassVar[Any] = BookingQuerySet.as_manager()

    class Meta:
        verbose_name = _("varaus")
        verbose_name_plural = _("varaukset")
        ordering = ["starts_at", "pk"]
        indexes = [
            models.Index(fields=["room", "starts_at"], name="premises_booking_room"),
            models.Index(fields=["organisation", "starts_at"], name="premises_booking_holder"),
            models.Index(
                fields=["room", "starts_at"], condition=Q(state="requested"), name="premises_booking_requested"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=BOOKING.keys()), name="premises_booking_state"),
            _times_in_order("premises_booking_order"),
            _one_holder("premises_booking_holder"),
            models.CheckConstraint(
                condition=~Q(purpose=""),
                name="premises_booking_purpose",
                violation_error_message=_("Kerro, mihin tilaa käytetään."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["declined", "skipped", "taken_back"]) | ~Q(reason=""),
                name="premises_booking_reason",
                violation_error_message=_("Kirjoita syy."),
            ),
            models.CheckConstraint(
                condition=Q(terms__isnull=True, terms_accepted_at__isnull=True)
                | Q(terms__isnull=False, terms_accepted_at__isnull=False),
                name="premises_booking_terms",
            ),
        ]

    def __str__(self) -> str:
        return self.purpose

    def get_absolute_url(self) -> str:
        """Return the address of the booking's page."""
        return reverse("premises:booking", args=[self.pk])

    @property
    def holder(self) -> Any:
        """Return the organisation or the unit that holds the booking."""
        return self.organisation or self.unit

    @property
    def state_label(self) -> Any:
        """Return the state's name."""
        return BOOKING.label(self.state)

    @property
    def tone(self) -> str:
        """Return the tone of the state's tag."""
        return BOOKING.tone(self.state)

    @property
    def is_live(self) -> bool:
        """Tell whether the booking is confirmed or waits for it."""
        return self.state in LIVE


class Hold(models.Model):
    """One leaf space, for a booking (with the tidying after it) or a closure. Two never overlap: the database's word.

    Rows exist only while they hold; ``premises.writer`` is their only writer. ``during`` is ``[start, end)``.
    """

    room = models.ForeignKey(Room, models.PROTECT, related_name="holds", verbose_name=_("tila"))
    during = DateTimeRangeField(_("aika"))
    booking = models.ForeignKey(Booking, models.CASCADE, null=True, blank=True, related_name="holds")
    closure = models.ForeignKey(Closure, models.CASCADE, null=True, blank=True, related_name="holds")

    class Meta:
        verbose_name = _("tilan pito")
        verbose_name_plural = _("tilojen pidot")
        constraints = [
            models.CheckConstraint(
                condition=Q(booking__isnull=False, closure__isnull=True)
                | Q(booking__isnull=True, closure__isnull=False),
                name="premises_hold_of_one",
            ),
            models.CheckConstraint(
                condition=Q(during__isempty=False, during__lower_inf=False, during__upper_inf=False),
                name="premises_hold_is_a_span",
            ),
            ExclusionConstraint(
                name="premises_hold_no_overlap",
                expressions=[(F("room"), RangeOperators.EQUAL), (F("during"), RangeOperators.OVERLAPS)],
                violation_error_message=_("Joku ehti ensin: tila on jo varattu tähän aikaan."),
            ),
        ]
        triggers = [held_room_is_leaf("held_room_is_leaf"), hold_follows_booking("hold_follows_booking")]

    def __str__(self) -> str:
        return f"{self.room_id} {self.during}"


class WaitingPlace(models.Model):
    """A place in the queue for a slot: who asked first is offered it first, until ``offered_until``.

    Personal data: who asked. Erased with its holder's bookings of the year.
    """

    room = models.ForeignKey(Room, models.PROTECT, related_name="waiting_places", verbose_name=_("tila"))
    organisation = models.ForeignKey(
        "organisations.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("järjestö"),
    )
    unit = models.ForeignKey(
        "liaisons.Unit", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("yksikkö")
    )
    state = models.CharField(_("vaihe"), max_length=10, choices=WAITING.choices(), default="waiting")
    starts_at = models.DateTimeField(_("alkaa"))
    ends_at = models.DateTimeField(_("päättyy"))
    purpose = models.CharField(_("käyttötarkoitus"), max_length=200)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("jonottaja")
    )
    asked_at = models.DateTimeField(_("jonoon"))
    offered_until = models.DateTimeField(_("vastattava viimeistään"), null=True, blank=True)
    booking = models.ForeignKey(Booking, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("jonopaikka")
        verbose_name_plural = _("jonopaikat")
        ordering = ["asked_at", "pk"]
        indexes = [models.Index(fields=["room", "starts_at"], name="premises_waiting_room")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=WAITING.keys()), name="premises_waiting_state"),
            _times_in_order("premises_waiting_order"),
            _one_holder("premises_waiting_holder"),
            models.CheckConstraint(
                condition=Q(state="offered", offered_until__isnull=False) | ~Q(state="offered"),
                name="premises_waiting_offer_ends",
            ),
            models.UniqueConstraint(
                fields=["room", "starts_at", "ends_at", "organisation", "unit"],
                condition=Q(state__in=["waiting", "offered"]),
                nulls_distinct=False,
                name="premises_waiting_once",
                violation_error_message=_("Olette jo jonossa tähän aikaan."),
            ),
        ]

    def __str__(self) -> str:
        return self.purpose


class DamageReport(models.Model):
    """What was broken or missing in a room, told by who used it; answered by the manager.

    Personal data: who told it; two years.
    """

    room = models.ForeignKey(Room, models.PROTECT, related_name="damage_reports", verbose_name=_("tila"))
    booking = models.ForeignKey(
        Booking, models.SET_NULL, null=True, blank=True, related_name="damage_reports", verbose_name=_("varaus")
    )
    state = models.CharField(_("vaihe"), max_length=10, choices=DAMAGE.choices(), default="open")
    text = models.TextField(_("mikä on rikki tai puuttuu"), max_length=2000)
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("ilmoittaja")
    )
    reported_at = models.DateTimeField(_("ilmoitettu"))
    answer = models.TextField(_("mitä tehtiin"), max_length=2000, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("käsittelijä")
    )
    handled_at = models.DateTimeField(_("käsitelty"), null=True, blank=True)

    class Meta:
        verbose_name = _("vikailmoitus")
        verbose_name_plural = _("vikailmoitukset")
        ordering = ["-reported_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=DAMAGE.keys()), name="premises_damage_state"),
            models.CheckConstraint(condition=~Q(text=""), name="premises_damage_has_words"),
            both_or_neither("premises_damage_handled", "handled_by", "handled_at"),
        ]

    def __str__(self) -> str:
        return self.text[:80]


class BookingFeedback(models.Model):
    """What the booker thought of the room, once a booking; the manager reads it. No personal data."""

    booking = models.OneToOneField(Booking, models.CASCADE, related_name="feedback", verbose_name=_("varaus"))
    rating = models.PositiveSmallIntegerField(_("arvosana"))
    text = models.TextField(_("sanallinen palaute"), max_length=1000, blank=True)
    given_at = models.DateTimeField(_("annettu"))

    class Meta:
        verbose_name = _("palaute tilasta")
        verbose_name_plural = _("palautteet tiloista")
        constraints = [
            models.CheckConstraint(
                condition=Q(rating__range=(1, 5)),
                name="premises_feedback_rating",
                violation_error_message=_("Arvosana on 1–5."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.rating}/5"


class SearchMiss(models.Model):
    """A search that found no free room: what was sought and where, without who sought. Counted for the year."""

    at = models.DateTimeField(_("haettu"), db_index=True)
    municipality = models.ForeignKey(
        "county.Municipality", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("kunta")
    )
    weekday = models.PositiveSmallIntegerField(_("viikonpäivä"), null=True, blank=True)
    starts = models.TimeField(_("alkaa"), null=True, blank=True)
    ends = models.TimeField(_("päättyy"), null=True, blank=True)
    number = models.PositiveSmallIntegerField(_("henkilöitä"), null=True, blank=True)
    is_series = models.BooleanField(_("toistuva"), default=False)
    features = models.ManyToManyField("premises.Feature", related_name="+", verbose_name=_("ominaisuudet"))

    class Meta:
        verbose_name = _("haku ilman tulosta")
        verbose_name_plural = _("haut ilman tulosta")

    def __str__(self) -> str:
        return f"{self.at}"
