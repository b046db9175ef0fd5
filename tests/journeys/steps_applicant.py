"""What an organisation's people do: find the call, fill in, attach, send; later read the decision and report."""

import re
import subprocess

from playwright.sync_api import Locator, Page, expect

from tests.journeys.steps_call import fill
from tests.journeys.walk import Walk

PAPER = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
ON = "Tallenna ja jatka"


def find_and_start(walk: Walk, page: Page, organisation: str) -> None:
    """From the front page over the list to the call, and begin."""
    title = walk.facts["title"]
    walk.go(page, "/", "")
    page.get_by_role("link", name="Avustukset").first.click()
    walk.see(page, "Avustukset")
    page.get_by_role("main").get_by_role("link", name=title).first.click()
    walk.see(page, title)
    walk.click(page, "Aloita hakemus")
    walk.see(page, title)
    expect(page.get_by_role("main")).to_contain_text("Haku päättyy")


def fill_in(walk: Walk, page: Page, *, activity: str, asked: str) -> None:
    """Fill in every page from the first to the attachments, one sum wrongly at first."""
    page.get_by_role("link", name="Järjestön tiedot").click()
    walk.see(page, "Järjestön tiedot")
    fill(page, {"Mistä sähköpostista teidät tavoittaa?": "toimisto@yhdyspinta.example"})
    walk.click(page, ON)
    walk.see(page, "Hakemuksesta vastaavat")
    first = page.get_by_role("group", name="Henkilö 1")
    for label, value in {
        "Nimi": "Aino Esimerkki",
        "Tehtävä järjestössä": "rahastonhoitaja",
        "Sähköposti": "aino@yhdyspinta.example",
        "Puhelin": "040 123 4567",
    }.items():
        first.get_by_label(label).fill(value)
    walk.click(page, ON)
    walk.see(page, "Mitä teette ja kenelle")
    fill(
        page,
        {
            "Toiminnan nimi": activity,
            "Mitä teette avustuksella?": "Järjestämme avoimen ryhmän kerran viikossa.\n\nRyhmää ohjaa kaksi ihmistä.",
            "Kenelle toiminta on tarkoitettu?": "Kaikille, jotka kaipaavat seuraa. Noin 40 ihmistä vuodessa.",
        },
    )
    page.get_by_label("Kyllä, toiminta on avointa").check()
    walk.click(page, ON)
    walk.see(page, "Tavoitteet ja seuranta")
    fill(
        page,
        {
            "Mitä tavoittelette?": "Vuoden lopussa useampi tuntee naapurinsa.",
            "Tavoitettuja ihmisiä": "40",
            "Tapaamisia": "30",
            "Vapaaehtoisia": "4",
            "Vapaaehtoistunteja": "200",
            "Miten seuraatte, toteutuvatko tavoitteet?": "Pidämme osallistujaluetteloa.",
        },
    )
    walk.click(page, ON)
    walk.see(page, "Kunnat ja kumppanit")
    page.get_by_label("Lieksa").check()
    walk.click(page, ON)
    _budget(walk, page, asked)
    walk.see(page, "Muu rahoitus")
    page.get_by_label("Ei", exact=True).check()
    walk.click(page, ON)
    _attachments(walk, page)


def _budget(walk: Walk, page: Page, asked: str) -> None:
    walk.see(page, "Talousarvio")
    costs, income = page.get_by_role("table", name="Menot"), page.get_by_role("table", name="Tulot")
    costs.get_by_label("Mihin, rivi 1").fill("Ohjaajien palkkiot")
    costs.get_by_label("Summa, rivi 1").fill("3 000")
    costs.get_by_label("Tästä avustuksella, rivi 1").fill(asked)
    fill(page, {"Kuinka paljon haette?": "pari tonnia"})
    walk.click(page, ON)
    # What could not be read is told, and nothing that was typed is lost.
    walk.see(page, "Talousarvio")
    expect(page.get_by_role("alert").first).to_contain_text("Korjaa yksi kohta")
    expect(page.get_by_label("Kuinka paljon haette?")).to_have_value("pari tonnia")
    expect(costs.get_by_label("Mihin, rivi 1")).to_have_value("Ohjaajien palkkiot")
    page.get_by_role("alert").first.get_by_role("link").click()
    fill(page, {"Kuinka paljon haette?": asked})
    income.get_by_label("Mistä, rivi 1").fill("Oma osuus")
    income.get_by_label("Summa, rivi 1").fill(str(3000 - int(asked.replace(" ", ""))))
    walk.click(page, ON)


def _attachments(walk: Walk, page: Page) -> None:
    walk.see(page, "Liitteet")
    missing = page.get_by_role("region").filter(has=page.get_by_text("Puuttuu", exact=True))
    left = missing.count()
    assert left > 0
    while left:
        upload(missing.first)
        left -= 1
        expect(missing).to_have_count(left)
    walk.see(page, "Liitteet")


def upload(slot: Locator, choose: str = "Valitse tiedosto", send: str = "Lähetä tiedosto") -> None:
    """Put a PDF into the place of an attachment."""
    slot.get_by_label(re.compile(choose)).set_input_files(
        {"name": "asiakirja.pdf", "mimeType": "application/pdf", "buffer": PAPER}
    )
    slot.get_by_role("button", name=send).click()


def send(walk: Walk, page: Page) -> str:
    """Review and send; check the receipt on the page and as PDF; return the case number."""
    walk.click(page, "Tarkista ja lähetä", role="link")
    walk.see(page, "Tarkista ja lähetä")
    walk.click(page, "Lähetä hakemus")
    walk.see(page, "Hakemuksesi on lähetetty")
    receipt = page.get_by_role("region", name="Hakemus on perillä")
    expect(receipt).to_contain_text(re.compile(r"[0-9a-f]{64}"))
    number = receipt.get_by_role("definition").first.inner_text().strip()
    pdf_of(page, receipt.get_by_role("link", name="Lataa kuitti (PDF)"))
    return number


def pdf_of(page: Page, link: Locator) -> bytes:
    """Return the PDF behind a link, fetched as the person who sees it."""
    answer = page.request.get(str(link.get_attribute("href")))
    assert answer.status == 200
    assert answer.headers["content-type"] == "application/pdf"
    body = answer.body()
    assert body.startswith(b"%PDF-")
    return body


def text_of(pdf: bytes) -> str:
    """Return the text of a PDF in one line."""
    found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True)
    return " ".join(found.stdout.decode().split())


def report_use(walk: Walk, page: Page, organisation_id: int) -> None:
    """Fill in the use report and send it."""
    walk.go(page, f"/omat/{organisation_id}/selvitykset/", "Käyttöselvitykset")
    page.get_by_role("main").get_by_role("link", name=walk.facts["title"]).first.click()
    walk.see(page, "Käyttöselvitys")
    fill(
        page,
        {
            "Mitä teitte avustuksella?": "Ryhmä kokoontui 31 kertaa.",
            "Mitä toiminnasta seurasi?": "Moni sai uuden ystävän.",
            "Kuinka monta ihmistä tavoititte?": "45",
            "Kuinka monta tapaamista järjestitte?": "31",
            "Kuinka monta vapaaehtoista oli mukana?": "5",
            "Kuinka monta tuntia vapaaehtoiset tekivät?": "210",
            "Kuinka paljon avustuksesta käytitte?": "2 500",
        },
    )
    walk.click(page, "Lähetä selvitys")
    walk.see(page, "Käyttöselvitys")
    expect(page.get_by_text("Mitä seuraavaksi?")).to_be_visible()
