"""Terms of a call beside its money and times: reserves, who is invited, who follows, which rounds are planned."""

from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.money import MoneyField
from county.models import RegionalGroup, Theme
from grants.models.calls import GrantCall, localized_text
from grants.models.kinds import GrantKind
from grants.models.triggers import reserves_stay, reserves_within_appropriation
from organisations.models import Organisation


@pgtrigger.register(reserves_stay("published_reserve_stays"), reserves_within_appropriation("reserves_within"))
@pghistory.track()
class AppropriationReserve(models.Model):
    """A part of the call's appropriation kept for a theme or for the municipalities of a regional group.

    ``sum`` is in euros. The reserves together are never over the appropriation; once the call is published they
    stay, except that a smaller budget makes them smaller in the same proportion.
    """

    call = models.ForeignKey(GrantCall, models.CASCADE, related_name="reserves", verbose_name=_("haku"))
    order = models.PositiveSmallIntegerField(default=1)
    name_fi = models.CharField(_("varauksen nimi suomeksi"), max_length=150)
    name_sv = models.CharField(_("varauksen nimi ruotsiksi"), max_length=150, blank=True)
    name_en = models.CharField(_("varauksen nimi englanniksi"), max_length=150, blank=True)
    sum = MoneyField(_("varattu summa"))
    theme = models.ForeignKey(
        Theme, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("teemalle")
    )
    group = models.ForeignKey(
        RegionalGroup, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kuntaryhmälle")
    )

    class Meta:
        verbose_name = _("määrärahan varaus")
        verbose_name_plural = _("määrärahan varaukset")
        ordering = ["call", "order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sum__gt=0),
                name="grants_reserve_positive",
                violation_error_message=_("Varattu summa on suurempi kuin nolla."),
            ),
            models.CheckConstraint(
                condition=Q(theme__isnull=True, group__isnull=False) | Q(theme__isnull=False, group__isnull=True),
                name="grants_reserve_theme_or_group",
                violation_error_message=_("Valitse joko teema tai kuntaryhmä, ei molempia."),
            ),
            models.UniqueConstraint(
                fields=["call", "theme"],
                name="grants_reserve_theme_once",
                violation_error_message=_("Tälle teemalle on jo varaus."),
            ),
            models.UniqueConstraint(
                fields=["call", "group"],
                name="grants_reserve_group_once",
                violation_error_message=_("Tälle kuntaryhmälle on jo varaus."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The reserve's name in the reader's language."""
        return localized_text(self, "name")

    @property
    def target(self) -> Any:
        """The theme or the regional group for which the money is kept."""
        return self.theme or self.group


class CallInvitation(models.Model):
    """An organisation that may apply in a negotiated or direct call, and who invited it.

    The list of those invited is seen by the county's staff; an invited organisation sees only its own. Kept with
    the call.
    """

    call = models.ForeignKey(GrantCall, models.CASCADE, related_name="invitations", verbose_name=_("haku"))
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="call_invitations", verbose_name=_("järjestö")
    )
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(_("kutsuttu"))

    class Meta:
        verbose_name = _("kutsu hakemaan")
        verbose_name_plural = _("kutsut hakemaan")
        ordering = ["call", "organisation__sort_key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["call", "organisation"],
                name="grants_invitation_once",
                violation_error_message=_("Tämä järjestö on jo kutsuttu."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation} · {self.call}"


class KindFollow(models.Model):
    """A person who wants to hear when a call of the kind is published, opens or is extended.

    Personal data: who follows what. Kept until the person stops following; gone with the account.
    """

    kind = models.ForeignKey(GrantKind, models.CASCADE, related_name="followers", verbose_name=_("avustuslaji"))
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("seuraaja"))
    followed_at = models.DateTimeField(_("seurattu alkaen"))

    class Meta:
        verbose_name = _("avustuslajin seuraaja")
        verbose_name_plural = _("avustuslajien seuraajat")
        constraints = [models.UniqueConstraint(fields=["kind", "user"], name="grants_follow_once")]

    def __str__(self) -> str:
        return f"{self.kind} · {self.user}"


@pghistory.track()
class PlannedRound(models.Model):
    """When the county means to have a round of the kind, told before there is a call; both days included."""

    kind = models.ForeignKey(GrantKind, models.PROTECT, related_name="planned_rounds", verbose_name=_("avustuslaji"))
    opens_on = models.DateField(_("haku alkaa"))
    closes_on = models.DateField(_("haku päättyy"))
    note_fi = models.CharField(_("lisätieto"), max_length=300, blank=True)
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False)

    class Meta:
        verbose_name = _("suunniteltu haku")
        verbose_name_plural = _("suunnitellut haut")
        ordering = ["opens_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")),
                name="grants_planned_closes_after_opening",
                violation_error_message=_("Haku päättyy ennen kuin se alkaa. Korjaa jompikumpi päivä."),
            ),
            models.UniqueConstraint(
                fields=["kind", "opens_on"],
                name="grants_planned_once",
                violation_error_message=_("Tälle päivälle on jo suunniteltu saman avustuslajin haku."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.opens_on:%d.%m.%Y}"
