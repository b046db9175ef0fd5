"""Handing the duty of admin over. At every instant the organisation has the admin it had, or the next one."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from common.times import format_date, local_date
from notifications.outbox import queue
from organisations import timeline
from organisations.models import HAND_OVER_LIFE, HandOver, Membership, MembershipRole, Organisation, Visibility
from organisations.workflow.guards import constraint_says, lock, require
from organisations.workflow.invitations import VALID_FOR, close_invitation, invite
from organisations.workflow.memberships import add_member, close_membership

SOURCE = "Pääkäyttäjyyden luovutus"


def start_hand_over(
    organisation: Organisation,
    *,
    to: Membership | None,
    email: str,
    on: date,
    stays_as_viewer: bool,
    by: Any,
    now: datetime,
) -> HandOver:
    """Offer one's own duty of admin to a person of the organisation (``to``) or, by e-mail, to a new one.

    Nothing changes before the other has accepted; both stay as they are. Refused: not_allowed, before_today,
    own_self, nobody_chosen, already_started, and the refusals of ``invite``.
    """
    with transaction.atomic():
        organisation = lock(organisation)
        require("organisations.manage_people", by, organisation, now)
        outgoing: Membership = get_allowed(
            "organisations.membership.manage", by, now=now, user_id=by.pk, organisation=organisation, role="admin"
        )
        _check_start(outgoing, to, email, on, now)
        with constraint_says(
            "hand_over_one_waiting",
            "already_started",
            _("Luovutus on jo kesken. Peru se ensin, jos haluat muuttaa sitä."),
        ):
            hand_over = HandOver.objects.create(
                organisation=organisation,
                outgoing=outgoing,
                incoming_user=to.user if to else None,
                on=on,
                stays_as_viewer=stays_as_viewer,
                started_at=now,
                expires_at=now + VALID_FOR,
            )
        if to is None:
            hand_over.invitation = invite(organisation, email=email, role=MembershipRole.ADMIN, by=by, now=now)
            hand_over.save(update_fields=["invitation"])
        else:
            _offer(hand_over, to, by=by, now=now)
        timeline.write(
            organisation,
            _("Pääkäyttäjyyden luovutus aloitettiin, alkaen %(on)s"),
            {"on": format_date(on)},
            visibility=Visibility.ORGANISATION,
            now=now,
            by=by,
        )
    return hand_over


def _check_start(outgoing: Membership, to: Membership | None, email: str, on: date, now: datetime) -> None:
    if on < local_date(now):
        raise Refused("before_today", _("Päivä on jo mennyt. Anna tämä tai tuleva päivä."))
    if outgoing.valid_until is not None and on > outgoing.valid_until + timedelta(days=1):
        raise Refused(
            "after_term",
            _("Oma roolisi päättyy %(day)s. Anna viimeistään sitä seuraava päivä.")
            % {"day": format_date(outgoing.valid_until)},
        )
    if to is None and not email.strip():
        raise Refused("nobody_chosen", _("Valitse henkilö tai kirjoita sen sähköpostiosoite, jonka kutsut."))
    if to is not None and to.user_id == outgoing.user_id:
        raise Refused("own_self", _("Valitse toinen henkilö. Et voi luovuttaa pääkäyttäjyyttä itsellesi."))


def _offer(hand_over: HandOver, to: Membership, *, by: Any, now: datetime) -> None:
    organisation = hand_over.organisation
    queue(
        kind="organisations.hand_over",
        to=to.user,
        subject=format_lazy(_("Ota pääkäyttäjyys vastaan: {name}"), name=organisation.name),
        template="emails/organisations/hand_over_offer",
        context={"hand_over": hand_over, "organisation": organisation, "person": by},
        dedup_key=f"organisations.hand_over:{hand_over.pk}",
        required=True,
        now=now,
    )


def accept_hand_over(hand_over: HandOver, *, by: Any, now: datetime) -> HandOver:
    """Take the duty of admin over, from the agreed day or from today when that has passed; again changes nothing.

    Order of effects: organisation, hand-over and the outgoing membership are locked; the terms of both are
    written, then timeline and message. Refused: not_allowed, wrong_state, expired, outgoing_gone.
    """
    with transaction.atomic():
        lock(hand_over.organisation)
        hand_over = lock(hand_over)
        require("organisations.hand_over.accept", by, hand_over, now)
        if hand_over.state == "accepted":
            return hand_over
        return take_over(hand_over, by=by, now=now)


def take_over(hand_over: HandOver, *, by: Any, now: datetime) -> HandOver:
    """Write the change of admin; the caller has locked organisation and hand-over and asked for the right."""
    organisation = hand_over.organisation
    target = HAND_OVER_LIFE.check(hand_over.state, "accept")
    if hand_over.expires_at <= now:
        raise Refused("expired", _("Luovutus on vanhentunut. Pyydä nykyistä pääkäyttäjää aloittamaan se uudelleen."))
    outgoing = lock(hand_over.outgoing)
    if not _is_admin_now(outgoing, now):
        raise Refused("outgoing_gone", _("Luovuttaja ei ole enää pääkäyttäjä. Luovutusta ei voi ottaa vastaan."))
    first = max(hand_over.on, local_date(now))
    hand_over.incoming_user = by
    _begin(hand_over, first, now)
    _step_back(hand_over, outgoing, first, now)
    hand_over.state, hand_over.ended_at, hand_over.effective_on = target, now, first
    hand_over.save()
    timeline.write(
        organisation,
        _("Pääkäyttäjyys siirtyi, alkaen %(on)s"),
        {"on": format_date(first)},
        visibility=Visibility.ORGANISATION,
        now=now,
        by=by,
    )
    queue(
        kind="organisations.hand_over",
        to=outgoing.user,
        subject=format_lazy(_("Pääkäyttäjyytesi siirtyy: {name}"), name=organisation.name),
        template="emails/organisations/hand_over_accepted",
        context={"hand_over": hand_over, "organisation": organisation, "person": by},
        dedup_key=f"organisations.hand_over_accepted:{hand_over.pk}",
        required=True,
        now=now,
    )
    return hand_over


def _is_admin_now(membership: Membership, now: datetime) -> bool:
    in_force = Membership.objects.in_force(now).filter(pk=membership.pk, role=MembershipRole.ADMIN)
    return bool(in_force.exists())


def _begin(hand_over: HandOver, first: date, now: datetime) -> None:
    """Make the incoming person admin from ``first``; a role that they have until then ends the day before."""
    person, organisation = hand_over.incoming_user, hand_over.organisation
    held: Membership | None = (
        Membership.objects.in_force(now).select_for_update().filter(user=person, organisation=organisation).first()
    )
    if held is not None and held.role == MembershipRole.ADMIN:
        return
    if held is not None and first == local_date(now):
        held.role, held.valid_until = MembershipRole.ADMIN, None
        held.save(update_fields=["role", "valid_until"])
        return
    if held is not None and (held.valid_until is None or held.valid_until >= first):
        hand_over.earlier_role, hand_over.earlier_role_until = held, held.valid_until
        held.valid_until = first - timedelta(days=1)
        held.save(update_fields=["valid_until"])
    hand_over.new_admin = add_member(
        organisation, user=person, role=MembershipRole.ADMIN, source=SOURCE, now=now, since=first
    )


def _step_back(hand_over: HandOver, outgoing: Membership, first: date, now: datetime) -> None:
    """End the outgoing person's duty the day before ``first``; they stay as viewer or leave."""
    hand_over.outgoing_until = outgoing.valid_until
    if first > local_date(now):
        outgoing.valid_until = first - timedelta(days=1)
        outgoing.save(update_fields=["valid_until"])
        if hand_over.stays_as_viewer:
            hand_over.new_viewer = add_member(
                hand_over.organisation,
                user=outgoing.user,
                role=MembershipRole.VIEWER,
                source=SOURCE,
                now=now,
                since=first,
            )
    elif hand_over.stays_as_viewer:
        outgoing.role = MembershipRole.VIEWER
        outgoing.save(update_fields=["role"])
    else:
        close_membership(outgoing, by=hand_over.incoming_user, now=now)


