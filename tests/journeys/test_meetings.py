"""A secretary runs a meeting from notice to approved minutes, in a browser against the running processes.

The tests are the chapters of one story: each goes on where the one before ended.
"""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from accounts.demonstration import DEMO_PASSWORD
from common.times import format_date
from tests.journeys.steps_call import fill
from tests.journeys.walk import DOMAIN, Walk

pytestmark = pytest.mark.slow
JANE = "Pohjois-Karjalan järjestöasiain neuvottelukunta JANE"
# The chair and the inspectors get a way to sign in.
GROUND = """
from accounts.demonstration import make_account
from liaisons.models import Seat
for seat in Seat.objects.filter(body__kind="ngo_council", role="member").order_by("pk")[:3]:
    seat.user.set_password("{password}")
    seat.user.is_demonstration = True
    seat.user.save()
    make_account(seat.user.email, seat.user.full_name)
    print("person", seat.user.email, seat.user.full_name, sep="|")
"""


@pytest.fixture(autouse=True)
def _chapters_in_order(request: pytest.FixtureRequest, walk: Walk) -> None:
    """Skip what follows a chapter that failed: its ground is missing."""
    broken = walk.facts.get("broken")
    if broken:
        pytest.skip(f"the story ended in {broken}")
    walk.facts["broken"] = request.node.name


def the_meeting(walk: Walk, page: Page, *, tab: str = "") -> None:
    """Go to the meeting by links, and to its tab."""
    walk.go(page, "/hallinta/", "Työpöytä")
    walk.click(page, "Kokoukset", role="link")
    walk.see(page, "Kokoukset")
    page.get_by_role("row").filter(has_text=JANE).get_by_role("link", name=walk.facts["day"]).first.click()
    walk.see(page, walk.facts["day"])
    if tab:
        walk.click(page, tab, role="link", exact=True)
        walk.see(page, walk.facts["day"])


def test_the_secretary_plans_a_meeting_with_a_matter(walk: Walk) -> None:
    printed = walk.portal.manage("shell", "-v", "0", "-c", GROUND.format(password=DEMO_PASSWORD))
    walk.facts["people"] = [line.split("|")[1:] for line in printed.splitlines() if line.startswith("person|")]
    assert len(walk.facts["people"]) == 3
    page, now = walk.sign_in("jane"), walk.portal.clock()
    walk.facts["day"] = format_date((now + timedelta(days=3)).date())
    walk.go(page, "/hallinta/", "Työpöytä")
    walk.click(page, "Toimielimet", role="link")
    walk.see(page, "Toimielimet")
    walk.click(page, JANE, role="link")
    walk.see(page, JANE)
    walk.click(page, "Suunnittele kokous", role="link")
    walk.see(page, "Suunnittele kokous")
    walk.click(page, "Suunnittele kokous")
    expect(page.get_by_role("alert").first).to_contain_text("Korjaa")
    fill(page, {"Alkaa": f"{walk.facts['day']} klo 9.00", "Paikka": "Järjestötalo"})
    walk.click(page, "Suunnittele kokous")
    walk.see(page, walk.facts["day"])
    walk.click(page, "Lisää muu asia esityslistalle", role="link")
    walk.see(page, "asia")
    fill(page, {"Asia": "Lausunto hyvinvointialueelle", "Ehdotus": "Annetaan lausunto."})
    page.get_by_role("main").locator("form button[type=submit]").first.click()
    the_meeting(walk, page)
    expect(page.get_by_role("main")).to_contain_text("Lausunto hyvinvointialueelle")
    walk.facts["broken"] = ""


def test_the_notice_goes_out_and_a_member_answers(walk: Walk) -> None:
    page, (email, name) = walk.sign_in("jane"), walk.facts["people"][1]
    walk.click(page, "Lähetä kokouskutsu", role="link")
    walk.see(page, "kutsu", picture="notice")
    walk.click(page, "Lähetä kutsu")
    walk.see(page, walk.facts["day"])
    walk.wait_for_mail(email, f"Kokouskutsu: {JANE} {walk.facts['day']}")
    member = walk.sign_in(email)
    the_meeting(walk, member)
    member.get_by_role("main").get_by_label("Tulen").check()
    walk.click(member, "Lähetä vastaus")
    walk.see(member, walk.facts["day"])
    the_meeting(walk, page, tab="Läsnäolo")
    expect(page.get_by_role("row").filter(has_text=name)).to_contain_text("tulee")
    walk.facts["broken"] = ""


def test_the_meeting_is_held_and_the_minutes_written(walk: Walk) -> None:
    walk.portal.clock("--forward", "4d")
    page = walk.sign_in("jane")
    the_meeting(walk, page, tab="Läsnäolo")
    for _email, name in walk.facts["people"]:
        page.get_by_label(f"Läsnäolo: {name}").select_option("present")
    page.get_by_label("Puhetta johti").select_option(label=walk.facts["people"][0][1])
    fill(page, {"Avattiin klo": "9.00", "Päätettiin klo": "10.30"})
    walk.click(page, "Tallenna ja merkitse pidetyksi")
    walk.see(page, walk.facts["day"])
    the_meeting(walk, page, tab="Pöytäkirja")
    page.get_by_role("main").get_by_role("radio", name="pöytäkirja", exact=False).first.check()
    walk.click(page, "Aloita", exact=True)
    page.wait_for_load_state()
    if page.get_by_role("main").get_by_role("link", name="Kirjoita", exact=True).count():
        walk.click(page, "Kirjoita", role="link", exact=True)
    fill(page, {"Kokouksen avaus": "Puheenjohtaja avasi kokouksen."})
    walk.click(page, "Tallenna", exact=True)
    page.wait_for_load_state()
    the_meeting(walk, page, tab="Pöytäkirja")
    walk.click(page, "Lähetä tarkastettavaksi", role="link")
    walk.see(page, "Lähetä tarkastettavaksi")
    for _email, name in walk.facts["people"][1:]:
        page.get_by_label(name).check()
    walk.click(page, "Lähetä", exact=True)
    walk.see(page, walk.facts["day"])
    walk.facts["broken"] = ""


def test_the_chair_and_two_inspectors_approve_and_everybody_reads(walk: Walk) -> None:
    for email, _name in walk.facts["people"]:
        walk.wait_for_mail(email, f"Tarkasta ja hyväksy: {JANE} {walk.facts['day']}")
        checker = walk.sign_in(email)
        the_meeting(walk, checker, tab="Pöytäkirja")
        walk.click(checker, "Hyväksy", exact=True)
        walk.see(checker, walk.facts["day"])
    page = walk.sign_in("jane")
    the_meeting(walk, page, tab="Pöytäkirja")
    expect(page.get_by_role("main")).to_contain_text("Tarkastettu")
    walk.click(page, "Julkaise", exact=True)
    walk.see(page, walk.facts["day"], picture="published")
    visitor = walk.visitor()
    walk.go(visitor, "/toimielimet/", "Toimielimet")
    walk.click(visitor, JANE, role="link")
    walk.see(visitor, JANE)
    walk.click(visitor, f"Pöytäkirja {walk.facts['day']}", role="link")
    walk.see(visitor, re.compile("Pöytäkirja"))
    expect(visitor.get_by_role("main")).to_contain_text("Annetaan lausunto.")
    walk.facts["broken"] = ""


def test_nothing_was_wrong_on_the_way(walk: Walk) -> None:
    walk.facts["broken"] = ""
    assert walk.findings == []
    assert walk.mails(f"jane@{DOMAIN}", "Hyväksytty") >= 1
