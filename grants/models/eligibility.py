"""Questions with which an organisation finds out in a minute whether it can apply (kelpoisuuskysymykset)."""

import pgtrigger
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grants.models.calls import GrantCall, localized_text
from grants.models.triggers import frozen_with_its_call


@pgtrigger.register(frozen_with_its_call("published_eligibility_stays", "changed.call_id"))
class EligibilityQuestion(models.Model):
    """A yes or no question, the answer with which one can apply, and what to do with the other.

    Nobody's answers are kept: the questions advise, and advice is no decision (hallintolaki 434/2003 8 §). Only a
    ``blocking`` one stops an application from being begun.
    """

    call = models.ForeignKey(GrantCall, models.CASCADE, related_name="eligibility")
    order = models.PositiveSmallIntegerField(default=1)
    text_fi = models.CharField(_("kysymys suomeksi"), max_length=300)
    text_sv = models.CharField(_("kysymys ruotsiksi"), max_length=300, blank=True)
    text_en = models.CharField(_("kysymys englanniksi"), max_length=300, blank=True)
    good_answer = models.CharField(
        _("tällä vastauksella voi hakea"),
        max_length=3,
        choices={"yes": _("kyllä"), "no": _("ei")},
        default="yes",
    )
    advice_fi = models.CharField(
        _("neuvo muulle vastaajalle suomeksi"),
        max_length=500,
        help_text=_("Kerro ystävällisesti, miksi tästä hausta ei ehkä saa avustusta ja mitä voi tehdä sen sijaan."),
    )
    advice_sv = models.CharField(_("neuvo ruotsiksi"), max_length=500, blank=True)
    advice_en = models.CharField(_("neuvo englanniksi"), max_length=500, blank=True)
    link = models.URLField(
        _("linkki neuvon perässä"),
        max_length=300,
        blank=True,
        help_text=_("Esimerkiksi toisen haun tai yhteydenoton osoite. Alkaa https://"),
    )
    blocking = models.BooleanField(
        _("estää hakemuksen aloittamisen"),
        default=False,
        help_text=_("Valitse vain, jos väärällä vastauksella ei missään tapauksessa voi saada avustusta."),
    )

    class Meta:
        verbose_name = _("kelpoisuuskysymys")
        verbose_name_plural = _("kelpoisuuskysymykset")
        ordering = ["call", "order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(good_answer__in=["yes", "no"]),
                name="grants_eligibility_good_answer",
                violation_error_message=_("Vastaus on kyllä tai ei."),
            ),
            models.CheckConstraint(
                condition=~Q(text_fi="") & ~Q(advice_fi=""),
                name="grants_eligibility_has_words",
                violation_error_message=_("Kirjoita kysymys ja neuvo suomeksi."),
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The question in the reader's language."""
        return localized_text(self, "text")
