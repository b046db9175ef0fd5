"""Reading what the bank or the ledger answers of a batch: a CSV of references, sums and states.

Columns are known by their headings, in any order: viite, summa, tila, päivä, syy (``COLUMNS``); the portal's own
payment list with its states filled in is such a file too. A file with any fault is refused whole.
"""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from common.errors import Refused
from common.money import parse_euros
from common.time_fields import DayField
from organisations.numbers import fold

MAX_BYTES = 1024 * 1024
MAX_ROWS = 2000
#: our field -> headings, folded
COLUMNS = {
    "reference": ("viite", "endtoendid", "maksun viite"),
    "sum": ("summa", "maara", "amount"),
    "state": ("tila", "status"),
    "day": ("maksettu", "paiva", "kirjauspaiva"),
    "reason": ("syy", "palautuksen syy", "reason"),
}
#: what the file says -> state of a line; the codes are those of ISO 20022 payment status reports, and RRTN is the
#: code of a returned credit transfer among the bank transaction codes of an account statement
STATES = {
    "maksettu": "paid",
    "acsc": "paid",
    "palautui": "returned",
    "palautettu": "returned",
    "hylatty": "returned",
    "rjct": "returned",
    "palautui maksun jalkeen": "came_back",
    "palautettu maksun jalkeen": "came_back",
    "rrtn": "came_back",
    "keskeytetty": "suspended",
    "pdng": "suspended",
    "lahetetty": "sent",
    "acsp": "sent",
}


@dataclass(frozen=True)
class Told:
    """One answer: ``line`` of the file (0 by hand), the instalment's reference, its state, euros, day and reason."""

    line: int
    reference: str
    state: str
    sum: Decimal
    day: date | None
    reason: str

    @property
    def where(self) -> str:
        """Where a person finds the row."""
        told = _("Rivi %(line)s, viite %(reference)s") if self.line else "%(reference)s"
        return told % {"line": self.line, "reference": self.reference}


def read(data: bytes) -> list[Told]:
    """Return the rows of the file. Refused: ``empty``, ``too_big``, ``not_ours``, ``bad_rows`` (each with its line)."""
    if len(data) > MAX_BYTES:
        raise Refused("too_big", _("Tiedosto on yli 1 Mt. Lataa se osissa."))
    rows = list(_rows(data))
    if not rows:
        raise Refused("empty", _("Tiedostossa ei ole yhtään riviä. Tarkista, että valitsit oikean tiedoston."))
    head = _head(rows[0][1])
    told: list[Told] = []
    problems: list[str] = []
    for number, cells in rows[1:]:
        try:
            told.append(_row(number, {name: cells[at] if at < len(cells) else "" for name, at in head.items()}))
        except ValidationError as wrong:
            problems.append(_("Rivi %(line)s: %(why)s") % {"line": number, "why": " ".join(wrong.messages)})
    problems += _doubles(told)
    if problems:
        raise Refused("bad_rows", " ".join([_("Mitään ei muutettu."), *problems[:5]]))
    if not told:
        raise Refused("empty", _("Tiedostossa ei ole yhtään riviä. Tarkista, että valitsit oikean tiedoston."))
    return told


def _rows(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines that say something: UTF-8 or Windows-1252, semicolons, commas or tabs."""
    if b"\0" in data:
        raise _not_ours()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    delimiter = max(";,\t", key=text.lstrip().partition("\n")[0].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for count, cells in enumerate(reader):
            if count > MAX_ROWS:
                raise Refused("too_big", _("Tiedostossa on yli 2 000 riviä. Lataa se osissa."))
            if any(cell.strip() for cell in cells):
                yield reader.line_num, cells
    except csv.Error:
        raise _not_ours() from None


def _not_ours() -> Refused:
    return Refused(
        "not_ours",
        _("Tiedostoa ei ymmärretty. Tarvitaan CSV-tiedosto, jonka sarakkeet ovat viite, summa, tila, maksettu ja syy."),
    )


def _head(cells: list[str]) -> dict[str, int]:
    named = {fold(cell.strip().lstrip("'")): place for place, cell in reversed(list(enumerate(cells)))}
    head = {}
    for field, names in COLUMNS.items():
        place = next((named[name] for name in names if name in named), None)
        if place is not None:
            head[field] = place
    if not {"reference", "sum", "state"} <= head.keys():
        raise _not_ours()
    return head


def _row(number: int, told: dict[str, str]) -> Told:
    reference = told["reference"].strip().upper()
    if not reference:
        raise ValidationError(_("Viite puuttuu."))
    state = STATES.get(fold(told["state"].strip()))
    if state is None:
        raise ValidationError(
            _(
                "Tilaa ”%(text)s” ei tunneta. Käytä tiloja maksettu, palautui, palautui maksun jälkeen, keskeytetty tai"
                " lähetetty."
            )
            % {"text": told["state"].strip()[:30]}
        )
    day = DayField(required=False).clean(told.get("day", "").strip())
    reason = " ".join(told.get("reason", "").split())
    return Told(number, reference, state, parse_euros(told["sum"].strip()), day, reason)


def _doubles(told: list[Told]) -> Iterator[str]:
    seen: dict[str, int] = {}
    for row in told:
        if row.reference in seen:
            yield _("Rivi %(line)s: viite %(reference)s on jo rivillä %(first)s.") % {
                "line": row.line,
                "reference": row.reference,
                "first": seen[row.reference],
            }
        seen.setdefault(row.reference, row.line)
