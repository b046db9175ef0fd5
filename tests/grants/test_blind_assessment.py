"""Who assesses a case sees nobody else's points of it before the own assessment is done, in whatever role they read."""

import io
import zipfile
from decimal import Decimal

import pytest
from django.http import Http404
from django.urls import reverse

from accounts.models import User
from grants.cases import cases_of, choose, totals
from grants.workflow.conflicts import declare_no_conflicts
from grants.workflow.handling import assign_assessor, end_assignment
from grants.workflow.proposal_sets import freeze_proposals
from grants.workflow.proposals import propose
from tests.accounts.factories import signed_in
from tests.grants.factories_handling import TAKEN_UP, Desk, make_desk, present, propose_all, score
from tests.grants.test_handling_pages import page, set_clock, text

pytestmark = pytest.mark.django_db

LISTS = ("call_handling", "proposals", "allocation", "allocation_models", "call_cases_csv")
QUERIES = ("", "?jarjesta=-pisteet", "?tila=eroavat", "?tila=arvioimatta", "?tila=esitetaan", "?tila=ilman-esitysta")


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, TAKEN_UP)


def blind_desk() -> Desk:
    """Two cases with two assessments that differ, proposed; the coordinator, presenter and member also assess."""
    desk = make_desk(assessors=2)
    for case in desk.cases:
        score(case, desk.assessors[0], 0.75)
        score(case, desk.assessors[1], 0.45)
    propose_all(desk, ["3111.00", "1222.00"])
    for person in (desk.coordinator, desk.presenter, desk.member):
        assign_assessor(desk.call, user=person, until=None, by=desk.coordinator, now=TAKEN_UP)
        declare_no_conflicts([case.pk for case in desk.cases], by=person, now=TAKEN_UP)
    return desk


def sheets(user: User, name: str, *args: int) -> str:
    answer = signed_in(user).get(reverse(f"grants:{name}", args=args))
    assert answer.status_code == 200, name
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        return " ".join(book.read(part).decode() for part in book.namelist() if "sheet" in part or "shared" in part)


def figures(desk: Desk) -> list[str]:
    """Return the totals of the two assessments as pages write them."""
    done = desk.cases[0].assessments.filter(state="done").exclude(assessor=desk.coordinator)
    return [str(row.total) for row in done.order_by("pk")]


def marks(desk: Desk) -> tuple[str, ...]:
    """Return what tells of points or of the proposal: both totals side by side, the sum, the assessors' names."""
    return (" / ".join(figures(desk)), "3 111", "3111", "Eero Esimerkki 1:", "Toiminta on vaikuttavaa.")


def walk(desk: Desk, user: User) -> str:
    """Return everything that the person's pages and files tell of the call and its first case."""
    call, case = desk.call.pk, desk.cases[0].pk
    seen = [page(user, name, call, query=query) for name in LISTS for query in QUERIES]
    seen += [page(user, name, case) for name in ("case", "case_assessments", "case_history")]
    seen += [sheets(user, "call_cases_xlsx", call), sheets(user, "allocation_xlsx", call)]
    return " ".join(seen)


def test_nothing_is_told_in_any_place_before_the_own_assessment_is_done() -> None:
    desk = blind_desk()
    told = {person: walk(desk, person) for person in (desk.coordinator, desk.presenter)}
    for mark in marks(desk):
        for person, said in told.items():
            assert mark not in said, (mark, person)
    rows = cases_of(desk.call, desk.coordinator, TAKEN_UP)
    assert [(row.mean, row.lowest, row.highest, row.proposed) for row in rows] == [(None,) * 4] * 2
    found = totals(rows)
    assert (found.proposed, found.differing, found.missing, found.unassessed) == (0, 0, 0, 0)
    for state in ("eroavat", "arvioimatta", "esitetaan", "hylataan", "ilman-esitysta"):
        assert not choose(rows, {"tila": state}).exists(), state
    blind = page(desk.coordinator, "case_assessments", desk.cases[0].pk)
    assert "Muiden pisteet ja esitys näkyvät sinulle, kun oma arviointisi on valmis" in blind
    assert reverse("grants:assess", args=[desk.cases[0].pk]) in blind
    assert "Arviointisi puuttuu" in page(desk.coordinator, "call_handling", desk.call.pk)
    with pytest.raises(Http404):  # the refusal under the minimum would tell of the mean
        propose(desk.cases[0], sum=Decimal(1), reasons="x", by=desk.coordinator, now=TAKEN_UP, revision=1)


def test_own_assessment_opens_that_case_and_no_other() -> None:
    desk = blind_desk()
    score(desk.cases[0], desk.coordinator, 0.6)
    rows = {row.pk: row for row in cases_of(desk.call, desk.coordinator, TAKEN_UP)}
    assert rows[desk.cases[0].pk].mean is not None
    assert rows[desk.cases[1].pk].mean is None
    told = walk(desk, desk.coordinator)
    for mark in marks(desk):
        assert mark in told, mark
    assert "1 222" not in told
    # An open assessment is not a finished one.
    score(desk.cases[1], desk.coordinator, 0.6, finish=False)
    assert "1 222" not in walk(desk, desk.coordinator)


def test_frozen_proposals_and_the_bodys_pages_tell_nothing_either() -> None:
    desk = blind_desk()
    number = freeze_proposals(desk.call, by=desk.presenter, now=TAKEN_UP).number
    frozen = page(desk.coordinator, "proposal_set", desk.call.pk, number)
    assert "3 111" not in frozen
    assert "ei ole vielä itse arvioinut" in frozen
    present(desk)
    first, second = (int(total) for total in figures(desk))
    mean = f"{(first + second) / 2:.1f}".removesuffix(".0").replace(".", ",")
    for name, key in (("committee_call", desk.call.pk), ("committee_case", desk.cases[0].pk)):
        seen = page(desk.member, name, key)
        for mark in (*marks(desk), f">{mean}<"):
            assert mark not in seen, (name, mark)
        assert "Arviointisi puuttuu" in seen, name
    # The way out: the coordinator ends the task, and the member reads as a member.
    end_assignment(desk.call.assessors.get(user=desk.member), by=desk.coordinator, now=TAKEN_UP)
    assert f">{mean}<" in page(desk.member, "committee_call", desk.call.pk)
    assert "3 111" in page(desk.member, "committee_call", desk.call.pk)
    assert "Eero Esimerkki 1:" in page(desk.member, "committee_case", desk.cases[0].pk)


def test_a_pure_assessor_sees_the_own_assessment_only() -> None:
    desk = blind_desk()
    own = text(signed_in(desk.assessors[0]).get(reverse("grants:case_assessments", args=[desk.cases[0].pk])))
    assert "Eero Esimerkki 1:" in own
    assert "Eero Esimerkki 2:" not in own
    assert "3 111" not in own
