"""Two pairs of eyes: who makes a call asks for publishing, another checks and publishes or returns it with words."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import prefetch_related_objects
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffRoleKind, User
from common.errors import Refused
from common.policies import get_allowed
from grants import life_cycles
from grants.call_readiness import gaps
from grants.models import CallVerb, GrantCall
from grants.workflow.calls import record
from notifications import outbox
from organisations.workflow.guards import staff


@transaction.atomic
def ask_publishing(call: GrantCall, *, by: Any, now: datetime) -> GrantCall:
    """Ask another person to check the call and to publish it; until then nobody edits it.

    Told are the other coordinators, and where there is none the registry. Asked twice by the same person it is
    one request. Refused ``not_needed`` where the kind is published alone, ``incomplete``, ``asked`` (somebody else
    has asked), ``nobody`` when no second person holds a role that may check.
    """
    call = get_allowed("grants.call.manage", by, now=now, lock=True, pk=call.pk)
    life_cycles.CALL.check(call.state, "ask_publishing")
    if call.asked_at and call.asked_by_id == by.pk:
        return call
    if call.asked_at:
        raise Refused("asked", _("%(who)s on jo pyytänyt julkaisua.") % {"who": call.asked_by})
    if not call.kind.four_eyes:
        raise Refused("not_needed", _("Tämän avustuslajin haun voit julkaista itse."))
    prefetch_related_objects([call], "criteria__levels", "guidelines")
    missing = gaps(call, now=now)
    if missing:
        raise Refused("incomplete", missing[0].message)
    people = checkers(by, now)
    if not people:
        raise Refused(
            "nobody",
            _("Kukaan toinen ei voi tarkastaa hakua. Pyydä pääkäyttäjää antamaan koordinaattorin rooli sijaiselle."),
        )
    call.asked_by, call.asked_at, call.four_eyes = by, now, True
    call.save(update_fields=["asked_by", "asked_at", "four_eyes"])
    event = record(call, CallVerb.ASKED, by=by, now=now)
    for person in people:
        _write(call, event.pk, person, "grants:call_check", _("Tarkasta ja julkaise haku: {call}"), "", now)
    return call


def checkers(by: Any, now: datetime) -> list[User]:
    """Return who are asked to check after ``by``: the other coordinators, else the registry."""
    for kind in (StaffRoleKind.COORDINATOR, StaffRoleKind.REGISTRAR):
        people = [person for person in staff(now, kind) if person.pk != by.pk]
        if people:
            return people
    return []


@transaction.atomic
def return_call(call: GrantCall, *, reason: str, by: Any, now: datetime) -> GrantCall:
    """Return the call to who asked, with words on what to mend. Refused ``no_reason``; 404 when nothing is asked."""
    call = get_allowed("grants.call.check", by, now=now, lock=True, pk=call.pk)
    life_cycles.CALL.check(call.state, "return_call")
    if not reason.strip():
        raise Refused("no_reason", _("Kirjoita, mitä haussa pitää korjata."))
    asker = call.asked_by
    _end_request(call)
    event = record(call, CallVerb.RETURNED, by=by, now=now, reason=reason)
    if asker is not None:
        _write(call, event.pk, asker, "grants:call_edit", _("Haku palautettiin korjattavaksi: {call}"), reason, now)
    return call


@transaction.atomic
def take_back_request(call: GrantCall, *, by: Any, now: datetime) -> GrantCall:
    """Take the request back, so that the draft can be edited again; done twice it is done once."""
    call = get_allowed("grants.call.manage", by, now=now, lock=True, pk=call.pk)
    life_cycles.CALL.check(call.state, "take_back_request")
    if call.asked_at:
        _end_request(call)
    return call


def _end_request(call: GrantCall) -> None:
    call.asked_by, call.asked_at, call.four_eyes = None, None, False
    call.save(update_fields=["asked_by", "asked_at", "four_eyes"])


def _write(call: GrantCall, event_id: int, to: User, view_name: str, subject: Any, reason: str, now: datetime) -> None:
    outbox.queue(
        kind="grants.call_check",
        to=to,
        subject=format_lazy(subject, call=call.title_fi),
        template="emails/grants/call_check",
        context={
            "call": call,
            "words": reason.strip(),
            "link": outbox.absolute(reverse(view_name, args=[call.pk])),
            "button": _("Avaa haku"),
        },
        dedup_key=f"grants.call_check:{event_id}:{to.pk}",
        now=now,
    )
