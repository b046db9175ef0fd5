"""The library of phrases (fraasit) for the reasons of decisions: the same ground is said in the same words."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grants.models.outcomes import Outcome


class PhraseQuerySet(models.QuerySet["Phrase"]):
    """Phrases by where they suit."""

    def suiting(self, outcome: str) -> Any:
        """Phrases written for the outcome, and those that suit any."""
        return self.filter(outcome__in=["", outcome])


class Phrase(models.Model):
    """A piece of reasons with a title by which it is picked; what was picked is copied, so editing changes nothing."""

    title = models.CharField(_("otsikko"), max_length=100, unique=True)
    text_fi = models.TextField(_("teksti suomeksi"), max_length=2000)
    text_sv = models.TextField(_("teksti ruotsiksi"), max_length=2000, blank=True)
    text_en = models.TextField(_("teksti englanniksi"), max_length=2000, blank=True)
    outcome = models.CharField(_("mihin ratkaisuun"), max_length=12, choices=Outcome.choices, blank=True)
    edited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    edited_at = models.DateTimeField(editable=False)

    objects = PhraseQuerySet.as_manager()

    class Meta:
        verbose_name = _("fraasi")
        verbose_name_plural = _("fraasit")
        ordering = ["outcome", "title"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(text_fi=""),
                name="grants_phrase_has_text",
                violation_error_message=_("Kirjoita otsikko ja teksti."),
            )
        ]

    def __str__(self) -> str:
        return self.title
