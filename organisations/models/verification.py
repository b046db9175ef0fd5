"""Verification: what the county has checked of an organisation, on a dated answer sheet that runs out."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.transitions import LifeCycle, State, Transition

SHEET_LIFE = LifeCycle(
    name="organisations.verification_sheet",
    states=(
        State("draft", _("Luonnos"), tone="none"),
        State("published", _("Käytössä"), tone="ok"),
        State("replaced", _("Korvattu uudella"), tone="none"),
    ),
    transitions=(
        Transition("publish", ("draft",), "published", "organisations.verification.manage_sheets", _("Ota käyttöön")),
        Transition(
            "replace",
            ("published",),
            "replaced",
            "organisations.verification.manage_sheets",
            _("Korvaa uudella"),
            condition="a newer version is published",
        ),
    ),
)


class VerificationSheet(models.Model):
    """One version of the questions. A published one never changes; whoever was checked with it keeps it.

    ``questions`` is a list of ``{"key", "fi", "sv", "en"}``; an empty translation is shown in Finnish.
    """

    version = models.PositiveIntegerField(_("versio"), unique=True)
    questions = models.JSONField(_("kysymykset"), default=list)
    valid_months = models.PositiveSmallIntegerField(_("tarkistus on voimassa (kuukautta)"), default=12)
    state = models.CharField(_("tila"), max_length=20, choices=SHEET_LIFE.choices(), default="draft")
    created_at = models.DateTimeField(_("luotu"))
    published_at = models.DateTimeField(_("käytössä alkaen"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("julkaisija")
    )

    class Meta:
        verbose_name = _("tarkistuslomake")
        verbose_name_plural = _("tarkistuslomakkeet")
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state__in=["draft"]),
                name="verification_sheet_one_draft",
                violation_error_message=_("Uusi versio on jo tekeillä."),
            ),
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state__in=["published"]),
                name="verification_sheet_one_published",
                violation_error_message=_("Toinen versio on jo käytössä."),
            ),
            models.CheckConstraint(
                condition=Q(state="draft", published_at__isnull=True)
                | (~Q(state="draft") & Q(published_at__isnull=False)),
                name="verification_sheet_published_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=SHEET_LIFE.keys()) & Q(valid_months__gte=1, valid_months__lte=60),
                name="verification_sheet_values",
                violation_error_message=_("Tarkistus on voimassa 1–60 kuukautta."),
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="published_sheet_never_changes",
                operation=pgtrigger.Update,
                condition=pgtrigger.Q(old__published_at__isnull=False)
                & (
                    pgtrigger.Q(old__questions__df=pgtrigger.F("new__questions"))
                    | pgtrigger.Q(old__version__df=pgtrigger.F("new__version"))
                    | pgtrigger.Q(old__valid_months__df=pgtrigger.F("new__valid_months"))
                ),
            )
        ]

    def __str__(self) -> str:
        return f"v{self.version}"

    @property
    def state_label(self) -> str | Promise:
        """The state's name."""
        return SHEET_LIFE.label(self.state)

    @property
    def tone(self) -> str:
        """The tone of the state's tag."""
        return SHEET_LIFE.tone(self.state)


class Verification(models.Model):
    """An organisation's answers on one day. It is never changed: a new one is made, and the newest counts.

    ``answers`` is ``{question key: {"value": "yes" | "no" | "na", "note": text}}``. Personal data: who checked; kept
    with the organisation, because grants are given on it.
    """

    class Outcome(models.TextChoices):
        PASSED = "passed", _("kunnossa")
        LACKING = "lacking", _("puutteita")

    organisation = models.ForeignKey("organisations.Organisation", models.CASCADE, related_name="verifications")
    sheet = models.ForeignKey(VerificationSheet, models.PROTECT, related_name="verifications", verbose_name=_("lomake"))
    answers = models.JSONField(_("vastaukset"))
    outcome = models.CharField(_("tulos"), max_length=10, choices=Outcome.choices)
    verified_on = models.DateField(_("tarkistettu"))
    valid_until = models.DateField(_("voimassa"))
    summary = models.CharField(_("yhteenveto"), max_length=1000, blank=True)
    created_at = models.DateTimeField(_("kirjattu"))
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("tarkistaja")
    )

    class Meta:
        verbose_name = _("tarkistus")
        verbose_name_plural = _("tarkistukset")
        ordering = ["-verified_on", "-pk"]
        indexes = [models.Index(fields=["organisation", "-verified_on"], name="verification_by_organisation")]
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_until__gte=F("verified_on")),
                name="verification_term_order",
                violation_error_message=_("Tarkistus ei voi vanhentua ennen tarkistuspäivää."),
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["passed", "lacking"]),
                name="verification_outcome_known",
                violation_error_message=_("Tuntematon tulos."),
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="verification_never_changes",
                fields=["sheet", "answers", "outcome", "verified_on", "valid_until", "summary", "created_at"],
            )
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_outcome_display()}"

    def get_absolute_url(self) -> str:
        return reverse("organisations:verification", args=[self.pk])

    def rows(self, language: str) -> list[dict[str, Any]]:
        """Return question, answer and note of each question, in the sheet's order."""
        return [
            {"question": question_text(question, language), **self.answers.get(question["key"], {})}
            for question in self.sheet.questions
        ]


def question_text(question: dict[str, str], language: str) -> str:
    """Return a question in the language, or in Finnish."""
    return question.get(language) or question["fi"]
