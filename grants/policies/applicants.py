"""Rights of the applicant's side: a membership in force."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from common.policies import policy
from grants.models import (
    Application,
)
from grants.models.applications import UNSENT_PAPER
from grants.policies.base import (
    EDITORS,
    SENDERS,
    represented,
)
from grants.policies.paper import paper_drafts


@policy("grants.application.view_own")
def own_applications(user: Any, now: datetime) -> QuerySet[Application]:
    """Every member of an organisation reads its applications; one on paper once it has been entered."""
    own = Application.objects.filter(organisation__in=represented(user, now).values("organisation"))
    return own.exclude(UNSENT_PAPER)


@policy("grants.application.edit")
def applications_to_edit(user: Any, now: datetime) -> QuerySet[Application]:
    """Editors, signatories and admins fill in drafts; what came on paper is filled in by the officer alone."""
    return Application.objects.filter(_own_to_edit(user, now) | paper_drafts(user, now), state="draft")


@policy("grants.application.edit_own")
def own_applications_to_edit(user: Any, now: datetime) -> QuerySet[Application]:
    """The applicant's part of ``grants.application.edit``: nobody's staff roles are asked."""
    return Application.objects.filter(_own_to_edit(user, now), state="draft")


def _own_to_edit(user: Any, now: datetime) -> Q:
    return Q(organisation__in=represented(user, now, *EDITORS).values("organisation")) & ~UNSENT_PAPER


@policy("grants.application.deliver")
def applications_to_deliver_to(user: Any, now: datetime) -> QuerySet[Application]:
    """Those who fill in deliver a promised attachment to what has been sent, until it is decided."""
    return Application.objects.filter(
        state__in=("submitted", "in_handling"), organisation__in=represented(user, now, *EDITORS).values("organisation")
    )


@policy("grants.application.submit")
def applications_to_submit(user: Any, now: datetime) -> QuerySet[Application]:
    """A signatory or an admin sends, reopens and withdraws."""
    own = Application.objects.filter(organisation__in=represented(user, now, *SENDERS).values("organisation"))
    return own.exclude(UNSENT_PAPER)
