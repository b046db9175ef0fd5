"""What became of sent payments: by hand, from the bank's or ledger's file, and reconciled with the batches."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.http import Http404
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import User
from common.errors import Refused
from grants.life_cycles_batches import BATCH, BATCH_LINE, VERB_TO
from grants.models import (
    CaseEvent,
    ConflictDeclaration,
    Decision,
    LoadedReturnFile,
    PaymentBatch,
    PaymentLine,
)
from grants.payment_files import match, reconciled
from grants.workflow.payment_batches import approve_batch, make_batch, return_batch, send_batch
from grants.workflow.payment_states import load_return_file, record_came_back, record_lines
from grants.workflow.payments import confirm_paid, plan_payment, release_payment
from grants.workflow.recoveries import open_recovery
from notifications.models import Message
from tests.accounts.factories import signed_in, staff
from tests.grants.factories import make_call, make_member
from tests.grants.factories_batches import ANSWERED, PAY_ON, make_payment_batch
from tests.grants.factories_money import FINAL, make_account, make_decision
from tests.grants.test_payments import refused, text

pytestmark = pytest.mark.django_db
LISTS = "/hallinta/maksulistat/"


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.clock.now", lambda: ANSWERED)


@pytest.fixture
def clerk() -> User:
    return staff("payments_clerk")


def record(batch: PaymentBatch, numbers: list[int], state: str, by: Any, **changes: Any) -> Any:
    values = {"paid_on": PAY_ON if state == "paid" else None, "reason": "Tili on suljettu.", **changes}
    if state == "came_back":
        return record_came_back(
            batch, numbers, came_back_on=ANSWERED.date(), reason=values["reason"], by=by, now=ANSWERED
        )
    return record_lines(batch, numbers, state=state, by=by, now=ANSWERED, **values)


def states(batch: PaymentBatch) -> list[str]:
    return list(batch.lines.order_by("number").values_list("state", flat=True))


def load(rows: list[str], by: Any, head: str = "viite;summa;tila;maksettu;syy") -> Any:
    return load_return_file("\r\n".join([head, *rows]).encode("cp1252"), name="vastaus.csv", by=by, now=ANSWERED)


class TestByHand:
    def test_paid_is_told_once_and_the_last_answer_closes_the_batch(self, clerk: User) -> None:
        batch = make_payment_batch(3, state="sent")
        payment = batch.lines.get(number=1).payment
        admin = make_member(payment.decision.application.organisation, "admin")
        for _time in range(2):
            record(batch, [1], "paid", clerk)
        payment.refresh_from_db()
        assert (payment.state, payment.paid_on) == ("paid", PAY_ON)
        assert Message.objects.filter(kind="grants.payment", to_user=admin).count() == 1
        record(batch, [2, 3], "suspended", clerk)
        record(batch, [2], "sent", clerk)
        assert states(batch) == ["paid", "sent", "suspended"]
        found = match(batch)
        assert (found.paid, found.open, found.returned, found.is_whole) == (
            Decimal("3500.00"),
            Decimal("7000.00"),
            Decimal(0),
            True,
        )
        record(batch, [2, 3], "returned", clerk)
        batch.refresh_from_db()
        assert batch.state == "closed"
        assert match(batch).unpaid == Decimal("7000.00")
        assert CaseEvent.objects.filter(verb="line_returned", text__contains="Tili on suljettu.").count() == 2

    def test_a_returned_payment_goes_on_a_new_batch_with_the_new_account(self, clerk: User) -> None:
        batch = make_payment_batch(state="sent")
        payment = batch.lines.get().payment
        record(batch, [1], "returned", clerk)
        organisation = payment.decision.application.organisation
        organisation.bank_accounts.all().delete()
        make_account(organisation, iban="FI1410093000123458")
        again = make_payment_batch(payments=[payment], state="sent", now=ANSWERED - timedelta(days=1))
        record(again, [1], "paid", clerk, paid_on=ANSWERED.date())
        payment.refresh_from_db()
        assert (payment.state, payment.iban) == ("paid", "FI1410093000123458")

    @pytest.mark.parametrize(
        ("state", "changes", "words"),
        [
            ("paid", {"paid_on": FINAL.date() - timedelta(days=1)}, "aikaisintaan 10.2.2027 ja viimeistään tänään"),
            ("paid", {"paid_on": ANSWERED.date() + timedelta(days=1)}, "viimeistään tänään"),
            ("paid", {"paid_on": None}, "viimeistään tänään"),
            ("returned", {"reason": " "}, "Kirjoita, miksi maksu palautui"),
            ("suspended", {"reason": ""}, "Kirjoita, miksi maksu palautui"),
        ],
    )
    def test_what_is_missing_is_told(self, clerk: User, state: str, changes: dict[str, Any], words: str) -> None:
        batch = make_payment_batch(state="sent")
        with pytest.raises(Refused, match=words):
            record(batch, [1], state, clerk, **changes)
        assert states(batch) == ["sent"]

    def test_only_the_clerk_without_a_conflict_records(self) -> None:
        batch, biased = make_payment_batch(state="sent"), staff("payments_clerk")
        ConflictDeclaration.objects.create(
            application=batch.lines.get().payment.decision.application,
            user=biased,
            has_conflict=True,
            ground="Puoliso",
            declared_at=FINAL,
        )
        for person in (biased, staff("coordinator"), staff("auditor")):
            refused("not_recorded", record, batch, [1], "paid", person)
            with pytest.raises(Http404):
                send_batch(batch, by=person, now=FINAL)
        assert states(batch) == ["sent"]

    def test_in_the_browser_errors_keep_the_choice(self, clerk: User) -> None:
        batch = make_payment_batch(2, state="sent")
        address, client = f"{LISTS}{batch.pk}/tilat/", signed_in(clerk)
        nothing = client.post(address, {"state": "paid", "paid_on": "11.2.2027"})
        assert nothing.status_code == 409
        assert "Valitse ensin maksuerät" in text(nothing)
        page = text(client.post(address, {"valittu": [2], "state": "returned", "reason": ""}))
        assert 'value="2" checked' in page
        assert "Kirjoita, miksi maksu palautui tai keskeytettiin." in page
        done = client.post(address, {"valittu": [1, 2], "state": "paid", "paid_on": "11.2.2027"}, follow=True)
        assert "2 maksun tila on kirjattu." in text(done)
        assert "Eroa ei ole: kaikki lähetetyt maksut on maksettu." in text(client.get(f"{LISTS}tasmaytys/"))


class TestFile:
    def test_states_come_by_reference_over_many_batches(self, clerk: User) -> None:
        call = make_call()
        first, second = make_payment_batch(2, state="sent", call=call), make_payment_batch(state="sent", call=call)
        outcome = load(
            [
                f"YP{first.pk}-1;3 500,00;Maksettu;11.2.2027;",
                f"yp{first.pk}-2;3500.00;palautui;;Tiliä ei löytynyt",
                f"YP{second.pk}-1;3500;ACSC;2027-02-12;",
            ],
            clerk,
        )
        assert (outcome.changed, outcome.same) == (3, 0)
        assert (states(first), states(second)) == (["paid", "returned"], ["paid"])
        assert first.lines.get(number=2).reason == "Tiliä ei löytynyt"
        kept = LoadedReturnFile.objects.get()
        assert (kept.rows, kept.sum, kept.loaded_by) == (3, Decimal("10500.00"), clerk)
        row = reconciled(PaymentBatch.objects.filter(pk=first.pk)).get()
        assert (row.paid_sum, row.returned_sum, row.unpaid_sum) == (3500, 3500, 3500)

    def test_the_same_file_twice_changes_nothing(self, clerk: User) -> None:
        batch = make_payment_batch(state="sent")
        rows = [f"YP{batch.pk}-1;3500,00;maksettu;11.2.2027;"]
        load(rows, clerk)
        said = refused("loaded_already", load, rows, staff("payments_clerk"))
        assert said == "Tämä tiedosto on jo ladattu 12.2.2027 nimellä vastaus.csv. Mitään ei muutettu."
        assert load([*rows, ";;;;"], clerk).same == 1
        assert CaseEvent.objects.filter(verb="confirm_paid").count() == 1

    @pytest.mark.parametrize(
        ("row", "code", "words"),
        [
            ("YP999-1;3500,00;maksettu;11.2.2027;", "not_recorded", "Rivi 3, viite YP999-1: Viitettä ei ole"),
            (
                "{ref};3500,01;maksettu;11.2.2027;",
                "not_recorded",
                "Summa on 3 500,01 €, mutta maksulistalla 3 500,00",
            ),
            ("{ref};3500;hukassa;11.2.2027;", "bad_rows", "Rivi 3: Tilaa ”hukassa” ei tunneta."),
            ("{ref};noin;maksettu;11.2.2027;", "bad_rows", "Rivi 3: Kirjoita summa euroina"),
            ("{ref};3500;maksettu;32.2.2027;", "bad_rows", "Rivi 3:"),
            ("{ref};3500;maksettu;;", "not_recorded", "Maksupäivä on aikaisintaan"),
            ("{ref};3500;palautui;;", "not_recorded", "Kirjoita, miksi maksu palautui"),
            (";3500;maksettu;11.2.2027;", "bad_rows", "Rivi 3: Viite puuttuu."),
            ("{good};3500;maksettu;11.2.2027;", "bad_rows", "on jo rivillä 2"),
        ],
    )
    def test_one_wrong_row_changes_nothing(self, clerk: User, row: str, code: str, words: str) -> None:
        batch = make_payment_batch(2, state="sent")
        good, ref = (f"YP{batch.pk}-{number}" for number in (1, 2))
        said = refused(code, load, [f"{good};3500;maksettu;11.2.2027;", row.format(ref=ref, good=good)], clerk)
        assert "Mitään ei muutettu." in said
        assert words in said
        assert states(batch) == ["sent", "sent"]
        assert not LoadedReturnFile.objects.exists()

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b"", "empty"),
            (b"viite;summa;tila\r\n", "empty"),
            (b"nimi;summa\r\nx;1\r\n", "not_ours"),
            (b"PK\x03\x04\x00\x00", "not_ours"),
            (b"viite;summa;tila\r\n" + b"x" * 1024 * 1024, "too_big"),
        ],
    )
    def test_what_is_no_such_file(self, clerk: User, data: bytes, code: str) -> None:
        refused(code, load_return_file, data, name="x", by=clerk, now=ANSWERED)

    def test_our_own_list_filled_in_is_such_a_file_in_the_browser(self, clerk: User) -> None:
        batch, client = make_payment_batch(state="sent"), signed_in(clerk)
        ours = client.get(f"{LISTS}{batch.pk}/maksulista.csv").content.decode()
        filled = ours.replace(";Lähetetty;;", ";Maksettu;11.2.2027;")
        assert filled != ours
        file = SimpleUploadedFile("lista.csv", filled.encode())
        page = text(client.post(f"{LISTS}lataa/", {"file": file}, follow=True))
        assert "Yhden maksun tila on kirjattu." in page
        again = client.post(f"{LISTS}lataa/", {"file": SimpleUploadedFile("toinen.csv", filled.encode())})
        assert again.status_code == 409
        assert "on jo ladattu 12.2.2027 nimellä lista.csv" in text(again)


STATES = [state.key for state in BATCH_LINE.states]
LINE_STATES = [(target, state) for target in VERB_TO for state in STATES]


def test_every_edge_and_missing_edge_of_a_line(clerk: User) -> None:
    """Each told state from each state of a line: the table's edges lead on, all others are refused."""
    decision = make_decision()
    begun = {"listed": "approved", "dropped": "made"}
    batches = {
        state: make_payment_batch(5, state=begun.get(state, "sent"), decision=decision, sum="10.00") for state in STATES
    }
    return_batch(batches["dropped"], reason="x", by=clerk, now=FINAL)
    everyone = [1, 2, 3, 4, 5]
    for state, first in (("suspended", None), ("paid", None), ("returned", None), ("came_back", "paid")):
        record(batches[state], everyone, first or state, clerk)
        if first:
            record(batches[state], everyone, state, clerk)
    for target, state in LINE_STATES:
        batch = batches[state]
        number = list(VERB_TO).index(target) + 1
        changes = {"paid_on": PAY_ON if target == "paid" else None}
        if BATCH_LINE.allows(state, VERB_TO[target]) or target == state:
            record(batch, [number], target, clerk, **changes)
            assert PaymentLine.objects.get(batch=batch, number=number).state == target
        else:
            refused("not_recorded", record, batch, [number], target, clerk, **changes)
            assert PaymentLine.objects.get(batch=batch, number=number).state == state


