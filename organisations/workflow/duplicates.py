"""What an officer says of two organisations that look alike."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from organisations.models import DUPLICATE_LIFE, DuplicateCandidate
from organisations.workflow.guards import lock, require


def dismiss_duplicate(pair: DuplicateCandidate, *, note: str, by: Any, now: datetime) -> DuplicateCandidate:
    """The two are different, and the pair is not shown again. Again changes nothing.

    Refused: not_allowed, wrong_state, no_reason.
    """
    with transaction.atomic():
        pair = lock(pair)
        require("organisations.duplicate.decide", by, pair, now)
        if pair.state == "dismissed":
            return pair
        if not note.strip():
            raise Refused("no_reason", _("Kirjoita, mistä tiedät, että järjestöt ovat eri."))
        pair.state = DUPLICATE_LIFE.check(pair.state, "dismiss")
        pair.note, pair.decided_at, pair.decided_by = note.strip()[:500], now, by
        pair.save(update_fields=["state", "note", "decided_at", "decided_by"])
    return pair


def reopen_duplicate(pair: DuplicateCandidate, *, by: Any, now: datetime) -> DuplicateCandidate:
    """Put a dismissed pair back to be looked at. Again changes nothing. Refused: not_allowed, wrong_state."""
    with transaction.atomic():
        pair = lock(pair)
        require("organisations.duplicate.decide", by, pair, now)
        if pair.state == "open":
            return pair
        pair.state = DUPLICATE_LIFE.check(pair.state, "reopen")
        pair.decided_at, pair.decided_by = None, None
        pair.save(update_fields=["state", "decided_at", "decided_by"])
    return pair
