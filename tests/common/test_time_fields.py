"""Days and clock times as Finns type them."""

from datetime import UTC, date, datetime

import pytest
from django import forms
from django.core.exceptions import ValidationError

from common.time_fields import DayField, InstantField, parse_instant

FOUR = datetime(2026, 12, 8, 14, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "8.12.2026 klo 16.00",
        "8.12.2026 klo\N{NO-BREAK SPACE}16.00",
        "08.12.2026 16:00",
        " 8. 12. 2026  KLO 16 ",
        "8.12.2026 kl. 16.00",
        "8.12.2026, klo 16.00.00",
        "2026-12-08T16:00",
        "2026-12-08 16:00:00",
    ],
)
def test_reads_what_people_type(text: str) -> None:
    assert parse_instant(text) == FOUR


def test_end_of_day_is_the_next_midnight() -> None:
    assert parse_instant("8.12.2026 klo 24.00") == datetime(2026, 12, 8, 22, 0, tzinfo=UTC)


def test_summer_time_is_summer_time() -> None:
    assert parse_instant("1.7.2026 klo 9.00") == datetime(2026, 7, 1, 6, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "invalid"),
        ("huomenna", "invalid"),
        ("8.12. klo 16", "invalid"),
        ("8.12.2026", "no_clock"),
        ("31.11.2026 klo 9.00", "no_such_day"),
        ("8.12.0226 klo 9.00", "no_such_day"),
        ("8.12.2026 klo 25.00", "no_such_time"),
        ("8.12.2026 klo 24.01", "no_such_time"),
        ("29.3.2026 klo 3.30", "clocks_change"),
        ("25.10.2026 klo 3.30", "clocks_change"),
    ],
)
def test_doubtful_times_are_refused(text: str, code: str) -> None:
    with pytest.raises(ValidationError) as caught:
        parse_instant(text)
    assert caught.value.code == code


@pytest.mark.parametrize("text", ["29.3.2026 klo 2.59", "29.3.2026 klo 4.00", "25.10.2026 klo 4.00"])
def test_times_beside_the_change_of_clocks_are_read(text: str) -> None:
    assert parse_instant(text).tzinfo is UTC


class Form(forms.Form):
    at = InstantField()
    on = DayField()


def test_fields_show_what_they_read_and_keep_what_was_typed() -> None:
    shown = Form(initial={"at": FOUR, "on": date(2027, 3, 1)}).as_p()
    assert 'value="8.12.2026 klo 16.00"' in shown
    assert 'value="1.3.2027"' in shown
    bound = Form({"at": "joulukuussa", "on": "1.3.2027"})
    assert not bound.is_valid()
    assert 'value="joulukuussa"' in bound.as_p()
    assert bound.cleaned_data == {"on": date(2027, 3, 1)}
