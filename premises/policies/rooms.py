"""Who may see rooms, and who manages them."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import StaffRoleKind
from accounts.roles import has_any_staff_role
from common.policies import policy
from organisations.models import Membership
from premises.models import Room, Site

#: Roles in an organisation that may offer its rooms and book for it.
EDITORS = ("admin", "editor", "signatory")


def managed(user: Any, now: datetime) -> Q:
    """Return a condition on sites: the user manages it, is its deputy, or edits the organisation whose site it is."""
    own = Membership.objects.in_force(now).filter(user=user, role__in=EDITORS).values("organisation")
    return Q(manager=user) | Q(deputy=user) | Q(organisation__in=own)


@policy("premises.site.view")
def sites_seen(user: Any, now: datetime) -> QuerySet[Any]:
    """Everybody sees sites in use; who manages one sees it also when it is not."""
    seen = Q(is_in_use=True)
    if user.is_authenticated:
        seen |= Q(pk__in=sites_managed(user, now).values("pk"))
    return Site.objects.filter(seen)


@policy("premises.site.manage")
def sites_managed(user: Any, now: datetime) -> QuerySet[Any]:
    """The coordinator manages every site; a manager and a deputy their own; an organisation its own."""
    if not user.is_authenticated:
        return Site.objects.none()
    if has_any_staff_role(user, now, StaffRoleKind.COORDINATOR):
        return Site.objects.all()
    return Site.objects.filter(managed(user, now))


@policy("premises.room.view")
def rooms_seen(user: Any, now: datetime) -> QuerySet[Any]:
    """Everybody sees the rooms in use of the sites they see; who manages the site sees all of its rooms."""
    seen = Q(is_in_use=True, site__is_in_use=True)
    if user.is_authenticated:
        seen |= Q(site__in=sites_managed(user, now).values("pk"))
    return Room.objects.filter(seen)


@policy("premises.room.manage")
def rooms_managed(user: Any, now: datetime) -> QuerySet[Any]:
    """Return the rooms of the sites that the user manages."""
    return Room.objects.filter(site__in=sites_managed(user, now).values("pk"))
