"""Small checks of which the schema of the area file is built. Each refuses with the line and what to do."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from county.area.file import AreaFile, FactPath

Check = Callable[[AreaFile, FactPath, Any], None]

LANGUAGES = ("fi", "sv", "en")
_WIDTH = 200


def _name(path: FactPath) -> str:
    return str(next((part for part in reversed(path) if isinstance(part, str)), ""))


def text(limit: int = _WIDTH) -> Check:
    """A text that is not empty and not longer than ``limit``."""

    def check(area: AreaFile, path: FactPath, value: Any) -> None:
        if not isinstance(value, str) or not value.strip():
            area.fail(path, _("Kohdan ”%(key)s” pitää olla tekstiä.") % {"key": _name(path)})
        if len(value) > limit:
            area.fail(
                path,
                _("Kohdan ”%(key)s” teksti on liian pitkä: %(length)s merkkiä, enintään %(limit)s.")
                % {"key": _name(path), "length": len(value), "limit": limit},
            )

    return check


def shaped(pattern: str, example: str) -> Check:
    """A text of a fixed shape, such as a municipality's number."""
    shape = re.compile(pattern)

    def check(area: AreaFile, path: FactPath, value: Any) -> None:
        if not isinstance(value, str) or not shape.fullmatch(value):
            area.fail(
                path,
                _('Kohta ”%(key)s” on väärää muotoa. Kirjoita se näin: "%(example)s".')
                % {"key": _name(path), "example": example},
            )

    return check


def number(lowest: int = 0) -> Check:
    """A whole number, ``lowest`` or more."""

    def check(area: AreaFile, path: FactPath, value: Any) -> None:
        if not isinstance(value, int) or isinstance(value, bool) or value < lowest:
            area.fail(
                path,
                _("Kohdan ”%(key)s” pitää olla kokonaisluku, vähintään %(lowest)s.")
                % {"key": _name(path), "lowest": lowest},
            )

    return check


def flag(area: AreaFile, path: FactPath, value: Any) -> None:
    """True or false."""
    if not isinstance(value, bool):
        area.fail(path, _("Kohdan ”%(key)s” pitää olla true tai false.") % {"key": _name(path)})


def day(area: AreaFile, path: FactPath, value: Any) -> None:
    """A date without quotation marks."""
    if not isinstance(value, date) or isinstance(value, datetime):
        area.fail(
            path,
            _("Kohdan ”%(key)s” pitää olla päivä ilman lainausmerkkejä, esimerkiksi 2026-01-31.")
            % {"key": _name(path)},
        )


def one_of(*choices: str) -> Check:
    """One of the words given."""

    def check(area: AreaFile, path: FactPath, value: Any) -> None:
        if value not in choices:
            area.fail(
                path,
                _("Kohdan ”%(key)s” arvo ”%(value)s” ei kelpaa. Käytä jotakin näistä: %(choices)s.")
                % {"key": _name(path), "value": value, "choices": ", ".join(choices)},
            )

    return check


def list_of(item: Check, *, length: int | None = None) -> Check:
    """A list, each of whose items passes ``item``."""

    def check(area: AreaFile, path: FactPath, value: Any) -> None:
        if not isinstance(value, list):
            area.fail(path, _("Kohdan ”%(key)s” pitää olla luettelo hakasulkeissa.") % {"key": _name(path)})
        if length is not None and len(value) != length:
            area.fail(
                path, _("Kohdassa ”%(key)s” pitää olla %(length)s arvoa.") % {"key": _name(path), "length": length}
            )
        for index, part in enumerate(value):
            item(area, (*path, index), part)

    return check


def table(keys: Mapping[str, Check], *, required: tuple[str, ...] = ()) -> Check:
    """A table with exactly these keys, of which ``required`` must be there."""

    def check(area: AreaFile, path: FactPath, value: Any) -> None:
        if not isinstance(value, dict):
            area.fail(path, _("Kohdan ”%(key)s” pitää olla taulu.") % {"key": _name(path)})
        for key, part in value.items():
            if key not in keys:
                area.fail(
                    (*path, key),
                    _("Tuntematon kohta ”%(key)s”. Tässä voi olla: %(keys)s.")
                    % {"key": key, "keys": ", ".join(sorted(keys))},
                )
            keys[key](area, (*path, key), part)
        for key in required:
            if key not in value:
                area.fail(path, _("Kohta ”%(key)s” puuttuu.") % {"key": key})

    return check


def mapping(key_pattern: str, example: str, item: Check) -> Check:
    """A table whose keys have a shape, such as years."""
    shape = re.compile(key_pattern)

    def check(area: AreaFile, path: FactPath, value: Any) -> None:
        if not isinstance(value, dict):
            area.fail(path, _("Kohdan ”%(key)s” pitää olla taulu.") % {"key": _name(path)})
        for key, part in value.items():
            if not shape.fullmatch(key):
                area.fail(
                    (*path, key),
                    _("Kohta ”%(key)s” ei kelpaa. Kirjoita esimerkiksi %(example)s.")
                    % {"key": key, "example": example},
                )
            item(area, (*path, key), part)

    return check


def in_languages(item: Check) -> Check:
    """The same thing by language; Finnish must be there."""
    return table(dict.fromkeys(LANGUAGES, item), required=("fi",))
