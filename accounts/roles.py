"""Which roles a person has now: every app answers through the seam."""

from datetime import datetime
from typing import Any

from accounts.models import StaffRole
from common import seams


def roles_in_force(user: Any, now: datetime) -> list[seams.Role]:
    """Return all roles of the user at ``now``, from all rooms, in the rooms' order; none for a stranger."""
    if not user.is_authenticated:
        return []
    return [role for provider in seams.roles for role in provider(user, now)]


def has_staff_role(user: Any, kind: str, now: datetime) -> bool:
    """Tell whether the user holds the staff role (``StaffRoleKind`` value) at ``now``."""
    return user.is_authenticated and StaffRole.objects.in_force(now).filter(user=user, role=kind).exists()
