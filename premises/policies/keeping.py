"""Who keeps sites and rooms: the whole register, an organisation's own, and what a sheet brings."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import StaffRoleKind
from accounts.roles import has_any_staff_role
from common.policies import policy
from organisations.models import Membership, Organisation
from premises.models import CalendarClash, ExternalCalendar, Room, RoomFile, RoomImport, Site
from premises.policies.rooms import EDITORS, rooms_managed, rooms_seen, sites_managed


def may_keep_register(user: Any, now: datetime) -> bool:
    """Tell whether the person makes sites, names their managers and brings sheets."""
    return has_any_staff_role(user, now, StaffRoleKind.COORDINATOR)


@policy("premises.site.read")
def sites_read(user: Any, now: datetime) -> QuerySet[Any]:
    """Return the sites whose managing pages the person reads: those they manage; an auditor reads all."""
    if has_any_staff_role(user, now, StaffRoleKind.AUDITOR):
        return Site.objects.all()
    return sites_managed(user, now)


@policy("premises.room.read")
def rooms_read(user: Any, now: datetime) -> QuerySet[Any]:
    """Return the rooms whose managing pages the person reads: those of the sites that they read."""
    return Room.objects.filter(site__in=sites_read(user, now).values("pk"))


@policy("premises.site.name_manager")
def sites_named(user: Any, now: datetime) -> QuerySet[Any]:
    """The coordinator names managers everywhere, an organisation's editors in their own sites."""
    if not user.is_authenticated:
        return Site.objects.none()
    if may_keep_register(user, now):
        return Site.objects.all()
    return Site.objects.filter(organisation__in=_edited(user, now))


@policy("premises.organisation.offer")
def offering(user: Any, now: datetime) -> QuerySet[Any]:
    """Return the organisations for which the person offers rooms to the county's professionals."""
    if not user.is_authenticated:
        return Organisation.objects.none()
    return Organisation.objects.filter(pk__in=_edited(user, now))


@policy("premises.file.view")
def files_seen(user: Any, now: datetime) -> QuerySet[Any]:
    """A picture is seen with its room."""
    return RoomFile.objects.filter(room__in=rooms_seen(user, now).values("pk"))


@policy("premises.file.manage")
def files_managed(user: Any, now: datetime) -> QuerySet[Any]:
    """A picture is kept by who keeps the room."""
    return RoomFile.objects.filter(room__in=rooms_managed(user, now).values("pk"))


@policy("premises.calendar.manage")
def calendars_managed(user: Any, now: datetime) -> QuerySet[Any]:
    """An external calendar is kept by who keeps the room."""
    return ExternalCalendar.objects.filter(room__in=rooms_managed(user, now).values("pk"))


@policy("premises.clash.manage")
def clashes_managed(user: Any, now: datetime) -> QuerySet[Any]:
    """Who keeps the room says what becomes of a booking on which an event of a calendar came."""
    return CalendarClash.objects.filter(closure__room__in=rooms_managed(user, now).values("pk"))


@policy("premises.sheet.import")
def sheets(user: Any, now: datetime) -> QuerySet[Any]:
    """Only the coordinator brings sheets."""
    return RoomImport.objects.all() if may_keep_register(user, now) else RoomImport.objects.none()


def _edited(user: Any, now: datetime) -> Any:
    return Membership.objects.in_force(now).filter(user=user, role__in=EDITORS).values("organisation")
