"""From the final decision to the yearly report: payment, checking of the use report, the report and its readers."""

from playwright.sync_api import Page, expect

from common.times import format_date
from tests.journeys.steps_applicant import pdf_of
from tests.journeys.steps_call import fill
from tests.journeys.walk import Walk


def pay(walk: Walk, number: str) -> None:
    """The coordinator plans the instalment, the clerk releases it and confirms the payment."""
    page = walk.sign_in("koordinaattori")
    walk.go(page, "/hallinta/maksatukset/", "Maksatukset")
    row = page.get_by_role("row").filter(has_text=number)
    row.get_by_role("link").click()
    walk.see(page, "Valmistele maksuerä")
    walk.click(page, "Valmistele maksuerä")
    walk.see(page, "")
    clerk = walk.sign_in("maksut")
    walk.go(clerk, "/omat/", "")
    walk.go(clerk, f"/hallinta/maksatukset/?q={number}", "Maksatukset")
    clerk.get_by_role("row").filter(has_text=number).get_by_role("link").click()
    walk.see(clerk, "")
    walk.click(clerk, "Hyväksy maksuun")
    walk.see(clerk, "")
    fill(clerk, {"Maksupäivä": format_date(walk.portal.clock())})
    walk.click(clerk, "Merkitse maksetuksi")
    walk.see(clerk, "")
    expect(clerk.get_by_role("main")).to_contain_text("Maksettu")


def check_use(walk: Walk, number: str) -> None:
    """The coordinator checks the content, the clerk the money."""
    page = walk.sign_in("koordinaattori")
    walk.go(page, f"/hallinta/selvitykset/?q={number}", "Käyttöselvitykset")
    page.get_by_role("table").get_by_role("link").first.click()
    walk.see(page, "")
    tick_all(page)
    walk.click(page, "Sisältö on kunnossa")
    walk.see(page, "")
    clerk = walk.sign_in("maksut")
    walk.go(clerk, f"/hallinta/selvitykset/?q={number}", "Käyttöselvitykset")
    clerk.get_by_role("table").get_by_role("link").first.click()
    walk.see(clerk, "")
    tick_all(clerk)
    walk.click(clerk, "Hyväksy selvitys")
    walk.see(clerk, "")
    expect(clerk.get_by_role("main")).to_contain_text("Hyväksytty")


def tick_all(page: Page) -> None:
    """Find every item of the check list in order."""
    for item in page.get_by_label("Kunnossa", exact=True).all():
        item.check()


def yearly_report(walk: Walk, year: int) -> None:
    """The coordinator orders the report, sees it grow, writes the texts and freezes it."""
    page = walk.sign_in("koordinaattori")
    walk.go(page, "/hallinta/raportit/", "Vuosiraportit")
    page.get_by_label("Minkä vuoden raportti?").select_option(str(year))
    walk.click(page, "Kokoa raportti")
    expect(page.get_by_role("heading", level=1)).to_contain_text(f"Vuosiraportti {year}")
    # The page asks for the progress itself and is loaded anew when the figures are there.
    page.get_by_label("Kolme havaintoa").wait_for(timeout=120_000)
    walk.see(page, f"Vuosiraportti {year}")
    fill(
        page,
        {
            "Kolme havaintoa": "Avustus tavoitti pienet yhdistykset.\nVapaaehtoisia oli enemmän.",
            "Kolme ehdotusta": "Haku avataan aiemmin.\nOhjetta lyhennetään.\nPerusteet säilyvät.",
        },
    )
    note = page.get_by_label("Mikä muuttui edellisestä versiosta?")
    if note.count():
        note.fill("Luvut on koottu uudelleen.")
    walk.click(page, "Tallenna tekstit")
    walk.see(page, f"Vuosiraportti {year}")
    expect(page.get_by_text("Haku avataan aiemmin.").first).to_be_visible()
    walk.click(page, "Jäädytä ja julkaise")
    page.get_by_role("heading", level=1, name=f"Järjestöyhteistyö {year}").wait_for(timeout=180_000)
    walk.see(page, f"Järjestöyhteistyö {year}")


def read_report(walk: Walk, name: str, year: int) -> None:
    """A member of the committee reads the report on the web and as PDF and marks it read."""
    page = walk.sign_in(name)
    walk.go(page, "/raportit/", "Raportit")
    page.get_by_role("main").get_by_role("link", name=f"Järjestöyhteistyö {year}").first.click()
    walk.see(page, f"Järjestöyhteistyö {year}")
    expect(page.get_by_role("main")).to_contain_text("Haku avataan aiemmin.")
    assert len(pdf_of(page, page.get_by_role("link", name="Lataa PDF"))) > 20_000
    walk.click(page, "Merkitse luetuksi")
    walk.see(page, f"Järjestöyhteistyö {year}")
    expect(page.get_by_text("Merkitsit raportin luetuksi").first).to_be_visible()
