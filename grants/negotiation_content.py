"""A version of a negotiation part by part, and how it differs from the one before it."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.money import format_euros
from grants.models import NegotiationVersion
from liaisons.differences import Piece, difference

#: field -> what it is called, in reading order
LABELS: dict[str, Any] = {
    "sum": _("Avustus"),
    "purpose": _("Käyttötarkoitus"),
    "plan": _("Toimintasuunnitelma"),
    "budget": _("Talousarvio ja muut rahoittajat"),
    "conditions": _("Ehdot"),
    "indicators": _("Mittarit"),
}


@dataclass(frozen=True)
class Part:
    """One part of a version as it is read."""

    label: Any
    text: str


@dataclass(frozen=True)
class Change:
    """One part that differs, word by word."""

    label: Any
    pieces: list[Piece]


def _text(version: NegotiationVersion, name: str) -> str:
    return format_euros(version.sum) if name == "sum" else str(getattr(version, name))


def parts(version: NegotiationVersion) -> list[Part]:
    """Return the version's parts that have something in them."""
    found = [Part(label, _text(version, name)) for name, label in LABELS.items()]
    return [part for part in found if part.text]


def changes(before: NegotiationVersion, after: NegotiationVersion) -> Iterator[Change]:
    """Yield the parts that differ between two versions."""
    for name, label in LABELS.items():
        old, new = _text(before, name), _text(after, name)
        if old != new:
            # A sum is read whole: its digits are no words.
            is_sum = name == "sum"
            yield Change(label, [Piece("removed", f"{old} "), Piece("added", new)] if is_sum else difference(old, new))
