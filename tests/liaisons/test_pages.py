"""Pages of bodies and meetings: what is on them, a fixed number of queries, and who gets 404."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from common import seams
from liaisons.models import AgendaItem, BodyAppointment, Meeting, Seat
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.county.factories import NOW
from tests.liaisons.factories import (
    AgendaItemFactory,
    BodyAppointmentFactory,
    BodyFactory,
    MeetingFactory,
    SeatFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_the_moment() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


def queries(client: Client, url: str) -> int:
    client.get(url)  # warms what is cached
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


@pytest.mark.parametrize("url", ["/hallinta/toimielimet/", "/kokoukset/"])
def test_lists_have_a_fixed_number_of_queries(url: str) -> None:
    client = signed_in(staff("coordinator"))
    MeetingFactory(body=SeatFactory().body)
    one = queries(client, url)
    for _row in range(2):
        body = SeatFactory().body
        MeetingFactory(body=body)
        SeatFactory(body=body, role="deputy")
    assert queries(client, url) == one
    assert one <= 12


def test_pages_of_a_body_and_a_meeting_have_a_fixed_number_of_queries() -> None:
    client = signed_in(staff("coordinator"))
    item = AgendaItemFactory(meeting__body=SeatFactory().body)
    meeting = item.meeting
    BodyAppointmentFactory(body=meeting.body)
    body_url, meeting_url = f"/hallinta/toimielimet/{meeting.body_id}/", f"/kokoukset/{meeting.pk}/"
    one = queries(client, body_url), queries(client, meeting_url)
    for _row in range(2):
        member = SeatFactory(body=meeting.body)
        SeatFactory(body=meeting.body, role="deputy", deputy_for=member)
        BodyAppointmentFactory(body=meeting.body)
        MeetingFactory(body=meeting.body)
        AgendaItemFactory(meeting=meeting)
    assert (queries(client, body_url), queries(client, meeting_url)) == one
    assert max(one) <= 20


def test_the_list_shows_people_and_the_next_meeting() -> None:
    body = BodyFactory(name_fi="Koelautakunta")
    member = SeatFactory(body=body)
    SeatFactory(body=body, role="deputy", deputy_for=member)
    SeatFactory(body=body, valid_until=date(2026, 11, 1))
    MeetingFactory(body=body, starts_at=NOW + timedelta(days=36, hours=6))
    page = signed_in(staff("auditor")).get("/hallinta/toimielimet/")
    row = page.context["page"].object_list[0]
    assert (row.members, row.deputies, row.next_meeting_at) == (1, 1, NOW + timedelta(days=36, hours=6))
    assert "8.12.2026 klo\N{NO-BREAK SPACE}16.00" in page.text


def test_the_list_is_filtered_by_the_url() -> None:
    BodyFactory(name_fi="Koelautakunta")
    council = BodyFactory(name_fi="Koeneuvosto", kind="participation_body")
    client = signed_in(staff("coordinator"))
    page = client.get("/hallinta/toimielimet/?laji=participation_body")
    assert list(page.context["page"]) == [council]
    assert len(client.get("/hallinta/toimielimet/?laji=outo").context["page"].object_list) == 2


def test_empty_lists_teach() -> None:
    client = signed_in(staff("coordinator"))
    assert "Täällä näkyvät alueen toimielimet." in client.get("/hallinta/toimielimet/").text
    assert "Täällä näkyvät toimielintesi kokoukset." in client.get("/kokoukset/").text


def test_a_member_sees_the_agenda_but_no_buttons() -> None:
    seat = SeatFactory()
    item = AgendaItemFactory(meeting__body=seat.body, title="Toiminta-avustukset 2027", section_number=42)
    page = signed_in(seat.user).get(f"/kokoukset/{item.meeting_id}/")
    assert "Toiminta-avustukset 2027" in page.text
    assert "42 §" in page.text
    assert (page.context["can_manage"], page.context["can_add"]) == (False, False)
    assert "Lisää muu asia" not in page.text


def test_others_get_404_everywhere() -> None:
    item = AgendaItemFactory()
    meeting, body = item.meeting, item.meeting.body
    seat, duty = SeatFactory(body=body), BodyAppointmentFactory(body=body)
    stranger = signed_in(UserFactory())
    for url in (
        f"/hallinta/toimielimet/{body.pk}/",
        f"/hallinta/toimielimet/{body.pk}/paikat/uusi/",
        f"/hallinta/toimielimet/{body.pk}/tehtavat/uusi/",
        f"/hallinta/toimielimet/{body.pk}/kokoukset/uusi/",
        f"/hallinta/paikat/{seat.pk}/paata/",
        f"/hallinta/tehtavat/{duty.pk}/paata/",
        f"/kokoukset/{meeting.pk}/",
        f"/kokoukset/{meeting.pk}/muuta/",
        f"/kokoukset/asiat/{item.pk}/pykala/",
    ):
        assert stranger.get(url).status_code == 404, url
        if not url.endswith(f"{body.pk}/") and url != f"/kokoukset/{meeting.pk}/":
            assert signed_in(seat.user).get(url).status_code == 404, url
    for verb in ("pidetty", "poytakirja/tarkastettu", "asiat/uusi"):
        assert stranger.post(f"/kokoukset/{meeting.pk}/{verb}/").status_code == 404
        assert signed_in(seat.user).post(f"/kokoukset/{meeting.pk}/{verb}/").status_code == 404


def test_a_seat_is_given_and_ended_on_plain_forms() -> None:
    body = BodyFactory()
    client = signed_in(staff("coordinator"))
    data = {"full_name": "Aino Esimerkki", "email": "aino@example.org", "role": "member", "valid_from": "1.8.2026"}
    url = f"/hallinta/toimielimet/{body.pk}/"
    assert client.get(f"{url}paikat/uusi/").status_code == 200
    page = client.post(f"{url}paikat/uusi/", data, follow=True)
    assert "Paikka on annettu" in page.text
    assert "Aino Esimerkki" in page.text
    seat = Seat.objects.get()
    assert client.get(f"/hallinta/paikat/{seat.pk}/paata/").status_code == 200
    client.post(f"/hallinta/paikat/{seat.pk}/paata/", {"ends_on": "31.10.2026"})
    seat.refresh_from_db()
    assert seat.valid_until == date(2026, 10, 31)
    assert "Päättyneet paikat ja tehtävät" in client.get(url).text


def test_a_duty_is_given_and_ended_on_plain_forms() -> None:
    body = BodyFactory()
    client = signed_in(staff("administrator"))
    data = {"full_name": "Sampo Malli", "email": "sampo@example.org", "role": "secretary", "valid_from": "1.8.2026"}
    client.post(f"/hallinta/toimielimet/{body.pk}/tehtavat/uusi/", data)
    duty = BodyAppointment.objects.get()
    assert (duty.role, duty.user.full_name) == ("secretary", "Sampo Malli")
    page = client.post(f"/hallinta/tehtavat/{duty.pk}/paata/", {"ends_on": "31.7.2026"})
    assert page.context["form"].non_field_errors() == ["Päättymispäivä on ennen alkamispäivää. Korjaa jompikumpi."]


def test_a_wrong_seat_form_says_what_to_mend() -> None:
    member = SeatFactory()
    data = {
        "full_name": "Aino",
        "email": "aino@example.org",
        "role": "member",
        "deputy_for": member.pk,
        "valid_from": "1.8.2026",
        "valid_until": "31.7.2026",
    }
    page = signed_in(staff("coordinator")).post(f"/hallinta/toimielimet/{member.body_id}/paikat/uusi/", data)
    assert page.context["form"].errors == {
        "deputy_for": ["Vain varajäsen voi olla toisen jäsenen sijainen. Poista valinta."],
        "valid_until": ["Päättymispäivä on ennen alkamispäivää. Korjaa jompikumpi."],
    }


def test_a_secretary_runs_a_meeting_on_the_pages() -> None:
    duty = BodyAppointmentFactory(role="secretary")
    client = signed_in(duty.user)
    url = f"/hallinta/toimielimet/{duty.body_id}/kokoukset/uusi/"
    assert client.get(url).status_code == 200
    client.post(url, {"starts_at": "2.11.2026 klo 9.00", "place": "Teams"})
    meeting = Meeting.objects.get()
    url = f"/kokoukset/{meeting.pk}/"
    client.post(f"{url}asiat/uusi/", {"title": "Avustukset", "case_label": "KOE/1"})
    item = AgendaItem.objects.get()
    assert client.get(f"/kokoukset/asiat/{item.pk}/pykala/").status_code == 200
    client.post(f"{url}muuta/", {"starts_at": "2.11.2026 klo 9.30", "place": "Kaisla"})
    client.post(f"{url}pidetty/")
    client.post(f"/kokoukset/asiat/{item.pk}/pykala/", {"section_number": "41"})
    page = client.post(f"{url}poytakirja/tarkastettu/", {"minutes_url": "https://koe.example/poytakirja"}, follow=True)
    meeting.refresh_from_db()
    item.refresh_from_db()
    assert (meeting.state, meeting.place, item.section_number) == ("minutes_checked", "Kaisla", 41)
    assert "Pöytäkirja on merkitty tarkastetuksi." in page.text
    assert "https://koe.example/poytakirja" in page.text


def test_refusals_are_shown_on_the_meeting_page() -> None:
    client = signed_in(staff("coordinator"))
    meeting = MeetingFactory()
    page = client.post(f"/kokoukset/{meeting.pk}/pidetty/", follow=True)
    assert "Kokous alkaa vasta" in page.text
    page = client.post(f"/kokoukset/{meeting.pk}/asiat/uusi/", {"title": ""})
    assert page.status_code == 200
    assert list(page.context["form"].errors) == ["title"]
    assert client.get(f"/kokoukset/{meeting.pk}/pidetty/").status_code == 405


def test_meetings_can_be_kept_to_one_body() -> None:
    meeting = MeetingFactory()
    MeetingFactory()
    page = signed_in(staff("coordinator")).get(f"/kokoukset/?toimielin={meeting.body_id}")
    assert list(page.context["page"]) == [meeting]


def test_a_coming_meeting_waits_quietly_for_its_members() -> None:
    seat = SeatFactory(body__name_fi="Koelautakunta")
    meeting = MeetingFactory(body=seat.body, starts_at=NOW + timedelta(days=2))
    MeetingFactory(body=seat.body, starts_at=NOW + timedelta(days=31))
    MeetingFactory(body=seat.body, starts_at=NOW - timedelta(days=1))
    MeetingFactory(starts_at=NOW + timedelta(days=3))
    todos = list(dict(seams.todos.items())["liaisons"](seat.user, NOW))
    assert [(todo.title, todo.url, todo.due, todo.quiet) for todo in todos] == [
        ("Valmistaudu kokoukseen 4.11.2026: Koelautakunta", f"/kokoukset/{meeting.pk}/", meeting.starts_at, True)
    ]


def test_meetings_stand_on_the_annual_wheel() -> None:
    meeting = MeetingFactory()
    MeetingFactory(starts_at=NOW + timedelta(days=90))
    entries = list(dict(seams.calendar.items())["liaisons"](date(2026, 11, 1), date(2026, 11, 30)))
    assert [(entry.title, entry.on) for entry in entries] == [(meeting.body.name, date(2026, 11, 9))]
