"""What managing a site lets a person do, for the ``roles`` seam."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from common.seams import Role
from premises.models.sites import Site, keepers


def site_roles(user: Any, now: datetime) -> Iterator[Role]:
    """Provider of the ``roles`` seam: ``premises.manager`` and ``premises.deputy`` for each site.

    One query for who manages something, none for others. In a site of an organisation the keys are
    ``premises.own_manager`` and ``premises.own_deputy``: they give no desk.
    """
    if not user.is_authenticated or user.pk not in keepers():
        return
    rows = Site.objects.filter(Q(manager=user) | Q(deputy=user), is_in_use=True).order_by("name_fi", "pk")
    for site in rows:
        is_manager = site.manager_id == user.pk
        yield Role(
            key=f"premises.{'own_' if site.organisation_id else ''}{'manager' if is_manager else 'deputy'}",
            label=_("Tilavastaava") if is_manager else _("Tilavastaavan sijainen"),
            scope=site.name,
            source=_("Nimetty toimipaikan tilavastaavaksi") if is_manager else _("Nimetty tilavastaavan sijaiseksi"),
            explanation=_("Pidät tilojen tiedot ajan tasalla, vahvistat varaukset ja näet kulkuohjeet."),
            target=("site", site.pk),
            needs_second_factor=site.organisation_id is None,
            url=reverse("premises:site_desk", args=[site.pk]),
        )
