"""SQL that keeps ``SearchText`` in step: one function that writes the texts, and triggers that call it.

Triggers of a whole statement collect the organisations it touched, so that a bulk change costs one call. A
register import changes only columns that the row triggers' conditions compare, and calls nothing unless the name
or domicile of an organisation with a text of its own changes. Two that change the same organisation at once are
put in order by the text's row lock, and the second reads what the first has written.
"""

NAMES = (
    "concat_ws(' ', n.name_fi, nullif(nullif(n.name_sv, ''), n.name_fi), nullif(nullif(n.name_en, ''), n.name_fi))"
)


def _names(through: str, column: str, table: str, owner: str = "organisation_id", of: str = "o.id") -> str:
    """Return a subquery: the names in three languages of what the rows of a join table lead to."""
    return (
        f"(SELECT string_agg({NAMES}, ' · ' ORDER BY n.name_fi) FROM {through} t"
        f" JOIN {table} n ON n.id = t.{column} WHERE t.{owner} = {of})"
    )


_ACTIVITY = "organisations_activity"
_ACTIVITIES = f"""
(SELECT string_agg(concat_ws(E'\\n',
        a.name || coalesce(': ' || nullif(regexp_replace(a.description, E'[\\\\s]+', ' ', 'g'), ''), ''),
        {_names(f"{_ACTIVITY}_target_groups", "targetgroup_id", "county_targetgroup", "activity_id", "a.id")},
        {_names(f"{_ACTIVITY}_life_situations", "lifesituation_id", "county_lifesituation", "activity_id", "a.id")},
        nullif(a.place, '')
    ), E'\\n' ORDER BY a.name, a.id)
 FROM {_ACTIVITY} a
 WHERE a.organisation_id = o.id AND a.is_published AND (a.ends_on IS NULL OR a.ends_on >= on_day))
"""
_OWN = f"""
concat_ws(E'\\n',
    nullif(regexp_replace(o.description_fi, E'[\\\\s]+', ' ', 'g'), ''),
    nullif(regexp_replace(o.description_sv, E'[\\\\s]+', ' ', 'g'), ''),
    nullif(regexp_replace(o.description_en, E'[\\\\s]+', ' ', 'g'), ''),
    {_names("organisations_organisation_sectors", "sector_id", "county_sector")},
    {_names("organisations_organisation_themes", "theme_id", "county_theme")},
    {_names("organisations_organisation_target_groups", "targetgroup_id", "county_targetgroup")},
    {_names("organisations_organisation_municipalities", "municipality_id", "county_municipality")},
    {_ACTIVITIES}
)
"""

REFRESH = f"""
CREATE OR REPLACE FUNCTION organisations_search_refresh(ids bigint[], on_day date) RETURNS void
LANGUAGE plpgsql AS $body$
BEGIN
    INSERT INTO organisations_searchtext (organisation_id, text)
        SELECT o.id, '' FROM organisations_organisation o WHERE o.id = ANY(ids) ORDER BY o.id
        ON CONFLICT (organisation_id) DO NOTHING;
    PERFORM 1 FROM organisations_searchtext WHERE organisation_id = ANY(ids) ORDER BY organisation_id FOR UPDATE;
    UPDATE organisations_searchtext s SET text = made.text
    FROM (
        SELECT o.id, CASE WHEN own.text = '' THEN '' ELSE concat_ws(E'\\n',
            o.name,
            own.text,
            (SELECT string_agg(e.name, E'\\n' ORDER BY e.name)
                FROM organisations_earliername e WHERE e.organisation_id = o.id),
            (SELECT {NAMES} FROM county_municipality n WHERE n.id = o.domicile_id)
        ) END AS text
        FROM organisations_organisation o CROSS JOIN LATERAL (SELECT {_OWN} AS text) own
        WHERE o.id = ANY(ids)
    ) made
    WHERE s.organisation_id = made.id AND s.text IS DISTINCT FROM made.text;
END
$body$;

CREATE OR REPLACE FUNCTION organisations_search_today() RETURNS date
LANGUAGE sql STABLE AS $body$ SELECT (now() AT TIME ZONE 'Europe/Helsinki')::date $body$;

CREATE OR REPLACE FUNCTION organisations_search_row() RETURNS trigger
LANGUAGE plpgsql AS $body$
BEGIN
    IF TG_ARGV[0] = 'own' OR EXISTS (SELECT FROM organisations_searchtext WHERE organisation_id = NEW.id) THEN
        PERFORM organisations_search_refresh(ARRAY[NEW.id], organisations_search_today());
    END IF;
    RETURN NULL;
END
$body$;

-- Deleting what an organisation says writes its text anew; the organisation takes the text along.
CREATE OR REPLACE FUNCTION organisations_search_gone() RETURNS trigger
LANGUAGE plpgsql AS $body$
BEGIN
    DELETE FROM organisations_searchtext WHERE organisation_id = OLD.id;
    RETURN OLD;
END
$body$;
"""

