"""What waits in the registry, for the ``todos`` seam."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import StaffRoleKind
from accounts.roles import has_any_staff_role
from common.policies import allowed
from common.seams import Todo
from common.times import day_start
from organisations.confirmation import KEEPERS, OLD_AFTER, asked, months_later
from organisations.models import Membership, MembershipRole

ANSWER_WITHIN = timedelta(days=7)


def registry_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam: claims and accounts to check, own claims, accounts and data that wait."""
    if not user.is_authenticated:
        return
    if has_any_staff_role(user, now, StaffRoleKind.COORDINATOR, StaffRoleKind.PAYMENTS_CLERK):
        yield from _officers(user, now)
    yield from _own(user, now)
    yield from _to_confirm(user, now)


def _officers(user: Any, now: datetime) -> Iterator[Todo]:
    claims = allowed("organisations.claim.decide", user, now=now).filter(state="waiting")
    for claim in claims.select_related("organisation", "user").order_by("created_at")[:20]:
        yield Todo(
            title=_("Ratkaise edustuspyyntö: %(name)s") % {"name": claim.organisation.name},
            url=reverse("organisations:claim_case", args=[claim.pk]),
            button=_("Avaa pyyntö"),
            due=claim.created_at + ANSWER_WITHIN,
            detail=str(claim.user),
        )
    accounts = allowed("organisations.bank_account.verify", user, now=now).filter(state="entered")
    for account in accounts.select_related("organisation").order_by("entered_at")[:20]:
        yield Todo(
            title=_("Tarkista tilinumero: %(name)s") % {"name": account.organisation.name},
            url=reverse("organisations:bank_account_case", args=[account.pk]),
            button=_("Tarkista"),
            due=account.entered_at + ANSWER_WITHIN,
        )


def _own(user: Any, now: datetime) -> Iterator[Todo]:
    for claim in (
        allowed("organisations.claim.own", user, now=now).filter(state="waiting").select_related("organisation")
    ):
        yield Todo(
            title=_("Edustuspyyntösi odottaa hyväksyntää: %(name)s") % {"name": claim.organisation.name},
            url=reverse("organisations:own_claim", args=[claim.pk]),
            button=_("Katso pyyntö"),
            detail=_("Saat viestin, kun se on käsitelty."),
            quiet=True,
        )
    senders = Membership.objects.in_force(now).filter(
        user=user, role__in=[MembershipRole.ADMIN, MembershipRole.SIGNATORY]
    )
    without = senders.exclude(organisation__bank_accounts__state__in=["entered", "verified"])
    for row in without.select_related("organisation"):
        yield Todo(
            title=_("Ilmoita järjestön tilinumero: %(name)s") % {"name": row.organisation.name},
            url=reverse("organisations:bank_account", args=[row.organisation_id]),
            button=_("Ilmoita tilinumero"),
            detail=_("Avustus maksetaan vain tarkistetulle tilille."),
            target=("organisation", row.organisation_id),
            quiet=True,
        )


def _to_confirm(user: Any, now: datetime) -> Iterator[Todo]:
    kept = Membership.objects.in_force(now).filter(user=user, role__in=KEEPERS).values("organisation")
    for organisation in asked(now, pk__in=kept):
        since: Any = organisation.since  # type: ignore[attr-defined]
        yield Todo(
            title=_("Vahvista järjestön tiedot: %(name)s") % {"name": organisation.name},
            url=reverse("organisations:own_data", args=[organisation.pk]),
            button=_("Tarkista tiedot"),
            due=day_start(months_later(since, OLD_AFTER)),
            detail=_("Tarkista kerran vuodessa, että tiedot pitävät yhä paikkansa."),
            target=("organisation", organisation.pk),
            quiet=True,
        )
