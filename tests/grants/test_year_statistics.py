"""Agreements and the handling of applications in a year, counted by hand and by SQL of our own."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common import seams
from common.seams import Period
from common.times import HELSINKI, year_period
from grants.agreement_statistics import agreement_figures, agreement_year, lasting_on
from grants.models import (
    Agreement,
    AgreementEvaluation,
    AgreementReport,
    AgreementTalk,
    GrantCall,
    Phrase,
    RevisionClaim,
    SupplementRequest,
)
from grants.process_statistics import process_figures, process_year
from tests.accounts.factories import UserFactory
from tests.grants.factories import make_call, make_municipality, make_organisation, make_submitted
from tests.grants.factories_agreements import NOW, Table, make_agreement_kind
from tests.grants.factories_money import FINAL, make_decision

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.clock.now", lambda: FINAL)


def period(year: int) -> Period:
    return Period(year, *year_period(year))


def value_of(sql: str, *given: Any) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchone()[0]


def evaluated(agreement: Agreement, grade: str, year: int = 2027) -> None:
    at = datetime(year, 5, 1, 12, 0, tzinfo=HELSINKI)
    AgreementEvaluation.objects.create(
        agreement=agreement, side="county", grade=grade, words="Näin.", by=UserFactory(), at=at
    )


def a_reference() -> Agreement:
    """Return a contract made elsewhere: it is no agreement of the figures."""
    return Agreement.objects.create(
        kind=make_agreement_kind(key="osto", name_fi="Ostopalvelu", is_reference=True),
        number="OSTO-1",
        state="in_force",
        title="Ostopalvelu",
        reference="H-1",
        starts_on=date(2026, 1, 1),
        created_by=UserFactory(),
        created_at=NOW,
    )


def test_agreements_are_counted_on_the_last_day_also_afterwards() -> None:
    table = Table()
    made = table.in_force()
    a_reference()
    Table(make_organisation("Neuvotteleva ry"), title="Vasta neuvotellaan").write()
    assert list(lasting_on(date(2026, 12, 31))) == []
    assert [row.pk for row in lasting_on(date(2028, 12, 31))] == [made.pk]
    found = agreement_year(period(2027))
    assert (found.lasting, found.organisations, found.total, found.begun, found.ended) == (
        1,
        1,
        Decimal("12000.00"),
        1,
        0,
    )
    assert found.by_kind == (("Kumppanuussopimus", 1),)
    Agreement.objects.filter(pk=made.pk).update(
        state="terminated", ended_on=date(2028, 6, 30), end_reason="Toiminta päättyi."
    )
    assert agreement_year(period(2027)).lasting == 1
    last = agreement_year(period(2028))
    assert (last.lasting, last.ended, last.total) == (0, 1, Decimal(0))


def test_reports_talks_and_evaluations_of_the_year() -> None:
    table = Table()
    made = table.in_force()
    spans = ((date(2027, 1, 1), date(2027, 4, 30)), (date(2027, 5, 1), date(2027, 8, 31)))
    for first, last in spans:
        AgreementReport.objects.create(
            party=table.party, period_from=first, period_to=last, due_on=last + timedelta(days=14), opened_at=NOW
        )
    AgreementReport.objects.filter(period_to=date(2027, 4, 30)).update(
        state="submitted", submitted_by=UserFactory(), submitted_at=NOW, done="Ryhmät kokoontuivat."
    )
    AgreementTalk.objects.create(
        agreement=made, held_on=date(2027, 9, 1), people="Aino ja Eero", words="Jatketaan.", by=UserFactory(), at=NOW
    )
    for grade in ("well", "well", "mostly", "poorly"):
        evaluated(made, grade)
    found = agreement_year(period(2027))
    assert (found.reports_due, found.reports_sent, found.talks, found.evaluations) == (2, 1, 1, 4)
    rows = {figure.key: figure for figure in agreement_figures(period(2027))}
    assert rows["grants.agreement_evaluations"].rows == (), "four could tell whose they are"
    evaluated(made, "not")
    rows = {figure.key: figure for figure in agreement_figures(period(2027))}
    assert rows["grants.agreement_evaluations"].rows == (
        ("Toimii hyvin", 2, None),
        ("Toimii pääosin", 1, None),
        ("Vaatii muutoksia", 1, None),
        ("Ei toimi", 1, None),
    )
    assert rows["grants.agreement_reports"].rows == (("Pyydetty", 2, 0), ("Saatu", 1, 0))
    assert rows["grants.agreements_begun"].previous == 0
    assert agreement_year(period(2028)).evaluations == 0


def decided(call: GrantCall, granted: str, reasons: str = "Toiminta on tärkeää.", **fields: Any) -> Any:
    organisation = fields.pop("organisation", None) or make_organisation(f"Järjestö {reasons} {granted} ry")
    decision = make_decision(
        application=make_submitted(call=call, organisation=organisation, asked="4000.00"), sum=granted
    )
    type(decision).objects.filter(pk=decision.pk).update(reasons=reasons)
    return decision


def test_refusals_grounds_supplements_and_claims() -> None:
    make_municipality()
    this, before = make_call(), make_call(year=2026, title_fi="Viime vuonna")
    steady = make_organisation("Vakaa ry")
    Phrase.objects.create(title="Ei kohdistu", text_fi="Toiminta ei kohdistu alueelle.", edited_at=NOW)
    Phrase.objects.create(title="Kaksi kertaa", text_fi="Sama toiminta on jo rahoitettu.", edited_at=NOW)
    granted = decided(this, "4000.00", organisation=steady)
    decided(before, "1000.00", organisation=steady)
    decided(this, "1500.00")
    decided(this, "0", "Katsottu: Toiminta ei kohdistu alueelle. Sama toiminta on jo rahoitettu.")
    decided(this, "0", "Toiminta ei kohdistu alueelle.")
    decided(this, "0", "Määräraha ei riitä.")
    for number in range(2):
        RevisionClaim.objects.create(
            decision=granted,
            case_number=f"OIK-{number}",
            claimant="party",
            name="Vakaa ry",
            demand="Enemmän.",
            arrived_at=FINAL,
            is_late=False,
            filed_by=UserFactory(),
            filed_at=FINAL,
        )
    for state in ("expired", "open"):
        SupplementRequest.objects.create(
            application=granted.application,
            kind="supplement",
            text="Lisää.",
            due_on=date(2027, 1, 10),
            state=state,
            asked_by=UserFactory(),
            asked_at=NOW,
        )
    found = process_year(2027)
    assert (found.rejected, found.not_examined, found.partly, found.continuing) == (3, 0, 1, 1)
    assert found.grounds == (("Ei kohdistu", 2), ("Kaksi kertaa", 1), ("Muu perustelu", 1))
    assert (found.claims, found.claims_by_outcome[-1]) == (2, ("Ratkaisematta", 2))
    assert found.supplemented == 1
    days = value_of(
        "select round(percentile_cont(0.9) within group (order by d.decided_on - "
        "(a.received_at at time zone 'Europe/Helsinki')::date)) from grants_decision d "
        "join grants_application a on a.id = d.application_id join grants_grantcall c on c.id = a.call_id "
        "where c.year = %s",
        2027,
    )
    assert found.handling_days_p90 == days
    rows = {figure.key: figure for figure in process_figures(period(2027))}
    assert (rows["grants.refused"].value, rows["grants.refused"].previous) == (3, 0)
    assert rows["grants.refused"].rows[0] == ("Ei kohdistu", 2, 0)
    empty = process_year(2020)
    assert (empty.rejected, empty.handling_days_p90, empty.grounds, empty.claims) == (0, None, (), 0)


def test_every_figure_has_its_definition_and_the_queries_are_fixed() -> None:
    for provider in (agreement_figures, process_figures):
        assert provider in list(seams.statistics)
        assert all(figure.definition for figure in provider(period(2027)))
    counts = []
    for name in ("Yksi ry", "Kaksi ry", "Kolme ry"):
        Table(make_organisation(name), title=name).in_force()
        with CaptureQueriesContext(connection) as asked:
            agreement_year(period(2027))
        counts.append(len(asked))
    assert counts[0] == counts[2] <= 9
