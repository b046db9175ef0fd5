"""Comment rounds for tests, made through the verbs."""

from datetime import datetime, timedelta
from typing import Any

from common import clock
from liaisons.models import CommentRound, RoundPart
from liaisons.workflow.round_comments import send_comments
from liaisons.workflow.rounds import add_part, confirm_round, move_due_rounds, start_round
from organisations.models import Organisation
from tests.accounts.factories import staff
from tests.organisations.factories import OrganisationFactory, member


def planned_round(*, by: Any = None, now: datetime | None = None, **fields: Any) -> CommentRound:
    """Return a planned round with two parts that opens now and closes in three weeks."""
    now = now or clock.now()
    by = by or staff("coordinator")
    known = {
        "title": "Järjestöohjelma",
        "asks": "Mitä puuttuu?",
        "opens_at": now,
        "closes_at": now + timedelta(days=21),
    }
    made = start_round(by=by, now=now, **{**known, **fields})
    add_part(made, title="Tavoitteet", text="Tavoitteena on osallisuus.", question="Puuttuuko jotain?", by=by, now=now)
    add_part(made, title="Toimet", by=by, now=now)
    return made


def open_round(*, by: Any = None, now: datetime | None = None, **fields: Any) -> CommentRound:
    """Return an open round."""
    now = now or clock.now()
    by = by or staff("coordinator")
    return confirm_round(planned_round(by=by, now=now, **fields), by=by, now=now)


def commented(
    found: CommentRound, organisation: Organisation | None = None, text: str = "Hyvä luonnos."
) -> Organisation:
    """Send a comment on the first part for the organisation, by its admin; return the organisation."""
    organisation = organisation or OrganisationFactory()
    part = RoundPart.objects.get(round=found, number=1)
    at = found.opens_at + timedelta(minutes=1)
    send_comments(found, organisation=organisation, texts={part.pk: text}, by=member(organisation), now=at)
    return organisation


def closed_round(*texts: str) -> tuple[CommentRound, Any, Any]:
    """Return a round whose time is over, the coordinator, and an instant after its end."""
    by = staff("coordinator")
    found = open_round(by=by)
    for text in texts:
        commented(found, text=text)
    later = found.closes_at + timedelta(hours=1)
    move_due_rounds(now=later)
    found.refresh_from_db()
    return found, by, later
