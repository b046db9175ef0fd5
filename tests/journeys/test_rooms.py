"""A volunteer finds a barrier-free room and books a spring of it; the manager answers on a telephone.

The tests are the chapters of one story: each goes on where the one before ended.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from common.times import add_days, format_date, local_date
from tests.journeys.walk import OVERFLOW, Walk

pytestmark = pytest.mark.slow
OWN = "Lieksan Omaistuki ry"
MANAGER = "esittelija"
PHONE = {"width": 360, "height": 740}
# A house of its own, so that the story stands whatever the demonstration books: one room that confirms by itself and
# is taken once, another free then, a hall that its manager confirms.
HOUSE = """
from datetime import time, timedelta
from accounts.models import User
from common import clock
from common.times import local_date
from county.models import Municipality
from liaisons.models import Unit
from premises.models import Feature, OpeningHours, Room, RoomFeature, Site
from premises.rules import terms_of
from premises.spans import Span, wall
from premises.workflow import Details, book
manager = User.objects.get(email="esittelija@yhdyspinta.example")
now = clock.now()
mark = f"{now:%d%H%M%S}"
site = Site.objects.create(name_fi=f"Koetalo {mark}", municipality=Municipality.objects.get(code="422"),
    street_address="Koekatu 1", manager=manager)
for day in range(7):
    OpeningHours.objects.create(site=site, weekday=day, opens=time(8), closes=time(21))
group = Room.objects.create(site=site, name_fi="Ryhmähuone", capacity=14)
club = Room.objects.create(site=site, name_fi="Kerhotila", capacity=20)
hall = Room.objects.create(site=site, name_fi="Juhlasali", capacity=1900, approval="manager")
must = Feature.objects.create(key=f"laite-{mark}", name_fi=f"Kokeilulaite {mark}", group="access")
RoomFeature.objects.create(room=group, feature=must)
RoomFeature.objects.create(room=club, feature=must)
today = local_date(now)
tuesday = today + timedelta(days=(1 - today.weekday()) % 7 + 14)
taken = Span(wall(tuesday + timedelta(days=7), time(17)), wall(tuesday + timedelta(days=7), time(19)))
book(room=group, holder=Unit.objects.order_by("pk").first(), span=taken, details=Details("Koulutus", 5),
    terms=terms_of([group])[group.pk],
    by=manager, now=now)
