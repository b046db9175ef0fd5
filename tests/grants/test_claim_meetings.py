"""A claim for revision in the body's meeting: on the agenda, read by members, conflicts, vote, the record."""

from datetime import date, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404
from django.urls import reverse

from common.times import HELSINKI
from grants.models import ConflictDeclaration, RevisionClaim
from grants.panels import meeting_panel
from grants.todos_decisions import decision_todos
from grants.votes import votes_of_matters
from grants.workflow.claim_meetings import leave_claim, present_claim, take_back_claim
from grants.workflow.claims import decide_claim, file_claim, propose_claim
from grants.workflow.conflicts import declare_conflict, declare_no_conflicts
from grants.workflow.decisions import Left
from grants.workflow.voting import Vote
from liaisons.models import AgendaItem, Attendance, ItemConflict, Meeting
from liaisons.workflow import hold_meeting, mark_presence, send_notice, withdraw_from_item
from tests.accounts.factories import UserFactory, signed_in
from tests.grants.factories_handling import Desk, make_held
from tests.grants.test_decisions import words
from tests.grants.test_decisions_hold import _county, code_of, sender, served  # noqa: F401
from tests.grants.test_handling_pages import set_clock, text
from tests.liaisons.factories import MeetingFactory, SeatFactory

pytestmark = pytest.mark.django_db
FILED = datetime(2027, 3, 1, 9, 0, tzinfo=HELSINKI)
PREPARED = datetime(2027, 3, 20, 9, 0, tzinfo=HELSINKI)
MEETING_AT = datetime(2027, 4, 7, 13, 0, tzinfo=HELSINKI)
AFTER = datetime(2027, 4, 8, 9, 0, tzinfo=HELSINKI)
COURT = "Itä-Suomen hallinto-oikeus, Kuopio"


class Claimed:
    """A served rejection, a claim about it with a proposal, and a board of three for the meeting."""

    def __init__(self, *, proposed: bool = True) -> None:
        self.desk: Desk = make_held(cases=1)
        (self.decision,) = served(self.desk)
        body = self.desk.body
        self.chair = SeatFactory(body=body, user=UserFactory(full_name="Päivi Puhis"), position="chair").user
        self.other = SeatFactory(body=body, user=UserFactory(full_name="Kalle Kolmas")).user
        self.claim: RevisionClaim = file_claim(
            self.decision, demand="Summa on liian pieni.", by=sender(self.decision), now=FILED
        )
        self.meeting: Meeting = MeetingFactory(body=body, starts_at=MEETING_AT)
        people = (self.desk.presenter, self.desk.secretary)
        for person in people:
            declare_no_conflicts([self.decision.application_id], by=person, now=FILED)
        if proposed:
            propose_claim(
                self.claim, outcome="rejected", sum=None, reasons="Ei uutta.", by=self.desk.coordinator, now=PREPARED
            )

    def fresh(self) -> RevisionClaim:
        return RevisionClaim.objects.select_related("agenda_item").get(pk=self.claim.pk)

    def present(self) -> RevisionClaim:
        return present_claim(self.fresh(), meeting=self.meeting, by=self.desk.presenter, now=PREPARED)

    def hold(self) -> None:
        """Call people to the meeting, hold it with everybody there."""
        send_notice(self.meeting, by=self.desk.secretary, now=PREPARED)
        hold_meeting(self.meeting, presided_by=self.chair, by=self.desk.secretary, now=AFTER)
        rows = Attendance.objects.filter(meeting=self.meeting, role__in=["member", "deputy"])
        marks = {row.pk: {"presence": "present"} for row in rows}
        mark_presence(self.meeting, marks, by=self.desk.secretary, now=AFTER)

    def decide(self, **given: Any) -> RevisionClaim:
        values = {
            "outcome": "rejected",
            "reasons": "Ei uutta selvitystä.",
            "new_sum": None,
            "decided_on": MEETING_AT.date(),
            "section_number": 21,
            "court": COURT,
            "by": self.desk.secretary,
            "now": AFTER,
        }
        return decide_claim(self.fresh(), **{**values, **given})


def test_from_the_proposal_through_the_meeting_to_the_letter() -> None:
    case = Claimed()
    item = case.present().agenda_item
    assert item is not None
    assert case.present().agenda_item_id == item.pk
    assert AgendaItem.objects.filter(meeting=case.meeting).count() == 1
    by = {"by": case.desk.coordinator, "now": PREPARED}
    again = {"outcome": "accepted", "sum": None, "reasons": "x"}
    assert code_of(lambda: propose_claim(case.fresh(), **again, **by)) == "wrong_state"
    assert code_of(case.decide) == "meeting_not_held"
    case.hold()
    dissenter = Attendance.objects.get(meeting=case.meeting, user=case.other)
    vote = Vote(votes_for=2, votes_against=1, dissent="Summa olisi pitänyt nostaa.", dissenters=(dissenter.pk,))
    assert code_of(lambda: case.decide(vote=Vote(votes_for=4))) == "votes_do_not_add_up"
    early = {"decided_on": date(2027, 4, 6), "vote": vote}
    assert code_of(lambda: case.decide(**early)) == "bad_day"
    done = case.decide(vote=vote)
    assert case.decide(vote=vote) == done
    item.refresh_from_db()
    assert (done.state, item.section_number) == ("decided", 21)
    letter = words(done.letter)
    assert "Summa olisi pitänyt nostaa." in letter
    assert "Kalle Kolmas" in letter
    (told,) = votes_of_matters([item.pk], case.desk.secretary, AFTER)
    assert (told.part, told.vote["in_favour"], told.vote["dissenters"]) == (done.case_number, 2, ["Kalle Kolmas"])
    assert not list(votes_of_matters([item.pk], UserFactory(), AFTER))


