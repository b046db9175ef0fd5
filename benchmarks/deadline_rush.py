"""The last ten minutes of a call: everybody saves every ten seconds and sends, against the bare server and database.

``python -m benchmarks.deadline_rush --scale 10`` lets 1,000/10 organisations each save a page every ten seconds and
send their application at some moment of the last 600/10 seconds, through a web process on loopback (gunicorn, two
workers of four threads, as ``bin/serve`` starts it) with the database and the clients on the same machine;
``--scale 1`` is the whole rush. Requests are sent when they are due, whether or not earlier ones have been answered,
and latency is counted from that moment. Afterwards the database is read: nothing that was acknowledged is lost,
nothing stands twice, every receipt is true (its hash, its case number, its last saved words). Apart from that the verb
of sending is measured with several connections, and each figure stands beside a bare limit of the same run: the answer
of a page that does nothing, and a transaction that only locks, counts and inserts. Ends with 1 when a p95 is over
``--limit`` seconds, the verb is slower than ``--rate`` a second, or a check fails.
"""

import argparse
import contextlib
import heapq
import http.client
import itertools
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from multiprocessing import get_context
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

ORGANISATIONS, SECONDS, EVERY = 1000, 600.0, 10.0
SCALE = 10.0
LIMIT, RATE = 1.0, 60.0
CLIENTS = 64  # requests that may be on their way at once
PROCESSES, THREADS = 2, 4  # connections of the verb's measurement
SENT_APART = 240
ROOT = Path(__file__).resolve().parent.parent
PAGE = "toiminta"
NOT_SENT = ("checkbox", "radio", "submit", "button", "file")  # inputs that a browser sends only when they are chosen


