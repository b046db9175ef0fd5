"""The coordinator makes a call and publishes it."""

from datetime import datetime, timedelta

from playwright.sync_api import Page, expect

from common.times import format_date, format_instant, local_date
from tests.journeys.walk import Walk

APPROPRIATION = "4 000"
LARGEST = "3 000"
CRITERIA = (
    ("Vastaa asukkaiden tarpeisiin", 60, "Tarve on osoitettu ja toiminta vastaa siihen.", "Tarve jää epäselväksi."),
    ("Tavoittaa kohderyhmän", 40, "Kohderyhmä on mukana suunnittelussa.", "Kohderyhmää ei ole kuvattu."),
)


def fill(page: Page, answers: dict[str, str]) -> None:
    """Fill in the content's fields by their labels."""
    for label, value in answers.items():
        page.get_by_role("main").get_by_label(label).first.fill(value)


def make_call(walk: Walk, title: str, now: datetime) -> None:
    """Set up the call page by page; it opened yesterday and closes in ten days at four."""
    page = walk.sign_in("koordinaattori")
    closes = (now + timedelta(days=10)).replace(hour=16, minute=0)
    year = (now + timedelta(days=75)).year
    walk.facts |= {"title": title, "closes": closes, "year": year}
    walk.go(page, "/hallinta/", "")
    walk.go(page, "/hallinta/haut/", "Haut")
    walk.click(page, "Uusi haku", role="link")
    walk.see(page, "Uusi haku")
    page.get_by_label("Avustuslaji").select_option(label="Toiminta-avustus")
    fill(
        page,
        {
            "Haun nimi suomeksi": title,
            "Mihin avustusta voi hakea?": "Yhteisöjen avoimeen toimintaan.",
            "Avustusvuosi": str(year),
            "Haku alkaa": format_instant(now - timedelta(days=1)),
            "Haku päättyy": format_instant(closes),
            "Päätös viimeistään": format_date(local_date(now + timedelta(days=60))),
            "Käyttöselvitys viimeistään": f"31.3.{year + 1}",
            "Määräraha": APPROPRIATION,
            "Pienin haettava summa": "300",
            "Suurin haettava summa": LARGEST,
            "Vähimmäispisteet": "15",
        },
    )
    walk.click(page, "Luo luonnos")
    walk.see(page, title)
    _pages(walk, page, now)
    _publish(walk, page, title)


def _pages(walk: Walk, page: Page, now: datetime) -> None:
    walk.click(page, "Perustiedot", role="link")
    walk.see(page, "Perustiedot")
    fill(page, {"Puhelin": "013 123 4567"})
    walk.click(page, "Tallenna ja jatka")
    walk.see(page, "Raha ja ajat")
    fill(page, {"Päätöksen oikeusperuste": "Laki hyvinvointialueesta 611/2021, 7 §", "Kustannuspaikka": "4100"})
    walk.click(page, "Tallenna ja jatka")
    walk.see(page, "Hakuohje")
    fill(
        page,
        {
            "Ohjeen hyväksynyt toimielin": "Aluehallitus",
            "Hyväksytty": format_date(local_date(now - timedelta(days=30))),
            "Pykälä": "69",
            "Ohje suomeksi": "Avustus on tarkoitettu toimintaan.\n\nAvustusta ei anneta hankintoihin.",
        },
    )
    walk.click(page, "Tallenna ja jatka")
    walk.see(page, "Arviointiperusteet")
    for name, weight, best, least in CRITERIA:
        walk.click(page, "Lisää peruste", role="link")
        walk.see(page, "Uusi peruste")
        fill(page, {"Peruste suomeksi": name, "Pisteitä enintään": str(weight)})
        for number, (points, anchor) in enumerate(((weight, best), (0, least)), start=1):
            level = page.get_by_role("group", name=f"Taso {number}", exact=True)
            level.get_by_label("Pisteet", exact=True).fill(str(points))
            level.get_by_label("Mistä nämä pisteet saa?").fill(anchor)
        walk.click(page, "Tallenna", exact=True)
        walk.see(page, "Arviointiperusteet")
    expect(page.get_by_text("Yhteensä 100 / 100 pistettä.")).to_be_visible()
    walk.click(page, "Jatka liitteisiin", role="link")
    walk.see(page, "Liitteet")
    walk.click(page, "Lisää tavanomaiset liitteet")
    walk.see(page, "Liitteet")
    expect(page.get_by_role("main").get_by_role("row")).not_to_have_count(0)
    walk.click(page, "Jatka lomakkeeseen", role="link")
    walk.see(page, "Lomake")


def _publish(walk: Walk, page: Page, title: str) -> None:
    page.get_by_role("navigation", name="Murupolku").get_by_role("link", name=title).click()
    walk.see(page, title)
    walk.click(page, "Katso hakijan silmin", role="link")
    walk.see(page, title)
    page.go_back()
    walk.click(page, "Tarkista ja julkaise", role="link")
    walk.see(page, "Tarkista ja julkaise")
    walk.click(page, "Julkaise haku")
    walk.see(page, title)
    expect(page.get_by_text("Katso haun sivu")).to_be_visible()
    walk.facts["call"] = int(page.url.split("/haut/")[1].split("/")[0])
