"""The verbs: meetings from plan to checked minutes; seats and duties given and ended."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.http import Http404

from accounts.models import User
from common.errors import Refused
from common.transitions import LIFE_CYCLES
from liaisons.models import Meeting, Seat
from liaisons.workflow import (
    add_agenda_item,
    check_minutes,
    end_duty,
    end_seat,
    give_duty,
    give_seat,
    hold_meeting,
    move_meeting,
    plan_meeting,
    record_section,
)
from notifications.models import Message
from tests.accounts.factories import UserFactory, staff
from tests.county.factories import NOW
from tests.liaisons.factories import (
    AgendaItemFactory,
    BodyAppointmentFactory,
    BodyFactory,
    MeetingFactory,
    SeatFactory,
)

pytestmark = pytest.mark.django_db

AFTER = NOW + timedelta(days=30)
STARTS = datetime(2026, 12, 8, 14, 0, tzinfo=UTC)


@pytest.fixture
def coordinator() -> User:
    return staff("coordinator")


def test_planning_twice_makes_one_meeting(coordinator: User) -> None:
    body = BodyFactory()
    first = plan_meeting(body, starts_at=STARTS, place="Teams", by=coordinator, now=NOW)
    assert plan_meeting(body, starts_at=STARTS, place="Teams", by=coordinator, now=NOW) == first
    assert (first.state, first.place, Meeting.objects.count()) == ("planned", "Teams", 1)


def test_a_secretary_plans_for_the_own_body_only() -> None:
    duty = BodyAppointmentFactory(role="secretary")
    assert plan_meeting(duty.body, starts_at=STARTS, by=duty.user, now=NOW).body == duty.body
    with pytest.raises(Http404):
        plan_meeting(BodyFactory(), starts_at=STARTS, by=duty.user, now=NOW)


def test_a_meeting_goes_from_plan_to_checked_minutes(coordinator: User) -> None:
    meeting = MeetingFactory()
    with pytest.raises(Refused) as early:
        hold_meeting(meeting, by=coordinator, now=NOW)
    assert early.value.code == "not_begun"
    assert hold_meeting(meeting, by=coordinator, now=AFTER).state == "held"
    assert hold_meeting(meeting, by=coordinator, now=AFTER).state == "held"
    checked = check_minutes(meeting, minutes_url="https://koe.example/41", by=coordinator, now=AFTER)
    assert (checked.state, checked.minutes_url) == ("minutes_checked", "https://koe.example/41")
    assert check_minutes(meeting, by=coordinator, now=AFTER).minutes_url == "https://koe.example/41"


def test_minutes_of_a_meeting_that_was_not_held_are_refused(coordinator: User) -> None:
    with pytest.raises(Refused) as refused:
        check_minutes(MeetingFactory(), by=coordinator, now=AFTER)
    assert refused.value.code == "wrong_state"


def test_the_table_has_no_other_edges() -> None:
    cycle = LIFE_CYCLES["liaisons.meeting"]
    assert {state.key: cycle.verbs_from(state.key) for state in cycle.states} == {
        "planned": ("move_meeting", "send_notice", "cancel_meeting", "hold_meeting"),
        "held": ("check_minutes", "finish_record"),
        "minutes_checked": (),
        "cancelled": (),
    }


def test_a_planned_meeting_moves_and_a_held_one_does_not(coordinator: User) -> None:
    meeting = MeetingFactory()
    other = MeetingFactory(body=meeting.body)
    moved = move_meeting(meeting, starts_at=STARTS, place="Teams", by=coordinator, now=NOW)
    assert (moved.starts_at, moved.place) == (STARTS, "Teams")
    with pytest.raises(Refused) as taken:
        move_meeting(meeting, starts_at=other.starts_at, place="", by=coordinator, now=NOW)
    assert taken.value.code == "meeting_taken"
    with pytest.raises(Refused) as held:
        move_meeting(MeetingFactory(state="held"), starts_at=STARTS, place="", by=coordinator, now=NOW)
    assert held.value.code == "wrong_state"


def test_agenda_items_stand_in_the_order_in_which_they_came(coordinator: User) -> None:
    meeting = MeetingFactory()
    first = add_agenda_item(meeting, title="Avustukset 2027", case_label="KOE/2", by=coordinator, now=NOW)
    second = add_agenda_item(meeting, title="Muut asiat", by=coordinator, now=NOW)
    again = add_agenda_item(meeting, title="Avustukset 2027", case_label="KOE/2", by=coordinator, now=NOW)
    assert again == first
    assert list(meeting.items.values_list("order", "title")) == [(1, "Avustukset 2027"), (2, "Muut asiat")]
    assert second.order == 2


def test_a_presenter_brings_matters_and_a_member_does_not() -> None:
    duty = BodyAppointmentFactory(role="presenter")
    meeting = MeetingFactory(body=duty.body)
    assert add_agenda_item(meeting, title="Avustukset", by=duty.user, now=NOW).order == 1
    with pytest.raises(Http404):
        add_agenda_item(meeting, title="Oma asia", by=SeatFactory(body=duty.body).user, now=NOW)


def test_checked_minutes_close_the_agenda(coordinator: User) -> None:
    meeting = MeetingFactory(state="minutes_checked")
    with pytest.raises(Refused) as refused:
        add_agenda_item(meeting, title="Myöhässä", by=coordinator, now=AFTER)
    assert refused.value.code == "minutes_checked"


def test_a_section_is_recorded_corrected_and_never_doubled(coordinator: User) -> None:
    item = AgendaItemFactory()
    other = AgendaItemFactory(meeting=item.meeting, section_number=42)
    assert record_section(item, section_number=41, by=coordinator, now=AFTER).section_number == 41
    assert record_section(item, section_number=41, by=coordinator, now=AFTER).events.count() == 2
    assert record_section(item, section_number=43, by=coordinator, now=AFTER).section_number == 43
    for number, code in ((42, "section_taken"), (0, "section_not_positive")):
        with pytest.raises(Refused) as refused:
            record_section(item, section_number=number, by=coordinator, now=AFTER)
        assert refused.value.code == code
    other.refresh_from_db()
    assert other.section_number == 42


def seat_data(**changes: object) -> dict[str, object]:
    data = {
        "email": "Uusi.Jasen@example.org",
        "full_name": "Uusi Jäsen",
        "role": "member",
        "valid_from": date(2026, 11, 1),
    }
    return {**data, **changes}


def test_a_new_member_gets_an_account_a_seat_and_one_message(coordinator: User) -> None:
    body = BodyFactory(name_fi="Koelautakunta")
    seat = give_seat(body, **seat_data(), by=coordinator, now=NOW)  # type: ignore[arg-type]
    assert give_seat(body, **seat_data(), by=coordinator, now=NOW) == seat  # type: ignore[arg-type]
    assert (seat.user.email, seat.user.full_name, seat.user.has_usable_password()) == (
        "uusi.jasen@example.org",
        "Uusi Jäsen",
        False,
    )
    message = Message.objects.get()
    assert (message.to_address, message.subject) == (
        "uusi.jasen@example.org",
        "Sinulle on annettu tehtävä: Koelautakunta",
    )
    assert "varsinainen jäsen. Tehtävä alkaa 1.11.2026." in message.text


def test_an_overlapping_seat_is_refused_in_words(coordinator: User) -> None:
    seat = SeatFactory()
    with pytest.raises(Refused) as refused:
        give_seat(seat.body, **seat_data(email=seat.user.email), by=coordinator, now=NOW)  # type: ignore[arg-type]
    assert (refused.value.code, str(refused.value)) == (
        "seat_refused",
        "Henkilöllä on jo paikka tässä toimielimessä samaan aikaan. Päätä ensin vanha paikka.",
    )
    assert Seat.objects.count() == 1


def test_a_deputy_stands_in_for_a_member_of_the_same_body(coordinator: User) -> None:
    member = SeatFactory()
    data = seat_data(role="deputy", deputy_for=member)
    assert give_seat(member.body, **data, by=coordinator, now=NOW).deputy_for == member  # type: ignore[arg-type]
    with pytest.raises(Refused) as refused:
        give_seat(BodyFactory(), **data, by=coordinator, now=NOW)  # type: ignore[arg-type]
    assert refused.value.code == "deputy_elsewhere"


def test_a_seat_and_a_duty_end_on_their_last_day(coordinator: User) -> None:
    seat, duty = SeatFactory(), BodyAppointmentFactory()
    assert end_seat(seat, ends_on=date(2026, 11, 30), by=coordinator, now=NOW).valid_until == date(2026, 11, 30)
    assert end_duty(duty, ends_on=date(2026, 11, 30), by=coordinator, now=NOW).valid_until == date(2026, 11, 30)
    with pytest.raises(Refused) as refused:
        end_seat(seat, ends_on=date(2019, 12, 31), by=coordinator, now=NOW)
    assert refused.value.code == "ends_before_it_begins"


def test_only_coordinator_and_administrator_give_and_end(coordinator: User) -> None:
    seat = SeatFactory()
    secretary = BodyAppointmentFactory(body=seat.body, role="secretary").user
    for person in (UserFactory(), secretary, staff("auditor")):
        with pytest.raises(Http404):
            give_seat(seat.body, **seat_data(), by=person, now=NOW)  # type: ignore[arg-type]
        with pytest.raises(Http404):
            end_seat(seat, ends_on=date(2026, 11, 30), by=person, now=NOW)
    duty = give_duty(seat.body, **seat_data(role="presenter"), by=staff("administrator"), now=NOW)  # type: ignore[arg-type]
    assert duty.role == "presenter"
