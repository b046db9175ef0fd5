"""Posts (tehtävä): what the county and its municipalities promise that somebody answers for."""

from datetime import date
from typing import Any, ClassVar, Self

import pghistory
import pgtrigger
from django.db import models
from django.db.models import Case, Q, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.models import Term, TermQuerySet
from county.models import FALLBACK_LANGUAGE, AreaRow, LocalizedName
from liaisons.models.bodies import Body
from liaisons.models.terms import no_overlap
from liaisons.models.units import Unit

_SOLE_FOLLOWS = "UPDATE liaisons_appointment SET is_sole = NOT NEW.allows_many WHERE post_id = NEW.id; RETURN NEW;"


class PostLevel(models.TextChoices):
    """The levels of liaison work (S004 §3.1, S002 §5.2, S000 §3.5, §5)."""

    STRATEGIC = "strategic", _("strateginen taso")
    COUNTY_LIAISON = "county_liaison", _("koko hyvinvointialue")
    SERVICE_AREA = "service_area", _("toimialue")
    SERVICE_DISTRICT = "service_district", _("alueellinen palvelualue")
    UNIT = "unit", _("yksikkö")
    DIAGNOSIS_OR_THEME = "diagnosis_or_theme", _("sairaus tai teema")
    LINKKIHENKILO = "linkkihenkilo", _("linkkihenkilö")
    RESCUE = "rescue", _("pelastustoimi")
    RESCUE_DISTRICT = "rescue_district", _("pelastustoimi alueella")
    MUNICIPAL = "municipal", _("kuntataso")


#: Levels whose post says nothing without its unit.
NEEDS_UNIT = (PostLevel.SERVICE_AREA, PostLevel.SERVICE_DISTRICT, PostLevel.UNIT, PostLevel.LINKKIHENKILO)


