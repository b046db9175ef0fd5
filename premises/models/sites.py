"""Sites (toimipaikat) and their rooms (tilat): a tree of spaces, of which some can be booked."""

from decimal import Decimal
from typing import Any, ClassVar, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.core.cache import cache
from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.money import MoneyField
from county.models import AreaRow, LocalizedName, OrderedName
from premises.models.triggers import in_one_site, no_cycle_of_rooms, parent_is_not_held


class SiteKind(models.TextChoices):
    """What kind of house a site is."""

    HOSPITAL = "hospital", _("sairaala")
    HEALTH_STATION = "health_station", _("terveysasema")
    REHABILITATION = "rehabilitation", _("kuntoutuskeskus")
    SOCIAL_CENTRE = "social_centre", _("sote-keskus")
    FAMILY_CENTRE = "family_centre", _("perhekeskus")
    FIRE_STATION = "fire_station", _("paloasema")
    OFFICE = "office", _("toimistotalo")
    NGO_HOUSE = "ngo_house", _("järjestön tila")
    OTHER = "other", _("muu")


_KEEPERS, _REMEMBERED = "premises.keepers", 600


def keepers() -> frozenset[int]:
    """Return the keys of the people who manage a site or stand in, remembered: every page of every person asks.

    It only spares the question to those who manage nothing; rights are always asked of the table.
    """
    found: list[int] | None = cache.get(_KEEPERS)
    if found is None:
        rows = Site.objects.values_list("manager", "deputy")
        found = sorted({key for pair in rows for key in pair if key is not None})
        cache.set(_KEEPERS, found, _REMEMBERED)
    return frozenset(found)


def forget_keepers() -> None:
    """Let ``keepers`` be asked of the table again."""
    cache.delete(_KEEPERS)


class SiteQuerySet(models.QuerySet["Site"]):
    """Questions about sites."""

    def in_use(self) -> Self:
        """Return the sites that are in use now."""
        return self.filter(is_in_use=True)


@pghistory.track()
class Site(AreaRow, LocalizedName):
    """A house of the county (``organisation`` empty), or one in which an NGO offers rooms to professionals.

    The county judges its premises unit by unit: safety, restrictions, suitability (S004 §3.2.2). Personal data: who
    manages it, an official or an NGO's own person.
    """

    kind = models.CharField(_("laji"), max_length=20, choices=SiteKind.choices, default=SiteKind.OTHER)
    unit = models.ForeignKey(
        "liaisons.Unit", models.PROTECT, null=True, blank=True, related_name="sites", verbose_name=_("yksikkö")
    )
    organisation = models.ForeignKey(
        "organisations.Organisation",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="sites",
        verbose_name=_("järjestö, jonka tila tämä on"),
    )
    municipality = models.ForeignKey(
        "county.Municipality", models.PROTECT, related_name="sites", verbose_name=_("kunta")
    )
    street_address = models.CharField(_("katuosoite"), max_length=200, blank=True)
    postcode = models.CharField(_("postinumero"), max_length=5, blank=True)
    post_office = models.CharField(_("postitoimipaikka"), max_length=60, blank=True)
    phone = models.CharField(_("puhelin"), max_length=40, blank=True)
    email = models.EmailField(_("sähköposti"), blank=True)
    how_to_find = models.TextField(_("näin löydät perille"), max_length=2000, blank=True)
    safety_rules = models.TextField(_("turvallisuusohjeet"), max_length=4000, blank=True)
    points = models.TextField(_("pisteet talossa"), max_length=1000, blank=True)
    closed_on_holidays = models.BooleanField(_("suljettu pyhinä"), default=True)
    manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="managed_sites",
        verbose_name=_("tilavastaava"),
    )
    deputy = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="deputised_sites",
        verbose_name=_("tilavastaavan sijainen"),
    )
    is_in_use = models.BooleanField(_("käytössä"), default=True)

    objects: ClassVar[Any] = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("toimipaikka")
        verbose_name_plural = _("toimipaikat")
        ordering = ["name_fi", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=True) | Q(organisation__isnull=True),
                name="premises_site_of_county_or_ngo",
                violation_error_message=_("Toimipaikka on joko yksikön tai järjestön, ei kummankin."),
            ),
            models.CheckConstraint(
                condition=Q(manager__isnull=True) | Q(deputy__isnull=True) | ~Q(manager=F("deputy")),
                name="premises_site_deputy_is_another",
                violation_error_message=_("Sijainen on eri henkilö kuin tilavastaava."),
            ),
            models.CheckConstraint(
                condition=Q(postcode="") | Q(postcode__regex=r"^\d{5}$"),
                name="premises_site_postcode",
                violation_error_message=_("Postinumerossa on viisi numeroa."),
            ),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the row; who manages sites is asked of the table again, now and once others see the change."""
        super().save(*args, **kwargs)
        forget_keepers()
        transaction.on_commit(forget_keepers)

    def get_absolute_url(self) -> str:
        """Return the address of the site's page."""
        return reverse("premises:site", args=[self.pk])


