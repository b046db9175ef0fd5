"""Rights to the co-operation document: everybody reads what has been decided, the coordinator writes."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from common.policies import policy
from reports.models import CooperationDocument
from reports.policies.annual import may_make_reports


@policy("reports.cooperation.read")
def documents_anyone_may_read(user: Any, now: datetime) -> QuerySet[CooperationDocument]:
    """Anyone reads a decided document, also one that a newer has replaced (621/1999)."""
    return CooperationDocument.objects.decided()


@policy("reports.cooperation.manage")
def documents_managed(user: Any, now: datetime) -> QuerySet[CooperationDocument]:
    """The coordinator prepares the document."""
    return CooperationDocument.objects.all() if may_make_reports(user, now) else CooperationDocument.objects.none()
