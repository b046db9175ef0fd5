"""One booking: who may, which times, who was first; requests, cancelling, releasing."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404

from common.errors import Refused
from notifications.models import Message
from premises.models import Booking, Hold
from premises.workflow import SlotTaken, book, cancel, confirm, decline, lapse_due, release
from tests.accounts.factories import UserFactory, staff
from tests.premises.factories import (
    DAY,
    NOW,
    RoomFactory,
    booker,
    details,
    hall,
    make_booking,
    make_terms,
    span,
)

pytestmark = pytest.mark.django_db


def refused(verb: Any, *args: Any, **kwargs: Any) -> str:
    """Return the code with which the verb says no."""
    with pytest.raises(Refused) as error, transaction.atomic():
        verb(*args, **kwargs)
    assert str(error.value)
    return error.value.code


def test_a_booking_is_confirmed_held_and_told() -> None:
    room = RoomFactory(tidy_minutes=15)
    holder, user = booker()
    made = make_booking(room, holder=holder, by=user)
    assert made.state == "confirmed"
    held = Hold.objects.get()
    assert (held.room_id, held.during.lower, held.during.upper) == (
        room.pk,
        span().start,
        span().end + timedelta(minutes=15),
    )
    letter = Message.objects.get()
    assert (letter.kind, letter.to_user) == ("premises.booking_confirmed", user)
    assert "24.11.2026" in letter.text
    assert "17.00–19.00" in letter.text
    assert holder.timeline.count() == 1
    assert make_booking(room, holder=holder, by=user) == made
    assert Message.objects.count() == 1


def test_who_came_second_is_told_what_else_there_is() -> None:
    room = RoomFactory(tidy_minutes=30)
    other = RoomFactory(site=room.site, capacity=30)
    make_booking(room)
    holder, user = booker()
    with pytest.raises(SlotTaken) as error:
        make_booking(room, span("18.00", "20.00"), holder=holder, by=user)
    assert error.value.code == "taken"
    found = error.value.alternatives
    assert (room, span("14.30", "16.30")) in found or (room, span("19.30", "21.30")) not in found
    assert (other, span("18.00", "20.00")) in found
    assert other.name in str(error.value)


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (span("17.00", "19.00", DAY - timedelta(days=14)), "past"),
        (span("20.00", "22.00"), "outside_hours"),
        (span("17.00", "17.15"), "too_short"),
        (span("8.00", "19.00"), "too_long"),
        (span("17.00", "19.00", DAY + timedelta(days=365)), "too_far"),
        (span("10.00", "12.00", DAY.replace(month=12, day=24)), "closed"),
    ],
)
def test_the_rooms_rules_are_told_in_words(wish: Any, code: str) -> None:
    room = RoomFactory()
    holder, user = booker()
    assert refused(make_booking, room, wish, holder=holder, by=user) == code


def test_who_may_book() -> None:
    room = RoomFactory(who_may="county")
    holder, user = booker()
    assert refused(make_booking, room, holder=holder, by=user) == "not_for_you"
    open_room = RoomFactory()
    for stranger in (UserFactory(), booker("viewer", holder)[1], booker()[1]):
        with pytest.raises(Http404):
            make_booking(open_room, holder=holder, by=stranger)
    phone = details(source="phone")
    assert make_booking(open_room, holder=holder, by=staff("coordinator"), details=phone).source == "phone"
    gone = RoomFactory(is_in_use=False)
    assert refused(make_booking, gone, holder=holder, by=user) == "not_bookable"


def test_terms_are_accepted_by_version() -> None:
    room = RoomFactory()
    holder, user = booker()
    old, new = make_terms(), make_terms(number=2)
    own = {"holder": holder, "by": user}
    assert refused(make_booking, room, **own) == "terms_not_accepted"
    assert refused(make_booking, room, terms=old, **own) == "terms_changed"
    made = make_booking(room, terms=new, **own)
    assert (made.terms, made.terms_accepted_at) == (new, NOW)


def test_a_hall_blocks_its_halves_and_a_half_the_hall() -> None:
    whole, left, right = hall()
    make_booking(whole)
    assert Hold.objects.count() == 2
    for part in (left, right):
        with pytest.raises(SlotTaken):
            make_booking(part)
    make_booking(left, span("10.00", "12.00"))
    with pytest.raises(SlotTaken):
        make_booking(whole, span("11.00", "13.00"))
    make_booking(right, span("10.00", "12.00"))


def test_requests_overlap_and_one_is_confirmed() -> None:
    room = RoomFactory(approval="manager")
    first, second = make_booking(room), make_booking(room)
    assert (first.state, second.state, Hold.objects.count()) == ("requested", "requested", 0)
    manager = room.site.manager
    assert Message.objects.filter(kind="premises.booking_asked", to_user=manager).count() == 2
    assert confirm(second, by=manager, now=NOW).state == "confirmed"
    assert confirm(second, by=manager, now=NOW).state == "confirmed"
    assert refused(confirm, first, by=manager, now=NOW) == "taken"
    assert refused(decline, first, reason=" ", by=manager, now=NOW) == "no_reason"
    assert decline(first, reason="Toinen ryhmä sai ajan.", by=manager, now=NOW).state == "declined"
    with pytest.raises(Http404):
        confirm(first, by=first.made_by, now=NOW)


def test_a_cancelled_time_is_free_again() -> None:
    room = RoomFactory()
    made = make_booking(room)
    assert cancel(made, by=made.made_by, now=NOW).state == "cancelled"
    assert cancel(made, by=made.made_by, now=NOW).sequence == 1
    make_booking(room)
    began = make_booking(room, span("13.00", "15.00"))
    assert refused(cancel, began, by=began.made_by, now=began.starts_at) == "began"
    assert release(began, by=began.made_by, now=began.starts_at).state == "not_needed"


def test_a_request_nobody_answered_lapses() -> None:
    made = make_booking(RoomFactory(approval="manager"))
    assert lapse_due(made.starts_at - timedelta(minutes=1)) == 0
    assert lapse_due(made.starts_at) == 1
    assert Booking.objects.get().state == "lapsed"
    assert Message.objects.filter(kind="premises.booking_lapsed").count() == 1


def committed(change: Callable[[], Any]) -> None:
    """Do it and ask what the database asks at commit."""
    with transaction.atomic():
        change()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_the_database_keeps_state_and_holds_together() -> None:
    made = make_booking()
    request = make_booking(RoomFactory(approval="manager"))
    during = Hold.objects.get().during
    for change in (
        lambda: Hold.objects.all().delete(),
        lambda: Booking.objects.filter(pk=made.pk).update(state="cancelled"),
        lambda: Hold.objects.create(room=request.room, during=during, booking=request),
    ):
        with pytest.raises(IntegrityError, match="spaces"):
            committed(change)
    assert Hold.objects.get().booking == made


def test_book_names_the_field_that_is_wrong() -> None:
    room = RoomFactory()
    holder, user = booker()
    own = {"room": room, "holder": holder, "span": span(), "terms": None, "by": user, "now": NOW}
    assert refused(book, details=details(purpose="  "), **own) == "booking_refused"
