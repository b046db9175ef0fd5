"""A report that is late stops the payment: reminders come, the batch says why, the report is sent, the money goes."""

import pytest
from playwright.sync_api import expect

from common.times import add_days, format_date, local_date
from tests.journeys.steps_call import fill
from tests.journeys.steps_money import tick_all
from tests.journeys.story import chapters_in_order
from tests.journeys.walk import Walk

pytestmark = pytest.mark.slow
_chapters = chapters_in_order()


def test_the_interim_report_is_late_and_reminders_come(walk: Walk) -> None:
    now = walk.portal.clock()
    own = walk.portal.ground("ngos", count=1)["ngos"][0]
    title = f"Myöhästyvä selvitys {now:%d.%m.%Y %H.%M.%S}"
    due = add_days(local_date(now), 2)
    grants = [{**own, "asked": "8000", "sum": "6000"}]
    terms = {"days_ago": 30, "final": True, "interim_report_due_on": due.isoformat()}
    made = walk.portal.ground("decided", title=title, grants=grants, **terms)
    case = made["cases"][str(own["pk"])]
    walk.facts |= {**made, "own": own, "due": due, "case": case}
    walk.portal.ground("instalment", decision=case["decision"], sum="4500", paid=True)
    walk.portal.ground("instalment", decision=case["decision"], sum="1500")
    walk.portal.clock("--forward", "1d")
    walk.wait_for_mail(own["email"], f"Käyttöselvitys on lähettämättä, määräpäivä {format_date(due)}")
    walk.portal.clock("--forward", "2d")
    walk.wait_for_mail(own["email"], f"Käyttöselvitys on myöhässä, määräpäivä oli {format_date(due)}")
    walk.facts["broken"] = ""


def test_the_batch_does_not_take_the_instalment_and_says_why(walk: Walk) -> None:
    page, own = walk.sign_in("maksut"), walk.facts["own"]
    walk.go(page, "/hallinta/maksulistat/", "Maksulistat")
    walk.click(page, "Laadi maksulista", role="link")
    walk.see(page, "Laadi maksulista")
    row = page.get_by_role("row").filter(has_text=own["name"])
    expect(row).to_contain_text("Järjestöltä puuttuu käyttöselvitys, jonka määräpäivä on ohi.")
    expect(row.get_by_role("checkbox")).to_have_count(0)
    coordinator = walk.sign_in("koordinaattori")
    walk.go(coordinator, f"/hallinta/selvitykset/?q={walk.facts['case']['number']}", "Käyttöselvitykset")
    expect(coordinator.get_by_role("row").filter(has_text=own["name"]).first).to_contain_text("Myöhässä")
    walk.facts["broken"] = ""


def test_the_report_is_sent(walk: Walk) -> None:
    own, title = walk.facts["own"], walk.facts["title"]
    page = walk.sign_in(own["email"])
    walk.go(page, f"/omat/{own['pk']}/selvitykset/", "Käyttöselvitykset")
    late = page.get_by_role("listitem").filter(has_text="Väliselvitys")
    expect(late).to_contain_text("Myöhässä")
    late.get_by_role("link", name=title).click()
    walk.see(page, "Väliselvitys")
    expect(page.get_by_text("Selvitys on myöhässä")).to_be_visible()
    walk.facts["report"] = int(page.url.rstrip("/").rpartition("/")[2])
    walk.click(page, "Lähetä selvitys")
    walk.see(page, "Väliselvitys", picture="empty")
    expect(page.get_by_role("alert").first).to_contain_text("Korjaa")
    fill(
        page,
        {
            "Mitä teitte avustuksella?": "Ryhmä on kokoontunut kymmenen kertaa.",
            "Kuinka monta ihmistä tavoititte?": "18",
            "Kuinka paljon avustuksesta käytitte?": "2 100",
        },
    )
    walk.click(page, "Lähetä selvitys")
    walk.see(page, "Väliselvitys")
    expect(page.get_by_text("Mitä seuraavaksi?")).to_be_visible()
    walk.facts["broken"] = ""


