"""Rights to the practice example of a call: the coordinator writes it, the call's assessors practise with it."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from common.policies import policy
from grants.models import CalibrationExample
from grants.policies.base import assessed_calls
from grants.policies.calls import calls_to_manage

#: An example is of use from publishing the call until its cases are presented.
PRACTISED = ("published", "handling")


@policy("grants.calibration.manage")
def examples_to_manage(user: Any, now: datetime) -> QuerySet[CalibrationExample]:
    """The coordinator, of all calls."""
    return CalibrationExample.objects.filter(call__in=calls_to_manage(user, now))


@policy("grants.calibration.practise")
def examples_to_practise(user: Any, now: datetime) -> QuerySet[CalibrationExample]:
    """The assessors of the call, once the example is shown to them and while there is something to assess."""
    if not user.is_authenticated:
        return CalibrationExample.objects.none()
    return CalibrationExample.objects.filter(
        call__in=assessed_calls(user, now), call__state__in=PRACTISED, shown_at__isnull=False
    )
