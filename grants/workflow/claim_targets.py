"""What a claim for revision is about, and what follows when it is accepted: another sum or other terms of use.

Until a claim about a recovery has been decided for good, the recovery is not enforced: a decision of which revision
may be claimed is not put into effect before it is final (hallintolaki 434/2003 49 f §). Nothing else waits for it.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from common.errors import Refused
from common.money import format_euros
from common.times import format_date, local_date
from grants.award_terms import Terms, changed_parts, terms_of
from grants.life_cycles_recovery import OWED, RECOVERY
from grants.models import (
    ChangeRequest,
    Claimant,
    ClaimTarget,
    Decision,
    GrantCall,
    RecoveryCase,
    RevisionClaim,
    VersionKind,
)
from grants.workflow.change_decisions import move_report
from grants.workflow.changes import terms_problems
from grants.workflow.corrections import change_sum
from grants.workflow.serving import follow_with_use_report, keep_version
from grants.workflow.voting import forget_vote

#: States of a recovery whose sum an accepted claim still changes.
LOWERED = (*OWED, "paid")


def target_of(change: ChangeRequest | None, recovery: RecoveryCase | None) -> ClaimTarget:
    """Return which decision a claim is about."""
    if change is not None:
        return ClaimTarget.CHANGE
    return ClaimTarget.RECOVERY if recovery is not None else ClaimTarget.GRANT


def lock_target(decision: Decision, matter: ChangeRequest | RecoveryCase | None) -> None:
    """Lock the later matter whose decision is claimed against; the caller holds the grant's decision.

    Refused: ``not_served`` (it has not been decided, or is not of this grant).
    """
    if matter is None:
        return
    rows: Any = type(matter)._default_manager.select_for_update(of=("self",))
    if not rows.filter(pk=matter.pk, decision=decision, letter__isnull=False).first():
        raise Refused("not_served", _("Asiaa ei ole vielä päätetty, joten oikaisua ei voi vaatia."))


def served_on(claim: RevisionClaim) -> date:
    """Return the day of the decision that is claimed against."""
    matter = claim.change or claim.recovery
    day = matter.decided_on if matter is not None else None
    return day or claim.decision.decided_on


def deadline(claim: RevisionClaim) -> date | None:
    """Return the last day on which this claimant may claim; None when the period has not begun or is not known.

    When the minutes of a later decision were published is not recorded, so a member's period is not counted there.
    """
    is_member = claim.claimant == Claimant.MEMBER
    matter = claim.change or claim.recovery
    if matter is not None:
        return None if is_member else matter.revision_ends_on
    return claim.decision.members_end_on if is_member else claim.decision.revision_ends_on


def refuse_while_claimed(recovery: RecoveryCase, now: datetime) -> None:
    """Refuse to enforce a recovery while a claim about it, or the appeal after it, is open: ``claim_pending``."""
    if recovery.claims.pending(now).exists():
        raise Refused(
            "claim_pending",
            _(
                "Takaisinperinnästä on vireillä oikaisuvaatimus tai valitus. Sitä ei viedä ulosottoon eikä laskuteta"
                " ennen kuin asia on ratkaistu lainvoimaisesti (hallintolaki 49 f §)."
            ),
        )


def check_result(claim: RevisionClaim, total: Decimal | None, terms: Terms | None, now: datetime) -> None:
    """Refuse a result that does not suit what the claim is about.

    Codes: ``over_asked`` (more than was applied for or asked back), ``sum_of_change``, ``bad_terms``.
    """
    if claim.recovery is not None:
        if total is not None and not 0 <= total <= claim.recovery.sum:
            raise Refused(
                "over_asked",
                _("Takaisin perittävä summa on enintään %(sum)s, eikä pienempi kuin nolla.")
                % {"sum": format_euros(claim.recovery.sum)},
            )
    elif claim.change is not None:
        if total is not None:
            raise Refused("sum_of_change", _("Muutospäätös ei muuta avustuksen summaa. Jätä summa tyhjäksi."))
        wrong = terms_problems(terms_of(claim.decision), terms, claim.decision, now) if terms is not None else []
        if wrong:
            raise Refused("bad_terms", " ".join(wrong))
    elif total is not None and not 0 <= total <= (claim.decision.application.asked_sum or Decimal(0)):
        raise Refused("over_asked", _("Summa on enintään se, mitä haettiin, eikä pienempi kuin nolla."))


def carry_out(claim: RevisionClaim, call: GrantCall, terms: Terms | None, by: Any, now: datetime) -> str:
    """Change what the accepted claim was about; return what to add to the history (Finnish, or empty).

    The caller holds the locks of call, decision, target and claim, and saves the claim.
    """
    if claim.recovery is not None:
        return _lower(claim, claim.recovery, now)
    if claim.change is not None:
        return _change_terms(claim, terms)
    _change_grant(claim, call, by, now)
    return ""


def _change_grant(claim: RevisionClaim, call: GrantCall, by: Any, now: datetime) -> None:
    """Change the grant; its new version tells why."""
    decision = claim.decision
    if claim.new_sum is None or claim.new_sum == decision.sum or not claim.decided_on or not claim.section_number:
        return
    change_sum(decision, call, claim.new_sum, on=claim.decided_on)
    decision.version += 1
    decision.reasons = claim.reasons
    decision.decided_on, decision.section_number = claim.decided_on, claim.section_number
    forget_vote(decision)
    why = f"Oikaisuvaatimus {claim.case_number}, {claim.decided_on:%d.%m.%Y} § {claim.section_number}."
    keep_version(decision, VersionKind.CLAIM, why=why, by=by, now=now)
    decision.save()
    follow_with_use_report(decision)


def _change_terms(claim: RevisionClaim, terms: Terms | None) -> str:
    """Keep the terms that hold from now on in the claim; the decided change itself never changes."""
    before = terms_of(claim.decision)
    if terms is None or not changed_parts(before, terms):
        return ""
    claim.new_terms = terms.as_json()
    moved = move_report(claim.decision, before, terms)
    text = f" Käyttöaika päättyy {format_date(terms.use_to)}." if terms.use_to != before.use_to else ""
    return f"{text} Käyttöselvitys annetaan viimeistään {format_date(moved)}." if moved else text


def _lower(claim: RevisionClaim, recovery: RecoveryCase, now: datetime) -> str:
    """Ask back less, or nothing; what has been paid too much is returned by the county's ledger."""
    total = claim.new_sum
    if total is None or total == recovery.sum or recovery.state not in LOWERED:
        return ""
    had_parts = bool(recovery.parts.all().delete()[0])
    paid = recovery.balance(local_date(now)).paid
    if total == 0:
        recovery.state = RECOVERY.check(recovery.state, "lift_recovery")
        recovery.ended_on, recovery.end_reason = claim.decided_on, f"Oikaisuvaatimus {claim.case_number}."
        recovery.save()
        return f" Avustusta ei peritä takaisin.{_returned(paid)}"
    recovery.sum = total
    left = recovery.balance(local_date(now))
    target = recovery.state if left.outstanding else "paid"
    recovery.state = RECOVERY.check(recovery.state, "lower_recovery", target=target)
    if target == "paid" and recovery.ended_on is None:
        recovery.ended_on = claim.decided_on
    recovery.save()
    again = " Maksuerät sovitaan uudelleen." if had_parts else ""
    return f" Takaisin peritään {format_euros(total)}.{_returned(left.surplus)}{again}"


def _returned(surplus: Decimal) -> str:
    return f" Järjestölle palautetaan {format_euros(surplus)}." if surplus else ""
