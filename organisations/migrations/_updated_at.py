"""When what the public sees of a row last changed, whoever changes it and by which way.

The row's own trigger moves ``updated_at`` when a public column gets another value; a stale copy that is saved
over never moves it back. Rows of other tables that belong to it (classifications, public contacts, earlier
names) move it by triggers a statement, so that the import of 107,000 rows pays once and not a row at a time;
what the same transaction has just made is not touched again.
"""

ORGANISATION = (
    "name", "business_id", "association_number", "legal_form", "domicile_id", "registered_on", "status", "status_on",
    "postcode", "post_town", "website", "in_last_extract", "missing_since",
    "description_fi", "description_sv", "description_en", "contact_email", "contact_phone", "contact_website",
    "reach", "run_by", "is_service_producer", "accessibility",
    "links", "lahella_url", "confirmed_at",
)  # fmt: skip
ACTIVITY = (
    "organisation_id", "kind", "name", "description", "is_remote", "place", '"when"', "price", "accessibility",
    "how_to_join", "room", "service_path", "lahella_url", "starts_on", "ends_on", "confirmed_on", "is_published",
)  # fmt: skip
OWNERS = {"organisations_organisation": ORGANISATION, "organisations_activity": ACTIVITY}

# Table -> the table whose row it belongs to, the column that says which, and which of its rows are public.
PARTS = {
    "organisations_organisation_sectors": ("organisations_organisation", "organisation_id", "true"),
    "organisations_organisation_themes": ("organisations_organisation", "organisation_id", "true"),
    "organisations_organisation_municipalities": ("organisations_organisation", "organisation_id", "true"),
    "organisations_organisation_target_groups": ("organisations_organisation", "organisation_id", "true"),
    "organisations_earliername": ("organisations_organisation", "organisation_id", "true"),
    "organisations_contact": ("organisations_organisation", "organisation_id", "visibility = 'public'"),
    "organisations_activity_target_groups": ("organisations_activity", "activity_id", "true"),
    "organisations_activity_life_situations": ("organisations_activity", "activity_id", "true"),
    "organisations_activity_municipalities": ("organisations_activity", "activity_id", "true"),
}
_MOMENTS = (("insert", "NEW"), ("delete", "OLD"), ("update", "OLD"), ("update", "NEW"))

FUNCTIONS = """
CREATE FUNCTION organisations_updated_now() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    NEW.updated_at := now();
    RETURN NEW;
END
$body$;

CREATE FUNCTION organisations_updated_stays() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    NEW.updated_at := OLD.updated_at;
    RETURN NEW;
END
$body$;

CREATE FUNCTION organisations_updated_owner() RETURNS trigger LANGUAGE plpgsql AS $body$
BEGIN
    EXECUTE format(
        'UPDATE %I SET updated_at = now() WHERE updated_at < now() AND id IN (SELECT %I FROM changed WHERE %s)',
        TG_ARGV[0], TG_ARGV[1], TG_ARGV[2]
    );
    RETURN NULL;
END
$body$;
"""
DROP_FUNCTIONS = """
DROP FUNCTION organisations_updated_now();
DROP FUNCTION organisations_updated_stays();
DROP FUNCTION organisations_updated_owner();
"""


def _of_owner(table: str, columns: tuple[str, ...]) -> str:
    changed = " OR ".join(f"OLD.{column} IS DISTINCT FROM NEW.{column}" for column in columns)
    return f"""
CREATE TRIGGER updated_a_now BEFORE UPDATE ON {table} FOR EACH ROW
    WHEN ({changed}) EXECUTE FUNCTION organisations_updated_now();
CREATE TRIGGER updated_b_stays BEFORE UPDATE ON {table} FOR EACH ROW
    WHEN (NEW.updated_at < OLD.updated_at) EXECUTE FUNCTION organisations_updated_stays();
"""


def _of_part(table: str, owner: str, column: str, public: str) -> str:
    condition = public.replace("'", "''")
    return "".join(
        f"""
CREATE TRIGGER updated_owner_{event}_{rows.lower()} AFTER {event.upper()} ON {table}
    REFERENCING {rows} TABLE AS changed FOR EACH STATEMENT
    EXECUTE FUNCTION organisations_updated_owner('{owner}', '{column}', '{condition}');
"""
        for event, rows in _MOMENTS
    )


MAKE = "".join(
    (
        FUNCTIONS,
        *(_of_owner(table, columns) for table, columns in OWNERS.items()),
        *(_of_part(table, *about) for table, about in PARTS.items()),
    )
)
DROP = "".join(
    (
        *(f"DROP TRIGGER updated_a_now ON {table}; DROP TRIGGER updated_b_stays ON {table};\n" for table in OWNERS),
        *(
            f"DROP TRIGGER updated_owner_{event}_{rows.lower()} ON {table};\n"
            for table in PARTS
            for event, rows in _MOMENTS
        ),
        DROP_FUNCTIONS,
    )
)
