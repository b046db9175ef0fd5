"""Memberships: changed and ended by the organisation's admin; an organisation is never left without one."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.times import local_date
from notifications.outbox import queue
from organisations import timeline
from organisations.models import Membership, MembershipRole, Organisation, Visibility
from organisations.workflow.guards import constraint_says, lock, require

ALREADY_MEMBER = _("Henkilöllä on jo rooli tässä järjestössä.")


def add_member(organisation: Organisation, *, user: Any, role: str, source: str, now: datetime) -> Membership:
    """Make the membership from today on; called by the verbs that have asked for the right.

    Refused("already_member") when the person acts for the organisation already.
    """
    with constraint_says("membership_one_in_force", "already_member", ALREADY_MEMBER):
        return Membership.objects.create(
            user=user,
            organisation=organisation,
            role=MembershipRole(role),
            valid_from=local_date(now),
            source=source,
        )


def _require_other_admin(membership: Membership, now: datetime) -> None:
    """Refuse when the membership is the organisation's last admin."""
    if membership.role != MembershipRole.ADMIN:
        return
    others = Membership.objects.in_force(now).filter(
        organisation_id=membership.organisation_id, role=MembershipRole.ADMIN
    )
    if not others.exclude(pk=membership.pk).exists():
        raise Refused(
            "last_admin",
            _("Järjestöllä on oltava pääkäyttäjä. Tee ensin toisesta henkilöstä pääkäyttäjä."),
        )


def change_role(membership: Membership, *, role: str, by: Any, now: datetime) -> Membership:
    """Give the person another role in the organisation; the same role again changes nothing.

    Order: the organisation is locked (so that two admins cannot demote each other at once), the right is
    asked, the last admin is protected, role and timeline are written. Refused: not_allowed, last_admin.
    """
    with transaction.atomic():
        organisation = lock(membership.organisation)
        membership = lock(membership)
        require("organisations.membership.manage", by, membership, now)
        if membership.role == role:
            return membership
        _require_other_admin(membership, now)
        membership.role = MembershipRole(role)
        membership.save(update_fields=["role"])
        timeline.write(
            organisation,
            _("Järjestön henkilön rooli vaihtui: %(role)s"),
            {"role": MembershipRole(membership.role).label},
            visibility=Visibility.ORGANISATION,
            now=now,
            by=by,
        )
    return membership


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
        _require_other_admin(membership, now)
        membership.ended_at, membership.ended_by = now, by
        membership.valid_until = max(local_date(now), membership.valid_from)
        membership.save(update_fields=["ended_at", "ended_by", "valid_until"])
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
