"""A claim for revision in time: it is decided by the body, and the other applicants' payment goes on meanwhile."""

import re

import pytest
from playwright.sync_api import expect

from common.times import format_date
from tests.journeys import steps_applicant as applicant
from tests.journeys import steps_money as money
from tests.journeys.steps_call import fill
from tests.journeys.story import chapters_in_order
from tests.journeys.walk import Walk

pytestmark = pytest.mark.slow
_chapters = chapters_in_order()
DEMAND = "Talousarviomme luettiin väärin: ohjaajan palkkio on toiminnan kulu. Vaadimme 1 500 euroa."
COURT = "Itä-Suomen hallinto-oikeus, PL 1744, 70101 Kuopio, ita-suomi.hao@oikeus.example, arkisin 8.00–16.15"


def test_the_applicant_claims_in_time(walk: Walk) -> None:
    now = walk.portal.clock()
    own, other = walk.portal.ground("ngos", count=2)["ngos"]
    title = f"Oikaisuvaatimus {now:%d.%m.%Y %H.%M.%S}"
    grants = [{**own, "asked": "2000", "sum": "900"}, {**other, "asked": "1500", "sum": "1200"}]
    made = walk.portal.ground("decided", title=title, grants=grants, days_ago=6, pay_when="issued")
    walk.facts |= made | {"own": own, "other": other}
    walk.facts["case"] = case = made["cases"][str(own["pk"])]
    page = walk.sign_in(own["email"])
    walk.go(page, case["path"], title)
    page.get_by_role("region", name="Myönnetty 900 €").get_by_role("link", name="Tee oikaisuvaatimus").click()
    walk.see(page, "Tee oikaisuvaatimus")
    expect(page.get_by_role("main")).to_contain_text("Vaatimuksen täytyy saapua viimeistään")
    walk.click(page, "Lähetä oikaisuvaatimus")
    walk.see(page, "Tee oikaisuvaatimus", picture="empty")
    expect(page.get_by_role("alert").first).to_be_visible()
    fill(page, {"Mitä oikaisua vaadit ja millä perusteilla?": DEMAND})
    walk.click(page, "Lähetä oikaisuvaatimus")
    walk.see(page, "Oikaisuvaatimus")
    expect(page.get_by_role("main")).to_contain_text("Vaatimus on vastaanotettu. Saat viestin, kun se on ratkaistu.")
    number = re.search(r"ESIM/[\w./-]*\w", page.get_by_role("main").inner_text())
    assert number
    walk.facts |= {"claim": number[0], "claim_page": page.url.removeprefix(walk.portal.url)}
    walk.wait_for_mail(own["email"], f"Oikaisuvaatimus on saapunut: {number[0]}")
    walk.facts["broken"] = ""


def test_the_claimed_grant_waits_and_the_other_is_paid(walk: Walk) -> None:
    other, case = walk.facts["other"], walk.facts["case"]
    page = walk.sign_in("koordinaattori")
    walk.go(page, f"/hallinta/paatokset/{case['decision']}/maksuera/", "Valmistele maksuerä")
    walk.click(page, "Valmistele maksuerä")
    expect(page.get_by_role("main")).to_contain_text("vireillä oikaisuvaatimus")
    number = walk.facts["cases"][str(other["pk"])]["number"]
    money.pay(walk, number)
    walk.wait_for_mail(other["email"], "Avustus on maksettu: 1 200 €")
    walk.facts["broken"] = ""


def test_the_claim_is_proposed_and_the_body_decides_it(walk: Walk) -> None:
    own, number = walk.facts["own"], walk.facts["claim"]
    page = walk.sign_in("koordinaattori")
    walk.go(page, "/hallinta/oikaisuvaatimukset/", "Oikaisuvaatimukset")
    page.get_by_role("main").get_by_role("link", name=number).first.click()
    walk.see(page, "Oikaisuvaatimus")
    expect(page.get_by_role("main")).to_contain_text(DEMAND)
    walk.click(page, "Tee esitys", role="link")
    walk.see(page, "")
    page.get_by_label("Hyväksytty osittain").check()
    fill(page, {"Uusi summa, €": "1300", "Perustelut": "Palkkio on toiminnan kulu, matkat eivät ole."})
    page.get_by_role("main").locator("form button[type=submit]").last.click()
    walk.see(page, "Oikaisuvaatimus")
    expect(page.get_by_role("main")).to_contain_text("Palkkio on toiminnan kulu")
    secretary = walk.sign_in("sihteeri")
    walk.go(secretary, page.url, "Oikaisuvaatimus")
    walk.click(secretary, "Kirjaa ratkaisu", role="link")
    walk.see(secretary, "")
    fill(
        secretary,
        {
            "Pykälä": "72",
            "Ratkaisupäivä": format_date(walk.portal.clock()),
            "Hallinto-oikeus ja sen osoite": COURT,
        },
    )
    walk.click(secretary, "Kirjaa ja anna tiedoksi")
    walk.see(secretary, "Oikaisuvaatimus")
    walk.wait_for_mail(own["email"], f"Oikaisuvaatimus on ratkaistu: {number}")
    walk.facts["broken"] = ""


def test_the_applicant_reads_what_was_decided(walk: Walk) -> None:
    own, case = walk.facts["own"], walk.facts["case"]
    page = walk.sign_in(own["email"])
    walk.go(page, walk.facts["claim_page"], "Oikaisuvaatimus")
    letter = applicant.text_of(applicant.pdf_of(page, page.get_by_role("link", name="Lataa ratkaisu (PDF)")))
    for wanted in (walk.facts["claim"], "72 §", "1 300", "Itä-Suomen hallinto-oikeus"):
        assert wanted in letter
    walk.go(page, case["path"], walk.facts["title"])
    decision = page.get_by_role("region", name="Myönnetty 1 300 €")
    told = decision.get_by_role("listitem").filter(has_text=walk.facts["claim"]).filter(has_text="Ratkaistu")
    expect(told).to_contain_text("Hyväksytty osittain")
    walk.facts["broken"] = ""


def test_nothing_was_wrong_on_any_page_of_the_way(walk: Walk) -> None:
    walk.facts["broken"] = ""
    assert not walk.findings, "\n".join(walk.findings)
