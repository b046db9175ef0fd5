"""What a membership lets a person do, for the ``roles`` seam."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.text import capfirst

from common.seams import Role
from organisations.models import Membership


def membership_roles(user: Any, now: datetime) -> Iterator[Role]:
    """Provider of the ``roles`` seam; one query. Keys are ``ngo.`` and the role: ``ngo.admin``."""
    memberships = Membership.objects.in_force(now).filter(user=user).select_related("organisation")
    for row in memberships.order_by("organisation__sort_key", "pk"):
        yield Role(
            key=f"ngo.{row.role}",
            label=capfirst(row.get_role_display()),
            scope=row.organisation.name,
            since=row.valid_from,
            until=row.valid_until,
            source=row.source,
            explanation=str(row.explanation),
            target=("organisation", row.organisation_id),
            url=reverse("organisations:own", args=[row.organisation_id]),
        )
