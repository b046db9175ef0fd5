"""Reading a sheet of sites and rooms, XLSX or CSV: one row a room, columns known by their headings in any order.

A row that cannot be used is told with its line and costs nothing else; a sheet that is none of ours raises
``Refused``. A row without a room tells only its site.
"""

import codecs
import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook

from common.errors import Refused
from organisations.numbers import fold
from premises.models import RoomKind

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 2000
#: our field -> headings, folded, without spaces and marks; the first is what the template has
COLUMNS: dict[str, tuple[str, ...]] = {
    "site": ("toimipaikka", "talo", "rakennus", "site"),
    "municipality": ("kunta", "kaupunki", "kommun", "municipality"),
    "address": ("osoite", "katuosoite", "adress", "address"),
    "postcode": ("postinumero", "postnummer", "postcode"),
    "post_office": ("postitoimipaikka", "postanstalt", "town"),
    "room": ("tila", "huone", "utrymme", "room"),
    "part_of": ("osatilasta", "osa", "partof"),
    "kind": ("laji", "tilanlaji", "typ", "kind"),
    "capacity": ("henkilomaara", "henkiloita", "paikkoja", "kapasiteetti", "capacity"),
    "features": ("ominaisuudet", "varustelu", "egenskaper", "features"),
    "description": ("kuvaus", "beskrivning", "description"),
    "restrictions": ("rajoitukset", "begransningar", "restrictions"),
}
_MOST = {"site": 200, "room": 200, "part_of": 200, "address": 200, "post_office": 60, "description": 2000}
_HEADING = re.compile(r"[^a-z]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_POSTCODE = re.compile(r"\d{5}")


@dataclass
class Row:
    """One room (or only a site) as the sheet tells it; plain JSON. ``features`` are the words of the sheet."""

    line: int
    site: str
    municipality: str
    address: str = ""
    postcode: str = ""
    post_office: str = ""
    room: str = ""
    part_of: str = ""
    kind: str = ""
    capacity: int | None = None
    features: list[str] = field(default_factory=list)
    description: str = ""
    restrictions: str = ""


@dataclass
class ReadSheet:
    """What came of a sheet."""

    rows: list[Row] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    unknown_columns: list[str] = field(default_factory=list)


class BadRow(Exception):
    """A row that cannot be used, with the reason for the person who uploaded."""


def read(data: bytes) -> ReadSheet:
    """Read the sheet. Refused: too_big, empty, not_ours, too_many_rows."""
    if len(data) > MAX_BYTES:
        raise Refused("too_big", _("Tiedosto on yli 5 Mt. Tuo se osissa."))
    if not data.strip():
        raise Refused("empty", _("Tiedosto on tyhjä. Tarkista, että valitsit oikean tiedoston."))
    lines = iter(_workbook(data) if data.startswith(b"PK\x03\x04") else _csv(data))
    head, found = _head(lines)
    for number, cells in lines:
        told = {ours: _text(cells[place]) if place < len(cells) else "" for ours, place in head.items()}
        if not any(told.values()):
            continue
        try:
            found.rows.append(_row(number, told))
        except BadRow as bad:
            found.refused.append({"line": number, "reason": str(bad)})
        if len(found.rows) + len(found.refused) > MAX_ROWS:
            raise Refused("too_many_rows", _("Tiedostossa on yli 2 000 riviä. Tuo se osissa."))
    if not found.rows and not found.refused:
        raise Refused("empty", _("Tiedostossa ei ole yhtään riviä otsikon alla."))
    return found


def _csv(data: bytes) -> Iterator[tuple[int, list[Any]]]:
    """Yield the lines of a CSV file: UTF-8 or Windows-1252, semicolons, commas or tabs."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data:
        raise _not_ours()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    delimiter = max(";,\t", key=text.lstrip().partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error:
        raise _not_ours() from None


def _workbook(data: bytes) -> Iterator[tuple[int, list[Any]]]:
    """Yield the rows of the first sheet of an XLSX file; values only, never formulas."""
    try:
        rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python(nrows=MAX_ROWS + 50)
    except (CalamineError, OSError, ValueError, IndexError):
        raise _not_ours() from None
    yield from enumerate(rows, start=1)


def _not_ours() -> Refused:
    return Refused(
        "not_ours",
        _(
            "Tiedostoa ei voitu lukea. Siinä on oltava rivi sarakkeiden nimiä: ainakin toimipaikka ja kunta. "
            "Lataa mallipohja ja täytä se."
        ),
    )


def _head(lines: Iterator[tuple[int, list[Any]]]) -> tuple[dict[str, int], ReadSheet]:
    """Return which column is where; the headings may stand below a title, within the first ten lines."""
    for number, cells in lines:
        names = [_HEADING.sub("", fold(_text(cell))) for cell in cells]
        head = {
            ours: names.index(theirs) for ours, ways in COLUMNS.items() for theirs in reversed(ways) if theirs in names
        }
        if {"site", "municipality"} <= head.keys():
            used = set(head.values())
            unknown = [_text(cell)[:60] for place, cell in enumerate(cells) if names[place] and place not in used]
            return head, ReadSheet(unknown_columns=unknown[:30])
        if number >= 10:
            break
    raise _not_ours()


def _row(number: int, told: dict[str, str]) -> Row:
    for name, words in (
        ("site", gettext("Toimipaikan nimi puuttuu.")),
        ("municipality", gettext("Kunta puuttuu.")),
    ):
        if not told[name]:
            raise BadRow(words)
    for name, most in _MOST.items():
        if len(told.get(name, "")) > most:
            raise BadRow(
                gettext("Liian pitkä teksti: ”%(text)s”. Enintään %(most)s merkkiä.")
                % {"text": f"{told[name][:30]}…", "most": most}
            )
    postcode = told.get("postcode", "")
    if postcode and not _POSTCODE.fullmatch(postcode):
        raise BadRow(gettext("Postinumerossa ”%(text)s” ei ole viittä numeroa.") % {"text": postcode[:20]})
    plain = {name: told.get(name, "") for name in ("address", "post_office", "room", "part_of", "description")}
    if plain["part_of"] and not plain["room"]:
        raise BadRow(gettext("Tilan nimi puuttuu, vaikka kerrotaan, minkä osa se on."))
    return Row(
        number,
        told["site"],
        told["municipality"],
        postcode=postcode,
        kind=_kind(told.get("kind", "")),
        capacity=_capacity(told.get("capacity", "")),
        features=[part for part in re.split(r"\s*[,;/]\s*", told.get("features", "")) if part],
        restrictions=told.get("restrictions", "")[:2000],
        **plain,
    )


def _text(value: Any) -> str:
    """Return a cell as text on one line; a whole number of a workbook without its decimals."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(_CONTROL.sub(" ", str(value if value is not None else "")).split())


def _capacity(text: str) -> int | None:
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and 1 <= int(text[:6]) <= 10_000):
        raise BadRow(gettext("Henkilömäärää ”%(text)s” ei ymmärretty. Kirjoita luku.") % {"text": text[:20]})
    return int(text)


def _kind(text: str) -> str:
    """Return the kind of the room by its key or its Finnish name; empty when the sheet does not tell."""
    if not text:
        return ""
    names = {fold(str(kind.label)): kind.value for kind in RoomKind} | {kind.value: kind.value for kind in RoomKind}
    found = names.get(fold(text))
    if found is None:
        raise BadRow(
            gettext("Tilan lajia ”%(text)s” ei ole. Lajit ovat: %(kinds)s.")
            % {"text": text[:30], "kinds": ", ".join(str(kind.label) for kind in RoomKind)}
        )
    return found
