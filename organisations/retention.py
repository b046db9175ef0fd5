"""What the nightly task erases or closes in the registry."""

from datetime import datetime, timedelta

from organisations.models import Claim, Invitation
from organisations.workflow import expire_invitations

INVITATION_KEPT = timedelta(days=365)
CLAIM_KEPT = timedelta(days=2 * 365)


def registry_retention(now: datetime) -> dict[str, int]:
    """Provider of the ``retention`` seam: returns how many rows of each model were erased.

    Ended invitations go after a year, decided claims with their attachments after two. Invitations whose time
    is over are marked so.
    """
    expire_invitations(now=now)
    invitations, _by = Invitation.objects.exclude(state="sent").filter(ended_at__lt=now - INVITATION_KEPT).delete()
    erased = 0
    for claim in Claim.objects.filter(decided_at__lt=now - CLAIM_KEPT).select_related("attachment"):
        if hasattr(claim, "attachment"):
            claim.attachment.file.delete(save=False)
        claim.delete()
        erased += 1
    return {"organisations.Invitation": invitations, "organisations.Claim": erased}
