"""What caches, browsers and programs are told around the data: 304, CORS, methods, languages, the limit."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from county.models import Municipality, Sector
from organisations.models import Organisation
from tests.accounts.factories import signed_in, staff
from tests.organisations.factories import NOW, OrganisationFactory
from tests.organisations.factories_open_data import full_organisation
from tests.organisations.test_api import CHANGED, ORGANISATIONS

pytestmark = pytest.mark.django_db


def ask(client: Client, address: str, **headers: str) -> Any:
    return client.get(address, headers=headers)


def test_an_answer_that_has_not_changed_is_not_sent_again(client: Client) -> None:
    organisation = OrganisationFactory(updated_at=CHANGED)
    for address in (f"{ORGANISATIONS}/{organisation.pk}", ORGANISATIONS, "/api/v1/sectors", "/api/v1/openapi.json"):
        first = client.get(address)
        again = ask(client, address, if_none_match=first["ETag"])
        assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"]), address
        assert again["Cache-Control"] == first["Cache-Control"]
        assert again["Access-Control-Allow-Origin"] == "*"
        assert client.head(address, headers={"If-None-Match": first["ETag"]}).status_code == 304
        assert ask(client, address, if_none_match='"muu"').status_code == 200

    one = f"{ORGANISATIONS}/{organisation.pk}"
    before = client.get(one)
    assert before["Last-Modified"] == "Thu, 01 Oct 2026 08:00:00 GMT"
    assert ask(client, one, if_modified_since="Thu, 01 Oct 2026 08:00:00 GMT").status_code == 304
    assert ask(client, one, if_modified_since="Thu, 01 Oct 2026 07:59:59 GMT").status_code == 200
    Organisation.objects.filter(pk=organisation.pk).update(name="Uusi nimi ry")
    after = ask(client, one, if_none_match=before["ETag"])
    assert (after.status_code, after.json()["name"]) == (200, "Uusi nimi ry")


def test_a_file_that_has_not_changed_is_not_made_again(client: Client, kunnat: dict[str, Municipality]) -> None:
    organisation = full_organisation(kunnat)
    address = "/api/v1/organisations.csv"
    tag = client.get(address)["ETag"]
    assert ask(client, address, if_none_match=tag).status_code == 304

    changes: list[Callable[[], object]] = [
        lambda: Sector.objects.filter(organisations=organisation).update(name_sv="Social"),
        OrganisationFactory,
        lambda: Organisation.objects.exclude(pk=organisation.pk).delete(),
    ]
    for change in changes:
        change()
        answer = ask(client, address, if_none_match=tag)
        assert answer.status_code == 200
        tag = answer["ETag"]
    assert client.get(f"{address}?status=dissolved")["ETag"] != tag


def test_answers_are_for_everybody_and_kept_a_while(client: Client) -> None:
    officer = signed_in(staff("coordinator"))
    OrganisationFactory()

    stranger = client.get(ORGANISATIONS)
    with CaptureQueriesContext(connection) as asked:
        known = officer.get(ORGANISATIONS, headers={"Accept-Language": "sv"})

    assert known.content == stranger.content
    assert known["ETag"] == stranger["ETag"]
    assert known["Cache-Control"] == "public, max-age=300"
    assert client.get("/api/v1/sectors")["Cache-Control"] == "public, max-age=3600"
    for answer in (stranger, known):
        assert "Vary" not in answer
        assert "Content-Language" not in answer
        assert not answer.cookies
        assert answer["Access-Control-Allow-Origin"] == "*"
    assert not [query for query in asked.captured_queries if "session" in query["sql"] or "accounts_" in query["sql"]]


def test_errors_speak_the_asker_s_language_and_are_not_kept(client: Client) -> None:
    for answer in (
        ask(client, f"{ORGANISATIONS}?limit=0", accept_language="en"),
        ask(client, f"{ORGANISATIONS}/0", accept_language="en"),
        ask(client, "/api/v1/ei-ole", accept_language="en"),
    ):
        assert answer["Vary"] == "Accept-Language"
        assert answer["Cache-Control"] == "no-store"
        assert answer["Content-Type"] == "application/problem+json"
        assert "ETag" not in answer
    missing = client.get(f"{ORGANISATIONS}/0")
    assert missing.json() == {
        "status": 404,
        "code": "not_found",
        "title": "Ei löytynyt",
        "detail": "Osoitteessa ei ole mitään julkista. Tarkista osoite kuvauksesta /api/v1/openapi.json.",
        "parameters": [],
    }
    assert client.get("/api/v1/openapi.json")["Vary"] == "Accept-Language"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(method: str) -> None:
    answer = getattr(Client(enforce_csrf_checks=True), method)(ORGANISATIONS)

    assert answer.status_code == 405
    assert answer["Allow"] == "GET, HEAD, OPTIONS"
    assert answer.json()["code"] == "method_not_allowed"


def test_head_and_options(client: Client) -> None:
    OrganisationFactory()
    for address in (ORGANISATIONS, "/api/v1/organisations.csv"):
        got, head = client.get(address), client.head(address)
        assert head.status_code == 200
        assert head.content == b""
        assert head["ETag"] == got["ETag"]
        assert head["Content-Type"] == got["Content-Type"]

    asked = client.options(ORGANISATIONS, headers={"Origin": "https://toinen.example"})
    assert (asked.status_code, asked.content) == (204, b"")
    assert asked["Access-Control-Allow-Methods"] == asked["Allow"] == "GET, HEAD, OPTIONS"
    assert asked["Access-Control-Allow-Origin"] == "*"
    assert "If-None-Match" in asked["Access-Control-Allow-Headers"]
    assert "Access-Control-Allow-Credentials" not in asked


@time_machine.travel(NOW, tick=False)
def test_too_many_requests_are_told_to_wait(client: Client, settings: Any) -> None:
    settings.OPEN_DATA_REQUESTS_PER_MINUTE = 3
    here = {"REMOTE_ADDR": "2001:db8::1"}
    for address in (ORGANISATIONS, "/api/v1/organisations.csv", "/api/v1/openapi.json"):
        assert client.get(address, **here).status_code == 200  # type: ignore[arg-type]

    # The same network counts as the same asker, another address does not.
    stopped = client.get(ORGANISATIONS, REMOTE_ADDR="2001:db8::2")
    assert stopped.status_code == 429
    wait = int(stopped["Retry-After"])
    assert wait == 60
    assert stopped.json()["detail"] == (
        f"Tästä osoitteesta on tullut liian monta pyyntöä minuutissa. Yritä uudelleen {wait} sekunnin kuluttua."
    )
    assert stopped["Access-Control-Allow-Origin"] == "*"
    assert client.get(ORGANISATIONS, REMOTE_ADDR="192.0.2.7").status_code == 200
    assert client.get("/jarjestot/", **here).status_code == 200  # type: ignore[arg-type]


@time_machine.travel(NOW, tick=False)
def test_behind_proxies_the_visitor_is_counted_and_not_the_proxy(client: Client, settings: Any) -> None:
    settings.OPEN_DATA_REQUESTS_PER_MINUTE = 1
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1

    def status(forwarded: str) -> int:
        return client.get("/api/v1/sectors", headers={"X-Forwarded-For": forwarded}).status_code

    assert status("192.0.2.1") == 200
    assert status("192.0.2.2") == 200
    assert status("203.0.113.9, 192.0.2.2") == 429  # what the visitor claims before our proxy's word is not believed
