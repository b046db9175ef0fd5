"""Liaison posts and bodies in the search over all."""

from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from common.policies import allowed
from common.seams import SearchHit


def post_hits(user: Any, words: str, limit: int) -> Iterator[SearchHit]:
    """Provider of the ``search`` seam: posts whose title, place, theme or service holds every word; one query."""
    posts = allowed("liaisons.post.public", user, now=clock.now())
    for word in words.split():
        posts = posts.filter(
            Q(name_fi__icontains=word)
            | Q(unit__name_fi__icontains=word)
            | Q(municipality__name_fi__icontains=word)
            | Q(themes__name_fi__icontains=word)
            | Q(life_situations__name_fi__icontains=word)
            | Q(services__icontains=word)
        )
    for post in posts.select_related("unit", "municipality").distinct()[:limit]:
        yield SearchHit(
            title=post.name,
            url=reverse("liaisons:public_post", args=[post.pk]),
            kind=_("Yhteyshenkilö"),
            detail=post.place,
        )


def body_hits(user: Any, words: str, limit: int) -> Iterator[SearchHit]:
    """Provider of the ``search`` seam: bodies whose present or former name holds every word; one query."""
    bodies = allowed("liaisons.body.public", user, now=clock.now())
    for word in words.split():
        bodies = bodies.filter(Q(name_fi__icontains=word) | Q(names__name_fi__icontains=word))
    for body in bodies.distinct()[:limit]:
        yield SearchHit(
            title=body.name,
            url=body.get_absolute_url(),
            kind=_("Toimielin"),
            detail=str(body.get_kind_display()).capitalize(),
        )
