"""Moves, the county's own use, the queue for a slot, parts of a hall, and what follows a booking."""

from datetime import timedelta

import pytest
from django.http import Http404

from notifications.models import Message
from organisations.workflow.merge_plan import plan_merge
from organisations.workflow.merging import merge_organisations
from premises.models import Booking, Hold, Room, WaitingPlace
from premises.workflow import (
    add_part,
    cancel,
    check_in,
    close_room,
    edit_details,
    give_feedback,
    handle_damage,
    join_part,
    join_queue,
    lapse_due,
    leave_queue,
    move,
    reopen,
    report_damage,
    take_back,
    take_offer,
)
from tests.accounts.factories import staff
from tests.premises.factories import DAY, NOW, RoomFactory, booker, details, hall, make_booking, span
from tests.premises.test_booking import refused

pytestmark = pytest.mark.django_db


def wait(room: Room, when: object = None, at: int = 0) -> WaitingPlace:
    """Join the queue as a new organisation, ``at`` minutes after NOW."""
    holder, user = booker()
    now = NOW + timedelta(minutes=at)
    return join_queue(room=room, holder=holder, span=when or span(), purpose="Kerho", by=user, now=now)  # type: ignore[arg-type]


def state(place: WaitingPlace) -> str:
    """Return the state as it stands."""
    return str(WaitingPlace.objects.get(pk=place.pk).state)


def test_a_move_keeps_the_old_time_until_the_new_is_had() -> None:
    room = RoomFactory()
    made, other = make_booking(room), make_booking(room, span("10.00", "12.00"))
    user = made.made_by
    assert refused(move, made, room=room, span=span("11.00", "13.00"), by=user, now=NOW) == "taken"
    assert Hold.objects.filter(booking=made).count() == 1
    later = move(made, room=room, span=span("18.00", "20.00"), by=user, now=NOW)
    assert (later.state, later.sequence) == ("confirmed", 1)
    assert move(made, room=room, span=span("18.00", "20.00"), by=user, now=NOW).sequence == 1
    make_booking(room, span("16.00", "18.00"))
    away = RoomFactory(approval="manager")
    asked = move(made, room=away, span=span(), by=user, now=NOW)
    assert (asked.state, asked.room, asked.decided_by) == ("requested", away, None)
    assert Hold.objects.filter(booking=made).count() == 0
    assert (
        refused(move, other, room=room, span=span("12.00", "14.00"), by=other.made_by, now=other.starts_at) == "began"
    )


def test_shortening_stays_confirmed_where_the_manager_confirms() -> None:
    room = RoomFactory(approval="manager")
    made = make_booking(room, by=room.site.manager, holder=booker()[0])
    assert made.state == "confirmed"
    shorter = move(made, room=room, span=span("17.00", "18.00"), by=room.site.manager, now=NOW)
    assert (shorter.state, shorter.ends_at) == ("confirmed", span("17.00", "18.00").end)


def test_editing_never_touches_times_or_writes() -> None:
    made = make_booking(details=details(source="phone"))
    letters = Message.objects.count()
    edited = edit_details(made, details=details(purpose="Kirjapiiri"), by=made.made_by, now=made.ends_at)
    assert (edited.purpose, edited.source, edited.starts_at) == ("Kirjapiiri", "phone", made.starts_at)
    assert (Message.objects.count(), Booking.objects.get().sequence) == (letters, 0)


def test_the_queue_goes_in_order_and_nobody_passes_it() -> None:
    room = RoomFactory()
    made = make_booking(room)
    late, first, second = wait(room, at=3), wait(room, at=1), wait(room, at=2)
    part_of_it = wait(room, span("16.00", "18.00"), at=0)
    cancel(made, by=made.made_by, now=NOW)
    assert [state(place) for place in (part_of_it, first, second, late)] == ["offered", "waiting", "waiting", "waiting"]
    holder, user = booker()
    assert refused(make_booking, room, span("17.30", "19.00"), holder=holder, by=user) == "taken"
    leave_queue(part_of_it, by=part_of_it.asked_by, now=NOW)
    assert [state(place) for place in (first, second)] == ["offered", "waiting"]
    assert refused(take_offer, second, details=details(), terms=None, by=second.asked_by, now=NOW) == "wrong_state"
    assert lapse_due(NOW + timedelta(hours=23)) == 0
    assert lapse_due(NOW + timedelta(hours=24)) == 1
    assert [state(place) for place in (first, second)] == ["lapsed", "offered"]
    now = NOW + timedelta(hours=25)
    booked = take_offer(second, details=details(), terms=None, by=second.asked_by, now=now)
    assert take_offer(second, details=details(), terms=None, by=second.asked_by, now=now) == booked
    assert (booked.state, booked.organisation, state(second), state(late)) == (
        "confirmed",
        second.organisation,
        "taken",
        "waiting",
    )
    assert Message.objects.filter(kind="premises.queue_offered").count() == 3
    assert lapse_due(booked.starts_at) == 1
    assert state(late) == "lapsed"


def test_a_free_time_is_not_queued_for_and_an_offer_ends_before_the_slot() -> None:
    room = RoomFactory()
    holder, user = booker()
    assert refused(join_queue, room=room, holder=holder, span=span(), purpose="Kerho", by=user, now=NOW) == "free"
    made = make_booking(room)
    place = wait(room)
    cancel(made, by=made.made_by, now=made.starts_at - timedelta(hours=5))
    place.refresh_from_db()
    assert place.offered_until == made.starts_at - timedelta(hours=2)


