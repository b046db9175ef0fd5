"""Who may see people and rights, and who may change them."""

from datetime import datetime

from django.db.models import Exists, Model, QuerySet

from accounts.models import StaffRole, StaffRoleKind, User
from common.policies import policy


def holds(user: User, *kinds: str, now: datetime) -> Exists:
    """Return the condition that ``user`` holds one of the staff roles now, for use in any queryset."""
    mine = StaffRole.objects.in_force(now).filter(user_id=user.pk or 0, role__in=kinds, user__is_active=True)
    return Exists(mine)


def for_holders[M: Model](rows: QuerySet[M], user: User, *kinds: str, now: datetime) -> QuerySet[M]:
    """Return the rows when ``user`` holds one of the staff roles now, else none; still one query."""
    return rows.filter(holds(user, *kinds, now=now))


@policy("accounts.user.view")
def view_users(user: User, now: datetime) -> QuerySet[User]:
    """The administrator and the auditor see all users; everybody sees themselves elsewhere."""
    return for_holders(User.objects.all(), user, StaffRoleKind.ADMINISTRATOR, StaffRoleKind.AUDITOR, now=now)


@policy("accounts.user.manage")
def manage_users(user: User, now: datetime) -> QuerySet[User]:
    """The administrator manages everybody's rights but their own."""
    return for_holders(User.objects.exclude(pk=user.pk), user, StaffRoleKind.ADMINISTRATOR, now=now)


@policy("accounts.staff_role.view")
def view_staff_roles(user: User, now: datetime) -> QuerySet[StaffRole]:
    """The administrator and the auditor see who holds which staff role."""
    return for_holders(StaffRole.objects.all(), user, StaffRoleKind.ADMINISTRATOR, StaffRoleKind.AUDITOR, now=now)


@policy("accounts.staff_role.end")
def end_staff_roles(user: User, now: datetime) -> QuerySet[StaffRole]:
    """The administrator ends any staff role, their own too: whether one is left is the verb's question."""
    return for_holders(StaffRole.objects.all(), user, StaffRoleKind.ADMINISTRATOR, now=now)
