"""What the verbs share: the right asked under the lock, a broken constraint told in words."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffRoleKind, User
from common.errors import Refused
from common.locks import limit_waiting
from common.policies import allowed, may
from organisations.models import Membership, Organisation


def require(permission: str, user: Any, item: Model, now: datetime) -> None:
    """Raise Refused("not_allowed") unless the permission reaches the object."""
    if not may(permission, user, item, now=now):
        raise Refused("not_allowed", _("Sinulla ei ole oikeutta tähän. Pyydä oikeus järjestön pääkäyttäjältä."))


def lock[M: Model](item: M) -> M:
    """Return the row as it stands now, locked until the transaction ends; call it inside a transaction.

    Also a row that its usual manager hides (an organisation merged in the same instant): the policy then says no.
    """
    limit_waiting()
    locked: M = type(item)._base_manager.select_for_update(of=("self",), no_key=True).get(pk=item.pk)
    return locked


@contextmanager
def constraint_says(name: str, code: str, message: str | Promise) -> Iterator[None]:
    """Turn a breach of the named constraint into a refusal; the savepoint keeps the transaction usable."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as broken:
        if name not in str(broken):
            raise
        raise Refused(code, message) from broken


def staff(now: datetime, *kinds: StaffRoleKind) -> list[User]:
    """Return the active people who hold one of the staff roles now."""
    from accounts.models import StaffRole

    holders = StaffRole.objects.in_force(now).filter(role__in=kinds).values("user")
    return list(User.objects.filter(pk__in=holders, is_active=True).order_by("pk"))


def members(organisation: Organisation, now: datetime, *roles: str) -> list[User]:
    """Return the people who act for the organisation in one of the roles now."""
    rows = Membership.objects.in_force(now).filter(organisation=organisation, role__in=roles)
    return list(User.objects.filter(pk__in=rows.values("user"), is_active=True).order_by("pk"))


def can(permission: str, user: Any, now: datetime) -> bool:
    """Tell whether the permission reaches anything at all."""
    return allowed(permission, user, now=now).exists()
