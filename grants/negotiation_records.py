"""What the hand-over to the records system tells of a negotiated case: versions, approvals, memos, other funders.

Not the officers' inner notes (621/1999 5 § 3 mom.).
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from grants.models import Application, NegotiationMeeting, NegotiationVersion

Told = tuple[str, str, str, datetime, dict[str, Any]]
#: What the package reads, loaded with the case.
PREFETCH = (
    "negotiation__versions__sent_by",
    "negotiation__versions__approvals__by",
    "negotiation__meetings",
    "cofunding__files",
)


def negotiation_records(case: Application) -> Iterator[Told]:
    """Yield path, title, kind, time and content of each version, held meeting and co-funder."""
    negotiation = getattr(case, "negotiation", None)
    if negotiation is not None:
        for version in negotiation.versions.all():
            name = f"neuvottelu/versio-{version.number:02}.json"
            yield name, f"Neuvottelun versio {version.number}", "neuvottelun versio", version.sent_at, _version(version)
        held = [meeting for meeting in negotiation.meetings.all() if meeting.state == "held"]
        for order, meeting in enumerate(reversed(held), start=1):
            title = f"Neuvottelutapaamisen muistio, {meeting.starts_at:%Y-%m-%d}"
            yield f"neuvottelu/muistio-{order:02}.json", title, "muistio", meeting.written_at, _memo(meeting)
    for order, row in enumerate(case.cofunding.all(), start=1):
        yield f"rahoittajat/{order:02}.json", f"Muu rahoittaja: {row.name}", "selvitys", row.saved_at, _funder(row)


def _version(row: NegotiationVersion) -> dict[str, Any]:
    names = ("number", "side", "purpose", "plan", "budget", "conditions", "indicators", "message")
    return {
        **{name: getattr(row, name) for name in names},
        "sum": f"{row.sum:.2f}",
        "sent_by": str(row.sent_by),
        "sent_at": row.sent_at.isoformat(),
        "approvals": [
            {
                "side": one.side,
                "by": str(one.by),
                "at": one.at.isoformat(),
                "withdrawn_at": one.withdrawn_at.isoformat() if one.withdrawn_at else None,
            }
            for one in row.approvals.all()
        ],
    }


def _memo(row: NegotiationMeeting) -> dict[str, Any]:
    names = ("place", "link", "present_county", "present_organisation", "agreed", "memo")
    return {"starts_at": row.starts_at.isoformat(), **{name: getattr(row, name) for name in names}}


def _funder(row: Any) -> dict[str, Any]:
    return {
        "funder": row.funder,
        "name": row.name,
        "asked_sum": f"{row.asked_sum:.2f}",
        "state": row.state,
        "granted_sum": f"{row.granted_sum:.2f}" if row.granted_sum is not None else None,
        "decided_on": row.decided_on.isoformat() if row.decided_on else None,
        "reference": row.reference,
        "is_condition": row.is_condition,
        "settled_note": row.settled_note,
        "files": [file.name for file in row.files.all()],
    }
