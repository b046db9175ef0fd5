"""Payment batches: made by one, approved by another, never the same instalment twice; what became of each payment."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError
from django.http import Http404
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from grants.models import CaseEvent, ConflictDeclaration, Payment, PaymentBatch, PaymentLine
from grants.todos_batches import batch_todos
from grants.workflow.payment_batches import approve_batch, make_batch, return_batch, send_batch
from grants.workflow.payments import confirm_paid, release_payment
from tests import xlsx
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.factories import make_call, make_organisation
from tests.grants.factories_batches import COUNTY_IBAN, PAY_ON, make_payment_batch
from tests.grants.factories_money import FINAL, IBAN, make_account, make_decision, make_payment, make_use_report
from tests.grants.test_payments import refused, text

pytestmark = pytest.mark.django_db
LISTS = "/hallinta/maksulistat/"


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.clock.now", lambda: FINAL)


@pytest.fixture
def clerk() -> User:
    return staff("payments_clerk")


def make(payments: list[Payment], by: Any, **changes: Any) -> PaymentBatch:
    values = {"pay_on": PAY_ON, "pay_from": "", **changes}
    return make_batch([payment.pk for payment in payments], by=by, now=FINAL, **values)


def conflict(payment: Payment, user: User) -> None:
    ConflictDeclaration.objects.create(
        application=payment.decision.application, user=user, has_conflict=True, ground="Puoliso", declared_at=FINAL
    )


class TestMake:
    def test_a_batch_copies_what_is_paid(self, clerk: User) -> None:
        call = make_call(cost_centre="4711", ledger_account="4730")
        payments = [make_payment(state="released", sum=total, call=call) for total in ("1000.50", "2000.00")]
        batch = make(payments, clerk, pay_from=COUNTY_IBAN)
        assert (batch.count, batch.sum, batch.state) == (2, Decimal("3000.50"), "made")
        lines = list(batch.lines.all())
        assert [line.reference for line in lines] == [f"YP{batch.pk}-1", f"YP{batch.pk}-2"]
        assert {(line.iban, line.cost_centre, line.ledger_account) for line in lines} == {(IBAN, "4711", "4730")}
        assert make(payments, clerk, pay_from=COUNTY_IBAN).pk == batch.pk
        said = refused("cannot_pay", make, payments[:1], clerk)
        number = payments[0].decision.application.case_number
        assert said == f"{number}: Maksuerä on jo maksulistalla {batch.pk}."
        assert PaymentBatch.objects.count() == 1

    def test_what_cannot_be_paid_stops_all_of_it_with_its_reason(self, clerk: User) -> None:
        good, planned = make_payment(state="released"), make_payment()
        claimed = make_payment(state="released")
        claimed.decision.acceptance, claimed.decision.application.call.acceptance_required = "", True
        claimed.decision.application.call.save()
        for bad, words in ((planned, "tila on ”Odottaa”"), (claimed, "Päätöstä ei voi nyt maksaa")):
            assert words in refused("cannot_pay", make, [good, bad], clerk)
        assert not PaymentBatch.objects.exists()
        refused("nothing_chosen", make, [], clerk)
        refused("bad_day", make, [good], clerk, pay_on=FINAL.date() - timedelta(days=1))

    def test_a_missing_report_stops_release_batch_and_approval(self, clerk: User) -> None:
        late = date(2027, 2, 9)
        waits, released, listed = make_payment(), make_payment(state="released"), make_payment(state="released")
        batch = make([listed], clerk)
        for payment in (waits, released, listed):
            organisation = payment.decision.application.organisation
            make_use_report(due_on=late, organisation=organisation, call=make_call(year=2026))
        assert "puuttuu käyttöselvitys" in refused("report_missing", release_payment, waits, by=clerk, now=FINAL)
        assert "puuttuu käyttöselvitys" in refused("cannot_pay", make, [released], clerk)
        other = staff("payments_clerk")
        assert "puuttuu käyttöselvitys" in refused("cannot_pay", approve_batch, batch, by=other, now=FINAL)
        assert set(Payment.objects.values_list("state", flat=True)) == {"planned", "released"}

    @pytest.mark.parametrize(
        ("iban", "words"),
        [("EE382200221020145685", "toisessa maassa (EE)"), (None, "ei ole tarkistettua tilinumeroa")],
    )
    def test_account_is_verified_and_finnish(self, clerk: User, iban: str | None, words: str) -> None:
        payment = make_payment(state="released")
        organisation = payment.decision.application.organisation
        organisation.bank_accounts.all().delete()
        if iban:
            make_account(organisation, iban=iban)
        assert words in refused("cannot_pay", make, [payment], clerk)

    def test_rights_and_conflict(self, clerk: User) -> None:
        payment, biased = make_payment(state="released"), staff("payments_clerk")
        for role in ("coordinator", "auditor", "registrar"):
            refused("gone", make, [payment], staff(role))
        conflict(payment, biased)
        refused("gone", make, [payment], biased)
        batch = make([payment], clerk)
        with pytest.raises(Http404):
            approve_batch(batch, by=biased, now=FINAL)
        assert signed_in(biased).get(f"{LISTS}{batch.pk}/").status_code == 404
        assert "Maksulistoja ei ole" in text(signed_in(biased).get(LISTS))


class TestApprove:
    def test_four_eyes_in_verb_and_database(self, clerk: User) -> None:
        batch = make([make_payment(state="released")], clerk)
        refused("same_person", approve_batch, batch, by=clerk, now=FINAL)
        rows = PaymentBatch.objects.filter(pk=batch.pk)
        with pytest.raises(IntegrityError, match="grants_batch_four_eyes"), transaction.atomic():
            rows.update(state="approved", approved_by=clerk, approved_at=FINAL)
        with pytest.raises(ProgrammingError, match="Cannot update rows"), transaction.atomic():
            rows.update(made_by=UserFactory(), state="approved", approved_by=clerk, approved_at=FINAL)
        coordinator = staff("coordinator")
        approved = approve_batch(batch, by=coordinator, now=FINAL)
        assert (approved.state, approved.approved_by) == ("approved", coordinator)
        assert approve_batch(batch, by=coordinator, now=FINAL + timedelta(hours=1)).approved_at == FINAL
        with pytest.raises(ProgrammingError), transaction.atomic():
            rows.update(approved_by=UserFactory())

    def test_what_was_approved_stays(self) -> None:
        batch = make_payment_batch(state="approved")
        line = batch.lines.get()
        other = make_payment(state="released")
        values = {"reference": "X", "number": 2, "iban": IBAN, "holder": "x", "sum": other.sum}
        with pytest.raises(IntegrityError, match="grants_payment_line_fits"), transaction.atomic():
            PaymentLine.objects.create(batch=batch, payment=other, **values)
        for change in ({"sum": Decimal(1)}, {"iban": "FI1410093000123458"}, {"reference": "X"}):
            with pytest.raises(ProgrammingError), transaction.atomic():
                PaymentLine.objects.filter(pk=line.pk).update(**change)
        with pytest.raises(ProgrammingError, match="Cannot delete rows"), transaction.atomic():
            line.delete()

    def test_sum_of_lines_is_the_sum_that_is_approved(self, clerk: User) -> None:
        payment = make_payment(state="released")
        batch = PaymentBatch.objects.create(pay_on=PAY_ON, count=1, sum=payment.sum, made_by=clerk, made_at=FINAL)
        with pytest.raises(IntegrityError, match="grants_batch_adds_up"), transaction.atomic():
            PaymentBatch.objects.filter(pk=batch.pk).update(
                state="approved", approved_by=UserFactory(), approved_at=FINAL
            )

    def test_a_changed_account_must_be_made_anew(self, clerk: User) -> None:
        payment = make_payment(state="released")
        batch = make([payment], clerk)
        organisation = payment.decision.application.organisation
        organisation.bank_accounts.all().delete()
        make_account(organisation, iban="FI1410093000123458")
        said = refused("account_changed", approve_batch, batch, by=staff("payments_clerk"), now=FINAL)
        assert "tilinumero on vaihtunut" in said

    def test_returned_instalments_go_on_another_batch(self, clerk: User) -> None:
        payment = make_payment(state="released")
        batch, other = make([payment], clerk), staff("coordinator")
        refused("reason_missing", return_batch, batch, reason=" ", by=other, now=FINAL)
        for _time in range(2):
            returned = return_batch(batch, reason="Väärä päivä.", by=other, now=FINAL)
        assert (returned.state, returned.lines.get().state) == ("returned", "dropped")
        refused("wrong_state", approve_batch, batch, by=other, now=FINAL)
        again = make([payment], clerk)
        assert again.pk != batch.pk
        refused("on_batch", confirm_paid, payment, paid_on=FINAL.date(), by=clerk, now=FINAL)


class TestDatabase:
    def test_one_live_batch_for_an_instalment(self, clerk: User) -> None:
        payment = make_payment(state="released")
        make([payment], clerk)
        second = PaymentBatch.objects.create(pay_on=PAY_ON, count=1, sum=payment.sum, made_by=clerk, made_at=FINAL)
        with pytest.raises(IntegrityError, match="grants_payment_line_once"), transaction.atomic():
            PaymentLine.objects.create(
                batch=second, payment=payment, number=1, reference="X", sum=payment.sum, iban=IBAN, holder="x"
            )
        with pytest.raises(IntegrityError, match="grants_payment_is_on_a_batch"), transaction.atomic():
            Payment.objects.filter(pk=payment.pk).update(state="paid", paid_on=FINAL.date())

    def test_paid_is_never_more_than_decided(self) -> None:
        payment = make_payment(state="released", sum="3000.00", decision=make_decision())
        confirm_paid(payment, paid_on=FINAL.date(), by=payment.released_by, now=FINAL)
        with pytest.raises(IntegrityError, match="grants_paid_within_decided"), transaction.atomic():
            Payment.objects.create(
                decision=payment.decision,
                number=2,
                sum=Decimal("500.01"),
                state="paid",
                planned_by=UserFactory(),
                planned_at=FINAL,
                released_by=UserFactory(),
                released_at=FINAL,
                iban=IBAN,
                holder="x",
                paid_on=FINAL.date(),
            )


class TestPages:
    def test_from_instalments_to_the_ledger_in_the_browser(self, clerk: User) -> None:
        call = make_call(cost_centre="4711", ledger_account="4730")
        payment = make_payment(state="released", organisation=make_organisation("Nurmeksen martat ry"), call=call)
        cash, desk = signed_in(clerk), signed_in(staff("coordinator"))
        assert LISTS in text(cash.get("/hallinta/maksatukset/"))
        page = text(cash.get(f"{LISTS}uusi/"))
        assert "1 maksuerä voidaan maksaa" in page
        given = {"valittu": [payment.pk, "kissa"], "pay_on": "11.2.2027"}
        wrong = cash.post(f"{LISTS}uusi/", {**given, "pay_from": "FI2112345600000786"})
        assert wrong.status_code == 409
        assert "Tilinumero ei ole oikein." in text(wrong)
        foreign = text(cash.post(f"{LISTS}uusi/", {**given, "pay_from": "EE38 2200 2210 2014 5685"}))
        assert "Tili on toisessa maassa (EE)." in foreign
        assert "checked" in foreign
        answer = cash.post(f"{LISTS}uusi/", {**given, "pay_from": COUNTY_IBAN})
        batch = PaymentBatch.objects.get()
        own = f"{LISTS}{batch.pk}/"
        assert answer["Location"] == own
        assert "Laadit tämän maksulistan itse" in text(cash.get(own))
        early = cash.get(f"{own}maksulista.csv", follow=True)
        assert "vasta, kun toinen henkilö on hyväksynyt sen" in text(early)
        assert "eri henkilö" in text(cash.post(f"{own}hyvaksy/", follow=True))
        assert "Hyväksy maksulista" in text(desk.get(own))
        assert "Maksulista on hyväksytty." in text(desk.post(f"{own}hyvaksy/", follow=True))
        lines = desk.get(f"{own}maksulista.csv").content.decode().removeprefix("\ufeff").splitlines()
        assert lines[0].startswith("viite;maksupäivä;asianumero;järjestö;")
        number = payment.decision.application.case_number
        start = f"YP{batch.pk}-1;11.2.2027;{number};Nurmeksen martat ry;"
        assert lines[1].startswith(start)
        assert f";1;3500,00;{IBAN};Nurmeksen martat ry;4711;4730;Listalla;;" in lines[1]
        sheet = xlsx.read(cash.get(f"{own}maksulista.xlsx").content)
        assert 3500.0 in sheet.row(2)
        assert "4711" in sheet.row(2)
        assert desk.post(f"{own}lahetetty/").status_code == 404
        assert "merkitty lähetetyksi" in text(cash.post(f"{own}lahetetty/", follow=True))
        assert CaseEvent.objects.get(verb="send_batch").text.endswith(
            f"maksulistalla {batch.pk}, viite YP{batch.pk}-1."
        )
        assert "Maksuerä maksetaan maksulistalla." in text(cash.get(f"/hallinta/maksatukset/{payment.pk}/"))

    def test_returning_needs_words(self, clerk: User) -> None:
        batch = make([make_payment(state="released")], clerk)
        client = signed_in(staff("coordinator"))
        assert "Kirjoita, miksi maksulista palautetaan." in text(client.post(f"{LISTS}{batch.pk}/palauta/", {}))
        page = text(client.post(f"{LISTS}{batch.pk}/palauta/", {"reason": "Väärä päivä."}, follow=True))
        assert "Väärä päivä." in page
        assert "Palautettu" in page

    def test_empty_pages_say_what_to_do(self, clerk: User) -> None:
        client = signed_in(clerk)
        for address, words in (
            (LISTS, "Maksulistoja ei ole"),
            (f"{LISTS}uusi/", "Yhtään maksuerää ei odota"),
            (f"{LISTS}tasmaytys/", "Täsmäytettävää ei ole"),
            (f"{LISTS}lataa/", "Yhtään tiedostoa ei ole vielä ladattu."),
        ):
            assert words in text(client.get(address))

    def test_lists_ask_the_same_questions_at_one_and_three_rows(self, clerk: User) -> None:
        decision, client = make_decision(), signed_in(clerk)
        counts: list[dict[str, int]] = []
        for count in (1, 3):
            batch = make_payment_batch(count, state="sent", decision=decision, sum="10.00")
            for _ in range(count):
                make_payment(state="released", decision=decision, sum="10.00")
            pages = {"": "", "uusi/": "uusi/", "tasmaytys/": "tasmaytys/", "one": f"{batch.pk}/"}
            pages["tilat"] = f"{batch.pk}/tilat/"
            counts.append({})
            for name, address in pages.items():
                client.get(LISTS + address)
                with CaptureQueriesContext(connection) as queries:
                    assert client.get(LISTS + address).status_code == 200
                counts[-1][name] = len(queries)
        assert counts[0] == counts[1]
        assert max(counts[0].values()) <= 12, counts


def test_each_is_told_what_waits(clerk: User) -> None:
    payment, coordinator = make_payment(state="released"), staff("coordinator")
    assert [todo.title for todo in batch_todos(clerk, FINAL)] == ["Laadi maksulista: 1 maksuerä"]
    batch = make([payment], clerk)
    assert list(batch_todos(clerk, FINAL)) == []
    assert [todo.title for todo in batch_todos(coordinator, FINAL)] == ["Hyväksy 1 maksulista"]
    approve_batch(batch, by=coordinator, now=FINAL)
    assert [todo.title for todo in batch_todos(clerk, FINAL)] == ["Vie 1 maksulista maksuun"]
    send_batch(batch, by=clerk, now=FINAL)
    assert [todo.title for todo in batch_todos(clerk, FINAL + timedelta(days=3))] == ["Kirjaa 1 maksulistan maksut"]
    assert list(batch_todos(UserFactory(), FINAL)) == []
