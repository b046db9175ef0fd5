"""Reports of agreements: the days of the interval, writing and sending, asking back, paper, reminders, who may what."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext

from common import clock
from common.errors import Refused
from common.policies import may
from common.times import HELSINKI
from grants.agreement_report_reminders import agreement_report_reminders, agreement_report_todos
from grants.agreement_reporting import next_due, periods
from grants.life_cycles_agreement_reports import AGREEMENT_REPORT
from grants.models import AgreementReport, Side
from grants.workflow import agreement_reports as verbs
from grants.workflow.agreement_term import amend, terminate
from grants.workflow.agreements import send, sign
from notifications.models import Message
from tests import xlsx
from tests.accounts.factories import UserFactory, signed_in
from tests.grants.factories import PDF, body_of, make_member, make_organisation
from tests.grants.factories_agreements import NOW, Table
from tests.grants.test_agreements import refused, text
from tests.liaisons.factories import AppointmentFactory, PostFactory, UnitFactory

pytestmark = pytest.mark.django_db
APRIL = datetime(2027, 4, 5, 9, 0, tzinfo=HELSINKI)
SAID = {
    "done": "Kaksi ryhmää viikossa.",
    "plan_words": "Ryhmät alkoivat.",
    "problems": "",
    "people_reached": 40,
    "meetings": 30,
    "volunteers": None,
}
POSTED = {**{name: value if value is not None else "" for name, value in SAID.items()}, "revision": 0}


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Table:
    monkeypatch.setattr(clock, "now", lambda: APRIL)
    found = Table()
    found.in_force()
    return found


@pytest.fixture
def report(table: Table) -> AgreementReport:
    assert verbs.open_agreement_reports(now=APRIL) == 1
    return AgreementReport.objects.get()


def opened(client: Client, address: str) -> bytes:
    return body_of(client.get(address))


def sent(table: Table, report: AgreementReport, now: datetime = APRIL) -> AgreementReport:
    report.refresh_from_db()
    answer = "Lisäsimme luvut." if report.state == "returned" else ""
    saved = verbs.save_agreement_report(report, SAID, revision=report.revision, by=table.editor, now=now)
    return verbs.submit_agreement_report(saved, answer=answer, by=table.editor, now=now)


def test_due_days_follow_the_interval_and_the_last_one_the_term(table: Table) -> None:
    agreement = table.agreement
    days = [span.due_on for span in periods(agreement, date(2030, 1, 1))]
    assert days == [
        date(2027, 5, 1),
        date(2027, 9, 1),
        date(2028, 1, 1),
        date(2028, 5, 1),
        date(2028, 9, 1),
        date(2029, 1, 1),
    ]
    assert next_due(agreement, date(2027, 5, 1)) == date(2027, 9, 1)
    assert next_due(agreement, date(2029, 1, 1)) is None
    agreement.starts_on, agreement.ends_on, agreement.reporting_months = date(2027, 1, 31), date(2027, 4, 10), 1
    spans = [(span.starts, span.ends) for span in periods(agreement, date(2030, 1, 1))]
    assert spans == [
        (date(2027, 1, 31), date(2027, 2, 27)),
        (date(2027, 2, 28), date(2027, 3, 30)),
        (date(2027, 3, 31), date(2027, 4, 10)),
    ]
    agreement.reporting_months = None
    assert not list(periods(agreement, date(2030, 1, 1)))
    assert next_due(agreement, date(2027, 1, 1)) is None


def test_a_report_opens_a_month_before_once_and_never_twice_after_an_amendment(table: Table) -> None:
    assert verbs.open_agreement_reports(now=NOW) == 0
    assert verbs.open_agreement_reports(now=APRIL) == 1
    assert verbs.open_agreement_reports(now=APRIL) == 0
    changed = amend(table.agreement, by=table.coordinator, now=APRIL)
    send(changed, side=Side.COUNTY, by=table.coordinator, now=APRIL)
    sign(changed, side=Side.ORGANISATION, party=changed.parties.get(), number=1, by=table.chair, now=APRIL)
    sign(changed, side=Side.COUNTY, party=None, number=1, by=table.signer, now=APRIL)
    assert AgreementReport.objects.count() == 1
    assert verbs.open_agreement_reports(now=APRIL + timedelta(days=120)) == 1
    assert AgreementReport.objects.latest("pk").party.agreement_id == changed.pk


def test_a_terminated_agreement_is_reported_to_its_last_day_and_old_ones_are_let_be(table: Table) -> None:
    gone = date(2027, 2, 15)
    terminate(table.agreement, side=Side.COUNTY, ends_on=gone, reason="Hanke päättyi.", by=table.coordinator, now=NOW)
    assert verbs.open_agreement_reports(now=datetime(2027, 8, 1, tzinfo=HELSINKI)) == 0
    assert verbs.open_agreement_reports(now=datetime(2027, 2, 20, tzinfo=HELSINKI)) == 1
    made = AgreementReport.objects.get()
    assert (made.period_from, made.period_to, made.due_on) == (date(2027, 1, 1), gone, date(2027, 2, 16))


def test_written_sent_asked_back_answered_and_accepted(table: Table, report: AgreementReport) -> None:
    said = refused("incomplete", verbs.submit_agreement_report, report, by=table.editor, now=APRIL)
    assert "mitä on tehty" in said
    sent(table, report)
    verbs.submit_agreement_report(report, by=table.editor, now=APRIL)
    assert report.versions.count() == 1, "pressed twice, sent once"
    assert Message.objects.filter(kind="grants.agreement_report", to_user=table.coordinator).count() == 1
    refused("wrong_state", verbs.save_agreement_report, report, SAID, revision=1, by=table.editor, now=APRIL)
    refused("no_question", verbs.return_agreement_report, report, question=" ", by=table.coordinator, now=APRIL)
    for _press in range(2):
        verbs.return_agreement_report(report, question="Missä ryhmät ovat?", by=table.coordinator, now=APRIL)
    assert report.notes.count() == 1
    refused("no_answer", verbs.submit_agreement_report, report, by=table.editor, now=APRIL)
    sent(table, report)
    for _press in range(2):
        verbs.accept_agreement_report(report, words="Kiitos.", by=table.coordinator, now=APRIL)
    report.refresh_from_db()
    assert (report.state, report.versions.count()) == ("accepted", 2)
    assert [note.text for note in report.notes.all()] == ["Missä ryhmät ovat?", "Lisäsimme luvut.", "Kiitos."]
    told = table.agreement.notes.filter(verb__endswith="agreement_report").values_list("text", flat=True)
    assert "Raportti ajalta 1.1.2027–30.4.2027 hyväksyttiin." in told
    assert table.organisation.timeline.filter(text__contains="hyväksyttiin").count() == 1
    assert Message.objects.filter(kind="grants.agreement_report", to_user=table.editor).count() == 2
    with pytest.raises(IntegrityError), transaction.atomic():
        AgreementReport.objects.update(state="open")
    with pytest.raises(Exception, match="sent_stays"), transaction.atomic():
        report.versions.all().delete()


def test_every_missing_edge_is_refused(table: Table, report: AgreementReport) -> None:
    calls = {
        "submit_agreement_report": lambda: verbs.submit_agreement_report(report, by=table.editor, now=APRIL),
        "enter_agreement_report": lambda: verbs.enter_agreement_report(
            report, SAID, arrived_on=date(2027, 4, 1), by=table.coordinator, now=APRIL
        ),
        "return_agreement_report": lambda: verbs.return_agreement_report(
            report, question="Mitä?", by=table.coordinator, now=APRIL
        ),
        "accept_agreement_report": lambda: verbs.accept_agreement_report(report, by=table.coordinator, now=APRIL),
    }
    once = {("submit_agreement_report", "submitted"), ("accept_agreement_report", "accepted")}
    for state in sorted(AGREEMENT_REPORT.keys()):
        facts: dict[str, Any] = {"submitted_by": table.editor, "submitted_at": APRIL, "done": "Ryhmät."}
        accepted = {"accepted_by": table.coordinator, "accepted_at": APRIL} if state == "accepted" else {}
        none = {"accepted_by": None, "accepted_at": None}
        AgreementReport.objects.update(state=state, **facts, **(accepted or none))
        for verb, act in calls.items():
            if AGREEMENT_REPORT.allows(state, verb) or (verb, state) in once:
                continue
            with pytest.raises(Refused) as caught:
                act()
            assert caught.value.code == "wrong_state", (state, verb)


def test_who_reads_and_who_handles(table: Table, report: AgreementReport) -> None:
    unit = UnitFactory()
    table.agreement.unit = unit
    table.agreement.save(update_fields=["unit"])
    liaison, other = UserFactory(), UserFactory()
    AppointmentFactory(post=PostFactory(level="unit", unit=unit), user=liaison)
    AppointmentFactory(post=PostFactory(level="unit", unit=UnitFactory()), user=other)
    handles = "grants.agreement_report.handle"
    assert may(handles, liaison, report, now=APRIL)
    assert may(handles, table.coordinator, report, now=APRIL)
    assert not may(handles, other, report, now=APRIL)
    assert not may("grants.agreement_report.view", other, report, now=APRIL)
    assert may("grants.agreement_report.view", table.signer, report, now=APRIL)
    assert not may(handles, table.signer, report, now=APRIL)
    assert not may("grants.agreement_report.view_own", make_member(make_organisation("Toinen ry")), report, now=APRIL)
    viewer = make_member(table.organisation, "viewer")
    with pytest.raises(Http404):
        verbs.save_agreement_report(report, SAID, revision=0, by=viewer, now=APRIL)
    make_member(table.organisation, "viewer", user=liaison)
    assert not may(handles, liaison, report, now=APRIL), "nobody reads the report of their own organisation"
    sent(table, report)
    assert not Message.objects.filter(kind="grants.agreement_report", to_user=liaison).exists()


def test_reminders_todos_and_reminding_by_hand(table: Table, report: AgreementReport) -> None:
    days = {
        day: list(agreement_report_reminders(datetime(2027, *day, 9, 0, tzinfo=HELSINKI))) for day in ((4, 1), (5, 2))
    }
    assert {one.to for one in days[4, 1]} == {table.chair, table.editor}
    assert "myöhässä" in str(days[5, 2][0].subject)
    assert [todo.title for todo in agreement_report_todos(table.editor, APRIL)] == [
        "Lähetä sopimusraportti: Kumppanuus mielenterveystyössä"
    ]
    late = APRIL + timedelta(days=40)
    assert [todo.title for todo in agreement_report_todos(table.coordinator, late)] == ["1 sopimusraportti on myöhässä"]
    assert verbs.remind_agreement_reports([report.pk], by=table.coordinator, now=late) == 1
    assert verbs.remind_agreement_reports([report.pk], by=table.coordinator, now=late) == 0
    assert verbs.remind_agreement_reports([report.pk], by=table.editor, now=late + timedelta(days=1)) == 0
    assert Message.objects.filter(kind="grants.agreement_report_reminder").count() == 2
    sent(table, report, late)
    assert not list(agreement_report_reminders(late))
    assert [todo.title for todo in agreement_report_todos(table.coordinator, late)] == [
        "1 sopimusraportti on luettavana"
    ]


def test_the_pages_of_both_sides(table: Table, report: AgreementReport) -> None:
    own, desk = signed_in(table.editor), signed_in(table.coordinator)
    page = text(own.get(f"/omat/{table.organisation.pk}/sopimukset/{table.agreement.pk}/"))
    assert f'href="{report.own_url}"' in page
    assert "Seuraavan raportin määräpäivä on 1.9.2027" in page
    assert "Kaksi ryhmää viikossa." in text(own.get(report.own_url)), "the duties stand beside the form"
    answer = own.post(report.own_url, {**POSTED, "people_reached": "", "send": "1"})
    assert answer.status_code == 409
    assert "Kirjoita, montako ihmistä tavoititte" in text(answer)
    stale = own.post(report.own_url, {**POSTED, "save": "1"})
    assert "Joku muu järjestöstänne on tallentanut" in text(stale)
    report.refresh_from_db()
    upload = SimpleUploadedFile("kuvat.pdf", PDF)
    own.post(report.own_url, {**POSTED, "revision": report.revision, "file": upload, "save": "1"})
    file = report.files.get()
    assert opened(own, f"{report.own_url}tiedostot/{file.pk}/") == PDF
    report.refresh_from_db()
    answer = own.post(report.own_url, {**POSTED, "revision": report.revision, "send": "1"}, follow=True)
    assert "Raportti on lähetetty" in text(answer)
    assert own.post(f"{report.own_url}tiedostot/{file.pk}/poista/").status_code == 302
    assert report.files.count() == 1, "what was sent stays"
    there = report.get_absolute_url()
    assert "Ryhmät alkoivat." in text(desk.get(there))
    assert opened(desk, f"{there}tiedostot/{file.pk}/") == PDF
    assert "järjestöllä täydennettävänä" in text(desk.post(there, {"question": "Missä?"}, follow=True))
    assert "Missä?" in text(own.get(report.own_url))
    assert own.get(there).status_code == 404


def test_a_paper_report_is_entered_and_the_list_is_filtered_and_exported(table: Table, report: AgreementReport) -> None:
    desk = signed_in(table.coordinator)
    wrong = desk.post(f"{report.get_absolute_url()}kirjaa/", {**POSTED, "arrived_on": "1.5.2027"})
    assert "Saapumispäivä ei voi olla tulevaisuudessa" in text(wrong)
    answer = desk.post(f"{report.get_absolute_url()}kirjaa/", {**POSTED, "arrived_on": "1.4.2027"}, follow=True)
    assert "saapui paperilla 1.4.2027" in text(answer)
    party = report.party
    with CaptureQueriesContext(connection) as one:
        assert "Yksi raportti" in text(desk.get("/hallinta/sopimusraportit/"))
    for month in (9, 10):
        party.reports.create(
            period_from=date(2027, 5, 1), period_to=date(2027, 8, 31), due_on=date(2027, month, 1), opened_at=APRIL
        )
    with CaptureQueriesContext(connection) as three:
        page = text(desk.get("/hallinta/sopimusraportit/"))
    assert "3 raporttia" in page
    assert len(three) - 1 <= len(one) <= len(three) <= 12, "one more asks which may be reminded of"
    lines = desk.get("/hallinta/sopimusraportit/luettelo.csv?tila=odottaa").content.decode().splitlines()
    assert len(lines) == 3
    sheet = xlsx.read(desk.get("/hallinta/sopimusraportit/luettelo.xlsx?tila=luettavana").content)
    assert sheet.row(2)[8] == 40
    keys = [str(row.pk) for row in AgreementReport.objects.waiting()]
    answer = desk.post("/hallinta/sopimusraportit/muistuta/", {"valittu": keys, "tila": "odottaa"}, follow=True)
    assert "Muistutus on lähetetty 2 raportista." in text(answer)
    assert answer.request["QUERY_STRING"] == "tila=odottaa"
    assert "Raportteja ei ole" in text(desk.get("/hallinta/sopimusraportit/?tila=hyvaksytty"))


def test_the_list_of_agreements_finds_late_reports_and_asks_the_same_at_three_rows(
    table: Table, report: AgreementReport, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = signed_in(table.coordinator)
    with CaptureQueriesContext(connection) as one:
        assert "Yksi sopimus" in text(desk.get("/hallinta/sopimukset/"))
    for number in range(2):
        Table(make_organisation(f"Järjestö {number} ry"), title=f"Sopimus {number}")
    with CaptureQueriesContext(connection) as three:
        assert "3 sopimusta" in text(desk.get("/hallinta/sopimukset/"))
    assert len(one) == len(three) <= 12
    assert "Sopimuksia ei ole" in text(desk.get("/hallinta/sopimukset/?tila=raportti"))
    monkeypatch.setattr(clock, "now", lambda: APRIL + timedelta(days=40))
    assert "Yksi sopimus" in text(desk.get("/hallinta/sopimukset/?tila=raportti"))
    sheet = xlsx.read(desk.get("/hallinta/sopimukset/luettelo.xlsx?tila=raportti").content)
    assert sheet.row(2)[2] == "Kumppanuus mielenterveystyössä"
