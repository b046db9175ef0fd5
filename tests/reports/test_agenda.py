"""A published report on a meeting's agenda: once, with its document, and the way back and forth."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.http import Http404
from django.test import Client

from accounts.models import User
from common import clock
from common.errors import Refused
from liaisons.models import AgendaItem, Meeting
from liaisons.workflow import remove_agenda_item
from reports.models import AnnualReport, ReportMatter
from reports.workflow import put_on_agenda, take_off_agenda
from tests.accounts.factories import signed_in, staff
from tests.liaisons.factories import BodyFactory, MeetingFactory
from tests.reports.conftest import NOW, Readers, collected, frozen

pytestmark = pytest.mark.django_db


@pytest.fixture
def meeting() -> Meeting:
    row: Meeting = MeetingFactory(body=BodyFactory(name_fi="Lautakunta"), starts_at=clock.now() + timedelta(days=20))
    return row


def test_becomes_the_last_matter_with_its_document_once(coordinator: User, meeting: Meeting, field: None) -> None:
    report = frozen(coordinator)
    row = put_on_agenda(report, meeting=meeting, by=coordinator, now=NOW)
    assert put_on_agenda(report, meeting=meeting, by=coordinator, now=NOW) == row
    item = AgendaItem.objects.get(meeting=meeting)
    assert (item.title, item.kind, item.proposal) == (report.title, "information", "Merkitään raportti tiedoksi.")
    file = item.attachments.get()
    assert report.document is not None
    assert (file.sha256, file.content_type) == (report.document.sha256, "application/pdf")
    with file.file.open("rb") as attached, report.document.file.open("rb") as stored:
        assert attached.read() == stored.read()


def test_findings_and_proposals_are_the_matters_text(coordinator: User, meeting: Meeting, field: None) -> None:
    AnnualReport.objects.filter(pk=collected(coordinator).pk).update(findings="Kyydit\n\nPuuttuvat", proposals="Lisää")
    item = put_on_agenda(frozen(coordinator), meeting=meeting, by=coordinator, now=NOW).item
    assert "Havainnot:\n1. Kyydit\n2. Puuttuvat" in item.text
    assert "Ehdotukset:\n1. Lisää" in item.text


def test_pages_lead_both_ways(coordinator: User, meeting: Meeting, field: None) -> None:
    report, desk = frozen(coordinator), signed_in(coordinator)
    address = f"/raportit/{report.pk}/"
    assert "Raportti ei ole vielä minkään kokouksen esityslistalla." in desk.get(address).content.decode()
    answer = desk.post(f"{address}kokoukseen/", {"meeting": meeting.pk})
    assert answer.headers["Location"] == f"{address}#kokoukset"
    item = AgendaItem.objects.get(meeting=meeting)
    page = desk.get(address).content.decode()
    assert "Käsitellään:" in page
    assert f'href="/kokoukset/asiat/{item.pk}/"' in page
    assert f'href="{address}"' in desk.get(f"/kokoukset/asiat/{item.pk}/").content.decode()
    assert "Käsitellään:" not in Client().get(address).content.decode()  # the plan of a meeting is not public
    Meeting.objects.filter(pk=meeting.pk).update(notice_sent_at=NOW, notice_sent_by=coordinator)
    AgendaItem.objects.filter(pk=item.pk).update(section_number=117)
    page = Client().get(address).content.decode()
    assert "Lautakunta 117\N{NO-BREAK SPACE}§" in page
    assert f'href="/toimielimet/kokoukset/{meeting.pk}/"' in page
    assert "Poista esityslistalta" not in page
    assert f'href="{address}"' in Client().get(f"/toimielimet/kokoukset/{meeting.pk}/").content.decode()


@pytest.mark.parametrize(
    "changed", [{"state": "held"}, {"state": "cancelled", "cancel_reason": "Sairaus"}, {"starts_at": NOW}]
)
def test_a_closed_agenda_is_refused(
    coordinator: User, meeting: Meeting, field: None, changed: dict[str, object]
) -> None:
    report = frozen(coordinator)
    Meeting.objects.filter(pk=meeting.pk).update(**changed)
    with pytest.raises(Refused, match="ei voi enää muuttaa") as refused:
        put_on_agenda(report, meeting=meeting, by=coordinator, now=NOW + timedelta(days=1))
    assert refused.value.code == "meeting_not_coming"
    assert not ReportMatter.objects.exists()


def test_the_page_says_why_a_meeting_cannot_be_chosen(coordinator: User, meeting: Meeting, field: None) -> None:
    report, desk = frozen(coordinator), signed_in(coordinator)
    address = f"/raportit/{report.pk}/kokoukseen/"
    Meeting.objects.filter(pk=meeting.pk).update(state="held")
    assert "Valitse kokous, jota ei ole vielä pidetty." in desk.post(address, {"meeting": meeting.pk}).content.decode()
    assert "Tulevia kokouksia ei ole." in desk.get(address).content.decode()
    assert "Kun toimielimelle on lisätty tuleva kokous" in desk.get(f"/raportit/{report.pk}/").content.decode()


def test_only_the_coordinator_and_only_a_published_one(
    coordinator: User, readers: Readers, meeting: Meeting, field: None
) -> None:
    report = frozen(coordinator)
    for person in (readers.presenter, staff("auditor")):
        with pytest.raises(Http404):
            put_on_agenda(report, meeting=meeting, by=person, now=NOW)
        assert signed_in(person).get(f"/raportit/{report.pk}/kokoukseen/").status_code == 404
    own = MeetingFactory(body=BodyFactory(is_self_run=True), starts_at=NOW + timedelta(days=20))
    with pytest.raises(Http404):  # a body that runs itself has its own secretary
        put_on_agenda(report, meeting=own, by=coordinator, now=NOW)
    with pytest.raises(Http404):
        put_on_agenda(collected(coordinator, 2024), meeting=meeting, by=coordinator, now=NOW)


def test_taken_off_before_the_meeting_only(coordinator: User, meeting: Meeting, field: None) -> None:
    report, desk = frozen(coordinator), signed_in(coordinator)
    row = put_on_agenda(report, meeting=meeting, by=coordinator, now=NOW)
    with pytest.raises(Refused, match="siellä, mistä se tuotiin"):
        remove_agenda_item(row.item, by=coordinator, now=NOW)
    Meeting.objects.filter(pk=meeting.pk).update(state="held")
    with pytest.raises(Refused) as refused:
        take_off_agenda(row, by=coordinator, now=NOW)
    assert refused.value.code == "meeting_held"
    assert "Käsitelty:" in desk.get(f"/raportit/{report.pk}/").content.decode()
    Meeting.objects.filter(pk=meeting.pk).update(state="planned")
    desk.post(f"/raportit/{report.pk}/kokoukseen/{row.pk}/poista/")
    assert not AgendaItem.objects.exists()
    take_off_agenda(row, by=coordinator, now=NOW)


def test_the_database_refuses_a_draft_and_a_second_row(coordinator: User, meeting: Meeting, field: None) -> None:
    row = put_on_agenda(frozen(coordinator), meeting=meeting, by=coordinator, now=NOW)
    other = AgendaItem.objects.create(meeting=meeting, title="Toinen", order=9)
    known = {"meeting": meeting, "item": other, "put_by": coordinator, "put_at": NOW}
    with pytest.raises(IntegrityError, match="reports_matter_once_a_meeting"), transaction.atomic():
        ReportMatter.objects.create(report=row.report, **known)
    with pytest.raises(DatabaseError, match="only a published report"), transaction.atomic():
        ReportMatter.objects.create(report=collected(coordinator, 2024), **known)