class PostQuerySet(TermQuerySet):
    """Questions about posts."""

    def on(self, day: date) -> Self:
        """Return the posts that exist on the day."""
        return self.filter(Q(valid_until__isnull=True) | Q(valid_until__gte=day), valid_from__lte=day)

    def by_level(self) -> Self:
        """Order as people read the county: the whole of it first, then service areas, units, municipalities."""
        ranks = [When(level=level.value, then=Value(rank)) for rank, level in enumerate(PostLevel)]
        rank = Case(*ranks, default=Value(len(ranks)), output_field=models.PositiveSmallIntegerField())
        return self.alias(rank=rank).order_by("rank", "order", "name_fi", "municipality__name_fi", "unit__order", "pk")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Post(AreaRow, LocalizedName, Term):
    """A liaison post. Its name is the title, as the county calls it (area file ``titles``).

    Only an *established* post can be vacant: the county has promised it. What a post answers for narrows it: no
    theme, sector, life situation or service means anything at its level. No personal data: who holds the post
    stands in ``Appointment``.
    """

    level = models.CharField(_("taso"), max_length=20, choices=PostLevel.choices)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="posts", verbose_name=_("yksikkö")
    )
    municipality = models.ForeignKey(
        "county.Municipality", models.PROTECT, null=True, blank=True, related_name="posts", verbose_name=_("kunta")
    )
    themes = models.ManyToManyField("county.Theme", blank=True, related_name="posts", verbose_name=_("teemat"))
    sectors = models.ManyToManyField(
        "county.Sector", blank=True, related_name="posts", verbose_name=_("järjestöjen toimialat")
    )
    life_situations = models.ManyToManyField(
        "county.LifeSituation", blank=True, related_name="posts", verbose_name=_("elämäntilanteet")
    )
    services = models.TextField(_("palvelut ja aiheet"), max_length=2000, blank=True)
    tasks_fi = models.TextField(_("mitä tehtävässä hoidetaan"), max_length=3000, blank=True)
    tasks_sv = models.TextField(_("mitä tehtävässä hoidetaan, ruotsiksi"), max_length=3000, blank=True)
    tasks_en = models.TextField(_("mitä tehtävässä hoidetaan, englanniksi"), max_length=3000, blank=True)
    is_established = models.BooleanField(_("vakiinnutettu tehtävä"), default=False)
    allows_many = models.BooleanField(_("tehtävässä voi olla monta henkilöä yhtä aikaa"), default=False)
    answer_days = models.PositiveSmallIntegerField(_("vastausaika työpäivinä"), null=True, blank=True)
    order = models.PositiveSmallIntegerField(_("järjestys"), default=0)

    objects: ClassVar[Any] = PostQuerySet.as_manager()

    class Meta(Term.Meta):
        verbose_name = _("yhteyshenkilötehtävä")
        verbose_name_plural = _("yhteyshenkilötehtävät")
        ordering = ["order", "name_fi", "pk"]
        constraints = [
            *Term.Meta.constraints,
            models.CheckConstraint(
                condition=~Q(level="municipal") | Q(municipality__isnull=False),
                name="liaisons_post_municipal_has_municipality",
                violation_error_message=_("Valitse kunta, jonka yhteyshenkilöstä on kyse."),
            ),
            models.CheckConstraint(
                condition=~Q(level__in=NEEDS_UNIT) | Q(unit__isnull=False),
                name="liaisons_post_level_has_unit",
                violation_error_message=_("Valitse yksikkö: tällä tasolla tehtävä kuuluu aina yksikköön."),
            ),
            models.CheckConstraint(
                condition=Q(answer_days__isnull=True) | Q(answer_days__range=(1, 60)),
                name="liaisons_post_answer_days_sane",
                violation_error_message=_("Vastausaika on 1–60 työpäivää."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="sole_follows",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("allows_many"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Q(old__allows_many__df=pgtrigger.F("new__allows_many")),
                func=_SOLE_FOLLOWS,
            )
        ]

    def get_absolute_url(self) -> str:
        """Return the address of the post's public page."""
        return reverse("liaisons:public_post", args=[self.pk])

    @property
    def place(self) -> str:
        """Return the unit's and municipality's names, or nothing; needs both loaded."""
        return ", ".join(str(part) for part in (self.unit, self.municipality) if part)

    @property
    def full_name(self) -> str:
        """Return title and place: ``toimialueen järjestöyhdyshenkilö, Ikäihmisten palvelut``."""
        return f"{self.name}, {self.place}" if self.place else self.name

    @property
    def service_list(self) -> list[str]:
        """Return the services and matters it answers for, one a line of the field."""
        return [line.strip() for line in self.services.splitlines() if line.strip()]

    def tasks_in(self, language: str) -> tuple[str, str]:
        """Return the description and its language: the asked one, or Finnish where that is missing."""
        text = str(getattr(self, f"tasks_{language}", ""))
        return (text, language) if text else (self.tasks_fi, FALLBACK_LANGUAGE)

    def promised_days(self, default: int) -> int:
        """Return the promised answer time in working days; ``default`` is the county's."""
        return self.answer_days or default


class Power(models.TextChoices):
    """What an office-holder may do in the county's name (delegated; practitioners cannot promise it)."""

    LETTER_OF_INTENT = "letter_of_intent", _("allekirjoittaa aiesopimuksen tai aiekirjeen")
    STATEMENT = "statement", _("antaa lausunnon ulkopuoliseen rahoitushakuun")
    AGREEMENT = "agreement", _("allekirjoittaa yhteistyösopimuksen")
    REPRESENTATIVE = "representative", _("nimeää hyvinvointialueen edustajan ohjausryhmään")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class PostPower(Term):
    """Power delegated to a post for a term, with the decision that gave it: body or office-holder, date, §."""

    post = models.ForeignKey(Post, models.PROTECT, related_name="powers", verbose_name=_("tehtävä"))
    power = models.CharField(_("toimivalta"), max_length=20, choices=Power.choices)
    body = models.ForeignKey(
        Body, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("päättänyt toimielin")
    )
    decided_by = models.CharField(_("päättänyt viranhaltija"), max_length=200, blank=True)
    decided_on = models.DateField(_("päätöksen päivä"))
    section = models.PositiveIntegerField(_("pykälä"), null=True, blank=True)

    class Meta(Term.Meta):
        verbose_name = _("siirretty toimivalta")
        verbose_name_plural = _("siirretyt toimivallat")
        ordering = ["power", "-valid_from"]
        constraints = [
            *Term.Meta.constraints,
            models.CheckConstraint(
                condition=Q(body__isnull=False) | ~Q(decided_by=""),
                name="liaisons_postpower_has_giver",
                violation_error_message=_("Valitse toimielin tai kirjoita viranhaltija, joka päätti toimivallasta."),
            ),
            models.CheckConstraint(
                condition=Q(section__isnull=True) | Q(section__gte=1),
                name="liaisons_postpower_section_positive",
                violation_error_message=_("Pykälän numero on vähintään 1."),
            ),
            no_overlap(
                "liaisons_postpower_one_at_a_time",
                _("Tehtävällä on jo tämä toimivalta osan tästä ajasta. Päätä ensin vanha."),
                "post",
                "power",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_power_display()}"

    @property
    def giver(self) -> Any:
        """Return who delegated it."""
        return self.body or self.decided_by
