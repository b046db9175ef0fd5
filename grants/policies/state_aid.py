"""Rights to state aid: the ledger, its registering, the mark on a case; a declared conflict hides a case's grant."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from common.policies import policy
from grants.models import Application, DeMinimisAid
from grants.policies.base import EDITORS, READING_STAFF, for_staff, for_unbiased, represented
from organisations.models import Organisation

_CASE = "decision__application"
WRITERS = ("coordinator", "registrar")


@policy("grants.aid.view")
def aid_to_read(user: Any, now: datetime) -> QuerySet[DeMinimisAid]:
    """Reading staff read the ledger, but not the grants of cases of their own conflict."""
    return for_unbiased(DeMinimisAid.objects.all(), _CASE, user, now, *READING_STAFF)


@policy("grants.aid.register")
def aid_to_register(user: Any, now: datetime) -> QuerySet[DeMinimisAid]:
    """The coordinator and the registry note what has been registered, and mend what was written by hand."""
    return for_unbiased(DeMinimisAid.objects.all(), _CASE, user, now, *WRITERS)


@policy("grants.aid.organisation")
def organisations_with_aid(user: Any, now: datetime) -> QuerySet[Organisation]:
    """Reading staff open any organisation's ledger, also an empty one."""
    return for_staff(Organisation.objects.all(), user, now, *READING_STAFF)


@policy("grants.aid.write")
def organisations_to_write_of(user: Any, now: datetime) -> QuerySet[Organisation]:
    """The coordinator and the registry write down aid that others gave."""
    return for_staff(Organisation.objects.all(), user, now, *WRITERS)


@policy("grants.aid.link")
def organisations_to_link(user: Any, now: datetime) -> QuerySet[Organisation]:
    """Who fills in for an organisation names what is one undertaking with it; the coordinator and the registry too."""
    own = represented(user, now, *EDITORS).values("organisation")
    officers = for_staff(Organisation.objects.all(), user, now, *WRITERS)
    return Organisation.objects.filter(Q(pk__in=own) | Q(pk__in=officers.values("pk")))


@policy("grants.aid.mark")
def cases_to_mark(user: Any, now: datetime) -> QuerySet[Application]:
    """The coordinator marks a case until its decision has been served; not a case of their own conflict."""
    open_ones = Application.objects.filter(
        Q(state__in=["submitted", "in_handling"]) | Q(state="decided", decision__state="recorded")
    )
    return for_unbiased(open_ones, "pk", user, now, "coordinator")


@policy("grants.aid.view_own")
def own_aid(user: Any, now: datetime) -> QuerySet[DeMinimisAid]:
    """Members read their organisation's ledger; of this county's grants those that have been served."""
    own = represented(user, now).values("organisation")
    return DeMinimisAid.objects.filter(organisation__in=own).exclude(decision__state="recorded")
