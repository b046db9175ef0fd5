"""Claims for revision (oikaisuvaatimus) of a decision, and the versions of a decision's text.

Laki hyvinvointialueesta 611/2021 ch. 16: a party or a member of the county claims revision in 14 days from notice,
in writing; the body that decided decides it. What it decides is appealed against to the administrative court.
"""

from datetime import datetime
from typing import Any, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.models import both_or_neither
from common.money import MoneyField
from common.times import local_date
from documents.models import RenderedDocument
from grants.life_cycles_claims import CLAIM, PENDING
from grants.models.changes import ChangeRequest
from grants.models.decisions import Decision
from grants.models.outcomes import Outcome
from grants.models.recoveries import RecoveryCase
from grants.models.votes import VoteFacts


class VersionKind(models.TextChoices):
    """Why there is this version of a decision."""

    ORIGINAL = "original", _("Alkuperäinen päätös")
    WRITING = "writing", _("Kirjoitusvirheen korjaus (hallintolaki 51 §)")
    SUBSTANCE = "substance", _("Asiavirheen korjaus (hallintolaki 50 §)")
    CLAIM = "claim", _("Oikaisuvaatimuksen johdosta")


@pgtrigger.register(pgtrigger.Protect(name="version_stays", operation=pgtrigger.Update | pgtrigger.Delete))
class DecisionVersion(models.Model):
    """The text of a decision as it was served, with its letter; never changed, so that every version can be read."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("versio"))
    kind = models.CharField(_("laji"), max_length=10, choices=VersionKind.choices)
    why = models.TextField(_("mitä korjattiin ja miksi"), blank=True)
    outcome = models.CharField(_("ratkaisu"), max_length=12, choices=Outcome.choices)
    sum = MoneyField(_("summa"))
    reasons = models.TextField(_("perustelut"))
    legal_basis = models.TextField(_("oikeusperuste"))
    purpose = models.TextField(_("käyttötarkoitus"), blank=True)
    terms = models.TextField(_("ehdot"), blank=True)
    contact = models.CharField(_("lisätietojen antaja"), max_length=300)
    decided_on = models.DateField(_("päätöspäivä"))
    section_number = models.PositiveSmallIntegerField(_("pykälä"), null=True, blank=True)
    official_number = models.PositiveIntegerField(_("viranhaltijapäätöksen numero"), null=True, blank=True)
    official_year = models.PositiveSmallIntegerField(_("numeron vuosi"), null=True, blank=True)
    sent_on = models.DateField(_("lähetetty"))
    letter = models.ForeignKey(RenderedDocument, models.PROTECT, related_name="+")
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        verbose_name = _("päätöksen versio")
        verbose_name_plural = _("päätöksen versiot")
        ordering = ["decision", "number"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "number"], name="grants_decision_version_number"),
            models.CheckConstraint(
                condition=Q(kind="original") | ~Q(why=""),
                name="grants_decision_version_has_why",
                violation_error_message=_("Kerro, mitä korjattiin ja miksi."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id}/{self.number}"


class Claimant(models.TextChoices):
    """Who may claim revision (611/2021)."""

    PARTY = "party", _("Hakija")
    MEMBER = "member", _("Hyvinvointialueen jäsen")


class ClaimOutcome(models.TextChoices):
    """What became of a claim."""

    ACCEPTED = "accepted", _("Hyväksytty")
    PARTLY = "partly", _("Hyväksytty osittain")
    REJECTED = "rejected", _("Hylätty")
    NOT_EXAMINED = "not_examined", _("Jätetty tutkimatta")


class ClaimTarget(models.TextChoices):
    """Which decision a claim is about: that of the grant, or one made later about the same grant."""

    GRANT = "grant", _("Päätös hakemukseen")
    CHANGE = "change", _("Päätös muutoshakemukseen")
    RECOVERY = "recovery", _("Päätös takaisinperinnästä")


class RevisionClaimQuerySet(models.QuerySet["RevisionClaim"]):
    """Claims by what still waits in them."""

    def pending(self, now: datetime) -> Self:
        """Claims without a decision, appeals, and decided claims whose period of appeal still runs."""
        runs = Q(state="decided", appeal_ends_on__gte=local_date(now))
        return self.filter(Q(state__in=PENDING) | runs)

    def of_grant(self) -> Self:
        """Claims about the grant's own decision: only they keep it from becoming final."""
        return self.filter(target=ClaimTarget.GRANT)


