"""Frozen numbered proposals: what was before the body, as it stood, whatever is proposed later."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.money import MoneyField
from documents.models import SHA256_HEX
from grants.models.calls import GrantCall


@pgtrigger.register(
    pgtrigger.Protect(name="frozen_proposal_stays", operation=pgtrigger.Update | pgtrigger.Delete),
)
class ProposalSet(models.Model):
    """All proposals of a call at one instant (jäädytetty esitys), with a number of the call's own.

    ``content`` is plain JSON (``grants.workflow.proposal_sets.content_of``) and ``sha256`` its hash; page, workbook
    and PDF are made from it for each reader without the cases they may not read. ``model`` and ``parameters`` tell
    which model of sharing most of the sums came from. Personal data: who froze it. Kept with the call.
    """

    call = models.ForeignKey(GrantCall, models.PROTECT, related_name="proposal_sets", verbose_name=_("haku"))
    number = models.PositiveSmallIntegerField(_("numero"))
    content = models.JSONField()
    sha256 = models.CharField(_("tarkiste"), max_length=64)
    appropriation = MoneyField(_("määräraha"))
    asked_total = MoneyField(_("haettu yhteensä"))
    proposed_total = MoneyField(_("esitetty yhteensä"))
    model = models.CharField(_("jakomalli"), max_length=20, blank=True, default="")
    parameters = models.JSONField(default=dict, blank=True)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("tekijä"))
    made_at = models.DateTimeField(_("jäädytetty"))

    class Meta:
        verbose_name = _("jäädytetty esitys")
        verbose_name_plural = _("jäädytetyt esitykset")
        ordering = ["call", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["call", "number"], name="grants_proposal_set_number"),
            models.CheckConstraint(condition=Q(number__gte=1), name="grants_proposal_set_from_one"),
            models.CheckConstraint(condition=Q(sha256__regex=SHA256_HEX), name="grants_proposal_set_sha256_shape"),
            models.CheckConstraint(
                condition=Q(proposed_total__gte=0, proposed_total__lte=models.F("appropriation")),
                name="grants_proposal_set_within_appropriation",
                violation_error_message=_("Esitykset ylittäisivät määrärahan."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.call_id}/{self.number}"

    def get_absolute_url(self) -> str:
        return reverse("grants:proposal_set", args=[self.call_id, self.number])
