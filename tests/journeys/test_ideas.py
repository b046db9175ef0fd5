"""Ideas and their fate: given without an account, read, published, told of again, followed, joined and turned down.

The tests are the chapters of one story: each goes on where the one before ended.
"""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.steps_call import fill
from tests.journeys.test_memberships import link_in_mail
from tests.journeys.walk import OVERFLOW, PHONE, Walk

pytestmark = pytest.mark.slow
COORDINATOR = "koordinaattori"


@pytest.fixture(autouse=True)
def _chapters_in_order(request: pytest.FixtureRequest, walk: Walk) -> None:
    """Skip what follows a chapter that failed; the words of a story told again differ by the clock."""
    broken = walk.facts.get("broken")
    if broken:
        pytest.skip(f"the story ended in {broken}")
    if "mark" not in walk.facts:
        mark = f"{walk.portal.clock():%d%H%M}"
        walk.facts |= {"mark": mark, "giver": f"irja.{mark}@asukas.example", "follower": f"seppo.{mark}@asukas.example"}
        walk.facts |= {
            "idea": f"Yhteinen työkaluvaja {mark}",
            "same": f"Lainavasarat {mark}",
            "no": f"Oma linja {mark}",
        }
    walk.facts["broken"] = request.node.name


def confirm(walk: Walk, page: Page, address: str, subject: str, *, path: str, said: str) -> None:
    """Open the letter's link and press the one button of its page."""
    walk.wait_for_mail(address, subject)
    page.goto(link_in_mail(walk, address, subject, path))
    walk.see(page, re.compile("."), picture="confirm")
    walk.click(page, "Vahvista")
    expect(page.get_by_text(said)).to_be_visible()


def read_and_publish(walk: Walk, page: Page, title: str) -> None:
    """Open the idea that waits, read it and publish it."""
    walk.go(page, "/hallinta/ideat/", "Ideat")
    page.get_by_role("main").get_by_role("link", name=title, exact=True).first.click()
    walk.see(page, "Julkaise idea", picture="publish")
    walk.click(page, "Julkaise")
    walk.see(page, title)
    walk.facts[title] = page.url


def tell(walk: Walk, page: Page, title: str, state: str, words: str) -> None:
    """Tell on the idea's page where it is now."""
    page.goto(walk.facts[title])
    walk.click(page, "Kerro idean tila", role="link")
    walk.see(page, "Kerro idean tila", picture="tell")
    page.get_by_label(state, exact=True).check()
    fill(page, {"Mitä kerromme ideasta": words})
    walk.click(page, "Tallenna ja kerro")
    walk.see(page, title)
    expect(page.get_by_role("main")).to_contain_text(words)


def test_a_visitor_gives_an_idea_and_confirms_it(walk: Walk) -> None:
    page = walk.visitor(scripts=False)
    page.goto("/ideat/")
    walk.click(page, "Anna idea", role="link")
    walk.see(page, "Anna idea", picture="give")
    fill(page, {"Idea lyhyesti": walk.facts["idea"], "Mitä pitäisi tehdä ja miksi": "Kylä lainaa työkalut vajasta."})
    fill(page, {"Nimesi": "Irja Ideoija", "Sähköpostiosoitteesi": walk.facts["giver"]})
    walk.click(page, "Lähetä idea")
    walk.see(page, "Kiitos ideasta", picture="thanks")
    waits = "Ideasi odottaa nyt julkaisemista."
    confirm(walk, page, walk.facts["giver"], "Vahvista ideasi", path="/vahvista/idea/", said=waits)
    walk.go(page, f"/ideat/?sanat={walk.facts['mark']}", "Ideat")
    expect(page.get_by_role("main")).not_to_contain_text(walk.facts["idea"])
    walk.facts["broken"] = ""


def test_the_coordinator_reads_and_publishes_it(walk: Walk) -> None:
    page = walk.sign_in(COORDINATOR)
    read_and_publish(walk, page, walk.facts["idea"])
    walk.wait_for_mail(walk.facts["giver"], "Ideasi on julkaistu")
    reader = walk.visitor()
    walk.go(reader, f"/ideat/?sanat={walk.facts['mark']}", "Ideat")
    reader.get_by_role("main").get_by_role("link", name=walk.facts["idea"]).click()
    walk.see(reader, walk.facts["idea"], picture="published")
    expect(reader.get_by_role("main")).not_to_contain_text("Irja")
    walk.facts["broken"] = ""


