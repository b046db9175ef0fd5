"""Meetings: notice, who comes, deputies called in, matters and their files, attendance, withdrawing."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.http import Http404

from common.errors import Refused
from documents.uploads import check_upload
from liaisons.models import AgendaItem, AgendaPackage, Attendance, Meeting
from liaisons.workflow import (
    add_agenda_item,
    add_visitor,
    attach_to_item,
    cancel_meeting,
    hold_meeting,
    mark_presence,
    move_meeting,
    plan_meeting,
    reply_for,
    reply_to_notice,
    send_notice,
    shift_agenda_item,
    take_back_withdrawal,
    withdraw_from_item,
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
from tests.liaisons.factories_bodies import AttendanceFactory, blank_pdf
from tests.liaisons.test_pages import queries

pytestmark = pytest.mark.django_db
AFTER = NOW + timedelta(days=8)


@pytest.fixture(autouse=True)
def _at_the_moment() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def meeting() -> Meeting:
    """Return a planned meeting of a body with its own secretary, two members and a deputy of the first."""
    body = BodyFactory(kind="ngo_council", is_self_run=True, record_kind="minutes")
    BodyAppointmentFactory(body=body, role="secretary")
    first = SeatFactory(body=body)
    SeatFactory(body=body)
    SeatFactory(body=body, role="deputy", deputy_for=first)
    return AgendaItemFactory(meeting=MeetingFactory(body=body)).meeting  # type: ignore[no-any-return]


def secretary(meeting: Meeting) -> Any:
    """Return the body's secretary."""
    return meeting.body.appointments.get(role="secretary").user


def sent(meeting: Meeting) -> Meeting:
    """Send the notice."""
    return send_notice(meeting, by=secretary(meeting), now=NOW)


def rows(meeting: Meeting, role: str = "member") -> list[Attendance]:
    """Return the people asked as ``role``, in the order of their seats."""
    return list(meeting.attendances.filter(role=role).select_related("user", "seat").order_by("seat_id"))


def letters(kind: str) -> int:
    """Return how many letters of a kind wait."""
    return Message.objects.filter(kind=f"liaisons.{kind}").count()


def refusal(verb: Any, *args: Any, **kwargs: Any) -> str:
    """Return the code with which a verb is refused."""
    with pytest.raises(Refused) as refused:
        verb(*args, **kwargs)
    return refused.value.code


class TestNotice:
    def test_it_asks_members_and_the_secretary_once(self, meeting: Meeting) -> None:
        for _twice in range(2):
            sent(meeting)
        assert sorted(meeting.attendances.values_list("role", flat=True)) == ["member", "member", "secretary"]
        assert letters("meeting_notice") == 3
        assert AgendaPackage.objects.filter(meeting=meeting).count() == 1

    def test_new_matters_are_told_anew(self, meeting: Meeting) -> None:
        sent(meeting)
        add_agenda_item(meeting, title="Muu asia", by=secretary(meeting), now=NOW + timedelta(hours=1))
        send_notice(meeting, by=secretary(meeting), now=NOW + timedelta(hours=2))
        assert letters("meeting_notice") == 6
        assert meeting.attendances.count() == 3

    def test_what_is_refused(self, meeting: Meeting) -> None:
        assert refusal(send_notice, meeting, by=secretary(meeting), now=AFTER) == "meeting_begun"
        empty = MeetingFactory(body=meeting.body)
        assert refusal(send_notice, empty, by=secretary(meeting), now=NOW) == "agenda_empty"
        with pytest.raises(Http404):
            send_notice(meeting, by=rows(meeting)[0].user if rows(meeting) else UserFactory(), now=NOW)

    def test_a_confidential_matter_makes_two_packages(self, meeting: Meeting) -> None:
        AgendaItemFactory(meeting=meeting, is_confidential=True, confidential_ground="JulkL 24 § 1 mom. 25 k")
        sent(meeting)
        assert sorted(meeting.packages.values_list("is_whole", flat=True)) == [False, True]


