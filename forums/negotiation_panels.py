"""The panel of a statutory negotiation on its event's desk page."""

from datetime import datetime

from django.http import HttpRequest

from forums.event_panels import DESK_PANELS, EventPanel
from forums.models import Event, Negotiation
from forums.negotiations import lights


def negotiation_panel(request: HttpRequest, event: Event, now: datetime) -> EventPanel | None:
    """Give the lights of the parties and the way to the record; nothing for other events."""
    if event.series is None or not event.series.is_statutory or event.state == "cancelled":
        return None
    record = Negotiation.objects.select_related("event").filter(event=event).first()
    context = {"record": record, "lights": lights(record) if record else []}
    return EventPanel("forums/wheel/negotiation_panel.html", context, order=15)


def register_panel() -> None:
    """Put the panel on the desk pages."""
    DESK_PANELS["forums.negotiation"] = negotiation_panel
