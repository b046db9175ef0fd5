"""How fast the open data of a whole country goes out, against the bare database.

``python -m benchmarks.open_data`` fills a registry of 107,000 invented associations with classifications, contacts
and earlier names in a database of its own, which it makes and drops. It measures a page of 100 organisations (first,
middle, filtered) through the whole of Django against the same rows by bare SQL, and the CSV file of everything
against ``COPY … TO STDOUT`` of the same table, with the peak memory. It ends with 1 when the 95th percentile of a
page is over ``--limit`` milliseconds, or the file makes the process grow by more than ``--memory`` megabytes.
"""

import argparse
import os
import resource
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

ROWS = 107_000
LIMIT_MS = 150.0
MEMORY_MB = 60.0
ROUNDS = 40

FILL = """
INSERT INTO county_municipality (code, name_fi, name_sv, name_en, region_fi, county_code, language, business_id,
    is_own, area_values)
SELECT lpad(n::text, 3, '0'), 'Kunta ' || n, 'Kommun ' || n, '', '', '', '', '', n %% 20 = 0, '{}'
FROM generate_series(5, 313) n;
INSERT INTO county_sector (name_fi, name_sv, name_en, "order", area_values)
SELECT 'Ala ' || n, '', '', n, '{}' FROM generate_series(1, 12) n;
INSERT INTO county_targetgroup (name_fi, name_sv, name_en, "order", area_values)
SELECT 'Ryhmä ' || n, '', '', n, '{}' FROM generate_series(1, 20) n;
INSERT INTO organisations_organisation (name, association_number, legal_form, domicile_id, registered_on, status,
    street_address, postcode, post_town, email, phone, website, signing_rule, in_last_extract, description_fi,
    description_sv, description_en, contact_email, contact_phone, contact_website, created_at)
SELECT 'Yhdistys ' || n || ' ry', n, 'association', m.first + n %% 309, date '1950-01-01' + n %% 27000, 'registered',
    'Koulutie 1', '80100', 'Joensuu', '', '', '', '', true,
    repeat('Toimimme kylällä. ', n %% 12), '', '', '', '', '', now()
FROM generate_series(1, %(rows)s) n, (SELECT min(id) AS first FROM county_municipality) m;
INSERT INTO organisations_organisation_sectors (organisation_id, sector_id)
SELECT o.id, s.id FROM organisations_organisation o JOIN county_sector s ON s."order" = o.association_number %% 12;
INSERT INTO organisations_organisation_target_groups (organisation_id, targetgroup_id)
SELECT o.id, g.id FROM organisations_organisation o JOIN county_targetgroup g ON g."order" = o.association_number %% 20;
INSERT INTO organisations_organisation_municipalities (organisation_id, municipality_id)
SELECT id, domicile_id FROM organisations_organisation WHERE association_number %% 3 = 0;
INSERT INTO organisations_earliername (organisation_id, name)
SELECT id, 'Vanha nimi ' || id FROM organisations_organisation WHERE association_number %% 7 = 0;
INSERT INTO organisations_contact (organisation_id, name, duty, about, email, phone, visibility, consented_on, since,
    left_reason)
SELECT id, 'Esimerkki Aino', 'sihteeri', '', 'a@example.org', '', 'public', '2025-01-01', '2025-01-01', ''
FROM organisations_organisation WHERE association_number %% 5 = 0;
"""
BARE_PAGE = "SELECT * FROM organisations_organisation WHERE id > %s ORDER BY id LIMIT 100"
BARE_COPY = "COPY organisations_organisation TO STDOUT (FORMAT csv, DELIMITER ';', HEADER)"


def seconds_of(act: Callable[[], object]) -> float:
    """Return how many seconds it takes."""
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def peak_mb() -> float:
    """Return the most memory that this process has had, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def percentiles(act: Callable[[], object]) -> tuple[float, float]:
    """Return the median and the 95th percentile in milliseconds, after one round to warm up."""
    act()
    times = sorted(seconds_of(act) * 1000 for _ in range(ROUNDS))
    return statistics.median(times), times[int(ROUNDS * 0.95)]


def bare_page(after: int) -> int:
    """Read the page's rows by bare SQL and return how many there were."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(BARE_PAGE, [after])
        return len(cursor.fetchall())


def bare_copy() -> int:
    """Read the table by COPY and return its bytes."""
    from django.db import connection

    size = 0
    with connection.cursor() as cursor, cursor.copy(BARE_COPY) as pieces:
        for piece in pieces:
            size += len(piece)
    return size


def measure_pages(client: Any, rows: int) -> float:
    """Print the figures of the pages and return the worst 95th percentile in milliseconds."""
    from organisations.api.paging import make_cursor
    from organisations.models import Organisation

    first = Organisation.objects.order_by("pk").values_list("pk", flat=True)[0]
    middle = first + rows // 2
    bare, _p95 = percentiles(lambda: bare_page(middle))
    print(f"bare SQL of 100 rows:           p50 {bare:6.1f} ms")
    worst = 0.0
    for title, query in (
        ("first page", ""),
        ("from the middle", f"?cursor={make_cursor(middle)}"),
        ("a municipality", "?municipality=100"),
        ("a prefix of the name", "?q=yhdistys+99"),
        ("nothing changed since", "?updated_since=2999-01-01"),
    ):
        address = f"/api/v1/organisations{query}"
        answer = client.get(address)
        median, p95 = percentiles(lambda address=address: client.get(address))  # type: ignore[misc]
        worst = max(worst, p95)
        print(
            f"page, {title + ':':25} p50 {median:6.1f} ms, p95 {p95:6.1f} ms, {median / bare:5.1f} times bare SQL,"
            f" {len(answer.json()['items'])} rows, {len(answer.content) / 1024:.0f} kB"
        )
    return worst


def measure_file(client: Any) -> float:
    """Print the figures of the whole file and return by how many megabytes the process grew."""
    size = 0

    def download() -> None:
        nonlocal size
        size = sum(len(piece) for piece in client.get("/api/v1/organisations.csv").streaming_content)

    sizes: list[int] = []
    bare = seconds_of(lambda: sizes.append(bare_copy()))
    before = peak_mb()
    taken = seconds_of(download)
    grown = peak_mb() - before
    print(f"COPY TO STDOUT of the table:    {bare:6.2f} s, {sizes[0] / 1e6:.1f} MB")
    print(f"the whole CSV file:             {taken:6.2f} s, {size / 1e6:.1f} MB, {taken / bare:.0f} times COPY")
    print(f"memory of the process:          {before:6.0f} MB before, {grown:.0f} MB more at most")
    return grown


def measure(rows: int, limit: float, memory: float) -> int:
    """Fill the registry, measure, and return the exit code."""
    from django.db import connection
    from django.test import Client

    with connection.cursor() as cursor:
        print(f"{rows} organisations made in {seconds_of(lambda: cursor.execute(FILL, {'rows': rows})):.1f} s")
        cursor.execute("VACUUM ANALYZE")
    client = Client(SERVER_NAME="localhost")
    worst = measure_pages(client, rows)
    grown = measure_file(client)
    return 0 if worst <= limit and grown <= memory else 1


def main() -> int:
    """Make the database, measure, drop it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--limit", type=float, default=LIMIT_MS, help="p95 of a page in milliseconds (150)")
    parser.add_argument("--memory", type=float, default=MEMORY_MB, help="megabytes that the file may take (60)")
    options = parser.parse_args()
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.test"
    import django

    django.setup()
    from django.db import connection

    name = connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        return measure(options.rows, options.limit, options.memory)
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


if __name__ == "__main__":
    sys.exit(main())
