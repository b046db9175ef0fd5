"""The officers' work on a case: owner and inbox, check list, messages, notes, transfer."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404
from django.urls import reverse

from common.errors import Refused
from common.times import add_days, local_date
from grants.case_checks import check_list
from grants.inbox import inbox_of, narrow
from grants.life_cycles import APPLICATION
from grants.models import Application, CaseCheck, CaseMessage, CaseNote, UseReport
from grants.workflow.case_work import (
    Checked,
    answer_message,
    give_cases,
    save_checks,
    set_check_items,
    transfer_case,
    write_message,
    write_note,
)
from grants.workflow.conflicts import declare_conflict, declare_no_conflicts
from grants.workflow.supplements import ask_supplement
from notifications.models import Message
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.factories import make_member, make_submitted
from tests.grants.factories_handling import TAKEN_UP, Desk, make_desk, present, propose_all
from tests.grants.factories_money import make_decision
from tests.grants.test_handling_pages import count, page, set_clock, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, TAKEN_UP)


@pytest.fixture
def desk() -> Desk:
    return make_desk(cases=1, assessors=1)


def code_of(verb: Any) -> str:
    with pytest.raises(Refused) as refused:
        verb()
    return refused.value.code


# Whose the cases are


def test_the_inbox_tells_what_waits_and_gives_cases() -> None:
    desk = make_desk(cases=3)
    officer, client = desk.coordinator, signed_in(desk.coordinator)
    first, second, third = desk.cases
    address = reverse("grants:inbox")
    assert client.post(address, {"case": [first.pk, second.pk], "handler": "", "mine": "1"}).status_code == 302
    assert client.post(address, {"handler": "", "mine": "1"}).status_code == 302, "nothing chosen is said"
    rows = inbox_of(officer, TAKEN_UP)
    assert set(narrow(rows, {"kasittelija": "mina"}, officer)) == {first, second}
    assert set(narrow(rows, {"kasittelija": "ei"}, officer)) == {third}
    due = add_days(local_date(TAKEN_UP), 14)
    ask_supplement(first, text="Puuttuu.", due_on=due, questions=["goals"], by=officer, now=TAKEN_UP)
    answer_message(second, text="Milloin?", by=second.submitted_by, now=TAKEN_UP)
    waits = {case.pk: case.waits for case in inbox_of(officer, TAKEN_UP)}
    assert waits == {first.pk: "hakija", second.pk: "viesti", third.pk: "arvio"}
    seen = page(officer, "inbox", query="?tila=viesti")
    assert "Järjestö 2 ry" in seen
    assert "Järjestö 1 ry" not in seen
    declare_conflict(second, has_conflict=True, ground="Olen jäsen.", by=officer, now=TAKEN_UP)
    assert second not in inbox_of(officer, TAKEN_UP)
    assert code_of(lambda: give_cases([second.pk], to=officer, by=staff("coordinator"), now=TAKEN_UP)) == "biased"
    other = UserFactory()
    assert code_of(lambda: give_cases([third.pk], to=other, by=officer, now=TAKEN_UP)) == "not_a_handler"
    assert give_cases([third.pk], to=officer, by=staff("auditor"), now=TAKEN_UP) == [], "an auditor gives nothing"


def test_the_inbox_takes_a_fixed_number_of_queries() -> None:
    found = {}
    for number in (1, 3):
        desk = make_desk(cases=number)
        found[number] = count(signed_in(desk.coordinator), reverse("grants:inbox"))
    assert found[1] == found[3] <= 13  # nine of them ask who is signed in and in which roles
    Application.objects.update(state="withdrawn")
    assert "Ei käsiteltäviä hakemuksia" in page(staff("coordinator"), "inbox")


# The check list


def test_the_list_has_hints_and_what_is_wrong_stands_at_the_proposal(desk: Desk) -> None:
    case, officer = desk.cases[0], desk.coordinator
    old = make_submitted(organisation=case.organisation, by=case.submitted_by)
    UseReport.objects.create(decision=make_decision(application=old, sum=Decimal(1000)), due_on=date(2026, 11, 1))
    set_check_items(desk.call, text="Syrjimättömyys\n\nSyrjimättömyys", by=officer, now=TAKEN_UP)
    case = Application.objects.select_related("call", "organisation").get(pk=case.pk)
    items = {item.key: item for item in check_list(case, TAKEN_UP)}
    assert list(items)[-1] == "Syrjimättömyys"
    assert {key: item.hint.tone for key, item in items.items() if item.hint} == {
        "in_time": "ok",
        "registered": "ok",
        "signed": "wait",
        "attachments": "ok",
        "residents": "ok",
        "earlier_reports": "wait",
    }
    client, address = signed_in(officer), reverse("grants:case_check", args=[case.pk])
    bad = client.post(address, {"result-5": "not_ok", "note-5": ""})
    assert (bad.status_code, CaseCheck.objects.count()) == (422, 0)
    assert (
        client.post(address, {"result-0": "ok", "result-5": "not_ok", "note-5": "Selvitys puuttuu."}).status_code == 302
    )
    assert (
        client.post(address, {"result-0": "ok", "result-5": "not_ok", "note-5": "Selvitys puuttuu."}).status_code == 302
    )
    assert case.events.filter(verb="save_checks").count() == 1, "the same again is nothing new"
    assert "jättämistä tutkimatta" in page(officer, "propose", case.pk)
    assert "Tarkistettu 2 / 8 kohtaa" in page(officer, "case_work", case.pk)
    assert "Syrjimättömyys" in page(officer, "call_checks", desk.call.pk)
    with pytest.raises(IntegrityError, match="grants_check_says_why"), transaction.atomic():
        CaseCheck.objects.update(result="unclear", note="")
    Application.objects.filter(pk=case.pk).update(state="decided")
    late = [Checked("in_time", "ok", "")]
    assert code_of(lambda: save_checks(case, late, by=officer, now=TAKEN_UP)) == "wrong_state"


# Messages and notes


def test_a_thread_in_which_mail_tells_no_words_and_officers_stand_as_a_role(desk: Desk) -> None:
    case, officer = desk.cases[0], desk.coordinator
    person = case.submitted_by
    assert person
    client = signed_in(officer)
    work = reverse("grants:case_work", args=[case.pk])
    assert client.post(work, {"act": "handler", "handler-handler": officer.pk}).status_code == 302
    for _twice in range(2):
        client.post(work, {"act": "message", "message-text": "Mikä on ryhmän nimi?"})
    assert CaseMessage.objects.count() == 1, "a double press is one message"
    told = Message.objects.filter(kind="grants.case_message")
    assert {mail.to_user for mail in told} == {person, None}
    assert not any("ryhmän nimi" in mail.text for mail in told)
    own = reverse("grants:application_messages", args=[case.organisation_id, case.pk])
    applicant = signed_in(person)
    seen = text(applicant.get(own))
    assert "Mikä on ryhmän nimi?" in seen
    assert "Kaisa Koordinaattori" not in seen
    assert applicant.post(own, {"text": "Vertaiset."}).status_code == 302
    assert [mail.to_user for mail in Message.objects.filter(kind="grants.case_reply")] == [officer]
    assert "Vertaiset." in text(client.get(work))
    assert client.post(work, {"act": "message", "message-text": " "}).status_code == 422
    viewer = signed_in(make_member(case.organisation, "viewer"))
    assert viewer.post(own, {"text": "Ei saa."}).status_code == 422
    assert signed_in(UserFactory()).get(own).status_code == 404
    for number in range(19):
        answer_message(case, text=f"Viesti {number}", by=person, now=TAKEN_UP)
    assert code_of(lambda: answer_message(case, text="Vielä", by=person, now=TAKEN_UP)) == "too_many"


def test_notes_are_the_officers_own(desk: Desk) -> None:
    case, officer = desk.cases[0], desk.coordinator
    for _twice in range(2):
        write_note(case, text="Kysy kunnalta.", by=officer, now=TAKEN_UP)
    assert CaseNote.objects.count() == 1
    assert "Kysy kunnalta." in page(staff("auditor"), "case_work", case.pk)
    work = reverse("grants:case_work", args=[case.pk])
    assessor = desk.assessors[0]
    declare_no_conflicts([case.pk], by=assessor, now=TAKEN_UP)
    assert signed_in(assessor).get(work).status_code == 404
    assert "Kysy kunnalta." not in page(assessor, "case", case.pk)
    auditor = signed_in(staff("auditor"))
    assert auditor.post(work, {"act": "note", "note-text": "Ei saa."}).status_code == 404
    declare_conflict(case, has_conflict=True, ground="Olen jäsen.", by=officer, now=TAKEN_UP)
    assert signed_in(officer).get(work).status_code == 404
    with pytest.raises(Http404):
        write_message(case, text="Hei", by=officer, now=TAKEN_UP)


# Transfer


def test_a_transferred_case_ends_and_its_sum_goes_back(desk: Desk) -> None:
    case, officer = desk.cases[0], desk.coordinator
    propose_all(desk, ["3000.00"])
    due = add_days(local_date(TAKEN_UP), 14)
    row = ask_supplement(case, text="Puuttuu.", due_on=due, questions=["goals"], by=officer, now=TAKEN_UP)
    client, address = signed_in(officer), reverse("grants:case_transfer", args=[case.pk])
    assert client.post(address, {"authority": "Lieksan kaupunki", "reason": ""}).status_code == 422
    for _twice in range(2):
        client.post(address, {"authority": "Lieksan kaupunki", "reason": "Nuorisotyö on kunnan tehtävä."})
    case.refresh_from_db()
    row.refresh_from_db()
    assert (case.state, row.state, desk.fresh().proposed_total) == ("transferred", "cancelled", 0)
    assert case not in Application.objects.arrived()
    assert not Message.objects.filter(kind="grants.case_transferred").exclude(text__contains="Nuorisotyö").exists()
    own = signed_in(case.submitted_by).get(reverse("grants:application", args=[case.organisation_id, case.pk]))
    assert "Siirretty toiselle viranomaiselle" in text(own)
    assert "Järjestö 1 ry" not in page(officer, "call_handling", desk.call.pk)
    assert "Järjestö 1 ry" in page(officer, "call_handling", desk.call.pk, query="?tila=siirretty")
    assert "Lieksan kaupunki" in page(officer, "case_work", case.pk)


@pytest.mark.parametrize(
    "state", [one for one in sorted(APPLICATION.keys()) if not APPLICATION.allows(one, "transfer_case")]
)
def test_only_a_case_in_preparation_is_transferred(desk: Desk, state: str) -> None:
    case = desk.cases[0]
    Application.objects.filter(pk=case.pk).update(state=state)
    given: dict[str, Any] = {"authority": "Kunta", "reason": "Kunnan asia.", "by": desk.coordinator, "now": TAKEN_UP}
    if state == "transferred":
        assert transfer_case(case, **given).state == state
    else:
        with pytest.raises((Refused, Http404)):
            transfer_case(case, **given)
    assert not hasattr(Application.objects.get(pk=case.pk), "transfer")


def test_a_presented_case_is_not_transferred(desk: Desk) -> None:
    propose_all(desk, ["3000.00"])
    present(desk)
    given: dict[str, Any] = {"authority": "Kunta", "reason": "Kunnan asia.", "by": desk.coordinator}
    assert code_of(lambda: transfer_case(desk.cases[0], **given, now=TAKEN_UP + timedelta(days=1))) == "presented"


# Earlier grants, and the case on paper


def test_earlier_grants_and_the_pdf_respect_conflicts(desk: Desk) -> None:
    case, officer, assessor = desk.cases[0], desk.coordinator, desk.assessors[0]
    old = make_submitted(organisation=case.organisation, by=case.submitted_by)
    biased = staff("coordinator")
    declare_conflict(old, has_conflict=True, ground="Olen jäsen.", by=biased, now=TAKEN_UP)
    make_decision(application=old, sum=Decimal(1000))
    seen = page(officer, "case", case.pk)
    assert "Hakijan aiemmat avustukset" in seen
    assert "myönnetty 1 000 €" in seen
    address = reverse("grants:case_pdf", args=[case.pk])
    assert signed_in(assessor).get(address).status_code == 302, "declare first"
    declare_no_conflicts([case.pk], by=assessor, now=TAKEN_UP)
    assert signed_in(assessor).get(address).content.startswith(b"%PDF")
    assert "Hakijan aiemmat avustukset" not in page(assessor, "case", case.pk)
    assert "myönnetty 1 000 €" not in page(biased, "case", case.pk)
    declare_conflict(case, has_conflict=True, ground="Olen jäsen.", by=officer, now=TAKEN_UP)
    assert signed_in(officer).get(address).status_code == 404
