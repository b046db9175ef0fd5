"""Figures of the field: exact numbers, the page with its charts, the files, the seam."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from common.seams import Period
from common.times import year_period
from county.models import Municipality
from organisations import field_charts, statistics
from organisations.models import Organisation
from organisations.statistics import Row, YearRow, organisation_field
from organisations.workflow import import_register
from tests.organisations.factories import NOW, OrganisationFactory, SectorFactory, municipalities
from tests.organisations.finding import queries_of
from tests.organisations.test_import import SAMPLE

pytestmark = pytest.mark.django_db
PAGE = reverse("organisations:statistics")


def period(year: int) -> Period:
    return Period(year, *year_period(year))


@pytest.fixture
def field(kunnat: dict[str, Municipality]) -> None:
    """Joensuu with three, Lieksa with one, one gone, one elsewhere."""
    Municipality.objects.filter(code="167").update(
        inhabitants=78741, inhabitants_on=date(2024, 12, 31), tile_column=2, tile_row=3
    )
    Municipality.objects.filter(code="422").update(
        inhabitants=10049, inhabitants_on=date(2024, 12, 31), tile_column=2, tile_row=1
    )
    culture, care = SectorFactory(name_fi="Kulttuuri"), SectorFactory(name_fi="Sote")
    for number in range(3):
        one = OrganisationFactory(domicile=kunnat["167"], registered_on=date(2025, 5, 5), reach="local")
        one.sectors.add(culture, *([care] if number == 0 else []))
    OrganisationFactory(domicile=kunnat["422"], registered_on=date(2024, 1, 1), legal_form="foundation")
    OrganisationFactory(
        domicile=kunnat["422"], registered_on=date(2020, 1, 1), status="dissolved", status_on=date(2025, 12, 31)
    )
    OrganisationFactory(domicile=kunnat["564"], registered_on=date(2025, 1, 1))  # not the county's own


def test_the_registry_of_the_sample_is_counted(kunnat: dict[str, Municipality]) -> None:
    import_register(SAMPLE, now=NOW)
    Organisation.objects.get(association_number=98970).sectors.add(SectorFactory(name_fi="Liikunta"))

    field = organisation_field(period(2023))

    assert (field.registered, field.dissolved, field.new) == (45, 1, 2)
    assert [(row.label, row.count) for row in field.by_municipality[:2]] == [("Outokumpu", 10), ("Nurmes", 5)]
    assert [(row.label, row.count) for row in field.by_sector] == [("Liikunta", 1)]
    assert sum(row.count for row in field.by_legal_form) == 45


@pytest.mark.usefixtures("field")
def test_figures_by_municipality_sector_form_reach_and_year() -> None:
    rows = statistics.field_rows(NOW)

    first, second, *rest = statistics.by_municipality(rows)
    assert (first.label, first.count, first.key, first.column, first.row) == ("Joensuu", 3, "167", 2, 3)
    assert (second.label, second.count, str(second.per_thousand)) == ("Lieksa", 1, "0.1")
    assert [row.count for row in rest] == [0] * 11
    assert rest[0].label == "Heinävesi"
    assert rest[0].per_thousand is None
    assert [(row.label, row.count) for row in statistics.by_sector(rows)] == [("Kulttuuri", 3), ("Sote", 1)]
    assert statistics.by_legal_form(rows) == (
        Row("rekisteröity yhdistys (ry)", 3),
        Row("säätiö", 1),
    )
    reach, not_told = statistics.by_reach(rows)
    assert [row.count for row in reach] == [3, 0, 0, 0]
    assert reach[0].label == "paikallinen"
    assert not_told == 1
    assert statistics.by_year(rows, 2023, 2025) == (YearRow(2023, 0, 0), YearRow(2024, 1, 0), YearRow(2025, 3, 1))


@pytest.mark.usefixtures("field")
def test_per_thousand_is_rounded_to_one_decimal(kunnat: dict[str, Municipality]) -> None:
    Municipality.objects.filter(code="422").update(inhabitants=1881)

    by_code = {row.key: row for row in statistics.by_municipality(statistics.field_rows(NOW))}

    assert str(by_code["422"].per_thousand) == "0.5"


@pytest.mark.usefixtures("field")
def test_hidden_organisations_are_not_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    from common import policies

    def seen(user: object, now: object) -> object:
        return Organisation.objects.exclude(legal_form="foundation")

    monkeypatch.setitem(policies.POLICIES, "organisations.view", seen)  # type: ignore[arg-type]

    assert organisation_field(period(2025)).registered == 3


@pytest.mark.usefixtures("field")
def test_the_seam_gives_the_keys_that_reports_read() -> None:
    figures = {figure.key: figure for figure in statistics.figures(period(2025))}

    assert {key: figure.value for key, figure in figures.items()} == {
        "organisations.registered": 4,
        "organisations.new": 3,
        "organisations.gone": 1,
        "organisations.associations": 3,
        "organisations.reach": 3,
    }
    assert figures["organisations.associations"].rows == (("rekisteröity yhdistys (ry)", 3, None), ("säätiö", 1, None))
    assert figures["organisations.reach"].rows[0] == ("paikallinen", 3, None)


@pytest.mark.usefixtures("field")
def test_the_page_shows_every_chart_with_its_table_and_file(client: Client) -> None:
    page = client.get(PAGE).content.decode()

    for words in (
        "Eniten järjestöjä: Joensuu (3)",
        "Asukaslukuun nähden eniten järjestöjä: Lieksa",
        "Yleisin toimiala: Kulttuuri",
        "Yleisin yhteisömuoto: rekisteröity yhdistys (ry)",
        "Yleisin ulottuvuus: paikallinen",
        "Viidessätoista vuodessa rekisteröitiin 5 järjestöä ja 1 lopetti",
        "Asukasluku puuttuu: Heinävesi, Ilomantsi,",
        "78\u00a0741 (31.12.2024)",
    ):
        assert words in page, words
    assert page.count("<figure") == 6
    assert page.count("Näytä luvut taulukkona") == 6
    assert '<a href="/jarjestot/?kunta=422" aria-label="Lieksa: 1">' in page
    for key in field_charts.TABLES:
        assert reverse("organisations:statistics_csv", args=[key]) in page


@pytest.mark.usefixtures("field")
@pytest.mark.parametrize(
    ("key", "line"),
    [
        ("kunnat", "167;Joensuu;3;78741;31.12.2024;0,0"),
        ("toimialat", "Kulttuuri;3"),
        ("muodot", "rekisteröity yhdistys (ry);3"),
        ("ulottuvuus", "ei kertonut;1"),
        ("vuodet", "2025;3;1"),
    ],
)
def test_each_chart_has_its_file(key: str, line: str, client: Client) -> None:
    answer = client.get(reverse("organisations:statistics_csv", args=[key]))

    assert line in answer.content.decode().splitlines()
    assert f'filename="jarjestot-{key}.csv"' in answer["Content-Disposition"]


def test_an_unknown_file_is_not_found(client: Client) -> None:
    assert client.get(reverse("organisations:statistics_csv", args=["muu"])).status_code == 404


def test_an_empty_registry_says_when_figures_come(client: Client) -> None:
    assert "Lukuja ei vielä ole" in client.get(PAGE).content.decode()


def test_without_tiles_and_inhabitants_the_table_stands_alone(client: Client) -> None:
    OrganisationFactory(domicile=municipalities()["422"])

    page = client.get(PAGE).content.decode()

    assert '<svg class="tiles"' not in page
    assert "Luvut taulukkona" in page
    assert "asukasluku puuttuu" in page


def test_the_page_has_steady_queries(client: Client, kunnat: dict[str, Municipality]) -> None:
    OrganisationFactory(domicile=kunnat["422"]).sectors.add(SectorFactory())
    client.get(PAGE)
    one = queries_of(client, PAGE)
    for _ in range(2):
        OrganisationFactory(domicile=kunnat["422"]).sectors.add(SectorFactory())

    assert queries_of(client, PAGE) == one <= 12
