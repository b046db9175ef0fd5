"""What the parts of forums show on an event's pages: each part registers its own panel, so that the page knows none."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from forums.models import Event


@dataclass(frozen=True)
class EventPanel:
    """A template and what it is filled with; ``order`` is its place on the page (10 first)."""

    template: str
    context: dict[str, Any]
    order: int = 50


#: Gives a panel for this event and whoever asks, or None where it has nothing to show.
PanelMaker = Callable[[HttpRequest, Event, datetime], EventPanel | None]
PUBLIC_PANELS: dict[str, PanelMaker] = {}
DESK_PANELS: dict[str, PanelMaker] = {}


def panels_of(makers: dict[str, PanelMaker], request: HttpRequest, event: Event, now: datetime) -> list[EventPanel]:
    """Return the panels in their order."""
    found = [panel for maker in makers.values() if (panel := maker(request, event, now)) is not None]
    return sorted(found, key=lambda panel: panel.order)
