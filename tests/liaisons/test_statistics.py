"""Figures of liaison work: requests by kind and unit, times, satisfaction, coverage, seats."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.text import capfirst

from common.seams import Period
from common.times import HELSINKI, year_period
from liaisons.models import SeatRequirement
from liaisons.statistics import Times, figures, request_figures, standing_figures
from liaisons.workflow.requests import answer_request, ask_more, tell_helped, withdraw_request
from tests.accounts.factories import signed_in, staff
from tests.liaisons.factories import BodyFactory, PostFactory, SeatFactory, UnitFactory
from tests.liaisons.test_request_sources import recorded
from tests.liaisons.test_requests import ask, held
from tests.xlsx import read

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 2, 10, tzinfo=HELSINKI)


def days(number: float) -> timedelta:
    return timedelta(days=number)


def test_times_are_medians_and_ninetieth_percentiles() -> None:
    assert Times.of([]) == Times(0, None, None)
    assert Times.of([days(2)]) == Times(1, Decimal("2.0"), Decimal("2.0"))
    assert Times.of([days(n) for n in range(1, 12)]) == Times(11, Decimal("6.0"), Decimal("10.0"))


def test_requests_of_a_year_by_kind_and_unit() -> None:
    _post, holder = held()
    unit = UnitFactory(name_fi="Perhekeskus")
    near, near_holder = held(level="unit", unit=unit)
    first = ask(kind="visit", post=near, now=AT)
    second = ask(kind="visit", subject="Toinen", post=near, now=AT)
    third = ask(kind="other", subject="Kolmas", now=AT)
    recorded(staff("coordinator"), now=AT)
    gone = ask(subject="Peruttu", now=AT)
    withdraw_request(gone, by=gone.asked_by, now=AT)
    ask(subject="Viime vuonna", now=datetime(2025, 12, 31, 23, 30, tzinfo=HELSINKI))
    ask_more(first, text="Milloin?", by=near_holder, now=AT + days(1))
    answer_request(first, text="Tulemme.", result="given", by=near_holder, now=AT + days(4))
    tell_helped(first, helped="yes", by=first.asked_by, now=AT + days(5))
    answer_request(second, text="Emme ehdi.", result="refused", by=near_holder, now=AT + days(2))
    answer_request(third, text="Neuvo.", result="advice", by=holder, now=AT + days(1))
    tell_helped(third, helped="no", text="Ei auttanut.", by=third.asked_by, now=AT + days(2))

    found = request_figures(2026, date(2026, 3, 31))
    assert (found.total.count, found.total.open, found.total.late) == (4, 2, 2)
    visit = found.by_kind[0]
    assert (visit.label, visit.count, visit.first.median, visit.answer.median) == (
        "Ammattilaisen vierailu ryhmään (jalkautuminen)",
        2,
        Decimal("1.5"),
        Decimal("3.0"),
    )
    assert {line.label: line.count for line in found.by_unit} == {
        near.place: 2,
        capfirst(third.post.name): 2,
    }
    assert dict(found.results) == {"saatiin, mitä pyydettiin": 1, "ei voitu antaa": 1}
    assert dict(found.came_by) == {"portaalissa": 3, "puhelimitse": 1}
    assert found.helped_share == 50
    assert request_figures(2025, date(2026, 3, 31)).total.count == 1
    assert request_figures(2024, date(2026, 3, 31)).helped_share is None


def test_posts_and_seats_as_they_stand() -> None:
    held()
    PostFactory(level="county_liaison", unit=None, is_established=True)
    body = BodyFactory()
    SeatRequirement.objects.create(body=body, role="member", number=2)
    SeatFactory(body=body)
    found = standing_figures(date(2026, 3, 31))
    assert (found.established, found.held, found.people, found.introduced) == (2, 1, 1, 0)
    assert (found.seats_demanded, found.seats_filled) == (2, 1)


def test_the_yearly_report_gets_its_figures() -> None:
    _post, holder = held()
    made = ask(now=AT)
    answer_request(made, text="Tässä.", result="given", by=holder, now=AT + days(3))
    rows = {figure.key: figure.value for figure in figures(Period(2026, *year_period(2026)))}
    assert rows["liaisons.requests"] == 1
    assert rows["liaisons.first_reply_days"] == Decimal("3.0")
    assert rows["liaisons.posts_held"] == 1
    assert rows["liaisons.helped_share"] is None
    assert rows["liaisons.trainings"] == 0


def test_the_page_and_its_files_say_the_same() -> None:
    _post, holder = held()
    empty = signed_in(staff("auditor")).get(reverse("liaisons:statistics")).content.decode()
    assert "Yhteistyöpyyntöjä ei ole tänä vuonna" in empty
    made = ask(now=AT)
    answer_request(made, text="Tässä.", result="given", by=holder, now=AT + days(3))
    tell_helped(made, helped="partly", by=made.asked_by, now=AT + days(4))
    client = signed_in(staff("coordinator"))
    page = client.get(reverse("liaisons:statistics"), {"vuosi": "2026"}).content.decode()
    assert "Vastaus auttoi 100 prosenttia kysyjistä" in page
    csv = client.get(reverse("liaisons:statistics_csv"), {"vuosi": "2026"}).content.decode("utf-8-sig")
    assert "Laji;Muu asia tai kysymys;1;0;0;3,0;3,0;3,0;3,0" in csv
    sheet = read(client.get(reverse("liaisons:statistics_xlsx"), {"vuosi": "2026"}).content)
    assert sheet.row(2)[:5] == ["Kaikki", "Kaikki", 1, 0, 0]
    assert client.get(reverse("liaisons:statistics"), {"vuosi": "x"}).status_code == 200


@pytest.mark.parametrize("number", [1, 3])
def test_the_page_has_a_fixed_number_of_queries(number: int) -> None:
    held()
    for count in range(number):
        ask(subject=f"Pyyntö {count}")
    client = signed_in(staff("coordinator"))
    client.get(reverse("liaisons:statistics"))
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("liaisons:statistics")).status_code == 200
    assert len(queries) <= 20
