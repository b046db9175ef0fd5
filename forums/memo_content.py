"""What an event's memo holds: its places, the text for reading, and who was there."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from forums.models import Event, Memo, SignUp, Way


@dataclass(frozen=True)
class Place:
    """One place of the memo: the key in the revisions and its heading."""

    key: str
    label: str


@dataclass(frozen=True)
class Presence:
    """Who was there: organisations, how many people, on site and remote; names only where they may be shown."""

    organisations: tuple[str, ...]
    people: int
    on_site: int
    remote: int
    names: tuple[str, ...]
    is_kept: bool


@dataclass(frozen=True)
class Reading:
    """The memo for reading: written places in order, and who was there."""

    sections: tuple[tuple[str, str], ...]
    presence: Presence


def places(event: Event) -> list[Place]:
    """Return the places: the agenda's slots between a summary and what was agreed."""
    slots = [Place(f"slot-{slot.pk}", slot.title) for slot in event.agenda.all()]
    middle = slots or [Place("discussed", _("Mistä puhuttiin"))]
    return [
        Place("summary", _("Lyhyesti")),
        *middle,
        Place("agreed", _("Mitä sovittiin")),
        Place("next", _("Miten jatketaan")),
    ]


def presence(event: Event, names_people: bool) -> Presence:
    """Return who was there, from the sign-ups' attendance; one query. Names of people only where allowed."""
    rows = list(SignUp.objects.came().filter(event=event).select_related("organisation").order_by("name", "pk"))
    organisations = {str(row.organisation or row.organisation_name) for row in rows} - {""}
    ways = Counter(row.attended_way or row.way for row in rows)
    return Presence(
        tuple(sorted(organisations)),
        len(rows),
        ways[Way.ON_SITE],
        ways[Way.REMOTE],
        tuple(row.name for row in rows) if names_people else (),
        bool(rows),
    )


def reading(memo: Memo) -> Reading:
    """Return the newest text, place by place; what is empty is left out. Texts of slots taken away stay at the end."""
    latest = memo.revisions.first()
    content: dict[str, Any] = latest.content if latest else {}
    event = memo.event
    known = places(event)
    sections = [(place.label, content[place.key]) for place in known if content.get(place.key)]
    keys = {place.key for place in known}
    sections += [(_("Muuta"), text) for key, text in content.items() if key not in keys and text]
    return Reading(tuple(sections), presence(event, memo.names_people))
