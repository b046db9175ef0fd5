"""The pages of sign-ups in the browser's terms: visitor, own page, the organiser's list, the door, the Teams file."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from icalendar import Calendar

from common import clock
from forums.models import SignUp, SignUpNeed
from notifications.models import Message
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.forums.factories import EventFactory, SignUpFactory
from tests.forums.sign_up_steps import letters
from tests.forums.test_attendance import NEW
from tests.organisations.factories import OrganisationFactory

pytestmark = pytest.mark.django_db
LINK = "https://meet.example/salainen"


def hybrid(days: int = 14, **facts: Any) -> Any:
    """Return a published hybrid event some days from now with a meeting link."""
    return EventFactory(
        starts_at=clock.now() + timedelta(days=days), form="hybrid", place="Sali", meeting_url=LINK, **facts
    )


def form(**given: str) -> dict[str, str]:
    return {"name": "Aino Aalto", "email": "aino@example.org", "way": "on_site", **given}


def token_of(letter: Message) -> str:
    found = re.search(r"/ilmoittautuminen/([\w-]+)/", letter.text)
    assert found
    return found[1]


def test_a_visitor_signs_up_confirms_and_lets_go(client: Client) -> None:
    event = hybrid(places_on_site=1, asks_diet=True)
    assert "Ilmoittaudu" in client.get(event.get_absolute_url()).content.decode()
    address = reverse("forums:sign_up", args=[event.pk])
    assert "yksi paikka vapaana" in client.get(address).content.decode()
    answer = client.post(address, form(diet="Vegaani", name_1="Bertta", way_1="remote"))
    assert answer.status_code == 302
    assert "Vahvista vielä" in client.get(answer["Location"]).content.decode()
    own = reverse("forums:sign_up_page", args=[token_of(letters("sign_up_confirm")[0])])
    page = client.get(own)
    assert "no-store" in page["Cache-Control"]
    assert LINK not in page.content.decode()
    page = client.post(own, {"act": "confirm"}, follow=True).content.decode()
    assert "Sinulla on paikka" in page
    assert LINK in page
    assert "data:image/svg+xml" in page
    client.post(own, {"act": "needs", "diet": "Maidoton"})
    assert SignUpNeed.objects.get().diet == "Maidoton"
    client.post(own, {"act": "way", "way": "remote"})
    assert SignUp.objects.get(name="Aino Aalto").way == "remote"
    assert client.post(own, {"act": "nonsense"}).status_code == 404
    cancel = reverse("forums:sign_up_cancel", args=[token_of(letters("sign_up_confirm")[0])])
    assert "Kuka ei pääse" in client.get(cancel).content.decode()
    client.post(cancel, {"who": [str(row.pk) for row in SignUp.objects.all()]})
    assert set(SignUp.objects.values_list("state", flat=True)) == {"cancelled"}
    assert LINK not in client.get(own).content.decode()
    assert "jo peruttu" in client.get(cancel).content.decode()


def test_known_and_unknown_addresses_get_the_same_answer(client: Client) -> None:
    event = hybrid()
    SignUpFactory(event=event, email="aino@example.org")
    address = reverse("forums:sign_up", args=[event.pk])
    known = client.post(address, form())
    new = Client().post(address, form(email="uusi@example.org"))
    assert (known.status_code, known["Location"]) == (new.status_code, new["Location"])


def test_robots_and_floods_are_stopped(client: Client, settings: Any) -> None:
    event = hybrid()
    address = reverse("forums:sign_up", args=[event.pk])
    assert client.post(address, form(homepage="https://spam.example")).status_code == 302
    assert SignUp.objects.count() == 0
    settings.SIGN_UPS_PER_MINUTE = 2
    here = {"REMOTE_ADDR": "192.0.2.99"}
    answers = [client.post(address, form(email=f"h{n}@example.org"), **here).status_code for n in range(4)]
    assert answers.count(302) in (2, 3), "a new minute may begin between"
    assert "monta ilmoittautumista" in client.post(address, form(email="x@example.org"), **here).content.decode()


def test_a_signed_in_person_is_prefilled_and_confirmed_at_once() -> None:
    event = hybrid()
    person = UserFactory(full_name="Eino Ek")
    client = signed_in(person)
    address = reverse("forums:sign_up", args=[event.pk])
    page = client.get(address).content.decode()
    assert "Eino Ek" in page
    assert 'name="email"' not in page
    page = client.post(address, {"name": "Eino Ek", "way": "remote"}, follow=True).content.decode()
    assert "Sinulla on paikka" in page
    assert "Olet jo ilmoittautunut" in client.get(address).content.decode()
    assert client.post(address, {"name": "Eino Ek", "way": "remote"})["Location"] == reverse("forums:own_sign_ups")
    assert event.name in client.get(reverse("forums:own_sign_ups")).content.decode()
    assert "Avaa oma ilmoittautumisesi" in client.get(event.get_absolute_url()).content.decode()


def test_a_typed_name_becomes_the_register_s_organisation(client: Client) -> None:
    known = OrganisationFactory(name="Karjalan Kylät ry")
    event = hybrid()
    address = reverse("forums:sign_up", args=[event.pk])
    client.post(address, form(organisation="karjalan  kylät ry"))
    client.post(address, form(email="b@example.org", organisation="Naapurikerho"))
    rows = SignUp.objects.order_by("pk")
    assert [(row.organisation, row.organisation_name) for row in rows] == [(known, ""), (None, "Naapurikerho")]
    names = client.get(reverse("forums:sign_up_organisations"), {"organisation": "karjalan"}).content.decode()
    assert "Karjalan Kylät ry" in names
    assert "option" not in client.get(reverse("forums:sign_up_organisations"), {"organisation": "ka"}).content.decode()


def test_the_own_calendar_file_follows_the_sign_up(client: Client) -> None:
    event = hybrid()
    row = SignUpFactory(event=event, way="remote")
    address = reverse("forums:sign_up_calendar", args=[row.token])
    found = Calendar.from_ical(client.get(address).content)
    assert found["METHOD"] == "REQUEST"
    assert LINK in str(found.events[0]["DESCRIPTION"])
    waiting = SignUpFactory(event=event, state="waiting")
    body = client.get(reverse("forums:sign_up_calendar", args=[waiting.token])).content
    assert LINK.encode() not in body.replace(b"\r\n ", b"")
    SignUp.objects.filter(pk=row.pk).update(state="cancelled", has_hold=False)
    assert Calendar.from_ical(client.get(address).content)["METHOD"] == "CANCEL"
    nameless = SignUpFactory(event=event, email="")
    body = client.get(reverse("forums:sign_up_calendar", args=[nameless.token])).content
    assert Calendar.from_ical(body)["METHOD"] == "PUBLISH"


def test_a_token_of_nobody_is_not_there(client: Client) -> None:
    for name in ("sign_up_page", "sign_up_cancel", "sign_up_calendar"):
        assert client.get(reverse(f"forums:{name}", args=["nobody"])).status_code == 404


def test_the_organiser_s_list_and_files_show_the_same() -> None:
    event = hybrid(places_on_site=40)
    for number in range(3):
        SignUpFactory(event=event, name=f"Tulija {number}", way="on_site")
    SignUpFactory(event=event, name="Jonottaja", state="waiting")
    client = signed_in(staff("coordinator"))
    address = reverse("forums:sign_ups", args=[event.pk])
    page = client.get(address).content.decode()
    assert "3 / 40" in page
    assert "Jonottaja" in page
    assert "Jonottaja" not in client.get(address, {"tila": "signed"}).content.decode()
    assert "Ei tällaisia" in client.get(address, {"q": "ketään ei"}).content.decode()
    told = client.get(reverse("forums:sign_ups_csv", args=[event.pk]), {"tila": "waiting"}).content.decode()
    assert told.count("\n") == 2
    assert client.get(reverse("forums:sign_ups_xlsx", args=[event.pk])).status_code == 200
    row = SignUp.objects.get(name="Jonottaja")
    client.post(reverse("forums:sign_up_remove", args=[row.pk]))
    row.refresh_from_db()
    assert row.state == "cancelled"
    assert "3 / 40" in client.get(reverse("forums:event_desk", args=[event.pk])).content.decode()


@pytest.mark.parametrize("name", ["sign_ups", "attendance", "sign_up_needs"])
def test_lists_ask_as_much_of_one_row_as_of_three(name: str) -> None:
    event = hybrid(days=0)
    client = signed_in(staff("coordinator"))
    address = reverse(f"forums:{name}", args=[event.pk])
    counts = []
    for number in (1, 2):
        for _each in range(number):
            row = SignUpFactory(event=event, organisation=OrganisationFactory())
            SignUpNeed.objects.create(sign_up=row, diet="Vegaani", erased_on=clock.now().date())
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20, counts


def test_own_list_asks_as_much_of_one_row_as_of_three() -> None:
    person = UserFactory()
    client = signed_in(person)
    counts = []
    for number in (1, 2):
        for _each in range(number):
            SignUpFactory(event=hybrid(), user=person)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse("forums:own_sign_ups")).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1], counts


def test_needs_are_for_who_runs_the_event() -> None:
    event = hybrid()
    for diet in ("Gluteeniton", "gluteeniton.", "Vegaani"):
        SignUpNeed.objects.create(sign_up=SignUpFactory(event=event), diet=diet, erased_on=clock.now().date())
    address = reverse("forums:sign_up_needs", args=[event.pk])
    page = signed_in(staff("coordinator")).get(address).content.decode()
    assert re.search(r"Gluteeniton</th>\s*<td class=\"num\">2</td>", page)
    assert signed_in(staff("auditor")).get(address).status_code == 404


def test_on_the_telephone_and_a_message() -> None:
    event = hybrid()
    client = signed_in(staff("coordinator"))
    client.post(reverse("forums:sign_up_phone", args=[event.pk]), {"name": "Impi", "email": "", "way": "on_site"})
    row = SignUp.objects.get()
    assert (row.state, row.source) == ("signed", "phone")
    SignUpFactory(event=event)
    given = {"to": "both", "subject": "Ohjelma", "text": "Hei"}
    page = client.post(reverse("forums:sign_up_message", args=[event.pk]), given, follow=True).content.decode()
    assert "lähti yhdelle" in page


def test_the_door_list_and_the_code() -> None:
    event = hybrid(days=0)
    row = SignUpFactory(event=event, way="on_site")
    client = signed_in(staff("coordinator"))
    answer = client.post(reverse("forums:attendance_mark", args=[row.pk]), {"came": "1"})
    assert answer["Location"].endswith(f"#s{row.pk}")
    row.refresh_from_db()
    assert row.attended is True
    code = reverse("forums:attendance_code", args=[row.token])
    assert "Merkitty paikalle" in client.get(code).content.decode()
    assert "Merkintä on poistettu" in client.post(code, {"came": "0"}).content.decode()
    assert "Merkitse paikalle" in client.get(code).content.decode()
    row.refresh_from_db()
    assert row.attended is None, "opening the link marks nobody"
    assert "Merkitty paikalle" in client.post(code, {"came": "1"}).content.decode()
    assert signed_in(UserFactory()).get(code).status_code == 404
    given = {"name": "Tulija", "organisation": "", "way": "on_site"}
    client.post(reverse("forums:attendance_walk_in", args=[event.pk]), given)
    assert SignUp.objects.get(name="Tulija").attended is True
    absent = SignUpFactory(event=event, way="on_site")
    client.post(reverse("forums:attendance", args=[event.pk]))
    row.refresh_from_db()
    absent.refresh_from_db()
    assert row.attended is True
    assert absent.attended is False


def test_a_teams_file_is_previewed_and_then_kept() -> None:
    event = hybrid(days=0)
    SignUpFactory(event=event, name="Maija Mäki", email="maija@example.org")
    client = signed_in(staff("coordinator"))
    address = reverse("forums:attendance_file", args=[event.pk])
    bad = client.post(address, {"file": SimpleUploadedFile("x.csv", b"roskaa")})
    assert "ei löytynyt osallistujaluetteloa" in bad.content.decode()
    page = client.post(address, {"file": SimpleUploadedFile("x.csv", NEW.encode("utf-16"))}).content.decode()
    assert "Tunnistettu 1" in page
    assert SignUp.objects.came().count() == 0
    found = re.search(r'name="people" value="([^"]+)"', page)
    assert found
    client.post(address, {"people": found[1], "who-1": "add"})
    assert SignUp.objects.came().count() == 2
    assert "vanhentunut" in client.post(address, {"people": "x"}, follow=True).content.decode()
