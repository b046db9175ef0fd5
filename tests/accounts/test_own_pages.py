"""One's own details and data."""

import json

import pytest

from accounts.models import User
from accounts.personal_data import personal_data
from tests.accounts.factories import StaffRoleFactory, UserFactory, signed_in

pytestmark = pytest.mark.django_db


def test_details_are_saved_and_the_page_opens_in_the_new_language() -> None:
    user = UserFactory()
    form = {"full_name": " Aino   Koski ", "phone": "040 1234567", "language": "sv"}
    response = signed_in(user).post("/omat/tiedot/", form)
    assert response["Location"] == "/sv/omat/tiedot/"
    user.refresh_from_db()
    assert (user.full_name, user.phone, user.language) == ("Aino Koski", "040 1234567", "sv")


def test_a_missing_name_is_explained() -> None:
    user = UserFactory(full_name="Aino Koski")
    page = signed_in(user).post("/omat/tiedot/", {"full_name": "", "language": "fi"}).content.decode()
    assert "Nimi puuttuu. Kirjoita etunimi ja sukunimi." in page
    assert User.objects.get(pk=user.pk).full_name == "Aino Koski"


def test_a_person_downloads_what_is_kept_of_them_and_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    registered = dict(personal_data.items())
    monkeypatch.setattr(personal_data, "_providers", {**registered, "other_room": lambda user: [user.pk]})
    user = StaffRoleFactory(role="auditor", reason="Tarkastus").user
    UserFactory(email="toinen@example.org")
    response = signed_in(user).get("/omat/tiedot/lataa/")
    assert response["Content-Type"] == "application/json"
    assert response["Content-Disposition"].startswith('attachment; filename="yhdyspinta-omat-tiedot-')
    text = response.content.decode()
    data = json.loads(text)
    assert data["account"]["email"] == user.email
    assert data["account"]["staff_roles"][0]["reason"] == "Tarkastus"
    assert data["roles_in_force"][0]["role"] == "Tarkastaja"
    assert data["other_room"] == [user.pk]
    assert "toinen@example.org" not in text
    assert user.password not in text