def test_every_edge_and_missing_edge_of_a_batch(clerk: User) -> None:
    decision, other = make_decision(), staff("coordinator")
    verbs = {
        "approve_batch": lambda batch: approve_batch(batch, by=other, now=FINAL),
        "return_batch": lambda batch: return_batch(batch, reason="y", by=other, now=FINAL),
        "send_batch": lambda batch: send_batch(batch, by=clerk, now=FINAL),
    }
    begun = {"returned": "made", "closed": "sent"}
    for state in (row.key for row in BATCH.states):
        for verb, act in verbs.items():
            batch = make_payment_batch(state=begun.get(state, state), decision=decision, sum="10.00")
            if state == "returned":
                return_batch(batch, reason="x", by=clerk, now=FINAL)
            if state == "closed":
                record(batch, [1], "paid", clerk)
            if BATCH.allows(state, verb) or (verb, state) == ("send_batch", "sent"):
                act(batch)
            else:
                refused("wrong_state", act, batch)
                assert PaymentBatch.objects.get(pk=batch.pk).state == state


STEPS = (
    *("plan", "release", "confirm", "make", "approve", "return", "send"),
    *("paid", "returned", "suspended", "resume", "came_back"),
)


def one_step(step: str, pick: int, euros: int, people: dict[str, User], decision: Decision) -> None:
    """Press one button, on whichever thing ``pick`` points to."""
    payments = list(decision.payments.order_by("pk"))
    batches = list(PaymentBatch.objects.filter(lines__payment__in=payments).distinct().order_by("pk"))
    maker, other, coordinator = people["maker"], people["other"], people["coordinator"]
    if step == "plan":
        plan_payment(decision, sum=Decimal(euros), by=coordinator, now=FINAL)
    elif payments and step == "release":
        release_payment(payments[pick % len(payments)], by=maker, now=FINAL)
    elif payments and step == "confirm":
        confirm_paid(payments[pick % len(payments)], paid_on=FINAL.date(), by=maker, now=FINAL)
    elif payments and step == "make":
        keys = [row.pk for row in payments[pick % len(payments) :]]
        make_batch(keys, pay_on=PAY_ON, pay_from="", by=maker, now=FINAL)
    elif batches and step in ("approve", "return", "send"):
        batch = batches[pick % len(batches)]
        if step == "approve":
            approve_batch(batch, by=other if pick % 3 else maker, now=FINAL)
        elif step == "return":
            return_batch(batch, reason="x", by=other, now=FINAL)
        else:
            send_batch(batch, by=maker, now=FINAL)
    elif batches:
        batch = batches[pick % len(batches)]
        if step == "came_back":
            record(batch, [1 + pick % 2], step, maker)
            return
        state = "sent" if step == "resume" else step
        paid_on = date(2027, 2, 11) if state == "paid" else None
        record_lines(batch, [1 + pick % 2], state=state, paid_on=paid_on, reason="x", by=maker, now=ANSWERED)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.sampled_from(STEPS), st.integers(0, 5), st.sampled_from([500, 1000, 1750, 3500])),
        min_size=10,
        max_size=30,
    )
)
def test_whatever_is_pressed_no_more_is_paid_than_decided_and_nothing_twice(steps: list[tuple[str, int, int]]) -> None:
    people = {
        "maker": staff("payments_clerk"),
        "other": staff("payments_clerk"),
        "coordinator": staff("coordinator"),
    }
    decision = make_decision()
    make_account(decision.application.organisation)
    for step, pick, euros in [("plan", 0, 1750), ("release", 0, 0), ("make", 0, 0), ("approve", 1, 0), *steps]:
        try:
            one_step(step, pick, euros, people, decision)
        except Refused:
            continue
        finally:
            check_sums(decision)


