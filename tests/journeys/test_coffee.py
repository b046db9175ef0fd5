"""Etäkahvit from planning to feedback, in a browser against the running processes.

The tests are the chapters of one story: each goes on where the one before ended.
"""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from common.times import format_date
from tests.journeys.steps_call import fill
from tests.journeys.test_memberships import link_in_mail
from tests.journeys.walk import OVERFLOW, Walk

pytestmark = pytest.mark.slow
NAME = "Koekahvit"
LINK = "https://kokous.example/koekahvit"
AHEAD = timedelta(days=8)
NARROW: ViewportSize = {"width": 360, "height": 640}
# The worker does this every ten minutes; the journey does not wait for it.
ASK = "from forums.tasks_after import ask_for_feedback; print('letters', ask_for_feedback())"


def plan_coffee(walk: Walk, page: Page) -> None:
    """Plan remote coffee in eight days; what clashes is shown first and saved all the same."""
    walk.facts["day"] = format_date((walk.portal.clock() + AHEAD).date())
    walk.go(page, "/hallinta/", "")
    walk.click(page, "Tapahtumien hallinta", role="link")
    walk.see(page, "Tapahtumien hallinta")
    walk.click(page, "Suunnittele tapahtuma", role="link")
    walk.see(page, "Suunnittele tapahtuma", picture="empty_form")
    fill(page, {"Nimi suomeksi": NAME, "Kuvaus suomeksi": "Jutellaan kahvin äärellä.", "Päivä": walk.facts["day"]})
    fill(page, {"Alkaa klo": "9", "Loppuu klo": "10", "Kokouslinkki": LINK})
    walk.click(page, "Tallenna", exact=True)
    despite = page.get_by_label("Tallenna päällekkäisyyksistä huolimatta")
    if despite.count():
        despite.check()
        walk.click(page, "Tallenna", exact=True)
    walk.see(page, NAME, picture="planned")
    walk.facts["desk"] = page.url


def write_agenda(walk: Walk, page: Page) -> None:
    """Write two lines of agenda."""
    walk.click(page, "Muuta ohjelmaa", role="link")
    walk.see(page, "Ohjelma", picture="agenda")
    page.get_by_label("Klo").first.fill("9")
    page.get_by_label("Aihe").first.fill("Mitä kuuluu?")
    page.get_by_label("Aihe").nth(1).fill("Mitä seuraavaksi?")
    walk.click(page, "Tallenna", exact=True)
    walk.see(page, NAME)
    expect(page.get_by_role("main")).to_contain_text("Mitä seuraavaksi?")


def publish_coffee(walk: Walk, page: Page) -> None:
    """Publish it."""
    walk.click(page, "Julkaise tapahtuma")
    walk.see(page, NAME)
    expect(page.get_by_role("main")).to_contain_text("Julkaistu")


def find_coffee(walk: Walk, page: Page) -> None:
    """Find the event in the calendar through the menu and open its page."""
    page.goto("/")
    page.goto("/tapahtumat/")
    walk.see(page, "Tapahtumat", picture="calendar")
    page.get_by_role("main").get_by_role("link", name=NAME).first.click()
    walk.see(page, NAME, picture="public_page")
    walk.facts["page"] = page.url


def test_the_coordinator_plans_the_coffee(walk: Walk) -> None:
    page = walk.sign_in("koordinaattori")
    plan_coffee(walk, page)
    write_agenda(walk, page)
    publish_coffee(walk, page)


def test_a_visitor_finds_it_without_the_link(walk: Walk) -> None:
    page = walk.visitor()
    find_coffee(walk, page)
    expect(page.get_by_role("main")).to_contain_text("Jutellaan kahvin äärellä.")
    assert LINK not in page.content()
    with page.expect_download() as download:
        page.get_by_role("link", name="Lisää kalenteriin").first.click()
    assert LINK not in download.value.path().read_text()
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(walk.facts["page"])
    walk.see(page, NAME, picture="public_page_on_a_telephone")
    assert page.evaluate(OVERFLOW) == 0


