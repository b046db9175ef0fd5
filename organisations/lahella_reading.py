"""Reading an export file of Lähellä.fi: CSV or JSON to plain rows, each judged by itself.

Lähellä.fi has no public interface (DOMAIN 3), so an organisation's person takes an export and uploads it. A file
that is none of ours raises ``Refused``; a row that cannot be used is told with its line and costs nothing else.
Columns (``COLUMNS``) in Finnish, in any order; unknown ones are named in the report. See docs/lahella-file.md.
"""

import codecs
import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from organisations import numbers
from organisations.models import Activity, ActivityKind

MAX_BYTES = 2 * 1024 * 1024
MAX_ROWS = 500
COLUMNS = (
    "osoite",
    "y_tunnus",
    "nimi",
    "kuvaus",
    "laji",
    "kohderyhmat",
    "elamantilanteet",
    "kunnat",
    "koko_alue",
    "etana",
    "paikka",
    "aika",
    "hinta",
    "esteettomyys",
    "miten_mukaan",
    "ohjaaja",
    "puhelin",
    "sahkoposti",
    "alkaa",
    "paattyy",
)
#: column -> field of Activity, for the columns that are text as they stand
TEXTS = {
    "osoite": "lahella_url",
    "nimi": "name",
    "kuvaus": "description",
    "paikka": "place",
    "aika": "when",
    "hinta": "price",
    "esteettomyys": "accessibility",
    "miten_mukaan": "how_to_join",
    "ohjaaja": "leader",
}
#: the headings of our own file for Lähellä.fi -> columns, so that what was taken out can be read back
ALIASES = {
    "kategoria": "laji",
    "etänä": "etana",
    "etana": "etana",
    "miten mukaan": "miten_mukaan",
    "esteettömyys": "esteettomyys",
    "y-tunnus": "y_tunnus",
    "sähköposti": "sahkoposti",
    "sivu lähellä.fi-palvelussa": "osoite",
    "elämäntilanteet": "elamantilanteet",
    "kohderyhmät": "kohderyhmat",
    "päättyy": "paattyy",
}
LISTS = {"kohderyhmat": "target_groups", "elamantilanteet": "life_situations", "kunnat": "municipalities"}
DAYS = {"alkaa": "starts_on", "paattyy": "ends_on"}
EVERYWHERE = "koko alue"  # every municipality of the county, in the place of a municipality's name
YES = ("kyllä", "k", "true", "1", "x")
LINES = ("kuvaus", "miten_mukaan")  # these may have line breaks
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_KINDS = {str(kind.label): kind.value for kind in ActivityKind} | {
    "vertaisryhmä": ActivityKind.PEER_GROUP,
    "kohtaamispaikka": ActivityKind.MEETING_PLACE,
    "neuvonta": ActivityKind.GUIDANCE,
    "neuvonta ja ohjaus": ActivityKind.GUIDANCE,
    "tukea ja apua": ActivityKind.GUIDANCE,
    "vapaaehtoistoiminta": ActivityKind.VOLUNTEERING,
    "vapaaehtoistehtävä": ActivityKind.VOLUNTEERING,
    "kokemustoimija": ActivityKind.EXPERTS_BY_EXPERIENCE,
    "koulutettu kokemustoimija": ActivityKind.EXPERTS_BY_EXPERIENCE,
    "harrastukset ja vapaa-aika": ActivityKind.OTHER,
    "muu": ActivityKind.OTHER,
    "muu toiminta": ActivityKind.OTHER,
}


@dataclass
class Row:
    """One activity as the file tells it: ``values`` by field of Activity, ``lists`` names by field.

    Only what the file said is there: a column that is missing or empty changes nothing. Days are ISO text, so
    that a row can be kept as JSON.
    """

    line: int
    values: dict[str, Any] = field(default_factory=dict)
    lists: dict[str, list[str]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)


@dataclass
class ReadFile:
    """What came of a file."""

    rows: list[Row] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    unknown_columns: list[str] = field(default_factory=list)


class BadRow(Exception):
    """A row that cannot be used, with the reason for the person who uploaded."""


