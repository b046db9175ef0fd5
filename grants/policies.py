"""Rights in grants: for each named permission the queryset of what a person may see or do.

Two sides never mix. ``*_own`` is the applicant's side (a membership in force). The officers' side adds the
conflict rule to every path: who has declared a conflict of interest in a case sees no more of it than the
public (hallintolaki 434/2003 27–30 §), and assessors and members of the body see only the applicant's name
and the sum until they have declared.
"""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.roles import has_any_staff_role
from common.policies import policy
from grants.models import (
    Application,
    AssessorAssignment,
    CallQuestion,
    ConflictDeclaration,
    Decision,
    GrantCall,
    GrantKind,
    Payment,
    Procedure,
    UseReport,
)
from liaisons.models import DECIDING, BodyAppointment, Seat
from liaisons.policies import municipality_serve
from organisations.models import Membership

EDITORS = ("admin", "editor", "signatory")
SENDERS = ("admin", "signatory")
READING_STAFF = ("coordinator", "registrar", "auditor")
PRESENTERS = ("presenter", "substitute_presenter")


def _for_staff(rows: QuerySet[Any], user: Any, now: datetime, *kinds: str) -> QuerySet[Any]:
    return rows if has_any_staff_role(user, now, *kinds) else rows.none()


def _represented(user: Any, now: datetime, *roles: str) -> QuerySet[Membership]:
    """Return the memberships in force of the user, as a subquery of organisations."""
    if not user.is_authenticated:
        return Membership.objects.none()
    found = Membership.objects.in_force(now).filter(user=user)
    return found.filter(role__in=roles) if roles else found


def _declared(user: Any, has_conflict: bool, application: str = "pk") -> Exists:
    return Exists(
        ConflictDeclaration.objects.filter(application=OuterRef(application), user=user, has_conflict=has_conflict)
    )


def _assessed_calls(user: Any, now: datetime) -> QuerySet[Any]:
    return AssessorAssignment.objects.in_force(now).filter(user=user).values("call")


def _bodies(user: Any, now: datetime) -> Q:
    """Return a condition on applications: the call's body is one in which the user sits or serves."""
    seats = Seat.objects.in_force(now).filter(user=user, role__in=DECIDING).values("body")
    appointments = BodyAppointment.objects.in_force(now).filter(user=user).values("body")
    return Q(call__kind__decided_by__in=seats) | Q(call__kind__decided_by__in=appointments)


def _presented_bodies(user: Any, now: datetime) -> QuerySet[Any]:
    return BodyAppointment.objects.in_force(now).filter(user=user, role__in=PRESENTERS).values("body")


def _served_calls(user: Any, now: datetime) -> Q:
    """Return the calls that are the work of the body's presenter (from handling on) or secretary (once presented)."""
    served = BodyAppointment.objects.in_force(now).filter(user=user).values("body")
    return Q(kind__decided_by__in=served, state__in=["presented", "decided"]) | Q(
        kind__decided_by__in=_presented_bodies(user, now), state="handling"
    )


def _before_committee(user: Any, now: datetime) -> Q:
    """Return the cases before the body; its presenter prepares them already while the call is in handling."""
    presented = _bodies(user, now) & Q(call__state__in=["presented", "decided"])
    prepared = Q(call__kind__decided_by__in=_presented_bodies(user, now), call__state="handling")
    return (presented | prepared) & Q(state__in=["in_handling", "decided"])


def _before_assessors(user: Any, now: datetime) -> Q:
    return Q(call__in=_assessed_calls(user, now), state__in=["in_handling", "decided"])


# Calls


@policy("grants.call.view")
def calls_anyone_may_read(user: Any, now: datetime) -> QuerySet[GrantCall]:
    """Anyone reads calls that have been published."""
    return GrantCall.objects.public()


@policy("grants.call.manage")
def calls_to_manage(user: Any, now: datetime) -> QuerySet[GrantCall]:
    """The coordinator runs all calls."""
    return _for_staff(GrantCall.objects.all(), user, now, "coordinator")


@policy("grants.call.create")
def kinds_to_open_calls_of(user: Any, now: datetime) -> QuerySet[GrantKind]:
    """The coordinator makes calls of every kind of grant that is not given directly."""
    return _for_staff(GrantKind.objects.exclude(procedure=Procedure.DIRECT), user, now, "coordinator")


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
        Q(pk__in=_assessed_calls(user, now), state__in=["handling", "presented", "decided"])
        | Q(kind__decided_by__in=seats, state__in=["presented", "decided"])
        | _served_calls(user, now)
    )


@policy("grants.call.desk")
def calls_on_the_desk(user: Any, now: datetime) -> QuerySet[GrantCall]:
    """Who sees the officers' list of cases: reading staff, the body's presenter, and once presented its secretary."""
    if not user.is_authenticated:
        return GrantCall.objects.none()
    if has_any_staff_role(user, now, *READING_STAFF):
        return GrantCall.objects.exclude(state="draft")
    return GrantCall.objects.filter(_served_calls(user, now))


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
    return GrantCall.objects.filter(kind__decided_by__in=_presented_bodies(user, now))


