"""Rights to bodies, their seats and duties; all of them end with the term they come from.

A body that is not the county's own (``is_self_run``) is run by its own secretary: the county's officers make it and
its first secretary, and see what is shared.
"""

from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.roles import has_any_staff_role
from common.policies import policy
from liaisons.models import DECIDING, Body, BodyAppointment, Seat

PRESENTERS = ("presenter", "substitute_presenter")
BODY_MAKERS = ("coordinator", "administrator")


def seats_in_force(user: Any, now: datetime) -> QuerySet[Seat]:
    """Return the seats in which the person sits now, as member, deputy or expert."""
    if not user.is_authenticated:
        return Seat.objects.none()
    return Seat.objects.in_force(now).filter(user=user)


def deciding_seats(user: Any, now: datetime) -> QuerySet[Seat]:
    """Return the seats in which the person decides now, as member or deputy; an expert does not decide."""
    return seats_in_force(user, now).filter(role__in=DECIDING)


def appointments_in_force(user: Any, now: datetime, *roles: str) -> QuerySet[BodyAppointment]:
    """Return the person's duties to bodies now; only of ``roles`` when they are given."""
    if not user.is_authenticated:
        return BodyAppointment.objects.none()
    found = BodyAppointment.objects.in_force(now).filter(user=user)
    return found.filter(role__in=roles) if roles else found


def bodies_served(user: Any, now: datetime, *roles: str) -> QuerySet[Body]:
    """Return the bodies to which the person has one of the duties now."""
    return Body.objects.filter(pk__in=appointments_in_force(user, now, *roles).values("body"))


def of_own_bodies(user: Any, now: datetime, path: str = "") -> Q:
    """Return a condition: the body at ``path`` is one in which the person sits or serves now."""
    return Q(**{f"{path}__in": seats_in_force(user, now).values("body")}) | Q(
        **{f"{path}__in": appointments_in_force(user, now).values("body")}
    )


def may_make_bodies(user: Any, now: datetime) -> bool:
    """Tell whether the person may add a body that the area file does not give."""
    return has_any_staff_role(user, now, *BODY_MAKERS)


@policy("liaisons.body.public")
def body_public(user: Any, now: datetime) -> QuerySet[Body]:
    """Everybody sees every body that is not a mere draft, and who sits in it (611/2021, 621/1999)."""
    return Body.objects.filter(draft=False)


@policy("liaisons.body.view")
def body_view(user: Any, now: datetime) -> QuerySet[Body]:
    """Coordinator, administrator and auditor see all bodies; others those in which they sit or serve."""
    if has_any_staff_role(user, now, "coordinator", "administrator", "auditor"):
        return Body.objects.all()
    return Body.objects.filter(of_own_bodies(user, now, "pk"))


@policy("liaisons.body.manage")
def body_manage(user: Any, now: datetime) -> QuerySet[Body]:
    """Coordinator and administrator give and end seats and duties of the county's own bodies; the secretary of a
    body that is not the county's own does it there."""
    own_office = Q(is_self_run=True, pk__in=bodies_served(user, now, "secretary").values("pk"))
    if has_any_staff_role(user, now, *BODY_MAKERS):
        return Body.objects.filter(Q(is_self_run=False) | own_office)
    return Body.objects.filter(own_office)


@policy("liaisons.body.edit")
def body_edit(user: Any, now: datetime) -> QuerySet[Body]:
    """Name, composition and how meetings are recorded: whoever manages the body, and the officers who make bodies."""
    return Body.objects.all() if has_any_staff_role(user, now, *BODY_MAKERS) else body_manage(user, now)


@policy("liaisons.duty.give")
def duty_give(user: Any, now: datetime) -> QuerySet[Body]:
    """Whoever manages the body; and the officers where a body that is not the county's own has no secretary yet."""
    managed = body_manage(user, now)
    if not has_any_staff_role(user, now, *BODY_MAKERS):
        return managed
    secretary = BodyAppointment.objects.in_force(now).filter(body=OuterRef("pk"), role="secretary")
    return Body.objects.filter(Q(pk__in=managed.values("pk")) | Q(~Exists(secretary), is_self_run=True))


@policy("liaisons.meeting.plan")
def meeting_plan(user: Any, now: datetime) -> QuerySet[Body]:
    """The bodies whose meetings and nominations the person runs: the coordinator the county's own, a secretary the
    own ones."""
    served = Q(pk__in=bodies_served(user, now, "secretary").values("pk"))
    if has_any_staff_role(user, now, "coordinator"):
        return Body.objects.filter(Q(is_self_run=False) | served)
    return Body.objects.filter(served)
