"""The chair claims, invites, hands over: who acts for an organisation, in a browser against the running processes.

The tests are the chapters of one story: each goes on where the one before ended.
"""

import re
import urllib.parse
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from accounts.demonstration import DEMO_PASSWORD
from common.times import format_date
from tests.journeys.steps_call import fill
from tests.journeys.walk import Walk

pytestmark = pytest.mark.slow
CHAIR, SECRETARY = "aino.puheenjohtaja@yhdyspinta.example", "sanna.sihteeri@yhdyspinta.example"
# Two people with accounts, and an organisation that nobody acts for and whose signatory the chair is.
GROUND = """
from allauth.account.models import EmailAddress
from accounts.models import User
from organisations.models import Organisation
for email, name in (("{chair}", "Aino Maria Esimerkki"), ("{secretary}", "Sanna Sihteeri")):
    person = User.objects.filter(email=email).first() or User.objects.create_user(email, "{password}", full_name=name)
    EmailAddress.objects.update_or_create(user=person, email=email, verified=True, primary=True)
    person.memberships.all().delete()
free = Organisation.objects.active().filter(memberships=None, claims=None, signatories__name="Esimerkki Aino")
row = free.in_finnish_order()[0]
print("organisation", row.pk, row.name, sep="|")
"""


@pytest.fixture(autouse=True)
def _chapters_in_order(request: pytest.FixtureRequest, walk: Walk) -> None:
    """Skip what follows a chapter that failed: its ground is missing."""
    broken = walk.facts.get("broken")
    if broken:
        pytest.skip(f"the story ended in {broken}")
    walk.facts["broken"] = request.node.name


def link_in_mail(walk: Walk, to: str, subject: str, path: str) -> str:
    """Return the path of a link in the newest message of that subject to the address."""
    page = walk.visitor()
    page.goto(f"/postilaatikko/?{urllib.parse.urlencode({'q': to})}")
    page.get_by_role("link", name=subject).first.click()
    found = re.search(rf"{re.escape(path)}[\w:-]+/", page.get_by_role("main").inner_text())
    page.context.close()
    assert found
    return found[0]


def people_page(walk: Walk, page: Page) -> None:
    """Go from "Omat asiat" over the organisation to its people, by links."""
    walk.go(page, "/omat/", "Mitä seuraavaksi?")
    page.get_by_role("main").get_by_role("link", name=walk.facts["name"], exact=True).first.click()
    walk.see(page, walk.facts["name"])
    walk.click(page, "Ihmiset ja roolit", role="link")
    walk.see(page, "Ihmiset ja roolit")


def test_the_chair_claims(walk: Walk) -> None:
    ground = GROUND.format(chair=CHAIR, secretary=SECRETARY, password=DEMO_PASSWORD)
    printed = walk.portal.manage("shell", "-v", "0", "-c", ground)
    line = next(line for line in printed.splitlines() if line.startswith("organisation|"))
    _word, walk.facts["pk"], walk.facts["name"] = line.split("|")
    page = walk.sign_in(CHAIR)
    walk.go(page, f"/jarjestot/?{urllib.parse.urlencode({'q': walk.facts['name']})}", "Järjestöt")
    page.get_by_role("main").get_by_role("link", name=walk.facts["name"], exact=True).first.click()
    walk.see(page, walk.facts["name"])
    walk.click(page, "Edustan tätä järjestöä", role="link")
    walk.see(page, "Edustan tätä järjestöä")
    walk.click(page, "Lähetä pyyntö")
    walk.see(page, "Edustan tätä järjestöä")  # what is missing is told
    expect(page.get_by_role("alert").first).to_contain_text("Korjaa 2 kohtaa")
    fill(page, {"Asemasi järjestössä": "puheenjohtaja", "Mistä asemasi näkyy?": "Olen nimenkirjoittaja rekisterissä."})
    walk.click(page, "Lähetä pyyntö")
    walk.see(page, "Edustuspyyntö")
    walk.facts["broken"] = ""


def test_the_coordinator_sees_the_name_among_the_signatories_and_approves(walk: Walk) -> None:
    page = walk.sign_in("koordinaattori")
    walk.go(page, "/hallinta/", "Työpöytä")
    page.get_by_role("link", name=re.compile(f"Avaa pyyntö.*{walk.facts['name']}")).click()
    walk.see(page, "Edustuspyyntö", picture="claim")
    expect(page.get_by_role("main")).to_contain_text("Pyytäjän nimi on nimenkirjoittajissa")
    walk.click(page, "Hyväksy pyyntö")
    walk.see(page, "Edustuspyyntö")
    walk.wait_for_mail(CHAIR, f"Voit nyt toimia järjestön puolesta: {walk.facts['name']}")
    walk.facts["broken"] = ""


