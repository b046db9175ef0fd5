"""JANE nominates to a partnership group: call, proposal, the candidate's own yes, choice, seat."""

import re
import urllib.parse
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from common.times import format_date
from tests.journeys.steps_call import fill
from tests.journeys.walk import Walk

pytestmark = pytest.mark.slow
JANE = "Pohjois-Karjalan järjestöasiain neuvottelukunta JANE"
TITLE = "Edustaja kumppanuusryhmään, kokeilu"
CANDIDATE = "elina.edustaja@yhdyspinta.example"
# The group in whose region the treasurer's organisation works.
GROUND = """
from accounts.models import User
from liaisons.models import Body
person = User.objects.get(email="jarjesto@yhdyspinta.example")
ngo = person.memberships.order_by("pk").first().organisation
group = Body.objects.filter(kind="partnership_group", regional_group__municipalities=ngo.domicile).first()
print("ground", ngo.pk, ngo.name, group.pk, group.name_fi, sep="|")
"""


@pytest.fixture(autouse=True)
def _chapters_in_order(request: pytest.FixtureRequest, walk: Walk) -> None:
    """Skip what follows a chapter that failed: its ground is missing."""
    broken = walk.facts.get("broken")
    if broken:
        pytest.skip(f"the story ended in {broken}")
    walk.facts["broken"] = request.node.name


def test_jane_calls_for_candidates(walk: Walk) -> None:
    printed = walk.portal.manage("shell", "-v", "0", "-c", GROUND)
    line = next(line for line in printed.splitlines() if line.startswith("ground|"))
    _word, walk.facts["ngo"], walk.facts["name"], _pk, walk.facts["group"] = line.split("|")
    page, now = walk.sign_in("jane"), walk.portal.clock()
    walk.go(page, "/hallinta/", "Työpöytä")
    walk.click(page, "Toimielimet", role="link")
    walk.click(page, JANE, role="link")
    walk.see(page, JANE)
    walk.click(page, "Hae ehdokkaita", role="link")
    page.get_by_label("Mihin toimielimeen").select_option(label=walk.facts["group"])
    page.get_by_label("Valinta täyttää paikat").check()
    page.get_by_label("alueen järjestöt").check()
    fill(
        page,
        {
            "Otsikko": TITLE,
            "Varsinaisia jäseniä": "1",
            "Varajäseniä": "0",
            "Toimikausi alkaa": format_date((now + timedelta(days=30)).date()),
            "Mitä ehdokkaalta toivotaan": "Kokemusta järjestötyöstä.",
            "Ehdotukset viimeistään": f"{format_date((now + timedelta(days=2)).date())} klo 16.00",
        },
    )
    page.get_by_role("main").locator("form button[type=submit]").first.click()
    walk.see(page, TITLE, picture="draft")
    walk.click(page, "Julkaise haku")
    walk.see(page, TITLE)
    walk.wait_for_mail("jarjesto@yhdyspinta.example", f"Ehdota edustajaa: {TITLE}")
    walk.facts["broken"] = ""


def test_an_ngo_proposes_and_the_candidate_consents(walk: Walk) -> None:
    page = walk.sign_in("jarjesto")
    walk.go(page, f"/omat/{walk.facts['ngo']}/ehdokkaat/", "Edustajat toimielimissä")
    walk.click(page, TITLE, role="link")
    walk.see(page, TITLE)
    walk.click(page, "Lähetä ehdotus")
    expect(page.get_by_role("alert").first).to_contain_text("Korjaa")
    fill(
        page,
        {
            "Ehdokkaan nimi": "Elina Ehdokas",
            "Ehdokkaan sähköposti": CANDIDATE,
            "Miksi juuri hän?": "Tuntee alueen järjestöt.",
        },
    )
    walk.click(page, "Lähetä ehdotus")
    expect(page.get_by_role("main")).to_contain_text("Ehdotus on tallessa")
    subject = f"Suostutko ehdokkaaksi? {TITLE}"
    walk.wait_for_mail(CANDIDATE, subject)
    mail = walk.visitor()
    mail.goto(f"/postilaatikko/?{urllib.parse.urlencode({'q': CANDIDATE})}")
    mail.get_by_role("link", name=subject).first.click()
    found = re.search(r"/ehdokkuus/[\w-]+/", mail.get_by_role("main").inner_text())
    assert found
    walk.go(mail, found[0], "")
    walk.click(mail, "Suostun ehdokkaaksi")
    walk.see(mail, "", picture="consented")
    walk.wait_for_mail("jarjesto@yhdyspinta.example", f"Elina Ehdokas suostui ehdokkaaksi: {TITLE}")
    walk.facts["broken"] = ""


def test_jane_chooses_with_reasons_and_the_seat_is_filled(walk: Walk) -> None:
    walk.portal.clock("--forward", "3d")
    page = walk.sign_in("jane")
    walk.go(page, "/hallinta/ehdokashaut/", "Ehdokashaut")
    walk.click(page, TITLE, role="link")
    walk.see(page, TITLE)
    walk.click(page, "Kirjaa valinta", role="link")
    walk.see(page, "Kirjaa valinta")
    page.get_by_label(re.compile("Elina Ehdokas")).first.select_option("member")
    fill(page, {"Perustelut": "Laaja kokemus alueen järjestöistä."})
    walk.click(page, "Kirjaa valinta ja ilmoita kaikille")
    walk.see(page, TITLE)
    walk.wait_for_mail(CANDIDATE, f"Elina Ehdokas valittiin: {TITLE}")
    walk.click(page, "Kirjaa nimeäminen", role="link")
    day = format_date(walk.portal.clock().date())
    fill(page, {"Kuka nimesi": JANE, "Nimetty": day})
    page.get_by_role("main").locator("form button[type=submit]").first.click()
    walk.see(page, TITLE)
    expect(page.get_by_role("main")).to_contain_text("Paikat täytetty")
    walk.wait_for_mail(CANDIDATE, f"Sinulle on annettu tehtävä: {walk.facts['group']}")
    walk.facts["broken"] = ""


def test_nothing_was_wrong_on_the_way(walk: Walk) -> None:
    walk.facts["broken"] = ""
    assert walk.findings == []
