"""Minutes and memos: written with revisions, commented, checked, frozen, corrected, published."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import DatabaseError, IntegrityError, transaction
from django.http import Http404
from django.test import Client

from common.errors import Refused
from liaisons.models import Meeting, MeetingRecord
from liaisons.record_places import CLOSING, OPENING, decision_key
from liaisons.workflow import (
    add_comment,
    answer_comment,
    ask_comments,
    check_record,
    publish_record,
    record_approval,
    save_record,
    send_to_check,
    start_correction,
    start_record,
    take_back_record,
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
from tests.liaisons.factories_bodies import asked, make_record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_the_moment() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def meeting() -> Meeting:
    """Return a held meeting with a chair, two other members present, and one matter with a proposal."""
    body = BodyFactory(kind="ngo_council", is_self_run=True, record_kind="minutes", name_fi="JANE")
    BodyAppointmentFactory(body=body, role="secretary")
    seats = [SeatFactory(body=body) for _seat in range(3)]
    meeting = MeetingFactory(body=body, starts_at=NOW - timedelta(days=2), state="held", presided_by=seats[0].user)
    for seat in seats:
        asked(meeting, seat, presence="present")
    AgendaItemFactory(meeting=meeting, title="Suunnitelma", proposal="Hyväksytään.")
    return meeting  # type: ignore[no-any-return]


def secretary(meeting: Meeting) -> Any:
    """Return the body's secretary."""
    return meeting.body.appointments.get(role="secretary").user


def people(meeting: Meeting) -> list[Any]:
    """Return the members, the chair first."""
    return [row.user for row in meeting.attendances.select_related("user").order_by("seat_id")]


def begun(meeting: Meeting, kind: str = "minutes") -> MeetingRecord:
    """Begin the minutes."""
    return start_record(meeting, kind=kind, by=secretary(meeting), now=NOW)


def approved(meeting: Meeting) -> MeetingRecord:
    """Return minutes that the chair and two inspectors have approved."""
    record = begun(meeting)
    chair, *inspectors = people(meeting)
    send_to_check(record, inspectors=inspectors, by=secretary(meeting), now=NOW)
    for user in (chair, *inspectors):
        check_record(record, approves=True, by=user, now=NOW)
    record.refresh_from_db()
    return record


def refusal(verb: Any, *args: Any, **kwargs: Any) -> str:
    """Return the code with which a verb is refused."""
    with pytest.raises(Refused) as refused:
        verb(*args, **kwargs)
    return refused.value.code


class TestWriting:
    def test_it_begins_with_the_proposals_and_sections(self, meeting: Meeting) -> None:
        record = begun(meeting)
        assert begun(meeting) == record
        item = meeting.items.get()
        assert record.revisions.get().content == {decision_key(item): "Hyväksytään."}
        assert item.section_number == 1

    def test_what_cannot_be_begun(self, meeting: Meeting) -> None:
        by = secretary(meeting)
        planned = MeetingFactory(body=meeting.body)
        assert refusal(start_record, planned, kind="memo", by=by, now=NOW) == "not_held"
        type(meeting.body).objects.filter(pk=meeting.body_id).update(record_kind="elsewhere")
        assert refusal(start_record, meeting, kind="memo", by=by, now=NOW) == "elsewhere"
        with pytest.raises(Http404):
            start_record(meeting, kind="memo", by=people(meeting)[0], now=NOW)

    def test_saves_of_two_people_are_brought_together(self, meeting: Meeting) -> None:
        record, by = begun(meeting), secretary(meeting)
        save_record(record, base=1, texts={OPENING: "Avattiin."}, by=by, now=NOW)
        second = save_record(record, base=1, texts={CLOSING: "Päätettiin."}, by=by, now=NOW)
        assert second.revision.content[OPENING] == "Avattiin."
        assert second.revision.content[CLOSING] == "Päätettiin."
        clash = save_record(record, base=1, texts={OPENING: "Aloitettiin."}, by=by, now=NOW)
        assert clash.is_conflict
        same = save_record(record, base=3, texts={OPENING: "Avattiin."}, by=by, now=NOW)
        assert (same.revision.number, record.revisions.count()) == (3, 3)


