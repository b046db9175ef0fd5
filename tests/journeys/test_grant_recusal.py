"""The chair withdraws from one case: the deputy is called, the vice chair presides, the vote and a dissent are kept."""

import re
from datetime import datetime

import pytest
from playwright.sync_api import Page, expect

from common.times import format_date, format_instant
from tests.journeys import steps_applicant as applicant
from tests.journeys import steps_handling as handling
from tests.journeys.steps_call import fill
from tests.journeys.story import chapters_in_order
from tests.journeys.walk import PHONE, WIDE, Walk

pytestmark = pytest.mark.slow
_chapters = chapters_in_order()
CHAIR, VICE, MEMBER, DEPUTY = "puheenjohtaja", "jasen2", "jasen", "varajasen"
VICE_NAME, DEPUTY_NAME, CHAIR_NAME = "Jaana Jäsen", "Veera Varajäsen", "Päivi Puheenjohtaja"


def _is_gone(page: Page, *paths: str) -> None:
    for path in paths:
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 404, path


def test_the_chair_withdraws_and_the_case_is_gone(walk: Walk) -> None:
    now = walk.portal.clock()
    own, other = walk.portal.ground("ngos", count=2)["ngos"]
    title = f"Esteellisyys {now:%d.%m.%Y %H.%M.%S}"
    grants = [{**own, "asked": "3000", "sum": "2500"}, {**other, "asked": "1000", "sum": "800"}]
    made = walk.portal.ground("presented", title=title, grants=grants, chair=CHAIR, vice_chair=VICE)
    walk.facts |= made | {"own": own, "other": other, "starts": datetime.fromisoformat(made["starts"])}
    walk.facts["case"] = case = made["cases"][str(own["pk"])]
    page = walk.sign_in(CHAIR)
    walk.go(page, f"/kokoukset/haku/{made['call']}/", title)
    page.set_viewport_size(PHONE)
    page.get_by_role("link", name=re.compile(rf"Olen esteellinen\s*: {re.escape(own['name'])}")).click()
    walk.see(page, "Oletko esteellinen?")
    page.get_by_label("Olen esteellinen ja vetäydyn asian käsittelystä").check()
    fill(page, {"Mistä esteellisyys johtuu?": "Sisareni on järjestön puheenjohtaja."})
    walk.click(page, "Tallenna ilmoitus")
    walk.see(page, title)
    page.set_viewport_size(WIDE)
    handling.declare_free(walk, page, [other["name"]])
    walk.see(page, title)
    table = page.get_by_role("table", name="Esitykset")
    expect(table.get_by_role("link", name=other["name"])).to_be_visible()
    row = table.get_by_role("row").filter(has_text=own["name"])
    expect(row.get_by_role("link")).to_have_count(0)
    expect(row).not_to_contain_text("2 500")
    # The sum at the foot is of what may be read.
    expect(table.get_by_role("row").last).to_contain_text("800 €")
    expect(table.get_by_role("row").last).not_to_contain_text("3 300")
    _is_gone(
        page, f"/kokoukset/hakemus/{case['application']}/", f"/hallinta/hakemukset/{case['application']}/liitteet/"
    )
    page.goto(f"/haku/?q={case['number']}")
    expect(page.get_by_role("main").get_by_role("link", name=case["number"])).to_have_count(0)
    answer = page.request.get(f"/hallinta/haut/{made['call']}/esitykset/1/esitys.pdf")
    assert "2 500" not in applicant.text_of(answer.body())
    walk.facts["broken"] = ""


def test_the_deputy_is_called_and_reads_the_case(walk: Walk) -> None:
    starts, own, title = walk.facts["starts"], walk.facts["own"], walk.facts["title"]
    subject = f"Sinut kutsutaan varajäseneksi yhteen asiaan: {handling.BODY} {format_instant(starts)}"
    walk.wait_for_mail(f"{DEPUTY}@yhdyspinta.example", subject)
    page = walk.sign_in(DEPUTY)
    walk.go(page, f"/kokoukset/{walk.facts['meeting']}/", "")
    page.get_by_role("main").get_by_label("Tulen").check()
    walk.click(page, "Lähetä vastaus")
    walk.see(page, "")
    handling.read_as_member(walk, DEPUTY, [own["name"]], own["name"])
    for name in (VICE, MEMBER):
        member = walk.sign_in(name)
        walk.go(member, f"/kokoukset/haku/{walk.facts['call']}/", title)
        handling.declare_free(walk, member, [own["name"], walk.facts["other"]["name"]])
        walk.see(member, title)
    walk.facts["broken"] = ""


