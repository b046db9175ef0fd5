"""The tokens' contrast, as WCAG 2.2 counts it: words 4.5, shapes and edges of fields 3, light and dark."""

import re
from pathlib import Path

import pytest

CSS = (Path(__file__).parents[2] / "static" / "css" / "yhdyspinta.css").read_text(encoding="utf-8")

WORDS = [
    ("text", "page"),
    ("text", "surface"),
    ("text", "sunken"),
    ("text", "selected"),
    ("muted", "page"),
    ("muted", "surface"),
    ("muted", "sunken"),
    ("link", "page"),
    ("link", "surface"),
    ("link", "sunken"),
    ("action", "page"),
    ("action", "surface"),
    ("action", "sunken"),
    ("action", "selected"),
    ("on-action", "action"),
    ("danger", "page"),
    ("danger", "surface"),
    ("on-danger", "danger"),
    ("on-header", "header"),
    ("ok-fg", "ok-bg"),
    ("wait-fg", "wait-bg"),
    ("info-fg", "info-bg"),
    ("bad-fg", "bad-bg"),
    ("bad-fg", "page"),
    ("bad-fg", "surface"),
    ("surface", "bad-fg"),
    ("text", "ok-bg"),
    ("text", "wait-bg"),
    ("text", "info-bg"),
    ("text", "bad-bg"),
]
SHAPES = [
    ("field-line", "surface"),
    ("field-line", "page"),
    ("accent", "page"),
    ("accent", "surface"),
    ("accent", "sunken"),
    ("info-edge", "page"),
    ("focus-b", "page"),
    ("focus-b", "surface"),
    ("focus-a", "header"),
    ("action", "line"),
]


def declared(block: str) -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+):\s*([^;]+);", block))


def block_after(marker: str) -> str:
    start = CSS.index(marker)
    start = CSS.index(":root {", start)
    return CSS[start : CSS.index("\n    }", start) if marker.startswith("@media screen") else CSS.index("\n  }", start)]


LIGHT = declared(block_after("@layer tokens {"))
DARK = {**LIGHT, **declared(block_after("@media screen and (prefers-color-scheme: dark)"))}


def colour(name: str, tokens: dict[str, str]) -> tuple[int, int, int]:
    value = tokens[name].strip()
    while value.startswith("var("):
        value = tokens[value[6:-1]].strip()
    digits = value.removeprefix("#")
    assert re.fullmatch(r"[0-9a-f]{6}", digits), f"--{name} is {value}, not #rrggbb"
    return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)


def luminance(rgb: tuple[int, int, int]) -> float:
    parts = [c / 255 / 12.92 if c / 255 <= 0.04045 else ((c / 255 + 0.055) / 1.055) ** 2.4 for c in rgb]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str, tokens: dict[str, str]) -> float:
    high, low = sorted((luminance(colour(one, tokens)), luminance(colour(other, tokens))), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_measure_itself() -> None:
    tokens = {"a": "#ffffff", "b": "#000000", "c": "#777777"}
    assert contrast("a", "b", tokens) == pytest.approx(21)
    assert contrast("a", "c", tokens) == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize("tokens", [pytest.param(LIGHT, id="light"), pytest.param(DARK, id="dark")])
@pytest.mark.parametrize(("fore", "back"), WORDS)
def test_words_can_be_read(fore: str, back: str, tokens: dict[str, str]) -> None:
    assert contrast(fore, back, tokens) >= 4.5


@pytest.mark.parametrize("tokens", [pytest.param(LIGHT, id="light"), pytest.param(DARK, id="dark")])
@pytest.mark.parametrize(("fore", "back"), SHAPES)
def test_shapes_can_be_seen(fore: str, back: str, tokens: dict[str, str]) -> None:
    assert contrast(fore, back, tokens) >= 3


def test_dark_mode_changes_every_meaning_that_must_change() -> None:
    unchanged = {"on-header", "focus-a"}
    meanings = {name for pair in WORDS + SHAPES for name in pair} - unchanged
    assert {name for name in meanings if colour(name, LIGHT) == colour(name, DARK)} == set()


def test_cloudberry_is_never_a_colour_of_words() -> None:
    assert re.findall(r"(?<![-\w])color:\s*var\(--(?:cloudberry-500|hot)\)", CSS) == []
