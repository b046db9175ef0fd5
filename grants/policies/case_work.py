"""Rights to the officers' work on a case and to what is asked of its applicant; the conflict rule on every path."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from common.policies import policy
from grants.models import Application, SupplementRequest
from grants.policies.base import EDITORS, READING_STAFF, SENDERS, for_unbiased, represented


@policy("grants.case.work")
def cases_to_work_on(user: Any, now: datetime) -> QuerySet[Application]:
    """The coordinator handles every case that has been sent, except one of their own conflict."""
    return for_unbiased(Application.objects.exclude(state="draft"), "pk", user, now, "coordinator")


@policy("grants.case.follow")
def cases_to_follow(user: Any, now: datetime) -> QuerySet[Application]:
    """Whose work on a case (check list, messages, notes, requests) is read: reading staff without a conflict.

    Not assessors and not the body: a note is the officers' own.
    """
    return for_unbiased(Application.objects.exclude(state="draft"), "pk", user, now, *READING_STAFF)


@policy("grants.supplement.ask")
def cases_to_supplement(user: Any, now: datetime) -> QuerySet[Application]:
    """The coordinator asks while the case is prepared."""
    return cases_to_work_on(user, now).filter(state="in_handling", call__state="handling")


@policy("grants.supplement.view")
def supplements_to_read(user: Any, now: datetime) -> QuerySet[SupplementRequest]:
    """Requests of the cases whose work is followed."""
    return SupplementRequest.objects.filter(application__in=cases_to_follow(user, now))


@policy("grants.supplement.manage")
def supplements_to_manage(user: Any, now: datetime) -> QuerySet[SupplementRequest]:
    """The coordinator extends and cancels while the case is prepared."""
    return SupplementRequest.objects.filter(application__in=cases_to_supplement(user, now))


def _of_own(user: Any, now: datetime, *roles: str) -> QuerySet[SupplementRequest]:
    own = represented(user, now, *roles).values("organisation")
    return SupplementRequest.objects.filter(application__organisation__in=own).exclude(application__state="draft")


@policy("grants.supplement.view_own")
def own_supplements(user: Any, now: datetime) -> QuerySet[SupplementRequest]:
    """Every member reads what is asked of the organisation."""
    return _of_own(user, now)


@policy("grants.supplement.edit")
def supplements_to_edit(user: Any, now: datetime) -> QuerySet[SupplementRequest]:
    """Editors, signatories and admins prepare the answer."""
    return _of_own(user, now, *EDITORS)


@policy("grants.supplement.send")
def supplements_to_send(user: Any, now: datetime) -> QuerySet[SupplementRequest]:
    """A signatory or an admin sends it."""
    return _of_own(user, now, *SENDERS)


@policy("grants.message.write_own")
def cases_to_write_on(user: Any, now: datetime) -> QuerySet[Application]:
    """Editors, signatories and admins write to the officers about a sent application."""
    own = represented(user, now, *EDITORS).values("organisation")
    return Application.objects.filter(organisation__in=own).exclude(state="draft")
