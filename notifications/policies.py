"""Who sees which messages."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.roles import has_any_staff_role
from common.policies import policy
from notifications.models import Message
from notifications.states import MANAGE

VIEW = "notifications.message.view"
OWN = "notifications.message.own"
MANAGERS = frozenset({"coordinator", "administrator"})
READERS = MANAGERS | {"auditor"}


def may_manage(user: Any, now: datetime) -> bool:
    """Tell whether the person judges unsettled messages at all."""
    return has_any_staff_role(user, now, *MANAGERS)


@policy(MANAGE)
def manage(user: Any, now: datetime) -> QuerySet[Message]:
    """The coordinator and the administrator judge what the worker could not settle."""
    return Message.objects.all() if may_manage(user, now) else Message.objects.none()


@policy(VIEW)
def view(user: Any, now: datetime) -> QuerySet[Message]:
    """They and the auditor see every message; the text of a secret one nobody sees."""
    return Message.objects.all() if has_any_staff_role(user, now, *READERS) else Message.objects.none()


@policy(OWN)
def own(user: Any, _now: datetime) -> QuerySet[Message]:
    """A person reads again what they were sent, except sign-in links and codes."""
    if not user.is_authenticated:
        return Message.objects.none()
    return Message.objects.readable().filter(to_user=user)
