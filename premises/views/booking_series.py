"""The dates of a series before they are booked: which are free, and what becomes of those that are not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from common.times import helsinki
from premises.availability import Verdict
from premises.forms.clock import short_time
from premises.models import Room
from premises.spans import Span
from premises.workflow import Choice, Preview

SKIP, SAME = "skip", "book"


@dataclass(frozen=True)
class Answer:
    """One way to deal with a clash: its value in the form, its words, and where and when."""

    value: str
    label: str
    room: Room | None = None
    span: Span | None = None


@dataclass
class Row:
    """One date: free, left out by the rule, or a clash with its answers and the chosen one."""

    day: date
    span: Span
    why: str = ""
    left_out: str = ""
    answers: list[Answer] = field(default_factory=list)
    chosen: str = SAME

    @property
    def is_left_out(self) -> bool:
        """Tell whether the rule itself leaves the date out (a holiday)."""
        return bool(self.left_out)

    @property
    def is_free(self) -> bool:
        """Tell whether the date can be booked as it is."""
        return not self.why and not self.left_out

    @property
    def name(self) -> str:
        """Return the name of the date's field."""
        return f"kerta-{self.day.isoformat()}"


def preview_rows(previews: Iterable[Preview], data: Mapping[str, Any] | None) -> list[Row]:
    """Return the dates in order; ``data`` is a sent form whose choices are kept where they still exist."""
    return [_row(preview, data) for preview in previews]


def _row(preview: Preview, data: Mapping[str, Any] | None) -> Row:
    occasion, verdict = preview.occasion, preview.verdict
    row = Row(occasion.day, occasion.span, left_out=occasion.skipped_reason)
    if row.left_out:
        row.chosen = SKIP
        return row
    if verdict.is_free:
        row.answers = [Answer(SAME, _("Varataan")), Answer(SKIP, _("Jätetään väliin"))]
    else:
        row.why = verdict.why
        row.answers = [*_others(verdict, preview.alternatives), Answer(SKIP, _("Jätetään väliin"))]
    row.chosen = row.answers[0].value
    asked = data.get(row.name) if data else None
    if asked in {one.value for one in row.answers}:
        row.chosen = str(asked)
    return row


def _others(verdict: Verdict, alternatives: Iterable[tuple[Room, Span]]) -> list[Answer]:
    """Return another room at the same time first, then the same room at another time."""
    found = [
        Answer(
            f"room-{room.pk}",
            _("Toinen tila: %(name)s klo %(time)s") % {"name": room.name, "time": _clock(span)},
            room,
            span,
        )
        for room, span in alternatives
    ]
    if verdict.near:
        label = _("Sama tila klo %(time)s") % {"time": _clock(verdict.near)}
        found.append(Answer("time", label, None, verdict.near))
    return found


def _clock(span: Span) -> str:
    return f"{short_time(helsinki(span.start).time())}–{short_time(helsinki(span.end).time())}"


def choices_from(rows: Iterable[Row], room: Room) -> dict[date, Choice]:
    """Return by date what the person chose."""
    return {row.day: _choice(row, room) for row in rows if not row.is_left_out}


def _choice(row: Row, room: Room) -> Choice:
    answer = next((one for one in row.answers if one.value == row.chosen), Answer(SKIP, ""))
    if answer.value in (SAME, SKIP):
        return Choice(answer.value)
    if answer.room is None:
        return Choice("time", room, answer.span)
    return Choice("room", answer.room, answer.span)
