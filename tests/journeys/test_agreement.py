"""A strategic agreement: negotiated by turns, signed by both, public, evaluated, amended, renewed."""

from datetime import date

import pytest
from playwright.sync_api import Page, expect

from common.times import format_date
from tests.journeys import steps_applicant as applicant
from tests.journeys.steps_call import fill
from tests.journeys.story import chapters_in_order
from tests.journeys.walk import DOMAIN, PHONE, WIDE, Walk

pytestmark = pytest.mark.slow
_chapters = chapters_in_order()
OPEN = "Järjestää ryhmät ja pitää talon auki arkisin."


def _read(walk: Walk, name: str, path: str, *, picture: str = "") -> Page:
    page = walk.sign_in(name)
    page.goto(path)
    walk.see(page, walk.facts["title"], picture=picture)
    return page


def _send(walk: Walk, page: Page, message: str) -> None:
    walk.click(page, "Lähetä toiselle osapuolelle", role="link")
    walk.see(page, "Lähetä toiselle osapuolelle")
    fill(page, {"Viesti toiselle osapuolelle": message})
    walk.click(page, "Lähetä", exact=True)
    walk.see(page, walk.facts["title"])


def _approve(walk: Walk, page: Page, words: str) -> None:
    walk.click(page, "Hyväksy sopimus", role="link")
    walk.see(page, "Hyväksy sopimus")
    expect(page.get_by_role("main")).to_contain_text(words)
    page.get_by_label("Olen lukenut sopimuksen ja hyväksyn sen").check()
    walk.click(page, "Hyväksy sopimus")
    walk.see(page, walk.facts["title"])


def test_the_county_writes_and_the_organisation_changes(walk: Walk) -> None:
    now = walk.portal.clock()
    own = walk.portal.ground("ngos", count=1)["ngos"][0]
    title = f"Kylätalo yhdessä {now:%d.%m.%Y %H.%M.%S}"
    walk.facts |= {"own": own, "title": title, "signer": walk.portal.ground("signer")["email"]}
    page = walk.sign_in("koordinaattori")
    walk.go(page, "/hallinta/sopimukset/", "Sopimukset")
    walk.click(page, "Aloita sopimus", role="link")
    walk.see(page, "")
    page.get_by_label("Sopimuslaji").select_option(label="Strateginen kumppanuussopimus")
    fill(page, {"Sopimuksen nimi": title})
    page.get_by_label("Järjestö", exact=True).fill(own["name"])
    page.get_by_role("main").locator("form button[type=submit]").last.click()
    walk.see(page, title)
    walk.facts["page"] = page.url.removeprefix(walk.portal.url)
    walk.click(page, "Kirjoita sopimusta", role="link")
    walk.see(page, "Kirjoita sopimusta")
    fill(
        page,
        {
            "Tarkoitus": "Kylätalo on avoin kaikille.",
            "Hyvinvointialueen tehtävät": "Antaa tilat maksutta.",
            "Järjestön tehtävät": "Järjestää ryhmät.",
            "Alkaa": format_date(date(now.year, 1, 1)),
            "Päättyy": format_date(date(now.year + 1, 12, 31)),
            "Mitä, 1": "Ryhmät alkavat",
            "Kuka, 1": "Järjestö",
            "Milloin, 1": "kevät",
        },
    )
    walk.click(page, "Tallenna")
    walk.see(page, title)
    _send(walk, page, "Katsokaa ja muuttakaa rohkeasti.")
    walk.wait_for_mail(own["email"], f"Sopimus odottaa teitä: {title}")
    owner = walk.sign_in(own["email"])
    walk.go(owner, f"/omat/{own['pk']}/sopimukset/", "Sopimukset")
    owner.get_by_role("main").get_by_role("link", name=title).first.click()
    walk.see(owner, title)
    walk.facts["own_page"] = owner.url.removeprefix(walk.portal.url)
    expect(owner.get_by_text("Vuoro on teillä")).to_be_visible()
    walk.click(owner, "Kirjoita sopimusta", role="link")
    walk.see(owner, "Kirjoita sopimusta")
    fill(owner, {"Järjestön tehtävät": OPEN})
    walk.click(owner, "Tallenna")
    walk.see(owner, title)
    # The county does not read what has not been sent.
    expect(_read(walk, "koordinaattori", walk.facts["page"]).get_by_text(OPEN)).to_have_count(0)
    _send(walk, owner, "Lisäsimme aukioloajan.")
    walk.wait_for_mail(f"koordinaattori@{DOMAIN}", f"Sopimus odottaa teitä: {title}")
    walk.facts["broken"] = ""


def test_both_sign_the_same_version_and_anybody_reads_it(walk: Walk) -> None:
    own, title = walk.facts["own"], walk.facts["title"]
    page = walk.sign_in(walk.facts["signer"])
    walk.go(page, walk.facts["page"], title)
    _approve(walk, page, OPEN)
    walk.wait_for_mail(own["email"], f"Sopimus odottaa hyväksyntäänne: {title}")
    owner = walk.sign_in(own["email"])
    owner.set_viewport_size(PHONE)
    walk.go(owner, walk.facts["own_page"], title)
    _approve(walk, owner, OPEN)
    owner.set_viewport_size(WIDE)
    walk.wait_for_mail(own["email"], f"Sopimus on hyväksytty: {title}")
    letter = applicant.text_of(applicant.pdf_of(owner, owner.get_by_role("link", name="Lataa sopimus (PDF)")))
    assert OPEN in letter
    visitor = walk.visitor()
    walk.go(visitor, f"/yhteistyosopimukset/?q={own['name']}", "Yhteistyösopimukset")
    visitor.get_by_role("main").get_by_role("link", name=title).first.click()
    walk.see(visitor, title)
    expect(visitor.get_by_role("main")).to_contain_text(OPEN)
    visitor.context.close()
    walk.facts["broken"] = ""


