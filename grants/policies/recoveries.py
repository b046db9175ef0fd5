"""Rights to recoveries; every officer's path has the conflict rule."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from common.policies import policy
from grants.models import Decision, RecoveryCase
from grants.policies.base import EDITORS, READING_STAFF, for_unbiased, has_declared, represented
from liaisons.models import BodyAppointment

_CASE = "decision__application"


@policy("grants.recovery.open")
def decisions_to_recover(user: Any, now: datetime) -> QuerySet[Decision]:
    """The coordinator opens a recovery of a grant that has been paid at least partly."""
    paid = Decision.objects.filter(pk__in=Decision.objects.filter(payments__state="paid").values("pk"))
    return for_unbiased(paid, "application", user, now, "coordinator")


@policy("grants.recovery.view")
def recoveries_to_read(user: Any, now: datetime) -> QuerySet[RecoveryCase]:
    """Reading staff and the payments clerk, and who records the decision."""
    staff = for_unbiased(RecoveryCase.objects.all(), _CASE, user, now, *READING_STAFF, "payments_clerk")
    return staff | recoveries_to_record(user, now)


@policy("grants.recovery.prepare")
def recoveries_to_prepare(user: Any, now: datetime) -> QuerySet[RecoveryCase]:
    """The coordinator hears the organisation and proposes."""
    return for_unbiased(RecoveryCase.objects.all(), _CASE, user, now, "coordinator")


@policy("grants.recovery.decide")
def recoveries_to_record(user: Any, now: datetime) -> QuerySet[RecoveryCase]:
    """The registry, or the secretary of the body that granted, records what was decided.

    Neither in a case of the own conflict.
    """
    registry = for_unbiased(RecoveryCase.objects.all(), _CASE, user, now, "registrar")
    if not user.is_authenticated:
        return registry
    served = BodyAppointment.objects.in_force(now).filter(user=user, role="secretary").values("body")
    rows = RecoveryCase.objects.filter(decision__application__call__kind__decided_by__in=served)
    return registry | rows.exclude(has_declared(user, True, _CASE))


@policy("grants.recovery.collect")
def recoveries_to_collect(user: Any, now: datetime) -> QuerySet[RecoveryCase]:
    """The payments clerk records what comes back, agrees on parts, and ends what cannot be got."""
    return for_unbiased(RecoveryCase.objects.all(), _CASE, user, now, "payments_clerk")


@policy("grants.recovery.view_own")
def own_recoveries(user: Any, now: datetime) -> QuerySet[RecoveryCase]:
    """Members read what is asked of their organisation once it is heard or has got the decision."""
    own = represented(user, now).values("organisation")
    told = RecoveryCase.objects.exclude(asked_at__isnull=True, letter__isnull=True)
    return told.filter(decision__application__organisation__in=own)


@policy("grants.recovery.answer")
def recoveries_to_answer(user: Any, now: datetime) -> QuerySet[RecoveryCase]:
    """Those who fill in for the organisation give its statement."""
    own = represented(user, now, *EDITORS).values("organisation")
    return RecoveryCase.objects.filter(asked_at__isnull=False, decision__application__organisation__in=own)
