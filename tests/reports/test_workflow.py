"""The life of a yearly report: begun once, frozen for good, told to its readers once."""

from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import Http404

from accounts.models import User
from common.errors import Refused
from common.policies import allowed
from documents.pdf import PdfUnavailable
from notifications.models import Message
from reports import tasks, workflow
from reports.models import AnnualReport, ReportReading
from tests.accounts.factories import staff
from tests.reports.conftest import NOW, Readers, collected, frozen

pytestmark = pytest.mark.django_db


def test_ordering_twice_gives_the_same_draft(coordinator: User) -> None:
    first = workflow.order_report(2025, by=coordinator, now=NOW)
    assert workflow.order_report(2025, by=coordinator, now=NOW) == first
    assert AnnualReport.objects.count() == 1


@pytest.mark.parametrize("year", [2022, 2027])
def test_a_year_without_figures_is_refused(coordinator: User, year: int) -> None:
    with pytest.raises(Refused) as refused:
        workflow.order_report(year, by=coordinator, now=NOW)
    assert refused.value.code == "bad_year"


@pytest.mark.parametrize("role", ["auditor", "administrator", "registrar", "payments_clerk"])
def test_only_the_coordinator_orders(role: str) -> None:
    with pytest.raises(Http404):
        workflow.order_report(2025, by=staff(role), now=NOW)


def test_the_worker_is_told_once_the_row_is_stored(
    coordinator: User, django_capture_on_commit_callbacks: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    monkeypatch.setattr(tasks.collect_figures, "delay", told.append)
    with django_capture_on_commit_callbacks(execute=True):
        report = workflow.order_report(2025, by=coordinator, now=NOW)
        assert told == []
        workflow.order_report(2025, by=coordinator, now=NOW)
    assert told == [report.pk]


def test_tasks_take_the_report_from_order_to_publication_and_again_change_nothing(
    coordinator: User, field: None
) -> None:
    report = workflow.order_report(2025, by=coordinator, now=NOW)
    tasks.collect_figures(report.pk)
    report.refresh_from_db()
    assert (report.state, report.progress) == ("draft", 100)
    assert report.figures["organisations"]["registered"] == 4
    first = report.figures["organisations"]["by_municipality"][0]
    assert (first["label"], first["count"]) == ("Joensuu", 3)
    collected_at = report.collected_at
    tasks.collect_figures(report.pk)
    workflow.freeze(report, by=coordinator, now=NOW)
    tasks.make_document(report.pk)
    report.refresh_from_db()
    assert (report.state, report.frozen_by, report.frozen_at) == ("frozen", coordinator, NOW)
    assert report.collected_at == collected_at
    assert report.document is not None
    document = report.document.pk
    tasks.make_document(report.pk)
    report.refresh_from_db()
    assert report.document_id == document


def test_a_stopped_collecting_is_begun_again_and_texts_stay(coordinator: User) -> None:
    report = workflow.order_report(2025, by=coordinator, now=NOW)
    assert workflow.collect_again(report, by=coordinator, now=NOW).state == "collecting"
    workflow.finish_collecting(report.pk, now=NOW)
    AnnualReport.objects.filter(pk=report.pk).update(findings="Kyydit puuttuvat.")
    assert workflow.collect_again(report, by=coordinator, now=NOW).state == "collecting"
    workflow.finish_collecting(report.pk, now=NOW)
    report.refresh_from_db()
    assert (report.state, report.findings) == ("draft", "Kyydit puuttuvat.")


@pytest.mark.parametrize("state", ["collecting", "freezing"])
def test_an_unfinished_report_is_not_frozen(coordinator: User, state: str) -> None:
    report = collected(coordinator)
    AnnualReport.objects.filter(pk=report.pk).update(state=state)
    with pytest.raises(Refused) as refused:
        workflow.freeze(report, by=coordinator, now=NOW)
    assert refused.value.code == "wrong_state"


class TestFrozen:
    @pytest.mark.parametrize(
        "sql",
        [
            "update reports_annualreport set findings = 'muutettu'",
            "update reports_annualreport set state = 'draft'",
            "update reports_annualreport set figures = '{}'",
            "delete from reports_annualreport",
        ],
    )
    def test_never_changes_not_even_by_sql(self, coordinator: User, field: None, sql: str) -> None:
        report = frozen(coordinator)
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)
        assert AnnualReport.objects.get(pk=report.pk).figures == report.figures

    def test_verbs_refuse(self, coordinator: User, field: None) -> None:
        report = frozen(coordinator)
        for verb in (workflow.freeze, workflow.collect_again):
            with pytest.raises(Refused):
                verb(report, by=coordinator, now=NOW)

    def test_a_new_version_begins_with_the_texts_and_says_why(self, coordinator: User, field: None) -> None:
        first = collected(coordinator)
        AnnualReport.objects.filter(pk=first.pk).update(findings="Havainto")
        workflow.freeze(first, by=coordinator, now=NOW)
        workflow.finish_freezing(first.pk, now=NOW)
        second = collected(coordinator)
        assert (second.version, second.findings) == (2, "Havainto")
        with pytest.raises(Refused) as refused:
            workflow.freeze(second, by=coordinator, now=NOW)
        assert refused.value.code == "change_note_missing"
        AnnualReport.objects.filter(pk=second.pk).update(change_note="Yksi käyttöselvitys korjattiin.")
        workflow.freeze(second, by=coordinator, now=NOW)
        workflow.finish_freezing(second.pk, now=NOW)
        second.refresh_from_db()
        assert second.state == "frozen"
        assert AnnualReport.objects.get(pk=first.pk).state == "frozen"


