"""CSV of the register as people open it in Finnish Excel: UTF-8 with byte order mark, semicolons."""

import csv
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from common.times import format_date
from organisations.models import Organisation

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


class _Line:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def safe_cell(value: Any) -> str:
    """Return the value as text that a spreadsheet does not take for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def csv_lines(rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Yield the lines of a CSV file, formulas neutralised, the byte order mark first."""
    writer = csv.writer(_Line(), delimiter=";", lineterminator="\r\n")
    yield "\ufeff"
    for row in rows:
        yield writer.writerow([safe_cell(value) for value in row])


def organisations_csv(rows: QuerySet[Organisation]) -> StreamingHttpResponse:
    """Return the organisations as an attachment, one a line, read from the database in pieces."""

    def table() -> Iterator[list[Any]]:
        yield [
            _("Nimi"),
            _("Yhdistysrekisterinumero"),
            _("Y-tunnus"),
            _("Yhteisömuoto"),
            _("Kotipaikka"),
            _("Tila rekisterissä"),
            _("Rekisteröity"),
            _("Verkkosivu"),
        ]
        for row in rows.select_related("domicile").iterator(chunk_size=2000):
            yield [
                row.name,
                row.association_number_text,
                row.business_id,
                row.get_legal_form_display(),
                row.domicile.name if row.domicile else "",
                row.get_status_display(),
                format_date(row.registered_on) if row.registered_on else "",
                row.contact_website or row.website,
            ]

    response = StreamingHttpResponse(csv_lines(table()), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="jarjestot.csv"'
    return response
