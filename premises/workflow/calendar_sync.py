"""An external calendar is fetched and its events close the room, behind the same writer as everything else.

An event never overwrites a booking: the closure is held around it and the manager is told. When the booking goes, the
time is the event's (``writer.fill_closures``). An event that vanished opens its time again.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from common.errors import Refused
from common.fetching import Fetched, FetchFailed, Guard, fetch
from liaisons.letters import said
from premises import mails, writer
from premises.availability import holds_of
from premises.calendar_reading import CannotRead, Reading, read_calendar
from premises.links import desk_path, room_calendars_path
from premises.models import Booking, CalendarClash, CalendarProblem, Closure, ClosureSource, ExternalCalendar, Room
from premises.spans import Span
from premises.workflow.offers import offer_freed

log = structlog.get_logger(__name__)
EVERY = timedelta(minutes=15)
MOST_WAIT = timedelta(hours=6)
#: So long nobody else fetches a calendar that is being fetched; after it a fetch that died is tried again.
CLAIMED = timedelta(minutes=10)
#: Repetitions move into sight day by day, so a calendar that says "nothing new" is read in full once a day.
IN_FULL = timedelta(days=1)
TELL_AFTER = timedelta(days=1)
_LISTED = 20
_MOST_UID = 200
_BY_CODE = {
    "not_https": CalendarProblem.NOT_ALLOWED,
    "bad_address": CalendarProblem.NOT_ALLOWED,
    "bad_port": CalendarProblem.NOT_ALLOWED,
    "not_public": CalendarProblem.NOT_ALLOWED,
    "encoded": CalendarProblem.NOT_CALENDAR,
    "too_long": CalendarProblem.TOO_MANY,
}
_BY_STATUS = {401: CalendarProblem.REFUSED, 403: CalendarProblem.REFUSED, 429: CalendarProblem.SERVER}


def reason_of(calendar: ExternalCalendar) -> str:
    """Return the reason of the closures: the calendar's name, never the event's, which may tell of a patient."""
    return _("Varattu kalenterissa: %(name)s") % {"name": calendar.name}


def due_calendars(now: datetime) -> list[int]:
    """Return the keys of the calendars whose time has come, the longest waiting first."""
    rows = ExternalCalendar.objects.filter(next_at__lte=now, room__is_in_use=True, room__site__is_in_use=True)
    return list(rows.order_by("next_at", "pk").values_list("pk", flat=True)[:200])


def read_one(pk: int, guard: Guard, *, now: datetime) -> str:
    """Fetch a calendar whose time has come and write what it says. Return what came of it: a word, or the problem."""
    calendar = _claim(pk, now)
    if calendar is None:
        return "not_due"
    fresh = calendar.read_at is not None and now - calendar.read_at < IN_FULL
    try:
        came = fetch(
            calendar.address,
            guard,
            etag=calendar.etag if fresh else "",
            last_modified=calendar.last_modified if fresh else "",
            accept="text/calendar, */*;q=0.1",
        )
        reading = None if came.body is None else read_calendar(came.body, now)
    except (FetchFailed, CannotRead) as failed:
        return fail(calendar, _problem(failed), now=now)
    try:
        return write(calendar, came, reading, now=now)
    except Refused:  # the rooms are busy just now
        ExternalCalendar.objects.filter(pk=pk).update(next_at=now + timedelta(minutes=1))
        return "busy"


def _problem(failed: FetchFailed | CannotRead) -> CalendarProblem:
    if isinstance(failed, FetchFailed) and failed.code == "status":
        fallback = CalendarProblem.SERVER if failed.status >= 500 else CalendarProblem.GONE
        return _BY_STATUS.get(failed.status, fallback)
    return _BY_CODE.get(failed.code) or CalendarProblem(failed.code)


@transaction.atomic
def _claim(pk: int, now: datetime) -> ExternalCalendar | None:
    rows = ExternalCalendar.objects.select_for_update(of=("self",), skip_locked=True).select_related("room__site")
    row: ExternalCalendar | None = rows.filter(pk=pk, next_at__lte=now).first()
    if row is not None:
        row.next_at = now + CLAIMED
        row.save(update_fields=["next_at"])
    return row


def _still(calendar: ExternalCalendar) -> ExternalCalendar | None:
    """Return the row locked, unless it was removed or its address changed while it was being fetched."""
    rows = ExternalCalendar.objects.select_for_update(of=("self",)).select_related("room__site")
    row: ExternalCalendar | None = rows.filter(pk=calendar.pk, set_at=calendar.set_at).first()
    return row


@transaction.atomic
def fail(calendar: ExternalCalendar, problem: CalendarProblem, *, now: datetime) -> str:
    """Write down why the calendar could not be read, try again later and later, and after a day write a letter.

    What it closed stays closed: silence does not mean that the room is free.
    """
    row = _still(calendar)
    if row is None:
        return "changed"
    row.failures = min(row.failures + 1, 1000)
    row.tried_at, row.problem = now, problem.value
    row.failing_since = row.failing_since or now
    row.next_at = now + min(EVERY * 2 ** min(row.failures - 1, 10), MOST_WAIT)
    row.save()
    log.warning("calendar_failed", calendar=row.pk, problem=problem.value, failures=row.failures)
    if row.failing_since <= now - TELL_AFTER:
        _tell_failing(row, now)
    return str(problem.value)


def _tell_failing(row: ExternalCalendar, now: datetime) -> None:
    lines = [
        gettext_lazy("Ulkoista kalenteria ei ole saatu luettua vuorokauteen. Sen muutokset eivät näy varauksissa."),
        said(gettext_lazy("Kalenteri: %(name)s."), name=row.name),
        said(mails.WHERE, room=row.room, site=row.room.site),
        row.problem_words,
        gettext_lazy("Aiemmin luetut tapahtumat pitävät tilan yhä suljettuna."),
    ]
    people = mails.managers_of(row.room.site, now) or [user for user in (row.set_by,) if user and user.is_active]
    for user in people:
        mails.letter(
            "calendar_failing",
            user,
            said(gettext_lazy("Kalenteria ei saada luettua: %(room)s"), room=row.room),
            lines,
            path=room_calendars_path(row.room_id),
            button=gettext_lazy("Katso kalenteria"),
            key=f"{row.pk}:{row.failing_since}",
            now=now,
        )


@transaction.atomic
def write(calendar: ExternalCalendar, came: Fetched, reading: Reading | None, *, now: datetime) -> str:
    """Write what was read: new events close, vanished ones open, and the calendar is well. Refused: taken."""
    row = _still(calendar)
    if row is None:
        return "changed"
    row.tried_at = row.succeeded_at = now
    row.next_at, row.failures, row.problem, row.failing_since = now + EVERY, 0, "", None
    row.etag, row.last_modified = came.etag, came.last_modified
    if reading is not None:
        row.read_at, row.unread = now, min(len(reading.unread), 1000)
        _write_times(row, reading, now)
    row.save()
    return "unchanged" if reading is None else "read"


def _uid(calendar: ExternalCalendar, uid: str) -> str:
    """Return the event's own mark as closures carry it: two calendars of a room may use the same marks."""
    if len(uid) > _MOST_UID:
        from hashlib import sha256

        uid = sha256(uid.encode()).hexdigest()
    return f"{calendar.pk}:{uid}"


