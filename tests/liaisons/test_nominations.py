"""Calls for candidates: proposed by an NGO, consented by the candidate, chosen with reasons, seated."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.http import Http404
from django.test import Client

from common.errors import Refused
from liaisons.models import Candidate, NominationCall, Seat
from liaisons.workflow import (
    Choice,
    announce_nomination,
    answer_as_candidate,
    ask_consent_again,
    cancel_nomination,
    choose_candidates,
    enter_candidate,
    extend_nomination,
    propose_candidate,
    publish_nomination,
    seat_candidates,
    withdraw_candidate,
)
from notifications.models import Message
from organisations.models import TimelineEntry
from organisations.workflow.invitations import hash_token
from tests.accounts.factories import signed_in
from tests.county.factories import NOW
from tests.liaisons.factories import BodyAppointmentFactory, BodyFactory, SeatFactory
from tests.liaisons.factories_bodies import (
    TOKEN,
    CandidateFactory,
    NominationFactory,
    OpenNominationFactory,
)
from tests.liaisons.test_pages import queries
from tests.organisations.factories import OrganisationFactory, member

pytestmark = pytest.mark.django_db
AFTER = NOW + timedelta(days=15)


@pytest.fixture(autouse=True)
def _at_the_moment() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def call() -> NominationCall:
    """Return an open call of JANE for one member and one deputy, asking JANE's own members."""
    jane = BodyFactory(kind="ngo_council", name_fi="JANE", is_self_run=True)
    BodyAppointmentFactory(body=jane, role="secretary")
    call = OpenNominationFactory(chooser=jane, members=1, deputies=1, in_pairs=True, asked="members")
    SeatFactory(body=jane, organisation=OrganisationFactory(), party="ngo")
    return call  # type: ignore[no-any-return]


def secretary(call: NominationCall) -> Any:
    """Return the secretary of the body that chooses."""
    return call.chooser.appointments.get(role="secretary").user


def ngo(call: NominationCall) -> Any:
    """Return the NGO that sits in the body that chooses."""
    return call.chooser.seats.get().organisation


def propose(call: NominationCall, by: Any, **more: Any) -> Candidate:
    """Propose Ella for the NGO."""
    fields = {"full_name": "Ella Ehdokas", "email": "Ella@example.org ", "wish": "member", "grounds": "Kokemus"}
    return propose_candidate(call, organisation=ngo(call), by=by, now=NOW, **{**fields, **more})


def consented(call: NominationCall, **fields: Any) -> Candidate:
    """Return a candidate who has consented."""
    return CandidateFactory(call=call, state="consented", answered_at=NOW, **fields)  # type: ignore[no-any-return]


def code(refused: pytest.ExceptionInfo[Refused]) -> str:
    """Return the code of a refusal."""
    return refused.value.code


class TestProposing:
    def test_a_proposal_asks_the_candidate_once(self, call: NominationCall) -> None:
        editor = member(ngo(call), "editor")
        row = propose(call, editor)
        assert propose(call, editor) == row
        assert (row.email, row.state, row.consent_until) == (
            "ella@example.org",
            "proposed",
            call.deadline + timedelta(days=7),
        )
        assert list(Message.objects.values_list("kind", "to_address")) == [
            ("liaisons.candidate_consent", "ella@example.org")
        ]
        entry = TimelineEntry.objects.get()
        assert (entry.organisation, entry.visibility) == (ngo(call), "organisation")

    def test_who_may_not_propose(self, call: NominationCall) -> None:
        with pytest.raises(Refused) as refused:
            propose(call, member(ngo(call), "viewer"))
        assert code(refused) == "not_allowed"
        stranger = OrganisationFactory()
        with pytest.raises(Refused) as refused:
            propose_candidate(
                call,
                organisation=stranger,
                full_name="E",
                email="e@example.org",
                wish="member",
                grounds="k",
                by=member(stranger, "admin"),
                now=NOW,
            )
        assert code(refused) == "not_asked"
        assert not Candidate.objects.exists()

    def test_after_the_deadline_only_the_office_enters_one_as_late(self, call: NominationCall) -> None:
        fields = {"full_name": "E", "email": "e@example.org", "wish": "member", "grounds": "k"}
        with pytest.raises(Refused) as refused:
            propose_candidate(call, organisation=ngo(call), by=member(ngo(call), "admin"), now=AFTER, **fields)
        assert code(refused) == "not_open"
        row = enter_candidate(
            call, organisation=ngo(call), received_as="kirje 3.11.2026", by=secretary(call), now=AFTER, **fields
        )
        assert (row.is_late, row.consent_until) == (True, AFTER + timedelta(days=7))

    def test_one_person_is_a_candidate_once_in_a_call(self, call: NominationCall) -> None:
        CandidateFactory(call=call, email="ella@example.org")
        with pytest.raises(Refused) as refused:
            propose(call, member(ngo(call), "admin"))
        assert code(refused) == "already_candidate"


