"""Rights to networks: everybody reads the public page, members what is theirs, conveners run them."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import StaffRoleKind
from accounts.roles import has_any_staff_role
from common.policies import policy
from common.times import local_date
from liaisons.models import Network, NetworkGoal, NetworkLetter, NetworkMeeting, NetworkMember
from liaisons.policies.posts import posts_answered

READS_ALL = ("coordinator", "auditor")


def may_manage_networks(user: Any, now: datetime) -> bool:
    """Tell whether the person makes networks and names conveners."""
    return has_any_staff_role(user, now, "coordinator")


def may_list_networks(user: Any, now: datetime) -> bool:
    """Tell whether the person has the desk's list of networks."""
    return has_any_staff_role(user, now, *READS_ALL)


def is_of_an_authority(user: Any, now: datetime) -> bool:
    """Tell whether the person may belong for the county or a municipality: a staff role, or a liaison post."""
    if has_any_staff_role(user, now, *StaffRoleKind.values):
        return True
    return bool(user.is_authenticated) and posts_answered(user, now).exists()


def memberships_in_networks(user: Any, now: datetime) -> QuerySet[NetworkMember]:
    """Return the person's memberships in force, in networks that have not ended."""
    if not user.is_authenticated:
        return NetworkMember.objects.none()
    there = Network.objects.on(local_date(now)).values("pk")
    return NetworkMember.objects.in_force(now).filter(user_id=user.pk, network__in=there)


@policy("liaisons.network.public")
def network_public(user: Any, now: datetime) -> QuerySet[Network]:
    """Everybody sees the networks that have not ended."""
    return Network.objects.on(local_date(now))


@policy("liaisons.network.join")
def network_join(user: Any, now: datetime) -> QuerySet[Network]:
    """Whoever is signed in may open the page of asking to join; the verb asks for whom."""
    return network_public(user, now) if user.is_authenticated else Network.objects.none()


@policy("liaisons.network.read")
def network_read(user: Any, now: datetime) -> QuerySet[Network]:
    """Members read their networks' own page, the coordinator and the auditor all of them."""
    if has_any_staff_role(user, now, *READS_ALL):
        return Network.objects.all()
    return Network.objects.filter(pk__in=memberships_in_networks(user, now).values("network"))


@policy("liaisons.network.convene")
def network_convene(user: Any, now: datetime) -> QuerySet[Network]:
    """Conveners run their networks while these last, the coordinator all of them."""
    there = Network.objects.on(local_date(now))
    if may_manage_networks(user, now):
        return there
    convened = memberships_in_networks(user, now).filter(convener_place__isnull=False)
    return there.filter(pk__in=convened.values("network"))


@policy("liaisons.network.manage")
def network_manage(user: Any, now: datetime) -> QuerySet[Network]:
    """The coordinator names, changes and ends networks and names conveners."""
    return Network.objects.all() if may_manage_networks(user, now) else Network.objects.none()


def _convened[M: QuerySet[Any]](rows: M, user: Any, now: datetime) -> M:
    return rows.filter(network__in=network_convene(user, now).values("pk"))


@policy("liaisons.network_member.own")
def network_member_own(user: Any, now: datetime) -> QuerySet[NetworkMember]:
    """A person's own live rows: they choose the mail and leave at any time."""
    if not user.is_authenticated:
        return NetworkMember.objects.none()
    return NetworkMember.objects.filter(user_id=user.pk, state__in=("asked", "member"))


@policy("liaisons.network_member.handle")
def network_member_handle(user: Any, now: datetime) -> QuerySet[NetworkMember]:
    """Conveners accept, decline and remove people of their networks; nobody answers their own asking."""
    return _convened(NetworkMember.objects.all(), user, now).exclude(user_id=user.pk)


@policy("liaisons.network_member.manage")
def network_member_manage(user: Any, now: datetime) -> QuerySet[NetworkMember]:
    """The coordinator names and releases conveners."""
    return NetworkMember.objects.filter(network__in=network_manage(user, now).values("pk"))


@policy("liaisons.network_goal.edit")
def network_goal_edit(user: Any, now: datetime) -> QuerySet[NetworkGoal]:
    """Conveners write down how the goals go."""
    return _convened(NetworkGoal.objects.all(), user, now)


@policy("liaisons.network_meeting.edit")
def network_meeting_edit(user: Any, now: datetime) -> QuerySet[NetworkMeeting]:
    """Conveners move and cancel meetings and write their memos."""
    return _convened(NetworkMeeting.objects.all(), user, now)


@policy("liaisons.network_letter.send")
def network_letter_send(user: Any, now: datetime) -> QuerySet[NetworkLetter]:
    """Conveners look at and send their networks' letters."""
    return _convened(NetworkLetter.objects.all(), user, now)
