"""External calendars: what is read of a file, and how it closes a room without ever taking a booking unseen."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.http import Http404
from django.urls import reverse

from common import clock
from common.errors import Refused
from notifications.models import Message
from premises.booking_seams import booking_retention, own_booking_data
from premises.calendar_reading import CannotRead, read_calendar
from premises.models import Booking, CalendarClash, Closure, ExternalCalendar, Hold, Room, WaitingPlace
from premises.spans import Span
from premises.workflow import book, cancel, join_queue, move, reopen, take_back
from premises.workflow.calendar_sync import due_calendars, read_one
from premises.workflow.calendars import add_calendar, ask_now, change_calendar, let_stay, remove_calendar
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.premises.calendar_server import Server, calendar, serving
from tests.premises.factories import DAY, NOW, RoomFactory, booker, details, hall, make_booking, span

pytestmark = pytest.mark.django_db
SECRET = "salaisuus"


def told(*events: str, now: datetime = NOW) -> list[str]:
    """Return the times read, on Finland's clock."""
    reading = read_calendar(calendar(*events).encode(), now)
    assert not reading.unread
    return [_words(one.span) for one in reading.times]


def _words(when: Span) -> str:
    from common.times import helsinki

    start, end = helsinki(when.start), helsinki(when.end)
    return (
        f"{start:%d.%m. %H.%M}–{end:%H.%M}"
        if start.date() == end.date()
        else f"{start:%d.%m. %H.%M}–{end:%d.%m. %H.%M}"
    )


def test_times_of_all_spellings_are_the_same_time() -> None:
    for start in (
        "DTSTART:20261124T150000Z",
        "DTSTART:20261124T170000",
        "DTSTART;TZID=Europe/Helsinki:20261124T170000",
    ):
        assert told(f"UID:a\n{start}\nDURATION:PT2H") == ["24.11. 17.00–19.00"]
    stockholm = "DTSTART;TZID=Europe/Stockholm:20261124T160000\nDTEND;TZID=Europe/Stockholm:20261124T180000"
    assert told(f"UID:a\n{stockholm}") == ["24.11. 17.00–19.00"]


def test_days_cancelled_free_and_past_events() -> None:
    assert told("UID:a\nDTSTART;VALUE=DATE:20261124\nDTEND;VALUE=DATE:20261126") == ["24.11. 00.00–26.11. 00.00"]
    assert told("UID:a\nDTSTART;VALUE=DATE:20261124") == ["24.11. 00.00–25.11. 00.00"]
    base = "UID:a\nDTSTART:20261124T150000Z\nDURATION:PT1H\n"
    for line in ("STATUS:CANCELLED", "TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"):
        assert told(base + line) == []
    assert told("UID:a\nDTSTART:20261116T080000Z\nDURATION:PT1H") == []
    assert told("UID:a\nDTSTART:20261116T090000Z\nDURATION:PT2H") == ["16.11. 11.00–13.00"], "it goes on now"
    assert told("UID:a\nDTSTART:20261124T150000Z\nDTEND:20261124T150000Z") == [], "a mark without length"
    assert told("UID:a\nDTSTART:20290101T150000Z\nDURATION:PT1H") == [], "too far ahead"


def test_repetitions_with_exceptions_additions_and_moved_ones() -> None:
    master = """UID:a
        DTSTART;TZID=Europe/Helsinki:20261103T170000
        DTEND;TZID=Europe/Helsinki:20261103T190000
        RRULE:FREQ=WEEKLY;UNTIL=20261215T150000Z
        EXDATE;TZID=Europe/Helsinki:20261201T170000
        RDATE;TZID=Europe/Helsinki:20261203T100000"""
    moved = """UID:a
        RECURRENCE-ID;TZID=Europe/Helsinki:20261208T170000
        DTSTART;TZID=Europe/Helsinki:20261209T080000
        DTEND;TZID=Europe/Helsinki:20261209T090000"""
    gone = "UID:a\nRECURRENCE-ID:20261117T150000Z\nSTATUS:CANCELLED\nDTSTART:20261117T150000Z\nDURATION:PT2H"
    assert told(master, moved, gone) == [
        "24.11. 17.00–19.00",
        "03.12. 10.00–12.00",
        "09.12. 08.00–09.00",
        "15.12. 17.00–19.00",
    ]
    yearly = "UID:b\nDTSTART;VALUE=DATE:20001206\nRRULE:FREQ=YEARLY\nEXDATE;VALUE=DATE:20261206"
    assert told(yearly) == ["06.12. 00.00–07.12. 00.00"], "2027: this year's is left out"


