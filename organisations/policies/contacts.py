"""Who sees and who keeps contact persons."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import StaffRoleKind
from accounts.roles import has_any_staff_role
from common.policies import allowed, policy
from common.times import local_date
from organisations.models import Contact
from organisations.policies.registry import ADMIN, EDITOR, acting

OFFICERS = (StaffRoleKind.COORDINATOR, StaffRoleKind.REGISTRAR, StaffRoleKind.AUDITOR)


@policy("organisations.contact.public")
def contact_public(user: Any, now: datetime) -> QuerySet[Contact]:
    """Everybody sees those who are in office and have consented."""
    shown = Contact.objects.public(local_date(now))
    return shown.filter(organisation__in=allowed("organisations.view", user, now=now))


@policy("organisations.contact.view")
def contact_view(user: Any, now: datetime) -> QuerySet[Contact]:
    """Everybody sees public ones in office, an organisation's people all of theirs, officers all."""
    standing = Contact.objects.filter(organisation__in=allowed("organisations.view", user, now=now))
    if has_any_staff_role(user, now, *OFFICERS):
        return standing
    public = Q(pk__in=contact_public(user, now).values("pk"))
    return standing.filter(public | Q(organisation__in=acting(user, now)))


@policy("organisations.contact.manage")
def contact_manage(user: Any, now: datetime) -> QuerySet[Contact]:
    """The organisation's admins and editors keep its contact persons."""
    return Contact.objects.filter(organisation__in=acting(user, now, ADMIN, EDITOR))
