"""SQL functions of the registry: Finnish order, folded search text, the business ID's check digit.

They are immutable, so that stored generated columns, indexes and constraints can use them on every build of
PostgreSQL 15 or newer, with or without ICU. ``pg_c_utf8`` came with PostgreSQL 17; before it ``C.utf8`` does
the same.
"""

FUNCTIONS = r"""
DO $do$
DECLARE
    lowering text := CASE
        WHEN EXISTS (SELECT FROM pg_collation WHERE collname = 'pg_c_utf8') THEN 'pg_c_utf8' ELSE 'C.utf8' END;
BEGIN
    EXECUTE format($make$
        CREATE OR REPLACE FUNCTION fi_sort(t text) RETURNS text
        LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $body$
            SELECT translate(lower(t COLLATE %1$I), 'åäöæøéèêáàüw', '{|}|}eeeaayv') COLLATE "C"
        $body$
    $make$, lowering);
    EXECUTE format($make$
        CREATE OR REPLACE FUNCTION fi_fold(t text) RETURNS text
        LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $body$
            SELECT translate(
                lower(t COLLATE %1$I), 'åäáàâãæöøóòôõéèêëüúùûíìîïçñšž', 'aaaaaaaooooooeeeeuuuuiiiicnsz'
            ) COLLATE "C"
        $body$
    $make$, lowering);
END
$do$;

CREATE OR REPLACE FUNCTION fi_business_id_ok(t text) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE STRICT AS $body$
    SELECT CASE WHEN t !~ '^[0-9]{7}-[0-9]$' THEN false ELSE (
        SELECT CASE sum(digit * weight) % 11
            WHEN 0 THEN right(t, 1) = '0'
            WHEN 1 THEN false
            ELSE right(t, 1)::int = 11 - sum(digit * weight) % 11 END
        FROM unnest(
            ARRAY[7, 9, 10, 5, 8, 4, 2],
            (SELECT array_agg(d::int) FROM unnest(string_to_array(left(t, 7), NULL)) AS d)
        ) AS pair(weight, digit)
    ) END
$body$;
"""
