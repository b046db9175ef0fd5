"""Invitations: the admin invites by e-mail, the invited person accepts with the same verified address."""

import hashlib
import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from notifications.outbox import queue
from organisations import timeline
from organisations.models import INVITATION_LIFE, Invitation, Membership, MembershipRole, Organisation, Visibility
from organisations.workflow.guards import constraint_says, lock, require
from organisations.workflow.memberships import add_member

VALID_FOR = timedelta(days=14)


def hash_token(token: str) -> str:
    """Return what is kept of an invitation's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_invitation(token: str) -> Invitation | None:
    """Return the invitation of a link, whatever its state, or None for a link that never was."""
    return Invitation.objects.select_related("organisation").filter(token_hash=hash_token(token)).first()


def invite(organisation: Organisation, *, email: str, role: str, by: Any, now: datetime) -> Invitation:
    """Send an invitation that is good for 14 days.

    The link stands only in the message; the row keeps its hash. An earlier invitation to the address that has
    run out makes way. Refused: not_allowed, already_member, already_invited.
    """
    address = email.strip().lower()
    with transaction.atomic():
        require("organisations.manage_people", by, organisation, now)
        in_force = Membership.objects.in_force(now).filter(organisation=organisation)
        if in_force.filter(user__email__iexact=address).exists():
            raise Refused("already_member", _("Tällä henkilöllä on jo rooli järjestössä. Voit vaihtaa roolin."))
        expire_invitations(now=now, organisation=organisation)
        token = secrets.token_urlsafe(32)
        with constraint_says(
            "invitation_one_open",
            "already_invited",
            _("Tähän osoitteeseen on jo lähetetty kutsu, joka on voimassa. Peru se ensin."),
        ):
            invitation = Invitation.objects.create(
                organisation=organisation,
                email=address,
                role=MembershipRole(role),
                token_hash=hash_token(token),
                sent_at=now,
                expires_at=now + VALID_FOR,
                invited_by=by,
            )
        queue(
            kind="organisations.invitation",
            to=address,
            subject=format_lazy(_("Kutsu toimia järjestön puolesta: {name}"), name=organisation.name),
            template="emails/organisations/invitation",
            context={"invitation": invitation, "organisation": organisation, "token": token, "inviter": by},
            dedup_key=f"organisations.invitation:{invitation.pk}",
            language=by.language,
            required=True,
            secret=True,
            now=now,
        )
    return invitation


def accept_invitation(invitation: Invitation, *, by: Any, now: datetime) -> Membership:
    """Accept as a signed-in person whose verified address is the invited one.

    Refused: other_address, wrong_state, expired, already_member. A person who accepted already and clicks
    the link again gets the membership that stands.
    """
    with transaction.atomic():
        invitation = lock(invitation)
        if invitation.state == "accepted" and invitation.accepted_by_id == by.pk:
            held: Membership | None = (
                Membership.objects.in_force(now).filter(user=by, organisation=invitation.organisation).first()
            )
            if held is not None:
                return held
        _check_address(invitation, by, now)
        target = INVITATION_LIFE.check(invitation.state, "accept")
        if invitation.expires_at <= now:
            raise Refused("expired", _("Kutsu on vanhentunut. Pyydä järjestön pääkäyttäjältä uusi kutsu."))
        membership = add_member(
            invitation.organisation,
            user=by,
            role=invitation.role,
            source=f"Kutsu {invitation.pk}",
            now=now,
        )
        invitation.state, invitation.ended_at, invitation.accepted_by = target, now, by
        invitation.save(update_fields=["state", "ended_at", "accepted_by"])
        timeline.write(
            invitation.organisation,
            _("Uusi edustaja järjestölle: %(role)s"),
            {"role": MembershipRole(membership.role).label},
            visibility=Visibility.ORGANISATION,
            now=now,
            by=by,
        )
    return membership


def _check_address(invitation: Invitation, user: Any, now: datetime) -> None:
    from common.policies import may

    if not may("organisations.invitation.accept", user, invitation, now=now):
        raise Refused(
            "other_address",
            _(
                "Kutsu on lähetetty toiseen sähköpostiosoitteeseen. Kirjaudu sillä osoitteella, johon kutsu tuli, "
                "tai pyydä kutsu siihen osoitteeseen, jolla olet kirjautunut."
            ),
        )


def withdraw_invitation(invitation: Invitation, *, by: Any, now: datetime) -> Invitation:
    """Take an open invitation back; the link stops working at once. Refused: not_allowed, wrong_state."""
    with transaction.atomic():
        invitation = lock(invitation)
        require("organisations.invitation.manage", by, invitation, now)
        if invitation.state == "withdrawn":
            return invitation
        invitation.state = INVITATION_LIFE.check(invitation.state, "withdraw")
        invitation.ended_at = now
        invitation.save(update_fields=["state", "ended_at"])
    return invitation


def expire_invitations(*, now: datetime, organisation: Organisation | None = None) -> int:
    """Mark the invitations whose time is over; returns how many. Run nightly and before a new invitation."""
    over = Invitation.objects.filter(state="sent", expires_at__lte=now)
    if organisation is not None:
        over = over.filter(organisation=organisation)
    return over.update(state=INVITATION_LIFE.check("sent", "expire"), ended_at=now)