def test_a_question_comes_back_and_both_steps_are_checked(walk: Walk) -> None:
    own, path = walk.facts["own"], f"/hallinta/selvitykset/{walk.facts['report']}/"
    officer = walk.sign_in("koordinaattori")
    walk.go(officer, path, "")
    fill(officer, {"Mitä selvityksessä pitää täydentää?": "Montako vapaaehtoista oli mukana?"})
    walk.click(officer, "Lähetä kysymys")
    walk.see(officer, "", picture="asked")
    walk.wait_for_mail(own["email"], "Täydennä käyttöselvitystä")
    page = walk.sign_in(own["email"])
    page.reload()
    walk.see(page, "Väliselvitys", picture="question")
    expect(page.get_by_role("main")).to_contain_text("Montako vapaaehtoista oli mukana?")
    fill(page, {"Vastauksenne kysymykseen": "Mukana oli kuusi vapaaehtoista."})
    walk.click(page, "Lähetä selvitys")
    expect(page.get_by_text("Mitä seuraavaksi?")).to_be_visible()
    for name, button in (("koordinaattori", "Sisältö on kunnossa"), ("maksut", "Hyväksy selvitys")):
        checker = walk.sign_in(name)
        walk.go(checker, path, "")
        expect(checker.get_by_role("main")).to_contain_text("Mukana oli kuusi vapaaehtoista.")
        tick_all(checker)
        walk.click(checker, button)
        walk.see(checker, "")
    walk.wait_for_mail(own["email"], "Käyttöselvitys on hyväksytty")
    walk.facts["broken"] = ""


def test_the_payment_goes_on_a_batch(walk: Walk) -> None:
    own, today = walk.facts["own"], walk.portal.clock()
    page = walk.sign_in("maksut")
    walk.go(page, "/hallinta/maksulistat/uusi/", "Laadi maksulista")
    page.get_by_role("checkbox", name=f"Valitse {own['name']}").check()
    for box in page.get_by_role("table").get_by_role("checkbox").all():
        if box.get_attribute("aria-label") not in (f"Valitse {own['name']}", "Valitse kaikki"):
            box.uncheck()
    fill(page, {"Maksupäivä": format_date(today)})
    walk.click(page, "Laadi maksulista")
    walk.see(page, "Maksulista")
    expect(page.get_by_role("main")).to_contain_text("1 500,00 €")
    batch = page.url.removeprefix(walk.portal.url)
    # Who made it does not approve it.
    expect(page.get_by_role("button", name="Hyväksy maksulista")).to_have_count(0)
    other = walk.sign_in("koordinaattori")
    walk.go(other, batch, "Maksulista")
    walk.click(other, "Hyväksy maksulista")
    walk.see(other, "Maksulista")
    walk.go(page, batch, "Maksulista")
    walk.click(page, "Merkitse lähetetyksi")
    walk.see(page, "Maksulista")
    walk.click(page, "Kirjaa maksujen tilat", role="link")
    walk.see(page, "")
    page.get_by_role("checkbox", name=f"Valitse {own['name']}").check()
    page.get_by_label("Maksettu", exact=True).check()
    fill(page, {"Maksupäivä": format_date(walk.portal.clock())})
    walk.click(page, "Kirjaa tilat")
    walk.see(page, "Maksulista")
    walk.wait_for_mail(own["email"], "Avustus on maksettu: 1 500 €")
    own_page = walk.sign_in(own["email"])
    walk.go(own_page, f"/omat/{own['pk']}/maksut/", "Maksut")
    expect(own_page.get_by_role("main")).to_contain_text("1 500")
    walk.facts["broken"] = ""


def test_nothing_was_wrong_on_any_page_of_the_way(walk: Walk) -> None:
    walk.facts["broken"] = ""
    assert not walk.findings, "\n".join(walk.findings)
