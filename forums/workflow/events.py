"""The verbs of events: plan, edit and move, publish, hold, cancel. Who has signed up is told of moves and the end."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from common.times import add_days, format_date, local_date
from forums.event_facts import when_words, where_words
from forums.event_hooks import after_edit
from forums.life_cycles import EVENT
from forums.models import Event
from forums.policies.events import may_plan_events
from forums.workflow.event_rooms import RoomWish, let_go, settle_room
from forums.workflow.telling import tell_cancelled, tell_changed
from liaisons.letters import said
from liaisons.workflow.saving import save_checked
from organisations import timeline
from organisations.models import Visibility

#: What is told to those who have signed up, and makes calendars follow.
MOVES = ("starts_at", "ends_at", "form", "room_id", "place", "meeting_url", "meeting_note")
#: What people need at the event is forgotten so many days after it.
NEEDS_KEPT = 14
COMING = ("planned", "published")


def lock_event(event: Event, by: Any, now: datetime) -> Event:
    """Return the event locked for whoever runs it; inside a transaction. Http404 for others."""
    get_allowed("forums.event.manage", by, now=now, lock=True, pk=event.pk)
    row: Event = Event.objects.select_related("room__site", "booking__room__site", "booking__made_by", "series").get(
        pk=event.pk
    )
    return row


def require_planner(by: Any, now: datetime) -> None:
    """Refuse ("not_allowed") whoever does not plan the county's events."""
    if not may_plan_events(by, now):
        raise Refused("not_allowed", _("Vain koordinaattori suunnittelee uusia tapahtumia."))


@transaction.atomic
def plan_event(*, by: Any, now: datetime, wish: RoomWish | None = None, **facts: Any) -> Event:
    """Plan an event that nobody else sees yet, with its room booked when ``wish`` says for whom.

    The same name at the same time again returns the first. Refused: not_allowed, in_the_past, event_refused, the codes
    of booking a room.
    """
    require_planner(by, now)
    same = Event.objects.filter(name_fi=facts["name_fi"], starts_at=facts["starts_at"], state="planned").first()
    if same is not None:
        return same
    if facts["starts_at"] <= now:
        raise Refused("in_the_past", _("Tapahtuman aika on jo mennyt. Anna tuleva aika."))
    row = Event(**facts, created_at=now, created_by=by)
    _tidy(row)
    settle_room(row, wish, by=by, now=now)
    save_checked(row, "event_refused")
    return row


@transaction.atomic
def edit_event(event: Event, *, by: Any, now: datetime, wish: RoomWish | None = None, **facts: Any) -> Event:
    """Change a coming event; its room's booking follows. When a published one moves, all who signed up are told.

    Refused: ended, in_the_past, event_refused, the codes of booking and moving a room, and what the parts refuse.
    """
    row = lock_event(event, by, now)
    if row.state not in COMING:
        raise Refused("ended", _("Tapahtuma on pidetty tai peruttu. Sitä ei voi enää muuttaa."))
    before = {name: getattr(row, name) for name in MOVES}
    when, where = when_words(row.starts_at, row.ends_at), where_words(row)
    for name, value in facts.items():
        setattr(row, name, value)
    if row.starts_at != before["starts_at"] and row.starts_at <= now:
        raise Refused("in_the_past", _("Tapahtuman aika on jo mennyt. Anna tuleva aika."))
    _tidy(row)
    settle_room(row, wish, by=by, now=now)
    moved = {name for name in MOVES if getattr(row, name) != before[name]}
    if moved:
        row.sequence += 1
    save_checked(row, "event_refused")
    after_edit(row, now)
    if moved and row.state == "published":
        tell_changed(row, what=_changes(row, moved, when, where), by=by, now=now)
    return row


def _tidy(row: Event) -> None:
    """Leave out what does not belong to the way the event is held, and set when needs are forgotten."""
    if not row.is_on_site:
        row.room, row.place, row.places_on_site = None, "", None
    if not row.is_remote:
        row.meeting_url, row.meeting_note, row.places_remote = "", "", None
    row.needs_erased_on = add_days(local_date(row.ends_at), NEEDS_KEPT)