def test_both_evaluate_it_and_talk(walk: Walk) -> None:
    own, now = walk.facts["own"], walk.portal.clock()
    for name, path, grade, words in (
        (own["email"], walk.facts["own_page"], "Toimii hyvin", "Ryhmissä on käynyt 42 ihmistä."),
        ("koordinaattori", walk.facts["page"], "Toimii pääosin", "Asiakkaita on ohjattu vähemmän kuin odotettiin."),
    ):
        page = _read(walk, name, path)
        walk.click(page, "Arvioi sopimusta", role="link")
        walk.see(page, "Arvioi sopimusta")
        page.get_by_label(grade).check()
        fill(page, {"Miksi arvioit näin?": words})
        walk.click(page, "Tallenna arvio")
        walk.see(page, walk.facts["title"])
    walk.wait_for_mail(own["email"], f"Sopimuksen toimivuutta on arvioitu: {walk.facts['title']}")
    walk.click(page, "Kirjaa arviointikeskustelu", role="link")
    walk.see(page, "Kirjaa arviointikeskustelu")
    fill(
        page,
        {
            "Keskustelun päivä": format_date(now),
            "Ketkä olivat paikalla?": "Minna Malli ja järjestön puheenjohtaja",
            "Mitä sovittiin?": "Järjestö esittäytyy yksiköissä.",
        },
    )
    walk.click(page, "Tallenna keskustelu")
    walk.see(page, walk.facts["title"])
    owner = _read(walk, own["email"], walk.facts["own_page"], picture="evaluated")
    for told in ("Toimii hyvin", "Toimii pääosin", "Järjestö esittäytyy yksiköissä."):
        expect(owner.get_by_role("main")).to_contain_text(told)
    walk.facts["broken"] = ""


def test_it_is_amended_and_its_difference_is_read(walk: Walk) -> None:
    own, title = walk.facts["own"], walk.facts["title"]
    page = _read(walk, "koordinaattori", walk.facts["page"])
    walk.click(page, "Muuta sopimusta")
    walk.see(page, title)
    amended = page.url.removeprefix(walk.portal.url)
    walk.click(page, "Kirjoita sopimusta", role="link")
    walk.see(page, "Kirjoita sopimusta")
    fill(page, {"Hyvinvointialueen tehtävät": "Antaa tilat maksutta. Maksaa ohjaajan koulutuksen."})
    walk.click(page, "Tallenna")
    walk.see(page, title)
    _send(walk, page, "Koulutus tuli mukaan.")
    owner = walk.sign_in(own["email"])
    walk.go(owner, f"{walk.facts['own_page'].rsplit('/', 2)[0]}/{amended.rstrip('/').rpartition('/')[2]}/", title)
    owner.get_by_role("main").get_by_role("link", name="Versio 1").first.click()
    walk.see(owner, "Versio 1")
    expect(owner.get_by_role("main").locator("ins").first).to_contain_text("Maksaa ohjaajan koulutuksen.")
    owner.go_back()
    _approve(walk, owner, "Maksaa ohjaajan koulutuksen.")
    signer = walk.sign_in(walk.facts["signer"])
    walk.go(signer, amended, title)
    _approve(walk, signer, "Maksaa ohjaajan koulutuksen.")
    visitor = walk.visitor()
    walk.go(visitor, f"/yhteistyosopimukset/?q={own['name']}", "Yhteistyösopimukset")
    expect(visitor.get_by_role("main").get_by_role("link", name=title)).to_have_count(1)
    visitor.get_by_role("main").get_by_role("link", name=title).click()
    expect(visitor.get_by_role("main")).to_contain_text("Maksaa ohjaajan koulutuksen.")
    visitor.context.close()
    walk.facts |= {"page": amended, "broken": ""}


def test_it_is_renewed_for_the_next_term(walk: Walk) -> None:
    own, year = walk.facts["own"], walk.portal.clock().year
    page = _read(walk, "koordinaattori", walk.facts["page"])
    walk.click(page, "Tee jatkosopimus")
    walk.see(page, walk.facts["title"])
    # The next term follows the present one and is as long.
    expect(page.get_by_role("main")).to_contain_text(format_date(date(year + 2, 1, 1)))
    expect(page.get_by_role("main")).to_contain_text(format_date(date(year + 3, 12, 31)))
    _send(walk, page, "Jatketaan samalla tavalla.")
    walk.wait_for_mail(own["email"], f"Sopimus odottaa teitä: {walk.facts['title']}", 3)
    renewed = page.url.removeprefix(walk.portal.url)
    owner = walk.sign_in(own["email"])
    mine = f"{walk.facts['own_page'].rstrip('/').rpartition('/')[0]}/{renewed.rstrip('/').rpartition('/')[2]}/"
    walk.go(owner, mine, walk.facts["title"])
    expect(owner.get_by_role("main")).to_contain_text("Tämä jatkaa sopimusta")
    _approve(walk, owner, OPEN)
    signer = walk.sign_in(walk.facts["signer"])
    walk.go(signer, renewed, walk.facts["title"])
    _approve(walk, signer, OPEN)
    expect(signer.get_by_role("link", name="Lataa sopimus (PDF)")).to_be_visible()
    walk.facts["broken"] = ""


def test_nothing_was_wrong_on_any_page_of_the_way(walk: Walk) -> None:
    walk.facts["broken"] = ""
    assert not walk.findings, "\n".join(walk.findings)
