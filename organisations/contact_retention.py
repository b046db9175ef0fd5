"""Contact persons who have left are erased two years later."""

from datetime import datetime

from common.times import local_date
from organisations.confirmation import months_later
from organisations.models import Contact

KEPT_MONTHS = 24


def contact_retention(now: datetime) -> dict[str, int]:
    """Provider of the ``retention`` seam: contact persons go when two years have passed from their last day."""
    left = Contact.objects.filter(left_on__lt=months_later(local_date(now), -KEPT_MONTHS))
    number = left.count()
    left.delete()
    return {"organisations.Contact": number}