def test_it_is_repeated_every_fourth_week(walk: Walk) -> None:
    page = walk.sign_in("koordinaattori")
    page.goto(walk.facts["desk"])
    walk.click(page, "Toista", role="link")
    walk.see(page, re.compile("Toista tapahtuma"))
    last = format_date((walk.portal.clock() + AHEAD + timedelta(days=90)).date())
    page.get_by_label("Kuinka usein").select_option("w4")
    page.get_by_label("Jos päivä on pyhä").select_option("move")
    fill(page, {"Viimeinen päivä": last})
    walk.click(page, "Näytä päivät")
    walk.see(page, re.compile("Jakson päivät"), picture="run_preview")
    expect(page.get_by_role("checkbox", name="pidetään")).to_have_count(3)
    walk.click(page, "Tee jakso")
    walk.see(page, NAME, picture="run")
    walk.click(page, "Julkaise kaikki")
    walk.see(page, NAME)
    expect(page.get_by_role("main")).not_to_contain_text("Suunnitteilla")


def test_a_visitor_signs_up_and_confirms(walk: Walk) -> None:
    page = walk.visitor(scripts=False)
    page.goto(walk.facts["page"])
    walk.facts["visitor"] = f"kaisu.{walk.portal.clock():%d%H%M}@kahvittelija.example"
    page.get_by_role("link", name="Ilmoittaudu", exact=True).click()
    walk.see(page, "Ilmoittaudu", picture="sign_up")
    page.get_by_label("Nimesi").fill("Kaisu Kahvittelija")
    page.get_by_label("Sähköpostiosoite").fill(walk.facts["visitor"])
    walk.click(page, "Ilmoittaudu", exact=True)
    walk.see(page, "Vahvista vielä sähköpostistasi")
    walk.wait_for_mail(walk.facts["visitor"], "Vahvista ilmoittautumisesi")
    page.goto(link_in_mail(walk, walk.facts["visitor"], "Vahvista ilmoittautumisesi", "/ilmoittautuminen/"))
    walk.click(page, "Vahvista ilmoittautuminen")
    expect(page.get_by_text("Ilmoittautuminen on vahvistettu.")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Sinulla on paikka")


def test_feedback_is_asked_at_eight_the_next_morning(walk: Walk) -> None:
    """The clock goes to half past seven of the next morning, when nothing is asked yet, and then over eight."""
    visitor, subject = walk.facts["visitor"], f"Miten meni? {NAME}"
    now = walk.portal.clock()
    early = (now + AHEAD + timedelta(days=1)).replace(hour=7, minute=30)
    walk.portal.clock("--forward", f"{int((early - now).total_seconds() // 60)}m")
    walk.portal.manage("shell", "-v", "0", "--no-imports", "-c", ASK)
    assert walk.mails(visitor, subject) == 0
    walk.portal.clock("--forward", "45m")
    walk.portal.manage("shell", "-v", "0", "--no-imports", "-c", ASK)
    walk.wait_for_mail(visitor, subject)


def test_it_is_given_on_a_telephone_by_the_link(walk: Walk) -> None:
    page = walk.visitor()
    page.set_viewport_size(NARROW)
    address = link_in_mail(walk, walk.facts["visitor"], f"Miten meni? {NAME}", "/tapahtumapalaute/linkki/")
    page.goto(address)
    walk.see(page, "Miten meni?", picture="feedback_on_a_telephone")
    page.get_by_label("5 – erittäin").check()
    fill(page, {"Mikä oli parasta?": "Iloinen porukka", "Mitä pitäisi muuttaa?": "Enemmän aikaa"})
    walk.click(page, "Lähetä palaute")
    walk.see(page, "Kiitos palautteesta", picture="thanks_on_a_telephone")
    page.goto(address)  # the link was good for one answer
    expect(page.get_by_role("button", name="Lähetä palaute")).to_have_count(0)
    walk.see(page, re.compile("."), picture="link_used")


def test_the_results_are_seen_the_day_after(walk: Walk) -> None:
    walk.portal.clock("--forward", "24h")
    walk.portal.manage("shell", "-v", "0", "--no-imports", "-c", ASK)
    page = walk.sign_in("koordinaattori")
    page.goto(walk.facts["desk"])
    walk.click(page, "Merkitse pidetyksi")
    walk.see(page, NAME)
    page.goto(walk.facts["desk"] + "palaute/")
    walk.see(page, "Palaute tapahtumasta", picture="results")
    main = page.get_by_role("main")
    expect(main).to_contain_text("Yksi vastaus.")
    expect(main).to_contain_text("Iloinen porukka")
    expect(main).to_contain_text("Vastauksia on vielä vähän")  # one person's mark is shown to nobody
    assert "Kaisu" not in page.content()


def test_nothing_was_found_on_the_way(walk: Walk) -> None:
    assert walk.findings == []
