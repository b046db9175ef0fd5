"""Rights to what belongs to a call's terms: the second pair of eyes, the invited, followed kinds, planned rounds."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.roles import has_any_staff_role
from common.policies import policy
from grants.models import CallInvitation, GrantCall, GrantKind, KindFollow, PlannedRound, Procedure
from grants.policies.base import READING_STAFF, for_staff, represented

#: Who may be the second pair of eyes: another coordinator, or the registry where there is only one.
CHECKERS = ("coordinator", "registrar")


def visible_calls(user: Any, now: datetime) -> QuerySet[GrantCall]:
    """Return the published calls that the user may read: those for all, and those to which one's own is invited.

    The county's staff read every call; they know of the negotiated ones from their own lists.
    """
    published = GrantCall.objects.public()
    if not user.is_authenticated:
        return published.to_all()
    if has_any_staff_role(user, now, *READING_STAFF):
        return published
    return published.filter(Q(procedure=Procedure.CALL) | Exists(invitations_of(user, now)))


def invitations_of(user: Any, now: datetime) -> QuerySet[CallInvitation]:
    """Return the invitations of the outer call to organisations for which the user acts, as a subquery."""
    own = represented(user, now).values("organisation")
    return CallInvitation.objects.filter(call=OuterRef("pk"), organisation__in=own)


@policy("grants.call.invited")
def calls_invited_to(user: Any, now: datetime) -> QuerySet[GrantCall]:
    """Who acts for an invited organisation sees the call in their list."""
    if not user.is_authenticated:
        return GrantCall.objects.none()
    return GrantCall.objects.public().exclude(procedure=Procedure.CALL).filter(Exists(invitations_of(user, now)))


def calls_to_check(user: Any, now: datetime) -> QuerySet[GrantCall]:
    """Return drafts whose publishing somebody else has asked."""
    if not user.is_authenticated:
        return GrantCall.objects.none()
    asked = GrantCall.objects.filter(state="draft", asked_at__isnull=False).exclude(asked_by=user.pk)
    return for_staff(asked, user, now, *CHECKERS)


@policy("grants.call.check")
def calls_to_check_and_publish(user: Any, now: datetime) -> QuerySet[GrantCall]:
    """Another coordinator, or the registry, checks a call that somebody asked to publish."""
    return calls_to_check(user, now)


@policy("grants.call.publish")
def calls_to_publish(user: Any, now: datetime) -> QuerySet[GrantCall]:
    """The coordinator publishes; who checks for another publishes what was asked of them."""
    if user.is_authenticated and has_any_staff_role(user, now, "coordinator"):
        return GrantCall.objects.all()
    return calls_to_check(user, now)


@policy("grants.call.invite")
def invitations_to_manage(user: Any, now: datetime) -> QuerySet[CallInvitation]:
    """The coordinator decides who is invited."""
    return for_staff(CallInvitation.objects.all(), user, now, "coordinator")


@policy("grants.kind.follow")
def kinds_to_follow(user: Any, now: datetime) -> QuerySet[GrantKind]:
    """Anybody signed in follows the kinds that are called for."""
    if not user.is_authenticated:
        return GrantKind.objects.none()
    return GrantKind.objects.filter(procedure=Procedure.CALL)


@policy("grants.kind.own_follows")
def own_follows(user: Any, now: datetime) -> QuerySet[KindFollow]:
    """One sees and ends only what one follows oneself."""
    return KindFollow.objects.filter(user=user.pk) if user.is_authenticated else KindFollow.objects.none()


@policy("grants.plan.edit")
def planned_rounds_to_edit(user: Any, now: datetime) -> QuerySet[PlannedRound]:
    """The coordinator plans the year's rounds."""
    return for_staff(PlannedRound.objects.all(), user, now, "coordinator")
