"""Support by year: what each reader may know of it, the county's list, files, and that queries do not grow."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from grants.models import ApplicationPartner, ConflictDeclaration, DeMinimisAid
from grants.support import support_rows
from organisations.support import overview_of
from tests import xlsx
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.factories import make_call, make_member, make_municipality, make_organisation
from tests.grants.factories_agreements import Table
from tests.grants.factories_money import FINAL, make_decision, make_payment
from tests.grants.test_payments import text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.clock.now", lambda: FINAL)


def told(organisation: Any, user: Any) -> dict[tuple[int, str], Decimal]:
    return {(row.year, row.measure): row.sum for row in support_rows([organisation.pk], 2018, 2028, user, FINAL)}


def paid_grant(organisation: Any, sum: str = "3500.00") -> Any:
    decision = make_decision(organisation=organisation, sum=sum)
    make_payment(decision=decision, sum=sum, state="released")
    decision.payments.update(state="paid", paid_on=date(2027, 2, 9))
    return decision


def test_anyone_knows_decisions_and_agreements_and_only_some_know_payments() -> None:
    organisation = make_organisation()
    decision = paid_grant(organisation)
    make_decision(organisation=organisation, sum="900.00", state="recorded", call=make_call())
    Table(organisation).in_force()
    DeMinimisAid.objects.create(
        organisation=organisation,
        decision=decision,
        granter="Hyvinvointialue",
        granted_on=date(2027, 1, 20),
        sum=Decimal("3500.00"),
        purpose="Toiminta",
        added_at=FINAL,
        due_on=date(2027, 2, 17),
    )
    public = {
        (2027, "granted"): Decimal("3500.00"),
        (2027, "agreement"): Decimal("12000.00"),
        (2028, "agreement"): Decimal("12000.00"),
    }
    assert told(organisation, AnonymousUser()) == public
    assert told(organisation, UserFactory()) == public
    whole = {**public, (2027, "paid"): Decimal("3500.00"), (2027, "de_minimis"): Decimal("3500.00")}
    assert told(organisation, make_member(organisation, "viewer")) == whole
    assert told(organisation, make_member(make_organisation("Toinen ry"))) == public
    coordinator = staff("coordinator")
    assert told(organisation, coordinator) == whole
    ConflictDeclaration.objects.create(
        application=decision.application, user=coordinator, has_conflict=True, ground="Sukulainen", declared_at=FINAL
    )
    assert told(organisation, coordinator) == public, "a declared conflict leaves what anyone knows"


def test_a_partner_has_its_share_cut_as_the_grant_was() -> None:
    partner = make_organisation("Kumppani ry")
    decision = make_decision(sum="3500.00")
    case = decision.application
    ApplicationPartner.objects.create(
        application=case,
        organisation=partner,
        task="Ryhmä",
        grant_share=case.asked_sum / 2,
        added_by=UserFactory(),
        added_at=FINAL,
        state="named",
    )
    assert told(partner, AnonymousUser()) == {}
    ApplicationPartner.objects.filter(organisation=partner).update(
        state="confirmed", confirmed_terms="x", answered_name="Pia", answered_at=FINAL, answered_via="paper"
    )
    assert told(partner, AnonymousUser()) == {(2027, "share"): Decimal("1750.00")}


def test_the_pages_of_one_organisation_and_its_files() -> None:
    organisation = make_organisation()
    empty = text(signed_in(staff("coordinator")).get(f"/hallinta/jarjestot/{organisation.pk}/tuki/"))
    assert "Tukea ei ole vielä" in empty
    paid_grant(organisation)
    member, stranger = signed_in(make_member(organisation, "viewer")), signed_in(UserFactory())
    page = text(Client().get(f"/jarjestot/{organisation.pk}/tuki/"))
    assert "3 500,00 €" in page
    assert "Maksettu" not in page
    own = f"/omat/{organisation.pk}/tuki/"
    assert "Maksettu" in text(member.get(own))
    assert stranger.get(own).status_code == 404
    assert stranger.get(f"/hallinta/jarjestot/{organisation.pk}/tuki/").status_code == 404
    assert stranger.get("/hallinta/tuki/").status_code == 404
    body = member.get(f"{own[:-1]}.csv").content.decode().splitlines()
    assert [line.split(";")[1] for line in body[1:]] == ["Myönnetty", "Maksettu"]
    assert xlsx.read(member.get(f"{own[:-1]}.xlsx").content).row(2)[3] == 3500
    assert stranger.get(f"{own[:-1]}.csv").status_code == 404
    overview = overview_of(organisation, AnonymousUser(), FINAL)
    assert overview.chart is not None
    assert overview.chart.table.rows == (("2027", "3\N{NO-BREAK SPACE}500\N{NO-BREAK SPACE}€"),)


def test_the_countys_list_is_filtered_sorted_and_exported_as_it_is_seen() -> None:
    small, big = (
        make_organisation("Aamu ry"),
        make_organisation("Ilta ry", domicile=make_municipality("167", "Joensuu")),
    )
    make_organisation("Tyhjä ry")
    paid_grant(small, "1000.00")
    desk = signed_in(staff("coordinator"))
    with CaptureQueriesContext(connection) as one:
        desk.get("/hallinta/tuki/")
    paid_grant(big, "3000.00")
    paid_grant(make_organisation("Yö ry"), "2000.00")
    with CaptureQueriesContext(connection) as three:
        page = text(desk.get("/hallinta/tuki/"))
    # One more than other lists: every room that supports is asked (docs/decisions/0007).
    assert len(one) == len(three) <= 13, "\n".join(query["sql"][:170] for query in three)
    assert page.index("Ilta ry") < page.index("Yö ry") < page.index("Aamu ry")
    assert "Tyhjä ry" not in page
    rising = desk.get("/hallinta/tuki/jarjestot.csv?jarjesta=granted").content.decode().splitlines()
    assert [line.split(";")[0] for line in rising[1:]] == ["Aamu ry", "Yö ry", "Ilta ry"]
    assert "Yö ry" not in text(desk.get("/hallinta/tuki/?kunta=167"))
    assert "Tukea ei löytynyt" in text(desk.get("/hallinta/tuki/?vuosi=2025"))
    assert desk.get("/hallinta/tuki/?vuosi=x&kunta=y&teema=z&jarjesta=a").status_code == 200
    assert xlsx.read(desk.get("/hallinta/tuki/jarjestot.xlsx?kunta=167").content).row(2)[0] == "Ilta ry"
