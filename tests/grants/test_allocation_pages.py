"""Sharing the appropriation on the officers' pages: the table, models side by side, taking one, conflicts."""

import re
from decimal import Decimal
from typing import Any

import pgtrigger
import pytest
from django.urls import reverse

from common.errors import Refused
from common.times import local_date
from county.models import RegionalGroup, Theme
from grants.allocation_rows import Plan, column, rows_of
from grants.models import AppropriationReserve, Decision, MunicipalOpinion, Proposal, UseReport
from grants.workflow.allocations import adopt_model
from grants.workflow.conflicts import declare_conflict
from grants.workflow.proposals import propose
from tests.accounts.factories import signed_in, staff
from tests.grants.factories import make_call, make_submitted
from tests.grants.factories_handling import TAKEN_UP, Desk, make_desk, present, propose_all, score
from tests.grants.factories_money import make_decision
from tests.grants.test_handling_pages import count, page, set_clock, text

pytestmark = pytest.mark.django_db

MODELS_PAGE = "?malli=nykyiset&malli=tasa&malli=kynnys&malli=pisteet&malli=kiintiot"


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, TAKEN_UP)


def scored(shares: tuple[float, ...] = (0.9, 0.5, 0.3), **fields: Any) -> Desk:
    desk = make_desk(cases=len(shares), assessors=1, appropriation=Decimal(10000), maximum_sum=Decimal(9000), **fields)
    for case, part in zip(desk.cases, shares, strict=True):
        score(case, desk.assessors[0], part)
    return desk


def sums(desk: Desk) -> list[str]:
    found = dict(Proposal.objects.values_list("application_id", "sum"))
    return [str(found.get(case.pk, "-")) for case in desk.cases]


def take(desk: Desk, model: str = "kynnys", plan: Plan | None = None, by: Any = None) -> int:
    plan, by = plan or Plan(), by or desk.coordinator
    call = desk.fresh()
    seen = column(model, call, rows_of(call, by, TAKEN_UP), plan)
    return adopt_model(call, model=model, plan=plan, seal=seen.seal, by=by, now=TAKEN_UP)


def test_the_table_shows_last_year_flags_and_sums() -> None:
    desk = scored()
    case = desk.cases[0]
    last = make_call(kind=desk.call.kind, year=desk.call.year - 1)
    old = make_submitted(call=last, organisation=case.organisation)
    decision = make_decision(application=old, state="issued")
    UseReport.objects.create(decision=decision, due_on=local_date(TAKEN_UP).replace(day=1))
    MunicipalOpinion.objects.create(
        application=case, municipality=case.organisation.domicile, stance="funds", given_at=TAKEN_UP
    )
    propose_all(desk, ["3000.00", "0.00", "1000.00"])
    shown = page(desk.coordinator, "allocation", desk.call.pk)
    assert "Kunta rahoittaa samaa" in shown
    assert "Käyttöselvitys myöhässä" in shown
    assert f"{decision.sum:.0f}"[-3:] in shown
    assert "Jäljellä 6 000 €, määräraha 10 000 €" in shown
    assert "13 500 €" in shown
    Decision.objects.filter(pk=decision.pk).update(sum=decision.sum)


def test_tables_have_a_fixed_number_of_queries() -> None:
    for name, query in (("allocation", ""), ("allocation_models", MODELS_PAGE), ("allocation_xlsx", "")):
        counts = []
        for shares in ((0.8,), (0.8, 0.5, 0.3)):
            desk = scored(shares)
            client = signed_in(desk.coordinator)
            counts.append(count(client, reverse(f"grants:{name}", args=[desk.call.pk]) + query))
        assert counts[0] == counts[1] <= 12, (name, counts)


