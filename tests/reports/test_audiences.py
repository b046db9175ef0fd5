"""One year's report for each of its readers: the same figures, the sections that concern them."""

import json
import subprocess

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from accounts.models import User
from common.errors import Refused
from common.policies import allowed
from notifications.models import Message
from reports import sections, told, workflow
from reports.audiences import AUDIENCES, BY_KEY, COMMITTEE
from reports.models import AnnualReport
from reports.moved import moved
from reports.plain import _TEXTS, shorter
from reports.slides import slides
from reports.year_pieces import PlainTable, Section
from tests.accounts.factories import signed_in
from tests.documents.pdf_checks import assert_accessible
from tests.grants.factories import body_of
from tests.reports.conftest import NOW, Readers, collected, frozen

pytestmark = pytest.mark.django_db


def made_for(by: User, audience: str, year: int = 2025) -> AnnualReport:
    """Return the published report of an audience."""
    report = workflow.order_report(year, audience=audience, by=by, now=NOW)
    workflow.finish_collecting(report.pk, now=NOW)
    report.refresh_from_db()
    workflow.freeze(report, by=by, now=NOW)
    workflow.finish_freezing(report.pk, now=NOW)
    report.refresh_from_db()
    assert report.state == "frozen", report.trouble
    return report


def test_every_named_section_is_in_the_whole_report(coordinator: User, field: None) -> None:
    whole = {part.key for part in sections.content(collected(coordinator))["sections"]}
    with_data = {"tavoitteet", "vastausajat"}  # without goals or replies there is no such section
    for audience in AUDIENCES:
        assert audience.sections - with_data <= whole, audience.key
        assert audience.source
    assert set(_TEXTS) <= BY_KEY["ngos"].sections


@pytest.mark.parametrize("audience", [one for one in AUDIENCES if one.key != COMMITTEE], ids=lambda one: one.key)
def test_gets_its_own_title_sections_and_document(coordinator: User, field: None, audience: object) -> None:
    one = BY_KEY[audience.key]  # type: ignore[attr-defined]
    report = made_for(coordinator, one.key)
    page = Client().get(f"/raportit/{report.pk}/").content.decode()
    assert f"<h1>{report.title}</h1>" in page
    assert str(one.intro) in page
    keys = {part.key for part in told.content(report)["sections"]}
    assert keys
    assert keys <= one.sections
    assert 'id="kasittely"' not in page
    assert report.document is not None
    assert report.document.title == report.title
    data = body_of(Client().get(f"/raportit/{report.pk}/pdf/"))
    assert_accessible(data)
    found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True)
    assert "Hakemuksesta maksuun" not in found.stdout.decode()
    assert {slide.message for slide in slides(report)} >= {report.title}


def test_one_a_year_and_audience_and_version(coordinator: User, field: None) -> None:
    first = workflow.order_report(2025, by=coordinator, now=NOW)
    other = workflow.order_report(2025, audience="ministry", by=coordinator, now=NOW)
    assert first.audience == COMMITTEE
    assert (other.pk != first.pk, other.version) == (True, 1)
    assert workflow.order_report(2025, audience="ministry", by=coordinator, now=NOW) == other
    with pytest.raises(IntegrityError, match="reports_one_draft_a_year"), transaction.atomic():
        AnnualReport.objects.create(year=2025, audience="ministry", version=2, created_by=coordinator, created_at=NOW)
    with pytest.raises(IntegrityError, match="reports_annual_report_version"), transaction.atomic():
        AnnualReport.objects.filter(pk=other.pk).update(audience=COMMITTEE)
    with pytest.raises(IntegrityError, match="reports_audience_known"), transaction.atomic():
        AnnualReport.objects.filter(pk=other.pk).update(audience="kaikki")
    with pytest.raises(Refused) as refused:
        workflow.order_report(2025, audience="kaikki", by=coordinator, now=NOW)
    assert refused.value.code == "no_such_audience"


