"""Rights to frozen proposals. What of a proposal a person reads is asked case by case (grants.scores.view)."""

from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from common.policies import policy
from grants.models import GrantCall, ProposalSet
from grants.policies.calls import calls_before_the_body, calls_on_the_desk, calls_to_manage, calls_to_present


@policy("grants.proposal_set.view")
def proposal_sets_to_read(user: Any, now: datetime) -> QuerySet[ProposalSet]:
    """Who has the call on the desk reads every number; the body reads the one that was brought to it, the newest."""
    newest = ProposalSet.objects.filter(call=OuterRef("call")).order_by("-number").values("pk")[:1]
    return ProposalSet.objects.filter(
        Q(call__in=calls_on_the_desk(user, now).values("pk"))
        | Q(call__in=calls_before_the_body(user, now).values("pk"), pk=Subquery(newest))
    )


@policy("grants.proposal_set.freeze")
def calls_to_freeze(user: Any, now: datetime) -> QuerySet[GrantCall]:
    """The coordinator and the presenter freeze the proposals of a call."""
    prepared = Q(pk__in=calls_to_manage(user, now).values("pk")) | Q(pk__in=calls_to_present(user, now).values("pk"))
    return GrantCall.objects.filter(prepared)
