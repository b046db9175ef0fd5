"""Negotiation of a case: versions in turns, both approve the same, statement before the proposal, meetings."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import Error, IntegrityError, transaction
from django.http import Http404
from django.urls import reverse

from accounts.models import User
from common.errors import Refused
from common.policies import allowed
from common.times import add_days, local_date
from grants.life_cycles_negotiations import NEGOTIATION, NEGOTIATION_MEETING
from grants.models import Application, CaseEvent, Negotiation, NegotiationVersion, Proposal, Side
from grants.negotiation_records import negotiation_records
from grants.negotiation_reminders import negotiation_reminders
from grants.todos_negotiations import negotiation_todos
from grants.workflow.conflicts import declare_conflict
from grants.workflow.negotiation_meetings import Memo, arrange_meeting, cancel_meeting, write_memo
from grants.workflow.negotiations import (
    approve_version,
    end_negotiation,
    open_negotiation,
    return_to_negotiation,
    send_version,
    set_participants,
    waive_statement,
)
from grants.workflow.proposals import propose
from grants.workflow.statements import ask_statements, give_statement
from liaisons.models import Post
from notifications.models import Message
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.factories import make_member
from tests.grants.factories_handling import TAKEN_UP, make_desk, present
from tests.grants.factories_negotiations import Table, agree, make_table, offer, send
from tests.grants.test_handling_pages import count, page, set_clock, text
from tests.liaisons.factories import AppointmentFactory

pytestmark = pytest.mark.django_db

OURS, THEIRS = Side.COUNTY, Side.ORGANISATION


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, TAKEN_UP)


@pytest.fixture
def table() -> Table:
    return make_table()


def liaison() -> tuple[Post, User]:
    held = AppointmentFactory(user=UserFactory(full_name="Liisa Liaison"))
    return held.post, held.user


def code_of(verb: Any) -> str:
    with pytest.raises(Refused) as refused:
        verb()
    return refused.value.code


def approve(table: Table, side: Side, number: int, by: User | None = None) -> Negotiation:
    person = by or (table.coordinator if side == OURS else table.signatory)
    return approve_version(table.case, number=number, side=side, by=person, now=TAKEN_UP)


def titles(user: User) -> list[str]:
    return [todo.title for todo in negotiation_todos(user, TAKEN_UP)]


def test_versions_in_turns_until_both_approve_the_same() -> None:
    table = make_table(opened=False)
    case, own = table.case, [table.organisation.pk, table.case.pk]
    officer, client = signed_in(table.coordinator), signed_in(table.signatory)
    tab, own_page = reverse("grants:negotiation", args=[case.pk]), reverse("grants:own_negotiation", args=own)
    assert "Neuvottelu ei ole vielä alkanut" in text(client.get(own_page))
    assert "Avaa neuvottelu" in text(officer.get(tab))
    assert own_page in page(table.signatory, "application", *own)
    for _twice in range(2):
        officer.post(tab, {"act": "open", "turn": "organisation"})
    assert titles(table.signatory) == ["Neuvottelu odottaa teitä: Omaishoitajien vertaisryhmät Lieksassa"]
    assert Message.objects.filter(kind="grants.negotiation", to_user=table.signatory).count() == 1
    writing = reverse("grants:own_negotiation_version_new", args=own)
    assert "Kokoamme omaishoitajat" in text(client.get(writing)), "the form starts from the application"
    given = {"sum": "5000", "purpose": "Ohjaajan palkka", "seen": "0"}
    refused = client.post(writing, given)
    assert refused.status_code == 409
    assert "Enempää ei voi ehdottaa" in text(refused)
    assert "Ohjaajan palkka" in text(refused), "what was typed stays"
    assert client.post(writing, {**given, "sum": "4 000"}).status_code == 302
    assert titles(table.signatory) == []
    assert titles(table.coordinator) == [f"Neuvottelu odottaa hyvinvointialuetta: {table.organisation.name}"]
    assert code_of(lambda: send(table, THEIRS, "3900.00")) == "not_your_turn"
    send(table, OURS, "3500.00", purpose="Ohjaajan palkka ja tilat", conditions="Kaksi ryhmää.")
    shown = text(client.get(own_page))
    assert "Hyväksyn version 2" in shown
    assert "Mikä muuttui versiosta 1" in shown
    late = {"sum": "3 800", "purpose": "Vanha välilehti", "seen": "1"}
    stale = client.post(writing, late)
    assert stale.status_code == 409
    assert "Neuvottelussa on uusi versio" in text(stale)
    assert "Vanha välilehti" in text(stale)
    assert code_of(lambda: approve(table, THEIRS, 1)) == "stale"
    for _twice in range(2):
        client.post(own_page, {"act": "approve", "number": "2"})
    assert "Odottaa toisen osapuolen hyväksyntää" in text(client.get(own_page))
    assert titles(table.coordinator) != []
    officer.post(tab, {"act": "approve", "number": "2"})
    row = Negotiation.objects.get()
    assert (row.state, row.agreed_version.number if row.agreed_version else 0) == ("agreed", 2)
    assert "Avustus on varma vasta, kun siitä on päätös" in text(client.get(own_page))
    assert "Tee esitys sovitusta" in text(officer.get(tab))
    assert "3 500 €" in page(table.signatory, "own_negotiation_version", *own, 2)


def test_what_was_agreed_starts_the_proposal_and_stands_in_the_decision(table: Table) -> None:
    agree(table, "3000.00", conditions="Kaksi ryhmää.", indicators="40 kävijää.")
    case = table.case
    given: dict[str, Any] = {"sum": Decimal(3000), "reasons": "Sovittu.", "by": table.coordinator, "now": TAKEN_UP}
    assert code_of(lambda: propose(case, **given)) == "statement_missing"
    form = page(table.coordinator, "propose", case.pk)
    assert "Käyttötarkoitus: Vertaisryhmien ohjaajan palkka." in form
    assert "Ehdot: Kaksi ryhmää." in form
    posted = signed_in(table.coordinator).post(
        reverse("grants:propose", args=[case.pk]), {"sum": "3 000", "reasons": "Sovittu.", "revision": "0"}
    )
    assert posted.status_code == 409
    assert "Palvelualueen lausunto puuttuu" in text(posted)
    assert code_of(lambda: waive_statement(case, reason=" ", by=table.coordinator, now=TAKEN_UP)) == "reason_missing"
    waive_statement(case, reason="Palvelualue oli mukana.", by=table.coordinator, now=TAKEN_UP)
    assert "Palvelualue oli mukana." in page(table.coordinator, "negotiation", case.pk)
    propose(case, **given)
    assert Proposal.objects.get().sum == 3000
    from grants.negotiated import decided_terms

    said = decided_terms(table.fresh(), table.case.call, "Ehdot.")
    assert said["purpose"] == "Vertaisryhmien ohjaajan palkka."
    assert "Kaksi ryhmää." in said["terms"]
    assert "40 kävijää." in said["terms"]


def test_an_open_negotiation_stops_the_proposal_and_a_statement_lets_it(table: Table) -> None:
    given: dict[str, Any] = {"sum": Decimal(0), "reasons": "Ei sovittu.", "by": table.coordinator, "now": TAKEN_UP}
    assert code_of(lambda: propose(table.case, **given)) == "negotiation_open"
    end_negotiation(table.case, reason="Rahaa ei ole.", side=OURS, by=table.coordinator, now=TAKEN_UP)
    assert code_of(lambda: propose(table.fresh(), **given)) == "statement_missing"
    post, person = liaison()
    due = add_days(local_date(TAKEN_UP), 14)
    asked = ask_statements(
        table.case, [post.pk], question="Onko tarvetta?", due_on=due, by=table.coordinator, now=TAKEN_UP
    )
    declare_conflict(table.case, has_conflict=False, by=person, now=TAKEN_UP)
    give_statement(asked[0], side="for", text="On.", by=person, now=TAKEN_UP)
    propose(table.fresh(), **given)
    assert code_of(lambda: propose(make_desk(cases=1).cases[0], **given, revision=9)) == "stale", "others need none"


def test_ending_is_told_in_plain_words_and_may_be_taken_up_again(table: Table) -> None:
    send(table, THEIRS)
    client = signed_in(table.signatory)
    address = reverse("grants:own_negotiation_end", args=[table.organisation.pk, table.case.pk])
    assert client.post(address, {"reason": " "}).status_code == 422
    for _twice in range(2):
        end_negotiation(table.case, reason="Määräraha ei riitä.", side=OURS, by=table.coordinator, now=TAKEN_UP)
    told = page(table.signatory, "own_negotiation", table.organisation.pk, table.case.pk)
    assert "Hyvinvointialue päätti neuvottelun" in told
    assert "Määräraha ei riitä." in told
    assert "voitte peruuttaa hakemuksen" in told
    assert client.post(address, {"reason": "Me emme jatka."}).status_code == 302, "ended already is ended"
    assert Negotiation.objects.get().end_reason == "Määräraha ei riitä."
    return_to_negotiation(table.fresh(), reason="Rahaa löytyi.", by=table.coordinator, now=TAKEN_UP)
    row = Negotiation.objects.get()
    assert (row.state, row.turn, row.end_reason) == ("open", "county", "")


def test_returning_withdraws_what_was_approved(table: Table) -> None:
    agree(table)
    return_to_negotiation(table.case, reason="Summa muuttuu.", by=table.coordinator, now=TAKEN_UP)
    row = Negotiation.objects.get()
    assert row.agreed_version is None
    assert approve(table, OURS, 1).state == "open", "the other side has to approve again"
    assert approve(table, THEIRS, 1).state == "agreed"


def test_a_viewer_reads_an_editor_writes_and_a_signatory_binds(table: Table) -> None:
    viewer, editor = make_member(table.organisation, "viewer"), make_member(table.organisation, "editor")
    given: dict[str, Any] = {"side": THEIRS, "now": TAKEN_UP}
    with pytest.raises(Http404):
        send_version(table.case, offer(), seen=0, by=viewer, **given)
    send_version(table.case, offer(), seen=0, by=editor, **given)
    with pytest.raises(Http404):
        approve(table, THEIRS, 1, by=editor)
    assert "Hyväksyn version" not in page(editor, "own_negotiation", table.organisation.pk, table.case.pk)
    other = make_member(make_table().organisation)
    address = reverse("grants:own_negotiation", args=[table.organisation.pk, table.case.pk])
    assert signed_in(other).get(address).status_code == 404
    both = table.coordinator
    make_member(table.organisation, user=both)
    with pytest.raises(Http404):
        approve(table, OURS, 1)
    able = allowed("grants.negotiation.work", both, now=TAKEN_UP)
    assert not able.filter(pk=table.case.pk).exists(), "nobody sits on both sides"
    auditor = staff("auditor")
    assert "Uusin versio" in page(auditor, "negotiation", table.case.pk)
    declare_conflict(table.case, has_conflict=True, ground="Puoliso", by=auditor, now=TAKEN_UP)
    assert signed_in(auditor).get(reverse("grants:negotiation", args=[table.case.pk])).status_code == 404


def test_a_liaison_person_reads_after_declaring_but_not_the_inner_note(table: Table) -> None:
    post, person = liaison()
    chosen = [post.pk]
    for _twice in range(2):
        set_participants(table.case, chosen, by=table.coordinator, now=TAKEN_UP)
    assert Message.objects.filter(kind="grants.negotiation", to_user=person).count() == 1
    assert titles(person) == [f"Osallistu neuvotteluun: {table.organisation.name}"]
    made = arrange_meeting(
        table.case, starts_at=TAKEN_UP - timedelta(hours=1), place="Sote-keskus", by=table.coordinator, now=TAKEN_UP
    )
    memo = Memo("Kaisa", "Aino", "Jatketaan.", "Pitkä muistio.", "Varovasti summan kanssa.")
    write_memo(made, memo, revision=0, by=table.coordinator, now=TAKEN_UP)
    client, address = signed_in(person), reverse("grants:negotiation", args=[table.case.pk])
    assert "Kerro, oletko esteellinen" in page(person, "negotiations")
    assert client.get(address).status_code == 302
    declare_conflict(table.case, has_conflict=False, by=person, now=TAKEN_UP)
    shown = text(client.get(address))
    assert "Pitkä muistio." in shown
    assert "Varovasti" not in shown
    assert client.post(address, {"act": "approve", "number": "1"}).status_code == 404
    assert "Varovasti" in page(table.coordinator, "negotiation", table.case.pk)
    own = page(table.signatory, "own_negotiation", table.organisation.pk, table.case.pk)
    assert "Pitkä muistio." in own
    assert "Varovasti" not in own
    set_participants(table.case, [], by=table.coordinator, now=TAKEN_UP)
    assert client.get(address).status_code == 404


def test_a_meeting_is_arranged_moved_cancelled_and_its_memo_waits_for_it(table: Table) -> None:
    officer = signed_in(table.coordinator)
    new = reverse("grants:negotiation_meeting_new", args=[table.case.pk])
    assert officer.post(new, {"starts_at": "12.1.2027 klo 13.00"}).status_code == 422, "a place is missing"
    answer = officer.post(new, {"starts_at": "12.1.2027 klo 13.00", "place": "Sote-keskus"})
    assert answer.status_code == 302
    assert Message.objects.filter(kind="grants.negotiation", to_user=table.signatory).count() == 2, "opened, meeting"
    row = Negotiation.objects.get().meetings.get()
    early = {"act": "memo", "present_county": "K", "present_organisation": "A", "agreed": "Sovittiin", "revision": "0"}
    refused = officer.post(answer["Location"], early)
    assert refused.status_code == 409
    moved = {"act": "move", "starts_at": "13.1.2027 klo 13.00", "place": "Sote-keskus"}
    assert officer.post(answer["Location"], moved).status_code == 302
    for _twice in range(2):
        cancel_meeting(row, by=table.coordinator, now=TAKEN_UP)
    assert "Tapaaminen on peruttu." in text(officer.get(answer["Location"]))
    events = list(CaseEvent.objects.filter(verb__endswith="_meeting").values_list("verb", flat=True))
    assert sorted(events) == ["arrange_meeting", "cancel_meeting", "move_meeting"]


def test_a_memo_is_not_written_over_unseen(table: Table) -> None:
    held = {"starts_at": TAKEN_UP - timedelta(days=1), "link": "https://example.org/kokous"}
    made = arrange_meeting(table.case, **held, by=table.coordinator, now=TAKEN_UP)
    given: dict[str, Any] = {"by": table.coordinator, "now": TAKEN_UP}
    assert code_of(lambda: write_memo(made, Memo("K", " ", "x"), revision=0, **given)) == "memo_missing"
    write_memo(made, Memo("K", "A", "Sovittiin."), revision=0, **given)
    write_memo(made, Memo("K", "A", "Sovittiin."), revision=0, **given)
    assert code_of(lambda: write_memo(made, Memo("K", "A", "Muuta."), revision=0, **given)) == "stale"
    write_memo(made, Memo("K", "A", "Muuta."), revision=1, **given)


def test_after_the_preparation_a_late_tab_keeps_its_text(table: Table) -> None:
    agree(table)
    waive_statement(table.case, reason="Mukana.", by=table.coordinator, now=TAKEN_UP)
    propose(table.case, sum=Decimal(100), reasons="Sovittu.", by=table.coordinator, now=TAKEN_UP)
    present(table.desk)
    late = signed_in(table.signatory).post(
        reverse("grants:own_negotiation_version_new", args=[table.organisation.pk, table.case.pk]),
        {"sum": "3 000", "purpose": "Myöhässä kirjoitettu", "seen": "1"},
    )
    assert late.status_code == 409
    assert "Asian valmistelu on päättynyt" in text(late)
    assert "Myöhässä kirjoitettu" in text(late)
    again: dict[str, Any] = {"reason": "x", "by": table.coordinator, "now": TAKEN_UP}
    assert code_of(lambda: return_to_negotiation(table.case, **again)) == "closed"


def test_who_keeps_the_other_waiting_is_reminded_every_two_weeks(table: Table) -> None:
    def reminded(days: int) -> list[Any]:
        return list(negotiation_reminders(TAKEN_UP + timedelta(days=days)))

    assert reminded(13) == []
    assert [(one.to, one.kind) for one in reminded(14)] == [(table.signatory, "grants.negotiation_reminder")]
    assert reminded(14)[0].dedup_key == reminded(27)[0].dedup_key
    assert reminded(14)[0].dedup_key != reminded(28)[0].dedup_key
    send(table, THEIRS)
    waiting = {one.to for one in reminded(15)}
    assert table.coordinator in waiting
    assert table.signatory not in waiting
    agree_by = [approve(table, side, 1).state for side in (OURS, THEIRS)]
    assert agree_by == ["open", "agreed"]
    assert reminded(40) == []


def test_the_hand_over_tells_versions_and_memos_but_no_inner_note(table: Table) -> None:
    held = {"starts_at": TAKEN_UP - timedelta(days=1), "place": "Sote-keskus"}
    made = arrange_meeting(table.case, **held, by=table.coordinator, now=TAKEN_UP)
    memo = Memo("K", "A", "Sovittiin.", inner_note="Oma huomio")
    write_memo(made, memo, revision=0, by=table.coordinator, now=TAKEN_UP)
    agree(table)
    told = {name: content for name, _title, _kind, _at, content in negotiation_records(table.case)}
    assert list(told) == ["neuvottelu/versio-01.json", "neuvottelu/muistio-01.json"]
    assert [one["side"] for one in told["neuvottelu/versio-01.json"]["approvals"]] == ["organisation", "county"]
    assert "Oma huomio" not in str(told)


def test_the_life_cycles_have_these_edges_and_no_others() -> None:
    edges = {
        (state, verb)
        for state in dict(NEGOTIATION.choices())
        for verb in ("send_version", "approve_version", "end_negotiation", "return_to_negotiation")
        if NEGOTIATION.allows(state, verb)
    }
    assert edges == {
        ("open", "send_version"),
        ("open", "approve_version"),
        ("open", "end_negotiation"),
        ("agreed", "return_to_negotiation"),
        ("ended", "return_to_negotiation"),
    }
    assert NEGOTIATION_MEETING.verbs_from("cancelled") == ()
    assert NEGOTIATION_MEETING.verbs_from("held") == ("write_memo",)


def test_a_finished_negotiation_takes_no_version(table: Table) -> None:
    agree(table)
    assert code_of(lambda: send(table, THEIRS, "100.00")) == "wrong_state"
    ended: dict[str, Any] = {"reason": "x", "side": OURS, "by": table.coordinator, "now": TAKEN_UP}
    assert code_of(lambda: end_negotiation(table.case, **ended)) == "wrong_state"


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"state": "agreed"}, "grants_negotiation_agreed_has_version"),
        ({"state": "ended"}, "grants_negotiation_ended_has_reason"),
        ({"state": "gone"}, "grants_negotiation_state"),
    ],
)
def test_the_database_holds_the_facts(table: Table, fields: dict[str, Any], constraint: str) -> None:
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        Negotiation.objects.update(**fields)


def test_a_sent_version_and_an_approval_stay(table: Table) -> None:
    made = send(table, THEIRS)
    approve(table, OURS, 1)
    with pytest.raises(Error, match="negotiation_version_stays"), transaction.atomic():
        NegotiationVersion.objects.filter(pk=made.pk).update(sum=1)
    with pytest.raises(Error, match="negotiation_approval_stays"), transaction.atomic():
        made.approvals.update(side="organisation")


def test_the_list_has_a_fixed_number_of_queries() -> None:
    table = make_table(cases=3)
    client, address = signed_in(table.coordinator), reverse("grants:negotiations")
    one = count(client, address)
    for case in table.desk.cases[1:]:
        open_negotiation(case, by=table.coordinator, now=TAKEN_UP)
    assert Application.objects.filter(negotiation__isnull=False).count() == 3
    assert count(client, address) == one <= 12


def test_an_empty_list_says_what_to_do() -> None:
    assert "Neuvotteluja ei ole" in page(staff("coordinator"), "negotiations")
    assert "Et ole mukana neuvotteluissa" in page(liaison()[1], "negotiations")
    assert signed_in(UserFactory()).get(reverse("grants:negotiations")).status_code == 404
