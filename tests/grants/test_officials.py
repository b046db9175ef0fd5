"""Office-holders' decisions: laid before the post, decided case by case under its numbers, with four eyes."""

import io
import subprocess
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404

from common.errors import Refused
from common.legal_dates import ServedBy, members_end_on
from grants.life_cycles import CALL
from grants.models import (
    CaseEvent,
    DecidingOfficial,
    Decision,
    DecisionVersion,
    GrantCall,
    GrantKind,
    MunicipalOpinion,
    OfficialNumberSeries,
    Proposal,
    ProposalSet,
    VersionKind,
)
from grants.roles import case_roles
from grants.todos_officials import official_todos
from grants.workflow.claims import decide_claim, file_claim, propose_claim
from grants.workflow.conflicts import declare_conflict, declare_no_conflicts
from grants.workflow.corrections import correct_decision
from grants.workflow.decisions import (
    Change,
    issue_decision,
    make_final,
    record_decisions,
    record_publication,
)
from grants.workflow.official_posts import end_official, name_official
from grants.workflow.officials import decide_as_official, frozen_number, lay_call, take_back_laid
from grants.workflow.presentation import present_call
from grants.workflow.proposals import propose
from liaisons.models import AgendaItem
from notifications.models import Message
from organisations.models import Membership
from tests.accounts.factories import UserFactory, staff
from tests.grants.factories import make_kind
from tests.grants.factories_handling import AFTER, MEETING_AT, TAKEN_UP, make_desk, make_held, propose_all
from tests.grants.factories_officials import DECIDED_AT, POST, OfficialDesk, make_official, make_official_desk
from tests.liaisons.factories import BodyAppointmentFactory, MeetingFactory

pytestmark = pytest.mark.django_db
SENT = DECIDED_AT + timedelta(hours=2)


def code_of(refused: Any) -> str:
    return str(refused.value.code)


def titles(user: Any, now: Any = DECIDED_AT) -> list[str]:
    return [row.title for row in official_todos(user, now)]


def deciding(desk: OfficialDesk, chosen: dict[int, Change | None], **given: Any) -> list[Decision]:
    values = {"frozen": frozen_number(desk.call), "by": desk.official, "now": DECIDED_AT, **given}
    return decide_as_official(desk.call, chosen, **values)


# Laying before the office-holder


def test_a_call_is_laid_before_the_holder_of_the_post_with_its_frozen_proposal() -> None:
    desk = make_official_desk(laid=False)
    assert titles(desk.coordinator) == ["Vie esitykset viranhaltijan päätettäväksi: Toiminta-avustus 2027"]
    for stranger in (desk.official, staff("registrar"), UserFactory()):
        with pytest.raises(Http404):
            lay_call(desk.call, by=stranger, now=TAKEN_UP)
    lay_call(desk.call, by=desk.coordinator, now=TAKEN_UP)
    lay_call(desk.call, by=desk.coordinator, now=TAKEN_UP + timedelta(hours=1))
    call = desk.fresh()
    assert (call.state, call.laid_before, call.agenda_item, call.presented_at) == ("presented", POST, None, TAKEN_UP)
    assert (ProposalSet.objects.get().number, AgendaItem.objects.count()) == (1, 0)
    assert CaseEvent.objects.filter(verb="lay_call").count() == 2
    assert [row.to_user for row in Message.objects.filter(kind="grants.laid")] == [desk.official]
    assert titles(desk.official) == ["Päätä avustukset: Toiminta-avustus 2027"]
    assert titles(desk.deputy) == []


@pytest.mark.parametrize("code", ["proposals_missing", "no_official", "nothing_to_decide"])
def test_what_cannot_be_laid_yet(code: str) -> None:
    desk = make_official_desk("1000.00", laid=False)
    if code == "proposals_missing":
        Proposal.objects.all().delete()
    elif code == "no_official":
        DecidingOfficial.objects.update(valid_until=date(2026, 12, 1))
        assert titles(staff("administrator"), TAKEN_UP) == [f"Nimeä päättäjä virkaan: {POST}"]
    else:
        desk.cases[0].state = "withdrawn"
        desk.cases[0].save()
    with pytest.raises(Refused) as refused:
        lay_call(desk.call, by=desk.coordinator, now=TAKEN_UP)
    assert code_of(refused) == code
    assert desk.fresh().state == "handling"


