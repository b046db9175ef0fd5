"""Freezing the proposals of a call under a number, so that what the body had before it can be read afterwards."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Avg, Max, Min, Q
from django.utils.translation import gettext as _

from common.errors import Refused
from common.locks import limit_waiting
from common.policies import get_allowed
from grants.models import Application, GrantCall, ProposalSet
from grants.workflow.snapshot import content_hash

VERSION = 1


def freeze_proposals(call: GrantCall, *, by: Any, now: datetime) -> ProposalSet:
    """Freeze the proposals as they stand; unchanged since the newest number it returns that one.

    Order of effects: call's row (its proposals stand still under it), the frozen row. Cases without a proposal are
    in it without a sum. Refused: ``wrong_state``, ``nothing_to_freeze``.
    """
    with transaction.atomic():
        limit_waiting()
        locked: GrantCall = get_allowed("grants.proposal_set.freeze", by, now=now, lock=True, pk=call.pk)
        if locked.state != "handling":
            raise Refused("wrong_state", _("Esityksen voi jäädyttää vain, kun haku on käsittelyssä."))
        if not Application.objects.filter(call=locked, state="in_handling", proposal__isnull=False).exists():
            raise Refused("nothing_to_freeze", _("Haussa ei ole vielä esityksiä. Tee ensin esitykset."))
        return freeze_locked(locked, by=by, now=now)


def freeze_locked(call: GrantCall, *, by: Any, now: datetime) -> ProposalSet:
    """Freeze under the call's row lock that the caller holds."""
    content = content_of(call)
    digest = content_hash(content)
    newest = ProposalSet.objects.filter(call=call).order_by("-number").first()
    if newest is not None and newest.sha256 == digest:
        return newest
    return ProposalSet.objects.create(
        call=call,
        number=newest.number + 1 if newest else 1,
        content=content,
        sha256=digest,
        appropriation=call.appropriation,
        asked_total=_total(content, "asked"),
        proposed_total=_total(content, "proposed"),
        model=str(call.allocation.get("model", "")),
        parameters={key: value for key, value in call.allocation.items() if key not in ("model", "at")},
        made_by=by,
        made_at=now,
    )


def content_of(call: GrantCall) -> dict[str, Any]:
    """Return the proposals as plain JSON: sums are text with two decimals, points with one; one query."""
    done = Q(assessments__state="done")
    rows = (
        Application.objects.filter(call=call, state="in_handling")
        .select_related("organisation__domicile", "proposal")
        .annotate(
            mean=Avg("assessments__total", filter=done),
            lowest=Min("assessments__total", filter=done),
            highest=Max("assessments__total", filter=done),
        )
        .order_by("pk")
    )
    return {
        "version": VERSION,
        "call": {"id": call.pk, "title_fi": call.title_fi, "year": call.year},
        "appropriation": f"{call.appropriation:.2f}",
        "cases": [_case(row) for row in rows],
    }


def _case(row: Any) -> dict[str, Any]:
    proposal = getattr(row, "proposal", None)
    domicile = row.organisation.domicile
    return {
        "id": row.pk,
        "case_number": row.case_number,
        "organisation": row.organisation.name,
        "municipality": domicile.name_fi if domicile else "",
        "asked": f"{row.asked_sum:.2f}",
        "points": None if row.mean is None else f"{row.mean:.1f}",
        "spread": None if row.highest is None else row.highest - row.lowest,
        "proposed": f"{proposal.sum:.2f}" if proposal else None,
        "reasons": proposal.reasons if proposal else "",
        "from_model": proposal.from_model if proposal else "",
    }


def _total(content: dict[str, Any], name: str) -> Decimal:
    return sum((Decimal(case[name]) for case in content["cases"] if case[name]), Decimal(0))
