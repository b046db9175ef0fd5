"""State aid on the pages: the declaration, paper, the officers' mark, the ledger, the register and its export."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.legal_dates import ServedBy
from grants.models import DeclaredAid, DeMinimisAid, FormVersion, GrantCall
from grants.workflow.calls import copy_call
from grants.workflow.conflicts import declare_conflict
from grants.workflow.decisions import issue_decision
from grants.workflow.paper import start_paper_application
from tests import xlsx
from tests.accounts.factories import signed_in, staff
from tests.grants.call_pages import set_clock, text
from tests.grants.factories import NOW, make_application, make_call, make_member, make_organisation, make_submitted
from tests.grants.factories_handling import AFTER, TAKEN_UP
from tests.grants.factories_money import make_decision
from tests.grants.factories_state_aid import ledger_row, list_aid, make_aid_call, make_declared
from tests.grants.test_state_aid import decide, make_aid_desk, send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, NOW)


def address(name: str, *args: Any) -> str:
    return reverse(f"grants:{name}", args=args)


def own_grant(total: str = "3000.00", *, on: date = date(2026, 11, 2), state: str = "final", **fields: Any) -> Any:
    """Return the ledger's row of a decided grant."""
    decision = make_decision(sum=total, state=state, **fields)
    return DeMinimisAid.objects.create(
        organisation=decision.application.organisation,
        decision=decision,
        granter="Pohjois-Karjalan hyvinvointialue",
        granted_on=on,
        sum=decision.sum,
        purpose="Kahvila",
        added_at=NOW,
        due_on=date(2026, 11, 30),
    )


AID = {"granter": "Lieksan kaupunki", "granted_on": "2.5.2025", "sum": "295 500,01", "purpose": "Kahvila"}


def test_from_the_task_list_to_a_whole_declaration() -> None:
    draft = make_application(call=make_aid_call())
    client = signed_in(draft.created_by)
    tasks = address("application", draft.organisation_id, draft.pk)
    page = address("application_state_aid", draft.organisation_id, draft.pk)
    new = address("application_aid_new", draft.organisation_id, draft.pk)
    assert page in text(client.get(tasks))
    first = text(client.get(page))
    assert "Mitä taloudellinen toiminta on?" in first
    assert "Kolme viime vuotta lasketaan päivästä 22.11.2023 alkaen." in first
    refused = client.post(page, {"is_economic": "yes"})
    assert (refused.status_code, "Kerro, onko muuta vähämerkityksistä tukea saatu." in text(refused)) == (422, True)
    assert client.post(page, {}).status_code == 422
    saved = client.post(page, {"is_economic": "yes", "has_earlier": "yes", "linked": ""})
    assert saved["Location"] == page, "aid is still to be listed"
    wrong = client.post(new, {**AID, "granted_on": "21.11.2023"})
    assert wrong.status_code == 409
    assert "Ilmoita tuet, jotka on myönnetty 22.11.2023 tai sen jälkeen." in text(wrong)
    assert 'value="Lieksan kaupunki"' in text(wrong), "what was typed is kept"
    assert client.post(new, AID).status_code == 302
    over = text(client.get(page))
    assert "Haette 4 500 €, mutta voitte hakea enintään 4 499,99 €." in over
    assert "Haettu summa on liian suuri" in over
    row = DeclaredAid.objects.get()
    edit = address("application_aid", draft.organisation_id, draft.pk, row.pk)
    assert 'value="295 500,01"' in text(client.get(edit))
    client.post(edit, {**AID, "sum": "295 500"})
    assert "Voitte hakea enintään" in text(client.get(page))
    assert client.post(page, {"is_economic": "no"}).status_code == 409
    review = text(client.get(address("application_review", draft.organisation_id, draft.pk)))
    assert "Vähämerkityksiset tuet 22.11.2023 alkaen" in review
    assert "Lieksan kaupunki" in review
    gone = address("application_aid_remove", draft.organisation_id, draft.pk, row.pk)
    for _twice in range(2):
        assert client.post(gone).status_code == 302
    saved = client.post(page, {"is_economic": "no"})
    assert saved["Location"] == address("application_attachments", draft.organisation_id, draft.pk)


