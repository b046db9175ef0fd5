"""The SQL of the import. ``register_stage`` is the file; ``fate`` is null for a row that is taken."""

from organisations.register.rows import BIT, KEEPABLE

VALUE_COLUMNS = (
    "legal_form",
    "domicile_id",
    "registered_on",
    "status",
    "status_on",
    "street_address",
    "postcode",
    "post_town",
    "email",
    "phone",
    "website",
    "signing_rule",
)
_NULLABLE = ("domicile_id", "registered_on", "status_on")
_SPACE = {"legal_form": "''", "status": "'registered'"}

# Of an earlier import in the same transaction.
DROP = "DROP TABLE IF EXISTS pg_temp.register_stage, pg_temp.register_word, pg_temp.register_gone"

STAGE = """
CREATE TEMPORARY TABLE register_stage (
    line integer NOT NULL,
    association_number integer,
    business_id text,
    name text,
    legal_form text,
    domicile_id bigint,
    registered_on date,
    status text,
    status_on date,
    street_address text,
    postcode text,
    post_town text,
    email text,
    phone text,
    website text,
    signing_rule text,
    keep integer NOT NULL,
    earlier text,
    signatories text,
    fate text,
    code text,
    detail text,
    raw_name text,
    warnings text,
    organisation_id bigint,
    is_new boolean NOT NULL DEFAULT false,
    was_missing boolean NOT NULL DEFAULT false,
    taken_from bigint,
    old_name text,
    changed text[] NOT NULL DEFAULT '{}'
) ON COMMIT DROP
"""

COPY = f"""
COPY register_stage (
    line, association_number, business_id, name, {", ".join(VALUE_COLUMNS)},
    keep, earlier, signatories, fate, code, detail, raw_name, warnings
) FROM STDIN
"""

PREPARE = (
    "ANALYZE register_stage",
    # Two rows with the same number and different names: both are reported and neither is taken.
    """
    WITH by_number AS (
        SELECT association_number FROM register_stage
        WHERE fate IS NULL AND association_number IS NOT NULL
        GROUP BY 1 HAVING count(DISTINCT name) > 1
    ), by_business AS (
        SELECT business_id, count(DISTINCT name) > 1 AS names_differ FROM register_stage
        WHERE fate IS NULL AND business_id IS NOT NULL
        GROUP BY 1 HAVING count(DISTINCT name) > 1 OR count(DISTINCT association_number) > 1
    ), conflict AS (
        SELECT s.line, 'number_conflict' AS code, s.association_number::text AS number
        FROM register_stage s JOIN by_number USING (association_number) WHERE s.fate IS NULL
        UNION
        SELECT s.line, CASE WHEN names_differ THEN 'number_conflict' ELSE 'business_id_conflict' END, s.business_id
        FROM register_stage s JOIN by_business USING (business_id) WHERE s.fate IS NULL
    ), first_reason AS (
        SELECT DISTINCT ON (line) line, code, number FROM conflict ORDER BY line, code DESC, number
    )
    UPDATE register_stage s SET fate = 'refused', code = r.code, detail = r.number
    FROM first_reason r WHERE s.line = r.line
    """,
    # The same row twice is taken once.
    """
    WITH again AS (
        SELECT line,
            row_number() OVER (PARTITION BY association_number ORDER BY line) AS number_place,
            row_number() OVER (PARTITION BY business_id ORDER BY line) AS business_place,
            association_number, business_id
        FROM register_stage WHERE fate IS NULL
    )
    UPDATE register_stage s SET fate = 'repeated', warnings = concat_ws(E'\\x1e', s.warnings, E'repeated\\x1f')
    FROM again a
    WHERE s.line = a.line AND (
        (a.association_number IS NOT NULL AND a.number_place > 1)
        OR (a.business_id IS NOT NULL AND a.business_place > 1))
    """,
    # The same organisation: by association number, else by business ID.
    """
    UPDATE register_stage s SET organisation_id = o.id
    FROM organisations_organisation o
    WHERE s.fate IS NULL AND o.association_number = s.association_number
    """,
    "CREATE INDEX ON register_stage (organisation_id)",
    "CREATE INDEX ON register_stage (line)",
    """
    UPDATE register_stage s SET organisation_id = o.id
    FROM organisations_organisation o
    WHERE s.fate IS NULL AND s.organisation_id IS NULL AND o.business_id = s.business_id
        AND NOT EXISTS (SELECT FROM register_stage t WHERE t.organisation_id = o.id)
    """,
    # An organisation that was merged into another: its row is read quietly and changes nothing.
    """
    UPDATE register_stage s SET fate = 'merged', code = 'merged', detail = left(t.name, 500)
    FROM organisations_organisation o JOIN organisations_organisation t ON t.id = o.merged_into_id
    WHERE s.fate IS NULL AND s.organisation_id = o.id
    """,
    # A business ID that another organisation holds is not taken from it.
    """
    UPDATE register_stage s SET fate = 'refused', code = 'organisation_twice', detail = s.business_id
    FROM organisations_organisation o
    WHERE s.fate IS NULL AND s.organisation_id IS NULL AND s.association_number IS NULL
        AND o.business_id = s.business_id
    """,
    """
    UPDATE register_stage s SET business_id = NULL, taken_from = coalesce(o.merged_into_id, o.id),
        warnings = concat_ws(E'\\x1e', s.warnings, E'business_id_taken\\x1f' || s.business_id)
    FROM organisations_organisation o
    WHERE s.fate IS NULL AND o.business_id = s.business_id AND o.id IS DISTINCT FROM s.organisation_id
    """,
)


