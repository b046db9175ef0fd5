"""The figures of a small year, counted by hand; bookings as calendar files."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse
from icalendar import Calendar

from common.seams import Period
from common.times import year_period
from premises import statistics
from premises.calendar_files import booker_feed, bookings_calendar, manager_feed, room_feed
from premises.models import SearchMiss
from premises.workflow import cancel, close_room, decline, move
from tests.accounts.factories import signed_in, staff
from tests.organisations.factories import SectorFactory
from tests.premises.factories import DAY, NOW, RoomFactory, booker, details, hours, make_booking, municipality, span

pytestmark = pytest.mark.django_db
YEAR = Period(2026, *year_period(2026))


def test_hours_and_value_by_everything() -> None:
    room = RoomFactory(hourly_value=Decimal("30.00"), hourly_price=Decimal("5.00"))
    holder, user = booker()
    sector = SectorFactory(name_fi="Päihdetyö")
    holder.sectors.add(sector)
    for day in range(2):
        make_booking(room, span(day=DAY + timedelta(days=day)), holder=holder, by=user)
    other = make_booking(RoomFactory(site__municipality=municipality("422", "Lieksa")), span("10.00", "11.30"))
    cancel(make_booking(room, span("10.00", "12.00")), by=room.site.manager, now=NOW)
    use = statistics.Use(holder.pk, holder.name, Decimal("4.00"), 2, Decimal("100.00"))
    assert statistics.by_organisation(YEAR)[0] == statistics.use_of(holder, YEAR) == use
    assert [(row.name, row.hours) for row in statistics.by_municipality(YEAR)] == [
        ("Joensuu", Decimal("4.00")),
        ("Lieksa", Decimal("1.50")),
    ]
    assert {row.name: row.hours for row in statistics.by_sector(YEAR)} == {
        "Päihdetyö": Decimal("4.00"),
        "": Decimal("1.50"),
    }
    assert [row.key for row in statistics.by_room(YEAR)] == [room.pk, other.room_id]
    found = {figure.key: figure.value for figure in statistics.figures(YEAR)}
    assert found["premises.hours"] == Decimal("5.50")
    assert found["premises.organisations"] == 2
    assert found["premises.value"] == Decimal("100.00")


def test_utilisation_refusals_and_misses() -> None:
    room = RoomFactory(open_daily=False)
    hours(room.site, days=[1])
    make_booking(room)
    manager = room.site.manager
    close_room(room=room, span=span("8.00", "11.00"), reason="Remontti", spare=[], by=manager, now=NOW)
    (row,) = statistics.utilisation(Period(2026, span("0.00", "1.00").start, span("0.00", "1.00").start + timedelta(7)))
    assert (row.offered, row.used, row.share) == (Decimal("10.00"), Decimal("2.00"), Decimal("20.0"))
    asked = make_booking(RoomFactory(approval="manager"))
    decline(asked, reason="Remontti", by=asked.room.site.manager, now=NOW)
    assert [(one.state, one.reason, one.count) for one in statistics.refusals(YEAR)] == [("declined", "Remontti", 1)]
    for _each in range(2):
        SearchMiss.objects.create(at=NOW, weekday=1, municipality=municipality())
    missed = statistics.misses(YEAR)
    assert (missed.count, missed.municipalities, missed.weekdays) == (2, [("Joensuu", 2)], [("tiistai", 2)])


def _events(data: bytes) -> list[dict[str, object]]:
    found = Calendar.from_ical(data).walk("VEVENT")
    return [{key: event.get(key) for key in ("uid", "sequence", "summary", "status", "description")} for event in found]


def test_a_moved_booking_is_the_same_event() -> None:
    made = make_booking(details=details(contact_name="Maija", contact_phone="040 1234567"))
    holder, user = made.organisation, made.made_by
    (before,) = _events(booker_feed(holder, NOW))
    moved = move(made, room=made.room, span=span("10.00", "12.00"), by=user, now=NOW)
    (after,) = _events(booker_feed(holder, NOW))
    assert before["uid"] == after["uid"]
    assert (before["sequence"], after["sequence"], after["status"]) == (0, 1, "CONFIRMED")
    asked = bookings_calendar([moved], method="REQUEST", now=NOW, person=user)
    assert b"METHOD:REQUEST" in asked
    assert user.email.encode() in asked
    cancel(moved, by=user, now=NOW)
    assert _events(booker_feed(holder, NOW))[0]["status"] == "CANCELLED"


def test_the_rooms_own_feed_names_nobody() -> None:
    made = make_booking(details=details(contact_name="Maija"))
    room = made.room
    close_room(room=room, span=span("8.00", "9.00"), reason="Salaista", spare=[], by=room.site.manager, now=NOW)
    public = room_feed(room, NOW)
    assert [one["summary"] for one in _events(public)] == ["Suljettu", "Varattu"]
    assert not any(word.encode() in public for word in (made.purpose, made.organisation.name, "Maija", "Salaista"))
    (one,) = _events(manager_feed([room.site], NOW))
    assert made.organisation.name in str(one["summary"])
    assert "Maija" in str(one["description"])


def test_the_page_of_figures_and_its_files(django_assert_max_num_queries: Any) -> None:
    coordinator, reader = signed_in(staff("coordinator")), signed_in(booker()[1])
    page, sheet = reverse("premises:figures"), reverse("premises:figures_csv")
    assert "Tiloja ei ole käytetty tänä vuonna" in coordinator.get(page).text
    made = make_booking(RoomFactory(hourly_value=Decimal("30.00")))
    decline(make_booking(RoomFactory(approval="manager")), reason="Remontti", by=staff("coordinator"), now=NOW)
    SearchMiss.objects.create(at=NOW, weekday=1, municipality=municipality())
    with django_assert_max_num_queries(26):
        text = coordinator.get(page, {"vuosi": "2026"}).text
    for word in (made.organisation.name, "60\N{NO-BREAK SPACE}€", "Remontti", "Tiistai", "Joensuu", "Käyttöaste"):
        assert word in text
    rows = coordinator.get(sheet, {"vuosi": "2026"}).content.decode("utf-8-sig")
    assert made.organisation.name in rows
    assert reader.get(page).status_code == reader.get(sheet).status_code == 404
    assert page in coordinator.get(reverse("premises:managed")).text
