"""How fast a register extract of the whole country comes in, against bare COPY.

``python -m benchmarks.import_register`` makes 107,000 invented associations, imports them into an empty
registry, imports them again, and again with a tenth changed. It works in a database of its
own, which it makes and drops. It prints the seconds, the peak memory of this process and two ratios: to a bare COPY
of the same lines into one text column, and to a COPY of the finished rows into tables with the same generated
columns, constraints and indexes. It ends with 1 when the first import takes over ``--limit`` seconds.
"""

import argparse
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

ROWS = 107_000
LIMIT_SECONDS = 15.0
NOW = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)
PLACES = ["Joensuun", "Lieksan", "Nurmeksen", "Kiteen", "Liperin", "Outokummun", "Juuan", "Ähtärin", "Öljymäen", "Åbo"]
KINDS = ["Omaishoitajat", "Näkövammaiset", "Sydänväki", "Kylätupa", "Mielenterveysyhdistys", "Reumatuki", "Muistikerho"]
COLUMNS = (
    "rekisterinumero;y_tunnus;nimi;aiemmat_nimet;kotipaikka;kotipaikka_koodi;yhteisomuoto;rekisterointipaiva;tila;"
    "tilapaiva;katuosoite;postinumero;postitoimipaikka;sahkoposti;puhelin;verkkosivu;nimenkirjoitustapa;nimenkirjoittajat"
)
WEIGHTS = (7, 9, 10, 5, 8, 4, 2)


def business_id(number: int) -> str:
    """Return the business ID of a seven-digit number, or nothing where its check digit would be ten."""
    digits = f"{number:07}"
    rest = sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=True)) % 11
    return "" if rest == 1 else f"{digits}-{0 if rest == 0 else 11 - rest}"


def write_extract(path: Path, codes: list[str], *, rows: int, changed_every: int = 0) -> None:
    """Write the extract; with ``changed_every`` every such row has another street address."""
    chance = random.Random(7)
    with path.open("w", encoding="utf-8-sig") as out:
        print(COLUMNS, file=out)
        for number in range(1, rows + 1):
            place, kind = chance.choice(PLACES), chance.choice(KINDS)
            own_id = business_id(1_000_000 + number * 7) if chance.random() < 0.55 else ""
            earlier = f"{place} vanha {kind} ry" if chance.random() < 0.15 else ""
            moved = "Uusitie" if changed_every and number % changed_every == 0 else "Koulutie"
            born = f"{chance.randint(1, 28)}.{chance.randint(1, 12)}.{chance.randint(1900, 2025)}"
            cells = (
                str(number),
                own_id,
                f"{place} {kind} {number} ry",
                earlier,
                "",
                chance.choice(codes),
                "ry",
                born,
                "rekisterissä",
                "",
                f"{moved} {chance.randint(1, 99)}",
                "80100",
                "Joensuu",
                f"yhdistys{number}@example.org",
                f"013 123 {number % 1000:03}",
                "",
                "Puheenjohtaja yksin.",
                "Esimerkki Aino, puheenjohtaja | Malli Eino, sihteeri",
            )
            print(";".join(cells), file=out)


def timed(act: Callable[[], object]) -> float:
    """Return how many seconds it takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def server_seconds() -> float | None:
    """Return the processor seconds of this connection's server process, where it runs on this machine."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        process = Path(f"/proc/{cursor.fetchone()[0]}/stat")
    if connection.settings_dict["HOST"] not in ("", "localhost", "127.0.0.1") or not process.exists():
        return None
    fields = process.read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def bare_copy(path: Path) -> float:
    """Return the seconds of copying the file's lines into one text column."""
    from django.db import connection, transaction

    def copy() -> None:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("CREATE TEMPORARY TABLE bare (line text) ON COMMIT DROP")
            with (
                cursor.copy("COPY bare FROM STDIN (FORMAT csv, DELIMITER E'\\x02', QUOTE E'\\x01')") as target,
                path.open("rb") as source,
            ):
                while chunk := source.read(1 << 18):
                    target.write(chunk)

    return timed(copy)


def indexed_copy() -> float:
    """Return the seconds of copying the registry's rows into empty tables with the same indexes and constraints.

    The tables are made by LIKE ... INCLUDING ALL beside the real ones; the rows are read out first, so that only
    writing is timed. Triggers and foreign keys are not copied: COPY has them to its advantage.
    """
    from django.db import connection, transaction

    tables = ("organisations_organisation", "organisations_earliername", "organisations_signatory")
    with transaction.atomic(), connection.cursor() as cursor, tempfile.TemporaryDirectory() as folder:
        columns = {table: _plain_columns(cursor, table) for table in tables}
        for table in tables:
            with (
                Path(folder, table).open("wb") as out,
                cursor.copy(f"COPY {table} ({columns[table]}) TO STDOUT") as rows,
            ):
                for piece in rows:
                    out.write(piece)
            cursor.execute(f"CREATE TEMPORARY TABLE bare_{table} (LIKE {table} INCLUDING ALL) ON COMMIT DROP")

        def copy() -> None:
            for table in tables:
                with (
                    cursor.copy(f"COPY bare_{table} ({columns[table]}) FROM STDIN") as target,
                    Path(folder, table).open("rb") as source,
                ):
                    while chunk := source.read(1 << 18):
                        target.write(chunk)

        return timed(copy)


def _plain_columns(cursor: Any, table: str) -> str:
    cursor.execute(
        "SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute"
        " WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
        [table],
    )
    return str(cursor.fetchone()[0])


def measure(rows: int, limit: float) -> int:
    """Import, import again; print the figures and return the exit code."""
    from county.models import Municipality
    from organisations.register.duplicates import find_duplicates
    from organisations.workflow import import_register

    codes = [f"{code:03}" for code in range(5, 314)]
    Municipality.objects.bulk_create(Municipality(code=code, name_fi=f"Kunta {code}") for code in codes)
    with tempfile.TemporaryDirectory() as folder:
        path, later = Path(folder, "ote.csv"), Path(folder, "uusi.csv")
        write_extract(path, codes, rows=rows)
        write_extract(later, codes, rows=rows, changed_every=10)
        bare = bare_copy(path)
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{rows} rows, {path.stat().st_size / 1e6:.1f} MB")
        print(f"bare COPY of the lines:        {bare:6.2f} s")
        for title, file in (
            ("first import", path),
            ("again, nothing changed", path),
            ("again, a tenth changed", later),
        ):
            own, server = time.process_time(), server_seconds()
            seconds = timed(partial(import_register, file, now=NOW))
            spent, after = time.process_time() - own, server_seconds()
            busy = f"{after - server:.1f} s" if after is not None and server is not None else "not known"
            print(
                f"{title + ':':30} {seconds:6.2f} s, {seconds / bare:5.1f} times bare COPY "
                f"(processor: here {spent:.1f} s, server {busy})"
            )
            if title == "first import":
                first = seconds
                indexed = indexed_copy()
                times = first / indexed
                print(f"COPY with the same indexes:    {indexed:6.2f} s; the first import takes {times:.1f} times that")
        print(f"looking for duplicates:        {timed(partial(find_duplicates, now=NOW)):6.2f} s")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"memory of the process:         {before:6.0f} MB before the imports, {peak:6.0f} MB at most")
    return 0 if first <= limit else 1


def main() -> int:
    """Make the database, measure, drop it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--limit", type=float, default=LIMIT_SECONDS, help="seconds for the first import (15)")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    import django

    django.setup()
    from django.db import connection

    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        return measure(options.rows, options.limit)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
