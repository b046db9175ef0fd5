"""Numbers of office-holders' decisions, running in each post and year, and deciding anew under the next one."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from common.errors import Refused
from common.times import local_date
from grants.models import DecidingOfficial, Decision, OfficialNumberSeries


def next_official_number(post: str, year: int) -> int:
    """Take the next number of the post in the year; the series' row stays locked until the transaction ends.

    A rollback gives the number back, so that there are no gaps. Raises ``TransactionManagementError`` outside one.
    """
    if not transaction.get_connection().in_atomic_block:
        raise transaction.TransactionManagementError("next_official_number needs a transaction.")
    rows = OfficialNumberSeries.objects.filter(post=post, year=year)
    if not rows.update(last=F("last") + 1):
        OfficialNumberSeries.objects.bulk_create([OfficialNumberSeries(post=post, year=year)], ignore_conflicts=True)
        rows.update(last=F("last") + 1)
    return rows.get().last


def decide_anew(decision: Decision, *, by: Any, now: datetime) -> None:
    """Give the decision that its office-holder decides anew (50 §) the next number; the caller locks and saves it.

    Refused ``not_decider`` for who does not decide in the post now, or made the proposal.
    """
    held = DecidingOfficial.objects.holding(by, now).filter(post=decision.body_name).first()
    if held is None or decision.prepared_by_id == by.pk:
        raise Refused(
            "not_decider",
            _("Asiavirheen korjaa päättäjä itse: %(post)s. Pyydä häntä korjaamaan päätös.")
            % {"post": decision.body_name},
        )
    today = local_date(now)
    decision.decided_on, decision.official_year = today, today.year
    decision.official_number = next_official_number(decision.body_name, today.year)
    decision.decided_by, decision.as_deputy = by, held.is_deputy
    decision.minutes_published_on, decision.members_end_on = None, None
