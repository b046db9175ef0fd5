"""A published report's figures as JSON, and the report as a presentation."""

import pytest
from django.test import Client

from accounts.models import User
from reports import open_data, workflow
from reports.models import AnnualReport
from reports.slides import slides
from tests.organisations.factories import OrganisationFactory
from tests.reports.conftest import NOW, collected, frozen

pytestmark = pytest.mark.django_db


class TestOpenData:
    def test_says_every_figure_of_the_snapshot_and_what_the_fields_mean(self, coordinator: User, field: None) -> None:
        report = frozen(coordinator)
        OrganisationFactory()
        answer = Client().get(f"/raportit/{report.pk}/luvut.json")
        assert answer.headers["Content-Type"] == "application/json"
        data = answer.json()
        assert data["source"] == "Koealueen hyvinvointialue"
        assert data["licence"] == open_data.LICENCE
        about = data["report"]
        assert (about["year"], about["version"], about["document_sha256"]) == (2025, 1, report.document.sha256)  # type: ignore[union-attr]
        assert about["url"] == f"http://testserver/raportit/{report.pk}/"
        rows = report.figures["headline"]
        assert [item["key"] for item in data["items"]] == [row["key"] for row in rows]
        assert [item["value"] for item in data["items"]] == [open_data.number(row["value"]) for row in rows]
        names = {field.name for field in open_data.FIELDS}
        assert set(data["fields"]) == names
        assert all(set(item) == names for item in data["items"])
        assert all(data["fields"].values())

    def test_the_fields_are_told_on_the_page_in_its_language(self, coordinator: User, field: None) -> None:
        report = frozen(coordinator)
        page = Client().get(f"/raportit/{report.pk}/").content.decode()
        assert f"/raportit/{report.pk}/luvut.json" in page
        assert f"/raportit/{report.pk}/luvut.csv" in page
        for told in open_data.FIELDS:
            assert f"<code>{told.name}</code>" in page

    def test_not_of_a_draft(self, coordinator: User, field: None) -> None:
        report = collected(coordinator)
        assert Client().get(f"/raportit/{report.pk}/luvut.json").status_code == 404

    @pytest.mark.parametrize(
        ("kept", "number"), [(None, None), ("", None), ("1200.00", 1200), ("12.50", 12.5), (7, 7), (0, 0)]
    )
    def test_numbers(self, kept: object, number: object) -> None:
        assert open_data.number(kept) == number


class TestPresentation:
    @pytest.fixture
    def report(self, coordinator: User, field: None) -> AnnualReport:
        draft = collected(coordinator)
        workflow.save_texts(draft, {"findings": "Yksi\nKaksi", "proposals": "<Ehdotus>"}, by=coordinator, now=NOW)
        workflow.freeze(draft, by=coordinator, now=NOW)
        workflow.finish_freezing(draft.pk, now=NOW)
        draft.refresh_from_db()
        return draft

    def test_one_finding_a_screen_from_first_to_last_by_links(self, report: AnnualReport) -> None:
        client, address, seen = Client(), f"/raportit/{report.pk}/esitys/", []
        count = len(slides(report))
        for number in range(1, count + 1):
            page = client.get(address).content.decode()
            seen.append(page[page.index("<h1") : page.index("</h1>")])
            assert ('rel="prev"' in page) == (number > 1)
            assert ('rel="next"' in page) == (number < count)
            address = f"/raportit/{report.pk}/esitys/{number + 1}/"
            assert (f'href="{address}"' in page) == (number < count)
        assert "Järjestöyhteistyö 2025" in seen[0]
        assert [part.rpartition(">")[2] for part in seen[1:3]] == ["Yksi", "Kaksi"]
        assert "&lt;Ehdotus&gt;" in seen[-1]
        assert client.get(address).status_code == 404
        assert client.get(f"/raportit/{report.pk}/esitys/0/").status_code == 404

    def test_the_page_leads_to_it(self, report: AnnualReport) -> None:
        assert f"/raportit/{report.pk}/esitys/" in Client().get(f"/raportit/{report.pk}/").content.decode()

    def test_not_of_a_draft(self, coordinator: User, report: AnnualReport) -> None:
        draft = collected(coordinator, 2024)
        assert Client().get(f"/raportit/{draft.pk}/esitys/").status_code == 404
