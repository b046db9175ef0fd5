"""Kinds of grant that the county chose: rows from the area file, never branches in code."""

import pghistory
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.money import MoneyField
from county.models import AreaRow, LocalizedName, get_county


class Procedure(models.TextChoices):
    """How a grant of the kind comes about; code branches on this, never on a kind's key."""

    CALL = "call", _("Hakumenettely")
    NEGOTIATED = "negotiated", _("Neuvottelumenettely")
    DIRECT = "direct", _("Suora avustus")


class DecisionMaker(models.TextChoices):
    """Who decides a grant of the kind: a body, or an office-holder to whom the rules delegate it."""

    BODY = "body", _("Toimielin")
    OFFICE_HOLDER = "office_holder", _("Viranhaltija")


class Funder(models.TextChoices):
    """Kinds of funder that a kind of grant may bar from the same activity."""

    MUNICIPALITY = "municipality", _("kunta")
    COUNTY = "county", _("hyvinvointialue")
    STEA = "stea", _("STEA")
    STATE = "state", _("valtio")
    EU = "eu", _("EU")
    FOUNDATION = "foundation", _("säätiö")


@pghistory.track(
    pghistory.UpdateEvent(condition=pghistory.AnyChange("change_most_months", "change_most_sum")),
    fields=["id", "change_most_months", "change_most_sum"],
    model_name="GrantKindLimitsEvent",
)
class GrantKind(LocalizedName, AreaRow):
    """A kind of grant (avustuslaji) with its procedure and who decides (hallintosääntö).

    A kind has one decider: a body (``decided_by``), or an office-holder by the title of the post. Claims for revision
    of an office-holder's decisions go to the body ``claims_to`` (611/2021 139 §).
    ``no_double_funding_with`` lists the kinds of funder that may not pay the same activity, such as
    ``municipality``. ``light`` marks small and fast rounds. ``four_eyes``: who asks for publishing a call of the
    kind does not publish it. ``full_report_from``: grants of at least that many euros are reported with the full use
    report, smaller ones with the light one; without it all reports are light. ``change_most_months`` and
    ``change_most_sum`` (euros) limit what is changed after award without the body, whoever decides; without them only
    the county's row limits (``ChangePowers``).
    """

    key = models.SlugField(_("tunnus"), max_length=80, unique=True)
    procedure = models.CharField(_("menettely"), max_length=12, choices=Procedure.choices, default=Procedure.CALL)
    decided_by = models.ForeignKey(
        "liaisons.Body", models.PROTECT, null=True, blank=True, related_name="grant_kinds", verbose_name=_("päättäjä")
    )
    decision_maker = models.CharField(
        _("kuka päättää"), max_length=14, choices=DecisionMaker.choices, default=DecisionMaker.BODY
    )
    decided_by_post_fi = models.CharField(_("päättävä virka"), max_length=150, blank=True)
    claims_to = models.ForeignKey(
        "liaisons.Body",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("toimielin, jolle viranhaltijan päätöksestä tehdään oikaisuvaatimus"),
    )
    no_double_funding_with = models.JSONField(_("ei samaan toimintaan yhdessä"), default=list, blank=True)
    light = models.BooleanField(_("kevyt ja nopea haku"), default=False)
    four_eyes = models.BooleanField(_("toinen tarkastaa ja julkaisee"), default=False)
    full_report_from = MoneyField(_("laaja käyttöselvitys tästä summasta"), null=True, blank=True)
    change_most_months = models.PositiveSmallIntegerField(
        _("käyttöaikaa voi pidentää ilman toimielintä enintään, kuukautta"), null=True, blank=True
    )
    change_most_sum = MoneyField(_("riviltä toiselle voi siirtää ilman toimielintä enintään"), null=True, blank=True)
    eligible_fi = models.TextField(_("kuka voi hakea"), blank=True)
    content_areas_fi = models.JSONField(_("sisältöalueet"), default=list, blank=True)
    criteria_fi = models.JSONField(_("arviointiperusteet"), default=list, blank=True)
    requires_fi = models.JSONField(_("edellytykset"), default=list, blank=True)
    facts = models.JSONField(_("muut tiedot aluetiedostosta"), default=dict, blank=True)

    class Meta:
        verbose_name = _("avustuslaji")
        verbose_name_plural = _("avustuslajit")
        ordering = ["name_fi"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decision_maker=DecisionMaker.BODY, decided_by_post_fi="", claims_to__isnull=True)
                | (Q(decision_maker=DecisionMaker.OFFICE_HOLDER, decided_by__isnull=True) & ~Q(decided_by_post_fi="")),
                name="grants_kind_one_decider",
                violation_error_message=_("Avustuslajilla on yksi päättäjä: toimielin tai viranhaltijan virka."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def by_official(self) -> bool:
        """Tell whether an office-holder decides."""
        return self.decision_maker == DecisionMaker.OFFICE_HOLDER

    @property
    def bars_municipal(self) -> bool:
        """Tell whether an activity that a municipality funds gets nothing of this kind."""
        return Funder.MUNICIPALITY in self.no_double_funding_with

    @property
    def barred_funders(self) -> str:
        """Who may not fund the same activity, in words of the reader's language; empty when anybody may."""
        return ", ".join(str(Funder(key).label) for key in self.no_double_funding_with)

    @property
    def claims_decider(self) -> str:
        """The body that decides claims for revision of an office-holder's decisions, or the county's own."""
        if self.claims_to:
            return self.claims_to.name_fi
        county = get_county()
        return county.revision_body if county else ""

    @property
    def decider(self) -> str:
        """Who decides: the office-holder's post, else the body's name; empty when the file names neither."""
        if self.by_official:
            return self.decided_by_post_fi
        return str(self.decided_by) if self.decided_by else ""