def _stored(name: str) -> str:
    """The staged value as the column stores it."""
    return f"s.{name}" if name in _NULLABLE else f"coalesce(s.{name}, {_SPACE.get(name, chr(39) * 2)})"


def _target(name: str) -> str:
    """The value after an update: the old one where the file says nothing reliable."""
    return f"CASE WHEN s.keep & {BIT[name]} <> 0 THEN o.{name} ELSE {_stored(name)} END"


_TARGETS = {
    "name": "s.name",
    "business_id": "coalesce(s.business_id, o.business_id)",
    "association_number": "coalesce(s.association_number, o.association_number)",
    **{name: _target(name) for name in VALUE_COLUMNS},
}


def _with(statement: str, **parts: str) -> str:
    """Put lists of our own columns into a statement; nothing of it comes from outside."""
    for name, text in parts.items():
        statement = statement.replace(f"<{name}>", text)
    return statement


_CHANGES = ", ".join(
    f"CASE WHEN o.{name} IS DISTINCT FROM {value} THEN '{name}' END" for name, value in _TARGETS.items()
)
# An extract without the column is of the association register; a form that was not understood stays empty.
_NEW_LEGAL_FORM = _with(
    "CASE WHEN s.keep & <bit> <> 0 AND s.association_number IS NOT NULL"
    " AND position('legal_form_unknown' IN coalesce(s.warnings, '')) = 0"
    " THEN 'association' ELSE coalesce(s.legal_form, '') END",
    bit=str(BIT["legal_form"]),
)
_NEW_VALUES = ", ".join(_NEW_LEGAL_FORM if name == "legal_form" else _stored(name) for name in VALUE_COLUMNS)


def _said(name: str) -> str:
    """What the row says of a field, as text."""
    if name == "name":
        return "s.name"
    return f"coalesce(s.{name}::text, '')"


_WORD_FIELDS = ("name", *(name for name in KEEPABLE if name != "signatories"))
_SAID = " ".join(f"WHEN '{name}' THEN {_said(name)}" for name in _WORD_FIELDS)
_BITS = " ".join(f"WHEN '{name}' THEN {BIT[name]}" for name in _WORD_FIELDS if name != "name")

