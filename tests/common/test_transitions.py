"""Life cycles are tables; an edge that is not in the table does not exist."""

import pytest

from common.errors import Refused
from common.transitions import LIFE_CYCLES, LifeCycle, State, Transition


def make_cycle(name: str) -> LifeCycle:
    cycle = LifeCycle(
        name,
        (State("open", "Auki", "Avoinna"), State("shut", "Kiinni")),
        (Transition("close", ("open",), "shut", "door.close"),),
    )
    del LIFE_CYCLES[name]
    return cycle


def test_an_edge_gives_the_next_state() -> None:
    cycle = make_cycle("test.door")
    assert cycle.check("open", "close") == "shut"
    assert cycle.verbs_from("open") == ("close",)
    assert cycle.verbs_from("shut") == ()


@pytest.mark.parametrize(("state", "verb"), [("shut", "close"), ("open", "paint")])
def test_a_missing_edge_is_refused_by_name_of_the_state(state: str, verb: str) -> None:
    cycle = make_cycle("test.door")
    with pytest.raises(Refused) as refusal:
        cycle.check(state, verb)
    assert refusal.value.code == "wrong_state"
    assert str(cycle.label(state)) in str(refusal.value)


def test_the_applicant_sees_their_own_name_of_a_state() -> None:
    cycle = make_cycle("test.door")
    assert cycle.applicant_label("open") == "Avoinna"
    assert cycle.applicant_label("shut") == "Kiinni"


def test_a_table_that_names_an_unknown_state_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown"):
        LifeCycle("test.bad", (State("open", "Auki"),), (Transition("close", ("open",), "shut", "x"),))


# States in which a thing begins and ends: a message that its reader wants only in the portal, and an organisation
# of a campaign to which no code can be sent.
BEGIN_AND_END = {("notifications.message", "kept"), ("organisations.claim_code", "no_address")}


def test_every_state_of_the_portal_is_named_and_on_an_edge() -> None:
    assert len(LIFE_CYCLES) >= 6
    alone = set()
    for name, cycle in LIFE_CYCLES.items():
        used = {state for edge in cycle.transitions for state in (*edge.sources, edge.target)}
        alone |= {(name, state.key) for state in cycle.states if state.key not in used}
        assert all(str(state.label) for state in cycle.states), name
    assert alone == BEGIN_AND_END
