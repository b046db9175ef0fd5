"""Questions about a call and their answers: what one applicant hears, all hear (equal treatment, 434/2003 6 §)."""

from typing import Any, Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grants import life_cycles
from grants.models.calls import GrantCall


class CallQuestionQuerySet(models.QuerySet["CallQuestion"]):
    """Questions by what has become of them."""

    def waiting(self) -> Self:
        """Return those without an answer."""
        return self.filter(state="asked")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class CallQuestion(models.Model):
    """One question about a call; published with its answer, never with who asked.

    ``published_question`` is the question as everybody reads it, where the asker's own words told too much.
    Personal data: who asked. Kept with the call.
    """

    call = models.ForeignKey(GrantCall, models.CASCADE, related_name="questions", verbose_name=_("haku"))
    text = models.TextField(_("kysymys"), max_length=1000)
    published_question = models.TextField(_("kysymys, niin kuin se julkaistaan"), max_length=1000, blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("kysyjä")
    )
    asked_at = models.DateTimeField(_("kysytty"))
    state = models.CharField(_("tila"), max_length=10, choices=life_cycles.CALL_QUESTION.choices(), default="asked")
    answer = models.TextField(_("vastaus"), max_length=4000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("vastaaja")
    )
    answered_at = models.DateTimeField(_("vastattu"), null=True, blank=True)

    objects = CallQuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("hakua koskeva kysymys")
        verbose_name_plural = _("hakuja koskevat kysymykset")
        ordering = ["asked_at", "pk"]
        indexes = [models.Index(fields=["call", "state"], name="grants_question_state")]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="asked", answer="", answered_at__isnull=True)
                | (Q(state__in=("published", "private"), answered_at__isnull=False) & ~Q(answer="")),
                name="grants_question_answered_has_answer",
                violation_error_message=_("Kirjoita vastaus."),
            ),
            models.CheckConstraint(
                condition=~Q(text=""), name="grants_question_has_text", violation_error_message=_("Kirjoita kysymys.")
            ),
        ]

    def __str__(self) -> str:
        return self.text[:60]

    def get_absolute_url(self) -> str:
        return reverse("grants:call", args=[self.call_id]) + "#kysymykset"

    @property
    def shown(self) -> str:
        """The question as everybody reads it."""
        return self.published_question or self.text

    @property
    def state_label(self) -> Any:
        """The state's name."""
        return life_cycles.CALL_QUESTION.label(self.state)

    @property
    def tone(self) -> Any:
        """The tone of the state's tag."""
        return life_cycles.CALL_QUESTION.tone(self.state)
