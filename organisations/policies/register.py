"""Who handles the register's disputes, duplicates and merges: the coordinator and the registrar."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import StaffRoleKind
from accounts.roles import has_any_staff_role
from common.policies import policy
from organisations.models import DuplicateCandidate, MergeJournal, Organisation, ReviewItem
from organisations.policies.registry import ADMIN, EDITOR, acting, for_staff

OFFICERS = (StaffRoleKind.COORDINATOR, StaffRoleKind.REGISTRAR)


def may_enter(user: Any, now: datetime) -> bool:
    """Tell whether the person enters organisations by hand and has the register's queues."""
    return has_any_staff_role(user, now, *OFFICERS)


@policy("organisations.review.decide")
def review_decide(user: Any, now: datetime) -> QuerySet[ReviewItem]:
    """The coordinator and the registrar decide on register data in dispute."""
    standing = ReviewItem.objects.filter(organisation__merged_into__isnull=True)
    return for_staff(standing, user, now, *OFFICERS)


@policy("organisations.review.own")
def review_own(user: Any, now: datetime) -> QuerySet[ReviewItem]:
    """An organisation's people see the disputes about its data."""
    return ReviewItem.objects.filter(organisation__in=acting(user, now))


@policy("organisations.review.answer")
def review_answer(user: Any, now: datetime) -> QuerySet[ReviewItem]:
    """Who keeps the organisation's data answers the officers' questions."""
    return ReviewItem.objects.filter(organisation__in=acting(user, now, ADMIN, EDITOR))


@policy("organisations.duplicate.decide")
def duplicate_decide(user: Any, now: datetime) -> QuerySet[DuplicateCandidate]:
    """The coordinator and the registrar judge whether two organisations are one."""
    return for_staff(DuplicateCandidate.objects.all(), user, now, *OFFICERS)


@policy("organisations.merge")
def merge(user: Any, now: datetime) -> QuerySet[Organisation]:
    """The coordinator and the registrar merge any two organisations that stand."""
    return for_staff(Organisation.objects.all(), user, now, *OFFICERS)


@policy("organisations.merge.view")
def merge_view(user: Any, now: datetime) -> QuerySet[MergeJournal]:
    """Merges are read by those who make them and by the auditor."""
    return for_staff(MergeJournal.objects.all(), user, now, *OFFICERS, StaffRoleKind.AUDITOR)


def may_read_merges(user: Any, now: datetime) -> bool:
    """Tell whether the person has the list of merges; the same people as ``organisations.merge.view``."""
    return has_any_staff_role(user, now, *OFFICERS, StaffRoleKind.AUDITOR)


@policy("organisations.merge.undo")
def merge_undo(user: Any, now: datetime) -> QuerySet[MergeJournal]:
    """The coordinator and the registrar undo a merge."""
    return for_staff(MergeJournal.objects.all(), user, now, *OFFICERS)
