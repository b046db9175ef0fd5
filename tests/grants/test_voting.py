"""Grant cases in the body's meeting: withdrawals on the agenda, quorum and votes by case, what the record keeps."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import User
from common.errors import Refused
from common.legal_dates import ServedBy
from county.models import County
from grants.models import Application, CaseEvent, ConflictDeclaration, Decision
from grants.votes import votes_of_matters
from grants.workflow.conflicts import declare_conflict, declare_no_conflicts
from grants.workflow.decisions import Left, Minutes, issue_decision, record_decisions
from grants.workflow.voting import Vote, forget_vote
from liaisons.models import Attendance, ItemConflict, ItemDeputy, Seat
from liaisons.record_places import freeze
from liaisons.workflow import (
    choose_item_chair,
    hold_meeting,
    mark_presence,
    send_notice,
    take_back_withdrawal,
    withdraw_from_item,
)
from notifications.models import Message
from tests.accounts.factories import UserFactory, signed_in
from tests.grants.factories_handling import AFTER, MEETING_AT, TAKEN_UP, make_desk, present, propose_all
from tests.grants.test_decisions import words
from tests.grants.test_handling_pages import page, set_clock, text
from tests.liaisons.factories import SeatFactory
from tests.liaisons.factories_bodies import make_record

pytestmark = pytest.mark.django_db
GROUND = "Puolisoni on järjestön hallituksessa."


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, AFTER)


class Board:
    """A chair, a vice chair and two members with a common deputy, and a call of two cases before them."""

    def __init__(self, *, deputies: int = 1, notice: bool = True) -> None:
        self.desk = make_desk()
        body = self.desk.body
        people = (("Päivi Puhis", "chair"), ("Ville Vara", "vice_chair"), ("Kalle Kolmas", ""))
        self.seats = [
            SeatFactory(body=body, user=UserFactory(full_name=name), position=place) for name, place in people
        ]
        self.seats.append(Seat.objects.get(user=self.desk.member))
        self.deputies = [
            SeatFactory(body=body, user=UserFactory(full_name=f"Veera Varanen {number}"), role="deputy")
            for number in range(deputies)
        ]
        propose_all(self.desk, ["3000.00", "1000.00"])
        self.meeting = present(self.desk)
        self.item: Any = self.desk.call.agenda_item
        if notice:
            send_notice(self.meeting, by=self.desk.secretary, now=TAKEN_UP)

    @property
    def case(self) -> Application:
        return self.desk.cases[0]

    def person(self, place: int) -> User:
        return self.seats[place].user  # type: ignore[no-any-return]

    def row(self, user: User) -> Attendance:
        return Attendance.objects.get(meeting=self.meeting, user=user)

    def withdraw(self, user: User, *, case: int = 0, private: bool = False) -> ConflictDeclaration:
        return declare_conflict(
            self.desk.cases[case], has_conflict=True, ground=GROUND, is_private=private, by=user, now=TAKEN_UP
        )

    def hold(self, absent: tuple[User, ...] = ()) -> None:
        """Hold the meeting; everybody who was asked is there but the absent."""
        hold_meeting(self.meeting, presided_by=self.person(0), by=self.desk.secretary, now=AFTER)
        rows = Attendance.objects.filter(meeting=self.meeting, role__in=["member", "deputy"])
        gone = {user.pk for user in absent}
        marks = {row.pk: {"presence": "absent" if row.user_id in gone else "present"} for row in rows}
        mark_presence(self.meeting, marks, by=self.desk.secretary, now=AFTER)
        declare_no_conflicts([case.pk for case in self.desk.cases], by=self.desk.secretary, now=AFTER)

    def record(self, **given: Any) -> list[Decision]:
        values = {"section_number": 12, "decided_on": MEETING_AT.date(), "by": self.desk.secretary, "now": AFTER}
        return record_decisions(self.desk.fresh(), **{**values, **given})

    def refusal(self, **given: Any) -> Refused:
        with pytest.raises(Refused) as refused:
            self.record(**given)
        assert not Decision.objects.exists()
        return refused.value


class TestOnTheAgenda:
    def test_a_declared_conflict_reaches_the_matter_and_calls_the_deputy(self, monkeypatch: pytest.MonkeyPatch) -> None:
        board = Board()
        chair = board.person(0)
        for _twice in range(2):
            board.withdraw(chair)
        (conflict,) = ItemConflict.objects.all()
        assert (conflict.item_id, conflict.part, conflict.name) == (
            board.item.pk,
            board.case.case_number,
            "Päivi Puhis",
        )
        (duty,) = ItemDeputy.objects.all()
        assert (duty.part, duty.attendance.name, duty.stands_in_for) == (
            board.case.case_number,
            "Veera Varanen 0",
            board.row(chair),
        )
        (letter,) = Message.objects.filter(kind="liaisons.meeting_item_deputy")
        assert (letter.to_user, board.case.case_number in letter.text) == (board.deputies[0].user, True)
        set_clock(monkeypatch, TAKEN_UP)
        shown = text(signed_in(board.desk.secretary).get(board.meeting.get_absolute_url()))
        assert "Varajäsen tässä asiassa: Veera Varanen 0" in shown
        client = signed_in(chair)
        assert client.get(reverse("grants:committee_case", args=[board.case.pk])).status_code == 404
        assert client.get(reverse("grants:committee_case", args=[board.desk.cases[1].pk])).status_code in (200, 302)

    def test_what_was_declared_before_the_call_came_to_the_meeting_is_carried(self) -> None:
        desk = make_desk()
        propose_all(desk, ["100.00", "100.00"])
        ConflictDeclaration.objects.create(
            application=desk.cases[1], user=desk.member, has_conflict=True, ground=GROUND, declared_at=TAKEN_UP
        )
        stranger = UserFactory()
        ConflictDeclaration.objects.create(
            application=desk.cases[1], user=stranger, has_conflict=True, ground=GROUND, declared_at=TAKEN_UP
        )
        present(desk)
        assert list(ItemConflict.objects.values_list("user", "part")) == [(desk.member.pk, desk.cases[1].case_number)]

    def test_who_withdraws_from_the_whole_matter_withdraws_from_its_cases(self) -> None:
        board = Board()
        person = board.person(2)
        declare_no_conflicts([board.case.pk], by=person, now=TAKEN_UP)
        conflict = withdraw_from_item(board.item, attendance=board.row(person), ground=GROUND, by=person, now=TAKEN_UP)
        said = ConflictDeclaration.objects.filter(user=person, has_conflict=True, of_whole_item=True)
        assert said.count() == 2
        assert signed_in(person).get(reverse("grants:committee_case", args=[board.case.pk])).status_code == 404
        take_back_withdrawal(conflict, by=board.desk.secretary, now=TAKEN_UP)
        assert not ConflictDeclaration.objects.filter(user=person).exists()
        assert board.row(board.deputies[0].user).reply == "released"

    def test_a_private_ground_is_told_nowhere(self, monkeypatch: pytest.MonkeyPatch) -> None:
        board = Board()
        board.withdraw(board.person(2), private=True)
        event = CaseEvent.objects.get(verb="declare_conflict")
        assert event.text.endswith("vetäytyi asian käsittelystä. Perustetta ei näytetä.")
        set_clock(monkeypatch, TAKEN_UP)
        for reader in (board.desk.secretary, board.person(0)):
            assert GROUND not in text(signed_in(reader).get(board.meeting.get_absolute_url()))
            assert GROUND not in text(signed_in(reader).get(f"/kokoukset/asiat/{board.item.pk}/"))
        assert GROUND not in page(board.desk.coordinator, "case_history", board.case.pk)


class TestQuorum:
    def test_the_deputy_counts_and_who_withdrew_does_not(self) -> None:
        board = Board()
        board.withdraw(board.person(0))
        board.hold(absent=(board.person(2),))
        first, second = board.record()
        assert first.course["left"] == [{"name": "Päivi Puhis", "ground": GROUND, "deputy": "Veera Varanen 0"}]
        assert (first.course["chair"], first.course["chair_as"]) == ("Ville Vara", "vice_chair")
        assert (first.course["voters"], first.course["needed"]) == (3, 3)
        assert second.course == {}

    def test_no_decision_without_quorum_until_the_case_is_tabled(self) -> None:
        board = Board(deputies=0)
        board.withdraw(board.person(2))
        board.hold(absent=(board.desk.member,))
        refused = board.refusal()
        assert refused.code == "no_quorum"
        assert board.case.case_number in str(refused)
        client = signed_in(board.desk.secretary)
        address = reverse("grants:decisions_record", args=[board.desk.call.pk])
        assert "Näissä asioissa päätöstä ei voi kirjata" in text(client.get(address))
        answer = client.post(address, _posted(board))
        assert answer.status_code == 409
        assert "Päätöstä ei voi kirjata. Jätä asia pöydälle" in text(answer)
        (row,) = board.record(left={board.case.pk: Left.TABLED})
        assert row.application_id == board.desk.cases[1].pk

    def test_nobody_decides_where_all_withdrew(self) -> None:
        board = Board()
        for place in range(3):
            board.withdraw(board.person(place))
        board.withdraw(board.desk.member)
        board.withdraw(board.deputies[0].user)
        assert not ItemDeputy.objects.exists()
        assert Message.objects.filter(kind="liaisons.meeting_nobody").exists()
        board.hold()
        assert board.refusal().code == "no_quorum"

    def test_a_deputy_with_a_conflict_is_followed_by_the_next(self) -> None:
        board = Board(deputies=2)
        board.withdraw(board.person(2))
        board.withdraw(board.deputies[0].user)
        assert [duty.attendance.name for duty in ItemDeputy.objects.all()] == ["Veera Varanen 1"]
        board.hold()
        assert board.record()[0].course["voters"] == 4

    def test_both_chairs_withdrew_and_somebody_is_chosen(self) -> None:
        board = Board()
        board.withdraw(board.person(0))
        board.withdraw(board.person(1))
        board.hold()
        assert board.refusal().code == "chair_missing"
        choose_item_chair(
            board.item,
            attendance=board.row(board.person(2)),
            part=board.case.case_number,
            by=board.desk.secretary,
            now=AFTER,
        )
        course = board.record()[0].course
        assert (course["chair"], course["chair_as"], len(course["left"])) == ("Kalle Kolmas", "", 2)

    def test_attendance_is_marked_first(self) -> None:
        board = Board()
        hold_meeting(board.meeting, by=board.desk.secretary, now=AFTER)
        declare_no_conflicts([case.pk for case in board.desk.cases], by=board.desk.secretary, now=AFTER)
        assert board.refusal().code == "attendance_missing"
        shown = page(board.desk.secretary, "decisions_record", board.desk.call.pk)
        assert "Merkitse ensin läsnäolo" in shown


class TestVotes:
    def test_no_more_votes_than_voters_of_the_case(self) -> None:
        board = Board(deputies=0)
        board.withdraw(board.person(2))
        board.hold()
        four = Minutes(votes_for=3, votes_against=0, votes_blank=1)
        refused = board.refusal(minutes=four)
        assert refused.code == "votes_do_not_add_up"
        assert "4 ääntä, mutta äänivaltaisia oli läsnä 3" in str(refused)
        first, second = board.record(minutes=four, votes={board.case.pk: Vote(2, 0, 1)})
        assert (first.votes_for, first.votes_against, first.votes_blank) == (2, 0, 1)
        assert (second.votes_for, second.votes_against, second.votes_blank) == (3, 0, 1)

    def test_a_dissent_has_words_and_somebody_who_took_part(self) -> None:
        board = Board(deputies=0)
        board.withdraw(board.person(2))
        board.hold()
        key = board.case.pk
        gone, there = board.row(board.person(2)).pk, board.row(board.person(1)).pk
        for vote, code in (
            (Vote(dissent="Hylättävä."), "dissent_incomplete"),
            (Vote(dissenters=(there,)), "dissent_incomplete"),
            (Vote(dissent="Hylättävä.", dissenters=(gone,)), "dissenter_absent"),
            (Vote(dissent="Hylättävä.", dissenters=(10**9,)), "dissenter_absent"),
        ):
            assert board.refusal(votes={key: vote}).code == code
        both = Minutes(dissent="Hylättävä.", dissenters=(gone, there))
        first, second = board.record(minutes=both)
        assert [row.name for row in first.dissents.all()] == ["Ville Vara"]
        assert [row.name for row in second.dissents.all()] == ["Kalle Kolmas", "Ville Vara"]

    def test_the_page_takes_the_vote_of_each_case(self) -> None:
        board = Board(deputies=0)
        board.withdraw(board.person(2))
        board.hold()
        client, key = signed_in(board.desk.secretary), board.case.pk
        address = reverse("grants:decisions_record", args=[board.desk.call.pk])
        shown = text(client.get(address))
        assert "Äänestys ja eriävä mielipide tässä asiassa (äänivaltaisia 3)" in shown
        assert "Kalle Kolmas poistui esteellisenä asian käsittelyn ajaksi." in shown
        there = board.row(board.person(1)).pk
        data = _posted(board) | {
            f"votes_for_{key}": "2",
            f"votes_against_{key}": "2",
            f"vote_text_{key}": "Esitys vastaan hylkäys.",
            f"dissent_{key}": "Toiminta ei ole alueen.",
            f"dissenters_{key}": [there],
        }
        late = client.post(address, data)
        assert (late.status_code, "kirjattiin 4 ääntä" in text(late)) == (409, True)
        assert "Toiminta ei ole alueen." in text(late)
        assert client.post(address, data | {f"votes_against_{key}": "1"}).status_code == 302
        made = Decision.objects.get(application=key)
        assert made.vote == {
            "in_favour": 2,
            "against": 1,
            "blank": None,
            "text": "Esitys vastaan hylkäys.",
            "dissent": "Toiminta ei ole alueen.",
            "dissenters": ["Ville Vara"],
        }
        assert Decision.objects.exclude(application=key).get().vote == {}
        case = page(board.desk.secretary, "case", key)
        assert "Puolesta 2, vastaan 1." in case
        assert "Eriävä mielipide, Ville Vara:" in case
        stranger = page(board.desk.coordinator, "case", key)
        assert "Hänen sijaansa" not in stranger


class TestWhatIsKept:
    def test_the_letter_and_the_party_see_the_vote(self, settings: Any, tmp_path: Path) -> None:
        settings.STORAGES = {
            **settings.STORAGES,
            "default": {
                "BACKEND": "django.core.files.storage.FileSystemStorage",
                "OPTIONS": {"location": str(tmp_path), "base_url": None},
            },
        }
        County.objects.create(code="12", name_fi="Testialue", revision_body="Hyvinvointilautakunta")
        board = Board()
        board.withdraw(board.person(0), private=True)
        board.hold()
        there = board.row(board.person(1)).pk
        vote = Vote(2, 1, 1, vote_text="Esitys vastaan hylkäys.", dissent="Hylättävä.", dissenters=(there,))
        first, second = board.record(votes={board.case.pk: vote})
        letters = [
            words(issue_decision(row, served_by=ServedBy.ELECTRONIC, by=board.desk.coordinator, now=AFTER).letter)
            for row in (first, second)
        ]
        for part in (
            "Päivi Puhis poistui esteellisenä asian käsittelyn ajaksi. Peruste: hallintolaki 28 §.",
            "Hänen sijaansa tuli varajäsen Veera Varanen 0.",
            "varapuheenjohtaja Ville Vara.",
            "Esitys vastaan hylkäys. Puolesta 2, vastaan 1. Tyhjiä 1.",
            "Eriävä mielipide, Ville Vara: Hylättävä.",
        ):
            assert part in letters[0]
            assert part not in letters[1]
        case = board.case
        own = signed_in(case.organisation.memberships.first().user)  # type: ignore[union-attr]
        shown = text(own.get(reverse("grants:application", args=[case.organisation_id, case.pk])))
        assert "Puolesta 2, vastaan 1." in shown
        forget_vote(first)
        assert (first.vote, first.course, first.dissents.count()) == ({}, {}, 0)

    def test_the_minutes_tell_the_vote_and_a_draft_hides_it_from_who_withdrew(self) -> None:
        board = Board()
        gone = board.person(0)
        board.withdraw(gone)
        board.hold()
        vote = Vote(3, 1, vote_text="Esitys vastaan hylkäys.")
        board.record(votes={board.case.pk: vote})
        type(board.desk.body).objects.filter(pk=board.desk.body.pk).update(record_kind="minutes")
        draft = make_record(board.meeting, by=board.desk.secretary)
        (matter,) = (item for item in freeze(draft, {}, approved={}, now=AFTER)["items"] if item["courses"])
        (course,) = matter["courses"]
        assert (course["part"], course["vote"]["in_favour"], course["chair"]) == (
            board.case.case_number,
            3,
            "Ville Vara",
        )
        address = f"/kokoukset/{board.meeting.pk}/poytakirja/"
        assert "Puolesta 3, vastaan 1." in text(signed_in(board.desk.secretary).get(address))
        for reader in (gone, board.person(2)):  # the other has not declared
            assert "Puolesta 3" not in text(signed_in(reader).get(address))

    def test_a_vote_that_holds_in_all_is_told_once(self) -> None:
        board = Board(notice=False)
        hold_meeting(board.meeting, by=board.desk.secretary, now=AFTER)
        declare_no_conflicts([case.pk for case in board.desk.cases], by=board.desk.secretary, now=AFTER)
        board.record(minutes=Minutes(votes_for=3, votes_against=1))
        (told,) = votes_of_matters([board.item.pk], None, AFTER + timedelta(days=1))
        assert (told.part, told.vote["in_favour"]) == ("", 3)
        reader = board.person(1)
        assert list(votes_of_matters([board.item.pk], reader, AFTER)) == []


def _posted(board: Board) -> dict[str, Any]:
    """Return the form as it is offered: the proposals as they stand."""
    data: dict[str, Any] = {"section_number": "12", "decided_on": "17.2.2027", "published_on": ""}
    for case in board.desk.cases:
        data |= {f"sum_{case.pk}": str(case.proposal.sum), f"reasons_{case.pk}": case.proposal.reasons}
    return data