class TestReplies:
    def test_a_deputy_is_called_in_and_released(self, meeting: Meeting) -> None:
        first = rows(sent(meeting))[0]
        for _twice in range(2):
            reply_to_notice(first, coming=False, note="Matkoilla", by=first.user, now=NOW)
        deputy = rows(meeting, "deputy")[0]
        assert (deputy.stands_in_for, deputy.may_vote) == (first, True)
        assert letters("meeting_deputy") == 1
        reply_to_notice(first, coming=True, by=first.user, now=NOW)
        deputy.refresh_from_db()
        assert (deputy.reply, deputy.stands_in_for, letters("meeting_released")) == ("released", None, 1)
        assert refusal(reply_to_notice, deputy, coming=True, by=deputy.user, now=NOW) == "released"

    def test_nobody_left_is_told_to_the_secretary(self, meeting: Meeting) -> None:
        second = rows(sent(meeting))[1]
        reply_for(second, coming=False, by=secretary(meeting), now=NOW)
        assert rows(meeting, "deputy") == []  # the deputy is the first member's alone
        message = Message.objects.get(kind="liaisons.meeting_nobody")
        assert message.to_user == secretary(meeting)

    def test_one_answers_only_for_oneself_and_before_the_meeting(self, meeting: Meeting) -> None:
        first, second = rows(sent(meeting))
        with pytest.raises(Http404):
            reply_to_notice(first, coming=True, by=second.user, now=NOW)
        assert refusal(reply_to_notice, first, coming=True, by=first.user, now=AFTER) == "meeting_begun"


class TestChanges:
    def test_a_moved_meeting_is_told_once_a_change(self, meeting: Meeting) -> None:
        sent(meeting)
        later = meeting.starts_at + timedelta(days=1)
        for _twice in range(2):
            moved = move_meeting(meeting, starts_at=later, place="Toinen talo", by=secretary(meeting), now=NOW)
        assert (moved.starts_at, moved.sequence, letters("meeting_moved")) == (later, 1, 3)

    def test_a_cancelled_meeting_is_told_with_the_reason(self, meeting: Meeting) -> None:
        sent(meeting)
        assert refusal(cancel_meeting, meeting, reason=" ", by=secretary(meeting), now=NOW) == "reason_missing"
        for _twice in range(2):
            cancel_meeting(meeting, reason="Sairastumisia", by=secretary(meeting), now=NOW)
        assert letters("meeting_cancelled") == 3
        again = plan_meeting(meeting.body, starts_at=meeting.starts_at, by=secretary(meeting), now=NOW)
        assert again.pk != meeting.pk

    def test_the_coordinator_does_not_run_a_body_that_is_not_the_countys(self, meeting: Meeting) -> None:
        from tests.accounts.factories import staff

        with pytest.raises(Http404):
            plan_meeting(meeting.body, starts_at=AFTER, by=staff("coordinator"), now=NOW)


class TestAgenda:
    def test_matters_change_places(self, meeting: Meeting) -> None:
        first = meeting.items.get()
        second = add_agenda_item(meeting, title="Toinen", by=secretary(meeting), now=NOW)
        shift_agenda_item(second, up=True, by=secretary(meeting), now=NOW)
        shift_agenda_item(second, up=True, by=secretary(meeting), now=NOW)
        assert list(AgendaItem.objects.filter(meeting=meeting).order_by("order")) == [second, first]

    def test_the_same_file_is_kept_once(self, meeting: Meeting) -> None:
        item = meeting.items.get()
        data = blank_pdf()
        for _twice in range(2):
            upload = check_upload(SimpleUploadedFile("liite.pdf", data, "application/pdf"))
            attach_to_item(item, upload=upload, by=secretary(meeting), now=NOW)
        assert item.attachments.count() == 1

    def test_a_confidential_matter_is_for_the_bodys_people(self, meeting: Meeting) -> None:
        sent(meeting)
        secret = AgendaItemFactory(
            meeting=meeting, title="Salainen nimi", is_confidential=True, confidential_ground="JulkL 24 §"
        )
        first, second = rows(meeting)
        assert signed_in(first.user).get(f"/kokoukset/asiat/{secret.pk}/").status_code == 200
        withdraw_from_item(secret, attendance=first, ground="Hallituksen jäsen", by=first.user, now=NOW)
        assert signed_in(first.user).get(f"/kokoukset/asiat/{secret.pk}/").status_code == 404
        assert signed_in(second.user).get(f"/kokoukset/asiat/{secret.pk}/").status_code == 200
        public = signed_in(UserFactory()).get(f"/toimielimet/kokoukset/{meeting.pk}/")
        assert "Salainen nimi" not in public.text


