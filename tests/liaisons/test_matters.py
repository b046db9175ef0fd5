"""Conflicts of interest in a meeting's matters: deputies for one matter, quorum and chair matter by matter, minutes."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.http import Http404
from django.utils import translation

from common.errors import Refused
from liaisons.calendar_files import meetings_calendar
from liaisons.matters import Course, Standing, check_may_decide
from liaisons.models import AgendaItem, Attendance, ItemConflict, ItemDeputy, Meeting, Seat
from liaisons.personal_data import own_data
from liaisons.record_places import freeze
from liaisons.todos import coming_meetings, office_todos
from liaisons.workflow import (
    choose_item_chair,
    hold_meeting,
    mark_presence,
    record_course,
    record_item_deputy,
    reply_to_notice,
    send_notice,
    take_back_withdrawal,
    withdraw_from_item,
    withdraw_from_part,
)
from notifications.models import Message
from tests.accounts.factories import UserFactory, signed_in
from tests.county.factories import NOW
from tests.liaisons.factories import (
    AgendaItemFactory,
    BodyAppointmentFactory,
    BodyFactory,
    MeetingFactory,
    SeatFactory,
)
from tests.liaisons.factories_bodies import make_record

pytestmark = pytest.mark.django_db
AFTER = NOW + timedelta(days=8)
GROUND = "Olen järjestön hallituksessa"


@pytest.fixture(autouse=True)
def _at_the_moment() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False), translation.override("fi"):
        yield


class World:
    """A body of a chair, a vice chair and three members, with one deputy of the chair and one of anybody."""

    def __init__(self, *, deputies: bool = True) -> None:
        self.body = BodyFactory(kind="ngo_council", is_self_run=True, record_kind="minutes")
        self.secretary = BodyAppointmentFactory(body=self.body, role="secretary").user
        names = ("Päivi Puhis", "Ville Vara", "Jaana Jäsen", "Kalle Kolmas", "Niina Neljäs")
        positions = ("chair", "vice_chair", "", "", "")
        self.seats = [self.seat(name, position=place) for name, place in zip(names, positions, strict=True)]
        self.deputies: list[Seat] = []
        if deputies:
            self.deputies = [self.seat("Oma Varanen", role="deputy", deputy_for=self.seats[0]),
                             self.seat("Yleinen Varanen", role="deputy")]  # fmt: skip
        self.item: AgendaItem = AgendaItemFactory(meeting=MeetingFactory(body=self.body), title="Avustukset")
        self.other: AgendaItem = AgendaItemFactory(meeting=self.item.meeting, title="Muu asia")

    def seat(self, name: str, **fields: Any) -> Seat:
        return SeatFactory(body=self.body, user=UserFactory(full_name=name), **fields)  # type: ignore[no-any-return]

    @property
    def meeting(self) -> Meeting:
        return Meeting.objects.select_related("body").get(pk=self.item.meeting_id)

    def notify(self) -> None:
        send_notice(self.meeting, by=self.secretary, now=NOW)

    def row(self, place: int, *, deputy: bool = False) -> Attendance:
        seat = (self.deputies if deputy else self.seats)[place]
        return Attendance.objects.select_related("user").get(meeting=self.item.meeting_id, user=seat.user_id)

    def withdraw(self, place: int, item: AgendaItem | None = None, **facts: Any) -> ItemConflict:
        row = self.row(place)
        return withdraw_from_item(item or self.item, attendance=row, ground=GROUND, by=row.user, now=NOW, **facts)

    def part(self, place: int, part: str = "A/1", **facts: Any) -> ItemConflict | None:
        given = {"part_title": "Testi ry", "ground": GROUND, "is_private": False, **facts}
        return withdraw_from_part(self.item, part=part, person=self.seats[place].user, now=NOW, **given)

    def duties(self, item: AgendaItem | None = None) -> list[tuple[str, str, str]]:
        rows = ItemDeputy.objects.filter(item=item or self.item).order_by("part", "pk")
        return list(rows.values_list("part", "attendance__name", "stands_in_for__name"))

    def hold(self, *present: int, deputies: tuple[int, ...] = (), chair: int = 0) -> None:
        """Hold the meeting with these members (and deputies) there."""
        hold_meeting(self.meeting, presided_by=self.seats[chair].user, by=self.secretary, now=AFTER)
        there = {self.row(place).pk for place in present} | {self.row(place, deputy=True).pk for place in deputies}
        rows = self.meeting.attendances.filter(role__in=["member", "deputy"]).values_list("pk", flat=True)
        marks = {row: {"presence": "present" if row in there else "absent"} for row in rows}
        mark_presence(self.meeting, marks, by=self.secretary, now=AFTER)

    def standing(self, part: str = "", item: AgendaItem | None = None) -> Standing:
        return Course(self.meeting).standing(item or self.item, part)


def letters(kind: str) -> list[str]:
    """Return the addresses to which letters of a kind go."""
    return list(
        Message.objects.filter(kind=f"liaisons.{kind}").order_by("pk").values_list("to_user__full_name", flat=True)
    )


def refusal(verb: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refused) as refused:
        verb(*args, **kwargs)
    return refused.value.code


def page(user: Any, path: str) -> str:
    response = signed_in(user).get(path)
    assert response.status_code == 200, path
    return " ".join(response.text.split())


class TestDeputies:
    def test_the_personal_deputy_is_called_for_the_matter_only(self) -> None:
        world = World()
        world.notify()
        for _twice in range(2):
            world.withdraw(0)
        assert world.duties() == [("", "Oma Varanen", "Päivi Puhis")]
        assert letters("meeting_item_deputy") == ["Oma Varanen"]
        assert not world.row(0, deputy=True).may_vote
        assert [row.name for row in world.standing().voters if row.role == "deputy"] == ["Oma Varanen"]
        assert all(row.role == "member" for row in world.standing(item=world.other).voters)
        deputy = world.deputies[0].user
        (todo,) = (row for row in coming_meetings(deputy, NOW) if "yhteen asiaan" in row.title)
        assert todo.url == world.meeting.get_absolute_url()
        ics = meetings_calendar([world.meeting], method="REQUEST", person=deputy, now=NOW).decode()
        assert "Olet varajäsen vain tässä asiassa: Avustukset" in ics.replace("\r\n ", "")
        shown = page(deputy, world.meeting.get_absolute_url())
        assert "jäsenen Päivi Puhis sijasta" in shown

    def test_what_was_said_before_the_notice_is_joined_to_it(self) -> None:
        world = World()
        world.part(2)
        conflict = ItemConflict.objects.get()
        assert (conflict.attendance, conflict.name, letters("meeting_item_deputy")) == (None, "Jaana Jäsen", [])
        assert "Varajäsen kutsutaan, kun kokouskutsu lähetetään." in page(
            world.secretary, world.meeting.get_absolute_url()
        )
        world.notify()
        conflict.refresh_from_db()
        assert conflict.attendance == world.row(2)
        assert world.duties() == [("A/1", "Yleinen Varanen", "Jaana Jäsen")]

    def test_a_deputy_who_cannot_come_or_withdraws_is_replaced(self) -> None:
        world = World()
        world.notify()
        world.withdraw(0)
        own = world.row(0, deputy=True)
        reply_to_notice(own, coming=False, by=own.user, now=NOW)
        assert world.duties() == [("", "Yleinen Varanen", "Päivi Puhis")]
        general = world.row(1, deputy=True)
        withdraw_from_item(world.item, attendance=general, ground=GROUND, by=general.user, now=NOW)
        assert world.duties() == []
        assert letters("meeting_nobody") == [world.secretary.full_name]
        general.refresh_from_db()
        assert general.reply == "released"

    def test_one_deputy_does_not_sit_for_two_in_the_same_matter(self) -> None:
        world = World()
        world.notify()
        world.withdraw(2)
        world.part(3)
        world.withdraw(3, world.other)
        assert world.duties() == [("", "Yleinen Varanen", "Jaana Jäsen")]
        assert world.duties(world.other) == [("", "Yleinen Varanen", "Kalle Kolmas")]
        todos = [row.title for row in office_todos(world.secretary, NOW)]
        assert any(title.startswith("Esteellisen jäsenen sijaan ei ole varajäsentä") for title in todos)
        shown = page(world.secretary, world.meeting.get_absolute_url())
        assert "Ei varajäsentä" in shown
        assert "Varajäsen tässä asiassa: Yleinen Varanen" in shown

    def test_taken_back_or_absent_the_deputy_is_not_needed(self) -> None:
        world = World()
        world.notify()
        conflict = world.withdraw(0)
        take_back_withdrawal(conflict, by=world.secretary, now=NOW)
        assert (world.duties(), world.row(0, deputy=True).reply) == ([], "released")
        assert letters("meeting_released") == ["Oma Varanen"]
        world.withdraw(0)
        absent = world.row(0)
        reply_to_notice(absent, coming=False, by=absent.user, now=NOW)
        assert world.duties() == []
        assert world.row(0, deputy=True).stands_in_for == absent

    def test_strangers_are_not_carried_and_a_case_is_not_taken_back(self) -> None:
        world = World()
        world.notify()
        facts: dict[str, Any] = {"part": "A/1", "part_title": "", "ground": GROUND, "is_private": False, "now": NOW}
        assert withdraw_from_part(world.item, person=UserFactory(), **facts) is None
        conflict = world.part(2)
        assert conflict is not None
        assert refusal(take_back_withdrawal, conflict, by=world.secretary, now=NOW) == "of_a_case"
        with pytest.raises(Http404):
            take_back_withdrawal(conflict, by=world.seats[1].user, now=NOW)


class TestWhatIsSeen:
    def test_a_private_ground_is_for_the_person_only(self) -> None:
        world = World()
        world.notify()
        world.withdraw(2, is_private=True)
        path = f"/kokoukset/asiat/{world.item.pk}/"
        for reader in (world.secretary, world.seats[0].user):
            shown = page(reader, path)
            assert "Jaana Jäsen" in shown
            assert GROUND not in shown
            assert "Jaana Jäsen" in page(reader, world.meeting.get_absolute_url())
        assert GROUND in page(world.seats[2].user, path)
        assert "Esteellisyydet ja varajäsenet" not in page(world.seats[3].user, world.meeting.get_absolute_url())


class TestQuorum:
    def test_who_withdrew_is_not_counted_and_the_deputy_is(self) -> None:
        world = World()
        world.notify()
        world.part(1)
        world.withdraw(0)
        world.hold(0, 1, 2, deputies=(0,))
        whole, case = world.standing(), world.standing("A/1")
        assert (whole.voter_count, whole.needed, whole.is_enough) == (3, 3, True)
        assert (case.voter_count, case.is_enough) == (2, False)
        check_may_decide(whole, "Avustukset")
        assert refusal(check_may_decide, case, "Testi ry") == "no_quorum"
        assert world.standing(item=world.other).voter_count == 3

    def test_attendance_must_be_marked_where_people_were_asked(self) -> None:
        world = World()
        assert (world.standing().is_known, world.standing().voter_count) == (False, 5)
        world.notify()
        hold_meeting(world.meeting, by=world.secretary, now=AFTER)
        assert refusal(check_may_decide, world.standing(), "Avustukset") == "attendance_missing"

    def test_where_nobody_was_asked_the_most_that_can_have_voted_is_counted(self) -> None:
        world = World(deputies=False)
        for place in (0, 1, 2):
            world.part(place)
        assert world.standing("A/1").voter_count == 2
        assert refusal(check_may_decide, world.standing("A/1"), "Testi ry") == "no_quorum"
        check_may_decide(world.standing("B/2"), "Toinen ry")

    def test_the_secretary_records_a_deputy_of_the_moment(self) -> None:
        world = World()
        world.notify()
        world.hold(0, 1, 2)
        conflict = withdraw_from_item(world.item, attendance=world.row(2), ground=GROUND, by=world.secretary, now=AFTER)
        assert not world.standing().is_enough
        own, general = world.deputies
        assert (
            refusal(record_item_deputy, world.item, conflict=conflict, seat=own, by=world.secretary, now=AFTER)
            == "cannot_sit"
        )  # the chair's alone
        client = signed_in(world.secretary)
        with time_machine.travel(AFTER, tick=False):
            path = f"/kokoukset/esteellisyydet/{conflict.pk}/varajasen/"
            assert client.post(path, {f"varajasen-{conflict.pk}-seat": general.pk}).status_code == 302
        assert world.duties() == [("", "Yleinen Varanen", "Jaana Jäsen")]
        mark_presence(
            world.meeting, {world.row(1, deputy=True).pk: {"presence": "present"}}, by=world.secretary, now=AFTER
        )
        assert world.standing().is_enough


class TestPresiding:
    def test_the_vice_chair_takes_over_and_else_somebody_is_chosen(self) -> None:
        world = World()
        world.notify()
        world.withdraw(0)
        world.part(1)
        world.hold(0, 1, 2, 3, 4)
        whole, case = world.standing(), world.standing("A/1")
        assert (whole.chair, whole.takes_over, whole.chair_title) == (world.row(1), True, "varapuheenjohtaja")
        assert (case.chair, case.needs_chair) == (None, True)
        assert refusal(check_may_decide, case, "Testi ry") == "chair_missing"
        choose = {"part": "A/1", "by": world.secretary, "now": AFTER}
        for place in (0, 1):
            assert refusal(choose_item_chair, world.item, attendance=world.row(place), **choose) == "cannot_preside"
        with time_machine.travel(AFTER, tick=False):
            shown = page(world.secretary, f"/kokoukset/asiat/{world.item.pk}/")
            assert "Puheenjohtaja puuttuu" in shown
            answer = signed_in(world.secretary).post(
                f"/kokoukset/asiat/{world.item.pk}/puheenjohtaja/", {"attendance": world.row(3).pk, "part": "A/1"}
            )
        assert answer.status_code == 302
        assert (world.standing("A/1").chair, world.standing("A/1").chair_title) == (
            world.row(3),
            "tilapäinen puheenjohtaja",
        )
        assert (
            refusal(choose_item_chair, world.item, attendance=world.row(3), by=world.secretary, now=AFTER)
            == "not_needed"
        )

    def test_the_chair_stays_where_they_have_not_withdrawn(self) -> None:
        world = World()
        world.notify()
        world.withdraw(0)
        world.hold(0, 1, 2, 3, chair=1)
        assert not world.standing().takes_over  # the vice chair presided anyway
        record_course(
            world.meeting,
            opened_at=None,
            closed_at=None,
            presided_by=world.seats[0].user,
            by=world.secretary,
            now=AFTER,
        )
        assert world.standing().takes_over
        assert not world.standing(item=world.other).takes_over


def test_minutes_say_who_left_and_who_presided() -> None:
    world = World()
    world.notify()
    world.withdraw(0, is_private=True)
    world.part(4)
    world.hold(0, 1, 2, 3, deputies=(0,))
    record = make_record(world.meeting, by=world.secretary)
    frozen = freeze(record, {}, approved={}, now=AFTER)
    (course,) = (course for item in frozen["items"] for course in item["courses"] if not course["part"])
    assert course == {
        "part": "",
        "part_title": "",
        "left": [{"name": "Päivi Puhis", "ground": "hallintolaki 28 §", "deputy": "Oma Varanen"}],
        "were_there": True,
        "chair": "Ville Vara",
        "chair_as": "vice_chair",
        "voters": 4,
        "needed": 3,
    }
    with time_machine.travel(AFTER, tick=False):
        shown = page(world.secretary, f"/kokoukset/{world.meeting.pk}/poytakirja/")
    assert "Päivi Puhis poistui esteellisenä asian käsittelyn ajaksi. Peruste: hallintolaki 28 §." in shown
    assert "Hänen sijaansa tuli varajäsen Oma Varanen." in shown
    assert "Kokousta johti asian käsittelyn ajan varapuheenjohtaja Ville Vara." in shown
    assert "Niina Neljäs" not in shown  # was not there, so did not leave


def test_a_person_downloads_their_withdrawals_and_duties() -> None:
    world = World()
    world.notify()
    world.withdraw(0, is_private=True)
    (own,) = own_data(world.seats[0].user)["withdrawals"]
    assert own["ground"] == GROUND
    assert len(own_data(world.deputies[0].user)["matters_as_deputy"]) == 1


def test_what_is_never_true_of_a_withdrawal() -> None:
    world = World()
    world.notify()
    world.withdraw(0)
    row = world.row(0)
    for wrong in (
        lambda: ItemConflict.objects.create(item=world.item, ground="x", declared_at=NOW),
        lambda: ItemConflict.objects.create(item=world.item, user=row.user, ground="x", declared_at=NOW),
        lambda: ItemDeputy.objects.create(item=world.item, attendance=row, stands_in_for=row, called_at=NOW),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            wrong()