@policy("grants.call.decide")
def calls_to_record(user: Any, now: datetime) -> QuerySet[GrantCall]:
    """The body's secretary or the registry records what the checked minutes say."""
    if not user.is_authenticated:
        return GrantCall.objects.none()
    if has_any_staff_role(user, now, "registrar"):
        return GrantCall.objects.all()
    bodies = BodyAppointment.objects.in_force(now).filter(user=user, role="secretary").values("body")
    return GrantCall.objects.filter(kind__decided_by__in=bodies)


# Questions about calls


@policy("grants.question.public")
def questions_anyone_may_read(user: Any, now: datetime) -> QuerySet[CallQuestion]:
    """Anyone reads what has been answered to all, without who asked."""
    return CallQuestion.objects.filter(state="published", call__in=GrantCall.objects.public())


@policy("grants.question.own")
def own_questions(user: Any, now: datetime) -> QuerySet[CallQuestion]:
    """Who asked reads the question and its answer."""
    return CallQuestion.objects.filter(asked_by=user) if user.is_authenticated else CallQuestion.objects.none()


@policy("grants.question.answer")
def questions_to_answer(user: Any, now: datetime) -> QuerySet[CallQuestion]:
    """The coordinator answers."""
    return _for_staff(CallQuestion.objects.all(), user, now, "coordinator")


# Applications, the applicant's side


@policy("grants.application.view_own")
def own_applications(user: Any, now: datetime) -> QuerySet[Application]:
    """Every member of an organisation reads its applications."""
    return Application.objects.filter(organisation__in=_represented(user, now).values("organisation"))


@policy("grants.application.edit")
def applications_to_edit(user: Any, now: datetime) -> QuerySet[Application]:
    """Editors, signatories and admins fill in drafts."""
    return Application.objects.filter(
        state="draft", organisation__in=_represented(user, now, *EDITORS).values("organisation")
    )


@policy("grants.application.submit")
def applications_to_submit(user: Any, now: datetime) -> QuerySet[Application]:
    """A signatory or an admin sends, reopens and withdraws."""
    return Application.objects.filter(organisation__in=_represented(user, now, *SENDERS).values("organisation"))


# Applications, the officers' side


@policy("grants.application.listed")
def applications_listed(user: Any, now: datetime) -> QuerySet[Application]:
    """Cases of which a person may at least see the applicant's name and the sum."""
    if not user.is_authenticated:
        return Application.objects.none()
    if has_any_staff_role(user, now, *READING_STAFF):
        return Application.objects.exclude(state="draft")
    return Application.objects.filter(_before_assessors(user, now) | _before_committee(user, now))


@policy("grants.application.view")
def applications_to_read(user: Any, now: datetime) -> QuerySet[Application]:
    """Cases that an officer, assessor or member reads whole.

    Reading staff without a declared conflict; assessors and the body's people after they have declared
    that they have none.
    """
    if not user.is_authenticated:
        return Application.objects.none()
    if has_any_staff_role(user, now, *READING_STAFF):
        return Application.objects.exclude(state="draft").exclude(_declared(user, True))
    return Application.objects.filter(
        _before_assessors(user, now) | _before_committee(user, now), _declared(user, False)
    )


@policy("grants.application.municipal")
def applications_of_municipalities(user: Any, now: datetime) -> QuerySet[Application]:
    """Cases in handling that concern a municipality whose liaison post the person answers for.

    Of these the municipality sees applicant, activity and sum, and says whether it funds the same (S000 5.1.1).
    """
    served = municipality_serve(user, now).values("pk")
    concern = Q(organisation__domicile__in=served) | Q(municipalities__in=served)
    ours = Application.objects.filter(concern).values("pk")
    return Application.objects.filter(pk__in=ours, state="in_handling", call__state="handling")


@policy("grants.application.declare")
def applications_to_declare(user: Any, now: datetime) -> QuerySet[Application]:
    """Cases in which a person may declare a conflict of interest: all that stand before them, undecided."""
    return applications_listed(user, now).filter(state__in=["submitted", "in_handling"])


@policy("grants.assessment.edit")
def applications_to_assess(user: Any, now: datetime) -> QuerySet[Application]:
    """An assessor scores the cases of the call in handling, without a conflict and after saying so."""
    if not user.is_authenticated:
        return Application.objects.none()
    return Application.objects.filter(
        _declared(user, False), call__in=_assessed_calls(user, now), call__state="handling", state="in_handling"
    )


def cases_of_assessor(user: Any, now: datetime) -> QuerySet[Application]:
    """Return the cases in handling of the calls that the person assesses: name and sum of each may be listed."""
    return Application.objects.filter(call__in=_assessed_calls(user, now), call__state="handling", state="in_handling")


