"""The ledger of a call: never over the appropriation, with reasons, and the same on every page."""

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404
from django.urls import reverse

from common.errors import Refused
from grants.models import GrantCall, Proposal
from grants.workflow.applications import withdraw_application
from grants.workflow.proposals import mean_points, propose
from organisations.models import Membership
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.factories_handling import TAKEN_UP, Desk, make_desk, present, propose_all, score
from tests.grants.test_handling_pages import page, set_clock, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, TAKEN_UP)


def put(desk: Desk, number: int, total: str, *, revision: int = 0, reasons: str = "Hyvä.", **more: bool) -> Proposal:
    return propose(
        desk.cases[number],
        sum=Decimal(total),
        reasons=reasons,
        revision=revision,
        by=desk.coordinator,
        now=TAKEN_UP,
        **more,
    )


def ledger(desk: Desk) -> Decimal:
    return desk.fresh().proposed_total


def test_ledger_follows_each_proposal() -> None:
    desk = make_desk()
    put(desk, 0, "3000.00")
    assert put(desk, 0, "2000.50", revision=1).revision == 2
    put(desk, 1, "0")
    assert ledger(desk) == Decimal("2000.50")
    assert [event.text.replace("\N{NO-BREAK SPACE}", " ") for event in desk.cases[0].events.filter(verb="propose")] == [
        "Esitettiin 2 000,50 €.",
        "Esitettiin 3 000 €.",
    ]


@pytest.mark.parametrize(
    ("total", "reasons", "code"),
    [
        ("4500.01", "Hyvä.", "over_asked"),
        ("-1", "Hyvä.", "negative"),
        ("100", " \n", "reasons_missing"),
        ("0", "", "reasons_missing"),
    ],
)
def test_refusals_change_nothing(total: str, reasons: str, code: str) -> None:
    desk = make_desk()
    with pytest.raises(Refused) as refused:
        put(desk, 0, total, reasons=reasons)
    assert refused.value.code == code
    assert ledger(desk) == 0
    assert not Proposal.objects.exists()


def test_over_appropriation_says_how_much_is_left() -> None:
    desk = make_desk(appropriation=Decimal("15000.00"), asked="9000.00")
    put(desk, 0, "9000.00")
    with pytest.raises(Refused) as refused:
        put(desk, 1, "6000.01")
    assert refused.value.code == "over_appropriation"
    assert "enintään 6 000 €" in str(refused.value).replace("\N{NO-BREAK SPACE}", " ")
    put(desk, 1, "6000.00")
    assert ledger(desk) == Decimal("15000.00")
    with pytest.raises(Refused) as refused:
        put(desk, 1, "6000.01", revision=1)
    assert "enintään 6 000 €" in str(refused.value).replace("\N{NO-BREAK SPACE}", " ")
    with pytest.raises(IntegrityError), transaction.atomic():
        GrantCall.objects.filter(pk=desk.call.pk).update(proposed_total=Decimal("15000.01"))


def test_below_minimum_points_is_confirmed() -> None:
    desk = make_desk(assessors=1)
    score(desk.cases[0], desk.assessors[0], 0.1)
    assert mean_points(desk.cases[0]) == 9
    with pytest.raises(Refused) as refused:
        put(desk, 0, "100")
    assert refused.value.code == "below_minimum"
    assert "(15)" in str(refused.value)
    put(desk, 0, "0")
    put(desk, 0, "100", revision=1, below_minimum_confirmed=True)
    assert ledger(desk) == 100


def test_a_stale_form_is_told() -> None:
    desk = make_desk()
    put(desk, 0, "3000.00")
    with pytest.raises(Refused) as refused:
        put(desk, 0, "1000.00")
    assert refused.value.code == "stale"
    assert ledger(desk) == 3000


def test_withdrawn_case_gives_its_sum_back_and_takes_no_proposal() -> None:
    desk = make_desk()
    put(desk, 0, "3000.00")
    sender = Membership.objects.get(organisation=desk.cases[0].organisation).user
    withdraw_application(desk.cases[0], by=sender, now=TAKEN_UP)
    assert ledger(desk) == 0
    with pytest.raises(Http404):
        put(desk, 0, "3000.00")


def test_only_the_coordinator_proposes_and_only_in_handling() -> None:
    desk = make_desk()
    for user in (UserFactory(), desk.presenter, desk.member, staff("auditor"), staff("registrar")):
        with pytest.raises(Http404):
            propose(desk.cases[0], sum=Decimal(1), reasons="x", by=user, now=TAKEN_UP)
    propose_all(desk, ["1000.00", "0"])
    present(desk)
    with pytest.raises(Http404):
        put(desk, 0, "1", revision=1)


def test_page_saves_a_row_with_and_without_scripts() -> None:
    desk = make_desk(appropriation=Decimal("15000.00"), asked="9000.00")
    client = signed_in(desk.coordinator)
    address = reverse("grants:propose", args=[desk.cases[0].pk])
    listed = reverse("grants:proposals", args=[desk.call.pk])
    assert "2 hakemusta on ilman esitystä" in text(client.get(listed))
    response = client.post(address, {"sum": "9 000", "reasons": "Hyvä.", "revision": "0"})
    assert response["Location"] == listed
    shown = text(client.get(listed))
    assert "6 000 € <small>määräraha 15 000 €</small>" in shown
    assert "1 hakemus on ilman esitystä" in shown
    other = reverse("grants:propose", args=[desk.cases[1].pk])
    data = {"sum": "7000", "reasons": "Hyvä.", "revision": "0"}
    plain = client.post(other, data)
    assert plain.status_code == 409
    assert "Määräraha ei riitä. Tälle hakemukselle voi esittää enintään 6 000 €." in text(plain)
    assert 'value="7000"' in text(plain)
    row = client.post(other, data, headers={"HX-Request": "true"})
    assert row.status_code == 200
    assert "enintään 6 000 €" in text(row)
    assert "<html" not in text(row)
    saved = text(client.post(other, {**data, "sum": "6000"}, headers={"HX-Request": "true"}))
    assert "✓ Esitys tallennettu" in saved
    assert 'id="ledger" hx-swap-oob="true"' in saved
    assert "0 € <small>määräraha 15 000 €</small>" in saved
    assert "Perustelut puuttuvat" in text(client.post(other, {"sum": "1", "reasons": "", "revision": "1"}))


def test_presenter_reads_what_he_may_but_does_not_edit() -> None:
    desk = make_desk()
    propose_all(desk, ["3111.00", "0"])
    shown = page(desk.presenter, "proposals", desk.call.pk)
    assert "3 111" not in shown.split("</dl>", 1)[1]
    assert "Vie kokoukseen" in shown
    assert reverse("grants:propose", args=[desk.cases[0].pk]) not in shown
