"""Events (tapahtumat): when, where, for whom, who hosts, what is on the agenda."""

from datetime import datetime
from typing import Any, ClassVar, Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from county.models import FALLBACK_LANGUAGE, LocalizedName
from forums.life_cycles import EVENT, SHOWN
from forums.models.sign_up_triggers import follow_capacity


class EventForm(models.TextChoices):
    """How one takes part."""

    ON_SITE = "on_site", _("paikan päällä")
    REMOTE = "remote", _("etänä")
    HYBRID = "hybrid", _("paikan päällä ja etänä")


class Visibility(models.TextChoices):
    """Who sees the event and may sign up."""

    PUBLIC = "public", _("kaikki")
    NGOS = "ngos", _("järjestöt ja seurakunnat")
    MEMBERS = "members", _("toimielimen, verkoston tai kumppanuusryhmän jäsenet")


class EventQuerySet(models.QuerySet["Event"]):
    """Questions about events."""

    def shown(self) -> Self:
        """Return those that were published, cancelled ones too: they say so."""
        return self.filter(state__in=SHOWN)

    def coming(self, now: datetime) -> Self:
        """Return the published ones that are not over, the next first."""
        return self.filter(state="published", ends_at__gte=now).order_by("starts_at", "pk")

    def between(self, start: datetime, end: datetime) -> Self:
        """Return those that begin in ``[start, end)``."""
        return self.filter(starts_at__gte=start, starts_at__lt=end)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), exclude=["meeting_url"])
