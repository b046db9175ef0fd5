"""The posts as a file: who holds each, from when to when, with which share of working time."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from common.exports import Cell, csv_response, xlsx_response
from liaisons.listing import Line


def posts_file(lines: Iterable[Line], kind: str) -> HttpResponse:
    """Return the lines as ``csv`` or ``xlsx``: one row for each holder, one for a post without any."""
    head: list[Any] = [
        _("Tehtävä"),
        _("Taso"),
        _("Yksikkö"),
        _("Kunta"),
        _("Vakiinnutettu"),
        _("Tila"),
        _("Henkilö"),
        _("Kausi alkaa"),
        _("Kausi päättyy"),
        _("Osuus työajasta, prosenttia"),
        _("Perehdytetty"),
        _("Vastaa tänään"),
    ]
    write = xlsx_response if kind == "xlsx" else csv_response
    return write("yhteyshenkilot", head, _rows(lines))


def _rows(lines: Iterable[Line]) -> Iterator[list[Cell]]:
    for line in lines:
        post = line.post
        start: list[Cell] = [
            post.name,
            str(post.get_level_display()),
            str(post.unit or ""),
            str(post.municipality or ""),
            _("kyllä") if post.is_established else _("ei"),
            str(line.state[0]),
        ]
        answers = str(line.responsible.user or _("koordinaattori"))
        for row in line.holders or line.waiting:
            yield [*start, str(row.user), row.valid_from, row.valid_until, row.working_time, row.introduced_on, answers]
        if not line.holders and not line.waiting:
            yield [*start, "", None, None, None, None, answers]
