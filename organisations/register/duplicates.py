"""Finding organisations that may be one: by name within a domicile, in SQL and with bounds.

Two rows of one extract with names that differ a little are usually two associations, so names are compared in the
county's own municipalities and where one of the two is not in the extract; equal names everywhere. What two rows
claim by number is found by the import itself.
"""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

LEAST = 0.75
MOST_PAIRS = 2000
MOST_OUTSIDE = 5000
TIMEOUT = "120s"

_NAMES = """
CREATE TEMPORARY TABLE duplicate_name ON COMMIT DROP AS
SELECT id, domicile_id, is_own, outside, core, regexp_replace(core, '[^0-9]', '', 'g') AS digits
FROM (
    SELECT o.id, o.domicile_id, coalesce(m.is_own, false) AS is_own, NOT o.in_last_extract AS outside,
        btrim(regexp_replace(regexp_replace(
            o.search_key, '(^|[ ,])(r\\.?y|r\\.?f|s\\.?r|ry|rf|sr)\\.?($|[ ,])', ' ', 'g'
        ), '[^[:alnum:]]+', ' ', 'g')) AS core
    FROM organisations_organisation o LEFT JOIN county_municipality m ON m.id = o.domicile_id
    WHERE o.merged_into_id IS NULL AND o.status IN ('registered', 'liquidation')
) named
WHERE length(core) > 3
"""
_INDEXES = (
    "CREATE INDEX ON duplicate_name (core)",
    "CREATE INDEX ON duplicate_name (domicile_id)",
    "ANALYZE duplicate_name",
)
_PAIRS = """
CREATE TEMPORARY TABLE duplicate_pair ON COMMIT DROP AS
SELECT a.id AS first_id, b.id AS second_id, 'same_name' AS reason, 99 AS score
FROM duplicate_name a JOIN duplicate_name b ON a.core = b.core AND a.id < b.id
WHERE a.domicile_id = b.domicile_id OR ((a.domicile_id IS NULL OR b.domicile_id IS NULL) AND (a.outside OR b.outside))
UNION ALL
SELECT a.id, b.id, 'similar_name', (100 * similarity(a.core, b.core))::int
FROM duplicate_name a JOIN duplicate_name b
    ON a.domicile_id = b.domicile_id AND a.id < b.id AND a.digits = b.digits AND a.core <> b.core
WHERE a.is_own AND similarity(a.core, b.core) >= %(least)s
UNION ALL
SELECT least(a.id, b.id), greatest(a.id, b.id), 'similar_name', (100 * similarity(a.core, b.core))::int
FROM (SELECT * FROM duplicate_name WHERE outside AND NOT is_own ORDER BY id DESC LIMIT %(outside)s) a
JOIN duplicate_name b
    ON a.domicile_id = b.domicile_id AND a.id <> b.id AND a.digits = b.digits AND a.core <> b.core
        AND (NOT b.outside OR a.id < b.id)
WHERE similarity(a.core, b.core) >= %(least)s
"""
_KEEP = """
INSERT INTO organisations_duplicatecandidate (first_id, second_id, reason, score, state, found_at, note)
SELECT DISTINCT ON (first_id, second_id) first_id, second_id, reason, least(score, 99), 'open', %(now)s::timestamptz, ''
FROM (SELECT * FROM duplicate_pair ORDER BY score DESC, first_id, second_id LIMIT %(most)s) best
ORDER BY first_id, second_id, score DESC
ON CONFLICT (first_id, second_id) DO UPDATE
    SET reason = excluded.reason, score = excluded.score, found_at = excluded.found_at
    WHERE organisations_duplicatecandidate.state = 'open' AND organisations_duplicatecandidate.reason <> 'number'
"""
# An open pair that no longer looks alike goes by itself; so does one whose other half has been merged.
_DROP_OLD = """
DELETE FROM organisations_duplicatecandidate c
WHERE state = 'open' AND (
    (reason <> 'number' AND found_at < %(now)s)
    OR EXISTS (SELECT FROM organisations_organisation o
               WHERE o.id IN (c.first_id, c.second_id) AND o.merged_into_id IS NOT NULL))
"""


def find_duplicates(*, now: datetime) -> int:
    """Look through the registry and bring the list of candidates up to date; returns how many wait.

    A pair that an officer has called different stays so. One search at a time; it gives up after two minutes.
    """
    from organisations.models import DuplicateCandidate

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('organisations.duplicates'))")
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [TIMEOUT])
        cursor.execute("DROP TABLE IF EXISTS pg_temp.duplicate_name, pg_temp.duplicate_pair")
        cursor.execute(_NAMES)
        for sql in _INDEXES:
            cursor.execute(sql)
        values: dict[str, Any] = {"least": LEAST, "outside": MOST_OUTSIDE, "most": MOST_PAIRS, "now": now}
        for sql in (_PAIRS, _KEEP, _DROP_OLD):
            cursor.execute(sql, values)
        cursor.execute("SELECT set_config('statement_timeout', '0', true)")
    return DuplicateCandidate.objects.filter(state="open").count()
