"""An organisation: register data from the extract, and the data that it keeps itself."""

from typing import Self

import pghistory
import pgtrigger
from django.conf import settings
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common.seams import Tone
from organisations import numbers

NAME_MAX = 500


class LegalForm(models.TextChoices):
    """Legal forms of the extract (DOMAIN section 9)."""

    ASSOCIATION = "association", _("rekisteröity yhdistys (ry)")
    FOUNDATION = "foundation", _("säätiö")
    COOPERATIVE = "cooperative", _("osuuskunta")
    RELIGIOUS = "religious", _("uskonnollinen yhdyskunta")
    PARISH = "parish", _("seurakunta")
    OTHER = "other", _("muu")


class RegisterStatus(models.TextChoices):
    """What the register says about the organisation's existence."""

    REGISTERED = "registered", _("rekisterissä")
    LIQUIDATION = "liquidation", _("selvitystilassa")
    DISSOLVED = "dissolved", _("purettu")
    REMOVED = "removed", _("poistettu rekisteristä")


STATUS_TONES: dict[str, Tone] = {
    RegisterStatus.REGISTERED: "ok",
    RegisterStatus.LIQUIDATION: "wait",
    RegisterStatus.DISSOLVED: "none",
    RegisterStatus.REMOVED: "none",
}


class Reach(models.TextChoices):
    """How far the organisation's work reaches, by its own word."""

    LOCAL = "local", _("paikallinen")
    REGIONAL = "regional", _("usean kunnan alueella")
    COUNTY = "county", _("koko hyvinvointialueella")
    NATIONAL = "national", _("valtakunnallinen")


class RunBy(models.TextChoices):
    """Who does the work."""

    VOLUNTEERS = "volunteers", _("vapaaehtoiset")
    BOTH = "both", _("vapaaehtoiset ja palkatut työntekijät")
    EMPLOYEES = "employees", _("palkatut työntekijät")


OWN_FIELDS = (
    "description_fi",
    "description_sv",
    "description_en",
    "contact_email",
    "contact_phone",
    "contact_website",
    "reach",
    "run_by",
    "is_service_producer",
    "accessibility",
    "lahella_url",
    "links",
)


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Questions about organisations."""

    def active(self) -> Self:
        """Return those that exist: registered or in liquidation."""
        return self.filter(status__in=[RegisterStatus.REGISTERED, RegisterStatus.LIQUIDATION])

    def in_finnish_order(self) -> Self:
        """Order by name as Finns do: å, ä and ö after z, w as v."""
        return self.order_by("sort_key", "pk")


_FromQuerySet = models.Manager.from_queryset(OrganisationQuerySet)


class StandingOrganisations(_FromQuerySet["Organisation"]):
    """The organisations that stand on their own: not those that were merged into another."""

    def get_queryset(self) -> models.QuerySet["Organisation"]:
        """Leave out the merged ones; ``Organisation.everything`` has them."""
        return super().get_queryset().filter(merged_into__isnull=True)


NO_CHAINS = """
    IF EXISTS (SELECT FROM organisations_organisation WHERE id = NEW.merged_into_id AND merged_into_id IS NOT NULL)
        OR EXISTS (SELECT FROM organisations_organisation WHERE merged_into_id = NEW.id)
    THEN
        RAISE EXCEPTION 'pgtrigger: An organisation is merged into one that stands, and nothing is left merged into it'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'organisation_merged_without_chains';
    END IF;
    RETURN NEW;
