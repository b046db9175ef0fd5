"""Times as pieces: ``[start, end)``, compared in UTC, meant on Finland's clock. No database here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, lru_cache

from common.times import HELSINKI, local_date

#: A room that closes at 23.59 is open to midnight: a time field has no 24.00.
LAST_MINUTE = time(23, 59)


@dataclass(frozen=True, order=True)
class Span:
    """A piece of time, half-open, with an end after its start. Kept in UTC, whatever zone it was given in."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("A span is made of aware instants.")
        object.__setattr__(self, "start", self.start.astimezone(UTC))
        object.__setattr__(self, "end", self.end.astimezone(UTC))
        if self.end <= self.start:
            raise ValueError("A span ends after it starts.")

    @cached_property
    def length(self) -> timedelta:
        """How long it lasts on a stopwatch."""
        return self.end - self.start

    @cached_property
    def minutes(self) -> int:
        """How many whole minutes it lasts."""
        return int(self.length.total_seconds() // 60)

    @cached_property
    def day(self) -> date:
        """The calendar day in Finland on which it starts."""
        return local_date(self.start)

    @cached_property
    def last_day(self) -> date:
        """The calendar day in Finland of its last moment."""
        return local_date(self.end - timedelta(microseconds=1))

    def overlaps(self, other: "Span") -> bool:
        """Tell whether the two share an instant."""
        return self.start < other.end and other.start < self.end

    def covers(self, other: "Span") -> bool:
        """Tell whether the other lies wholly within this."""
        return self.start <= other.start and other.end <= self.end

    def longer(self, minutes: int) -> "Span":
        """Return the span with that many minutes more at its end (the tidying after a booking)."""
        return Span(self.start, self.end + timedelta(minutes=minutes))

    def at(self, start: datetime) -> "Span":
        """Return a span of the same length from ``start``."""
        return Span(start, start.astimezone(UTC) + self.length)


@lru_cache(maxsize=20_000)
def wall(day: date, clock: time) -> datetime:
    """Return the instant, in UTC, at which Finland's clocks show ``clock`` on that day.

    In the night of spring the hour from three to four is missing: a time in it means four o'clock. In the night of
    autumn it comes twice: the first is meant. So a later time of a day is never an earlier instant.
    """
    instant = datetime.combine(day, clock, HELSINKI).astimezone(UTC)
    shown = instant.astimezone(HELSINKI)
    if shown.time() == clock:
        return instant
    return instant - timedelta(minutes=shown.minute, seconds=shown.second, microseconds=shown.microsecond)


def closing(day: date, clock: time) -> datetime:
    """Return the instant of closing; 23.59 means midnight."""
    return wall(day + timedelta(days=1), time()) if clock >= LAST_MINUTE else wall(day, clock)


@lru_cache(maxsize=2_000)
def day_span(day: date) -> Span:
    """Return the whole calendar day in Finland: 23, 24 or 25 hours."""
    return Span(wall(day, time()), wall(day + timedelta(days=1), time()))


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in order, those that touch or overlap as one."""
    found: list[Span] = []
    for span in sorted(spans):
        if found and span.start <= found[-1].end:
            found[-1] = Span(found[-1].start, max(found[-1].end, span.end))
        else:
            found.append(span)
    return found


def without(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """Return what is left of the spans when the taken times are cut out."""
    left = merged(spans)
    for cut in taken:
        left = [piece for span in left for piece in _cut(span, cut)]
    return left


def _cut(span: Span, cut: Span) -> list[Span]:
    if not span.overlaps(cut):
        return [span]
    before = [Span(span.start, cut.start)] if span.start < cut.start else []
    after = [Span(cut.end, span.end)] if cut.end < span.end else []
    return before + after


def nearest(wish: Span, open_spans: Iterable[Span], taken: Iterable[Span], tidy_minutes: int) -> Span | None:
    """Return the free span of the wish's length whose start is nearest to it, within the open spans.

    After it ``tidy_minutes`` must be free too, though not open. The nearest start is the wish itself or an edge of
    something, so only those are tried. None when nothing fits; of two as near the earlier.
    """
    opened, blocked = list(open_spans), list(taken)
    whole = wish.length + timedelta(minutes=tidy_minutes)
    starts = {wish.start}
    for span in opened:
        starts |= {span.start, span.end - wish.length}
    for span in blocked:
        starts |= {span.end, span.start - whole}
    fitting = [
        piece
        for piece in map(wish.at, starts)
        if any(span.covers(piece) for span in opened)
        and not any(span.overlaps(piece.longer(tidy_minutes)) for span in blocked)
    ]
    return min(fitting, key=lambda piece: (abs(piece.start - wish.start), piece.start), default=None)
