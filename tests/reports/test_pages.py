"""Pages of the yearly report, its document and its figures as CSV."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from documents.pdf import render_pdf
from reports import told, workflow
from reports.models import AnnualReport
from reports.sections import MOST_KEY_FACTS, PlainTable, Section, facts
from reports.todos import todos
from reports.year_sections import TOLD_IN_SECTIONS
from tests.accounts.factories import signed_in
from tests.documents.pdf_checks import assert_accessible
from tests.reports.conftest import NOW, Readers, collected, frozen

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(coordinator: User) -> Client:
    return signed_in(coordinator)


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


def test_the_document_is_readable_for_everybody_and_served_from_the_store(coordinator: User, field: None) -> None:
    report = frozen(coordinator)
    assert report.document is not None
    answer = Client().get(f"/raportit/{report.pk}/pdf/")
    data = b"".join(answer.streaming_content)  # type: ignore[attr-defined]
    answer.close()
    assert_accessible(data)
    assert report.document.title == "Järjestöyhteistyö 2025"
    assert answer["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("above", [0, 14, 28])
def test_a_table_longer_than_a_page_keeps_its_caption(coordinator: User, field: None, above: int) -> None:
    """A caption alone at the foot of a page is a table without headings to who listens to it."""
    report = collected(coordinator)
    rows = tuple((f"Tavoite {number}", "Etenee. " * 30) for number in range(25))
    long = Section("pitka", "Pitkä taulukko", ("Rivi.",) * above, (), PlainTable("Kaikki", ("Tavoite", "Tila"), rows))
    known = {**told.content(report), "told": [(long, told.Told("pitka", "Pitkä taulukko"))], "report": report}
    known |= {"subtitle": "Koe", "document_date": NOW.date()}
    assert_accessible(render_pdf("pdf/reports/annual.html", known, title="Koe", language="fi"))


def test_anyone_reads_summary_sections_and_definitions(coordinator: User, field: None) -> None:
    AnnualReport.objects.filter(pk=collected(coordinator).pk).update(findings="Kyydit\n\npuuttuvat", proposals="<b>")
    report = AnnualReport.objects.get()
    workflow.freeze(report, by=coordinator, now=NOW)
    workflow.finish_freezing(report.pk, now=NOW)
    text = Client().get(f"/raportit/{report.pk}/").content.decode()
    order = [
        "Vuosi lyhyesti",
        "Havainnot",
        "<li>puuttuvat</li>",
        "Ehdotukset",
        "<li>&lt;b&gt;</li>",
        "Järjestökentässä",
    ]
    places = [text.index(part) for part in [*order, "Mitä luvut tarkoittavat"]]
    assert places == sorted(places)
    assert text.count("Näytä luvut taulukkona") == text.count('<figure class="chart">') == 1
    assert "Eniten järjestöjä on kunnassa Joensuu" in text
    assert report.document is None
    assert AnnualReport.objects.get().document.sha256 in text  # type: ignore[union-attr]


def test_labels_of_the_finnish_snapshot_say_their_language_on_every_page(coordinator: User, field: None) -> None:
    report = frozen(coordinator)
    text = Client().get(f"/sv/raportit/{report.pk}/").content.decode()
    assert '<html lang="sv"' in text
    summary = text[text.index('id="lyhyesti"') : text.index('id="kentta"')]
    told = facts(report.figures)
    assert summary.count('<dt lang="fi">') == summary.count("<dt") == min(len(told), MOST_KEY_FACTS) > 0
    rest = text[text.index('id="muut-luvut"') : text.index('id="maaritelmat"')]
    left = [fact for fact in told[MOST_KEY_FACTS:] if fact.key not in TOLD_IN_SECTIONS]
    assert rest.count('<th scope="row" lang="fi">') == rest.count('<th scope="row"') == len(left) > 0


def test_figures_as_csv(coordinator: User, field: None) -> None:
    report = frozen(coordinator)
    lines = Client().get(f"/raportit/{report.pk}/luvut.csv").content.decode("utf-8-sig").splitlines()
    assert lines[0] == "luku;2025;2024;määritelmä"
    assert any(line.startswith("Järjestöjä rekisterissä;4;") for line in lines)


def test_a_draft_is_nobodys_but_the_coordinators(coordinator: User, desk: Client, field: None) -> None:
    report = collected(coordinator)
    for address in (f"/raportit/{report.pk}/", f"/raportit/{report.pk}/pdf/", f"/raportit/{report.pk}/luvut.csv"):
        assert Client().get(address).status_code == 404
        assert desk.get(address).status_code == 404
    assert Client().get(f"/hallinta/raportit/{report.pk}/").status_code == 302
    assert "Esikatselu" in desk.get(f"/hallinta/raportit/{report.pk}/").content.decode()


def test_empty_list_teaches() -> None:
    assert "Ensimmäinen vuosiraportti on vielä tekemättä" in Client().get("/raportit/").content.decode()


class TestDesk:
    def test_from_ordering_over_progress_to_publication(self, coordinator: User, desk: Client, field: None) -> None:
        answer = desk.post("/hallinta/raportit/", {"year": 2025})
        report = AnnualReport.objects.get()
        edit, progress = f"/hallinta/raportit/{report.pk}/", f"/hallinta/raportit/{report.pk}/edistyminen/"
        assert answer.headers["Location"] == edit
        page = desk.get(edit).content.decode()
        assert f'hx-get="{progress}"' in page
        assert "Kokoamme lukuja" in page
        AnnualReport.objects.filter(pk=report.pk).update(progress=40)
        fragment = desk.get(progress)
        assert '<progress value="40" max="100"' in fragment.content.decode()
        assert "HX-Refresh" not in fragment.headers
        workflow.finish_collecting(report.pk, now=NOW)
        assert desk.get(progress).headers["HX-Refresh"] == "true"
        desk.post(edit, {"findings": "Yksi", "proposals": "Kaksi"})
        desk.post(f"{edit}toimet/", {"verb": "freeze"})
        report.refresh_from_db()
        assert (report.state, report.findings) == ("freezing", "Yksi")
        assert "Teemme asiakirjaa" in desk.get(edit).content.decode()
        workflow.finish_freezing(report.pk, now=NOW)
        assert desk.get(edit).headers["Location"] == f"/raportit/{report.pk}/"

    def test_texts_are_not_changed_while_the_document_is_made(
        self, coordinator: User, desk: Client, field: None
    ) -> None:
        report = collected(coordinator)
        workflow.freeze(report, by=coordinator, now=NOW)
        desk.post(f"/hallinta/raportit/{report.pk}/", {"findings": "Myöhässä", "proposals": ""})
        report.refresh_from_db()
        assert report.findings == ""

    def test_trouble_is_shown(self, coordinator: User, desk: Client, field: None) -> None:
        report = collected(coordinator)
        AnnualReport.objects.filter(pk=report.pk).update(trouble="Levy on täynnä.")
        page = desk.get(f"/hallinta/raportit/{report.pk}/").content.decode()
        assert "Asiakirjaa ei syntynyt" in page
        assert "Levy on täynnä." in page

    def test_a_verb_that_is_refused_says_why(self, coordinator: User, desk: Client, field: None) -> None:
        frozen(coordinator)
        second = collected(coordinator)
        answer = desk.post(f"/hallinta/raportit/{second.pk}/toimet/", {"verb": "freeze"}, follow=True)
        assert "Kerro, mikä muuttui edellisestä versiosta" in answer.content.decode()

    def test_a_second_versions_form_asks_what_changed(self, coordinator: User, desk: Client, field: None) -> None:
        first = collected(coordinator)
        assert "Mikä muuttui" not in desk.get(f"/hallinta/raportit/{first.pk}/").content.decode()
        workflow.freeze(first, by=coordinator, now=NOW)
        workflow.finish_freezing(first.pk, now=NOW)
        second = collected(coordinator)
        assert "Mikä muuttui" in desk.get(f"/hallinta/raportit/{second.pk}/").content.decode()


def test_a_member_marks_it_read_on_the_page(coordinator: User, readers: Readers, field: None) -> None:
    report = frozen(coordinator)
    client = signed_in(readers.member)
    assert [todo.url for todo in todos(readers.member, NOW)] == [f"/raportit/{report.pk}/"]
    assert "Merkitse luetuksi" in client.get(f"/raportit/{report.pk}/").content.decode()
    page = client.post(f"/raportit/{report.pk}/luettu/", follow=True).content.decode()
    assert "Merkitsit raportin luetuksi" in page
    assert "Merkitse luetuksi" not in page
    assert list(todos(readers.member, NOW)) == []


@pytest.mark.parametrize("address", ["/raportit/", "/hallinta/raportit/"])
def test_queries_do_not_grow(coordinator: User, desk: Client, field: None, address: str) -> None:
    frozen(coordinator, 2023)
    desk.get(address)
    one = queries(desk, address)
    frozen(coordinator, 2024)
    frozen(coordinator, 2025)
    assert queries(desk, address) == one
    assert one <= 12


def test_queries_of_a_report(coordinator: User, readers: Readers, field: None) -> None:
    report = frozen(coordinator)
    assert queries(signed_in(readers.member), f"/raportit/{report.pk}/") <= 12
    assert queries(Client(), f"/raportit/{report.pk}/") <= 4
