"""A person signs up, confirms the address, signs in, gets a role, switches the second factor on."""

import re
import secrets
import time
from collections.abc import Callable
from datetime import date

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from accounts.models import User
from notifications.models import Message
from tests.accounts.factories import PASSWORD, StaffRoleFactory, UserFactory

pytestmark = pytest.mark.django_db(transaction=False)
NewClient = Callable[[], Client]


def address() -> str:
    return f"{secrets.token_hex(8)}@example.org"


def latest_mail(to: str) -> Message:
    return Message.objects.filter(to_address=to).latest("pk")


def link_in(message: Message) -> str:
    found = re.search(r"http://testserver(/\S+)", message.text)
    assert found, message.text
    return found[1]


def sign_up(client: Client, email: str, **fields: str) -> None:
    data = {"full_name": "Aino  Järvinen", "email": email, "password1": PASSWORD, "language": "fi", **fields}
    response = client.post("/tili/signup/", data)
    assert response.status_code == 302, response.context["form"].errors
    assert response["Location"] == "/tili/confirm-email/"


def test_sign_up_confirm_and_sign_in(new_client: NewClient) -> None:
    client, email = new_client(), address()
    sign_up(client, email)
    user = User.objects.get(email=email)
    assert (user.full_name, user.language) == ("Aino Järvinen", "fi")

    refused = new_client().post("/tili/login/", {"login": email, "password": PASSWORD})
    assert refused["Location"] == "/tili/confirm-email/"
    assert new_client().get("/omat/tiedot/").status_code == 302

    message = latest_mail(email)
    assert message.subject == "Vahvista sähköpostiosoitteesi"
    assert message.required
    assert message.secret
    assert message.language == "fi"
    confirm = link_in(message)
    page = client.get(confirm)
    assert page.status_code == 200
    assert client.post(confirm).status_code == 302

    before = client.session.session_key
    signed_in = client.post("/tili/login/", {"login": email.upper(), "password": PASSWORD})
    assert signed_in["Location"] == "/omat/"
    assert client.session.session_key != before
    assert client.get("/omat/tiedot/").status_code == 200
    assert client.session.get_expire_at_browser_close()
    assert client.session.get_expiry_age() == 8 * 60 * 60


def test_sign_up_says_what_is_wrong_in_finnish(new_client: NewClient) -> None:
    response = new_client().post(
        "/tili/signup/",
        {"full_name": "Katso www.example.org", "email": "ei-osoite", "password1": "lyhyt", "language": "fi"},
    )
    errors = response.context["form"].errors
    assert errors["full_name"] == ["Kirjoita nimi ilman verkko-osoitteita."]
    assert set(errors) == {"full_name", "email", "password1"}
    assert not any(field.field.widget.attrs.get("placeholder") for field in response.context["form"])


def test_sign_in_page_goes_on_in_the_persons_language(new_client: NewClient) -> None:
    UserFactory(email=(email := address()), language="sv")
    response = new_client().post("/tili/login/?next=/omat/tiedot/", {"login": email, "password": PASSWORD})
    assert response["Location"] == "/sv/omat/tiedot/"


def test_password_reset(new_client: NewClient) -> None:
    user = UserFactory(email=address())
    client = new_client()
    assert client.post("/tili/password/reset/", {"email": user.email})["Location"] == "/tili/password/reset/done/"
    page = client.get(link_in(latest_mail(user.email)), follow=True)
    new_password = "talvinen-kangas-2027"
    done = client.post(page.redirect_chain[-1][0], {"password1": new_password, "password2": new_password})
    assert done["Location"] == "/tili/password/reset/key/done/"
    user.refresh_from_db()
    assert user.check_password(new_password)
    assert latest_mail(user.email).subject == "Salasanasi on vaihdettu"


