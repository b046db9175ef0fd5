"""A coordinator allocates a season: the round is made, an NGO applies, the proposal is confirmed, both read the result.

The tests are the chapters of one story: each goes on where the one before ended.
"""

import re

import pytest
from playwright.sync_api import expect

from common.times import add_days, format_date, format_instant, local_date
from tests.journeys.walk import OVERFLOW, Walk

pytestmark = pytest.mark.slow
PHONE = {"width": 360, "height": 740}
# A house of its own, so that the story stands whatever the demonstration books, and a rival for the same evening.
HOUSE = """
from datetime import time
from common import clock
from county.models import County, Municipality
from premises.models import OpeningHours, Room, Site
from accounts.models import User
County.objects.update(allocates_seasons=True)
mark = f"{clock.now():%d%H%M%S}"
site = Site.objects.create(name_fi=f"Vuorotalo {mark}", municipality=Municipality.objects.get(code="422"),
    street_address="Koekatu 2", closed_on_holidays=False)
for day in range(7):
    OpeningHours.objects.create(site=site, weekday=day, opens=time(8), closes=time(21))
room = Room.objects.create(site=site, name_fi="Vuorohuone", capacity=20)
print("house", mark, site.pk, room.pk)
"""


def test_the_coordinator_makes_a_round_and_publishes_it(walk: Walk) -> None:
    told = walk.portal.manage("shell", "--no-imports", "-v", "0", "-c", HOUSE)
    found = re.search(r"house (\d+) (\d+) (\d+)", told)
    assert found, told
    now = walk.portal.clock()
    first = add_days(local_date(now), 60)
    walk.facts.update(mark=found[1], room=found[3], name=f"Koejako {found[1]}")
    page = walk.sign_in("koordinaattori")
    walk.go(page, "/hallinta/tilat/vuorojako/", "Vuorojako")
    walk.click(page, "Uusi vuorojako", role="link")
    walk.see(page, "Vuorojaon tiedot", picture="rules")
    page.get_by_label("Vuorojaon nimi").fill(walk.facts["name"])
    page.get_by_label("Kauden ensimmäinen päivä").fill(format_date(first))
    page.get_by_label("Kauden viimeinen päivä").fill(format_date(add_days(first, 69)))
    page.get_by_label("Haku alkaa").fill(format_instant(now))
    page.get_by_label("Haku päättyy").fill(format_instant(now.replace(hour=12) + (first - local_date(now)) / 4))
    page.get_by_label(f"Vuorotalo {found[1]}, Vuorohuone (20)").check()
    walk.click(page, "Tallenna luonnos")
    walk.see(page, walk.facts["name"])
    walk.click(page, "Julkaise haku")
    expect(page.get_by_text("Haku on julkaistu.").first).to_be_visible()
    walk.facts["desk"] = page.url


def test_an_ngo_applies_on_a_telephone(walk: Walk) -> None:
    page = walk.sign_in("jarjesto")
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto("/tilat/vuorojako/")
    page.get_by_role("link", name=walk.facts["name"]).click()
    walk.see(page, walk.facts["name"], picture="public")
    expect(page.get_by_text("Kukaan ei saa toista vuoroa ennen")).to_be_visible()
    page.get_by_role("link", name=re.compile("Hae vuoroa")).first.click()
    walk.see(page, "Vuorohakemus", picture="apply")
    assert not page.evaluate(OVERFLOW)
    page.get_by_label("Mihin tilaa käytetään").fill("Omaishoitajien vertaisryhmä")
    page.get_by_label("Viikonpäivä").first.select_option(label="tiistai")
    page.get_by_label("Alkaa aikaisintaan klo").first.fill("17")
    page.get_by_label("1. tilatoive").select_option(index=1)
    walk.click(page, "Lähetä hakemus")
    expect(page.get_by_text("Kerro yhteyshenkilön nimi ja puhelinnumero.").first).to_be_visible()
    page.get_by_label("Yhteyshenkilön puhelin").fill("040 123 4567")
    walk.click(page, "Lähetä hakemus")
    expect(page.get_by_text("Hakemus on lähetetty").first).to_be_visible()
    walk.see(page, "Vuorohakemus", picture="sent")
    walk.facts["application"] = page.url
    walk.wait_for_mail("jarjesto@yhdyspinta.example", f"Vuorohakemus on vastaanotettu: {walk.facts['name']}")


def test_the_proposal_is_computed_and_confirmed_and_the_ngo_reads_the_result(walk: Walk) -> None:
    page = walk.sign_in("koordinaattori")
    page.goto(walk.facts["desk"])
    walk.click(page, "Päätä haku nyt")
    walk.click(page, "Laske ehdotus")
    expect(page.get_by_role("link", name="Vahvista jako")).to_be_visible(timeout=60_000)
    walk.see(page, walk.facts["name"], picture="proposal")
    expect(page.get_by_text("tiistaisin klo 17–19").first).to_be_visible()
    walk.click(page, "Vahvista jako", role="link")
    walk.see(page, "Vahvista jako")
    page.get_by_role("button", name="Vahvista jako").click()
    walk.wait_for_mail("jarjesto@yhdyspinta.example", f"Saitte kausivuoron: {walk.facts['name']}")
    page.reload()
    expect(page.get_by_text("Varaukset on tehty").first).to_be_visible()
    own = walk.sign_in("jarjesto")
    own.goto(walk.facts["application"])
    walk.see(own, "Vuorohakemus", picture="result")
    expect(own.get_by_text("Saitte ensimmäisen toiveenne.")).to_be_visible()
    own.get_by_role("link", name="Katso varaukset ja kulkuohjeet").click()
    walk.see(own, re.compile("klo 17–19"))
    assert walk.findings == []
