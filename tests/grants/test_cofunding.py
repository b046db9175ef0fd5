"""Co-funders' decisions, what the payment waits for, yearly commitments, and what comes after the project."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.http import Http404
from django.urls import reverse

from accounts.models import User
from common.errors import Refused
from common.policies import allowed
from grants.cofunded import by_year, promised
from grants.life_cycles_negotiations import COFUNDING, CONTINUITY
from grants.models import Agreement, CaseEvent, CoFundedProject, CoFunding, Continuity, Decision, Side
from grants.money_lists import payable
from grants.negotiation_reminders import continuity_reminders
from grants.todos_negotiations import negotiation_todos
from grants.workflow.cofunding import FunderFacts, Share, keep_cofunding, save_project, set_condition, settle_cofunding
from grants.workflow.continuity import answer_continuity, ask_continuity, draft_agreement, view_continuity
from grants.workflow.negotiations import set_participants
from grants.workflow.payments import plan_payment, release_payment
from notifications.models import Message
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.factories import PDF, body_of, make_member
from tests.grants.factories_agreements import make_agreement_kind
from tests.grants.factories_handling import TAKEN_UP
from tests.grants.factories_money import FINAL, make_account, make_decision, make_use_report
from tests.grants.factories_negotiations import Table, agree, make_table
from tests.grants.test_handling_pages import count, page, set_clock, text
from tests.liaisons.factories import AppointmentFactory

pytestmark = pytest.mark.django_db

STEA = FunderFacts("stea", "STEA", Decimal(60000), "pending")


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, FINAL)


@pytest.fixture
def table() -> Table:
    return make_table()


def code_of(verb: Any) -> str:
    with pytest.raises(Refused) as refused:
        verb()
    return refused.value.code


def keep(table: Table, facts: FunderFacts = STEA, row: CoFunding | None = None, **fields: Any) -> CoFunding:
    given = {"side": Side.ORGANISATION, "by": table.signatory, "now": FINAL, "cofunding": row}
    if row is not None:
        given["revision"] = row.revision
    return keep_cofunding(table.case, facts, **{**given, **fields})


def decided(state: str, granted: str | None = None, day: date | None = date(2027, 2, 1)) -> FunderFacts:
    return FunderFacts("stea", "STEA", Decimal(60000), state, Decimal(granted) if granted else None, day, "nro 7")


def award(table: Table, total: str = "3000.00") -> Decision:
    decision = make_decision(sum=total, application=table.case)
    table.fresh()
    return decision


def project(table: Table, ends_on: date = date(2028, 12, 31), **fields: Any) -> CoFundedProject:
    shares = [Share(2027, Decimal(3000)), Share(2028, Decimal(2000), is_conditional=True)]
    given = {"name": "Mukaan", "starts_on": date(2027, 1, 1), "ends_on": ends_on, "shares": shares, **fields}
    return save_project(table.case, by=table.coordinator, now=FINAL, **given)


def titles(user: User) -> list[str]:
    return [todo.title for todo in negotiation_todos(user, FINAL)]


def test_the_applicant_keeps_the_funders_and_a_smaller_decision_waits_for_the_officer(table: Table) -> None:
    client, own = signed_in(table.signatory), [table.organisation.pk, table.case.pk]
    assert "Muita rahoittajia ei ole kirjattu." in page(table.signatory, "own_cofunding", *own)
    new = reverse("grants:own_cofunding_new", args=own)
    given = {"funder": "stea", "name": "STEA", "asked_sum": "60 000", "state": "pending", "revision": "0"}
    assert client.post(new, {**given, "name": ""}).status_code == 422
    for _twice in range(2):
        assert client.post(new, given).status_code == 302
    row = CoFunding.objects.get()
    one = reverse("grants:own_cofunding_edit", args=[*own, row.pk])
    partly = {**given, "state": "partly", "granted_sum": "52 000", "decided_on": "1.2.2027", "revision": "1"}
    too_much = client.post(one, {**partly, "granted_sum": "60 000"})
    assert too_much.status_code == 409
    assert "Osittain myönnetty on pienempi kuin haettu summa" in text(too_much)
    upload = SimpleUploadedFile("paatos.pdf", PDF, content_type="application/pdf")
    assert client.post(one, {**partly, "file": upload}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.granted_sum, row.files.count()) == ("partly", Decimal(52000), 1)
    stale = client.post(one, {**partly, "reference": "Vanha välilehti"})
    assert stale.status_code == 409
    assert "Vanha välilehti" in text(stale)
    assert Message.objects.filter(kind="grants.cofunding", to_user=table.coordinator).count() == 1
    assert f"Muu rahoittaja myönsi vähemmän: {table.organisation.name}" in titles(table.coordinator)
    officer = signed_in(table.coordinator)
    settling = reverse("grants:cofunding_edit", args=[table.case.pk, row.pk])
    assert officer.post(settling, {"act": "settle", "settle-reason": " "}).status_code == 422
    officer.post(settling, {"act": "settle", "settle-reason": "Ryhmiä on vähemmän."})
    assert not any("myönsi vähemmän" in title for title in titles(table.coordinator))
    shown = page(table.signatory, "own_cofunding", *own)
    assert "Ryhmiä on vähemmän." in shown
    assert "52 000 €" in shown
    file = row.files.get()
    served = client.get(reverse("grants:own_cofunding_file", args=[*own, file.pk]))
    assert body_of(served) == PDF
    assert (
        signed_in(UserFactory()).get(reverse("grants:cofunding_file", args=[table.case.pk, file.pk])).status_code == 404
    )


def test_what_is_refused_of_a_funder(table: Table) -> None:
    row = keep(table)
    assert keep(table) == row, "a double press is one funder"
    assert code_of(lambda: keep(table, decided("granted"))) == "exists"
    assert code_of(lambda: keep(table, decided("granted", day=None), row)) == "bad_day"
    assert code_of(lambda: keep(table, decided("granted", day=date(2030, 1, 1)), row)) == "bad_day"
    assert code_of(lambda: keep(table, decided("granted", "100"), row)) == "bad_sum"
    assert code_of(lambda: keep(table, decided("partly"), row)) == "bad_sum"
    assert code_of(lambda: keep(table, FunderFacts("esf", "ELY", Decimal(0), "asked"))) == "bad_sum"
    assert code_of(lambda: settle_cofunding(row, note="x", by=table.coordinator, now=FINAL)) == "not_smaller"
    with pytest.raises(Http404):
        keep(table, decided("refused"), row, by=make_member(table.organisation, "viewer"))
    with pytest.raises(Http404):
        set_condition(row, is_condition=True, by=table.signatory, now=FINAL)
    report = make_use_report(decision=award(table), state="approved")
    assert report.state == "approved"
    with pytest.raises(Http404):
        keep(table, decided("refused"), row)
    keep(table, decided("refused"), row, side=Side.COUNTY, by=table.coordinator)


def test_the_payment_waits_for_the_funder_on_whom_the_grant_depends(table: Table) -> None:
    row, decision = keep(table), award(table)
    given: dict[str, Any] = {"by": table.coordinator, "now": FINAL}
    assert list(payable(table.coordinator, FINAL)) == [decision]
    for _twice in range(2):
        set_condition(row, is_condition=True, **given)
    assert CaseEvent.objects.filter(verb="set_condition").count() == 1
    assert code_of(lambda: plan_payment(decision, sum=Decimal(100), **given)) == "cofunding_waits"
    assert not payable(table.coordinator, FINAL).exists()
    row = keep(table, decided("partly", "50000"), row)
    assert code_of(lambda: plan_payment(decision, sum=Decimal(100), **given)) == "cofunding_waits"
    settle_cofunding(row, note="Ei vaikuta.", **given)
    payment = plan_payment(decision, sum=Decimal(100), **given)
    make_account(table.organisation)
    row.refresh_from_db()
    row = keep(table, decided("refused"), row)
    assert (row.settled_note, row.is_smaller) == ("", True), "a new decision is settled anew"
    clerk = staff("payments_clerk")
    assert code_of(lambda: release_payment(payment, by=clerk, now=FINAL)) == "cofunding_waits"
    assert code_of(lambda: set_condition(row, is_condition=False, **given)) == "reason_missing"
    set_condition(row, is_condition=False, reason="Hyvinvointialue maksaa silti.", **given)
    assert release_payment(payment, by=clerk, now=FINAL).state == "released"


def test_the_term_and_the_yearly_commitments(table: Table) -> None:
    officer = signed_in(table.coordinator)
    assert "Sitoumuksia ei ole" in text(officer.get(reverse("grants:commitments")))
    address = reverse("grants:cofunded_project", args=[table.case.pk])
    given = {"name": "Mukaan", "starts_on": "1.1.2027", "ends_on": "31.12.2026", "year_0": "2027", "sum_0": "3 000"}
    refused = officer.post(address, given)
    assert refused.status_code == 422
    assert "Hanke päättyy ennen kuin se alkaa" in text(refused)
    given["ends_on"] = "31.12.2028"
    outside = officer.post(address, {**given, "year_1": "2030", "sum_1": "5"})
    assert "Osuuden vuosi ei ole hankkeen aikana: 2030" in text(outside)
    assert officer.post(address, {**given, "year_1": "2028"}).status_code == 422, "a sum is missing"
    more = {"year_1": "2028", "sum_1": "2 000", "conditional_1": "on"}
    assert officer.post(address, {**given, **more}).status_code == 302
    assert code_of(lambda: project(table, shares=[Share(2030, Decimal(1))])) == "bad_share"
    rows = by_year(promised(table.coordinator, FINAL))
    assert [(row["year"], row["coming"], row["committed"]) for row in rows] == [(2027, 3000, 0), (2028, 2000, 0)]
    award(table)
    rows = by_year(promised(table.coordinator, FINAL))
    assert [(row["year"], row["committed"], row["conditional"]) for row in rows] == [(2027, 3000, 0), (2028, 0, 2000)]
    row = keep(table)
    set_condition(row, is_condition=True, by=table.coordinator, now=FINAL)
    assert [row["conditional"] for row in by_year(promised(table.coordinator, FINAL))] == [3000, 2000]
    shown = text(officer.get(reverse("grants:commitments")))
    assert "Mukaan" in shown
    assert "Ehdollinen" in shown
    exported = officer.get(reverse("grants:commitments_csv"))
    assert "ehdollinen" in b"".join(exported).decode()


def test_the_database_holds_the_facts_of_funders_and_terms(table: Table) -> None:
    row, made = keep(table), project(table)
    broken: list[tuple[Any, dict[str, Any], str]] = [
        (CoFunding.objects.filter(pk=row.pk), {"state": "granted"}, "grants_cofunding_decision_fits_sum"),
        (CoFunding.objects.filter(pk=row.pk), {"asked_sum": 0}, "grants_cofunding_asked"),
        (CoFunding.objects.filter(pk=row.pk), {"settled_note": "x"}, "grants_cofunding_settled_says_how"),
        (CoFundedProject.objects.filter(pk=made.pk), {"ends_on": date(2020, 1, 1)}, "grants_cofunded_term_order"),
        (made.shares.all(), {"sum": 0}, "grants_share_positive"),
    ]
    for rows, fields, constraint in broken:
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            rows.update(**fields)


def test_continuity_is_asked_answered_viewed_and_agreed_on(table: Table) -> None:
    held = AppointmentFactory(user=UserFactory(full_name="Liisa Liaison"))
    set_participants(table.case, [held.post_id], by=table.coordinator, now=TAKEN_UP)
    agree(table)
    award(table)
    made = project(table)
    early, due = made.ends_on - timedelta(days=250), made.ends_on - timedelta(days=240)
    at = FINAL + (early - FINAL.date())
    asked_at = FINAL + (due - FINAL.date())
    assert ask_continuity(now=at) == 0
    assert ask_continuity(now=asked_at) == 1
    assert ask_continuity(now=asked_at) == 0
    row = Continuity.objects.get()
    assert row.due_on == made.ends_on - timedelta(days=183)
    assert Message.objects.filter(kind="grants.continuity", to_user=table.signatory).count() == 1
    assert titles(table.signatory) == ["Kertokaa, miten toiminta jatkuu: Mukaan"]
    assert list(continuity_reminders(asked_at)) == []
    soon = list(continuity_reminders(FINAL + (row.due_on - timedelta(days=14) - FINAL.date())))
    late = list(continuity_reminders(FINAL + (row.due_on + timedelta(days=2) - FINAL.date())))
    assert [one.to for one in soon + late] == [table.signatory] * 2
    assert soon[0].dedup_key != late[0].dedup_key
    own = reverse("grants:own_continuity", args=[table.organisation.pk, table.case.pk])
    client = signed_in(table.signatory)
    assert client.post(own, {"plan": "agreement", "text": ""}).status_code == 422
    assert client.post(own, {"plan": "agreement", "text": "Vapaaehtoiset vetävät ryhmiä."}).status_code == 302
    told = Message.objects.filter(kind="grants.continuity").exclude(to_user=table.signatory)
    assert set(told.values_list("to_user", flat=True)) >= {table.coordinator.pk, held.user_id}
    assert any("näkemys" in title for title in titles(table.coordinator))
    officer = signed_in(table.coordinator)
    desk = reverse("grants:continuity", args=[table.case.pk])
    assert "Vapaaehtoiset vetävät ryhmiä." in text(officer.get(desk))
    assert signed_in(held.user).get(desk).status_code == 302, "the liaison person declares first"
    assert officer.post(desk, {"view": "Hyvä suunnitelma."}).status_code == 302
    late_answer = client.post(own, {"plan": "ends", "text": "Sittenkin loppuu."})
    assert late_answer.status_code == 409
    assert "Sittenkin loppuu." in text(late_answer)
    assert "Hyvä suunnitelma." in text(client.get(own))
    kind = make_agreement_kind()
    for _twice in range(2):
        officer.post(reverse("grants:continuity_agreement", args=[table.case.pk]), {"kind": str(kind.pk)})
    agreement = Agreement.objects.get()
    assert agreement.title == "Mukaan"
    assert agreement.draft["organisation_duties"] == "Vapaaehtoiset vetävät ryhmiä."
    assert agreement.draft["starts_on"] == "2029-01-01"
    assert agreement.parties.get().organisation == table.organisation


def test_what_is_refused_of_continuity(table: Table) -> None:
    award(table)
    made = project(table, ends_on=date(2027, 6, 30), shares=[])
    assert ask_continuity(now=FINAL) == 1
    given: dict[str, Any] = {"by": table.coordinator, "now": FINAL}
    assert code_of(lambda: view_continuity(table.case, view="x", **given)) == "wrong_state"
    own: dict[str, Any] = {"by": table.signatory, "now": FINAL}
    assert code_of(lambda: answer_continuity(table.case, plan="jotain", text="x", **own)) == "answer_missing"
    answer_continuity(table.case, plan="ends", text="Päättyy.", **own)
    assert code_of(lambda: view_continuity(table.case, view=" ", **given)) == "view_missing"
    kind = make_agreement_kind()
    assert code_of(lambda: draft_agreement(table.case, kind=kind, **given)) == "not_agreement"
    assert allowed("grants.continuity.view", table.signatory, now=FINAL).count() == 0
    with pytest.raises(IntegrityError, match="grants_continuity_answer_has_words"), transaction.atomic():
        Continuity.objects.filter(project=made).update(text="")


def test_the_life_cycles_of_funders_and_continuity() -> None:
    states = [key for key, _label in COFUNDING.choices()]
    assert all(COFUNDING.check(one, "record_cofunding", target=other) == other for one in states for other in states)
    assert CONTINUITY.verbs_from("asked") == ("answer_continuity",)
    assert CONTINUITY.verbs_from("answered") == ("answer_continuity", "view_continuity")
    assert CONTINUITY.verbs_from("viewed") == ("view_continuity",)


def test_pages_have_a_fixed_number_of_queries(table: Table) -> None:
    project(table)
    keep(table)
    client = signed_in(table.coordinator)
    addresses = [reverse("grants:commitments"), reverse("grants:cofunding", args=[table.case.pk])]
    one = [count(client, address) for address in addresses]
    keep(table, FunderFacts("esf", "ELY", Decimal(900), "asked"))
    keep(table, FunderFacts("municipality", "Lieksa", Decimal(900), "asked"))
    shares = [Share(year, Decimal(10)) for year in (2027, 2028)]
    project(table, shares=shares)
    assert [count(client, address) for address in addresses] == one
    assert one[0] <= 12
