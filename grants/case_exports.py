"""The list of cases as a spreadsheet: exactly the rows and figures that the person sees on the page."""

from collections.abc import Iterator
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from common.exports import csv_response, xlsx_response
from grants.cases import points_text, tag_of
from grants.models import GrantCall


def _head(call: GrantCall) -> list[str]:
    return [
        _("Asianumero"),
        _("Hakija"),
        *([_("Kumppanit")] if call.takes_joint else []),
        _("Kotipaikka"),
        _("Haettu, €"),
        _("Pisteet"),
        _("Pisteet keskimäärin"),
        _("Esitys, €"),
        _("Tila"),
    ]


def _table(call: GrantCall, rows: Any) -> Iterator[list[Any]]:
    for case in rows:
        found: Any = case
        domicile = found.organisation.domicile
        yield [
            found.case_number,
            found.organisation.name,
            *([", ".join(found.partner_names)] if call.takes_joint else []),
            domicile.name if domicile else "",
            found.asked_sum,
            "" if points_text(found) == "–" else points_text(found),
            round(found.mean, 1) if found.mean is not None else None,
            found.proposed,
            _state(found),
        ]


def _state(case: Any) -> str:
    """Return the state as the list tells it, and that the case came late where the person may read it."""
    word = str(tag_of(case)[1])
    return f"{word}, {_('Myöhässä')}" if case.can_read and case.is_late else word


def cases_csv(call: GrantCall, rows: Any) -> HttpResponse:
    """Return the rows as CSV."""
    return csv_response(f"hakemukset-{call.pk}", _head(call), _table(call, rows))


def cases_xlsx(call: GrantCall, rows: Any) -> HttpResponse:
    """Return the rows as a workbook."""
    return xlsx_response(f"hakemukset-{call.pk}", _head(call), _table(call, rows))
