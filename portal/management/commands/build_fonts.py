"""Subset the portal's typeface to WOFF2 before ``collectstatic``; nothing of it is kept in the repository."""

import hashlib
import importlib.util
import shutil
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from fontTools import subset

FACES = {
    "source-sans-400.woff2": "SourceSansPro-Regular.ttf",
    "source-sans-400-italic.woff2": "SourceSansPro-It.ttf",
    "source-sans-600.woff2": "SourceSansPro-Semibold.ttf",
    "source-sans-700.woff2": "SourceSansPro-Bold.ttf",
}
# Latin letters with every Nordic, Sámi and Baltic one, punctuation, €, arrows, mathematical signs, shapes, ✓.
UNICODES = (
    *range(0x20, 0x7F),
    *range(0xA0, 0x180),
    *range(0x1E4, 0x1F0),
    0x218, 0x219, 0x21A, 0x21B, 0x292, 0x2BC, 0x2C6, 0x2DC,
    *range(0x2010, 0x2028), 0x202F, 0x2030, 0x2032, 0x2033, 0x2039, 0x203A, 0x2044,
    0x20AC, 0x2116, 0x2122, *range(0x2190, 0x2194), 0x2212, 0x2215, 0x2248, 0x2260, 0x2264, 0x2265,
    0x25A0, 0x25B2, 0x25B6, 0x25BC, 0x25CF, 0x25CB, 0x2713, 0x2714,
)  # fmt: skip
FEATURES = ("kern", "liga", "calt", "ccmp", "locl", "mark", "mkmk", "tnum", "lnum", "case")
STAMP = "stamp.txt"


def _sources() -> Path:
    """The folder of the font package's files, or an error that says what to install."""
    spec = importlib.util.find_spec("font_source_sans_pro")
    if spec is None or not spec.submodule_search_locations:
        raise CommandError("The package font-source-sans-pro is not installed.")
    return Path(spec.submodule_search_locations[0]) / "files"


def _fingerprint(sources: Path) -> str:
    """What the result depends on: the recipe and the size of each source."""
    sizes = [(name, (sources / name).stat().st_size) for name in FACES.values()]
    return hashlib.sha256(repr((sorted(FACES.items()), UNICODES, FEATURES, sizes)).encode()).hexdigest()


def build(target: Path) -> list[Path]:
    """Write the faces as WOFF2 with their licence; an empty list when they are up to date."""
    sources = _sources()
    stamp = target / STAMP
    fingerprint = _fingerprint(sources)
    if stamp.exists() and stamp.read_text() == fingerprint and all((target / name).exists() for name in FACES):
        return []
    target.mkdir(parents=True, exist_ok=True)
    options = subset.Options(
        flavor="woff2", layout_features=list(FEATURES), hinting=False, notdef_outline=True, name_IDs=["*"]
    )
    written = []
    for name, source in FACES.items():
        font = subset.load_font(str(sources / source), options)
        subsetter = subset.Subsetter(options)
        subsetter.populate(unicodes=UNICODES)
        subsetter.subset(font)
        partial = target / f"{name}.part"
        subset.save_font(font, str(partial), options)
        font.close()
        partial.replace(target / name)
        written.append(target / name)
    shutil.copyfile(sources / "LICENSE.txt", target / "LICENSE.txt")
    stamp.write_text(fingerprint)
    return written


class Command(BaseCommand):
    help = "Subset Source Sans Pro to WOFF2 in the data folder (run before collectstatic; does nothing twice)."

    def handle(self, *args: Any, **options: Any) -> None:
        target = Path(settings.DATA_DIR) / "fonts" / "source-sans"
        written = build(target)
        for path in written:
            self.stdout.write(f"{path.name} {path.stat().st_size // 1024} kB")
        if not written:
            self.stdout.write("Fonts are up to date.")
