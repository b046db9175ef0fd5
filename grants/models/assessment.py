"""Assessment: who assesses, conflicts of interest, scores with reasons, the proposal and its sum."""

from typing import Any

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.models import Term
from common.money import MoneyField
from grants import life_cycles
from grants.models.applications import Application
from grants.models.calls import Criterion, GrantCall
from grants.models.outcomes import Outcome, fits_sum, outcome_of


@pghistory.track()
class AssessorAssignment(Term):
    """A person assesses the applications of a call for a term (arvioija)."""

    call = models.ForeignKey(GrantCall, models.CASCADE, related_name="assessors", verbose_name=_("haku"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="assessor_assignments", verbose_name=_("arvioija")
    )

    class Meta(Term.Meta):
        verbose_name = _("arvioijan tehtävä")
        verbose_name_plural = _("arvioijien tehtävät")
        constraints = [
            *Term.Meta.constraints,
            models.UniqueConstraint(fields=["call", "user"], name="grants_one_assignment_a_person_and_call"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.call_id}"


@pghistory.track()
class ConflictDeclaration(models.Model):
    """What a person says of their conflict of interest (esteellisyys) in one case.

    Hallintolaki 434/2003 27–30 § and 611/2021 102 §: it concerns one matter and the person declares it.
    Before a declaration they see the applicant's name and the sum; after withdrawing nothing that the
    public does not. A declared conflict is not taken back. ``is_private``: the ground is shown to nobody else.
    ``of_whole_item``: it came from a withdrawal from the whole matter in the meeting, and goes if that was a mistake.
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="conflict_declarations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="conflict_declarations")
    has_conflict = models.BooleanField(_("esteellinen"))
    ground = models.CharField(_("esteellisyyden peruste"), max_length=500, blank=True)
    is_private = models.BooleanField(_("perustetta ei näytetä muille"), default=False)
    of_whole_item = models.BooleanField(_("koko kokousasiasta"), default=False, editable=False)
    declared_at = models.DateTimeField(_("ilmoitettu"))

    class Meta:
        verbose_name = _("esteellisyysilmoitus")
        verbose_name_plural = _("esteellisyysilmoitukset")
        constraints = [
            models.UniqueConstraint(fields=["application", "user"], name="grants_one_declaration_a_person_and_case"),
            models.CheckConstraint(
                condition=Q(has_conflict=False) | ~Q(ground=""),
                name="grants_conflict_has_ground",
                violation_error_message=_("Kerro, mistä esteellisyys johtuu."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id}: {self.application_id}"


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(condition=pghistory.AnyChange("state")), fields=["id", "state"]
)
class Assessment(models.Model):
    """One assessor's scores of one application."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="assessments")
    assessor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="assessments")
    state = models.CharField(_("tila"), max_length=8, choices=life_cycles.ASSESSMENT.choices(), default="open")
    summary = models.TextField(_("yhteenveto"), blank=True)
    total = models.PositiveSmallIntegerField(_("pisteet yhteensä"), default=0)
    saved_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("arviointi")
        verbose_name_plural = _("arvioinnit")
        constraints = [
            models.UniqueConstraint(fields=["application", "assessor"], name="grants_one_assessment_a_person_and_case"),
            models.CheckConstraint(
                condition=Q(state="open", done_at__isnull=True) | Q(state="done", done_at__isnull=False),
                name="grants_assessment_done_has_time",
            ),
            models.CheckConstraint(condition=Q(total__lte=100), name="grants_assessment_at_most_100"),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.total}"


class Score(models.Model):
    """Points for one criterion with the reason."""

    assessment = models.ForeignKey(Assessment, models.CASCADE, related_name="scores")
    criterion = models.ForeignKey(Criterion, models.PROTECT, related_name="+")
    points = models.PositiveSmallIntegerField(_("pisteet"))
    most = models.PositiveSmallIntegerField(editable=False)
    reason = models.TextField(_("perustelu"), blank=True)

    class Meta:
        verbose_name = _("pisteet")
        verbose_name_plural = _("pisteet")
        constraints = [
            models.UniqueConstraint(fields=["assessment", "criterion"], name="grants_one_score_a_criterion"),
            models.CheckConstraint(
                condition=Q(points__lte=F("most")),
                name="grants_score_within_weight",
                violation_error_message=_("Pisteitä on enemmän kuin perusteen enimmäispisteet."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.points)


@pghistory.track()
class Proposal(models.Model):
    """The preparing officer's proposal for one application: a sum with its outcome and reasons.

    The outcome follows the sum, except that nothing may also mean that the application is not examined.
    Its sum is part of the call's ``proposed_total``; both change together under the call's lock. ``from_model`` is
    the model of sharing (``grants.allocation``) that gave the sum; empty means that a person wrote it.
    """

    application = models.OneToOneField(Application, models.CASCADE, related_name="proposal")
    sum = MoneyField(_("esitetty summa"), default=0)
    outcome = models.CharField(_("ratkaisu"), max_length=12, choices=Outcome.choices, default=Outcome.REJECTED)
    reasons = models.TextField(_("perustelut"))
    revision = models.PositiveIntegerField(default=1)
    from_model = models.CharField(_("jakomalli"), max_length=20, blank=True, default="", editable=False)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("esitys")
        verbose_name_plural = _("esitykset")
        constraints = [
            models.CheckConstraint(
                condition=Q(sum__gte=0),
                name="grants_proposal_not_negative",
                violation_error_message=_("Esitetty summa ei voi olla pienempi kuin nolla."),
            ),
            fits_sum("grants_proposal_outcome_fits_sum"),
            models.CheckConstraint(
                condition=~Q(reasons=""),
                name="grants_proposal_has_reasons",
                violation_error_message=_("Perustelut puuttuvat. Kirjoita, miksi esität tätä summaa."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.sum}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the outcome with the sum."""
        is_not_examined = self.outcome == Outcome.NOT_EXAMINED
        self.outcome = outcome_of(self.sum, self.application.asked_sum, not_examined=is_not_examined)
        super().save(*args, **kwargs)

    @property
    def is_grant(self) -> bool:
        """Tell whether the proposal is to grant something."""
        return bool(self.sum > 0)
