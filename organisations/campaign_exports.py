"""The follow-up of a campaign as a spreadsheet: exactly the rows that the person sees on the page."""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _

from common.exports import Cell, csv_response, xlsx_response
from organisations.models import Campaign, ClaimCode


def codes_file(campaign: Campaign, rows: QuerySet[ClaimCode], kind: str) -> HttpResponse:
    """Return the rows as ``csv`` or ``xlsx``; the codes themselves are not kept anywhere."""
    head: list[Any] = [
        _("Järjestö"),
        _("Yhdistysrekisterinumero"),
        _("Kotipaikka"),
        _("Tapa"),
        _("Osoite"),
        _("Tila"),
        _("Lähetetty"),
        _("Voimassa"),
        _("Syötetty"),
        _("Käytetty"),
        _("Lähetyksiä"),
        _("Viestin tila"),
    ]
    make = csv_response if kind == "csv" else xlsx_response
    return make(f"kampanja-{campaign.pk}", head, _table(rows))


def _table(rows: QuerySet[ClaimCode]) -> Iterator[list[Cell]]:
    for row in rows.iterator(chunk_size=2000):
        organisation = row.organisation
        yield [
            organisation.name,
            organisation.association_number_text,
            organisation.domicile.name if organisation.domicile else "",
            str(row.get_channel_display()),
            row.address.replace("\n", ", "),
            str(row.state_label),
            row.sent_at,
            row.expires_at,
            row.opened_at,
            row.used_at,
            row.rounds,
            str(row.message.get_state_display()) if row.message else "",
        ]
