"""A professional finds a peer group in three clicks and prints it; the organisation reads its own from Lähellä.fi.

The tests are the chapters of one story: each goes on where the one before ended.
"""

import re
import subprocess
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.documents.pdf_checks import assert_accessible
from tests.journeys.walk import Walk

pytestmark = pytest.mark.slow
GROUP, OWN = "Omaishoitajien vertaisryhmä", "Lieksan Omaistuki ry"
LISTING = (
    "nimi;osoite;kategoria;kuvaus;kunnat;miten_mukaan\n"
    "Naapurien kahvila;https://www.lahella.fi/naapurit;Tukea ja apua;Juomme kahvia.;Lieksa;Tule suoraan paikalle.\n"
    ";;;Rivi ilman nimeä;;\n"
)


def text_of(pdf: bytes) -> str:
    """Return the text of a PDF in one line."""
    found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(found.stdout.decode().split())


def counted(walk: Walk) -> int:
    """Return how many hand-outs the coordinator's page counts."""
    page = walk.sign_in("koordinaattori")
    page.goto("/hallinta/ohjaukset/")
    lead = page.locator(".lead").first.inner_text()
    number = re.search(r"tehty (\d+|yksi) ", lead)
    assert number
    return 1 if number[1] == "yksi" else int(number[1])


class Clicks:
    """Counts what is pressed on the way."""

    def __init__(self, walk: Walk, page: Page) -> None:
        self.walk, self.page, self.number = walk, page, 0

    def press(self, name: str | re.Pattern[str], role: Any = "link", heading: str = "") -> None:
        """Press the first of that name in the content and look at the page that comes."""
        self.page.get_by_role("main").get_by_role(role, name=name).first.click()
        self.number += 1
        self.walk.see(self.page, heading)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_professional_finds_a_peer_group_and_prints_it(walk: Walk, scripts: bool) -> None:
    before = counted(walk)
    page = walk.visitor(scripts=scripts)
    walk.go(page, "/", "")
    page.get_by_role("main").get_by_role("link", name="Löydä järjestön toimintaa").click()
    walk.see(page, "Löydä järjestön toimintaa")
    clicks = Clicks(walk, page)
    clicks.press("Omaishoito", heading="Omaishoito")
    expect(page.get_by_text("Missä asiakas asuu?")).to_be_visible()
    clicks.press("Lieksa", heading="Omaishoito: Lieksa")
    page.get_by_label(f"{GROUP}, {OWN}").first.check()
    clicks.press("Tee ohjauslappu", "button", heading="Toimintaa sinulle")
    assert clicks.number == 3
    expect(page.get_by_role("heading", name=GROUP)).to_be_visible()

    link = page.get_by_role("link", name="Avaa tulostettava PDF").get_attribute("href")
    answer = page.request.get(str(link))
    assert answer.ok
    assert_accessible(answer.body())
    printed = text_of(answer.body())
    for wanted in (GROUP, OWN, "Tule suoraan paikalle tai soita ensin ohjaajalle"):
        assert wanted in printed, wanted
    page.reload()
    assert counted(walk) == before + 1, "made once, whatever was read of it"


def test_nothing_found_leads_on(walk: Walk) -> None:
    page = walk.visitor()
    page.goto("/toiminta/?kunta=kaikki&q=olematontoiminta")
    walk.see(page, "Koko alue", picture="nothing")
    expect(page.get_by_text("Tällaista toimintaa ei löytynyt")).to_be_visible()
    walk.click(page, "Valitse toinen elämäntilanne", role="link")
    walk.see(page, "Löydä järjestön toimintaa", picture="again")


def test_the_organisation_reads_its_activities_from_lahella(walk: Walk) -> None:
    page = walk.sign_in("jarjesto")
    walk.go(page, "/omat/", "")
    page.get_by_role("main").get_by_role("link", name=OWN).first.click()
    walk.see(page, OWN)
    page.get_by_role("main").get_by_role("link", name="Toiminta", exact=True).first.click()
    walk.see(page, "Toiminta")
    walk.click(page, "Tuo toiminta Lähellä.fi-tiedostosta", role="link")
    walk.see(page, "Tuo Lähellä.fi-tiedostosta", picture="upload")
    listing = {"name": "lahella.csv", "mimeType": "text/csv", "buffer": LISTING.encode()}
    page.get_by_label("Tiedosto").set_input_files(listing)  # type: ignore[arg-type]
    walk.click(page, "Lue tiedosto")
    walk.see(page, "Mitä tiedostosta tulisi", picture="look")
    expect(page.get_by_role("status")).to_contain_text("Uusia 1, muuttuvia 0, ennallaan 0, hylättyjä 1.")
    expect(page.get_by_text("Nimi puuttuu.")).to_be_visible()
    walk.click(page, "Ota valitut ja tuo näkyviin")
    walk.see(page, "Toiminta", picture="taken")
    expect(page.get_by_text("Lisätty 1 ja muutettu 0 toimintaa.")).to_be_visible()
    stranger = walk.visitor()
    walk.go(stranger, "/toiminta/?kunta=422&q=naapurien", "Lieksa")
    expect(stranger.get_by_role("link", name="Naapurien kahvila")).to_be_visible()


def test_nothing_was_wrong_on_any_page_of_the_way(walk: Walk) -> None:
    assert walk.findings == []
