"""Reading files of earlier grants: the columns of tutkiavustuksia.fi, STEA and Helsinki, as CSV or XLSX.

Columns are known by their headings (``COLUMNS``), in any order; unknown ones are named in the report. A file that
is none of these raises ``Refused``; a row that cannot be used is told with its line and costs nothing else.
"""

import codecs
import csv
import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from python_calamine import CalamineError, CalamineWorkbook

from common.errors import Refused
from common.money import MAX_EUROS, parse_euros
from organisations.numbers import fold, parse_association_number, parse_business_id

MAX_BYTES = 5 * 1024 * 1024
MAX_ROWS = 5000
YEARS = range(1990, 2101)

#: our field -> headings by which the three sources (and our own CSV) call it, folded, without spaces and marks
COLUMNS: dict[str, tuple[str, ...]] = {
    "decided_on": ("paatospvm", "paatospaiva", "paatoksenpvm", "decidedon"),
    "name": ("saaja", "jarjesto", "hakija", "hakijannimi", "avustuksensaaja", "organisation"),
    "business_id": ("ytunnus", "saajanytunnus", "businessid"),
    "association_number": ("rekisterinumero", "yhdistysrekisterinumero", "rekisterinro", "associationnumber"),
    "funder": ("myontaja", "myontavaviranomainen", "valtionapuviranomainen"),
    "case_number": ("asianumero", "diaarinumero", "hakemusnumero", "casenumber"),
    "asked_sum": ("haettu", "haettusumma", "haettuavustus", "haettueuroa", "asked"),
    "granted_sum": ("myonnetty", "myonnettysumma", "myonnettyavustus", "myonnettyeuroa", "granted"),
    "purpose": ("kayttotarkoitus", "avustuksenkayttotarkoitus", "tarkoitus", "title"),
    "kind": ("avustuslaji", "haku", "avustustyyppi", "avustuksenlaji", "kind"),
    "year": ("vuosi", "avustusvuosi", "myontovuosi", "year"),
}
#: headings that the sources have and that are not kept
IGNORED = ("alueet", "alue", "ehdotettu", "kunta", "kotipaikka", "municipality", "municipalitycode", "section", "body")
_LIMITS = {"name": 300, "funder": 200, "kind": 200, "purpose": 2000, "case_number": 60}
_HEADING = re.compile(r"[^a-z]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_DAY = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")


@dataclass
class Row:
    """One grant as the file tells it; sums are texts with two decimals and days ISO, so that it is plain JSON."""

    line: int
    name: str
    year: int
    granted_sum: str
    funder: str = ""
    business_id: str = ""
    association_number: int | None = None
    asked_sum: str | None = None
    purpose: str = ""
    kind: str = ""
    case_number: str = ""
    decided_on: str | None = None
    warnings: list[str] = field(default_factory=list)

    def fingerprint(self) -> str:
        """Return the SHA-256 of what makes the row itself, whatever the file and the spelling of its capitals."""
        told = asdict(self)
        parts = ("funder", "year", "case_number", "kind", "purpose", "asked_sum", "granted_sum", "decided_on")
        who = self.business_id or fold(self.name)
        text = "|".join([who, *(fold(str(told[part] or "")) for part in parts)])
        return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class ReadFile:
    """What came of a file."""

    rows: list[Row] = field(default_factory=list)
    refused: list[dict[str, Any]] = field(default_factory=list)
    unknown_columns: list[str] = field(default_factory=list)


class BadRow(Exception):
    """A row that cannot be used, with the reason for the person who uploaded."""


def read(data: bytes, *, funder: str) -> ReadFile:
    """Read the file; ``funder`` stands for rows that name none.

    Refused: too_big, empty, not_text, not_ours, too_many_rows, no_funder.
    """
    if len(data) > MAX_BYTES:
        raise Refused("too_big", _("Tiedosto on yli 5 Mt. Tuo se osissa."))
    if not data.strip():
        raise Refused("empty", _("Tiedosto on tyhjä. Tarkista, että valitsit oikean tiedoston."))
    lines = iter(_workbook(data) if data.startswith(b"PK\x03\x04") else _csv(data))
    head, found = _head(lines)
    if "funder" not in head and not funder.strip():
        raise Refused("no_funder", _("Kirjoita myöntäjä: tiedostossa ei ole sitä omana sarakkeenaan."))
    for number, cells in lines:
        if not any(str(cell or "").strip() for cell in cells):
            continue
        try:
            found.rows.append(_row(number, head, cells, funder.strip()))
        except BadRow as bad:
            found.refused.append({"line": number, "reason": str(bad)})
        if len(found.rows) + len(found.refused) > MAX_ROWS:
            raise Refused("too_many_rows", _("Tiedostossa on yli 5 000 riviä. Tuo se osissa."))
    if not found.rows and not found.refused:
        raise Refused("empty", _("Tiedostossa ei ole yhtään riviä otsikon alla."))
    return found