def _write_times(row: ExternalCalendar, reading: Reading, now: datetime) -> None:
    wanted = {(_uid(row, busy.uid), busy.span.start): busy.span for busy in reading.times}
    unread = {_uid(row, uid) for uid in reading.unread}
    begun = [uid for uid, start in wanted if start <= now]  # an event that was over may have been made longer
    live = row.closures.filter(Q(ends_at__gt=now) | Q(uid__in=begun), ended_at=None)
    standing = {(one.uid, one.starts_at): one for one in live}
    gone = [
        one
        for key, one in standing.items()
        if one.uid not in unread and (wanted[key].end != one.ends_at if key in wanted else one.ends_at > now)
    ]
    kept = standing.keys() - {(one.uid, one.starts_at) for one in gone}
    new = {key: span for key, span in wanted.items() if key not in kept}
    if not gone and not new:
        return
    tree = writer.lock([row.room])
    _let_go(gone, now)
    made = [
        Closure(
            room=row.room,
            starts_at=span.start,
            ends_at=span.end,
            reason=reason_of(row),
            source=ClosureSource.CALENDAR,
            calendar=row,
            uid=uid,
            made_by=row.set_by,
            made_at=now,
        )
        for (uid, _start), span in new.items()
    ]
    Closure.objects.bulk_create(made)
    if made:
        writer.hold_closures(tree, made)
        _note_clashes(row, made, list(tree.leaves(row.room_id)), now)
    for one in gone:
        offer_freed(tree, row.room, writer.span_of(one), now=now)


