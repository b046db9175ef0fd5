"""The SQL of the import's report: its lines from the staged rows, and the counts."""

REPORT = (
    """
    INSERT INTO organisations_importline (run_id, line_number, kind, code, detail, raw_name, organisation_id)
    SELECT %(run)s, line, 'refused', code, left(coalesce(detail, ''), 500), left(coalesce(raw_name, ''), 200), NULL
    FROM register_stage WHERE fate = 'refused' ORDER BY line
    """,
    """
    INSERT INTO organisations_importline (run_id, line_number, kind, code, detail, raw_name, organisation_id)
    SELECT %(run)s, line, 'warning', split_part(w, E'\\x1f', 1), left(split_part(w, E'\\x1f', 2), 500),
        left(coalesce(raw_name, ''), 200), organisation_id
    FROM register_stage, string_to_table(warnings, E'\\x1e') AS w
    WHERE fate IS DISTINCT FROM 'refused' ORDER BY line
    """,
    """
    INSERT INTO organisations_importline (run_id, line_number, kind, code, detail, raw_name, organisation_id)
    SELECT %(run)s, line, 'changed', 'renamed', left(old_name, 500), left(raw_name, 200), organisation_id
    FROM register_stage WHERE fate IS NULL AND old_name IS NOT NULL ORDER BY line
    """,
    """
    INSERT INTO organisations_importline (run_id, line_number, kind, code, detail, raw_name, organisation_id)
    SELECT %(run)s, line, 'changed', 'changed', array_to_string(array_remove(changed, 'name'), ','),
        left(raw_name, 200), organisation_id
    FROM register_stage WHERE fate IS NULL AND array_remove(changed, 'name') <> '{}' ORDER BY line
    """,
    """
    INSERT INTO organisations_importline (run_id, line_number, kind, code, detail, raw_name, organisation_id)
    SELECT %(run)s, line, 'returned', 'returned', '', left(raw_name, 200), organisation_id
    FROM register_stage WHERE fate IS NULL AND was_missing ORDER BY line
    """,
    """
    INSERT INTO organisations_importline (run_id, line_number, kind, code, detail, raw_name, organisation_id)
    SELECT %(run)s, NULL, 'missing', 'missing', '', left(name, 200), id FROM register_gone
    """,
    """
    INSERT INTO organisations_importline (run_id, line_number, kind, code, detail, raw_name, organisation_id)
    SELECT %(run)s, line, 'quiet', 'merged', detail, left(raw_name, 200), organisation_id
    FROM register_stage WHERE fate = 'merged' ORDER BY line
    """,
    """
    INSERT INTO organisations_importline (run_id, line_number, kind, code, detail, raw_name, organisation_id)
    SELECT %(run)s, w.line, 'quiet',
        CASE WHEN w.agrees THEN 'own_word_agrees' WHEN w.is_over THEN 'own_word_over'
            WHEN w.is_news THEN 'review_opened' ELSE 'own_word_kept' END,
        w.field, left(s.raw_name, 200), w.organisation_id
    FROM register_word w JOIN register_stage s USING (line)
    WHERE w.agrees OR w.is_over OR (NOT w.unsaid AND w.said <> '') ORDER BY w.line, w.field
    """,
)

# A preview names the new ones too, up to a bound.
PREVIEW_REPORT = (
    *REPORT,
    """
    INSERT INTO organisations_importline (run_id, line_number, kind, code, detail, raw_name, organisation_id)
    SELECT %(run)s, line, 'new', 'new', '', left(raw_name, 200), NULL
    FROM register_stage WHERE fate IS NULL AND organisation_id IS NULL ORDER BY line LIMIT 1000
    """,
)

COUNTS = """
SELECT
    count(*) AS rows,
    count(*) FILTER (WHERE is_new OR (fate IS NULL AND organisation_id IS NULL)) AS new,
    count(*) FILTER (WHERE fate IS NULL AND changed <> '{}') AS changed,
    count(*) FILTER (WHERE fate IS NULL AND NOT is_new AND organisation_id IS NOT NULL AND changed = '{}') AS unchanged,
    (SELECT count(*) FROM organisations_importline WHERE run_id = %(run)s AND kind = 'warning') AS warnings,
    count(*) FILTER (WHERE fate = 'refused') AS refused,
    (SELECT count(*) FROM organisations_importline WHERE run_id = %(run)s AND kind = 'missing') AS missing,
    count(*) FILTER (WHERE fate IS NULL AND was_missing) AS returned,
    (SELECT count(*) FROM register_word WHERE is_news AND is_over IS NOT TRUE) AS reviews
FROM register_stage
"""