def test_the_chair_invites_the_secretary_for_a_term(walk: Walk) -> None:
    page, now = walk.sign_in(CHAIR), walk.portal.clock()
    people_page(walk, page)
    walk.click(page, "Kutsu henkilö", role="link")
    walk.see(page, "Kutsu henkilö")
    until = format_date((now + timedelta(days=365)).date())
    fill(page, {"Sähköpostiosoite": SECRETARY, "Rooli päättyy": until})
    walk.click(page, "Lähetä kutsu")
    walk.see(page, "Ihmiset ja roolit")
    subject = f"Kutsu toimia järjestön puolesta: {walk.facts['name']}"
    walk.wait_for_mail(SECRETARY, subject)
    secretary = walk.sign_in(SECRETARY)
    walk.go(secretary, link_in_mail(walk, SECRETARY, subject, "/kutsut/"), "Kutsu toimia järjestön puolesta")
    expect(secretary.get_by_role("main")).to_contain_text(f"Rooli on voimassa {until} asti.")
    walk.click(secretary, "Hyväksy kutsu")
    walk.see(secretary, walk.facts["name"])
    walk.facts["broken"] = ""


def test_the_chair_cannot_simply_leave(walk: Walk) -> None:
    page = walk.sign_in(CHAIR)
    people_page(walk, page)
    walk.click(page, "Luovu roolista", role="link")
    walk.see(page, "Päätä oikeus")
    walk.click(page, "Luovu roolista")
    walk.see(page, "Ihmiset ja roolit")
    expect(page.get_by_role("alert").first).to_contain_text("Järjestöllä on oltava pääkäyttäjä.")
    walk.facts["broken"] = ""


def test_the_chair_hands_over_and_the_secretary_accepts(walk: Walk) -> None:
    page, now = walk.sign_in(CHAIR), walk.portal.clock()
    walk.facts["on"] = format_date((now + timedelta(days=10)).date())
    people_page(walk, page)
    walk.click(page, "Luovuta pääkäyttäjyys", role="link")
    walk.see(page, "Luovuta pääkäyttäjyys")
    page.get_by_label("Sanna Sihteeri").check()
    fill(page, {"Mistä päivästä alkaen?": walk.facts["on"]})
    walk.click(page, "Aloita luovutus")
    walk.see(page, "Ihmiset ja roolit", picture="pending")
    expect(page.get_by_role("region", name="Pääkäyttäjyyden luovutus")).to_contain_text("Hyväksyntää odotetaan")
    walk.wait_for_mail(SECRETARY, f"Ota pääkäyttäjyys vastaan: {walk.facts['name']}")
    secretary = walk.sign_in(SECRETARY)
    walk.go(secretary, "/omat/", "Mitä seuraavaksi?")
    name = re.compile(f"Katso pyyntö.*{walk.facts['name']}")
    secretary.get_by_role("link", name=name).click()
    walk.see(secretary, "Pääkäyttäjyyden luovutus")
    walk.click(secretary, "Otan vastaan")
    walk.see(secretary, "Ihmiset ja roolit")
    walk.wait_for_mail(CHAIR, f"Pääkäyttäjyytesi siirtyy: {walk.facts['name']}")
    walk.facts["broken"] = ""


def test_on_its_day_the_secretary_is_admin_and_the_chair_reads(walk: Walk) -> None:
    chair, secretary = walk.sign_in(CHAIR), walk.sign_in(SECRETARY)
    people_page(walk, secretary)
    expect(secretary.get_by_role("link", name="Kutsu henkilö")).to_have_count(0)
    walk.portal.clock("--forward", "10d")
    people_page(walk, secretary)
    expect(secretary.get_by_role("link", name="Kutsu henkilö")).to_be_visible()
    people_page(walk, chair)
    expect(chair.get_by_role("link", name="Kutsu henkilö")).to_have_count(0)
    expect(chair.get_by_role("row", name="Aino Maria Esimerkki")).to_contain_text("Lukija")
    walk.facts["broken"] = ""


def test_the_county_reads_the_whole_story_on_its_page(walk: Walk) -> None:
    page = walk.sign_in("koordinaattori")
    walk.go(page, f"/jarjestot/{walk.facts['pk']}/", walk.facts["name"])
    walk.click(page, "Koko suhde järjestöön", role="link")
    walk.see(page, walk.facts["name"], picture="county")
    main = page.get_by_role("main")
    for text in (
        "Uusi edustaja järjestölle: pääkäyttäjä",
        "Pääkäyttäjyys siirtyi, alkaen",
        "Sanna Sihteeri, pääkäyttäjä",
    ):
        expect(main).to_contain_text(text)
    walk.facts["broken"] = ""


def test_nothing_was_wrong_on_any_page_of_the_way(walk: Walk) -> None:
    walk.facts["broken"] = ""
    assert not walk.findings, "\n".join(walk.findings)
