"""Finding organisations by name, earlier name and number: exact and prefix first, typing errors only when need be."""

from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.translation import gettext as _

from common.seams import SearchHit
from organisations import numbers
from organisations.models import EarlierName, Organisation

MAX_QUERY = 100


def find(query: str, rows: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """Return the organisations of ``rows`` that hold every word of the query, best first.

    A number finds the organisation that bears it. Names that begin as the query come first, then names in
    which a word begins so, then the rest, each in Finnish order.
    """
    folded = " ".join(numbers.fold(query[:MAX_QUERY]).split())
    holds = Q()
    for word in folded.split():
        holds &= Q(search_key__contains=word)
    names = Organisation.objects.filter(holds).values("pk")
    matching = Q(pk__in=names.union(EarlierName.objects.filter(holds).values("organisation_id")))
    if number := numbers.parse_association_number(query):
        matching |= Q(association_number=number)
    if business_id := numbers.parse_business_id(query):
        matching |= Q(business_id=business_id)
    rank = Case(
        When(search_key=folded, then=Value(0)),
        When(search_key__startswith=folded, then=Value(1)),
        When(search_key__contains=f" {folded}", then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )
    return rows.filter(matching).order_by(rank, "sort_key", "pk")


def find_similar(query: str, rows: QuerySet[Organisation]) -> QuerySet[Organisation]:
    """Return the organisations whose name is nearest to the query, for when nothing was found as typed."""
    folded = " ".join(numbers.fold(query[:MAX_QUERY]).split())
    similar = rows.filter(search_key__trigram_word_similar=folded)
    return similar.order_by(TrigramWordSimilarity(folded, "search_key").desc(), "sort_key", "pk")


def hits(user: Any, query: str, limit: int) -> Iterator[SearchHit]:
    """Provider of the ``search`` seam; organisations are public."""
    rows = Organisation.objects.select_related("domicile")
    found = list(find(query, rows)[:limit]) or list(find_similar(query, rows)[:limit])
    for organisation in found:
        yield SearchHit(
            title=organisation.name,
            url=organisation.get_absolute_url(),
            kind=_("Järjestö"),
            detail=organisation.domicile.name if organisation.domicile else "",
        )
