"""An agreement from the draft by turns to the public register; who may what; what the database holds."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock
from common.errors import Refused
from common.policies import may
from county.area import load_area
from grants.life_cycles_agreements import AGREEMENT
from grants.models import Agreement, AgreementKind, AgreementSignature, AgreementVersion, Side
from grants.todos_agreements import agreement_todos
from grants.workflow.agreement_term import record_reference
from grants.workflow.agreements import comment, create_agreement, drop, note_paper, reopen, save_draft, send, sign
from notifications.models import Message
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.factories import PDF, make_member, make_organisation
from tests.grants.factories_agreements import NOW, Table, give_power, make_agreement_kind, paper

pytestmark = pytest.mark.django_db
COUNTY, ORGANISATION = Side.COUNTY, Side.ORGANISATION


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def table() -> Table:
    return Table()


def refused(code: str, verb: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refused) as caught:
        verb(*args, **kwargs)
    assert caught.value.code == code
    return str(caught.value)


def text(response: Any) -> str:
    return " ".join(response.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ").split())


def test_the_sides_write_by_turns_and_approve_the_same_version(table: Table) -> None:
    made = table.agreement
    assert not may("grants.agreement.view_own", table.editor, made, now=NOW), "a draft is the county's own"
    said = refused("incomplete", send, made, side=COUNTY, by=table.coordinator, now=NOW)
    assert "Tarkoitus" in said
    table.write()
    assert Message.objects.filter(kind="grants.agreement", to_user=table.editor).count() == 1
    send(made, side=COUNTY, by=table.coordinator, now=NOW)
    assert AgreementVersion.objects.count() == 1, "sent once"
    content, seen = table.content(sum=""), table.agreement.draft_revision
    refused("not_your_turn", save_draft, made, side=COUNTY, content=content, seen=seen, by=table.coordinator, now=NOW)
    assert [todo.title for todo in agreement_todos(table.editor, NOW)] == [
        "Sopimus odottaa teitä: Kumppanuus mielenterveystyössä"
    ]
    table.write(ORGANISATION, organisation_duties="Kolme ryhmää viikossa.")
    assert [todo.title for todo in agreement_todos(table.coordinator, NOW)] == ["1 sopimus odottaa hyvinvointialuetta"]
    refused("changed_meanwhile", sign, made, side=COUNTY, party=None, number=1, by=table.signer, now=NOW)
    table.approve(COUNTY, 2)
    assert table.agreement.state == "signing"
    assert [todo.title for todo in agreement_todos(table.chair, NOW)] == [
        "Hyväksykää sopimus: Kumppanuus mielenterveystyössä"
    ]
    assert not list(agreement_todos(table.signer, NOW))
    done = table.approve(ORGANISATION, 2)
    assert (done.state, done.signed_version.number) == ("in_force", 2)
    assert done.document is not None
    assert [row.what for row in done.plan_rows.all()] == ["Ryhmät alkavat", "Väliarvio"]
    assert table.approve(ORGANISATION, 2).state == "in_force", "twice approves once"
    assert AgreementSignature.objects.count() == 2
    assert not list(agreement_todos(table.chair, NOW))


def test_who_returns_to_the_negotiation_withdraws_the_approvals(table: Table) -> None:
    table.write()
    table.approve(ORGANISATION)
    refused("reason_missing", reopen, table.agreement, side=COUNTY, reason=" ", by=table.coordinator, now=NOW)
    table.agreement = reopen(table.agreement, side=COUNTY, reason="Summa on väärä.", by=table.coordinator, now=NOW)
    assert (table.agreement.state, table.agreement.turn) == ("negotiating", "county")
    assert not AgreementSignature.objects.filter(withdrawn_at__isnull=True).exists()
    table.write(sum="9000.00")
    table.approve(ORGANISATION, 2)
    assert table.approve(COUNTY, 2).state == "in_force"


def test_what_has_not_been_sent_cannot_be_approved(table: Table) -> None:
    table.write()
    edited, seen = table.content(sum="1.00"), table.agreement.draft_revision
    save_draft(table.agreement, side=ORGANISATION, content=edited, seen=seen, by=table.editor, now=NOW)
    refused("unsent", table.approve, ORGANISATION)
    other = {**edited, "purpose": "Toinen."}
    refused(
        "changed_meanwhile",
        save_draft,
        table.agreement,
        side=ORGANISATION,
        content=other,
        seen=seen,
        by=table.chair,
        now=NOW,
    )
    backwards = table.content(starts_on="2028-01-01", ends_on="2027-01-01")
    refused(
        "bad_term",
        save_draft,
        table.agreement,
        side=ORGANISATION,
        content=backwards,
        seen=seen + 1,
        by=table.chair,
        now=NOW,
    )


def test_only_who_is_entitled_approves(table: Table) -> None:
    table.write()
    for person in (table.editor, make_member(make_organisation("Toinen ry")), UserFactory()):
        with pytest.raises(Http404):
            sign(table.agreement, side=ORGANISATION, party=table.party, number=1, by=person, now=NOW)
    table.approve(ORGANISATION)
    for person in (table.coordinator, give_power(UserFactory(), "letter_of_intent"), table.chair):
        with pytest.raises(Http404):
            sign(table.agreement, side=COUNTY, party=None, number=1, by=person, now=NOW)


def test_every_organisation_approves_for_itself(table: Table) -> None:
    second = make_organisation("Nurmeksen Tuki ry")
    chair = make_member(second)
    table.agreement.parties.create(organisation=second)
    table.write()
    table.approve(ORGANISATION)
    assert table.approve(COUNTY).state == "signing"
    party = table.agreement.parties.get(organisation=second)
    with pytest.raises(Http404):
        sign(table.agreement, side=ORGANISATION, party=party, number=1, by=table.chair, now=NOW)
    assert sign(table.agreement, side=ORGANISATION, party=party, number=1, by=chair, now=NOW).state == "in_force"


def test_nobody_works_for_the_county_with_an_own_organisation(table: Table) -> None:
    make_member(table.organisation, "viewer", user=table.coordinator)
    with pytest.raises(Http404):
        table.write()
    assert not may("grants.agreement.view", table.coordinator, table.agreement, now=NOW)
    refused(
        "own_organisation",
        create_agreement,
        kind=table.kind,
        title="Toinen",
        organisations=[table.organisation],
        by=table.coordinator,
        now=NOW,
    )


def test_signatures_on_paper_are_noted_with_the_scan(table: Table) -> None:
    table.write()
    late = paper(date(2026, 12, 2))
    refused("bad_day", note_paper, table.agreement, party=None, number=1, paper=late, by=table.coordinator, now=NOW)
    note_paper(table.agreement, party=table.party, number=1, paper=paper(), by=table.coordinator, now=NOW)
    done = note_paper(table.agreement, party=None, number=1, paper=paper(), by=table.coordinator, now=NOW)
    assert done.state == "in_force"
    own = signed_in(table.editor)
    page = own.get(reverse("grants:own_agreement", args=[table.organisation.pk, done.pk]))
    assert "allekirjoitettu paperilla" in text(page)
    file = done.files.first()
    scan = reverse("grants:own_agreement_scan", args=[table.organisation.pk, done.pk, file.pk])
    assert b"".join(own.get(scan).streaming_content) == PDF


def test_a_negotiation_ends_and_comments_are_shared(table: Table) -> None:
    refused("not_shared", comment, table.agreement, side=COUNTY, text="Hei", by=table.coordinator, now=NOW)
    table.write()
    for _twice in range(2):
        comment(table.agreement, side=ORGANISATION, text="Entä tilat?", by=table.editor, now=NOW)
    assert Message.objects.filter(kind="grants.agreement", to_user=table.coordinator).count() == 1
    dropped = drop(table.agreement, side=ORGANISATION, reason="Emme ehdi.", by=table.chair, now=NOW)
    assert dropped.state == "dropped"
    assert not may("grants.agreement.public", UserFactory(), dropped, now=NOW)


@pytest.mark.parametrize("state", sorted(AGREEMENT.keys()))
def test_missing_edges_are_refused(table: Table, state: str) -> None:
    done = table.in_force()
    changes = {"state": state, "ended_on": date(2027, 1, 1), "end_reason": "x"}
    Agreement.objects.filter(pk=done.pk).update(**changes)
    verbs: dict[str, Any] = {
        "send": lambda: send(done, side=COUNTY, message="Uusi", by=table.coordinator, now=NOW),
        "reopen": lambda: reopen(done, side=COUNTY, reason="x", by=table.coordinator, now=NOW),
        "drop": lambda: drop(done, side=COUNTY, reason="x", by=table.coordinator, now=NOW),
    }
    for verb, act in verbs.items():
        if not AGREEMENT.allows(state, verb) and (verb, state) != ("drop", "dropped"):
            refused("wrong_state", act)
    assert Agreement.objects.get(pk=done.pk).state == state


def test_the_database_holds_the_facts(table: Table) -> None:
    table.write()
    table.approve(ORGANISATION)
    last = table.agreement.versions.get()
    wrong: list[dict[str, Any]] = [
        {"state": "in_force", "signed_version": last, "in_force_at": NOW},
        {"ends_on": date(2026, 1, 1)},
        {"sum": 0},
        {"state": "dropped"},
    ]
    for change in wrong:
        with pytest.raises(IntegrityError), transaction.atomic():
            Agreement.objects.filter(pk=table.agreement.pk).update(**change)
    with pytest.raises(Exception, match="version_stays"), transaction.atomic():
        AgreementVersion.objects.update(message="muu")
    with pytest.raises(Exception, match="signature_stays"), transaction.atomic():
        AgreementSignature.objects.update(signer="muu")


def test_both_sides_walk_the_pages(table: Table) -> None:
    officer, own = signed_in(table.coordinator), signed_in(table.editor)
    page = officer.get(reverse("grants:agreement_new"), {"jarjesto": table.organisation.pk})
    assert table.organisation.name in text(page)
    new = {"kind": table.kind.pk, "title": "Kylätalo <b>auki</b>", "organisation": table.organisation.name}
    assert officer.post(reverse("grants:agreement_new"), new).status_code == 302
    made = Agreement.objects.get(title="Kylätalo <b>auki</b>")
    edit = reverse("grants:agreement_edit", args=[made.pk])
    written = {
        "title": "Kylätalo auki",
        "purpose": "Kaikille avoin talo.",
        "starts_on": "1.1.2027",
        "ends_on": "31.12.2026",
        "county_duties": "Vuokra.",
        "organisation_duties": "Ovet auki.",
        "seen": "0",
        "what-1": "Talkoot",
    }
    bad = officer.post(edit, written)
    assert bad.status_code == 409
    assert "Sopimus päättyy ennen kuin se alkaa" in text(bad)
    assert "Kaikille avoin talo." in text(bad), "the text typed is kept"
    assert officer.post(edit, {**written, "ends_on": "31.12.2028"}).status_code == 302
    mine = reverse("grants:own_agreement", args=[table.organisation.pk, made.pk])
    assert own.get(mine).status_code == 404
    assert officer.post(reverse("grants:agreement_send", args=[made.pk]), {"message": "Katsokaa"}).status_code == 302
    assert "Vuoro on teillä" in text(own.get(mine))
    again = {**written, "ends_on": "31.12.2028", "seen": "1", "organisation_duties": "Ovet auki arkisin."}
    own_edit = reverse("grants:own_agreement_edit", args=[table.organisation.pk, made.pk])
    assert own.post(own_edit, again).status_code == 302
    late = own.post(own_edit, {**again, "purpose": "Vanha välilehti."})
    assert late.status_code == 409
    assert "Vanha välilehti." in text(late)
    assert 'name="seen" value="2"' in text(late)
    assert "arkisin" in text(own.get(mine))
    assert "arkisin" not in text(officer.get(made.get_absolute_url())), "not before it is sent"
    send_page = reverse("grants:own_agreement_send", args=[table.organisation.pk, made.pk])
    assert "<ins>" in own.get(send_page).content.decode()
    assert own.post(send_page, {}).status_code == 302
    version = text(officer.get(reverse("grants:agreement_version", args=[made.pk, 2])))
    assert "arkisin" in version
    assert "lisätty:" in version
    signer = signed_in(table.signer)
    sign_page = reverse("grants:agreement_sign", args=[made.pk])
    assert "Ovet auki arkisin." in text(signer.get(sign_page))
    assert signer.post(sign_page, {"number": "2"}).status_code == 409
    assert signer.post(sign_page, {"number": "2", "read": "on"}).status_code == 302
    chair = signed_in(table.chair)
    own_sign = reverse("grants:own_agreement_sign", args=[table.organisation.pk, made.pk])
    assert own.get(own_sign).status_code == 404
    assert chair.post(own_sign, {"number": "2", "read": "on"}).status_code == 302
    assert "Lataa sopimus (PDF)" in text(own.get(mine))
    assert b"".join(own.get(f"{mine}sopimus.pdf").streaming_content).startswith(b"%PDF")
    exported = officer.get(reverse("grants:agreements_csv"), {"q": "Kylätalo"}).getvalue().decode("utf-8-sig")
    assert "Kylätalo auki" in exported
    assert table.agreement.title not in exported


def test_anyone_reads_what_was_agreed(table: Table) -> None:
    anyone, register = Client(), reverse("grants:public_agreements")
    table.write()
    assert "Sopimuksia ei löytynyt" in text(anyone.get(register))
    assert anyone.get(reverse("grants:public_agreement", args=[table.agreement.pk])).status_code == 404
    table.approve(ORGANISATION)
    table.approve(COUNTY)
    listed = text(anyone.get(register))
    for words in ("Kumppanuus mielenterveystyössä", "Lieksan Omaistuki ry", "31.12.2028", "Lieksa", "12 000 €"):
        assert words in listed
    page = text(anyone.get(reverse("grants:public_agreement", args=[table.agreement.pk])))
    assert "Kaksi ryhmää viikossa." in page
    assert "Pia Puheenjohtaja" not in page, "who signs is not told to the public"
    exported = anyone.get(reverse("grants:public_agreements_csv")).getvalue().decode("utf-8-sig")
    assert "Vertaistukea Lieksaan." in exported
    for found, filters in (
        (True, {"kunta": "422", "q": "omaistuki", "laji": table.kind.pk}),
        (False, {"tila": "paattyneet"}),
        (True, {"jarjesto": table.organisation.pk}),
        (False, {"jarjesto": make_organisation("Muu ry").pk}),
    ):
        assert ("Kumppanuus mielenterveystyössä" in text(anyone.get(register, filters))) is found, filters
    assert anyone.get(register, {"laji": "x", "kunta": "999", "sivu": "9999"}).status_code == 200


def test_a_contract_made_elsewhere_is_only_referred_to(table: Table) -> None:
    kind = make_agreement_kind(key="osto", name_fi="Ostopalvelusopimus", is_reference=True)
    given: dict[str, Any] = {
        "title": "Vapepa",
        "organisation": table.organisation,
        "reference": "HILMA-1",
        "starts_on": date(2026, 1, 1),
        "by": table.coordinator,
        "now": NOW,
    }
    refused("not_reference", record_reference, kind=table.kind, **given)
    refused("bad_term", record_reference, kind=kind, ends_on=date(2025, 1, 1), **given)
    made = record_reference(kind=kind, **given)
    assert record_reference(kind=kind, **given) == made
    assert "HILMA-1" in text(Client().get(reverse("grants:public_agreement", args=[made.pk])))
    assert signed_in(table.coordinator).get(made.get_absolute_url()).status_code == 200
    begin = {"kind": kind, "title": "x", "organisations": [table.organisation]}
    refused("only_reference", create_agreement, **begin, by=table.coordinator, now=NOW)


def test_lists_ask_a_fixed_number_of_queries(table: Table) -> None:
    clients = {
        reverse("grants:agreements"): signed_in(table.coordinator),
        reverse("grants:own_agreements", args=[table.organisation.pk]): signed_in(table.editor),
        reverse("grants:public_agreements"): Client(),
    }

    def counts() -> list[int]:
        found = []
        for url, client in clients.items():
            client.get(url)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(url).status_code == 200
            found.append(len(queries))
        return found

    table.in_force()
    one = counts()
    for number in range(2):
        Table(table.organisation, f"Sopimus {number}").in_force()
    assert one == counts()
    assert max(one) <= 12


def test_the_area_file_brings_the_kinds() -> None:
    load_area("pohjois-karjala", NOW)
    kinds = {kind.key: kind for kind in AgreementKind.objects.all()}
    assert kinds["avustusperustainen-kumppanuussopimus"].reporting_months == 4
    assert kinds["strateginen-kumppanuussopimus"].plan_years == 2
    assert kinds["aiesopimus"].signed_with == "letter_of_intent"
    assert [kind.key for kind in kinds.values() if kind.is_reference] == ["ostopalvelusopimus"]


def test_strangers_see_nothing(table: Table) -> None:
    made = table.in_force()
    assert signed_in(UserFactory()).get(made.get_absolute_url()).status_code == 404
    other = make_member(make_organisation("Toinen ry"))
    own = reverse("grants:own_agreement", args=[table.organisation.pk, made.pk])
    assert signed_in(other).get(own).status_code == 404
    assert signed_in(staff("payments_clerk")).get(reverse("grants:agreements")).status_code == 404