@policy("grants.proposal.edit")
def applications_to_propose(user: Any, now: datetime) -> QuerySet[Application]:
    """The coordinator proposes sums while the call is in handling; not in a case of their own conflict."""
    cases = Application.objects.filter(call__state="handling", state="in_handling")
    return _for_staff(
        cases.exclude(_declared(user, True)) if user.is_authenticated else cases, user, now, "coordinator"
    )


# Decisions and money


def _for_unbiased(rows: QuerySet[Any], application: str, user: Any, now: datetime, *kinds: str) -> QuerySet[Any]:
    """Return the rows for the staff roles, without the cases of the person's own declared conflict."""
    if not has_any_staff_role(user, now, *kinds):
        return rows.none()
    return rows.exclude(_declared(user, True, application))


@policy("grants.decision.view_own")
def own_decisions(user: Any, now: datetime) -> QuerySet[Decision]:
    """An organisation reads its decisions once they have been issued."""
    return Decision.objects.filter(
        application__organisation__in=_represented(user, now).values("organisation")
    ).exclude(state="recorded")


@policy("grants.decision.view")
def decisions_to_read(user: Any, now: datetime) -> QuerySet[Decision]:
    """Who may read the case reads its decision; the payments clerk all but those of their own conflict."""
    if has_any_staff_role(user, now, "payments_clerk"):
        return Decision.objects.exclude(_declared(user, True, "application"))
    return Decision.objects.filter(application__in=applications_to_read(user, now))


@policy("grants.decision.issue")
def decisions_to_issue(user: Any, now: datetime) -> QuerySet[Decision]:
    """The coordinator or the registry serves decisions; not in a case of their own conflict."""
    decisions = Decision.objects.all()
    if user.is_authenticated:
        decisions = decisions.exclude(_declared(user, True, "application"))
    return _for_staff(decisions, user, now, "coordinator", "registrar")


@policy("grants.payment.view")
def payments_to_read(user: Any, now: datetime) -> QuerySet[Payment]:
    """The coordinator, the payments clerk and the auditor read payments."""
    return _for_unbiased(
        Payment.objects.all(), "decision__application", user, now, "coordinator", "payments_clerk", "auditor"
    )


@policy("grants.payment.view_own")
def own_payments(user: Any, now: datetime) -> QuerySet[Payment]:
    """An organisation reads its payments."""
    return Payment.objects.filter(
        decision__application__organisation__in=_represented(user, now).values("organisation")
    )


@policy("grants.payment.plan")
def decisions_to_pay(user: Any, now: datetime) -> QuerySet[Decision]:
    """The coordinator prepares instalments of granted sums."""
    return _for_unbiased(Decision.objects.filter(sum__gt=0), "application", user, now, "coordinator")


@policy("grants.payment.release")
def payments_to_release(user: Any, now: datetime) -> QuerySet[Payment]:
    """The payments clerk releases what somebody else prepared."""
    return _for_unbiased(Payment.objects.all(), "decision__application", user, now, "payments_clerk")


# Use reports


@policy("grants.use_report.view_own")
def own_use_reports(user: Any, now: datetime) -> QuerySet[UseReport]:
    """Every member of an organisation reads its reports."""
    return UseReport.objects.filter(
        decision__application__organisation__in=_represented(user, now).values("organisation")
    )


@policy("grants.use_report.submit")
def use_reports_to_send(user: Any, now: datetime) -> QuerySet[UseReport]:
    """Editors, signatories and admins fill in and send a report."""
    return UseReport.objects.filter(
        decision__application__organisation__in=_represented(user, now, *EDITORS).values("organisation")
    )


@policy("grants.use_report.view")
def use_reports_to_read(user: Any, now: datetime) -> QuerySet[UseReport]:
    """Reading staff and the payments clerk read reports."""
    return _for_unbiased(UseReport.objects.all(), "decision__application", user, now, *READING_STAFF, "payments_clerk")


@policy("grants.use_report.check")
def use_reports_to_check(user: Any, now: datetime) -> QuerySet[UseReport]:
    """The coordinator checks the content, and gives more time."""
    return _for_unbiased(UseReport.objects.all(), "decision__application", user, now, "coordinator")


@policy("grants.use_report.return")
def use_reports_to_return(user: Any, now: datetime) -> QuerySet[UseReport]:
    """Either of the two who check asks the organisation for what is missing."""
    return _for_unbiased(UseReport.objects.all(), "decision__application", user, now, "coordinator", "payments_clerk")


@policy("grants.use_report.approve")
def use_reports_to_approve(user: Any, now: datetime) -> QuerySet[UseReport]:
    """The payments clerk checks the money and approves."""
    return _for_unbiased(UseReport.objects.all(), "decision__application", user, now, "payments_clerk")
