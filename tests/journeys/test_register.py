"""The coordinator reviews an import, merges two organisations that are one, and takes the merge back.

The tests are the chapters of one story: each goes on where the one before ended.
"""

import csv
import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.walk import Walk

pytestmark = pytest.mark.slow
COORDINATOR = "koordinaattori"
LIST = """
import csv, sys
from organisations.models import Organisation
out = csv.writer(sys.stdout, delimiter=";")
for row in Organisation.objects.filter(in_last_extract=True).select_related("domicile").order_by("association_number"):
    home = row.domicile.name_fi if row.domicile else ""
    out.writerow([row.association_number, row.business_id or "", row.name, home])
"""
HEADER = ["rekisterinumero", "y_tunnus", "nimi", "kotipaikka"]


def extract(walk: Walk) -> list[list[str]]:
    """Return the rows of an extract that says what the registry says now."""
    told = walk.portal.manage("shell", "--no-imports", "-v", "0", "-c", LIST)
    return [row for row in csv.reader(told.splitlines(), delimiter=";") if len(row) == len(HEADER)]


def write(path: Path, rows: list[list[str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, delimiter=";").writerows([HEADER, *rows])
    return path


def upload(walk: Walk, page: Page, path: Path) -> None:
    """Upload an extract and wait until it has been looked through."""
    walk.go(page, "/hallinta/rekisteri/", "Järjestörekisteri")
    page.get_by_label("Rekisteriote").set_input_files(path)
    walk.click(page, "Katso, mitä muuttuisi")
    expect(page.get_by_text("Rekisteriä ei ole", exact=False).first).to_be_visible(timeout=60_000)


def test_the_coordinator_looks_at_an_import_and_takes_it(walk: Walk, tmp_path: Path) -> None:
    page = walk.sign_in(COORDINATOR)
    rows = extract(walk)
    walk.facts["renamed"] = rows[20][2]
    rows[20][2] = "Matkan Uusi Nimi ry"
    rows.append(["999990", "", "Matkan Uusi Yhdistys ry", "Lieksa"])
    upload(walk, page, write(tmp_path / "uusi-ote.csv", rows))
    walk.see(page, "uusi-ote.csv", picture="esikatselu")
    page.get_by_label("Näytä").select_option(label="Uudet")
    walk.click(page, "Rajaa")
    expect(page.get_by_role("rowheader", name="Matkan Uusi Yhdistys ry")).to_be_visible()

    walk.click(page, "Vie rekisteriin")
    expect(page.get_by_text("Valmis", exact=True).first).to_be_visible(timeout=60_000)
    page.get_by_label("Näytä").select_option(label="Muuttuneet")
    walk.click(page, "Rajaa")
    walk.see(page, "uusi-ote.csv", picture="raportti")
    expect(page.get_by_text(f"Nimi muuttui. Aiempi nimi: {walk.facts['renamed']}.")).to_be_visible()
    walk.go(page, "/jarjestot/?q=999990", "Järjestöt")
    expect(page.get_by_role("link", name="Matkan Uusi Yhdistys ry")).to_be_visible()


def test_a_torn_extract_is_held_and_left(walk: Walk, tmp_path: Path) -> None:
    page = walk.sign_in(COORDINATOR)
    upload(walk, page, write(tmp_path / "katkennut.csv", extract(walk)[:200]))
    page_heading = page.get_by_role("heading", level=1)
    expect(page_heading).to_contain_text("katkennut.csv")
    walk.click(page, "Hylkää ote")
    expect(page.get_by_text("tiedosto poistettiin")).to_be_visible()
    walk.see(page, "katkennut.csv", picture="hylatty")


def test_two_that_are_one_are_compared_and_merged(walk: Walk) -> None:
    page = walk.sign_in(COORDINATOR)
    walk.go(page, "/hallinta/rekisteri/", "Järjestörekisteri")
    page.get_by_role("navigation", name="Järjestörekisteri").get_by_role("link", name="Kaksoiskappaleet").click()
    walk.see(page, "Mahdolliset kaksoiskappaleet")
    page.get_by_role("rowheader").first.get_by_role("link").click()
    walk.see(page, "Ovatko nämä sama järjestö?", picture="vertailu")
    numbers = re.search(r"/vertaa/(\d+)/(\d+)/", page.url)
    assert numbers
    walk.facts["stays"], walk.facts["goes"] = numbers[1], numbers[2]

    walk.click(page, "Ensimmäinen jää", role="link")
    walk.see(page, "Yhdistä järjestöt", picture="mita-muuttuu")
    page.get_by_label("Mistä tiedät").fill("Järjestö vahvisti puhelimessa.")
    walk.click(page, "Yhdistä järjestöt")
    walk.see(page, "Yhdistäminen", picture="kirjaus")
    expect(page.get_by_text("Järjestöt on yhdistetty.")).to_be_visible()
    walk.facts["journal"] = page.url

    stranger = walk.visitor()
    stranger.goto(f"/jarjestot/{walk.facts['goes']}/")
    expect(stranger).to_have_url(re.compile(rf"/jarjestot/{walk.facts['stays']}/$"))


def test_the_merge_is_taken_back(walk: Walk) -> None:
    page = walk.sign_in(COORDINATOR)
    page.goto(walk.facts["journal"])
    walk.click(page, "Pura yhdistäminen", role="link")
    walk.see(page, "Pura yhdistäminen", picture="purku")
    walk.click(page, "Pura yhdistäminen")
    expect(page.get_by_text("Yhdistäminen on purettu.")).to_be_visible()
    walk.see(page, "Yhdistäminen", picture="purettu")
    stranger = walk.visitor()
    stranger.goto(f"/jarjestot/{walk.facts['goes']}/")
    expect(stranger).to_have_url(re.compile(rf"/jarjestot/{walk.facts['goes']}/$"))


def test_nothing_was_wrong_on_the_way(walk: Walk) -> None:
    assert walk.findings == []
