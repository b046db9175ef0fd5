"""Change after award: asked on a copy, decided within the powers, and the terms that hold afterwards."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404

from common.errors import Refused
from common.legal_dates import ServedBy
from grants.award_terms import Line, Terms, fitted, moved_due_day, moved_percent, terms_of
from grants.life_cycles_changes import CHANGE
from grants.models import CaseEvent, ChangeRequest, ConflictDeclaration, Decision, UseReport
from grants.models.applications import Audience
from grants.todos_changes import change_todos
from grants.workflow.change_decisions import Given, decide_change, lay_change, record_change, return_change
from grants.workflow.changes import save_change, send_change, start_change, withdraw_change
from grants.workflow.decisions import issue_decision
from notifications.models import Message
from organisations.models import TimelineEntry
from tests.accounts.factories import staff
from tests.grants.factories import make_member, make_organisation
from tests.grants.factories_changes import NEXT_SUMMER, NOW, TODAY, TOO_LATE, WORDS, ChangeDesk, moved
from tests.grants.factories_officials import make_official_desk

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> ChangeDesk:
    return ChangeDesk()


def refused(code: str, verb: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refused) as caught:
        verb(*args, **kwargs)
    assert caught.value.code == code
    return str(caught.value).replace("\N{NO-BREAK SPACE}", " ")


def test_what_is_granted_is_shared_in_the_proportions_that_were_applied_for(desk: ChangeDesk) -> None:
    terms = terms_of(desk.decision)
    assert terms.total == desk.decision.sum == Decimal("3500.00")
    assert (terms.use_from, terms.use_to) == (date(2027, 1, 1), date(2027, 12, 31))
    lines = (Line("a", Decimal("1.00")), Line("b", Decimal("1.00")), Line("c", Decimal("1.00")))
    assert [line.sum for line in fitted(lines, Decimal("100.00"))] == [
        Decimal("33.34"),
        Decimal("33.33"),
        Decimal("33.33"),
    ]
    assert fitted([], Decimal("5.00")) == (Line("Koko avustus", Decimal("5.00")),)


def test_the_due_day_follows_by_whole_months() -> None:
    end, due = date(2027, 12, 31), date(2028, 3, 31)
    assert moved_due_day(due, end, date(2028, 6, 30)) == date(2028, 9, 30)
    assert moved_due_day(due, end, date(2028, 1, 10)) == date(2028, 4, 10)
    assert moved_due_day(due, end, date(2027, 11, 30)) == due


def test_a_copy_is_edited_sent_and_approved(desk: ChangeDesk) -> None:
    made = start_change(desk.decision, by=desk.editor, now=NOW)
    assert start_change(desk.decision, by=desk.person, now=NOW) == made, "one open change at a time"
    refused("incomplete", send_change, made, by=desk.person, now=NOW)
    longer = desk.terms(use_to=NEXT_SUMMER)
    save_change(made, longer, why="Retki siirtyi.", revision=0, by=desk.editor, now=NOW)
    save_change(made, longer, why="Retki siirtyi.", revision=0, by=desk.editor, now=NOW)
    refused("stale", save_change, made, longer, why="Muuta.", revision=0, by=desk.editor, now=NOW)
    with pytest.raises(Http404):
        send_change(made, by=desk.editor, now=NOW)
    assert [todo.title for todo in change_todos(desk.person, NOW)] == [
        "Lähettäkää muutoshakemus: Toiminta-avustus 2027"
    ]
    sent = send_change(made, by=desk.person, now=NOW)
    assert send_change(made, by=desk.person, now=NOW).case_number == sent.case_number
    assert list(change_todos(desk.person, NOW)) == []
    assert [todo.title for todo in change_todos(desk.coordinator, NOW)] == ["Käsittele 1 muutoshakemus"]
    assert Message.objects.filter(kind="grants.change_arrived", to_user=desk.coordinator).count() == 1
    assert Message.objects.filter(kind="grants.change", to_user=desk.person).count() == 1
    given = Given(sent.terms_asked, *WORDS)
    done = decide_change(sent, given, by=desk.coordinator, now=NOW)
    assert decide_change(sent, given, by=desk.coordinator, now=NOW).letter_id == done.letter_id
    assert (done.state, done.decider, done.official_number) == ("approved", "järjestöpäällikkö", 1)
    assert terms_of(desk.fresh()).use_to == NEXT_SUMMER
    desk.report.refresh_from_db()
    assert desk.report.due_on == date(2028, 9, 30)
    told = CaseEvent.objects.filter(application=desk.decision.application, audience=Audience.APPLICANT)
    assert told.filter(verb="decide_change").count() == 1
    assert TimelineEntry.objects.filter(organisation=desk.organisation, text__contains="hyväksyttiin").count() == 1
    assert Message.objects.filter(kind="grants.change", to_user=desk.person).count() == 2


def test_never_more_money_than_was_decided(desk: ChangeDesk) -> None:
    more = tuple(Line(line.what, line.sum + 1) for line in desk.terms().lines)
    said = refused("incomplete", send_change, desk.drafted(lines=more), by=desk.person, now=NOW)
    assert "avustusta on myönnetty 3 500 €" in said
    change = ChangeRequest.objects.get()
    save_change(change, desk.terms(use_to=NEXT_SUMMER), why="x", revision=1, by=desk.editor, now=NOW)
    sent = send_change(change, by=desk.person, now=NOW)
    over = desk.terms(use_to=NEXT_SUMMER, lines=more)
    refused("bad_terms", decide_change, sent, Given(over, *WORDS), by=desk.coordinator, now=NOW)
    done = decide_change(sent, Given(sent.terms_asked, *WORDS), by=desk.coordinator, now=NOW)
    row = {name: getattr(done, name) for name in ("decision", "decider", "decided_on", "decided_by", "decided_at")}
    row |= {name: getattr(done, name) for name in ("letter", "revision_ends_on", "reasons", "legal_basis", "why")}
    row |= {name: getattr(done, name) for name in ("state", "before", "asked", "sent_by", "sent_at", "created_by")}
    with pytest.raises(IntegrityError, match="grants_change_within_grant"), transaction.atomic():
        ChangeRequest.objects.create(
            **row, decided=over.as_json(), case_number="MU/2", section_number=3, created_at=NOW
        )


def test_a_granted_sum_that_falls_later_takes_the_lines_along(desk: ChangeDesk) -> None:
    desk.approved(lines=moved(desk.terms(), "300.00"))
    Decision.objects.filter(pk=desk.decision.pk).update(sum=Decimal("1750.00"))
    now = {line.what: line.sum for line in terms_of(desk.fresh()).lines}
    assert sum(now.values()) == Decimal("1750.00")
    assert now["Kuljetukset"] == Decimal("150.00")


@pytest.mark.parametrize(
    ("changes", "is_alone"),
    [
        ({"use_to": NEXT_SUMMER}, True),
        ({"use_to": date(2028, 12, 31)}, True),
        ({"use_to": TOO_LATE}, False),
        ({"purpose": "Aivan muuta toimintaa."}, False),
    ],
)
def test_what_is_over_the_powers_goes_to_who_granted(desk: ChangeDesk, changes: dict[str, Any], is_alone: bool) -> None:
    sent = desk.sent(**changes)
    given = Given(None, *WORDS)
    if is_alone:
        assert decide_change(sent, given, by=desk.coordinator, now=NOW).state == "rejected"
        assert terms_of(desk.fresh()).use_to == date(2027, 12, 31)
        return
    said = refused("beyond_powers", decide_change, sent, given, by=desk.coordinator, now=NOW)
    assert "Hyvinvointilautakunta" in said
    refused("wrong_state", record_change, sent, given, by=desk.registrar, now=NOW)
    refused("proposal_missing", lay_change, sent, proposal=" ", by=desk.coordinator, now=NOW)
    lay_change(sent, proposal="Hyväksytään.", by=desk.coordinator, now=NOW)
    assert [todo.title for todo in change_todos(desk.registrar, NOW)] == ["Kirjaa päätös 1 muutoshakemukseen"]
    meeting = {"decided_on": TODAY, "section_number": 12}
    refused("bad_day", record_change, sent, Given(sent.terms_asked, *WORDS), by=desk.registrar, now=NOW)
    done = record_change(sent, Given(sent.terms_asked, *WORDS, **meeting), by=desk.registrar, now=NOW)
    assert (done.state, done.decider, done.section_number) == ("approved", "Hyvinvointilautakunta", 12)
    assert terms_of(desk.fresh()).use_to == sent.terms_asked.use_to


def test_moves_between_lines_are_counted_of_the_grant(desk: ChangeDesk) -> None:
    before = desk.terms()
    assert moved_percent(before, desk.terms(lines=moved(before, "700.00"))) == Decimal("20.0")
    sent = desk.sent(lines=moved(before, "700.35"))
    desk.give_powers(budget_percent=19)
    refused("beyond_powers", decide_change, sent, Given(sent.terms_asked, *WORDS), by=desk.coordinator, now=NOW)
    desk.give_powers(budget_percent=21)
    assert decide_change(sent, Given(sent.terms_asked, *WORDS), by=desk.coordinator, now=NOW).state == "approved"


def test_without_powers_nothing_is_decided_alone() -> None:
    desk = ChangeDesk(powers=False)
    sent = desk.sent()
    refused("beyond_powers", decide_change, sent, Given(None, *WORDS), by=desk.coordinator, now=NOW)
    desk.coordinator = desk.registrar
    with pytest.raises(Http404):
        desk.give_powers()


def test_more_is_asked_a_part_is_approved(desk: ChangeDesk) -> None:
    sent = desk.sent(lines=moved(desk.terms(), "600.00"), use_to=NEXT_SUMMER)
    refused("question_missing", return_change, sent, question=" ", by=desk.coordinator, now=NOW)
    asked = return_change(sent, question="Mitä kuljetukset ovat?", by=desk.coordinator, now=NOW)
    assert [todo.title for todo in change_todos(desk.editor, NOW)] == [
        "Täydentäkää muutoshakemusta: Toiminta-avustus 2027"
    ]
    save_change(asked, asked.terms_asked, why="Bussi.", revision=asked.revision, by=desk.editor, now=NOW)
    again = send_change(asked, by=desk.person, now=NOW)
    assert again.case_number == sent.case_number
    part = desk.terms(use_to=date(2028, 3, 31))
    refused("nothing_approved", decide_change, again, Given(desk.terms(), *WORDS), by=desk.coordinator, now=NOW)
    refused("words_missing", decide_change, again, Given(part, " ", "x"), by=desk.coordinator, now=NOW)
    done = decide_change(again, Given(part, *WORDS), by=desk.coordinator, now=NOW)
    assert done.state == "partly"
    assert terms_of(desk.fresh()) == part
    assert UseReport.objects.get(pk=desk.report.pk).due_on == date(2028, 6, 30)


def test_too_late_after_the_period_and_after_the_report(desk: ChangeDesk) -> None:
    said = refused("late", start_change, desk.decision, by=desk.person, now=NOW + timedelta(days=300))
    assert "31.12.2027" in said
    drafted = desk.drafted()
    refused("late", send_change, drafted, by=desk.person, now=NOW + timedelta(days=300))
    withdraw_change(drafted, by=desk.person, now=NOW)
    UseReport.objects.filter(pk=desk.report.pk).update(
        state="approved",
        spent_sum=1,
        submitted_by=desk.person,
        submitted_at=NOW,
        checked_by=desk.coordinator,
        checked_at=NOW,
        approved_by=desk.registrar,
        approved_at=NOW,
    )
    assert "hyväksytty" in refused("late", start_change, desk.decision, by=desk.person, now=NOW)


def test_withdrawn_a_new_one_may_begin_and_a_decided_one_stays(desk: ChangeDesk) -> None:
    sent = desk.sent()
    for _twice in range(2):
        assert withdraw_change(sent, by=desk.person, now=NOW).state == "withdrawn"
    refused("wrong_state", decide_change, sent, Given(None, *WORDS), by=desk.coordinator, now=NOW)
    done = desk.approved()
    refused("wrong_state", withdraw_change, done, by=desk.person, now=NOW)
    with pytest.raises(Exception, match="decided_change_stays"), transaction.atomic():
        ChangeRequest.objects.filter(pk=done.pk).update(reasons="Muuta.")
    start_change(desk.decision, by=desk.person, now=NOW)
    with pytest.raises(IntegrityError, match="grants_change_one_open"), transaction.atomic():
        ChangeRequest.objects.create(
            decision=desk.decision, before={}, asked={}, created_by=desk.person, created_at=NOW
        )


def test_a_conflict_and_strangers(desk: ChangeDesk) -> None:
    sent = desk.sent()
    ConflictDeclaration.objects.create(
        application=desk.decision.application,
        user=desk.coordinator,
        has_conflict=True,
        ground="Hallituksessa.",
        declared_at=NOW,
    )
    stranger = make_member(make_organisation("Toinen ry"))
    for person in (desk.coordinator, staff("auditor"), stranger):
        with pytest.raises(Http404):
            return_change(sent, question="Mitä?", by=person, now=NOW)
        with pytest.raises(Http404):
            decide_change(sent, Given(None, *WORDS), by=person, now=NOW)
    with pytest.raises(Http404):
        start_change(desk.decision, by=stranger, now=NOW)
    assert list(change_todos(desk.coordinator, NOW)) == []


WRONG = [
    (verb, state)
    for verb in ("send_change", "withdraw_change", "return_change", "lay_change", "decide_change", "record_change")
    for state in sorted(CHANGE.keys())
    if not CHANGE.allows(state, verb)
]


@pytest.mark.parametrize(("verb", "state"), WRONG)
def test_missing_edges_are_refused(verb: str, state: str) -> None:
    with pytest.raises(Refused) as caught:
        CHANGE.check(state, verb)
    assert caught.value.code == "wrong_state"


def test_terms_survive_being_stored(desk: ChangeDesk) -> None:
    terms = desk.terms(lines=moved(desk.terms(), "0.01"))
    assert Terms.from_json(terms.as_json()) == terms


def test_an_office_holder_decides_all_changes_of_the_own_grants() -> None:
    made = make_official_desk("3000.00")
    (decision,) = made.decide()
    issue_decision(decision, served_by=ServedBy.ELECTRONIC, by=made.coordinator, now=NOW)
    person = make_member(decision.application.organisation)
    change = start_change(decision, by=person, now=NOW)
    terms = replace(change.terms_asked, purpose="Aivan muuta.")
    save_change(change, terms, why="Tarve muuttui.", revision=0, by=person, now=NOW)
    send_change(change, by=person, now=NOW)
    given = Given(terms, *WORDS)
    refused("beyond_powers", decide_change, change, given, by=made.coordinator, now=NOW)
    with pytest.raises(Http404):
        decide_change(change, given, by=made.deputy, now=NOW)
    assert [todo.title for todo in change_todos(made.official, NOW)] == ["Käsittele 1 muutoshakemus"]
    done = decide_change(change, given, by=made.official, now=NOW)
    assert (done.state, done.decider, done.official_number) == ("approved", "hyvinvointijohtaja", 2)
