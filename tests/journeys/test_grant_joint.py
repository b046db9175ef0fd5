"""A joint application: two people of the lead write at once, the partner confirms its share, the lead sends."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys import steps_applicant as applicant
from tests.journeys.steps_call import fill
from tests.journeys.story import chapters_in_order
from tests.journeys.walk import DOMAIN, PHONE, WIDE, Walk

pytestmark = pytest.mark.slow
_chapters = chapters_in_order()
OURS = "Kerran viikossa kokoontuva ryhmä, jota ohjaa kaksi vapaaehtoista."
THEIRS = "Kaksi kertaa kuussa kokoontuva ryhmä, jota ohjaa koulutettu vertainen."


def test_two_people_write_on_one_page_and_both_texts_are_shown(walk: Walk) -> None:
    now = walk.portal.clock()
    lead, partner = walk.portal.ground("ngos", count=2)["ngos"]
    title = f"Yhteinen avustus {now:%d.%m.%Y %H.%M.%S}"
    made = walk.portal.ground("call", title=title, joint="allowed", days_left=2)
    given = {"email": lead["email"], "organisation": lead["pk"], "asked": "2000", "send": False}
    walk.facts |= made | {"lead": lead, "partner": partner}
    walk.facts |= walk.portal.ground("application", call=made["call"], **given)
    second = walk.portal.ground("editor", organisation=lead["pk"], email=f"kirjoittaja{lead['pk']}@{DOMAIN}")["email"]
    page = walk.sign_in(lead["email"])
    walk.go(page, walk.facts["path"], title)
    page.get_by_role("main").get_by_role("link", name="Mitä teette ja kenelle").first.click()
    walk.see(page, "Mitä teette ja kenelle")
    other = walk.sign_in(second)
    walk.go(other, page.url, "Mitä teette ja kenelle")
    fill(other, {"Mitä teette avustuksella?": THEIRS})
    walk.click(other, "Tallenna ja jatka")
    expect(other.get_by_role("heading", level=1)).not_to_contain_text("Mitä teette ja kenelle")
    fill(page, {"Mitä teette avustuksella?": OURS})
    walk.click(page, "Tallenna ja jatka")
    conflict = page.get_by_role("alert").filter(has_text="Toinen henkilö muutti samaa sivua")
    expect(conflict).to_contain_text(THEIRS)
    expect(conflict).to_contain_text(OURS)
    walk.see(page, "Mitä teette ja kenelle", picture="both-texts")
    expect(page.get_by_label("Mitä teette avustuksella?")).to_have_value(OURS)
    fill(page, {"Mitä teette avustuksella?": f"{OURS} {THEIRS}"})
    walk.click(page, "Tallenna ja jatka")
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Mitä teette ja kenelle")
    walk.facts["broken"] = ""


def test_the_lead_names_the_partner_and_cannot_send_before_it_confirms(walk: Walk) -> None:
    page, partner, title = walk.sign_in(walk.facts["lead"]["email"]), walk.facts["partner"], walk.facts["title"]
    walk.go(page, walk.facts["path"], title)
    page.get_by_role("main").get_by_role("link", name="Kumppanit ja osuudet").first.click()
    walk.see(page, "Kumppanit ja osuudet")
    walk.click(page, "Lisää kumppani", role="link")
    walk.see(page, re.compile("umppani"))
    fill(
        page,
        {
            "Järjestö rekisteristä": partner["name"],
            "Tehtävä hankkeessa": "Kokoaa ryhmän omassa kunnassaan.",
            "Osuus avustuksesta": "600",
            "Muu rahoitus": "0",
        },
    )
    walk.click(page, "Tallenna")
    walk.see(page, "Kumppanit ja osuudet")
    walk.click(page, "Kirjoita oma osuus", role="link")
    walk.see(page, re.compile("osuus"))
    fill(
        page,
        {
            "Mitä oma järjestönne tekee?": "Johtaa hanketta ja raportoi.",
            "Osuus avustuksesta": "1400",
            "Muu rahoitus": walk.facts["own_money"],
        },
    )
    walk.click(page, "Tallenna")
    walk.see(page, "Kumppanit ja osuudet")
    walk.click(page, "Pyydä vahvistus")
    walk.see(page, "Kumppanit ja osuudet")
    expect(page.get_by_role("region", name=partner["name"])).to_contain_text("Vahvistus pyydetty")
    walk.wait_for_mail(partner["email"], f"Vahvistakaa osuutenne yhteishakemuksessa: {title}")
    walk.go(page, f"{walk.facts['path']}tarkista/", "Tarkista ja lähetä")
    expect(page.get_by_role("button", name="Lähetä hakemus")).to_have_count(0)
    walk.facts["broken"] = ""


def test_the_partner_confirms_on_a_phone_and_the_lead_sends(walk: Walk) -> None:
    lead, partner, title = walk.facts["lead"], walk.facts["partner"], walk.facts["title"]
    page = walk.sign_in(partner["email"])
    page.set_viewport_size(PHONE)
    walk.go(page, f"/omat/{partner['pk']}/yhteishakemukset/", "Yhteishakemukset")
    page.get_by_role("main").get_by_role("link").filter(has=page.locator("xpath=ancestor::th")).first.click()
    expect(page.get_by_role("main")).to_contain_text(f"{lead['name']} hakee avustusta yhdessä teidän kanssanne")
    # What the two wrote at once stands in the draft that the partner reads.
    expect(page.get_by_role("main")).to_contain_text(THEIRS)
    page.get_by_label("Vahvistamme tehtävämme ja osuutemme").check()
    walk.click(page, "Lähetä vastaus")
    walk.see(page, "", picture="confirmed")
    walk.wait_for_mail(lead["email"], f"Kumppani vahvisti osuutensa: {partner['name']}")
    own = walk.sign_in(lead["email"])
    walk.go(own, walk.facts["path"], title)
    number = applicant.send(walk, own)
    walk.click(own, "Näytä lähetetty hakemus", role="link")
    walk.see(own, title)
    expect(own.get_by_role("main")).to_contain_text(partner["name"])
    walk.wait_for_mail(lead["email"], f"Hakemuksenne on saapunut: {number}")
    walk.wait_for_mail(partner["email"], f"Yhteishakemus on lähetetty: {title}")
    page.goto(f"/omat/{partner['pk']}/yhteishakemukset/")
    expect(page.get_by_role("row").filter(has_text=number)).to_contain_text("600 €")
    page.set_viewport_size(WIDE)
    walk.facts["broken"] = ""


def test_nothing_was_wrong_on_any_page_of_the_way(walk: Walk) -> None:
    walk.facts["broken"] = ""
    assert not walk.findings, "\n".join(walk.findings)
