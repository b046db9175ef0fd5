"""A name that one block of a page makes is empty in the next: links built on it would silently vanish."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = sorted((Path(settings.BASE_DIR) / "templates").rglob("*.html"))
BLOCK = re.compile(r"{%\s*(block|endblock)\s*(\w*)[^%]*%}")
MADE = re.compile(r"\bas(?:var)?\s+(\w+)\b")


def outer_blocks(text: str) -> dict[str, str]:
    """Return the page's outermost blocks: name and what stands in them, texts in quotes left out."""
    found: dict[str, str] = {}
    open_blocks: list[tuple[str, int]] = []
    for tag in BLOCK.finditer(text):
        if tag[1] == "block":
            open_blocks.append((tag[2], tag.end()))
            continue
        name, start = open_blocks.pop()
        if not open_blocks:
            found[name] = re.sub(r'"[^"]*"', '""', text[start : tag.start()])
    return found


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_block_uses_what_another_one_made(path: Path) -> None:
    blocks = outer_blocks(path.read_text())
    made = {name: set(MADE.findall(text)) for name, text in blocks.items()}
    for name, text in blocks.items():
        elsewhere = set().union(*(names for other, names in made.items() if other != name)) - made[name]
        used = {one for one in elsewhere if re.search(rf"(?<![\w.]){one}\b(?!\s*[=\w])", text)}
        loops = set(re.findall(r"{%\s*for\s+(.+?)\s+in\s", text))
        used -= {one.strip() for loop in loops for one in loop.split(",")}
        assert not used, f"{name}: {sorted(used)}"
