"""Using the code of a campaign: whoever has it becomes admin of an organisation that has none, once."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.times import local_date
from notifications.outbox import queue
from organisations import timeline
from organisations.claim_codes import hash_code
from organisations.models import (
    CLAIM_LIFE,
    CODE_LIFE,
    Channel,
    Claim,
    ClaimCode,
    Membership,
    MembershipRole,
    Organisation,
    Visibility,
)
from organisations.policies.registry import acting
from organisations.workflow.claims import submit_claim
from organisations.workflow.guards import lock, require
from organisations.workflow.memberships import add_member, has_admin

EVIDENCE = "Koodi oikein: käyttöönottokampanja {name}."


def find_code(code: str) -> ClaimCode | None:
    """Return the row of a typed code, whatever its state, or None for a code that is not there (any more)."""
    rows = ClaimCode.objects.select_related("organisation__domicile", "campaign")
    return rows.filter(code_hash=hash_code(code)).first()


def _check(found: ClaimCode, verb: str, now: datetime) -> str:
    """Return the next state, or refuse in words a person understands."""
    if found.state == "used":
        raise Refused(
            "used",
            _("Koodi on jo käytetty. Pyydä järjestösi pääkäyttäjää kutsumaan sinut, tai tee edustuspyyntö."),
        )
    if found.state in ("expired", "cancelled") or (found.expires_at is not None and found.expires_at <= now):
        raise Refused(
            "expired", _("Koodin voimassaolo on päättynyt. Voit silti tehdä edustuspyynnön järjestön sivulla.")
        )
    return CODE_LIFE.check(found.state, verb)


def open_code(found: ClaimCode, *, by: Any, now: datetime) -> ClaimCode:
    """Note that somebody has entered the code; again changes nothing. Refused: not_allowed, used, expired."""
    with transaction.atomic():
        found = lock(found)
        require("organisations.claim_code.use", by, found, now)
        if found.state == "opened" and found.expires_at is not None and found.expires_at > now:
            return found
        found.state = _check(found, "open", now)
        found.opened_at = found.opened_at or now
        found.save(update_fields=["state", "opened_at"])
    return found


def use_code(found: ClaimCode, *, position: str, by: Any, now: datetime) -> Membership | Claim:
    """Use the code up: the person becomes admin when the organisation has none, else a claim waits in the queue.

    The code went to the address in the register, so whoever has it was let in by the organisation itself (decision
    0012); an organisation that has an admin has its own way, and the coordinator looks. Order: organisation, then
    code are locked, so that of two people with one code one is first. Refused: not_allowed, used, expired,
    already_member, already_claimed.
    """
    with transaction.atomic():
        organisation = lock(found.organisation)
        found = lock(found)
        require("organisations.claim_code.use", by, found, now)
        target = _check(found, "use", now)
        if acting(by, now, MembershipRole.ADMIN).filter(pk=organisation.pk).exists():
            raise Refused("already_member", _("Olet jo tämän järjestön pääkäyttäjä. Koodia ei tarvita."))
        if has_admin(organisation, local_date(now)):
            result: Membership | Claim = submit_claim(
                organisation,
                role=MembershipRole.ADMIN,
                position=position,
                evidence=EVIDENCE.format(name=found.campaign.name),
                attachment=None,
                by=by,
                now=now,
                code=found,
            )
        else:
            result = _become_admin(organisation, found, position=position, by=by, now=now)
        found.state, found.used_at, found.used_by = target, now, by
        found.save(update_fields=["state", "used_at", "used_by"])
    return result


def _become_admin(organisation: Organisation, found: ClaimCode, *, position: str, by: Any, now: datetime) -> Membership:
    held: Membership | None = (
        Membership.objects.in_force(now).select_for_update().filter(user=by, organisation=organisation).first()
    )
    if held is not None:
        held.role, held.valid_until = MembershipRole.ADMIN, None
        held.save(update_fields=["role", "valid_until"])
        membership = held
    else:
        source = f"Käyttöönottokoodi {found.pk}: {position}"[:200]
        membership = add_member(organisation, user=by, role=MembershipRole.ADMIN, source=source, now=now)
    for claim in Claim.objects.select_for_update().filter(user=by, organisation=organisation, state="waiting"):
        claim.state, claim.decided_at = CLAIM_LIFE.check(claim.state, "withdraw"), now
        claim.save(update_fields=["state", "decided_at"])
    timeline.write(
        organisation,
        _("Käyttöönottokoodi käytettiin: järjestö sai pääkäyttäjän (%(position)s)"),
        {"position": position},
        visibility=Visibility.ORGANISATION,
        now=now,
        by=by,
    )
    _tell(organisation, found, membership, now)
    return membership


def _tell(organisation: Organisation, found: ClaimCode, membership: Membership, now: datetime) -> None:
    """Tell the person, and the address to which the code went, so that the organisation itself sees who it was."""
    context = {"organisation": organisation, "membership": membership, "person": membership.user}
    queue(
        kind="organisations.claim_decided",
        to=membership.user,
        subject=format_lazy(_("Voit nyt toimia järjestön puolesta: {name}"), name=organisation.name),
        template="emails/organisations/code_used",
        context=context,
        dedup_key=f"organisations.code_used:{found.pk}:person",
        required=True,
        now=now,
    )
    if found.channel == Channel.EMAIL and found.address.lower() != membership.user.email.lower():
        queue(
            kind="organisations.code_used",
            to=found.address,
            subject=format_lazy(_("Järjestöllänne on nyt pääkäyttäjä: {name}"), name=organisation.name),
            template="emails/organisations/code_used_notice",
            context=context,
            dedup_key=f"organisations.code_used:{found.pk}:address",
            required=True,
            now=now,
        )
