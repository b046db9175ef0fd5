"""The typeface: small, whole for Finnish, Swedish and Sámi names, built once."""

from pathlib import Path

from fontTools.ttLib import TTFont

from portal.management.commands.build_fonts import FACES, build

NEEDED = "abcåäöÅÄÖšžŠŽđĐčČáÁéüß0123456789€–—›”’…§−×≤≥→↑↓✓\u00a0"
SAMI = "ŋŊŧŦ"  # the typeface has no slanted ones


def test_the_faces_hold_what_names_and_sums_need(tmp_path: Path) -> None:
    written = build(tmp_path)
    assert [path.name for path in written] == list(FACES)
    for path in written:
        with TTFont(path) as font:
            cmap = font.getBestCmap()
        needed = NEEDED if "italic" in path.name else NEEDED + SAMI
        assert [letter for letter in needed if ord(letter) not in cmap] == [], path.name
        assert path.stat().st_size < 60_000
    assert (tmp_path / "LICENSE.txt").exists()


def test_a_second_build_does_nothing_and_a_missing_file_is_made_again(tmp_path: Path) -> None:
    build(tmp_path)
    assert build(tmp_path) == []
    (tmp_path / "source-sans-600.woff2").unlink()
    assert len(build(tmp_path)) == len(FACES)


def test_the_stylesheet_names_the_same_files() -> None:
    css = (Path(__file__).parents[2] / "static" / "css" / "yhdyspinta.css").read_text(encoding="utf-8")
    assert all(f"fonts/source-sans/{name}" in css for name in FACES)
