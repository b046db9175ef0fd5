"""The coordinator's hand on a proposal: add, move, remove and pin turns. What is touched by hand is pinned."""

from dataclasses import dataclass
from datetime import datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from premises.models import Room, SeasonApplication, SeasonRound, SeasonTurn
from premises.seasons.gathering import Pattern, fits
from premises.workflow.seasons.computing import is_computing


@dataclass(frozen=True)
class TurnTime:
    """Where and when a turn is."""

    room: Room
    weekday: int
    start_time: time
    end_time: time


def _lock(pk: int, by: Any, now: datetime) -> SeasonRound:
    """Return the round locked while its proposal can be edited. Refused: wrong_state, computing."""
    row: SeasonRound = get_allowed("premises.season.manage", by, now=now, lock=True, pk=pk)
    if row.state != "proposed":
        raise Refused("wrong_state", _("Ehdotusta voi muokata vain, kun se on laskettu eikä jakoa ole vahvistettu."))
    if is_computing(row, now):
        raise Refused("computing", _("Ehdotusta lasketaan juuri nyt. Odota, kunnes laskenta on valmis."))
    return row


def _place(row: SeasonTurn, season: SeasonRound, when: TurnTime) -> SeasonTurn:
    """Put the turn where it was asked, count its days, and save it by hand and pinned."""
    if not season.rooms.filter(pk=when.room.pk).exists():
        raise Refused("turn_refused", _("Valitse tila niistä, jotka ovat mukana jaossa."))
    row.room, row.weekday, row.start_time, row.end_time = when.room, when.weekday, when.start_time, when.end_time
    row.room_rank = row.time_rank = 0
    row.by_hand = row.is_pinned = True
    pattern = Pattern(when.weekday, when.start_time, when.end_time)
    try:
        row.full_clean(exclude=["application", "room", "series"])
    except ValidationError as error:
        raise Refused("turn_refused", " ".join(error.messages)) from None
    fit = fits(season, [when.room], [pattern]).get((when.room.pk, pattern))
    if fit is None or fit.free == 0:
        raise Refused("turn_refused", _("Tila ei ole silloin vapaana yhtenäkään kauden päivänä. Valitse toinen aika."))
    row.days, row.days_free = fit.days, fit.free
    row.save()
    return row


@transaction.atomic
def add_turn(application: SeasonApplication, *, when: TurnTime, by: Any, now: datetime) -> SeasonTurn:
    """Give a turn by hand. Refused: wrong_state, computing, too_many, turn_refused."""
    season = _lock(application.round_id, by, now)
    row = SeasonApplication.objects.select_for_update().get(pk=application.pk)
    if row.state != "sent":
        raise Refused("wrong_state", _("Hakemus ei ole mukana jaossa."))
    same = row.turns.filter(room=when.room, weekday=when.weekday, start_time=when.start_time).first()
    if same is not None and same.end_time == when.end_time:
        return same
    if row.turns.count() >= season.most_turns:
        words = _("Hakijalla on jo enimmäismäärä vuoroja (%(most)s). Siirrä tai poista ensin jokin niistä.")
        raise Refused("too_many", str(words) % {"most": season.most_turns})
    turn = _place(SeasonTurn(application=row), season, when)
    if row.turns.count() >= min(row.turns_wanted, season.most_turns):
        row.reasons = []
        row.save(update_fields=["reasons"])
    return turn


@transaction.atomic
def move_turn(turn: SeasonTurn, *, when: TurnTime, by: Any, now: datetime) -> SeasonTurn:
    """Give the turn at another time or in another room. Refused: wrong_state, computing, turn_refused."""
    season = _lock(turn.application.round_id, by, now)
    row = SeasonTurn.objects.select_for_update().get(pk=turn.pk)
    return _place(row, season, when)


@transaction.atomic
def remove_turn(turn: SeasonTurn, *, reason: str, by: Any, now: datetime) -> None:
    """Take a proposed turn away; the applicant reads the reason. Refused: wrong_state, computing, no_reason."""
    _lock(turn.application.round_id, by, now)
    row = SeasonTurn.objects.select_for_update().filter(pk=turn.pk).first()
    if row is None:
        return
    if not reason.strip():
        raise Refused("no_reason", _("Kirjoita, miksi vuoro poistetaan. Hakija lukee syyn."))
    application = SeasonApplication.objects.select_for_update().get(pk=row.application_id)
    row.delete()
    application.reasons = [*application.reasons, {"code": "removed", "text": reason.strip()[:500]}]
    application.save(update_fields=["reasons"])


@transaction.atomic
def pin_turn(turn: SeasonTurn, *, pinned: bool, by: Any, now: datetime) -> SeasonTurn:
    """Keep the turn when the proposal is computed again, or let it go. Refused: wrong_state, computing."""
    _lock(turn.application.round_id, by, now)
    row: SeasonTurn = SeasonTurn.objects.select_for_update().get(pk=turn.pk)
    if row.is_pinned != pinned:
        row.is_pinned = pinned
        row.save(update_fields=["is_pinned"])
    return row
