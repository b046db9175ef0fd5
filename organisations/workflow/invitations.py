"""Invitations: the admin invites by e-mail, the invited person accepts with the same verified address."""

import hashlib
import secrets
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import may
from common.times import local_date
from notifications.outbox import queue
from organisations import timeline
from organisations.models import (
    HAND_OVER_LIFE,
    INVITATION_LIFE,
    HandOver,
    Invitation,
    Membership,
    MembershipRole,
    Organisation,
    Visibility,
)
from organisations.workflow.guards import constraint_says, lock, require
from organisations.workflow.memberships import add_member

VALID_FOR = timedelta(days=14)


def hash_token(token: str) -> str:
    """Return what is kept of an invitation's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def find_invitation(token: str) -> Invitation | None:
    """Return the invitation of a link, whatever its state, or None for a link that never was."""
    return Invitation.objects.select_related("organisation").filter(token_hash=hash_token(token)).first()


def invite(
    organisation: Organisation, *, email: str, role: str, until: date | None = None, by: Any, now: datetime
) -> Invitation:
    """Send an invitation that is good for 14 days; the role lasts to ``until`` (None: until further notice).

    The link stands only in the message; the row keeps its hash. An earlier invitation to the address that has
    run out makes way. Refused: not_allowed, before_today, already_member, already_invited.
    """
    address = email.strip().lower()
    with transaction.atomic():
        require("organisations.manage_people", by, organisation, now)
        if until is not None and until < local_date(now):
            raise Refused("before_today", _("Viimeinen päivä on jo mennyt. Anna tuleva päivä."))
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
                valid_until=until,
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

    The invitation of a hand-over makes its change of admin. Refused: other_address, wrong_state, expired,
    already_member, and those of the hand-over. A person who accepted already and clicks the link again gets
    the membership that stands.
    """
    with transaction.atomic():
        lock(invitation.organisation)
        invitation = lock(invitation)
        if invitation.state == "accepted" and invitation.accepted_by_id == by.pk:
            held: Membership | None = (
                Membership.objects.in_force(now).filter(user=by, organisation=invitation.organisation).first()
            )
            if held is not None:
                return held
        _check_address(invitation, by, now)
        target = INVITATION_LIFE.check(invitation.state, "accept")
        if invitation.expires_at <= now or _term_is_over(invitation, now):
            raise Refused("expired", _("Kutsu on vanhentunut. Pyydä järjestön pääkäyttäjältä uusi kutsu."))
        invitation.state, invitation.ended_at, invitation.accepted_by = target, now, by
        invitation.save(update_fields=["state", "ended_at", "accepted_by"])
        handed = _take_over(invitation, by, now)
        if handed is not None:
            return handed
        membership = add_member(
            invitation.organisation,
            user=by,
            role=invitation.role,
            source=f"Kutsu {invitation.pk}",
            until=invitation.valid_until,
            now=now,
        )
        timeline.write(
            invitation.organisation,
            _("Uusi edustaja järjestölle: %(role)s"),
            {"role": MembershipRole(membership.role).label},
            visibility=Visibility.ORGANISATION,
            now=now,
            by=by,
        )
    return membership


def _term_is_over(invitation: Invitation, now: datetime) -> bool:
    return invitation.valid_until is not None and invitation.valid_until < local_date(now)


def _take_over(invitation: Invitation, by: Any, now: datetime) -> Membership | None:
    """Make the change of admin that the invitation was sent for; None when it was sent for none."""
    from organisations.workflow.hand_overs import take_over

    hand_over = HandOver.objects.select_for_update(of=("self",)).filter(invitation=invitation).first()
    if hand_over is None:
        return None
    take_over(hand_over, by=by, now=now)
    made: Membership = Membership.objects.filter(user=by, organisation=invitation.organisation).latest("valid_from")
    return made


def _check_address(invitation: Invitation, user: Any, now: datetime) -> None:
    if not may("organisations.invitation.accept", user, invitation, now=now):
        raise Refused(
            "other_address",
            _(
                "Kutsu on lähetetty toiseen sähköpostiosoitteeseen. Kirjaudu sillä osoitteella, johon kutsu tuli, "
                "tai pyydä kutsu siihen osoitteeseen, jolla olet kirjautunut."
            ),
        )


def withdraw_invitation(invitation: Invitation, *, by: Any, now: datetime) -> Invitation:
    """Take an open invitation back, with the hand-over it was sent for; the link stops working at once.

    Refused: not_allowed, wrong_state.
    """
    with transaction.atomic():
        lock(invitation.organisation)
        invitation = lock(invitation)
        require("organisations.invitation.manage", by, invitation, now)
        if invitation.state == "withdrawn":
            return invitation
        close_invitation(invitation, now)
        waiting = HandOver.objects.filter(invitation=invitation, state="waiting")
        waiting.update(state=HAND_OVER_LIFE.check("waiting", "cancel"), ended_at=now)
    return invitation


def close_invitation(invitation: Invitation, now: datetime) -> None:
    """Write that an invitation is withdrawn; called by verbs that have asked for the right."""
    invitation.state, invitation.ended_at = INVITATION_LIFE.check(invitation.state, "withdraw"), now
    invitation.save(update_fields=["state", "ended_at"])


def expire_invitations(*, now: datetime, organisation: Organisation | None = None) -> int:
    """Mark the invitations whose time is over; returns how many. Run nightly and before a new invitation."""
    over = Invitation.objects.filter(state="sent", expires_at__lte=now)
    if organisation is not None:
        over = over.filter(organisation=organisation)
    return over.update(state=INVITATION_LIFE.check("sent", "expire"), ended_at=now)