def test_the_vote_and_the_dissent_are_recorded(walk: Walk) -> None:
    own, starts, call = walk.facts["own"], walk.facts["starts"], walk.facts["call"]
    walk.portal.clock("--forward", "26h")
    page = walk.sign_in("sihteeri")
    walk.go(page, f"/kokoukset/{walk.facts['meeting']}/lasnaolo/", "")
    for name in (CHAIR_NAME, "Eero Esimerkki", VICE_NAME, DEPUTY_NAME):
        page.get_by_label(f"Läsnäolo: {name}").select_option("present")
    page.get_by_label("Puhetta johti").select_option(label=CHAIR_NAME)
    fill(page, {"Avattiin klo": f"{starts:%H.%M}", "Päätettiin klo": f"{starts:%H}.59"})
    walk.click(page, "Tallenna ja merkitse pidetyksi")
    walk.see(page, "")
    walk.go(page, f"/hallinta/haut/{call}/paatokset/kirjaa/", "Kirjaa päätökset")
    fill(page, {"Pykälä": "58", "Päätöspäivä": format_date(starts)})
    whole = page.locator("details").filter(has=page.get_by_text(own["name"])).first
    whole.locator("summary").first.click()
    expect(whole).to_contain_text(f"Hänen sijaansa tuli varajäsen {DEPUTY_NAME}.")
    whole.locator("summary").filter(has_text="Äänestys ja eriävä mielipide tässä asiassa").click()
    whole.get_by_label("Ääniä esityksen puolesta").fill("9")
    whole.get_by_label("Ääniä vastaan").fill("1")
    whole.get_by_label("Mistä äänestettiin?").fill("Esitys vastaan hylkäysehdotus.")
    whole.get_by_label("Eriävä mielipide").first.fill("Toiminta kuuluu kunnalle.")
    whole.get_by_label("Eero Esimerkki").check()
    walk.click(page, "Kirjaa päätökset")
    # There were three voters of this case; what was written stays on the page.
    walk.see(page, "Kirjaa päätökset", picture="too-many-votes")
    expect(page.get_by_role("alert").first).to_be_visible()
    again = page.locator("details").filter(has=page.get_by_text(own["name"])).first
    expect(again.get_by_label("Eriävä mielipide").first).to_have_value("Toiminta kuuluu kunnalle.")
    again.get_by_label("Ääniä esityksen puolesta").fill("2")
    walk.click(page, "Kirjaa päätökset")
    walk.see(page, walk.facts["title"])
    walk.facts["broken"] = ""


def test_the_applicant_reads_who_left_and_who_presided(walk: Walk) -> None:
    own, case = walk.facts["own"], walk.facts["case"]
    walk.portal.ground("served", call=walk.facts["call"])
    page = walk.sign_in(own["email"])
    walk.wait_for_mail(own["email"], f"Päätös hakemukseenne on annettu: {case['number']}")
    walk.go(page, case["path"], walk.facts["title"])
    decision = page.get_by_role("region", name="Myönnetty 2 500 €")
    for words in (
        f"{CHAIR_NAME} poistui esteellisenä asian käsittelyn ajaksi.",
        f"Hänen sijaansa tuli varajäsen {DEPUTY_NAME}.",
        f"Kokousta johti asian käsittelyn ajan varapuheenjohtaja {VICE_NAME}.",
        "Puolesta 2, vastaan 1.",
        "Eriävä mielipide, Eero Esimerkki",
    ):
        expect(decision).to_contain_text(words)
    # The chair does not come to read it now either.
    _is_gone(walk.sign_in(CHAIR), f"/kokoukset/hakemus/{case['application']}/")
    walk.facts["broken"] = ""


def test_nothing_was_wrong_on_any_page_of_the_way(walk: Walk) -> None:
    walk.facts["broken"] = ""
    assert not walk.findings, "\n".join(walk.findings)
