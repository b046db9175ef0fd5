"""Rights around what is public of grants, and to the files and packages that go out and come in."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from common.policies import policy
from grants.models import Application, Decision, EarlierGrant, EarlierGrantImport, PackagedCase, RecordsPackage
from grants.policies.base import for_staff, for_unbiased, has_declared


@policy("grants.decision.public")
def decisions_anyone_may_read(user: Any, now: datetime) -> QuerySet[Decision]:
    """Anyone reads of a served decision who asked, how much, and what was decided (JulkL 621/1999 6 §)."""
    return Decision.objects.exclude(state="recorded").filter(application__state="decided")


@policy("grants.application.public")
def applications_anyone_may_see(user: Any, now: datetime) -> QuerySet[Application]:
    """Anyone sees who has asked and how much once the call's handling has begun, until the decision is served."""
    served = Decision.objects.exclude(state="recorded").filter(application=OuterRef("pk"))
    return Application.objects.filter(
        ~Exists(served), call__state__in=["handling", "presented", "decided"], state__in=["in_handling", "decided"]
    )


@policy("grants.earlier.public")
def earlier_grants_anyone_may_read(user: Any, now: datetime) -> QuerySet[EarlierGrant]:
    """Anyone reads earlier grants of communities; a private person's grant is shown to nobody outside."""
    return EarlierGrant.objects.public()


@policy("grants.earlier.import")
def earlier_imports(user: Any, now: datetime) -> QuerySet[EarlierGrantImport]:
    """The coordinator brings in files of earlier grants."""
    return for_staff(EarlierGrantImport.objects.all(), user, now, "coordinator")


@policy("grants.records.hand_over")
def applications_to_hand_over(user: Any, now: datetime) -> QuerySet[Application]:
    """The registry and the coordinator hand decided cases over, without those of their own conflict."""
    rows = Application.objects.filter(state="decided", decision__isnull=False).exclude(decision__state="recorded")
    return for_unbiased(rows, "pk", user, now, "registrar", "coordinator")


@policy("grants.records.package")
def packages(user: Any, now: datetime) -> QuerySet[RecordsPackage]:
    """Packages for whoever may hand over every case in them: a case of one's own conflict hides its package."""
    found = for_staff(RecordsPackage.objects.all(), user, now, "registrar", "coordinator")
    if not user.is_authenticated:
        return found
    conflicted = PackagedCase.objects.filter(Q(has_declared(user, True, "application")), package=OuterRef("pk"))
    return found.exclude(Exists(conflicted))