def test_viewer_reads_and_the_page_is_not_there_where_it_is_not_asked() -> None:
    draft = make_declared(earlier=True)
    row = list_aid(draft)
    client = signed_in(make_member(draft.organisation, "viewer"))
    page = address("application_state_aid", draft.organisation_id, draft.pk)
    assert "Lieksan kaupunki" in text(client.get(page))
    assert client.post(page, {"is_economic": "no"}).status_code == 404
    assert client.get(address("application_aid", draft.organisation_id, draft.pk, row.pk)).status_code == 404
    plain = make_application()
    other = signed_in(plain.created_by)
    assert other.get(address("application_state_aid", plain.organisation_id, plain.pk)).status_code == 404
    send(draft)
    assert signed_in(draft.created_by).get(page).status_code == 302


def test_own_ledger_hides_what_has_not_been_served() -> None:
    organisation = make_organisation()
    client = signed_in(make_member(organisation))
    page = address("own_aid", organisation.pk)
    assert "Tukia ei ole" in text(client.get(page))
    own_grant("3500.00", organisation=organisation, state="recorded")
    assert "Tukia ei ole" in text(client.get(page))
    ledger_row(organisation, "100.05")
    own_grant("2000.00", organisation=organisation)
    found = text(client.get(page))
    assert "2 100,05 €" in found
    assert "297 899,95 €" in found
    assert signed_in(make_member(make_organisation("Toinen ry"))).get(page).status_code == 404


def test_officer_enters_the_declaration_of_a_paper() -> None:
    coordinator, call = staff("coordinator"), make_aid_call()
    draft = start_paper_application(
        organisation=make_organisation(), call=call, channel="post", arrived_at=NOW, by=coordinator, now=NOW
    )
    client, page = signed_in(coordinator), address("paper_state_aid", call.pk, draft.pk)
    assert page in text(client.get(address("paper", call.pk, draft.pk)))
    assert "Kirjaa vastaukset niin kuin ne ovat paperissa." in text(client.get(page))
    client.post(page, {"is_economic": "yes", "has_earlier": "yes"})
    assert client.post(address("paper_aid_new", call.pk, draft.pk), AID)["Location"] == f"{page}#tuet"
    row = DeclaredAid.objects.get()
    assert client.get(address("paper_aid", call.pk, draft.pk, row.pk)).status_code == 200
    assert client.post(address("paper_aid_remove", call.pk, draft.pk, row.pk)).status_code == 302
    assert not DeclaredAid.objects.exists()


def test_call_says_that_it_asks_and_its_copy_does_too() -> None:
    call = make_aid_call()
    assert "Hakemuksessa kysytään, onko toiminta taloudellista." in text(Client().get(address("call", call.pk)))
    copied: GrantCall = copy_call(call, year=2028, by=staff("coordinator"), now=NOW)
    assert copied.state_aid
    kinds = [page.get("kind") for page in FormVersion.objects.get(call=copied).definition["pages"]]
    assert "state_aid" not in kinds, "the page comes when the call is published"


def test_coordinator_marks_a_case_and_others_read(monkeypatch: pytest.MonkeyPatch) -> None:
    case = make_submitted(call=make_call(state_aid=False))
    ledger_row(case.organisation, "299000.00")
    page = address("case_aid", case.pk)
    client = signed_in(staff("coordinator"))
    work = text(client.get(address("case_work", case.pk)))
    assert page in work
    assert "Tässä haussa valtiontukea ei kysytä hakijalta." in work
    assert client.post(page, {"is_de_minimis": "yes", "why": ""}).status_code == 422
    assert client.post(page, {"is_de_minimis": "yes", "why": "Kahvila.", "nace": "56.11"}).status_code == 302
    found = text(client.get(page))
    assert "Vähämerkityksistä tukea (de minimis)" in found
    assert "1 000,00 €" in found
    auditor = signed_in(staff("auditor"))
    assert "Tallenna merkintä" not in text(auditor.get(page))
    assert auditor.post(page, {"is_de_minimis": "no", "why": "x"}).status_code == 404


