"""How much processor time and how many queries an officer's list of 4,000 applications costs, against the bare SQL.

``python -m benchmarks.officers_list`` makes a call in handling with 4,000 invented applications, two thirds of them
assessed, and asks for the officer's list as a browser does: the whole page through Django's test client, with totals,
filters and words searched in the answers. It works in a database of its own, which it makes and drops. Beside each
stands the least SQL that gives 25 rows, and a bare signed-in page of Django (``benchmarks.floor``), asked in turn with
the list. It ends with 1 when a page takes more than 12 queries, or its process more processor time than five such bare
pages: 18 ms on the machine where the bare page takes 3.6 ms (Hypha there with 2,000 applications: 141 queries and
370 ms). A machine that is slower or does other work makes both slower, so the ratio is what is judged (decision 0047).
The database's own time is in the times that a clock shows.
"""

import argparse
import os
import random
import statistics
import sys
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.floor import bare_page, in_turn
from benchmarks.import_register import timed

ROWS = 4_000
QUERIES, TIMES = 12, 5.0  # each page at most; the processor's time of so many bare pages
AIM = 18.0  # milliseconds of a quiet machine; printed, not judged
ROUNDS = 40
WORDS = ("omaishoitajien", "muistisairaiden", "nuorten", "työttömien", "maahanmuuttajien", "ikäihmisten", "perheiden")


@dataclass(frozen=True)
class Case:
    """One list: what the address asks, and the least SQL that answers it."""

    title: str
    query: str
    sql: str


_ROWS = (
    "SELECT a.id, o.name, a.asked_sum FROM grants_application a JOIN organisations_organisation o"
    " ON o.id = a.organisation_id WHERE a.call_id = %(call)s {} LIMIT 25"
)
_FOLDED = "AND a.id IN (SELECT application_id FROM grants_applicationsearch WHERE folded LIKE '%%{}%%') ORDER BY a.id"
CASES = (
    Case("best points first", "", _ROWS.format("ORDER BY a.id")),
    Case("by name, last page", "?jarjesta=hakija&sivu=160", _ROWS.format("ORDER BY o.name OFFSET 3975")),
    Case("not assessed", "?tila=arvioimatta", _ROWS.format("ORDER BY a.id")),
    Case("common word", "?q=vertaisryhmä", _ROWS.format(_FOLDED.format("vertaisryhm"))),
    Case("inflected word", "?q=muistisairaille", _ROWS.format(_FOLDED.format("muistisaira"))),
    Case("words and filter", "?q=nuorten&kunta=422&tila=ilman-esitysta", _ROWS.format(_FOLDED.format("nuor"))),
    Case("no such word", "?q=xyzzyplugh", _ROWS.format(_FOLDED.format("xyzzyplugh"))),
)


def fill(rows: int) -> tuple[Any, Any]:
    """Make the call with its cases, and return it with an officer who is signed in."""
    from grants.case_search import index_answers
    from grants.models import Application, Assessment, AssessorAssignment
    from grants.workflow.handling import open_handling
    from organisations.models import Organisation
    from tests.accounts.factories import UserFactory, signed_in, staff
    from tests.grants.factories import CLOSES, NOW, make_application, make_call, make_municipality

    officer = staff("coordinator")
    call = make_call(by=officer, appropriation=Decimal("9000000.00"))
    pattern = make_application(call=call)
    places = [make_municipality(), make_municipality("167", "Joensuu"), make_municipality("260", "Kitee")]
    chance = random.Random(4)
    organisations = Organisation.objects.bulk_create(
        Organisation(
            name=f"{chance.choice(WORDS).capitalize()} tuki {number} ry",
            legal_form="association",
            association_number=500_000 + number,
            domicile=chance.choice(places),
        )
        for number in range(rows)
    )
    made = Application.objects.bulk_create(
        _case(pattern, organisation, number, chance, NOW) for number, organisation in enumerate(organisations)
    )
    for one in made:
        index_answers(one)
    open_handling(call, by=officer, now=CLOSES)
    assessors = [UserFactory(), UserFactory()]
    AssessorAssignment.objects.bulk_create(
        AssessorAssignment(call=call, user=person, valid_from=CLOSES.date()) for person in assessors
    )
    Assessment.objects.bulk_create(
        Assessment(
            application=one,
            assessor=person,
            state="done",
            total=chance.randint(20, 100),
            saved_at=CLOSES,
            done_at=CLOSES,
        )
        for one in made[: rows * 2 // 3]
        for person in assessors
    )
    call.refresh_from_db()
    return call, signed_in(officer)


def _case(pattern: Any, organisation: Any, number: int, chance: random.Random, now: datetime) -> Any:
    from grants.models import Application

    asked = Decimal(chance.randint(10, 150) * 100)
    words = chance.choice(WORDS)
    return Application(
        organisation=organisation,
        call=pattern.call,
        form_version=pattern.form_version,
        guideline=pattern.guideline,
        state="submitted",
        title=f"{words.capitalize()} vertaisryhmät {number}",
        answers={**pattern.answers, "description": f"Kokoamme {words} vertaisryhmiä kylissä. " * 12},
        asked_sum=asked,
        case_number=f"YP/{number + 1}/02.05.01/2026",
        received_at=now,
        submitted_by=pattern.created_by,
        created_by=pattern.created_by,
        created_at=now,
        saved_at=now,
        saved_by=pattern.created_by,
    )


def _note(queries: list[str], execute: Any, sql: str, *more: Any) -> Any:
    queries.append(sql)
    return execute(sql, *more)


def measure(rows: int, rounds: int, factor: float) -> int:
    """Fill, ask, print; return the exit code."""
    from django.db import connection
    from django.urls import reverse

    call, client = fill(rows)
    floor = bare_page(client)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as autovacuum does after so many changes
    address = reverse("grants:call_handling", args=[call.pk])

    def page(query: str) -> None:
        answer = client.get(f"{address}{query}")
        assert answer.status_code == 200, answer.status_code

    def bare(sql: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, {"call": call.pk})
            cursor.fetchall()

    over = 0
    heads = f"{'list':20} {'queries':>7} {'processor':>10} {'bare page':>10} {'ratio':>5} {'limit':>5}"
    print(f"{heads}   {'by the clock':>12}   {'bare SQL':>8}   ratio")
    for case in CASES:
        act = partial(page, case.query)
        act()
        queries = []
        with connection.execute_wrapper(partial(_note, queries)):
            act()
        taken, bare_taken = in_turn(act, floor, rounds)
        clock = statistics.median(timed(act) * 1000 for _ in range(rounds))
        least = statistics.median(timed(partial(bare, case.sql)) * 1000 for _ in range(rounds))
        is_over = len(queries) > QUERIES or taken > bare_taken * TIMES * factor
        over += is_over
        print(
            f"{case.title:20} {len(queries):7} {taken:7.1f} ms {bare_taken:7.1f} ms {taken / bare_taken:5.1f}"
            f" {TIMES:5.1f}   {clock:9.1f} ms   {least:5.2f} ms"
            f"   {clock / least:5.1f}{'   OVER THE LIMIT' if is_over else ''}",
            flush=True,
        )
    print(f"On a quiet machine whose bare page takes 3.6 ms, {TIMES:.0f} of them are {AIM:.0f} ms.")
    return int(bool(over))


def main() -> int:
    """Make the database, measure, drop it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--slower", type=float, default=1.0, help="times the limit of processor time (1)")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    settings.ALLOWED_HOSTS = ["testserver"]  # not the whole test environment: it keeps a copy of every template's data
    Path(settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)
    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        return measure(options.rows, options.rounds, options.slower)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