class Event(LocalizedName):
    """One event; ``state`` follows the table ``EVENT``.

    ``meeting_url`` and ``meeting_note`` are told only to those who have a place, ``sequence`` grows with each change of
    time, place or link (RFC 5545). A booked room's ``booking`` is released with a cancellation. Personal data: names of
    hosts and speakers, as told to those who take part.
    """

    series = models.ForeignKey(
        "forums.EventSeries",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="forum_events",
        verbose_name=_("sarja"),
    )
    run = models.ForeignKey(
        "forums.EventRun", models.PROTECT, null=True, blank=True, related_name="forum_events", verbose_name=_("jakso")
    )
    regional_group = models.ForeignKey(
        "county.RegionalGroup",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="forum_events",
        verbose_name=_("kumppanuusryhmä"),
    )
    network = models.ForeignKey(
        "liaisons.Network",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="forum_events",
        verbose_name=_("verkosto"),
    )
    body = models.ForeignKey(
        "liaisons.Body", models.PROTECT, null=True, blank=True, related_name="forum_events", verbose_name=_("toimielin")
    )
    municipality = models.ForeignKey(
        "county.Municipality",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="forum_events",
        verbose_name=_("kunta"),
    )
    theme = models.ForeignKey(
        "county.Theme", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("teema")
    )
    description_fi = models.TextField(_("kuvaus suomeksi"), max_length=5000, blank=True)
    description_sv = models.TextField(_("kuvaus ruotsiksi"), max_length=5000, blank=True)
    description_en = models.TextField(_("kuvaus englanniksi"), max_length=5000, blank=True)
    visibility = models.CharField(_("kuka näkee"), max_length=10, choices=Visibility.choices, default=Visibility.PUBLIC)
    form = models.CharField(_("pitotapa"), max_length=10, choices=EventForm.choices, default=EventForm.REMOTE)
    starts_at = models.DateTimeField(_("alkaa"))
    ends_at = models.DateTimeField(_("päättyy"))
    room = models.ForeignKey(
        "premises.Room", models.PROTECT, null=True, blank=True, related_name="forum_events", verbose_name=_("tila")
    )
    booking = models.OneToOneField(
        "premises.Booking",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="event",
        editable=False,
        verbose_name=_("tilavaraus"),
    )
    place = models.CharField(_("paikka"), max_length=200, blank=True)
    meeting_url = models.URLField(_("kokouslinkki"), max_length=1000, blank=True)
    meeting_note = models.TextField(_("ohje etäosallistujalle"), max_length=2000, blank=True)
    takes_sign_ups = models.BooleanField(_("ilmoittautuminen tarvitaan"), default=True)
    sign_up_until = models.DateTimeField(_("ilmoittaudu viimeistään"), null=True, blank=True)
    places_on_site = models.PositiveIntegerField(_("paikkoja paikan päällä"), null=True, blank=True)
    places_remote = models.PositiveIntegerField(_("paikkoja etänä"), null=True, blank=True)
    asks_access = models.BooleanField(_("kysy esteettömyydestä"), default=True)
    asks_diet = models.BooleanField(_("kysy ruokavaliosta"), default=False)
    asks_interpretation = models.BooleanField(_("kysy tulkkauksesta"), default=True)
    needs_erased_on = models.DateField(_("tarpeet poistetaan"), null=True, blank=True)
    state = models.CharField(_("tila"), max_length=12, choices=EVENT.choices(), default="planned", editable=False)
    reason = models.CharField(_("perumisen syy"), max_length=300, blank=True)
    sequence = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(_("perustettu"), editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("perusti")
    )
    published_at = models.DateTimeField(_("julkaistu"), null=True, blank=True, editable=False)
    ended_at = models.DateTimeField(_("kirjattu pidetyksi tai peruttu"), null=True, blank=True, editable=False)

    objects: ClassVar[Any] = EventQuerySet.as_manager()

    class Meta:
        verbose_name = _("tapahtuma")
        verbose_name_plural = _("tapahtumat")
        ordering = ["starts_at", "pk"]
        triggers = [follow_capacity("places_follow_event")]
        indexes = [
            models.Index(fields=["state", "starts_at"], name="forums_event_when"),
            models.Index(fields=["starts_at"], name="forums_event_start"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=EVENT.keys()), name="forums_event_known_state"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="forums_event_ends_after_start",
                violation_error_message=_("Tapahtuma päättyy ennen kuin se alkaa. Korjaa jompikumpi aika."),
            ),
            models.CheckConstraint(
                condition=Q(sign_up_until__isnull=True) | Q(sign_up_until__lte=F("ends_at")),
                name="forums_event_sign_up_before_end",
                violation_error_message=_("Ilmoittautuminen päättyy viimeistään, kun tapahtuma päättyy."),
            ),
            models.CheckConstraint(
                condition=Q(state="planned")
                | ~Q(form__in=("on_site", "hybrid"))
                | ~Q(place="")
                | Q(room__isnull=False),
                name="forums_event_shown_has_place",
                violation_error_message=_("Kirjoita paikka tai valitse tila ennen kuin julkaiset tapahtuman."),
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(reason=""),
                name="forums_event_cancelled_has_reason",
                violation_error_message=_("Kerro, miksi tapahtuma perutaan."),
            ),
            models.CheckConstraint(
                condition=~Q(visibility="members")
                | Q(body__isnull=False)
                | Q(network__isnull=False)
                | Q(regional_group__isnull=False),
                name="forums_event_members_of_something",
                violation_error_message=_(
                    "Valitse toimielin, verkosto tai kumppanuusryhmä, jonka jäsenille tapahtuma on."
                ),
            ),
        ]

    def get_absolute_url(self) -> str:
        return reverse("forums:event", args=[self.pk])

    @property
    def description(self) -> tuple[str, str]:
        """Return the description in the active language, or the Finnish one, and its language."""
        language = (get_language() or FALLBACK_LANGUAGE)[:2]
        own = str(getattr(self, f"description_{language}", ""))
        return (own, language) if own else (self.description_fi, FALLBACK_LANGUAGE)

    @property
    def is_on_site(self) -> bool:
        """Tell whether one can come to the place."""
        return self.form != EventForm.REMOTE

    @property
    def is_remote(self) -> bool:
        """Tell whether one can take part from afar."""
        return self.form != EventForm.ON_SITE

    def sign_up_open(self, now: datetime) -> bool:
        """Tell whether anybody may still sign up: published, asked for, and before the last moment."""
        until = self.sign_up_until or self.ends_at
        return self.takes_sign_ups and self.state == "published" and now <= until


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class EventHost(models.Model):
    """Who holds the event: a person of the portal (may manage it), an organisation, or a name as told to others."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="hosts", verbose_name=_("tapahtuma"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="events_hosted",
        verbose_name=_("henkilö"),
    )
    organisation = models.ForeignKey(
        "organisations.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="events_hosted",
        verbose_name=_("järjestö"),
    )
    label = models.CharField(_("nimi, jolla kerrotaan"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("järjestäjä")
        verbose_name_plural = _("järjestäjät")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(user__isnull=False) | Q(organisation__isnull=False) | ~Q(label=""),
                name="forums_host_is_somebody",
                violation_error_message=_("Valitse henkilö tai järjestö, tai kirjoita nimi."),
            ),
            models.UniqueConstraint(
                fields=["event", "user"], condition=Q(user__isnull=False), name="forums_host_person_once"
            ),
            models.UniqueConstraint(
                fields=["event", "organisation"],
                condition=Q(organisation__isnull=False),
                name="forums_host_organisation_once",
            ),
        ]

    def __str__(self) -> str:
        return self.label or str(self.organisation or self.user)


class ServiceKind(models.TextChoices):
    """What makes it possible for people to follow."""

    SIGN = "sign", _("viittomakielen tulkki")
    WRITING = "writing", _("kirjoitustulkki")
    LANGUAGE = "language", _("kielen tulkki")
    CAPTIONS = "captions", _("tekstitys")


class EventService(models.Model):
    """An interpreter or captioning at an event; ``confirmed`` once somebody has promised to come."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="services", verbose_name=_("tapahtuma"))
    kind = models.CharField(_("laji"), max_length=10, choices=ServiceKind.choices)
    language = models.CharField(_("kieli"), max_length=60, blank=True)
    provider = models.CharField(_("kuka"), max_length=200, blank=True)
    confirmed = models.BooleanField(_("vahvistettu"), default=False)

    class Meta:
        verbose_name = _("tulkkaus tai tekstitys")
        verbose_name_plural = _("tulkkaukset ja tekstitykset")
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(kind__in=ServiceKind.values), name="forums_service_known_kind"),
            models.CheckConstraint(
                condition=~Q(kind="language") | ~Q(language=""),
                name="forums_service_names_language",
                violation_error_message=_("Kirjoita, mistä kielestä tulkataan."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())


class AgendaSlot(models.Model):
    """One thing on the event's agenda: when it begins, what, and who speaks."""

    event = models.ForeignKey(Event, models.CASCADE, related_name="agenda", verbose_name=_("tapahtuma"))
    starts_at = models.TimeField(_("klo"), null=True, blank=True)
    title = models.CharField(_("aihe"), max_length=200)
    speaker = models.CharField(_("puhuja"), max_length=200, blank=True)
    order = models.PositiveSmallIntegerField(_("järjestys"), default=0)

    class Meta:
        verbose_name = _("ohjelman kohta")
        verbose_name_plural = _("ohjelma")
        ordering = ["order", "starts_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title=""),
                name="forums_agenda_has_title",
                violation_error_message=_("Kirjoita aihe."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
