"""Kinds of grant that the county chose: rows from the area file, never branches in code."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from county.models import AreaRow, LocalizedName


class Procedure(models.TextChoices):
    """How a grant of the kind comes about; code branches on this, never on a kind's key."""

    CALL = "call", _("Hakumenettely")
    NEGOTIATED = "negotiated", _("Neuvottelumenettely")
    DIRECT = "direct", _("Suora avustus")


class DecisionMaker(models.TextChoices):
    """Who decides a grant of the kind: a body, or an office-holder to whom the rules delegate it."""

    BODY = "body", _("Toimielin")
    OFFICE_HOLDER = "office_holder", _("Viranhaltija")


class GrantKind(LocalizedName, AreaRow):
    """A kind of grant (avustuslaji) with its procedure and who decides (hallintosääntö).

    ``no_double_funding_with`` lists the kinds of funder that may not pay the same activity, such as
    ``municipality``. ``light`` marks small and fast rounds. ``four_eyes``: who asks for publishing a call of the
    kind does not publish it.
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
    no_double_funding_with = models.JSONField(_("ei samaan toimintaan yhdessä"), default=list, blank=True)
    light = models.BooleanField(_("kevyt ja nopea haku"), default=False)
    four_eyes = models.BooleanField(_("toinen tarkastaa ja julkaisee"), default=False)
    eligible_fi = models.TextField(_("kuka voi hakea"), blank=True)
    content_areas_fi = models.JSONField(_("sisältöalueet"), default=list, blank=True)
    criteria_fi = models.JSONField(_("arviointiperusteet"), default=list, blank=True)
    requires_fi = models.JSONField(_("edellytykset"), default=list, blank=True)
    facts = models.JSONField(_("muut tiedot aluetiedostosta"), default=dict, blank=True)

    class Meta:
        verbose_name = _("avustuslaji")
        verbose_name_plural = _("avustuslajit")
        ordering = ["name_fi"]

    def __str__(self) -> str:
        return self.name

    @property
    def decider(self) -> str:
        """Who decides: the office-holder's post, else the body's name; empty when the file names neither."""
        if self.decision_maker == DecisionMaker.OFFICE_HOLDER:
            return self.decided_by_post_fi
        return str(self.decided_by) if self.decided_by else ""