class Form(HTMLParser):
    """What a browser would send of the page's form that has the wanted field: names with their values."""

    def __init__(self, text: str, wanted: str) -> None:
        super().__init__()
        self.fields: list[tuple[str, str]] = []
        self._open: list[tuple[str, str]] = []
        self._wanted, self._done, self._area = wanted, False, ""
        self.feed(text)
        if not self._done:
            self._finish()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attrs}
        name, kind = told.get("name", ""), told.get("type", "text")
        if tag == "form":
            self._open.clear()
        elif tag == "textarea":
            self._area = name
            self._open.append((name, ""))
        elif tag == "input" and name and (kind not in NOT_SENT or "checked" in told):
            self._open.append((name, told.get("value", "")))

    def handle_data(self, data: str) -> None:
        if self._area:
            name, before = self._open[-1]
            self._open[-1] = (name, before + data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "form":
            self._finish()

    def _finish(self) -> None:
        if any(name == self._wanted for name, _value in self._open) and not self._done:
            self.fields, self._done = list(self._open), True


@dataclass
class Answer:
    """An answer of the web process."""

    status: int
    location: str
    text: str


@dataclass
class Applicant:
    """One organisation's person with a browser: cookies, the opened form, and what has been acknowledged."""

    application: int
    organisation: int
    cookies: dict[str, str]
    port: int = 0
    form: list[tuple[str, str]] = field(default_factory=list)
    saved: str = ""
    saves: int = 0
    case_number: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def path(self, rest: str) -> str:
        """Return an address under the application."""
        return f"/omat/{self.organisation}/hakemukset/{self.application}/{rest}"

    def ask(self, path: str, data: list[tuple[str, str]] | None = None) -> Answer:
        """Send one request on a connection of its own and return the answer; keeps the cookies."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        headers = {"Host": f"localhost:{self.port}", "Connection": "close"}
        headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        body = None
        if data is not None:
            body = urlencode(data)
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "Origin": f"http://localhost:{self.port}"}
        try:
            connection.request("GET" if data is None else "POST", path, body, headers)
            answer = connection.getresponse()
            for cookie in answer.headers.get_all("Set-Cookie") or []:
                self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(cookie).items()}
            return Answer(answer.status, answer.headers.get("Location", ""), answer.read().decode())
        finally:
            connection.close()

    def open(self) -> None:
        """Open the form's page."""
        self.form = Form(self.ask(self.path(f"{PAGE}/")).text, "revision").fields

    def save(self) -> bool:
        """Save the page by itself with new words; tell whether it was acknowledged."""
        words = f"Kuvaus {self.application}, tallennus {self.saves + 1}."
        data = [(name, words if name == "description" else value) for name, value in self.form]
        answer = self.ask(self.path(f"{PAGE}/?autosave=1"), data)
        fresh = dict(Form(answer.text, "revision").fields)
        if answer.status != 200 or "revision" not in fresh:
            return False
        self.form = [(name, fresh.get(name, value)) for name, value in data]
        self.saved, self.saves = words, self.saves + 1
        return True

    def send(self) -> bool:
        """Send the application and read the confirmation; tell whether it gave a case number."""
        token = [one for one in self.form if one[0] == "csrfmiddlewaretoken"]
        answer = self.ask(self.path("tarkista/"), token)
        return answer.status == 302 and answer.location.endswith(self.path("lahetetty/"))

    def confirm(self) -> None:
        """Keep the confirmation as the person sees it."""
        self.case_number = self.ask(self.path("lahetetty/")).text


def setup() -> None:
    """Make Django ready for the settings of the tests."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    import django

    django.setup()


def drafts(count: int, seconds: float) -> list[Applicant]:
    """Make a call that is open for so many seconds more, and complete drafts of it with a signed-in sender each."""
    from common import clock
    from tests.accounts.factories import signed_in
    from tests.grants import factories

    now = clock.now()
    call = factories.make_call(opens_at=now - timedelta(days=20), closes_at=now + timedelta(seconds=seconds))
    made = []
    for number in range(count):
        organisation = factories.make_organisation(f"Kiireinen järjestö {number} ry")
        person = factories.make_member(organisation)
        application = factories.make_application(call=call, organisation=organisation, by=person, now=now)
        cookies = {name: morsel.value for name, morsel in signed_in(person).cookies.items()}
        made.append(Applicant(application.pk, organisation.pk, cookies))
    return made


def environment() -> dict[str, str]:
    """Return the environment of a web process that works on the database of this process."""
    from django.db import connection

    url = urlsplit(os.environ["DATABASE_URL"])
    name = str(connection.settings_dict["NAME"])
    return {**os.environ, "DATABASE_URL": urlunsplit(url._replace(path=f"/{name}")), "PYTHONPATH": str(ROOT)}


@contextlib.contextmanager
def web_process() -> Iterator[int]:
    """Run the web process as ``bin/serve`` does and give its port."""
    from config.embedded.processes import free_port

    port = free_port()
    command = [sys.executable, "-m", "gunicorn", "config.wsgi:application", "--bind", f"127.0.0.1:{port}"]
    command += ["--workers", "2", "--threads", "4", "--no-sendfile", "--timeout", "60", "--no-control-socket"]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=log, stderr=log)
        try:
            _wait(port, process, log)
            yield port
        finally:
            process.terminate()
            process.wait(timeout=30)


def _wait(port: int, process: subprocess.Popen[bytes], log: Any) -> None:
    stranger = Applicant(0, 0, {}, port)
    for _time in range(300):
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError):
            if stranger.ask("/health/live").status == 200:
                return
        time.sleep(0.1)
    log.seek(0)
    raise RuntimeError(f"The web process does not answer: {log.read().decode(errors='replace')[-2000:]}")


@dataclass
class Rush:
    """What came of the rush: seconds of each save and sending from when it was due, and what was not acknowledged."""

    saves: list[float] = field(default_factory=list)
    sendings: list[float] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


def rush(applicants: list[Applicant], seconds: float, every: float = EVERY, seed: int = 5) -> Rush:
    """Let all save ``every`` so many seconds and send at a moment of the last ``seconds``; requests go when due."""
    dice, order = random.Random(seed), itertools.count()
    start = time.monotonic() + 0.5
    queue: list[tuple[float, int, str, Applicant]] = []
    for one in applicants:
        sends = start + seconds * dice.uniform(0.1, 1.0)
        due = start + dice.uniform(0, every)
        while due < sends - 1:
            queue.append((due, next(order), "save", one))
            due += every
        queue.append((sends, next(order), "send", one))
    heapq.heapify(queue)
    found, guard = Rush(), threading.Lock()

    def work(due: float, what: str, one: Applicant) -> None:
        with one.lock:
            ok = one.save() if what == "save" else one.send()
            taken = time.monotonic() - due
            if what == "send":
                one.confirm()
        with guard:
            (found.saves if what == "save" else found.sendings).append(taken)
            if not ok:
                found.failed.append(f"{what} of {one.application}")

    with ThreadPoolExecutor(CLIENTS) as pool:
        going = []
        while queue:
            due, _number, what, one = heapq.heappop(queue)
            time.sleep(max(due - time.monotonic(), 0))
            going.append(pool.submit(work, due, what, one))
        for each in going:
            each.result()
    return found


def wrong(applicants: list[Applicant]) -> list[str]:
    """Return what is not as it was acknowledged: lost, doubled, or a receipt that is not true."""
    from grants.models import Application, Submission
    from grants.workflow.snapshot import content_hash

    said = []
    rows = {row.pk: row for row in Application.objects.filter(pk__in=[one.application for one in applicants])}
    sent: dict[int, list[Submission]] = {}
    for submission in Submission.objects.filter(application__in=rows):
        sent.setdefault(submission.application_id, []).append(submission)
    for one in applicants:
        row, submissions = rows[one.application], sent.get(one.application, [])
        if row.state != "submitted" or len(submissions) != 1:
            said.append(f"{row.pk}: {row.state}, {len(submissions)} submissions")
            continue
        content = submissions[0].content
        if content_hash(content) != submissions[0].sha256:
            said.append(f"{row.pk}: the hash is not that of the content")
        if one.saved and content["answers"]["description"] != one.saved:
            said.append(f"{row.pk}: the last acknowledged words are not what was sent")
        if content["case_number"] != row.case_number or str(row.case_number) not in one.case_number:
            said.append(f"{row.pk}: the confirmation told another case number")
    numbers = [row.case_number for row in rows.values()]
    if len(set(numbers)) != len(numbers):
        said.append("a case number was given twice")
    return said


def p95(times: list[float]) -> float:
    """Return the 95th percentile."""
    return sorted(times)[int(len(times) * 0.95)] if times else 0.0


def per_second(acts: list[Callable[[], object]], connections: int) -> float:
    """Do all with so many at once and return how many a second were done."""
    start = time.perf_counter()
    with ThreadPoolExecutor(connections) as pool:
        for each in [pool.submit(act) for act in acts]:
            each.result()
    return len(acts) / (time.perf_counter() - start)


def _send_some(database: str, keys: list[int], ready: Any, ended: Any, bare: bool) -> None:
    """Send (or only lock, count and insert) these applications with several connections; one of the processes."""
    setup()
    from django.db import connection, connections, transaction

    from common import clock
    from grants.models import Application
    from grants.workflow.applications import submit_application

    connections["default"].settings_dict["NAME"] = database

    def send(key: int) -> None:
        application = Application.objects.select_related("created_by").get(pk=key)
        submit_application(application, by=application.created_by, now=clock.now())

    def insert(key: int) -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT answers FROM grants_application WHERE id = %s FOR UPDATE", [key])
            answers = cursor.fetchone()[0]
            cursor.execute("UPDATE bare_counter SET last = last + 1 RETURNING last")
            cursor.execute("INSERT INTO bare_sent (application, content) VALUES (%s, %s)", [key, answers])

    act, first = insert if bare else send, keys.pop()
    act(first)  # templates, addresses and forms are read at the first time, not in the measurement
    waiting, guard = iter(keys), threading.Lock()

    before = time.process_time()

    def work() -> None:
        connection.ensure_connection()
        ready.wait()
        try:
            while True:
                with guard:
                    key = next(waiting, None)
                if key is None:
                    return
                act(key)
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        for each in [pool.submit(work) for _number in range(THREADS)]:
            each.result()
    ended.put((time.time(), time.process_time() - before))


def sent_a_second(keys: list[int], *, bare: bool) -> tuple[float, float]:
    """Return how many applications a second are sent, and the processor's milliseconds that one takes of Python.

    By the verb, or the bare transaction, with ``PROCESSES`` × ``THREADS`` connections. The second figure does not
    depend on what else the machine does.
    """
    from django.db import connection

    database = str(connection.settings_dict["NAME"])
    context = get_context("spawn")
    ended = context.Queue()
    ready = context.Barrier(PROCESSES * THREADS + 1)
    parts = [keys[number::PROCESSES] for number in range(PROCESSES)]
    workers = [context.Process(target=_send_some, args=(database, part, ready, ended, bare)) for part in parts]
    for worker in workers:
        worker.start()
    ready.wait(timeout=120)
    start = time.time()
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        raise RuntimeError("A process of the measurement failed; what it said stands above.")
    told = [ended.get() for _worker in workers]
    count = len(keys) - PROCESSES
    return count / (max(end for end, _cpu in told) - start), sum(cpu for _end, cpu in told) / count * 1000


def measure_verb(count: int) -> float:
    """Print and return how many applications a second the verb takes, beside the bare limit."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bare_counter (last bigint); INSERT INTO bare_counter VALUES (0)")
        cursor.execute("CREATE TABLE bare_sent (id bigserial PRIMARY KEY, application bigint, content jsonb)")
    made = drafts(count, 3600)
    keys = [one.application for one in made]
    bare, _cpu = sent_a_second(keys, bare=True)
    verb, cpu = sent_a_second(keys, bare=False)
    many = f"a second with {PROCESSES * THREADS} connections"
    print(f"lock, count and insert, bare SQL: {bare:7.0f} {many}")
    print(f"the verb of sending:              {verb:7.0f} {many}, {bare / verb:.1f} times the bare transaction")
    print(f"processor's time of one sending:  {cpu:7.0f} ms of Python, {os.cpu_count()} cores for everything")
    return verb