class TestTrouble:
    @pytest.mark.parametrize(
        ("fault", "says"),
        [(PdfUnavailable("no pango"), "palvelimelta puuttuu"), (ValueError("template"), "taas luonnos")],
    )
    def test_without_a_document_the_report_is_a_draft_again(
        self,
        coordinator: User,
        readers: Readers,
        field: None,
        monkeypatch: pytest.MonkeyPatch,
        fault: Exception,
        says: str,
    ) -> None:
        def broken(*args: Any, **known: Any) -> bytes:
            raise fault

        report = collected(coordinator)
        workflow.freeze(report, by=coordinator, now=NOW)
        with monkeypatch.context() as patch:
            patch.setattr(workflow.annual, "render_pdf", broken)
            workflow.finish_freezing(report.pk, now=NOW)
        report.refresh_from_db()
        assert (report.state, report.document, report.frozen_at) == ("draft", None, None)
        assert says in report.trouble
        assert not Message.objects.exists()
        workflow.freeze(report, by=coordinator, now=NOW)
        workflow.finish_freezing(report.pk, now=NOW)
        report.refresh_from_db()
        assert (report.state, report.trouble) == ("frozen", "")


class TestReaders:
    def test_each_gets_one_message(self, coordinator: User, readers: Readers, field: None) -> None:
        report = frozen(coordinator)
        assert set(Message.objects.values_list("to_user", flat=True)) == {
            readers.member.pk,
            readers.deputy.pk,
            readers.presenter.pk,
        }
        assert Message.objects.count() == 3
        message = Message.objects.get(to_user=readers.member)
        assert f"/raportit/{report.pk}/" in message.text

    def test_marking_read_twice_keeps_the_first_time(self, coordinator: User, readers: Readers, field: None) -> None:
        report = frozen(coordinator)
        first = workflow.mark_read(report, by=readers.member, now=NOW)
        again = workflow.mark_read(report, by=readers.member, now=NOW.replace(hour=20))
        assert again.read_at == first.read_at == NOW
        assert ReportReading.objects.count() == 1

    def test_others_do_not_mark(self, coordinator: User, readers: Readers, stranger: User, field: None) -> None:
        report = frozen(coordinator)
        for person in (stranger, readers.former, coordinator):
            with pytest.raises(Http404):
                workflow.mark_read(report, by=person, now=NOW)


def test_who_may_reach_what(coordinator: User, readers: Readers, stranger: User, field: None) -> None:
    done, draft = frozen(coordinator, 2024), collected(coordinator, 2025)
    reach = {
        name: {
            key: set(allowed(f"reports.annual.{key}", person, now=NOW).values_list("pk", flat=True))
            for key in ("read", "manage", "mark_read")
        }
        for name, person in (("coordinator", coordinator), ("member", readers.member), ("stranger", stranger))
    }
    assert reach == {
        "coordinator": {"read": {done.pk}, "manage": {done.pk, draft.pk}, "mark_read": set()},
        "member": {"read": {done.pk}, "manage": set(), "mark_read": {done.pk}},
        "stranger": {"read": {done.pk}, "manage": set(), "mark_read": set()},
    }
