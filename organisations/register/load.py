"""From staged rows to the registry: COPY into a temporary table, then a few statements over the whole set.

Everything runs in the caller's transaction: it stands whole or not at all. Python holds one row at a time.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, Literal

from django.db import connection
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from county.models import Municipality
from organisations.models import ImportRun
from organisations.register import reports, statements
from organisations.register.rows import RECORD, UNIT, Municipalities, RowMaker, StagedRow
from organisations.register.source import Fault, Inspected, Progress, Reader

_CHUNK = 256 * 1024
#: More than this share gone, and at least so many, is more likely a torn file than news.
HOLD_SHARE, HOLD_LEAST = 0.2, 10

How = Literal["take", "preview", "confirmed"]
Outcome = Literal["taken", "previewed", "held"]


def load(source: Inspected, run: ImportRun, *, today: date, now: datetime, how: How, progress: Progress) -> Outcome:
    """Read the file into the registry and write the report's lines; ``run.counts`` is filled, not saved.

    ``preview`` compares and reports, and changes nothing of the registry; so does ``take`` when an unlikely share
    of the organisations would be marked missing (``held``), which ``confirmed`` takes as a person has seen it.
    Raises Refused when the file has no header or not one row that could be taken.
    """
    reader = Reader(source, progress)
    # Asked before COPY begins: a connection that copies can ask nothing else.
    known = Municipalities(list(Municipality.objects.values_list("pk", "code", "name_fi", "name_sv")))
    rows = _staged_rows(reader, RowMaker(known))
    values: dict[str, Any] = {"run": run.pk, "today": today, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(statements.DROP)
        cursor.execute(statements.STAGE)
        with cursor.copy(statements.COPY) as copy:
            for chunk in _chunks(rows):
                copy.write(chunk)
        progress(62, str(_("Verrataan rekisteriin")))
        for sql in statements.PREPARE:
            cursor.execute(sql)
        cursor.execute("SELECT count(*) FROM register_stage WHERE fate IS NULL OR fate = 'merged'")
        if cursor.fetchone()[0] == 0:
            raise Refused(
                "nothing_valid",
                _("Tiedostossa ei ollut yhtään kelvollista riviä. Rekisteriä ei muutettu."),
            )
        for sql in statements.COMPARE:
            cursor.execute(sql, values)
        outcome = _outcome(cursor, how)
        if outcome == "taken":
            for done, sql in enumerate(statements.APPLY):
                progress(66 + 30 * done // len(statements.APPLY), str(_("Viedään rekisteriin")))
                cursor.execute(sql, values)
        progress(97, str(_("Kootaan raporttia")))
        run.lines.all().delete()
        for sql in reports.REPORT if outcome == "taken" else reports.PREVIEW_REPORT:
            cursor.execute(sql, values)
        run.counts = _counts(cursor, run)
    run.unknown_columns = sorted(reader.unknown)
    return outcome


def _outcome(cursor: Any, how: How) -> Outcome:
    """Say whether the file is taken: not in a preview, nor when it is likely that half of it is lacking."""
    if how == "preview":
        return "previewed"
    if how == "confirmed":
        return "taken"
    cursor.execute(statements.GONE_OF_ALL)
    gone, everything = cursor.fetchone()
    return "held" if gone >= HOLD_LEAST and gone > HOLD_SHARE * everything else "taken"


def _staged_rows(reader: Reader, maker: RowMaker) -> Iterator[StagedRow]:
    for line, record in reader:
        if isinstance(record, Fault):
            yield maker.from_fault(line, record)
        elif isinstance(record, dict):
            yield maker.from_json(line, record)
        else:
            yield maker.from_csv(line, record, reader.header)


def _copy_line(row: StagedRow) -> str:
    """Return the row in COPY's text format; clean text holds no tabs or line ends, an empty cell is NULL."""
    values = row.values.get
    number, domicile = row.association_number, values("domicile_id")
    cells: list[str | None] = [
        str(row.line),
        str(number) if number else None,
        row.business_id,
        row.name if not row.refusal else "",
        values("legal_form"),
        str(domicile) if domicile else None,
        *(values(name) for name in statements.VALUE_COLUMNS[2:]),
        str(row.keep),
        RECORD.join(row.earlier),
        RECORD.join(f"{name}{UNIT}{role}" for name, role in row.signatories),
        "refused" if row.refusal else None,
        row.refusal,
        row.detail,
        row.raw_name,
        RECORD.join(f"{code}{UNIT}{detail}" for code, detail in row.warnings),
    ]
    if "\\" in "".join(filter(None, cells)):
        cells = [cell.replace("\\", r"\\") if cell else cell for cell in cells]
    return "\t".join([cell or r"\N" for cell in cells])


def _chunks(rows: Iterable[StagedRow]) -> Iterator[bytes]:
    held: list[str] = []
    size = 0
    for row in rows:
        line = _copy_line(row)
        held.append(line)
        size += len(line)
        if size > _CHUNK:
            yield ("\n".join(held) + "\n").encode()
            held, size = [], 0
    if held:
        yield ("\n".join(held) + "\n").encode()


def _counts(cursor: Any, run: ImportRun) -> dict[str, int]:
    cursor.execute(reports.COUNTS, {"run": run.pk})
    names = [column[0] for column in cursor.description]
    return dict(zip(names, cursor.fetchone(), strict=True))
