"""The prepared list of a call's cases says what ``grants.cases`` says, whatever the address asks."""

import itertools
from typing import Any

import pytest

from grants import cases
from grants.case_listing import Listing
from grants.models.applications import ENDED
from tests.grants.factories_handling import TAKEN_UP, Desk, make_desk, propose_all, score

pytestmark = pytest.mark.django_db

ASKED: list[dict[str, Any]] = [
    {},
    {"tila": "arvioimatta"},
    {"tila": "peruutettu"},
    {"tila": "eroavat", "kunta": "422"},
    {"kunta": "999"},
    {"q": "yhdessä"},
    {"q": "100 %_"},
    {"q": "a ry kylä"},
    {"q": "ryhmien", "kunta": "422", "tila": "ilman-esitysta"},
    {"q": "ei tällaista sanaa"},
    {"kasittelija": "mina"},
    {"q": "ryhmä", "alkaen": 1},
]


@pytest.fixture
def desk() -> Desk:
    """Three cases: one with both points and a proposal, one with half of its points."""
    desk = make_desk(cases=3, assessors=2)
    for person, case, share in zip((*desk.assessors, desk.assessors[0]), (0, 0, 1), (0.9, 0.2, 0.5), strict=True):
        score(desk.cases[case], person, share)
    propose_all(desk, ["3000.00", "0.00", "1000.00"])
    return desk


@pytest.mark.parametrize("is_known", [True, False])
def test_rows_and_sums_are_those_of_the_querysets(desk: Desk, is_known: bool) -> None:
    for user, kinds in ((desk.coordinator, {"coordinator"}), (desk.assessors[0], set())):
        if is_known:  # as on a page that is only read
            user._staff_kinds = frozenset(kinds)
        for chosen, order in zip(ASKED, itertools.cycle(("", "hakija", "-haettu", "ei-ole")), strict=False):
            _compare(desk, user, {**chosen, "mina": user}, order)
        for order in ("", "hakija", "-haettu", "ei-ole"):
            _compare(desk, user, {"mina": user}, order)


def _compare(desk: Desk, user: Any, chosen: dict[str, Any], order: str) -> None:
    is_filtered = len(chosen) > 1
    rows, facets = cases.desk_of(desk.call, user, TAKEN_UP)
    listing = Listing(desk.call, user, TAKEN_UP, facets.is_whole, chosen, is_filtered, order)
    expected = list(cases.choose(rows, {**chosen, "jarjesta": order}))
    found = listing[0:25]
    assert found == expected
    for one, other in zip(found, expected, strict=True):
        for name in ("can_read", "sees_points", "mean", "points", "proposed", "declared", "recused", "asked_sum"):
            assert getattr(one, name) == getattr(other, name)
        assert one.organisation.domicile == other.organisation.domicile
    if is_filtered:
        assert listing.totals() == cases.totals_and_chosen(rows, cases.condition(chosen))
    else:
        whole = cases.totals(rows.exclude(state__in=ENDED))
        assert listing.totals() == (whole, whole)
    assert listing[1:2] == expected[1:2]
