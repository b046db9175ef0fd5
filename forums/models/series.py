"""Series of events (tapahtumasarjat): what the law and the county's own document ask for, and runs of dates in them."""

from datetime import date
from typing import Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from county.models import AreaRow, LocalizedName


class Per(models.TextChoices):
    """For each of what the series is demanded so many times."""

    COUNTY = "county", _("koko alue")
    REGIONAL_GROUP = "regional_group", _("alueellinen kumppanuusryhmä")
    NETWORK = "network", _("verkosto")
    SERVICE_DISTRICT = "service_district", _("palvelualue")
    MUNICIPALITY = "municipality", _("kunta")
    COUNCIL_TERM = "council_term", _("valtuustokausi")


class OpenTo(models.TextChoices):
    """For whom the events of the series are by default."""

    EVERYONE = "everyone", _("kaikille")
    NGOS = "ngos", _("järjestöille")
    NGOS_AND_PARISHES = "ngos_and_parishes", _("järjestöille ja seurakunnille")


class EventSeriesQuerySet(models.QuerySet["EventSeries"]):
    """Questions about series."""

    def on(self, day: date) -> Self:
        """Return those that have not ended by the day."""
        return self.filter(Q(ended_on__isnull=True) | Q(ended_on__gt=day))


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), exclude=["area_values"])
class EventSeries(AreaRow, LocalizedName):
    """A kind of event that comes again: järjestöfoorumi, etäkahvit, a partnership group's negotiation.

    ``a_year_min`` and ``a_year_max`` say how often it is demanded for each ``per`` (in a council term where ``per`` is
    that); empty means as needed. With a ``statute`` the event is a statutory negotiation (612/2021 §§ 6–7). Code
    branches on these, never on the key. No personal data.
    """

    key = models.SlugField(_("tunnus"), max_length=100, unique=True)
    description_fi = models.TextField(_("kuvaus"), max_length=3000, blank=True)
    forms = models.JSONField(_("pitotavat"), default=list, blank=True)
    open_to = models.CharField(_("kenelle"), max_length=20, choices=OpenTo.choices, default=OpenTo.EVERYONE)
    per = models.CharField(_("kohti"), max_length=20, choices=Per.choices, default=Per.COUNTY)
    a_year_min = models.PositiveSmallIntegerField(_("vuodessa vähintään"), null=True, blank=True)
    a_year_max = models.PositiveSmallIntegerField(_("vuodessa enintään"), null=True, blank=True)
    statute = models.CharField(_("säädös"), max_length=100, blank=True)
    bodies = models.ManyToManyField(
        "liaisons.Body", related_name="event_series", blank=True, verbose_name=_("toimielimet, joiden kanssa pidetään")
    )
    order = models.PositiveIntegerField(_("järjestys"), default=0)
    ended_on = models.DateField(_("päättynyt"), null=True, blank=True)

    objects = EventSeriesQuerySet.as_manager()

    class Meta:
        verbose_name = _("tapahtumasarja")
        verbose_name_plural = _("tapahtumasarjat")
        ordering = ["order", "name_fi", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(a_year_min__isnull=True) | Q(a_year_max__isnull=True) | Q(a_year_max__gte=F("a_year_min")),
                name="forums_series_yearly_order",
                violation_error_message=_("Enimmäismäärä on pienempi kuin vähimmäismäärä."),
            ),
            models.CheckConstraint(
                condition=~Q(name_fi=""),
                name="forums_series_has_name",
                violation_error_message=_("Sarjan nimi puuttuu."),
            ),
        ]

    @property
    def is_statutory(self) -> bool:
        """Tell whether the events are statutory negotiations."""
        return bool(self.statute)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class EventRun(LocalizedName):
    """Dates planned together (Etäkahvit, syksy 2026: every fourth Thursday), to which one may sign up at once.

    ``rule`` says in words how the dates were made. Personal data: who planned it.
    """

    series = models.ForeignKey(
        EventSeries, models.PROTECT, null=True, blank=True, related_name="runs", verbose_name=_("sarja")
    )
    rule = models.CharField(_("toistuvuus"), max_length=200, blank=True)
    one_sign_up = models.BooleanField(_("yksi ilmoittautuminen kaikkiin kertoihin"), default=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("suunnitteli")
    )
    created_at = models.DateTimeField(_("suunniteltu"))

    class Meta:
        verbose_name = _("tapahtumien jakso")
        verbose_name_plural = _("tapahtumien jaksot")
        ordering = ["-created_at", "-pk"]
