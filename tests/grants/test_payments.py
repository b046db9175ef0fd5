"""Payments: who prepares, who releases, how much, when; mails; the officers' and the organisation's pages."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.errors import Refused
from common.times import format_date, local_date
from grants import money_lists
from grants.instalment_conditions import waits_of
from grants.models import (
    Agreement,
    AgreementParty,
    CaseEvent,
    ConflictDeclaration,
    Decision,
    Payment,
    UseReport,
)
from grants.todos_money import officer_todos
from grants.workflow.account_reminding import remind_accounts
from grants.workflow.payments import confirm_paid, plan_payment, release_payment
from notifications.models import Message
from organisations.models import BankAccount, Organisation, TimelineEntry
from tests.accounts.factories import StaffRoleFactory, UserFactory, signed_in, staff
from tests.grants.factories import make_call, make_member, make_organisation
from tests.grants.factories_agreements import make_agreement_kind
from tests.grants.factories_money import (
    FINAL,
    FINAL_ON,
    IBAN,
    make_account,
    make_decision,
    make_payment,
    make_use_report,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.clock.now", lambda: FINAL)


def text(response: Any) -> str:
    return " ".join(response.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ").split())


def refused(code: str, verb: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refused) as caught:
        verb(*args, **kwargs)
    assert caught.value.code == code
    return str(caught.value).replace("\N{NO-BREAK SPACE}", " ")


class TestPlan:
    def test_instalments_add_up_to_the_grant_and_no_further(self) -> None:
        decision, coordinator = make_decision(), staff("coordinator")
        first = plan_payment(decision, sum=Decimal("2000.00"), by=coordinator, now=FINAL)
        second = plan_payment(decision, sum=Decimal("1499.99"), by=coordinator, now=FINAL)
        assert [(p.number, p.sum, p.state) for p in (first, second)] == [
            (1, Decimal("2000.00"), "planned"),
            (2, Decimal("1499.99"), "planned"),
        ]
        assert Decision.objects.get(pk=decision.pk).planned_total == Decimal("3499.99")
        said = refused("over_granted", plan_payment, decision, sum=Decimal("0.02"), by=coordinator, now=FINAL)
        assert said == "Maksuun voi valmistella enää 0,01 €. Pienennä maksuerää."
        plan_payment(decision, sum=Decimal("0.01"), by=coordinator, now=FINAL)
        said = refused("over_granted", plan_payment, decision, sum=Decimal("0.01"), by=coordinator, now=FINAL)
        assert said == "Koko avustus on jo valmisteltu maksuun. Katso maksuerät luettelosta."

    @pytest.mark.parametrize("bad", ["0", "-5"])
    def test_sum_is_more_than_nothing(self, bad: str) -> None:
        decision = make_decision()
        refused("bad_sum", plan_payment, decision, sum=Decimal(bad), by=staff("coordinator"), now=FINAL)

    @pytest.mark.parametrize(
        ("state", "said"),
        [
            (
                "recorded",
                "Päätöstä ei ole vielä annettu tiedoksi. Maksuerän voi valmistella, kun päätös on lainvoimainen.",
            ),
            (
                "issued",
                "Päätös on lainvoimainen aikaisintaan 9.2.2027. Maksuerän voi valmistella sen jälkeen.",
            ),
        ],
    )
    def test_decision_must_be_final(self, state: str, said: str) -> None:
        decision = make_decision(state=state)
        assert refused("not_final", plan_payment, decision, sum=Decimal(1), by=staff("coordinator"), now=FINAL) == said
        assert not Payment.objects.exists()

    def test_final_only_from_its_day_on(self) -> None:
        decision, coordinator = make_decision(), staff("coordinator")
        assert decision.final_on == FINAL_ON
        day_before = FINAL - timedelta(days=2)
        refused("not_final", plan_payment, decision, sum=Decimal(1), by=coordinator, now=day_before)
        assert plan_payment(decision, sum=Decimal(1), by=coordinator, now=FINAL - timedelta(days=1)).number == 1

    @pytest.mark.parametrize("role", ["payments_clerk", "registrar", "auditor", "administrator"])
    def test_only_the_coordinator_prepares(self, role: str) -> None:
        with pytest.raises(Http404):
            plan_payment(make_decision(), sum=Decimal(1), by=staff(role), now=FINAL)

    def test_a_rejection_is_not_paid(self) -> None:
        with pytest.raises(Http404):
            plan_payment(make_decision(sum="0"), sum=Decimal(1), by=staff("coordinator"), now=FINAL)

    def test_database_refuses_more_than_was_granted(self) -> None:
        decision = make_decision()
        with pytest.raises(IntegrityError, match="grants_decision_payments_within_sum"), transaction.atomic():
            Decision.objects.filter(pk=decision.pk).update(planned_total=Decimal("3500.01"))


class TestRelease:
    def test_second_person_releases_to_the_verified_account(self) -> None:
        payment, clerk = make_payment(), staff("payments_clerk")
        released = release_payment(payment, by=clerk, now=FINAL)
        holder = payment.decision.application.organisation.name
        assert (released.state, released.iban, released.holder) == ("released", IBAN, holder)
        assert (released.released_by, released.released_at) == (clerk, FINAL)
        again = release_payment(payment, by=clerk, now=FINAL + timedelta(hours=1))
        assert again.released_at == FINAL
        assert CaseEvent.objects.filter(verb="release_payment").count() == 1
        refused("wrong_state", release_payment, payment, by=staff("payments_clerk"), now=FINAL)

    def test_planner_does_not_release_even_with_both_roles(self) -> None:
        both = staff("coordinator")
        StaffRoleFactory(user=both, role="payments_clerk")
        payment = make_payment(planner=both)
        said = refused("same_person", release_payment, payment, by=both, now=FINAL)
        assert said == "Maksuerän hyväksyy eri henkilö kuin se, joka valmisteli sen."
        with pytest.raises(IntegrityError, match="grants_payment_four_eyes"), transaction.atomic():
            Payment.objects.filter(pk=payment.pk).update(
                state="released", released_by=both, released_at=FINAL, iban=IBAN
            )

    def test_without_a_verified_account_nothing_is_released(self) -> None:
        payment = make_payment()
        payment.decision.application.organisation.bank_accounts.all().delete()
        make_account(payment.decision.application.organisation, state="entered", verified_at=None, verified_by=None)
        said = refused("no_account", release_payment, payment, by=staff("payments_clerk"), now=FINAL)
        assert said.startswith("Järjestöllä ei ole tarkistettua tilinumeroa.")
        assert Payment.objects.get().state == "planned"

    @pytest.mark.parametrize("role", ["coordinator", "registrar", "auditor", "administrator"])
    def test_only_the_payments_clerk_releases(self, role: str) -> None:
        with pytest.raises(Http404):
            release_payment(make_payment(), by=staff(role), now=FINAL)

    def test_own_conflict_closes_the_case(self) -> None:
        payment, clerk, coordinator = make_payment(), staff("payments_clerk"), staff("coordinator")
        for user in (clerk, coordinator):
            ConflictDeclaration.objects.create(
                application=payment.decision.application,
                user=user,
                has_conflict=True,
                ground="Puolison järjestö",
                declared_at=FINAL,
            )
        with pytest.raises(Http404):
            release_payment(payment, by=clerk, now=FINAL)
        with pytest.raises(Http404):
            plan_payment(payment.decision, sum=Decimal(1), by=coordinator, now=FINAL)
        assert signed_in(clerk).get(f"/hallinta/maksatukset/{payment.pk}/").status_code == 404
        assert "Tässä ei ole maksueriä" in text(signed_in(coordinator).get("/hallinta/maksatukset/"))


class TestPaid:
    def test_organisation_is_told_once_each_in_own_language(self) -> None:
        organisation = make_organisation()
        admin = make_member(organisation, "admin")
        swede = make_member(organisation, "signatory", language="sv")
        make_member(organisation, "viewer")
        payment = make_payment(state="released", organisation=organisation, by=admin)
        Message.objects.all().delete()
        clerk = payment.released_by
        for _time in range(2):
            confirm_paid(payment, paid_on=FINAL.date(), by=clerk, now=FINAL)
        messages = Message.objects.order_by("pk")
        assert {message.to_user for message in messages} == {admin, swede}
        assert len(messages) == 2
        mail = messages.get(to_user=admin)
        assert mail.subject.replace("\N{NO-BREAK SPACE}", " ") == "Avustus on maksettu: 3 500 €"
        assert "maksupäivä 10.2.2027" in mail.text
        assert f"/omat/{organisation.pk}/maksut/" in mail.text
        assert mail.html.count('<a class="button"') == 1
        entry = TimelineEntry.objects.get(organisation=organisation, text__contains="on maksettu")
        assert entry.visibility == "organisation"
        assert CaseEvent.objects.get(verb="confirm_paid").audience == "applicant"

    @pytest.mark.parametrize("day", [date(2027, 2, 9), date(2027, 2, 11)])
    def test_day_is_between_release_and_today(self, day: date) -> None:
        payment = make_payment(state="released")
        said = refused("bad_day", confirm_paid, payment, paid_on=day, by=payment.released_by, now=FINAL)
        assert said == "Maksupäivä on aikaisintaan 10.2.2027 ja viimeistään tänään."

    def test_not_before_it_is_released(self) -> None:
        payment = make_payment()
        refused("wrong_state", confirm_paid, payment, paid_on=FINAL.date(), by=staff("payments_clerk"), now=FINAL)

    def test_another_day_afterwards_is_refused(self) -> None:
        payment = make_payment(state="released")
        confirm_paid(payment, paid_on=FINAL.date(), by=payment.released_by, now=FINAL)
        later = FINAL + timedelta(days=3)
        refused("wrong_state", confirm_paid, payment, paid_on=later.date(), by=payment.released_by, now=later)

    def test_database_wants_the_facts_of_a_state(self) -> None:
        payment = make_payment()
        for change in ({"state": "released"}, {"state": "paid", "paid_on": FINAL.date()}, {"paid_on": FINAL.date()}):
            with pytest.raises(IntegrityError, match="grants_payment_state_has_facts"), transaction.atomic():
                Payment.objects.filter(pk=payment.pk).update(**change)


class TestPages:
    def test_from_decision_to_paid_in_the_browser(self) -> None:
        decision = make_decision(organisation=make_organisation("Nurmeksen martat ry"))
        make_account(decision.application.organisation)
        desk, cash = signed_in(staff("coordinator")), signed_in(staff("payments_clerk"))
        page = text(desk.get("/hallinta/maksatukset/"))
        assert "Yksi lainvoimainen päätös odottaa maksuerää" in page
        address = reverse("grants:plan_payment", args=[decision.pk])
        assert address in page
        form = text(desk.get(address))
        assert 'value="3 500"' in form or 'value="3500' in form
        assert "Myönnetty 3 500 €, valmistelematta 3 500 €." in form
        wrong = desk.post(address, {"sum": "4 000"})
        assert "Maksuun voi valmistella enää 3 500 €. Pienennä maksuerää." in text(wrong)
        answer = desk.post(address, {"sum": "3 500,00"})
        payment = Payment.objects.get()
        own = f"/hallinta/maksatukset/{payment.pk}/"
        assert answer["Location"] == own
        assert "Hyväksy maksuun" not in text(desk.get(own))
        assert desk.post(own).status_code == 404
        assert "Hyväksy maksuun" in text(cash.get(own))
        assert cash.post(own)["Location"] == own
        assert "Maksupäivä puuttuu. Kirjoita päivä, esimerkiksi 1.3.2027." in text(cash.post(own, {"paid_on": ""}))
        assert "Maksupäivä on aikaisintaan 10.2.2027" in text(cash.post(own, {"paid_on": "1.2.2027"}))
        assert cash.post(own, {"paid_on": "10.2.2027"})["Location"] == own
        assert Payment.objects.values_list("state", "paid_on").get() == ("paid", date(2027, 2, 10))
        assert "Maksettu" in text(desk.get(own))

    def test_many_are_prepared_and_released_at_once(self) -> None:
        coordinator, clerk = staff("coordinator"), staff("payments_clerk")
        call = make_call()
        decisions = [make_decision(call=call) for _ in range(3)]
        for decision in decisions[:2]:
            make_account(decision.application.organisation)
        desk, cash = signed_in(coordinator), signed_in(clerk)
        chosen = {"valittu": [decision.pk for decision in decisions] + ["kissa", "9" * 30]}
        page = desk.post("/hallinta/maksatukset/valmistele/", chosen, follow=True)
        assert "3 maksuerää on valmisteltu." in text(page)
        assert Payment.objects.count() == 3
        page = cash.post(
            "/hallinta/maksatukset/hyvaksy/", {"valittu": [p.pk for p in Payment.objects.all()]}, follow=True
        )
        assert "2 maksuerää on hyväksytty maksuun." in text(page)
        number = decisions[2].application.case_number
        assert f"{number}: Järjestöllä ei ole tarkistettua tilinumeroa." in text(page)
        assert Payment.objects.filter(state="released").count() == 2
        empty = cash.post("/hallinta/maksatukset/hyvaksy/", {}, follow=True)
        assert "Valitse ensin rivit luettelosta." in text(empty)
        assert desk.post("/hallinta/maksatukset/hyvaksy/", chosen).status_code == 404
        assert Payment.objects.filter(state="released").count() == 2

    def test_others_do_not_prepare_many(self) -> None:
        decision = make_decision()
        for role in ("payments_clerk", "auditor", "registrar"):
            answer = signed_in(staff(role)).post("/hallinta/maksatukset/valmistele/", {"valittu": [decision.pk]})
            assert answer.status_code == 404
        assert not Payment.objects.exists()

    def test_own_instalments_have_no_box(self) -> None:
        both = staff("payments_clerk")
        StaffRoleFactory(user=both, role="coordinator")
        make_payment(planner=both)
        assert 'name="valittu"' not in text(signed_in(both).get("/hallinta/maksatukset/"))
        assert 'name="valittu"' in text(signed_in(staff("payments_clerk")).get("/hallinta/maksatukset/"))

    def test_list_asks_the_same_questions_at_one_and_three_rows(self) -> None:
        call, client = make_call(), signed_in(staff("coordinator"))
        counts = []
        for more in (1, 2):
            for _ in range(more):
                make_payment(call=call)
                make_decision(call=call)
            client.get("/hallinta/maksatukset/")
            with CaptureQueriesContext(connection) as queries:
                assert client.get("/hallinta/maksatukset/").status_code == 200
            counts.append(len(queries))
        assert counts[0] == counts[1]
        assert counts[0] <= 14, [query["sql"][:150] for query in queries.captured_queries]

    def test_organisation_sees_its_payments_and_four_digits(self) -> None:
        organisation = make_organisation()
        viewer = make_member(organisation, "viewer")
        make_payment(state="released", organisation=organisation)
        page = text(signed_in(viewer).get(f"/omat/{organisation.pk}/maksut/"))
        assert "3 500,00 €" in page
        assert "Maksussa" in page
        assert "…0785" in page
        assert IBAN not in page
        stranger = signed_in(make_member(make_organisation("Muu ry")))
        assert stranger.get(f"/omat/{organisation.pk}/maksut/").status_code == 404

    def test_organisation_without_payments_is_taught(self) -> None:
        organisation = make_organisation()
        page = text(signed_in(make_member(organisation)).get(f"/omat/{organisation.pk}/maksut/"))
        assert "Maksuja ei vielä ole" in page


def test_each_role_is_told_what_waits() -> None:
    coordinator, clerk = staff("coordinator"), staff("payments_clerk")
    call = make_call()
    make_decision(call=call)
    make_payment(call=call, planner=coordinator)
    assert [todo.title for todo in officer_todos(coordinator, FINAL)] == ["Valmistele 1 maksuerä"]
    (todo,) = officer_todos(clerk, FINAL)
    assert (todo.title, todo.url) == ("Hyväksy maksuun 1 maksuerä", "/hallinta/maksatukset/?tila=planned")
    assert list(officer_todos(UserFactory(), FINAL)) == []


def make_agreement(organisation: Organisation) -> Agreement:
    """Return an agreement of the organisation that is being negotiated."""
    made = Agreement.objects.create(
        kind=make_agreement_kind(),
        number=f"SOP/{organisation.pk}",
        title="Kumppanuus",
        reference="x",
        starts_on=date(2027, 1, 1),
        created_by=UserFactory(),
        created_at=FINAL,
    )
    AgreementParty.objects.create(agreement=made, organisation=organisation)
    return made


class TestConditionsOfAnInstalment:
    """An instalment waits for what it was planned to wait for, and says so to everybody who sees it."""

    def planned(self, decision: Any, **conditions: Any) -> Any:
        return plan_payment(decision, sum=Decimal(1000), by=staff("coordinator"), now=FINAL, **conditions)

    def test_a_day_an_interim_report_and_an_agreement(self) -> None:
        decision = make_decision(state="final")
        make_account(decision.application.organisation)
        clerk = staff("payments_clerk")
        agreement = make_agreement(decision.application.organisation)
        report = make_use_report(decision=decision)
        UseReport.objects.filter(pk=report.pk).update(kind="interim")
        later = FINAL + timedelta(days=10)
        on_day = self.planned(decision, not_before=local_date(later))
        on_report = self.planned(decision, after_interim=True)
        on_agreement = self.planned(decision, agreement=agreement)
        words = waits_of([on_day, on_report, on_agreement], FINAL)
        assert list(words.values()) == [
            f"päivää {format_date(local_date(later))}",
            "väliselvityksen hyväksymistä",
            f"sopimusta {agreement.number}",
        ]
        assert not money_lists.releasable(clerk, FINAL).exists()
        for payment in (on_day, on_report, on_agreement):
            assert refused("condition_waits", release_payment, payment, by=clerk, now=FINAL).startswith("Maksuerä odot")
        UseReport.objects.filter(pk=report.pk).update(
            state="approved", spent_sum=1, submitted_by=clerk, submitted_at=FINAL, checked_by=clerk, checked_at=FINAL,
            approved_by=clerk, approved_at=FINAL,
        )  # fmt: skip
        Agreement.objects.filter(pk=agreement.pk).update(state="in_force")
        for payment, now in ((on_day, later), (on_report, FINAL), (on_agreement, FINAL)):
            assert release_payment(payment, by=clerk, now=now).state == "released"

    def test_a_condition_that_can_never_be_met_is_refused(self) -> None:
        decision = make_decision(state="final")
        plan = {"sum": Decimal(1), "by": staff("coordinator"), "now": FINAL}
        refused("no_interim", plan_payment, decision, after_interim=True, **plan)
        other = make_agreement(make_organisation("Toinen ry"))
        refused("wrong_agreement", plan_payment, decision, agreement=other, **plan)

    def test_it_is_planned_and_shown_on_the_pages(self) -> None:
        decision = make_decision(state="final")
        coordinator = signed_in(staff("coordinator"))
        agreement = make_agreement(decision.application.organisation)
        page = text(coordinator.get(reverse("grants:plan_payment", args=[decision.pk])))
        assert "Vasta, kun sopimus on hyväksytty" in page
        assert "Vasta, kun väliselvitys on hyväksytty" not in page, "none is asked of this grant"
        day = format_date(local_date(FINAL + timedelta(days=5)))
        told = {"sum": "1 000", "not_before": day, "agreement": agreement.pk}
        done = coordinator.post(reverse("grants:plan_payment", args=[decision.pk]), told, follow=True)
        assert f"päivää {day}; sopimusta {agreement.number}" in text(
            signed_in(staff("payments_clerk")).get(reverse("grants:payment", args=[Payment.objects.get().pk]))
        )
        assert "Maksetaan aikaisintaan" in text(done)
        assert f"Odottaa: päivää {day}" in text(coordinator.get(reverse("grants:payments")))
        member = signed_in(make_member(decision.application.organisation))
        own = member.get(reverse("grants:own_payments", args=[decision.application.organisation_id]))
        assert f"Odottaa: päivää {day}" in text(own)

    def test_the_list_is_narrowed_to_what_waits_and_to_a_call(self) -> None:
        decision, other = make_decision(state="final"), make_payment(organisation=make_organisation("Muu ry"))
        waiting = self.planned(decision, not_before=local_date(FINAL + timedelta(days=2)))
        client = signed_in(staff("coordinator"))
        for query, here, gone in (
            ({"tila": "odottaa"}, waiting, other),
            ({"haku": other.decision.application.call_id}, other, waiting),
        ):
            for address in ("grants:payments", "grants:payments_export"):
                args = ["csv"] if address.endswith("export") else []
                shown = client.get(reverse(address, args=args), query)
                said = b"".join(shown).decode() if shown.streaming else shown.content.decode()
                assert here.decision.application.organisation.name in said
                assert gone.decision.application.organisation.name not in said


def test_organisations_without_an_account_are_reminded_at_once_and_once_a_day() -> None:
    waiting, known = make_payment(), make_payment(organisation=make_organisation("Tilillinen ry"))
    BankAccount.objects.filter(organisation=waiting.decision.application.organisation).delete()
    organisation = waiting.decision.application.organisation
    person = make_member(organisation, "signatory")
    make_member(known.decision.application.organisation, "signatory")
    client = signed_in(staff("coordinator"))
    page = text(client.get(reverse("grants:payments")))
    assert "Yhdellä järjestöllä on valmisteltu maksuerä mutta ei tarkistettua tilinumeroa." in page
    here = reverse("grants:remind_accounts")
    assert "on lähetetty yhdelle järjestölle" in text(client.post(here, follow=True))
    assert "Ketään ei muistutettu" in text(client.post(here, follow=True))
    sent = Message.objects.filter(kind="grants.account_missing")
    assert person.email in set(sent.values_list("to_address", flat=True))
    assert not sent.exclude(text__contains=organisation.name).exists()
    assert remind_accounts(by=staff("auditor"), now=FINAL + timedelta(days=1)) == 0
    assert remind_accounts(by=staff("payments_clerk"), now=FINAL + timedelta(days=1)) == 1
    make_account(organisation)
    assert remind_accounts(by=staff("coordinator"), now=FINAL + timedelta(days=2)) == 0
