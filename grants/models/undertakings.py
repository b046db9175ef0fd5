"""Who make up one undertaking with an organisation, so that their de minimis aid is counted together.

Commission Regulation (EU) 2023/2831 article 2(2): a single undertaking is all enterprises that control one another in
one of four ways, also through others. Associations control companies, so this concerns them.
"""

from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from organisations.models import Organisation
from organisations.numbers import validate_business_id


class Control(models.TextChoices):
    """How one enterprise controls the other, points a to d of article 2(2)."""

    VOTES = "votes", _("Toisella on enemmistö toisen osakkaiden tai jäsenten äänistä")
    BOARD = "board", _("Toinen voi nimittää tai erottaa enemmistön toisen hallituksesta tai johdosta")
    INFLUENCE = "influence", _("Toisella on määräysvalta toiseen sopimuksen tai sääntöjen perusteella")
    AGREEMENT = "agreement", _("Toisella on yksin äänten enemmistö muiden osakkaiden kanssa tehdyn sopimuksen nojalla")


@pghistory.track()
class LinkedUndertaking(models.Model):
    """An enterprise or organisation that is one undertaking with the organisation, named by either or an officer.

    Its business ID is checked, and where the portal knows an organisation by it, that one's ledger counts too. Personal
    data: who named it. Kept while the link holds; its history by the records plan, as the ledger's.
    """

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="linked_undertakings", verbose_name=_("järjestö")
    )
    name = models.CharField(_("nimi"), max_length=200)
    business_id = models.CharField(_("Y-tunnus"), max_length=9, validators=[validate_business_id])
    control = models.CharField(_("miten ne liittyvät toisiinsa"), max_length=10, choices=Control.choices)
    named_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    named_at = models.DateTimeField(_("nimetty"))

    class Meta:
        verbose_name = _("samaan yritykseen kuuluva")
        verbose_name_plural = _("samaan yritykseen kuuluvat")
        ordering = ["name", "pk"]
        indexes = [models.Index(fields=["business_id"], name="grants_linked_by_number")]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "business_id"],
                name="grants_linked_once",
                violation_error_message=_("Tämä Y-tunnus on jo nimetty."),
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="grants_linked_has_name",
                violation_error_message=_("Kirjoita yrityksen tai yhteisön nimi."),
            ),
            models.CheckConstraint(
                condition=Func(F("business_id"), function="fi_business_id_ok", output_field=models.BooleanField()),
                name="grants_linked_business_id_ok",
                violation_error_message=_("Y-tunnus ei ole oikein. Tarkista numerot."),
            ),
            models.CheckConstraint(condition=Q(control__in=Control.values), name="grants_linked_control"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.business_id})"

    def is_named_by(self, organisation: Organisation) -> bool:
        """Tell whether the organisation named it; else another named the organisation."""
        return self.organisation_id == organisation.pk

    def name_to(self, organisation: Organisation) -> str:
        """Return the other's name, as one of the two sees it."""
        return self.name if self.is_named_by(organisation) else self.organisation.name

    def number_to(self, organisation: Organisation) -> str:
        """Return the other's business ID, as one of the two sees it."""
        return self.business_id if self.is_named_by(organisation) else self.organisation.business_id or ""

    @property
    def control_label(self) -> Any:
        """How the two are linked, in words."""
        return Control(self.control).label
