"""Rights to claims for revision, to a grant's answer and to the phrases; every officer's path has the conflict rule."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.roles import has_any_staff_role
from common.policies import policy
from grants.models import Application, Decision, Phrase, RevisionClaim
from grants.policies.base import (
    READING_STAFF,
    SENDERS,
    before_claims_body,
    before_committee,
    before_official,
    for_staff,
    for_unbiased,
    has_declared,
    presented_bodies,
    represented,
)
from liaisons.models import BodyAppointment


@policy("grants.claim.file")
def decisions_to_claim_against(user: Any, now: datetime) -> QuerySet[Decision]:
    """Who may send for the organisation claims revision of what has been served to it."""
    own = represented(user, now, *SENDERS).values("organisation")
    return Decision.objects.filter(application__organisation__in=own).exclude(state="recorded")


@policy("grants.grant.answer")
def grants_to_answer(user: Any, now: datetime) -> QuerySet[Decision]:
    """Who may send for the organisation accepts or declines a grant that has been served to it."""
    return decisions_to_claim_against(user, now).filter(outcome__in=["granted", "partly"])


@policy("grants.claim.register")
def decisions_to_register_claims_of(user: Any, now: datetime) -> QuerySet[Decision]:
    """The registry registers what came on paper or by mail, from the party or a member; before service a member's."""
    return for_unbiased(Decision.objects.all(), "application", user, now, "registrar")


@policy("grants.claim.view_own")
def own_claims(user: Any, now: datetime) -> QuerySet[RevisionClaim]:
    """An organisation reads its own claims; that a member has claimed is told to it without who and why."""
    own = represented(user, now).values("organisation")
    return RevisionClaim.objects.filter(claimant="party", decision__application__organisation__in=own)


@policy("grants.claim.view")
def claims_to_read(user: Any, now: datetime) -> QuerySet[RevisionClaim]:
    """Reading staff without a conflict, and the body's people who have declared that they have none in the case."""
    if not user.is_authenticated:
        return RevisionClaim.objects.none()
    if has_any_staff_role(user, now, *READING_STAFF):
        return RevisionClaim.objects.exclude(has_declared(user, True, "decision__application"))
    before = before_committee(user, now) | before_official(user, now) | before_claims_body(user, now)
    cases = Application.objects.filter(before, has_declared(user, False))
    return RevisionClaim.objects.filter(decision__application__in=cases)


@policy("grants.claim.propose")
def claims_to_propose(user: Any, now: datetime) -> QuerySet[RevisionClaim]:
    """The coordinator prepares the proposal."""
    return for_unbiased(RevisionClaim.objects.all(), "decision__application", user, now, "coordinator")


@policy("grants.claim.present")
def claims_to_present(user: Any, now: datetime) -> QuerySet[RevisionClaim]:
    """The presenter (esittelijä) of the body that decides the claim puts it on the agenda, as with calls."""
    rows = claims_to_read(user, now)
    if not user.is_authenticated:
        return rows.none()
    return rows.filter(_decided_in(presented_bodies(user, now)))


def _decided_in(bodies: QuerySet[Any]) -> Q:
    """Return a condition on claims: one of the bodies decides them."""
    return Q(decision__official_number__isnull=True, decision__application__call__kind__decided_by__in=bodies) | Q(
        decision__official_number__isnull=False, decision__application__call__kind__claims_to__in=bodies
    )


@policy("grants.claim.decide")
def claims_to_record(user: Any, now: datetime) -> QuerySet[RevisionClaim]:
    """The deciding body's secretary or the registry records what the body decided and the appeal that followed.

    Of an office-holder's decision the body is the one to which its kind sends claims.
    """
    rows = claims_to_read(user, now)
    if has_any_staff_role(user, now, "registrar"):
        return rows
    if not user.is_authenticated:
        return rows.none()
    served = BodyAppointment.objects.in_force(now).filter(user=user, role="secretary").values("body")
    return rows.filter(
        Q(decision__application__call__kind__decided_by__in=served)
        | Q(decision__official_number__isnull=False, decision__application__call__kind__claims_to__in=served)
    )


@policy("grants.phrase.edit")
def phrases_to_edit(user: Any, now: datetime) -> QuerySet[Phrase]:
    """The coordinator keeps the library of phrases."""
    return for_staff(Phrase.objects.all(), user, now, "coordinator")
