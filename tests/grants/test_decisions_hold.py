"""Outcomes, corrections, answers to grants, minutes, phrases, letters to print."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.errors import Refused
from common.legal_dates import ServedBy
from common.times import HELSINKI
from county.models import County
from grants.models import Decision, GrantCall, Phrase, UseReport, VersionKind
from grants.statistics import grant_year
from grants.workflow.acceptance import answer_grant
from grants.workflow.claims import file_claim, register_claim
from grants.workflow.conflicts import declare_no_conflicts
from grants.workflow.corrections import correct_decision
from grants.workflow.decisions import (
    Change,
    Left,
    Minutes,
    edit_decision,
    issue_decision,
    make_final,
    record_decisions,
)
from grants.workflow.payments import plan_payment
from grants.workflow.presentation import present_call
from grants.workflow.proposals import propose
from liaisons.workflow import hold_meeting
from notifications.models import Message
from organisations.models import Membership
from tests.accounts.factories import signed_in, staff
from tests.grants.factories_handling import (
    AFTER,
    MEETING_AT,
    TAKEN_UP,
    Desk,
    make_desk,
    make_held,
    present,
)
from tests.grants.factories_money import make_account, make_decision
from tests.grants.test_decisions import words
from tests.grants.test_handling_pages import set_clock, text
from tests.liaisons.factories import MeetingFactory

pytestmark = pytest.mark.django_db
SENT = datetime(2027, 2, 19, 10, 0, tzinfo=HELSINKI)  # received 22.2., revision until 8.3., final 9.3.
IN_TIME = datetime(2027, 3, 8, 23, 0, tzinfo=HELSINKI)
LATE = datetime(2027, 3, 9, 0, 30, tzinfo=HELSINKI)
COURT = "Itä-Suomen hallinto-oikeus\nMinna Canthin katu 64, Kuopio"


@pytest.fixture(autouse=True)
def _county(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "default": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        },
    }
    County.objects.create(code="12", name_fi="Pohjois-Karjalan hyvinvointialue", revision_body="Hyvinvointilautakunta")
    set_clock(monkeypatch, AFTER)


def record(desk: Desk, **given: Any) -> list[Decision]:
    declare_no_conflicts([case.pk for case in desk.cases], by=desk.secretary, now=TAKEN_UP)
    values = {"section_number": 12, "decided_on": MEETING_AT.date(), "by": desk.secretary, "now": AFTER, **given}
    return record_decisions(desk.fresh(), **values)


def served(desk: Desk, **given: Any) -> list[Decision]:
    return [
        issue_decision(row, served_by=ServedBy.ELECTRONIC, by=desk.coordinator, now=SENT)
        for row in record(desk, **given)
    ]


def sender(decision: Decision) -> Any:
    return Membership.objects.get(organisation=decision.application.organisation).user


def code_of(act: Any) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return str(refused.value.code)


# Outcomes


def test_every_outcome_is_said_and_counted() -> None:
    desk = make_held(cases=3)  # asked 4 500: proposed 3 000, 0, 1 000
    whole, nothing, _part = desk.cases
    changes = {
        whole.pk: Change(Decimal("4500.00"), "Toiminta on vaikuttavaa."),
        nothing.pk: Change(Decimal(0), "Hakija ei ole järjestö.", not_examined=True),
    }
    made = served(desk, changes=changes)
    assert [row.outcome for row in made] == ["granted", "not_examined", "partly"]
    assert "hakemus jätetään tutkimatta" in words(made[1].letter)
    assert "Muilta osin hakemus hylätään." in words(made[2].letter)
    assert "Käyttötarkoitus" in words(made[0].letter)
    assert nothing.events.filter(text__contains="Hakemus jätettiin tutkimatta.").exists()
    page = text(
        signed_in(sender(made[1])).get(reverse("grants:application", args=[nothing.organisation_id, nothing.pk]))
    )
    assert "Hakemus jätettiin tutkimatta" in page
    assert "jätettiin tutkimatta" in Message.objects.get(to_address=sender(made[1]).email, kind="grants.decision").text
    assert "Jätetty tutkimatta" in text(
        signed_in(desk.coordinator).get(reverse("grants:decisions", args=[desk.call.pk]))
    )
    year = grant_year(2027)
    assert (year.grants, year.rejected, year.granted) == (2, 0, Decimal("5500.00"))


def test_proposing_that_it_is_not_examined() -> None:
    desk = make_desk(cases=1)
    given = {"reasons": "Hakija ei ole järjestö.", "by": desk.coordinator, "now": TAKEN_UP, "not_examined": True}
    assert code_of(lambda: propose(desk.cases[0], sum=Decimal(5), **given)) == "not_examined_sum"
    made = propose(desk.cases[0], sum=Decimal(0), **given)
    assert made.outcome == "not_examined"
    hold_meeting(present(desk), by=desk.secretary, now=AFTER)
    assert [row.outcome for row in record(desk)] == ["not_examined"]


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"outcome": "rejected"}, "grants_decision_outcome_fits_sum"),
        ({"contact": ""}, "grants_decision_has_contact"),
        ({"legal_basis": ""}, "grants_decision_has_reasons"),
        ({"acceptance": "accepted"}, "grants_decision_answered_by"),
        ({"declined_sum": 5}, "grants_decision_declined_sum"),
        ({"members_end_on": date(2027, 3, 1)}, "grants_decision_members_period"),
    ],
)
def test_the_database_defends_the_decision(fields: dict[str, Any], constraint: str) -> None:
    row = make_decision(state="issued")
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Decision.objects.filter(pk=row.pk).update(**fields)


def test_none_is_issued_without_contact_and_the_text_is_completed_first() -> None:
    desk = make_held(cases=1)
    GrantCall.objects.filter(pk=desk.call.pk).update(contact_name="", contact_phone="", contact_email="")
    (row,) = record(desk)
    assert code_of(lambda: issue_decision(row, served_by=ServedBy.LETTER, by=desk.coordinator, now=SENT)) == (
        "contact_missing"
    )
    client, address = signed_in(desk.coordinator), reverse("grants:decision_edit", args=[row.pk])
    assert address in text(client.get(reverse("grants:decisions", args=[desk.call.pk])))
    Phrase.objects.create(title="Vaikuttavuus", text_fi="Toiminta on vaikuttavaa.", outcome="partly", edited_at=AFTER)
    data = {"reasons": "Alku.", "legal_basis": "L", "purpose": "Ryhmät", "terms": "E", "served_by": "letter"}
    picked = text(client.post(address, {**data, "insert": "1", "phrase": str(Phrase.objects.get().pk)}))
    assert "Alku. Toiminta on vaikuttavaa." in picked
    assert "tarvitsee lisätietojen antajan" not in picked
    wrong = client.post(address, data)
    assert wrong.status_code == 409
    assert "Päätös tarvitsee lisätietojen antajan ja yhteystiedon." in text(wrong)
    assert client.post(address, {**data, "contact": "Kirjaamo"}).status_code == 302
    row.refresh_from_db()
    assert (row.purpose, row.contact, row.served_by, row.sum) == ("Ryhmät", "Kirjaamo", "letter", Decimal("3000.00"))
    texts = {"reasons": "x", "legal_basis": "x", "purpose": "", "terms": "", "contact": "x"}
    issue_decision(row, served_by=ServedBy.LETTER, by=desk.coordinator, now=SENT)
    assert code_of(lambda: edit_decision(row, served_by=ServedBy.LETTER, by=desk.coordinator, now=SENT, **texts)) == (
        "wrong_state"
    )
    printed = client.get(reverse("grants:decisions_print", args=[desk.call.pk]))
    assert printed.content.startswith(b"%PDF")
    assert signed_in(desk.secretary).get(reverse("grants:decisions_print", args=[desk.call.pk])).status_code == 302


# Corrections


def test_a_writing_error_is_corrected_and_both_texts_can_be_read() -> None:
    desk = make_held(cases=1)
    (row,) = served(desk)
    client, address = signed_in(desk.coordinator), reverse("grants:decision_correct", args=[row.pk])
    assert address in text(client.get(reverse("grants:case", args=[row.application_id])))
    data = {
        "kind": "writing",
        "why": "Nimi oli väärin.",
        "sum": "3 000",
        "revision": "1",
        "reasons": "Oikea teksti.",
        "purpose": row.purpose,
        "terms": row.terms,
        "legal_basis": row.legal_basis,
        "contact": row.contact,
    }
    assert client.post(address, {**data, "sum": "2 000"}).status_code == 409
    assert client.post(address, data).status_code == 302
    again = client.post(address, data)
    assert again.status_code == 409
    assert "Päätöstä on jo korjattu." in text(again)
    row.refresh_from_db()
    assert (row.version, row.state, row.final_on) == (2, "issued", date(2027, 3, 9))
    assert [version.reasons for version in row.versions.all()] == ["Toiminta on vaikuttavaa.", "Oikea teksti."]
    assert "Nimi oli väärin." in words(row.letter)
    assert "Päätöksen versiot" in text(client.get(reverse("grants:case", args=[row.application_id])))


def test_an_error_of_substance_begins_the_periods_anew() -> None:
    desk = make_held(cases=1)
    (row,) = served(desk)
    assert make_final(now=LATE) == 1
    texts = {name: getattr(row, name) for name in ("reasons", "legal_basis", "purpose", "terms", "contact")}
    now = datetime(2027, 4, 6, 9, 0, tzinfo=HELSINKI)
    given = {
        "kind": VersionKind.SUBSTANCE,
        "why": "Laskettiin väärin.",
        "revision": 1,
        "by": desk.coordinator,
        "now": now,
        **texts,
    }
    assert code_of(lambda: correct_decision(row, sum=Decimal("3500.00"), **given)) == "no_body"
    given |= {"decided_on": date(2027, 4, 1), "section_number": 40}
    assert code_of(lambda: correct_decision(row, sum=Decimal("2500.00"), **given)) == "no_consent"
    fixed = correct_decision(row, sum=Decimal("3500.00"), **given)
    assert (fixed.state, fixed.sum, fixed.section_number) == ("issued", Decimal("3500.00"), 40)
    assert fixed.final_on == date(2027, 4, 24)
    assert desk.fresh().decided_total == Decimal("3500.00")


# Answers and payment


def test_declining_frees_the_sum() -> None:
    desk = make_held(cases=1)
    (row,) = served(desk)
    client = signed_in(sender(row))
    address = reverse("grants:grant_answer", args=[row.application.organisation_id, row.application_id])
    assert address in text(
        client.get(reverse("grants:application", args=[row.application.organisation_id, row.application_id]))
    )
    assert client.post(address, {"answer": ""}).status_code == 409
    client.post(address, {"answer": "decline"})
    row.refresh_from_db()
    assert (row.acceptance, row.sum, row.declined_sum, row.outcome) == ("declined", 0, Decimal("3000.00"), "partly")
    assert desk.fresh().decided_total == 0
    assert not UseReport.objects.filter(decision=row).exists()
    year = grant_year(2027)
    assert (year.grants, year.rejected) == (0, 0)
    assert code_of(lambda: answer_grant(row, accepts=True, by=sender(row), now=LATE)) == "declined"
    assert "Olette kieltäytyneet avustuksesta" in text(client.get(address, follow=True))


def test_payment_waits_for_what_the_call_says() -> None:
    desk = make_held(cases=1)
    GrantCall.objects.filter(pk=desk.call.pk).update(pay_when="issued", acceptance_required=True)
    (row,) = served(desk)
    make_account(row.application.organisation)
    plan = {"sum": Decimal(1000), "by": desk.coordinator, "now": SENT}
    assert code_of(lambda: plan_payment(row, **plan)) == "not_accepted"
    answer_grant(row, accepts=True, by=sender(row), now=SENT)
    plan_payment(row, **plan)
    assert code_of(lambda: answer_grant(row, accepts=False, by=sender(row), now=SENT)) == "already_paid"
    file_claim(row, demand="Lisää.", by=sender(row), now=IN_TIME)
    assert code_of(lambda: plan_payment(row, **plan)) == "claim_pending"
    GrantCall.objects.filter(pk=desk.call.pk).update(pay_when="final")
    assert code_of(lambda: plan_payment(row, **plan)) == "not_final"


# Minutes


def test_a_tabled_case_comes_back_to_the_next_meeting() -> None:
    desk = make_held(cases=2)
    first, second = desk.cases
    minutes = Minutes(votes_for=5, votes_against=2, vote_text="Esitys vastaan hylkäys.", dissent="J. Jäsen: hylättävä.")
    made = record(desk, left={second.pk: Left.TABLED}, minutes=minutes)
    assert [(row.application_id, row.votes_against, row.dissent) for row in made] == [
        (first.pk, 2, "J. Jäsen: hylättävä.")
    ]
    assert record(desk, left={second.pk: Left.TABLED}) == made
    call = desk.fresh()
    assert (call.state, call.agenda_item, [case.state for case in desk.cases]) == (
        "handling",
        None,
        ["decided", "in_handling"],
    )
    assert "Kirjattu" in text(signed_in(desk.coordinator).get(reverse("grants:decisions", args=[call.pk])))
    meeting = MeetingFactory(body=desk.body, starts_at=MEETING_AT + timedelta(days=28))
    present_call(call, meeting=meeting, by=desk.presenter, now=AFTER)
    hold_meeting(meeting, by=desk.secretary, now=meeting.starts_at + timedelta(hours=3))
    rest = record(
        desk, section_number=13, decided_on=meeting.starts_at.date(), now=meeting.starts_at + timedelta(days=1)
    )
    assert [row.application_id for row in rest] == [second.pk]
    assert (desk.fresh().state, desk.call.decided_total) == ("decided", Decimal("3000.00"))


def test_the_whole_matter_is_returned_from_the_page() -> None:
    desk = make_held()
    data = {"section_number": "12", "decided_on": "17.2.2027", "whole": "returned"}
    signed_in(desk.secretary).post(reverse("grants:decisions_record", args=[desk.call.pk]), data)
    assert desk.fresh().state == "handling"
    assert not Decision.objects.exists()
    assert desk.cases[0].events.filter(text__contains="palautti asian valmisteluun").exists()


# Pages


def test_phrases_are_kept_and_picked_without_scripts() -> None:
    desk = make_desk(cases=1)
    client = signed_in(desk.coordinator)
    assert "Fraaseja ei ole" in text(client.get(reverse("grants:phrases")))
    new = reverse("grants:phrase_new")
    assert client.post(new, {"title": "Vaikuttavuus"}).status_code == 422
    client.post(new, {"title": "Vaikuttavuus", "text_fi": "Toiminta on vaikuttavaa."})
    assert client.post(new, {"title": "Vaikuttavuus", "text_fi": "Toinen."}).status_code == 422
    phrase = Phrase.objects.get()
    address = reverse("grants:propose", args=[desk.cases[0].pk])
    shown = text(client.post(address, {"insert": "1", "phrase": str(phrase.pk), "sum": "100", "reasons": "Alku."}))
    assert "Alku. Toiminta on vaikuttavaa." in shown
    client.post(reverse("grants:phrase_remove", args=[phrase.pk]))
    assert not Phrase.objects.exists()
    assert signed_in(staff("auditor")).get(reverse("grants:phrases")).status_code == 404


@pytest.mark.parametrize("number", [1, 3])
def test_lists_take_a_fixed_number_of_queries(number: int) -> None:
    officer = staff("coordinator")
    for count in range(number):
        row = make_decision(state="issued")
        register_claim(
            row, claimant="party", name="A ry", demand="x", arrived_at=AFTER, by=staff("registrar"), now=AFTER
        )
        Phrase.objects.create(title=f"Fraasi {count}", text_fi="x", edited_at=AFTER)
    client = signed_in(officer)
    for name in ("grants:claims", "grants:phrases"):
        client.get(reverse(name))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(reverse(name)).status_code == 200
        assert len(queries) <= 12
