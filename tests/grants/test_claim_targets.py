"""Claims about the decision on a change or a recovery: in time and late, what waits, what an accepted one does."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, IntegrityError, transaction
from django.http import Http404
from django.urls import reverse

from accounts.models import User
from common import clock
from common.times import add_days, local_date
from grants.award_terms import terms_of
from grants.models import ChangeRequest, Decision, RecoveryCase, RevisionClaim
from grants.todos_recoveries import recovery_todos
from grants.workflow.change_decisions import Given, decide_change
from grants.workflow.claims import decide_claim, file_claim, propose_claim, register_claim
from grants.workflow.decisions import make_final
from grants.workflow.recoveries import agree_parts, enforce, record_repayment
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants import test_recoveries
from tests.grants.factories import PDF
from tests.grants.factories_changes import NEXT_SUMMER, WORDS, ChangeDesk
from tests.grants.factories_changes import NOW as CHANGED
from tests.grants.test_decisions import words
from tests.grants.test_decisions_hold import _county, code_of  # noqa: F401
from tests.grants.test_handling_pages import text

pytestmark = pytest.mark.django_db
NOW = test_recoveries.NOW
TODAY = local_date(NOW)
COURT = "Itä-Suomen hallinto-oikeus, Kuopio"


def recovered() -> tuple[test_recoveries.Desk, RecoveryCase]:
    """Return a decided recovery of 500 euros: its decision was sent today."""
    desk = test_recoveries.Desk()
    return desk, desk.decided()


def refused_change(desk: ChangeDesk) -> ChangeRequest:
    """Return a change that was not approved."""
    return decide_change(desk.sent(), Given(None, *WORDS), by=desk.coordinator, now=CHANGED)


def decided(claim: RevisionClaim, *, now: Any = NOW, by: User | None = None, **given: Any) -> RevisionClaim:
    outcome = given.get("outcome", "accepted")
    propose_claim(claim, outcome=outcome, sum=None, reasons="Perusteltu.", by=staff("coordinator"), now=now)
    values = {
        "outcome": outcome,
        "reasons": "Uusi selvitys.",
        "new_sum": None,
        "decided_on": local_date(now),
        "section_number": 30,
        "court": COURT,
        "by": by or staff("registrar"),
        "now": now,
        **given,
    }
    return decide_claim(claim, **values)


class TestRecovery:
    def test_while_a_claim_is_pending_nothing_is_enforced_and_only_that_case_waits(self) -> None:
        desk, recovery = recovered()
        other = desk.decided(sum=Decimal(300))
        claim = file_claim(desk.decision, demand="Rahat käytettiin.", recovery=recovery, by=desk.person, now=NOW)
        assert (
            file_claim(desk.decision, demand="Rahat käytettiin.", recovery=recovery, by=desk.person, now=NOW) == claim
        )
        assert (claim.target, claim.is_late, claim.target_number) == ("recovery", False, recovery.case_number)
        desk.decision.refresh_from_db()
        assert desk.decision.state == "final"
        late = NOW + timedelta(days=60)
        assert code_of(lambda: enforce(recovery, by=desk.clerk, now=late)) == "claim_pending"
        assert enforce(other, by=desk.clerk, now=late).state == "enforced"
        assert not [todo for todo in recovery_todos(desk.clerk, late) if "eräpäivän" in todo.title]
        assert not any(f"/{recovery.pk}/" in todo.url for todo in recovery_todos(desk.person, late))
        record_repayment(recovery, sum=Decimal(10), paid_on=TODAY, entry="1", by=desk.clerk, now=NOW)
        done = decided(claim, now=late, outcome="rejected")
        assert code_of(lambda: enforce(recovery, by=desk.clerk, now=late)) == "claim_pending"
        over = late + timedelta(days=60)
        assert done.appeal_ends_on is not None
        assert local_date(over) > done.appeal_ends_on
        assert enforce(recovery, by=desk.clerk, now=over).state == "enforced"

    def test_an_accepted_claim_asks_less_or_nothing_back(self) -> None:
        desk, recovery = recovered()
        agree_parts(recovery, parts=[(add_days(TODAY, 50), Decimal(500))], by=desk.clerk, now=NOW)
        record_repayment(recovery, sum=Decimal(300), paid_on=TODAY, entry="1", by=desk.clerk, now=NOW)
        claim = file_claim(desk.decision, demand="Liikaa.", recovery=recovery, by=desk.person, now=NOW)
        assert code_of(lambda: decided(claim, outcome="partly", new_sum=Decimal("500.01"))) == "over_asked"
        done = decided(claim, outcome="partly", new_sum=Decimal(200))
        recovery.refresh_from_db()
        assert (recovery.state, recovery.sum, recovery.parts.count()) == ("paid", Decimal(200), 0)
        assert recovery.balance(TODAY).surplus == Decimal(100)
        assert "peritään takaisin 200" in words(done.letter)
        assert desk.decision.versions.count() == 0
        second = file_claim(desk.decision, demand="Yhä liikaa.", recovery=recovery, by=desk.person, now=NOW)
        decided(second, new_sum=Decimal(0), section_number=31)
        recovery.refresh_from_db()
        assert (recovery.state, recovery.is_lifted) == ("dropped", True)

    def test_late_and_on_paper_and_with_files(self, monkeypatch: pytest.MonkeyPatch) -> None:
        desk, recovery = recovered()
        assert recovery.revision_ends_on is not None
        late = NOW + timedelta(days=30)
        monkeypatch.setattr(clock, "now", lambda: late)
        client, registry = signed_in(desk.person), signed_in(desk.registrar)
        filing = reverse("grants:recovery_claim_new", args=[desk.organisation.pk, recovery.pk])
        own = reverse("grants:own_recovery", args=[desk.organisation.pk, recovery.pk])
        assert filing in text(client.get(own))
        assert "määräaika päättyi" in text(client.get(filing))
        assert client.post(filing, {"demand": " "}).status_code == 409
        upload = SimpleUploadedFile("selvitys.pdf", PDF, "application/pdf")
        assert client.post(filing, {"demand": "Rahat käytettiin.", "file_1": upload}).status_code == 302
        claim = RevisionClaim.objects.get()
        assert (claim.is_late, claim.target, claim.recovery) == (True, "recovery", recovery)
        file = reverse("grants:claim_file", args=[claim.pk, claim.files.get().pk])
        shown = text(client.get(reverse("grants:own_claim", args=[desk.organisation.pk, claim.pk])))
        assert file in shown
        for reader, status in ((client, 200), (registry, 200), (signed_in(UserFactory()), 404)):
            response = reader.get(file)
            assert response.status_code == status
            if status == 200:
                assert b"".join(response.streaming_content) == PDF  # type: ignore[attr-defined]
        assert "Maksaminen odottaa" in text(client.get(own))
        paper = reverse("grants:recovery_claim_register", args=[recovery.pk])
        assert paper in text(registry.get(recovery.get_absolute_url()))
        data = {
            "claimant": "party",
            "name": "Järjestö",
            "demand": "Toinen.",
            "arrived_at": f"{TODAY:%d.%m.%Y} klo 12.00",
        }
        assert registry.post(paper, {**data, "arrived_at": "1.1.2020 klo 12.00"}).status_code == 409
        assert registry.post(paper, data).status_code == 302
        assert not RevisionClaim.objects.get(demand="Toinen.").is_late
        assert signed_in(desk.clerk).get(paper).status_code == 404

    def test_a_recovery_that_is_not_decided_cannot_be_claimed_against(self) -> None:
        desk = test_recoveries.Desk()
        undecided = desk.opened()
        given = {"demand": "x", "recovery": undecided, "by": desk.person, "now": NOW}
        assert code_of(lambda: file_claim(desk.decision, **given)) == "not_served"
        page = reverse("grants:recovery_claim_new", args=[desk.organisation.pk, undecided.pk])
        assert signed_in(desk.person).get(page).status_code == 404


class TestChange:
    def test_an_accepted_claim_changes_the_terms_and_the_decided_change_stays(self) -> None:
        desk = ChangeDesk()
        change = refused_change(desk)
        claim = file_claim(desk.decision, demand="Retki siirtyi.", change=change, by=desk.person, now=CHANGED)
        assert (claim.target, claim.is_late) == ("change", False)
        asked = change.terms_asked
        assert code_of(lambda: decided(claim, now=CHANGED, new_sum=Decimal(1))) == "sum_of_change"
        broken = replace(asked, use_to=date(2026, 1, 1))
        assert code_of(lambda: decided(claim, now=CHANGED, new_terms=broken)) == "bad_terms"
        done = decided(claim, now=CHANGED, new_terms=asked)
        assert terms_of(desk.fresh()).use_to == NEXT_SUMMER
        desk.report.refresh_from_db()
        assert desk.report.due_on == date(2028, 9, 30)
        change.refresh_from_db()
        assert (change.state, done.new_sum) == ("rejected", None)
        assert "Mikä muuttuu" in words(done.letter)
        assert make_final(now=CHANGED) == 0

    def test_a_claim_about_a_change_leaves_the_grant_final(self) -> None:
        desk = ChangeDesk()
        change = refused_change(desk)
        file_claim(desk.decision, demand="Retki siirtyi.", change=change, by=desk.person, now=CHANGED)
        assert desk.fresh().state == "final"
        assert not desk.fresh().claims.of_grant().exists()
        assert Decision.objects.payable(CHANGED).filter(pk=desk.decision.pk).exists()

    def test_the_pages_of_a_change_lead_to_the_claim(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(clock, "now", lambda: CHANGED)
        desk = ChangeDesk()
        change = refused_change(desk)
        client, registry = signed_in(desk.person), signed_in(desk.registrar)
        own = reverse("grants:own_change", args=[desk.organisation.pk, change.pk])
        filing = reverse("grants:change_claim_new", args=[desk.organisation.pk, change.pk])
        assert filing in text(client.get(own))
        assert client.post(filing, {"demand": "Retki siirtyi."}).status_code == 302
        claim = RevisionClaim.objects.get()
        assert claim.case_number in text(client.get(own))
        assert claim.get_absolute_url() in text(registry.get(change.get_absolute_url()))
        propose_claim(claim, outcome="accepted", sum=None, reasons="x", by=desk.coordinator, now=CHANGED)
        page = reverse("grants:claim_decide", args=[claim.pk])
        data = {
            "section_number": "3",
            "decided_on": f"{local_date(CHANGED):%d.%m.%Y}",
            "outcome": "accepted",
            "reasons": "Uusi selvitys.",
            "court": COURT,
            "served_by": "electronic",
            "terms-use_to": "30.6.2028",
            "terms-purpose": "",
        }
        assert "Korjaa käyttöaika" in text(registry.post(page, data))
        lines = change.terms_asked.lines
        for number, line in enumerate(lines, 1):
            data |= {f"terms-what-{number}": line.what, f"terms-sum-{number}": str(line.sum)}
        assert registry.post(page, {**data, "terms-purpose": "Retki"}).status_code == 302
        assert terms_of(desk.fresh()).purpose == "Retki"
        editor = signed_in(desk.editor)
        assert editor.get(filing).status_code == 404


def test_the_database_holds_one_target_of_the_same_grant() -> None:
    desk, recovery = recovered()
    claim = file_claim(desk.decision, demand="x", recovery=recovery, by=desk.person, now=NOW)
    rows = RevisionClaim.objects.filter(pk=claim.pk)
    with pytest.raises(IntegrityError, match="one_target"), transaction.atomic():
        rows.update(target="grant")
    foreign = test_recoveries.Desk().decided()
    with pytest.raises(DatabaseError, match="target_of_grant"), transaction.atomic():
        rows.update(recovery=foreign)
    with pytest.raises(Http404):
        file_claim(desk.decision, demand="x", recovery=recovery, by=UserFactory(), now=NOW)
    with pytest.raises(Http404):
        register_claim(
            desk.decision,
            claimant="party",
            name="A",
            demand="x",
            arrived_at=NOW,
            recovery=recovery,
            by=desk.clerk,
            now=NOW,
        )
    assert ChangeRequest.objects.count() == 0