class TestComments:
    def test_comments_come_in_time_and_are_answered(self, meeting: Meeting) -> None:
        record, by, chair = begun(meeting), secretary(meeting), people(meeting)[0]
        until = NOW + timedelta(days=5)
        assert refusal(ask_comments, record, until=NOW, by=by, now=NOW) == "too_soon"
        for _twice in range(2):
            ask_comments(record, until=until, by=by, now=NOW)
        assert Message.objects.filter(kind="liaisons.record_comments").count() == 3
        comment = [add_comment(record, place="", text="Nimi väärin", by=chair, now=NOW) for _twice in range(2)][1]
        assert record.comments.count() == 1
        with pytest.raises(Http404):
            add_comment(record, place="", text="Ohi", by=UserFactory(), now=NOW)
        late = until + timedelta(minutes=1)
        assert refusal(add_comment, record, place="", text="Myöhässä", by=chair, now=late) == "too_late"
        inspectors = people(meeting)[1:]
        assert refusal(send_to_check, record, inspectors=inspectors, by=by, now=NOW) == "comments_open"
        answer_comment(comment, answer="Korjattu", by=by, now=NOW)
        assert send_to_check(record, inspectors=inspectors, by=by, now=NOW).state == "checking"


class TestChecking:
    def test_the_last_approval_freezes_and_closes_the_meeting(self, meeting: Meeting) -> None:
        record = approved(meeting)
        meeting.refresh_from_db()
        assert (record.state, record.approved_how, meeting.state) == ("approved", "inspectors", "minutes_checked")
        snapshot: Any = record.snapshot
        assert (snapshot["body"], snapshot["voters"], snapshot["needed"]) == ("JANE", 3, 2)
        assert [item["title"] for item in snapshot["items"]] == ["Suunnitelma"]
        assert [person["role"] for person in snapshot["attendance"]] == ["member", "member", "member"]
        assert snapshot["attendance"][0]["name"] == people(meeting)[0].full_name, "who presided stands first"
        with pytest.raises(DatabaseError, match="approved record"), transaction.atomic():
            MeetingRecord.objects.filter(pk=record.pk).update(snapshot_hash="0" * 64)
        with pytest.raises(DatabaseError, match="Cannot delete"), transaction.atomic():
            MeetingRecord.objects.filter(pk=record.pk).delete()

    def test_who_may_inspect(self, meeting: Meeting) -> None:
        record, by = begun(meeting), secretary(meeting)
        chair, second, third = people(meeting)
        for chosen in ([second], [chair, second], [second, UserFactory()]):
            assert refusal(send_to_check, record, inspectors=chosen, by=by, now=NOW) == "inspectors"
        Meeting.objects.filter(pk=meeting.pk).update(presided_by=None)
        assert refusal(send_to_check, record, inspectors=[second, third], by=by, now=NOW) == "no_chair"

    def test_a_returned_text_is_asked_anew(self, meeting: Meeting) -> None:
        record, by = begun(meeting), secretary(meeting)
        chair, *inspectors = people(meeting)
        send_to_check(record, inspectors=inspectors, by=by, now=NOW)
        check_record(record, approves=True, by=chair, now=NOW)
        with pytest.raises(Http404):
            check_record(record, approves=True, by=chair, now=NOW)
        assert refusal(check_record, record, approves=False, by=inspectors[0], now=NOW) == "note_missing"
        check_record(record, approves=False, note="Korjaa nimi", by=inspectors[0], now=NOW)
        record.refresh_from_db()
        assert record.state == "draft"
        later = NOW + timedelta(hours=1)
        send_to_check(record, inspectors=inspectors, by=by, now=later)
        assert set(record.checks.values_list("state", flat=True)) == {"waiting"}
        assert take_back_record(record, by=by, now=later).state == "draft"

    def test_a_memo_is_approved_by_a_later_meeting(self, meeting: Meeting) -> None:
        record, by = begun(meeting, "memo"), secretary(meeting)
        earlier = MeetingFactory(body=meeting.body, starts_at=NOW - timedelta(days=9), state="held")
        how: dict[str, Any] = {"how": "next_meeting", "by": by, "now": NOW}
        assert refusal(record_approval, record, approving_meeting=earlier, **how) == "wrong_meeting"
        later = MeetingFactory(body=meeting.body, starts_at=NOW - timedelta(hours=3), state="held")
        done = record_approval(record, approving_meeting=later, **how)
        assert (done.state, done.approving_meeting) == ("approved", later)
        assert refusal(record_approval, make_record(later, by=by), approving_meeting=later, **how) == (
            "minutes_are_checked"
        )


