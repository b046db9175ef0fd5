"""Rights to units, posts and appointments; a liaison person's rights end with the appointment."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.roles import has_any_staff_role
from common.policies import policy
from common.times import local_date
from liaisons.models import AGREED, Absence, Appointment, Post, PostPower, Substitute, Unit
from liaisons.responsible import covering

MANAGERS = ("coordinator", "administrator")
READERS = (*MANAGERS, "auditor")


def _for[M: QuerySet[Any]](rows: M, user: Any, now: datetime, *kinds: str) -> M:
    return rows if has_any_staff_role(user, now, *kinds) else rows.none()


def may_manage_posts(user: Any, now: datetime) -> bool:
    """Tell whether the person may add units and posts; the same people as ``liaisons.post.manage``."""
    return has_any_staff_role(user, now, *MANAGERS)


def liaison_appointments(user: Any, now: datetime, *levels: str) -> QuerySet[Appointment]:
    """Return the person's appointments in force now, of these post levels when given; every room's policies ask here.

    ``liaison_appointments(user, now, "municipal").values("post__municipality")`` are the municipalities for
    which the person answers. Nobody has one before accepting it.
    """
    if not user.is_authenticated:
        return Appointment.objects.none()
    found = Appointment.objects.in_force(now).filter(covering(local_date(now), "post__"), user=user)
    return found.filter(post__level__in=levels) if levels else found


def substitutions(user: Any, now: datetime) -> QuerySet[Substitute]:
    """Return the person's substitutions in force now, of appointments that are in force."""
    if not user.is_authenticated:
        return Substitute.objects.none()
    day = local_date(now)
    return Substitute.objects.filter(covering(day), user=user, appointment__in=Appointment.objects.on(day).values("pk"))


def posts_answered(user: Any, now: datetime) -> QuerySet[Post]:
    """Return the posts for which the person answers now, as holder or as substitute (also while the holder is in)."""
    held = liaison_appointments(user, now).values("post")
    stands_in = substitutions(user, now).values("appointment__post")
    return Post.objects.on(local_date(now)).filter(Q(pk__in=held) | Q(pk__in=stands_in))


@policy("liaisons.unit.view")
def unit_view(user: Any, now: datetime) -> QuerySet[Unit]:
    """Coordinator, administrator and auditor see the tree with its history."""
    return _for(Unit.objects.all(), user, now, *READERS)


@policy("liaisons.unit.manage")
def unit_manage(user: Any, now: datetime) -> QuerySet[Unit]:
    """Coordinator and administrator change the tree."""
    return _for(Unit.objects.all(), user, now, *MANAGERS)


@policy("liaisons.post.public")
def post_public(user: Any, now: datetime) -> QuerySet[Post]:
    """Everybody sees the posts that exist today."""
    return Post.objects.on(local_date(now))


@policy("liaisons.post.view")
def post_view(user: Any, now: datetime) -> QuerySet[Post]:
    """Coordinator, administrator and auditor see all posts with their history."""
    return _for(Post.objects.all(), user, now, *READERS)


@policy("liaisons.post.manage")
def post_manage(user: Any, now: datetime) -> QuerySet[Post]:
    """Coordinator and administrator make posts, name people to them and delegate power."""
    return _for(Post.objects.all(), user, now, *MANAGERS)


@policy("liaisons.power.manage")
def power_manage(user: Any, now: datetime) -> QuerySet[PostPower]:
    """Whoever manages posts ends delegated powers."""
    return _for(PostPower.objects.all(), user, now, *MANAGERS)


def _own(user: Any) -> QuerySet[Appointment]:
    return Appointment.objects.filter(user=user) if user.is_authenticated else Appointment.objects.none()


@policy("liaisons.appointment.view")
def appointment_view(user: Any, now: datetime) -> QuerySet[Appointment]:
    """Officers see all appointments; a person their own."""
    return Appointment.objects.all() if has_any_staff_role(user, now, *READERS) else _own(user)


@policy("liaisons.appointment.manage")
def appointment_manage(user: Any, now: datetime) -> QuerySet[Appointment]:
    """Coordinator and administrator name people, remind them and take proposals back."""
    return _for(Appointment.objects.all(), user, now, *MANAGERS)


@policy("liaisons.appointment.own")
def appointment_own(user: Any, now: datetime) -> QuerySet[Appointment]:
    """A person's own appointments, whatever their state."""
    return _own(user)


@policy("liaisons.appointment.answer")
def appointment_answer(user: Any, now: datetime) -> QuerySet[Appointment]:
    """Only the named person accepts or declines; nobody on their behalf. What is answered stays theirs to see."""
    return _own(user)


@policy("liaisons.appointment.arrange")
def appointment_arrange(user: Any, now: datetime) -> QuerySet[Appointment]:
    """Substitutes, working time and contact choices: the person, while it is not over, and those who manage posts."""
    open_ = Q(valid_until__isnull=True) | Q(valid_until__gte=local_date(now))
    agreed = Appointment.objects.filter(open_, state__in=AGREED)
    if has_any_staff_role(user, now, *MANAGERS):
        return agreed
    return agreed.filter(user=user) if user.is_authenticated else agreed.none()


@policy("liaisons.appointment.end")
def appointment_end(user: Any, now: datetime) -> QuerySet[Appointment]:
    """The coordinator ends an appointment, and so does the person."""
    return Appointment.objects.all() if has_any_staff_role(user, now, *MANAGERS) else _own(user)


@policy("liaisons.substitute.end")
def substitute_end(user: Any, now: datetime) -> QuerySet[Substitute]:
    """Whoever arranges the appointment ends its substitutes, and a substitute their own standing in."""
    if not user.is_authenticated:
        return Substitute.objects.none()
    arranged = appointment_arrange(user, now).values("pk")
    return Substitute.objects.filter(Q(appointment__in=arranged) | Q(user=user))


@policy("liaisons.absence.manage")
def absence_manage(user: Any, now: datetime) -> QuerySet[Absence]:
    """A person's own absences; coordinator and administrator see to anybody's."""
    if has_any_staff_role(user, now, *MANAGERS):
        return Absence.objects.all()
    return Absence.objects.filter(user=user) if user.is_authenticated else Absence.objects.none()


@policy("liaisons.absence.record")
def absence_record(user: Any, now: datetime) -> QuerySet[User]:
    """People whose absence the person may record: their own; coordinator and administrator anybody's."""
    if not user.is_authenticated:
        return User.objects.none()
    return User.objects.all() if has_any_staff_role(user, now, *MANAGERS) else User.objects.filter(pk=user.pk)
