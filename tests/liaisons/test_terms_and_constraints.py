"""Seats and duties are facts with a term, and the database defends them."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from common.times import HELSINKI
from liaisons.models import Seat
from liaisons.policies import appointments_in_force, seats_in_force
from tests.accounts.factories import UserFactory
from tests.county.factories import NOW
from tests.liaisons.factories import (
    AgendaItemFactory,
    BodyAppointmentFactory,
    BodyFactory,
    MeetingFactory,
    SeatFactory,
    UnitFactory,
)

pytestmark = pytest.mark.django_db


def refused(make: Any, constraint: str) -> None:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        make()
    assert constraint in str(caught.value)


def test_a_seat_is_in_force_from_its_first_to_its_last_day() -> None:
    seat = SeatFactory(valid_from=date(2026, 8, 1), valid_until=date(2026, 10, 31))

    def sits(*when: int) -> bool:
        return seats_in_force(seat.user, datetime(*when, tzinfo=HELSINKI)).exists()  # type: ignore[misc,arg-type]

    assert not sits(2026, 7, 31, 23, 59)
    assert sits(2026, 8, 1, 0, 0)
    assert sits(2026, 10, 31, 23, 59)
    assert not sits(2026, 11, 1, 0, 0)


def test_duties_in_force_can_be_asked_by_role() -> None:
    duty = BodyAppointmentFactory(role="secretary")
    assert list(appointments_in_force(duty.user, NOW)) == [duty]
    assert list(appointments_in_force(duty.user, NOW, "secretary")) == [duty]
    assert list(appointments_in_force(duty.user, NOW, "presenter")) == []


def test_nobody_sits_twice_in_a_body_at_once() -> None:
    seat = SeatFactory(valid_until=date(2026, 12, 31))
    again = {"user": seat.user, "body": seat.body}
    refused(lambda: SeatFactory(**again, role="deputy", valid_from=date(2026, 12, 31)), "liaisons_seat_one_at_a_time")
    refused(lambda: SeatFactory(**again, valid_from=date(2026, 1, 1)), "liaisons_seat_one_at_a_time")
    assert SeatFactory(**again, valid_from=date(2027, 1, 1)).pk
    assert SeatFactory(user=seat.user, valid_from=date(2026, 1, 1)).pk  # another body


def test_nobody_has_the_same_duty_twice_at_once() -> None:
    duty = BodyAppointmentFactory()
    again = {"user": duty.user, "body": duty.body}
    refused(lambda: BodyAppointmentFactory(**again), "liaisons_bodyappointment_one_at_a_time")
    assert BodyAppointmentFactory(**again, role="secretary").pk


def test_a_term_does_not_end_before_it_begins() -> None:
    refused(lambda: SeatFactory(valid_from=date(2026, 2, 1), valid_until=date(2026, 1, 31)), "liaisons_seat")
    refused(lambda: UnitFactory(valid_until=date(2022, 12, 31)), "liaisons_unit_term_order")


def test_only_a_deputy_stands_in_for_a_member() -> None:
    member = SeatFactory()
    refused(lambda: SeatFactory(body=member.body, deputy_for=member), "liaisons_seat_only_deputy_stands_in")
    assert SeatFactory(body=member.body, role="deputy", deputy_for=member).pk


def test_a_unit_is_not_its_own_parent() -> None:
    unit = UnitFactory()

    def turn() -> None:
        unit.parent = unit
        unit.save()

    refused(turn, "liaisons_unit_not_its_own_parent")


def test_a_meeting_has_a_known_state_and_its_own_time() -> None:
    meeting = MeetingFactory()
    refused(lambda: MeetingFactory(body=meeting.body, starts_at=meeting.starts_at), "liaisons_meeting_one_at_a_time")
    refused(lambda: MeetingFactory(state="lost"), "liaisons_meeting_known_state")
    refused(lambda: MeetingFactory(state="cancelled"), "liaisons_meeting_cancelled_with_reason")


def test_a_section_stands_once_in_a_meeting() -> None:
    item = AgendaItemFactory(section_number=41, case_label="KOE/1")
    refused(lambda: AgendaItemFactory(meeting=item.meeting, section_number=41), "liaisons_agendaitem_section_once")
    refused(lambda: AgendaItemFactory(meeting=item.meeting, section_number=0), "liaisons_agendaitem_section_positive")
    refused(lambda: AgendaItemFactory(meeting=item.meeting, case_label="KOE/1"), "liaisons_agendaitem_case_once")
    refused(lambda: AgendaItemFactory(meeting=item.meeting, order=item.order), "liaisons_agendaitem_order_once")
    assert AgendaItemFactory(section_number=41).pk  # another meeting


def test_every_change_of_a_seat_leaves_a_trace() -> None:
    seat = SeatFactory()
    Seat.objects.filter(pk=seat.pk).update(valid_until=date(2026, 12, 31))
    Seat.objects.filter(pk=seat.pk).delete()
    events = seat.events.order_by("pgh_id").values_list("pgh_label", "valid_until")
    assert list(events) == [
        ("insert", None),
        ("update", date(2026, 12, 31)),
        ("delete", date(2026, 12, 31)),
    ]


def test_a_stranger_sits_nowhere() -> None:
    from django.contrib.auth.models import AnonymousUser

    SeatFactory()
    assert not seats_in_force(AnonymousUser(), NOW).exists()
    assert not appointments_in_force(AnonymousUser(), NOW).exists()
    assert not seats_in_force(UserFactory(), NOW + timedelta(days=1)).exists()
    assert BodyFactory().seats.count() == 0
