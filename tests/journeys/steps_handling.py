"""From the closed call to the served decision: coordinator, assessors, presenter, secretary, members."""

import re
from datetime import datetime, timedelta

from playwright.sync_api import Locator, Page, expect

from common.times import format_date, format_instant
from tests.journeys.steps_call import CRITERIA, fill
from tests.journeys.walk import DOMAIN, Walk

ASSESSORS = ("arvioija", "arvioija2")
BODY = "Hyvinvoinnin ja terveyden edistämisen lautakunta"


def open_handling(walk: Walk) -> None:
    """The coordinator opens the handling and names both assessors."""
    page, title = walk.sign_in("koordinaattori"), walk.facts["title"]
    walk.go(page, "/hallinta/haut/", "Haut")
    page.get_by_role("main").get_by_role("link", name=title).click()
    walk.see(page, title)
    walk.click(page, "Aloita käsittely")
    walk.see(page, title)
    walk.click(page, "Arvioijat", role="link")
    walk.see(page, "Arvioijat")
    for name in ASSESSORS:
        fill(page, {"Arvioijan sähköpostiosoite": f"{name}@{DOMAIN}"})
        walk.click(page, "Nimeä arvioijaksi")
        walk.see(page, "Arvioijat")
        expect(page.get_by_role("table", name="Haun arvioijat").get_by_role("row")).not_to_have_count(1)


def declare_free(walk: Walk, page: Page, names: list[str]) -> None:
    """Say of these applicants that there is no conflict of interest."""
    panel = page.get_by_role("region", name="Kerro ensin, oletko esteellinen").last
    for name in names:
        panel.get_by_role("checkbox", name=name).check()
    panel.get_by_role("button", name="En ole esteellinen valituissa").click()


def assess(walk: Walk, name: str, organisations: list[str], share: float) -> None:
    """One assessor declares, scores every criterion of every case with a reason, and finishes."""
    page = walk.sign_in(name)
    walk.go(page, "/omat/", "")
    walk.go(page, "/hallinta/arvioinnit/", "Arvioinnit")
    declare_free(walk, page, organisations)
    walk.see(page, "Arvioinnit")
    for organisation in organisations:
        row = page.get_by_role("row").filter(has_text=walk.facts["title"]).filter(has_text=organisation)
        row.get_by_role("link").click()
        walk.see(page, organisation)
        for criterion, weight, *_texts in CRITERIA:
            part = page.get_by_role("region", name=criterion)
            part.get_by_label("Pisteet").fill(str(round(weight * share)))
            part.get_by_label("Perustelu").fill(f"{criterion}: toiminta on kuvattu selvästi.")
        walk.click(page, "Merkitse valmiiksi")
        expect(page.get_by_text(f"Arviointi on valmis: {organisation}")).to_be_visible()
        walk.go(page, "/hallinta/arvioinnit/", "Arvioinnit")


def propose(walk: Walk, first: str, second: str) -> None:
    """The ledger refuses what goes over the appropriation; then the sums fit."""
    page, call = walk.sign_in("koordinaattori"), walk.facts["call"]
    walk.go(page, f"/hallinta/haut/{call}/", walk.facts["title"])
    walk.go(page, f"/hallinta/haut/{call}/esitys/", walk.facts["title"])
    _propose(page, first, "2 500")
    expect(_row(page, first).get_by_role("status")).to_contain_text("Esitys tallennettu")
    expect(page.locator("#ledger")).to_contain_text("1 500 €")
    _propose(page, second, "2 000")
    expect(_row(page, second)).to_contain_text("Määräraha ei riitä. Tälle hakemukselle voi esittää enintään 1 500 €.")
    expect(_row(page, second).get_by_role("status")).to_have_count(0)
    walk.see(page, walk.facts["title"], picture="over-the-appropriation")
    _propose(page, second, "1 500")
    expect(_row(page, second).get_by_role("status")).to_contain_text("Esitys tallennettu")
    walk.see(page, walk.facts["title"], picture="proposed")


def _row(page: Page, name: str) -> Locator:
    return page.get_by_role("main").get_by_role("listitem").filter(has=page.get_by_role("heading", name=name))


def _propose(page: Page, name: str, total: str) -> None:
    row = _row(page, name)
    row.get_by_label("Esitettävä summa").fill(total)
    row.get_by_label("Perustelut").fill("Toiminta vastaa hakuohjetta ja tavoittaa kohderyhmän hyvin.")
    row.get_by_role("button", name="Tallenna esitys").click()


def plan_meeting(walk: Walk, now: datetime) -> datetime:
    """The secretary plans the meeting for two weeks from now."""
    page = walk.sign_in("sihteeri")
    starts = (now + timedelta(days=14)).replace(hour=13, minute=0)
    walk.go(page, "/omat/", "")
    walk.go(page, "/kokoukset/", "Kokoukset")
    walk.go(page, "/hallinta/toimielimet/", "Toimielimet")
    page.get_by_role("main").get_by_role("link", name=BODY).click()
    walk.see(page, BODY)
    walk.click(page, "Suunnittele kokous", role="link")
    walk.see(page, "Suunnittele kokous")
    fill(page, {"Alkaa": format_instant(starts), "Paikka": "Keskussairaala, kokoushuone 2"})
    walk.click(page, "Suunnittele kokous")
    walk.see(page, BODY)
    expect(page.get_by_text("Keskussairaala, kokoushuone 2").first).to_be_visible()
    walk.facts["meeting"] = starts
    return starts


