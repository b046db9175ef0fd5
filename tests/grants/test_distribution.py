"""Cases are shared among assessors by hand or evenly; nobody gets a case of their own conflict or organisation."""

import re
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404
from django.urls import reverse

from common.errors import Refused
from grants.distribution import even_plan, seal_of, situation_of
from grants.models import CaseAssignment, CaseEvent, GrantCall
from grants.policies import cases_of_assessor
from grants.todos_handling import handling_todos
from grants.workflow.assessment import save_scores
from grants.workflow.conflicts import declare_conflict, declare_no_conflicts
from grants.workflow.distribution import set_terms, share_by_hand, share_evenly
from grants.workflow.handling import end_assignment
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.factories import make_member
from tests.grants.factories_handling import TAKEN_UP, Desk, make_desk, present, propose_all, score
from tests.grants.test_handling_pages import count, page, set_clock, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, TAKEN_UP)


def planned(desk: Desk, *, redo: bool = False) -> tuple[dict[int, frozenset[int]], str]:
    """Return the even plan that the coordinator's preview shows, and its seal."""
    situation = situation_of(desk.fresh(), desk.coordinator, TAKEN_UP)
    plan = even_plan(situation, desk.call.assessors_per_case, redo=redo)
    return plan, seal_of(situation, plan, plan)


def share(desk: Desk, *, redo: bool = False) -> int:
    return share_evenly(desk.call, redo=redo, seal=planned(desk, redo=redo)[1], by=desk.coordinator, now=TAKEN_UP)


def loads(desk: Desk) -> list[int]:
    return [cases_of_assessor(user, TAKEN_UP).count() for user in desk.assessors]


def recuse(desk: Desk, case: int, user: Any) -> None:
    declare_conflict(desk.cases[case], has_conflict=True, ground="Sukulainen", by=user, now=TAKEN_UP)


def todos(desk: Desk) -> list[str]:
    return [todo.detail for todo in handling_todos(desk.coordinator, TAKEN_UP) if "Jaa hakemukset" in todo.title]


def test_without_sharing_everybody_has_every_case_and_with_it_only_the_own() -> None:
    desk = make_desk(cases=5, assessors=2)
    assert loads(desk) == [5, 5]
    assert share(desk) == 5
    assert share(desk) == 0
    assert sorted(loads(desk)) == [2, 3]
    own, other = (set(cases_of_assessor(user, TAKEN_UP).values_list("pk", flat=True)) for user in desk.assessors)
    assert own.isdisjoint(other)
    assessor, foreign = desk.assessors[0], next(case for case in desk.cases if case.pk in other)
    assert declare_no_conflicts(own | other, by=assessor, now=TAKEN_UP) == len(own)
    with pytest.raises(Http404):
        save_scores(foreign, [], summary="", by=assessor, now=TAKEN_UP)
    for name in ("case", "case_files", "assess", "declare"):
        assert signed_in(assessor).get(reverse(f"grants:{name}", args=[foreign.pk])).status_code == 404, name
    listed = page(assessor, "assessments")
    assert f"0 / {len(own)}" in listed
    assert foreign.organisation.name not in listed
    assert CaseEvent.objects.filter(verb="share").count() == 5


def test_conflicts_and_memberships_are_never_given_and_the_rest_is_even() -> None:
    desk = make_desk(cases=6, assessors=3)
    first, second, third = desk.assessors
    for case in (0, 1, 2):
        recuse(desk, case, first)
    make_member(desk.cases[0].organisation, "viewer", user=second)
    share(desk)
    given = {row.application_id: row.assignment.user_id for row in CaseAssignment.objects.select_related("assignment")}
    assert given[desk.cases[0].pk] == third.pk
    assert first.pk not in {given[desk.cases[case].pk] for case in (1, 2)}
    assert loads(desk) == [2, 2, 2]
    assert not todos(desk)


def test_two_to_each_case_is_off_until_chosen_and_begun_work_is_kept() -> None:
    desk = make_desk(cases=3, assessors=3)
    score(desk.cases[0], desk.assessors[2])
    share(desk)
    assert CaseAssignment.objects.count() == 3
    assert CaseAssignment.objects.get(application=desk.cases[0]).assignment.user == desk.assessors[2]
    set_terms(desk.call, per_case=2, spread_limit=20, by=desk.coordinator, now=TAKEN_UP)
    assert share(desk, redo=True) == 3
    assert CaseAssignment.objects.filter(application=desk.cases[0], assignment__user=desk.assessors[2]).exists()
    assert loads(desk) == [2, 2, 2]
    for wrong in ({"assessors_per_case": 3}, {"spread_limit": 0}):
        with pytest.raises(IntegrityError), transaction.atomic():
            GrantCall.objects.filter(pk=desk.call.pk).update(**wrong)


def test_who_withdraws_or_ends_is_not_active_the_row_stays_and_the_coordinator_is_told() -> None:
    desk = make_desk(cases=4, assessors=2)
    share(desk)
    row = CaseAssignment.objects.filter(assignment__user=desk.assessors[0]).order_by("application").first()
    assert row is not None
    declare_conflict(row.application, has_conflict=True, ground="x", by=desk.assessors[0], now=TAKEN_UP)
    assert CaseAssignment.objects.count() == 4
    assert todos(desk) == ["1 hakemus ilman arvioijaa"]
    end_assignment(row.assignment, by=desk.coordinator, now=TAKEN_UP)
    assert todos(desk) == ["2 hakemusta ilman arvioijaa"]
    assert "2 hakemusta ilman arvioijaa" in page(desk.coordinator, "distribution", desk.call.pk)
    only = page(desk.coordinator, "distribution", desk.call.pk, query="?ilman=1")
    assert only.count("Ilman arvioijaa") == 2
    assert share(desk) == 2
    assert loads(desk) == [0, 4]
    assert todos(desk) == []


