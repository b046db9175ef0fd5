"""Where somebody answers and where nobody does: units and municipalities by level of post."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import OuterRef, Subquery, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.seams import Tone
from common.tile_map import Place, TileMap, tile_map
from county.models import Municipality
from liaisons.matching import served
from liaisons.models import Appointment, Post, PostLevel, Unit
from liaisons.overview import STATES, with_standing
from liaisons.units import upwards_of


@dataclass
class CoverageCell:
    """The posts of one level in one place: how many there are and how many have somebody in force."""

    level: PostLevel
    posts: int = 0
    held: int = 0
    states: set[str] = field(default_factory=set)

    def add(self, post: Any) -> None:
        """Count one post of ``with_standing``."""
        self.posts += 1
        self.held += post.standing == "held"
        self.states.add(post.standing)

    @property
    def state(self) -> tuple[Any, Tone] | None:
        """Return the name and tone of the weakest state among the posts; None where there is no post."""
        for key in ("vacant", "unaccepted", "unnamed", "coming", "held"):
            if key in self.states:
                return STATES[key]
        return None


@dataclass
class CoverageRow:
    """A unit or municipality with one cell a level; ``depth`` is the unit's place in the tree, from 0."""

    place: Any
    cells: list[CoverageCell]
    depth: int = 0

    @property
    def held(self) -> int:
        """Return how many of the posts have somebody in force."""
        return sum(cell.held for cell in self.cells)

    @property
    def posts(self) -> int:
        """Return how many posts there are."""
        return sum(cell.posts for cell in self.cells)

    @property
    def tone(self) -> Tone:
        """Return how the place stands: all posts held, some, none, or no post at all."""
        if not self.posts:
            return "none"
        if self.held == self.posts:
            return "ok"
        return "wait" if self.held else "bad"


@dataclass(frozen=True)
class CoverageTable:
    """Rows over the levels that have a post in one of them."""

    levels: list[PostLevel]
    rows: list[CoverageRow]


@dataclass(frozen=True)
class Coverage:
    """The posts that serve the whole county by level, the two tables, and the figures of the day."""

    whole: list[CoverageCell]
    municipalities: CoverageTable
    units: CoverageTable
    established: int
    held: int
    working_time: int  # per cent of one person's time, together


def coverage_on(day: date, places: list[Municipality], municipality: Municipality | None = None) -> Coverage:
    """Return the coverage of ``places`` on the day; with a municipality the units' table has what serves it.

    A post that names no municipality, itself or through its unit, serves all of them and stands in ``whole``.
    Three queries.
    """
    shares = Appointment.objects.on(day).filter(post=OuterRef("pk")).order_by().values("post")
    rows = with_standing(Post.objects.on(day), day).select_related("unit", "municipality")
    rows = rows.annotate(working_time=Subquery(shares.annotate(total=Sum("working_time")).values("total")))
    posts: list[Any] = list(rows.prefetch_related("unit__municipalities"))
    established = [post for post in posts if post.is_established]
    everywhere = [post for post in posts if not served(post)]
    return Coverage(
        _row(None, everywhere, _levels(everywhere)).cells,
        _municipalities([post for post in posts if served(post)], places),
        _units([post for post in posts if municipality is None or serves(post, municipality)], day),
        len(established),
        sum(post.standing == "held" for post in established),
        sum(post.working_time or 0 for post in posts),
    )


def serves(post: Post, municipality: Municipality) -> bool:
    """Tell whether the post serves the municipality; one that names none serves all. Needs ``served``'s rows loaded."""
    places = served(post)
    return not places or municipality in places


def _levels(posts: Iterable[Any]) -> list[PostLevel]:
    there = {post.level for post in posts}
    return [level for level in PostLevel if level.value in there]


def _row(place: Any, posts: Iterable[Any], levels: list[PostLevel], depth: int = 0) -> CoverageRow:
    cells = {level.value: CoverageCell(level) for level in levels}
    for post in posts:
        cells[post.level].add(post)
    return CoverageRow(place, list(cells.values()), depth)


def _municipalities(posts: list[Any], places: list[Municipality]) -> CoverageTable:
    levels = _levels(posts)
    return CoverageTable(
        levels, [_row(place, (post for post in posts if place in served(post)), levels) for place in places]
    )


def _units(posts: list[Any], day: date) -> CoverageTable:
    """Return the units that have posts and those above them, in the order of the tree."""
    units = {unit.pk: unit for unit in Unit.objects.on(day)}
    placed = [post for post in posts if post.unit_id in units]
    levels = _levels(placed)
    wanted = {above.pk for post in placed for above in upwards_of(units[post.unit_id], units)}
    rows: list[CoverageRow] = []

    def walk(parent_id: int | None, depth: int) -> None:
        for unit in units.values():
            if unit.parent_id == parent_id and unit.pk in wanted:
                rows.append(_row(unit, (post for post in placed if post.unit_id == unit.pk), levels, depth))
                walk(unit.pk, depth + 1)

    walk(None, 0)
    return CoverageTable(levels, rows)


def coverage_map(found: Coverage) -> TileMap:
    """Return the municipalities as tiles: how many of their own posts are held."""
    rows = found.municipalities.rows
    missing = sum(1 for row in rows if row.tone in ("bad", "none"))
    if missing:
        heading = ngettext(
            "%(count)s kunnasta puuttuu oma yhteyshenkilö", "%(count)s kunnasta puuttuu oma yhteyshenkilö", missing
        ) % {"count": missing}
    else:
        heading = _("Jokaisessa kunnassa on oma yhteyshenkilö")
    return tile_map(
        key="kattavuus",
        heading=heading,
        note=_("Hoidossa olevat tehtävät kunnan omista tehtävistä. Valitse kunta, niin näet sen yksiköt."),
        places=[
            Place(
                label=row.place.name,
                value=f"{row.held}/{row.posts}" if row.posts else "–",
                column=row.place.tile_column,
                row=row.place.tile_row,
                tone=row.tone,
                url=f"?kunta={row.place.code}#yksikoittain",
            )
            for row in rows
        ],
        head=(_("Kunta"), _("Hoidossa")),
    )
