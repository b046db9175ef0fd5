"""The verbs that make events of an event: a copy with chosen parts, and a run of dates in one go."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from common.times import add_days, helsinki, local_date
from forums.event_clashes import Clash, clashes
from forums.models import AgendaSlot, Event, EventHost, EventRun, EventService
from forums.run_rules import RunRule, run_days
from forums.workflow.event_rooms import RoomWish, settle_room
from forums.workflow.events import NEEDS_KEPT, lock_event, publish_event, require_planner
from forums.workflow.host_letters import tell_named_hosts
from liaisons.workflow.saving import save_checked
from premises.models import Room
from premises.spans import Span, wall

#: The parts one may choose, with the fields or the rows that each brings along.
PARTS = {
    "texts": _("Kuvaus"),
    "agenda": _("Ohjelma"),
    "hosts": _("Järjestäjät"),
    "services": _("Tulkkaus ja tekstitys"),
    "place": _("Paikka ja kokouslinkki"),
    "sign_ups": _("Ilmoittautumisen asetukset ja paikkojen määrät"),
}
_ALWAYS = (
    "name_fi",
    "name_sv",
    "name_en",
    "series",
    "regional_group",
    "network",
    "body",
    "municipality",
    "theme",
    "visibility",
    "form",
)
_FIELDS = {
    "texts": ("description_fi", "description_sv", "description_en"),
    "place": ("room", "place", "meeting_url", "meeting_note"),
    "sign_ups": (
        "takes_sign_ups",
        "places_on_site",
        "places_remote",
        "asks_access",
        "asks_diet",
        "asks_interpretation",
    ),
}
_ROWS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "agenda": (AgendaSlot, ("starts_at", "title", "speaker", "order")),
    "hosts": (EventHost, ("user_id", "organisation_id", "label")),
    "services": (EventService, ("kind", "language", "provider")),
}


@dataclass
class RunRow:
    """One date of a run as it is shown before it is made; ``why`` is set where the date falls out."""

    planned: date
    day: date
    span: Span
    why: str = ""
    clashes: list[Clash] = field(default_factory=list)

    @property
    def is_moved(self) -> bool:
        """Tell whether a holiday moved it."""
        return self.day != self.planned


@dataclass
class RunMade:
    """What came of a run: its events, and those whose room was not free."""

    run: EventRun
    made: list[Event]
    without_room: list[Event]


@transaction.atomic
def copy_event(
    event: Event, *, starts_at: datetime, ends_at: datetime, parts: Iterable[str], by: Any, now: datetime
) -> Event:
    """Plan a new event like this one with the chosen ``PARTS``; again at the same time returns the first.

    The room comes along without a booking: one books it when one checks the copy. The hosts are told of the new event.
    Refused: not_allowed, in_the_past, event_refused.
    """
    require_planner(by, now)
    source: Event = get_allowed("forums.event.manage", by, now=now, pk=event.pk)
    same = Event.objects.filter(name_fi=source.name_fi, starts_at=starts_at, state="planned").first()
    if same is not None:
        return same
    made = _copy(source, starts_at, ends_at, list(parts), by=by, now=now)
    tell_named_hosts(made, by=by, now=now)
    return made


def _copy(
    source: Event,
    starts_at: datetime,
    ends_at: datetime,
    parts: Sequence[str],
    *,
    by: Any,
    now: datetime,
    run: EventRun | None = None,
    wish: RoomWish | None = None,
) -> Event:
    if starts_at <= now:
        raise Refused("in_the_past", _("Tapahtuman aika on jo mennyt. Anna tuleva aika."))
    names = [*_ALWAYS, *(name for part in parts for name in _FIELDS.get(part, ()))]
    facts = {name: getattr(source, name) for name in names}
    row = Event(**facts, starts_at=starts_at, ends_at=ends_at, run=run, created_at=now, created_by=by)
    row.needs_erased_on = add_days(local_date(ends_at), NEEDS_KEPT)
    if "sign_ups" in parts and source.sign_up_until is not None:
        row.sign_up_until = starts_at - (source.starts_at - source.sign_up_until)
    if wish is not None:
        settle_room(row, wish, by=by, now=now)
    save_checked(row, "event_refused")
    for part in parts:
        model, fields = _ROWS.get(part, (None, ()))
        if model is not None:
            there = model.objects.filter(event=source).values(*fields)
            model.objects.bulk_create(model(event=row, **one) for one in there)
    return row


def preview_run(event: Event, rule: RunRule, *, room: Room | None, now: datetime) -> list[RunRow]:
    """Return each date of the rule but the event's own, with its clashes; a fixed number of queries.

    ``room`` is asked too when it would be booked.
    """
    begins, length = helsinki(event.starts_at).time(), event.ends_at - event.starts_at
    own = local_date(event.starts_at)
    rows = []
    for one in run_days(rule):
        start = wall(one.day, begins)
        if own in (one.day, one.planned):
            continue
        rows.append(RunRow(one.planned, one.day, Span(start, start + length), one.why or _past(start, now)))
    asked = [row for row in rows if not row.why]
    people = [host.user_id for host in event.hosts.all() if host.user_id]
    found = clashes([row.span for row in asked], now=now, leaving=event, people=people, room=room)
    for row, what in zip(asked, found, strict=True):
        row.clashes = [clash for clash in what if clash.is_pressing]
    return rows


def _past(start: datetime, now: datetime) -> str:
    return "past" if start <= now else ""


@transaction.atomic
def repeat_event(
    event: Event,
    *,
    rule: RunRule,
    days: Iterable[date],
    one_sign_up: bool,
    wish: RoomWish | None,
    by: Any,
    now: datetime,
) -> RunMade:
    """Make the chosen days of the rule into a run with this event as its first; all parts come along.

    With ``wish`` the event's room is booked for each date; where it is not free, the date is made without a room.
    Refused: not_allowed, has_run, no_days, event_refused.
    """
    require_planner(by, now)
    row = lock_event(event, by, now)
    if row.run_id is not None:
        raise Refused("has_run", _("Tapahtuma kuuluu jo jaksoon. Kopioi se tai suunnittele uusi jakso."))
    wanted = set(days)
    chosen = [one for one in preview_run(row, rule, room=None, now=now) if not one.why and one.day in wanted]
    if not chosen:
        raise Refused("no_days", _("Valitse vähintään yksi päivä, jona tapahtuma pidetään."))
    run = EventRun(
        name_fi=row.name_fi,
        name_sv=row.name_sv,
        name_en=row.name_en,
        series=row.series,
        rule=rule.words[:200],
        one_sign_up=one_sign_up,
        created_by=by,
        created_at=now,
    )
    save_checked(run, "event_refused")
    row.run = run
    row.save(update_fields=["run"])
    made, without = [], []
    for one in chosen:
        fresh, has_room = _repeated(row, one.span, run, wish, by=by, now=now)
        made.append(fresh)
        if not has_room:
            without.append(fresh)
    return RunMade(run, made, without)


def _repeated(
    row: Event, span: Span, run: EventRun, wish: RoomWish | None, *, by: Any, now: datetime
) -> tuple[Event, bool]:
    """Return the event of one date, and whether it has the room it should have."""
    parts = list(PARTS)
    if wish is None or row.room is None:
        return _copy(row, span.start, span.end, parts, by=by, now=now, run=run), True
    try:
        with transaction.atomic():
            return _copy(row, span.start, span.end, parts, by=by, now=now, run=run, wish=wish), True
    except Refused as refused:
        if refused.code in ("event_refused", "in_the_past"):
            raise
    fresh = _copy(row, span.start, span.end, parts, by=by, now=now, run=run)
    fresh.room = None
    fresh.save(update_fields=["room"])
    return fresh, False


@transaction.atomic
def publish_run(run: EventRun, *, by: Any, now: datetime) -> list[Event]:
    """Publish the planned events of a run that are still to come; return them. Refused: the codes of publishing."""
    row: EventRun = get_allowed("forums.run.manage", by, now=now, lock=True, pk=run.pk)
    coming = list(row.forum_events.filter(state="planned", ends_at__gt=now).order_by("starts_at"))
    return [publish_event(event, by=by, now=now) for event in coming]


@transaction.atomic
def edit_run(run: EventRun, *, one_sign_up: bool, by: Any, now: datetime) -> EventRun:
    """Choose whether one signs up to the whole run at once. Refused: nothing."""
    row: EventRun = get_allowed("forums.run.manage", by, now=now, lock=True, pk=run.pk)
    if row.one_sign_up != one_sign_up:
        row.one_sign_up = one_sign_up
        row.save(update_fields=["one_sign_up"])
    return row


#: How far a run may reach at once.
LONGEST = timedelta(days=2 * 366)