_ONE_TARGET = """
    IF NEW.change_id IS NOT NULL AND NEW.decision_id IS DISTINCT FROM (
        SELECT decision_id FROM grants_changerequest WHERE id = NEW.change_id AND letter_id IS NOT NULL
    ) OR NEW.recovery_id IS NOT NULL AND NEW.decision_id IS DISTINCT FROM (
        SELECT decision_id FROM grants_recoverycase WHERE id = NEW.recovery_id AND letter_id IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'grants_claim_target_of_grant' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.new_terms IS NOT NULL AND (
        SELECT COALESCE(SUM((line->>'sum')::numeric), 0) FROM jsonb_array_elements(NEW.new_terms->'lines') AS line
    ) > (SELECT sum FROM grants_decision WHERE id = NEW.decision_id) THEN
        RAISE EXCEPTION 'grants_claim_terms_within_grant' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


@pgtrigger.register(
    pgtrigger.Trigger(
        name="claim_fits_target",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=_ONE_TARGET,
    )
)
@pghistory.track()
class RevisionClaim(VoteFacts):
    """One claim for revision with its own case number, its decision and the appeal that followed.

    ``decision`` is the grant in whose case the claim is; the claim is about its decision, or about the decision on one
    change or one recovery of it (``target``, exactly one). ``agenda_item`` is the matter on the agenda of the meeting
    that decides it. ``new_sum`` is the new grant, or what is still asked back; ``new_terms`` are the terms of use that
    follow from an accepted claim about a change (``award_terms.Terms`` as JSON).
    ``arrived_at`` is when it reached the authority: a claim on paper is registered later. ``is_late`` is told
    kindly and never stops the filing; the body leaves a late claim unexamined. Personal data: the claimant's name
    and address for the answer. Kept as long as the case (permanently by the archive's decision, else ten years).
    """

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="claims", verbose_name=_("päätös"))
    target = models.CharField(
        _("mistä päätöksestä"), max_length=8, choices=ClaimTarget.choices, default=ClaimTarget.GRANT
    )
    change = models.ForeignKey(
        ChangeRequest, models.PROTECT, null=True, blank=True, related_name="claims", verbose_name=_("muutospäätös")
    )
    recovery = models.ForeignKey(
        RecoveryCase,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="claims",
        verbose_name=_("takaisinperintäpäätös"),
    )
    case_number = models.CharField(_("asianumero"), max_length=60, unique=True)
    state = models.CharField(_("tila"), max_length=10, choices=CLAIM.choices(), default="received")
    claimant = models.CharField(_("kuka vaatii"), max_length=8, choices=Claimant.choices)
    name = models.CharField(_("vaatijan nimi"), max_length=200)
    email = models.EmailField(_("sähköpostiosoite"), blank=True)
    address = models.TextField(_("postiosoite"), max_length=500, blank=True)
    demand = models.TextField(_("mitä vaaditaan ja millä perusteilla"), max_length=8000)
    arrived_at = models.DateTimeField(_("saapunut"))
    is_late = models.BooleanField(_("myöhässä"))
    filed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("kirjaaja"))
    filed_at = models.DateTimeField(_("kirjattu"))
    proposed = models.CharField(_("esitys"), max_length=12, choices=ClaimOutcome.choices, blank=True)
    proposed_sum = MoneyField(_("esitetty summa"), null=True, blank=True)
    proposal_reasons = models.TextField(_("esityksen perustelut"), max_length=8000, blank=True)
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    proposed_at = models.DateTimeField(null=True, blank=True)
    agenda_item = models.OneToOneField(
        "liaisons.AgendaItem",
        models.PROTECT,
        null=True,
        blank=True,
        editable=False,
        related_name="revision_claim",
        verbose_name=_("kokouksen asia"),
    )
    presented_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    presented_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(_("ratkaisu"), max_length=12, choices=ClaimOutcome.choices, blank=True)
    reasons = models.TextField(_("ratkaisun perustelut"), max_length=8000, blank=True)
    new_sum = MoneyField(_("uusi summa"), null=True, blank=True)
    new_terms = models.JSONField(_("uudet käyttöehdot"), null=True, blank=True)
    decided_on = models.DateField(_("ratkaistu"), null=True, blank=True)
    section_number = models.PositiveSmallIntegerField(_("pykälä"), null=True, blank=True)
    court = models.TextField(_("hallinto-oikeus ja sen osoite"), max_length=500, blank=True)
    letter = models.ForeignKey(RenderedDocument, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField(null=True, blank=True)
    sent_on = models.DateField(_("lähetetty"), null=True, blank=True)
    appeal_ends_on = models.DateField(_("valitus viimeistään"), null=True, blank=True)
    appealed_on = models.DateField(_("valitettu"), null=True, blank=True)
    court_number = models.CharField(_("hallinto-oikeuden diaarinumero"), max_length=60, blank=True)
    court_result = models.TextField(_("hallinto-oikeuden ratkaisu"), max_length=2000, blank=True)
    court_decided_on = models.DateField(_("hallinto-oikeus ratkaisi"), null=True, blank=True)
    court_final_on = models.DateField(_("ratkaisu lainvoimainen"), null=True, blank=True)

    objects = RevisionClaimQuerySet.as_manager()

    class Meta:
        verbose_name = _("oikaisuvaatimus")
        verbose_name_plural = _("oikaisuvaatimukset")
        ordering = ["-arrived_at", "-pk"]
        indexes = [models.Index(fields=["state"], name="grants_claim_state_idx")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(demand="") & ~Q(name=""),
                name="grants_claim_has_demand",
                violation_error_message=_("Kirjoita, kuka vaatii oikaisua, mitä ja millä perusteilla."),
            ),
            models.CheckConstraint(
                condition=Q(state="received")
                | (Q(proposed__in=ClaimOutcome.values, proposed_by__isnull=False) & ~Q(proposal_reasons="")),
                name="grants_claim_proposed_has_facts",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["received", "proposed", "presented"], outcome="")
                | (
                    Q(state__in=["decided", "appealed", "closed"], outcome__in=ClaimOutcome.values)
                    & Q(letter__isnull=False)
                    & ~Q(reasons="")
                    & ~Q(court="")
                ),
                name="grants_claim_decided_has_facts",
                violation_error_message=_("Ratkaisu tarvitsee perustelut ja valitusosoituksen."),
            ),
            both_or_neither(
                "grants_claim_decided",
                "letter",
                "recorded_by",
                "recorded_at",
                "decided_on",
                "section_number",
                "sent_on",
                "appeal_ends_on",
            ),
            models.CheckConstraint(
                condition=Q(target=ClaimTarget.GRANT, change__isnull=True, recovery__isnull=True)
                | Q(target=ClaimTarget.CHANGE, change__isnull=False, recovery__isnull=True)
                | Q(target=ClaimTarget.RECOVERY, change__isnull=True, recovery__isnull=False),
                name="grants_claim_one_target",
                violation_error_message=_("Oikaisuvaatimus koskee yhtä päätöstä."),
            ),
            both_or_neither("grants_claim_presented", "presented_by", "presented_at"),
            models.CheckConstraint(
                condition=Q(state="presented", agenda_item__isnull=False, presented_at__isnull=False)
                | Q(state__in=["received", "proposed"], agenda_item__isnull=True, presented_at__isnull=True)
                | Q(state__in=["decided", "appealed", "closed"]),
                name="grants_claim_presented_has_item",
                violation_error_message=_("Vie oikaisuvaatimus ensin kokouksen esityslistalle."),
            ),
            models.CheckConstraint(
                condition=Q(new_terms__isnull=True) | Q(target="change", outcome__in=["accepted", "partly"]),
                name="grants_claim_new_terms_of_change",
            ),
            models.CheckConstraint(
                condition=Q(new_sum__isnull=True) | Q(outcome__in=["accepted", "partly"], new_sum__gte=0),
                name="grants_claim_new_sum_when_accepted",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["appealed", "closed"], appealed_on__isnull=False)
                | Q(state__in=["received", "proposed", "presented", "decided"], appealed_on__isnull=True),
                name="grants_claim_appealed_has_day",
            ),
            models.CheckConstraint(
                condition=(
                    Q(state="closed", court_decided_on__isnull=False, court_final_on__isnull=False)
                    & ~Q(court_result="")
                )
                | (~Q(state="closed") & Q(court_result="", court_decided_on__isnull=True)),
                name="grants_claim_closed_has_result",
            ),
        ]

    def __str__(self) -> str:
        return self.case_number

    def get_absolute_url(self) -> str:
        return reverse("grants:claim", args=[self.pk])

    @property
    def state_label(self) -> Any:
        """The officers' name of the state."""
        return CLAIM.label(self.state)

    @property
    def applicant_state_label(self) -> Any:
        """The applicant's name of the state."""
        return CLAIM.applicant_label(self.state)

    @property
    def tone(self) -> str:
        """The tone of the state's tag."""
        return CLAIM.tone(self.state)

    @property
    def target_number(self) -> str:
        """The case number of the matter whose decision is claimed against."""
        matter = self.change or self.recovery or self.decision.application
        return matter.case_number or ""

    @property
    def proposal_of_sum(self) -> bool:
        """Tell whether the body may decide a new sum: not where the claim is about the terms of use."""
        return self.target != ClaimTarget.CHANGE

    @property
    def outcome_label(self) -> str:
        """What became of the claim."""
        return str(ClaimOutcome(self.outcome).label) if self.outcome else ""
