"""Every verb of the handling from every wrong state is refused and changes nothing; the right edges are elsewhere."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.http import Http404

from common.errors import Refused
from common.legal_dates import ServedBy
from documents.pdf import render_pdf, store_pdf
from grants.life_cycles import APPLICATION, CALL, DECISION
from grants.models import Application, Assessment, Decision, GrantCall
from grants.workflow.assessment import finish_assessment, reopen_assessment
from grants.workflow.decisions import issue_decision, make_final, record_decisions
from grants.workflow.handling import open_handling
from grants.workflow.presentation import present_call, take_back
from tests.grants.factories_handling import AFTER, MEETING_AT, TAKEN_UP, Desk, make_desk, make_held, score
from tests.liaisons.factories import MeetingFactory

pytestmark = pytest.mark.django_db

CALL_VERBS: dict[str, Callable[[Desk], Any]] = {
    "open_handling": lambda desk: open_handling(desk.call, by=desk.coordinator, now=TAKEN_UP),
    "present_call": lambda desk: present_call(desk.call, meeting=_other(desk), by=desk.presenter, now=TAKEN_UP),
    "take_back": lambda desk: take_back(desk.call, by=desk.presenter, now=TAKEN_UP),
    "record_decisions": lambda desk: record_decisions(
        desk.call, section_number=3, decided_on=MEETING_AT.date(), by=desk.secretary, now=AFTER
    ),
}
#: A verb asked again where it has already led is done once, silently.
DONE_ONCE = {("open_handling", "handling")}
WRONG = [
    (verb, state)
    for verb in CALL_VERBS
    for state in sorted(CALL.keys())
    if not CALL.allows(state, verb) and (verb, state) not in DONE_ONCE
]


def _other(desk: Desk) -> Any:
    return MeetingFactory(body=desk.body, starts_at=MEETING_AT.replace(day=28))


@pytest.mark.parametrize(("verb", "state"), WRONG)
def test_missing_edges_of_a_call_are_refused(verb: str, state: str) -> None:
    desk = make_held(cases=1)
    GrantCall.objects.filter(pk=desk.call.pk).update(state=state)
    with pytest.raises(Refused) as refused:
        CALL_VERBS[verb](desk)
    assert refused.value.code == "wrong_state"
    assert desk.fresh().state == state
    assert not Decision.objects.exists()


def test_the_table_has_edges_for_every_verb_of_the_handling() -> None:
    verbs = {verb for state in sorted(CALL.keys()) for verb in CALL.verbs_from(state)}
    assert verbs - set(CALL_VERBS) == {
        "publish_call",
        "cancel_call",
        "extend_call",
        "ask_publishing",
        "return_call",
        "take_back_request",
        "record_budget",
        "lay_call",  # the office-holder's: test_officials.py
        "take_back_laid",
        "decide_as_official",
    }
    assert {verb for state in sorted(DECISION.keys()) for verb in DECISION.verbs_from(state)} == {
        "issue_decision",
        "make_final",
        "correct_decision",
        "receive_claim",
    }


@pytest.mark.parametrize(
    "state", [state for state in sorted(APPLICATION.keys()) if not APPLICATION.allows(state, "decide")]
)
def test_only_cases_in_handling_are_decided(state: str) -> None:
    desk = make_held()
    Application.objects.filter(pk=desk.cases[0].pk).update(state=state)
    made = record_decisions(desk.call, section_number=3, decided_on=MEETING_AT.date(), by=desk.secretary, now=AFTER)
    assert [row.application_id for row in made] == [desk.cases[1].pk]
    assert Application.objects.get(pk=desk.cases[0].pk).state == state


@pytest.mark.parametrize("state", ["issued", "final"])
def test_a_served_decision_is_not_served_again(state: str) -> None:
    desk = make_held(cases=1)
    (row,) = record_decisions(desk.call, section_number=3, decided_on=MEETING_AT.date(), by=desk.secretary, now=AFTER)
    _pretend(row, state)
    assert issue_decision(row, served_by=ServedBy.LETTER, by=desk.coordinator, now=AFTER).state == state
    assert make_final(now=AFTER) == 0
    row.refresh_from_db()
    assert (row.state, row.served_by) == (state, "electronic")


def _pretend(row: Decision, state: str) -> None:
    """Write what serving and becoming final write."""
    letter = store_pdf(
        render_pdf("pdf/base.html", {}, title="Päätös", language="fi"),
        kind="grants.decision",
        title="Päätös",
        language="fi",
        by=row.recorded_by,
        now=AFTER,
    )
    Decision.objects.filter(pk=row.pk).update(
        state=state,
        letter=letter,
        issued_by=row.recorded_by,
        sent_on=date(2027, 2, 18),
        deemed_served_on=date(2027, 2, 21),
        revision_ends_on=date(2027, 3, 8),
        final_on=date(2027, 3, 9),
    )


@pytest.mark.parametrize("state", [state for state in sorted(CALL.keys()) if state != "handling"])
def test_scores_rest_when_the_call_is_not_in_handling(state: str) -> None:
    desk = make_desk(cases=1, assessors=1)
    assessor = desk.assessors[0]
    score(desk.cases[0], assessor)
    GrantCall.objects.filter(pk=desk.call.pk).update(state=state)
    for verb in (finish_assessment, reopen_assessment):
        with pytest.raises(Http404):
            verb(desk.cases[0], by=assessor, now=TAKEN_UP)
    assert Assessment.objects.get().state == "done"
