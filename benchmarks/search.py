"""How fast an organisation is found among the whole country's, against the bare SQL.

``python -m benchmarks.search`` imports 107,000 invented associations of all municipalities, lets 5,000 of them tell
what they do and 2,000 have an activity, and then asks for the public list as a visitor does: the whole page through
Django's test client, with the counts of every filter. It works in a database of its own, which it makes and drops.
Beside each stands the least SQL that gives 25 names. It ends with 1 when a page is over its limit (p95).
"""

import argparse
import os
import random
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.import_register import COLUMNS, NOW, business_id, timed

ROWS = 107_000
TELLING, ACTIVE = 5_000, 2_000
LIMIT, LIMIT_FILTERED, LIMIT_FUZZY = 50.0, 100.0, 200.0  # milliseconds, p95
ROUNDS = 60
OWN_CODES = 30  # municipalities of the county
KINDS = [
    f"{field}yhdistys"
    for field in (
        *("Kylä", "Sydän", "Diabetes", "Mielenterveys", "Eläkeläis", "Reuma", "Näkövammais", "Kuulo", "Hengitys"),
        *("Martta-", "Kotiseutu", "Metsästys", "Nuorisoseura", "Vanhempain", "Omakoti", "Partio", "Kulttuuri"),
        *("Luonnonsuojelu", "Yrittäjä", "Allergia", "Invalidi", "Kehitysvammais", "Autismi", "Epilepsia", "Syöpä"),
        *(
            "Muisti",
            "Päihdetuki",
            "Perhe",
            "Lastensuojelu",
            "Sotaveteraani",
            "Karjala",
            "Kalastus",
            "Kennel",
            "Maamies",
        ),
        *(
            "Asukas",
            "Teatteri",
            "Taide",
            "Historia",
            "Sukututkimus",
            "Kirjallisuus",
            "Musiikki",
            "Tanssi",
            "Voimistelu",
        ),
    )
] + [
    *("Omaishoitajat", "Muistikerho", "Vapaaehtoinen Palokunta", "Lions Club", "Urheilijat", "Palloseura", "Hiihtäjät"),
    *("Ratsastajat", "Marttakerho", "Nuorten Paja", "Työttömien Tupa", "Isännöitsijät", "Kuorolaulajat", "Purjehtijat"),
]
STORY = (
    "Tarjoamme vertaistukea, neuvontaa ja virkistystä {group} ja heidän läheisilleen. Kokoonnumme joka toinen torstai, "
    "teemme retkiä lähiluontoon ja autamme arjen asioissa. Toiminta on maksutonta, ja mukaan pääsee ilmoittautumatta."
)
GROUPS = ["ikäihmisille", "lapsiperheille", "omaishoitajille", "muistisairaille", "työttömille", "nuorille aikuisille"]


@dataclass(frozen=True)
class Case:
    """One kind of search: what is typed, the least SQL that answers it, and the limit of its page."""

    title: str
    query: str
    sql: str
    limit: float = LIMIT


_NAMES = "SELECT id, name FROM organisations_organisation WHERE {} ORDER BY sort_key, id LIMIT 25"
CASES = (
    Case("exact name", "?q={exact}", _NAMES.format("search_key LIKE '%%' || %(exact)s || '%%'")),
    Case("number", "?q=54321", _NAMES.format("association_number = 54321")),
    Case("rare word", "?q=naantali muistikerho", _NAMES.format("search_key LIKE '%%naantali%%muistikerho%%'")),
    Case("prefix", "?q=naan", _NAMES.format("search_key LIKE 'naan%%'")),
    Case("place", "?q=naantali", _NAMES.format("search_key LIKE '%%naantal%%'")),
    Case("common word", "?q=yhdistys", _NAMES.format("search_key LIKE '%%yhdistys%%'")),
    Case("inflected word", "?q=metsästyksestä", _NAMES.format("search_key LIKE '%%metsasty%%'")),
    Case("word of texts", "?q=lähiluonnossa", _NAMES.format("search_key LIKE '%%lahiluon%%'")),
    Case("words and filter", "?q=kerho&kunta={own}", _NAMES.format("search_key LIKE '%%kerho%%'"), LIMIT_FILTERED),
    Case("no words", "", _NAMES.format("true")),
    Case(
        "spelling error",
        "?q=metsätysyhdisys",
        "SELECT id, name FROM organisations_organisation WHERE search_key %%> 'metsatysyhdisys'"
        " ORDER BY word_similarity('metsatysyhdisys', search_key) DESC LIMIT 10",
        LIMIT_FUZZY,
    ),
)