class TestConsent:
    def test_the_link_alone_answers_and_may_decline_later(self, call: NominationCall) -> None:
        row = CandidateFactory(call=call, token_hash=hash_token(TOKEN))
        client = Client()
        page = client.get(f"/ehdokkuus/{TOKEN}/")
        assert (page.status_code, page["Referrer-Policy"]) == (200, "same-origin")
        for _twice in range(2):
            answer_as_candidate(TOKEN, consents=True, now=NOW)
        row.refresh_from_db()
        assert row.state == "consented"
        assert Message.objects.filter(kind="liaisons.candidate_answered").count() == 1
        answer_as_candidate(TOKEN, consents=False, note="En ehdi.", now=NOW)
        row.refresh_from_db()
        assert (row.state, row.answer_note) == ("declined", "En ehdi.")

    def test_a_wrong_or_old_link_says_so(self, call: NominationCall) -> None:
        CandidateFactory(call=call, token_hash=hash_token(TOKEN))
        assert Client().get("/ehdokkuus/muuta/").status_code == 404
        with pytest.raises(Refused) as refused:
            answer_as_candidate("muuta", consents=True, now=NOW)
        assert code(refused) == "no_such_link"
        with pytest.raises(Refused) as refused:
            answer_as_candidate(TOKEN, consents=True, now=call.deadline + timedelta(days=8))
        assert code(refused) == "link_expired"

    def test_asking_again_makes_the_old_link_useless(self, call: NominationCall) -> None:
        row = CandidateFactory(call=call, organisation=ngo(call), token_hash=hash_token(TOKEN))
        ask_consent_again(row, by=member(ngo(call), "editor"), now=NOW)
        with pytest.raises(Refused):
            answer_as_candidate(TOKEN, consents=True, now=NOW)
        assert Message.objects.get().to_address == row.email

    def test_a_withdrawn_candidate_is_told_once(self, call: NominationCall) -> None:
        row, editor = consented(call, organisation=ngo(call)), member(ngo(call), "editor")
        for _twice in range(2):
            withdraw_candidate(row, by=editor, now=NOW)
        assert [message.to_address for message in Message.objects.all()] == [row.email]
        with pytest.raises(Http404):
            withdraw_candidate(row, by=member(OrganisationFactory(), "admin"), now=NOW)


