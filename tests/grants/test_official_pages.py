"""Pages of office-holders' decisions: laying, the list, many at once, one with changes, naming."""

from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from grants.models import Application, DecidingOfficial, Decision, GrantCall, Proposal
from grants.workflow.conflicts import declare_conflict
from grants.workflow.officials import take_back_laid
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.factories import make_kind
from tests.grants.factories_handling import make_desk
from tests.grants.factories_officials import DECIDED_AT, POST, OfficialDesk, make_official, make_official_desk
from tests.grants.test_handling_pages import page, set_clock, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, DECIDED_AT)


def post(user: Any, name: str, key: int, **data: Any) -> Any:
    return signed_in(user).post(reverse(f"grants:{name}", args=[key]), data)


def test_the_coordinator_lays_the_call_and_takes_it_back() -> None:
    desk = make_official_desk(laid=False)
    shown = page(desk.coordinator, "proposals", desk.call.pk)
    assert "Esitys viranhaltijalle" in shown
    assert reverse("grants:call_lay", args=[desk.call.pk]) in shown
    assert "Vie kokoukseen" not in shown
    assert "Vie haku päätettäväksi: hyvinvointijohtaja." in page(desk.coordinator, "call_handling", desk.call.pk)
    assert "Sakari Sijainen, sijainen" in page(desk.coordinator, "call_lay", desk.call.pk)
    assert post(desk.coordinator, "call_lay", desk.call.pk).status_code == 302
    assert desk.fresh().laid_before == POST
    assert "päätettäväksi: hyvinvointijohtaja" in page(desk.coordinator, "proposals", desk.call.pk)
    assert "Hakemukset päättää hyvinvointijohtaja." in page(desk.coordinator, "decisions", desk.call.pk)
    post(desk.coordinator, "call_take_back_laid", desk.call.pk)
    assert desk.fresh().state == "handling"
    DecidingOfficial.objects.all().delete()
    assert "Virkaa ei hoida nyt kukaan" in page(desk.coordinator, "call_lay", desk.call.pk)


def test_a_bodys_call_offers_no_official() -> None:
    desk = make_desk(cases=1)
    assert "Vie päätettäväksi" not in page(desk.coordinator, "proposals", desk.call.pk)
    assert signed_in(desk.coordinator).get(reverse("grants:call_lay", args=[desk.call.pk])).status_code == 404
    make_official_desk("1000.00")
    official = DecidingOfficial.objects.filter(is_deputy=False).get().user
    assert signed_in(official).get(reverse("grants:official_call", args=[desk.call.pk])).status_code == 404


def test_many_are_decided_at_once_after_declaring() -> None:
    desk = make_official_desk("3000.00", "0.00", "1000.00", declared=False)
    assert "3" in page(desk.official, "official")
    shown = page(desk.official, "official_call", desk.call.pk)
    assert "Kerro ensin, oletko esteellinen" in shown
    assert "Toiminta on vaikuttavaa" not in shown
    assert "3 000" not in shown.split("Hakemukset ja esitykset")[1]
    keys = [case.pk for case in desk.cases]
    signed_in(desk.official).post(reverse("grants:declare_many", args=[desk.call.pk]), {"case": keys[:2]})
    assert "Päätän esityksen mukaan: Järjestö 1 ry" in page(desk.official, "official_call", desk.call.pk)
    answer = post(desk.official, "official_call", desk.call.pk, case=keys, frozen=1)
    assert answer.status_code == 409
    assert "Kerro ensin, oletko esteellinen: Järjestö 3 ry" in text(answer)
    assert "checked" in text(answer)
    answer = post(desk.official, "official_call", desk.call.pk, frozen=1)
    assert "Valitse ensin hakemukset, jotka päätät." in text(answer)
    answer = post(desk.official, "official_call", desk.call.pk, case=keys[:2], frozen=1, is_published="on")
    assert answer.status_code == 302
    assert sorted(Decision.objects.values_list("official_number", flat=True)) == [1, 2]
    shown = page(desk.official, "decisions", desk.call.pk)
    assert "nro 1/2027" in shown
    assert "Anna tiedoksi" in shown


