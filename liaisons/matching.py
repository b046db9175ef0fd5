"""Which post answers for a matter: by place, theme, life situation, sector, unit and words, the most specific first."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from liaisons.models import Post, PostLevel

#: How much a match of each kind says; a post that names the very thing goes before one that answers for all.
WEIGHTS = {"about": 16, "theme": 8, "life_situation": 8, "sector": 8, "unit": 6, "municipality": 4}
#: Where nothing more specific is found, in this order: closest to the person first, the county last.
_LEVEL_ORDER = {
    level: place
    for place, level in enumerate(
        (
            PostLevel.DIAGNOSIS_OR_THEME,
            PostLevel.LINKKIHENKILO,
            PostLevel.UNIT,
            PostLevel.MUNICIPAL,
            PostLevel.SERVICE_DISTRICT,
            PostLevel.RESCUE_DISTRICT,
            PostLevel.SERVICE_AREA,
            PostLevel.RESCUE,
            PostLevel.COUNTY_LIAISON,
            PostLevel.STRATEGIC,
        )
    )
}
_WHOLE_COUNTY = (PostLevel.COUNTY_LIAISON,)


@dataclass(frozen=True)
class Match:
    """A post that answers for the matter, how specifically, and a sentence why."""

    post: Post
    score: int
    reason: str


@dataclass(frozen=True)
class Matter:
    """What is asked: rows of county models or None; ``about`` is free words or the name of a service.

    ``units`` is a unit and those above it, the closest first (``liaisons.units.upwards``).
    """

    municipality: Any = None
    theme: Any = None
    life_situation: Any = None
    sector: Any = None
    units: tuple[Any, ...] = ()
    about: str = ""


def find_posts(matter: Matter, on: date) -> list[Match]:
    """Return the posts that answer for the matter on the day, the most specific first; six queries.

    A post that names municipalities, themes, life situations or sectors and not the asked one is left out. The
    county's own liaison stands last where nothing else is found closer, so the list is empty only where the
    county has no such post. Who answers for each is asked of ``liaisons.responsible``.
    """
    matches = []
    for post in with_scope(Post.objects.on(on)):
        reasons = _reasons(post, matter)
        if reasons is not None and (reasons or post.level in _WHOLE_COUNTY):
            score = sum(WEIGHTS[kind] for kind, _text in reasons)
            matches.append(Match(post, score, _sentence(reasons)))
    return sorted(matches, key=lambda match: (-match.score, _LEVEL_ORDER[PostLevel(match.post.level)], match.post.pk))


def with_scope(posts: Any) -> Any:
    """Return the posts with what they answer for loaded: unit, municipality and the lists; six queries."""
    loaded = posts.select_related("unit", "municipality")
    return loaded.prefetch_related("themes", "sectors", "life_situations", "unit__municipalities")


def served(post: Post) -> list[Any]:
    """Return the municipalities that the post serves; an empty list means the whole county. Needs ``with_scope``."""
    if post.municipality:
        return [post.municipality]
    return list(post.unit.municipalities.all()) if post.unit else []


def _reasons(post: Post, matter: Matter) -> list[tuple[str, str]] | None:
    """Return what of the matter the post names, or None where it names something else."""
    found: list[tuple[str, str]] = []
    for kind, asked, named in _scopes(post, matter):
        if not asked or not named:
            continue
        met = next((one for one in asked if one in named), None)
        if met is None:
            return None
        found.append((kind, str(met)))
    words = matter.about.casefold().strip()
    if words and any(words in service.casefold() or service.casefold() in words for service in _says(post)):
        found.append(("about", matter.about.strip()))
    return found


def _scopes(post: Post, matter: Matter) -> Iterator[tuple[str, list[Any], list[Any]]]:
    """Yield each kind with what is asked (closest first) and what the post names."""
    yield "municipality", _one(matter.municipality), served(post)
    yield "theme", _one(matter.theme), list(post.themes.all())
    yield "life_situation", _one(matter.life_situation), list(post.life_situations.all())
    yield "sector", _one(matter.sector), list(post.sectors.all())
    yield "unit", list(matter.units), _one(post.unit)


def _one(row: Any) -> list[Any]:
    return [] if row is None else [row]


def _says(post: Post) -> list[str]:
    return [*post.service_list, post.name]


def _sentence(reasons: list[tuple[str, str]]) -> str:
    if not reasons:
        return _("Vastaa koko hyvinvointialueen järjestöyhteistyöstä.")
    return _("Vastaa tästä: %(what)s.") % {"what": ", ".join(text for _kind, text in reasons)}
