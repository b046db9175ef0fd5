"""What a missing use report does: each call's terms say whether it stops paying and sending, or is only told."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from common.errors import Refused
from grants.batch_checks import flagged, problems_of
from grants.models import Application, GrantCall, UseReport
from grants.workflow.applications import submit_application
from grants.workflow.calls import copy_call
from grants.workflow.payments import release_payment
from tests.accounts.factories import signed_in, staff
from tests.grants.call_pages import set_clock, text
from tests.grants.factories import NOW, make_application, make_call, make_member
from tests.grants.factories_money import FINAL, make_payment, make_use_report

pytestmark = pytest.mark.django_db
#: Reports of the earlier grant were due on this day.
LATE = date(2026, 3, 31)
#: The page of money and times as it is typed.
MONEY = {
    "opens_at": "10.11.2026 klo 9.00",
    "closes_at": "8.12.2026 klo 16.00",
    "appropriation": "200000",
    "minimum_sum": "500",
    "maximum_sum": "15000",
    "minimum_points": "60",
    "use_report_due_on": "31.3.2028",
    "legal_basis_fi": "Laki hyvinvointialueesta 611/2021.",
}


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, NOW)


def a_ready_draft(**terms: Any) -> Application:
    """Return a whole draft of an organisation whose earlier report is late."""
    draft: Application = make_application(call=make_call(**terms))
    make_use_report(due_on=LATE, organisation=draft.organisation, call=make_call(year=2026))
    return draft


def sender(draft: Application) -> Any:
    return make_member(draft.organisation)


class TestSending:
    def test_by_default_a_missing_report_does_not_stop_sending(self) -> None:
        draft = a_ready_draft()
        assert submit_application(draft, by=sender(draft), now=NOW).number == 1

    def test_where_the_terms_say_so_it_stops_and_the_draft_stays(self) -> None:
        draft = a_ready_draft(missing_report_applying="stops")
        by = sender(draft)
        review = reverse("grants:application_review", args=[draft.organisation_id, draft.pk])
        report = UseReport.objects.get()
        page = text(signed_in(by).get(review))
        assert "vasta, kun aiemman avustuksen käyttöselvitys on annettu" in page
        assert reverse("grants:use_report", args=[draft.organisation_id, report.pk]) in page
        with pytest.raises(Refused) as refused:
            submit_application(draft, by=by, now=NOW)
        assert refused.value.code == "report_missing"
        draft.refresh_from_db()
        assert (draft.state, draft.case_number) == ("draft", None)
        UseReport.objects.update(due_on=NOW.date() + timedelta(days=1))
        assert submit_application(draft, by=by, now=NOW).number == 1


class TestPaying:
    def waiting(self, **terms: Any) -> Any:
        payment = make_payment(call=make_call(**terms))
        application = payment.decision.application
        make_use_report(due_on=LATE, organisation=application.organisation, call=make_call(year=2026))
        return payment

    def test_by_default_it_stops_payments(self) -> None:
        payment = self.waiting()
        with pytest.raises(Refused, match="puuttuu käyttöselvitys"):
            release_payment(payment, by=staff("payments_clerk"), now=FINAL)

    def test_where_the_terms_say_so_it_is_told_to_the_payer(self) -> None:
        payment, clerk = self.waiting(missing_report="flags"), staff("payments_clerk")
        paid = release_payment(payment, by=clerk, now=FINAL)
        rows = [paid]
        assert (problems_of(rows, FINAL), flagged(rows, FINAL)) == ({}, {paid.pk})
        page = text(signed_in(clerk).get(reverse("grants:payment", args=[paid.pk])))
        assert "Haun ehtojen mukaan se ei estä maksamista." in page
        listed = text(signed_in(clerk).get(reverse("grants:payment_batch_new")))
        assert "Huomaa: järjestöltä puuttuu käyttöselvitys." in listed


def test_the_terms_are_told_on_the_calls_page_and_stay_once_published() -> None:
    call = make_call(missing_report="flags", missing_report_applying="stops")
    page = text(signed_in(staff("auditor")).get(reverse("grants:call", args=[call.pk])))
    assert "hakemusta ei voi lähettää ennen kuin selvitys on annettu" in page
    assert "Puuttuva käyttöselvitys ei estä maksamista" in page
    for change in ({"missing_report": "stops"}, {"missing_report_applying": "flags"}):
        with pytest.raises(DatabaseError, match="Cannot update"), transaction.atomic():
            GrantCall.objects.filter(pk=call.pk).update(**change)


def test_the_officer_chooses_in_the_draft_and_the_next_round_takes_it_over() -> None:
    coordinator = staff("coordinator")
    call = make_call(state="draft", by=coordinator)
    address = reverse("grants:call_edit_money", args=[call.pk])
    assert "estääkö se hakemuksen lähettämisen?" in text(signed_in(coordinator).get(address))
    assert signed_in(coordinator).post(address, {**MONEY, "missing_report": "flags"}).status_code == 302
    call.refresh_from_db()
    assert (call.missing_report, call.missing_report_applying) == ("flags", "flags")
    copied = copy_call(call, year=2028, by=coordinator, now=NOW)
    assert copied.missing_report == "flags"