print("house", mark, site.pk, hall.pk)
"""


def test_a_volunteer_books_a_spring_of_tuesdays(walk: Walk) -> None:
    told = walk.portal.manage("shell", "--no-imports", "-v", "0", "-c", HOUSE)
    found = re.search(r"house (\d+) (\d+) (\d+)", told)
    assert found, told
    walk.facts.update(site=found[2], hall=found[3])
    first = local_date(walk.portal.clock())
    page = walk.sign_in("jarjesto")
    walk.go(page, "/tilat/", "Vapaat tilat")
    page.get_by_label("Milloin").select_option(label="Tiistaisin")
    page.get_by_label("Päivä, josta alkaen").fill(format_date(add_days(first, 14)))
    page.get_by_label("Viimeinen päivä").fill(format_date(add_days(first, 48)))
    page.get_by_label("Henkilöitä").fill("12")
    page.get_by_text("Mitä tilassa pitää olla").click()
    page.get_by_label(f"Kokeilulaite {found[1]}").check()
    walk.click(page, "Etsi")
    walk.see(page, "Vapaat tilat", picture="found")
    expect(page.get_by_role("table").get_by_text("Ryhmähuone").first).to_be_visible()
    row = page.get_by_role("row", name=re.compile("Ryhmähuone"))
    row.get_by_role("link", name=re.compile("Varaa koko kausi")).click()
    walk.see(page, re.compile("Varaa Ryhmähuone"), picture="form")
    page.get_by_label("Mihin tilaa käytetään").fill("Omaishoitajien vertaisryhmä")
    page.get_by_label("Henkilöitä").fill("12")
    page.get_by_label("Yhteyshenkilön puhelin").fill("040 123 4567")
    walk.facts["terms"] = page.get_by_label("Olemme lukeneet käyttöehdot").count()
    if walk.facts["terms"]:
        page.get_by_label("Olemme lukeneet käyttöehdot").check()
    walk.click(page, "Varaa", exact=True)
    walk.see(page, "Tarkista päivät")
    clash = page.get_by_role("row", name=re.compile("varattu"))
    expect(clash.get_by_role("combobox")).to_have_value(re.compile("room-"))
    walk.click(page, "Vahvista varaus")
    expect(page.get_by_text(re.compile(r"Varasit \d kertaa"))).to_be_visible()
    walk.see(page, re.compile("klo 17–19"), picture="booked")
    expect(page.get_by_role("listitem").filter(has_text="Kerhotila").first).to_be_visible()


def test_a_request_is_confirmed_on_a_telephone(walk: Walk) -> None:
    page = walk.sign_in("jarjesto")
    day = format_date(add_days(local_date(walk.portal.clock()), 20))
    page.goto(f"/tilat/{walk.facts['hall']}/varaa/")
    walk.see(page, re.compile("Varaa Juhlasali"), picture="request")
    page.get_by_label("Päivä", exact=True).fill(day)
    page.get_by_label("Alkaa klo").fill("12")
    page.get_by_label("Loppuu klo").fill("15")
    page.get_by_label("Mihin tilaa käytetään").fill("Vuosijuhla")
    page.get_by_label("Henkilöitä").fill("150")
    page.get_by_label("Yhteyshenkilön puhelin").fill("040 123 4567")
    if walk.facts["terms"]:
        page.get_by_label("Olemme lukeneet käyttöehdot").check()
    walk.click(page, "Varaa", exact=True)
    expect(page.get_by_text("Varauspyyntö on lähetetty.")).to_be_visible()
    manager = walk.sign_in(MANAGER)
    manager.set_viewport_size(PHONE)  # type: ignore[arg-type]
    manager.goto("/hallinta/tilat/varaukset/")
    walk.see(manager, "Tilavarausten työpöytä", picture="desk_on_a_telephone")
    assert not manager.evaluate(OVERFLOW)
    manager.get_by_role("button", name=re.compile(r"^Vahvista\s*: Juhlasali")).first.click()
    expect(manager.get_by_text("Varaus on vahvistettu.")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Vahvistettu").first).to_be_visible()
    walk.wait_for_mail("jarjesto@yhdyspinta.example", "Varaus on vahvistettu: Juhlasali")


def test_the_manager_declines_on_a_telephone_with_a_reason(walk: Walk) -> None:
    page = walk.sign_in("jarjesto")
    day = format_date(add_days(local_date(walk.portal.clock()), 21))
    page.goto(f"/tilat/{walk.facts['hall']}/varaa/?paiva={day}&klo=12&loppuu=15")
    page.get_by_label("Mihin tilaa käytetään").fill("Myyjäiset")
    page.get_by_label("Henkilöitä").fill("90")
    page.get_by_label("Yhteyshenkilön puhelin").fill("040 123 4567")
    if walk.facts["terms"]:
        page.get_by_label("Olemme lukeneet käyttöehdot").check()
    walk.click(page, "Varaa", exact=True)
    expect(page.get_by_text("Varauspyyntö on lähetetty.")).to_be_visible()
    manager = walk.sign_in(MANAGER)
    manager.set_viewport_size(PHONE)  # type: ignore[arg-type]
    manager.goto("/hallinta/tilat/varaukset/")
    manager.get_by_role("link", name=re.compile(r"^Älä vahvista\s*: Juhlasali")).first.click()
    walk.see(manager, "Älä vahvista varausta", picture="decline_on_a_telephone")
    assert not manager.evaluate(OVERFLOW)
    manager.get_by_role("textbox").first.fill("Sali on silloin remontissa.")
    manager.get_by_role("button", name="Lähetä vastaus").click()
    expect(manager.get_by_text("Vastaus on lähetetty varaajalle.")).to_be_visible()
    for address in (f"/hallinta/tilat/toimipaikat/{walk.facts['site']}/paiva/", "/tilat/"):
        manager.goto(address)
        assert not manager.evaluate(OVERFLOW)
    walk.wait_for_mail("jarjesto@yhdyspinta.example", "Varausta ei vahvistettu: Juhlasali")


def _tab_to(page: Page, wanted: str, most: int = 150) -> None:
    """Press Tab until what has the focus is called so, by its label or its words; nothing else moves the focus."""
    told = """() => { const one = document.activeElement; if (!one) return "";
        const labels = one.labels ? [...one.labels].map((label) => label.innerText).join(" ") : "";
        return (labels || one.innerText || one.value || "").trim(); }"""
    for _press in range(most):
        page.keyboard.press("Tab")
        if re.search(wanted, page.evaluate(told)):
            return
    raise AssertionError(f"{wanted} is not reached with the keyboard")


def test_the_keyboard_alone_finds_and_books(walk: Walk) -> None:
    page = walk.sign_in("jarjesto")
    day = format_date(add_days(local_date(walk.portal.clock()), 25))
    walk.go(page, "/tilat/", "Vapaat tilat")
    for label, words in (("^Päivä, josta", day), ("^Kello", "9"), ("^Loppuu", "11")):
        _tab_to(page, label)
        page.keyboard.press("Control+a")
        page.keyboard.type(words)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    _tab_to(page, "^Varaa 9")
    page.keyboard.press("Enter")
    walk.see(page, re.compile("^Varaa|Kenelle"), picture="keyboard_form")
    for label, words in (
        ("^Mihin tilaa", "Hallituksen kokous"),
        ("^Henkilöitä", "5"),
        ("^Yhteyshenkilön puhelin", "040 123 4567"),
    ):
        _tab_to(page, label)
        page.keyboard.press("Control+a")
        page.keyboard.type(words)
    if page.get_by_label("Olemme lukeneet käyttöehdot").count():
        _tab_to(page, "^Olemme lukeneet")
        page.keyboard.press("Space")
    _tab_to(page, "^Varaa$")
    page.keyboard.press("Enter")
    walk.see(page, re.compile("klo 9–11"), picture="keyboard_booked")


def test_a_booking_is_cancelled_with_the_keyboard_alone(walk: Walk) -> None:
    page = walk.sign_in("jarjesto")
    page.get_by_role("link", name="Peru varaus").focus()
    page.keyboard.press("Enter")
    walk.see(page, "Perutaanko varaus?")
    page.get_by_role("button", name="Peru tämä päivä").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Varaus on peruttu.")).to_be_visible()
    assert walk.findings == []