def read(data: bytes, *, business_id: str | None) -> ReadFile:
    """Read the file of an organisation with the business ID (None: it has none).

    Refused: too_big, empty, not_text, not_ours, too_many_rows. A row that names another organisation's
    business ID is refused, so that one organisation's file never fills another's pages.
    """
    if len(data) > MAX_BYTES:
        raise Refused("too_big", _("Tiedosto on yli 2 Mt. Tuo se osissa."))
    if not data.strip():
        raise Refused("empty", _("Tiedosto on tyhjä. Tarkista, että valitsit oikean tiedoston."))
    text = _decode(data)
    records = _json(text) if text.lstrip()[:1] in ("[", "{") else _csv(text)
    found = ReadFile()
    seen: set[str] = set()
    for line, record in records:
        found.unknown_columns += [
            name[:60] for name in record if name not in COLUMNS and name[:60] not in found.unknown_columns
        ]
        try:
            row = _row(line, record, business_id)
            _once(row, seen)
            found.rows.append(row)
        except BadRow as bad:
            found.refused.append({"line": line, "name": _shown(record.get("nimi")), "reason": str(bad)})
        if len(found.rows) + len(found.refused) > MAX_ROWS:
            raise Refused("too_many_rows", _("Tiedostossa on yli 500 riviä. Tuo se osissa."))
    found.unknown_columns = [name for name in found.unknown_columns[:30] if name]
    if not found.rows and not found.refused:
        raise Refused("empty", _("Tiedostossa ei ole yhtään toimintaa."))
    return found


def _decode(data: bytes) -> str:
    """Return the text: UTF-8, with or without its mark, or else Windows-1252."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data:
        raise Refused("not_text", _("Tiedosto ei ole tekstiä. Tallenna se CSV-muodossa (UTF-8) ja yritä uudelleen."))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace").replace("\ufffd", "\x80")


def _not_ours() -> Refused:
    return Refused(
        "not_ours",
        _("Tiedostoa ei voitu lukea. Ensimmäisellä rivillä on oltava sarakkeiden nimet, ainakin ”nimi”."),
    )


def _json(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the objects of a list, or of the list under ``toiminnat``, with their running number."""
    try:
        told = json.loads(text)
    except (ValueError, RecursionError):
        raise _not_ours() from None
    items = told.get("toiminnat") if isinstance(told, dict) else told
    if not isinstance(items, list):
        raise _not_ours()
    for number, item in enumerate(items, start=1):
        yield number, {_column(str(key)): value for key, value in item.items()} if isinstance(item, dict) else {}