def end_closures(room: Room, closures: Sequence[Closure], *, now: datetime) -> None:
    """End closures and free their time; in the caller's transaction."""
    if not closures:
        return
    tree = writer.lock([room])
    _let_go(closures, now)
    for one in closures:
        offer_freed(tree, room, writer.span_of(one), now=now)


def _let_go(closures: Sequence[Closure], now: datetime) -> None:
    writer.let_go(closures)
    Closure.objects.filter(pk__in=[one.pk for one in closures]).update(ended_at=now)


def _note_clashes(row: ExternalCalendar, made: Sequence[Closure], leaves: list[int], now: datetime) -> None:
    """Write down which bookings stand where the new events want the room, and tell who manages it."""
    spans = [writer.span_of(one) for one in made]
    held = {one.booking for one in holds_of(leaves, spans) if one.booking is not None}
    if not held:
        return
    bookings = Booking.objects.filter(pk__in=held, ends_at__gt=now).select_related("room__site", "organisation", "unit")
    found: dict[int, Booking] = {}
    clashes = []
    for booking in bookings.order_by("starts_at", "pk"):
        own = Span(booking.starts_at, booking.ends_at)
        for closure, span in zip(made, spans, strict=True):
            if span.overlaps(own):
                found[booking.pk] = booking
                clashes.append(CalendarClash(closure=closure, booking=booking, noticed_at=now))
    if not clashes:
        return
    CalendarClash.objects.bulk_create(clashes)
    _tell_clashes(row, list(found.values()), max(clash.pk for clash in clashes), now)


def _tell_clashes(row: ExternalCalendar, bookings: list[Booking], key: int, now: datetime) -> None:
    head = ngettext_lazy(
        "Kalenterissa %(name)s on tapahtuma, jonka aikana tilassa on %(count)s varaus. Varaus on yhä voimassa.",
        "Kalenterissa %(name)s on tapahtumia, joiden aikana tilassa on %(count)s varausta. Ne ovat yhä voimassa.",
        len(bookings),
    )
    line = "%(when)s, %(room)s: %(holder)s"
    lines = [
        said(head, name=row.name, count=len(bookings)),
        gettext_lazy("Siirrä varaus, ota aika takaisin tai anna varauksen jäädä."),
        *[said(line, when=mails.when(one), room=one.room, holder=mails.holder_of(one)) for one in bookings[:_LISTED]],
    ]
    for user in mails.managers_of(row.room.site, now):
        mails.letter(
            "calendar_clash",
            user,
            said(gettext_lazy("Varaus ja kalenterin tapahtuma samaan aikaan: %(room)s"), room=row.room),
            lines,
            path=desk_path(),
            button=gettext_lazy("Ratkaise päällekkäisyys"),
            key=f"{key}",
            now=now,
        )
