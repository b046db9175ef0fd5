"""What the rights of grants are made of: roles, memberships, seats and declared conflicts of interest."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.roles import has_any_staff_role
from grants.models import (
    ApplicationPartner,
    Assessment,
    AssessorAssignment,
    CaseAssignment,
    ConflictDeclaration,
    DecidingOfficial,
    DecisionMaker,
    RevisionClaim,
)
from liaisons.models import DECIDING, BodyAppointment, Seat
from organisations.models import Membership

EDITORS = ("admin", "editor", "signatory")
SENDERS = ("admin", "signatory")
READING_STAFF = ("coordinator", "registrar", "auditor")
PRESENTERS = ("presenter", "substitute_presenter")
#: Calls that an office-holder decides: as they were laid before one, or before that as their kind says.
BY_OFFICIAL = Q(laid_before__gt="") | Q(agenda_item__isnull=True, kind__decision_maker=DecisionMaker.OFFICE_HOLDER)


def for_staff(rows: QuerySet[Any], user: Any, now: datetime, *kinds: str) -> QuerySet[Any]:
    return rows if has_any_staff_role(user, now, *kinds) else rows.none()


def represented(user: Any, now: datetime, *roles: str) -> QuerySet[Membership]:
    """Return the memberships in force of the user, as a subquery of organisations."""
    if not user.is_authenticated:
        return Membership.objects.none()
    found = Membership.objects.in_force(now).filter(user=user)
    return found.filter(role__in=roles) if roles else found


def of_organisations(organisations: Any, application: str = "pk") -> Q:
    """Return a condition on applications: the applicant or a partner is one of the organisations (a subquery)."""
    partners = ApplicationPartner.objects.filter(application=OuterRef(application), organisation__in=organisations)
    return Q(organisation__in=organisations) | Q(Exists(partners))


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


def deciding_posts(user: Any, now: datetime) -> QuerySet[Any]:
    """Return the titles of the posts in which the user decides, as a subquery."""
    return DecidingOfficial.objects.holding(user, now).values("post")


def before_official(user: Any, now: datetime) -> Q:
    """Return the cases laid before the user's post, and those decided in it."""
    posts = deciding_posts(user, now)
    laid = Q(call__laid_before__in=posts, call__state__in=["presented", "decided"])
    made = Q(decision__official_number__isnull=False, decision__body_name__in=posts)
    return (laid | made) & Q(state__in=["in_handling", "decided"])


def before_claims_body(user: Any, now: datetime) -> Q:
    """Return the cases of which a claim against an office-holder's decision is for a body of the user."""
    seats = Seat.objects.in_force(now).filter(user=user, role__in=DECIDING).values("body")
    served = BodyAppointment.objects.in_force(now).filter(user=user).values("body")
    claimed = RevisionClaim.objects.filter(decision__application=OuterRef("pk"), decision__official_number__gt=0)
    return Q(Q(call__kind__claims_to__in=seats) | Q(call__kind__claims_to__in=served), Exists(claimed))


def undecided_claim() -> Exists:
    """Return a condition on applications: a claim for revision about the case has not been decided."""
    states = ("received", "proposed", "presented")
    return Exists(RevisionClaim.objects.filter(decision__application=OuterRef("pk"), state__in=states))


def presented_bodies(user: Any, now: datetime) -> QuerySet[Any]:
    return BodyAppointment.objects.in_force(now).filter(user=user, role__in=PRESENTERS).values("body")


def served_calls(user: Any, now: datetime) -> Q:
    """Return the calls that are the person's work.

    Of the body's presenter from handling on, of its secretary once presented, of an office-holder once laid before.
    """
    served = BodyAppointment.objects.in_force(now).filter(user=user).values("body")
    return (
        Q(kind__decided_by__in=served, state__in=["presented", "decided"])
        | Q(kind__decided_by__in=presented_bodies(user, now), state="handling")
        | Q(laid_before__in=deciding_posts(user, now), state__in=["presented", "decided"])
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