def test_a_bodys_call_is_not_for_an_official_and_the_other_way_round() -> None:
    desk = make_desk(cases=1)
    propose_all(desk, ["1000.00"])
    make_official()
    with pytest.raises(Http404):
        lay_call(desk.call, by=desk.coordinator, now=TAKEN_UP)
    held = make_held(cases=1)
    with pytest.raises(Http404):
        decide_as_official(held.call, {held.cases[0].pk: None}, frozen=1, by=make_official().user, now=AFTER)
    own = make_official_desk("1000.00", laid=False)
    presenter = BodyAppointmentFactory(body=own.claims_body).user
    meeting = MeetingFactory(body=own.claims_body, starts_at=MEETING_AT)
    with pytest.raises(Http404):
        present_call(own.call, meeting=meeting, by=presenter, now=TAKEN_UP)
    lay_call(own.call, by=own.coordinator, now=TAKEN_UP)
    for by in (staff("registrar"), BodyAppointmentFactory(body=own.claims_body, role="secretary").user):
        with pytest.raises(Http404):
            record_decisions(own.call, section_number=3, decided_on=DECIDED_AT.date(), by=by, now=DECIDED_AT)


# Deciding


def test_one_or_many_are_decided_as_proposed_under_running_numbers() -> None:
    desk = make_official_desk("3000.00", "0.00", "1000.00")
    (first,) = desk.decide(desk.cases[1])
    assert (first.official_number, first.official_year, first.reference) == (1, 2027, "nro 1/2027")
    assert (first.body_name, first.decided_by, first.prepared_by) == (POST, desk.official, desk.coordinator)
    assert (first.claims_body, first.section_number, first.agenda_item) == ("Aluehallitus", None, None)
    assert (first.outcome, first.reasons) == ("rejected", "Toiminta ei vastaa haun tavoitteita.")
    assert (first.legal_basis, first.contact[:19]) == (desk.call.legal_basis_fi, "Kaisa Koordinaattor")
    assert desk.fresh().state == "presented"
    made = desk.decide(desk.cases[0], desk.cases[2])
    assert [(row.sum, row.official_number) for row in made] == [(Decimal("3000.00"), 2), (Decimal("1000.00"), 3)]
    call = desk.fresh()
    assert (call.state, call.decided_total) == ("decided", Decimal("4000.00"))
    assert "nro 2/2027 (hyvinvointijohtaja)" in CaseEvent.objects.get(application=desk.cases[0], verb="decide").text
    again = make_official_desk("500.00")
    next_year = DECIDED_AT.replace(year=2028)
    declare_no_conflicts([again.cases[0].pk], by=desk.official, now=next_year)
    assert again.decide(by=desk.official, now=next_year)[0].reference == "nro 1/2028"
    assert list(OfficialNumberSeries.objects.order_by("year").values_list("year", "last")) == [(2027, 3), (2028, 1)]


def test_an_official_keeps_to_the_rule_of_double_funding() -> None:
    desk = make_official_desk("3000.00", "4500.00", appropriation=Decimal("15000.00"))
    funded, _other = desk.cases
    place = funded.organisation.domicile
    MunicipalOpinion.objects.create(application=funded, municipality=place, stance="funds", given_at=TAKEN_UP)
    GrantKind.objects.filter(pk=desk.call.kind_id).update(no_double_funding_with=["municipality"])
    with pytest.raises(Refused) as refused:
        deciding(desk, {funded.pk: None})
    assert code_of(refused) == "double_funded"
    assert not Decision.objects.exists()
    (made,) = deciding(desk, {funded.pk: Change(Decimal(0), "Kunta rahoittaa samaa toimintaa.")})
    assert made.outcome == "rejected"


