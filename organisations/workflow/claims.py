""" "Edustan tätä järjestöä": a person asks, the coordinator checks and decides, the person may withdraw."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffRoleKind, User
from common.errors import Refused
from documents.uploads import CheckedUpload
from notifications.outbox import queue
from organisations import timeline
from organisations.models import (
    CLAIM_LIFE,
    CameBy,
    Claim,
    ClaimCode,
    ClaimFile,
    Membership,
    MembershipRole,
    Organisation,
    Visibility,
)
from organisations.workflow.guards import constraint_says, lock, require, staff
from organisations.workflow.memberships import add_member


def submit_claim(
    organisation: Organisation,
    *,
    role: str,
    position: str,
    evidence: str,
    attachment: CheckedUpload | None,
    by: Any,
    now: datetime,
    code: ClaimCode | None = None,
) -> Claim:
    """Ask for the right to act for the organisation; coordinators get a message.

    ``code`` is the code of a campaign that the person gave rightly, when that alone did not give the right.
    Refused: already_member; already_claimed when an earlier claim of the person still waits (also when two
    are sent at once: the constraint decides).
    """
    with transaction.atomic():
        if Membership.objects.in_force(now).filter(user=by, organisation=organisation).exists():
            raise Refused("already_member", _("Voit jo toimia tämän järjestön puolesta. Löydät sen omista asioistasi."))
        return _make(
            Claim(organisation=organisation, user=by, role=role, position=position, evidence=evidence, code=code),
            attachment,
            by=by,
            now=now,
        )


def enter_claim(
    organisation: Organisation,
    *,
    full_name: str,
    email: str,
    role: str,
    position: str,
    evidence: str,
    came_by: str,
    attachment: CheckedUpload | None,
    by: Any,
    now: datetime,
) -> Claim:
    """Enter a claim that came on paper, by e-mail or by telephone for the person who sent it.

    A person without an account gets one without a password; the message about the decision tells how to sign in.
    The claim is decided in the same queue as the others. Refused: not_allowed, already_member, already_claimed,
    closed_account.
    """
    with transaction.atomic():
        require("organisations.county_work", by, organisation, now)
        address = email.strip().lower()
        person = User.objects.filter(email__iexact=address).first()
        if person is not None and not person.is_active:
            raise Refused("closed_account", _("Tällä osoitteella oleva tunnus on suljettu. Pyydä toinen osoite."))
        if person is None:
            person = User.objects.create_user(address, None, full_name=full_name.strip())
        if Membership.objects.in_force(now).filter(user=person, organisation=organisation).exists():
            raise Refused("already_member", _("Henkilö voi jo toimia tämän järjestön puolesta."))
        claim = _make(
            Claim(
                organisation=organisation,
                user=person,
                role=role,
                position=position,
                evidence=evidence,
                came_by=CameBy(came_by),
                entered_by=by,
            ),
            attachment,
            by=by,
            now=now,
        )
        timeline.write(
            organisation,
            _("Edustuspyyntö kirjattiin henkilön puolesta, tapa: %(came_by)s"),
            {"came_by": claim.get_came_by_display()},
            visibility=Visibility.COUNTY,
            now=now,
            by=by,
            link=claim.get_absolute_url(),
        )
    return claim


def _make(claim: Claim, attachment: CheckedUpload | None, *, by: Any, now: datetime) -> Claim:
    """Store the claim with its attachment and tell the coordinators; inside the caller's transaction."""
    with transaction.atomic():
        claim.role, claim.created_at = MembershipRole(claim.role), now
        with constraint_says(
            "claim_one_waiting",
            "already_claimed",
            _("Olet jo pyytänyt oikeutta edustaa tätä järjestöä. Saat viestin, kun pyyntö on käsitelty."),
        ):
            claim.save(force_insert=True)
        if attachment is not None:
            stored = ClaimFile(claim=claim)
            stored.take(attachment, by=by, now=now)
            stored.save()
        for coordinator in staff(now, StaffRoleKind.COORDINATOR):
            queue(
                kind="organisations.claim_waiting",
                to=coordinator,
                subject=format_lazy(_("Edustuspyyntö odottaa: {name}"), name=claim.organisation.name),
                template="emails/organisations/claim_waiting",
                context={"claim": claim, "organisation": claim.organisation, "claimant": claim.user},
                dedup_key=f"organisations.claim_waiting:{claim.pk}:{coordinator.pk}",
                now=now,
            )
    return claim