def test_both_nights_of_the_clocks() -> None:
    """A repeated event keeps its wall-clock times; a day has 23 or 25 hours."""
    nightly = """UID:a
        DTSTART;TZID=Europe/Helsinki:20270327T220000
        DTEND;TZID=Europe/Helsinki:20270328T060000
        RRULE:FREQ=DAILY;COUNT=2"""
    reading = read_calendar(calendar(nightly).encode(), NOW)
    assert [one.span.minutes for one in reading.times] == [7 * 60, 8 * 60]
    autumn = nightly.replace("20270327", "20271030").replace("20270328", "20271031")
    reading = read_calendar(calendar(autumn).encode(), datetime(2027, 10, 1, tzinfo=UTC))
    assert [one.span.minutes for one in reading.times] == [9 * 60, 8 * 60]
    days = "UID:b\nDTSTART;VALUE=DATE:20270328"
    assert read_calendar(calendar(days).encode(), NOW).times[0].span.minutes == 23 * 60
    missing = "UID:c\nDTSTART;TZID=Europe/Helsinki:20270328T031500\nDTEND;TZID=Europe/Helsinki:20270328T034500"
    assert told(missing) == [], "that half hour does not exist"
    weekly = "UID:d\nDTSTART;TZID=Europe/Helsinki:20270323T170000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=2"
    assert told(weekly) == ["23.03. 17.00–18.00", "30.03. 17.00–18.00"]