def test_decided_otherwise_with_reasons_and_never_above_what_there_is() -> None:
    desk = make_official_desk("3000.00", "4500.00", appropriation=Decimal("15000.00"))
    GrantCall.objects.filter(pk=desk.call.pk).update(decided_total=Decimal("9000.00"))
    first, second = desk.cases
    for change, code in (
        (Change(Decimal("4500.01"), "Enemmän."), "over_asked"),
        (Change(Decimal("100.00"), " "), "reasons_missing"),
    ):
        with pytest.raises(Refused) as refused:
            deciding(desk, {first.pk: change})
        assert code_of(refused) == code
    with pytest.raises(Refused) as refused:
        deciding(desk, {first.pk: Change(Decimal("2000.00"), "Vähemmän."), second.pk: None})
    assert code_of(refused) == "over_appropriation"
    assert (Decision.objects.count(), OfficialNumberSeries.objects.count()) == (0, 0)
    (made,) = deciding(desk, {first.pk: Change(Decimal("2000.00"), "Osa kuluista ei kuulu tähän.")})
    assert (made.sum, made.outcome, made.reasons) == (
        Decimal("2000.00"),
        "partly",
        "Osa kuluista ei kuulu tähän.",
    )
    (other,) = deciding(desk, {second.pk: Change(Decimal(0), "Hakija ei ole järjestö.", not_examined=True)})
    assert (other.outcome, other.sum) == ("not_examined", 0)


def test_twice_is_once_and_a_late_tab_is_told() -> None:
    desk = make_official_desk("3000.00", "0.00")
    made = desk.decide(desk.cases[0])
    assert [row.pk for row in desk.decide(desk.cases[0])] == [row.pk for row in made]
    with pytest.raises(Refused) as refused:
        deciding(desk, {desk.cases[0].pk: Change(Decimal("1.00"), "Muutin mieleni.")})
    assert code_of(refused) == "decided"
    declare_no_conflicts([desk.cases[1].pk], by=desk.deputy, now=TAKEN_UP)
    desk.decide(desk.cases[1], by=desk.deputy)
    with pytest.raises(Refused) as refused:
        desk.decide(desk.cases[1])
    assert code_of(refused) == "decided"
    assert Decision.objects.count() == 2
    assert OfficialNumberSeries.objects.get().last == 2


def test_a_page_from_before_the_proposal_changed_decides_nothing() -> None:
    desk = make_official_desk("3000.00")
    take_back_laid(desk.call, by=desk.coordinator, now=TAKEN_UP)
    with pytest.raises(Http404):
        deciding(desk, {desk.cases[0].pk: None}, frozen=1)
    propose(desk.cases[0], sum=Decimal(1), reasons="x", revision=1, by=desk.coordinator, now=TAKEN_UP)
    lay_call(desk.fresh(), by=desk.coordinator, now=TAKEN_UP)
    with pytest.raises(Refused) as refused:
        deciding(desk, {desk.cases[0].pk: None}, frozen=1)
    assert code_of(refused) == "stale"
    assert desk.decide()[0].sum == 1


def test_taken_back_keeps_what_has_been_decided() -> None:
    desk = make_official_desk("3000.00", "1000.00")
    desk.decide(desk.cases[0])
    for _time in range(2):
        take_back_laid(desk.call, by=desk.coordinator, now=DECIDED_AT)
    call = desk.fresh()
    assert (call.state, call.laid_before, call.presented_by) == ("handling", "", None)
    assert [case.state for case in desk.cases] == ["decided", "in_handling"]
    lay_call(call, by=desk.coordinator, now=DECIDED_AT)
    desk.decide(desk.cases[1])
    assert (desk.fresh().state, desk.call.decided_total) == ("decided", Decimal("4000.00"))
    with pytest.raises(Refused) as refused:
        take_back_laid(desk.call, by=desk.coordinator, now=DECIDED_AT)
    assert code_of(refused) == "wrong_state"


