"""An application on paper: the registry enters it with its time of arrival, and the applicant then sees it."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from common.times import format_instant
from tests.journeys import steps_applicant as applicant
from tests.journeys.steps_call import fill
from tests.journeys.story import chapters_in_order
from tests.journeys.walk import Walk

pytestmark = pytest.mark.slow
_chapters = chapters_in_order()
ON = "Tallenna ja jatka"


def test_the_registry_enters_what_came_by_post(walk: Walk) -> None:
    now = walk.portal.clock()
    own = walk.portal.ground("ngos", count=1)["ngos"][0]
    title = f"Avustus paperilla {now:%d.%m.%Y %H.%M.%S}"
    made = walk.portal.ground("call", title=title, small=True, maximum_sum=2000, days_left=1)
    # The letter came in time; it is entered when the call has closed.
    arrived = now - timedelta(hours=3)
    walk.facts |= made | {"own": own, "arrived": arrived}
    walk.portal.clock("--forward", "25h")
    page = walk.sign_in("kirjaamo")
    walk.go(page, "/hallinta/haut/", "Haut")
    page.get_by_role("main").get_by_role("link", name=title).first.click()
    walk.see(page, title)
    walk.click(page, "Kirjaa paperihakemus", role="link")
    walk.see(page, "Kirjaa paperihakemus")
    fill(page, {"Järjestö": own["name"], "Milloin hakemus saapui?": format_instant(now + timedelta(days=20))})
    page.get_by_label("Postitse").check()
    walk.click(page, "Jatka hakemuksen tietoihin")
    walk.see(page, "Kirjaa paperihakemus", picture="not-yet-arrived")
    expect(page.get_by_role("alert").first).to_be_visible()
    expect(page.get_by_role("main").get_by_label("Järjestö")).to_have_value(own["name"])
    fill(page, {"Milloin hakemus saapui?": format_instant(arrived)})
    page.get_by_label("Alkuperäinen hakemus skannattuna").set_input_files(
        {"name": "hakemus.pdf", "mimeType": "application/pdf", "buffer": applicant.PAPER}
    )
    walk.click(page, "Jatka hakemuksen tietoihin")
    walk.see(page, own["name"])
    expect(page.get_by_role("region", name="Saapumistiedot")).to_contain_text(format_instant(arrived))
    walk.facts["entry"] = page.url.removeprefix(walk.portal.url)
    walk.facts["broken"] = ""


def test_the_applicant_does_not_see_a_half_entered_one(walk: Walk) -> None:
    own = walk.facts["own"]
    page = walk.sign_in(own["email"])
    walk.go(page, f"/omat/{own['pk']}/hakemukset/", "Hakemukset")
    expect(page.get_by_role("main")).not_to_contain_text(walk.facts["title"])
    walk.facts["broken"] = ""


def test_it_is_entered_as_it_stands_on_the_paper(walk: Walk) -> None:
    page, own = walk.sign_in("kirjaamo"), walk.facts["own"]
    page.get_by_role("main").get_by_role("link", name="Mitä teette ja missä").click()
    walk.see(page, "Mitä teette ja missä")
    fill(page, {"Toiminnan nimi": "Talvipäivän retki", "Mitä teette avustuksella?": "Retkeilemme yhdessä."})
    walk.click(page, ON)
    walk.see(page, "Raha")
    fill(page, {"Kuinka paljon haette?": "450", "Mihin käytätte avustuksen?": "linja-auto 300 €, eväät 150 €"})
    walk.click(page, ON)
    walk.go(page, walk.facts["entry"], own["name"])
    walk.click(page, "Tarkista ja kirjaa saapuneeksi", role="link")
    walk.see(page, "")
    # What is missing on the paper stays to be seen and does not stop the entry.
    expect(page.get_by_role("main")).to_contain_text("puuttuu")
    walk.click(page, "Kirjaa saapuneeksi")
    walk.see(page, own["name"], picture="entered")
    walk.facts["broken"] = ""


def test_the_applicant_then_sees_it_with_its_arrival(walk: Walk) -> None:
    own, arrived = walk.facts["own"], format_instant(walk.facts["arrived"])
    page = walk.sign_in(own["email"])
    walk.go(page, f"/omat/{own['pk']}/hakemukset/", "Hakemukset")
    page.get_by_role("main").get_by_role("link", name=walk.facts["title"]).first.click()
    walk.see(page, walk.facts["title"])
    expect(page.get_by_role("main")).to_contain_text(arrived)
    number = page.get_by_role("main").get_by_text("ESIM/").first.inner_text()
    expect(page.get_by_role("main")).to_contain_text("Talvipäivän retki")
    walk.wait_for_mail(own["email"], f"Paperihakemuksenne on saapunut ja kirjattu: {number}")
    applicant.pdf_of(page, page.get_by_role("link", name="Alkuperäinen hakemus").first)
    walk.facts["broken"] = ""


def test_nothing_was_wrong_on_any_page_of_the_way(walk: Walk) -> None:
    walk.facts["broken"] = ""
    assert not walk.findings, "\n".join(walk.findings)