def _changes(row: Event, moved: set[str], when: str, where: str) -> list[Any]:
    """Return in sentences what changed; the link itself stands in the calendar file, not in the words."""
    lines = []
    if moved & {"starts_at", "ends_at"}:
        new = when_words(row.starts_at, row.ends_at)
        lines.append(said(_("Uusi aika on %(new)s. Aika oli ennen: %(old)s."), new=new, old=when))
    if moved & {"form", "room_id", "place"}:
        lines.append(said(_("Uusi paikka: %(new)s. Paikka oli ennen: %(old)s."), new=where_words(row), old=where))
    if moved & {"meeting_url", "meeting_note"}:
        lines.append(_("Ohjeet etäosallistujalle ovat muuttuneet."))
    return lines


@transaction.atomic
def publish_event(event: Event, *, by: Any, now: datetime) -> Event:
    """Show the event to those for whom it is; again changes nothing.

    Refused: wrong_state, in_the_past, event_refused (no place).
    """
    row = lock_event(event, by, now)
    if row.state == "published":
        return row
    row.state = EVENT.check(row.state, "publish")
    if row.ends_at <= now:
        raise Refused("in_the_past", _("Tapahtuman aika on jo mennyt. Muuta aikaa ennen kuin julkaiset."))
    row.published_at = now
    save_checked(row, "event_refused")
    _tell_hosts(row, _("Järjestö on mukana järjestämässä tapahtumaa %(event)s %(day)s."), by=by, now=now)
    return row


@transaction.atomic
def hold_event(event: Event, *, by: Any, now: datetime) -> Event:
    """Mark a published event held once it has begun; again changes nothing. Refused: wrong_state, too_early.

    A statutory negotiation may be held before its record is whole: people met, and attendance, memo and feedback follow
    the event. The wheel and the figures count it only with its record (``wheel.is_recorded``), which waits on the desk
    until ``complete_record``.
    """
    row = lock_event(event, by, now)
    if row.state == "held":
        return row
    row.state = EVENT.check(row.state, "hold")
    if row.starts_at > now:
        raise Refused("too_early", _("Tapahtuma ei ole vielä alkanut. Merkitse se pidetyksi, kun se on alkanut."))
    row.ended_at = now
    row.save(update_fields=["state", "ended_at"])
    return row


@transaction.atomic
def cancel_event(event: Event, *, reason: str, by: Any, now: datetime) -> Event:
    """Cancel with a reason that everybody reads; the room is let go and all who signed up are told.

    Again changes nothing. Refused: wrong_state, no_reason.
    """
    row = lock_event(event, by, now)
    if row.state == "cancelled":
        return row
    was_published = row.state == "published"
    row.state = EVENT.check(row.state, "cancel")
    row.reason = reason.strip()[:300]
    if not row.reason:
        raise Refused("no_reason", _("Kirjoita, miksi tapahtuma perutaan."))
    row.ended_at, row.sequence = now, row.sequence + 1
    let_go(row, by=by, now=now)
    save_checked(row, "event_refused")
    if was_published:
        tell_cancelled(row, by=by, now=now)
        _tell_hosts(row, _("Tapahtuma on peruttu: %(event)s %(day)s."), by=by, now=now)
    return row


def _tell_hosts(row: Event, text: Any, *, by: Any, now: datetime) -> None:
    """Tell the timelines of the organisations that hold the event together with the county."""
    values = {"event": row.name_fi, "day": format_date(row.starts_at)}
    for host in row.hosts.filter(organisation__isnull=False).select_related("organisation"):
        if host.organisation is not None:
            timeline.write(
                host.organisation,
                text,
                values,
                visibility=Visibility.ORGANISATION,
                now=now,
                by=by,
                link=row.get_absolute_url(),
            )
