"""The list of cases as a spreadsheet: exactly the rows and figures that the person sees on the page."""

import io
from collections.abc import Iterator
from typing import Any

import xlsxwriter
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _

from grants.cases import points_text, tag_of
from grants.models import Application, GrantCall
from organisations.exports import csv_lines

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _head() -> list[str]:
    return [
        _("Asianumero"),
        _("Hakija"),
        _("Kotipaikka"),
        _("Haettu, €"),
        _("Pisteet"),
        _("Pisteet keskimäärin"),
        _("Esitys, €"),
        _("Tila"),
    ]


def _table(rows: QuerySet[Application]) -> Iterator[list[Any]]:
    for case in rows:
        found: Any = case
        domicile = found.organisation.domicile
        yield [
            found.case_number,
            found.organisation.name,
            domicile.name if domicile else "",
            found.asked_sum,
            "" if points_text(found) == "–" else points_text(found),
            round(found.mean, 1) if found.mean is not None else None,
            found.proposed,
            str(tag_of(found)[1]),
        ]


def _file(content: bytes | str, kind: str, call: GrantCall, extension: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response["Content-Disposition"] = f'attachment; filename="hakemukset-{call.pk}.{extension}"'
    response["Cache-Control"] = "private, no-store"
    return response


def cases_csv(call: GrantCall, rows: QuerySet[Application]) -> HttpResponse:
    """Return the rows as CSV: semicolons, byte order mark, decimal commas, formulas neutralised."""
    cells = ([str(cell).replace(".", ",") if _is_number(cell) else cell for cell in row] for row in _table(rows))
    return _file("".join(csv_lines([_head(), *cells])), "text/csv; charset=utf-8", call, "csv")


def _is_number(cell: Any) -> bool:
    return cell is not None and not isinstance(cell, str)


def cases_xlsx(call: GrantCall, rows: QuerySet[Application]) -> HttpResponse:
    """Return the rows as a workbook; texts are written as texts, never as formulas or links."""
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        sheet = book.add_worksheet(_("Hakemukset"))
        bold, money = book.add_format({"bold": True}), book.add_format({"num_format": "#,##0.00"})
        for column, text in enumerate(_head()):
            sheet.write_string(0, column, text, bold)
        for line, row in enumerate(_table(rows), 1):
            for column, cell in enumerate(row):
                if _is_number(cell):
                    sheet.write_number(line, column, cell, money)
                elif cell:
                    sheet.write_string(line, column, cell)
        sheet.freeze_panes(1, 0)
        sheet.autofilter(0, 0, max(sheet.dim_rowmax or 0, 1), len(_head()) - 1)
        sheet.set_column(0, 7, 18)
    return _file(data.getvalue(), XLSX, call, "xlsx")
