"""A coordinator, a committee that reads the yearly report, and a small field of organisations."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pytest

from accounts.models import User
from common.times import HELSINKI
from county.models import County
from reports import workflow
from reports.models import AnnualReport
from tests.accounts.factories import UserFactory, staff
from tests.liaisons.factories import BodyAppointmentFactory, BodyFactory, SeatFactory
from tests.organisations.factories import OrganisationFactory, municipalities

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=HELSINKI)


@dataclass(frozen=True)
class Readers:
    """Who reads: a member, a deputy and a presenter; and one whose term has ended."""

    member: User
    deputy: User
    presenter: User
    former: User


@pytest.fixture
def coordinator() -> User:
    return staff("coordinator")


@pytest.fixture
def readers() -> Readers:
    body = BodyFactory(reads=["annual_report"])
    seat = SeatFactory(body=body)
    return Readers(
        member=seat.user,
        deputy=SeatFactory(body=body, role="deputy", deputy_for=seat).user,
        presenter=BodyAppointmentFactory(body=body).user,
        former=SeatFactory(body=body, valid_until=date(2026, 6, 30)).user,
    )


@pytest.fixture
def county(db: Any) -> County:
    row: County = County.objects.create(code="14", area_key="14", name_fi="Koealueen hyvinvointialue")
    return row


@pytest.fixture
def field(county: County) -> None:
    places = municipalities()
    for code, count in (("167", 3), ("422", 1)):
        for _number in range(count):
            OrganisationFactory(domicile=places[code], registered_on=date(2025, 3, 1))


def collected(by: User, year: int = 2025) -> AnnualReport:
    """Return a draft whose figures the worker has collected."""
    report = workflow.order_report(year, by=by, now=NOW)
    workflow.finish_collecting(report.pk, now=NOW)
    report.refresh_from_db()
    return report


def frozen(by: User, year: int = 2025) -> AnnualReport:
    """Return a published report."""
    report = collected(by, year)
    workflow.freeze(report, by=by, now=NOW)
    workflow.finish_freezing(report.pk, now=NOW)
    report.refresh_from_db()
    assert report.state == "frozen", report.trouble
    return report


@pytest.fixture
def stranger() -> User:
    return UserFactory()