def test_a_call_whose_last_cases_were_withdrawn_is_closed() -> None:
    desk = make_official_desk("3000.00", "1000.00")
    with pytest.raises(Refused) as refused:
        deciding(desk, {})
    assert code_of(refused) == "nothing_chosen"
    desk.decide(desk.cases[0])
    desk.cases[1].state = "withdrawn"
    desk.cases[1].save()
    with pytest.raises(Refused) as refused:
        desk.decide(desk.cases[1])
    assert code_of(refused) == "gone"
    assert deciding(desk, {}) == []
    assert deciding(desk, {}) == []
    assert desk.fresh().state == "decided"


# Who decides: four eyes and conflicts of interest


def test_undeclared_conflicted_and_own_proposals_are_not_decided() -> None:
    desk = make_official_desk("3000.00", "1000.00", declared=False)
    with pytest.raises(Refused) as refused:
        desk.decide(desk.cases[0])
    assert code_of(refused) == "undeclared"
    Message.objects.all().delete()
    declare_conflict(desk.cases[0], has_conflict=True, ground="Puoliso on jäsen.", by=desk.official, now=TAKEN_UP)
    with pytest.raises(Refused) as refused:
        desk.decide(desk.cases[0])
    assert code_of(refused) == "conflict"
    assert [row.to_user for row in Message.objects.filter(kind="grants.laid")] == [desk.deputy]
    assert titles(desk.deputy) == ["Päätä avustukset: Toiminta-avustus 2027"]
    declare_no_conflicts([desk.cases[0].pk], by=desk.deputy, now=TAKEN_UP)
    (made,) = desk.decide(desk.cases[0], by=desk.deputy)
    assert (made.decided_by, made.as_deputy) == (desk.deputy, True)
    Proposal.objects.filter(application=desk.cases[1]).update(proposed_by=desk.official)
    declare_no_conflicts([desk.cases[1].pk], by=desk.official, now=TAKEN_UP)
    with pytest.raises(Refused) as refused:
        desk.decide(desk.cases[1])
    assert code_of(refused) == "own_proposal"


def test_a_case_that_nobody_in_the_post_may_decide_asks_for_a_deputy() -> None:
    desk = make_official_desk("3000.00")
    administrator = staff("administrator")
    assert titles(administrator) == []
    for person in (desk.official, desk.deputy):
        declare_conflict(desk.cases[0], has_conflict=True, ground="Veli on hakija.", by=person, now=TAKEN_UP)
    assert titles(administrator) == [f"Nimeä päättäjä virkaan: {POST}"]
    assert titles(desk.official) == []


def test_nobody_else_decides_and_a_right_ends_with_its_term() -> None:
    desk = make_official_desk("3000.00")
    other_post = make_official(post="kehittämisjohtaja").user
    for by in (desk.coordinator, staff("registrar"), other_post, UserFactory()):
        with pytest.raises(Http404):
            deciding(desk, {desk.cases[0].pk: None}, by=by)
    DecidingOfficial.objects.filter(user=desk.official).update(valid_until=DECIDED_AT.date() - timedelta(days=1))
    with pytest.raises(Http404):
        desk.decide()
    assert list(case_roles(desk.official, DECIDED_AT)) == []
    assert [row.scope for row in case_roles(desk.deputy, DECIDED_AT)] == [POST]


