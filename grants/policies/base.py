"""What the rights of grants are made of: roles, memberships, seats and declared conflicts of interest."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.roles import has_any_staff_role
from grants.models import (
    Assessment,
    AssessorAssignment,
    CaseAssignment,
    ConflictDeclaration,
)
from liaisons.models import DECIDING, BodyAppointment, Seat
from organisations.models import Membership

EDITORS = ("admin", "editor", "signatory")
SENDERS = ("admin", "signatory")
READING_STAFF = ("coordinator", "registrar", "auditor")
PRESENTERS = ("presenter", "substitute_presenter")


def for_staff(rows: QuerySet[Any], user: Any, now: datetime, *kinds: str) -> QuerySet[Any]:
    return rows if has_any_staff_role(user, now, *kinds) else rows.none()


def represented(user: Any, now: datetime, *roles: str) -> QuerySet[Membership]:
    """Return the memberships in force of the user, as a subquery of organisations."""
    if not user.is_authenticated:
        return Membership.objects.none()
    found = Membership.objects.in_force(now).filter(user=user)
    return found.filter(role__in=roles) if roles else found


def has_declared(user: Any, has_conflict: bool, application: str = "pk") -> Exists:
    return Exists(
        ConflictDeclaration.objects.filter(application=OuterRef(application), user=user, has_conflict=has_conflict)
    )


def assessed_calls(user: Any, now: datetime) -> QuerySet[Any]:
    return AssessorAssignment.objects.in_force(now).filter(user=user).values("call")


def bodies(user: Any, now: datetime) -> Q:
    """Return a condition on applications: the call's body is one in which the user sits or serves."""
    seats = Seat.objects.in_force(now).filter(user=user, role__in=DECIDING).values("body")
    appointments = BodyAppointment.objects.in_force(now).filter(user=user).values("body")
    return Q(call__kind__decided_by__in=seats) | Q(call__kind__decided_by__in=appointments)


def presented_bodies(user: Any, now: datetime) -> QuerySet[Any]:
    return BodyAppointment.objects.in_force(now).filter(user=user, role__in=PRESENTERS).values("body")


def served_calls(user: Any, now: datetime) -> Q:
    """Return the calls that are the work of the body's presenter (from handling on) or secretary (once presented)."""
    served = BodyAppointment.objects.in_force(now).filter(user=user).values("body")
    return Q(kind__decided_by__in=served, state__in=["presented", "decided"]) | Q(
        kind__decided_by__in=presented_bodies(user, now), state="handling"
    )


def before_committee(user: Any, now: datetime) -> Q:
    """Return the cases before the body; its presenter prepares them already while the call is in handling."""
    presented = bodies(user, now) & Q(call__state__in=["presented", "decided"])
    prepared = Q(call__kind__decided_by__in=presented_bodies(user, now), call__state="handling")
    return (presented | prepared) & Q(state__in=["in_handling", "decided"])


def own_to_assess(user: Any, now: datetime) -> Q:
    """Return a condition on applications: the person is their assessor.

    In a call whose cases have not been shared every assessor has every case; in a shared one only their own.
    """
    shared = CaseAssignment.objects.filter(application__call=OuterRef("call"))
    own = CaseAssignment.objects.filter(
        application=OuterRef("pk"), assignment__in=AssessorAssignment.objects.in_force(now).filter(user=user)
    )
    return Q(call__in=assessed_calls(user, now)) & Q(~Exists(shared) | Exists(own))


def before_assessors(user: Any, now: datetime) -> Q:
    return own_to_assess(user, now) & Q(state__in=["in_handling", "decided"])


def still_to_score(user: Any, now: datetime) -> Q:
    """Return a condition on applications: the person is their assessor and has not finished the own assessment."""
    done = Assessment.objects.filter(application=OuterRef("pk"), assessor=user, state="done")
    return own_to_assess(user, now) & Q(~Exists(done), state="in_handling")


def for_unbiased(rows: QuerySet[Any], application: str, user: Any, now: datetime, *kinds: str) -> QuerySet[Any]:
    """Return the rows for the staff roles, without the cases of the person's own declared conflict."""
    if not has_any_staff_role(user, now, *kinds):
        return rows.none()
    return rows.exclude(has_declared(user, True, application))