def test_what_is_not_understood_is_counted_and_what_is_no_calendar_refused() -> None:
    broken = calendar(
        "UID:a\nDTSTART:banaani", "UID:b\nDTSTART:20261124T150000Z\nDURATION:PT1H", "UID:c\nRRULE:FREQ=DAILY"
    )
    reading = read_calendar(broken.encode(), NOW)
    assert ([one.uid for one in reading.times], reading.unread) == (["b"], {"a", "c"})
    each_minute = "FREQ=DAILY;BYMINUTE=" + ",".join(map(str, range(60)))
    for rule in ("FREQ=SECONDLY", "FREQ=MINUTELY", "FREQ=HOURLY", each_minute):
        hostile = calendar(f"UID:a\nDTSTART:20261124T150000Z\nDURATION:PT1H\nRRULE:{rule}")
        assert read_calendar(hostile.encode(), NOW).unread == {"a"}
    for body in (b"", b"<html>", b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", b"BEGIN:VCALENDAR", bytes(range(256))):
        with pytest.raises(CannotRead) as found:
            read_calendar(body, NOW)
        assert found.value.code == "not_calendar"
    many = calendar(*[f"UID:{n}\nDTSTART:20261124T150000Z\nDURATION:PT1H\nRRULE:FREQ=DAILY" for n in range(9)])
    with pytest.raises(CannotRead) as found:
        read_calendar(many.encode(), NOW)
    assert found.value.code == "too_many"
    assert read_calendar(calendar().encode(), NOW).times == []


# --- reading into a room -------------------------------------------------------------------------


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as found:
        yield found


@pytest.fixture
def room(settings: Any, server: Server) -> Room:
    settings.CALENDAR_INTERNAL_HOSTS = [f"localhost:{server.port}"]
    made: Room = RoomFactory()
    return made


def given(room: Room, server: Server, now: datetime = NOW) -> ExternalCalendar:
    return add_calendar(room, name="Outlook", address=server.url(), by=room.site.manager, now=now)


def read(row: ExternalCalendar, server: Server, now: datetime = NOW, **more: Any) -> str:
    """Fetch as the round does, whatever the time of the next."""
    ExternalCalendar.objects.filter(pk=row.pk).update(next_at=now)
    came = read_one(row.pk, server.guard(**more), now=now)
    row.refresh_from_db()
    return came


EVENT = "UID:a\nDTSTART;TZID=Europe/Helsinki:20261124T170000\nDTEND;TZID=Europe/Helsinki:20261124T190000"
LATER = EVENT.replace("UID:a", "UID:b").replace("20261124", "20261125")


def live() -> list[tuple[str, str]]:
    rows = Closure.objects.filter(ended_at=None).order_by("starts_at")
    return [(row.uid.partition(":")[2], _words(Span(row.starts_at, row.ends_at))) for row in rows]


def held() -> list[tuple[str, str]]:
    rows = Hold.objects.order_by("during")
    return [
        ("booking" if row.booking_id else "closure", _words(Span(row.during.lower, row.during.upper))) for row in rows
    ]


def test_events_close_the_room_and_those_that_vanish_open_it(room: Room, server: Server) -> None:
    row = given(room, server)
    server.says(calendar(EVENT, LATER))
    assert read(row, server) == "read"
    assert live() == [("a", "24.11. 17.00–19.00"), ("b", "25.11. 17.00–19.00")]
    assert held() == [("closure", "24.11. 17.00–19.00"), ("closure", "25.11. 17.00–19.00")]
    [closure] = Closure.objects.filter(uid__endswith=":a")
    assert (closure.source, closure.reason, closure.calendar) == ("calendar", "Varattu kalenterissa: Outlook", row)
    holder, user = booker()
    with pytest.raises(Refused):
        book(room=room, holder=holder, span=span(), details=details(), terms=None, by=user, now=NOW)
    place = join_queue(room=room, holder=holder, span=span(), purpose="Kerho", by=user, now=NOW)
    assert read(row, server) == "read"
    assert Closure.objects.count() == 2, "the same again changes nothing"
    server.says(calendar(LATER.replace("T190000", "T200000")))
    assert read(row, server) == "read"
    assert live() == [("b", "25.11. 17.00–20.00")]
    assert held() == [("closure", "25.11. 17.00–20.00")]
    place.refresh_from_db()
    assert place.state == "offered", "who waited is asked first"
    assert (row.succeeded_at, row.next_at, row.problem) == (NOW, NOW + timedelta(minutes=15), "")


def test_a_booking_stands_until_the_manager_acts(room: Room, server: Server) -> None:
    made = make_booking(room, span("18.00", "20.00"))
    row = given(room, server)
    server.says(calendar(EVENT))
    read(row, server)
    made.refresh_from_db()
    assert made.state == "confirmed"
    assert held() == [("closure", "24.11. 17.00–18.00"), ("booking", "24.11. 18.00–20.00")]
    [clash] = CalendarClash.objects.all()
    [letter] = Message.objects.filter(kind="premises.calendar_clash")
    assert letter.to_address == room.site.manager.email  # type: ignore[union-attr]
    assert SECRET not in f"{letter.__dict__}"
    read(row, server)
    assert (CalendarClash.objects.count(), Message.objects.filter(kind="premises.calendar_clash").count()) == (1, 1)
    take_back(made, reason="Koulutus", offer=None, by=room.site.manager, now=NOW)
    assert held() == [("closure", "24.11. 17.00–18.00"), ("closure", "24.11. 18.00–19.00")]
    assert clash.settled_at is None


def test_a_booking_that_goes_gives_its_time_to_the_event_and_not_to_the_queue(room: Room, server: Server) -> None:
    made = make_booking(room)
    holder, user = booker()
    place = join_queue(room=room, holder=holder, span=span(), purpose="Kerho", by=user, now=NOW)
    moved = make_booking(room, span("20.00", "21.00"))
    server.says(calendar(EVENT))
    read(given(room, server), server)
    cancel(made, by=made.made_by, now=NOW)
    place.refresh_from_db()
    assert place.state == "waiting"
    assert held()[0] == ("closure", "24.11. 17.00–19.00")
    move(moved, room=room, span=span("10.00", "11.00"), by=moved.made_by, now=NOW)
    assert WaitingPlace.objects.get().state == "waiting"


def test_the_manager_lets_a_booking_stay_from_the_desk(room: Room, server: Server) -> None:
    now = clock.now()
    when = Span(now + timedelta(days=8), now + timedelta(days=8, hours=2))
    room.site.closed_on_holidays = False
    Booking.objects.create(
        room=room,
        organisation=booker()[0],
        state="requested",
        starts_at=when.start,
        ends_at=when.end,
        purpose="Kerho",
        made_at=now,
    )
    made = Booking.objects.get()
    with transaction.atomic():
        from premises import writer

        tree = writer.lock([room])
        Booking.objects.filter(pk=made.pk).update(state="confirmed")
        writer.hold(tree, room, [made])
    server.says(calendar(f"UID:a\nDTSTART:{when.start:%Y%m%dT%H%M%S}Z\nDURATION:PT3H"))
    row = given(room, server, now)
    read(row, server, now)
    client = signed_in(room.site.manager)
    desk, page = reverse("premises:desk"), reverse("premises:calendars", args=[room.pk])
    for address in (desk, page):
        words = client.get(address).content.decode()
        assert "Anna varauksen jäädä" in words
        assert SECRET not in words
    assert "Ratkaise: 1 varaus" in client.get(reverse("portal:next")).content.decode()
    clash = CalendarClash.objects.get()
    client.post(reverse("premises:clash_stay", args=[clash.pk]))
    assert "Anna varauksen jäädä" not in client.get(desk).content.decode()
    with pytest.raises(Http404):
        let_stay(clash, by=made.organisation and booker()[1], now=now)


def test_a_hall_is_closed_with_its_halves_and_overlapping_events_share_the_time(settings: Any, server: Server) -> None:
    settings.CALENDAR_INTERNAL_HOSTS = [f"localhost:{server.port}"]
    whole, left, _right = hall()
    made = make_booking(left, span("18.00", "19.00"))
    row = given(whole, server)
    server.says(calendar(EVENT, EVENT.replace("UID:a", "UID:b").replace("T190000", "T200000")))
    read(row, server)
    assert Hold.objects.filter(room=left, booking=None).count() == 2
    server.says(calendar(EVENT))
    read(row, server)
    cancel(made, by=made.made_by, now=NOW)
    for half in (left, _right):
        rows = Hold.objects.filter(room=half).order_by("during")
        assert (rows[0].during.lower, rows[len(rows) - 1].during.upper) == (span().start, span().end)


def test_a_failure_keeps_the_closures_is_told_and_backs_off(room: Room, server: Server) -> None:
    row = given(room, server)
    server.says(calendar(EVENT))
    read(row, server)
    server.refuses(404)
    waits = []
    for failures in range(1, 8):
        assert read(row, server) == "gone"
        assert row.failures == failures
        waits.append(int((row.next_at - NOW).total_seconds() // 60))
    assert waits == [15, 30, 60, 120, 240, 360, 360]
    assert live() == [("a", "24.11. 17.00–19.00")]
    assert not Message.objects.filter(kind="premises.calendar_failing").exists()
    for hours in (24, 30):
        read(row, server, NOW + timedelta(hours=hours))
    [letter] = Message.objects.filter(kind="premises.calendar_failing")
    assert SECRET not in f"{letter.__dict__}"
    words = signed_in(room.site.manager).get(reverse("premises:calendars", args=[room.pk])).content.decode()
    assert "Kalenteria ei ole enää tässä osoitteessa" in words
    assert SECRET not in words
    assert "https://localhost/…" in words
    server.says(calendar())
    assert read(row, server, NOW + timedelta(hours=31)) == "read"
    assert (row.failures, row.problem, row.failing_since, live()) == (0, "", None, [])


@pytest.mark.parametrize(
    ("act", "problem"),
    [
        (lambda server: server.refuses(403), "refused"),
        (lambda server: server.refuses(503), "server"),
        (lambda server: server.refuses(302, Location="https://10.0.0.1/"), "not_allowed"),
        (lambda server: server.refuses(302, Location="/a.ics"), "redirects"),
        (lambda server: server.says("<html>Kirjaudu</html>"), "not_calendar"),
        (lambda server: server.says("x" * 2000), "too_big"),
    ],
)
def test_each_failure_has_its_words(room: Room, server: Server, act: Any, problem: str) -> None:
    row = given(room, server)
    act(server)
    assert read(row, server, most_bytes=1000) == problem
    assert row.problem_words


def test_what_has_not_changed_is_read_in_full_once_a_day(room: Room, server: Server) -> None:
    row = given(room, server)
    server.says(calendar(EVENT), ETag='"1"')
    assert [read(row, server), read(row, server, NOW + timedelta(hours=1))] == ["read", "unchanged"]
    assert read(row, server, NOW + timedelta(hours=24)) == "read"
    assert live() == [("a", "24.11. 17.00–19.00")]


def test_an_event_that_is_not_understood_keeps_its_closure(room: Room, server: Server) -> None:
    row = given(room, server)
    server.says(calendar(EVENT))
    read(row, server)
    server.says(calendar("UID:a\nDTSTART:banaani"))
    assert read(row, server) == "read"
    assert (row.unread, live()) == (1, [("a", "24.11. 17.00–19.00")])


def test_an_event_that_was_over_is_made_longer(room: Room, server: Server) -> None:
    row = given(room, server)
    server.says(calendar(EVENT))
    read(row, server)
    server.says(calendar(EVENT.replace("T190000", "T200000")))
    assert read(row, server, span("19.00", "19.30").start + timedelta(minutes=5)) == "read"
    assert live() == [("a", "24.11. 17.00–20.00")]


def test_rounds_take_what_is_due_once(room: Room, server: Server) -> None:
    row = given(room, server)
    server.says(calendar())
    assert due_calendars(NOW) == [row.pk]
    assert read_one(row.pk, server.guard(), now=NOW) == "read"
    assert read_one(row.pk, server.guard(), now=NOW) == "not_due"
    assert due_calendars(NOW) == []
    ask_now(row, by=room.site.manager, now=NOW)
    assert due_calendars(NOW) == [row.pk]
    Room.objects.filter(pk=room.pk).update(is_in_use=False)
    assert due_calendars(NOW) == []


def test_the_address_is_a_secret(room: Room, server: Server, caplog: pytest.LogCaptureFixture) -> None:
    row = given(room, server)
    server.refuses(500)
    read(row, server)
    other = server.url("/b.ics?token=salaisuus")
    change_calendar(row, name="Timmi", address=other, by=room.site.manager, now=NOW + timedelta(hours=1))
    assert SECRET not in caplog.text
    from django.apps import apps

    events = apps.get_model("premises", "ExternalCalendarEvent").objects.all()
    assert events.count() >= 2
    assert SECRET not in f"{list(events.values())}"
    assert SECRET not in f"{own_booking_data(room.site.manager)}"  # type: ignore[arg-type]
    assert own_booking_data(room.site.manager)["external_calendars"][0]["name"] == "Timmi"  # type: ignore[arg-type]
    client = signed_in(room.site.manager)
    pages = {"calendars": room.pk, "room_desk": room.pk, "calendar_edit": row.pk, "calendar_remove": row.pk}
    for name, pk in pages.items():
        assert SECRET not in client.get(reverse(f"premises:{name}", args=[pk])).content.decode()


def test_a_calendar_is_kept_by_who_keeps_the_room(room: Room, server: Server) -> None:
    row = given(room, server)
    assert given(room, server) == row
    assert add_calendar(room, name="Toinen", address="webcal://kalenteri.example/a", by=staff("coordinator"), now=NOW)
    stranger = UserFactory()
    for act in (
        lambda: add_calendar(room, name="x", address="https://a.example/", by=stranger, now=NOW),
        lambda: change_calendar(row, name="x", address="", by=stranger, now=NOW),
        lambda: remove_calendar(row, by=stranger, now=NOW),
        lambda: ask_now(row, by=stranger, now=NOW),
    ):
        with pytest.raises(Http404):
            act()
    for address in ("http://a.example/", "https://127.0.0.1/", "banaani", "https://a.example:99/"):
        with pytest.raises(Refused):
            add_calendar(room, name="x", address=address, by=room.site.manager, now=NOW)
    with pytest.raises(Refused) as found:
        change_calendar(row, name="Toinen", address="", by=room.site.manager, now=NOW)
    assert found.value.code == "calendar_refused"


def test_a_calendar_that_is_removed_opens_what_it_closed(room: Room, server: Server) -> None:
    row = given(room, server)
    server.says(calendar(EVENT))
    read(row, server)
    closure = Closure.objects.get()
    with pytest.raises(Refused) as found:
        reopen(closure, by=room.site.manager, now=NOW)
    assert found.value.code == "from_calendar"
    remove_calendar(row, by=room.site.manager, now=NOW)
    remove_calendar(row, by=room.site.manager, now=NOW)
    assert (ExternalCalendar.objects.count(), live(), Hold.objects.count()) == (0, [], 0)
    assert read_one(row.pk, server.guard(), now=NOW) == "not_due"
    assert booking_retention(datetime(2030, 1, 1, tzinfo=UTC))["premises.Closure"] == 1


def test_the_pages_add_change_fetch_and_remove(room: Room, server: Server) -> None:
    client, now = signed_in(room.site.manager), clock.now()
    page = reverse("premises:calendars", args=[room.pk])
    assert "Tilalla ei ole ulkoisia kalentereita" in client.get(page).content.decode()
    new = reverse("premises:calendar_new", args=[room.pk])
    refused = client.post(new, {"name": "Outlook", "address": "http://kalenteri.example/salaisuus"})
    assert refused.status_code == 422
    assert "https://" in refused.content.decode()
    client.post(new, {"name": "Outlook", "address": server.url()})
    row = ExternalCalendar.objects.get()
    assert "haetaan ensimmäistä kertaa" in client.get(page).content.decode()
    server.says(calendar())
    read_one(row.pk, server.guard(), now=clock.now())
    client.post(reverse("premises:calendar_fetch", args=[row.pk]))
    assert due_calendars(clock.now()) == [row.pk]
    client.post(reverse("premises:calendar_edit", args=[row.pk]), {"name": "Timmi", "address": ""})
    row.refresh_from_db()
    assert (row.name, row.address, row.set_at >= now) == ("Timmi", server.url(), True)
    assert "Poistetaanko kalenteri?" in client.get(reverse("premises:calendar_remove", args=[row.pk])).content.decode()
    client.post(reverse("premises:calendar_remove", args=[row.pk]))
    assert not ExternalCalendar.objects.exists()


@pytest.mark.parametrize(
    "facts", [{"address": "http://a/"}, {"name": ""}, {"problem": "gone"}, {"failures": 1}, {"failing_since": NOW}]
)
def test_the_database_defends_calendars(room: Room, server: Server, facts: dict[str, Any]) -> None:
    row = given(room, server)
    with pytest.raises(DatabaseError), transaction.atomic():
        ExternalCalendar.objects.filter(pk=row.pk).update(**facts)


def test_the_list_of_calendars_has_a_fixed_number_of_queries(
    room: Room, server: Server, django_assert_max_num_queries: Any, django_assert_num_queries: Any
) -> None:
    client, page = signed_in(room.site.manager), reverse("premises:calendars", args=[room.pk])

    def count() -> int:
        with django_assert_max_num_queries(16) as found:
            client.get(page)
        return len(found)

    add_calendar(room, name="0", address="https://a.example/0", by=room.site.manager, now=NOW)
    client.get(page)
    one = count()
    for number in (1, 2):
        add_calendar(room, name=f"{number}", address=f"https://a.example/{number}", by=room.site.manager, now=NOW)
    assert count() == one


def test_days_are_those_of_the_tests() -> None:
    assert date(2026, 11, 24) == DAY