def test_who_withdraws_leaves_the_matter_and_reads_nothing_more() -> None:
    case = Claimed()
    ConflictDeclaration.objects.create(
        application=case.decision.application, user=case.chair, has_conflict=True, ground="Veli.", declared_at=FILED
    )
    case.present()
    declare_conflict(case.decision.application, has_conflict=True, ground="Hallituksessa.", by=case.other, now=PREPARED)
    parts = ItemConflict.objects.order_by("name").values_list("user", "part")
    number = case.claim.case_number
    assert list(parts) == [(case.other.pk, number), (case.chair.pk, number)]
    for person in (case.chair, case.other):
        client = signed_in(person)
        for name in ("claim", "claim_target_letter"):
            assert client.get(reverse(f"grants:{name}", args=[case.claim.pk])).status_code == 404
    case.hold()
    assert code_of(case.decide) == "no_quorum"
    leave_claim(case.fresh(), left=Left.TABLED, by=case.desk.secretary, now=AFTER)
    claim = case.fresh()
    assert (claim.state, claim.agenda_item) == ("proposed", None)


def test_a_withdrawal_from_the_whole_matter_closes_the_case() -> None:
    case = Claimed()
    item = case.present().agenda_item
    assert item is not None
    send_notice(case.meeting, by=case.desk.secretary, now=PREPARED)
    row = Attendance.objects.get(meeting=case.meeting, user=case.other)
    withdraw_from_item(item, attendance=row, ground="Puheenjohtaja.", by=case.other, now=PREPARED)
    assert ConflictDeclaration.objects.get(user=case.other).of_whole_item
    assert signed_in(case.other).get(case.claim.get_absolute_url()).status_code == 404


def test_members_declare_first_and_then_read_the_claim_with_its_papers(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, PREPARED)
    case = Claimed()
    client = signed_in(case.other)
    address = case.claim.get_absolute_url()
    present_page = reverse("grants:claim_present", args=[case.claim.pk])
    presenter = signed_in(case.desk.presenter)
    assert present_page in text(presenter.get(address))
    assert presenter.post(present_page, {"meeting": 0}).status_code == 409
    assert presenter.post(present_page, {"meeting": case.meeting.pk}).status_code == 302
    assert [todo.url for todo in decision_todos(case.other, PREPARED)] == [address]
    (panel,) = meeting_panel(case.other, case.meeting, PREPARED)
    assert [row["url"] for row in panel.rows] == [address]
    declare = reverse("grants:declare", args=[case.decision.application_id])
    assert client.get(address).url == f"{declare}?next={address}"  # type: ignore[attr-defined]
    assert client.post(declare, {"answer": "no", "next": address}).url == address  # type: ignore[attr-defined]
    shown = text(client.get(address))
    assert "Summa on liian pieni." in shown
    assert "Ei uutta." in shown
    assert case.meeting.get_absolute_url() in shown
    assert reverse("grants:claim_target_letter", args=[case.claim.pk]) in shown
    assert "Vie kokoukseen" not in shown
    stranger = signed_in(UserFactory())
    assert stranger.get(address).status_code == 404
    assert not list(meeting_panel(UserFactory(), case.meeting, PREPARED))
    set_clock(monkeypatch, AFTER)
    case.hold()
    secretary = signed_in(case.desk.secretary)
    page = reverse("grants:claim_decide", args=[case.claim.pk])
    assert page in text(secretary.get(case.meeting.get_absolute_url()))
    data = {
        "section_number": "21",
        "decided_on": "7.4.2027",
        "outcome": "rejected",
        "reasons": "Ei uutta.",
        "court": COURT,
        "served_by": "electronic",
        "votes_for": "9",
    }
    assert "äänivaltaisia oli läsnä 3" in text(secretary.post(page, data))
    assert secretary.post(page, {**data, "votes_for": "3"}).status_code == 302
    assert "Puolesta 3" in text(client.get(address))


def test_taken_back_before_the_meeting_and_only_by_the_presenter() -> None:
    case = Claimed()
    with pytest.raises(Http404):
        present_claim(case.fresh(), meeting=case.meeting, by=case.desk.coordinator, now=PREPARED)
    foreign = MeetingFactory(starts_at=MEETING_AT)
    wrong = {"meeting": foreign, "by": case.desk.presenter, "now": PREPARED}
    assert code_of(lambda: present_claim(case.fresh(), **wrong)) == "wrong_meeting"
    case.present()
    by = {"by": case.desk.presenter, "now": PREPARED}
    take_back_claim(case.fresh(), **by)
    assert not AgendaItem.objects.filter(meeting=case.meeting).exists()
    assert code_of(lambda: take_back_claim(case.fresh(), **by)) == "wrong_state"
    secretary = {"left": Left.RETURNED, "by": case.desk.secretary, "now": AFTER}
    assert code_of(lambda: leave_claim(case.fresh(), **secretary)) == "wrong_state"
    case.present()
    case.hold()
    assert code_of(lambda: take_back_claim(case.fresh(), by=case.desk.presenter, now=AFTER)) == "meeting_held"
    with pytest.raises(IntegrityError, match="presented_has_item"), transaction.atomic():
        RevisionClaim.objects.filter(pk=case.claim.pk).update(agenda_item=None)


def test_an_unproposed_claim_does_not_come_to_a_meeting() -> None:
    assert code_of(Claimed(proposed=False).present) == "wrong_state"
