"""A person downloads what the portal holds about them (GDPR articles 15 and 20).

Other rooms add theirs: ``personal_data.register("organisations", provider)`` in ``AppConfig.ready()``, where
``provider(user)`` returns plain lists and dictionaries.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator

from accounts.models import StaffRole, User
from accounts.roles import roles_in_force
from common.seams import Seam

personal_data: Seam[Callable[[User], Any]] = Seam("personal_data")


def own_data(user: User) -> dict[str, Any]:
    """Return what accounts itself holds about the person; secrets and password hashes stay out."""
    return {
        "email": user.email,
        "full_name": user.full_name,
        "phone": user.phone,
        "language": user.language,
        "joined_at": user.date_joined,
        "last_sign_in_at": user.last_login,
        "email_addresses": list(EmailAddress.objects.filter(user=user).values("email", "verified", "primary")),
        "second_factors": list(Authenticator.objects.filter(user=user).values("type", "created_at", "last_used_at")),
        "staff_roles": list(
            StaffRole.objects.filter(user=user).values("role", "valid_from", "valid_until", "reason", "end_reason")
        ),
    }


def export_for(user: User, now: datetime) -> dict[str, Any]:
    """Return everything that the rooms hold about the person, ready for JSON."""
    return {
        "made_at": now,
        "account": own_data(user),
        "roles_in_force": [
            {"role": role.label, "scope": role.scope, "since": role.since, "until": role.until, "source": role.source}
            for role in roles_in_force(user, now)
        ],
        **{key: provider(user) for key, provider in personal_data.items()},
    }
