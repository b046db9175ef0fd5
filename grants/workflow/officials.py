"""Laying a call's proposals before the office-holder who decides, and what the office-holder decides."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common.errors import Refused
from common.locks import limit_waiting
from common.policies import allowed, get_allowed
from common.times import local_date
from grants.life_cycles import CALL
from grants.models import Application, ConflictDeclaration, DecidingOfficial, Decision, GrantCall, ProposalSet
from grants.workflow.aid_ledger import hold_ledgers
from grants.workflow.decisions import Change, check_budget, decide_case, in_force_from
from grants.workflow.official_numbers import next_official_number
from grants.workflow.presentation import record_all, refuse_unproposed
from grants.workflow.proposal_sets import freeze_locked
from grants.workflow.serving import move_ledger
from notifications import outbox


def lay_call(call: GrantCall, *, by: Any, now: datetime) -> GrantCall:
    """Lay the call before the office-holder whose post its kind names; the proposals are frozen under a number.

    Every case in handling needs a proposal, and somebody must hold the post. Laid again it stays as it is. Order of
    effects: call's row, frozen proposal, events, a message to the post's holders. Refused: ``nothing_to_decide``,
    ``proposals_missing``, ``no_official``.
    """
    with transaction.atomic():
        limit_waiting()
        locked: GrantCall = get_allowed("grants.call.lay", by, now=now, lock=True, pk=call.pk)
        if locked.state == "presented" and locked.laid_before:
            return locked
        state = CALL.check(locked.state, "lay_call")
        post = locked.kind.decided_by_post_fi
        cases = Application.objects.filter(call=locked, state="in_handling")
        if not cases.exists():
            raise Refused("nothing_to_decide", _("Haussa ei ole päätettäviä hakemuksia."))
        refuse_unproposed(cases)
        people = _holders(post, now)
        if not people:
            raise Refused(
                "no_official",
                _("Virkaan ”%(post)s” ei ole nimetty ketään. Pyydä pääkäyttäjää nimeämään päättäjä.") % {"post": post},
            )
        freeze_locked(locked, by=by, now=now)
        locked.laid_before, locked.state, locked.presented_by, locked.presented_at = post, state, by, now
        locked.save(update_fields=["state", "laid_before", "presented_by", "presented_at"])
        record_all(cases, "lay_call", f"Esitettiin päätettäväksi: {post}.", by, now)
        _tell(locked, people, now)
    return locked


def _holders(post: str, now: datetime) -> list[User]:
    """Return who is told: the holders of the post, or the deputies where nobody holds it."""
    rows = list(DecidingOfficial.objects.in_force(now).filter(post=post, user__is_active=True).select_related("user"))
    return [row.user for row in rows if not row.is_deputy] or [row.user for row in rows]


def _tell(call: GrantCall, people: Iterable[User], now: datetime) -> None:
    for person in people:
        outbox.queue(
            kind="grants.laid",
            to=person,
            subject=format_lazy(gettext_lazy("Avustukset odottavat päätöstäsi: {call}"), call=call.title_fi),
            template="emails/grants/laid",
            context={"call": call, "link": outbox.absolute(reverse("grants:official_call", args=[call.pk]))},
            dedup_key=f"grants.laid:{call.pk}:{call.presented_at:%Y%m%d%H%M%S}:{person.pk}",
            now=now,
        )


def tell_stand_ins(case: Application, *, by: Any, now: datetime) -> None:
    """Tell the others of the post that a case waits for them, once a laid call: ``by`` has just withdrawn from it."""
    call = case.call
    if (
        call.state != "presented"
        or not DecidingOfficial.objects.holding(by, now).filter(post=call.laid_before).exists()
    ):
        return
    rows = DecidingOfficial.objects.in_force(now).filter(post=call.laid_before, user__is_active=True).exclude(user=by)
    conflicted = ConflictDeclaration.objects.filter(application=case, has_conflict=True).values("user")
    _tell(call, [row.user for row in rows.exclude(user__in=conflicted).select_related("user")], now)


def take_back_laid(call: GrantCall, *, by: Any, now: datetime) -> GrantCall:
    """Return what the office-holder has not decided to preparation; what has been decided stays decided."""
    with transaction.atomic():
        limit_waiting()
        locked: GrantCall = get_allowed("grants.call.lay", by, now=now, lock=True, pk=call.pk)
        if locked.state == "handling":
            return locked
        state = CALL.check(locked.state, "take_back_laid")
        locked.state, locked.laid_before, locked.presented_by, locked.presented_at = state, "", None, None
        locked.save(update_fields=["state", "laid_before", "presented_by", "presented_at"])
        cases = Application.objects.filter(call=locked, state="in_handling")
        record_all(cases, "take_back_laid", "Palautettiin valmisteluun.", by, now)
    return locked


def frozen_number(call: GrantCall) -> int:
    """Return the number of the frozen proposal that is before the office-holder, 0 for none."""
    newest = ProposalSet.objects.filter(call=call).order_by("-number").first()
    return newest.number if newest else 0


def decide_as_official(
    call: GrantCall,
    chosen: Mapping[int, Change | None],
    *,
    frozen: int,
    is_published: bool = False,
    by: Any,
    now: datetime,
) -> list[Decision]:
    """The office-holder decides the chosen cases, each under the next number of the post in the year.

    ``chosen`` maps an application's key to what differs from its proposal, None for "as proposed". ``frozen`` is the
    number of the frozen proposal that the page showed; an older page is refused as ``stale``. ``is_published``: the
    decisions are published in the public network today. Decided a second time by the same person with the same
    outcome, what stands is returned. The call is decided with its last case; with nothing left and nothing chosen
    (the last ones were withdrawn) it is closed. Order of effects: call's row lock, cases' rows, numbers, a decision a
    case, ``decided_total``, events. Refused: ``stale``, ``budget_open``, ``decided``, ``undeclared``, ``conflict``,
    ``own_proposal``, ``nothing_chosen``, ``over_asked``, ``over_appropriation``, ``reasons_missing``.
    """
    with transaction.atomic():
        limit_waiting()
        locked: GrantCall = get_allowed("grants.call.official", by, now=now, lock=True, pk=call.pk)
        stands = _standing(locked, chosen, by)
        if stands is not None:
            return stands
        CALL.check(locked.state, "decide_as_official")
        if frozen_number(locked) != frozen:
            raise Refused("stale", _("Esitys on muuttunut. Lataa sivu uudelleen ja tarkista summat."))
        check_budget(locked)
        told = _told(locked, is_published, by, now)
        cases = _cases(locked, chosen, by, now)
        hold_ledgers(cases)
        decisions = [
            decide_case(case, locked, chosen[case.pk], {**told, **_numbered(locked, case, now)}, by=by, now=now)
            for case in cases
        ]
        move_ledger(locked, sum((decision.sum for decision in decisions), Decimal(0)))
        is_left = Application.objects.filter(call=locked, state="in_handling").exists()
        if is_left and not decisions:
            raise Refused("nothing_chosen", _("Valitse ensin hakemukset, jotka päätät."))
        locked.state = CALL.check(locked.state, "decide_as_official", target="presented" if is_left else "decided")
        locked.save(update_fields=["state"])
    return decisions


def _standing(call: GrantCall, chosen: Mapping[int, Change | None], by: Any) -> list[Decision] | None:
    """Return the decisions when all the chosen stand as this person decided them; None when some are undecided.

    Refused ``decided`` where a case stands otherwise than is asked now.
    """
    made = Decision.objects.filter(application__call=call, application__in=list(chosen)).select_related(
        "application__proposal"
    )
    found = list(made.order_by("application_id"))
    if not chosen and call.state == "decided":
        return []
    for decision in found:
        change = chosen[decision.application_id]
        proposal = decision.application.proposal
        total, reasons = (change.sum, change.reasons.strip()) if change else (proposal.sum, proposal.reasons)
        if decision.decided_by_id != by.pk or (decision.sum, decision.reasons) != (total, reasons):
            raise Refused(
                "decided",
                _("Asia on jo päätetty: %(case)s, %(number)s. Lataa sivu uudelleen.")
                % {"case": decision.application.case_number, "number": decision.reference},
            )
    return found if found and len(found) == len(chosen) else None


def _cases(call: GrantCall, chosen: Mapping[int, Change | None], by: Any, now: datetime) -> list[Application]:
    """Lock and return the chosen undecided cases; refuse those that this person may not decide."""
    rows = Application.objects.select_for_update(of=("self",)).filter(call=call, pk__in=list(chosen))
    cases = list(
        rows.filter(state="in_handling")
        .select_related("proposal", "organisation", "negotiation__agreed_version")
        .order_by("pk")
    )
    may = set(allowed("grants.application.decide", by, now=now).filter(call=call).values_list("pk", flat=True))
    for case in cases:
        if case.pk not in may:
            raise _why_not(case, by)
    decided = Decision.objects.filter(application__in=list(chosen)).count()
    if len(cases) + decided < len(chosen):
        raise Refused("gone", _("Jokin valituista hakemuksista ei ole enää käsittelyssä. Lataa sivu uudelleen."))
    return cases


def _why_not(case: Application, by: Any) -> Refused:
    """Return why the person may not decide the case."""
    said = ConflictDeclaration.objects.filter(application=case, user=by).first()
    if said is None:
        return Refused(
            "undeclared",
            _("Kerro ensin, oletko esteellinen: %(name)s.") % {"name": case.organisation},
        )
    if said.has_conflict:
        return Refused(
            "conflict",
            _("Olet vetäytynyt asiasta: %(name)s. Sen päättää sijainen.") % {"name": case.organisation},
        )
    return Refused(
        "own_proposal",
        _("Teit itse esityksen: %(name)s. Sen päättää sijainen tai toinen viranhaltija.") % {"name": case.organisation},
    )


def _numbered(call: GrantCall, case: Application, now: datetime) -> dict[str, Any]:
    """Return the next number of the post in the year, and whose proposal is decided."""
    year = local_date(now).year
    number = next_official_number(call.laid_before, year)
    return {"official_number": number, "official_year": year, "prepared_by_id": case.proposal.proposed_by_id}


def _told(call: GrantCall, is_published: bool, by: Any, now: datetime) -> dict[str, Any]:
    """Return by whom and when the cases are decided, and who decides claims."""
    today = local_date(now)
    held = DecidingOfficial.objects.holding(by, now).filter(post=call.laid_before).order_by("is_deputy").first()
    return {
        "body_name": call.laid_before,
        "decided_by": by,
        "as_deputy": held is not None and held.is_deputy,
        "claims_body": call.kind.claims_decider,
        **in_force_from(today, today if is_published else None),
    }
