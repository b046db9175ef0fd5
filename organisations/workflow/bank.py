"""The account to which the county pays: entered by one, verified by another."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffRoleKind
from common.errors import Refused
from documents.uploads import CheckedUpload
from notifications.outbox import queue
from organisations import numbers, timeline
from organisations.models import BANK_ACCOUNT_LIFE, BankAccount, BankStatement, Organisation, Visibility
from organisations.workflow.guards import lock, require, staff


def enter_bank_account(
    organisation: Organisation, *, iban: str, holder: str, statement: CheckedUpload, by: Any, now: datetime
) -> BankAccount:
    """Enter a new account with its statement; it is not paid to before a second person has verified it.

    An account that still waits is replaced; the verified one stays in use until the new one is verified. The
    same number again, waiting or verified, changes nothing but brings a statement where none was.

    Refused: not_allowed. ``ValidationError`` for a wrong IBAN.
    """
    number = numbers.parse_iban(iban)
    with transaction.atomic():
        organisation = lock(organisation)
        require("organisations.sign", by, organisation, now)
        accounts = organisation.bank_accounts
        held = accounts.filter(state__in=["entered", "verified"], iban=number, holder=holder).first()
        if held is not None:
            _attach(held, statement, by=by, now=now)
            return held
        accounts.filter(state="entered").update(state=BANK_ACCOUNT_LIFE.check("entered", "replace"))
        account = BankAccount.objects.create(
            organisation=organisation, iban=number, holder=holder, entered_at=now, entered_by=by
        )
        _attach(account, statement, by=by, now=now)
        timeline.write(
            organisation,
            _("Uusi tilinumero ilmoitettiin (päättyy %(end)s)"),
            {"end": number[-4:]},
            visibility=Visibility.ORGANISATION,
            now=now,
            by=by,
        )
        for clerk in staff(now, StaffRoleKind.PAYMENTS_CLERK):
            queue(
                kind="organisations.bank_account_waiting",
                to=clerk,
                subject=format_lazy(_("Tilinumero odottaa tarkistusta: {name}"), name=organisation.name),
                template="emails/organisations/bank_account_waiting",
                context={"organisation": organisation},
                dedup_key=f"organisations.bank_account_waiting:{account.pk}:{clerk.pk}",
                now=now,
            )
    return account


def _attach(account: BankAccount, statement: CheckedUpload, *, by: Any, now: datetime) -> None:
    if BankStatement.objects.filter(account=account).exists():
        return
    stored = BankStatement(account=account)
    stored.take(statement, by=by, now=now)
    stored.save()


def verify_bank_account(account: BankAccount, *, by: Any, now: datetime) -> BankAccount:
    """Verify the account as the second person; the earlier verified account is replaced. Again changes nothing.

    Refused: not_allowed (also for the one who entered it), wrong_state, no_statement.
    """
    with transaction.atomic():
        organisation = lock(account.organisation)
        account = lock(account)
        require("organisations.bank_account.verify", by, account, now)
        if account.state == "verified":
            return account
        target = BANK_ACCOUNT_LIFE.check(account.state, "verify")
        if not BankStatement.objects.filter(account=account).exists():
            raise Refused(
                "no_statement",
                _("Tiliotetta ei ole liitetty. Pyydä järjestöä ilmoittamaan tilinumero uudelleen tiliotteen kanssa."),
            )
        organisation.bank_accounts.filter(state="verified").update(state=BANK_ACCOUNT_LIFE.check("verified", "replace"))
        account.state, account.verified_at, account.verified_by = target, now, by
        account.save(update_fields=["state", "verified_at", "verified_by"])
        timeline.write(
            organisation,
            _("Tilinumero tarkistettiin (päättyy %(end)s)"),
            {"end": account.iban[-4:]},
            visibility=Visibility.ORGANISATION,
            now=now,
            by=by,
        )
    return account


def refuse_bank_account(account: BankAccount, *, reason: str, by: Any, now: datetime) -> BankAccount:
    """Do not accept the account; whoever entered it gets the reason. Refused: not_allowed, wrong_state, no_reason."""
    with transaction.atomic():
        organisation = lock(account.organisation)
        account = lock(account)
        require("organisations.bank_account.verify", by, account, now)
        if account.state == "refused":
            return account
        if not reason.strip():
            raise Refused("no_reason", _("Kirjoita, miksi tilinumeroa ei hyväksytä."))
        account.state = BANK_ACCOUNT_LIFE.check(account.state, "refuse")
        account.note = reason.strip()[:500]
        account.save(update_fields=["state", "note"])
        queue(
            kind="organisations.bank_account_refused",
            to=account.entered_by,
            subject=format_lazy(_("Tilinumeroa ei hyväksytty: {name}"), name=organisation.name),
            template="emails/organisations/bank_account_refused",
            context={"organisation": organisation, "account": account},
            dedup_key=f"organisations.bank_account_refused:{account.pk}",
            required=True,
            now=now,
        )
    return account
