"""Proposing sums on a running ledger that cannot be overspent."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Avg, F
from django.utils.translation import gettext as _

from common.errors import Refused
from common.locks import limit_waiting
from common.money import format_euros
from common.policies import get_allowed
from common.times import local_date
from grants.models import Application, GrantCall, Outcome, Proposal
from grants.municipal import refuse_double_funding
from grants.negotiated import refuse_unready
from grants.workflow import events
from grants.workflow.aid_ledger import require_room

LEDGER = "grants_call_proposed_within_appropriation"


def mean_points(application: Application) -> Decimal | None:
    """Return the mean of the finished assessments' points; None when there is none."""
    mean = application.assessments.filter(state="done").aggregate(mean=Avg("total"))["mean"]
    return None if mean is None else Decimal(mean)


def propose(
    application: Application,
    *,
    sum: Decimal,
    reasons: str,
    by: Any,
    now: datetime,
    revision: int = 0,
    below_minimum_confirmed: bool = False,
    not_examined: bool = False,
    from_model: str = "",
) -> Proposal:
    """Propose a sum in euros for one case; 0 proposes rejection, or with ``not_examined`` that it is not examined.

    Return the proposal with its new revision.

    Order of effects: the call's row lock (the ledger), the case's right and row under it (so that a case withdrawn
    or a call presented meanwhile is seen), the proposal, the ledger's total. The appropriation is held twice: by
    the rule under the lock and by a CHECK constraint.
    Refused: ``reasons_missing``, ``over_asked``, ``negotiation_open`` and
    ``statement_missing`` (a negotiated case), ``double_funded``, ``not_examined_sum``, ``below_minimum`` (unless
    confirmed), ``stale`` (somebody else proposed in between: ``revision`` is the one the form showed, 0 for none),
    ``over_appropriation`` with what is left, ``over_ceiling`` (de minimis aid). ``from_model`` is set by
    ``grants.workflow.allocations`` alone.
    """
    with transaction.atomic():
        limit_waiting()
        get_allowed("grants.proposal.edit", by, now=now, pk=application.pk)
        call = GrantCall.objects.select_for_update(of=("self",)).get(pk=application.call_id)
        case: Application = get_allowed("grants.proposal.edit", by, now=now, lock=True, pk=application.pk)
        _check_case(case, sum, reasons, below_minimum_confirmed)
        refuse_unready(case, call)
        if sum > 0:
            refuse_double_funding(case)
        require_room(case, sum, on=local_date(now))
        if not_examined and sum > 0:
            raise Refused("not_examined_sum", _("Tutkimatta jätettävälle hakemukselle ei esitetä summaa. Kirjoita 0."))
        standing = Proposal.objects.filter(application=case).first()
        if (standing.revision if standing else 0) != revision:
            raise Refused("stale", _("Joku muu on muuttanut tätä esitystä. Lataa sivu uudelleen ja tarkista summa."))
        change = sum - (standing.sum if standing else Decimal(0))
        left = call.appropriation - call.proposed_total
        if change > left:
            raise _over(left + (standing.sum if standing else Decimal(0)))
        proposal = standing or Proposal(application=case, revision=0)
        proposal.sum, proposal.reasons, proposal.revision = sum, reasons.strip(), revision + 1
        proposal.outcome = Outcome.NOT_EXAMINED if not_examined else Outcome.REJECTED
        proposal.proposed_by, proposal.proposed_at, proposal.from_model = by, now, from_model
        proposal.save()
        _move_ledger(call, change)
        text = "Esitettiin jätettäväksi tutkimatta." if not_examined else f"Esitettiin {format_euros(sum)}."
        events.record(case, "propose", text, by=by, now=now)
    return proposal


def _check_case(case: Application, sum: Decimal, reasons: str, confirmed: bool) -> None:
    if not reasons.strip():
        raise Refused("reasons_missing", _("Perustelut puuttuvat. Kirjoita, miksi esität tätä summaa."))
    if sum < 0:
        raise Refused("negative", _("Esitetty summa ei voi olla pienempi kuin nolla."))
    asked = case.asked_sum or Decimal(0)
    if sum > asked:
        raise Refused(
            "over_asked", _("Hakija on hakenut %(asked)s. Enempää ei voi esittää.") % {"asked": format_euros(asked)}
        )
    mean = mean_points(case)
    if sum > 0 and not confirmed and mean is not None and mean < case.call.minimum_points:
        raise Refused(
            "below_minimum",
            _("Hakemuksen pisteet alittavat vähimmäispisteet (%(least)s). Perustele poikkeus ja vahvista se.")
            % {"least": case.call.minimum_points},
        )


def _over(most: Decimal) -> Refused:
    return Refused(
        "over_appropriation",
        _("Määräraha ei riitä. Tälle hakemukselle voi esittää enintään %(most)s.") % {"most": format_euros(most)},
    )


def _move_ledger(call: GrantCall, change: Decimal) -> None:
    """Change the ledger in the database; its CHECK constraint speaks with the rule's voice."""
    try:
        with transaction.atomic():
            GrantCall.objects.filter(pk=call.pk).update(proposed_total=F("proposed_total") + change)
    except IntegrityError as error:
        if LEDGER not in str(error):
            raise
        raise _over(max(call.appropriation - call.proposed_total, Decimal(0))) from error