def test_one_is_decided_otherwise_and_the_typed_text_stays() -> None:
    desk = make_official_desk("3000.00")
    key = desk.cases[0].pk
    assert "Esitetään 3 000 €" in page(desk.official, "official_case", key)
    typed = {"sum": "2000", "reasons": "Toiminta on vaikuttavaa.", "frozen": 1}
    answer = post(desk.official, "official_case", key, **typed)
    assert answer.status_code == 409
    assert "Kirjoita perustelut omalle ratkaisullesi." in text(answer)
    answer = post(desk.official, "official_case", key, **{**typed, "sum": "9000", "reasons": "Omat perustelut."})
    assert "Myönnetty summa on suurempi kuin haettu" in text(answer)
    assert "Omat perustelut." in text(answer)
    take_back_laid(desk.call, by=desk.coordinator, now=DECIDED_AT)
    answer = post(desk.official, "official_case", key, **{**typed, "reasons": "Omat perustelut."})
    assert answer.status_code == 404
    again = make_official_desk("3000.00")
    DecidingOfficial.objects.filter(user=again.official).update(post=POST)
    answer = post(again.official, "official_case", again.cases[0].pk, **{**typed, "reasons": "Omat perustelut."})
    assert answer.status_code == 302
    assert Decision.objects.get().sum == Decimal("2000.00")
    answer = post(again.official, "official_case", again.cases[0].pk, **typed)
    assert answer.status_code == 302
    assert "Päätti Helvi Hyvinvointijohtaja" in page(again.official, "official_case", again.cases[0].pk)


def test_withdrawn_from_and_own_proposals_are_not_offered() -> None:
    desk = make_official_desk("3000.00", "1000.00")
    declare_conflict(desk.cases[0], has_conflict=True, ground="Jäsen.", by=desk.official, now=DECIDED_AT)
    Proposal.objects.filter(application=desk.cases[1]).update(proposed_by=desk.official)
    shown = page(desk.official, "official_call", desk.call.pk)
    assert "Olet vetäytynyt" in shown
    assert "Teit itse esityksen" in shown
    assert 'name="case"' not in shown
    client = signed_in(desk.official)
    assert client.get(reverse("grants:official_case", args=[desk.cases[0].pk])).status_code == 404
    assert "Teit itse tämän esityksen" in page(desk.official, "official_case", desk.cases[1].pk)
    declare_conflict(desk.cases[0], has_conflict=True, ground="Jäsen.", by=desk.deputy, now=DECIDED_AT)
    assert "Pyydä pääkäyttäjää nimeämään sijainen" in page(desk.coordinator, "decisions", desk.call.pk)


def test_the_list_of_an_official_is_empty_or_not_there() -> None:
    official = make_official().user
    assert "Sinulle ei ole esitetty mitään päätettäväksi" in page(official, "official")
    assert signed_in(UserFactory()).get(reverse("grants:official")).status_code == 404


def test_the_administrator_names_and_ends() -> None:
    administrator = staff("administrator")
    assert "Viranhaltija ei päätä mistään avustuslajista" in page(administrator, "officials")
    make_kind(decided_by=None, decision_maker="office_holder", decided_by_post_fi=POST)
    person = UserFactory(full_name="Helvi Hyvinvointijohtaja")
    client, address = signed_in(administrator), reverse("grants:officials")
    given = {"post": POST, "email": person.email, "is_deputy": "", "valid_from": "1.1.2027", "reason": "AH 14 §"}
    wrong = client.post(address, {**given, "email": "kuka@example.org"})
    assert wrong.status_code == 409
    assert "Tällä osoitteella ei ole tunnusta" in text(wrong)
    assert client.post(address, given).status_code == 302
    assert "Helvi Hyvinvointijohtaja" in page(staff("coordinator"), "officials")
    assert signed_in(staff("coordinator")).post(address, given).status_code == 404
    row = DecidingOfficial.objects.get()
    assert post(administrator, "official_end", row.pk, ends_on="31.12.2026").status_code == 409
    assert post(administrator, "official_end", row.pk, ends_on="18.2.2027").status_code == 302


@pytest.mark.parametrize(("name", "most"), [("official", 12), ("official_call", 14), ("officials", 12)])
def test_a_fixed_number_of_queries(name: str, most: int) -> None:
    counts = []
    for sums in (("1000.00",), ("1000.00", "2000.00", "0.00")):
        Application.objects.filter(state="in_handling").update(state="withdrawn")
        desk: OfficialDesk = make_official_desk(*sums)
        user = staff("administrator") if name == "officials" else desk.official
        client = signed_in(user)
        address = reverse(f"grants:{name}", args=[desk.call.pk] if name == "official_call" else [])
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        counts.append(len(seen))
    assert counts[0] == counts[1] <= most, counts


def test_publication_is_recorded_by_the_official() -> None:
    desk = make_official_desk("3000.00")
    desk.decide()
    shown = page(desk.official, "decisions_publication", desk.call.pk)
    assert "Viranhaltijapäätökset julkaistu verkossa" in shown
    assert post(desk.official, "decisions_publication", desk.call.pk, published_on="18.2.2027").status_code == 302
    assert Decision.objects.get().members_end_on is not None
    assert GrantCall.objects.get().state == "decided"
