"""Taking a model of sharing as the ground of the proposals: all cases in one transaction on the ledger."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Refused
from common.locks import limit_waiting
from common.money import format_euros
from common.policies import get_allowed
from grants.allocation import ZERO
from grants.allocation_rows import RESERVES, Plan, Row, movable, pool_of, rows_of, run
from grants.allocation_rows import seal as seal_of
from grants.models import Application, GrantCall
from grants.workflow.proposals import propose

# Reasons stand in the proposal, which is in Finnish as the decision will be; the officer may write more.
REASONS = {
    "tasa": "Kaikille ehdot täyttäville sama perusosuus, enintään {floor}, ja loput pisteiden mukaan.",
    "kynnys": "Pisteiden mukaisessa järjestyksessä {percent} % haetusta, kunnes määräraha on jaettu.",
    "pisteet": "Haetusta summasta pisteiden mukainen osuus.",
}


def adopt_model(call: GrantCall, *, model: str, plan: Plan, seal: str, by: Any, now: datetime) -> int:
    """Write the model's sums as proposals and return how many changed.

    The model runs again under the call's row lock on what stands then; ``seal`` is that of the sums the person saw.
    Cases of the person's own conflict, without points, or (unless ``plan.replace``) with a hand-made proposal stay.
    Order of effects: call's row, its cases' rows, proposals with their ledger (those that fall first), call's
    ``allocation``.
    Pressed twice it changes nothing more. Refused: ``wrong_state``, ``stale``, ``over_held_back``, and what
    ``propose`` refuses.
    """
    with transaction.atomic():
        limit_waiting()
        locked: GrantCall = get_allowed("grants.call.manage", by, now=now, lock=True, pk=call.pk)
        if locked.state != "handling":
            raise Refused("wrong_state", _("Esityksiä voi muuttaa vain, kun haku on käsittelyssä."))
        cases = Application.objects.select_for_update(of=("self",)).filter(call=locked, state="in_handling")
        list(cases.order_by("pk").values_list("pk"))
        rows = rows_of(locked, by, now)
        pool = pool_of(locked, rows, plan)
        if pool < 0:
            raise Refused("over_held_back", _("Jakamatta jätettävä summa on suurempi kuin jaettavana on."))
        sums = run(model, rows, pool, plan)
        changed = [
            row for row in rows if movable(row, plan) and (row.proposed is None or row.proposed != sums[row.case.pk])
        ]
        if not changed and locked.allocation.get("model") == model:
            return 0
        if seal != seal_of(rows, sums):
            raise Refused(
                "stale",
                _(
                    "Pisteet tai esitykset ovat muuttuneet sen jälkeen, kun avasit sivun. "
                    "Tarkista summat ja paina uudelleen."
                ),
            )
        for row in sorted(changed, key=lambda row: (sums[row.case.pk] - (row.proposed or ZERO), row.case.pk)):
            _propose(row, sums[row.case.pk], model, plan, by, now)
        locked.allocation = {"model": model, **parameters(plan), "at": now.isoformat()}
        locked.save(update_fields=["allocation"])
    return len(changed)


def _propose(row: Row, euros: Decimal, model: str, plan: Plan, by: Any, now: datetime) -> None:
    propose(
        row.case,
        sum=euros,
        reasons=_reasons(row, euros, model, plan),
        by=by,
        now=now,
        revision=row.case.proposal.revision if row.proposed is not None else 0,
        below_minimum_confirmed=True,  # the person chose the threshold on the page
        from_model=model,
    )


def _reasons(row: Row, euros: Decimal, model: str, plan: Plan) -> str:
    """Return one or two Finnish sentences: the points, and why this sum."""
    points = f"Arvioinnin pisteet {format(row.ask.points or ZERO, 'f').rstrip('0').rstrip('.').replace('.', ',')}."
    if row.barred:
        return f"{points} Kunta rahoittaa samaa toimintaa, eikä avustuslajin ehtojen mukaan avustusta silloin myönnetä."
    if (row.ask.points or ZERO) < plan.terms.least:
        return f"{points} Pisteet alittavat rajan {plan.terms.least}."
    if euros == 0:
        return f"{points} Määräraha ei riittänyt näillä pisteillä."
    base = plan.base if model == RESERVES else model
    terms = REASONS[base].format(floor=format_euros(plan.terms.floor), percent=plan.terms.percent)
    return f"{points} {terms}"


def parameters(plan: Plan) -> dict[str, Any]:
    """Return the plan's terms as plain JSON for the frozen proposal."""
    return {
        "floor": str(plan.terms.floor),
        "least": str(plan.terms.least),
        "percent": str(plan.terms.percent),
        "step": str(plan.terms.step),
        "holdback": str(plan.holdback),
        "base": plan.base,
        "reserves": [[group, str(euros)] for group, euros in plan.terms.reserves],
        "replace": plan.replace,
    }