class TestNobodyLearnsWhoHasAnAccount:
    """The pages answer a stranger the same whether the address has an account or not."""

    def test_sign_up(self, new_client: NewClient) -> None:
        known = UserFactory(email=address())
        sign_up(new_client(), known.email)
        sign_up(new_client(), address())
        assert latest_mail(known.email).subject == "Sinulla on jo käyttäjätunnus"
        assert User.objects.filter(email__iexact=known.email).count() == 1

    def test_password_reset(self, new_client: NewClient) -> None:
        known, stranger = UserFactory(email=address()).email, address()
        answers = [new_client().post("/tili/password/reset/", {"email": email}) for email in (known, stranger)]
        assert {(answer.status_code, answer["Location"]) for answer in answers} == {(302, "/tili/password/reset/done/")}
        assert latest_mail(stranger).subject == "Käyttäjätunnusta ei ole"

    def test_sign_in(self, new_client: NewClient) -> None:
        known, stranger = UserFactory(email=address()).email, address()
        answers = [
            new_client().post("/tili/login/", {"login": email, "password": "väärä-salasana"}).context["form"].errors
            for email in (known, stranger)
        ]
        assert answers[0] == answers[1]
        assert answers[0]["__all__"] == ["Sähköpostiosoite tai salasana on väärin. Tarkista ne ja yritä uudelleen."]


def test_guessing_passwords_is_stopped(new_client: NewClient) -> None:
    user = UserFactory(email=address())
    for _ in range(5):
        new_client().post("/tili/login/", {"login": user.email, "password": "väärä-salasana"})
    right = new_client().post("/tili/login/", {"login": user.email, "password": PASSWORD})
    assert right.status_code == 200
    assert right.context["form"].errors["__all__"] == [
        "Kirjautumista on yritetty liian monta kertaa. Odota viisi minuuttia."
    ]


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def test_a_new_officer_switches_the_second_factor_on_and_gives_it_ever_after(
    new_client: NewClient, django_capture_on_commit_callbacks: Callable[..., object]
) -> None:
    user = UserFactory(email=address())
    StaffRoleFactory(user=user, role="administrator", valid_from=date(2020, 1, 1))
    client = new_client()
    signed_in = client.post("/tili/login/?next=/hallinta/kayttajat/", {"login": user.email, "password": PASSWORD})
    assert signed_in["Location"] == "/hallinta/kayttajat/"
    sent = client.get("/hallinta/kayttajat/")
    assert sent["Location"] == "/tili/toinen-tunniste/?next=%2Fhallinta%2Fkayttajat%2F"
    explanation = client.get(sent["Location"])
    assert "Pääkäyttäjä" in explanation.content.decode()

    asked = client.get("/tili/2fa/totp/activate/")
    assert asked["Location"].startswith("/tili/reauthenticate/")
    again = client.post(asked["Location"], {"password": PASSWORD})
    assert again["Location"] == "/tili/2fa/totp/activate/"
    secret = client.get(again["Location"]).context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[attr-defined]
        activated = client.post("/tili/2fa/totp/activate/", {"code": code_of(secret)})
    assert activated["Location"] == "/tili/2fa/recovery-codes/"
    assert latest_mail(user.email).subject == "Tunnistautumissovellus on otettu käyttöön"
    assert client.get("/tili/2fa/recovery-codes/").status_code == 200
    assert client.get("/tili/toinen-tunniste/")["Location"] == "/hallinta/kayttajat/"
    assert client.get("/hallinta/kayttajat/").status_code == 200

    other = new_client()
    first = other.post("/tili/login/", {"login": user.email, "password": PASSWORD})
    assert first["Location"] == "/tili/2fa/authenticate/"
    assert other.get("/hallinta/kayttajat/")["Location"].startswith("/tili/login/")
    assert other.post("/tili/2fa/authenticate/", {"code": "000000"}).status_code == 200
    second = other.post("/tili/2fa/authenticate/", {"code": code_of(secret)})
    assert second["Location"] == "/omat/"
    assert other.get("/hallinta/kayttajat/").status_code == 200

    page = other.post("/tili/2fa/totp/deactivate/", {})
    if page.status_code == 302:
        other.post(page["Location"], {"password": PASSWORD})
        page = other.post("/tili/2fa/totp/deactivate/", {})
    assert "viimeistä tunnistautumistapaa ei voi poistaa" in page.content.decode()
    assert Authenticator.objects.filter(user=user, type="totp").exists()


def test_log_out_needs_a_post(new_client: NewClient) -> None:
    user, client = UserFactory(email=address()), new_client()
    client.post("/tili/login/", {"login": user.email, "password": PASSWORD})
    assert client.get("/tili/logout/").status_code == 200
    assert "_auth_user_id" in client.session
    assert client.post("/tili/logout/")["Location"] == "/"
    assert "_auth_user_id" not in client.session
