"""The arguments of object routes, from the test's world: one builder a route, added beside the route's row.

A builder takes the world and returns keyword arguments; make what several routes share once with
``world.thing(key, make)``. Things belong to ``world.organisation``, never to the other one.
"""

from collections.abc import Callable
from typing import Any

from tests.accounts.factories import StaffRoleFactory
from tests.security.world import PLAIN, World

Kwargs = Callable[[World], dict[str, Any]]


def a_staff_role(world: World) -> Any:
    """Return a staff role of somebody outside the world's people."""
    return world.thing("staff_role", lambda: StaffRoleFactory(role="registrar"))


ACCOUNTS: dict[str, Kwargs] = {
    "accounts:user": lambda world: {"user_id": world.people[PLAIN].pk},
    "accounts:grant_role": lambda world: {"user_id": world.people[PLAIN].pk},
    "accounts:end_role": lambda world: {"role_id": a_staff_role(world).pk},
    "account_confirm_email": lambda world: {"key": "not-a-key"},
    "account_reset_password_from_key": lambda world: {"uidb36": "1", "key": "not-a-key"},
    "mfa_edit_webauthn": lambda world: {"pk": 1},
    "mfa_remove_webauthn": lambda world: {"pk": 1},
}

PORTAL: dict[str, Kwargs] = {
    "portal:mailbox_message": lambda world: {"key": "1"},
    "portal:mailbox_attachment": lambda world: {"key": "1", "number": 1},
}

KWARGS: dict[str, Kwargs] = {**ACCOUNTS, **PORTAL}
