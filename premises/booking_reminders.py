"""Reminders of bookings: the day before with the way in, approvals that wait, "do you still need it" in mid-season."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, F, Max, Min, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.seams import Reminder
from common.times import local_date
from liaisons.letters import said
from premises import mails
from premises.links import desk_path
from premises.models import AccessInstruction, Booking, BookingSeries, WayIn

THE_DAY_BEFORE = timedelta(hours=24)
MANAGER_AFTER = timedelta(days=2)
DEPUTY_AFTER = timedelta(days=3)
#: A series of at least so many times is asked about in the middle.
LONG_SERIES = 8
_RELATED = ("room__site", "organisation", "unit")
_LISTED = 20


def booking_reminders(now: datetime) -> Iterator[Reminder]:
    """Provider of the ``reminders`` seam; at most nine queries. Each is sent once."""
    yield from _tomorrow(now)
    yield from _waiting(now)
    yield from _mid_season(now)


def _reminder(kind: str, to: User, subject: Any, lines: list[Any], path: str, action: Any, key: str) -> Reminder:
    return Reminder(
        kind=f"premises.{kind}",
        to=to,
        subject=subject,
        template=mails.TEMPLATE,
        context={"lines": [line for line in lines if line], "path": path, "action": action},
        dedup_key=f"premises.{kind}:{key}:{to.pk}",
    )


def _tomorrow(now: datetime) -> Iterator[Reminder]:
    rows = list(
        Booking.objects.filter(state="confirmed", starts_at__gt=now, starts_at__lte=now + THE_DAY_BEFORE)
        .select_related(*_RELATED)
        .order_by("pk")
    )
    if not rows:
        return
    people, ways = mails.people_of_each(rows, now), ways_in(rows)
    for row in rows:
        lines = [
            _("Muistutus varauksestanne. Jos ette tarvitse tilaa, peru varaus sen sivulla, niin joku muu saa ajan."),
            *mails.facts(row),
            *[way_words(way) for way in ways[row.pk]],
            row.room.site.how_to_find,
            row.room.how_to_find,
        ]
        for user in people[row.pk]:
            yield _reminder(
                "booking_reminder",
                user,
                said(_("Muistutus: %(room)s %(when)s"), room=row.room, when=mails.when(row)),
                lines,
                row.get_absolute_url(),
                _("Avaa tai peru varaus"),
                f"{row.pk}:{row.sequence}",
            )


def way_words(way: AccessInstruction) -> Any:
    """Return how one gets in as a line of a letter. A door code is never mailed: it stands on the booking's page."""
    if way.way_in == WayIn.CODE:
        return _("Sisään pääsee ovikoodilla. Koodi näkyy varauksen sivulla.")
    return said(_("Sisäänpääsy: %(words)s"), words=way.text)


def ways_in(rows: Sequence[Booking]) -> dict[int, list[AccessInstruction]]:
    """Return by booking the instructions in force on its day: the room's own, else its site's; one query."""
    sites = {row.room.site_id for row in rows}
    known: dict[tuple[int, int | None], list[AccessInstruction]] = defaultdict(list)
    for way in AccessInstruction.objects.filter(site__in=sites).order_by("valid_from", "pk"):
        known[way.site_id, way.room_id].append(way)

    def on(row: Booking, room: int | None) -> list[AccessInstruction]:
        day: date = local_date(row.starts_at)
        return [way for way in known.get((row.room.site_id, room), []) if way.is_in_force(day)]

    return {row.pk: on(row, row.room_id) or on(row, None) for row in rows}


def _waiting(now: datetime) -> Iterator[Reminder]:
    """One letter to who answers, naming all that has waited: the manager after two days, the deputy a day later."""
    rows = Booking.objects.filter(state="requested", starts_at__gt=now, made_at__lte=now - MANAGER_AFTER)
    waiting: dict[int, list[Booking]] = defaultdict(list)
    users: dict[int, User] = {}
    related = ("room__site__manager", "room__site__deputy", "organisation", "unit")
    for row in rows.select_related(*related).order_by("made_at", "pk"):
        site = row.room.site
        told = [site.manager, site.deputy if row.made_at <= now - DEPUTY_AFTER or site.manager is None else None]
        for user in told if any(told) else mails.managers_of(site, now):
            if user is not None and user.is_active:
                users[user.pk] = user
                waiting[user.pk].append(row)
    for pk, found in waiting.items():
        line = "%(when)s, %(room)s: %(holder)s"
        lines = [
            _("Nämä varaukset odottavat vastaustasi. Varaaja ei tiedä, saako tilan."),
            *[said(line, when=mails.when(row), room=row.room, holder=mails.holder_of(row)) for row in found[:_LISTED]],
        ]
        key = str(max(row.pk for row in found))
        subject = said(_("Vahvistamatta: %(count)s varausta odottaa vastaustasi"), count=len(found))
        yield _reminder("approvals_waiting", users[pk], subject, lines, desk_path(), _("Vastaa varauksiin"), key)


def _mid_season(now: datetime) -> Iterator[Reminder]:
    """Ask once, when half of a long series is over: a time nobody uses is somebody else's."""
    used = Q(bookings__state__in=("confirmed", "not_needed"))
    series = BookingSeries.objects.filter(first_day__lt=local_date(now), last_day__gt=local_date(now)).annotate(
        times=Count("bookings", filter=used),
        over=Count("bookings", filter=used & Q(bookings__ends_at__lte=now)),
        next_at=Min("bookings__starts_at", filter=Q(bookings__state="confirmed", bookings__starts_at__gt=now)),
        last_at=Max("bookings__starts_at", filter=Q(bookings__state="confirmed")),
    )
    keys = series.filter(times__gte=LONG_SERIES, over__gte=F("times") / 2, next_at__isnull=False)
    asked = dict(keys.values_list("pk", "next_at"))
    if not asked:
        return
    rows = [
        row
        for row in Booking.objects.filter(series__in=asked, state="confirmed", starts_at__gt=now)
        .select_related(*_RELATED)
        .order_by("pk")
        if row.series_id is not None and row.starts_at == asked[row.series_id]
    ]
    people = mails.people_of_each(rows, now)
    for row in rows:
        lines = [
            _("Varauksenne on puolivälissä. Tarvitsetteko tilaa vielä kevään tai syksyn loppuun?"),
            _("Jos tarvitsette, teidän ei tarvitse tehdä mitään. Jos ette, peru loput varaukset sarjan sivulla."),
            *mails.facts(row),
        ]
        for user in people[row.pk]:
            subject = said(_("Tarvitsetteko vielä tilaa: %(room)s?"), room=row.room)
            action = _("Avaa varaus")
            yield _reminder("season_check", user, subject, lines, row.get_absolute_url(), action, f"{row.series_id}")