def measure_rush(count: int, seconds: float) -> tuple[float, list[str]]:
    """Print the rush's figures; return the worst p95 in seconds and what was wrong."""
    made, taken = time.perf_counter(), 0.0
    applicants = drafts(count, seconds * 3 + 120)
    print(f"{count} drafts with senders made in {time.perf_counter() - made:.1f} s")
    with web_process() as port:
        for one in applicants:
            one.port = port
            one.open()
        stranger = Applicant(0, 0, {}, port)
        bare = per_second([lambda: stranger.ask("/health/live")] * 300, 8)
        busiest = per_second([one.save for one in applicants], 8)
        print(f"a page that does nothing:         {bare:7.0f} a second with 8 connections")
        print(f"saves as fast as they go:         {busiest:7.0f} a second, {bare / busiest:.1f} times the bare page")
        start = time.monotonic()
        found = rush(applicants, seconds)
        taken = time.monotonic() - start
    for name, times in (("saves", found.saves), ("sendings", found.sendings)):
        middle, last, worst = (round(one * 1000) for one in (statistics.median(times), p95(times), max(times)))
        rate = f"{len(times):6} in {taken:.0f} s, {len(times) / taken:5.1f} a second"
        print(f"{name + ':':10} {rate}, p50 {middle} ms, p95 {last} ms, worst {worst} ms")
    problems = found.failed + wrong(applicants)
    print(f"not acknowledged, lost, doubled or untrue: {len(problems)} of {len(found.saves) + len(found.sendings)}")
    return max(p95(found.saves), p95(found.sendings)), problems


def measure(options: argparse.Namespace) -> int:
    """Measure and return the exit code."""
    count, seconds = max(round(ORGANISATIONS / options.scale), 1), SECONDS / options.scale
    worst, problems = measure_rush(count, seconds)
    for problem in problems[:20]:
        print(f"  {problem}")
    verb = measure_verb(options.sent)
    return int(worst > options.limit or verb < options.rate or bool(problems))


def main() -> int:
    """Make the database, measure, drop it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--scale", type=float, default=SCALE, help="divides organisations and seconds (10); 1 is all")
    parser.add_argument("--limit", type=float, default=LIMIT, help="p95 of saves and of sendings in seconds (1)")
    parser.add_argument("--rate", type=float, default=RATE, help="applications a second that the verb must take (60)")
    parser.add_argument("--sent", type=int, default=SENT_APART, help="applications of the verb's measurement (240)")
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