def test_models_stand_side_by_side_and_the_address_keeps_the_terms() -> None:
    desk = scored()
    address = reverse("grants:allocation_models", args=[desk.call.pk])
    client = signed_in(desk.coordinator)
    shown = text(client.get(address + "?malli=kynnys&malli=tasa&tasa=2+000&osuus=100&raja=40&pyoristys=100"))
    assert "Tasaosuus ja loput pisteillä" in shown
    assert "Jaettavana on 10 000 €" in shown
    assert 'value="2 000"' in shown
    assert "1 / 0 / 2" in shown  # nothing to the one below 40 points, the others get all they asked
    bare = text(client.get(address))
    assert "Kynnys ja järjestys" in bare
    wrong = client.get(address + "?tasa=paljon&malli=tasa&kiintio=x&pyoristys=7")
    assert wrong.status_code == 200
    assert "Emme ymmärtäneet kirjoitustasi" in text(wrong)


def test_taking_a_model_writes_the_proposals_once() -> None:
    desk = scored()
    address = reverse("grants:allocation_models", args=[desk.call.pk]) + "?malli=kynnys"
    client = signed_in(desk.coordinator)
    button = re.search(r'name="ota" value="([^"]+)"', client.get(address).content.decode())
    assert button is not None
    take_it = reverse("grants:allocation_adopt", args=[desk.call.pk]) + "?malli=kynnys"
    for _press in range(2):
        answer = client.post(take_it, {"ota": button[1]})
        assert answer.status_code == 302, text(answer)
    assert sums(desk) == ["4500.00", "4500.00", "1000.00"]
    assert set(Proposal.objects.values_list("from_model", "revision")) == {("kynnys", 1)}
    assert desk.fresh().proposed_total == Decimal(10000)
    assert desk.call.allocation["model"] == "kynnys"
    assert Proposal.objects.get(application=desk.cases[0]).reasons.startswith("Arvioinnin pisteet ")
    assert client.post(take_it, {"ota": "arpa:x"}).status_code == 409


def test_what_a_person_wrote_is_kept_unless_told() -> None:
    desk = scored()
    propose(desk.cases[2], sum=Decimal(4000), reasons="Uusi kylä.", by=desk.coordinator, now=TAKEN_UP)
    take(desk)
    assert sums(desk) == ["4500.00", "1500.00", "4000.00"]
    take(desk, plan=Plan(replace=True))
    assert sums(desk) == ["4500.00", "4500.00", "1000.00"]


def test_a_colleagues_change_in_between_is_told_and_nothing_is_written() -> None:
    desk = scored()
    call = desk.fresh()
    seal = column("kynnys", call, rows_of(call, desk.coordinator, TAKEN_UP), Plan()).seal
    propose(desk.cases[2], sum=Decimal(4000), reasons="Uusi.", by=staff("coordinator"), now=TAKEN_UP)
    with pytest.raises(Refused) as refused:
        adopt_model(call, model="kynnys", plan=Plan(), seal=seal, by=desk.coordinator, now=TAKEN_UP)
    assert refused.value.code == "stale"
    assert sums(desk) == ["-", "-", "4000.00"]


def test_a_case_of_ones_own_conflict_is_neither_seen_nor_touched() -> None:
    desk = scored()
    other = staff("coordinator")
    propose(desk.cases[0], sum=Decimal(4321), reasons="Hyvä.", by=other, now=TAKEN_UP)
    declare_conflict(desk.cases[0], has_conflict=True, ground="Puheenjohtaja.", by=desk.coordinator, now=TAKEN_UP)
    for name in ("allocation", "allocation_models"):
        shown = page(desk.coordinator, name, desk.call.pk)
        assert "4 321" not in shown
        assert "esteellinen" in shown
    take(desk, plan=Plan(replace=True))
    assert sums(desk) == ["4321.00", "4500.00", "1179.00"]
    assert Proposal.objects.get(application=desk.cases[0]).proposed_by == other


def test_only_the_coordinator_takes_a_model_and_only_in_handling() -> None:
    desk = scored()
    assert "Ota malli esitysten pohjaksi" not in page(desk.presenter, "allocation_models", desk.call.pk)
    post = reverse("grants:allocation_adopt", args=[desk.call.pk])
    assert signed_in(desk.presenter).post(post, {"ota": "tasa:x"}).status_code == 404
    propose_all(desk, ["1.00", "1.00", "1.00"])
    present(desk)
    with pytest.raises(Refused) as refused:
        take(desk, plan=Plan(replace=True))
    assert refused.value.code == "wrong_state"


