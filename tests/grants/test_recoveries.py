"""Recovery from the ground to the last cent: heard, decided, paid in parts; who may what; bad input."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from common import clock
from common.errors import Refused
from common.policies import may
from common.times import add_days, local_date
from county.models import County
from grants.models import CaseEvent, ConflictDeclaration, Decision, RecoveryCase, Repayment, UseReport
from grants.models.applications import Audience
from grants.todos_recoveries import recovery_todos
from grants.workflow.payments import confirm_paid
from grants.workflow.recoveries import (
    Decided,
    agree_parts,
    answer_recovery,
    ask_statement,
    decide_recovery,
    drop_recovery,
    enforce,
    open_recovery,
    record_repayment,
    write_off,
)
from notifications.models import Message
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.factories import make_member, make_organisation
from tests.grants.factories_money import FINAL, make_payment
from tests.liaisons.factories import BodyAppointmentFactory

pytestmark = pytest.mark.django_db
NOW = FINAL + timedelta(days=400)
TODAY = local_date(NOW)


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


class Desk:
    """A grant of 3,500 euros that has been paid, its people, and a recovery of 500 euros."""

    def __init__(self) -> None:
        self.coordinator, self.registrar, self.clerk = staff("coordinator"), staff("registrar"), staff("payments_clerk")
        payment = make_payment(state="released", planner=self.coordinator, clerk=self.clerk)
        confirm_paid(payment, paid_on=local_date(FINAL), by=self.clerk, now=FINAL)
        self.decision: Decision = payment.decision
        self.organisation = self.decision.application.organisation
        self.person: User = make_member(self.organisation)

    def opened(self, total: str = "500.00") -> RecoveryCase:
        return open_recovery(
            self.decision, ground="unused", facts="Rahaa jäi yli.", sum=Decimal(total), by=self.coordinator, now=NOW
        )

    def decided(self, **changes: Any) -> RecoveryCase:
        made = self.opened()
        given = {**DECIDED, "unheard_why": "Järjestö ilmoitti itse.", **changes}
        return decide_recovery(made, Decided(**given), by=self.registrar, now=NOW)


DECIDED: dict[str, Any] = {
    "sum": Decimal("500.00"),
    "reasons": "Avustusta jäi käyttämättä.",
    "legal_basis": "Hakuohjeen kohta 7.",
    "decided_on": TODAY,
    "section_number": 7,
    "due_on": add_days(TODAY, 30),
    "interest_rate": Decimal("9.50"),
}


@pytest.fixture
def desk() -> Desk:
    return Desk()


def refused(code: str, verb: Any, *args: Any, **kwargs: Any) -> str:
    with pytest.raises(Refused) as caught:
        verb(*args, **kwargs)
    assert caught.value.code == code
    return str(caught.value).replace("\N{NO-BREAK SPACE}", " ")


def text(response: Any) -> str:
    return " ".join(response.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ").split())


def test_no_more_is_asked_back_than_was_paid(desk: Desk) -> None:
    first = desk.opened("3000.00")
    assert desk.opened("3000.00") == first, "the same words are the same matter"
    other = {"ground": "conditions", "facts": "Muuta.", "by": desk.coordinator, "now": NOW}
    said = refused("over_paid", open_recovery, desk.decision, sum=Decimal("500.01"), **other)
    assert "enintään 500 €" in said
    open_recovery(desk.decision, sum=Decimal("500.00"), **other)
    drop_recovery(first, reason="Selvitys hyväksyttiin.", by=desk.coordinator, now=NOW)
    open_recovery(desk.decision, ground="misused", facts="x", sum=Decimal("3000.00"), by=desk.coordinator, now=NOW)


def test_the_organisation_is_heard_before_the_decision(desk: Desk) -> None:
    made = desk.opened()
    refused("not_heard", decide_recovery, made, Decided(**DECIDED), by=desk.registrar, now=NOW)
    refused("bad_day", ask_statement, made, answer_by=TODAY, by=desk.coordinator, now=NOW)
    ask_statement(made, answer_by=add_days(TODAY, 14), by=desk.coordinator, now=NOW)
    assert Message.objects.filter(kind="grants.recovery", to_user=desk.person).exists()
    assert [todo.title for todo in recovery_todos(desk.person, NOW)] == [
        "Antakaa lausuma takaisinperinnästä: Toiminta-avustus 2027"
    ]
    refused("hearing_open", decide_recovery, made, Decided(**DECIDED), by=desk.registrar, now=NOW)
    refused("empty", answer_recovery, made, statement="  ", by=desk.person, now=NOW)
    answer_recovery(made, statement="Olemme samaa mieltä.", by=desk.person, now=NOW)
    assert list(recovery_todos(desk.person, NOW)) == []
    assert [todo.title for todo in recovery_todos(desk.registrar, NOW)] == ["Kirjaa 1 takaisinperintäpäätös"]
    decided = decide_recovery(made, Decided(**DECIDED), by=desk.registrar, now=NOW)
    assert decide_recovery(made, Decided(**DECIDED), by=desk.registrar, now=NOW).letter_id == decided.letter_id
    assert decided.state == "decided"
    assert decided.reference
    late = NOW + timedelta(days=20)
    refused("late", answer_recovery, made, statement="Vielä jotakin.", by=desk.person, now=late)
    told = CaseEvent.objects.filter(application=desk.decision.application, audience=Audience.APPLICANT)
    assert told.filter(verb="decide_recovery").count() == 1


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("words_missing", {"reasons": " "}),
        ("bad_day", {"decided_on": add_days(TODAY, 1)}),
        ("bad_due_day", {"due_on": add_days(TODAY, 5)}),
        ("over_paid", {"sum": Decimal("3500.01")}),
        ("bad_sum", {"sum": Decimal("0")}),
        ("too_small", {"sum": Decimal("19.99")}),
    ],
)
def test_what_a_decision_needs(desk: Desk, code: str, changes: dict[str, Any]) -> None:
    County.objects.update_or_create(defaults={"name_fi": "Koe", "code": "12", "recovery_limit": Decimal("20.00")})
    made = desk.opened()
    given = Decided(**{**DECIDED, "unheard_why": "Järjestö ilmoitti.", **changes})
    refused(code, decide_recovery, made, given, by=desk.registrar, now=NOW)
    made.refresh_from_db()
    assert (made.state, made.letter_id) == ("opened", None)


def test_unused_money_comes_back_in_two_parts(desk: Desk) -> None:
    made = desk.decided()
    days = (add_days(TODAY, 40), add_days(TODAY, 70))
    wrong = [(days[0], Decimal("250.00")), (days[1], Decimal("200.00"))]
    said = refused("bad_total", agree_parts, made, parts=wrong, by=desk.clerk, now=NOW)
    assert "450 €" in said
    assert "500 €" in said
    right = [(day, Decimal("250.00")) for day in days]
    agree_parts(made, parts=right, by=desk.clerk, now=NOW)
    agree_parts(made, parts=right, by=desk.clerk, now=NOW)
    assert made.parts.count() == 2
    first = NOW + timedelta(days=40)
    for _twice in range(2):
        record_repayment(made, sum=Decimal("250.00"), paid_on=days[0], entry="A1", by=desk.clerk, now=first)
    assert Repayment.objects.count() == 1
    other = {"paid_on": days[0], "entry": "A1", "by": desk.clerk, "now": first}
    refused("entry_differs", record_repayment, made, sum=Decimal("1.00"), **other)
    refused("over_owed", record_repayment, made, sum=Decimal("250.01"), **{**other, "entry": "A2"})
    last = NOW + timedelta(days=70)
    done = record_repayment(made, sum=Decimal("250.00"), paid_on=days[1], entry="A3", by=desk.clerk, now=last)
    assert (done.state, done.ended_on) == ("paid", days[1])
    refused("wrong_state", enforce, made, by=desk.clerk, now=last + timedelta(days=90))


def test_what_is_late_goes_to_enforcement_and_off_the_books(desk: Desk) -> None:
    made = desk.decided()
    refused("not_due", enforce, made, by=desk.clerk, now=NOW)
    late = NOW + timedelta(days=31)
    assert [todo.title for todo in recovery_todos(desk.clerk, late)] == [
        "1 takaisinperintä on maksamatta yli eräpäivän"
    ]
    enforce(made, by=desk.clerk, now=late)
    refused("reason_missing", write_off, made, reason=" ", by=desk.clerk, now=late)
    ended = write_off(made, reason="Järjestö on purettu.", by=desk.clerk, now=late)
    assert ended.state == "written_off"
    assert not RecoveryCase.objects.owed().exists()


def test_the_database_holds_the_facts(desk: Desk) -> None:
    made = desk.decided()
    record_repayment(made, sum=Decimal("1.00"), paid_on=TODAY, entry="A1", by=desk.clerk, now=NOW)
    for change in ({"sum": Decimal(0)}, {"reasons": ""}, {"unheard_why": ""}, {"state": "written_off"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            RecoveryCase.objects.filter(pk=made.pk).update(**change)
    with pytest.raises(Exception, match="repayment_stays"), transaction.atomic():
        Repayment.objects.update(sum=Decimal("2.00"))


def test_a_conflict_hides_the_recovery(desk: Desk) -> None:
    made = desk.opened()
    declare_conflict_of(desk, desk.coordinator)
    page = signed_in(desk.coordinator)
    assert page.get(made.get_absolute_url()).status_code == 404
    assert "Rahaa jäi" not in text(page.get(reverse("grants:recoveries")))
    with pytest.raises(Http404):
        ask_statement(made, answer_by=add_days(TODAY, 14), by=desk.coordinator, now=NOW)


def declare_conflict_of(desk: Desk, person: User) -> None:
    ConflictDeclaration.objects.create(
        application=desk.decision.application, user=person, has_conflict=True, ground="Hallituksessa.", declared_at=NOW
    )


def test_officers_walk_the_pages(desk: Desk) -> None:
    UseReport.objects.update_or_create(
        decision=desk.decision,
        defaults={
            "due_on": date(2028, 3, 31),
            "state": "submitted",
            "spent_sum": Decimal("3100.00"),
            "submitted_by": desk.person,
            "submitted_at": NOW,
        },
    )
    officer = signed_in(desk.coordinator)
    report = text(officer.get(reverse("grants:officer_report", args=[desk.decision.use_report.pk])))
    new = reverse("grants:recovery_new", args=[desk.decision.pk])
    assert "Käyttämättä jäi 400,00 €" in report
    assert new in report
    assert 'value="400' in text(officer.get(new))
    bad = officer.post(new, {"ground": "unused", "facts": "Rahaa jäi <b>yli</b>.", "sum": "4 000"})
    assert bad.status_code == 409
    assert "Rahaa jäi &lt;b&gt;yli&lt;/b&gt;." in text(bad), "the text typed is kept"
    assert officer.post(new, {"ground": "unused", "facts": "Rahaa jäi.", "sum": "400"}).status_code == 302
    made = RecoveryCase.objects.get()
    assert "Kuule järjestöä" in text(officer.get(made.get_absolute_url()))
    day = add_days(TODAY, 14).strftime("%d.%m.%Y")
    assert officer.post(reverse("grants:recovery_hear", args=[made.pk]), {"answer_by": day}).status_code == 302
    own = signed_in(desk.person)
    address = reverse("grants:own_recovery", args=[desk.organisation.pk, made.pk])
    assert "Mitään ei ole vielä päätetty" in text(own.get(address))
    assert own.post(address, {"statement": "Sopii."}).status_code == 302
    registry = signed_in(desk.registrar)
    decision = {
        "sum": "400",
        "reasons": "Jäi yli.",
        "legal_basis": "Hakuohje.",
        "decided_on": TODAY.strftime("%d.%m.%Y"),
        "section_number": "5",
        "due_on": add_days(TODAY, 30).strftime("%d.%m.%Y"),
        "interest_rate": "9,5",
    }
    assert registry.post(reverse("grants:recovery_decide", args=[made.pk]), decision).status_code == 302
    made.refresh_from_db()
    assert made.reference in text(own.get(address))
    clerk = signed_in(desk.clerk)
    paid = {"sum": "400", "paid_on": TODAY.strftime("%d.%m.%Y"), "entry": "T-1"}
    assert clerk.post(reverse("grants:recovery_repay", args=[made.pk]), paid).status_code == 302
    assert "Maksamatta on nyt yhteensä <b>0,00 €</b>" in text(clerk.get(reverse("grants:recoveries")))
    exported = clerk.get(reverse("grants:recoveries_csv")).getvalue().decode("utf-8-sig")
    assert made.reference in exported


def test_lists_ask_a_fixed_number_of_queries(desk: Desk) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert officer.get(reverse("grants:recoveries")).status_code == 200
        return len(queries)

    officer = signed_in(desk.clerk)
    desk.decided()
    officer.get(reverse("grants:recoveries"))
    one = count()
    for number in range(2):
        other = Desk()
        made = open_recovery(
            other.decision, ground="unused", facts=f"{number}", sum=Decimal("9.00"), by=other.coordinator, now=NOW
        )
        decide_recovery(
            made, Decided(**{**DECIDED, "sum": Decimal("9.00"), "unheard_why": "x"}), by=other.registrar, now=NOW
        )
    assert one == count() <= 12


def test_a_recused_secretary_records_no_recovery(desk: Desk) -> None:
    """The body's secretary records what it decided, but not in a case in which they have declared a conflict."""
    body = desk.decision.application.call.kind.decided_by
    secretary = BodyAppointmentFactory(body=body, user=UserFactory(), role="secretary").user
    made = desk.opened()
    assert may("grants.recovery.decide", secretary, made, now=NOW)
    ConflictDeclaration.objects.create(
        application=desk.decision.application, user=secretary, has_conflict=True, ground="Sukulainen", declared_at=NOW
    )
    given = Decided(**DECIDED, unheard_why="Järjestö ilmoitti itse.")
    with pytest.raises(Http404):
        decide_recovery(made, given, by=secretary, now=NOW)


def test_strangers_see_nothing(desk: Desk) -> None:
    made = desk.decided()
    stranger = signed_in(UserFactory())
    assert stranger.get(made.get_absolute_url()).status_code == 404
    other = make_member(make_organisation("Toinen ry"))
    assert signed_in(other).get(reverse("grants:own_recovery", args=[desk.organisation.pk, made.pk])).status_code == 404
