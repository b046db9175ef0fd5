"""What sites and rooms register with the seams; bookings have their own."""

from common import seams
from premises.area import load_premises_sections
from premises.own_panel import own_bookings_panel, own_rooms_panel
from premises.retention_of_sheets import sheet_retention
from premises.roles import site_roles
from premises.search_hits import room_hits, site_hits


def register_rooms() -> None:
    """Register the providers; called once, when the app is ready."""
    seams.area.register("premises", load_premises_sections)
    seams.roles.register("premises", site_roles)
    seams.search.register("premises.sites", site_hits)
    seams.search.register("premises.rooms", room_hits)
    seams.panels.register("premises.bookings", own_bookings_panel)
    seams.panels.register("premises.rooms", own_rooms_panel)
    seams.retention.register("premises.sheets", sheet_retention)
