"""Bookings a second through HTTP: eight people, each with a room of their own, press "Varaa" again and again.

``python -m benchmarks.booking_posts --bookings 400`` starts the web process as ``bin/serve`` does (gunicorn, two
workers of four threads) on a database of its own and lets ``--clients`` signed-in people send the booking form, one
time after another, each in a room of their own. Beside it stands the bare limit of the same run: the answer of a page
that does nothing. Printed are bookings a second, milliseconds of processor a booking in the web processes (which does
not depend on what else the machine does) and what that gives with both cores free. Ends with 1 when fewer than
``--rate`` a second come out by the processor's time, or when the table of bookings does not hold exactly what was
acknowledged.
"""

import argparse
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.deadline_rush import Applicant, setup, web_process

BOOKINGS, CLIENTS, RATE, CORES = 400, 8, 80.0, 2
TOLD = {
    "purpose": "Vertaisryhmä",
    "expected_number": "8",
    "open_to": "members",
    "contact_name": "Aino Esimerkki",
    "contact_phone": "040 123 4567",
}


class Booker(Applicant):
    """A person who books for an organisation; ``application`` is the room."""

    def book(self, values: dict[str, str]) -> int:
        """Send the form as a browser does and return the status: 302 when it was booked."""
        token = ("csrfmiddlewaretoken", self.cookies["csrftoken"])
        path = f"/omat/{self.organisation}/tilat/varaa/{self.application}/"
        return self.ask(path, [token, *{**TOLD, **values}.items()]).status


def people(clients: int) -> list[Booker]:
    """Return the people, each with an organisation and a room of their own."""
    from tests.accounts.factories import signed_in
    from tests.premises.factories import RoomFactory, SiteFactory, booker

    made = []
    for _client in range(clients):
        organisation, user = booker()
        room = RoomFactory(site=SiteFactory(closed_on_holidays=False))
        cookies = {name: morsel.value for name, morsel in signed_in(user).cookies.items()}
        made.append(Booker(room.pk, organisation.pk, cookies))
    return made


def processor(parent: int) -> float:
    """Return the seconds of processor that the children of the process's children have used (Linux)."""
    ticks = 0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            told = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if _is_under(int(told[1]), parent):
            ticks += int(told[11]) + int(told[12])
    return ticks / 100


def _is_under(pid: int, parent: int) -> bool:
    while pid > 1:
        if pid == parent:
            return True
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            return False
    return False


def measure(options: argparse.Namespace) -> int:
    """Measure, print and check."""
    import os

    from common import clock
    from common.times import add_days, local_date
    from premises.models import Booking

    each = options.bookings // options.clients
    first = add_days(local_date(clock.now()), 7)
    slots = [(first + timedelta(days=n // 12), 8 + n % 12) for n in range(each)]

    def run(one: Booker) -> list[int]:
        return [
            one.book({"paiva": f"{day.day}.{day.month}.{day.year}", "klo": str(hour), "loppuu": str(hour + 1)})
            for day, hour in slots
        ]

    with web_process() as port:
        made = people(options.clients)
        for one in made:
            one.port = port
            one.ask(f"/omat/{one.organisation}/tilat/varaa/{one.application}/")
        bare = _rate(made, lambda one: [one.ask("/health/live").status for _slot in slots])
        before = processor(os.getpid())
        started = time.perf_counter()
        with ThreadPoolExecutor(options.clients) as pool:
            found: list[int] = [status for part in pool.map(run, made) for status in part]
        seconds = time.perf_counter() - started
        used = processor(os.getpid()) - before
    good = found.count(302)
    spent = 1000 * used / max(good, 1)
    possible = CORES * 1000 / spent if spent else 0.0
    print(f"through HTTP, {options.clients} clients on different rooms: {good / seconds:.0f}/s on this machine now")
    print(f"web processes: {spent:.1f} ms of processor a booking, so {possible:.0f}/s with {CORES} cores for them")
    print(f"a page that does nothing: {bare:.0f}/s")
    right = good == len(found) == Booking.objects.filter(state="confirmed").count()
    print("facts: " + ("each acknowledged booking stands once" if right else f"WRONG {set(found)}"))
    return int(not right or max(good / seconds, possible) < options.rate)


def _rate(made: list[Booker], act: Any) -> float:
    started = time.perf_counter()
    with ThreadPoolExecutor(len(made)) as pool:
        count = sum(len(part) for part in pool.map(act, made))
    return count / (time.perf_counter() - started)


def main() -> int:
    """Make the database, measure, drop it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bookings", type=int, default=BOOKINGS, help="bookings in all (400)")
    parser.add_argument("--clients", type=int, default=CLIENTS, help="people side by side (8)")
    parser.add_argument("--rate", type=float, default=RATE, help="bookings a second that must be had (80)")
    options = parser.parse_args()
    setup()
    from django.conf import settings
    from django.db import connection
    from django.test.utils import setup_test_environment

    setup_test_environment()
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        return measure(options)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
