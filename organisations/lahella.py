"""Activities as a file for Lähellä.fi, where there is no public interface: copied or imported by a person.

The three categories are that service's own (DOMAIN section 3); which of our kinds belongs to which is our reading,
and whoever takes the file there may choose otherwise.
"""

from collections.abc import Iterator
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from common.exports import Cell, csv_response
from organisations.api.codes import Codes
from organisations.api.rows import Row, activity_rows
from organisations.models import Activity, ActivityKind

SUPPORT, LEISURE, VOLUNTEERING = "Tukea ja apua", "Harrastukset ja vapaa-aika", "Vapaaehtoistoiminta"
CATEGORIES: dict[str, str] = {
    ActivityKind.PEER_GROUP: SUPPORT,
    ActivityKind.MEETING_PLACE: SUPPORT,
    ActivityKind.GUIDANCE: SUPPORT,
    ActivityKind.EXPERTS_BY_EXPERIENCE: SUPPORT,
    ActivityKind.VOLUNTEERING: VOLUNTEERING,
    ActivityKind.OTHER: LEISURE,
}


def entries(found: QuerySet[Activity]) -> Iterator[Row]:
    """Yield the activities by organisation and name as Lähellä.fi asks for them."""
    for row in activity_rows(found.order_by("organisation__sort_key", "name", "pk"), Codes()):
        yield _entry(row)


def _entry(row: Row) -> dict[str, Any]:
    organisation = row["organisation"]
    return {
        "name": row["name"],
        "description": row["description"],
        "category": CATEGORIES[row["kind"]["code"]],
        "municipalities": [municipality["name"]["fi"] for municipality in row["municipalities"]],
        "is_remote": row["is_remote"],
        "place": row["place"],
        "time": row["when"],
        "price": row["price"],
        "how_to_join": row["how_to_join"],
        "accessibility": row["accessibility"],
        "contact": {
            "organisation": organisation["name"],
            "business_id": organisation["business_id"],
            "email": organisation["email"],
            "phone": organisation["phone"],
        },
        "links": [link for link in (organisation["website"], row["url"]) if link],
        "already_at": row["lahella_url"],
        "start_date": row["starts_on"],
        "end_date": row["ends_on"],
    }


def as_json(found: QuerySet[Activity]) -> HttpResponse:
    """Return ``lahella.json`` as a download."""
    content = {"items": list(entries(found))}
    answer = JsonResponse(content, json_dumps_params={"ensure_ascii": False, "indent": 2})
    answer["Content-Disposition"] = content_disposition_header(True, "lahella.json") or "attachment"
    answer["Cache-Control"] = "private, no-store"
    return answer


def as_csv(found: QuerySet[Activity]) -> HttpResponse:
    """Return ``lahella.csv`` as a download: one activity a line, headings in the reader's language."""
    head = [
        _("Nimi"),
        _("Kuvaus"),
        _("Kategoria"),
        _("Kunnat"),
        _("Etänä"),
        _("Paikka"),
        _("Aika"),
        _("Hinta"),
        _("Miten mukaan"),
        _("Esteettömyys"),
        _("Järjestö"),
        _("Y-tunnus"),
        _("Sähköposti"),
        _("Puhelin"),
        _("Linkit"),
        _("Sivu Lähellä.fi-palvelussa"),
        _("Alkaa"),
        _("Päättyy"),
    ]
    return csv_response("lahella", head, map(_line, entries(found)))


def _line(entry: Row) -> list[Cell]:
    contact = entry["contact"]
    return [
        entry["name"],
        entry["description"],
        entry["category"],
        ", ".join(entry["municipalities"]),
        _("kyllä") if entry["is_remote"] else _("ei"),
        entry["place"],
        entry["time"],
        entry["price"],
        entry["how_to_join"],
        entry["accessibility"],
        contact["organisation"],
        contact["business_id"],
        contact["email"],
        contact["phone"],
        " ".join(entry["links"]),
        entry["already_at"],
        entry["start_date"],
        entry["end_date"],
    ]


def as_file(found: QuerySet[Activity], kind: str) -> HttpResponse:
    """Return the activities as ``csv`` or ``json``."""
    return as_csv(found) if kind == "csv" else as_json(found)


def listed(found: QuerySet[Activity]) -> QuerySet[Activity]:
    """Return the rows in the file's order, with what the page shows of them read once."""
    rows = found.select_related("organisation").prefetch_related("municipalities")
    return rows.order_by("organisation__sort_key", "name", "pk")
