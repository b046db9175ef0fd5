"""Actions of events and ideas, and measures of statutory negotiations, as lines of one list."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import BooleanField, Case, CharField, Count, Q, Value, When
from django.utils.translation import gettext as _

from common.policies import allowed
from common.seams import Tone
from forums.life_cycles_after import ACTION
from forums.models import Action, NegotiationMeasure

JOINED = ("event", "owner", "organisation")
_JOINED_MEASURE = ("negotiation__event",)


@dataclass(frozen=True)
class ActionLine:
    """One line: what, from where, who answers, by when, how one sees that it helped, and how it stands."""

    title: str
    url: str
    source: str
    owner: str
    due_on: date
    state: str
    late: bool
    phenomenon: str = ""
    measure: str = ""
    target: str = ""
    result: str = ""
    reason: str = ""

    @property
    def tone(self) -> Tone:
        """Return the tone of the tag."""
        return "bad" if self.late else ACTION.tone(self.state)

    @property
    def word(self) -> Any:
        """Return how it stands, in a word or two."""
        return _("Myöhässä") if self.late else ACTION.label(self.state)


def line_of(row: Action | NegotiationMeasure, today: date) -> ActionLine:
    """Return the line of an action, or of a negotiation's measure; what ``JOINED`` names comes loaded."""
    if isinstance(row, Action):
        return ActionLine(
            title=row.title,
            url=row.get_absolute_url(),
            source=row.event.name if row.event else "",
            owner=row.shown_owner,
            due_on=row.due_on,
            state=row.state,
            late=row.is_late(today),
            phenomenon=row.phenomenon,
            measure=row.measure,
            target=row.target,
            result=row.result,
            reason=row.reason,
        )
    return ActionLine(
        title=row.text,
        url=f"{row.negotiation.get_absolute_url()}#toimenpiteet",
        source=row.negotiation.event.name,
        owner=row.owner,
        due_on=row.due_on,
        state="done" if row.done_at else "open",
        late=row.done_at is None and row.due_on < today,
        result=row.done_note,
    )


def measures_read(user: Any, now: datetime) -> Any:
    """Return the measures of the negotiations whose records the person reads."""
    return NegotiationMeasure.objects.filter(negotiation__in=allowed("forums.negotiation.view", user, now=now))


def one_list(actions: Any, measures: Any) -> Any:
    """Return ``(kind, key)`` of both together, what is unfinished first and then by the day; to be sliced."""
    return (
        _keys(actions, "action", "closed_at")
        .union(_keys(measures, "measure", "done_at"), all=True)
        .order_by("is_ended", "due_on", "kind", "id")
    )


def _keys(rows: Any, kind: str, ended: str) -> Any:
    is_ended = Case(
        When(**{f"{ended}__isnull": False}, then=Value(True)), default=Value(False), output_field=BooleanField()
    )
    shown = rows.order_by().annotate(kind=Value(kind), is_ended=is_ended)
    return shown.values("kind", "id", "is_ended", "due_on")


def lines_of(keys: Any, today: date) -> list[ActionLine]:
    """Return the lines of these keys in their order; two queries."""
    asked = list(keys)
    found: dict[tuple[str, int], Any] = {}
    for kind, rows in (
        ("action", Action.objects.select_related(*JOINED)),
        ("measure", NegotiationMeasure.objects.select_related(*_JOINED_MEASURE)),
    ):
        wanted = [key["id"] for key in asked if key["kind"] == kind]
        found |= {(kind, row.pk): row for row in rows.filter(pk__in=wanted)}
    return [line_of(found[key["kind"], key["id"]], today) for key in asked]


def counts_of(actions: Any, measures: Any, today: date) -> dict[str, int]:
    """Return how many are unfinished (with the late ones), late and done; one query."""
    late = Q(due_on__lt=today)
    ours = _standings(
        actions, When(late & Q(state="open"), then=Value("late")), When(state="open", then=Value("open")), "state"
    )
    unfinished = Q(done_at__isnull=True)
    theirs = _standings(
        measures, When(late & unfinished, then=Value("late")), When(unfinished, then=Value("open")), Value("done")
    )
    found: Counter[str] = Counter()
    for row in ours.union(theirs, all=True).order_by("standing"):
        found[row["standing"]] += row["number"]
    return {"open": found["open"] + found["late"], "late": found["late"], "done": found["done"]}


def _standings(rows: Any, late: When, open_: When, otherwise: Any) -> Any:
    standing = Case(late, open_, default=otherwise, output_field=CharField())
    return rows.order_by().annotate(standing=standing).values("standing").annotate(number=Count("pk"))
