"""The files hold exactly what the page shows, in the same order, and nothing in them is a formula."""

import csv
import io
from datetime import date

import pytest
from django.test import Client

from county.models import Municipality
from tests.organisations.factories import OrganisationFactory
from tests.organisations.finding import names
from tests.xlsx import Sheet, read

pytestmark = pytest.mark.django_db


def csv_names(client: Client, query: str) -> list[str]:
    text = client.get(f"/jarjestot/jarjestot.csv{query}").content.decode("utf-8-sig")
    return [row[0] for row in csv.reader(io.StringIO(text), delimiter=";")][1:]


def workbook(client: Client, query: str) -> Sheet:
    return read(client.get(f"/jarjestot/jarjestot.xlsx{query}").content)


def xlsx_names(client: Client, query: str) -> list[str]:
    cells = workbook(client, query).cells
    names = [str(value) for address, value in cells.items() if address.startswith("A") and address[1:].isdecimal()]
    return names[1:]


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?q=kerho",
        "?q=kerhon&jarjesta=nimi",
        "?kunta=422",
        "?kunta=422&q=kerho&tila=dissolved&tila=registered",
        "?jarjesta=-rekisteroity",
        "?q=kerhp+6",  # nothing as typed: the near matches
        "?q=eiole",
    ],
)
def test_files_hold_what_the_page_shows(query: str, client: Client, kunnat: dict[str, Municipality]) -> None:
    for number in range(8):
        OrganisationFactory(
            name=f"{'Äåob'[number % 4]}{'Kerho' if number % 2 else 'Seura'} {number} ry",
            domicile=kunnat["422" if number % 3 else "167"],
            status="dissolved" if number == 3 else "registered",
            registered_on=date(2000 + number, 1, 1),
        )
    OrganisationFactory(name="Kerho 9 ry", description_fi="seura")

    shown = names(client, query)

    assert csv_names(client, query) == shown
    assert xlsx_names(client, query) == shown


def test_files_hold_more_than_a_page(client: Client) -> None:
    for number in range(30):
        OrganisationFactory(name=f"Yhdistys {number:02} ry")

    assert csv_names(client, "?q=yhdistys") == names(client, "?q=yhdistys") + names(client, "?q=yhdistys&sivu=2")


def test_formulas_are_neutralised_and_numbers_stay(client: Client, kunnat: dict[str, Municipality]) -> None:
    OrganisationFactory(
        name='=HYPERLINK("http://example.test","Avaa")',
        association_number=1234,
        domicile=kunnat["422"],
        registered_on=date(1999, 3, 1),
        reach="local",
        contact_website="https://example.org/",
    )

    text = client.get("/jarjestot/jarjestot.csv?q=hyperlink").content.decode()
    assert text.startswith("\ufeffNimi;Yhdistysrekisterinumero;")
    assert text.splitlines()[1].startswith("\"'=HYPERLINK(")
    sheet = workbook(client, "?q=hyperlink")
    assert "<f>" not in sheet.xml
    assert sheet.row(2)[:2] == ['=HYPERLINK("http://example.test","Avaa")', "1.234"]
    assert [sheet.cells[address] for address in ("D2", "E2", "F2", "H2", "I2")] == [
        "rekisteröity yhdistys (ry)",
        "Lieksa",
        "rekisterissä",
        "paikallinen",
        "https://example.org/",
    ]
    assert sheet.day("G2") == date(1999, 3, 1)
