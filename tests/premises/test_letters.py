"""What people are told and reminded of, what waits for them, and what is forgotten in time."""

from datetime import date, time, timedelta

import pytest

from common.policies import allowed
from notifications.models import Message
from notifications.reminders import queue_due
from premises.booking_reminders import booking_reminders
from premises.booking_seams import booking_retention, booking_todos, own_booking_data
from premises.models import AccessInstruction, Booking, WaitingPlace
from premises.recurrence import Rule
from premises.workflow import book_series, cancel, confirm, join_queue, release, report_damage
from tests.accounts.factories import UserFactory, staff
from tests.premises.factories import DAY, NOW, RoomFactory, booker, details, make_booking, span

pytestmark = pytest.mark.django_db


def kinds(now: object) -> list[tuple[str, str]]:
    """Return what is due: kind and to whom."""
    return [(one.kind, one.to.email) for one in booking_reminders(now)]  # type: ignore[arg-type]


def test_the_day_before_one_is_told_how_to_get_in() -> None:
    room = RoomFactory(how_to_find="Sisäpihan ovesta.")
    site, since = room.site, date(2026, 1, 1)
    AccessInstruction.objects.create(site=site, way_in="key", text="Avain on kioskilla.", valid_from=since)
    AccessInstruction.objects.create(
        site=site, way_in="open", text="Vanha ohje", valid_from=since, valid_until=DAY - timedelta(days=1)
    )
    made = make_booking(room)
    coded = RoomFactory(site=site)
    AccessInstruction.objects.create(site=site, room=coded, way_in="code", text="Koodi 4321", valid_from=since)
    make_booking(coded, holder=made.organisation, by=made.made_by)
    assert kinds(made.starts_at - timedelta(hours=25)) == []
    now = made.starts_at - timedelta(hours=24)
    before = Message.objects.count()
    assert queue_due(now) == 2
    assert queue_due(now) == 0
    plain, secret = Message.objects.filter(kind="premises.booking_reminder").order_by("pk")
    assert Message.objects.count() == before + 2
    assert "Avain on kioskilla." in plain.text
    assert "Sisäpihan ovesta." in plain.text
    assert "Vanha ohje" not in plain.text
    assert made.get_absolute_url() in plain.text
    assert "4321" not in secret.text
    assert "Koodi näkyy varauksen sivulla" in secret.text


def test_when_an_official_booked_the_administrators_are_told() -> None:
    holder, admin = booker("admin")
    made = make_booking(holder=holder, by=staff("coordinator"), details=details(source="phone"))
    assert [letter.to_user for letter in Message.objects.all()] == [admin]
    cancel(made, by=admin, now=NOW)
    assert not Message.objects.filter(kind="premises.booking_cancelled").exists()


def test_who_approves_is_reminded_and_then_the_deputy() -> None:
    room = RoomFactory(approval="manager")
    site = room.site
    site.deputy = UserFactory()
    site.save()
    when = span(day=DAY + timedelta(days=14))
    make_booking(room, when)
    make_booking(room, when)
    asked = "premises.approvals_waiting"
    assert kinds(NOW + timedelta(days=1)) == []
    assert kinds(NOW + timedelta(days=2)) == [(asked, site.manager.email)]
    assert kinds(NOW + timedelta(days=3)) == [(asked, site.manager.email), (asked, site.deputy.email)]
    assert queue_due(NOW + timedelta(days=2)) == 1
    assert "2 varausta" in Message.objects.get(kind=asked).subject


def test_a_long_series_is_asked_about_in_the_middle_once() -> None:
    holder, user = booker()
    rule = Rule(date(2027, 1, 12), date(2027, 3, 16), 1, time(17), time(19), skips_holidays=False)
    made = book_series(
        room=RoomFactory(),
        holder=holder,
        rule=rule,
        choices={},
        all_or_nothing=False,
        details=details(),
        terms=None,
        by=user,
        now=NOW,
    )
    assert len(made.bookings) == 10
    release(made.bookings[0], by=user, now=made.bookings[0].starts_at)
    fourth, fifth = made.bookings[3], made.bookings[4]
    assert kinds(fourth.ends_at) == []
    assert kinds(fifth.ends_at) == [("premises.season_check", user.email)]
    assert queue_due(fifth.ends_at) == 1
    assert queue_due(made.bookings[6].ends_at) == 0


def test_what_waits_for_the_manager_and_the_booker() -> None:
    room = RoomFactory(approval="manager")
    manager = room.site.manager
    made = make_booking(room)
    report_damage(room=room, booking=None, text="Rikki", by=manager, now=NOW)
    assert [todo.title for todo in booking_todos(manager, NOW)] == [
        "Vastaa: 1 varaus odottaa",
        "Käsittele 1 vikailmoitus",
    ]
    assert list(booking_todos(made.made_by, NOW)) == []
    free = make_booking()
    holder, user = booker()
    join_queue(room=free.room, holder=holder, span=span(), purpose="Kerho", by=user, now=NOW)
    cancel(free, by=free.made_by, now=NOW)
    (offered,) = booking_todos(user, NOW)
    assert offered.due == NOW + timedelta(hours=24)
    assert offered.target == ("organisation", holder.pk)


def test_contacts_are_forgotten_in_a_month_and_bookings_in_two_years() -> None:
    made = make_booking(details=details(contact_name="Maija", contact_phone="040 1234567"))
    other = make_booking(made.room, span("10.00", "12.00"))
    holder, user = booker()
    join_queue(room=other.room, holder=holder, span=span(), purpose="Kerho", by=user, now=NOW)
    assert own_booking_data(made.made_by)["bookings"][0]["contact_name"] == "Maija"
    assert booking_retention(made.ends_at + timedelta(days=30))["premises.Booking contacts"] == 0
    assert booking_retention(made.ends_at + timedelta(days=31))["premises.Booking contacts"] == 1
    made.refresh_from_db()
    assert (made.contact_name, made.contact_phone, made.purpose) == ("", "", "Vertaisryhmä")
    assert booking_retention(NOW.replace(year=2028))["premises.Booking"] == 0
    assert booking_retention(NOW.replace(year=2029))["premises.Booking"] == 2
    assert not WaitingPlace.objects.exists()
    assert not Booking.objects.exists()


def test_rights_are_the_holders_the_managers_and_the_coordinators() -> None:
    made = make_booking()
    reader = booker("viewer", made.organisation)[1]
    stranger, coordinator, auditor = booker()[1], staff("coordinator"), staff("auditor")
    manager = made.room.site.manager
    people = (made.made_by, reader, manager, coordinator, auditor, stranger)
    rights = {
        name: [allowed(f"premises.booking.{name}", user, now=NOW).exists() for user in people]
        for name in ("view", "change", "manage")
    }
    assert rights == {
        "view": [True, True, True, True, True, False],
        "change": [True, False, True, True, False, False],
        "manage": [False, False, True, True, False, False],
    }


def test_an_organisations_own_room_is_answered_by_its_administrators() -> None:
    owner, admin = booker("admin")
    room = RoomFactory(site__organisation=owner, site__manager=None, approval="manager")
    made = make_booking(room, span(day=DAY + timedelta(days=14)))
    assert Message.objects.get(kind="premises.booking_asked").to_user == admin
    assert [one.to for one in booking_reminders(NOW + timedelta(days=2))] == [admin]
    assert [todo.title for todo in booking_todos(admin, NOW)] == ["Vastaa: 1 varaus odottaa"]
    assert confirm(made, by=admin, now=NOW).state == "confirmed"
