"""A hybrid forum with 40 + 200 places and a waiting list: a visitor without an account, the line, letting go, the door.

The tests are the chapters of one story: each goes on where the one before ended. The forum with its 39 on site and
150 afar is made in mass inside the portal.
"""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.test_memberships import link_in_mail
from tests.journeys.walk import OVERFLOW, Walk

pytestmark = pytest.mark.slow
PHONE = {"width": 320, "height": 640}
FORUM = """
from datetime import timedelta
from accounts.models import User
from common import clock
from forums.models import Event, SignUp
from forums.models.sign_ups import new_token
now = clock.now()
by = User.objects.get(email="koordinaattori@yhdyspinta.example")
event = Event.objects.create(name_fi=f"Koefoorumi {now:%d%H%M%S}", form="hybrid", place="Valtuustosali",
    meeting_url="https://kokous.example/koe", places_on_site=40, places_remote=200, asks_diet=True, state="published",
    starts_at=now + timedelta(days=6), ends_at=now + timedelta(days=6, hours=3), created_at=now, published_at=now,
    created_by=by)
SignUp.objects.bulk_create(SignUp(event=event, name=f"Osallistuja {n}", way="on_site" if n < 39 else "remote",
    state="signed", has_hold=True, arrived_at=now, confirmed_at=now, token=new_token()) for n in range(189))
print("forum", event.pk)
"""
TODAY = """
from datetime import timedelta
from common import clock
from forums.models import Event
now = clock.now()
Event.objects.filter(pk={pk}).update(starts_at=now + timedelta(minutes=2), ends_at=now + timedelta(hours=3))
print("moved")
"""


def sign_up(walk: Walk, name: str, address: str) -> None:
    """Sign a visitor up on the public page and confirm by the letter's link."""
    page = walk.visitor()
    page.goto(f"/tapahtumat/{walk.facts['event']}/")
    page.get_by_role("link", name="Ilmoittaudu", exact=True).click()
    page.get_by_label("Nimesi").fill(name)
    page.get_by_label("Sähköpostiosoite").fill(address)
    page.get_by_role("radio", name=re.compile("Paikan päällä")).check()
    walk.click(page, "Ilmoittaudu", exact=True)
    walk.see(page, "Vahvista vielä sähköpostistasi")
    walk.wait_for_mail(address, "Vahvista ilmoittautumisesi")
    walk.facts[name] = link_in_mail(walk, address, "Vahvista ilmoittautumisesi", "/ilmoittautuminen/")
    page.goto(walk.facts[name])
    walk.click(page, "Vahvista ilmoittautuminen")
    expect(page.get_by_text("Ilmoittautuminen on vahvistettu.")).to_be_visible()
    page.context.close()


def test_the_last_place_and_the_line(walk: Walk) -> None:
    told = walk.portal.manage("shell", "--no-imports", "-v", "0", "-c", FORUM)
    found = re.search(r"forum (\d+)", told)
    assert found, told
    walk.facts["event"] = found[1]
    sign_up(walk, "Aino Viimeinen", "aino.viimeinen@osallistuja.example")
    sign_up(walk, "Eino Jonottaja", "eino.jonottaja@osallistuja.example")
    page = walk.visitor()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(walk.facts["Eino Jonottaja"])
    expect(page.get_by_text("Olet jonossa").first).to_be_visible()
    expect(page.get_by_text("vuoronumero jonossa 1")).to_be_visible()
    expect(page.get_by_role("button", name=re.compile("Osallistu etänä"))).to_be_visible()
    assert not page.evaluate(OVERFLOW)
    page.context.close()


def test_who_lets_go_makes_room(walk: Walk) -> None:
    page = walk.visitor(scripts=False)
    page.goto(walk.facts["Aino Viimeinen"])
    page.get_by_role("link", name="Peru ilmoittautuminen").click()
    walk.click(page, "Peru ilmoittautuminen")
    expect(page.get_by_text("Ilmoittautuminen on peruttu").first).to_be_visible()
    page.goto(walk.facts["Eino Jonottaja"])
    expect(page.get_by_text("Sinulla on paikka").first).to_be_visible()
    page.context.close()
    walk.wait_for_mail("eino.jonottaja@osallistuja.example", "Paikka vapautui")


def test_the_door_on_a_telephone(walk: Walk) -> None:
    walk.portal.manage("shell", "--no-imports", "-v", "0", "-c", TODAY.format(pk=walk.facts["event"]))
    page = walk.sign_in("koordinaattori")
    page.goto(f"/hallinta/tapahtumat/{walk.facts['event']}/ilmoittautuneet/")
    walk.see(page, "Ilmoittautuneet", picture="list")
    expect(page.get_by_text("40 / 40")).to_be_visible()
    page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    page.goto(f"/hallinta/tapahtumat/{walk.facts['event']}/lasnaolot/?q=Eino")
    assert not page.evaluate(OVERFLOW)
    page.get_by_role("button", name=re.compile("^Paikalla")).click()
    expect(page.get_by_text("paikalla 1 /")).to_be_visible()
    page.goto(walk.facts["Eino Jonottaja"] + "paikalla/")
    expect(page.get_by_text("Merkitty paikalle")).to_be_visible()
