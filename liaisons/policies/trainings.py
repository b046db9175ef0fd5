"""Rights to courses, trainings, sign-ups and what people have taken."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import StaffRoleKind
from accounts.roles import has_any_staff_role
from common.policies import policy
from common.times import local_date
from liaisons.models import (
    AGREED,
    Appointment,
    Substitute,
    TrainingCourse,
    TrainingRecord,
    TrainingSession,
    TrainingSignUp,
)
from liaisons.policies.bodies import appointments_in_force
from liaisons.responsible import not_over

TRAINING_MANAGERS = ("coordinator",)
TRAINING_READERS = (*TRAINING_MANAGERS, "auditor")


def may_take_part(user: Any, now: datetime) -> bool:
    """Tell whether trainings are open to the person: staff, liaison persons, substitutes, who serve county bodies.

    Also who has accepted a post that begins later: the introduction may come before the first day.
    """
    if not user.is_authenticated:
        return False
    if has_any_staff_role(user, now, *StaffRoleKind.values):
        return True
    day = local_date(now)
    agreed = Appointment.objects.filter(not_over(day), user=user, state__in=AGREED)
    stands_in = Substitute.objects.filter(not_over(day), user=user)
    serves = appointments_in_force(user, now).filter(body__is_self_run=False)
    return agreed.exists() or stands_in.exists() or serves.exists()


def may_read_trainings(user: Any, now: datetime) -> bool:
    """Tell whether the person reads the coordinator's lists of trainings and the register."""
    return has_any_staff_role(user, now, *TRAINING_READERS)


def may_manage_trainings(user: Any, now: datetime) -> bool:
    """Tell whether the person keeps courses and trainings; the same people as ``liaisons.training.manage``."""
    return has_any_staff_role(user, now, *TRAINING_MANAGERS)


@policy("liaisons.course.manage")
def course_manage(user: Any, now: datetime) -> QuerySet[TrainingCourse]:
    """The coordinator keeps the catalogue."""
    rows = TrainingCourse.objects.all()
    return rows if may_manage_trainings(user, now) else rows.none()


@policy("liaisons.training.manage")
def training_manage(user: Any, now: datetime) -> QuerySet[TrainingSession]:
    """The coordinator plans, opens and cancels trainings, invites and marks who came."""
    rows = TrainingSession.objects.all()
    return rows if may_manage_trainings(user, now) else rows.none()


@policy("liaisons.training.read")
def training_read(user: Any, now: datetime) -> QuerySet[TrainingSession]:
    """Coordinator and auditor see every training with who takes part."""
    rows = TrainingSession.objects.all()
    return rows if may_read_trainings(user, now) else rows.none()


def _own_sessions(user: Any) -> QuerySet[TrainingSignUp]:
    return TrainingSignUp.objects.filter(user=user)


@policy("liaisons.training.join")
def training_join(user: Any, now: datetime) -> QuerySet[TrainingSession]:
    """Open trainings: to all who may take part, and to whoever has been invited or signed up by the coordinator."""
    if not user.is_authenticated:
        return TrainingSession.objects.none()
    rows = TrainingSession.objects.filter(state="open")
    return rows if may_take_part(user, now) else rows.filter(pk__in=_own_sessions(user).values("session"))


@policy("liaisons.training.announced")
def training_announced(user: Any, now: datetime) -> QuerySet[TrainingSession]:
    """Everybody may be told that a training takes sign-ups: its course, day and town, not its place or link."""
    return TrainingSession.objects.filter(state="open", sign_up_until__gte=now)


@policy("liaisons.training.view")
def training_view(user: Any, now: datetime) -> QuerySet[TrainingSession]:
    """What a person may join, and every training in which they have been; readers see all."""
    if not user.is_authenticated:
        return TrainingSession.objects.none()
    if may_read_trainings(user, now):
        return TrainingSession.objects.all()
    own = Q(pk__in=_own_sessions(user).values("session"))
    rows = TrainingSession.objects.exclude(state="planned")
    return rows.filter(own | Q(state="open")) if may_take_part(user, now) else rows.filter(own)


@policy("liaisons.training.attend")
def training_attend(user: Any, now: datetime) -> QuerySet[TrainingSession]:
    """Trainings whose place, link and calendar file the person gets: they have a place, or they run it."""
    if not user.is_authenticated:
        return TrainingSession.objects.none()
    if may_manage_trainings(user, now):
        return TrainingSession.objects.all()
    return TrainingSession.objects.filter(pk__in=_own_sessions(user).filter(state="signed").values("session"))


@policy("liaisons.training_sign_up.own")
def sign_up_own(user: Any, now: datetime) -> QuerySet[TrainingSignUp]:
    """A person's own invitations and sign-ups."""
    return _own_sessions(user) if user.is_authenticated else TrainingSignUp.objects.none()


@policy("liaisons.training_sign_up.cancel")
def sign_up_cancel(user: Any, now: datetime) -> QuerySet[TrainingSignUp]:
    """The person, or the coordinator for them."""
    return TrainingSignUp.objects.all() if may_manage_trainings(user, now) else sign_up_own(user, now)


@policy("liaisons.training_record.view")
def record_view(user: Any, now: datetime) -> QuerySet[TrainingRecord]:
    """A person's own; coordinator and auditor read everybody's."""
    if may_read_trainings(user, now):
        return TrainingRecord.objects.all()
    return TrainingRecord.objects.filter(user=user) if user.is_authenticated else TrainingRecord.objects.none()


@policy("liaisons.training_record.manage")
def record_manage(user: Any, now: datetime) -> QuerySet[TrainingRecord]:
    """The coordinator records what was taken elsewhere and takes a wrong record back."""
    rows = TrainingRecord.objects.all()
    return rows if may_manage_trainings(user, now) else rows.none()


@policy("liaisons.training_record.certificate")
def record_certificate(user: Any, now: datetime) -> QuerySet[TrainingRecord]:
    """Certificates: only the person and the coordinator open one, and none of a record that was taken back."""
    rows = TrainingRecord.objects.valid().filter(session__isnull=False)
    if may_manage_trainings(user, now):
        return rows
    return rows.filter(user=user) if user.is_authenticated else rows.none()
