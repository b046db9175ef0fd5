"""Sharing the cases of a call in handling among its assessors, by hand or evenly; terms of the assessing."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Refused
from common.locks import limit_waiting
from common.policies import get_allowed
from grants.distribution import Plan, Share, Situation, even_plan, seal_of, situation_of
from grants.models import Application, CaseAssignment, CaseEvent, GrantCall


def set_terms(call: GrantCall, *, per_case: int, spread_limit: int, by: Any, now: datetime) -> GrantCall:
    """Set how many assessors a shared case gets (1 or 2) and by how many points (1–100) assessments may differ.

    What has been shared stays; the next sharing reads the new number. Refused ``wrong_state`` outside handling.
    """
    with transaction.atomic():
        limit_waiting()
        locked = _in_handling(call, by, now)
        locked.assessors_per_case, locked.spread_limit = per_case, spread_limit
        locked.save(update_fields=["assessors_per_case", "spread_limit"])
    return locked


def share_evenly(call: GrantCall, *, redo: bool, seal: str, by: Any, now: datetime) -> int:
    """Share the cases evenly and return how many changed; ``redo`` moves also those that nobody has begun.

    The plan is made again under the call's lock; ``seal`` is that of the plan the person saw. Pressed twice it changes
    nothing more. Order of effects: call's row, its cases' rows, assignments, an event a case.
    Refused: ``wrong_state``, ``stale``, ``no_assessors``.
    """

    def wanted(locked: GrantCall, situation: Situation) -> Plan:
        if not situation.assessors:
            raise Refused("no_assessors", _("Haulla ei ole arvioijia. Nimeä ensin arvioija."))
        plan = even_plan(situation, locked.assessors_per_case, redo=redo)
        if _changes(situation, plan) and seal != seal_of(situation, plan, plan):
            raise _stale()
        return plan

    return _share(call, wanted, by, now)


def share_by_hand(call: GrantCall, chosen: Plan, *, seal: str, by: Any, now: datetime) -> int:
    """Give each of the chosen cases exactly these assessors and return how many cases changed.

    Order of effects as in ``share_evenly``. Refused: ``wrong_state``, ``stale``, ``barred`` (a declared conflict of
    interest or a membership in the applicant organisation), ``too_many``; each names the case.
    """

    def wanted(locked: GrantCall, situation: Situation) -> Plan:
        shares = {share.case.pk: share for share in situation.shares}
        known = {row.pk for row in situation.assessors}
        if not chosen.keys() <= shares.keys() or not frozenset().union(*chosen.values()) <= known:
            raise _stale()
        if _changes(situation, chosen) and seal != seal_of(situation, chosen):
            raise _stale()
        for key, picked in chosen.items():
            _check(shares[key], picked, locked.assessors_per_case)
        return chosen

    return _share(call, wanted, by, now)


def _check(share: Share, picked: frozenset[int], most: int) -> None:
    added = picked - share.given
    name = {"name": share.case.organisation.name}
    if added & share.barred:
        text = _("%(name)s: valittu arvioija on esteellinen tai kuuluu järjestöön. Valitse joku muu.")
        raise Refused("barred", text % name)
    if added and len(picked) > most:
        text = _("%(name)s: arvioijia on liikaa. Valitse enintään niin monta kuin yhdellä hakemuksella on.")
        raise Refused("too_many", text % name)


def _in_handling(call: GrantCall, by: Any, now: datetime) -> GrantCall:
    locked: GrantCall = get_allowed("grants.call.manage", by, now=now, lock=True, pk=call.pk)
    if locked.state != "handling":
        raise Refused("wrong_state", _("Hakemuksia voi jakaa arvioijille vain, kun haku on käsittelyssä."))
    return locked


def _stale() -> Refused:
    return Refused(
        "stale", _("Jako, arvioijat tai esteellisyydet ovat muuttuneet sen jälkeen, kun avasit sivun. Tarkista jako.")
    )


def _changes(situation: Situation, plan: Plan) -> list[Share]:
    """Return the cases whose rows of assessors in force would change; rows that are not active stay."""
    return [
        share
        for share in situation.shares
        if share.case.pk in plan and plan[share.case.pk] | (share.given - share.active) != share.given
    ]


def _share(call: GrantCall, wanted: Callable[[GrantCall, Situation], Plan], by: Any, now: datetime) -> int:
    with transaction.atomic():
        limit_waiting()
        locked = _in_handling(call, by, now)
        cases = Application.objects.select_for_update(of=("self",)).filter(call=locked, state="in_handling")
        list(cases.order_by("pk").values_list("pk"))
        situation = situation_of(locked, by, now)
        plan = wanted(locked, situation)
        changed = _changes(situation, plan)
        _write(situation, changed, plan, by, now)
    return len(changed)


def _write(situation: Situation, changed: list[Share], plan: Plan, by: Any, now: datetime) -> None:
    names = {row.pk: str(row.user) for row in situation.assessors}
    events = []
    for share in changed:
        left = share.given & share.active - plan[share.case.pk]
        if left:
            CaseAssignment.objects.filter(application=share.case, assignment__in=left).delete()
        CaseAssignment.objects.bulk_create(
            CaseAssignment(application=share.case, assignment_id=key, assigned_by=by, assigned_at=now)
            for key in sorted(plan[share.case.pk] - share.given)
        )
        who = ", ".join(sorted(names[key] for key in plan[share.case.pk]))
        text = f"Hakemuksen arvioijat: {who}." if who else "Hakemuksella ei ole arvioijaa."
        events.append(CaseEvent(application=share.case, at=now, by=by, verb="share", text=text[:500]))
    CaseEvent.objects.bulk_create(events)
