"""Payment batches: one that has been paid but for a closed account, one that waits for its approver, and the rest."""

from datetime import datetime, timedelta

from common.times import add_days, local_date
from grants.batch_checks import WITH, problems_of
from grants.models import Payment
from grants.workflow.payment_batches import approve_batch, make_batch, send_batch
from grants.workflow.payment_states import record_lines
from portal.demonstration.calendar import Round
from portal.demonstration.people import People

#: The example account of the Finnish banks' IBAN guide; nobody's.
ACCOUNT = "FI4250001510000023"


def make_batches(waiting: list[Payment], when: Round, people: People, now: datetime) -> None:
    """Put half of the released instalments on a batch that went out, a quarter on one to approve."""
    half, quarter = len(waiting) // 2, len(waiting) // 4
    if half > 1:
        _answered(waiting[:half], when, people)
    made = now - timedelta(days=1)
    rows = list(Payment.objects.filter(pk__in=[row.pk for row in waiting[half:]]).select_related(*WITH).order_by("pk"))
    problems = problems_of(rows, made)
    chosen = [row.pk for row in rows if row.pk not in problems][:quarter]
    if chosen:
        make_batch(chosen, pay_on=add_days(local_date(now), 2), pay_from=ACCOUNT, by=people.clerk, now=made)


def _answered(payments: list[Payment], when: Round, people: People) -> None:
    sent_at, answered_at = when.day(107), when.day(109)
    day = local_date(when.day(108))
    batch = make_batch([row.pk for row in payments], pay_on=day, pay_from=ACCOUNT, by=people.clerk, now=sent_at)
    approve_batch(batch, by=people.coordinator, now=sent_at)
    send_batch(batch, by=people.clerk, now=sent_at)
    numbers = list(range(1, len(payments) + 1))
    record_lines(batch, numbers[:-1], state="paid", paid_on=day, reason="", by=people.clerk, now=answered_at)
    why = "Tili on suljettu."
    record_lines(batch, numbers[-1:], state="returned", paid_on=None, reason=why, by=people.clerk, now=answered_at)
