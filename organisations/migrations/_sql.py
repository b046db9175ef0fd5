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
    SELECT CASE WHEN t ~ '^[0-9]{7}-[0-9]$' THEN (
        7 * substr(t, 1, 1)::int + 9 * substr(t, 2, 1)::int + 10 * substr(t, 3, 1)::int + 5 * substr(t, 4, 1)::int
        + 8 * substr(t, 5, 1)::int + 4 * substr(t, 6, 1)::int + 2 * substr(t, 7, 1)::int + substr(t, 9, 1)::int
    ) % 11 = 0 ELSE false END
$body$;
"""