def test_proposal_page_shows_the_room_and_refuses_with_the_sums(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, TAKEN_UP)
    desk = make_aid_desk()
    case = desk.cases[0]
    ledger_row(case.organisation, "297000.01")
    client, page = signed_in(desk.coordinator), address("propose", case.pk)
    assert "2 999,99 €" in text(client.get(page))
    given = {"sum": "3 000", "reasons": "Hyvä.", "revision": "0"}
    refused = client.post(page, given)
    assert refused.status_code == 409
    assert "joten nyt voi myöntää enintään 2 999,99 €, ei 3 000 €." in text(refused)
    assert client.post(page, {**given, "sum": "2 999,99"}).status_code == 302


def test_ledger_totals_and_one_organisation() -> None:
    client, first = signed_in(staff("coordinator")), make_organisation("Aamu ry")
    assert "Vähämerkityksisiä tukia ei ole" in text(client.get(address("aid_ledger")))
    assert "Tukia ei ole" in text(client.get(address("aid_organisation", first.pk)))
    own_grant("2500.50", organisation=first)
    ledger_row(first, "100.00")
    ledger_row(first, "50000.00", date(2023, 11, 21))
    ledger_row(make_organisation("Ilta ry"), "7.00")
    page = text(client.get(address("aid_ledger")))
    assert "2 järjestöä" in page
    assert "2 600,50 €" in page
    assert "297 399,50 €" in page
    assert "Ilta ry" not in text(client.get(address("aid_ledger") + "?q=aamu"))
    one = text(client.get(address("aid_organisation", first.pk)))
    assert "2 600,50 €" in one
    assert "Yli kolme vuotta vanha, ei lasketa" in one
    assert "Rekisteröitävä" in one
    any_new = address("aid_new_of_any")
    assert any_new in page
    assert client.post(any_new, {**AID, "organisation": "Tuntematon ry"}).status_code == 422
    told = client.post(any_new, {**AID, "sum": "0,50", "organisation": "Aamu ry"})
    assert told["Location"] == address("aid_organisation", first.pk)
    new = address("aid_new", first.pk)
    assert client.post(new, {**AID, "granted_on": "22.11.2026"}).status_code == 409
    assert client.post(new, {**AID, "sum": "1"}).status_code == 302
    row = DeMinimisAid.objects.get(sum=1)
    assert client.post(address("aid_remove", first.pk, row.pk)).status_code == 302
    assert not DeMinimisAid.objects.filter(pk=row.pk).exists()


def test_conflict_hides_the_grant_of_the_case_from_the_ledger() -> None:
    coordinator = staff("coordinator")
    case = make_submitted()
    declare_conflict(case, has_conflict=True, ground="Sukulainen", by=coordinator, now=NOW)
    aid = own_grant("2500.50", application=case)
    client = signed_in(coordinator)
    one = text(client.get(address("aid_organisation", case.organisation_id)))
    assert "2 500,50" not in one
    assert "Luettelosta ja summista puuttuvat asiat, joissa olet ilmoittanut esteellisyyden." in one
    assert "2 500,50" not in text(client.get(address("aid_register")))
    assert client.get(address("aid_registered", aid.pk)).status_code == 404
    assert client.get(address("case_aid", case.pk)).status_code == 404