class TestCall:
    def test_a_published_call_is_announced_once_to_those_asked(self, call: NominationCall) -> None:
        people = [member(ngo(call), "admin"), member(ngo(call), "editor")]
        member(ngo(call), "viewer")
        assert announce_nomination(call.pk, now=NOW) == 2
        assert announce_nomination(call.pk, now=NOW) == 0
        assert set(Message.objects.values_list("to_user", flat=True)) == {person.pk for person in people}

    def test_a_draft_is_published_by_its_secretary_alone(self) -> None:
        draft = NominationFactory(chooser__is_self_run=True)
        BodyAppointmentFactory(body=draft.chooser, role="secretary")
        with pytest.raises(Http404):
            publish_nomination(draft, by=BodyAppointmentFactory(role="secretary").user, now=NOW)
        with pytest.raises(Refused) as refused:
            publish_nomination(draft, by=secretary(draft), now=AFTER)
        assert code(refused) == "deadline_past"
        assert publish_nomination(draft, by=secretary(draft), now=NOW).state == "open"

    def test_more_time_is_later_time(self, call: NominationCall) -> None:
        with pytest.raises(Refused) as refused:
            extend_nomination(call, deadline=call.deadline - timedelta(days=1), by=secretary(call), now=NOW)
        assert code(refused) == "not_later"
        later = call.deadline + timedelta(days=7)
        assert extend_nomination(call, deadline=later, by=secretary(call), now=NOW).deadline == later

    def test_a_cancelled_call_tells_the_candidates_why(self, call: NominationCall) -> None:
        row = consented(call)
        with pytest.raises(Refused) as refused:
            cancel_nomination(call, reason=" ", by=secretary(call), now=NOW)
        assert code(refused) == "reason_missing"
        for _twice in range(2):
            cancel_nomination(call, reason="Ryhmää ei perusteta.", by=secretary(call), now=NOW)
        row.refresh_from_db()
        assert row.state == "withdrawn"
        assert Message.objects.filter(to_address=row.email).count() == 1


