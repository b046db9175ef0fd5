"""Rights to payment batches. Who has declared a conflict in one case of a batch does not see that batch at all."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from accounts.roles import has_any_staff_role
from common.policies import policy
from grants.models import ConflictDeclaration, PaymentBatch, PaymentLine


def _unbiased(user: Any, now: datetime, *kinds: str) -> QuerySet[PaymentBatch]:
    if not has_any_staff_role(user, now, *kinds):
        return PaymentBatch.objects.none()
    declared = ConflictDeclaration.objects.filter(user=user, has_conflict=True).values("application")
    theirs = PaymentLine.objects.filter(batch=OuterRef("pk"), payment__decision__application__in=declared)
    return PaymentBatch.objects.exclude(Exists(theirs))


@policy("grants.payment_batch.view")
def batches_to_read(user: Any, now: datetime) -> QuerySet[PaymentBatch]:
    """The coordinator, the payments clerk and the auditor, as of payments."""
    return _unbiased(user, now, "coordinator", "payments_clerk", "auditor")


@policy("grants.payment_batch.handle")
def batches_to_handle(user: Any, now: datetime) -> QuerySet[PaymentBatch]:
    """Another payments clerk or the coordinator approves or returns a batch; its maker may take it back."""
    return _unbiased(user, now, "coordinator", "payments_clerk")


@policy("grants.payment_batch.manage")
def batches_to_manage(user: Any, now: datetime) -> QuerySet[PaymentBatch]:
    """The payments clerk makes batches, sends them and records what became of each instalment."""
    return _unbiased(user, now, "payments_clerk")
