"""One grant in Finnish from the call to the yearly report, in a browser against the running processes.

The tests are the chapters of one story: each goes on where the one before ended.
"""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from accounts.demonstration import DEMO_PASSWORD
from common.legal_dates import next_working_day
from common.times import format_date, local_date
from tests.journeys import steps_applicant as applicant
from tests.journeys import steps_handling as handling
from tests.journeys import steps_money as money
from tests.journeys.steps_call import make_call
from tests.journeys.story import chapters_in_order
from tests.journeys.walk import Walk

pytestmark = pytest.mark.slow
FIRST, SECOND = "Lieksan Omaistuki ry", "Ilomantsin Vertaistupa ry"
ACCOUNTS = """
from allauth.account.models import EmailAddress
from organisations.models import Membership
taken = Membership.objects.filter(user__email="jasen@yhdyspinta.example").values("organisation")
rows = Membership.objects.filter(role="admin", user__email__startswith="hallitus").order_by("organisation")
for row in [rows.filter(organisation__in=taken)[0], rows.exclude(organisation__in=taken)[0]]:
    row.user.set_password("{password}")
    row.user.save()
    EmailAddress.objects.update_or_create(user=row.user, email=row.user.email, verified=True, primary=True)
    print("account", row.user.email, row.organisation_id, row.organisation.name, sep="|")
"""


_chapters = chapters_in_order()


def test_the_coordinator_publishes_a_call(walk: Walk) -> None:
    now = walk.portal.clock()
    printed = walk.portal.manage("shell", "-v", "0", "-c", ACCOUNTS.format(password=DEMO_PASSWORD))
    accounts = [line.split("|")[1:] for line in printed.splitlines() if line.startswith("account|")]
    (walk.facts["second"], _key, walk.facts["second_name"]), (walk.facts["third"], _other, _name) = accounts
    make_call(walk, f"Kylien avustus {now:%d.%m.%Y %H.%M}", now)
    walk.facts["broken"] = ""


def test_the_treasurer_applies(walk: Walk) -> None:
    page = walk.sign_in("jarjesto")
    applicant.find_and_start(walk, page, FIRST)
    walk.facts["own"] = page.url.removeprefix(walk.portal.url)
    applicant.fill_in(walk, page, activity="Naapurien kahvila", asked="2500")
    walk.facts["number"] = number = applicant.send(walk, page)
    walk.wait_for_mail("jarjesto@yhdyspinta.example", f"Hakemuksenne on saapunut: {number}")
    walk.facts["broken"] = ""


def test_another_organisation_applies_without_javascript(walk: Walk) -> None:
    page = walk.sign_in(walk.facts["second"], scripts=False)
    applicant.find_and_start(walk, page, walk.facts["second_name"])
    applicant.fill_in(walk, page, activity="Vertaisryhmä", asked="2000")
    number = applicant.send(walk, page)
    walk.wait_for_mail(walk.facts["second"], f"Hakemuksenne on saapunut: {number}")
    walk.facts["broken"] = ""


def test_nothing_is_saved_after_the_closing(walk: Walk) -> None:
    late = walk.sign_in(walk.facts["third"])
    applicant.find_and_start(walk, late, "")
    late.get_by_role("link", name="Järjestön tiedot").click()
    walk.see(late, "Järjestön tiedot")
    late.get_by_label("Puhelinnumero").fill("013 765 4321")
    walk.portal.clock("--forward", "11d")
    walk.click(late, "Tallenna ja jatka")
    walk.see(late, "Järjestön tiedot", picture="too-late")
    expect(late.get_by_role("alert").first).to_contain_text("Haku päättyi")
    expect(late.get_by_label("Puhelinnumero")).to_have_value("013 765 4321")
    walk.facts["broken"] = ""


def test_the_applications_are_assessed_and_proposed(walk: Walk) -> None:
    names = [FIRST, walk.facts["second_name"]]
    handling.open_handling(walk)
    handling.assess(walk, "arvioija", names, 0.9)
    handling.assess(walk, "arvioija2", names, 0.7)
    handling.propose(walk, *names)
    walk.facts["broken"] = ""


def test_the_committee_decides(walk: Walk) -> None:
    second = walk.facts["second_name"]
    now = walk.portal.clock()
    handling.plan_meeting(walk, now)
    handling.present(walk)
    handling.withdraw_from(walk, second, FIRST)
    handling.read_as_member(walk, "jasen2", [FIRST, second], second)
    walk.portal.clock("--forward", "15d")
    handling.record(walk, 41)
    handling.issue(walk, 2)
    walk.facts["sent_on"] = local_date(walk.portal.clock())
    walk.facts["broken"] = ""


def test_the_decision_reaches_the_applicant_and_becomes_final(walk: Walk) -> None:
    page = walk.sign_in("jarjesto")
    walk.wait_for_mail("jarjesto@yhdyspinta.example", f"Päätös hakemukseenne on annettu: {walk.facts['number']}")
    walk.go(page, walk.facts["own"], walk.facts["title"])
    decision = page.get_by_role("region", name="Myönnetty 2 500 €")
    # Served on the third day; fourteen days for the revision, to the next working day (611/2021).
    last = next_working_day(walk.facts["sent_on"] + timedelta(days=3 + 14))
    expect(decision).to_contain_text(f"oikaisua viimeistään {format_date(last)}")
    letter = applicant.text_of(applicant.pdf_of(page, decision.get_by_role("link", name="Lataa päätös (PDF)")))
    for wanted in (walk.facts["number"], format_date(local_date(walk.facts["meeting"])), "41 §", format_date(last)):
        assert wanted in letter
    walk.portal.clock("--forward", "25d")
    handling.reload_until(page, decision.get_by_text("Päätös on lainvoimainen."), 1)
    walk.see(page, walk.facts["title"], picture="final")
    walk.facts["broken"] = ""


def test_the_grant_is_paid_and_its_use_reported(walk: Walk) -> None:
    page = walk.sign_in("jarjesto")
    number = walk.facts["number"]
    money.pay(walk, number)
    walk.wait_for_mail("jarjesto@yhdyspinta.example", "Avustus on maksettu: 2 500 €", 1)
    organisation = int(walk.facts["own"].split("/omat/")[1].split("/")[0])
    walk.go(page, f"/omat/{organisation}/maksut/", "Maksut")
    applicant.report_use(walk, page, organisation)
    money.check_use(walk, number)
    walk.go(page, f"/omat/{organisation}/selvitykset/", "Käyttöselvitykset")
    walk.facts["broken"] = ""


def test_the_yearly_report_is_made_and_read(walk: Walk) -> None:
    year = walk.portal.clock().year
    money.yearly_report(walk, year)
    money.read_report(walk, "jasen2", year)
    walk.facts["broken"] = ""


def test_nothing_was_wrong_on_any_page_of_the_way(walk: Walk) -> None:
    walk.facts["broken"] = ""
    assert walk.seen > 80
    assert not walk.findings, "\n".join(walk.findings)
