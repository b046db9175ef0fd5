"""Rights of office-holders who decide, of who lays a call before them, and of who names them."""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from common.policies import policy
from grants.models import Application, ConflictDeclaration, DecidingOfficial, GrantCall
from grants.policies.base import BY_OFFICIAL, deciding_posts, for_staff, has_declared
from grants.policies.calls import calls_to_record


@policy("grants.call.lay")
def calls_to_lay(user: Any, now: datetime) -> QuerySet[GrantCall]:
    """The coordinator lays a call that an office-holder decides before the holder of the post, and takes it back."""
    return for_staff(GrantCall.objects.filter(BY_OFFICIAL), user, now, "coordinator")


@policy("grants.call.official")
def calls_before_the_official(user: Any, now: datetime) -> QuerySet[GrantCall]:
    """The holder of the post and the deputies see and decide what has been laid before the post."""
    return GrantCall.objects.filter(laid_before__in=deciding_posts(user, now), state__in=["presented", "decided"])


@policy("grants.application.decide")
def applications_to_decide(user: Any, now: datetime) -> QuerySet[Application]:
    """Cases that the office-holder decides: declared without a conflict, and proposed by somebody else."""
    cases = Application.objects.filter(
        call__in=calls_before_the_official(user, now).filter(state="presented").values("pk"), state="in_handling"
    )
    if not user.is_authenticated:
        return cases.none()
    return cases.filter(has_declared(user, False), proposal__isnull=False).exclude(proposal__proposed_by=user)


@policy("grants.call.publication")
def calls_to_record_publication_of(user: Any, now: datetime) -> QuerySet[GrantCall]:
    """Who records decisions, and of office-holders' decisions the registry and the office-holder."""
    registry = for_staff(GrantCall.objects.exclude(laid_before=""), user, now, "registrar")
    return GrantCall.objects.filter(
        Q(pk__in=calls_to_record(user, now).values("pk"))
        | Q(pk__in=registry.values("pk"))
        | Q(pk__in=calls_before_the_official(user, now).values("pk"))
    )


@policy("grants.official.view")
def officials_to_read(user: Any, now: datetime) -> QuerySet[DecidingOfficial]:
    """Who decides in which post is read by those who name, prepare and audit."""
    return for_staff(DecidingOfficial.objects.all(), user, now, "administrator", "coordinator", "auditor")


@policy("grants.official.manage")
def officials_to_manage(user: Any, now: datetime) -> QuerySet[DecidingOfficial]:
    """The administrator names office-holders and ends their duty, as with every right of the staff; never the own."""
    rows = DecidingOfficial.objects.all()
    return for_staff(rows.exclude(user=user.pk) if user.is_authenticated else rows.none(), user, now, "administrator")


def without_decider(now: datetime, *, deputies: bool = True) -> Q:
    """Return a condition on applications laid before a post: nobody who holds it may decide them.

    Whoever proposed or has declared a conflict may not. Without ``deputies`` only the holders of the post count.
    """
    declared = ConflictDeclaration.objects.filter(
        application=OuterRef(OuterRef("pk")), user=OuterRef("user"), has_conflict=True
    )
    able = DecidingOfficial.objects.in_force(now).filter(
        ~Exists(declared), post=OuterRef("call__laid_before"), user__is_active=True
    )
    able = able.exclude(user=OuterRef("proposal__proposed_by"))
    return ~Exists(able if deputies else able.filter(is_deputy=False)) & Q(call__laid_before__gt="")
