"""Routes of contacts kept and of networks, and their arguments: like ``routes.py`` and ``objects.py``."""

from collections.abc import Callable
from typing import Any

from common import clock
from liaisons.models import KeptContact, Network, NetworkGoal, NetworkLetter, NetworkMeeting, NetworkMember
from tests.liaisons.factories_networks import NetworkFactory, NetworkMemberFactory, a_network_meeting, kept
from tests.security.expect import PUBLIC, SIGNED_IN, Expect, only
from tests.security.world import LIAISON, World

#: Who convenes, belongs to and asks to join the world's network.
CONVENER, MEMBER, ASKER = "ngo_admin", "ngo_editor", "ngo_viewer"

_CONVENE = (
    "network_work",
    "network_describe",
    "network_goal_new",
    "network_meeting_new",
    "network_letter_new",
    "network_member_end",
    "network_goal",
    "network_meeting_edit",
    "network_memo",
    "network_letter",
    "network_letter_edit",
)
_MANAGE = ("network_new", "network_edit", "network_end", "network_person_new")

NETWORK_ROUTES: dict[str, Expect] = {
    "liaisons:kept_contacts": only("coordinator", "registrar", "auditor", *LIAISON),
    "liaisons:kept_contact_new": only("coordinator", *LIAISON),
    # A municipality's liaison person reads only what they wrote or have to do.
    "liaisons:kept_contact": only("coordinator", "registrar", "auditor", "liaison_unit"),
    "liaisons:kept_contact_edit": only("liaison_unit"),
    "liaisons:networks": PUBLIC,
    "liaisons:network": PUBLIC,
    # Who acts for nobody is told how to begin; the verb asks for whom one joins.
    "liaisons:network_join": SIGNED_IN,
    "liaisons:network_take_back": only(ASKER, method="post"),
    "liaisons:network_own": only("coordinator", "auditor", CONVENER, MEMBER),
    **{f"liaisons:{name}": only("coordinator", CONVENER) for name in _CONVENE},
    "liaisons:network_accept": only("coordinator", CONVENER, method="post"),
    "liaisons:network_meeting_cancel": only("coordinator", CONVENER, method="post"),
    "liaisons:networks_desk": only("coordinator", "auditor"),
    **{f"liaisons:{name}": only("coordinator") for name in _MANAGE},
    "liaisons:network_convener": only("coordinator", method="post"),
}


def a_contact(world: World) -> KeptContact:
    """Return a contact with the world's organisation, written down by the liaison person of its unit."""
    return world.thing("kept_contact", lambda: kept(world.people["liaison_unit"], world.organisation))  # type: ignore[no-any-return]


def a_network(world: World) -> Network:
    """Return a network that the world's organisation convenes."""

    def make() -> Network:
        network = NetworkFactory()
        own: dict[str, Any] = {"network": network, "organisation": world.organisation}
        NetworkMemberFactory(**own, user=world.people[CONVENER], convener_place=1)
        NetworkMemberFactory(**own, user=world.people[MEMBER])
        NetworkMemberFactory(**own, user=world.people[ASKER], state="asked", joined_at=None)
        return network  # type: ignore[no-any-return]

    return world.thing("network", make)  # type: ignore[no-any-return]


def an_asker(world: World) -> NetworkMember:
    """Return the row of the person who asks to join."""
    return a_network(world).members.get(state="asked")


def a_member(world: World) -> NetworkMember:
    """Return the row of a plain member."""
    return a_network(world).members.get(user=world.people[MEMBER])


def a_goal(world: World) -> NetworkGoal:
    """Return a goal of the network."""
    goals = a_network(world).goals
    return world.thing("goal", lambda: goals.create(text="Kyydit", created_at=clock.now()))  # type: ignore[no-any-return]


def a_meeting(world: World) -> NetworkMeeting:
    """Return a meeting to come."""
    return world.thing("network_meeting", lambda: a_network_meeting(a_network(world)))  # type: ignore[no-any-return]


def a_letter(world: World) -> NetworkLetter:
    """Return a letter that has not been sent."""
    fields = {"subject": "Hei", "text": "Tavataan.", "written_by": world.people[CONVENER], "written_at": clock.now()}
    return world.thing("letter", lambda: a_network(world).letters.create(**fields))  # type: ignore[no-any-return]


_OF_NETWORK = (
    "network",
    "network_join",
    "network_take_back",
    "network_own",
    "network_work",
    "network_describe",
    "network_goal_new",
    "network_meeting_new",
    "network_letter_new",
    "network_edit",
    "network_end",
    "network_person_new",
)
_THINGS: dict[str, Callable[[World], Any]] = {
    "kept_contact": a_contact,
    "kept_contact_edit": a_contact,
    "network_accept": an_asker,
    "network_member_end": an_asker,
    "network_convener": a_member,
    "network_goal": a_goal,
    "network_meeting_edit": a_meeting,
    "network_meeting_cancel": a_meeting,
    "network_memo": a_meeting,
    "network_letter": a_letter,
    "network_letter_edit": a_letter,
    **dict.fromkeys(_OF_NETWORK, a_network),
}


def _of(make: Callable[[World], Any]) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"pk": make(world).pk}


NETWORK_KWARGS: dict[str, Callable[[World], dict[str, Any]]] = {
    f"liaisons:{name}": _of(make) for name, make in _THINGS.items()
}
