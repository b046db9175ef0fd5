"""The map of tiles: places where they are said to be, values in words, levels without colour, links, its table."""

import re

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from common.tile_map import LEVELS, TILE_WIDTH, Place, TileMap, levels, tile_map

PLACES = [
    Place("Nurmes", "210", 1, 0, level=1, url="/?kunta=541", more=("8 980",)),
    Place("Joensuu", "1 588", 2, 3, level=4, url="/?kunta=167", more=("78 741",)),
    Place("Muualla", "7", more=("–",)),
]


def example(places: list[Place] | None = None, **more: object) -> TileMap:
    head = ("Kunta", "Järjestöjä", "Asukkaita")
    return tile_map(
        key="m", heading="Eniten Joensuussa", places=PLACES if places is None else places, head=head, **more
    )  # type: ignore[arg-type]


def test_tiles_stand_on_their_columns_and_rows() -> None:
    drawn = example()
    nurmes, joensuu = drawn.tiles

    assert (nurmes.x, nurmes.y) == (8 + 140, 8)
    assert (joensuu.x, joensuu.y) == (8 + 2 * 140, 8 + 3 * 96)
    assert (drawn.width, drawn.height) == (3 * 140 + 8, 4 * 96 + 8)
    assert joensuu.bar == TILE_WIDTH
    assert nurmes.bar == TILE_WIDTH // 4


def test_table_holds_every_place_also_those_without_a_tile() -> None:
    table = example().table

    assert table.head == ("Kunta", "Järjestöjä", "Asukkaita")
    assert table.rows == (("Nurmes", "210", "8 980"), ("Joensuu", "1 588", "78 741"), ("Muualla", "7", "–"))


def test_two_on_one_tile_do_not_cover_each_other() -> None:
    drawn = example([Place("A", "1", 0, 0), Place("B", "2", 0, 0), Place("C", "3", 1, 0)])

    assert len({(tile.x, tile.y) for tile in drawn.tiles}) == 3


def test_a_long_name_is_written_smaller() -> None:
    short, long = example([Place("Ii", "1", 0, 0), Place("Pedersören kunta", "2", 1, 0)]).tiles

    assert short.label_size == 15
    assert 8 <= long.label_size < 15


@given(st.lists(st.one_of(st.none(), st.integers(min_value=0, max_value=10**6))))
def test_levels_are_quarters_of_the_greatest(values: list[int | None]) -> None:
    found = levels(values)

    assert len(found) == len(values)
    for value, level in zip(values, found, strict=True):
        assert 0 <= level <= LEVELS
        assert (level == 0) == (not value)
    if any(values):
        assert max(found) == LEVELS


def test_levels_of_known_values() -> None:
    assert levels([0, 1, 25, 26, 50, 75, 76, 100, None]) == [0, 1, 1, 2, 2, 3, 4, 4, 0]


def test_links_make_it_a_group_and_each_names_its_value() -> None:
    html = render_to_string("components/tile_map.html", {"map": example()})

    assert 'role="group"' in html
    assert '<a href="/?kunta=541" aria-label="Nurmes: 210">' in html
    assert html.count("<details>") == 1
    assert " style=" not in html
    assert "Muualla" in html


def test_without_links_it_is_one_described_image() -> None:
    html = render_to_string("components/tile_map.html", {"map": example([Place("A", "1", 0, 0)])})

    assert 'role="img"' in html
    assert 'aria-labelledby="m-title m-desc"' in html
    assert "Järjestöjä: A 1." in html


def test_in_print_there_are_no_links_and_the_table_is_open() -> None:
    html = render_to_string("components/tile_map.html", {"map": example(), "print": True})

    assert "<a " not in html
    assert "<details>" not in html
    assert "<table>" in html


def test_without_any_tile_only_the_table_is_there() -> None:
    html = render_to_string("components/tile_map.html", {"map": example([Place("A", "1")])})

    assert "<svg" not in html
    assert "<table>" in html


@pytest.mark.parametrize("tone", ["ok", "wait", "bad", "info"])
def test_a_tone_has_a_sign_beside_its_colour(tone: str) -> None:
    html = render_to_string(
        "components/tile_map.html",
        {"map": example([Place("A", "nimetty", 0, 0, tone=tone)], legend=("✓ nimetty",))},  # type: ignore[arg-type]
    )

    assert f"tone-{tone}" in html
    assert re.search(r'<path class="sign" d="M[^"]+"', html)
    assert "<li>✓ nimetty</li>" in html


def test_names_are_escaped() -> None:
    html = render_to_string("components/tile_map.html", {"map": example([Place("<b>A", "<i>1", 0, 0, url='"x')])})

    assert "<b>" not in html
    assert "<i>" not in html
    assert 'href="&quot;x"' in html
