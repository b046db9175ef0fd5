"""What waits around office-holders' decisions: to decide, to lay before them, to name them."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.roles import has_any_staff_role
from common.policies import allowed
from common.seams import Todo
from grants.models import Application, ConflictDeclaration, DecidingOfficial, GrantCall, RevisionClaim
from grants.policies.base import before_claims_body, has_declared
from grants.policies.officials import without_decider


def official_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam; a fixed number of queries, whatever the number of calls and cases."""
    if not user.is_authenticated:
        return
    yield from _to_decide(user, now)
    yield from _to_declare(user, now)
    if has_any_staff_role(user, now, "coordinator"):
        yield from _to_lay(user, now)
    if has_any_staff_role(user, now, "administrator"):
        yield from _to_name(now)


def _to_decide(user: Any, now: datetime) -> Iterator[Todo]:
    """Calls with cases that are the person's to decide; a deputy's only where no holder of the post may."""
    held = DecidingOfficial.objects.holding(user, now).filter(is_deputy=False).values("post")
    mine = (
        Application.objects.filter(
            Q(call__laid_before__in=held) | without_decider(now, deputies=False),
            call__in=allowed("grants.call.official", user, now=now).filter(state="presented").values("pk"),
            state="in_handling",
        )
        .exclude(has_declared(user, True))
        .exclude(proposal__proposed_by=user.pk)
    )
    rows: Any = mine.order_by("call").values("call", "call__title_fi").annotate(count=Count("pk"))
    for row in rows:
        count = ngettext(
            "%(count)s hakemus odottaa päätöstäsi.", "%(count)s hakemusta odottaa päätöstäsi.", row["count"]
        )
        yield Todo(
            title=_("Päätä avustukset: %(call)s") % {"call": row["call__title_fi"]},
            url=reverse("grants:official_call", args=[row["call"]]),
            button=_("Avaa päätettävät"),
            detail=count % {"count": row["count"]},
        )


def _to_declare(user: Any, now: datetime) -> Iterator[Todo]:
    """Claims against office-holders' decisions, for the body that decides them: declare before reading."""
    undeclared = ~Exists(
        ConflictDeclaration.objects.filter(application=OuterRef("decision__application"), user=user.pk)
    )
    cases = Application.objects.filter(before_claims_body(user, now)).values("pk")
    claims = RevisionClaim.objects.filter(
        undeclared, decision__application__in=cases, state__in=["received", "proposed", "presented"]
    )
    for claim in claims.select_related("decision").order_by("pk"):
        yield Todo(
            title=_("Ilmoita mahdollinen esteellisyys: oikaisuvaatimus %(number)s") % {"number": claim.case_number},
            url=reverse("grants:declare", args=[claim.decision.application_id]) + f"?next={claim.get_absolute_url()}",
            button=_("Kerro esteellisyydestäsi"),
        )


def _to_lay(user: Any, now: datetime) -> Iterator[Todo]:
    in_handling = Q(applications__state="in_handling")
    calls: Any = allowed("grants.call.lay", user, now=now).filter(state="handling")
    for call in calls.annotate(
        cases=Count("applications", filter=in_handling, distinct=True),
        unproposed=Count("applications", filter=in_handling & Q(applications__proposal__isnull=True), distinct=True),
    ).select_related("kind"):
        if call.cases and not call.unproposed:
            yield Todo(
                title=_("Vie esitykset viranhaltijan päätettäväksi: %(call)s") % {"call": call.title},
                url=reverse("grants:call_lay", args=[call.pk]),
                button=_("Vie päätettäväksi"),
                detail=f"{call.kind.decided_by_post_fi}.",
            )


def _to_name(now: datetime) -> Iterator[Todo]:
    """Posts whose grants nobody may decide: laid cases without an able person, or a call whose post nobody holds."""
    stuck = Application.objects.filter(without_decider(now), call__state="presented", state="in_handling")
    posts = set(stuck.order_by().values_list("call__laid_before", flat=True).distinct())
    held = DecidingOfficial.objects.in_force(now).filter(post=OuterRef("kind__decided_by_post_fi"))
    empty = GrantCall.objects.filter(
        ~Exists(held), state__in=["published", "handling"], kind__decision_maker="office_holder"
    )
    posts |= set(empty.order_by().values_list("kind__decided_by_post_fi", flat=True).distinct())
    for post in sorted(posts):
        yield Todo(
            title=_("Nimeä päättäjä virkaan: %(post)s") % {"post": post},
            url=reverse("grants:officials"),
            button=_("Nimeä päättäjä"),
            detail=_("Avustuksista ei voi muuten päättää."),
        )