def decline_hand_over(hand_over: HandOver, *, by: Any, now: datetime) -> HandOver:
    """Say no; the admin gets a message and stays. Again changes nothing. Refused: not_allowed, wrong_state."""
    with transaction.atomic():
        lock(hand_over.organisation)
        hand_over = lock(hand_over)
        require("organisations.hand_over.accept", by, hand_over, now)
        if hand_over.state == "declined":
            return hand_over
        _end(hand_over, "decline", now)
        queue(
            kind="organisations.hand_over",
            to=hand_over.outgoing.user,
            subject=format_lazy(_("Pääkäyttäjyyttä ei otettu vastaan: {name}"), name=hand_over.organisation.name),
            template="emails/organisations/hand_over_declined",
            context={"hand_over": hand_over, "organisation": hand_over.organisation, "person": by},
            dedup_key=f"organisations.hand_over_declined:{hand_over.pk}",
            required=True,
            now=now,
        )
    return hand_over


def cancel_hand_over(hand_over: HandOver, *, by: Any, now: datetime) -> HandOver:
    """Take the hand-over back: before it is accepted, or after that until its day. Again changes nothing.

    An accepted one is undone: the terms stand as before. Refused: not_allowed, wrong_state, too_late.
    """
    with transaction.atomic():
        organisation = lock(hand_over.organisation)
        hand_over = lock(hand_over)
        require("organisations.hand_over.cancel", by, hand_over, now)
        if hand_over.state == "cancelled":
            return hand_over
        was_accepted = hand_over.state == "accepted"
        if was_accepted and hand_over.effective_on is not None and hand_over.effective_on <= local_date(now):
            raise Refused("too_late", _("Luovutus on jo voimassa. Uusi pääkäyttäjä voi muuttaa rooleja."))
        _end(hand_over, "cancel", now)
        if was_accepted:
            _undo(hand_over, by=by, now=now)
        if hand_over.invitation is not None and hand_over.invitation.state == "sent":
            close_invitation(lock(hand_over.invitation), now)
        timeline.write(
            organisation, _("Pääkäyttäjyyden luovutus peruttiin"), visibility=Visibility.ORGANISATION, now=now, by=by
        )
    return hand_over


