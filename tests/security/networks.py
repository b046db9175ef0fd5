"""Routes of contacts kept and of networks, and their arguments: like ``routes.py`` and ``objects.py``."""

from collections.abc import Callable
from typing import Any

from liaisons.models import KeptContact
from tests.liaisons.factories_networks import kept
from tests.security.expect import Expect, only
from tests.security.world import LIAISON, World

NETWORK_ROUTES: dict[str, Expect] = {
    "liaisons:kept_contacts": only("coordinator", "registrar", "auditor", *LIAISON),
    "liaisons:kept_contact_new": only("coordinator", *LIAISON),
    # A municipality's liaison person reads only what they wrote or have to do.
    "liaisons:kept_contact": only("coordinator", "registrar", "auditor", "liaison_unit"),
    "liaisons:kept_contact_edit": only("liaison_unit"),
}


def a_contact(world: World) -> KeptContact:
    """Return a contact with the world's organisation, written down by the liaison person of its unit."""
    return world.thing("kept_contact", lambda: kept(world.people["liaison_unit"], world.organisation))  # type: ignore[no-any-return]


NETWORK_KWARGS: dict[str, Callable[[World], dict[str, Any]]] = {
    **{f"liaisons:{name}": lambda world: {"pk": a_contact(world).pk} for name in ("kept_contact", "kept_contact_edit")},
}
