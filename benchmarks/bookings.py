"""Bookings a second by the verb, eight clients on different rooms, against bare inserts under the same constraint.

``python -m benchmarks.bookings --bookings 400`` lets ``--clients`` threads, each with a connection of its own, book
different rooms and times through ``premises.workflow.book`` with everything that belongs to it (rights, rules, locks,
holds, timeline, letter), and beside it as many hold rows inserted bare under the same exclusion constraint, one
transaction each. Then all clients want the same times, so that most are refused. Afterwards the table of holds is read:
nothing overlaps, and as many bookings stand as were confirmed. Ends with 1 when the verb takes over ``--times`` as long
as a bare insert of the same run (a ratio, so that a busy machine does not matter) or a check fails. Python threads of
one process share one core: web processes do better.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

BOOKINGS, CLIENTS, TIMES = 400, 8, 120.0


def setup() -> None:
    """Start Django with the settings of the tests."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    import django

    django.setup()


def timed(clients: int, jobs: list[list[Callable[[], Any]]]) -> tuple[float, list[Any]]:
    """Run each client's jobs one after another, clients side by side; return seconds and the answers."""
    from django.db import connection

    from common.errors import Refused

    def run(own: list[Callable[[], Any]]) -> list[Any]:
        found = []
        try:
            for job in own:
                try:
                    found.append(job())
                except Refused as refusal:
                    found.append(refusal.code)
        finally:
            connection.close()
        return found

    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        answers = [answer for part in pool.map(run, jobs) for answer in part]
    return time.perf_counter() - started, answers


def measure(options: argparse.Namespace) -> int:
    """Measure, print and check."""
    from django.db import connection
    from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

    from premises.models import Booking, Closure, Hold
    from premises.workflow import book
    from tests.premises.factories import DAY, NOW, RoomFactory, booker, closure_row, details, span

    each = options.bookings // options.clients
    rooms = [RoomFactory() for _client in range(options.clients)]
    bare = [RoomFactory() for _client in range(options.clients)]
    people = [booker() for _client in range(options.clients)]
    closures: list[Closure] = [closure_row(room, span()) for room in bare]
    spans = [span(f"{8 + n % 12}.00", f"{9 + n % 12}.00", DAY + timedelta(days=n // 12)) for n in range(each)]

    def booked(client: int, room: Any, when: Any) -> Callable[[], Any]:
        holder, user = people[client]
        given = {"room": room, "holder": holder, "span": when, "details": details(), "terms": None}
        return lambda: book(**given, by=user, now=NOW).state

    def inserted(client: int, when: Any) -> Callable[[], Any]:
        during = DateTimeTZRange(when.start, when.end)
        return lambda: Hold.objects.create(room=bare[client], during=during, closure=closures[client]).pk

    seconds, found = timed(options.clients, [[booked(n, room, when) for when in spans] for n, room in enumerate(rooms)])
    floor, _answers = timed(options.clients, [[inserted(n, when) for when in spans] for n in range(options.clients)])
    contested = RoomFactory()
    fight, fought = timed(
        options.clients, [[booked(n, contested, when) for when in spans[: each // 2]] for n in range(options.clients)]
    )
    rate, limit = len(found) / seconds, len(found) / floor
    print(
        f"verb, {options.clients} clients on different rooms: {rate:.0f}/s ({1000 * seconds / len(found):.1f} ms each)"
    )
    print(f"bare insert under the same constraint: {limit:.0f}/s; the verb takes {limit / rate:.0f} times as long")
    won = fought.count("confirmed")
    print(f"contested: {len(fought) / fight:.0f} answers a second, {won} of {each // 2} times had by one")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM premises_hold a JOIN premises_hold b"
            " ON a.room_id = b.room_id AND a.during && b.during AND a.id < b.id"
        )
        row = cursor.fetchone()
    confirmed = found.count("confirmed") + won
    right = row == (0,) and Booking.objects.filter(state="confirmed").count() == confirmed
    print("facts: " + ("nothing overlaps, nothing is lost" if right else "WRONG"))
    return int(limit / rate > options.times or not right or set(found) - {"confirmed", "closed"} != set())


def main() -> int:
    """Make the database, measure, drop it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bookings", type=int, default=BOOKINGS, help="bookings in all (400)")
    parser.add_argument("--clients", type=int, default=CLIENTS, help="clients side by side (8)")
    parser.add_argument("--times", type=float, default=TIMES, help="how many bare inserts a booking may last (120)")
    options = parser.parse_args()
    setup()
    from django.db import connection

    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        return measure(options)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
