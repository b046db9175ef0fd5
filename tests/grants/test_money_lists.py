"""The lists about money as the address filters them, and their exports: the same rows, the same order."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from grants import money_lists
from tests import xlsx
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.factories import make_call, make_member, make_organisation
from tests.grants.factories_money import FINAL, IBAN, make_decision, make_payment, make_use_report
from tests.grants.test_payments import text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.clock.now", lambda: FINAL)


@pytest.fixture
def desk() -> Client:
    return signed_in(staff("coordinator"))


def names(rows: Any) -> list[str]:
    return [row.decision.application.organisation.name for row in rows]


def lines(response: Any) -> list[str]:
    body = response.content.decode()
    assert body.startswith("\ufeff")
    return body.removeprefix("\ufeff").splitlines()


def test_payments_by_state_year_and_words(desk: Client) -> None:
    old = make_call(title_fi="Toiminta-avustus 2026", year=2026)
    make_payment(call=old, organisation=make_organisation("Juuan martat ry"), sum="1000.00")
    second = make_payment(state="released", organisation=make_organisation("Lieksan Omaistuki ry"), sum="2500.50")
    user = staff("auditor")
    assert names(money_lists.payments(user, {}, FINAL)) == ["Lieksan Omaistuki ry", "Juuan martat ry"]
    assert names(money_lists.payments(user, {"tila": "planned"}, FINAL)) == ["Juuan martat ry"]
    assert names(money_lists.payments(user, {"vuosi": 2027}, FINAL)) == ["Lieksan Omaistuki ry"]
    assert names(money_lists.payments(user, {"q": " OMAISTUKI "}, FINAL)) == ["Lieksan Omaistuki ry"]
    number = second.decision.application.case_number
    assert names(money_lists.payments(user, {"q": number}, FINAL)) == ["Lieksan Omaistuki ry"]
    assert list(money_lists.payments(UserFactory(), {}, FINAL)) == []
    page = text(desk.get("/hallinta/maksatukset/"))
    assert "2 maksuerää" in page
    assert "3 500,50 €" in page
    page = text(desk.get("/hallinta/maksatukset/?tila=released&vuosi=2027"))
    assert "Yksi maksuerä" in page
    assert "Juuan martat ry" not in page
    assert 'href="/hallinta/maksatukset/vienti.csv?tila=released&amp;vuosi=2027"' in page
    assert desk.get("/hallinta/maksatukset/?tila=kissa&vuosi=x&sivu=99").status_code == 200


def test_payable_are_final_grants_with_something_left() -> None:
    coordinator = staff("coordinator")
    call = make_call()
    whole = make_decision(call=call)
    part = make_decision(call=call)
    make_payment(decision=part, sum="500.00")
    make_payment(call=call)
    make_decision(call=call, state="issued")
    make_decision(call=call, sum="0")
    assert list(money_lists.payable(coordinator, FINAL)) == [whole, part]
    assert [decision.left_to_plan for decision in money_lists.payable(coordinator, FINAL)] == [
        Decimal("3500.00"),
        Decimal("3000.00"),
    ]
    assert list(money_lists.payable(staff("payments_clerk"), FINAL)) == []


def test_payments_export_is_what_the_page_shows(desk: Client) -> None:
    call = make_call(cost_centre="4711", ledger_account="=4740")
    organisation = make_organisation('=cmd|"/C calc"!A1', business_id="1234567-1")
    payment = make_payment(state="released", call=call, organisation=organisation, sum="2500.50")
    make_payment(call=call)
    response = desk.get("/hallinta/maksatukset/vienti.csv?tila=released")
    assert response["Content-Disposition"] == 'attachment; filename="maksatukset.csv"'
    head, row = lines(response)
    assert head == (
        "asianumero;järjestö;Y-tunnus;avustus;erä;summa;tilinumero;tilin omistaja;kustannuspaikka;tili;tila;maksettu"
    )
    number = payment.decision.application.case_number
    name = '"\'=cmd|""/C calc""!A1"'
    assert row == (
        f"{number};{name};1234567-1;Toiminta-avustus 2027;1;2500,50;{IBAN};{name};4711;'=4740;Hyväksytty maksuun;"
    )
    sheet = xlsx.read(desk.get("/hallinta/maksatukset/vienti.xlsx?tila=released").content)
    assert sheet.cells["F1"] == "summa"
    assert sheet.row(2)[1:6] == ['=cmd|"/C calc"!A1', "1234567-1", "Toiminta-avustus 2027", 1.0, 2500.5]
    assert sheet.row(3) == []
    assert "<f>" not in sheet.xml


def test_use_reports_by_state_year_words_and_lateness(desk: Client) -> None:
    late = make_use_report(due_on=date(2027, 2, 9), organisation=make_organisation("Juuan martat ry"))
    make_use_report(due_on=date(2027, 2, 10), organisation=make_organisation("Ilomantsin kylät ry"))
    make_use_report(state="submitted", due_on=date(2027, 1, 1), organisation=make_organisation("Lieksan Omaistuki ry"))
    user = staff("registrar")
    everything = ["Lieksan Omaistuki ry", "Juuan martat ry", "Ilomantsin kylät ry"]
    assert names(money_lists.use_reports(user, {}, FINAL)) == everything
    assert list(money_lists.use_reports(user, {"tila": "myohassa"}, FINAL)) == [late]
    assert names(money_lists.use_reports(user, {"tila": "submitted"}, FINAL)) == everything[:1]
    assert names(money_lists.use_reports(user, {"vuosi": 2026}, FINAL)) == []
    assert names(money_lists.use_reports(user, {"q": "kylät"}, FINAL)) == everything[2:]
    page = text(desk.get("/hallinta/selvitykset/"))
    assert page.count("Myöhässä") == 2  # the filter's choice and the one row
    assert "10 500,00 €" in page
    page = text(desk.get("/hallinta/selvitykset/?tila=myohassa"))
    assert "Yksi selvitys" in page
    assert "Tässä ei ole selvityksiä." in text(desk.get("/hallinta/selvitykset/?q=olematon"))


def test_use_reports_export(desk: Client) -> None:
    report = make_use_report(state="checked", organisation=make_organisation("Lieksan Omaistuki ry"))
    make_use_report(state="returned", due_on=date(2029, 3, 31))
    head, row, unsent = lines(desk.get("/hallinta/selvitykset/vienti.csv"))
    assert unsent.endswith(";31.3.2029;Palautettu täydennettäväksi;3500,00;;;;;;Loppuselvitys;;;;;40;44;6;300")
    assert head.split(";")[:6] == ["asianumero", "järjestö", "avustus", "määräpäivä", "tila", "myönnetty"]
    number = report.decision.application.case_number
    assert row == (
        f"{number};Lieksan Omaistuki ry;Toiminta-avustus 2027;31.3.2028;Sisältö tarkistettu;3500,00;3500,00;52;44;7;310"
        ";Loppuselvitys;;;10.2.2027;;40;44;6;300"
    )
    sheet = xlsx.read(desk.get("/hallinta/selvitykset/vienti.xlsx").content)
    assert sheet.day("D2") == date(2028, 3, 31)
    assert sheet.cells["H2"] == 52.0


@pytest.mark.parametrize("path", ["/hallinta/selvitykset/", "/hallinta/selvitykset/vienti.csv"])
def test_reports_ask_the_same_questions_at_one_and_three_rows(path: str, desk: Client) -> None:
    call = make_call()
    counts = []
    for more in (1, 2):
        for _ in range(more):
            make_use_report(state="submitted", call=call)
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(path).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12, [query["sql"][:150] for query in queries.captured_queries]


@pytest.mark.parametrize("name", ["maksut", "selvitykset"])
def test_own_lists_ask_the_same_questions_at_one_and_three_rows(name: str) -> None:
    organisation = make_organisation()
    client = signed_in(make_member(organisation))
    counts = []
    for more in (1, 2):
        for _ in range(more):
            make_use_report(decision=make_payment(organisation=organisation).decision)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/omat/{organisation.pk}/{name}/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 12, [query["sql"][:150] for query in queries.captured_queries]