class TestChoice:
    def choose(self, call: NominationCall, *choices: Choice, **more: Any) -> NominationCall:
        facts = {"chosen_on": date(2026, 11, 17), "reasons": "Kokemus", "by": secretary(call), "now": AFTER, **more}
        return choose_candidates(call, choices, **facts)

    def test_the_chosen_are_seated_as_a_pair(self, call: NominationCall) -> None:
        first, second, third = consented(call), consented(call), consented(call)
        silent = CandidateFactory(call=call)
        choices = (Choice(second.pk, "deputy", first.pk), Choice(first.pk, "member"))
        for _twice in range(2):
            self.choose(call, *choices, section=7)
        states = [Candidate.objects.get(pk=row.pk).state for row in (first, second, third, silent)]
        assert states == ["chosen", "chosen", "not_chosen", "lapsed"]
        told = Message.objects.filter(kind="liaisons.nomination_chosen")
        assert told.count() == 7  # four who proposed, three who were candidates
        done = seat_candidates(
            call, appointed_by="JANE", appointed_on=date(2026, 11, 18), by=secretary(call), now=AFTER
        )
        seat_candidates(call, appointed_by="JANE", appointed_on=date(2026, 11, 18), by=secretary(call), now=AFTER)
        assert done.state == "finished"
        seat = Seat.objects.get(body=call.body, role="member")
        deputy = Seat.objects.get(body=call.body, role="deputy")
        assert deputy.deputy_for == seat
        assert (seat.user.email, seat.organisation, seat.valid_from, seat.valid_until) == (
            first.email,
            first.organisation,
            call.valid_from,
            call.valid_until,
        )
        assert (seat.nominated_by, seat.nominated_section, seat.appointed_by) == ("JANE", 7, "JANE")

    def test_what_a_choice_must_be(self, call: NominationCall) -> None:
        first, second, silent = consented(call), consented(call), CandidateFactory(call=call)
        member_of_call = Choice(first.pk, "member")
        refusals: list[tuple[str, tuple[Choice, ...], dict[str, Any]]] = [
            ("time_not_over", (member_of_call,), {"now": NOW}),
            ("reasons_missing", (member_of_call,), {"reasons": " "}),
            ("no_consent", (Choice(silent.pk, "member"),), {}),
            ("wrong_number", (), {}),
            ("wrong_number", (member_of_call, Choice(second.pk, "member")), {}),
            ("wrong_pairs", (member_of_call, Choice(second.pk, "deputy", None)), {}),
        ]
        for expected, choices, more in refusals:
            with pytest.raises(Refused) as refused:
                self.choose(call, *choices, **more)
            assert code(refused) == expected
        call.refresh_from_db()
        assert call.state == "open"

    def test_a_nomination_waits_for_the_body_that_appoints(self, call: NominationCall) -> None:
        NominationCall.objects.filter(pk=call.pk).update(chooser_appoints=False)
        BodyAppointmentFactory(body=call.body, role="secretary")
        type(call.body).objects.filter(pk=call.body_id).update(is_self_run=True)
        row = consented(call)
        self.choose(call, Choice(row.pk, "member"))
        assert Message.objects.filter(kind="liaisons.nomination_passed").count() == 1
        with pytest.raises(Http404):
            seat_candidates(call, appointed_by="J", appointed_on=date(2026, 11, 18), by=secretary(call), now=AFTER)
        other = call.body.appointments.get(role="secretary").user
        with pytest.raises(Refused) as refused:
            seat_candidates(call, appointed_by="J", appointed_on=date(2026, 11, 16), by=other, now=AFTER)
        assert code(refused) == "appointed_before_chosen"
        assert seat_candidates(call, appointed_by="J", appointed_on=date(2026, 11, 18), by=other, now=AFTER).state == (
            "finished"
        )


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"members": 0, "deputies": 0}, "liaisons_nomination_some_seats"),
        ({"in_pairs": True, "deputies": 3}, "liaisons_nomination_pairs_are_even"),
        ({"valid_until": date(2026, 1, 1)}, "liaisons_nomination_term_order"),
        ({"state": "cancelled"}, "liaisons_nomination_cancelled_with_reason"),
        ({"state": "chosen"}, "liaisons_nomination_chosen_with_reasons"),
        ({"state": "open", "published_at": None}, "liaisons_nomination_open_is_published"),
        ({"state": "lost"}, "liaisons_nomination_known_state"),
    ],
)
def test_what_is_never_true_of_a_call(fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        OpenNominationFactory(**fields)


class TestPages:
    def test_an_ngo_proposes_on_its_page(self, call: NominationCall) -> None:
        client = signed_in(member(ngo(call), "editor"))
        url = f"/omat/{ngo(call).pk}/ehdokashaut/{call.pk}/"
        page = client.post(url, {"full_name": "", "email": "ei", "wish": "member", "grounds": ""})
        assert list(page.context["form"].errors) == ["full_name", "email", "grounds"]
        data = {"full_name": "Ella", "email": "ella@example.org", "wish": "either", "grounds": "Kokemus"}
        page = client.post(url, data, follow=True)
        assert "Ehdotus on tallessa" in page.text
        client.post(url, data)
        assert Candidate.objects.count() == 1
        assert signed_in(member(ngo(call), "viewer")).get(url).context["form"] is None

    def test_lists_have_a_fixed_number_of_queries(self, call: NominationCall) -> None:
        client = signed_in(secretary(call))
        urls = (
            f"/hallinta/ehdokashaut/{call.pk}/",
            "/hallinta/ehdokashaut/",
            "/hallinta/toimielimet/paattyvat/",
            f"/toimielimet/ehdokashaut/{call.pk}/",
        )
        consented(call)
        SeatFactory(body=call.chooser, organisation=OrganisationFactory(), valid_until=date(2026, 12, 1))
        one = [queries(client, url) for url in urls]
        for _row in range(2):
            consented(call)
            OpenNominationFactory(chooser=call.chooser)
            SeatFactory(body=call.chooser, organisation=OrganisationFactory(), valid_until=date(2026, 12, 1))
        assert [queries(client, url) for url in urls] == one
        assert max(one) <= 14


def test_the_public_page_leads_only_those_who_are_asked_to_propose(call: NominationCall) -> None:
    asks = Seat.objects.get(body=call.chooser).organisation
    asked, other = signed_in(member(asks)), signed_in(member(OrganisationFactory()))
    address = f"/toimielimet/ehdokashaut/{call.pk}/"
    link = f"/omat/{asks.pk}/ehdokashaut/{call.pk}/"
    assert link in asked.get(address).content.decode()
    assert asked.get(link).status_code == 200
    refused = other.get(address).content.decode()
    assert "Tässä haussa ehdokkaita pyydetään muilta järjestöiltä." in refused
    assert f"/ehdokashaut/{call.pk}/" not in refused.replace(address, "")
