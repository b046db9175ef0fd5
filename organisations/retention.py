"""What the nightly task erases or closes in the registry."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from organisations.models import Claim, Invitation, ReviewItem, VaultDocument
from organisations.workflow import expire_invitations

INVITATION_KEPT = timedelta(days=365)
CLAIM_KEPT = timedelta(days=2 * 365)
REVIEW_KEPT = timedelta(days=2 * 365)
VAULT_KEPT = timedelta(days=10 * 365)


def registry_retention(now: datetime) -> dict[str, int]:
    """Provider of the ``retention`` seam: returns how many rows of each model were erased.

    Ended invitations go after a year, decided claims and disputes about register data with their attachments after
    two, documents in the vault ten years after they were added. Invitations whose time is over are marked so.
    """
    expire_invitations(now=now)
    invitations, _by = Invitation.objects.exclude(state="sent").filter(ended_at__lt=now - INVITATION_KEPT).delete()
    claims = _with_files(Claim.objects.filter(decided_at__lt=now - CLAIM_KEPT))
    reviews = _with_files(ReviewItem.objects.filter(decided_at__lt=now - REVIEW_KEPT))
    documents = 0
    for document in VaultDocument.objects.filter(uploaded_at__lt=now - VAULT_KEPT):
        document.file.delete(save=False)
        document.delete()
        documents += 1
    return {
        "organisations.VaultDocument": documents,
        "organisations.Invitation": invitations,
        "organisations.Claim": claims,
        "organisations.ReviewItem": reviews,
    }


def _with_files(rows: QuerySet[Any]) -> int:
    """Erase rows together with their attachments; returns how many rows."""
    erased = 0
    for row in rows.select_related("attachment"):
        if hasattr(row, "attachment"):
            row.attachment.file.delete(save=False)
        row.delete()
        erased += 1
    return erased
