"""State aid: the declaration, the rolling three years, the ceiling, the mark, the ledger and its register."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.utils import ProgrammingError
from django.http import Http404
from django.utils import translation

from common.errors import Refused
from common.legal_dates import ServedBy, add_working_days
from grants.answers import answers_for_reading, read_submission
from grants.completeness import problems
from grants.models import AidMark, Application, DeclaredAid, DeMinimisAid, StateAidDeclaration, VersionKind
from grants.state_aid import first_counted_day, is_de_minimis, position_of
from grants.todos_state_aid import aid_todos
from grants.workflow.acceptance import answer_grant
from grants.workflow.aid_ledger import add_aid, mark_case, mark_registered, remove_aid
from grants.workflow.applications import Incomplete, reopen_application, restore_unsent, submit_application
from grants.workflow.conflicts import declare_conflict
from grants.workflow.corrections import correct_decision
from grants.workflow.decisions import Change, issue_decision, record_decisions
from grants.workflow.proposals import propose
from grants.workflow.state_aid import change_declared, declare_aid, remove_declared
from liaisons.workflow import hold_meeting
from tests.accounts.factories import UserFactory, staff
from tests.grants.factories import CLOSES, NOW, make_application, make_call, make_organisation, make_submitted
from tests.grants.factories_handling import AFTER, TAKEN_UP, Desk, make_desk, present, propose_all
from tests.grants.factories_state_aid import ledger_row, list_aid, make_aid_call, make_declared
from tests.grants.test_decisions import words as pdf_words

pytestmark = pytest.mark.django_db


def code_of(verb: Any) -> str:
    with pytest.raises(Refused) as refused:
        verb()
    return refused.value.code


def words(application: Application) -> list[str]:
    found = Application.objects.select_related("call", "organisation", "form_version").get(pk=application.pk)
    with translation.override("fi"):
        return [problem.text.replace("\u00a0", " ") for problem in problems(found, found.form_version.definition)]


def said(sections: Any) -> str:
    """Return everything of the page of state aid as one text."""
    rows = next(section.rows for section in sections if section.key == "valtiontuki")
    cells = [
        cell.text
        for row in rows
        for table in row.tables
        for line in (*table.rows, *table.foot)
        for cell in line
    ]  # fmt: skip
    return " ".join([*(f"{row.label} {row.text}" for row in rows), *cells]).replace("\u00a0", " ")


def send(application: Application, **fields: Any) -> Any:
    return submit_application(application, **{"by": application.created_by, "now": NOW, **fields})


# The three years and the ceiling


@pytest.mark.parametrize(
    ("on", "first"),
    [
        (date(2027, 6, 15), date(2024, 6, 16)),
        (date(2027, 2, 28), date(2024, 2, 29)),
        (date(2027, 3, 1), date(2024, 3, 2)),
        (date(2028, 2, 29), date(2025, 3, 1)),
        (date(2026, 12, 31), date(2024, 1, 1)),
    ],
)
def test_three_years_are_counted_to_the_day(on: date, first: date) -> None:
    assert first_counted_day(on) == first


def test_twenty_working_days_leave_out_weekends_and_holidays() -> None:
    assert add_working_days(date(2027, 2, 17), 20) == date(2027, 3, 17)
    # Christmas Eve and Christmas Day are a Thursday and a Friday of 2026.
    assert add_working_days(date(2026, 12, 1), 20) == date(2026, 12, 31)


# The declaration


def test_call_without_the_question_asks_nothing() -> None:
    draft = make_application()
    assert words(draft) == []
    assert code_of(lambda: declare_aid(draft, is_economic=False, by=draft.created_by, now=NOW)) == "not_asked"
    assert "state_aid" not in send(draft).content


def test_declaration_is_needed_before_sending_and_a_no_is_enough() -> None:
    draft = make_application(call=make_aid_call())
    assert words(draft) == ["Vastaus puuttuu: onko toiminta, johon haette, taloudellista?"]
    with pytest.raises(Incomplete):
        send(draft)
    declare_aid(draft, is_economic=False, by=draft.created_by, now=NOW)
    assert words(draft) == []
    content = send(draft).content["state_aid"]
    assert (content["is_economic"], content["has_earlier"], content["declared"]) == (False, None, [])
    assert not is_de_minimis(draft)
    assert DeMinimisAid.objects.count() == 0


def test_economic_activity_needs_the_second_answer_and_its_rows() -> None:
    draft = make_application(call=make_aid_call())
    by = draft.created_by
    assert code_of(lambda: declare_aid(draft, is_economic=True, by=by, now=NOW)) == "earlier_missing"
    assert code_of(lambda: list_aid(draft)) == "not_declared"
    declare_aid(draft, is_economic=True, has_earlier=True, linked="Omaistuki Oy 1234567-1", by=by, now=NOW)
    assert words(draft) == ["Tuet puuttuvat. Lisätkää jokainen tuki, tai vastatkaa, ettei muuta tukea ole saatu."]
    row = list_aid(draft)
    assert words(draft) == []
    assert code_of(lambda: declare_aid(draft, is_economic=False, by=by, now=NOW)) == "rows_left"
    changed = change_declared(
        row, granter="Juuan kunta", granted_on=row.granted_on, sum=Decimal("0.01"), purpose="Keittiö", by=by, now=NOW
    )
    assert (changed.granter, changed.sum) == ("Juuan kunta", Decimal("0.01"))
    remove_declared(row, by=by, now=NOW)
    remove_declared(row, by=by, now=NOW)
    assert code_of(lambda: change_declared(row, granter="x", granted_on=NOW.date(), sum=Decimal(1), purpose="x",
                                           by=by, now=NOW)) == "gone"  # fmt: skip
    declare_aid(draft, is_economic=False, by=by, now=NOW)
    assert StateAidDeclaration.objects.get().linked == ""


def test_declared_row_must_be_of_the_three_years() -> None:
    draft = make_declared(earlier=True)
    since = first_counted_day(NOW.date())
    assert code_of(lambda: list_aid(draft, granted_on=since - timedelta(days=1))) == "too_old"
    assert code_of(lambda: list_aid(draft, granted_on=NOW.date() + timedelta(days=1))) == "in_future"
    assert code_of(lambda: list_aid(draft, "0.00")) == "not_positive"
    list_aid(draft, granted_on=since)
    list_aid(draft, granted_on=NOW.date())
    assert DeclaredAid.objects.count() == 2


def test_only_those_who_fill_in_declare_and_not_after_sending() -> None:
    draft = make_declared(earlier=True)
    assert code_of(lambda: declare_aid(draft, is_economic=False, by=UserFactory(), now=NOW)) == "not_allowed"
    assert code_of(lambda: list_aid(draft, now=CLOSES)) == "call_closed"
    list_aid(draft)
    send(draft)
    assert code_of(lambda: list_aid(draft)) == "wrong_state"


def test_exactly_the_ceiling_may_be_asked_and_not_a_cent_more() -> None:
    draft = make_declared(earlier=True)
    list_aid(draft, "295500.00")
    assert words(draft) == []
    list_aid(draft, "0.01")
    assert words(draft) == [
        "Haette 4 500 €, mutta voitte hakea enintään 4 499,99 €. Vähämerkityksistä tukea on 22.11.2023 alkaen jo "
        "295 500,01 €, ja enimmäismäärä on 300 000 €. Pienentäkää haettavaa summaa."
    ]


def test_ledger_is_counted_with_what_is_declared_and_the_same_aid_once() -> None:
    organisation = make_organisation()
    ledger_row(organisation, "295000.00")
    ledger_row(organisation, "9000.00", first_counted_day(NOW.date()) - timedelta(days=1))
    draft = make_declared(organisation=organisation, earlier=True)
    list_aid(draft, "295000.00", granter=" lieksan  KAUPUNKI")
    assert words(draft) == []
    list_aid(draft, "500.00")
    assert words(draft) == []
    list_aid(draft, "0.01")
    assert len(words(draft)) == 1
    fresh = Application.objects.get(pk=draft.pk)
    assert position_of(fresh, fresh.state_aid).total == Decimal("295500.01")


def test_nothing_may_be_asked_when_the_ceiling_is_full() -> None:
    organisation = make_organisation()
    ledger_row(organisation, "300000.00")
    assert words(make_declared(organisation=organisation)) == [
        "Ette voi hakea tätä avustusta nyt. Vähämerkityksistä tukea on 22.11.2023 alkaen jo 300 000 €, ja "
        "enimmäismäärä on 300 000 €."
    ]


def test_submission_freezes_the_declaration_and_a_reopened_one_is_put_back() -> None:
    organisation = make_organisation()
    ledger_row(organisation, "200.00", granter="Juuan kunta")
    draft = make_declared(organisation=organisation, earlier=True)
    list_aid(draft, "1000.50")
    submission = send(draft)
    content = submission.content["state_aid"]
    assert content["declared"] == [
        {
            "granter": "Lieksan kaupunki",
            "granted_on": "2025-05-02",
            "sum": "1000.50",
            "purpose": "Kahvilan kalusteet",
        }
    ]
    assert (content["total"], content["left"], content["counted_from"]) == ("1200.50", "298799.50", "2023-11-22")
    assert [row.sum for row in DeMinimisAid.objects.filter(declared_in=draft)] == [Decimal("1000.50")]
    expected = "Yhteensä, sama tuki kerran   1 200,50 €"
    assert expected in said(read_submission(submission, "fi"))
    draft.refresh_from_db()
    ledger_row(organisation, "7000.00")
    assert expected in said(answers_for_reading(draft, "fi")), "an officer reads what was sent"
    reopen_application(draft, by=draft.created_by, now=NOW)
    remove_declared(DeclaredAid.objects.get(), by=draft.created_by, now=NOW)
    declare_aid(draft, is_economic=False, by=draft.created_by, now=NOW)
    restore_unsent(draft.call, now=CLOSES)
    assert StateAidDeclaration.objects.get().is_economic
    assert DeclaredAid.objects.get().sum == Decimal("1000.50")
    assert DeMinimisAid.objects.filter(declared_in=draft).count() == 1


def test_sent_again_the_ledger_has_the_newest_declaration() -> None:
    draft = make_declared(earlier=True)
    row = list_aid(draft, "1000.00")
    send(draft)
    reopen_application(draft, by=draft.created_by, now=NOW)
    change_declared(row, granter="Kitee", granted_on=row.granted_on, sum=Decimal("1200.00"), purpose="x",
                    by=draft.created_by, now=NOW)  # fmt: skip
    send(draft)
    assert [(found.granter, found.sum) for found in DeMinimisAid.objects.all()] == [("Kitee", Decimal("1200.00"))]


# The mark, the proposal and the decision


def make_aid_desk(**fields: Any) -> Desk:
    """Return a call in handling with one case, marked as de minimis aid."""
    desk = make_desk(**{"cases": 1, **fields})
    mark_case(desk.cases[0], is_de_minimis=True, why="Kahvila on taloudellista.", nace="56.11", by=desk.coordinator,
              now=TAKEN_UP)  # fmt: skip
    return desk


def offer(desk: Desk, total: str, **fields: Any) -> Any:
    values = {"reasons": "Toiminta on vaikuttavaa.", "by": desk.coordinator, "now": TAKEN_UP, **fields}
    return propose(desk.cases[0], sum=Decimal(total), **values)


def decide(desk: Desk, total: str = "3000.00", **fields: Any) -> Any:
    offer(desk, total)
    hold_meeting(present(desk), by=desk.secretary, now=AFTER)
    values: dict[str, Any] = {"section_number": 12, "decided_on": date(2027, 2, 17), **fields}
    return record_decisions(desk.fresh(), by=desk.secretary, now=AFTER, **values)[0]


def test_declaration_is_the_default_and_the_mark_goes_before_it() -> None:
    draft = make_declared()
    send(draft)
    case = Application.objects.get(pk=draft.pk)
    assert is_de_minimis(case)
    coordinator = staff("coordinator")
    assert code_of(lambda: mark_case(case, is_de_minimis=False, why=" ", by=coordinator, now=NOW)) == "why_missing"
    wrong = {"is_de_minimis": False, "why": "Maksuton.", "by": coordinator, "now": NOW}
    assert code_of(lambda: mark_case(case, nace="kahvila", **wrong)) == "nace"
    for _twice in range(2):
        mark_case(case, **wrong)
    assert not is_de_minimis(case)
    assert case.events.filter(verb="mark_aid").count() == 1


def test_mark_is_the_coordinators_without_a_conflict_and_before_service() -> None:
    case, coordinator = make_submitted(), staff("coordinator")
    given: dict[str, Any] = {"is_de_minimis": True, "why": "Kahvila.", "now": NOW}
    for person in (staff("registrar"), staff("auditor"), case.created_by):
        with pytest.raises(Http404):
            mark_case(case, by=person, **given)
    declare_conflict(case, has_conflict=True, ground="Sukulainen", by=coordinator, now=NOW)
    with pytest.raises(Http404):
        mark_case(case, by=coordinator, **given)


def test_nothing_is_proposed_over_the_ceiling() -> None:
    desk = make_aid_desk()
    ledger_row(desk.cases[0].organisation, "297000.00")
    assert offer(desk, "3000.00").sum == Decimal("3000.00")
    ledger_row(desk.cases[0].organisation, "0.01")
    with pytest.raises(Refused) as told:
        offer(desk, "3000.00", revision=1)
    assert told.value.code == "over_ceiling"
    text = str(told.value).replace("\u00a0", " ")
    assert "Tukea on 10.12.2023 alkaen jo 297 000,01 €, joten nyt voi myöntää enintään 2 999,99 €, ei 3 000 €." in text


def test_aid_that_falls_out_by_the_day_of_the_decision_is_not_counted() -> None:
    desk = make_aid_desk()
    ledger_row(desk.cases[0].organisation, "300000.00", date(2024, 2, 18))
    AidMark.objects.all().delete()
    offer(desk, "3000.00")
    given: dict[str, Any] = {"is_de_minimis": True, "why": "Kahvila.", "by": desk.coordinator}
    assert code_of(lambda: mark_case(desk.cases[0], now=TAKEN_UP, **given)) == "over_ceiling"
    assert code_of(lambda: mark_case(desk.cases[0], now=AFTER.replace(day=17), **given)) == "over_ceiling"
    assert mark_case(desk.cases[0], now=AFTER, **given).is_de_minimis, "on 18.2.2027 the aid of 18.2.2024 is out"


def test_body_cannot_grant_over_the_ceiling_either() -> None:
    desk = make_aid_desk()
    case = desk.cases[0]
    row = ledger_row(case.organisation, "297000.00", date(2024, 2, 18))
    change = {case.pk: Change(Decimal("3000.01"), "Enemmän.")}
    with pytest.raises(Refused) as told:
        decide(desk, changes=change)
    assert told.value.code == "over_ceiling"
    DeMinimisAid.objects.filter(pk=row.pk).update(granted_on=date(2024, 2, 17))
    decision = record_decisions(
        desk.fresh(), section_number=12, decided_on=date(2027, 2, 17), changes=change, by=desk.secretary, now=AFTER
    )[0]
    assert decision.sum == Decimal("3000.01")


def test_grant_comes_on_the_ledger_and_follows_the_decision() -> None:
    desk = make_aid_desk()
    decision = decide(desk)
    aid = DeMinimisAid.objects.get()
    assert (aid.sum, aid.granted_on, aid.due_on) == (Decimal("3000.00"), date(2027, 2, 17), date(2027, 3, 17))
    assert (aid.nace, aid.is_own, aid.organisation) == ("56.11", True, desk.cases[0].organisation)
    mark_case(desk.cases[0], is_de_minimis=False, why="Maksuton.", by=desk.coordinator, now=AFTER)
    assert not DeMinimisAid.objects.exists()
    mark_case(desk.cases[0], is_de_minimis=True, why="Kahvila.", nace="56.11", by=desk.coordinator, now=AFTER)
    issue_decision(decision, served_by=ServedBy.ELECTRONIC, by=desk.coordinator, now=AFTER)
    with pytest.raises(Http404):
        mark_case(desk.cases[0], is_de_minimis=False, why="Maksuton.", by=desk.coordinator, now=AFTER)
    aid = note(DeMinimisAid.objects.get(), by=desk.coordinator)
    assert not aid.awaits_register
    answer_grant(decision, accepts=False, by=desk.cases[0].created_by, now=AFTER)
    aid.refresh_from_db()
    assert (aid.sum, aid.registered_sum, aid.awaits_register) == (Decimal(0), Decimal("3000.00"), True)
    assert aid.due_on == add_working_days(AFTER.date(), 20)
    assert note(aid, by=desk.coordinator).registered_sum == 0


def test_served_decision_is_marked_otherwise_by_correcting_it() -> None:
    desk = make_aid_desk()
    AidMark.objects.all().delete()
    row = ledger_row(desk.cases[0].organisation, "297000.01")
    decision = issue_decision(decide(desk), served_by=ServedBy.ELECTRONIC, by=desk.coordinator, now=AFTER)
    texts = {name: getattr(decision, name) for name in ("reasons", "legal_basis", "purpose", "terms", "contact")}

    def correct(number: int, is_aid: bool | None, total: str) -> Any:
        return correct_decision(
            decision,
            kind=VersionKind.WRITING,
            why="Kahvila.",
            sum=Decimal(total),
            is_consented=True,
            revision=number,
            de_minimis=is_aid,
            by=desk.coordinator,
            now=AFTER,
            **texts,
        )

    assert code_of(lambda: correct(1, True, "3000.00")) == "over_ceiling"
    assert not is_de_minimis(desk.cases[0])
    correct(1, True, "2999.99")
    assert DeMinimisAid.objects.own().get().sum == Decimal("2999.99")
    assert code_of(lambda: correct(2, None, "3000.00")) == "over_ceiling"
    correct(2, False, "3000.00")
    assert list(DeMinimisAid.objects.all()) == [row]


def test_letter_says_the_sum_and_the_regulation() -> None:
    desk = make_desk(cases=2)
    mark_case(desk.cases[0], is_de_minimis=True, why="Kahvila.", by=desk.coordinator, now=TAKEN_UP)
    propose_all(desk, ["3000.00", "3000.00"])
    hold_meeting(present(desk), by=desk.secretary, now=AFTER)
    made = record_decisions(desk.fresh(), section_number=12, decided_on=date(2027, 2, 17), by=desk.secretary, now=AFTER)
    letters = [
        pdf_words(issue_decision(one, served_by=ServedBy.ELECTRONIC, by=desk.coordinator, now=AFTER).letter)
        for one in made
    ]
    assert "Avustus on vähämerkityksistä tukea. Tuen määrä bruttoavustusekvivalenttina on 3 000,00 €" in letters[0]
    assert "komission asetuksen (EU) 2023/2831" in letters[0]
    assert "vähämerkityksistä" not in letters[1]


# The ledger and the register


def note(aid: DeMinimisAid, **fields: Any) -> DeMinimisAid:
    values: dict[str, Any] = {"registered_on": AFTER.date(), "nace": "56.11", "seen": aid.sum, "now": AFTER, **fields}
    return mark_registered(aid, **values)


def test_registered_once_with_what_was_seen() -> None:
    desk = make_aid_desk()
    decide(desk)
    aid, registrar = DeMinimisAid.objects.get(), staff("registrar")
    assert code_of(lambda: note(aid, seen=Decimal("2999.99"), by=registrar)) == "stale"
    assert code_of(lambda: note(aid, nace="", by=registrar)) == "nace_missing"
    assert code_of(lambda: note(aid, registered_on=date(2027, 2, 16), by=registrar)) == "bad_day"
    assert code_of(lambda: note(aid, registered_on=date(2027, 2, 19), by=registrar)) == "bad_day"
    with pytest.raises(Http404):
        note(aid, by=staff("auditor"))
    assert [todo.title for todo in aid_todos(registrar, AFTER)] == ["Vie 1 vähämerkityksinen tuki keskusrekisteriin"]
    late = AFTER.replace(month=3, day=18)
    assert [todo.title for todo in aid_todos(registrar, AFTER.replace(month=3, day=17))] == [
        "Vie 1 vähämerkityksinen tuki keskusrekisteriin"
    ]
    assert [todo.title for todo in aid_todos(registrar, late)] == [
        "1 vähämerkityksinen tuki on myöhässä keskusrekisteristä"
    ]
    assert not list(aid_todos(staff("auditor"), late))
    note(aid, register_number="R-1", by=registrar)
    assert note(aid, register_number="R-2", by=registrar).register_number == "R-1"
    assert not list(aid_todos(registrar, late))


def test_aid_of_others_is_written_once_and_only_that_is_removed() -> None:
    organisation, registrar = make_organisation(), staff("registrar")
    given: dict[str, Any] = {"granter": "Kitee", "granted_on": NOW.date(), "sum": Decimal("10.05"), "purpose": "Auto",
                             "now": NOW}  # fmt: skip
    first = add_aid(organisation, by=registrar, **given)
    assert add_aid(organisation, by=registrar, **given) == first
    tomorrow = {**given, "granted_on": NOW.date() + timedelta(days=1)}
    assert code_of(lambda: add_aid(organisation, by=registrar, **tomorrow)) == "in_future"
    assert code_of(lambda: add_aid(organisation, by=registrar, **{**given, "sum": Decimal(0)})) == "not_positive"
    with pytest.raises(Http404):
        add_aid(organisation, by=staff("auditor"), **given)
    assert code_of(lambda: note(first, by=registrar)) == "not_own"
    remove_aid(first, by=registrar, now=NOW)
    draft = make_declared(organisation=organisation, earlier=True)
    list_aid(draft)
    send(draft)
    assert code_of(lambda: remove_aid(DeMinimisAid.objects.get(), by=registrar, now=NOW)) == "not_manual"


def test_database_defends_the_facts() -> None:
    organisation = make_organisation()
    draft = make_declared(organisation=organisation)
    broken: list[Any] = [
        lambda: ledger_row(organisation, "0.00"),
        lambda: ledger_row(organisation, "1.00", added_by=None),
        lambda: ledger_row(organisation, "1.00", due_on=date(2027, 1, 1)),
        lambda: StateAidDeclaration.objects.update(has_earlier=None),
        lambda: StateAidDeclaration.objects.update(is_economic=False, linked="Oy"),
        lambda: DeclaredAid.objects.create(application=draft, granter="x", granted_on=date(2026, 1, 1), sum=0),
    ]
    for attempt in broken:
        with pytest.raises(IntegrityError), transaction.atomic():
            attempt()
    call = make_call(state_aid=True)
    call.state_aid = False
    with pytest.raises(ProgrammingError), transaction.atomic():
        call.save()