"""


@pghistory.track(
    pghistory.UpdateEvent("own_data", condition=pghistory.AnyChange(*OWN_FIELDS)),
    fields=["id", *OWN_FIELDS],
    model_name="OrganisationOwnDataEvent",
)
class Organisation(models.Model):
    """An NGO, foundation or other community of the region.

    Register data come from the extract and are changed only by the import; bulk imports have their own report
    (``ImportRun``), so the audit trail follows only what the organisation keeps itself. The contact fields may
    name a person: kept as long as the organisation stands in the registry, because it chose to publish them.
    """

    # What the register says
    name = models.CharField(_("nimi"), max_length=NAME_MAX)
    sort_key = models.GeneratedField(
        expression=Func(F("name"), function="fi_sort"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )
    search_key = models.GeneratedField(
        expression=Func(F("name"), function="fi_fold"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )
    business_id = models.CharField(  # noqa: DJ001 (unique by constraint: empty must be NULL)
        _("Y-tunnus"), max_length=9, null=True, blank=True, validators=[numbers.validate_business_id]
    )
    association_number = models.PositiveIntegerField(_("yhdistysrekisterinumero"), null=True, blank=True, unique=True)
    legal_form = models.CharField(_("yhteisömuoto"), max_length=20, choices=LegalForm.choices, blank=True)
    domicile = models.ForeignKey(
        "county.Municipality",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="domiciled_organisations",
        verbose_name=_("kotipaikka"),
    )
    registered_on = models.DateField(_("rekisteröity"), null=True, blank=True)
    status = models.CharField(
        _("tila rekisterissä"), max_length=20, choices=RegisterStatus.choices, default=RegisterStatus.REGISTERED
    )
    status_on = models.DateField(_("tila alkaen"), null=True, blank=True)
    street_address = models.CharField(_("katuosoite"), max_length=200, blank=True)
    postcode = models.CharField(_("postinumero"), max_length=5, blank=True)
    post_town = models.CharField(_("postitoimipaikka"), max_length=100, blank=True)
    email = models.CharField(_("sähköposti rekisterissä"), max_length=254, blank=True)
    phone = models.CharField(_("puhelin rekisterissä"), max_length=50, blank=True)
    website = models.CharField(_("verkkosivu rekisterissä"), max_length=300, blank=True)
    signing_rule = models.TextField(_("nimenkirjoitustapa"), blank=True)
    in_last_extract = models.BooleanField(_("viimeisimmässä otteessa"), default=False)
    missing_since = models.DateField(_("ei enää otteessa alkaen"), null=True, blank=True)

    # What the organisation keeps itself
    description_fi = models.TextField(_("kuvaus suomeksi"), blank=True)
    description_sv = models.TextField(_("kuvaus ruotsiksi"), blank=True)
    description_en = models.TextField(_("kuvaus englanniksi"), blank=True)
    sectors = models.ManyToManyField(
        "county.Sector", blank=True, related_name="organisations", verbose_name=_("toimialat")
    )
    themes = models.ManyToManyField("county.Theme", blank=True, related_name="organisations", verbose_name=_("teemat"))
    municipalities = models.ManyToManyField(
        "county.Municipality", blank=True, related_name="organisations", verbose_name=_("kunnat, joissa toimii")
    )
    contact_email = models.EmailField(_("sähköposti"), blank=True)
    contact_phone = models.CharField(_("puhelin"), max_length=50, blank=True)
    contact_website = models.URLField(_("verkkosivu"), max_length=300, blank=True)
    target_groups = models.ManyToManyField(
        "county.TargetGroup", blank=True, related_name="organisations", verbose_name=_("kohderyhmät")
    )
    reach = models.CharField(_("ulottuvuus"), max_length=20, choices=Reach.choices, blank=True, db_default="")
    run_by = models.CharField(_("kuka tekee työn"), max_length=20, choices=RunBy.choices, blank=True, db_default="")
    member_count = models.PositiveIntegerField(_("jäseniä"), null=True, blank=True)
    volunteer_count = models.PositiveIntegerField(_("vapaaehtoisia"), null=True, blank=True)
    employee_count = models.PositiveIntegerField(_("palkattuja työntekijöitä"), null=True, blank=True)
    is_service_producer = models.BooleanField(_("tuottaa palveluja"), null=True, blank=True)
    accessibility = models.TextField(_("esteettömyys ja saavutettavuus"), blank=True, db_default="")
    links = models.TextField(_("linkit"), blank=True, db_default="")  # one address a line
    lahella_url = models.URLField(_("sivu Lähellä.fi-palvelussa"), max_length=300, blank=True, db_default="")
    lahella_checked_on = models.DateField(_("Lähellä.fi-sivu tarkistettu"), null=True, blank=True)
    confirmed_at = models.DateTimeField(_("tiedot vahvistettu"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("vahvistaja")
    )

    created_at = models.DateTimeField(auto_now_add=True)
    # When what everybody sees last changed: kept by triggers (migrations/_updated_at.py), so that the import's SQL
    # and changes of classifications and contacts move it too.
    updated_at = models.DateTimeField(_("muuttunut"), db_default=Now(), editable=False)

    merged_into = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        db_index=False,
        related_name="merged_from",
        verbose_name=_("yhdistetty järjestöön"),
    )

    objects = StandingOrganisations()
    everything = OrganisationQuerySet.as_manager()

    class Meta:
        verbose_name = _("järjestö")
        verbose_name_plural = _("järjestöt")
        indexes = [
            models.Index("sort_key", "id", name="organisation_sort"),
            models.Index("updated_at", "id", name="organisation_updated"),
            GinIndex(OpClass("search_key", "gin_trgm_ops"), name="organisation_trigram"),
            models.Index("merged_into", name="organisation_merged", condition=Q(merged_into__isnull=False)),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="merged_without_chains",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("merged_into_id"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Q(new__merged_into__isnull=False),
                func=NO_CHAINS,
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["business_id"],
                name="organisation_business_id_once",
                violation_error_message=_("Toisella järjestöllä on jo tämä Y-tunnus."),
            ),
            models.CheckConstraint(
                condition=Q(association_number__isnull=True)
                | Q(association_number__gte=1, association_number__lte=numbers.MAX_ASSOCIATION_NUMBER),
                name="organisation_association_number_range",
                violation_error_message=_("Yhdistysrekisterinumero on 1–6 numeroa."),
            ),
            models.CheckConstraint(
                condition=Func(F("business_id"), function="fi_business_id_ok", output_field=models.BooleanField()),
                name="organisation_business_id_ok",
                violation_error_message=_("Y-tunnus ei ole oikein. Tarkista numerot."),
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="organisation_has_name",
                violation_error_message=_("Järjestöllä on oltava nimi."),
            ),
            models.CheckConstraint(
                condition=Q(missing_since__isnull=True) | Q(in_last_extract=False),
                name="organisation_missing_or_in_extract",
                violation_error_message=_("Järjestö ei voi olla otteessa ja puuttua siitä samaan aikaan."),
            ),
            models.CheckConstraint(
                condition=Q(status__in=RegisterStatus.values),
                name="organisation_status_known",
                violation_error_message=_("Tuntematon tila."),
            ),
            models.CheckConstraint(
                condition=Q(legal_form__in=["", *LegalForm.values]),
                name="organisation_legal_form_known",
                violation_error_message=_("Tuntematon yhteisömuoto."),
            ),
            models.CheckConstraint(
                condition=Q(reach__in=["", *Reach.values]) & Q(run_by__in=["", *RunBy.values]),
                name="organisation_own_choices_known",
                violation_error_message=_("Tuntematon ulottuvuus tai tekijä."),
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="organisation_not_merged_into_itself",
                violation_error_message=_("Järjestöä ei voi yhdistää itseensä."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisations:detail", args=[self.pk])

    @property
    def association_number_text(self) -> str:
        """The register number as the register writes it, ``123.456``."""
        return numbers.format_association_number(self.association_number)

    @property
    def status_tone(self) -> Tone:
        """Tone of the state's tag."""
        return STATUS_TONES[self.status]

    @property
    def link_list(self) -> list[str]:
        """The links one by one; only addresses of the web, whatever the column holds."""
        lines = (line.strip() for line in self.links.splitlines())
        return [line for line in lines if line.startswith(("https://", "http://"))]

    @property
    def description(self) -> str:
        """The description in the reader's language, else in Finnish."""
        own: str = getattr(self, f"description_{get_language() or 'fi'}", "")
        return own or self.description_fi

    @property
    def description_language(self) -> str:
        """The language that ``description`` is in, for the ``lang`` attribute."""
        language = get_language() or "fi"
        return language if getattr(self, f"description_{language}", "") else "fi"


