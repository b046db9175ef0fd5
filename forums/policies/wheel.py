"""Who sees the annual wheel and figures, runs statutory negotiations and proposes dates."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from common.policies import policy
from forums.models import DateAsked, DatePoll, EventSeries, Negotiation, NegotiationGoal, NegotiationMeasure
from forums.models import NegotiationParty as Party
from forums.policies.events import events_managed, events_on_desk, may_list_events, may_plan_events
from liaisons.policies.networks import network_convene


def may_read_wheel(user: Any, now: datetime) -> bool:
    """Tell whether the person sees the desk's wheel and figures: the coordinator and the auditor."""
    return may_list_events(user, now)


def may_propose_dates(user: Any, now: datetime) -> bool:
    """Tell whether the person asks groups for dates: the coordinator, and conveners in their networks."""
    if not user.is_authenticated:
        return False
    return may_plan_events(user, now) or network_convene(user, now).exists()


@policy("forums.series.public")
def series_public(user: Any, now: datetime) -> QuerySet[EventSeries]:
    """Everybody follows a series' public events."""
    return EventSeries.objects.all()


@policy("forums.negotiation.view")
def negotiation_view(user: Any, now: datetime) -> QuerySet[Negotiation]:
    """Who sees the event's desk page sees the record of the negotiation."""
    return Negotiation.objects.filter(event__in=events_on_desk(user, now).values("pk"))


@policy("forums.negotiation.manage")
def negotiation_manage(user: Any, now: datetime) -> QuerySet[Negotiation]:
    """Who runs the event invites, records and completes."""
    return Negotiation.objects.filter(event__in=events_managed(user, now).values("pk"))


@policy("forums.negotiation_party.manage")
def party_manage(user: Any, now: datetime) -> QuerySet[Party]:
    """The parties of the negotiations that the person runs."""
    return Party.objects.filter(negotiation__in=negotiation_manage(user, now).values("pk"))


@policy("forums.negotiation_goal.manage")
def goal_manage(user: Any, now: datetime) -> QuerySet[NegotiationGoal]:
    """The goals of the negotiations that the person runs."""
    return NegotiationGoal.objects.filter(negotiation__in=negotiation_manage(user, now).values("pk"))


@policy("forums.negotiation_measure.manage")
def measure_manage(user: Any, now: datetime) -> QuerySet[NegotiationMeasure]:
    """The measures of the negotiations that the person runs."""
    return NegotiationMeasure.objects.filter(negotiation__in=negotiation_manage(user, now).values("pk"))


@policy("forums.date_poll.view")
def date_poll_view(user: Any, now: datetime) -> QuerySet[DatePoll]:
    """Who manages a poll sees it, and the auditor all of them."""
    return DatePoll.objects.all() if may_list_events(user, now) else date_poll_manage(user, now)


@policy("forums.date_poll.manage")
def date_poll_manage(user: Any, now: datetime) -> QuerySet[DatePoll]:
    """The coordinator runs all polls, a convener those of their networks and their own."""
    if not user.is_authenticated:
        return DatePoll.objects.none()
    if may_plan_events(user, now):
        return DatePoll.objects.all()
    return DatePoll.objects.filter(Q(asked_by=user) | Q(network__in=network_convene(user, now).values("pk")))


@policy("forums.date_asked.answer")
def date_asked_answer(user: Any, now: datetime) -> QuerySet[DateAsked]:
    """The key in the letter is the right, with an account or without."""
    return DateAsked.objects.all()
