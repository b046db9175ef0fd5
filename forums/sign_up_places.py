"""Places and lines of an event: who gets a place, for how long it is held, who is next. The only writer of states.

The order in a verb is: rights and rules; letters rendered; then once and late the advisory locks of all the events
concerned, sorted, with a timeout; the look; the write. The counter ``EventPlaces`` and its check are the backstop.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from django.db import OperationalError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.locks import advisory_lock
from forums.life_cycles import SIGN_UP
from forums.models import Event, EventForm, EventPlaces, SignUp, Way

NAMESPACE = "forums.places"
#: How long a place is held for somebody who has not confirmed; never past the event's beginning.
HELD = timedelta(hours=24)
SHORTEST = timedelta(hours=1)
#: When hundreds come at once, each waits for those before: longer than other locks.
WAITED_MS = 30_000
Free = Mapping[str, int | None]


def ways_of(event: Event) -> tuple[Way, ...]:
    """Return the ways in which one can take part."""
    if event.form == EventForm.HYBRID:
        return (Way.ON_SITE, Way.REMOTE)
    return (Way.ON_SITE,) if event.form == EventForm.ON_SITE else (Way.REMOTE,)


def lock_places(*events: int) -> None:
    """Take the locks of the events' places, for the rest of the transaction. Refused: busy."""
    try:
        advisory_lock(NAMESPACE, *events, timeout_ms=WAITED_MS)
    except OperationalError as error:
        raise Refused("busy", _("Nyt on ruuhkaa. Yritä hetken päästä uudelleen.")) from error


def capacity_of(event: Event, way: str) -> int | None:
    """Return how many places there are; None without a limit."""
    return event.places_on_site if way == Way.ON_SITE else event.places_remote


def held_places(events: Iterable[int]) -> dict[tuple[int, str], int]:
    """Return how many places are held, by event and way; one query."""
    rows = EventPlaces.objects.filter(event__in=list(events)).values_list("event", "way", "taken")
    return {(event, way): taken for event, way, taken in rows}


def free_places(event: Event) -> dict[str, int | None]:
    """Return how many places are free each way the event offers; None without a limit. One query."""
    taken = held_places([event.pk])
    free: dict[str, int | None] = {}
    for way in ways_of(event):
        capacity = capacity_of(event, way)
        free[way] = None if capacity is None else max(0, capacity - taken.get((event.pk, way), 0))
    return free


def hold_end(event: Event, now: datetime) -> datetime:
    """Return until when a place is held for who has not confirmed: a day, but not past the event's beginning.

    Whoever signs up within the last hour before it still has an hour.
    """
    return min(now + HELD, max(event.starts_at, now + SHORTEST))


def seat(row: SignUp, event: Event, free: dict[str, int | None], *, confirmed: bool, now: datetime) -> None:
    """Give a new row of the locked event a place or a turn in the line, and count it down in ``free``."""
    has_place = take(free, row.way)
    row.arrived_at = now
    if confirmed:
        row.state, row.has_hold, row.confirmed_at = ("signed" if has_place else "waiting"), has_place, now
    else:
        row.state, row.has_hold, row.held_until = "unconfirmed", has_place, hold_end(event, now)


def take(free: dict[str, int | None], way: str) -> bool:
    """Take one of the free places of that way, if there is one."""
    left = free.get(way, 0)
    if left is None:
        return True
    free[way] = max(0, left - 1)
    return left > 0


def settle(event: Event, now: datetime) -> dict[str, int | None]:
    """Bring the locked event up to date: what nobody confirmed lapses, the lines move; return what is free then.

    Where nobody is late and there is room for all, that is one query.
    """
    from forums.sign_up_letters import tell_lapsed, tell_moved_up

    free = free_places(event)
    if not event.sign_ups.filter(Q(state="waiting") | _is_late(now)).exists():
        return free
    late = list(event.sign_ups.filter(_is_late(now)).select_related("contact__user", "user"))
    for row in late:
        row.event = event
        row.state, row.has_hold = SIGN_UP.check(row.state, "lapse"), False
    if late:
        SignUp.objects.bulk_update(late, ["state", "has_hold"])
        tell_lapsed(event, late, now)
        free = free_places(event)
    if now >= event.starts_at:
        return _behind_the_line(event, free)
    moved = _move_up(event, free)
    if moved:
        tell_moved_up(event, moved, now)
    return free


def _behind_the_line(event: Event, free: dict[str, int | None]) -> dict[str, int | None]:
    """Once the event has begun nobody is moved up any more; nor does anybody pass those who stand in line."""
    lines = set(event.sign_ups.filter(state="waiting").values_list("way", flat=True))
    return {way: 0 if way in lines else left for way, left in free.items()}


def event_has_line(event: Event) -> bool:
    """Tell whether anybody waits for a place in the event."""
    return bool(event.sign_ups.filter(state="waiting").exists())


def _is_late(now: datetime) -> Q:
    return Q(state="unconfirmed", held_until__lte=now)


def _move_up(event: Event, free: dict[str, int | None]) -> list[SignUp]:
    """Give what is free to those in line, first come first."""
    if event.state != "published":
        return []
    moved: list[SignUp] = []
    for way in ways_of(event):
        line = event.sign_ups.in_line().filter(way=way).select_related("contact__user", "user")
        left = free[way]
        for row in line if left is None else line[:left]:
            row.event = event
            row.state, row.has_hold = SIGN_UP.check(row.state, "move_up"), take(free, way)
            moved.append(row)
    SignUp.objects.bulk_update(moved, ["state", "has_hold"])
    return moved


def settle_due(now: datetime) -> int:
    """Bring every event up to date in which a hold has lapsed or somebody waits in line; return how many.

    For beat: each event in a transaction of its own.
    """
    late = SignUp.objects.filter(_is_late(now)).values("event")
    waits = SignUp.objects.filter(state="waiting", event__state="published", event__starts_at__gt=now)
    events = Event.objects.filter(Q(pk__in=late) | Q(pk__in=waits.values("event")))
    keys = list(events.values_list("pk", flat=True))
    for pk in keys:
        with transaction.atomic():
            lock_places(pk)
            settle(Event.objects.select_related("room__site").get(pk=pk), now)
    return len(keys)


def turn_of(row: SignUp) -> int | None:
    """Return the person's number in the line, from 1; None for who does not wait."""
    if row.state != "waiting":
        return None
    before = SignUp.objects.filter(event=row.event_id, way=row.way, state="waiting", pk__lt=row.pk)
    return int(before.count()) + 1