def test_the_administrator_names_officials_but_not_themselves() -> None:
    make_kind(decided_by=None, decision_maker="office_holder", decided_by_post_fi=POST)
    administrator, person = staff("administrator"), UserFactory()
    given = {"is_deputy": False, "valid_from": TAKEN_UP.date(), "valid_until": None, "reason": "AH 14 §"}
    for user, by, post, code in (
        (administrator, administrator, POST, "own_role"),
        (person, administrator, "talousjohtaja", "unknown_post"),
    ):
        with pytest.raises(Refused) as refused:
            name_official(post, user=user, by=by, now=TAKEN_UP, **given)
        assert code_of(refused) == code
    with pytest.raises(Http404):
        name_official(POST, user=person, by=staff("coordinator"), now=TAKEN_UP, **given)
    row = name_official(POST, user=person, by=administrator, now=TAKEN_UP, **given)
    assert name_official(POST, user=person, by=administrator, now=TAKEN_UP, **given) == row
    for changed in ({"reason": " "}, {"is_deputy": True}, {"valid_until": TAKEN_UP.date() - timedelta(days=1)}):
        with pytest.raises(Refused) as refused:
            name_official(
                POST,
                user=person,
                by=administrator,
                now=TAKEN_UP,
                **{**given, **changed, "valid_from": date(2027, 1, 1)},
            )
        assert code_of(refused) == "official_refused"
    assert Message.objects.filter(kind="grants.official").count() == 1
    end_official(row, ends_on=date(2027, 1, 31), by=administrator, now=TAKEN_UP)
    assert DecidingOfficial.objects.get().valid_until == date(2027, 1, 31)


# Afterwards: publication, letter, final, claims, corrections


def test_served_published_and_final_like_a_bodys_decision(tmp_path: Path) -> None:
    desk = make_official_desk("3000.00")
    (made,) = desk.decide()
    registrar = staff("registrar")
    assert record_publication(desk.call, published_on=DECIDED_AT.date(), by=desk.official, now=SENT) == 1
    issued = issue_decision(made, served_by=ServedBy.ELECTRONIC, by=registrar, now=SENT)
    assert issued.members_end_on == members_end_on(DECIDED_AT.date())
    assert issued.final_on == issued.members_end_on + timedelta(days=1)
    version = DecisionVersion.objects.get()
    assert (version.official_number, version.official_year, version.section_number) == (1, 2027, None)
    with version.letter.file.open() as file:
        (tmp_path / "letter.pdf").write_bytes(io.BytesIO(file.read()).getvalue())
    told = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "letter.pdf"), "-"], capture_output=True, text=True, check=True
    ).stdout
    for words in ("nro 1/2027", POST, "Helvi Hyvinvointijohtaja", "Aluehallitus", "Oikaisuvaatimusohje"):
        assert words in told
    assert "§\n" not in told.split("Asia")[0]
    assert make_final(now=SENT + timedelta(days=40)) == 1


def test_decided_and_published_the_same_day() -> None:
    desk = make_official_desk("3000.00")
    (made,) = deciding(desk, {desk.cases[0].pk: None}, is_published=True)
    assert (made.minutes_published_on, made.members_end_on) == (DECIDED_AT.date(), members_end_on(DECIDED_AT.date()))


def test_a_claim_goes_to_the_named_body_and_may_change_the_decision() -> None:
    desk = make_official_desk("3000.00")
    (made,) = desk.decide()
    issue_decision(made, served_by=ServedBy.ELECTRONIC, by=staff("registrar"), now=SENT)
    party = Membership.objects.get(organisation=desk.cases[0].organisation, role="admin").user
    claim = file_claim(made, demand="Lisää.", by=party, now=SENT)
    propose_claim(
        claim, outcome="accepted", sum=Decimal("4000.00"), reasons="Laskuvirhe.", by=desk.coordinator, now=SENT
    )
    secretary = BodyAppointmentFactory(body=desk.claims_body, role="secretary").user
    given = {
        "outcome": "accepted",
        "reasons": "Laskuvirhe.",
        "new_sum": Decimal("4000.00"),
        "decided_on": SENT.date(),
        "section_number": 21,
        "court": "Itä-Suomen hallinto-oikeus",
        "now": SENT,
    }
    assert titles(secretary) == [f"Ilmoita mahdollinen esteellisyys: oikaisuvaatimus {claim.case_number}"]
    with pytest.raises(Http404):
        decide_claim(claim, by=secretary, **given)
    declare_conflict(desk.cases[0], has_conflict=False, by=secretary, now=SENT)
    with pytest.raises(Http404):
        decide_claim(claim, by=desk.official, **given)
    decide_claim(claim, by=secretary, **given)
    made.refresh_from_db()
    assert (made.sum, made.version, made.decider, made.reference) == (Decimal("4000.00"), 2, "Aluehallitus", "21 §")
    assert (made.official_number, desk.fresh().decided_total) == (1, Decimal("4000.00"))


