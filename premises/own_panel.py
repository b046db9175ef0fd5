"""What an organisation's own page tells of its bookings and of the rooms that it offers."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from common.policies import may
from organisations.models import Organisation
from premises.models import Booking, Room, Site

COMING = 3


@dataclass(frozen=True)
class RoomsPanel:
    """The sites and rooms of one organisation for ``template``."""

    organisation: Organisation
    sites: tuple[Site, ...]
    rooms: int
    template: str = "premises/own_panel.html"


def own_rooms_panel(user: Any, organisation: Any, now: datetime) -> Iterator[RoomsPanel]:
    """Provider of the ``panels`` seam: for who may offer rooms; three queries. Nothing for other things."""
    if not isinstance(organisation, Organisation):
        return
    if not may("organisations.prepare", user, organisation, now=now):
        return
    sites = tuple(organisation.sites.order_by("name_fi", "pk")[:10])
    rooms = Room.objects.filter(site__organisation=organisation, is_in_use=True).count()
    yield RoomsPanel(organisation, sites, rooms)


@dataclass(frozen=True)
class BookingsPanel:
    """The next bookings of one organisation for ``template``."""

    organisation: Organisation
    bookings: tuple[Booking, ...]
    template: str = "premises/bookings_panel.html"


def own_bookings_panel(user: Any, organisation: Any, now: datetime) -> Iterator[BookingsPanel]:
    """Provider of the ``panels`` seam: for everybody of the organisation; two queries. Nothing for other things."""
    if not isinstance(organisation, Organisation):
        return
    if not may("organisations.represent", user, organisation, now=now):
        return
    coming = Booking.objects.filter(organisation=organisation).live().coming(now).select_related("room__site")
    yield BookingsPanel(organisation, tuple(coming[:COMING]))
