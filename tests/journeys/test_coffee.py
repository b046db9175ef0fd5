"""Etäkahvit from planning to the public page, in a browser against the running processes.

The tests are the chapters of one story: each goes on where the one before ended. A step is a function, so that signing
up, the day itself and feedback can be told between publishing and the end.
"""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from common.times import format_date
from tests.journeys.steps_call import fill
from tests.journeys.walk import OVERFLOW, Walk

pytestmark = pytest.mark.slow
NAME = "Koekahvit"
LINK = "https://kokous.example/koekahvit"


def plan_coffee(walk: Walk, page: Page) -> None:
    """Plan remote coffee in three weeks; what clashes is shown first and saved all the same."""
    walk.facts["day"] = format_date((walk.portal.clock() + timedelta(days=21)).date())
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
    last = format_date((walk.portal.clock() + timedelta(days=21 + 90)).date())
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


def test_nothing_was_found_on_the_way(walk: Walk) -> None:
    assert walk.findings == []
