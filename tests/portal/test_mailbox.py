"""The mail catcher: catches everything, shows it, and exists only in the demonstration."""

from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.mail import EmailMultiAlternatives
from django.test import Client

from accounts.demonstration import current_code, make_account
from portal.mailbox import CatcherBackend, newest_first
from tests.accounts.factories import StaffRoleFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def catcher(settings: Any, tmp_path: Path) -> Any:
    settings.DEMONSTRATION = True
    settings.MAIL_CATCHER_DIR = tmp_path / "mail"
    return settings


def send(to: str, subject: str = "Päätös", text: str = "Avaa http://localhost:8000/a/?b=1 nyt") -> None:
    message = EmailMultiAlternatives(subject, text, "Yhdyspinta <yhdyspinta@localhost>", [to], bcc=["kopio@x.fi"])
    message.attach_alternative("<p>html</p>", "text/html")
    message.attach("päätös.pdf", b"%PDF-1.7", "application/pdf")
    assert CatcherBackend().send_messages([message]) == 1


def test_the_page_lists_newest_first_and_finds_by_recipient(catcher: Any) -> None:
    send("eka@x.fi", "Ensimmäinen")
    send("toka@x.fi", "Toinen")
    assert [message.subject for message in newest_first()] == ["Toinen", "Ensimmäinen"]
    assert [message.subject for message in newest_first("EKA@")] == ["Ensimmäinen"]
    page = Client().get("/postilaatikko/?q=toka").content.decode()
    assert "Toinen" in page
    assert "Ensimmäinen" not in page


def test_a_message_shows_its_text_with_links_and_its_attachments(catcher: Any) -> None:
    send("eka@x.fi", text="<script>alert(1)</script> http://localhost:8000/a/?b=1")
    [caught] = newest_first()
    assert caught.to == ("eka@x.fi", "kopio@x.fi")
    page = Client().get(f"/postilaatikko/{caught.key}/")
    body = page.content.decode()
    assert 'href="http://localhost:8000/a/?b=1"' in body
    assert "<script>alert" not in body
    assert "päätös.pdf" in body
    file = Client().get(f"/postilaatikko/{caught.key}/liitteet/1/")
    assert (file.content, file["Content-Type"]) == (b"%PDF-1.7", "application/octet-stream")
    assert Client().get(f"/postilaatikko/{caught.key}/liitteet/2/").status_code == 404
    assert Client().get("/postilaatikko/ei-ole/").status_code == 404


def test_the_page_shows_the_codes_of_now(catcher: Any) -> None:
    user = make_account("aino@esittely.example", "Aino")
    StaffRoleFactory(user=user, role="registrar")
    response = Client().get("/postilaatikko/")
    [code] = response.context["codes"]
    assert (code.email, code.roles, len(code.digits)) == (user.email, "Kirjaamo", 6)
    assert code.digits.encode() in response.content
    assert current_code.__doc__
    part = Client().get("/postilaatikko/", headers={"HX-Request": "true", "HX-Target": "koodit"})
    assert code.email.encode() in part.content
    assert b"<main" not in part.content


def test_outside_the_demonstration_there_is_no_catcher(catcher: Any) -> None:
    send("eka@x.fi")
    key = newest_first()[0].key
    catcher.DEMONSTRATION = False
    for path in ("/postilaatikko/", f"/postilaatikko/{key}/", f"/postilaatikko/{key}/liitteet/1/"):
        assert Client().get(path).status_code == 404, path
    with pytest.raises(ImproperlyConfigured):
        send("toka@x.fi")
