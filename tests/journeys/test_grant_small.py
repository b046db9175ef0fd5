"""A small grant by the light form, in Swedish and sent without JavaScript: letter, terms, money, report, closed.

An office-holder decides it.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import steps_applicant as applicant
from tests.journeys import steps_handling as handling
from tests.journeys import steps_money as money
from tests.journeys.ground import OFFICIAL
from tests.journeys.steps_call import fill
from tests.journeys.story import chapters_in_order
from tests.journeys.walk import PHONE, WIDE, Walk

pytestmark = pytest.mark.slow
ON = "Spara och fortsätt"
_chapters = chapters_in_order()


def _task(walk: Walk, page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("link", name=name).first.click()
    walk.see(page, name)


def test_the_application_is_filled_in_and_sent_without_javascript(walk: Walk) -> None:
    now = walk.portal.clock()
    ground = walk.portal.ground("ngos", count=1, language="sv")
    own = ground["ngos"][0]
    title = f"Pieni avustus {now:%d.%m.%Y %H.%M.%S}"
    terms = {"small": True, "days_left": 1, "maximum_sum": 1000, "acceptance_required": True, "pay_when": "issued"}
    walk.facts |= {"own": own, **walk.portal.ground("call", title=title, **terms)}
    page = walk.sign_in(own["email"], scripts=False, language="sv")
    walk.go(page, "/sv/avustukset/", "Understöd")
    page.get_by_role("main").get_by_role("link", name=f"{title} (sv)").first.click()
    walk.see(page, title)
    walk.click(page, "Påbörja ansökan")
    walk.see(page, title)
    walk.facts["path"] = path = page.url.removeprefix(walk.portal.url)
    _task(walk, page, "Sökande")
    fill(page, {"På vilken e-postadress når vi er?": own["email"]})
    first = page.get_by_role("group", name="Person 1")
    for label, value in {"Namn": "Selma Exempel", "Telefon": "040 123 4567"}.items():
        first.get_by_label(label).fill(value)
    first.get_by_label("E-post").fill(own["email"])
    first.get_by_label("Uppgift i organisationen").fill("kassör")
    walk.click(page, ON)
    walk.see(page, "Vad ni gör och var")
    fill(
        page,
        {
            "Verksamhetens namn": "Sångkväll för grannar",
            "Vad gör ni med understödet?": "Vi ordnar fyra sångkvällar i byahuset.",
            "För vem är verksamheten avsedd?": "För alla i byn, cirka trettio personer.",
        },
    )
    page.get_by_role("checkbox").first.check()
    walk.click(page, ON)
    walk.see(page, "Pengar")
    fill(page, {"Hur mycket ansöker ni om?": "800", "Vad använder ni understödet till?": "hyra 500 €, kaffe 300 €"})
    walk.click(page, ON)
    walk.see(page, "Bilagor")
    applicant.upload(page.get_by_role("region", name="Verksamhetsplan"), "Välj en fil", "Skicka filen")
    walk.see(page, "Bilagor", picture="attached")
    page.goto(path)
    walk.click(page, "Kontrollera och skicka", role="link")
    walk.see(page, "Kontrollera och skicka")
    expect(page.get_by_role("main")).to_contain_text("Sångkväll för grannar")
    walk.click(page, "Skicka ansökan")
    walk.see(page, "Din ansökan har skickats")
    receipt = page.get_by_role("region", name="Ansökan har kommit fram")
    expect(receipt).to_contain_text(re.compile(r"[0-9a-f]{64}"))
    walk.facts["number"] = number = receipt.get_by_role("definition").first.inner_text().strip()
    applicant.pdf_of(page, receipt.get_by_role("link", name="Ladda ner kvittensen (PDF)"))
    walk.wait_for_mail(own["email"], f"Er ansökan har kommit in: {number}")
    walk.leave(own["email"])
    walk.facts["broken"] = ""


def test_an_office_holder_decides(walk: Walk) -> None:
    own, key, title = walk.facts["own"], walk.facts["call"], walk.facts["title"]
    walk.portal.clock("--forward", "25h")
    walk.portal.ground("handled", call=key, sums={str(own["pk"]): "700"})
    walk.portal.ground("laid", call=key)
    walk.wait_for_mail(OFFICIAL, f"Avustukset odottavat päätöstäsi: {title}")
    page = walk.sign_in(OFFICIAL)
    walk.go(page, "/hallinta/viranhaltija/", "Viranhaltijapäätökset")
    page.get_by_role("main").get_by_role("link", name=title).first.click()
    walk.see(page, title)
    expect(page.get_by_label(re.compile("Päätän esityksen mukaan"))).to_have_count(0)
    handling.declare_free(walk, page, [own["name"]])
    walk.see(page, title)
    page.get_by_label(f"Päätän esityksen mukaan: {own['name']}").check()
    walk.click(page, "Päätä valitut esityksen mukaan")
    walk.see(page, title)
    expect(page.get_by_text("1 päätös on tehty.")).to_be_visible()
    expect(page.get_by_role("row").filter(has_text=own["name"])).to_contain_text(re.compile(r"nro \d+/20\d\d"))
    handling.issue(walk, 1)
    walk.facts["broken"] = ""


def test_the_letter_is_read_and_the_terms_are_accepted_in_swedish(walk: Walk) -> None:
    own, path, title = walk.facts["own"], walk.facts["path"], walk.facts["title"]
    walk.wait_for_mail(own["email"], f"Beslut om er ansökan har meddelats: {walk.facts['number']}")
    page = walk.sign_in(own["email"], language="sv")
    walk.go(page, path, title)
    decision = page.get_by_role("region", name="Beviljat 700 €")
    letter = applicant.text_of(applicant.pdf_of(page, decision.get_by_role("link", name="Ladda ner beslutet (PDF)")))
    for wanted in (walk.facts["number"], "hyvinvointijohtaja", "700"):
        assert wanted in letter
    page.set_viewport_size(PHONE)
    decision.get_by_role("link", name="Godkänn understödet och villkoren").click()
    walk.see(page, "Svara på understödet")
    expect(page.get_by_role("main")).to_contain_text("Understödet betalas när ni har godkänt dess villkor.")
    page.get_by_label("Vi tar emot understödet och följer dess villkor").check()
    walk.click(page, "Skicka svaret")
    walk.see(page, title)
    page.set_viewport_size(WIDE)
    walk.facts["broken"] = ""


def test_the_money_comes_and_its_use_is_told(walk: Walk) -> None:
    own, title = walk.facts["own"], walk.facts["title"]
    money.pay(walk, walk.facts["number"])
    walk.wait_for_mail(own["email"], "Understödet har betalats ut: 700 €")
    page = walk.sign_in(own["email"])
    walk.go(page, f"/sv/omat/{own['pk']}/selvitykset/", "Redovisningar av användningen")
    page.get_by_role("main").get_by_role("link", name=title).first.click()
    walk.see(page, "Redovisning av användningen")
    # A small grant is told of in few words: no costs by line are asked.
    expect(page.get_by_role("table", name=re.compile("Kostnader"))).to_have_count(0)
    fill(
        page,
        {
            "Vad gjorde ni med understödet?": "Vi sjöng fyra kvällar.",
            "Vad ledde verksamheten till?": "Grannarna känner varandra.",
            "Vad lärde ni er?": "Kaffe behövs.",
            "Hur många personer nådde ni?": "34",
            "Hur många träffar ordnade ni?": "4",
            "Hur många frivilliga deltog?": "3",
            "Hur många timmar arbetade de frivilliga?": "40",
            "Hur mycket av understödet använde ni?": "700",
        },
    )
    walk.click(page, "Skicka redovisningen")
    walk.see(page, "Redovisning av användningen")
    expect(page.get_by_text("Vad händer härnäst?")).to_be_visible()
    money.check_use(walk, walk.facts["number"])
    walk.wait_for_mail(own["email"], "Redovisningen av användningen har godkänts")
    page.reload()
    walk.see(page, "Redovisning av användningen", picture="approved")
    expect(page.get_by_text("Redovisningen har godkänts").first).to_be_visible()
    expect(page.get_by_text("Du behöver inte göra något mer. Tack!")).to_be_visible()
    walk.facts["broken"] = ""


def test_nothing_was_wrong_on_any_page_of_the_way(walk: Walk) -> None:
    walk.facts["broken"] = ""
    assert not walk.findings, "\n".join(walk.findings)
