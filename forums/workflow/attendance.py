"""Who came: ticked off one by one, by the code on the person's page, at the door, or from a Teams export."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from forums.attendance_teams import Attendee
from forums.life_cycles import STANDING
from forums.models import LIVE_SIGN_UPS, Event, SignUp, SignUpSource, Way

#: What is done with an unmatched name of the export, besides the key of a sign-up.
ADD, SKIP = "add", "skip"


@transaction.atomic
def mark_came(row: SignUp, *, came: bool, by: Any, now: datetime) -> SignUp:
    """Tick the person off, or take the tick back. Twice changes nothing.

    Also who waits in line or has not confirmed, when they came all the same. Refused: too_early, wrong_state.
    """
    found: SignUp = get_allowed("forums.sign_up.manage", by, now=now, lock=True, pk=row.pk)
    found.event = _open_event(found.event_id, now)
    if bool(found.attended) == came and found.attended is not None:
        return found
    if found.state not in LIVE_SIGN_UPS:
        raise Refused("wrong_state", _("Ilmoittautuminen on peruttu. Lisää henkilö ilmoittautumatta tulleena."))
    found.attended = came or None
    found.attended_way, found.attendance_at = (found.way, now) if came else ("", None)
    found.save(update_fields=["attended", "attended_way", "attendance_at"])
    return found


def _open_event(pk: int, now: datetime) -> Event:
    """Return the event whose attendance may be kept: from the morning of the day on, not a cancelled one."""
    event = Event.objects.get(pk=pk)
    if event.state == "cancelled":
        raise Refused("cancelled", _("Tapahtuma on peruttu. Läsnäoloja ei kirjata."))
    if not may_mark(event, now):
        raise Refused("too_early", _("Läsnäolot kirjataan tapahtumapäivänä tai sen jälkeen."))
    return event


def may_mark(event: Event, now: datetime) -> bool:
    """Tell whether who came can be marked: the day has come and the event is not cancelled."""
    from common.times import local_date

    return event.state in ("published", "held") and local_date(now) >= local_date(event.starts_at)


@transaction.atomic
def add_walk_in(
    event: Event, *, name: str, organisation: Any, organisation_name: str, way: str, by: Any, now: datetime
) -> SignUp:
    """Add a person who came without signing up; no place is counted. The same name a minute later is another person.

    Refused: too_early, cancelled.
    """
    get_allowed("forums.event.manage", by, now=now, lock=True, pk=event.pk)
    row = _came(_open_event(event.pk, now), name, "", way, SignUpSource.DOOR, by, now)
    row.organisation, row.organisation_name = organisation, organisation_name
    row.save(force_insert=True)
    return row


def _came(event: Event, name: str, email: str, way: str, source: str, by: Any, now: datetime) -> SignUp:
    return SignUp(
        event=event,
        name=name,
        email=email,
        way=way,
        source=source,
        state="signed",
        arrived_at=now,
        confirmed_at=now,
        entered_by=by,
        attended=True,
        attended_way=way,
        attendance_at=now,
    )


@dataclass(frozen=True)
class Match:
    """One line of the export and the sign-up it seems to be, by ``how``: email or name; None where nobody fits."""

    attendee: Attendee
    row: SignUp | None
    how: str = ""


def match_attendees(event: Event, attendees: list[Attendee]) -> list[Match]:
    """Return each line with the sign-up of that address, or else of that name if there is just one; one query."""
    rows = list(event.sign_ups.filter(state__in=LIVE_SIGN_UPS).select_related("organisation", "user").order_by("pk"))
    by_email: dict[str, SignUp] = {}
    by_name: dict[str, list[SignUp]] = {}
    for row in rows:
        for address in filter(None, (row.email, row.user.email if row.user else "")):
            by_email.setdefault(address.casefold(), row)
        by_name.setdefault(_plain(row.name), []).append(row)
    used: set[int] = set()
    found: dict[int, Match] = {}
    for number, attendee in enumerate(attendees):  # addresses first: a namesake never takes their row
        known = by_email.get(attendee.email) if attendee.email else None
        if known is not None and known.pk not in used:
            used.add(known.pk)
            found[number] = Match(attendee, known, "email")
    for number, attendee in enumerate(attendees):
        if number not in found:
            named = [row for row in by_name.get(_plain(attendee.name), []) if row.pk not in used]
            found[number] = Match(attendee, named[0], "name") if len(named) == 1 else Match(attendee, None)
            used.update(row.pk for row in named if len(named) == 1)
    return [found[number] for number in range(len(attendees))]


def _plain(name: str) -> str:
    """Return a name to compare: small letters, without a comma between family and first name or a title behind."""
    family, comma, first = name.casefold().partition(",")
    words = f"{first} {family}" if comma else family
    return " ".join(words.split("(")[0].split())


@transaction.atomic
def take_attendance(
    event: Event, *, attendees: list[Attendee], choices: Mapping[int, str], by: Any, now: datetime
) -> tuple[int, int]:
    """Keep who was in the meeting; return how many sign-ups were marked and how many people added.

    ``choices`` say by the line's number what an unmatched line is: the key of a sign-up, ``add`` or ``skip``; a line
    without a choice is taken as the preview showed it, or skipped. The same file again marks nobody twice and adds
    nobody twice. Who was marked as having come on site stays so. Refused: too_early, cancelled.
    """
    get_allowed("forums.event.manage", by, now=now, lock=True, pk=event.pk)
    row = _open_event(event.pk, now)
    matches = match_attendees(row, attendees)
    there = {one.pk: one for one in row.sign_ups.filter(state__in=LIVE_SIGN_UPS)}
    marked: list[SignUp] = []
    added: list[SignUp] = []
    for number, match in enumerate(matches):
        choice = choices.get(number, str(match.row.pk) if match.row else SKIP)
        if choice == ADD and match.row is not None:  # added already
            choice = str(match.row.pk)
        if choice == ADD:
            added.append(_came(row, match.attendee.name, match.attendee.email, Way.REMOTE, SignUpSource.TEAMS, by, now))
        elif choice.isdecimal() and (one := there.get(int(choice))) is not None and not one.attended:
            one.attended, one.attended_way, one.attendance_at = True, Way.REMOTE, now
            marked.append(one)
    SignUp.objects.bulk_update(marked, ["attended", "attended_way", "attendance_at"])
    SignUp.objects.bulk_create(_once(added))
    return len(marked), len(added)


def _once(added: list[SignUp]) -> list[SignUp]:
    """Return the rows to add; an address twice in the export is one person."""
    found: dict[str, SignUp] = {}
    for row in added:
        found.setdefault(row.email or f"{row.name}:{len(found)}", row)
    return list(found.values())


@transaction.atomic
def close_attendance(event: Event, *, by: Any, now: datetime) -> int:
    """Say that everybody has been marked: who had a place and was not ticked off did not come; return how many."""
    get_allowed("forums.event.manage", by, now=now, lock=True, pk=event.pk)
    row = _open_event(event.pk, now)
    missing = row.sign_ups.filter(state__in=STANDING, attended__isnull=True)
    return int(missing.update(attended=False, attendance_at=now))
