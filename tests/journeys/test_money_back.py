"""Unused money comes back in two parts: report, hearing, decision with a reference number, two payments, closed."""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from common.times import format_date
from tests.journeys import steps_applicant as applicant
from tests.journeys.steps_call import fill
from tests.journeys.story import chapters_in_order
from tests.journeys.walk import PHONE, WIDE, Walk

pytestmark = pytest.mark.slow
_chapters = chapters_in_order()


def _owed(page: Page) -> str:
    """Return what is unpaid today as the matter's page tells it."""
    row = page.get_by_role("main").locator("dl.details-list > div").filter(has_text="Maksamatta tänään")
    return row.get_by_role("definition").inner_text().replace("\N{NO-BREAK SPACE}", " ").strip()


def _total(page: Page) -> Decimal:
    """Return the total of what all organisations owe now, in euros, as the list tells it."""
    page.goto("/hallinta/takaisinperinnat/")
    told = page.get_by_text("Maksamatta on nyt yhteensä").inner_text()
    found = re.search(r"yhteensä ([\d\s]+)(?:,(\d\d))?\s€", told)
    assert found, told
    return Decimal(f"{''.join(found[1].split())}.{found[2] or '00'}")


def test_the_final_report_shows_unused_money_and_a_recovery_begins(walk: Walk) -> None:
    now = walk.portal.clock()
    own = walk.portal.ground("ngos", count=1)["ngos"][0]
    title = f"Takaisinperintä {now:%d.%m.%Y %H.%M.%S}"
    grants = [{**own, "asked": "8000", "sum": "7000"}]
    made = walk.portal.ground("decided", title=title, grants=grants, days_ago=40, final=True)
    case = made["cases"][str(own["pk"])]
    walk.facts |= made | {"own": own, "case": case}
    walk.portal.ground("instalment", decision=case["decision"], sum="7000", paid=True)
    walk.portal.ground("reported", decision=case["decision"], spent="6100")
    page = walk.sign_in("koordinaattori")
    walk.go(page, f"/hallinta/selvitykset/?q={case['number']}", "Käyttöselvitykset")
    page.get_by_role("table").get_by_role("link").first.click()
    walk.see(page, "")
    expect(page.get_by_role("main")).to_contain_text("900")
    walk.click(page, "Aloita takaisinperintä", role="link")
    walk.see(page, "Aloita takaisinperintä")
    page.get_by_label("Avustusta jäi käyttämättä").check()
    fill(page, {"Mitä on tapahtunut?": "Syysretki peruttiin.", "Takaisin perittävä summa": "7 500"})
    walk.click(page, "Aloita takaisinperintä")
    # No more than was paid.
    walk.see(page, "Aloita takaisinperintä", picture="more-than-paid")
    expect(page.get_by_role("alert").first).to_be_visible()
    fill(page, {"Takaisin perittävä summa": "900"})
    walk.click(page, "Aloita takaisinperintä")
    walk.see(page, "Takaisinperintä")
    number = re.search(r"ESIM/[\w./-]*\w", page.get_by_role("navigation", name="Murupolku").inner_text())
    assert number
    walk.facts |= {"number": number[0], "page": page.url.removeprefix(walk.portal.url)}
    walk.click(page, "Kuule järjestöä", role="link")
    walk.see(page, "Kuule järjestöä")
    fill(page, {"Lausuma viimeistään": format_date(now + timedelta(days=14))})
    walk.click(page, "Pyydä lausuma")
    walk.see(page, "Takaisinperintä")
    walk.wait_for_mail(own["email"], f"Kuuleminen takaisinperinnästä: {number[0]}")
    walk.facts["broken"] = ""


