"""Kinds of grant that the county chose: rows from the area file, never branches in code."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from county.models import AreaRow, LocalizedName


class Procedure(models.TextChoices):
    """How a grant of the kind comes about; code branches on this, never on a kind's key."""

    CALL = "call", _("Hakumenettely")
    NEGOTIATED = "negotiated", _("Neuvottelumenettely")
    DIRECT = "direct", _("Suora avustus")


class GrantKind(LocalizedName, AreaRow):
    """A kind of grant (avustuslaji) with its procedure and the body that decides (hallintosääntö)."""

    key = models.SlugField(_("tunnus"), max_length=80, unique=True)
    procedure = models.CharField(_("menettely"), max_length=12, choices=Procedure.choices, default=Procedure.CALL)
    decided_by = models.ForeignKey(
        "liaisons.Body", models.PROTECT, null=True, blank=True, related_name="grant_kinds", verbose_name=_("päättäjä")
    )
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
