"""A turn in words."""

from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext as _

from premises.forms.clock import short_time
from premises.models import SeasonTurn, Weekday


def every(weekday: int) -> str:
    """Return "tiistaisin" in the reader's language."""
    return (
        _("maanantaisin"),
        _("tiistaisin"),
        _("keskiviikkoisin"),
        _("torstaisin"),
        _("perjantaisin"),
        _("lauantaisin"),
        _("sunnuntaisin"),
    )[Weekday(weekday)]


def when(turn: SeasonTurn) -> str:
    """Return "tiistaisin klo 17–19"."""
    return f"{every(turn.weekday)} {_('klo')} {short_time(turn.start_time)}–{short_time(turn.end_time)}"


def _said(turn: SeasonTurn) -> str:
    return f"{turn.room.name}, {turn.room.site.name}, {when(turn)}"


_lazily = lazy(_said, str)


def place_and_time(turn: SeasonTurn) -> Any:
    """Return "Ryhmähuone, Terveystalo, tiistaisin klo 17–19", read when it is shown."""
    return _lazily(turn)
