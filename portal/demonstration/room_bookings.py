"""A season of bookings: series of a dozen organisations, requests, a queue, a closure, a damage report, feedback."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from accounts.models import User
from common.errors import Refused
from common.times import local_date
from organisations.models import Organisation
from premises.models import Booking, OpenTo, Room
from premises.recurrence import Rule
from premises.rules import terms_of
from premises.spans import Span, wall
from premises.workflow import (
    Choice,
    Details,
    book,
    book_series,
    cancel,
    close_room,
    confirm,
    decline,
    give_feedback,
    join_queue,
    report_damage,
)

SERIES = 12
_PURPOSES = (
    ("Muistisairaiden läheisten vertaisryhmä", 10, OpenTo.GROUP),
    ("Sydänyhdistyksen kuntopiiri", 12, OpenTo.EVERYONE),
    ("Omaishoitajien kahvila", 12, OpenTo.EVERYONE),
    ("Selkokielinen lukupiiri", 8, OpenTo.EVERYONE),
    ("Päihteetön ilta", 10, OpenTo.GROUP),
    ("Diabetesyhdistyksen tapaaminen", 9, OpenTo.MEMBERS),
)
_WEEKS = 16


@dataclass
class _Season:
    """What the steps share: whose day it is, and who books for whom."""

    now: datetime
    today: date
    organisations: list[Organisation]
    members: dict[int, User]

    def who(self, place: int) -> dict[str, Any]:
        """Return the holder and the person who books for it."""
        holder = self.organisations[place]
        return {"holder": holder, "by": self.members[holder.pk]}

    def details(self, place: int) -> Details:
        """Return what is told of a booking."""
        purpose, number, open_to = _PURPOSES[place % len(_PURPOSES)]
        return Details(
            purpose=purpose,
            expected_number=number,
            open_to=open_to,
            contact_name=self.who(place)["by"].full_name[:120],
            contact_phone=f"040 123 {4000 + place}",
        )

    def book(self, room: Room, span: Span, place: int, *, days_ago: int) -> Booking:
        """Book one time so many days ago."""
        return book(
            room=room,
            span=span,
            details=self.details(place),
            terms=terms_of([room])[room.pk],
            now=self.now - timedelta(days=days_ago),
            **self.who(place),
        )


def make_bookings(organisations: list[Organisation], members: dict[int, User], now: datetime) -> None:
    """Make the season; needs the rooms. Where a rule of today refuses one booking, the season is one shorter."""
    season = _Season(now, local_date(now), organisations, members)
    groups = list(_rooms("Ryhmähuone", "Kokoustila"))
    if not groups:
        return
    _past(season, groups[0])
    series = _series(season, groups)
    _single(season)
    if series:
        _queue(season, series[0])
        _closure(season, series[-1])


def _rooms(*names: str) -> Any:
    return (
        Room.objects.filter(name_fi__in=names, site__organisation=None)
        .select_related("site__manager")
        .order_by("site", "order", "pk")
    )


def _monday(day: date, weeks: int) -> date:
    """Return the Monday that many weeks after the week of the day."""
    return day - timedelta(days=day.weekday()) + timedelta(weeks=weeks)


def _series(season: _Season, groups: list[Room]) -> list[list[Booking]]:
    """Let each organisation book the spring: its own evening, every week or every other; one leaves a day out."""
    found = []
    for place in range(min(SERIES, len(season.organisations))):
        room, first = groups[place % len(groups)], _monday(season.today, 2) + timedelta(days=place % 4)
        rule = Rule(first, first + timedelta(weeks=_WEEKS), 1 + place % 2, time(17), time(19), True)
        left_out = {first + timedelta(weeks=2): Choice("skip")} if place == 2 else {}
        try:
            made = book_series(
                room=room,
                rule=rule,
                choices=left_out,
                all_or_nothing=False,
                details=season.details(place),
                terms=terms_of([room])[room.pk],
                now=season.now - timedelta(days=25 - place),
                **season.who(place),
            )
        except Refused:
            continue
        found.append(made.bookings)
    return [rows for rows in found if rows]


def _single(season: _Season) -> None:
    """In rooms whose manager confirms: two wait, one is confirmed, one declined; and one that was cancelled."""
    halls = list(_rooms("Liikuntasali", "Auditorio", "Liikuntasalin itäpää"))
    for number, room in enumerate(halls * 2):
        asked = _first_open(season, room, _monday(season.today, 3 + number) + timedelta(days=1 + number % 3), number)
        if asked is None:
            continue
        answered = season.now - timedelta(days=2)
        if number == 1:
            reason = "Salissa on silloin henkilökunnan koulutus. Seuraavan viikon tiistai on vapaa."
            decline(asked, reason=reason, by=room.site.manager, now=answered)
        elif number == 2:
            confirm(asked, by=room.site.manager, now=answered)
        elif number == 3:
            cancel(asked, by=season.who(number)["by"], now=answered)


def _first_open(season: _Season, room: Room, day: date, place: int) -> Booking | None:
    """Ask for the evening of that day, or of the same weekday after it when the house is closed or the time taken."""
    for later in range(5):
        on = day + timedelta(weeks=later)
        try:
            return season.book(room, Span(wall(on, time(17)), wall(on, time(19))), place, days_ago=4)
        except Refused:
            continue
    return None


def _past(season: _Season, room: Room) -> None:
    """Two meetings that have been: one with feedback, one after which something was found broken."""
    by = season.who(0)["by"]
    for number, weeks in enumerate((-3, -2)):
        day = _monday(season.today, weeks) + timedelta(days=1)
        span = Span(wall(day, time(13)), wall(day, time(15)))
        try:
            held = season.book(room, span, 0, days_ago=7 * -weeks + 20)
        except Refused:  # a holiday of that year
            continue
        after = span.end + timedelta(hours=2)
        if number == 0:
            give_feedback(held, rating=5, text="Rauhallinen huone ja hyvät opasteet.", by=by, now=after)
        else:
            words = "Kahvinkeitin ei lämpene. Laitoimme lapun sen päälle."
            report_damage(room=room, booking=held, text=words, by=by, now=after)


def _queue(season: _Season, rows: list[Booking]) -> None:
    """Let another organisation wait for a time that somebody has."""
    taken = rows[min(3, len(rows) - 1)]
    span = Span(taken.starts_at, taken.ends_at)
    place = len(season.organisations) - 1
    try:
        join_queue(
            room=taken.room,
            span=span,
            purpose="Jäsenilta, jonka aika siirtyi",
            now=season.now - timedelta(days=1),
            **season.who(place),
        )
    except Refused:
        return


def _closure(season: _Season, rows: list[Booking]) -> None:
    """Let the county need a room for a day on which somebody has it: that booking is taken back with the reason."""
    lost = rows[-1]
    room = Room.objects.select_related("site__manager").get(pk=lost.room_id)
    day = local_date(lost.starts_at)
    close_room(
        room=room,
        span=Span(wall(day, time(8)), wall(day, time(20))),
        reason="Rokotuspäivä koko talossa",
        spare=[],
        by=room.site.manager,
        now=season.now - timedelta(hours=5),
    )
