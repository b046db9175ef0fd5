"""Every verb of a claim from every state: the table's edges lead on, the missing ones are refused."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest

from common.errors import Refused
from common.times import HELSINKI
from grants.life_cycles_claims import CLAIM
from grants.models import ConflictDeclaration, GrantCall, RevisionClaim
from grants.workflow.claim_meetings import body_of, leave_claim, present_claim, take_back_claim
from grants.workflow.claims import decide_claim, note_appeal, note_court, propose_claim, register_claim
from grants.workflow.decisions import Left
from liaisons.models import AgendaItem
from tests.accounts.factories import staff
from tests.grants.factories_money import make_decision, make_letter
from tests.liaisons.factories import BodyAppointmentFactory, MeetingFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2027, 2, 10, 12, 0, tzinfo=HELSINKI)
DAY = date(2027, 2, 10)
LATER = datetime(2027, 3, 10, 12, 0, tzinfo=HELSINKI)

VERBS: dict[str, Callable[[RevisionClaim, Any], Any]] = {
    "propose_claim": lambda claim, _by: propose_claim(
        claim, outcome="rejected", sum=None, reasons="x", by=staff("coordinator"), now=NOW
    ),
    "decide_claim": lambda claim, by: decide_claim(
        claim,
        outcome="rejected",
        reasons="x",
        new_sum=None,
        decided_on=DAY,
        section_number=2,
        court="Hallinto-oikeus",
        by=by,
        now=NOW,
    ),
    "present_claim": lambda claim, _by: present_claim(
        claim, meeting=MeetingFactory(body=body_of(claim)), by=_presenter(claim), now=NOW
    ),
    "take_back_claim": lambda claim, _by: take_back_claim(claim, by=_presenter(claim), now=NOW),
    "leave_claim": lambda claim, by: leave_claim(claim, left=Left.TABLED, by=by, now=NOW),
    "note_appeal": lambda claim, by: note_appeal(claim, appealed_on=DAY, by=by, now=NOW),
    "note_court": lambda claim, by: note_court(claim, result="x", decided_on=DAY, final_on=DAY, by=by, now=NOW),
}


def _presenter(claim: RevisionClaim) -> Any:
    """Return a presenter of the deciding body who has no conflict of interest in the case."""
    person = BodyAppointmentFactory(body=body_of(claim)).user
    GrantCall.objects.filter(applications__decision__claims=claim).update(state="decided")
    fields = {"application": claim.decision.application, "user": person}
    ConflictDeclaration.objects.create(**fields, has_conflict=False, declared_at=NOW)
    return person


DONE_ONCE = {("note_appeal", "appealed"), ("note_court", "closed")}
WRONG = [
    (verb, state)
    for verb in VERBS
    for state in sorted(CLAIM.keys())
    if not CLAIM.allows(state, verb) and (verb, state) not in DONE_ONCE
]


def a_claim(state: str, by: Any) -> RevisionClaim:
    claim = register_claim(
        make_decision(state="issued"), claimant="party", name="A ry", demand="x", arrived_at=NOW, by=by, now=NOW
    )
    proposed = {"proposed": "rejected", "proposal_reasons": "x", "proposed_by": by, "proposed_at": NOW}
    made = {
        "outcome": "rejected",
        "reasons": "x",
        "court": "x",
        "letter": make_letter(),
        "recorded_by": by,
        "recorded_at": NOW,
        "decided_on": DAY,
        "section_number": 1,
        "sent_on": DAY,
        "appeal_ends_on": DAY,
    }
    facts: dict[str, Any] = {"state": state}
    if state == "presented":
        meeting = MeetingFactory(body=body_of(claim), starts_at=LATER)
        item = AgendaItem.objects.create(meeting=meeting, order=1, title="Oikaisuvaatimus")
        facts |= {"agenda_item": item, "presented_by": by, "presented_at": NOW}
    if state != "received":
        facts |= proposed
    if state in ("decided", "appealed", "closed"):
        facts |= made
    if state in ("appealed", "closed"):
        facts |= {"appealed_on": DAY}
    if state == "closed":
        facts |= {"court_result": "x", "court_decided_on": DAY, "court_final_on": DAY}
    RevisionClaim.objects.filter(pk=claim.pk).update(**facts)
    claim.refresh_from_db()
    return claim


@pytest.mark.parametrize(("verb", "state"), WRONG)
def test_missing_edges_are_refused(verb: str, state: str) -> None:
    by = staff("registrar")
    claim = a_claim(state, by)
    with pytest.raises(Refused) as refused:
        VERBS[verb](claim, by)
    assert refused.value.code == "wrong_state"
    claim.refresh_from_db()
    assert claim.state == state


@pytest.mark.parametrize(
    ("verb", "state", "target"), [("note_appeal", "decided", "appealed"), ("note_court", "appealed", "closed")]
)
def test_edges_lead_on(verb: str, state: str, target: str) -> None:
    by = staff("registrar")
    claim = a_claim(state, by)
    VERBS[verb](claim, by)
    VERBS[verb](claim, by)
    claim.refresh_from_db()
    assert claim.state == target
