"""What the organiser sees of an event's sign-ups in figures: places, line, who came, diets for the caterer."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from forums.models import Event, SignUp, SignUpNeed, Way
from forums.sign_up_places import capacity_of, ways_of


@dataclass(frozen=True)
class WayCount:
    """How one way of taking part stands."""

    way: Way
    capacity: int | None
    signed: int
    unconfirmed: int
    waiting: int
    came: int


def way_counts(event: Event) -> list[WayCount]:
    """Return how each way that the event offers stands; one query."""
    sums: dict[str, dict[str, int]] = {
        row["way"]: {"signed": row["signed"], "unconfirmed": row["unconfirmed"], "waiting": row["waiting"]}
        for row in SignUp.objects.filter(event=event)
        .order_by()
        .values("way")
        .annotate(
            signed=Count("pk", filter=Q(state="signed")),
            unconfirmed=Count("pk", filter=Q(state="unconfirmed", has_hold=True)),
            waiting=Count("pk", filter=Q(state="waiting")),
        )
    }
    came = dict(
        SignUp.objects.filter(event=event, attended=True)
        .order_by()
        .values_list("attended_way")
        .annotate(count=Count("pk"))
    )
    none = {"signed": 0, "unconfirmed": 0, "waiting": 0}
    return [
        WayCount(
            way,
            capacity_of(event, way),
            came=came.get(way.value, 0),
            **sums.get(way.value, none),
        )
        for way in ways_of(event)
    ]


def desk_facts(event: Event) -> list[dict[str, Any]]:
    """Return the large figures of the list: for each way how many have a place of how many, and who else there is."""
    facts: list[dict[str, Any]] = []
    for count in way_counts(event):
        places = str(count.signed) if count.capacity is None else f"{count.signed} / {count.capacity}"
        notes = []
        if count.unconfirmed:
            notes.append(_("vahvistamatta %(count)s") % {"count": count.unconfirmed})
        if count.waiting:
            notes.append(_("jonossa %(count)s") % {"count": count.waiting})
        if count.came:
            notes.append(_("oli paikalla %(count)s") % {"count": count.came})
        facts.append({"label": str(count.way.label).capitalize(), "value": places, "note": ", ".join(notes)})
    return facts


def diet_counts(needs: Iterable[SignUpNeed]) -> list[tuple[str, int]]:
    """Return for the caterer how many have asked for each diet, most first; the same words in any case are one."""
    counts: Counter[str] = Counter()
    for need in needs:
        words = " ".join(need.diet.casefold().split()).rstrip(".")
        if words:
            counts[words] += 1
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
