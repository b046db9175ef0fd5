"""Who sees and who keeps an organisation's documents."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet

from accounts.models import StaffRoleKind
from accounts.roles import has_any_staff_role
from common.policies import allowed, policy
from organisations.models import MembershipRole, Organisation, VaultDocument
from organisations.policies.registry import acting

_READERS = (StaffRoleKind.COORDINATOR, StaffRoleKind.AUDITOR)


@policy("organisations.vault.view")
def vault_view(user: Any, now: datetime) -> QuerySet[VaultDocument]:
    """The organisation's own people see its documents; the coordinator and the auditor every organisation's."""
    if has_any_staff_role(user, now, *_READERS):
        return VaultDocument.objects.all()
    return VaultDocument.objects.filter(organisation__in=acting(user, now))


@policy("organisations.vault.open")
def vault_open(user: Any, now: datetime) -> QuerySet[Organisation]:
    """Organisations whose vault the person may open: the same people as ``organisations.vault.view``."""
    if has_any_staff_role(user, now, *_READERS):
        return allowed("organisations.view", user, now=now)
    return acting(user, now)


@policy("organisations.vault.keep")
def vault_keep(user: Any, now: datetime) -> QuerySet[Organisation]:
    """Admins, signatories and editors add and remove; the coordinator on the organisation's behalf."""
    if has_any_staff_role(user, now, StaffRoleKind.COORDINATOR):
        return allowed("organisations.view", user, now=now)
    return acting(user, now, MembershipRole.ADMIN, MembershipRole.SIGNATORY, MembershipRole.EDITOR)
