"""Who sees and who keeps activities."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import StaffRoleKind
from accounts.roles import has_any_staff_role
from common.policies import allowed, policy
from common.times import local_date
from organisations.models import Activity, ActivityImport, MembershipRole
from organisations.policies.registry import acting


@policy("organisations.activity.view")
def activity_view(user: Any, now: datetime) -> QuerySet[Activity]:
    """Everybody sees what is shown: published, not past, confirmed within a year."""
    return Activity.objects.shown(local_date(now)).filter(organisation__in=allowed("organisations.view", user, now=now))


@policy("organisations.activity.manage")
def activity_manage(user: Any, now: datetime) -> QuerySet[Activity]:
    """The organisation's editors and admins keep its activities; the coordinator on its behalf."""
    if has_any_staff_role(user, now, StaffRoleKind.COORDINATOR):
        return Activity.objects.all()
    return Activity.objects.filter(organisation__in=acting(user, now, MembershipRole.ADMIN, MembershipRole.EDITOR))


@policy("organisations.activity.import")
def activity_import(user: Any, now: datetime) -> QuerySet[ActivityImport]:
    """Files of activities are read and taken by those who may add activities."""
    return ActivityImport.objects.filter(organisation__in=activities_keep(user, now))


@policy("organisations.activities.keep")
def activities_keep(user: Any, now: datetime) -> QuerySet[Any]:
    """Organisations whose activities the person may add: the same people as ``organisations.activity.manage``."""
    if has_any_staff_role(user, now, StaffRoleKind.COORDINATOR):
        return allowed("organisations.view", user, now=now)
    return acting(user, now, MembershipRole.ADMIN, MembershipRole.EDITOR)
