"""Rights to sign up, to one's own sign-ups, and to the list of those who come."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from common.policies import policy
from forums.models import Event, SignUp, SignUpNeed
from forums.policies.events import events_managed, events_on_desk, events_seen


@policy("forums.event.sign_up")
def events_joinable(user: Any, now: datetime) -> QuerySet[Event]:
    """Who sees a published event may sign up to it until its last moment, with an account or without."""
    in_time = Q(sign_up_until__gte=now) | Q(sign_up_until__isnull=True, ends_at__gte=now)
    return events_seen(user, now).filter(in_time, state="published", takes_sign_ups=True)


@policy("forums.sign_up.own")
def own(user: Any, now: datetime) -> QuerySet[SignUp]:
    """A person's own sign-ups and those of the companions they signed up."""
    if not user.is_authenticated:
        return SignUp.objects.none()
    return SignUp.objects.filter(Q(user=user) | Q(contact__user=user))


@policy("forums.sign_up.read")
def read(user: Any, now: datetime) -> QuerySet[SignUp]:
    """Who runs an event sees who has signed up; the auditor reads it."""
    return SignUp.objects.filter(event__in=events_on_desk(user, now).values("pk"))


@policy("forums.sign_up.manage")
def manage(user: Any, now: datetime) -> QuerySet[SignUp]:
    """Who runs an event cancels for a person and marks who came."""
    return SignUp.objects.filter(event__in=events_managed(user, now).values("pk"))


@policy("forums.sign_up_need.read")
def needs(user: Any, now: datetime) -> QuerySet[SignUpNeed]:
    """What people need is read only by who runs the event: it may tell of health. The auditor does not see it."""
    return SignUpNeed.objects.filter(sign_up__event__in=events_managed(user, now).values("pk"))


def by_token(token: str) -> QuerySet[SignUp]:
    """Return the sign-up whose link somebody has: the link itself is the right, as with an invitation."""
    return SignUp.objects.filter(token=token, anonymised_at__isnull=True)
