"""Votes and dissents of grant decisions, for the minutes of the meeting that made them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from common.policies import allowed
from common.seams import MatterVote
from grants.models import Decision, RevisionClaim
from grants.workflow.meeting_matters import part_of


def votes_of_matters(items: list[int], reader: Any, now: datetime) -> Iterator[MatterVote]:
    """Provider of the ``votes`` seam: what was voted in the cases of the matters; five queries at most.

    A reader is told of the cases whose decision they may read: who has withdrawn learns no more from a draft than the
    approved minutes tell everybody. Where the same vote holds in every case of a matter it is told once, of the whole.
    """
    decisions = Decision.objects.filter(agenda_item__in=items)
    rows = list(
        decisions.select_related("application__organisation")
        .prefetch_related("dissents")
        .order_by("agenda_item", "application__organisation__name", "pk")
    )
    seen = {row.pk for row in rows}
    if reader is not None and rows:
        mine = allowed("grants.decision.view", reader, now=now)
        seen = set(mine.filter(pk__in=seen).values_list("pk", flat=True))
    for item in dict.fromkeys(row.agenda_item_id for row in rows):
        yield from _of_matter([row for row in rows if row.agenda_item_id == item], seen)
    yield from _of_claims(items, reader, now)


def _of_claims(items: list[int], reader: Any, now: datetime) -> Iterator[MatterVote]:
    """Yield the votes in claims for revision, each a matter of its own."""
    claims = RevisionClaim.objects.filter(agenda_item__in=items, outcome__gt="")
    if reader is not None:
        claims = claims.filter(pk__in=allowed("grants.claim.view", reader, now=now).values("pk"))
    with_case = claims.select_related("decision__application__organisation").prefetch_related("dissents")
    for claim in with_case.order_by("agenda_item"):
        if claim.vote:
            name = claim.decision.application.organisation.name
            yield MatterVote(claim.agenda_item_id or 0, claim.case_number, name, claim.vote)


def _of_matter(rows: list[Decision], seen: set[int]) -> Iterator[MatterVote]:
    votes = [row.vote for row in rows]
    item = rows[0].agenda_item_id or 0
    if len(rows) > 1 and votes[0] and all(vote == votes[0] for vote in votes) and seen >= {row.pk for row in rows}:
        yield MatterVote(item, "", "", votes[0])
        return
    for row, vote in zip(rows, votes, strict=True):
        if vote and row.pk in seen:
            case = row.application
            yield MatterVote(item, part_of(case), case.organisation.name, vote)
