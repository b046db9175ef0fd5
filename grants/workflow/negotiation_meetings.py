"""Meetings of a negotiation: arranged, moved or cancelled, and their memo that both sides read."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from common.errors import Refused
from common.times import format_instant
from grants.life_cycles_negotiations import NEGOTIATION_MEETING
from grants.models import Application, Negotiation, NegotiationMeeting, Side
from grants.workflow.case_events import happened
from grants.workflow.negotiation_news import tell_participants, tell_side
from grants.workflow.negotiations import locked_case, locked_negotiation

WORK = "grants.negotiation.work"


@dataclass(frozen=True)
class Memo:
    """What was written of a meeting; ``inner_note`` is the officers' own."""

    present_county: str
    present_organisation: str
    agreed: str
    memo: str = ""
    inner_note: str = ""


def arrange_meeting(
    application: Application, *, starts_at: datetime, place: str = "", link: str = "", by: Any, now: datetime
) -> NegotiationMeeting:
    """Put a meeting in the negotiation; both sides are told of one to come. The same time and place again is once.

    Refused: ``place_missing``, ``not_open`` (the negotiation has ended).
    """
    with transaction.atomic():
        case = locked_case(WORK, application, by, now)
        row = locked_negotiation(case)
        place, link = place.strip(), link.strip()
        again = row.meetings.filter(starts_at=starts_at, place=place, link=link, state="planned").first()
        if again is not None:
            return again
        if row.state == "ended":
            raise Refused("not_open", _("Neuvottelu on päättynyt. Palaa ensin neuvotteluun."))
        _check_place(place, link)
        made = NegotiationMeeting.objects.create(
            negotiation=row, starts_at=starts_at, place=place, link=link, written_by=by, written_at=now
        )
        if starts_at > now:
            text = f"Neuvottelutapaaminen sovittiin: {format_instant(starts_at)}, {place or 'etäyhteys'}."
            happened(case, "arrange_meeting", text, by=by, now=now)
            _tell(case, made, "meeting", now)
    return made


def _check_place(place: str, link: str) -> None:
    if not place and not link:
        raise Refused("place_missing", _("Kirjoita paikka tai etäyhteyden osoite."))


def _tell(case: Application, meeting: NegotiationMeeting, step: str, now: datetime) -> None:
    key = f"{meeting.pk}:{meeting.revision}"
    tell_side(case, Side.ORGANISATION, step, key=key, now=now, meeting=meeting)
    tell_participants(case, step, key=key, now=now, meeting=meeting)


def _locked(
    meeting: NegotiationMeeting, by: Any, now: datetime, *, prepared: bool = True
) -> tuple[Application, NegotiationMeeting]:
    negotiation = Negotiation.objects.select_related("application").get(pk=meeting.negotiation_id)
    case = locked_case(WORK, negotiation.application, by, now, prepared=prepared)
    rows = NegotiationMeeting.objects.select_for_update(of=("self",))
    return case, get_object_or_404(rows, pk=meeting.pk, negotiation__application=case)


def move_meeting(
    meeting: NegotiationMeeting, *, starts_at: datetime, place: str, link: str, by: Any, now: datetime
) -> NegotiationMeeting:
    """Change the time or the place of a planned meeting; both sides are told. Unchanged is nothing."""
    with transaction.atomic():
        case, row = _locked(meeting, by, now)
        place, link = place.strip(), link.strip()
        if (row.starts_at, row.place, row.link) == (starts_at, place, link):
            return row
        NEGOTIATION_MEETING.check(row.state, "move_meeting")
        _check_place(place, link)
        row.starts_at, row.place, row.link, row.revision = starts_at, place, link, row.revision + 1
        row.save(update_fields=["starts_at", "place", "link", "revision"])
        if starts_at > now:
            text = f"Neuvottelutapaaminen siirrettiin: {format_instant(starts_at)}, {place or 'etäyhteys'}."
            happened(case, "move_meeting", text, by=by, now=now)
            _tell(case, row, "meeting_moved", now)
    return row


def write_memo(meeting: NegotiationMeeting, memo: Memo, *, revision: int, by: Any, now: datetime) -> NegotiationMeeting:
    """Write or mend the memo of a meeting that has begun; the first time both sides are told.

    ``revision`` is the one that was typed over. Refused: ``too_early``, ``memo_missing``, ``stale``, ``wrong_state``.
    """
    given = {name: value.replace("\r\n", "\n").strip() for name, value in vars(memo).items()}
    with transaction.atomic():
        case, row = _locked(meeting, by, now, prepared=False)
        if row.state == "held" and all(getattr(row, name) == value for name, value in given.items()):
            return row
        state, first = NEGOTIATION_MEETING.check(row.state, "write_memo"), row.state != "held"
        if row.revision != revision:
            raise Refused(
                "stale", _("Joku muu on muuttanut tapaamista samaan aikaan. Tarkista kentät ja tallenna uudelleen.")
            )
        if row.starts_at > now:
            raise Refused("too_early", _("Muistion voi kirjoittaa, kun tapaaminen on alkanut."))
        if not (given["present_county"] and given["present_organisation"] and given["agreed"]):
            raise Refused("memo_missing", _("Kirjoita, ketkä olivat läsnä ja mitä sovittiin."))
        for name, value in given.items():
            setattr(row, name, value)
        row.state, row.revision, row.written_by, row.written_at = state, row.revision + 1, by, now
        row.save()
        if first:
            text = f"Neuvottelutapaamisen muistio kirjattiin: {format_instant(row.starts_at)}."
            happened(case, "write_memo", text, by=by, now=now)
            _tell(case, row, "memo", now)
    return row


def cancel_meeting(meeting: NegotiationMeeting, *, by: Any, now: datetime) -> NegotiationMeeting:
    """Cancel a planned meeting; both sides are told. Twice is once. Refused: ``wrong_state``."""
    with transaction.atomic():
        case, row = _locked(meeting, by, now)
        if row.state == "cancelled":
            return row
        row.state = NEGOTIATION_MEETING.check(row.state, "cancel_meeting")
        row.save(update_fields=["state"])
        text = f"Neuvottelutapaaminen peruttiin: {format_instant(row.starts_at)}."
        happened(case, "cancel_meeting", text, by=by, now=now)
        _tell(case, row, "meeting_cancelled", now)
    return row
