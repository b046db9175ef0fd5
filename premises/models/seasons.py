"""Allocation of a season (vuorojako): rounds, applications with their wishes, and the turns that are given."""

from datetime import datetime
from typing import Any, ClassVar, Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from county.models import County, TargetGroup
from premises.life_cycles import APPLYING, SEASON, SEASON_APPLICATION
from premises.models.bookings import BookingSeries, BookingSource
from premises.models.hours import Weekday
from premises.models.sites import Feature, Room

MOST_WEIGHT, MOST_TURNS, MOST_WISHES = 10, 5, 5


class SeasonRoundQuerySet(models.QuerySet["SeasonRound"]):
    """Questions about rounds."""

    def switched_on(self) -> Self:
        """Return the rounds while the county allocates seasons; none when the switch is off. No query of its own."""
        return self.filter(models.Exists(County.objects.filter(allocates_seasons=True)))

    def taking(self, now: datetime) -> Self:
        """Return the rounds in which one can apply now."""
        return self.filter(state="open", opens_at__lte=now, closes_at__gt=now)


def _weight(label: Any) -> Any:
    return models.PositiveSmallIntegerField(label, default=3)


@pghistory.track(exclude=["progress", "computing_since"])
class SeasonRound(models.Model):
    """One allocation: rooms for a season, when one applies, and the rules by which turns are given.

    The rules are shown before applying and stand still from then on. ``computing_since`` stands while the worker
    counts a proposal, ``progress`` is its part in per cent. Personal data: who made and decided it.
    """

    name = models.CharField(_("vuorojaon nimi"), max_length=120)
    state = models.CharField(_("vaihe"), max_length=10, choices=SEASON.choices(), default="draft")
    first_day = models.DateField(_("kauden ensimmäinen päivä"))
    last_day = models.DateField(_("kauden viimeinen päivä"))
    opens_at = models.DateTimeField(_("haku alkaa"))
    closes_at = models.DateTimeField(_("haku päättyy"))
    rooms: Any = models.ManyToManyField(Room, related_name="season_rounds", verbose_name=_("jaettavat tilat"))
    most_turns = models.PositiveSmallIntegerField(_("vuoroja hakijaa kohden enintään"), default=2)
    first_timers = _weight(_("uudet hakijat"))
    target_weight = _weight(_("kohderyhmä"))
    last_use = _weight(_("edellisen kauden toteutunut käyttö"))
    size = _weight(_("ryhmän koko suhteessa tilaan"))
    target_groups: Any = models.ManyToManyField(
        TargetGroup, related_name="+", blank=True, verbose_name=_("etusijalla olevat kohderyhmät")
    )
    information = models.TextField(_("lisätietoa hakijalle"), max_length=2000, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("tekijä")
    )
    made_at = models.DateTimeField(_("tehty"))
    computing_since = models.DateTimeField(_("laskenta alkoi"), null=True, blank=True, editable=False)
    progress = models.PositiveSmallIntegerField(_("laskennan vaihe"), default=0, editable=False)
    computed_at = models.DateTimeField(_("ehdotus laskettu"), null=True, blank=True)
    is_proven = models.BooleanField(_("paras mahdollinen"), default=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("vahvistaja")
    )
    decided_at = models.DateTimeField(_("jako vahvistettu"), null=True, blank=True)
    reason = models.CharField(_("perumisen syy"), max_length=500, blank=True)

    objects: ClassVar[Any] = SeasonRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("vuorojako")
        verbose_name_plural = _("vuorojaot")
        ordering = ["-first_day", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SEASON.keys()), name="premises_season_state"),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")),
                name="premises_season_days",
                violation_error_message=_("Kausi päättyy ennen kuin se alkaa. Korjaa päivät."),
            ),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="premises_season_applying",
                violation_error_message=_("Haku päättyy ennen kuin se alkaa. Korjaa ajat."),
            ),
            models.CheckConstraint(
                condition=Q(
                    first_timers__lte=MOST_WEIGHT,
                    target_weight__lte=MOST_WEIGHT,
                    last_use__lte=MOST_WEIGHT,
                    size__lte=MOST_WEIGHT,
                ),
                name="premises_season_weights",
                violation_error_message=_("Säännön paino on 0–10."),
            ),
            models.CheckConstraint(
                condition=Q(most_turns__range=(1, MOST_TURNS)),
                name="premises_season_most_turns",
                violation_error_message=_("Hakija voi saada 1–5 vuoroa."),
            ),
            models.CheckConstraint(
                condition=~Q(state="decided") | Q(decided_at__isnull=False), name="premises_season_decided_when"
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(reason=""),
                name="premises_season_cancelled_why",
                violation_error_message=_("Kirjoita syy."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Return the address of the round's public page."""
        return reverse("premises:season", args=[self.pk])

    @property
    def state_label(self) -> Any:
        """Return the state's name for officers."""
        return SEASON.label(self.state)

    @property
    def public_label(self) -> Any:
        """Return the state's name for applicants."""
        return SEASON.applicant_label(self.state)

    @property
    def tone(self) -> str:
        """Return the tone of the state's tag."""
        return SEASON.tone(self.state)

    def takes(self, now: datetime) -> bool:
        """Tell whether one can apply now."""
        return self.state == "open" and self.opens_at <= now < self.closes_at


@pghistory.track(exclude=["contact_name", "contact_phone", "reasons"])
class SeasonApplication(models.Model):
    """What one organisation asks of a round: ranked rooms and times, how many people, what for.

    ``reasons`` are codes with values (``premises.seasons.reasons``), told in the reader's language. Personal data: who
    made it, and the contact on the day, who is passed on to the bookings; the contact is erased 30 days after the
    season, the rest two years after the end of its year.
    """

    round = models.ForeignKey(SeasonRound, models.PROTECT, related_name="applications", verbose_name=_("vuorojako"))
    organisation = models.ForeignKey(
        "organisations.Organisation", models.PROTECT, related_name="season_applications", verbose_name=_("järjestö")
    )
    state = models.CharField(_("vaihe"), max_length=10, choices=SEASON_APPLICATION.choices(), default="draft")
    purpose = models.CharField(_("käyttötarkoitus"), max_length=200, blank=True)
    number = models.PositiveSmallIntegerField(_("henkilöitä"), default=1)
    turns_wanted = models.PositiveSmallIntegerField(_("vuoroja toivotaan"), default=1)
    any_room = models.BooleanField(_("myös muu sopiva tila käy"), default=False)
    target_groups: Any = models.ManyToManyField(TargetGroup, related_name="+", blank=True, verbose_name=_("kohderyhmä"))
    features: Any = models.ManyToManyField(Feature, related_name="+", blank=True, verbose_name=_("tilassa on oltava"))
    contact_name = models.CharField(_("yhteyshenkilö paikalla"), max_length=120, blank=True)
    contact_phone = models.CharField(_("yhteyshenkilön puhelin"), max_length=40, blank=True)
    wishes = models.TextField(_("muuta huomattavaa"), max_length=1000, blank=True)
    source = models.CharField(
        _("miten hakemus tuli"), max_length=10, choices=BookingSource.choices, default=BookingSource.PORTAL
    )
    source_note = models.CharField(_("mistä ja milloin hakemus tuli"), max_length=200, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("tekijä")
    )
    made_at = models.DateTimeField(_("aloitettu"))
    changed_at = models.DateTimeField(_("muutettu"))
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("lähettäjä")
    )
    sent_at = models.DateTimeField(_("lähetetty"), null=True, blank=True)
    points = models.PositiveIntegerField(_("pisteet"), default=0)
    reasons = models.JSONField(_("perustelut"), default=list, blank=True)
    settled_at = models.DateTimeField(_("ratkaistu"), null=True, blank=True)

    class Meta:
        verbose_name = _("vuorohakemus")
        verbose_name_plural = _("vuorohakemukset")
        ordering = ["organisation__name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=SEASON_APPLICATION.keys()), name="premises_season_application_state"
            ),
            models.UniqueConstraint(
                fields=["round", "organisation"],
                condition=Q(state__in=APPLYING),
                name="premises_season_application_once",
                violation_error_message=_("Järjestöllä on jo hakemus tässä vuorojaossa."),
            ),
            models.CheckConstraint(
                condition=Q(number__gte=1, turns_wanted__range=(1, MOST_TURNS)),
                name="premises_season_application_numbers",
                violation_error_message=_("Henkilöitä on vähintään yksi ja vuoroja 1–5."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sent", "granted", "refused"]) | (Q(sent_at__isnull=False) & ~Q(purpose="")),
                name="premises_season_application_sent",
                violation_error_message=_("Kerro, mihin tilaa käytetään."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["granted", "refused"]) | Q(settled_at__isnull=False),
                name="premises_season_application_settled",
            ),
            models.CheckConstraint(
                condition=Q(source=BookingSource.PORTAL) | ~Q(source_note=""),
                name="premises_season_application_source",
                violation_error_message=_("Kirjoita, mistä ja milloin hakemus tuli."),
            ),
        ]

    def __str__(self) -> str:
        return self.purpose

    def get_absolute_url(self) -> str:
        """Return the address of the application's page."""
        return reverse("premises:season_application", args=[self.pk])

    @property
    def state_label(self) -> Any:
        """Return the state's name."""
        return SEASON_APPLICATION.label(self.state)

    @property
    def tone(self) -> str:
        """Return the tone of the state's tag."""
        return SEASON_APPLICATION.tone(self.state)


class SeasonRoomWish(models.Model):
    """A room that is wished for; 1 is the dearest. No personal data."""

    application = models.ForeignKey(SeasonApplication, models.CASCADE, related_name="room_wishes")
    room = models.ForeignKey(Room, models.PROTECT, related_name="+", verbose_name=_("tila"))
    rank = models.PositiveSmallIntegerField(_("järjestys"))

    class Meta:
        verbose_name = _("toivottu tila")
        verbose_name_plural = _("toivotut tilat")
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["application", "rank"], name="premises_room_wish_rank_once"),
            models.UniqueConstraint(
                fields=["application", "room"],
                name="premises_room_wish_once",
                violation_error_message=_("Sama tila on toiveissa kahdesti."),
            ),
            models.CheckConstraint(condition=Q(rank__range=(1, MOST_WISHES)), name="premises_room_wish_rank"),
        ]

    def __str__(self) -> str:
        return f"{self.rank}"