def test_an_error_of_substance_is_corrected_by_the_official_under_a_new_number() -> None:
    desk = make_official_desk("3000.00")
    (made,) = desk.decide()
    registrar = staff("registrar")
    issue_decision(made, served_by=ServedBy.ELECTRONIC, by=registrar, now=SENT)
    made.refresh_from_db()
    texts = {name: getattr(made, name) for name in ("legal_basis", "purpose", "terms", "contact")}
    given: dict[str, Any] = {
        "kind": VersionKind.SUBSTANCE,
        "why": "Hakijan talousarvio luettiin väärin.",
        "sum": Decimal("3500.00"),
        "reasons": "Toiminta on vaikuttavaa ja laajaa.",
        "revision": 1,
        "now": SENT,
        **texts,
    }
    with pytest.raises(Refused) as refused:
        correct_decision(made, by=registrar, **given)
    assert code_of(refused) == "not_decider"
    correct_decision(made, by=desk.official, **given)
    made.refresh_from_db()
    assert (made.sum, made.reference, made.decided_on) == (Decimal("3500.00"), "nro 2/2027", SENT.date())


@pytest.mark.parametrize(
    ("verb", "state"),
    [
        (verb, state)
        for verb in ("lay_call", "take_back_laid", "decide_as_official")
        for state in sorted(CALL.keys())
        if not CALL.allows(state, verb)
    ],
)
def test_missing_edges_are_refused(verb: str, state: str) -> None:
    desk = make_official_desk("3000.00")
    GrantCall.objects.filter(pk=desk.call.pk).update(state=state)
    act = {
        "lay_call": lambda: lay_call(desk.call, by=desk.coordinator, now=DECIDED_AT),
        "take_back_laid": lambda: take_back_laid(desk.call, by=desk.coordinator, now=DECIDED_AT),
        "decide_as_official": lambda: deciding(desk, {desk.cases[0].pk: None}),
    }[verb]
    if (verb, state) in {("lay_call", "presented"), ("take_back_laid", "handling")}:
        act()  # done already, silently
    else:
        with pytest.raises((Refused, Http404)):
            act()
    assert (desk.fresh().state, Decision.objects.count()) == (state, 0)


# What the database defends


@pytest.mark.parametrize(
    "wrong",
    [
        {"official_number": None},
        {"section_number": 12},
        {"decided_by": None},
        {"prepared_by": "decided_by"},
    ],
)
def test_a_decision_has_either_a_section_or_a_number(wrong: dict[str, Any]) -> None:
    desk = make_official_desk("3000.00")
    (made,) = desk.decide()
    values = {name: made.decided_by if value == "decided_by" else value for name, value in wrong.items()}
    with pytest.raises(IntegrityError, match=r"grants_decision_(one_way|four_eyes)"), transaction.atomic():
        Decision.objects.filter(pk=made.pk).update(**values)


def test_numbers_calls_and_kinds_have_one_way() -> None:
    desk = make_official_desk("3000.00", "1000.00")
    first, second = desk.decide()
    with pytest.raises(IntegrityError, match="official_number"), transaction.atomic():
        Decision.objects.filter(pk=second.pk).update(official_number=first.official_number)
    held = make_held(cases=1)
    with pytest.raises(IntegrityError, match="grants_call_presented"), transaction.atomic():
        GrantCall.objects.filter(pk=held.call.pk).update(laid_before=POST)
    with pytest.raises(IntegrityError, match="grants_kind_one_decider"), transaction.atomic():
        GrantKind.objects.filter(pk=desk.call.kind_id).update(decided_by=desk.claims_body)
    row = DecidingOfficial.objects.get(user=desk.official)
    with pytest.raises(IntegrityError, match="grants_official_not_own"), transaction.atomic():
        DecidingOfficial.objects.filter(pk=row.pk).update(given_by=desk.official)
