"""What a membership lets a person do, for the ``roles`` seam."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import capfirst

from common.prepared import Prepared
from common.seams import Role
from organisations.models import Membership, MembershipRole
from organisations.models.people import ROLE_EXPLANATIONS


def _memberships(user: Any, now: datetime) -> QuerySet[Any, Any]:
    columns = ("role", "organisation__name", "valid_from", "valid_until", "source", "organisation_id")
    found = Membership.objects.in_force(now).filter(user=user).order_by("organisation__sort_key", "pk")
    return found.values_list(*columns)


_MEMBERSHIPS = Prepared(_memberships)


def membership_roles(user: Any, now: datetime) -> Iterator[Role]:
    """Provider of the ``roles`` seam; one query. Keys are ``ngo.`` and the role: ``ngo.admin``."""
    for role, name, since, until, source, organisation in _MEMBERSHIPS.rows(user, now):
        kind = MembershipRole(role)
        yield Role(
            key=f"ngo.{role}",
            label=capfirst(str(kind.label)),
            scope=name,
            since=since,
            until=until,
            source=source,
            explanation=str(ROLE_EXPLANATIONS[kind]),
            target=("organisation", organisation),
            url=reverse("organisations:own", args=[organisation]),
        )
