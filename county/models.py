"""The county itself: one row, its municipalities, regional groups, themes, sectors and titles.

Everything here comes from the area file (``county.area``) and may be edited in the portal; nothing here is
about a person, except an address of an office.
"""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common.models import both_or_neither
from common.money import MoneyField
from common.prepared import Prepared

FALLBACK_LANGUAGE = "fi"


def plain(value: Any) -> Any:
    """Return a value as JSON keeps it, so that what was loaded and what stands now can be compared."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    return value


class AreaRow(models.Model):
    """A row that the area file may own.

    ``area_key`` names the row in the file and is empty in a row made in the portal. ``area_values`` is what the
    last load wrote: the row has been edited in the portal when it now says something else, and from then on a
    load reports the difference instead of writing over it.
    """

    area_key = models.CharField(max_length=250, null=True, blank=True, unique=True, editable=False)
    area_values = models.JSONField(default=dict, blank=True, editable=False)

    class Meta:
        abstract = True

    def area_value(self, name: str) -> Any:
        """Return the field's value as the file would write it: related rows by their ``area_key``."""
        field = self._meta.get_field(name)
        if field.many_to_many:
            return sorted(getattr(self, name).values_list("area_key", flat=True)) if self.pk else []
        if field.is_relation:
            related = getattr(self, name)
            return related.area_key if related else None
        return plain(getattr(self, name))

    def area_default(self, name: str) -> Any:
        """Return the value of the field in a row that nobody has touched."""
        field: Any = self._meta.get_field(name)
        return [] if field.many_to_many else plain(field.get_default())

    def area_edits(self, names: Iterable[str]) -> dict[str, tuple[Any, Any]]:
        """Return what was edited in the portal among ``names``: field -> (last loaded, now)."""
        edits = {}
        for name in names:
            loaded = self.area_values.get(name, self.area_default(name))
            current = self.area_value(name)
            if current != loaded:
                edits[name] = (loaded, current)
        return edits


class LocalizedName(models.Model):
    """A name in three languages; where one is missing, the Finnish name is shown and marked as Finnish."""

    name_fi = models.CharField(_("nimi suomeksi"), max_length=200)
    name_sv = models.CharField(_("nimi ruotsiksi"), max_length=200, blank=True)
    name_en = models.CharField(_("nimi englanniksi"), max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name_language(self) -> str:
        """Return the language in which ``name`` is now: the active one, or ``fi``."""
        language = (get_language() or FALLBACK_LANGUAGE)[:2]
        return language if self.name_in(language) else FALLBACK_LANGUAGE

    @property
    def name(self) -> str:
        """Return the name in the active language, or the Finnish one."""
        return self.name_in(self.name_language)

    def name_in(self, language: str) -> str:
        """Return the name in exactly that language; empty when there is none."""
        return str(getattr(self, f"name_{language}", ""))


class County(AreaRow, LocalizedName):
    """The wellbeing services county that this installation serves: exactly one row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    code = models.CharField(_("hyvinvointialueen numero"), max_length=2, unique=True)
    area_name = models.CharField(max_length=100, blank=True, editable=False)
    short_name = models.CharField(_("lyhyt nimi"), max_length=60, blank=True)
    business_id = models.CharField(_("Y-tunnus"), max_length=9, blank=True)
    website = models.URLField(_("verkkosivusto"), blank=True)
    languages = models.JSONField(_("viralliset kielet"), default=list, blank=True)
    promise = models.CharField(_("lupaus"), max_length=200, blank=True)
    values = models.JSONField(_("arvot"), default=list, blank=True)
    colours = models.JSONField(_("värit"), default=dict, blank=True)

    help_phone = models.CharField(_("neuvonnan puhelinnumero"), max_length=40, blank=True)
    email = models.EmailField(_("järjestöyhteistyön sähköpostiosoite"), blank=True)
    letterhead = models.TextField(_("kirjeiden lähettäjätiedot"), max_length=500, blank=True)
    case_number_prefix = models.CharField(_("asianumeron tunnus"), max_length=20, blank=True)
    case_number_class = models.CharField(_("avustusasioiden tehtäväluokka"), max_length=20, blank=True)
    revision_body = models.CharField(_("viranomainen, jolta oikaisua vaaditaan"), max_length=200, blank=True)
    revision_address = models.TextField(_("oikaisuvaatimuksen postiosoite"), max_length=500, blank=True)
    revision_email = models.EmailField(_("oikaisuvaatimuksen sähköpostiosoite"), blank=True)
    revision_hours = models.CharField(_("kirjaamon aukioloajat"), max_length=200, blank=True)
    privacy_contact = models.TextField(_("tietosuojavastaavan yhteystiedot"), max_length=500, blank=True)
    recovery_limit = MoneyField(_("pienin takaisin perittävä summa"), default=Decimal(0))
    recovery_account = models.CharField(_("tili, jolle takaisin perittävä maksetaan"), max_length=40, blank=True)
    answer_days = models.PositiveSmallIntegerField(
        _("yhteydenottojen vastausaika työpäivinä"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(60)],
    )
    allocates_seasons = models.BooleanField(_("vuorojako käytössä"), default=False)

    class Meta:
        verbose_name = _("hyvinvointialue")
        verbose_name_plural = _("hyvinvointialueet")
        constraints = [
            models.CheckConstraint(
                condition=Q(id=1),
                name="county_county_only_one",
                violation_error_message=_("Portaalissa voi olla vain yksi hyvinvointialue."),
            ),
            models.CheckConstraint(
                condition=Q(answer_days__range=(1, 60)),
                name="county_county_answer_days_sane",
                violation_error_message=_("Vastausaika on 1–60 työpäivää."),
            ),
        ]


def get_county() -> County | None:
    """Return the county of this installation; None until an area has been loaded."""
    return next(iter(_COUNTY.objects(None, None)), None)


#: Every page and every message asks for it.
_COUNTY = Prepared(lambda user, now: County.objects.order_by("pk")[:1])


class Municipality(AreaRow, LocalizedName):
    """A municipality of Finland; the county's own ones are flagged. Facts of April 2024."""

    code = models.CharField(_("kuntanumero"), max_length=3, unique=True)
    region_fi = models.CharField(_("maakunta"), max_length=60, blank=True)
    county_code = models.CharField(_("hyvinvointialueen numero"), max_length=2, blank=True)
    language = models.CharField(_("kielisyys"), max_length=10, blank=True)
    business_id = models.CharField(_("Y-tunnus"), max_length=9, blank=True)
    is_own = models.BooleanField(_("omalla alueella"), default=False, db_index=True)
    tile_column = models.PositiveSmallIntegerField(_("sarake ruutukartalla"), null=True, blank=True)
    tile_row = models.PositiveSmallIntegerField(_("rivi ruutukartalla"), null=True, blank=True)
    inhabitants = models.PositiveIntegerField(_("asukkaita"), null=True, blank=True)
    inhabitants_on = models.DateField(_("asukasluvun päivä"), null=True, blank=True)

    class Meta:
        verbose_name = _("kunta")
        verbose_name_plural = _("kunnat")
        ordering = ["name_fi"]
        constraints = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^\d{3}$"),
                name="county_municipality_code_three_digits",
                violation_error_message=_("Kuntanumerossa on kolme numeroa, esimerkiksi 090."),
            ),
            both_or_neither("county_municipality_tile_place", "tile_column", "tile_row"),
            both_or_neither("county_municipality_inhabitants_dated", "inhabitants", "inhabitants_on"),
        ]