def write_extract(path: Path, places: list[tuple[str, str]], rows: int) -> None:
    """Write the extract: as many associations as the country has, in all its municipalities."""
    chance = random.Random(7)
    with path.open("w", encoding="utf-8-sig") as out:
        print(COLUMNS, file=out)
        for number in range(1, rows + 1):
            (code, place), kind = chance.choice(places), chance.choice(KINDS)
            earlier = f"{place}n vanha {kind} ry" if chance.random() < 0.15 else ""
            gone = "purettu" if chance.random() < 0.05 else "rekisterissä"
            born = f"{chance.randint(1, 28)}.{chance.randint(1, 12)}.{chance.randint(1900, 2025)}"
            own_id = business_id(1_000_000 + number * 7) if chance.random() < 0.55 else ""
            cells = (number, own_id, f"{place}n {kind} {number} ry", earlier, "", code, "ry", born, gone, *[""] * 9)
            print(";".join(map(str, cells)), file=out)


def fill(rows: int) -> None:
    """Make the municipalities, the register, and what some organisations tell."""
    from county.area.sections import all_municipalities
    from county.models import Municipality, Sector, TargetGroup, Theme
    from organisations.models import Activity, Organisation
    from organisations.workflow import import_register

    facts = sorted(all_municipalities().items())
    Municipality.objects.bulk_create(
        Municipality(code=code, name_fi=fact["name_fi"], name_sv=fact["name_sv"], is_own=place < OWN_CODES)
        for place, (code, fact) in enumerate(facts)
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "ote.csv")
        write_extract(path, [(code, fact["name_fi"]) for code, fact in facts], rows)
        print(f"import of {rows} rows: {timed(partial(import_register, path, now=NOW)):.1f} s")
    chance = random.Random(11)
    keys = chance.sample(list(Organisation.objects.order_by("pk").values_list("pk", flat=True)), TELLING)
    for model, field, column in (
        (Sector, "sectors", "sector"),
        (Theme, "themes", "theme"),
        (TargetGroup, "target_groups", "targetgroup"),
    ):
        choices = model.objects.bulk_create(model(name_fi=f"{field} {n}", order=n) for n in range(12))
        through: Any = getattr(Organisation, field).through
        through.objects.bulk_create(
            through(organisation_id=key, **{column: choice}) for key in keys for choice in chance.sample(choices, 2)
        )
    for place, group in enumerate(GROUPS):
        Organisation.objects.filter(pk__in=keys[place :: len(GROUPS)]).update(
            description_fi=STORY.format(group=group), reach=("local", "regional", "county")[place % 3]
        )
    Activity.objects.bulk_create(
        Activity(
            organisation_id=key,
            kind="peer_group",
            name="Torstaikerho",
            description=STORY.format(group=chance.choice(GROUPS)),
            how_to_join="Tule mukaan.",
            confirmed_on=date(2026, 11, 1),
        )
        for key in keys[:ACTIVE]
    )


def spread(act: Callable[[], object], rounds: int) -> tuple[float, float]:
    """Return the median and the 95th percentile in milliseconds, after three rounds that do not count."""
    for _ in range(3):
        act()
    times = sorted(timed(act) * 1000 for _ in range(rounds))
    return statistics.median(times), times[max(round(rounds * 0.95) - 1, 0)]


def measure(rows: int, rounds: int, factor: float) -> int:
    """Fill, ask, print; return the exit code."""
    from django.db import connection
    from django.test import Client

    from county.models import Municipality
    from organisations.models import Organisation

    fill(rows)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")  # as autovacuum does after an import
    exact = Organisation.objects.filter(status="registered", association_number__gte=rows // 2).earliest("pk")
    words = {"exact": exact.name, "own": Municipality.objects.filter(is_own=True).order_by("code")[0].code}
    client = Client()

    def page(query: str) -> None:
        answer = client.get(f"/jarjestot/{query}")
        assert answer.status_code == 200

    def bare(sql: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql, {"exact": exact.search_key})
            cursor.fetchall()

    late = 0
    print(f"{'search':18} {'page p50':>10} {'p95':>8} {'limit':>7}   {'bare SQL p50':>12} {'p95':>8}   ratio of p50")
    for case in CASES:
        middle, high = spread(partial(page, case.query.format(**words)), rounds)
        bare_middle, bare_high = spread(partial(bare, case.sql), rounds)
        over = high > case.limit * factor
        late += over
        print(
            f"{case.title:18} {middle:7.1f} ms {high:5.1f} ms {case.limit:4.0f} ms   {bare_middle:9.2f} ms"
            f" {bare_high:5.1f} ms   {middle / bare_middle:6.1f}{'   OVER THE LIMIT' if over else ''}",
            flush=True,
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory of the process: {peak:.0f} MB at most; processor: {time.process_time():.0f} s")
    return 1 if late else 0


def main() -> int:
    """Make the database, measure, drop it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
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
        return measure(options.rows, options.rounds, options.slower)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
