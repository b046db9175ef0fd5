"""Rights to bundles of cases: one's own, and of these only what may still be read as a whole."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet

from common.policies import policy
from grants.models import Application, BundledCase, CaseBundle
from grants.policies.cases import applications_to_read


@policy("grants.case_bundle.read_cases")
def cases_to_bundle(user: Any, now: datetime) -> QuerySet[Application]:
    """The cases that a person reads whole may be put into the person's own bundle."""
    return applications_to_read(user, now).exclude(state="draft")


@policy("grants.case_bundle.own")
def own_bundles(user: Any, now: datetime) -> QuerySet[CaseBundle]:
    """Whoever asked for a bundle sees how far it is, until it expires."""
    if not user.is_authenticated:
        return CaseBundle.objects.none()
    return CaseBundle.objects.current(now).filter(made_for=user)


@policy("grants.case_bundle.download")
def bundles_to_download(user: Any, now: datetime) -> QuerySet[CaseBundle]:
    """The file is given while the person may read every case in it: a conflict declared since closes it."""
    readable = applications_to_read(user, now).values("pk")
    closed = BundledCase.objects.filter(bundle=OuterRef("pk")).exclude(application__in=readable)
    return own_bundles(user, now).filter(~Exists(closed), state="ready", file__isnull=False)