def test_more_held_back_than_there_is_is_refused() -> None:
    desk = scored()
    with pytest.raises(Refused) as refused:
        take(desk, plan=Plan(holdback=Decimal(20000)))
    assert refused.value.code == "over_held_back"


def test_empty_pages_say_what_to_do() -> None:
    desk = make_desk(cases=1)
    desk.cases[0].__class__.objects.filter(pk=desk.cases[0].pk).update(state="withdrawn")
    assert "Ei jaettavaa" in page(desk.coordinator, "allocation", desk.call.pk)
    assert "Ei laskettavaa" in page(desk.coordinator, "allocation_models", desk.call.pk)


def test_when_all_is_by_hand_the_page_says_how_to_compare() -> None:
    desk = scored()
    propose_all(desk, ["1.00", "2.00", "3.00"])
    assert "Laske niin, että mallit saavat muuttaa niitä" in page(desk.coordinator, "allocation_models", desk.call.pk)
    told = page(desk.coordinator, "allocation_models", desk.call.pk, query="?korvaa=on&malli=kynnys")
    assert "Laske niin" not in told
    assert "pidetään ennallaan" not in told


def test_the_calls_reserves_are_shared_first_and_their_use_is_shown() -> None:
    desk = scored((0.9, 0.8, 0.3))
    last = desk.cases[2].organisation
    theme = Theme.objects.create(name_fi="Nuoret")
    last.themes.add(theme)
    group = RegionalGroup.objects.create(key="pohjoinen", name_fi="Pohjoinen")
    call = desk.call
    with pgtrigger.ignore("grants.AppropriationReserve:published_reserve_stays"):  # made while the call was a draft
        AppropriationReserve.objects.create(call=call, name_fi="Nuorten toiminta", sum=Decimal(1500), theme=theme)
        AppropriationReserve.objects.create(call=call, name_fi="Pohjoiset kunnat", sum=Decimal(500), group=group)
    address = reverse("grants:allocation_models", args=[call.pk])
    client = signed_in(desk.coordinator)
    before = client.get(address + "?malli=kynnys&malli=kiintiot&raja=15").content.decode()
    button = re.search(r'name="ota" value="(kiintiot:[^"]+)"', before)
    assert button is not None
    take_it = reverse("grants:allocation_adopt", args=[call.pk]) + "?malli=kiintiot&raja=15"
    assert client.post(take_it, {"ota": button[1]}).status_code == 302
    assert sums(desk) == ["4500.00", "4000.00", "1500.00"]
    shown = page(desk.coordinator, "allocation", call.pk)
    assert "Esitykset varauksittain" in shown
    assert "Nuorten toiminta" in shown
    assert shown.count("Varausta on käyttämättä") == 1  # nobody of the northern municipalities applied
    assert [row[1] for row in desk.fresh().allocation["reserves"]] == ["1500.00", "500.00"]


def test_a_kind_without_double_funding_gives_nothing_to_what_a_municipality_funds() -> None:
    desk = scored((0.9, 0.8))
    funded, other = desk.cases
    MunicipalOpinion.objects.create(
        application=funded, municipality=funded.organisation.domicile, stance="funds", given_at=TAKEN_UP
    )
    propose(funded, sum=Decimal(500), reasons="Sovittu.", by=desk.coordinator, now=TAKEN_UP)
    type(desk.call.kind).objects.filter(pk=desk.call.kind_id).update(no_double_funding_with=["municipality"])
    with pytest.raises(Refused, match="rahoittavansa samaa toimintaa") as refused:
        propose(funded, sum=Decimal(600), reasons="Lisää.", by=desk.coordinator, now=TAKEN_UP, revision=1)
    assert refused.value.code == "double_funded"
    assert "jota kunta rahoittaa. Esitä 0" in page(desk.coordinator, "propose", funded.pk)
    take(desk, plan=Plan(replace=True))
    assert sums(desk) == ["0.00", f"{other.asked_sum:.2f}"]
    assert "Kunta rahoittaa samaa toimintaa" in Proposal.objects.get(application=funded).reasons