class RoomKind(models.TextChoices):
    """What a space is."""

    ROOM = "room", _("huone")
    HALL = "hall", _("sali")
    PART = "part", _("salin osa")
    DESK = "desk", _("järjestöpiste")
    STAND = "stand", _("esittelypaikka")
    WHOLE = "whole", _("koko tila")


class Approval(models.TextChoices):
    """Who confirms a booking."""

    AUTOMATIC = "automatic", _("heti, kun aika on vapaa")
    MANAGER = "manager", _("tilavastaava vahvistaa")


class WhoMay(models.TextChoices):
    """Who may book."""

    ALL = "all", _("järjestöt ja hyvinvointialueen yksiköt")
    NGOS = "ngos", _("järjestöt")
    COUNTY = "county", _("hyvinvointialueen yksiköt")


class RoomQuerySet(models.QuerySet["Room"]):
    """Questions about rooms."""

    def bookable(self) -> Self:
        """Return the rooms that can be booked now: in use, in a site in use."""
        return self.filter(is_bookable=True, is_in_use=True, site__is_in_use=True)


@pgtrigger.register(no_cycle_of_rooms("no_cycle"), in_one_site("in_one_site"), parent_is_not_held("parent_is_not_held"))
@pghistory.track()
class Room(LocalizedName):
    """A space of a site: a hall, its half, a group room, a desk, a stand. A tree; what is booked is held leaf by leaf.

    Booking a space takes all the leaves under it, so a hall blocks its halves and a half blocks the hall. Minutes are
    whole minutes; ``tidy_minutes`` is kept free after a booking (one-sided: two paddings would add up). No personal
    data.
    """

    site = models.ForeignKey(Site, models.PROTECT, related_name="rooms", verbose_name=_("toimipaikka"))
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="parts", verbose_name=_("osa tilasta")
    )
    kind = models.CharField(_("laji"), max_length=10, choices=RoomKind.choices, default=RoomKind.ROOM)
    order = models.PositiveSmallIntegerField(_("järjestys"), default=0)
    description = models.TextField(_("kuvaus"), max_length=2000, blank=True)
    layouts = models.TextField(_("pöytien ja tuolien järjestys"), max_length=1000, blank=True)
    restrictions = models.TextField(_("rajoitukset"), max_length=2000, blank=True)
    how_to_find = models.TextField(_("näin löydät tilan"), max_length=1000, blank=True)
    capacity = models.PositiveSmallIntegerField(_("henkilöitä enintään"), default=1, validators=[MinValueValidator(1)])
    is_bookable = models.BooleanField(_("varattavissa"), default=True)
    is_in_use = models.BooleanField(_("käytössä"), default=True)
    who_may = models.CharField(_("kuka voi varata"), max_length=10, choices=WhoMay.choices, default=WhoMay.ALL)
    approval = models.CharField(
        _("varauksen vahvistaa"), max_length=10, choices=Approval.choices, default=Approval.AUTOMATIC
    )
    least_minutes = models.PositiveSmallIntegerField(_("lyhin varaus (minuuttia)"), default=30)
    most_minutes = models.PositiveSmallIntegerField(_("pisin varaus (minuuttia)"), default=600)
    tidy_minutes = models.PositiveSmallIntegerField(_("siivousaika varauksen jälkeen (minuuttia)"), default=0)
    book_days_ahead = models.PositiveSmallIntegerField(_("varattavissa päiviä eteenpäin"), default=365)
    cancel_hours = models.PositiveSmallIntegerField(_("peruttava viimeistään (tuntia ennen)"), default=24)
    hourly_price = MoneyField(_("hinta tunnilta"), default=Decimal(0))
    hourly_value = MoneyField(_("arvo tunnilta"), default=Decimal(0))

    objects: ClassVar[Any] = RoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("tila")
        verbose_name_plural = _("tilat")
        ordering = ["site", "order", "name_fi", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")),
                name="premises_room_not_its_own_part",
                violation_error_message=_("Tila ei voi olla oma osansa."),
            ),
            models.CheckConstraint(
                condition=Q(capacity__gt=0),
                name="premises_room_capacity",
                violation_error_message=_("Tilaan mahtuu vähintään yksi."),
            ),
            models.CheckConstraint(
                condition=Q(least_minutes__gt=0, most_minutes__gte=F("least_minutes"), most_minutes__lte=1440),
                name="premises_room_lengths",
                violation_error_message=_("Lyhin varaus on enintään pisimmän pituinen, ja pisin enintään 24 tuntia."),
            ),
            models.CheckConstraint(
                condition=Q(tidy_minutes__lte=240),
                name="premises_room_tidying",
                violation_error_message=_("Siivousaika on enintään neljä tuntia."),
            ),
            models.CheckConstraint(
                condition=Q(hourly_price__gte=0, hourly_value__gte=0), name="premises_room_money_not_negative"
            ),
            models.UniqueConstraint(
                fields=["site", "parent", "name_fi"],
                name="premises_room_name_once",
                nulls_distinct=False,
                violation_error_message=_("Toimipaikassa on jo tämänniminen tila."),
            ),
        ]

    def get_absolute_url(self) -> str:
        """Return the address of the room's page."""
        return reverse("premises:room", args=[self.pk])