def present(walk: Walk) -> None:
    """The presenter brings the proposals to the meeting."""
    page, call = walk.sign_in("esittelija"), walk.facts["call"]
    walk.go(page, "/omat/", "")
    walk.go(page, f"/hallinta/haut/{call}/esitys/", walk.facts["title"])
    walk.click(page, "Vie kokoukseen", role="link")
    walk.see(page, "Vie kokoukseen")
    page.get_by_label(format_instant(walk.facts["meeting"])).check()
    walk.click(page, "Vie kokoukseen")
    walk.see(page, walk.facts["title"])


def withdraw_from(walk: Walk, conflicted: str, other: str) -> None:
    """A member declares a conflict and from then on sees name and sum only; the page itself is 404."""
    page, call = walk.sign_in("jasen"), walk.facts["call"]
    walk.go(page, "/omat/", "")
    walk.go(page, f"/kokoukset/haku/{call}/", walk.facts["title"])
    page.get_by_role("link", name=re.compile(rf"Olen esteellinen\s*: {re.escape(conflicted)}")).click()
    walk.see(page, "Oletko esteellinen?")
    case = int(page.url.split("/hakemukset/")[1].split("/")[0])
    page.get_by_label("Olen esteellinen ja vetäydyn asian käsittelystä").check()
    fill(page, {"Mistä esteellisyys johtuu?": "Olen järjestön jäsen."})
    walk.click(page, "Tallenna ilmoitus")
    walk.see(page, walk.facts["title"])
    row = page.get_by_role("table", name="Esitykset").get_by_role("row").filter(has_text=conflicted)
    expect(row.get_by_role("link")).to_have_count(0)
    cells = [cell.strip().replace("\N{NO-BREAK SPACE}", " ") for cell in row.get_by_role("cell").all_inner_texts()]
    assert cells[:3] == ["2 000 €", "–", "–"], cells
    for path in (f"/kokoukset/hakemus/{case}/", f"/hallinta/hakemukset/{case}/liitteet/"):
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 404
    walk.see(page, "Sivua ei löytynyt")
    read_as_member(walk, "jasen", [other], other)


def read_as_member(walk: Walk, name: str, free: list[str], read: str) -> None:
    """A member says there is no conflict and reads one case."""
    page, call = walk.sign_in(name), walk.facts["call"]
    walk.go(page, f"/kokoukset/haku/{call}/", walk.facts["title"])
    declare_free(walk, page, free)
    walk.see(page, walk.facts["title"])
    page.get_by_role("table", name="Esitykset").get_by_role("link", name=read).click()
    walk.see(page, read)
    expect(page.get_by_role("main")).to_contain_text("tavoittaa kohderyhmän hyvin")


def record(walk: Walk, section: int) -> None:
    """The secretary marks the meeting held and records what the minutes say."""
    page, call, starts = walk.sign_in("sihteeri"), walk.facts["call"], walk.facts["meeting"]
    walk.go(page, "/kokoukset/", "Kokoukset")
    page.get_by_role("main").get_by_role("link", name=format_instant(starts)).first.click()
    walk.see(page, BODY)
    walk.click(page, "Merkitse pidetyksi")
    walk.see(page, BODY)
    walk.go(page, f"/hallinta/haut/{call}/paatokset/", walk.facts["title"])
    walk.click(page, "Kirjaa päätökset", role="link")
    walk.see(page, "Kirjaa päätökset")
    fill(page, {"Pykälä": str(section), "Päätöspäivä": format_date(starts)})
    walk.click(page, "Kirjaa päätökset")
    walk.see(page, walk.facts["title"])


def issue(walk: Walk, count: int) -> None:
    """The coordinator serves the decisions; the worker makes the letters."""
    page, call = walk.sign_in("koordinaattori"), walk.facts["call"]
    walk.go(page, f"/hallinta/haut/{call}/paatokset/", walk.facts["title"])
    walk.click(page, "Anna tiedoksi", role="link")
    walk.see(page, "Anna päätökset tiedoksi")
    walk.click(page, "Anna tiedoksi")
    walk.see(page, walk.facts["title"])
    letters = page.get_by_role("table", name="Haun päätökset").get_by_role("link", name="Lataa päätös")
    reload_until(page, letters, count)
    walk.see(page, walk.facts["title"], picture="served")


def reload_until(page: Page, wanted: Locator, count: int, seconds: float = 90) -> None:
    """Load the page anew until so many are there: a worker does it meanwhile."""
    from tests.operations.running import wait_for

    def there() -> bool:
        page.reload()
        return wanted.count() == count

    wait_for(there, seconds, f"{count} × {wanted} on {page.url}")
