"""Rights of the applicant's side: a membership in force."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from common.policies import policy
from grants.models import (
    Application,
)
from grants.policies.base import (
    EDITORS,
    SENDERS,
    represented,
)


@policy("grants.application.view_own")
def own_applications(user: Any, now: datetime) -> QuerySet[Application]:
    """Every member of an organisation reads its applications."""
    return Application.objects.filter(organisation__in=represented(user, now).values("organisation"))


@policy("grants.application.edit")
def applications_to_edit(user: Any, now: datetime) -> QuerySet[Application]:
    """Editors, signatories and admins fill in drafts."""
    return Application.objects.filter(
        state="draft", organisation__in=represented(user, now, *EDITORS).values("organisation")
    )


@policy("grants.application.deliver")
def applications_to_deliver_to(user: Any, now: datetime) -> QuerySet[Application]:
    """Those who fill in deliver a promised attachment to what has been sent, until it is decided."""
    return Application.objects.filter(
        state__in=("submitted", "in_handling"), organisation__in=represented(user, now, *EDITORS).values("organisation")
    )


@policy("grants.application.submit")
def applications_to_submit(user: Any, now: datetime) -> QuerySet[Application]:
    """A signatory or an admin sends, reopens and withdraws."""
    return Application.objects.filter(organisation__in=represented(user, now, *SENDERS).values("organisation"))