_DESCRIPTIONS = ("description_fi", "description_sv", "description_en")


def _differ(*columns: str) -> str:
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("OLD", "NEW"))
    return f"({old}) IS DISTINCT FROM ({new})"


_SAID = " OR ".join(f"NEW.{column} <> ''" for column in _DESCRIPTIONS)
ROWS = f"""
CREATE OR REPLACE TRIGGER search_text_new AFTER INSERT ON organisations_organisation
    FOR EACH ROW WHEN ({_SAID}) EXECUTE FUNCTION organisations_search_row('own');
CREATE OR REPLACE TRIGGER search_text_own AFTER UPDATE ON organisations_organisation
    FOR EACH ROW WHEN ({_differ(*_DESCRIPTIONS)}) EXECUTE FUNCTION organisations_search_row('own');
CREATE OR REPLACE TRIGGER search_text_register AFTER UPDATE ON organisations_organisation
    FOR EACH ROW WHEN ({_differ("name", "domicile_id")}) EXECUTE FUNCTION organisations_search_row('register');
CREATE OR REPLACE TRIGGER search_text_gone BEFORE DELETE ON organisations_organisation
    FOR EACH ROW EXECUTE FUNCTION organisations_search_gone();
"""


def _collecting(table: str, ids: str, *, only_known: bool = False) -> str:
    """Return the statement triggers of a table; ``ids`` says which organisations the changed ``rows`` are about."""
    known = " WHERE EXISTS (SELECT FROM organisations_searchtext s WHERE s.organisation_id = x.id)"
    name = f"organisations_search_from_{table}"
    made = f"""
CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body$
DECLARE
    ids bigint[];
BEGIN
    SELECT array_agg(DISTINCT x.id) INTO ids FROM ({ids}) x{known if only_known else ""};
    IF ids IS NOT NULL THEN
        PERFORM organisations_search_refresh(ids, organisations_search_today());
    END IF;
    RETURN NULL;
END
$body$;
"""
    for event, seen in (("INSERT", "NEW TABLE AS rows"), ("DELETE", "OLD TABLE AS rows")):
        made += f"""
CREATE OR REPLACE TRIGGER search_text_{event.lower()} AFTER {event} ON {table}
    REFERENCING {seen} FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""
    # A row that moves to another organisation changes both; the two halves are one trigger each.
    for suffix, seen in (("from", "OLD TABLE AS rows"), ("to", "NEW TABLE AS rows")):
        made += f"""
CREATE OR REPLACE TRIGGER search_text_update_{suffix} AFTER UPDATE ON {table}
    REFERENCING {seen} FOR EACH STATEMENT EXECUTE FUNCTION {name}();
"""
    return made


_OF_ACTIVITY = f"SELECT a.organisation_id AS id FROM rows r JOIN {_ACTIVITY} a ON a.id = r.activity_id"
_DIRECT = "SELECT r.organisation_id AS id FROM rows r"
STATEMENTS = "".join(
    [
        *(
            _collecting(f"organisations_organisation_{name}", _DIRECT)
            for name in ("sectors", "themes", "target_groups", "municipalities")
        ),
        _collecting("organisations_activity", _DIRECT),
        *(_collecting(f"{_ACTIVITY}_{name}", _OF_ACTIVITY) for name in ("target_groups", "life_situations")),
        _collecting("organisations_earliername", _DIRECT, only_known=True),
    ]
)

FILL = """
SELECT organisations_search_refresh(array_agg(x.id), organisations_search_today()) FROM (
    SELECT id FROM organisations_organisation
        WHERE description_fi <> '' OR description_sv <> '' OR description_en <> ''
    UNION SELECT organisation_id FROM organisations_organisation_sectors
    UNION SELECT organisation_id FROM organisations_organisation_themes
    UNION SELECT organisation_id FROM organisations_organisation_target_groups
    UNION SELECT organisation_id FROM organisations_organisation_municipalities
    UNION SELECT organisation_id FROM organisations_activity
) x HAVING count(*) > 0
"""
MAKE = REFRESH + ROWS + STATEMENTS
