"""The verbs of external calendars: give an address, change it, take it away, fetch now, let a booking stay."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.fetching import FetchFailed, Guard, check_form
from common.policies import get_allowed
from liaisons.workflow.saving import save_checked
from premises.models import CalendarClash, Closure, ExternalCalendar, Room
from premises.workflow.calendar_sync import end_closures, reason_of
from premises.workflow.rooms import lock_room

MOST_CALENDARS = 5
_WORDS = {
    "not_https": _("Osoitteen alussa on https://. Kopioi kalenterin iCal-osoite kokonaan."),
    "bad_address": _("Osoite ei kelpaa. Kopioi kalenterin iCal-osoite kokonaan."),
    "bad_port": _("Osoitteessa on porttinumero, josta ei saa hakea. Tarkista osoite."),
    "not_public": _("Osoite on oman verkon sisällä. Pyydä pääkäyttäjää sallimaan palvelin, tai anna julkinen osoite."),
}


def guard() -> Guard:
    """Return where calendars may be fetched from, by the settings."""
    return Guard(internal=frozenset(settings.CALENDAR_INTERNAL_HOSTS), ca_file=settings.CALENDAR_CA_FILE)


def _told(address: str) -> str:
    """Return the address as it is fetched; calendars often call themselves webcal. Refused: the keys of ``_WORDS``."""
    text = address.strip()
    head, mark, rest = text.partition("://")
    if mark and head.lower() in ("webcal", "webcals", "https"):
        text = f"https://{rest}"
    try:
        check_form(text, guard())
    except FetchFailed as failed:
        raise Refused(failed.code, _WORDS.get(failed.code, _WORDS["bad_address"])) from None
    return text


@transaction.atomic
def add_calendar(room: Room, *, name: str, address: str, by: Any, now: datetime) -> ExternalCalendar:
    """Read a calendar in for a room from now on. The same again is the one that stands.

    Refused: the address's form, calendar_refused (the name is taken), too_many.
    """
    row = lock_room(room, by, now)
    text = _told(address)
    same: ExternalCalendar | None = row.calendars.filter(name=name.strip(), address=text).first()
    if same is not None:
        return same
    if row.calendars.count() >= MOST_CALENDARS:
        raise Refused(
            "too_many", _("Tilalla on jo %(most)s kalenteria. Poista ensin jokin.") % {"most": MOST_CALENDARS}
        )
    made = ExternalCalendar(room=row, name=name.strip(), address=text, set_by=by, set_at=now, next_at=now)
    save_checked(made, "calendar_refused")
    return made


@transaction.atomic
def change_calendar(calendar: ExternalCalendar, *, name: str, address: str, by: Any, now: datetime) -> ExternalCalendar:
    """Change the name or, when one is given, the address; the closures stand until the new address has been read.

    Refused: the address's form, calendar_refused.
    """
    row = _lock(calendar, by, now)
    row.name = name.strip()
    text = _told(address) if address.strip() else row.address
    if text != row.address:
        row.address, row.set_by, row.set_at, row.next_at = text, by, now, now
        row.etag = row.last_modified = row.problem = ""
        row.read_at = row.failing_since = None
        row.failures = 0
    save_checked(row, "calendar_refused")
    Closure.objects.filter(calendar=row, ended_at=None).update(reason=reason_of(row))
    return row


@transaction.atomic
def remove_calendar(calendar: ExternalCalendar, *, by: Any, now: datetime) -> None:
    """Stop reading the calendar: its address is erased and what it closed is free again. Again does nothing."""
    get_allowed("premises.room.manage", by, now=now, pk=calendar.room_id)
    row = ExternalCalendar.objects.select_for_update(of=("self",)).select_related("room").filter(pk=calendar.pk).first()
    if row is None:
        return
    end_closures(row.room, list(row.closures.filter(ended_at=None, ends_at__gt=now)), now=now)
    row.delete()


@transaction.atomic
def ask_now(calendar: ExternalCalendar, *, by: Any, now: datetime) -> ExternalCalendar:
    """Let the calendar be fetched in the next round, within a minute."""
    row = _lock(calendar, by, now)
    row.next_at = min(row.next_at, now)
    row.save(update_fields=["next_at"])
    return row


@transaction.atomic
def let_stay(clash: CalendarClash, *, by: Any, now: datetime) -> CalendarClash:
    """Let a booking stand though the calendar has an event at its time. Again changes nothing."""
    row: CalendarClash = get_allowed("premises.clash.manage", by, now=now, lock=True, pk=clash.pk)
    if row.settled_at is None:
        row.settled_at, row.settled_by = now, by
        row.save(update_fields=["settled_at", "settled_by"])
    return row


def _lock(calendar: ExternalCalendar, by: Any, now: datetime) -> ExternalCalendar:
    row: ExternalCalendar = get_allowed("premises.calendar.manage", by, now=now, lock=True, pk=calendar.pk)
    return row
