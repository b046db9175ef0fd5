"""Rights of the partners of a joint application: they read what they are part of, and answer for themselves."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from common.policies import policy
from grants.models import ApplicationPartner, Decision
from grants.policies.base import SENDERS, represented

#: States in which a partner has been asked and has not said no: it reads the application.
READ_IN = ("asked", "change_asked", "confirmed")


def _of_own(user: Any, now: datetime, *roles: str) -> QuerySet[ApplicationPartner]:
    """Return the rows of organisations for which the user acts; what an officer is entering from paper is not there."""
    unsent_paper = Q(application__received_at__isnull=True) & ~Q(application__arrival_channel="")
    rows = ApplicationPartner.objects.filter(organisation__in=represented(user, now, *roles).values("organisation"))
    return rows.filter(state__in=READ_IN).exclude(unsent_paper)


@policy("grants.partner.view")
def own_partnerships(user: Any, now: datetime) -> QuerySet[ApplicationPartner]:
    """Every member of a partner reads the joint application: the draft as it is, later the case's state."""
    return _of_own(user, now)


@policy("grants.partner.answer")
def partnerships_to_answer(user: Any, now: datetime) -> QuerySet[ApplicationPartner]:
    """A signatory or an admin of the partner confirms, declines or asks a change, before the application is sent."""
    return _of_own(user, now, *SENDERS).filter(application__state="draft")


@policy("grants.partner.decision")
def decisions_of_partners(user: Any, now: datetime) -> QuerySet[Decision]:
    """The members of a partner that confirmed read the decision once it has been served."""
    own = _of_own(user, now).filter(state="confirmed").values("application")
    return Decision.objects.filter(application__in=own).exclude(state="recorded")
