"""What is told of an event in words: where it is, when, what helps to follow it. No rights here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from common.times import format_clock, format_instant, local_date
from forums.models import Event, EventForm
from premises.models import FeatureGroup, Room


def where_words(event: Event) -> str:
    """Return the place on one line: the room with its address, or what was written; from afar where one can."""
    place = (room_words(event.room) if event.room else event.place) if event.is_on_site else ""
    if event.form == EventForm.REMOTE:
        return _("Verkossa")
    if not place:
        return _("Paikka ilmoitetaan myöhemmin")
    return _("%(place)s ja verkossa") % {"place": place} if event.form == EventForm.HYBRID else place


def room_words(room: Room) -> str:
    """Return the room, its site and the address; the room comes with its site."""
    site = room.site
    return ", ".join(part for part in (room.name, site.name, site.street_address, site.post_office) if part)


def when_words(start: datetime, end: datetime) -> str:
    """Return ``26.11.2026 klo 17.00–19.00``; the second day too where it ends on another."""
    if local_date(start) == local_date(end):
        return f"{format_instant(start)}–{format_clock(end)}"
    return f"{format_instant(start)} – {format_instant(end)}"


@dataclass(frozen=True)
class RoomFact:
    """One fact of a room's accessibility or entrance with what more is told of it."""

    feature: Any
    detail: str


def access_of(room: Room | None) -> list[RoomFact]:
    """Return what is known of getting in and moving about; one query."""
    if room is None:
        return []
    rows = room.features.filter(feature__group=FeatureGroup.ACCESS).select_related("feature")
    return [RoomFact(row.feature, row.detail) for row in rows.order_by("feature__order", "feature__name_fi")]