def test_somebody_follows_it_without_an_account(walk: Walk) -> None:
    page = walk.visitor()
    page.goto(walk.facts[walk.facts["idea"]])
    walk.click(page, "Seuraa ja kannata", role="link")
    walk.see(page, "Seuraa ideaa", picture="follow")
    fill(page, {"Nimesi": "Seppo Seuraaja", "Sähköpostiosoitteesi": walk.facts["follower"]})
    walk.click(page, "Lähetä vahvistuslinkki")
    walk.see(page, "Melkein valmista")
    subject = "Vahvista, että seuraat ideaa"
    confirm(walk, page, walk.facts["follower"], subject, path="/vahvista/follow/", said="Seuraat nyt ideaa.")
    walk.facts["broken"] = ""


def test_its_state_is_told_again_until_it_is_in_use(walk: Walk) -> None:
    page = walk.sign_in(COORDINATOR)
    idea = walk.facts["idea"]
    tell(walk, page, idea, "Valmistelussa", "Etsimme vajalle paikkaa kylätalolta.")
    tell(walk, page, idea, "Käytössä", "Vaja avattiin kylätalon pihalla.")
    for state in ("Valmistelussa", "Käytössä"):
        for address in (walk.facts["giver"], walk.facts["follower"]):
            walk.wait_for_mail(address, f"Idea ”{idea}”: {state}")
    reader = walk.visitor()
    reader.goto(walk.facts[idea])
    walk.see(reader, idea, picture="in_use")
    steps = reader.get_by_role("main").locator(".timeline li")
    expect(steps).to_have_count(3)
    expect(reader.get_by_role("main")).to_contain_text("Etsimme vajalle paikkaa kylätalolta.")
    walk.facts["broken"] = ""


def test_a_duplicate_leads_to_the_other(walk: Walk) -> None:
    page = walk.sign_in(COORDINATOR)
    idea, same = walk.facts["idea"], walk.facts["same"]
    walk.go(page, "/hallinta/ideat/", "Ideat")
    walk.click(page, "Kirjaa idea puhelimesta", role="link")
    walk.see(page, "Kirjaa puhelimessa kerrottu idea")
    fill(page, {"Idea lyhyesti": same, "Mitä pitäisi tehdä ja miksi": "Vasaroita voisi lainata."})
    caller = f"veikko.{walk.facts['mark']}@asukas.example"
    fill(page, {"Kuka antoi idean": "Veikko Vasara", "Sähköposti": caller})
    walk.click(page, "Kirjaa idea")
    walk.see(page, "Ideat")
    read_and_publish(walk, page, same)
    walk.click(page, "Yhdistä toiseen ideaan", role="link")
    walk.see(page, "Yhdistä toiseen ideaan")
    page.get_by_label("Idea, johon tämä yhdistetään").select_option(label=idea)
    walk.click(page, "Yhdistä")
    expect(page.get_by_text("Ideat on yhdistetty.")).to_be_visible()
    walk.wait_for_mail(caller, f"Ideasi yhdistettiin ideaan ”{idea}”")
    reader = walk.visitor()
    reader.goto(walk.facts[same])
    walk.see(reader, idea, picture="merged")
    assert reader.url == walk.facts[idea]
    expect(reader.get_by_text(f"Idea ”{same}” on yhdistetty tähän ideaan.")).to_be_visible()
    walk.facts["broken"] = ""


def test_one_is_not_taken_up_and_everybody_reads_why(walk: Walk) -> None:
    idea = walk.facts["no"]
    person = walk.sign_in("jarjesto")
    walk.go(person, "/ideat/uusi/", "Anna idea")
    fill(person, {"Idea lyhyesti": idea, "Mitä pitäisi tehdä ja miksi": "Bussi kulkisi joka kylään."})
    walk.click(person, "Lähetä idea")
    walk.see(person, "Kiitos ideasta")
    page = walk.sign_in(COORDINATOR)
    read_and_publish(walk, page, idea)
    why = "Joukkoliikenteestä päättää kunta. Ehdotus on välitetty sinne."
    tell(walk, page, idea, "Ei toteuteta", why)
    walk.wait_for_mail("jarjesto@yhdyspinta.example", f"Idea ”{idea}”: Ei toteuteta")
    reader = walk.visitor()
    reader.set_viewport_size(PHONE)
    walk.go(reader, f"/ideat/?sanat={walk.facts['mark']}&tila=not_taken", "Ideat")
    expect(reader.get_by_role("main").get_by_role("link", name=walk.facts["idea"])).to_have_count(0)
    reader.get_by_role("main").get_by_role("link", name=idea).click()
    walk.see(reader, idea, picture="not_taken")
    expect(reader.get_by_role("main")).to_contain_text(why)
    assert reader.evaluate(OVERFLOW) == 0
    walk.facts["broken"] = ""


def test_nothing_was_found_on_the_way(walk: Walk) -> None:
    assert walk.findings == []
