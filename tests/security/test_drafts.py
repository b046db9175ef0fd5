"""Proposals are drafts until the body has them, and a conflict of interest hides a case on every path."""

import pytest
from django.urls import reverse

from common import clock
from common.policies import allowed
from grants.models import ConflictDeclaration
from tests.security.objects_handling import a_case, a_presented_case, a_served_decision
from tests.security.world import ASSESSOR, World, build

pytestmark = pytest.mark.django_db


def calls_of(world: World, role: str, permission: str) -> set[int]:
    return set(allowed(permission, world.people[role], now=clock.now()).values_list("pk", flat=True))


@pytest.mark.parametrize("permission", ["grants.call.desk", "grants.call.follow"])
def test_the_secretary_sees_a_call_once_it_has_been_presented_and_the_presenter_before(permission: str) -> None:
    world = build()
    handled, presented = a_case(world).call_id, a_presented_case(world).call_id
    assert calls_of(world, "presenter", permission) == {handled, presented}
    assert calls_of(world, "secretary", permission) == {presented}


@pytest.mark.parametrize(("role", "is_told"), [("coordinator", True), ("body_member", True), (ASSESSOR, False)])
def test_history_tells_the_proposal_to_those_who_compare_and_not_to_assessors(role: str, is_told: bool) -> None:
    world = build()
    case = a_presented_case(world)
    assert case.events.get(verb="propose").text.startswith("Esitettiin 3")
    page = world.client(role).get(reverse("grants:case_history", args=[case.pk]))
    assert page.status_code == 200
    assert ("Esitettiin 3" in page.content.decode()) is is_told


def test_a_clerk_with_a_conflict_of_interest_reads_no_letter_of_the_case() -> None:
    world = build()
    decision = a_served_decision(world)
    address = reverse("grants:decision_letter", args=[decision.pk])
    served = world.client("payments_clerk").get(address)
    assert served.status_code == 200
    assert b"".join(served.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    ConflictDeclaration.objects.create(
        application=decision.application,
        user=world.people["payments_clerk"],
        has_conflict=True,
        ground="Puolisoni on hallituksessa.",
        declared_at=clock.now(),
    )
    assert world.client("payments_clerk").get(address).status_code == 404