def test_the_county_closes_a_hall_but_for_named_bookings() -> None:
    whole, left, right = hall(tidy_minutes=15)
    kept, lost = make_booking(left), make_booking(right)
    before = make_booking(whole, span("10.00", "12.00"))
    asked = make_booking(RoomFactory(site=whole.site, parent=whole, approval="manager"), span("13.00", "14.00"))
    manager = whole.site.manager
    made = close_room(room=whole, span=span("12.00", "21.00"), reason="Rokotuspäivä", spare=[kept], by=manager, now=NOW)
    for row in (kept, lost, before, asked):
        row.refresh_from_db()
    assert [row.state for row in (kept, lost, before, asked)] == ["confirmed", "taken_back", "confirmed", "taken_back"]
    assert lost.reason == "Rokotuspäivä"
    assert Message.objects.filter(kind="premises.booking_taken_back").count() == 2
    holder, user = booker()
    assert refused(make_booking, right, holder=holder, by=user) == "taken"
    again = close_room(room=whole, span=span("12.00", "21.00"), reason="x", spare=[], by=manager, now=NOW)
    assert again == made
    with pytest.raises(Http404):
        close_room(room=whole, span=span(day=DAY), reason="x", spare=[], by=user, now=NOW)
    place = join_queue(room=right, holder=holder, span=span(), purpose="Kerho", by=user, now=NOW)
    reopen(made, by=manager, now=NOW)
    assert reopen(made, by=manager, now=NOW).ended_at == NOW
    assert state(place) == "offered"
    assert not Hold.objects.filter(closure=made).exists()


def test_a_time_is_taken_back_with_another_room() -> None:
    room = RoomFactory()
    other = RoomFactory(site=room.site)
    made = make_booking(room)
    manager = room.site.manager
    assert refused(take_back, made, reason="", offer=None, by=manager, now=NOW) == "no_reason"
    gone = take_back(made, reason="Korjaus", offer=other, by=manager, now=NOW)
    assert take_back(made, reason="Korjaus", offer=other, by=manager, now=NOW).state == gone.state == "taken_back"
    instead = Booking.objects.get(room=other)
    assert (instead.state, instead.organisation, instead.made_by) == ("confirmed", made.organisation, made.made_by)
    letter = Message.objects.get(kind="premises.booking_taken_back")
    assert (letter.to_user, other.name in letter.text, "Korjaus" in letter.text) == (made.made_by, True, True)


def test_parts_are_added_without_losing_a_booking() -> None:
    room = RoomFactory()
    made, manager = make_booking(room), room.site.manager
    closed = close_room(room=room, span=span("8.00", "10.00"), reason="x", spare=[], by=manager, now=NOW)
    first = add_part(room, by=manager, now=NOW, name_fi="Itäpuoli", kind="part", capacity=10)
    second = add_part(room, by=manager, now=NOW, name_fi="Länsipuoli", kind="part", capacity=10)
    for row in (made, closed):
        assert sorted(row.holds.values_list("room", flat=True)) == [first.pk, second.pk]
    holder, user = booker()
    assert refused(make_booking, second, holder=holder, by=user) == "taken"
    lone = RoomFactory(site=room.site)
    make_booking(lone)
    assert refused(join_part, lone, parent=room, by=manager, now=NOW) == "taken"
    assert refused(join_part, room, parent=second, by=manager, now=NOW) == "not_a_tree"
    for part in (first, second):
        join_part(part, parent=None, by=manager, now=NOW)
    assert list(made.holds.values_list("room", flat=True)) == [room.pk]
    make_booking(second)


def test_the_day_and_after() -> None:
    made = make_booking()
    user, manager = made.made_by, made.room.site.manager
    assert refused(check_in, made, by=user, now=NOW) == "not_now"
    assert check_in(made, by=user, now=made.starts_at).checked_in_at == made.starts_at
    told = report_damage(room=made.room, booking=made, text="Tuoli rikki", by=user, now=made.ends_at)
    assert report_damage(room=made.room, booking=made, text="Tuoli rikki", by=user, now=made.ends_at) == told
    with pytest.raises(Http404):
        handle_damage(told, answer="Korjattu", by=user, now=made.ends_at)
    assert handle_damage(told, answer="Korjattu", by=manager, now=made.ends_at).state == "handled"
    assert set(Message.objects.values_list("kind", flat=True)) >= {
        "premises.damage_reported",
        "premises.damage_handled",
    }
    assert refused(give_feedback, made, rating=5, text="", by=user, now=NOW) == "not_now"
    give_feedback(made, rating=3, text="", by=user, now=made.ends_at)
    assert give_feedback(made, rating=5, text="Hyvä", by=user, now=made.ends_at).rating == 5


def test_one_place_remains_when_two_organisations_become_one() -> None:
    made = make_booking()
    first, second = wait(made.room, at=1), wait(made.room, at=2)
    coordinator = staff("coordinator")
    survivor, vanished = first.organisation, second.organisation
    assert survivor is not None
    assert vanished is not None
    plan = plan_merge(survivor, vanished, by=coordinator, now=NOW)
    merge_organisations(survivor, vanished, reason="Sama yhdistys", seen=plan.digest, by=coordinator, now=NOW)
    assert (state(first), state(second)) == ("waiting", "left")
