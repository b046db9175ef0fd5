"""Tables as files: CSV that a Finnish spreadsheet opens, and XLSX. A cell is never read as a formula."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import batched
from typing import Any

import xlsxwriter
from django.http import HttpResponse, StreamingHttpResponse
from django.utils.http import content_disposition_header

from common.times import format_date, helsinki

Cell = str | int | float | Decimal | date | None
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LINES_A_PIECE = 500
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def safe_text(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula: a leading apostrophe where needed."""
    return f"'{text}" if text.startswith(_FORMULA) else text


def written(cell: Cell) -> str:
    """Return a cell as Finnish text: decimal comma, ``8.12.2026``."""
    if isinstance(cell, str):
        return safe_text(cell)
    if cell is None:
        return ""
    if isinstance(cell, Decimal | float):
        return f"{cell}".replace(".", ",")
    if isinstance(cell, datetime):
        return f"{format_date(cell)} {helsinki(cell):%H:%M}"
    if isinstance(cell, date):
        return format_date(cell)
    return str(cell)


class _Echo:
    def write(self, line: str) -> str:
        return line


def csv_lines(head: Sequence[Any], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """Yield the file's lines: byte order mark, semicolons, one line a row."""
    writer = csv.writer(_Echo(), delimiter=";")
    yield "\ufeff"
    yield writer.writerow([str(name) for name in head])
    for row in rows:
        yield writer.writerow([written(cell) for cell in row])


def csv_response(name: str, head: Sequence[Any], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """Return ``name.csv`` as a download."""
    return _download("".join(csv_lines(head, rows)), "text/csv; charset=utf-8", f"{name}.csv")


def csv_stream(name: str, head: Sequence[Any], rows: Iterable[Sequence[Cell]]) -> StreamingHttpResponse:
    """Return ``name.csv`` as a download that is sent while it is made; memory does not grow with the rows."""
    lines = csv_lines(head, rows)
    pieces = ("".join(piece) for piece in batched(lines, LINES_A_PIECE))
    response = StreamingHttpResponse(pieces, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = content_disposition_header(True, f"{name}.csv") or "attachment"
    return response


def xlsx_response(name: str, head: Sequence[Any], rows: Iterable[Sequence[Cell]]) -> HttpResponse:
    """Return ``name.xlsx`` as a download: sums and days as what they are, text always as text."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    formats = {Decimal: book.add_format({"num_format": "#,##0.00"}), date: book.add_format({"num_format": "d.m.yyyy"})}
    for column, heading in enumerate(head):
        sheet.write_string(0, column, str(heading), bold)
    for line, row in enumerate(rows, start=1):
        for column, cell in enumerate(row):
            _write_cell(sheet, line, column, cell, formats)
    sheet.freeze_panes(1, 0)
    sheet.autofit()
    book.close()
    return _download(buffer.getvalue(), XLSX, f"{name}.xlsx")


def _download(content: bytes | str, kind: str, name: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response


def _write_cell(sheet: Any, line: int, column: int, cell: Cell, formats: dict[type, Any]) -> None:
    if cell is None:
        return
    if isinstance(cell, Decimal | int | float):
        sheet.write_number(line, column, float(cell), formats[Decimal] if isinstance(cell, Decimal) else None)
    elif isinstance(cell, date) and not isinstance(cell, datetime):
        sheet.write_datetime(line, column, datetime(cell.year, cell.month, cell.day), formats[date])  # noqa: DTZ001
    else:
        sheet.write_string(line, column, written(cell) if isinstance(cell, datetime) else cell)