def check_sums(decision: Decision) -> None:
    decision.refresh_from_db()
    payments = list(decision.payments.all())
    paid = sum(row.sum for row in payments if row.state == "paid")
    assert paid <= decision.planned_total <= decision.sum
    by_lines = PaymentLine.objects.filter(payment__decision=decision, state="paid")
    assert len({line.payment_id for line in by_lines}) == len(by_lines)
    assert all(line.payment.state == "paid" for line in by_lines.select_related("payment"))
    for batch in PaymentBatch.objects.filter(lines__payment__decision=decision).distinct():
        assert match(batch).is_whole
        assert batch.approved_by_id is None or batch.approved_by_id != batch.made_by_id


class TestCameBack:
    """The bank returns money a week after it was recorded as paid: the account had been closed."""

    def test_the_money_is_unpaid_again_and_goes_on_a_new_batch_to_an_account_verified_anew(self, clerk: User) -> None:
        batch = make_payment_batch(2, state="sent")
        line = batch.lines.get(number=1)
        organisation = line.payment.decision.application.organisation
        admin = make_member(organisation, "admin")
        record(batch, [1, 2], "paid", clerk)
        for _time in range(2):
            record(batch, [1], "came_back", clerk)
        line.refresh_from_db()
        payment = line.payment
        payment.refresh_from_db()
        assert (line.state, line.paid_on, line.came_back_on) == ("came_back", PAY_ON, ANSWERED.date())
        assert (payment.state, payment.paid_on, payment.iban) == ("planned", None, "")
        found = match(batch)
        assert (found.paid, found.returned, found.unpaid, found.is_whole) == (3500, 3500, 3500, True)
        row = reconciled(PaymentBatch.objects.filter(pk=batch.pk)).get()
        assert (row.paid_sum, row.returned_sum, row.unpaid_sum) == (3500, 3500, 3500)
        mails = Message.objects.filter(kind="grants.payment", to_user=admin)
        assert [("palautui" in mail.subject, "Tili on suljettu." in mail.text) for mail in mails.order_by("pk")] == [
            (False, False),
            (True, True),
        ]
        later = ANSWERED + timedelta(days=3)
        refused("account_stale", release_payment, payment, by=clerk, now=later)
        organisation.bank_accounts.all().delete()
        make_account(organisation, iban="FI1410093000123458", verified_at=ANSWERED + timedelta(days=1))
        again = make_payment_batch(payments=[release_payment(payment, by=clerk, now=later)], state="sent")
        record_lines(again, [1], state="paid", paid_on=PAY_ON, reason="", by=clerk, now=later)
        payment.refresh_from_db()
        assert (payment.state, payment.iban) == ("paid", "FI1410093000123458")
        assert mails.count() == 3

    def test_by_file_with_its_own_word_only(self, clerk: User) -> None:
        batch = make_payment_batch(state="sent")
        record(batch, [1], "paid", clerk)
        said = refused("not_recorded", load, [f"YP{batch.pk}-1;3500;palautui;;Suljettu"], clerk)
        assert "”palautui maksun jälkeen”" in said
        early = f"YP{batch.pk}-1;3500;palautui maksun jälkeen;10.2.2027;Suljettu"
        assert "Palautumispäivä on aikaisintaan" in refused("not_recorded", load, [early], clerk)
        assert load([f"YP{batch.pk}-1;3500;palautui maksun jälkeen;12.2.2027;Suljettu"], clerk).changed == 1
        assert states(batch) == ["came_back"]

    def test_what_is_asked_back_cannot_come_back(self, clerk: User) -> None:
        batch, coordinator = make_payment_batch(2, state="sent"), staff("coordinator")
        record(batch, [1, 2], "paid", clerk)
        decision = batch.lines.get(number=1).payment.decision
        given = {"ground": "unused", "facts": "Rahaa jäi.", "by": coordinator, "now": ANSWERED}
        open_recovery(decision, sum=Decimal(1), **given)
        refused("recovered", record, batch, [1], "came_back", clerk)
        assert states(batch) == ["paid", "paid"]
        assert record(batch, [2], "came_back", clerk).changed == 1

    def test_the_database_lets_paid_money_back_only_with_its_line(self, clerk: User) -> None:
        batch = make_payment_batch(state="sent")
        record(batch, [1], "paid", clerk)
        lines = PaymentLine.objects.filter(batch=batch)
        payment = lines.get().payment
        fields = {"state": "planned", "paid_on": None, "released_by": None, "released_at": None}
        with pytest.raises(DatabaseError, match="grants_paid_stays"), transaction.atomic():
            type(payment).objects.filter(pk=payment.pk).update(**fields)
        for change in ({"state": "sent", "paid_on": None}, {"paid_on": ANSWERED.date()}):
            with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
                lines.update(**change)
        with pytest.raises(DatabaseError, match="came_back_has_day"), transaction.atomic():
            lines.update(state="came_back", reason="x")

    def test_in_the_browser(self, clerk: User) -> None:
        batch, client = make_payment_batch(state="sent"), signed_in(clerk)
        address = f"{LISTS}{batch.pk}/palautuneet/"
        assert address not in text(client.get(f"{LISTS}{batch.pk}/"))
        assert "Yhtään maksua ei ole maksettu" in text(client.get(address))
        record(batch, [1], "paid", clerk)
        assert address in text(client.get(f"{LISTS}{batch.pk}/"))
        data = {"valittu": [1], "came_back_on": "12.2.2027", "reason": "Tili on suljettu."}
        assert client.post(address, {**data, "reason": ""}).status_code == 409
        assert client.post(address, {**data, "valittu": []}).status_code == 409
        assert "Palautui maksun jälkeen" in text(client.post(address, data, follow=True))
        assert signed_in(staff("coordinator")).get(address).status_code == 404


def test_two_files_of_the_same_return_take_it_back_once(clerk: User) -> None:
    batch = make_payment_batch(state="sent")
    record(batch, [1], "paid", clerk)
    row = f"YP{batch.pk}-1;3500;palautui maksun jälkeen;12.2.2027;Suljettu"
    assert (load([row], clerk).changed, load([row, ";;;;"], clerk).same) == (1, 1)
    assert CaseEvent.objects.filter(verb="come_back").count() == 1
