"""Who sees events and who runs them."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import StaffRoleKind
from accounts.roles import has_any_staff_role
from common.policies import policy
from forums.life_cycles import SHOWN
from forums.models import Event, EventRun, EventSeries, Visibility
from liaisons.policies.bodies import of_own_bodies
from liaisons.policies.networks import memberships_in_networks, network_convene
from liaisons.policies.posts import posts_answered
from organisations.models import Membership

READS_ALL = (StaffRoleKind.COORDINATOR, StaffRoleKind.AUDITOR)


def may_plan_events(user: Any, now: datetime) -> bool:
    """Tell whether the person plans events of the county: the coordinator."""
    return has_any_staff_role(user, now, StaffRoleKind.COORDINATOR)


def may_list_events(user: Any, now: datetime) -> bool:
    """Tell whether the person has the desk's list of all events."""
    return has_any_staff_role(user, now, *READS_ALL)


def _acts_for_an_organisation(user: Any, now: datetime) -> bool:
    return Membership.objects.in_force(now).filter(user=user).exists()


def _of_own_groups(user: Any, now: datetime) -> Q:
    """Return a condition: the event is of a body, a network or a regional group to which the person belongs.

    To a regional group belong those who sit in its body and the liaison persons of its municipalities.
    """
    municipal = posts_answered(user, now).filter(municipality__isnull=False).values("municipality")
    return (
        of_own_bodies(user, now, "body")
        | Q(network__in=memberships_in_networks(user, now).values("network"))
        | Q(regional_group__municipalities__in=municipal)
    )


@policy("forums.event.view")
def events_seen(user: Any, now: datetime) -> QuerySet[Event]:
    """Everybody sees published public events; NGOs' people those for NGOs; members those of their groups; hosts their
    own before publishing; coordinator and auditor all."""
    rows = Event.objects.all()
    public = Q(state__in=SHOWN, visibility=Visibility.PUBLIC)
    if not user.is_authenticated:
        return rows.filter(public)
    if has_any_staff_role(user, now, *READS_ALL):
        return rows
    seen = public | Q(hosts__user=user) | Q(network__in=network_convene(user, now).values("pk"))
    if _acts_for_an_organisation(user, now) or has_any_staff_role(user, now, *StaffRoleKind.values):
        seen |= Q(state__in=SHOWN, visibility=Visibility.NGOS)
    seen |= Q(state__in=SHOWN) & _of_own_groups(user, now)
    return rows.filter(pk__in=Event.objects.filter(seen).values("pk"))


@policy("forums.event.manage")
def events_managed(user: Any, now: datetime) -> QuerySet[Event]:
    """The coordinator runs all events, a host those they host, a convener those of their networks."""
    rows = Event.objects.all()
    if not user.is_authenticated:
        return rows.none()
    if may_plan_events(user, now):
        return rows
    own = Q(hosts__user=user) | Q(network__in=network_convene(user, now).values("pk"))
    return rows.filter(pk__in=Event.objects.filter(own).values("pk"))


@policy("forums.event.desk")
def events_on_desk(user: Any, now: datetime) -> QuerySet[Event]:
    """Who runs an event sees its desk page; the auditor reads all of them."""
    if has_any_staff_role(user, now, StaffRoleKind.AUDITOR):
        return Event.objects.all()
    return events_managed(user, now)


@policy("forums.run.manage")
def runs_managed(user: Any, now: datetime) -> QuerySet[EventRun]:
    """Runs of dates: the coordinator's, as planning is."""
    rows = EventRun.objects.all()
    return rows if may_plan_events(user, now) else rows.none()


@policy("forums.run.read")
def runs_read(user: Any, now: datetime) -> QuerySet[EventRun]:
    """Who has the desk's list of all events reads their runs."""
    rows = EventRun.objects.all()
    return rows if may_list_events(user, now) else rows.none()


@policy("forums.series.manage")
def series_managed(user: Any, now: datetime) -> QuerySet[EventSeries]:
    """The coordinator keeps the series."""
    rows = EventSeries.objects.all()
    return rows if may_plan_events(user, now) else rows.none()


@policy("forums.series.read")
def series_read(user: Any, now: datetime) -> QuerySet[EventSeries]:
    """Coordinator and auditor read what is demanded."""
    rows = EventSeries.objects.all()
    return rows if may_list_events(user, now) else rows.none()
