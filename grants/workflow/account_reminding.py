"""Reminding organisations whose instalment waits for a verified bank account: all at once, each once a day."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext_noop

from accounts.roles import has_any_staff_role
from common.locks import limit_waiting
from common.policies import allowed
from common.times import local_date
from grants.models import Payment
from grants.workflow.applications import senders
from grants.workflow.serving import later
from notifications import outbox
from organisations import timeline
from organisations.models import BankAccount, Organisation, Visibility

ROLES = ("coordinator", "payments_clerk")


def without_account(user: Any, now: datetime) -> QuerySet[Organisation]:
    """Return the organisations with a prepared instalment and no verified account, for whoever may remind them."""
    if not has_any_staff_role(user, now, *ROLES):
        return Organisation.objects.none()
    planned: QuerySet[Payment] = allowed("grants.payment.view", user, now=now).filter(state="planned")
    account = BankAccount.objects.current().filter(organisation=OuterRef("pk"))
    waiting = Organisation.objects.filter(pk__in=planned.values("decision__application__organisation"))
    return waiting.filter(~Exists(account)).order_by("pk")


def remind_accounts(*, by: Any, now: datetime) -> int:
    """Write to the organisations whose account is missing; return to how many anything was sent now.

    A second press on the same day reminds nobody twice. Nobody without the right reminds anybody.
    """
    return sum(_remind(row, by, now) for row in without_account(by, now))


def _remind(organisation: Organisation, by: Any, now: datetime) -> bool:
    with transaction.atomic():
        limit_waiting()
        with translation.override("fi"):
            path = reverse("organisations:bank_account", args=[organisation.pk])
        sent = [
            outbox.queue(
                kind="grants.account_missing",
                to=person,
                subject=later(gettext_noop("Ilmoittakaa tilinumero, jotta avustus voidaan maksaa")),
                template="emails/grants/account_missing",
                context={"organisation": organisation, "path": path},
                dedup_key=f"grants.account_missing:{organisation.pk}:{local_date(now)}:{person.pk}",
                now=now,
            )
            for person in senders(organisation, now)
        ]
        if not any(sent):
            return False
        said = "Järjestöä muistutettiin tilinumerosta, jota avustuksen maksaminen odottaa."
        timeline.write(organisation, said, visibility=Visibility.ORGANISATION, now=now, by=by, link=path)
    return True