def _csv(data: bytes) -> Iterator[tuple[int, list[Any]]]:
    """Yield the lines of a CSV file: UTF-8 or Windows-1252, semicolons, commas or tabs."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data:
        raise Refused("not_text", _("Tiedosto ei ole tekstiä. Tallenna se CSV- tai XLSX-muodossa ja yritä uudelleen."))
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    first = text.lstrip().partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    reader = csv.reader(io.StringIO(text.lstrip("\r\n"), newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error:
        raise _not_ours() from None


def _workbook(data: bytes) -> Iterator[tuple[int, list[Any]]]:
    """Yield the rows of the first sheet of an XLSX file; values only, never formulas."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
        rows = book.get_sheet_by_index(0).to_python(nrows=MAX_ROWS + 50)
    except (CalamineError, OSError, ValueError, IndexError):
        raise _not_ours() from None
    yield from enumerate(rows, start=1)


def _not_ours() -> Refused:
    return Refused(
        "not_ours",
        _(
            "Tiedostoa ei voitu lukea. Siinä on oltava rivi sarakkeiden nimiä: ainakin saaja, myönnetty ja vuosi "
            "tai päätöspäivä."
        ),
    )


def _head(lines: Iterator[tuple[int, list[Any]]]) -> tuple[dict[str, int], ReadFile]:
    """Return which column is where; the headings may stand below a title, within the first ten lines."""
    for _number, cells in _first(lines, 10):
        names = [_HEADING.sub("", fold(str(cell or ""))) for cell in cells]
        head = {
            ours: names.index(theirs) for ours, ways in COLUMNS.items() for theirs in reversed(ways) if theirs in names
        }
        if {"name", "granted_sum"} <= head.keys() and {"year", "decided_on"} & head.keys():
            used = set(head.values())
            unknown = [
                _CONTROL.sub(" ", str(cell))[:60]
                for place, cell in enumerate(cells)
                if names[place] and place not in used and names[place] not in IGNORED
            ]
            return head, ReadFile(unknown_columns=unknown[:30])
    raise _not_ours()


def _first(lines: Iterator[tuple[int, list[Any]]], count: int) -> Iterable[tuple[int, list[Any]]]:
    for _time in range(count):
        line = next(lines, None)
        if line is None:
            return
        yield line


def _row(number: int, head: dict[str, int], cells: list[Any], funder: str) -> Row:
    told = {ours: cells[place] if place < len(cells) else "" for ours, place in head.items()}
    name = _text(told.get("name"))
    if not name:
        raise BadRow(gettext("Saajan nimi puuttuu."))
    granted = _sum(told.get("granted_sum"))
    if granted is None:
        raise BadRow(gettext("Myönnetty summa puuttuu."))
    day = _day(told.get("decided_on"))
    row = Row(number, name, _year(told.get("year"), day), granted, decided_on=day.isoformat() if day else None)
    row.asked_sum = _sum(told.get("asked_sum"))
    row.funder = _text(told.get("funder")) or funder
    if not row.funder:
        raise BadRow(gettext("Myöntäjä puuttuu."))
    for part in ("purpose", "kind", "case_number"):
        setattr(row, part, _text(told.get(part)))
    for part, most in _LIMITS.items():
        if len(getattr(row, part)) > most:
            setattr(row, part, getattr(row, part)[:most].rstrip())
            row.warnings.append(gettext("Pitkä teksti katkaistiin %(most)s merkkiin.") % {"most": most})
    _numbers(row, _text(told.get("business_id")), _text(told.get("association_number")))
    return row


def _numbers(row: Row, business_id: str, association_number: str) -> None:
    """Read the recipient's numbers; a wrong one is left out with a warning."""
    if business_id:
        row.business_id = parse_business_id(business_id) or ""
        if not row.business_id:
            row.warnings.append(gettext("Y-tunnus ”%(text)s” ei ole oikein.") % {"text": business_id[:20]})
    if association_number:
        row.association_number = parse_association_number(association_number)


def _text(value: Any) -> str:
    """Return a cell as folded text; a whole number of a workbook without its decimals."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return " ".join(_CONTROL.sub(" ", str(value if value is not None else "")).split())


def _sum(value: Any) -> str | None:
    """Return a sum as text with two decimals, None for an empty cell."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        found = Decimal(str(value))
    else:
        text = _text(value)
        if not text or text == "-":
            return None
        try:
            found = parse_euros(text)
        except ValidationError:
            raise BadRow(gettext("Summaa ”%(text)s” ei ymmärretty.") % {"text": text[:30]}) from None
    if not 0 <= found <= MAX_EUROS:  # also what is not a number
        raise BadRow(gettext("Summaa ”%(text)s” ei ymmärretty.") % {"text": str(value)[:30]})
    return f"{found:.2f}"


def _day(value: Any) -> date | None:
    """Read ``1.3.2025``, ISO or a workbook's day; None for an empty cell."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = _text(value)
    if not text:
        return None
    found = _DAY.match(text)
    try:
        return date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text[:10])
    except ValueError:
        raise BadRow(gettext("Päivää ”%(text)s” ei ymmärretty.") % {"text": text[:20]}) from None


def _year(value: Any, day: date | None) -> int:
    text = _text(value)
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else day.year if day and not text else 0
    if year not in YEARS:
        raise BadRow(gettext("Vuotta ”%(text)s” ei ymmärretty.") % {"text": text[:20]})
    return year
