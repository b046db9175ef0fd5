"""A statutory negotiation is planned from the annual wheel, held and recorded; then the wheel says so.

The tests are the chapters of one story: each goes on where the one before ended.
"""

import re

import pytest
from playwright.sync_api import expect

from common.times import add_days, format_date, local_date
from tests.journeys.walk import OVERFLOW, Walk

pytestmark = pytest.mark.slow
COORDINATOR = "koordinaattori"
# A group of its own with one municipality, so that the story stands whatever the demonstration has planned.
GROUP = """
from common import clock
from county.models import Municipality, RegionalGroup
from forums.models import EventSeries
mark = f"{clock.now():%d%H%M%S}"
group = RegionalGroup.objects.create(key=f"koe-{mark}", name_fi=f"Koeryhmä {mark}")
group.municipalities.add(Municipality.objects.get(code="422"))
print("group", mark, EventSeries.objects.exclude(statute="").filter(per="regional_group").first().key)
"""


def test_the_wheel_shows_what_is_missing_and_leads_to_planning(walk: Walk) -> None:
    found = re.search(r"group (\d+) (\S+)", walk.portal.manage("shell", "--no-imports", "-v", "0", "-c", GROUP))
    assert found
    walk.facts.update(group=f"Koeryhmä {found[1]}")
    page = walk.sign_in(COORDINATOR)
    walk.go(page, "/hallinta/vuosikello/", re.compile("Vuosikello"))
    row = page.get_by_role("row", name=re.compile(walk.facts["group"])).first
    expect(row.get_by_text("puuttuu 1")).to_be_visible()
    row.get_by_role("link", name=re.compile("Suunnittele")).click()
    walk.see(page, re.compile("Suunnittele tapahtuma"), picture="plan")
    chosen = page.get_by_label(re.compile("Kenen tapahtuma")).locator("option:checked")
    expect(chosen).to_have_text(walk.facts["group"])


def test_it_is_invited_to_held_and_recorded(walk: Walk) -> None:
    day = local_date(walk.portal.clock())
    made = walk.portal.manage("shell", "--no-imports", "-v", "0", "-c", EVENT % walk.facts["group"])
    pk = re.search(r"event (\d+)", made)
    assert pk, made
    page = walk.sign_in(COORDINATOR)
    address = f"/hallinta/tapahtumat/{pk[1]}/neuvottelu/"
    walk.go(page, address, re.compile("Neuvottelu"))
    walk.click(page, "Aloita kirjaus")
    for kind, name, email in (
        ("muu viranomainen", "Maakuntaliitto", "liitto@example.org"),
        ("seurakunta", "Lieksan seurakunta", "seurakunta@example.org"),
        ("yritys- ja elinkeinoelämä", "Lieksan yrittäjät", "yritykset@example.org"),
        ("järjestö", "JANE", "jane@example.org"),
    ):
        page.get_by_role("link", name="Lisää osapuoli").click()
        page.get_by_label(kind, exact=True).check()
        page.get_by_label("Nimi", exact=True).fill(name)
        page.get_by_label("Sähköpostiosoite", exact=False).fill(email)
        walk.click(page, "Tallenna")
    page.get_by_role("link", name="Lähetä kutsut").click()
    walk.click(page, "Lähetä kutsut")
    expect(page.get_by_text("Kutsut on lähetetty ja kirjattu.")).to_be_visible()
    for link in page.get_by_role("link", name=re.compile("Kirjaa kutsu")).all():
        walk.facts.setdefault("uninvited", []).append(link.get_attribute("href"))
    for href in walk.facts.get("uninvited", []):
        page.goto(walk.portal.url + href)
        page.get_by_label("puhelin tai tapaaminen").check()
        page.get_by_label("Milloin kutsuttiin").fill(f"{format_date(add_days(day, -1))} klo 9.00")
        walk.click(page, "Tallenna")
    expect(page.get_by_text("kutsumatta")).to_have_count(0)
    walk.see(page, re.compile("Neuvottelu"), picture="invited")


def test_after_it_presence_minutes_and_goals_make_it_held(walk: Walk) -> None:
    walk.portal.clock("--forward", "3d")
    page = walk.sign_in(COORDINATOR)
    walk.go(page, "/hallinta/lakisaateiset-neuvottelut/", "Lakisääteiset neuvottelut")
    page.get_by_role("link", name=re.compile(walk.facts["group"])).first.click()
    page.get_by_role("link", name="Kirjaa läsnäolo").click()
    first = page.get_by_role("group").first
    first.get_by_label("oli paikalla", exact=True).check()
    page.get_by_label(re.compile("Ketkä: ")).first.fill("Kaisa Koordinaattori")
    walk.click(page, "Tallenna")
    page.get_by_role("link", name="Kirjoita muistio").click()
    page.get_by_label("Muistio").fill("Neuvoteltiin järjestöjen tiloista.")
    walk.click(page, "Tallenna")
    page.get_by_role("link", name="Lisää tavoite").click()
    page.get_by_label("Tavoite").fill("Yhteinen kalenteri")
    walk.click(page, "Tallenna")
    walk.click(page, "Merkitse neuvottelu käydyksi")
    expect(page.get_by_text("Neuvottelu on käyty ja kirjattu")).to_be_visible()
    walk.see(page, re.compile("Neuvottelu"), picture="recorded")
    walk.go(page, "/hallinta/vuosikello/", re.compile("Vuosikello"))
    row = page.get_by_role("row", name=re.compile(walk.facts["group"])).first
    expect(row.get_by_text("pidetty", exact=True).last).to_be_visible()
    assert page.evaluate(OVERFLOW) <= 0


EVENT = """
from datetime import timedelta
from accounts.models import User
from common import clock
from county.models import RegionalGroup
from forums.models import Event, EventSeries
group = RegionalGroup.objects.get(name_fi="%s")
now = clock.now()
start = now + timedelta(days=2)
event = Event.objects.create(name_fi=f"Neuvottelu, {group.name_fi}", regional_group=group, starts_at=start,
    series=EventSeries.objects.exclude(statute="").filter(per="regional_group").first(),
    ends_at=start + timedelta(hours=2), state="published", published_at=now, created_at=now, visibility="members",
    created_by=User.objects.get(email="koordinaattori@yhdyspinta.example"))
print("event", event.pk)
"""
