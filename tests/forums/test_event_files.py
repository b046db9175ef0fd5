"""Calendar files of events: read back by a reader of our own and by another library, over both nights of the clocks."""

from datetime import UTC, datetime, timedelta
from typing import Any

import icalendar
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forums.calendar_files import event_calendar
from forums.models import Event
from premises.models import Room, Site
from tests.forums.ical_reader import instant, read

NOW = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)
STARTS = datetime(2026, 11, 26, 15, 0, tzinfo=UTC)
#: The nights in which Finland's clocks are turned: 29 March 2026 at 3 and 25 October 2026 at 4 (both 1.00 UTC).
SPRING, AUTUMN = datetime(2026, 3, 29, 1, 0, tzinfo=UTC), datetime(2026, 10, 25, 1, 0, tzinfo=UTC)
TEXT = st.text(st.characters(exclude_categories=["Cc", "Cs", "Zl", "Zp"]), min_size=1, max_size=400)


class Person:
    """Somebody with an address."""

    def __init__(self, email: str = "aino@example.org", name: str = 'Aino Äijälä; os. Öhman, "Ansku"') -> None:
        self.email, self.name = email, name

    def __str__(self) -> str:
        return self.name


def event(start: datetime = STARTS, hours: int = 2, **facts: Any) -> Event:
    """Return an unsaved event: the files ask nothing of the database."""
    known = {
        "pk": 7,
        "name_fi": "Etäkahvit",
        "form": "remote",
        "state": "published",
        "meeting_url": "https://m.example/x",
    }
    return Event(**{**known, "starts_at": start, "ends_at": start + timedelta(hours=hours), **facts})


def data(row: Event, method: str = "PUBLISH", attendee: Any = None, *, with_link: bool = False) -> bytes:
    """Return the file."""
    return event_calendar([row], method=method, attendee=attendee, with_link=with_link, now=NOW)


@pytest.mark.parametrize("night", [SPRING, AUTUMN])
@pytest.mark.parametrize("minutes", [-1500, -90, -60, -30, 0, 30, 60, 90, 1500])
@pytest.mark.parametrize("hours", [1, 3])
def test_the_instant_is_kept_over_both_nights_of_the_clocks(night: datetime, minutes: int, hours: int) -> None:
    start = night + timedelta(minutes=minutes)
    end = start + timedelta(hours=hours)
    raw = data(event(start, hours))
    calendar = read(raw)
    (row,) = calendar.within("VEVENT")
    assert (instant(calendar, row, "DTSTART"), instant(calendar, row, "DTEND")) == (start, end)
    (other,) = icalendar.Calendar.from_ical(raw).walk("VEVENT")
    assert (other["dtstart"].dt.astimezone(UTC), other["dtend"].dt.astimezone(UTC)) == (start, end)


@given(TEXT, TEXT)
def test_any_text_comes_back_and_every_line_is_folded(name: str, text: str) -> None:
    raw = data(event(name_fi=name, description_fi=text))
    (row,) = read(raw).within("VEVENT")
    assert row.text("SUMMARY") == name
    assert row.text("DESCRIPTION").startswith(text)
    (other,) = icalendar.Calendar.from_ical(raw).walk("VEVENT")
    assert str(other["summary"]) == name


def test_a_published_file_names_nobody_and_keeps_the_link_to_itself() -> None:
    raw = data(event())
    calendar = read(raw)
    (row,) = calendar.within("VEVENT")
    assert (calendar.one("METHOD"), row.one("STATUS")) == ("PUBLISH", "CONFIRMED")
    assert row.all("ATTENDEE") == []
    assert len(row.all("ORGANIZER")) == 1
    assert b"m.example" not in raw
    assert "https://m.example/x" in read(data(event(), with_link=True)).within("VEVENT")[0].text("DESCRIPTION")


def test_a_move_is_the_same_event_with_a_greater_sequence() -> None:
    first = read(data(event(), "REQUEST", Person()))
    moved = read(data(event(STARTS + timedelta(days=1), sequence=1), "REQUEST", Person()))
    (one,), (two,) = first.within("VEVENT"), moved.within("VEVENT")
    assert one.one("UID") == two.one("UID")
    assert int(two.one("SEQUENCE")) > int(one.one("SEQUENCE"))
    assert two.one("STATUS") == "CONFIRMED"
    (attendee,) = two.all("ATTENDEE")
    assert attendee.value == "mailto:aino@example.org"
    assert attendee.parameters["PARTSTAT"] == "ACCEPTED"


def test_a_cancelled_event_says_so_and_who_is_taken_out_of_one_is_told_otherwise() -> None:
    cancelled = read(
        data(event(state="cancelled", reason="Lumimyrsky", sequence=2), "CANCEL", Person(), with_link=True)
    )
    (row,) = cancelled.within("VEVENT")
    assert (cancelled.one("METHOD"), row.one("STATUS")) == ("CANCEL", "CANCELLED")
    assert "Lumimyrsky" in row.text("DESCRIPTION")
    assert "m.example" not in row.text("DESCRIPTION")
    (left,) = read(data(event(), "CANCEL", Person())).within("VEVENT")
    assert left.all("STATUS") == []
    assert len(left.all("ATTENDEE")) == 1


@pytest.mark.parametrize(
    ("method", "attendee", "state"),
    [
        ("REQUEST", None, "published"),
        ("CANCEL", None, "cancelled"),
        ("REQUEST", Person(), "cancelled"),
        ("REQUEST", Person(email=""), "published"),
        ("PUBLISH", Person(), "published"),
        ("REPLY", Person(), "published"),
    ],
)
def test_what_rfc_5546_forbids_is_not_made(method: str, attendee: Any, state: str) -> None:
    with pytest.raises(ValueError, match=r"RFC 5546|Unknown"):
        data(event(state=state), method, attendee)


def test_the_place_is_the_room_with_its_address() -> None:
    site = Site(name_fi="Terveysasema", street_address="Siltakatu 1", post_office="Joensuu")
    row = event(form="hybrid", room=Room(name_fi="Sali", site=site))
    (read_back,) = read(data(row)).within("VEVENT")
    assert read_back.text("LOCATION") == "Sali, Terveysasema, Siltakatu 1, Joensuu ja verkossa"


def test_a_feed_holds_many_events_with_one_time_zone() -> None:
    rows = [event(pk=number, start=STARTS + timedelta(days=30 * number)) for number in range(1, 13)]
    calendar = read(event_calendar(rows, method="PUBLISH", with_link=False, now=NOW))
    assert len(calendar.within("VEVENT")) == 12
    assert [zone.one("TZID") for zone in calendar.within("VTIMEZONE")] == ["Europe/Helsinki"]
    for row, part in zip(rows, calendar.within("VEVENT"), strict=True):
        assert instant(calendar, part, "DTSTART") == row.starts_at
