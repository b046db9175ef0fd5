"""Who reads how many hand-outs were given and what nobody found."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import StaffRoleKind
from accounts.roles import has_any_staff_role
from common.policies import policy
from organisations.models import HandoutCount, SearchMiss
from organisations.policies.registry import for_staff

READERS = (StaffRoleKind.COORDINATOR, StaffRoleKind.AUDITOR)


@policy("organisations.handout.count")
def handout_count(user: Any, now: datetime) -> QuerySet[HandoutCount]:
    """The coordinator and the auditor read the counts."""
    return for_staff(HandoutCount.objects.all(), user, now, *READERS)


@policy("organisations.search_miss.view")
def search_miss(user: Any, now: datetime) -> QuerySet[SearchMiss]:
    """The coordinator and the auditor read what nobody found."""
    return for_staff(SearchMiss.objects.all(), user, now, *READERS)


def may_read_handouts(user: Any, now: datetime) -> bool:
    """Tell whether the person has the page; the same people as ``organisations.handout.count``."""
    return has_any_staff_role(user, now, *READERS)
