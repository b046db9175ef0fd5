"""Grants of earlier years where they are read: an organisation's pages, and what the nightly task erases."""

from datetime import datetime

from django.db.models import QuerySet

from grants.models import EarlierGrant, EarlierGrantImport
from grants.models.earlier_grants import KEPT
from organisations.models import Organisation


def earlier_grants(organisation: Organisation) -> QuerySet[EarlierGrant]:
    """Return the organisation's grants of earlier years from all funders, newest first; one query.

    For the case's page and the organisation's own: the rows are what funders publish, so they need no further right.
    """
    return EarlierGrant.objects.filter(organisation=organisation).order_by("-year", "funder", "pk")


def earlier_retention(now: datetime) -> dict[str, int]:
    """Provider of the ``retention`` seam: erases readings that nobody took in 30 days."""
    gone, _by = EarlierGrantImport.objects.filter(state="read", created_at__lt=now - KEPT).delete()
    return {"grants.EarlierGrantImport": gone}
