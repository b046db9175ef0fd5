"""Single undertakings: whose de minimis aid is counted together with an organisation's.

The links that organisations have named (``LinkedUndertaking``) are followed both ways and through others, as article
2(2) of Regulation (EU) 2023/2831 asks. Without links an organisation is alone, and that costs one query.
"""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from grants.models import LinkedUndertaking
from organisations.models import Organisation

Edge = tuple[int, str]


def groups_of(organisations: Iterable[int]) -> dict[int, frozenset[int]]:
    """Return for each organisation (key) the keys of those whose aid is counted with it, itself too."""
    asked = set(organisations)
    edges, by_number = _edges(asked)
    parts: dict[int | str, set[int | str]] = {}
    pairs: list[tuple[int | str, int | str]] = [*edges, *((pk, number) for number, pk in by_number.items())]
    for one, other in pairs:
        joined = parts.get(one, {one}) | parts.get(other, {other})
        parts.update(dict.fromkeys(joined, joined))
    return {pk: frozenset(part for part in parts.get(pk, {pk}) if isinstance(part, int)) for pk in asked}


def _edges(asked: set[int]) -> tuple[set[Edge], dict[str, int]]:
    """Follow the links until nothing new is found; return them, and the organisations of the business IDs in them."""
    known, numbers = set(asked), set[str]()
    edges, by_number = set[Edge](), dict[str, int]()
    while True:
        found = set(_touching(known, numbers).values_list("organisation", "business_id"))
        if found <= edges:
            return edges, by_number
        edges |= found
        numbers |= {number for _pk, number in found}
        rows = Organisation.objects.filter(business_id__in=numbers).values_list("business_id", "pk")
        by_number = {number: pk for number, pk in rows if number}
        known |= {pk for pk, _number in found} | set(by_number.values())


def _touching(known: set[int], numbers: set[str]) -> QuerySet[LinkedUndertaking]:
    own = Organisation.objects.filter(pk__in=known, business_id__isnull=False).values("business_id")
    return LinkedUndertaking.objects.filter(
        Q(organisation__in=known) | Q(business_id__in=numbers) | Q(business_id__in=own)
    ).order_by()


def group_of(organisation: int) -> frozenset[int]:
    """Return the keys of those whose aid is counted with the organisation's, itself too."""
    return groups_of([organisation])[organisation]


def links_of(organisation: Organisation) -> QuerySet[LinkedUndertaking]:
    """Return the links that the organisation has named, and those in which another has named it."""
    named = Q(organisation=organisation)
    if organisation.business_id:
        named |= Q(business_id=organisation.business_id)
    return LinkedUndertaking.objects.filter(named).select_related("organisation").order_by("name", "pk")
