"""What a municipality says of an application: whether it funds the same activity itself (kunnan kanta)."""

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.money import MoneyField
from grants.models.applications import Application


class Stance(models.TextChoices):
    """The three answers of a municipality (S000 5.1.1: county and municipality look at applications together)."""

    FUNDS = "funds", _("rahoitamme")
    FUNDS_NOT = "funds_not", _("emme rahoita")
    NO_STANCE = "no_stance", _("ei kantaa")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class MunicipalOpinion(models.Model):
    """One municipality's answer to one application, so that nobody falls between two funders or gets paid twice.

    ``sum`` is what the municipality gives for the same activity, in euros, when it says. Personal data: who answered.
    Kept with the case.
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="municipal_opinions")
    municipality = models.ForeignKey(
        "county.Municipality", models.PROTECT, related_name="grant_opinions", verbose_name=_("kunta")
    )
    stance = models.CharField(_("kanta"), max_length=10, choices=Stance.choices)
    sum = MoneyField(_("kunnan avustus"), null=True, blank=True)
    note = models.CharField(_("lisätieto"), max_length=500, blank=True)
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("antaja")
    )
    given_at = models.DateTimeField(_("annettu"))

    class Meta:
        verbose_name = _("kunnan kanta hakemukseen")
        verbose_name_plural = _("kuntien kannat hakemuksiin")
        ordering = ["municipality", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "municipality"], name="grants_one_opinion_a_municipality_and_case"
            ),
            models.CheckConstraint(condition=Q(stance__in=Stance.values), name="grants_opinion_stance_known"),
            models.CheckConstraint(
                condition=Q(sum__isnull=True) | Q(stance="funds", sum__gt=0),
                name="grants_opinion_sum_only_when_funding",
                violation_error_message=_('Summa kuuluu vain kantaan "rahoitamme".'),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}/{self.municipality_id}: {self.stance}"

    @property
    def stance_label(self) -> str | Promise:
        """The answer in words."""
        return Stance(self.stance).label