class TestAfterwards:
    def test_published_minutes_are_everybodys_without_the_confidential(self, meeting: Meeting) -> None:
        secret = AgendaItemFactory(
            meeting=meeting, title="Salainen nimi", is_confidential=True, confidential_ground="JulkL 24 §"
        )
        record = approved(meeting)
        assert Client().get(f"/toimielimet/asiakirjat/{record.pk}/").status_code == 404
        for _twice in range(2):
            published = publish_record(record, by=secretary(meeting), now=NOW)
        assert published.document != published.public_document
        assert Message.objects.filter(kind="liaisons.record_published").count() == 3
        page = Client().get(f"/toimielimet/asiakirjat/{record.pk}/")
        assert "Suunnitelma" in page.text
        assert secret.title not in page.text
        pdf = Client().get(f"/toimielimet/asiakirjat/{record.pk}/pdf/")
        assert pdf["Content-Type"] == "application/pdf"
        pdf.close()

    def test_a_correction_is_a_new_version(self, meeting: Meeting) -> None:
        record, by = approved(meeting), secretary(meeting)
        assert refusal(start_correction, record, note=" ", by=by, now=NOW) == "note_missing"
        new = start_correction(record, note="Nimi korjattu", by=by, now=NOW)
        assert start_correction(record, note="Toinen", by=by, now=NOW) == new
        assert (new.version, new.corrects, new.state, new.revisions.count()) == (2, record, "draft", 1)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"version": 2, "correction_note": "Nimi"}, "liaisons_record_later_version_corrects"),
        ({"kind": "other"}, "liaisons_record_known_kind"),
        ({"state": "approved"}, "liaisons_record_approved_is_frozen"),
        ({"approved_how": "chair"}, "liaisons_record_minutes_are_inspected"),
    ],
)
def test_what_is_never_true_of_a_record(meeting: Meeting, fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        make_record(meeting, by=secretary(meeting), **fields)


class TestPages:
    def test_a_secretary_writes_and_a_member_does_not_see_the_draft(self, meeting: Meeting) -> None:
        client = signed_in(secretary(meeting))
        page = client.post(f"/kokoukset/{meeting.pk}/poytakirja/aloita/", {"kind": "minutes"}, follow=True)
        assert page.status_code == 200
        record = meeting.records.get()
        url = f"/kokoukset/tekstit/{record.pk}/kirjoita/"
        client.post(url, {"base": "1", OPENING: "Avattiin klo 16."})
        assert record.revisions.first().content[OPENING] == "Avattiin klo 16."  # type: ignore[union-attr]
        member = signed_in(people(meeting)[0])
        assert "Avattiin klo 16." not in member.get(f"/kokoukset/{meeting.pk}/poytakirja/").text
        assert member.get(url).status_code == 404

    def test_a_clash_shows_both_texts(self, meeting: Meeting) -> None:
        record = begun(meeting)
        save_record(record, base=1, texts={OPENING: "Ensimmäinen"}, by=secretary(meeting), now=NOW)
        url = f"/kokoukset/tekstit/{record.pk}/kirjoita/"
        page = signed_in(secretary(meeting)).post(url, {"base": "1", OPENING: "Toinen"})
        assert page.status_code == 409
        assert "Ensimmäinen" in page.text
        assert "Toinen" in page.text