class FeatureGroup(models.TextChoices):
    """Under which heading a fact of a room stands."""

    ACCESS = "access", _("Esteettömyys ja sisäänkäynti")
    SERVING = "serving", _("Kahvi ja tarjoilu")
    EQUIPMENT = "equipment", _("Laitteet ja yhteydet")
    NGO = "ngo", _("Järjestöjen toiminta")
    TIME = "time", _("Käyttöajat")


class Feature(OrderedName):
    """A fact by which rooms are sought (``data/areas``, room_wishes): barrier-free, coffee making, hybrid equipment.

    ``asks_detail`` names what more is told of it (door width in cm, where the lift is), empty when nothing is.
    """

    key = models.SlugField(_("tunnus"), unique=True)
    group = models.CharField(_("ryhmä"), max_length=12, choices=FeatureGroup.choices)
    asks_detail = models.CharField(_("mitä tarkennetaan"), max_length=100, blank=True)
    is_filter = models.BooleanField(_("haetaan tällä"), default=True)

    class Meta(OrderedName.Meta):
        verbose_name = _("ominaisuus")
        verbose_name_plural = _("ominaisuudet")


class RoomFeature(models.Model):
    """That a room has a feature, with what is told of it."""

    room = models.ForeignKey(Room, models.CASCADE, related_name="features", verbose_name=_("tila"))
    feature = models.ForeignKey(Feature, models.PROTECT, related_name="rooms", verbose_name=_("ominaisuus"))
    detail = models.CharField(_("tarkennus"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("tilan ominaisuus")
        verbose_name_plural = _("tilojen ominaisuudet")
        constraints = [models.UniqueConstraint(fields=["room", "feature"], name="premises_feature_once_a_room")]

    def __str__(self) -> str:
        return f"{self.feature_id} {self.detail}"