# What a person has said over the register: kept until its day, or until the extract says the same. Nothing of the
# registry is changed here, so a preview stops after these.
COMPARE = (
    _with(
        """
        CREATE TEMPORARY TABLE register_word ON COMMIT DROP AS
        SELECT w.*, w.said = w.value AS agrees, w.until < %(today)s AS is_over,
            NOT w.unsaid AND w.said NOT IN ('', w.value, w.register_value) AS is_news
        FROM (
            SELECT v.id, v.organisation_id, s.line, v.field, v.value, v.register_value, v.until,
                CASE v.field <said> ELSE '' END AS said,
                CASE v.field <bits> ELSE 0 END AS bit,
                s.keep & CASE v.field <bits> ELSE 0 END <> 0 AS unsaid
            FROM organisations_registeroverride v JOIN register_stage s USING (organisation_id)
            WHERE s.fate IS NULL
        ) w
        """,
        said=_SAID,
        bits=_BITS,
    ),
    """
    UPDATE register_stage s SET keep = s.keep | w.bits, name = coalesce(w.name, s.name)
    FROM (
        SELECT line, bit_or(bit) AS bits, max(value) FILTER (WHERE field = 'name') AS name
        FROM register_word WHERE is_over IS NOT TRUE AND NOT agrees GROUP BY line
    ) w WHERE s.line = w.line
    """,
    # What changes in the organisations that are known already.
    _with(
        """
        UPDATE register_stage s SET
            was_missing = NOT o.in_last_extract AND o.missing_since IS NOT NULL,
            old_name = CASE WHEN o.name <> s.name THEN o.name END,
            changed = array_remove(ARRAY[<changes>], NULL)
        FROM organisations_organisation o
        WHERE o.id = s.organisation_id AND s.fate IS NULL
        """,
        changes=_CHANGES,
    ),
    _with(
        """
        UPDATE register_stage s SET changed = s.changed || 'signatories'::text
        FROM register_stage again LEFT JOIN (
            SELECT organisation_id,
                string_agg(name || E'\\x1f' || role, E'\\x1e' ORDER BY name COLLATE "C", role COLLATE "C") AS listed
            FROM organisations_signatory GROUP BY organisation_id
        ) old ON old.organisation_id = again.organisation_id
        WHERE s.line = again.line AND s.fate IS NULL AND s.organisation_id IS NOT NULL AND s.keep & <bit> = 0
            AND coalesce(old.listed, '') <> coalesce(s.signatories, '')
        """,
        bit=str(BIT["signatories"]),
    ),
    # Gone from the extract. A refused row with a readable number still stands in it.
    """
    CREATE TEMPORARY TABLE register_gone ON COMMIT DROP AS
    SELECT o.id, o.name FROM organisations_organisation o
    WHERE o.in_last_extract AND o.merged_into_id IS NULL
        AND NOT EXISTS (SELECT FROM register_stage s WHERE s.organisation_id = o.id)
        AND NOT EXISTS (SELECT FROM register_stage s WHERE s.association_number = o.association_number)
        AND NOT EXISTS (SELECT FROM register_stage s WHERE s.business_id = o.business_id)
    """,
)

GONE_OF_ALL = """
SELECT (SELECT count(*) FROM register_gone),
    (SELECT count(*) FROM organisations_organisation WHERE in_last_extract AND merged_into_id IS NULL)
"""