def _decide(claim: Claim, verb: str, *, reason: str, by: Any, now: datetime) -> Claim:
    claim.state = CLAIM_LIFE.check(claim.state, verb)
    claim.decided_at, claim.decided_by, claim.decision_reason = now, by, reason
    claim.save(update_fields=["state", "decided_at", "decided_by", "decision_reason"])
    return claim


def approve_claim(claim: Claim, *, role: str, reason: str = "", by: Any, now: datetime) -> Claim:
    """Give the person the role in the organisation from today on.

    The coordinator may give another role than was asked. Membership, timeline entry and message are written
    together. Approving an approved claim again changes nothing. Refused: not_allowed, wrong_state,
    already_member.
    """
    with transaction.atomic():
        claim = lock(claim)
        require("organisations.claim.decide", by, claim, now)
        if claim.state == "approved":
            return claim
        _decide(claim, "approve", reason=reason, by=by, now=now)
        organisation, person = claim.organisation, claim.user
        membership = add_member(organisation, user=person, role=role, source=f"Edustuspyyntö {claim.pk}", now=now)
        timeline.write(
            organisation,
            _("Uusi edustaja järjestölle: %(role)s"),
            {"role": MembershipRole(membership.role).label},
            visibility=Visibility.ORGANISATION,
            now=now,
            by=by,
        )
        queue(
            kind="organisations.claim_decided",
            to=person,
            subject=format_lazy(_("Voit nyt toimia järjestön puolesta: {name}"), name=organisation.name),
            template="emails/organisations/claim_approved",
            context={
                "claim": claim,
                "organisation": organisation,
                "membership": membership,
                "has_password": person.has_usable_password(),
            },
            dedup_key=f"organisations.claim_decided:{claim.pk}",
            required=True,
            now=now,
        )
    return claim


def refuse_claim(claim: Claim, *, reason: str, by: Any, now: datetime) -> Claim:
    """Refuse the claim with a reason that the person reads; refusing again changes nothing.

    Refused: not_allowed, wrong_state, no_reason.
    """
    with transaction.atomic():
        claim = lock(claim)
        require("organisations.claim.decide", by, claim, now)
        if claim.state == "refused":
            return claim
        if not reason.strip():
            raise Refused("no_reason", _("Kirjoita perustelu, jonka pyytäjä voi lukea."))
        _decide(claim, "refuse", reason=reason.strip(), by=by, now=now)
        timeline.write(
            claim.organisation,
            _("Edustuspyyntö hylättiin"),
            visibility=Visibility.COUNTY,
            now=now,
            by=by,
            link=claim.get_absolute_url(),
        )
        queue(
            kind="organisations.claim_decided",
            to=claim.user,
            subject=format_lazy(_("Edustuspyyntöä ei hyväksytty: {name}"), name=claim.organisation.name),
            template="emails/organisations/claim_refused",
            context={"claim": claim, "organisation": claim.organisation},
            dedup_key=f"organisations.claim_decided:{claim.pk}",
            required=True,
            now=now,
        )
    return claim


def withdraw_claim(claim: Claim, *, by: Any, now: datetime) -> Claim:
    """Take one's own waiting claim back; again changes nothing. Refused: not_allowed, wrong_state."""
    with transaction.atomic():
        claim = lock(claim)
        require("organisations.claim.own", by, claim, now)
        if claim.state == "withdrawn":
            return claim
        return _decide(claim, "withdraw", reason="", by=by, now=now)
