"""A map of labelled tiles as SVG made on the server, for places that have no boundary data at hand.

Each place is a square of the same size on its column and row, with its name, its value in words, a shade of one of
five levels and a bar along its foot whose length tells the same level without colour; or a tone (``ok``, ``wait``,
``bad``, ``none``) with its sign. A tile may be a link. ``components/tile_map.html`` draws it, always with the same
values as a table; places without a tile stand in the table alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from common.charts import FONT, LETTER, Number, Table
from common.seams import Tone

TILE_WIDTH, TILE_HEIGHT, GAP = 132, 88, 8
LEVELS = 4  # 0 is nothing, 4 the most
_VALUE_FONT = 24


@dataclass(frozen=True)
class Place:
    """One place: its value in words, how much of it (level 0-4) or how it stands (tone), and where its tile is.

    ``more`` are further cells of its row in the table.
    """

    label: str
    value: str
    column: int | None = None
    row: int | None = None
    level: int = 0
    tone: Tone | None = None
    url: str = ""
    more: tuple[str, ...] = ()


@dataclass(frozen=True)
class DrawnTile:
    label: str
    label_size: int
    value: str
    value_size: int
    css: str
    bar: int
    sign: str
    url: str
    x: int
    y: int


@dataclass(frozen=True)
class TileMap:
    key: str
    heading: str
    note: str
    description: str
    width: int
    height: int
    tiles: tuple[DrawnTile, ...]
    legend: tuple[str, ...]
    table: Table
    caption: str

    @property
    def has_links(self) -> bool:
        """Whether the tiles lead somewhere; a picture with links is a group, not one image."""
        return any(tile.url for tile in self.tiles)


_SIGNS: dict[Tone, str] = {
    "ok": "M-6 0l4 5L7-6",
    "wait": "M-6 0a6 6 0 1 0 12 0a6 6 0 1 0-12 0M0-6v12",
    "bad": "M-5-5 5 5M-5 5 5-5",
    "info": "M0-6v2M0-1v8",
    "none": "",
}


def tile_map(
    *,
    key: str,
    heading: str,
    places: Sequence[Place],
    head: Sequence[str],
    note: str = "",
    legend: Sequence[str] = (),
) -> TileMap:
    """Return the map. ``head`` names the columns of the table: place, value, and one for each of ``Place.more``.

    Two places on one tile are a mistake of the data: the second is moved to the next free tile on the right.
    """
    taken: set[tuple[int, int]] = set()
    tiles = []
    for place in places:
        if place.column is None or place.row is None:
            continue
        column = place.column
        while (column, place.row) in taken:
            column += 1
        taken.add((column, place.row))
        tiles.append(_drawn(place, column, place.row))
    columns = max((column for column, _row in taken), default=-1) + 1
    rows = max((row for _column, row in taken), default=-1) + 1
    return TileMap(
        key=key,
        heading=heading,
        note=note,
        description=f"{head[1]}: " + ", ".join(f"{place.label} {place.value}" for place in places) + ".",
        width=columns * (TILE_WIDTH + GAP) + GAP,
        height=rows * (TILE_HEIGHT + GAP) + GAP,
        tiles=tuple(tiles),
        legend=tuple(legend),
        table=Table(tuple(head), tuple((place.label, place.value, *place.more) for place in places)),
        caption=heading,
    )


def _drawn(place: Place, column: int, row: int) -> DrawnTile:
    level = min(max(place.level, 0), LEVELS)
    return DrawnTile(
        label=place.label,
        label_size=_fitting(place.label, FONT),
        value=place.value,
        value_size=_fitting(place.value, _VALUE_FONT),
        css=f"tone-{place.tone}" if place.tone else f"level-{level}",
        bar=0 if place.tone else round(TILE_WIDTH * level / LEVELS),
        sign=_SIGNS[place.tone] if place.tone else "",
        url=place.url,
        x=GAP + column * (TILE_WIDTH + GAP),
        y=GAP + row * (TILE_HEIGHT + GAP),
    )


def _fitting(text: str, size: int) -> int:
    """Return the size at which the text fits on a tile: its own, or smaller for a long one."""
    room, needed = TILE_WIDTH - 16, len(text) * LETTER * size // FONT
    return size if needed <= room else max(size * room // needed, 8)


def levels(values: Sequence[Number | None]) -> list[int]:
    """Return for each value its level: 0 for nothing, else the quarter of the greatest in which it falls, 1 to 4."""
    top = max((float(value) for value in values if value is not None), default=0.0)
    if top <= 0:
        return [0 for _value in values]
    quarters = (0 if value is None or value <= 0 else -(-float(value) * LEVELS // top) for value in values)
    return [min(max(int(quarter), 0), LEVELS) for quarter in quarters]