APPLY = (
    """
    UPDATE register_stage s
    SET organisation_id = nextval(pg_get_serial_sequence('organisations_organisation', 'id')), is_new = true
    WHERE fate IS NULL AND organisation_id IS NULL
    """,
    _with(
        """
        INSERT INTO organisations_organisation (
            id, name, business_id, association_number, <columns>,
            in_last_extract, description_fi, description_sv, description_en,
            contact_email, contact_phone, contact_website, created_at)
        SELECT organisation_id, name, business_id, association_number, <values>, true, '', '', '', '', '', '', now()
        FROM register_stage s WHERE fate IS NULL AND is_new ORDER BY line
        """,
        columns=", ".join(VALUE_COLUMNS),
        values=_NEW_VALUES,
    ),
    _with(
        """
        UPDATE organisations_organisation o SET <targets>, in_last_extract = true, missing_since = NULL
        FROM register_stage s
        WHERE o.id = s.organisation_id AND s.fate IS NULL AND NOT s.is_new
            AND (s.changed <> '{}' OR NOT o.in_last_extract)
        """,
        targets=", ".join(f"{name} = {value}" for name, value in _TARGETS.items()),
    ),
    """
    DELETE FROM organisations_signatory g USING register_stage s
    WHERE g.organisation_id = s.organisation_id AND s.fate IS NULL AND 'signatories' = ANY(s.changed)
    """,
    """
    INSERT INTO organisations_signatory (organisation_id, name, role)
    SELECT s.organisation_id, split_part(person, E'\\x1f', 1), split_part(person, E'\\x1f', 2)
    FROM register_stage s, string_to_table(s.signatories, E'\\x1e') AS person
    WHERE s.fate IS NULL AND (s.is_new OR 'signatories' = ANY(s.changed))
    """,
    # A name once borne stays findable.
    """
    INSERT INTO organisations_earliername (organisation_id, name)
    SELECT DISTINCT s.organisation_id, old.name
    FROM register_stage s CROSS JOIN LATERAL (
        SELECT string_to_table(s.earlier, E'\\x1e') AS name UNION SELECT s.old_name WHERE s.old_name IS NOT NULL
    ) old
    WHERE s.fate IS NULL AND (s.earlier IS NOT NULL OR s.old_name IS NOT NULL) AND old.name <> s.name
    ON CONFLICT (organisation_id, name) DO NOTHING
    """,
    # Gone from the extract: marked, never deleted.
    """
    UPDATE organisations_organisation o SET in_last_extract = false, missing_since = %(today)s
    FROM register_gone g WHERE o.id = g.id
    """,
    # A person's word that the extract confirms, or whose day has passed, has done its duty.
    """
    DELETE FROM organisations_registeroverride v USING register_word w WHERE v.id = w.id AND (w.agrees OR w.is_over)
    """,
    """
    UPDATE organisations_registeroverride v SET register_value = w.said
    FROM register_word w WHERE v.id = w.id AND NOT w.unsaid AND w.said <> v.register_value
    """,
    """
    INSERT INTO organisations_reviewitem (organisation_id, field, source, state, register_value, own_value, note,
        run_id, opened_at, question, answer, decision_reason)
    SELECT organisation_id, field, 'import', 'open', said, value, '', %(run)s, %(now)s, '', '', ''
    FROM register_word WHERE is_news AND is_over IS NOT TRUE
    ON CONFLICT (organisation_id, field) WHERE state IN ('open', 'asked')
        DO UPDATE SET register_value = excluded.register_value
    """,
    # A review on which the extract has come to say what the organisation says is settled.
    _with(
        """
        UPDATE organisations_reviewitem r SET state = 'taken', decided_at = %(now)s,
            register_value = r.own_value, decision_reason = 'Ote sanoo nyt samaa kuin järjestö.'
        FROM register_stage s
        WHERE r.state IN ('open', 'asked') AND s.organisation_id = r.organisation_id AND s.fate IS NULL
            AND r.own_value <> '' AND r.own_value = CASE r.field <said>
                WHEN 'business_id' THEN s.business_id WHEN 'association_number' THEN s.association_number::text END
        """,
        said=_SAID,
    ),
    # Two organisations that claim one business ID may be one.
    """
    INSERT INTO organisations_duplicatecandidate (first_id, second_id, reason, score, state, found_at, note)
    SELECT DISTINCT least(organisation_id, taken_from), greatest(organisation_id, taken_from), 'number', 100, 'open',
        %(now)s::timestamptz, ''
    FROM register_stage WHERE fate IS NULL AND taken_from IS NOT NULL AND taken_from <> organisation_id
    ON CONFLICT (first_id, second_id) DO UPDATE SET reason = 'number', score = 100, found_at = excluded.found_at
        WHERE organisations_duplicatecandidate.state = 'open'
    """,
)
