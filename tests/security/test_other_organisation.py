"""Whoever acts for one organisation never reaches a page of another, by address or by mixing the two."""

import pytest
from django.urls import reverse

from tests.security.objects import KWARGS
from tests.security.routes import ROUTES
from tests.security.test_routes import ask
from tests.security.walk import routes
from tests.security.world import OTHER_NGO, build

pytestmark = pytest.mark.django_db
ACTING = "organisation_id"
# The second argument is everybody's: with their own organisation in the address the page is rightly theirs.
# Removing from the vault what is not (any more) in it says so and goes back to the list, whosever it is.
PUBLIC_THING = {
    "grants:start",
    "liaisons:own_assessment",
    "liaisons:own_round",
    "organisations:lahella_own_file",
    "organisations:own_data_part",
    "organisations:vault_add",
    "organisations:own_support_file",
    "organisations:vault_remove",
    "premises:own_book",
    "premises:queue_join",
    "premises:season_apply",
}


@pytest.mark.matrix
def test_pages_of_an_organisation_are_not_there_for_another() -> None:
    world = build()
    reached = {}
    for route in routes().values():
        if ACTING not in route.arguments or route.name not in KWARGS:
            continue
        own = KWARGS[route.name](world)
        assert own[ACTING] == world.organisation.pk, f"{route.name}: build things of world.organisation"
        attempts = [own]
        if len(own) > 1 and route.name not in PUBLIC_THING:
            attempts.append({**own, ACTING: world.other_organisation.pk})
        for kwargs in attempts:
            for method in ("get", "post"):
                answer = ask(world, OTHER_NGO, reverse(route.name, kwargs=kwargs), method)
                if answer.status_code not in (404, 405):
                    reached[f"{route.name} {method} {kwargs}"] = answer.status_code
    assert reached == {}


def test_the_row_of_every_such_page_keeps_the_other_organisation_out() -> None:
    named = [
        route.name
        for route in routes().values()
        if ACTING in route.arguments and route.name in ROUTES and ROUTES[route.name].lets_in(OTHER_NGO)
    ]
    assert named == []
