"""Sign-ups a second through the real HTTP stack, as one POST and as the whole flow, against bare inserts.

``python -m benchmarks.sign_ups`` makes a database of its own, an event with places on site and afar, and starts
gunicorn with two workers on it. Four clients sign people up: first each as one POST of the form (with the token of a
page that was fetched once), then as the whole flow of a visitor (the form's page, the POST, the page behind the link
of the letter, confirming, the page again), every one another person. Beside it as many rows are inserted bare under
the same constraints and the same trigger, one transaction each. Afterwards the rows are read: each person stands once,
the counter is the truth, nothing is over the places. Ends with 1 when the POST takes over ``--times`` as long as a
bare insert of the same run, or the flow over ``--flow-times`` as long (ratios, so that a busy machine does not
matter), or a check fails. The aim on a quiet machine with two cores: 80 POSTs and 20 flows a second (pretix: 2.3).
"""

import argparse
import http.client
import os
import re
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any
from urllib.parse import urlencode

from benchmarks.deadline_rush import web_process

POSTS, FLOWS, CLIENTS = 800, 200, 4
TIMES, FLOW_TIMES = 30.0, 120.0
_TOKEN = re.compile(rb'name="csrfmiddlewaretoken" value="([^"]+)"')


class Visitor:
    """One browser: a kept connection with its cookies and the form's token."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies, self.token = port, "", ""
        self.line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, path: str) -> bytes:
        """Fetch a page and remember its token."""
        self.line.request("GET", path, headers={"Cookie": self.cookies})
        answer = self.line.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"GET {path}: {answer.status}")
        for cookie in answer.headers.get_all("Set-Cookie") or []:
            self.cookies = cookie.partition(";")[0]
        found = _TOKEN.search(body)
        if found:
            self.token = found[1].decode()
        return body

    def post(self, path: str, **fields: str) -> str:
        """Send a form and return where it leads."""
        body = urlencode({"csrfmiddlewaretoken": self.token, **fields})
        origin = f"http://127.0.0.1:{self.port}"
        head = {"Cookie": self.cookies, "Content-Type": "application/x-www-form-urlencoded", "Origin": origin}
        self.line.request("POST", path, body, head)
        answer = self.line.getresponse()
        answer.read()
        if answer.status != 302:
            raise RuntimeError(f"POST {path}: {answer.status}")
        return str(answer.headers["Location"])


def side_by_side(clients: int, port: int, jobs: list[Any], work: Callable[[int, list[Any]], None]) -> float:
    """Let each client do its share, side by side; return the seconds."""
    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        for future in [pool.submit(work, port, jobs[number::clients]) for number in range(clients)]:
            future.result()
    return time.perf_counter() - started


def measure(options: argparse.Namespace) -> int:
    """Measure, print and check."""
    from django.db import connection

    from common import clock
    from forums.models import EventPlaces, SignUp
    from tests.forums.factories import EventFactory

    now = clock.now()
    given = {"form": "hybrid", "place": "Sali", "places_on_site": 40, "places_remote": 100_000}
    event, bare = (EventFactory(starts_at=now.replace(year=now.year + 1), **given) for _each in range(2))
    path = f"/tapahtumat/{event.pk}/ilmoittaudu/"

    def posts(port: int, jobs: list[int]) -> None:
        visitor = Visitor(port)
        visitor.get(path)
        for number in jobs:
            visitor.post(path, name=f"Osallistuja {number}", email=f"p{number}@example.org", way=_way(number))

    def flows(port: int, jobs: list[int]) -> None:
        for number in jobs:
            visitor = Visitor(port)
            visitor.get(path)
            address = f"f{number}@example.org"
            visitor.post(path, name=f"Kulkija {number}", email=address, way="remote")
            own = f"/ilmoittautuminen/{_token(address)}/"
            visitor.get(own)
            visitor.post(own, act="confirm")
            visitor.get(own)
        connection.close()

    def inserts(_port: int, jobs: list[int]) -> None:
        for number in jobs:
            SignUp.objects.create(
                event=bare, name=f"X {number}", way="remote", state="signed", has_hold=True, arrived_at=now
            )
        connection.close()

    def _token(address: str) -> str:
        return str(SignUp.objects.values_list("token", flat=True).get(email=address))

    with web_process() as port:
        work = partial(side_by_side, options.clients, port)
        work(list(range(-40, 0)), posts)  # warm
        post_time = work(list(range(options.posts)), posts)
        flow_time = work(list(range(options.flows)), flows)
        floor = work(list(range(options.posts)), inserts)
    rates = options.posts / post_time, options.flows / flow_time, options.posts / floor
    print(f"one POST: {rates[0]:.0f}/s; whole flow of five requests: {rates[1]:.1f}/s")
    print(
        f"bare insert: {rates[2]:.0f}/s; a POST takes {rates[2] / rates[0]:.0f} times as long,"
        f" a flow {rates[2] / rates[1]:.0f} times"
    )
    rows = SignUp.objects.filter(event=event)
    people = options.posts + options.flows + 40
    once = rows.count() == rows.values("email").distinct().count() == people
    counted = all(
        row.taken == SignUp.objects.filter(event=row.event_id, way=row.way, has_hold=True).count() <= row.capacity
        for row in EventPlaces.objects.all()
    )
    print("facts: " + ("each stands once, nothing is over the places" if once and counted else "WRONG"))
    over = rates[2] / rates[0] > options.times or rates[2] / rates[1] > options.flow_times
    return int(over or not once or not counted)


def _way(number: int) -> str:
    return "on_site" if number % 10 == 0 else "remote"


def main() -> int:
    """Make the database, measure, drop it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--posts", type=int, default=POSTS, help="sign-ups as one POST (800)")
    parser.add_argument("--flows", type=int, default=FLOWS, help="whole flows (200)")
    parser.add_argument("--clients", type=int, default=CLIENTS, help="clients side by side (4)")
    parser.add_argument("--times", type=float, default=TIMES, help="how many bare inserts a POST may last (30)")
    parser.add_argument("--flow-times", type=float, default=FLOW_TIMES, help="how many a flow may last (120)")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    os.environ["SIGN_UPS_PER_MINUTE"] = "1000000"
    import django

    django.setup()
    from django.db import connection

    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        return measure(options)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
