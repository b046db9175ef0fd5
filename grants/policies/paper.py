"""Rights to applications that came on paper: who enters them, until the call's decisions are recorded."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from common.policies import policy
from grants.models import Application, GrantCall
from grants.policies.base import for_staff, has_declared, of_organisations, represented

#: States of a call in which an application that came on paper may still be entered.
TAKES_PAPER = ("published", "handling")


@policy("grants.call.take_paper")
def calls_that_take_paper(user: Any, now: datetime) -> QuerySet[GrantCall]:
    """The coordinator and the registry enter paper applications to calls that have opened and are undecided."""
    return for_staff(
        GrantCall.objects.filter(state__in=TAKES_PAPER, opens_at__lte=now), user, now, "coordinator", "registrar"
    )


@policy("grants.application.paper")
def paper_applications(user: Any, now: datetime) -> QuerySet[Application]:
    """Applications entered from paper, and those being entered.

    Not of an organisation in which the officer acts, nor of one with such a partner, nor of a case of the officer's
    own declared conflict;
    not one that the applicant has opened for changes.
    """
    paper = Application.objects.exclude(arrival_channel="").exclude(state="draft", received_at__isnull=False)
    if not user.is_authenticated:
        return paper.none()
    own = represented(user, now).values("organisation")
    unbiased = paper.exclude(of_organisations(own)).exclude(has_declared(user, True))
    return for_staff(unbiased, user, now, "coordinator", "registrar")


def paper_drafts(user: Any, now: datetime) -> Q:
    """Return the condition of the unsent paper applications that the officer enters."""
    return Q(pk__in=paper_applications(user, now).filter(received_at__isnull=True).values("pk"))
