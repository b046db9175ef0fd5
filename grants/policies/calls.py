"""Rights to calls and to the questions about them."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.roles import has_any_staff_role
from common.policies import policy
from grants.models import (
    CallQuestion,
    GrantCall,
    GrantKind,
)
from grants.policies.base import (
    BY_OFFICIAL,
    READING_STAFF,
    assessed_calls,
    for_staff,
    presented_bodies,
    served_calls,
)
from grants.policies.terms import visible_calls
from liaisons.models import DECIDING, BodyAppointment, Seat


@policy("grants.call.view")
def calls_anyone_may_read(user: Any, now: datetime) -> QuerySet[GrantCall]:
    """Anyone reads calls that have been published to all; a negotiated one is for the invited and the staff."""
    return visible_calls(user, now)


@policy("grants.call.manage")
def calls_to_manage(user: Any, now: datetime) -> QuerySet[GrantCall]:
    """The coordinator runs all calls."""
    return for_staff(GrantCall.objects.all(), user, now, "coordinator")


@policy("grants.call.create")
def kinds_to_open_calls_of(user: Any, now: datetime) -> QuerySet[GrantKind]:
    """The coordinator makes calls of every kind of grant, also of those that are given directly."""
    return for_staff(GrantKind.objects.all(), user, now, "coordinator")


@policy("grants.call.follow")
def calls_to_follow(user: Any, now: datetime) -> QuerySet[GrantCall]:
    """Who sees a call's ledger and lists: reading staff, its assessors, and the body once it is presented.

    Before that the proposals are drafts, and of the body's people only its presenter prepares them.
    """
    if not user.is_authenticated:
        return GrantCall.objects.none()
    if has_any_staff_role(user, now, *READING_STAFF):
        return GrantCall.objects.all()
    seats = Seat.objects.in_force(now).filter(user=user, role__in=DECIDING).values("body")
    return GrantCall.objects.filter(
        Q(pk__in=assessed_calls(user, now), state__in=["handling", "presented", "decided"])
        | Q(kind__decided_by__in=seats, state__in=["presented", "decided"])
        | served_calls(user, now)
    )


@policy("grants.call.desk")
def calls_on_the_desk(user: Any, now: datetime) -> QuerySet[GrantCall]:
    """Who sees the officers' list of cases: reading staff, the body's presenter, and once presented its secretary."""
    if not user.is_authenticated:
        return GrantCall.objects.none()
    if has_any_staff_role(user, now, *READING_STAFF):
        return GrantCall.objects.exclude(state="draft")
    return GrantCall.objects.filter(served_calls(user, now))


@policy("grants.call.committee")
def calls_before_the_body(user: Any, now: datetime) -> QuerySet[GrantCall]:
    """Who sees the presented list as the body does: its members and deputies, presenter and secretary."""
    if not user.is_authenticated:
        return GrantCall.objects.none()
    seats = Seat.objects.in_force(now).filter(user=user, role__in=DECIDING).values("body")
    appointments = BodyAppointment.objects.in_force(now).filter(user=user).values("body")
    return GrantCall.objects.filter(
        Q(kind__decided_by__in=seats) | Q(kind__decided_by__in=appointments), state__in=["presented", "decided"]
    )


@policy("grants.call.present")
def calls_to_present(user: Any, now: datetime) -> QuerySet[GrantCall]:
    """The presenter (esittelijä) of the deciding body, or the substitute, puts the proposal on the agenda."""
    if not user.is_authenticated:
        return GrantCall.objects.none()
    return GrantCall.objects.filter(kind__decided_by__in=presented_bodies(user, now))


@policy("grants.call.decide")
def calls_to_record(user: Any, now: datetime) -> QuerySet[GrantCall]:
    """The body's secretary or the registry records what the checked minutes say; an office-holder decides alone."""
    if not user.is_authenticated:
        return GrantCall.objects.none()
    if has_any_staff_role(user, now, "registrar"):
        return GrantCall.objects.exclude(BY_OFFICIAL)
    bodies = BodyAppointment.objects.in_force(now).filter(user=user, role="secretary").values("body")
    return GrantCall.objects.filter(kind__decided_by__in=bodies)


@policy("grants.question.public")
def questions_anyone_may_read(user: Any, now: datetime) -> QuerySet[CallQuestion]:
    """Anyone reads what has been answered to all, without who asked."""
    return CallQuestion.objects.filter(state="published", call__in=visible_calls(user, now))


@policy("grants.question.own")
def own_questions(user: Any, now: datetime) -> QuerySet[CallQuestion]:
    """Who asked reads the question and its answer."""
    return CallQuestion.objects.filter(asked_by=user) if user.is_authenticated else CallQuestion.objects.none()


@policy("grants.question.answer")
def questions_to_answer(user: Any, now: datetime) -> QuerySet[CallQuestion]:
    """The coordinator answers."""
    return for_staff(CallQuestion.objects.all(), user, now, "coordinator")
