"""Public events in the field names of Linked Events (api.hel.fi/linkedevents/v1), and the file for Lähellä.fi.

Meeting links are never told here. What Linked Events has and we do not know is null or an empty list.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse, JsonResponse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import override

from common.exports import csv_response
from common.times import format_date, helsinki
from county.models import get_county
from forums.event_facts import when_words, where_words
from forums.models import Event
from organisations.api.rows import page_url

LANGUAGES = ("fi", "sv", "en")
CONTEXT, TYPE = "https://schema.org", "Event/LinkedEvent"
SHORT = 160
CATEGORY = "Tukea ja apua"
_STATUS = {"published": "EventScheduled", "held": "EventScheduled", "cancelled": "EventCancelled"}


def api_url(pk: int) -> str:
    """Return the address of the event in the open data."""
    return f"{settings.BASE_URL}/api/v1/event/{pk}/"


def texts(event: Event, name: str) -> dict[str, str] | None:
    """Return the texts of a field by language, those that there are; None when there is none."""
    found = {language: str(getattr(event, f"{name}_{language}")) for language in LANGUAGES}
    return {language: text for language, text in found.items() if text} or None


def _short(long: dict[str, str] | None) -> dict[str, str] | None:
    if long is None:
        return None
    return {
        language: text if len(text) <= SHORT else f"{text[: SHORT - 1].rstrip()}…" for language, text in long.items()
    }


def _places(event: Event) -> tuple[dict[str, Any] | None, dict[str, str]]:
    """Return the place and what more is told of it."""
    extra = {}
    for language in LANGUAGES:
        with override(language):
            extra[language] = where_words(event)
    room = event.room
    if event.form == "remote":
        return {"@type": "Place", "@id": "internet", "name": extra, "is_virtual": True}, extra
    municipality = room.site.municipality if room else event.municipality
    place = {
        "@type": "Place",
        "@id": f"room:{room.pk}" if room else None,
        "name": {"fi": room.name_fi if room else event.place},
        "street_address": {"fi": room.site.street_address} if room else None,
        "address_locality": {"fi": municipality.name_fi} if municipality else None,
        "is_virtual": False,
    }
    return place, extra


def status_of(event: Event) -> str:
    """Return the status: cancelled, moved since it was published, or as planned."""
    if event.state == "published" and event.sequence:
        return "EventRescheduled"
    return _STATUS[event.state]


def linked_event(event: Event, provider: dict[str, str] | None) -> dict[str, Any]:
    """Return one event; it comes with its series, municipality and room with its site."""
    location, extra = _places(event)
    description = texts(event, "description")
    name = texts(event, "name") or {}
    series = event.series
    return {
        "id": f"yhdyspinta:{event.pk}",
        "name": name,
        "description": description,
        "short_description": _short(description),
        "start_time": event.starts_at,
        "end_time": event.ends_at,
        "has_start_time": True,
        "has_end_time": True,
        "location": location,
        "location_extra_info": extra,
        "info_url": {"fi": page_url("forums:event", event.pk)},
        "event_status": status_of(event),
        "publication_status": "public",
        "provider": provider,
        "audience": [],
        "keywords": [{"@id": f"series:{series.key}", "name": _names(series)}] if series else [],
        "offers": [{"is_free": True, "price": None, "info_url": {"fi": page_url("forums:event", event.pk)}}],
        "in_language": [{"@id": language} for language in name],
        "super_event": None,
        "super_event_type": None,
        "sub_events": [],
        "external_links": [],
        "maximum_attendee_capacity": _capacity(event),
        "created_time": event.published_at or event.created_at,
        "last_modified_time": max(stamp for stamp in (event.published_at, event.ended_at, event.created_at) if stamp),
        "date_published": event.published_at,
        "deleted": False,
        "@id": api_url(event.pk),
        "@context": CONTEXT,
        "@type": TYPE,
    }


def _names(row: Any) -> dict[str, str]:
    return {language: row.name_in(language) for language in LANGUAGES if row.name_in(language)}


def provider_names() -> dict[str, str] | None:
    """Return the county's names; asked once for many events."""
    county = get_county()
    return _names(county) if county else None


def _capacity(event: Event) -> int | None:
    places = [places for places in (event.places_on_site, event.places_remote) if places is not None]
    return sum(places) if places else None


def narrowed(rows: QuerySet[Any], *, start: datetime | None, end: datetime | None, text: str) -> QuerySet[Any]:
    """Return the events that end after ``start``, begin before ``end`` and have the text in their name."""
    if start:
        rows = rows.filter(ends_at__gte=start)
    if end:
        rows = rows.filter(starts_at__lt=end + timedelta(days=1))
    return rows.filter(name_fi__icontains=text) if text else rows


# Lähellä.fi


def lahella_rows(events: Iterable[Event]) -> Iterator[dict[str, Any]]:
    """Yield the events under the names of docs/lahella-file.md, for a person to take there."""
    for event in events:
        municipality = event.municipality or (event.room.site.municipality if event.room else None)
        yield {
            "nimi": event.name_fi,
            "osoite": "",
            "kuvaus": event.description_fi,
            "kategoria": CATEGORY,
            "laji": "muu toiminta",
            "kunnat": municipality.name_fi if municipality else "",
            "koko_alue": "ei" if municipality else "kyllä",
            "etana": "kyllä" if event.form in ("remote", "hybrid") else "ei",
            "paikka": where_words(event),
            "aika": when_words(event.starts_at, event.ends_at),
            "hinta": _("Maksuton"),
            "miten_mukaan": page_url("forums:event", event.pk),
            "alkaa": format_date(helsinki(event.starts_at)),
            "paattyy": format_date(helsinki(event.ends_at)),
        }


def lahella_json(events: Iterable[Event]) -> HttpResponse:
    """Return the events as ``lahella-tapahtumat.json``."""
    answer = JsonResponse(
        {"toiminnat": list(lahella_rows(events))}, json_dumps_params={"ensure_ascii": False, "indent": 2}
    )
    answer["Content-Disposition"] = content_disposition_header(True, "lahella-tapahtumat.json") or "attachment"
    answer["Cache-Control"] = "private, no-store"
    return answer


def lahella_csv(events: Iterable[Event]) -> HttpResponse:
    """Return the events as ``lahella-tapahtumat.csv``."""
    rows = list(lahella_rows(events))
    head = list(rows[0]) if rows else ["nimi", "alkaa", "paattyy"]
    return csv_response("lahella-tapahtumat", head, [list(row.values()) for row in rows])
