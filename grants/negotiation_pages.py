"""What both sides' pages of a negotiation show: newest version, difference, approvals, meetings, addresses."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from common.policies import may
from grants.models import Application, Negotiation, NegotiationApproval, NegotiationVersion, Side
from grants.negotiation_content import changes, parts
from grants.workflow.negotiations import AGREE, WRITE, is_prepared


def address(side: Side, name: str, case: Application, *more: int) -> str:
    """Return the address of a side's page of the case."""
    if side == Side.COUNTY:
        return reverse(f"grants:{name}", args=[case.pk, *more])
    return reverse(f"grants:own_{name}", args=[case.organisation_id, case.pk, *more])


def version_context(side: Side, case: Application, version: NegotiationVersion) -> dict[str, Any]:
    """Return one version for reading: its parts, how it differs from the one before it, who has approved it."""
    before = (
        NegotiationVersion.objects.filter(negotiation=version.negotiation_id, number__lt=version.number)
        .order_by("-number")
        .first()
    )
    return {
        "version": version,
        "parts": parts(version),
        "changes": list(changes(before, version)) if before else [],
        "before": before,
        "approvals": list(
            NegotiationApproval.objects.filter(version=version, withdrawn_at__isnull=True).select_related("by")
        ),
    }


def negotiation_context(side: Side, case: Application, user: Any, now: datetime) -> dict[str, Any]:
    """Return the whole page of one side; without a negotiation only what may be done."""
    row: Negotiation | None = getattr(case, "negotiation", None)
    if row is None:
        return {"negotiation": None, "side": side, "is_prepared": is_prepared(case)}
    versions = list(row.versions.select_related("sent_by").order_by("-number"))
    latest = versions[0] if versions else None
    shown: dict[str, Any] = version_context(side, case, latest) if latest else {"approvals": []}
    is_open = row.state == "open" and is_prepared(case)
    has_approved = any(one.side == side for one in shown["approvals"])
    return {
        "negotiation": row,
        "side": side,
        "is_prepared": is_prepared(case),
        "is_county": side == Side.COUNTY,
        "latest": latest,
        "versions": [{"row": one, "url": address(side, "negotiation_version", case, one.number)} for one in versions],
        "meetings": list(row.meetings.select_related("written_by")),
        "posts": list(row.posts.select_related("post__unit", "post__municipality")),
        "has_turn": row.turn == side,
        "has_approved": has_approved,
        "can_write": is_open and row.turn == side and may(WRITE[side], user, case, now=now),
        "can_approve": is_open and latest is not None and not has_approved and may(AGREE[side], user, case, now=now),
        "can_end": is_open and may(AGREE[side], user, case, now=now),
        "version_url": address(side, "negotiation_version_new", case),
        "end_url": address(side, "negotiation_end", case),
        "page_url": address(side, "negotiation", case),
        **shown,
    }
