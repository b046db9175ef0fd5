"""Verbs on a call's terms: the budget decision behind a conditional appropriation, invitations, follows."""

from datetime import date, datetime
from decimal import ROUND_DOWN, Decimal
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.locks import limit_waiting
from common.money import CENT, format_euros
from common.policies import get_allowed
from common.times import local_date
from grants import life_cycles
from grants.models import Application, CallInvitation, CallVerb, GrantCall, GrantKind, KindFollow, Procedure
from grants.models.applications import ENDED
from grants.workflow.call_news import tell_invited
from grants.workflow.calls import record
from organisations.models import Organisation


@transaction.atomic
def record_budget(
    call: GrantCall, *, total: Decimal, body: str, decided_on: date, section: int, by: Any, now: datetime
) -> GrantCall:
    """Write what the budget made of a conditional appropriation: the sum in euros, the body, the day and the §.

    A smaller sum makes the reserves smaller in the same proportion, rounded down to cents. Recorded again with the
    same facts it changes nothing. Refused: ``not_conditional``, ``recorded`` (other facts stand already),
    ``not_positive``, ``bad_day`` (a day to come), ``below_proposed`` and ``no_body``.
    """
    limit_waiting()
    call = get_allowed("grants.call.manage", by, now=now, lock=True, pk=call.pk)
    facts = (total, body.strip(), decided_on, section)
    if call.budget_recorded_at:
        if facts == (call.appropriation, call.budget_body, call.budget_decided_on, call.budget_section):
            return call
        raise Refused("recorded", _("Talousarviopäätös on jo kirjattu, eikä sitä voi muuttaa."))
    life_cycles.CALL.check(call.state, "record_budget")
    _check_budget(call, total, body, decided_on, now)
    before = call.appropriation
    if total < before:
        for reserve in call.reserves.select_for_update().order_by("pk"):
            reserve.sum = max((reserve.sum * total / before).quantize(CENT, ROUND_DOWN), CENT)
            reserve.save(update_fields=["sum"])
    call.appropriation = total
    call.budget_body, call.budget_decided_on, call.budget_section = body.strip(), decided_on, section
    call.budget_recorded_by, call.budget_recorded_at = by, now
    call.save(
        update_fields=[
            "appropriation",
            "budget_body",
            "budget_decided_on",
            "budget_section",
            "budget_recorded_by",
            "budget_recorded_at",
        ]
    )
    words = f"{body.strip()} § {section}: {format_euros(before)} → {format_euros(total)}"
    record(call, CallVerb.BUDGET, by=by, now=now, reason=words)
    return call


def _check_budget(call: GrantCall, total: Decimal, body: str, decided_on: date, now: datetime) -> None:
    if not call.appropriation_conditional:
        raise Refused("not_conditional", _("Tämän haun määräraha ei ole ehdollinen."))
    if not body.strip():
        raise Refused("no_body", _("Kirjoita, mikä toimielin päätti talousarviosta."))
    if total <= 0:
        raise Refused("not_positive", _("Määrärahan täytyy olla suurempi kuin nolla."))
    if decided_on > local_date(now):
        raise Refused("bad_day", _("Päätöspäivä ei voi olla tulevaisuudessa."))
    if total < call.proposed_total:
        raise Refused(
            "below_proposed",
            _("Haussa on jo esitetty yhteensä %(sum)s. Pienennä ensin esityksiä, sitten määrärahaa.")
            % {"sum": format_euros(call.proposed_total)},
        )


def reserved(call: GrantCall) -> Decimal:
    """Return the euros of the appropriation that are reserved."""
    return call.reserves.aggregate(total=Sum("sum"))["total"] or Decimal(0)


# Who is invited


@transaction.atomic
def invite_organisation(call: GrantCall, *, organisation: Organisation, by: Any, now: datetime) -> CallInvitation:
    """Invite an organisation to a negotiated or direct call; it is told at once, or when the call is published.

    Invited twice it is one invitation. Refused: ``open_to_all`` (anyone may apply), ``closed``, ``merged`` (the
    organisation is no longer in the register).
    """
    call = get_allowed("grants.call.manage", by, now=now, lock=True, pk=call.pk)
    _check_invitable(call, now)
    made, is_new = CallInvitation.objects.get_or_create(
        call=call, organisation=organisation, defaults={"invited_by": by, "invited_at": now}
    )
    if is_new:
        record(call, CallVerb.INVITED, by=by, now=now, reason=organisation.name)
        tell_invited(call, now=now, only=made)
    return made


@transaction.atomic
def remove_invitation(invitation: CallInvitation, *, by: Any, now: datetime) -> None:
    """Take an invitation back. Refused ``begun`` once the organisation has an application in the call, ``closed``."""
    # The invitation first: who begins an application holds it while the application's row asks for the call.
    found: CallInvitation = get_allowed("grants.call.invite", by, now=now, lock=True, pk=invitation.pk)
    call: GrantCall = get_allowed("grants.call.manage", by, now=now, lock=True, pk=found.call_id)
    _check_invitable(call, now)
    if Application.objects.filter(call=call, organisation=found.organisation_id).exclude(state__in=ENDED).exists():
        raise Refused("begun", _("Järjestö on jo aloittanut hakemuksen, joten kutsua ei voi perua."))
    record(call, CallVerb.UNINVITED, by=by, now=now, reason=found.organisation.name)
    found.delete()


def _check_invitable(call: GrantCall, now: datetime) -> None:
    if call.procedure == Procedure.CALL:
        raise Refused("open_to_all", _("Tähän hakuun voi hakea kuka tahansa, joten kutsuja ei tarvita."))
    if call.state not in ("draft", "published") or (call.state == "published" and call.closes_at <= now):
        raise Refused("closed", _("Haku on päättynyt, joten kutsuja ei voi enää muuttaa."))
    if call.asked_at and call.state == "draft":
        raise Refused("asked", _("Haku odottaa tarkastusta. Ota pyyntö takaisin, jos muutat kutsuja."))


# Following a kind


@transaction.atomic
def follow_kind(kind: GrantKind, *, by: Any, now: datetime) -> KindFollow:
    """Let the person hear of the kind's calls; followed twice is followed once."""
    found: GrantKind = get_allowed("grants.kind.follow", by, now=now, pk=kind.pk)
    return KindFollow.objects.get_or_create(kind=found, user=by, defaults={"followed_at": now})[0]


@transaction.atomic
def unfollow_kind(kind: GrantKind, *, by: Any, now: datetime) -> None:
    """End following; ended twice is ended once."""
    get_allowed("grants.kind.follow", by, now=now, pk=kind.pk)
    KindFollow.objects.filter(kind=kind, user=by).delete()
