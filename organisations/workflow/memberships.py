"""Memberships: changed and ended by the organisation's admin; an organisation is never left without one."""

from datetime import date, datetime, timedelta
from types import EllipsisType
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.times import day_start, format_date, local_date
from notifications.outbox import queue
from organisations import timeline
from organisations.models import Membership, MembershipRole, Organisation, Visibility
from organisations.workflow.guards import constraint_says, lock, require

ALREADY_MEMBER = _("Henkilöllä on jo rooli tässä järjestössä.")


def add_member(
    organisation: Organisation,
    *,
    user: Any,
    role: str,
    source: str,
    now: datetime,
    since: date | None = None,
    until: date | None = None,
) -> Membership:
    """Make the membership from ``since`` (today) to ``until`` (open); called by verbs that have asked for the right.

    Refused("already_member") when the person acts for the organisation in that time already.
    """
    with constraint_says("membership_one_in_force", "already_member", ALREADY_MEMBER):
        return Membership.objects.create(
            user=user,
            organisation=organisation,
            role=MembershipRole(role),
            valid_from=since or local_date(now),
            valid_until=until,
            source=source,
        )


def has_admin(organisation: Organisation, on: date, *, besides: Membership | None = None) -> bool:
    """Tell whether the organisation has an admin on that day, besides one."""
    admins = Membership.objects.in_force(day_start(on)).filter(
        organisation=organisation, role=MembershipRole.ADMIN, user__is_active=True
    )
    if besides is not None:
        admins = admins.exclude(pk=besides.pk)
    return bool(admins.exists())


def require_other_admin(organisation: Organisation, membership: Membership, first_without: date) -> None:
    """Refuse when nobody but the membership's person would be admin on the first day without them."""
    if membership.role == MembershipRole.ADMIN and not has_admin(organisation, first_without, besides=membership):
        raise Refused(
            "last_admin",
            _("Järjestöllä on oltava pääkäyttäjä. Luovuta pääkäyttäjyys tai tee ensin toisesta pääkäyttäjä."),
        )


def change_role(
    membership: Membership, *, role: str, until: date | EllipsisType | None = ..., by: Any, now: datetime
) -> Membership:
    """Give the person another role or another last day; the same again changes nothing.

    ``until`` is the last day, None for "until further notice", ``...`` for the one that stands.

    Order: the organisation is locked (so that two admins cannot demote each other at once), the right is
    asked, the last admin is protected (also on the day after a new last day), row and timeline are written.
    Refused: not_allowed, last_admin, before_today, already_member (a later role of the person begins before
    the new last day).
    """
    with transaction.atomic():
        organisation = lock(membership.organisation)
        membership = lock(membership)
        require("organisations.membership.manage", by, membership, now)
        before = (membership.role, membership.valid_until)
        until = membership.valid_until if isinstance(until, EllipsisType) else until
        if before == (role, until):
            return membership
        _check_change(organisation, membership, role, until, local_date(now))
        membership.role, membership.valid_until = MembershipRole(role), until
        with constraint_says("membership_one_in_force", "already_member", ALREADY_MEMBER):
            membership.save(update_fields=["role", "valid_until"])
        _tell_change(organisation, membership, before, by=by, now=now)
    return membership


def _check_change(
    organisation: Organisation, membership: Membership, role: str, until: date | None, today: date
) -> None:
    if until is not None and until < today:
        raise Refused("before_today", _("Viimeinen päivä on jo mennyt. Anna tuleva päivä tai päätä rooli heti."))
    if role != membership.role:
        require_other_admin(organisation, membership, today)
    elif until is not None and (membership.valid_until is None or until < membership.valid_until):
        require_other_admin(organisation, membership, until + timedelta(days=1))


def _tell_change(
    organisation: Organisation, membership: Membership, before: tuple[str, date | None], *, by: Any, now: datetime
) -> None:
    values: dict[str, Any] = {"role": MembershipRole(membership.role).label}
    text = _("Järjestön henkilön rooli vaihtui: %(role)s")
    if membership.role == before[0]:
        text = _("Järjestön henkilön roolin päättymispäivä poistettiin: %(role)s")
        if membership.valid_until is not None:
            text = _("Järjestön henkilön roolille annettiin viimeinen päivä: %(role)s, %(until)s")
            values["until"] = format_date(membership.valid_until)
    timeline.write(organisation, text, values, visibility=Visibility.ORGANISATION, now=now, by=by)


def end_membership(membership: Membership, *, by: Any, now: datetime) -> Membership:
    """End the membership at once; ending it again changes nothing.

    The admin ends anyone's, everybody their own. The person gets a message unless they left themselves.
    Refused: not_allowed, last_admin.
    """
    with transaction.atomic():
        organisation = lock(membership.organisation)
        membership = lock(membership)
        if membership.ended_at is not None:
            return membership
        require("organisations.membership.end", by, membership, now)
        require_other_admin(organisation, membership, local_date(now))
        close_membership(membership, by=by, now=now)
        timeline.write(
            organisation,
            _("Järjestön henkilön oikeus päättyi: %(role)s"),
            {"role": MembershipRole(membership.role).label},
            visibility=Visibility.ORGANISATION,
            now=now,
            by=by,
        )
        if by.pk != membership.user_id:
            queue(
                kind="organisations.membership_ended",
                to=membership.user,
                subject=_("Oikeutesi toimia järjestön puolesta päättyi"),
                template="emails/organisations/membership_ended",
                context={"organisation": organisation},
                dedup_key=f"organisations.membership_ended:{membership.pk}",
                now=now,
            )
    return membership


def close_membership(membership: Membership, *, by: Any, now: datetime) -> None:
    """Write that a membership has ended at this instant; called by verbs that have asked for the right."""
    membership.ended_at, membership.ended_by = now, by
    membership.valid_until = max(local_date(now), membership.valid_from)
    membership.save(update_fields=["ended_at", "ended_by", "valid_until"])
