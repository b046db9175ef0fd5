"""The annual wheel: demanded against planned and held, lights and words, the drawing, clashes, the pages."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from common import seams
from county.models import RegionalGroup
from forums.event_clashes import Clash, clashes
from forums.models import EventHost, Per, SchoolBreak
from forums.models.series import OpenTo
from forums.wheel import quarter_of, term_of, wheel, without_common_end, years
from forums.wheel_calendar import by_quarter, entries_of
from forums.wheel_chart import angle_of, at, wheel_chart
from premises.spans import Span
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.forums.factories import NOW, EventFactory, EventSeriesFactory, SignUpFactory

pytestmark = pytest.mark.django_db
#: Monday 1 June 2026: not late in the year.
SUMMER = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


def groups() -> list[RegionalGroup]:
    return [
        RegionalGroup.objects.create(key=key, name_fi=name)
        for key, name in (("etelainen", "Eteläinen"), ("pohjoinen", "Pohjoinen"))
    ]


def on(day: date, **fields: Any) -> Any:
    start = datetime(day.year, day.month, day.day, 10, 0, tzinfo=UTC)
    return EventFactory(starts_at=start, ends_at=start + timedelta(hours=2), **fields)


def light(year: int, now: datetime, row: int = 0) -> tuple[str, str]:
    return wheel(year, now).rows[row].light


def test_what_is_missing_turns_red_late_in_the_year() -> None:
    EventSeriesFactory(a_year_min=1, a_year_max=3)
    assert light(2026, SUMMER) == ("wait", "puuttuu 1")
    assert light(2026, NOW) == ("bad", "puuttuu 1")
    assert light(2025, NOW) == ("bad", "puuttuu 1")
    assert light(2027, NOW) == ("wait", "puuttuu 1")


def test_planned_held_and_more_than_needed() -> None:
    series = EventSeriesFactory(a_year_min=1, a_year_max=2)
    on(date(2026, 3, 2), series=series, state="cancelled", reason="Sairaus")
    assert light(2026, SUMMER)[1] == "puuttuu 1"
    first = on(date(2026, 3, 3), series=series, state="published")
    assert light(2026, SUMMER) == ("info", "suunniteltu")
    first.state = "held"
    first.save()
    assert light(2026, SUMMER) == ("ok", "pidetty")
    on(date(2026, 9, 3), series=series, state="planned")
    assert light(2026, SUMMER) == ("ok", "pidetty")
    on(date(2026, 12, 31), series=series)
    assert light(2026, SUMMER) == ("info", "enemmän kuin tarpeen")
    row = wheel(2026, SUMMER).rows[0]
    assert [len(events) for events in row.quarters] == [1, 0, 1, 1]
    assert (row.held, row.planned, row.missing, row.demand) == (1, 2, 0, "1–2 vuodessa")


def test_each_group_is_asked_by_itself_and_a_statutory_one_needs_its_record() -> None:
    south, north = groups()
    series = EventSeriesFactory(per=Per.REGIONAL_GROUP, statute="612/2021 6–7 §")
    on(date(2026, 4, 1), series=series, regional_group=south, state="held")
    made = wheel(2026, NOW)
    assert [(row.target.name, row.light) for row in made.rows] == [
        ("Eteläinen", ("wait", "pidetty, kirjaus kesken")),
        ("Pohjoinen", ("bad", "puuttuu 1")),
    ]
    assert (made.held, made.needed, made.missing) == (0, 2, 1)
    assert made.rows[1].prefill == {"sarja": series.key, "ryhma": f"regional_group:{north.pk}"}


def test_what_all_names_end_with_is_left_out() -> None:
    names = ["Pohjoinen alueellinen kumppanuusryhmä", "Keskinen alueellinen kumppanuusryhmä"]
    assert without_common_end(names) == ["Pohjoinen", "Keskinen"]
    assert without_common_end(names[:1]) == names[:1]
    assert without_common_end(["Lieksa", "Lieksa"]) == ["Lieksa", "Lieksa"]


def test_as_needed_asks_for_nothing_and_a_council_term_counts_four_years() -> None:
    EventSeriesFactory(order=0)
    term = EventSeriesFactory(per=Per.COUNCIL_TERM, order=1)
    assert light(2026, NOW) == ("none", "tarpeen mukaan")
    assert term_of(2026) == (date(2025, 6, 1), date(2029, 6, 1))
    assert term_of(2024) == (date(2021, 6, 1), date(2025, 6, 1))
    on(date(2028, 2, 1), series=term, state="held")
    assert light(2026, NOW, 1) == ("ok", "pidetty")


def test_the_wheel_takes_a_fixed_number_of_queries() -> None:
    series = EventSeriesFactory(per=Per.REGIONAL_GROUP, a_year_min=2)
    chosen = groups()
    counts = []
    for _round in range(2):
        on(date(2026, 5, 5), series=series, regional_group=chosen[0])
        on(date(2026, 5, 6), series=series, regional_group=chosen[1])
        with CaptureQueriesContext(
            connection,
        ) as asked:
            wheel(2026, NOW)
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 4


@given(st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_every_day_has_its_angle_and_quarter(day: date) -> None:
    assert 0 < angle_of(day) < 360
    assert quarter_of(day) == 1 + int(angle_of(date(day.year, day.month, 15)) // 90)
    x, y = at(angle_of(day), 100)
    assert abs(((x - 500) ** 2 + (y - 500) ** 2) ** 0.5 - 100) < 1.5


def test_the_drawing_has_a_mark_for_each_event_and_a_place_for_what_is_missing() -> None:
    series = EventSeriesFactory(a_year_min=3)
    held = on(date(2026, 2, 2), series=series, state="held")
    on(date(2026, 2, 3), series=series)
    SchoolBreak.objects.create(name_fi="Syysloma", starts_on=date(2026, 10, 12), ends_on=date(2026, 10, 16))
    made = wheel(2026, SUMMER)
    chart = wheel_chart(made, [], SchoolBreak.objects.all(), SUMMER, plans=True)
    marks = chart.rings[0].marks
    read_only = wheel_chart(made, [], [], SUMMER, plans=False).rings[0].marks
    assert (bool(marks[2].url), read_only[2].url) == (True, ""), "planning is offered to whom it is open"
    assert [mark.css for mark in marks] == ["held", "coming", "missing"]
    assert str(held.pk) in marks[0].url
    gap = ((marks[0].x - marks[1].x) ** 2 + (marks[0].y - marks[1].y) ** 2) ** 0.5
    assert gap > 2 * chart.dot  # no mark covers another
    assert len(chart.shades) == 1
    assert chart.hand is not None
    assert chart.heading == "Vuodesta 2026 puuttuu vielä suunnitelmia: 1"


def clashing(start: datetime, end: datetime, people: Any = (), leaving: Any = None) -> list[Clash]:
    return clashes([Span(start, end)], now=NOW, people=people, leaving=leaving)[0]


def test_clashes_are_told_before_they_happen() -> None:
    host = UserFactory(full_name="Maija Meri")
    other = EventFactory(name_fi="Etäkahvit")
    EventHost.objects.create(event=other, user=host)
    SchoolBreak.objects.create(name_fi="Marrasloma", starts_on=date(2026, 11, 23), ends_on=date(2026, 11, 27))
    found = clashing(other.starts_at, other.ends_at, [host])
    assert [(one.kind, one.tone) for one in found] == [("person", "bad"), ("event", "wait"), ("school", "wait")]
    assert found[0].text == "Maija Meri on silloin tapahtumassa Etäkahvit."
    assert [one.kind for one in clashing(other.starts_at, other.ends_at, [host], other)] == ["school"]
    assert clashing(other.ends_at, other.ends_at + timedelta(hours=1), [host])[0].kind == "school"


def test_a_holiday_an_eve_and_a_weekend_are_told_apart() -> None:
    def kinds(day: date) -> list[str]:
        start = datetime(day.year, day.month, day.day, 10, 0, tzinfo=UTC)
        return [one.kind for one in clashing(start, start + timedelta(hours=1))]

    assert kinds(date(2026, 12, 6)) == ["holiday"]
    assert kinds(date(2027, 5, 5)) == ["eve"]  # Ascension Day is the day after
    assert kinds(date(2026, 11, 28)) == ["weekend"]
    assert kinds(date(2026, 11, 25)) == []
    signed = SignUpFactory(user=UserFactory(full_name="Eero"))
    assert [one.kind for one in clashing(signed.event.starts_at, signed.event.ends_at, [signed.user])] == [
        "person",
        "event",
    ]


def test_a_break_that_ends_before_it_begins_is_refused() -> None:
    with pytest.raises(IntegrityError, match="forums_schoolbreak_order"), transaction.atomic():
        SchoolBreak.objects.create(name_fi="Väärin", starts_on=date(2026, 2, 2), ends_on=date(2026, 2, 1))


def test_other_rooms_days_stand_beside_by_quarter(monkeypatch: pytest.MonkeyPatch) -> None:
    day = seams.CalendarEntry("Haku alkaa", date(2026, 8, 1), "/haut/1/", "grants.call_opens")
    monkeypatch.setattr(
        seams.calendar, "_providers", {"grants.calls": lambda a, b: [day], "forums.x": lambda a, b: [day]}
    )
    quarters = by_quarter(entries_of(2026))
    assert [len(quarter.entries) for quarter in quarters] == [0, 0, 1, 0]
    assert str(quarters[2].entries[0][1]) == "Haku"


def test_the_page_shows_lights_links_and_clashes() -> None:
    south, _north = groups()
    series = EventSeriesFactory(per=Per.REGIONAL_GROUP, a_year_min=1, open_to=OpenTo.NGOS)
    event = on(date(2026, 5, 5), series=series, regional_group=south)
    client = signed_in(staff("coordinator"))
    address = reverse("forums:wheel")
    page = client.get(address, {"vuosi": "2026"})
    text = page.content.decode()
    assert page.status_code == 200
    assert "puuttuu 1" in text
    assert "Suunnittele" in text
    assert "5.5.2026" in text
    assert f"sarja={series.key}&amp;ryhma=regional_group%3A" in text
    planned = client.get(wheel(2026, NOW).rows[1].plan_url)
    assert f'value="regional_group:{_north.pk}" selected' in planned.content.decode()
    tried = client.get(address, {"vuosi": "2026", "alkaa": "5.5.2026 klo 13.30", "paattyy": "5.5.2026 klo 14.00"})
    assert f"Samaan aikaan: {event.name}" in tried.content.decode()
    wrong = client.get(address, {"alkaa": "5.5.2026 klo 14.00", "paattyy": "5.5.2026 klo 13.00"})
    assert "Aika päättyy ennen kuin se alkaa" in wrong.content.decode()
    assert "Suunnittele<" not in signed_in(staff("auditor")).get(address).content.decode()
    assert years(NOW) == [2026, 2027]


def test_the_file_is_read_back_and_has_no_meeting_link() -> None:
    series = EventSeriesFactory(a_year_min=1)
    on(date(2026, 5, 5), series=series, meeting_url="https://meet.example/salainen")
    answer = signed_in(staff("coordinator")).get(reverse("forums:wheel_file"), {"vuosi": "2026"})
    assert b"salainen" not in answer.content
    found: Any = Calendar.from_ical(answer.content)
    assert next(str(row["summary"]) for row in found.walk("VEVENT")).startswith("Tapahtuma")


def test_everybody_sees_what_is_coming_and_no_more(client: Client) -> None:
    shown = on(date(datetime.now(UTC).year, 12, 30), name_fi="Avoin foorumi")
    on(date(datetime.now(UTC).year, 12, 30), name_fi="Jäsenten ilta", visibility="ngos")
    text = client.get(reverse("forums:public_year")).content.decode()
    assert shown.name in text
    assert "Jäsenten ilta" not in text