def _csv(text: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the lines after the header as dictionaries; a cell over the reader's limit ends the reading."""
    head_line = text.lstrip().partition("\n")[0]
    delimiter = ";" if head_line.count(";") >= head_line.count(",") else ","
    reader = csv.reader(io.StringIO(text.lstrip("\r\n"), newline=""), delimiter=delimiter)
    try:
        head = [_column(name) for name in next(reader, [])]
        if "nimi" not in head:
            raise _not_ours()
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            record: dict[str, Any] = dict(zip(head, cells, strict=False))
            if len(cells) != len(head):
                record["_cells"] = len(cells)
            yield reader.line_num, record
    except csv.Error:
        raise _not_ours() from None


def _column(heading: str) -> str:
    """Return the column that a heading means."""
    name = heading.strip().lower()
    return ALIASES.get(name, name)


def _shown(value: Any) -> str:
    """Return the beginning of what stood there, fit for showing."""
    return " ".join(_CONTROL.sub(" ", str(value or ""))[:160].split())[:80]


def _row(line: int, record: dict[str, Any], business_id: str | None) -> Row:
    if "_cells" in record:
        raise BadRow(gettext("Rivillä on eri määrä sarakkeita kuin otsikossa."))
    told = {name: _cell(name, record[name]) for name in COLUMNS if record.get(name) not in (None, "", [])}
    if not told.get("nimi"):
        raise BadRow(gettext("Nimi puuttuu."))
    if told.get("y_tunnus") and numbers.parse_business_id(told["y_tunnus"]) != business_id:
        raise BadRow(gettext("Rivi koskee toista järjestöä (Y-tunnus %(number)s).") % {"number": told["y_tunnus"][:20]})
    row = Row(line)
    _texts(row, told)
    _lists_and_flags(row, told)
    for column, name in DAYS.items():
        if told.get(column):
            _day(row, name, told[column])
    _check_addresses(row)
    _kind(row, told.get("laji", ""))
    return row


def _texts(row: Row, told: dict[str, str]) -> None:
    ways = [told[column] for column in ("puhelin", "sahkoposti") if told.get(column)]
    if ways:
        told["miten_mukaan"] = "\n".join([told["miten_mukaan"], *ways] if told.get("miten_mukaan") else ways)
    row.values |= {name: _fitting(column, name, told[column]) for column, name in TEXTS.items() if told.get(column)}


def _lists_and_flags(row: Row, told: dict[str, str]) -> None:
    for column, name in LISTS.items():
        text = told.get(column, "")
        names = [part.strip() for part in text.split("|" if "|" in text else ",") if part.strip()]
        if names:
            row.lists[name] = names[:40]
    if told.get("etana"):
        row.values["is_remote"] = told["etana"].lower() in YES
    if told.get("koko_alue", "").lower() in YES:
        row.lists["municipalities"] = [EVERYWHERE]


def _cell(name: str, value: Any) -> str:
    """Return a cell as folded text; a list of JSON is joined as in CSV."""
    if isinstance(value, list):
        value = "|".join(str(part) for part in value if isinstance(part, str | int))
    if isinstance(value, bool):
        value = "kyllä" if value else "ei"
    if not isinstance(value, str | int | float):
        raise BadRow(gettext("Sarakkeessa ”%(column)s” ei ole tekstiä.") % {"column": name})
    text = str(value)
    if _CONTROL.search(text):
        raise BadRow(gettext("Sarakkeessa ”%(column)s” on merkkejä, joita ei voi tallentaa.") % {"column": name})
    if name in LINES:
        return "\n".join(" ".join(part.split()) for part in text.strip().splitlines())
    return " ".join(text.split())


def _fitting(column: str, name: str, text: str) -> str:
    limit = Activity._meta.get_field(name).max_length  # type: ignore[union-attr]
    if limit and len(text) > limit:
        raise BadRow(
            gettext("Sarakkeen ”%(column)s” teksti on liian pitkä: enintään %(limit)s merkkiä.")
            % {"column": column, "limit": limit}
        )
    return text


def _day(row: Row, name: str, text: str) -> None:
    """Read ``1.3.2027`` or ISO; a day that does not exist is left out with a warning."""
    found = _DAY.fullmatch(text)
    try:
        day = date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text[:10])
    except ValueError:
        row.warnings.append(gettext("Päivää ”%(text)s” ei ymmärretty, ja se jätettiin pois.") % {"text": text[:20]})
        return
    row.values[name] = day.isoformat()


def _check_addresses(row: Row) -> None:
    """Leave out an address that is none, and a page that is not on Lähellä.fi, with a warning."""
    url = row.values.get("lahella_url", "")
    if url and not is_lahella(url):
        del row.values["lahella_url"]
        row.warnings.append(gettext("Osoite ei ole Lähellä.fi-palvelun osoite, ja se jätettiin pois."))
    starts, ends = row.values.get("starts_on"), row.values.get("ends_on")
    if starts and ends and ends < starts:
        raise BadRow(gettext("Päättymispäivä on ennen alkamispäivää."))


def is_lahella(url: str) -> bool:
    """Tell whether the address is a page of Lähellä.fi (lahella.fi or one of its hosts, over https)."""
    try:
        URLValidator(schemes=["https"])(url)
    except ValidationError:
        return False
    host = url.removeprefix("https://").split("/")[0].split("?")[0].split(":")[0].lower()
    return host == "lahella.fi" or host.endswith(".lahella.fi")


def _kind(row: Row, text: str) -> None:
    kind = _KINDS.get(text.lower()) or (text if text in ActivityKind.values else None)
    if kind:
        row.values["kind"] = str(kind)
    elif text:
        row.warnings.append(
            gettext("Lajia ”%(text)s” ei tunneta. Tallennetaan muuna toimintana.") % {"text": text[:40]}
        )


def _once(row: Row, seen: set[str]) -> None:
    """Refuse the second row of the same activity in one file."""
    values = row.values
    key = "|".join(values.get(part, "").lower() for part in ("name", "when", "place"))
    if key in seen:
        raise BadRow(gettext("Sama toiminta on tiedostossa kahdesti. Vain ensimmäinen luettiin."))
    seen.add(key)
