"""Reading a Teams attendance export: UTF-16 with tabs, in the layouts of several years, in three languages."""

import csv
import io
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from common.errors import Refused

MOST_BYTES = 2_000_000
MOST_PEOPLE = 900
_NAMES = frozenset({"full name", "name", "koko nimi", "nimi", "fullständigt namn", "namn"})
_EMAILS = ("email", "e-mail", "sähköposti", "e-post")
_PRINCIPALS = ("upn", "participant id", "osallistujan tunnus", "deltagar-id")
_BAD = _(
    "Tiedostosta ei löytynyt osallistujaluetteloa. Lataa Teamsista kokouksen osallistumisraportti (CSV) ja anna se"
    " sellaisenaan, avaamatta ja tallentamatta sitä taulukko-ohjelmassa."
)


@dataclass(frozen=True)
class Attendee:
    """One person of the export, once however often they came and went; ``email`` may be missing."""

    name: str
    email: str


def read_attendance(data: bytes) -> list[Attendee]:
    """Return who was in the meeting. Refused: too_big, no_list, nobody, too_many."""
    if len(data) > MOST_BYTES:
        raise Refused("too_big", _("Tiedosto on liian suuri. Osallistumisraportti on enintään 2 Mt."))
    lines = _lines(_text(data))
    start, columns = _head(lines)
    found: dict[str, Attendee] = {}
    for cells in lines[start + 1 :]:
        person = _person(cells, columns)
        if person is None:
            break  # the table ended: an empty line, or the heading of the next part
        key = person.email or person.name.casefold()
        found.setdefault(key, person)
    if not found:
        raise Refused("nobody", _("Osallistujaluettelo on tyhjä. Tarkista, että annoit oikean kokouksen raportin."))
    if len(found) > MOST_PEOPLE:
        raise Refused("too_many", _("Luettelossa on yli 900 osallistujaa. Jaa se kahdeksi tiedostoksi."))
    return list(found.values())


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(data, "utf-16")
    if b"\x00" in data[:200]:
        return _decoded(data, "utf-16-le")
    return _decoded(data, "utf-8-sig")


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Refused("no_list", _BAD) from error


def _lines(text: str) -> list[list[str]]:
    """Return the cells of each line, separated by tabs; by semicolons or commas where somebody saved it anew."""
    if "\x00" in text:
        raise Refused("no_list", _BAD)
    separator = next((mark for mark in "\t;," if mark in text), "\t")
    try:
        rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    except csv.Error as error:
        raise Refused("no_list", _BAD) from error
    return [[cell.strip() for cell in row] for row in rows]


def _head(lines: list[list[str]]) -> tuple[int, dict[str, int]]:
    """Return the line of the list's headings, and which column is the name, the address and the user's id."""
    for number, cells in enumerate(lines):
        words = [cell.casefold() for cell in cells]
        if len(cells) > 1 and words[0] in _NAMES:
            columns = {"name": 0}
            for place, word in enumerate(words):
                if word.startswith(_EMAILS):
                    columns.setdefault("email", place)
                elif any(mark in word for mark in _PRINCIPALS):
                    columns.setdefault("principal", place)
            return number, columns
    raise Refused("no_list", _BAD)


def _person(cells: list[str], columns: dict[str, int]) -> Attendee | None:
    if len(cells) < 2 or not cells[0]:
        return None

    def cell(name: str) -> str:
        place = columns.get(name)
        return cells[place] if place is not None and place < len(cells) else ""

    address = next((word for word in (cell("email"), cell("principal")) if "@" in word), "")
    # A guest's name carries what Teams adds: "Maija Meikäläinen (Vieras)".
    name = cell("name").removesuffix("(Guest)").removesuffix("(Vieras)").removesuffix("(Gäst)").strip()
    return Attendee(name[:150], address.casefold()[:254])