def _end(hand_over: HandOver, verb: str, now: datetime) -> None:
    hand_over.state, hand_over.ended_at = HAND_OVER_LIFE.check(hand_over.state, verb), now
    hand_over.save(update_fields=["state", "ended_at"])


def _undo(hand_over: HandOver, *, by: Any, now: datetime) -> None:
    """Take back what acceptance wrote: what has not begun is ended, what was shortened lasts as before."""
    for begun in (hand_over.new_admin, hand_over.new_viewer):
        if begun is not None and begun.ended_at is None:
            close_membership(lock(begun), by=by, now=now)
    outgoing = lock(hand_over.outgoing)
    outgoing.valid_until = hand_over.outgoing_until
    outgoing.save(update_fields=["valid_until"])
    if hand_over.earlier_role is not None:
        earlier = lock(hand_over.earlier_role)
        if earlier.ended_at is None:
            earlier.valid_until = hand_over.earlier_role_until
            earlier.save(update_fields=["valid_until"])


def expire_hand_overs(*, now: datetime) -> int:
    """Mark the hand-overs that nobody accepted in time; returns how many. Run nightly."""
    over = HandOver.objects.filter(state="waiting", expires_at__lte=now)
    return over.update(state=HAND_OVER_LIFE.check("waiting", "expire"), ended_at=now)