def test_the_organisation_is_heard_on_a_phone_by_keyboard(walk: Walk) -> None:
    own = walk.facts["own"]
    page = walk.sign_in(own["email"])
    page.set_viewport_size(PHONE)
    walk.go(page, f"/omat/{own['pk']}/takaisinperinnat/", "Takaisin perittävät avustukset")
    page.get_by_role("main").get_by_role("link", name=walk.facts["title"]).first.focus()
    page.keyboard.press("Enter")
    walk.see(page, "Avustuksen takaisinperintä")
    expect(page.get_by_role("main")).to_contain_text("Mitään ei ole vielä päätetty.")
    page.get_by_label("Lausumanne").focus()
    page.keyboard.type("Pyydämme, että saamme maksaa kahdessa erässä.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Kiitos. Lausumanne on lähetetty.")).to_be_visible()
    walk.see(page, "", picture="heard")
    page.set_viewport_size(WIDE)
    walk.facts["broken"] = ""


def test_the_decision_has_an_invoice_reference(walk: Walk) -> None:
    own = walk.facts["own"]
    page, clerk = walk.sign_in("sihteeri"), walk.sign_in("maksut")
    before = _total(clerk)
    walk.go(page, walk.facts["page"], "Takaisinperintä")
    expect(page.get_by_role("main")).to_contain_text("Pyydämme, että saamme maksaa kahdessa erässä.")
    walk.click(page, "Kirjaa päätös", role="link")
    walk.see(page, "Kirjaa päätös")
    fill(page, {"Pykälä": "81", "Viivästyskorko, % vuodessa": "9,5"})
    walk.click(page, "Kirjaa ja anna tiedoksi")
    walk.see(page, "Takaisinperintä")
    assert _owed(page).startswith("900")
    walk.facts["total"] = _total(clerk)
    assert walk.facts["total"] == before + 900
    walk.wait_for_mail(own["email"], f"Avustusta peritään takaisin: {walk.facts['number']}")
    owner = walk.sign_in(own["email"])
    walk.go(owner, f"/omat/{own['pk']}/takaisinperinnat/", "Takaisin perittävät avustukset")
    owner.get_by_role("main").get_by_role("link", name=walk.facts["title"]).first.click()
    walk.see(owner, "Avustuksen takaisinperintä")
    expect(owner.get_by_role("main")).to_contain_text("Maksakaa 900")
    terms = owner.get_by_role("main").locator("dl.details-list > div")
    reference = terms.filter(has_text="Viitenumero").get_by_role("definition").inner_text().strip()
    letter = applicant.text_of(applicant.pdf_of(owner, owner.get_by_role("link", name=re.compile("PDF")).first))
    for wanted in ("81 §", "900", reference):
        assert wanted in letter, wanted
    walk.facts["broken"] = ""


def test_it_comes_back_in_two_parts_and_is_closed(walk: Walk) -> None:
    own, today = walk.facts["own"], format_date(walk.portal.clock())
    page = walk.sign_in("maksut")
    for sum_, entry, left in (("400", "TITO-1", "500"), ("500", "TITO-2", "")):
        walk.go(page, walk.facts["page"], "Takaisinperintä")
        walk.click(page, "Kirjaa suoritus", role="link")
        walk.see(page, "Kirjaa suoritus")
        fill(page, {"Summa": sum_, "Maksupäivä": today, "Tilitapahtuman tai tositteen numero": entry})
        walk.click(page, "Kirjaa suoritus")
        walk.see(page, "Takaisinperintä")
        if left:
            assert _owed(page).startswith(left)
    expect(page.get_by_role("main")).to_contain_text("Maksettu")
    expect(page.get_by_role("main").get_by_role("link", name="Kirjaa suoritus")).to_have_count(0)
    expect(page.get_by_text("Maksamatta tänään")).to_have_count(0)
    assert _total(page) == walk.facts["total"] - 900
    owner = walk.sign_in(own["email"])
    owner.reload()
    walk.see(owner, "Avustuksen takaisinperintä", picture="paid")
    expect(owner.get_by_role("main")).not_to_contain_text("Maksakaa")
    walk.facts["broken"] = ""


def test_nothing_was_wrong_on_any_page_of_the_way(walk: Walk) -> None:
    walk.facts["broken"] = ""
    assert not walk.findings, "\n".join(walk.findings)
