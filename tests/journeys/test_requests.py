"""An organisation asks while the liaison is on leave, and the substitute answers. A worker finds whom to ask.

The tests are the chapters of one story: each goes on where the one before ended.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.walk import Walk

pytestmark = pytest.mark.slow
OWN = "Lieksan Omaistuki ry"
# Other journeys move the clock, so nobody's leave in the demonstration is sure: somebody goes on leave here.
ON_LEAVE = """
from datetime import timedelta
from accounts.models import User
from common import clock
from common.times import local_date
from liaisons.models import Appointment
from liaisons.responsible import responsible_for
from liaisons.workflow import name_substitute, record_absence
coordinator = User.objects.get(email="koordinaattori@yhdyspinta.example")
now = clock.now()
today = local_date(now)
held = Appointment.objects.on(today).filter(substitutes__isnull=True).exclude(user=coordinator)
for row in held.select_related("post", "user").order_by("pk"):
    if responsible_for(row.post, today).kind == "holder":
        known = {"valid_from": today, "by": coordinator, "now": now}
        name_substitute(row, email="tarkastaja@yhdyspinta.example", full_name="Tauno Tarkastaja", **known)
        record_absence(row.user, valid_until=today + timedelta(days=7), **known)
        answer = responsible_for(row.post, today)
        if answer.kind == "substitute":
            print("post", row.post_id, "|", answer.user.email)
            break
"""


def test_a_municipal_worker_finds_the_contact(walk: Walk) -> None:
    page = walk.visitor()
    walk.go(page, "/", "")
    page.get_by_role("main").get_by_role("link", name="Löydä oikea yhteyshenkilö").click()
    walk.see(page, "Kenelle otan yhteyttä?")
    page.get_by_label("Kunta").select_option(label="Lieksa")
    walk.click(page, "Kuka vastaa?")
    walk.see(page, "Kenelle otan yhteyttä?", picture="found")
    first = page.get_by_role("main").locator("ol.cards li").first
    expect(first.get_by_role("link", name=re.compile("^Lähetä viesti"))).to_be_visible()
    assert "@" not in page.get_by_role("main").inner_text(), "no address is given away"
    first.get_by_role("link").first.click()
    expect(page.get_by_role("heading", name="Kuka vastaa")).to_be_visible()


def test_an_organisation_asks_and_the_substitute_answers(walk: Walk) -> None:
    told = walk.portal.manage("shell", "--no-imports", "-v", "0", "-c", ON_LEAVE)
    found = re.search(r"post (\d+) \| (\S+)", told)
    assert found, told
    substitute = found[2]

    page = walk.sign_in("jarjesto")
    walk.go(page, f"/pyynnot/uusi/?tehtava={found[1]}", "Uusi yhteistyöpyyntö")
    page.get_by_label("muu asia tai kysymys").check()
    page.get_by_label("Kenen puolesta?").select_option(label=OWN)
    page.get_by_label("Otsikko").fill("Kuka kertoo palveluista?")
    page.get_by_label("Kerro asiasta").fill("Tarvitsemme puhujan maaliskuun iltaan.")
    walk.click(page, "Lähetä pyyntö")
    walk.see(page, "Kuka kertoo palveluista?", picture="sent")
    walk.facts["request"] = page.url.removeprefix(walk.portal.url)
    walk.wait_for_mail(substitute, "Uusi yhteistyöpyyntö: Kuka kertoo palveluista?")

    answering = walk.sign_in(substitute)
    walk.go(answering, "/pyynnot/vastattavat/", "Vastattavat yhteistyöpyynnöt")
    answering.get_by_role("link", name="Kuka kertoo palveluista?").click()
    walk.see(answering, "Kuka kertoo palveluista?", picture="answering")
    answering.get_by_label("Viesti").first.fill("Tulen mielelläni. Sovitaan aika puhelimessa.")
    answering.get_by_label("saatiin, mitä pyydettiin").check()
    walk.click(answering, "Lähetä vastaus")
    walk.see(answering, "Kuka kertoo palveluista?", picture="answered")
    walk.wait_for_mail("jarjesto@yhdyspinta.example", "Yhteistyöpyyntöösi on vastattu: Kuka kertoo palveluista?")


def test_the_organisation_says_that_it_helped(walk: Walk) -> None:
    page = walk.sign_in("jarjesto")
    walk.go(page, "/pyynnot/", "Yhteistyöpyynnöt")
    page.get_by_role("link", name="Kuka kertoo palveluista?").click()
    walk.see(page, "Kuka kertoo palveluista?", picture="did-it-help")
    page.get_by_label("kyllä").check()
    walk.click(page, "Kerro, auttoiko vastaus")
    expect(page.get_by_text("Päättynyt").first).to_be_visible()
    walk.see(page, "Kuka kertoo palveluista?", picture="closed")


def test_nothing_was_wrong_on_any_page_of_the_way(walk: Walk) -> None:
    assert walk.findings == []
