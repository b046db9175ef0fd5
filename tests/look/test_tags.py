"""Filters and tags of every page."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.paginator import Paginator
from django.template import Context, engines
from django.test import RequestFactory
from django.utils import translation

from common.templatetags import portal

NOW = datetime(2026, 12, 8, 10, 0, tzinfo=UTC)  # 12.00 in Finland


def render(source: str, **context: Any) -> str:
    request = RequestFactory().get("/jarjestot/?q=ry&sivu=3&jarjesta=nimi")
    template = engines["django"].from_string("{% load portal %}" + source).template
    return template.render(Context({**context, "request": request}))


@pytest.fixture(autouse=True)
def _finnish() -> Any:
    with translation.override("fi"):
        yield


def test_sums() -> None:
    assert portal.euros(Decimal("1234.50")) == "1\u00a0234,50\u00a0€"
    assert portal.euros(9000) == "9\u00a0000\u00a0€"
    assert portal.euros_cents(9000) == "9\u00a0000,00\u00a0€"
    assert portal.euros(None) == "–"
    assert portal.number_fi(11460) == "11\u00a0460"


def test_times_are_read_on_finlands_clock() -> None:
    assert portal.instant_fi(datetime(2026, 12, 8, 14, 0, tzinfo=UTC)) == "8.12.2026 klo\u00a016.00"
    assert portal.date_fi(date(2026, 12, 8)) == "8.12.2026"
    assert portal.date_fi(None) == "–"
    assert portal.clock_fi(NOW) == "12.00"


@pytest.mark.parametrize(
    ("later", "words", "urgency"),
    [
        (timedelta(days=17), "17 päivää jäljellä", ""),
        (timedelta(days=7), "7 päivää jäljellä", "soon"),
        (timedelta(days=1), "1 päivä jäljellä", "soon"),
        (timedelta(hours=4), "4 tuntia jäljellä", "soon"),
        (timedelta(hours=1), "1 tunti jäljellä", "soon"),
        (timedelta(minutes=59), "59 minuuttia jäljellä", "soon"),
        (timedelta(seconds=20), "1 minuutti jäljellä", "soon"),
        (timedelta(0), "aika on päättynyt", "late"),
        (-timedelta(days=6), "aika on päättynyt", "late"),
    ],
)
def test_time_left_is_counted_in_days_and_then_hours(later: timedelta, words: str, urgency: str) -> None:
    assert portal.days_left(NOW + later, NOW) == words
    assert portal.urgency(NOW + later, NOW) == urgency


def test_query_string_keeps_the_filters() -> None:
    assert render("{% qs sivu=4 %}") == "?q=ry&amp;sivu=4&amp;jarjesta=nimi"
    assert render("{% qs sivu=None q=None %}") == "?jarjesta=nimi"


def test_sortable_heading_turns_round_and_forgets_the_page() -> None:
    html = render('{% sort_th "nimi" "Nimi" %}')
    assert 'aria-sort="ascending"' in html
    assert 'href="?q=ry&amp;jarjesta=-nimi"' in html
    assert "aria-sort" not in render('{% sort_th "haettu" "Haettu" numeric=True %}')


def test_crumbs_link_all_but_the_page_itself() -> None:
    html = render('{% crumbs "/omat/" "Omat asiat" name %}', name="<Hakemus>")
    assert '<li><a href="/omat/">Omat asiat</a></li>' in html
    assert '<li aria-current="page">&lt;Hakemus&gt;</li>' in html


def test_what_people_wrote_is_escaped() -> None:
    assert "&lt;script&gt;" in render("{% tag 'ok' word %}", word="<script>")
    assert "&lt;b&gt;" in render("{% notice heading=word %}<p>x</p>{% endnotice %}", word="<b>")
    assert portal.breakable("<b>/x") == "&lt;b&gt;/<wbr>x"


def test_an_unknown_tone_is_neutral() -> None:
    assert render("{% tag 'party' 'Juhla' %}") == '<span class="tag none">Juhla</span>'


def test_icons_are_silent_unless_they_speak() -> None:
    assert 'aria-hidden="true"' in render('{% icon "check" %}')
    spoken = render('{% icon "check" label="Valmis" %}')
    assert 'role="img"' in spoken
    assert 'aria-label="Valmis"' in spoken


@pytest.mark.parametrize(
    ("pages", "at", "shown"),
    [(1, 1, [1]), (5, 3, [1, 2, 3, 4, 5]), (13, 5, [1, 0, 4, 5, 6, 0, 13]), (13, 1, [1, 2, 0, 13])],
)
def test_page_numbers(pages: int, at: int, shown: list[int]) -> None:
    assert portal.page_numbers(Paginator(range(pages * 10), 10).get_page(at)) == shown


@pytest.mark.parametrize(("size", "words"), [(0, "1 kt"), (348160, "340 kt"), (4404019, "4,2 Mt"), (None, "–")])
def test_file_sizes(size: int | None, words: str) -> None:
    assert portal.file_size(size) == words


def test_a_todo_says_when_in_words() -> None:
    todo = SimpleNamespace(title="Täydennä", url="/t/", button="Täydennä", due=NOW, detail="", quiet=False)
    html = render('{% include "components/todo_list.html" %}', todos=[todo], now=NOW + timedelta(days=2))
    assert 'class="late"' in html
    assert "Määräaika oli 8.12.2026 klo\u00a012.00." in html


def test_nothing_to_do_is_said_kindly() -> None:
    assert "Mikään ei odota sinua" in render('{% include "components/todo_list.html" %}', todos=[], now=NOW)