def test_chosen_on_the_desk_and_the_committee_without_a_choice(coordinator: User, field: None) -> None:
    desk = signed_in(coordinator)
    assert "Kenelle?" in desk.get("/hallinta/raportit/").content.decode()
    desk.post("/hallinta/raportit/", {"year": "2025", "audience": "ngos"})
    desk.post("/hallinta/raportit/", {"year": "2025"})
    assert set(AnnualReport.objects.values_list("audience", flat=True)) == {"ngos", COMMITTEE}
    assert "Järjestöt: lyhyesti ja selkeästi" in desk.get("/hallinta/raportit/").content.decode()
    assert desk.post("/hallinta/raportit/", {"year": "2025", "audience": "x"}).status_code == 200


def test_only_the_committees_is_told_marked_and_asked_about(coordinator: User, readers: Readers, field: None) -> None:
    report = made_for(coordinator, "participation")
    assert not Message.objects.filter(kind="reports.published").exists()
    for name in ("reports.annual.mark_read", "reports.annual.ask"):
        assert not allowed(name, readers.member, now=NOW).filter(pk=report.pk).exists()
    assert "Lukijat ja kysymykset" not in signed_in(coordinator).get(f"/raportit/{report.pk}/").content.decode()
    assert "/kysy/" not in signed_in(coordinator).get(f"/raportit/{report.pk}/").content.decode()
    frozen(coordinator)
    assert Message.objects.filter(kind="reports.published").exists()


def test_open_data_tells_its_own_rooms(coordinator: User, field: None) -> None:
    report = made_for(coordinator, "safety")
    items = json.loads(Client().get(f"/raportit/{report.pk}/luvut.json").content)["items"]
    assert {row["key"].partition(".")[0] for row in items} <= {"liaisons", "forums"}
    answer = Client().get(f"/raportit/{report.pk}/luvut.csv")
    assert "jarjestot-ja-asiakasturvallisuus-2025" in answer.headers["Content-Disposition"]
    assert "Avustus" not in answer.content.decode("utf-8-sig")


def test_what_has_moved_is_asked_of_its_own_sections(coordinator: User, field: None) -> None:
    report = collected(coordinator)
    changed = {**report.figures, "organisations": {**report.figures["organisations"], "registered": 99}}
    AnnualReport.objects.filter(pk=report.pk).update(figures=changed)
    report.refresh_from_db()
    assert moved(report, NOW)
    AnnualReport.objects.filter(pk=report.pk).update(audience="safety")
    assert moved(AnnualReport.objects.get(pk=report.pk), NOW) == []


def test_plain_words_are_short_and_without_a_table(coordinator: User, field: None) -> None:
    figures = collected(coordinator).figures
    part = Section("avustukset", "Pitkä", ("Virke.",), (), PlainTable("Taulukko", ("A",), (("1",),)))
    assert shorter(part, figures) == part  # nothing was granted: the ordinary words say so kindly
    figures["grants"] = {**figures["grants"], "organisations": 3, "granted": "1500"}
    made = shorter(part, figures)
    assert made.heading == "Avustuksen saaneita järjestöjä oli 3"
    assert made.table is None
    assert all(len(sentence.split()) <= 12 for sentence in made.paragraphs)
    other = Section("suunnitelma", "Ennallaan")
    assert shorter(other, figures) == other


def test_every_plain_text(coordinator: User, field: None) -> None:
    figures = collected(coordinator).figures
    figures["grants"]["organisations"] = 2
    figures["grants"]["use"] = {**figures["grants"]["use"], "people_reached": 120, "volunteers": 7}
    figures["seats"] = [{"label": "Neuvosto", "demanded": 3, "filled": 2}]
    for row in figures["headline"]:
        if row["key"] in ("forums.attendances", "forums.ideas", "liaisons.requests", "liaisons.first_reply_days"):
            row["value"] = 4
    for key, write in _TEXTS.items():
        words = write(figures)
        assert words is not None, key
        heading, sentences = words
        assert "%(" not in heading + " ".join(sentences)
