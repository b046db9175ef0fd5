"""What bodies show on an organisation's own page: calls that ask it, its candidates, its people in bodies."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from liaisons.asked import calls_asking
from liaisons.models import NominationCall, Seat
from organisations.models import Organisation


@dataclass(frozen=True)
class BodiesPanel:
    """Counts of one organisation for ``template``."""

    organisation: Organisation
    calls: int
    candidates: int
    seats: tuple[Seat, ...]
    template: str = "liaisons/own_panel.html"


def own_bodies_panel(user: Any, organisation: Any, now: datetime) -> Iterator[BodiesPanel]:
    """Provider of the ``panels`` seam; at most five queries. Nothing for other things than an organisation."""
    if not isinstance(organisation, Organisation):
        return
    calls = NominationCall.objects.filter(state="open", deadline__gt=now)
    seats = Seat.objects.in_force(now).filter(organisation=organisation).select_related("body", "user")
    yield BodiesPanel(
        organisation,
        calls_asking(calls, organisation, now).count(),
        organisation.candidates.count(),
        tuple(seats[:10]),
    )