class RegionalGroup(AreaRow, LocalizedName):
    """A regional partnership group and the municipalities it covers.

    ``assumed`` marks a division that no source gives: the coordinator checks it.
    """

    key = models.SlugField(_("tunnus"), unique=True)
    municipalities = models.ManyToManyField(
        Municipality, related_name="regional_groups", blank=True, verbose_name=_("kunnat")
    )
    assumed = models.BooleanField(_("oletus, tarkista"), default=False)

    class Meta:
        verbose_name = _("alueellinen kumppanuusryhmä")
        verbose_name_plural = _("alueelliset kumppanuusryhmät")
        ordering = ["name_fi"]


class OrderedName(AreaRow, LocalizedName):
    """A name in a list that has an order of its own."""

    order = models.PositiveSmallIntegerField(_("järjestys"), default=0)

    class Meta:
        abstract = True
        ordering = ["order", "name_fi"]


class Theme(OrderedName):
    """A theme of the co-operation, such as *Elintavat*."""

    class Meta(OrderedName.Meta):
        verbose_name = _("teema")
        verbose_name_plural = _("teemat")


class Sector(OrderedName):
    """A field in which NGOs work, such as *Kulttuurialan yhdistykset*."""

    class Meta(OrderedName.Meta):
        verbose_name = _("toimiala")
        verbose_name_plural = _("toimialat")


class TargetGroup(OrderedName):
    """People for whom an activity is meant, such as *Ikäihmiset*."""

    class Meta(OrderedName.Meta):
        verbose_name = _("kohderyhmä")
        verbose_name_plural = _("kohderyhmät")


class LifeSituation(OrderedName):
    """What a client's life is about now, such as *Omaishoito*: the first step to an NGO's activity."""

    class Meta(OrderedName.Meta):
        verbose_name = _("elämäntilanne")
        verbose_name_plural = _("elämäntilanteet")


class Title(AreaRow, LocalizedName):
    """What a role is called in this county: ``county_liaison`` is *järjestöyhdyshenkilö*."""

    key = models.SlugField(_("tunnus"), unique=True)

    class Meta:
        verbose_name = _("tehtävänimike")
        verbose_name_plural = _("tehtävänimikkeet")
