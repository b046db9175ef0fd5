"""Who keeps contacts, who reads them, and to whom a matter may be handed."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import StaffRole, StaffRoleKind, User
from accounts.roles import has_any_staff_role
from common.policies import policy
from common.times import local_date
from liaisons.models import Appointment, KeptContact, PostLevel, Substitute
from liaisons.policies.posts import posts_answered
from liaisons.responsible import covering

#: The same officers as read the county's page of an organisation, where the contacts stand.
READS_ALL = ("coordinator", "registrar", "auditor")


def may_keep_contacts(user: Any, now: datetime) -> bool:
    """Tell whether the person writes contacts down: the coordinator, and whoever answers for a liaison post."""
    if has_any_staff_role(user, now, "coordinator"):
        return True
    return bool(user.is_authenticated) and posts_answered(user, now).exists()


def may_list_contacts(user: Any, now: datetime) -> bool:
    """Tell whether the person has the list of contacts."""
    return has_any_staff_role(user, now, *READS_ALL) or may_keep_contacts(user, now)


def _own(user: Any) -> QuerySet[KeptContact]:
    return KeptContact.objects.filter(Q(written_by=user) | Q(doer=user))


@policy("liaisons.kept_contact.view")
def kept_contact_view(user: Any, now: datetime) -> QuerySet[KeptContact]:
    """Officers and the county's own liaison people read all; a municipality's what they wrote or have to do.

    Somebody whose post has ended reads nothing more here.
    """
    if has_any_staff_role(user, now, *READS_ALL):
        return KeptContact.objects.all()
    if not user.is_authenticated:
        return KeptContact.objects.none()
    posts = posts_answered(user, now)
    if posts.exclude(level=PostLevel.MUNICIPAL).exists():
        return KeptContact.objects.all()
    return _own(user) if posts.exists() else KeptContact.objects.none()


@policy("liaisons.kept_contact.work")
def kept_contact_work(user: Any, now: datetime) -> QuerySet[KeptContact]:
    """The writer and who does the next step, while they keep contacts, and the coordinator: hand on and close."""
    if has_any_staff_role(user, now, "coordinator"):
        return KeptContact.objects.all()
    return _own(user) if may_keep_contacts(user, now) else KeptContact.objects.none()


@policy("liaisons.kept_contact.correct")
def kept_contact_correct(user: Any, now: datetime) -> QuerySet[KeptContact]:
    """Only the writer corrects what they wrote, while they keep contacts."""
    if not may_keep_contacts(user, now):
        return KeptContact.objects.none()
    return KeptContact.objects.filter(written_by=user)


def colleagues(now: datetime) -> QuerySet[User]:
    """Return the people to whom a matter may be handed: coordinators, holders of posts, their substitutes."""
    day = local_date(now)
    appointments = Appointment.objects.in_force(now).filter(covering(day, "post__"))
    stand_ins = Substitute.objects.filter(covering(day), appointment__in=appointments.values("pk"))
    officers = StaffRole.objects.in_force(now).filter(role=StaffRoleKind.COORDINATOR)
    return User.objects.filter(
        Q(pk__in=officers.values("user")) | Q(pk__in=appointments.values("user")) | Q(pk__in=stand_ins.values("user")),
        is_active=True,
    ).order_by("full_name", "pk")
