"""Whom a comment round asks: the registered organisations of the region, or of its municipalities and themes."""

from django.db.models import Q, QuerySet

from county.models import Municipality
from liaisons.models import CommentRound
from organisations.models import Organisation


def round_organisations(found: CommentRound) -> QuerySet[Organisation]:
    """Return the registered organisations that the round asks.

    An organisation belongs to a municipality by its domicile or by where it says that it works.
    """
    registered = Organisation.objects.filter(status="registered")
    places = [row.pk for row in found.municipalities.all()]
    themes = [row.pk for row in found.themes.all()]
    here = Q(domicile__is_own=True) | Q(municipalities__is_own=True)
    if places:
        here = Q(domicile__in=places) | Q(municipalities__in=places)
    asked = Organisation.objects.filter(here)
    if themes:
        asked = asked.filter(themes__in=themes)
    return registered.filter(pk__in=asked.values("pk"))


def rounds_asking(rounds: QuerySet[CommentRound], organisation: Organisation) -> QuerySet[CommentRound]:
    """Return those of the rounds that ask this organisation; the other way round, in one query."""
    if organisation.status != "registered":
        return rounds.none()
    places = Municipality.objects.filter(Q(pk=organisation.domicile_id) | Q(organisations=organisation))
    named = CommentRound.objects.filter(municipalities__in=places.values("pk")).values("pk")
    themed = CommentRound.objects.filter(themes__in=organisation.themes.values("pk")).values("pk")
    anywhere = Q(municipalities__isnull=True)
    if not places.filter(is_own=True).exists():
        anywhere = Q(pk__in=[])
    asking = CommentRound.objects.filter(Q(pk__in=named) | anywhere, Q(pk__in=themed) | Q(themes__isnull=True))
    return rounds.filter(pk__in=asking.values("pk"))
