"""A unit of the county keeps its bookings and its places in queues as organisations do; who manages is told of it."""

from typing import Any

import pytest
from django.urls import reverse

from common import clock
from common.times import add_days, local_date
from notifications.models import Message
from premises.mails import place_path
from premises.models import Booking, WaitingPlace
from premises.workflow import book, cancel, join_queue
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.liaisons.factories import AppointmentFactory
from tests.premises.factories import RoomFactory, SiteFactory, booker, details, make_booking, span

pytestmark = pytest.mark.django_db


def liaison() -> tuple[Any, Any]:
    """Return a unit and its liaison person."""
    held = AppointmentFactory()
    return held.post.unit, held.user


def a_room() -> Any:
    return RoomFactory(site=SiteFactory(closed_on_holidays=False))


def test_a_unit_waits_is_offered_and_takes() -> None:
    unit, person = liaison()
    room, now = a_room(), clock.now()
    when = span(day=add_days(local_date(now), 14))
    made = make_booking(room, when, now=now)
    client = signed_in(person)
    answer = client.get(reverse("premises:book", args=[room.pk]), {"jono": "1", "paiva": "1.1.2027"})
    join = reverse("premises:unit_queue_join", args=[unit.pk, room.pk])
    assert answer.url.startswith(join)  # type: ignore[attr-defined]
    sent = {"paiva": f"{when.day:%-d.%-m.%Y}", "klo": "17", "loppuu": "19", "purpose": "Palaveri"}
    page = reverse("premises:unit_bookings", args=[unit.pk])
    assert client.post(join, sent).url == page  # type: ignore[attr-defined]
    place = WaitingPlace.objects.get()
    assert (place.unit, place_path(place)) == (unit, page)
    cancel(made, by=made.made_by, now=now)
    take = reverse("premises:unit_queue_take", args=[unit.pk, place.pk])
    assert take in client.get(page).content.decode()
    assert "Aika vapautui jonostanne" in client.get(reverse("portal:next")).content.decode()
    told = {
        "purpose": "Palaveri",
        "expected_number": "5",
        "open_to": "group",
        "contact_name": "A",
        "contact_phone": "1",
    }
    client.post(take, told)
    booking = Booking.objects.get(unit=unit)
    assert booking.state == "confirmed"
    assert page in client.get(booking.get_absolute_url()).content.decode()
    assert client.get(reverse("premises:unit_calendar", args=[unit.pk])).content.count(b"BEGIN:VEVENT") == 1
    assert client.get(reverse("premises:units")).url == page  # type: ignore[attr-defined]


def test_a_unit_leaves_the_queue_and_strangers_are_shut_out() -> None:
    unit, person = liaison()
    room, now = a_room(), clock.now()
    when = span(day=add_days(local_date(now), 14))
    make_booking(room, when, now=now)
    place = join_queue(room=room, holder=unit, span=when, purpose="Palaveri", by=person, now=now)
    _other, stranger = liaison()
    page, leave = (
        reverse("premises:unit_bookings", args=[unit.pk]),
        reverse("premises:unit_queue_leave", args=[unit.pk, place.pk]),
    )
    for client in (signed_in(stranger), signed_in(booker()[1])):
        assert (client.get(page).status_code, client.post(leave).status_code) == (404, 404)
    signed_in(staff("coordinator")).post(leave)
    place.refresh_from_db()
    assert place.state == "left"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_a_unit_asks_as_often_whatever_its_length(rows: int, django_assert_max_num_queries: Any) -> None:
    unit, person = liaison()
    room, now = a_room(), clock.now()
    for number in range(rows):
        when = span(day=add_days(local_date(now), 14 + number))
        book(room=room, holder=unit, span=when, details=details(), terms=None, by=person, now=now)
        later = span(day=add_days(local_date(now), 30 + number))
        make_booking(room, later, now=now)
        join_queue(room=room, holder=unit, span=later, purpose="Palaveri", by=person, now=now)
    client, page = signed_in(person), reverse("premises:unit_bookings", args=[unit.pk])
    client.get(page)
    with django_assert_max_num_queries(26):
        words = client.get(page).content.decode()
    assert words.count("Poistu jonosta") == rows


def test_who_is_named_to_manage_gets_a_letter_once() -> None:
    from premises.workflow.sites import name_managers

    site, manager, deputy, next_one = SiteFactory(manager=None), UserFactory(), UserFactory(), UserFactory()
    coordinator, now = staff("coordinator"), clock.now()

    def name(first: Any, second: Any) -> list[str]:
        before = set(Message.objects.values_list("pk", flat=True))
        name_managers(site, manager=first, deputy=second, by=coordinator, now=now)
        rows = Message.objects.filter(kind="premises.manager_named").exclude(pk__in=before)
        return sorted(row.to_address for row in rows)

    assert name(manager, deputy) == sorted([manager.email, deputy.email])
    assert name(manager, deputy) == []
    assert name(next_one, deputy) == [next_one.email]
    assert name(next_one, None) == []
    assert name(coordinator, None) == [], "who named oneself knows"
    letter = Message.objects.filter(kind="premises.manager_named").first()
    assert letter is not None
    assert reverse("premises:site_desk", args=[site.pk]) in f"{letter.__dict__}"
