"""Claims for revision on the pages of the change or the recovery that they are about."""

from datetime import datetime
from typing import Any

from django.urls import reverse

from common.policies import allowed, may
from grants.models import ChangeRequest, RecoveryCase


def own_claims_of(matter: ChangeRequest | RecoveryCase, user: Any, now: datetime) -> dict[str, Any]:
    """Return the organisation's claims about a decided matter and where the person files one; three queries."""
    decision, name = matter.decision, _name(matter)
    may_file = matter.letter_id is not None and may("grants.claim.file", user, decision, now=now)
    arguments = [decision.application.organisation_id, matter.pk]
    return {
        "claims": list(allowed("grants.claim.view_own", user, now=now).filter(**{name: matter})),
        "claim_url": reverse(f"grants:{name}_claim_new", args=arguments) if may_file else "",
        "is_claimed": matter.letter_id is not None and matter.claims.pending(now).exists(),
    }


def claims_of(matter: ChangeRequest | RecoveryCase, user: Any, now: datetime) -> dict[str, Any]:
    """Return the claims about a decided matter that the officer reads, and where a paper one is registered."""
    name = _name(matter)
    may_register = matter.letter_id is not None and may("grants.claim.register", user, matter.decision, now=now)
    return {
        "claims": list(allowed("grants.claim.view", user, now=now).filter(**{name: matter})),
        "claim_url": reverse(f"grants:{name}_claim_register", args=[matter.pk]) if may_register else "",
        "is_claimed": matter.letter_id is not None and matter.claims.pending(now).exists(),
    }


def _name(matter: ChangeRequest | RecoveryCase) -> str:
    return "change" if isinstance(matter, ChangeRequest) else "recovery"