def test_register_is_filtered_exported_and_noted() -> None:
    organisation = make_organisation("Aamu ry", business_id="1234567-1")
    late = own_grant("2500.50", organisation=organisation)
    late.due_on = date(2026, 11, 20)
    late.save()
    coming = own_grant("100.00")
    old = own_grant("5.00", on=date(2025, 12, 31))
    client = signed_in(staff("registrar"))
    page = text(client.get(address("aid_register")))
    assert "2 tukea" in page
    assert "Myöhässä" in page
    assert "1 tuki" in text(client.get(address("aid_register") + "?tila=myohassa"))
    assert str(old.decision.application.case_number) not in page, "granted before the register"
    body = client.get(address("aid_export", "csv") + "?tila=myohassa").content.decode().splitlines()
    number = late.decision.application.case_number
    assert body[1] == (
        f"Aamu ry;1234567-1;2500,50;2.11.2026;Pohjois-Karjalan hyvinvointialue;avustus;;{number};20.11.2026;;;"
    )
    sheet = xlsx.read(client.get(address("aid_export", "xlsx")).content)
    assert (sheet.cells["A2"], sheet.cells["C2"], sheet.cells["C3"]) == ("Aamu ry", 2500.5, 100)
    assert client.get(address("aid_export", "pdf")).status_code == 404
    one = address("aid_registered", late.pk)
    assert 'name="seen" value="2 500,50 €"' in text(client.get(one))
    given = {"registered_on": "21.11.2026", "nace": "56.11", "register_number": "R-1"}
    assert client.post(one, {**given, "seen": "2 500,49 €"}).status_code == 409
    assert client.post(one, {**given, "seen": "kissa"}).status_code == 409
    assert client.post(one, {**given, "nace": "", "seen": "2 500,50 €"}).status_code == 422
    assert client.post(one, {**given, "seen": "2 500,50 €"}).status_code == 302
    assert "R-1" in text(client.get(one))
    assert [row.pk for row in DeMinimisAid.objects.to_register()] == [coming.pk]
    assert "Aamu ry" in text(client.get(address("aid_register") + "?tila=rekisterissa"))
    auditor = signed_in(staff("auditor"))
    other = address("aid_registered", coming.pk)
    assert "Merkitse viedyksi keskusrekisteriin" not in text(auditor.get(other))
    assert auditor.post(other, {**given, "seen": "100"}).status_code == 404


def test_applicant_reads_of_the_served_grant_that_it_is_de_minimis(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = make_aid_desk()
    issue_decision(decide(desk), served_by=ServedBy.ELECTRONIC, by=desk.coordinator, now=AFTER)
    set_clock(monkeypatch, AFTER)
    case = desk.cases[0]
    page = text(signed_in(case.created_by).get(address("application", case.organisation_id, case.pk)))
    assert "Avustus 3 000,00 € on vähämerkityksistä tukea (de minimis), komission asetus (EU) 2023/2831." in page


@pytest.mark.parametrize("name", ["aid_ledger", "aid_register", "aid_organisation", "own_aid", "own_applications"])
def test_lists_ask_the_same_questions_at_one_and_three_rows(name: str) -> None:
    organisation = make_organisation()
    by = make_member(organisation)
    is_own = name.startswith("own")
    client = signed_in(by if is_own else staff("coordinator"))
    path = address(name, *([organisation.pk] if is_own or name == "aid_organisation" else []))
    counts = []
    for more in (1, 2):
        for number in range(more):
            if name == "own_applications":
                list_aid(make_declared(organisation=organisation, by=by, earlier=True))
            elif name == "aid_ledger":
                ledger_row(make_organisation(f"Järjestö {more}{number} ry"), "1.00")
            else:
                own_grant(organisation=organisation, by=by)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        counts.append(len(queries))
    # An organisation's applications ask their attachments, slots and promises too (decisions 0007 and 0038).
    most = 16 if name == "own_applications" else 12
    assert counts[0] == counts[1] <= most, [query["sql"][:150] for query in queries.captured_queries]


def test_sums_are_kept_to_the_cent() -> None:
    draft = make_declared(earlier=True)
    list_aid(draft, "0.01")
    list_aid(draft, "0.02")
    client = signed_in(draft.created_by)
    page = text(client.get(address("application_state_aid", draft.organisation_id, draft.pk)))
    assert "0,03 €" in page
    assert "299 999,97 €" in page
    assert DeclaredAid.objects.filter(sum=Decimal("0.01")).exists()
