"""The inhabitants of the county's municipalities: given in the area file, kept up in the portal."""

from datetime import date

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from county.area.file import AreaFile
from county.area.sections import all_municipalities
from county.models import Municipality
from tests.accounts.factories import signed_in, staff
from tests.county.factories import CountyFactory

pytestmark = pytest.mark.django_db
PAGE = reverse("county:inhabitants")
AREAS = settings.BASE_DIR / "config" / "areas"


@pytest.fixture
def client() -> Client:
    CountyFactory()
    Municipality.objects.create(
        code="422", name_fi="Lieksa", is_own=True, inhabitants=10049, inhabitants_on=date(2024, 12, 31)
    )
    Municipality.objects.create(code="167", name_fi="Joensuu", is_own=True)
    Municipality.objects.create(code="564", name_fi="Oulu")
    return signed_in(staff("coordinator"))


def facts(code: str) -> tuple[int | None, date | None]:
    row = Municipality.objects.get(code=code)
    return row.inhabitants, row.inhabitants_on


def test_the_page_shows_the_countys_own_and_is_found_from_the_settings(client: Client) -> None:
    page = client.get(PAGE).content.decode()

    assert "Lieksa" in page
    assert 'value="10049"' in page
    assert "31.12.2024" in page
    assert "Oulu" not in page
    assert f'href="{PAGE}"' in client.get(reverse("county:settings")).content.decode()


def test_only_what_changes_gets_the_new_day(client: Client) -> None:
    answer = client.post(PAGE, {"on": "31.12.2025", "kunta_422": "10 049", "kunta_167": "78\u00a0741"}, follow=True)

    assert "1 kunnan asukasluku on tallennettu." in answer.content.decode()
    assert facts("422") == (10049, date(2024, 12, 31))
    assert facts("167") == (78741, date(2025, 12, 31))


def test_a_figure_can_be_taken_away(client: Client) -> None:
    client.post(PAGE, {"on": "", "kunta_422": "", "kunta_167": ""})

    assert facts("422") == (None, None)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"on": "", "kunta_422": "9 999"}, "Päivä puuttuu. Kirjoita, miltä päivältä uudet asukasluvut ovat."),
        ({"on": "31.12.2124", "kunta_422": "9 999"}, "Päivä on tulevaisuudessa."),
        ({"on": "31.12.2025", "kunta_422": "paljon"}, "Kirjoita asukasluku numeroin"),
        ({"on": "31.12.2025", "kunta_422": "-5"}, "kunta_422"),
    ],
)
def test_mistakes_are_told_and_nothing_changes(client: Client, data: dict[str, str], message: str) -> None:
    page = client.post(PAGE, data).content.decode()

    assert message in page
    assert facts("422") == (10049, date(2024, 12, 31))


def test_nothing_changed_says_so(client: Client) -> None:
    answer = client.post(PAGE, {"on": "", "kunta_422": "10049", "kunta_167": ""}, follow=True)

    assert "Mikään asukasluku ei muuttunut." in answer.content.decode()


@pytest.mark.parametrize("role", ["registrar", "auditor", "payments_clerk"])
def test_others_do_not_reach_it(client: Client, role: str) -> None:
    assert signed_in(staff(role)).get(PAGE).status_code == 404


@pytest.mark.parametrize(("name", "own"), [("pohjois-karjala", 13), ("pohjois-pohjanmaa", 30)])
def test_area_files_place_every_municipality_on_its_own_tile(name: str, own: int) -> None:
    rows = AreaFile.read(AREAS / f"{name}.toml").section("municipalities")

    assert len({tuple(row["tile"]) for row in rows}) == own == len(rows)
    assert all(row["code"] in all_municipalities() for row in rows)
    assert all(row["inhabitants"]["src"] for row in rows if "inhabitants" in row)
