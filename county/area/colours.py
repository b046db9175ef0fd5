"""A county may choose its hues; people must still be able to read (WCAG 2.2, 1.4.3: contrast 4.5 to 1)."""

from django.utils.translation import gettext as _

from county.area.file import AreaFile

#: LOOK.md's own palette, which fills what the file leaves out.
PALETTE = {
    "pine_900": "#12332B",
    "pine_700": "#1C5244",
    "pine_100": "#DDEBE5",
    "lake_700": "#175A7A",
    "lake_100": "#DCECF3",
    "cloudberry_500": "#E08A00",
    "cloudberry_100": "#FDF0D9",
}
FIXED = {"white": "#FFFFFF", "birch_50": "#FAF9F5", "ink": "#1B1F1E"}

#: Text colour and the surface it stands on.
PAIRS = (
    ("white", "pine_900"),
    ("white", "pine_700"),
    ("pine_700", "birch_50"),
    ("pine_700", "pine_100"),
    ("lake_700", "birch_50"),
    ("lake_700", "lake_100"),
    ("ink", "pine_100"),
    ("ink", "lake_100"),
    ("ink", "cloudberry_100"),
)
LEAST_CONTRAST = 4.5


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#RRGGBB``, 0 (black) to 1 (white)."""

    def linear(channel: int) -> float:
        share = channel / 255
        return float(share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def check_colours(area: AreaFile) -> None:
    """Refuse colours with which some text of the portal could not be read."""
    given = area.data.get("colours", {})
    colours = {**PALETTE, **FIXED, **given}
    for text, surface in PAIRS:
        chosen = next((name for name in (text, surface) if name in given), None)
        if chosen is None:
            continue
        found = contrast(colours[text], colours[surface])
        if found < LEAST_CONTRAST:
            area.fail(
                ("colours", chosen),
                _("Värien %(text)s ja %(surface)s kontrasti on %(found)s, pienin sallittu 4,5. Valitse %(hint)s sävy.")
                % {
                    "text": text,
                    "surface": surface,
                    "found": f"{found:.1f}".replace(".", ","),
                    "hint": _("tummempi") if chosen.endswith(("700", "900")) else _("vaaleampi"),
                },
            )
