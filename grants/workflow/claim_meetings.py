"""A claim for revision on the agenda of the body that decides it: presented, taken back, tabled or returned.

Lock order: call, decision, claim, meeting. What the body decides is recorded by ``claims.decide_claim``.
"""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Refused
from common.locks import limit_waiting
from common.policies import get_allowed
from grants.life_cycles_claims import CLAIM
from grants.models import Decision, GrantCall, RevisionClaim
from grants.workflow import events
from grants.workflow.decisions import LEFT_EVENTS, Left
from grants.workflow.meeting_matters import carry_claim_conflicts
from grants.workflow.voting import Sitting, sitting_of
from liaisons.models import Body, Meeting
from liaisons.workflow import add_agenda_item, remove_agenda_item


def body_of(claim: RevisionClaim) -> Body | None:
    """Return the body that decides the claim: the one that granted, or to which its kind sends claims.

    None where the kind names none: then the decision is only recorded.
    """
    kind = claim.decision.application.call.kind
    body: Body | None = kind.claims_to if claim.decision.is_official else kind.decided_by
    return body


def sitting_in(claim: RevisionClaim) -> Sitting | None:
    """Return who decides the claim in its meeting; None where it is on no agenda in the portal."""
    return sitting_of(claim.agenda_item, claim.case_number) if claim.agenda_item else None


def locked_claim(permission: str, claim: RevisionClaim, by: Any, now: datetime) -> RevisionClaim:
    """Return the claim locked after its call and decision, once the person has the right."""
    limit_waiting()
    get_allowed(permission, by, now=now, pk=claim.pk)
    GrantCall.objects.select_for_update(of=("self",)).get(applications__decision__claims=claim.pk)
    Decision.objects.select_for_update(of=("self",)).get(claims=claim.pk)
    locked: RevisionClaim = get_allowed(permission, by, now=now, lock=True, pk=claim.pk)
    return locked


def present_claim(claim: RevisionClaim, *, meeting: Meeting, by: Any, now: datetime) -> RevisionClaim:
    """The presenter (esittelijä) puts a proposed claim on the agenda of a coming meeting of the deciding body.

    Who of the body has already withdrawn from the case is noted in the matter. Order of effects: call's and decision's
    locks, claim, agenda item, withdrawals with their deputies, event. The same meeting again changes nothing. Refused:
    ``wrong_meeting``, ``wrong_state`` (no proposal yet).
    """
    with transaction.atomic():
        locked = locked_claim("grants.claim.present", claim, by, now)
        if locked.state == "presented" and locked.agenda_item and locked.agenda_item.meeting_id == meeting.pk:
            return locked
        state, body = CLAIM.check(locked.state, "present_claim"), body_of(locked)
        chosen = Meeting.objects.select_for_update().filter(pk=meeting.pk, body=body).first() if body else None
        if chosen is None or chosen.state != "planned" or chosen.starts_at <= now:
            raise Refused("wrong_meeting", _("Valitse päättävän toimielimen tuleva kokous."))
        title = f"Oikaisuvaatimus {locked.case_number}, {locked.decision.application.organisation.name}"
        locked.agenda_item = add_agenda_item(chosen, title=title[:200], by=by, now=now)
        locked.state, locked.presented_by, locked.presented_at = state, by, now
        locked.save(update_fields=["state", "agenda_item", "presented_by", "presented_at"])
        carry_claim_conflicts(locked, now)
        text = f"Oikaisuvaatimus {locked.case_number} vietiin toimielimen kokoukseen."
        events.record(locked.decision.application, "present_claim", text, by=by, now=now)
    return locked


def take_back_claim(claim: RevisionClaim, *, by: Any, now: datetime) -> RevisionClaim:
    """Return a presented claim to preparation before the meeting is held; its agenda item goes.

    Refused: ``meeting_held``, ``wrong_state``.
    """
    with transaction.atomic():
        locked = locked_claim("grants.claim.present", claim, by, now)
        state, item = CLAIM.check(locked.state, "take_back_claim"), locked.agenda_item
        if item is not None and item.meeting.state != "planned":
            raise Refused("meeting_held", _("Kokous on jo pidetty, joten esitystä ei voi enää palauttaa."))
        _off_agenda(locked, state)
        if item is not None:
            remove_agenda_item(item, by=by, now=now)
        text = f"Oikaisuvaatimus {locked.case_number} palautettiin valmisteluun."
        events.record(locked.decision.application, "take_back_claim", text, by=by, now=now)
    return locked


def leave_claim(claim: RevisionClaim, *, left: Left, by: Any, now: datetime) -> RevisionClaim:
    """Record that the held meeting tabled the claim or returned it to preparation; it comes to another meeting.

    The matter stays on the agenda of the meeting that was held. Refused: ``meeting_not_held``, ``wrong_state``.
    """
    with transaction.atomic():
        locked = locked_claim("grants.claim.decide", claim, by, now)
        state, item = CLAIM.check(locked.state, "leave_claim"), locked.agenda_item
        if item is None or item.meeting.state == "planned":
            raise Refused("meeting_not_held", _("Merkitse ensin kokous pidetyksi. Sitten voit kirjata päätökset."))
        _off_agenda(locked, state)
        text = f"Oikaisuvaatimus {locked.case_number}: {LEFT_EVENTS[left]}"
        events.record(locked.decision.application, "leave_claim", text, by=by, now=now)
    return locked


def _off_agenda(claim: RevisionClaim, state: str) -> None:
    claim.state = state
    claim.agenda_item, claim.presented_by, claim.presented_at = None, None, None
    claim.save(update_fields=["state", "agenda_item", "presented_by", "presented_at"])