def test_the_preview_writes_nothing_and_a_stale_one_is_refused() -> None:
    desk = make_desk(cases=3, assessors=2)
    client, address = signed_in(desk.coordinator), reverse("grants:distribution_even", args=[desk.call.pk])
    shown = text(client.get(address))
    assert "Mitään ei ole vielä jaettu" in shown
    assert not CaseAssignment.objects.exists()
    found = re.search(r'name="seal" value="(\w+)"', shown)
    assert found is not None
    recuse(desk, 0, desk.assessors[0])
    recuse(desk, 1, desk.assessors[0])
    refused = client.post(address, {"seal": found[1]})
    assert refused.status_code == 409
    assert "ovat muuttuneet" in text(refused)
    assert not CaseAssignment.objects.exists()
    fresh = re.search(r'name="seal" value="(\w+)"', text(refused))
    assert fresh is not None
    for _press in (1, 2):
        assert client.post(address, {"seal": fresh[1]})["Location"] == reverse(
            "grants:distribution", args=[desk.call.pk]
        )
    assert CaseAssignment.objects.count() == 3


def test_by_hand_from_the_page() -> None:
    desk = make_desk(cases=2, assessors=2)
    client, address = signed_in(desk.coordinator), reverse("grants:distribution", args=[desk.call.pk])
    keys = [desk.call.assessors.get(user=user).pk for user in desk.assessors]
    recuse(desk, 1, desk.assessors[0])

    def post(first: list[int], second: list[int], seal: str = "") -> Any:
        found = re.search(r'name="seal" value="(\w+)"', text(client.get(address)))
        assert found is not None
        one, two = desk.cases
        data = {"case": [one.pk, two.pk], f"arvioija-{one.pk}": first, f"arvioija-{two.pk}": second}
        return client.post(address, {**data, "seal": seal or found[1]})

    barred = post([keys[1]], [keys[0]])
    assert barred.status_code == 409
    assert "Järjestö 2 ry: valittu arvioija on esteellinen" in text(barred)
    many = text(post(keys, [keys[1]]))
    assert "Järjestö 1 ry: arvioijia on liikaa" in many
    assert many.count(" checked") == 3  # what was chosen stays
    assert post([keys[0]], [keys[1]], seal="vanha").status_code == 409
    assert post([keys[0]], [999999]).status_code == 409
    assert not CaseAssignment.objects.exists()
    assert post([keys[0]], [keys[1]]).status_code == 302
    assert loads(desk) == [1, 1]
    assert post([], []).status_code == 302
    assert loads(desk) == [2, 2]


def test_terms_are_saved_and_the_spread_follows() -> None:
    desk = make_desk(cases=1, assessors=2)
    score(desk.cases[0], desk.assessors[0], 0.8)
    score(desk.cases[0], desk.assessors[1], 0.7)
    client, address = signed_in(desk.coordinator), reverse("grants:distribution", args=[desk.call.pk])
    assert "Pisteet eroavat" not in page(desk.coordinator, "call_cases_csv", desk.call.pk)
    wrong = text(client.post(address, {"terms": "1", "per_case": "1", "spread_limit": "101"}))
    assert "Raja on enintään 100." in wrong
    assert client.post(address, {"terms": "1", "per_case": "2", "spread_limit": "5"}).status_code == 302
    desk.fresh()
    assert (desk.call.assessors_per_case, desk.call.spread_limit) == (2, 5)
    assert "Pisteet eroavat" in page(desk.coordinator, "call_cases_csv", desk.call.pk, query="?tila=eroavat")
    assert "pisteet eroavat yli 5" in page(desk.coordinator, "proposals", desk.call.pk)


def test_a_recused_coordinator_does_not_see_or_share_that_case() -> None:
    desk = make_desk(cases=2, assessors=1)
    recuse(desk, 0, desk.coordinator)
    shown = page(desk.coordinator, "distribution", desk.call.pk)
    assert "Järjestö 1 ry" not in shown
    assert "Yksi hakemus on jätetty pois" in shown
    share(desk)
    assert list(CaseAssignment.objects.values_list("application", flat=True)) == [desk.cases[1].pk]
    assert todos(desk) == []
    desk.coordinator = staff("coordinator")
    assert todos(desk) == ["1 hakemus ilman arvioijaa"]
    assert share(desk) == 1


def test_only_the_coordinator_and_only_in_handling_and_within_one_call() -> None:
    desk, other = make_desk(assessors=1), make_desk(assessors=1)
    for user in (desk.presenter, desk.assessors[0], UserFactory()):
        with pytest.raises(Http404):
            share_by_hand(desk.call, {}, seal="", by=user, now=TAKEN_UP)
    with pytest.raises(IntegrityError), transaction.atomic():
        CaseAssignment.objects.create(
            application=desk.cases[0],
            assignment=other.call.assessors.get(),
            assigned_by=desk.coordinator,
            assigned_at=TAKEN_UP,
        )
    propose_all(desk, ["100.00", "0"])
    present(desk)
    with pytest.raises(Refused) as refused:
        share(desk)
    assert refused.value.code == "wrong_state"
    assert "vain, kun haku on käsittelyssä" in page(desk.coordinator, "distribution", desk.call.pk)


def test_pages_have_a_fixed_number_of_queries() -> None:
    found = []
    for rows in (1, 3):
        desk = make_desk(cases=rows, assessors=2)
        share(desk)
        client = signed_in(desk.coordinator)
        names = ("distribution", "distribution_even")
        found.append([count(client, reverse(f"grants:{name}", args=[desk.call.pk])) for name in names])
    assert found[0] == found[1]
    assert max(found[0]) <= 14, found
