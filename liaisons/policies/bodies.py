"""Rights to bodies, seats, meetings and agendas; all of them end with the term they come from."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.roles import has_any_staff_role
from common.policies import policy
from liaisons.models import Body, BodyAppointment, Meeting, Seat

PRESENTERS = ("presenter", "substitute_presenter")


def seats_in_force(user: Any, now: datetime) -> QuerySet[Seat]:
    """Return the seats in which the person sits now, as member or deputy."""
    if not user.is_authenticated:
        return Seat.objects.none()
    return Seat.objects.in_force(now).filter(user=user)


def appointments_in_force(user: Any, now: datetime, *roles: str) -> QuerySet[BodyAppointment]:
    """Return the person's duties to bodies now; only of ``roles`` when they are given."""
    if not user.is_authenticated:
        return BodyAppointment.objects.none()
    found = BodyAppointment.objects.in_force(now).filter(user=user)
    return found.filter(role__in=roles) if roles else found


def _bodies_of(user: Any, now: datetime, *roles: str) -> QuerySet[Body]:
    """Return the bodies to which the person has one of the duties now."""
    return Body.objects.filter(pk__in=appointments_in_force(user, now, *roles).values("body"))


@policy("liaisons.body.view")
def body_view(user: Any, now: datetime) -> QuerySet[Body]:
    """Coordinator, administrator and auditor see all bodies; others those in which they sit or serve."""
    if has_any_staff_role(user, now, "coordinator", "administrator", "auditor"):
        return Body.objects.all()
    sits = Q(pk__in=seats_in_force(user, now).values("body"))
    return Body.objects.filter(sits | Q(pk__in=appointments_in_force(user, now).values("body")))


@policy("liaisons.body.manage")
def body_manage(user: Any, now: datetime) -> QuerySet[Body]:
    """Coordinator and administrator give and end seats and duties."""
    return Body.objects.all() if has_any_staff_role(user, now, "coordinator", "administrator") else Body.objects.none()


@policy("liaisons.meeting.plan")
def meeting_plan(user: Any, now: datetime) -> QuerySet[Body]:
    """The bodies whose meetings the person may plan: the coordinator all, a secretary the own ones."""
    if has_any_staff_role(user, now, "coordinator"):
        return Body.objects.all()
    return _bodies_of(user, now, "secretary")


@policy("liaisons.meeting.view")
def meeting_view(user: Any, now: datetime) -> QuerySet[Meeting]:
    """Members, deputies, presenters and secretaries see their body's meetings; coordinator and auditor all."""
    if has_any_staff_role(user, now, "coordinator", "auditor"):
        return Meeting.objects.all()
    sits = Q(body__in=seats_in_force(user, now).values("body"))
    return Meeting.objects.filter(sits | Q(body__in=appointments_in_force(user, now).values("body")))


@policy("liaisons.meeting.manage")
def meeting_manage(user: Any, now: datetime) -> QuerySet[Meeting]:
    """The coordinator and the body's secretary run the meeting: time, agenda, what the minutes say."""
    return Meeting.objects.filter(body__in=meeting_plan(user, now).values("pk"))


@policy("liaisons.agenda.add")
def agenda_add(user: Any, now: datetime) -> QuerySet[Meeting]:
    """Whoever runs the meeting, and its presenters, bring matters to it."""
    presents = _bodies_of(user, now, *PRESENTERS).values("pk")
    return Meeting.objects.filter(Q(body__in=meeting_plan(user, now).values("pk")) | Q(body__in=presents))


@policy("liaisons.minutes.record")
def minutes_record(user: Any, now: datetime) -> QuerySet[Meeting]:
    """Whoever runs the meeting, and the registry, record what the checked minutes say."""
    return Meeting.objects.all() if has_any_staff_role(user, now, "registrar") else meeting_manage(user, now)
