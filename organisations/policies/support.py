"""Rights to the support by year; each sum is told by its own room and its own permission."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from common.policies import policy
from organisations.models import Organisation
from organisations.policies.registry import acting, for_staff
from organisations.policies.relations import READERS


@policy("organisations.support.public")
def support_anyone_may_read(user: Any, now: datetime) -> QuerySet[Organisation]:
    """Anyone reads what was decided and agreed for any organisation (JulkL 621/1999 6 §)."""
    return Organisation.objects.all()


@policy("organisations.support.view")
def support_to_read(user: Any, now: datetime) -> QuerySet[Organisation]:
    """Who has the county's page of an organisation has its support by year, and the list of all."""
    return for_staff(Organisation.objects.all(), user, now, *READERS)


@policy("organisations.support.view_own")
def own_support(user: Any, now: datetime) -> QuerySet[Organisation]:
    """Members read their own organisation's."""
    return acting(user, now)
