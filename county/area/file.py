"""An area file as read: its data, and on which line each fact stands."""

import re
import tomllib
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from django.utils.functional import Promise
from django.utils.translation import gettext as _

#: Where a fact stands: ``("units", 2, "name", "fi")``.
FactPath = tuple[str | int, ...]

_STRINGS = re.compile(r'"(?:\\.|[^"\\])*"|\'[^\']*\'')
_TABLE = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]")
_KEY = re.compile(r"^\s*([\w\-.\"' ]+?)\s*=")
_AT_LINE = re.compile(r"\s*\(at (?:line (\d+), column \d+|end of document)\)")


class AreaError(Exception):
    """The area file cannot be loaded: on which line, and why, in words for the one who wrote it."""

    def __init__(self, line: int, reason: str | Promise) -> None:
        super().__init__(line, reason)
        self.line = line
        self.reason = reason

    def __str__(self) -> str:
        if not self.line:
            return str(self.reason)
        return _("Rivi %(line)s: %(reason)s") % {"line": self.line, "reason": self.reason}


@dataclass
class AreaFile:
    """The parsed file. ``now`` is the moment of loading, ``by`` the person who loads (None on the command line)."""

    name: str
    data: dict[str, Any]
    lines: dict[FactPath, int] = field(default_factory=dict, repr=False)
    now: datetime | None = None
    by: Any = None

    @classmethod
    def read(cls, path: Path, *, now: datetime | None = None, by: Any = None) -> "AreaFile":
        """Read and parse the file; a missing file, wrong encoding or broken TOML raises ``AreaError``."""
        try:
            raw = path.read_bytes()
        except FileNotFoundError:
            raise AreaError(0, _("Aluetiedostoa %(name)s ei ole.") % {"name": path.name}) from None
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            raise AreaError(line, _("Tiedosto ei ole UTF-8-muotoa. Tallenna se UTF-8-merkistöllä.")) from None
        try:
            data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise _syntax_error(error, text) from None
        return cls(name=path.stem, data=data, lines=index_lines(text), now=now, by=by)

    def line(self, path: FactPath) -> int:
        """Return the line of the fact, or of the nearest thing around it that has one; 1 for the whole file."""
        for length in range(len(path), 0, -1):
            if line := self.lines.get(path[:length]):
                return line
        return 1

    def fail(self, path: FactPath, reason: str | Promise) -> NoReturn:
        """Refuse the file because of the fact at ``path``."""
        raise AreaError(self.line(path), reason)

    def section(self, name: str) -> list[dict[str, Any]]:
        """Return the tables of a repeated section, in the file's order; empty when there are none."""
        return list(self.data.get(name, []))


def _syntax_error(error: tomllib.TOMLDecodeError, text: str) -> AreaError:
    found = _AT_LINE.search(str(error))
    last = text.count("\n") + 1
    line = int(found.group(1)) if found and found.group(1) else last
    detail = _AT_LINE.sub("", str(error))
    return AreaError(line, _("Tiedosto ei ole kelvollista TOML-muotoa (%(detail)s).") % {"detail": detail})


def _parts(dotted: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in dotted.split("."))


def _depth_change(line: str) -> int:
    """Return how many brackets the line opens, strings and the comment left out."""
    bare = _STRINGS.sub("", line).split("#", 1)[0]
    return sum(bare.count(sign) for sign in "[{") - sum(bare.count(sign) for sign in "]}")


def index_lines(text: str) -> dict[FactPath, int]:
    """Return the line on which each table and key begins; what stands inside an array has the array's line.

    The text is known to be valid TOML, so a plain scan is enough. Area files hold no multi-line strings; one
    would only make a reported line less exact.
    """
    lines: dict[FactPath, int] = {}
    table: FactPath = ()
    counts: dict[FactPath, int] = {}
    depth = 0
    for number, line in enumerate(text.splitlines(), start=1):
        if depth > 0:
            depth += _depth_change(line)
        elif found := _TABLE.match(line):
            table = _parts(found.group(2))
            lines.setdefault(table, number)
            if found.group(1) == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = (*table, counts[table])
            lines[table] = number
        elif found := _KEY.match(line):
            parts = _parts(found.group(1))
            for length in range(1, len(parts) + 1):
                lines.setdefault((*table, *parts[:length]), number)
            depth += _depth_change(line)
    return lines