class SeasonTimeWish(models.Model):
    """A time that is wished for: a weekday, from when to when the turn may start, and how long it is."""

    application = models.ForeignKey(SeasonApplication, models.CASCADE, related_name="time_wishes")
    rank = models.PositiveSmallIntegerField(_("järjestys"))
    weekday = models.PositiveSmallIntegerField(_("viikonpäivä"), choices=Weekday.choices)
    earliest = models.TimeField(_("alkaa aikaisintaan"))
    latest = models.TimeField(_("alkaa viimeistään"))
    minutes = models.PositiveSmallIntegerField(_("kesto minuutteina"))

    class Meta:
        verbose_name = _("toivottu aika")
        verbose_name_plural = _("toivotut ajat")
        ordering = ["rank"]
        constraints = [
            models.UniqueConstraint(fields=["application", "rank"], name="premises_time_wish_rank_once"),
            models.CheckConstraint(
                condition=Q(rank__range=(1, MOST_WISHES), weekday__lte=6, minutes__range=(15, 720)),
                name="premises_time_wish_sane",
                violation_error_message=_("Vuoro kestää 15 minuutista 12 tuntiin."),
            ),
            models.CheckConstraint(
                condition=Q(latest__gte=F("earliest")),
                name="premises_time_wish_order",
                violation_error_message=_("Viimeisin alkamisaika on ennen aikaisinta. Korjaa jompikumpi."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.earliest}"


@pghistory.track()
class SeasonTurn(models.Model):
    """A weekly turn given to an application: proposed by the sums or by hand, booked when the round is decided.

    ``room_rank`` and ``time_rank`` tell which wish it answers (0: none). No personal data.
    """

    application = models.ForeignKey(SeasonApplication, models.CASCADE, related_name="turns", verbose_name=_("hakemus"))
    room = models.ForeignKey(Room, models.PROTECT, related_name="+", verbose_name=_("tila"))
    weekday = models.PositiveSmallIntegerField(_("viikonpäivä"), choices=Weekday.choices)
    start_time = models.TimeField(_("alkaa"))
    end_time = models.TimeField(_("päättyy"))
    room_rank = models.PositiveSmallIntegerField(_("monesko tilatoive"), default=0)
    time_rank = models.PositiveSmallIntegerField(_("monesko aikatoive"), default=0)
    days = models.PositiveSmallIntegerField(_("kertoja kaudella"), default=0)
    days_free = models.PositiveSmallIntegerField(_("kerroista vapaana"), default=0)
    is_pinned = models.BooleanField(_("kiinnitetty"), default=False)
    by_hand = models.BooleanField(_("käsin annettu"), default=False)
    series = models.OneToOneField(
        BookingSeries, models.PROTECT, null=True, blank=True, related_name="season_turn", verbose_name=_("varaukset")
    )

    class Meta:
        verbose_name = _("kausivuoro")
        verbose_name_plural = _("kausivuorot")
        ordering = ["weekday", "start_time", "room", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(end_time__gt=F("start_time"), weekday__lte=6),
                name="premises_turn_order",
                violation_error_message=_("Vuoro päättyy ennen kuin se alkaa. Korjaa kellonajat."),
            ),
            models.UniqueConstraint(
                fields=["application", "room", "weekday", "start_time"],
                name="premises_turn_once",
                violation_error_message=_("Hakijalla on jo tämä vuoro."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.start_time:%H.%M}–{self.end_time:%H.%M}"
