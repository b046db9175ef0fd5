"""The register as files that open in a Finnish spreadsheet: the same organisations in the same order as on the page."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _

from common.exports import Cell, csv_response, xlsx_response
from organisations.models import Organisation


def _head() -> list[Any]:
    return [
        _("Nimi"),
        _("Yhdistysrekisterinumero"),
        _("Y-tunnus"),
        _("Yhteisömuoto"),
        _("Kotipaikka"),
        _("Tila rekisterissä"),
        _("Rekisteröity"),
        _("Ulottuvuus"),
        _("Verkkosivu"),
    ]


def organisations_csv(rows: QuerySet[Organisation]) -> HttpResponse:
    """Return the organisations as a CSV attachment, one a line, read from the database in pieces."""
    return csv_response("jarjestot", _head(), _table(rows))


def organisations_xlsx(rows: QuerySet[Organisation]) -> HttpResponse:
    """Return the organisations as a workbook, one a row."""
    return xlsx_response("jarjestot", _head(), _table(rows))


def _table(rows: QuerySet[Organisation]) -> Iterator[list[Cell]]:
    for row in rows.select_related("domicile").iterator(chunk_size=2000):
        yield [
            row.name,
            row.association_number_text,
            row.business_id,
            str(row.get_legal_form_display()),
            row.domicile.name if row.domicile else "",
            str(row.get_status_display()),
            row.registered_on,
            str(row.get_reach_display()),
            row.contact_website or row.website,
        ]
