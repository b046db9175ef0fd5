"""The figures of a small year, counted by hand."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common import seams
from common.seams import Period
from common.times import HELSINKI, day_start
from grants.models import ConflictDeclaration, GrantCall
from grants.statistics import Group, UseFigures, figures, grant_year, handling_days, size_labels
from grants.workflow.applications import withdraw_application
from grants.workflow.payments import confirm_paid
from tests.accounts.factories import UserFactory
from tests.grants.factories import (
    NOW,
    make_application,
    make_call,
    make_kind,
    make_member,
    make_municipality,
    make_organisation,
    make_submitted,
)
from tests.grants.factories_money import FINAL, make_decision, make_payment, make_use_report

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.clock.now", lambda: FINAL)


def decided(call: GrantCall, organisation: Any, granted: str, asked: str, **fields: Any) -> Any:
    return make_decision(application=make_submitted(call=call, organisation=organisation, asked=asked), sum=granted)


@pytest.fixture
def year() -> dict[str, Any]:
    """2027: six applications of two kinds, four granted, one rejected, one undecided. 2026: one of the same."""
    operating = make_call(kind=make_kind(name_fi="Toiminta-avustus"))
    single = make_call(kind=make_kind(name_fi="Kerta-avustus"), title_fi="Kerta-avustus 2027")
    earlier = make_call(year=2026, title_fi="Toiminta-avustus 2026")
    lieksa = make_municipality()
    joensuu = make_municipality("167", "Joensuu")
    first = make_organisation("Ensimmäinen ry", domicile=lieksa)
    second = make_organisation("Toinen ry", domicile=joensuu)
    third = make_organisation("Kolmas ry", domicile=joensuu)
    fourth = make_organisation("Neljäs ry", domicile=None)
    a = decided(operating, first, "999.99", "2000.00")
    b = decided(single, first, "1000.00", "1000.00")
    c = decided(operating, second, "3000.00", "4500.00")
    d = decided(operating, third, "10000.00", "15000.00")
    decided(single, fourth, "0", "2500.00")
    waiting = make_submitted(call=single, organisation=second, asked="500.00")
    make_application(call=single, organisation=third)
    gone = make_submitted(call=operating, organisation=fourth, asked="700.00")
    withdraw_application(gone, by=gone.submitted_by, now=NOW)
    decided(earlier, first, "800.00", "900.00")
    for has_conflict in (True, False):
        ConflictDeclaration.objects.create(
            application=waiting, user=UserFactory(), has_conflict=has_conflict, ground="Sukulaisuus", declared_at=FINAL
        )
    paid = make_payment(state="released", decision=c, sum="2000.00")
    confirm_paid(paid, paid_on=FINAL.date(), by=paid.released_by, now=FINAL)
    make_payment(state="released", decision=d, sum="10000.00")
    reports = [
        make_use_report(decision=a, state="approved"),
        make_use_report(decision=b, state="submitted"),
        make_use_report(decision=c, state="returned"),
        make_use_report(decision=d),
    ]
    return {"reports": reports, "first": first}


def test_the_year_in_figures(year: dict[str, Any]) -> None:
    found = grant_year(2027)
    assert (found.applications, found.asked) == (6, Decimal("25500.00"))
    assert (found.grants, found.granted, found.rejected) == (4, Decimal("14999.99"), 1)
    assert (found.organisations, found.new_organisations) == (3, 2)
    assert found.paid == Decimal("2000.00")
    assert found.conflicts == 1
    assert found.handling_days == 60  # 21.11.2026 → 20.1.2027
    assert found.by_kind == (
        Group("Toiminta-avustus", 3, Decimal("21500.00"), 3, Decimal("13999.99")),
        Group("Kerta-avustus", 3, Decimal("4000.00"), 1, Decimal("1000.00")),
    )
    assert found.by_municipality == (
        Group("Joensuu", 3, Decimal("20000.00"), 2, Decimal("13000.00")),
        Group("Lieksa", 2, Decimal("3000.00"), 2, Decimal("1999.99")),
        Group("", 1, Decimal("2500.00"), 0, Decimal("0")),
    )
    assert found.by_size == (1, 1, 1, 1)
    assert len(size_labels()) == 4
    assert found.use == UseFigures(
        due=4,
        sent=2,
        approved=1,
        people_reached=104,
        meetings=88,
        volunteers=14,
        volunteer_hours=620,
        spent=Decimal("7000.00"),
    )
    assert found.use.cost_per_person == Decimal("7000.00") / 104


def test_groups_add_up_to_the_whole(year: dict[str, Any]) -> None:
    found = grant_year(2027)
    for groups in (found.by_kind, found.by_municipality):
        assert sum(group.applications for group in groups) == found.applications
        assert sum(group.asked for group in groups) == found.asked
        assert sum(group.grants for group in groups) == found.grants
        assert sum(group.granted for group in groups) == found.granted
    assert sum(found.by_size) == found.grants


def test_empty_year_is_zeros(year: dict[str, Any]) -> None:
    found = grant_year(2031)
    assert (found.applications, found.asked, found.granted, found.paid) == (0, 0, 0, 0)
    assert found.handling_days is None
    assert found.use.cost_per_person is None
    assert found.by_size == (0, 0, 0, 0)
    assert (found.by_kind, found.by_municipality) == ((), ())


def test_questions_do_not_grow_with_the_year(year: dict[str, Any]) -> None:
    counts = []
    for asked in (2031, 2027):
        with CaptureQueriesContext(connection) as queries:
            grant_year(asked)
        counts.append(len(queries))
    assert counts == [9, 9]


def test_headline_figures_stand_beside_the_year_before(year: dict[str, Any]) -> None:
    period = Period(2027, day_start(date(2027, 1, 1)), day_start(date(2028, 1, 1)))
    found = {figure.key: (figure.value, figure.previous) for figure in figures(period)}
    assert found == {
        "grants.granted": (Decimal("14999.99"), Decimal("800.00")),
        "grants.organisations": (3, 1),
        "grants.applications": (6, 1),
        "grants.people_reached": (104, 0),
        "grants.volunteer_hours": (620, 0),
        "grants.handling_days": (60, 60),
    }
    assert dict(seams.statistics.items())["grants"] is figures


def test_handling_days_is_a_median_of_local_days() -> None:
    def pair(days: int) -> tuple[date, date]:
        return date(2027, 1, 1), date.fromordinal(date(2027, 1, 1).toordinal() + days)

    assert handling_days([]) is None
    assert handling_days([pair(5)]) == 5
    assert handling_days([pair(1), pair(100), pair(7)]) == 7
    assert handling_days([pair(10), pair(13)]) == 12  # 11,5 is rounded to the even day
    late = datetime(2026, 11, 21, 23, 59, tzinfo=HELSINKI)
    submitted = make_submitted(now=late, by=make_member(organisation := make_organisation()), organisation=organisation)
    make_decision(application=submitted)
    assert grant_year(2027).handling_days == 60
