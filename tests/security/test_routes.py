"""Every route, every role, the expected answer."""

from typing import Any

import pytest
from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse

from tests.security.expect import Expect
from tests.security.objects import KWARGS
from tests.security.routes import ROUTES
from tests.security.walk import Route, routes
from tests.security.world import ANONYMOUS, ROLES, World, build

pytestmark = pytest.mark.django_db


def test_every_route_has_a_row_and_every_row_a_route() -> None:
    there = routes()
    assert sorted(there.keys() - ROUTES.keys()) == [], "add rows to tests/security/routes.py"
    assert sorted(ROUTES.keys() - there.keys()) == [], "rows without a route"


def test_every_object_route_has_its_arguments() -> None:
    missing = [route.name for route in routes().values() if route.arguments and route.name not in KWARGS]
    assert missing == [], "add builders to tests/security/objects.py"


def address_of(route: Route, world: World) -> str:
    """Return the route's address in the world; things are made on first use."""
    if route.name.startswith("/"):
        return route.name
    return reverse(route.name, kwargs=KWARGS[route.name](world) if route.name in KWARGS else {})


def ask(world: World, role: str, address: str, method: str) -> HttpResponse:
    """Ask as the role and undo what the answer did."""
    client = world.client(role)
    with transaction.atomic():
        point = transaction.savepoint_create()
        answer: Any = client.post(address) if method == "post" else client.get(address)
        if answer.streaming:
            list(answer.streaming_content)  # also closes a served file
        transaction.savepoint_rollback(point)
    return answer  # type: ignore[no-any-return]


def verdict(answer: HttpResponse, role: str, expect: Expect) -> str:
    """Return what is wrong with an answer, or nothing."""
    to = answer.get("Location", "")
    got = f"{answer.status_code} {to}".strip()
    if answer.status_code == 500:
        return f"breaks: {got}"
    turned_away = answer.status_code in (403, 404) or to.startswith(("/tili/login/", "/tili/toinen-tunniste/"))
    if expect.lets_in(role):
        return f"is turned away: {got}" if turned_away and not (expect.public and to) else ""
    if role == ANONYMOUS and not to.startswith("/tili/login/") and answer.status_code != 404:
        return f"is not sent to sign in: {got}"
    if role != ANONYMOUS and expect.else_to:
        return "" if to == expect.else_to else f"is not sent to {expect.else_to}: {got}"
    return "" if turned_away else f"gets in: {got}"


@pytest.mark.matrix
@pytest.mark.parametrize("roles", [ROLES[::2], ROLES[1::2]], ids=("half", "other half"))
def test_who_gets_in(roles: tuple[str, ...]) -> None:
    """All roles ask in one world: making its things takes longer than asking for them; half of them a worker."""
    world = build()
    wrong = []
    for route in routes().values():
        expect = ROUTES.get(route.name)
        if expect is None or (route.arguments and route.name not in KWARGS):
            continue  # the tests above name them
        address = address_of(route, world)
        for role in roles:
            problem = verdict(ask(world, role, address, expect.method), role, expect)
            if problem:
                wrong.append(f"{role} {problem} at {route.name}")
    assert not wrong, "\n".join(wrong)
