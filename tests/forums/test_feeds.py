"""Calendars to follow, Linked Events and the Lähellä.fi file: public events only, meeting links never."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from icalendar import Calendar

from common import clock
from common.times import local_date
from forums.feeds import key_of
from forums.linked_events import linked_event, status_of
from forums.models import EventHost
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.county.factories import CountyFactory, MunicipalityFactory
from tests.forums.factories import EventFactory, EventSeriesFactory, SignUpFactory
from tests.premises.factories import RoomFactory, SiteFactory, booker, make_booking, span

pytestmark = pytest.mark.django_db
SECRET = "https://meet.example/salainen"


def coming(**fields: Any) -> Any:
    start = clock.now() + timedelta(days=fields.pop("days", 10))
    return EventFactory(starts_at=start, ends_at=start + timedelta(hours=2), meeting_url=SECRET, **fields)


def names(client: Client, address: str) -> list[str]:
    answer = client.get(address)
    assert answer.status_code == 200
    assert SECRET.encode() not in answer.content
    found: Any = Calendar.from_ical(answer.content)
    return sorted(str(row["summary"]) for row in found.walk("VEVENT"))


def test_the_feeds_hold_public_events_only(client: Client) -> None:
    town = MunicipalityFactory(is_own=True)
    series = EventSeriesFactory(key="foorumi")
    coming(name_fi="Foorumi", series=series)
    coming(name_fi="Kunnan ilta", municipality=town)
    coming(name_fi="Peruttu", state="cancelled", reason="Sairaus")
    coming(name_fi="Järjestöille", visibility="ngos")
    coming(name_fi="Luonnos", state="planned")
    coming(name_fi="Vanha", days=-400)
    assert names(client, reverse("forums:feed_all")) == ["Foorumi", "Kunnan ilta", "Peruttu"]
    assert names(client, reverse("forums:feed_series", args=["foorumi"])) == ["Foorumi"]
    assert names(client, reverse("forums:feed_municipality", args=[town.code])) == ["Kunnan ilta"]
    assert client.get(reverse("forums:feed_series", args=["tuntematon"])).status_code == 404
    assert b"STATUS:CANCELLED" in client.get(reverse("forums:feed_all")).content


def test_the_own_feed_has_a_secret_that_can_be_renewed(client: Client) -> None:
    user = UserFactory()
    signed = coming(name_fi="Ilmoittautunut", visibility="ngos")
    SignUpFactory(event=coming(name_fi="Julkinen"), user=user)
    SignUpFactory(event=signed, user=user)
    hosted = coming(name_fi="Isännöity", state="planned")
    EventHost.objects.create(event=hosted, user=user)
    coming(name_fi="Muiden")
    address = reverse("forums:feed_own", args=[key_of(user, clock.now()).token])
    # What one may no longer see is not in the file either.
    assert names(client, address) == ["Isännöity", "Julkinen"]
    own = signed_in(user)
    assert key_of(user, clock.now()).token in own.get(reverse("forums:feeds")).content.decode()
    own.post(reverse("forums:feed_renew"))
    assert client.get(address).status_code == 404
    user.is_active = False
    user.save()
    assert client.get(reverse("forums:feed_own", args=[key_of(user, clock.now()).token])).status_code == 404


def test_the_own_feed_has_the_bookings_that_concern_the_person(client: Client) -> None:
    now = clock.now()
    room = RoomFactory(site=SiteFactory(closed_on_holidays=False))
    organisation, user = booker()
    rival, rival_user = booker()
    day = local_date(now + timedelta(days=10))
    mine = make_booking(room, span("10.00", "11.00", day=day), holder=organisation, by=user, now=now)
    theirs = make_booking(room, span("12.00", "13.00", day=day), holder=rival, by=rival_user, now=now)

    def own(person: Any) -> bytes:
        return client.get(reverse("forums:feed_own", args=[key_of(person, now).token])).content

    assert f"booking-{mine.pk}@".encode() in own(user)
    assert f"booking-{theirs.pk}@".encode() not in own(user)
    manager = own(room.site.manager)
    assert manager.count(b"BEGIN:VEVENT") == 2
    assert rival.name.encode() in manager.replace(b"\r\n ", b"")
    assert own(staff("coordinator")).count(b"BEGIN:VEVENT") == 0


def test_linked_events_has_its_field_names_and_pages(client: Client) -> None:
    CountyFactory()
    series = EventSeriesFactory(key="foorumi", name_fi="Foorumi")
    first = coming(
        name_fi="Foorumi", name_sv="Forum", series=series, description_fi="Pitkä. " * 60, form="hybrid", place="Talo"
    )
    coming(name_fi="Toinen", days=11)
    coming(name_fi="Järjestöille", visibility="ngos")
    answer = client.get("/api/v1/event/", {"page_size": "1"})
    told = answer.json()
    assert told["meta"]["count"] == 2
    assert told["meta"]["previous"] is None
    assert "page=2" in told["meta"]["next"]
    row = told["data"][0]
    assert SECRET not in json.dumps(row)
    assert row["name"] == {"fi": "Foorumi", "sv": "Forum"}
    assert row["event_status"] == "EventScheduled"
    assert row["@type"] == "Event/LinkedEvent"
    assert row["@id"].endswith(f"/api/v1/event/{first.pk}/")
    assert len(row["short_description"]["fi"]) == 160
    assert row["location"]["name"] == {"fi": "Talo"}
    assert row["keywords"] == [{"@id": "series:foorumi", "name": {"fi": "Foorumi"}}]
    assert client.get(f"/api/v1/event/{first.pk}/").json() == row
    assert [one["name"]["fi"] for one in client.get("/api/v1/event/", {"text": "toi"}).json()["data"]] == ["Toinen"]
    late = (clock.now() + timedelta(days=10, hours=12)).isoformat()
    assert client.get("/api/v1/event/", {"start": late}).json()["meta"]["count"] == 1
    assert client.get("/api/v1/event/", {"tuntematon": "1"}).status_code == 400
    assert client.get("/api/v1/event/99999999/").status_code == 404


def test_a_moved_and_a_cancelled_event_say_so() -> None:
    CountyFactory()
    assert status_of(coming(sequence=1)) == "EventRescheduled"
    gone = coming(state="cancelled", reason="Sairaus")
    assert linked_event(gone, None)["event_status"] == "EventCancelled"


def test_the_number_of_queries_does_not_grow(client: Client, django_assert_max_num_queries: Any) -> None:
    CountyFactory()
    for _number in range(3):
        coming(series=EventSeriesFactory())
    with django_assert_max_num_queries(12):
        client.get("/api/v1/event/")


def test_the_file_for_lahella_is_the_officers(client: Client) -> None:
    coming(name_fi="Foorumi")
    coming(name_fi="Järjestöille", visibility="ngos")
    officer = signed_in(staff("coordinator"))
    rows = officer.get(reverse("forums:lahella_json")).json()["toiminnat"]
    assert [row["nimi"] for row in rows] == ["Foorumi"]
    assert rows[0]["etana"] == "kyllä"
    assert "Foorumi" in officer.get(reverse("forums:lahella_csv")).content.decode("utf-8-sig")
    assert signed_in(UserFactory()).get(reverse("forums:lahella_csv")).status_code == 404
