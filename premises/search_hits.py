"""Sites and rooms in the search over all."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from common import clock
from common.policies import allowed
from common.seams import SearchHit


def site_hits(user: Any, words: str, limit: int) -> Iterator[SearchHit]:
    """Provider of the ``search`` seam: sites whose name, town or address holds every word; one query."""
    found = allowed("premises.site.view", user, now=clock.now())
    for word in words.split():
        found = found.filter(
            Q(name_fi__icontains=word)
            | Q(name_sv__icontains=word)
            | Q(municipality__name_fi__icontains=word)
            | Q(street_address__icontains=word)
        )
    for site in found.select_related("municipality")[:limit]:
        yield SearchHit(
            title=site.name, url=site.get_absolute_url(), kind=_("Toimipaikka"), detail=site.municipality.name
        )


def room_hits(user: Any, words: str, limit: int) -> Iterator[SearchHit]:
    """Provider of the ``search`` seam: rooms whose name, site, town or feature holds every word; one query."""
    found = allowed("premises.room.view", user, now=clock.now())
    for word in words.split():
        found = found.filter(
            Q(name_fi__icontains=word)
            | Q(name_sv__icontains=word)
            | Q(site__name_fi__icontains=word)
            | Q(site__municipality__name_fi__icontains=word)
            | Q(features__feature__name_fi__icontains=word)
        )
    for room in found.select_related("site__municipality").distinct()[:limit]:
        yield SearchHit(
            title=room.name,
            url=room.get_absolute_url(),
            kind=_("Tila"),
            detail=f"{room.site.name}, {room.site.municipality.name}",
        )
