"""Sharing a call's cases among its assessors: who has what now, who may have what, and an even plan.

Declared conflicts of interest, and a membership in the applicant organisation or in a partner of it, bar an assessor
from a case (hallintolaki 434/2003 27–28 §). An assessor is *active* in a case while their task is in force and they
have declared no conflict; rows are not deleted when that ends.
"""

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q

from common.policies import allowed
from grants.models import (
    Application,
    ApplicationPartner,
    Assessment,
    AssessorAssignment,
    CaseAssignment,
    ConflictDeclaration,
    GrantCall,
)
from organisations.models import Membership

Plan = dict[int, frozenset[int]]


@dataclass(frozen=True)
class Share:
    """One case; the sets are keys of assessor assignments in force.

    ``given``: there is a row. ``active``: who assesses it now. ``barred``: who is never given it. ``begun``: who has
    begun an assessment. ``is_done``: somebody has finished one.
    """

    case: Application
    given: frozenset[int]
    active: frozenset[int]
    barred: frozenset[int]
    begun: frozenset[int]
    is_done: bool

    @property
    def is_lacking(self) -> bool:
        """Tell whether nobody assesses the case and nobody has."""
        return not self.active and not self.is_done


@dataclass(frozen=True)
class Situation:
    """The cases that the person may share, by the applicant's name; ``hidden`` is how many are left out of it."""

    assessors: tuple[AssessorAssignment, ...]
    shares: tuple[Share, ...]
    hidden: int
    is_shared: bool

    @property
    def lacking(self) -> list[Share]:
        """The cases without an active assessor."""
        return [share for share in self.shares if share.is_lacking]

    def loads(self, plan: Plan | None = None) -> Counter[int]:
        """Return how many cases each assessor has, now or by a plan."""
        sets = plan.values() if plan is not None else [share.active for share in self.shares]
        return Counter(key for keys in sets for key in keys)


def without_assessor(now: datetime) -> Q:
    """Return a condition on applications in handling: the call is shared and nobody active has the case, or had it."""
    conflict = ConflictDeclaration.objects.filter(
        application=OuterRef("application"), user=OuterRef("assignment__user"), has_conflict=True
    )
    active = CaseAssignment.objects.filter(
        ~Exists(conflict), application=OuterRef("pk"), assignment__in=AssessorAssignment.objects.in_force(now)
    )
    shared = CaseAssignment.objects.filter(application__call=OuterRef("call"))
    done = Assessment.objects.filter(application=OuterRef("pk"), state="done")
    return Q(Exists(shared), ~Exists(active), ~Exists(done), state="in_handling")


def situation_of(call: GrantCall, user: Any, now: datetime) -> Situation:
    """Return who has what, for who shares the cases; two queries.

    Cases in which the person has declared a conflict of interest are left out: they do not choose who assesses those.
    """
    in_force = AssessorAssignment.objects.in_force(now).filter(call=call).select_related("user")
    assessors = tuple(in_force.order_by("user__full_name", "pk"))
    of_case = AssessorAssignment.objects.in_force(now).filter(call=OuterRef("call")).order_by("pk").values("pk")
    own = {"application": OuterRef(OuterRef("pk")), "user": OuterRef("user")}
    assessments = Assessment.objects.filter(application=OuterRef(OuterRef("pk")), assessor=OuterRef("user"))
    partners = ApplicationPartner.objects.filter(application=OuterRef(OuterRef(OuterRef("pk"))))
    members = Membership.objects.filter(
        Q(organisation=OuterRef(OuterRef("organisation")))
        | Q(organisation__in=partners.filter(organisation__isnull=False).values("organisation")),
        user=OuterRef("user"),
    )
    rows: Any = Application.objects.filter(call=call, state="in_handling").annotate(
        can_share=Exists(allowed("grants.application.view", user, now=now).filter(pk=OuterRef("pk"))),
        is_shared=Exists(CaseAssignment.objects.filter(application__call=OuterRef("call"))),
        is_done=Exists(Assessment.objects.filter(application=OuterRef("pk"), state="done")),
        given=ArraySubquery(of_case.filter(case_assignments__application=OuterRef("pk"))),
        recused=ArraySubquery(of_case.filter(Exists(ConflictDeclaration.objects.filter(**own, has_conflict=True)))),
        inside=ArraySubquery(of_case.filter(Exists(members))),
        begun=ArraySubquery(of_case.filter(Exists(assessments))),
    )
    cases = list(rows.select_related("organisation").order_by("organisation__name", "pk"))
    everybody = frozenset(row.pk for row in assessors)
    shares = tuple(_share_of(case, everybody) for case in cases if case.can_share)
    return Situation(assessors, shares, len(cases) - len(shares), any(case.is_shared for case in cases))


def _share_of(case: Any, everybody: frozenset[int]) -> Share:
    given, free = frozenset(case.given), everybody - frozenset(case.recused)
    return Share(
        case=case,
        given=given,
        active=free & given if case.is_shared else free,
        barred=frozenset([*case.recused, *case.inside]),
        begun=frozenset(case.begun),
        is_done=case.is_done,
    )


def _kept(share: Share, situation: Situation, redo: bool) -> frozenset[int]:
    """Return who keeps the case in an even plan: who has begun, and unless all is shared anew who has it."""
    standing = share.active if situation.is_shared and not redo else frozenset()
    return standing | (share.begun & (share.active | share.given) - share.barred)


def even_plan(situation: Situation, per_case: int, *, redo: bool) -> Plan:
    """Return who gets which case, as evenly as the bars allow; the same situation gives the same plan.

    The cases with the fewest possible assessors choose first, each the assessor who has least; then cases move one
    by one from who has most to who has at least two fewer.
    """
    kept = {share.case.pk: _kept(share, situation, redo) for share in situation.shares}
    plan = dict(kept)
    loads = situation.loads(plan)
    everybody = [row.pk for row in situation.assessors]
    for share in sorted(situation.shares, key=lambda share: (-len(share.barred), share.case.pk)):
        free = [key for key in everybody if key not in share.barred | plan[share.case.pk]]
        for _place in range(per_case - len(plan[share.case.pk])):
            if not free:
                break
            chosen = min(free, key=lambda key: (loads[key], key))
            free.remove(chosen)
            plan[share.case.pk] |= {chosen}
            loads[chosen] += 1
    while _moved(situation.shares, everybody, kept, plan, loads):
        pass
    return plan


def _moved(shares: Iterable[Share], everybody: list[int], kept: Plan, plan: Plan, loads: Counter[int]) -> bool:
    """Move one case to somebody who has at least two fewer; each move makes the sum of squares smaller, so it ends."""
    for share in shares:
        key = share.case.pk
        for giver in sorted(plan[key] - kept[key], key=lambda one: (-loads[one], one)):
            takers = [one for one in everybody if one not in plan[key] | share.barred and loads[giver] - loads[one] > 1]
            if takers:
                taker = min(takers, key=lambda one: (loads[one], one))
                plan[key] = plan[key] - {giver} | {taker}
                loads[giver] -= 1
                loads[taker] += 1
                return True
    return False


def seal_of(situation: Situation, cases: Collection[int], plan: Plan | None = None) -> str:
    """Return a short hash of what the person saw of these cases and would write: a change in between breaks it."""
    parts = [",".join(str(row.pk) for row in situation.assessors)]
    for share in situation.shares:
        if share.case.pk in cases:
            wanted = sorted(plan[share.case.pk]) if plan else []
            sets = (share.given, share.active, share.barred)
            parts.append(f"{share.case.pk}:{wanted}:{[sorted(keys) for keys in sets]}")
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:32]