class EarlierName(models.Model):
    """A name that the organisation bore before; people search by it for years."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="earlier_names", db_index=False)
    name = models.CharField(_("aiempi nimi"), max_length=NAME_MAX)
    search_key = models.GeneratedField(
        expression=Func(F("name"), function="fi_fold"),
        output_field=models.TextField(db_collation="C"),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("aiempi nimi")
        verbose_name_plural = _("aiemmat nimet")
        indexes = [GinIndex(OpClass("search_key", "gin_trgm_ops"), name="earlier_name_trigram")]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name"],
                name="earlier_name_once",
                violation_error_message=_("Tämä aiempi nimi on jo kirjattu."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Signatory(models.Model):
    """A person who signs for the organisation, as the register extract says.

    Personal data from the public association register: name and role, needed to check who may claim to
    represent the organisation. Replaced at each import; gone when the extract no longer has them. Shown to
    the county's officers and the organisation's own people only.
    """

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="signatories", db_index=False)
    name = models.CharField(_("nimi"), max_length=200)
    role = models.CharField(_("asema"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("nimenkirjoittaja")
        verbose_name_plural = _("nimenkirjoittajat")
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "name", "role"],
                name="signatory_once",
                violation_error_message=_("Tämä nimenkirjoittaja on jo kirjattu."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.role}" if self.role else self.name