class TestAttendance:
    def test_who_was_there_is_marked_when_the_meeting_has_begun(self, meeting: Meeting) -> None:
        first, second = rows(sent(meeting))
        marks = {first.pk: {"presence": "present", "arrived_at": meeting.starts_at}, second.pk: {"presence": "absent"}}
        assert refusal(mark_presence, meeting, marks, by=secretary(meeting), now=NOW) == "not_begun"
        mark_presence(meeting, marks, by=secretary(meeting), now=AFTER)
        first.refresh_from_db()
        assert (first.presence, first.arrived_at) == ("present", meeting.starts_at)
        hold_meeting(meeting, by=secretary(meeting), now=AFTER)
        visitors = [add_visitor(meeting, name="Vieras", task="", by=secretary(meeting), now=AFTER) for _i in range(2)]
        assert visitors[0] == visitors[1]

    def test_a_withdrawal_stands_once_and_is_taken_back(self, meeting: Meeting) -> None:
        first, second = rows(sent(meeting))
        item = meeting.items.get()
        facts = {"attendance": first, "ground": "Hallituksen jäsen", "now": NOW}
        conflict = withdraw_from_item(item, by=first.user, **facts)
        assert withdraw_from_item(item, by=secretary(meeting), **facts) == conflict
        with pytest.raises(Http404):
            withdraw_from_item(item, by=second.user, **facts)
        take_back_withdrawal(conflict, by=secretary(meeting), now=NOW)
        assert not item.conflicts.exists()


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"role": "visitor"}, "liaisons_attendance_seated_by_a_seat"),
        ({"arrived_at": NOW}, "liaisons_attendance_times_of_the_present"),
        (
            {"presence": "present", "arrived_at": NOW, "left_at": NOW - timedelta(hours=1)},
            "liaisons_attendance_left_later",
        ),
    ],
)
def test_what_is_never_true_of_attendance(fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        AttendanceFactory(**fields)


class TestPages:
    def test_a_member_answers_on_the_page(self, meeting: Meeting) -> None:
        first = rows(sent(meeting))[0]
        client = signed_in(first.user)
        page = client.post(f"/kokoukset/{meeting.pk}/vastaus/", {"coming": "en", "note": "Este"}, follow=True)
        first.refresh_from_db()
        assert (page.status_code, first.reply, first.note) == (200, "absent", "Este")

    def test_the_calendar_file_invites(self, meeting: Meeting) -> None:
        first = rows(sent(meeting))[0]
        answer = signed_in(first.user).get(f"/kokoukset/{meeting.pk}/kutsu.ics")
        assert answer["Content-Type"].startswith("text/calendar")
        assert "METHOD:REQUEST" in answer.text

    def test_pages_have_a_fixed_number_of_queries(self, meeting: Meeting) -> None:
        sent(meeting)
        client = signed_in(secretary(meeting))
        urls = [
            f"/kokoukset/{meeting.pk}/",
            f"/kokoukset/{meeting.pk}/lasnaolo/",
            f"/kokoukset/{meeting.pk}/asiakirjat/",
            f"/kokoukset/{meeting.pk}/historia/",
            f"/toimielimet/kokoukset/{meeting.pk}/",
            f"/toimielimet/{meeting.body_id}/",
            "/toimielimet/",
        ]
        one = [queries(client, url) for url in urls]
        for _row in range(2):
            AgendaItemFactory(meeting=meeting)
            AttendanceFactory(meeting=meeting)
            MeetingFactory(body=meeting.body)
        assert [queries(client, url) for url in urls] == one
        assert max(one) <= 20
