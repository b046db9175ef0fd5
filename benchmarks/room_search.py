"""How fast a free room is found among 500 rooms and 500,000 bookings, against the bare SQL.

``python -m benchmarks.room_search`` fills a database of its own, which it makes and drops: 100 sites of five rooms open
8–21, each room booked once a day for two hours from 500 days ago to 500 days ahead. Then it asks the search page as a
visitor does, whole pages through Django's test client: one evening, and a spring of Tuesdays. Beside each stands the
least SQL that tells which of the rooms are free. It ends with 1 when a page is over its limit (p95).
"""

import argparse
import os
import sys
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import partial
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.search import spread

ROOMS, BOOKINGS, SITES = 500, 500_000, 100
LIMIT = 100.0  # milliseconds, p95
ROUNDS = 40
_BOOK = """
    INSERT INTO premises_booking (room_id, organisation_id, state, starts_at, ends_at, purpose, expected_number,
        open_to, contact_name, contact_phone, wishes, source, made_at, reason, sequence)
    SELECT room.id, %(holder)s, 'confirmed', slot.starts, slot.starts + interval '2 hours', 'Vertaisryhmä', 8,
        'members', '', '', '', 'portal', %(now)s, '', 0
    FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM premises_room) room
    CROSS JOIN LATERAL (
        SELECT (%(first)s::date + day + make_time((8 + (day * 7 + room.place * 3) %% 12)::int, 0, 0))
            AT TIME ZONE 'Europe/Helsinki' AS starts
        FROM generate_series(0, %(days)s - 1) day
    ) slot
"""
_HOLD = """
    INSERT INTO premises_hold (room_id, during, booking_id)
    SELECT room_id, tstzrange(starts_at, ends_at), id FROM premises_booking
"""
_BARE = """
    SELECT room.id FROM premises_room room
    WHERE NOT EXISTS (SELECT 1 FROM premises_hold hold WHERE hold.room_id = room.id AND hold.during && %s)
"""


@dataclass(frozen=True)
class Case:
    """One search: its title, its values, and how many times it asks for."""

    title: str
    values: dict[str, str]


def fill(rooms: int, bookings: int, now: datetime) -> None:
    """Make the sites, the rooms, their hours and their bookings; triggers rest meanwhile, constraints do not."""
    from django.db import connection

    from county.models import Municipality
    from organisations.models import Organisation
    from premises.models import Feature, OpeningHours, Room, RoomFeature, Site

    towns = Municipality.objects.bulk_create(
        Municipality(code=f"{n:03}", name_fi=f"Kunta {n:02}", is_own=True) for n in range(1, 31)
    )
    sites = Site.objects.bulk_create(
        Site(name_fi=f"Talo {n}", municipality=towns[n % len(towns)]) for n in range(SITES)
    )
    OpeningHours.objects.bulk_create(
        OpeningHours(site=site, weekday=day, opens=time(8), closes=time(21)) for site in sites for day in range(7)
    )
    made = Room.objects.bulk_create(
        Room(site=sites[n % SITES], name_fi=f"Huone {n}", capacity=6 + n % 40, book_days_ahead=600)
        for n in range(rooms)
    )
    features = Feature.objects.bulk_create(
        Feature(key=f"ominaisuus-{n}", name_fi=f"Ominaisuus {n}", group="equipment", order=n) for n in range(20)
    )
    RoomFeature.objects.bulk_create(
        RoomFeature(room=room, feature=features[(n + step) % 20])
        for n, room in enumerate(made)
        for step in range(0, 12, 2)
    )
    holder = Organisation.objects.create(name="Koe ry", association_number=1)
    days = bookings // rooms
    values = {"holder": holder.pk, "now": now, "first": now.date() - timedelta(days=days // 2), "days": days}
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(_BOOK, values)
        cursor.execute(_HOLD)
        cursor.execute("SET session_replication_role = DEFAULT")
        cursor.execute("VACUUM ANALYZE")


def cases(today: date) -> list[Case]:
    """Return what is asked."""
    one = today + timedelta(days=14)
    last = one + timedelta(days=140)
    day = "{0.day}.{0.month}.{0.year}".format
    evening = {"klo": "17", "loppuu": "19"}
    spring = {"milloin": "1", "alkaen": day(one), "asti": day(last), **evening}
    return [
        Case("one evening", {"alkaen": day(one), **evening}),
        Case("one evening, narrowed", {"alkaen": day(one), "henkiloita": "12", "tilassa": "ominaisuus-3", **evening}),
        Case("Tuesdays, 20 weeks", spring),
        Case("Tuesdays, narrowed", {**spring, "henkiloita": "12", "tilassa": "ominaisuus-3"}),
    ]


def measure(rooms: int, bookings: int, rounds: int, factor: float) -> int:
    """Fill, ask, print; return the exit code."""
    from django.db import connection
    from django.test import Client

    from common import clock
    from common.times import local_date
    from premises.spans import Span, wall

    now = clock.now()
    fill(rooms, bookings, now)
    client = Client()

    def page(values: dict[str, str]) -> None:
        answer = client.get(f"/tilat/?{urlencode(values)}")
        assert answer.status_code == 200

    def bare(span: Span) -> None:
        with connection.cursor() as cursor:
            cursor.execute(_BARE.replace("%s", "tstzrange(%s, %s)"), [span.start, span.end])
            cursor.fetchall()

    day = local_date(now) + timedelta(days=14)
    bare_middle, bare_high = spread(partial(bare, Span(wall(day, time(17)), wall(day, time(19)))), rounds)
    print(f"bare SQL, one evening of {rooms} rooms: p50 {bare_middle:.1f} ms, p95 {bare_high:.1f} ms")
    late = 0
    for case in cases(local_date(now)):
        middle, high = spread(partial(page, case.values), rounds)
        over = high > LIMIT * factor
        late += over
        told = "   OVER THE LIMIT" if over else ""
        ratio = middle / bare_middle
        print(
            f"{case.title:24} p50 {middle:6.1f} ms  p95 {high:6.1f} ms  limit {LIMIT:.0f} ms  {ratio:.1f} × bare{told}"
        )
    return 1 if late else 0


def main() -> int:
    """Make the database, measure, drop it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rooms", type=int, default=ROOMS)
    parser.add_argument("--bookings", type=int, default=BOOKINGS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--slower", type=float, default=1.0, help="times the limits, for a busy or slow machine (1)")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.test.utils import setup_test_environment

    setup_test_environment()
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        return measure(options.rooms, options.bookings, options.rounds, options.slower)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
