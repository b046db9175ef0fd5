"""Pictures of every page of every role in three widths and two languages, with an index page to look at them."""

from html import escape
from pathlib import Path

import pytest

from tests.journeys.crawl import ROLES, crawl, name_of
from tests.journeys.walk import WIDE, Walk

pytestmark = pytest.mark.screenshots
WIDTHS = (320, 768, 1280)
PUBLIC: set[str] = set()  # walked by the visitor; the others' pictures are of their own pages
LANGUAGES = {"fi": "", "sv": "/sv"}


@pytest.mark.parametrize("role", list(ROLES), ids=str)
def test_pictures_of_the_role(walk: Walk, role: str | None, screenshots_folder: Path) -> None:
    page = walk.sign_in(role) if role else walk.visitor()
    folder = screenshots_folder / (role or "vierailija")
    folder.mkdir(exist_ok=True)
    rows = []
    pages = {name_of(found.path): found.path for found in crawl(page, ROLES[role])}
    own = [path for name, path in pages.items() if name not in PUBLIC]
    if role is None:
        PUBLIC.update(pages)
    for number, path in enumerate(own):
        for language, prefix in LANGUAGES.items():
            page.goto(f"{prefix}{path}")
            pictures = []
            for width in WIDTHS:
                page.set_viewport_size({"width": width, "height": 900})
                name = f"{number:03d}-{language}-{width}.png"
                page.screenshot(path=folder / name, full_page=True)
                pictures.append(f"{folder.name}/{name}")
            rows.append((f"{language} {path}", pictures))
    page.set_viewport_size(WIDE)
    assert rows
    (folder / "rows.html").write_text("\n".join(_row(*row) for row in rows), encoding="utf-8")
    _index(screenshots_folder)


def _row(title: str, pictures: list[str]) -> str:
    pictured = (f'<img src="{name}" width="260" alt="" loading="lazy">' for name in pictures)
    cells = "".join(f'<td><a href="{name}">{one}</a></td>' for name, one in zip(pictures, pictured, strict=True))
    return f'<tr><th scope="row">{escape(title)}</th>{cells}</tr>'


def _index(folder: Path) -> None:
    """Write index.html anew from the rows of all roles that are there."""
    parts = [
        f"<h2>{part.parent.name}</h2><table>{part.read_text(encoding='utf-8')}</table>"
        for part in sorted(folder.glob("*/rows.html"))
    ]
    style = "<style>td{vertical-align:top}</style>"
    head = f'<!DOCTYPE html><html lang="fi"><meta charset="utf-8"><title>Kuvat</title>{style}'
    (folder / "index.html").write_text(f"{head}<h1>Kuvat</h1>{''.join(parts)}</html>", encoding="utf-8")
