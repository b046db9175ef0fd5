"""Roles that handle other people's matters see nothing but public pages before the second factor."""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import resolve

from accounts.access import Access, access_of, public_page, sign_in_required
from accounts.models import StaffRole, StaffRoleKind, User
from common import clock, seams
from common.times import local_date
from tests.accounts.factories import StaffRoleFactory, UserFactory, sign_in, signed_in, staff

pytestmark = pytest.mark.django_db
EXPLANATION = "/tili/toinen-tunniste/"


@pytest.mark.parametrize("kind", StaffRoleKind.values)
def test_every_staff_role_is_sent_to_the_explanation(kind: str) -> None:
    client = signed_in(staff(kind), second_factor=False)
    for path in ("/omat/", "/omat/roolit/", "/omat/tiedot/", "/omat/tiedot/lataa/", "/hallinta/kayttajat/"):
        response = client.get(path)
        assert (response.status_code, response["Location"].partition("?")[0]) == (302, EXPLANATION), path
    assert client.get(EXPLANATION).status_code == 200
    assert client.get("/tili/2fa/recovery-codes/")["Location"].startswith(EXPLANATION)


@pytest.mark.parametrize("kind", StaffRoleKind.values)
def test_with_the_second_factor_the_same_person_goes_in(kind: str) -> None:
    client = signed_in(staff(kind))
    assert client.get("/omat/roolit/").status_code == 200
    assert client.get(EXPLANATION)["Location"] == "/omat/"


def test_a_person_without_such_roles_needs_only_the_password() -> None:
    assert signed_in(UserFactory(), second_factor=False).get("/omat/roolit/").status_code == 200


def test_any_rooms_role_can_demand_the_second_factor(monkeypatch: pytest.MonkeyPatch) -> None:
    demanding = seams.Role(key="body.member", label="Jäsen", scope="Lautakunta", needs_second_factor=True)
    registered = dict(seams.roles.items())
    monkeypatch.setattr(seams.roles, "_providers", {**registered, "test": lambda user, now: [demanding]})
    client = signed_in(UserFactory(), second_factor=False)
    assert client.get("/omat/roolit/")["Location"].startswith(EXPLANATION)
    assert "Lautakunta" in client.get(EXPLANATION).content.decode()


def test_a_superuser_needs_it_too() -> None:
    user = User.objects.create_superuser("tekninen@example.org", "x" * 20)
    assert signed_in(user, second_factor=False).get("/omat/")["Location"].startswith(EXPLANATION)


def test_the_record_of_another_person_does_not_count() -> None:
    first, second = staff("coordinator"), staff("registrar")
    client = sign_in(Client(), first)
    session = client.session
    session["_auth_user_id"] = str(second.pk)
    session["_auth_user_hash"] = second.get_session_auth_hash()
    session.save()
    assert client.get("/omat/roolit/")["Location"].startswith(EXPLANATION)


def test_public_pages_show_such_a_person_what_they_show_a_stranger() -> None:
    response = signed_in(staff("coordinator"), second_factor=False).get("/")
    assert response.status_code == 200
    assert isinstance(response.wsgi_request.user, AnonymousUser)
    assert signed_in(staff("coordinator")).get("/").wsgi_request.user.is_authenticated


def test_the_day_after_the_term_the_access_is_gone() -> None:
    today = local_date(clock.now())
    user = UserFactory()
    role = StaffRoleFactory(user=user, role="administrator", valid_from=date(2020, 1, 1), valid_until=today)
    client = signed_in(user)
    assert client.get("/hallinta/kayttajat/").status_code == 200
    StaffRole.objects.filter(pk=role.pk).update(valid_until=today - timedelta(days=1))
    assert client.get("/hallinta/kayttajat/").status_code == 404


def test_a_role_that_begins_tomorrow_gives_nothing_today() -> None:
    user = UserFactory()
    tomorrow = local_date(clock.now()) + timedelta(days=1)
    StaffRoleFactory(user=user, role="administrator", valid_from=tomorrow)
    assert signed_in(user, second_factor=False).get("/hallinta/kayttajat/").status_code == 404


def test_an_htmx_request_is_sent_by_a_header_to_come_back_to_the_page() -> None:
    client = signed_in(staff(), second_factor=False)
    headers = {"HX-Request": "true", "HX-Current-URL": "http://testserver/omat/tiedot/"}
    response = client.post("/omat/tiedot/", headers=headers)
    assert response.status_code == 200
    assert response["HX-Redirect"] == EXPLANATION + "?next=http%3A%2F%2Ftestserver%2Fomat%2Ftiedot%2F"


def test_a_stranger_is_sent_to_sign_in_and_nowhere_else_afterwards() -> None:
    assert Client().get("/omat/roolit/?a=1")["Location"] == "/tili/login/?next=%2Fomat%2Froolit%2F%3Fa%3D1"
    evil = Client().post("/omat/tiedot/", headers={"Referer": "https://evil.example/"})
    assert evil["Location"] == "/tili/login/?next=%2Fomat%2F"


def test_the_explanation_never_leads_to_another_site() -> None:
    client = signed_in(staff(), second_factor=True)
    assert client.get(EXPLANATION + "?next=https://evil.example/")["Location"] == "/omat/"


def test_unmarked_views_are_not_public() -> None:
    def unmarked(request: HttpRequest) -> HttpResponse:
        raise NotImplementedError

    match = resolve("/omat/roolit/")
    match.func = unmarked
    assert access_of(match) is Access.FULL
    assert public_page(unmarked).access is Access.PUBLIC  # type: ignore[attr-defined]
    assert access_of(match) is Access.PUBLIC
    assert sign_in_required(unmarked).access is Access.FULL  # type: ignore[attr-defined]
    assert access_of(None) is Access.FULL


def test_the_second_factor_costs_no_query_once_given(django_assert_num_queries: object) -> None:
    from accounts import second_factor

    user = staff()
    request = RequestFactory().get("/")
    request.user = user
    request.session = signed_in(user).session
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert second_factor.is_missing(request) is False


def test_an_idle_session_is_moved_on_at_most_every_five_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    client = signed_in(UserFactory())
    session = client.session
    now = clock.now()
    session["seen"] = int((now - timedelta(minutes=4)).timestamp())
    session.save()
    client.get("/omat/roolit/")
    assert client.session["seen"] == int((now - timedelta(minutes=4)).timestamp())
    monkeypatch.setattr("common.clock.now", lambda: now + timedelta(minutes=2))
    client.get("/omat/roolit/")
    assert client.session["seen"] == int((now + timedelta(minutes=2)).timestamp())
