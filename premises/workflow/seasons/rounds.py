"""The verbs of a round: make, change while a draft, publish, close, cancel."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from common.times import local_date
from county.models import TargetGroup
from liaisons.letters import said
from premises.life_cycles import SEASON, SEASON_APPLICATION
from premises.models import Room, SeasonRound
from premises.policies.seasons import may_run_seasons
from premises.seasons import letters

LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class RoundFacts:
    """What the coordinator tells of a round; weights are 0–10."""

    name: str
    first_day: date
    last_day: date
    opens_at: datetime
    closes_at: datetime
    rooms: Sequence[Room]
    most_turns: int = 2
    first_timers: int = 3
    target_weight: int = 3
    last_use: int = 3
    size: int = 3
    target_groups: Sequence[TargetGroup] = ()
    information: str = ""


_PLAIN = (
    "name",
    "first_day",
    "last_day",
    "opens_at",
    "closes_at",
    "most_turns",
    "first_timers",
    "target_weight",
    "last_use",
    "size",
    "information",
)


@transaction.atomic
def make_season(*, facts: RoundFacts, by: Any, now: datetime) -> SeasonRound:
    """Make a round as a draft. Raises Http404 for others than the coordinator. Refused: season_refused."""
    if not may_run_seasons(by, now):
        raise Http404
    return _write(SeasonRound(made_by=by, made_at=now), facts)


@transaction.atomic
def save_season(season: SeasonRound, *, facts: RoundFacts, by: Any, now: datetime) -> SeasonRound:
    """Change a draft: the rules stand still once they have been shown. Refused: wrong_state, season_refused."""
    row: SeasonRound = get_allowed("premises.season.manage", by, now=now, lock=True, pk=season.pk)
    if row.state != "draft":
        raise Refused("wrong_state", _("Haku on julkaistu, eikä sen sääntöjä voi enää muuttaa."))
    return _write(row, facts)


def _write(row: SeasonRound, facts: RoundFacts) -> SeasonRound:
    for name in _PLAIN:
        setattr(row, name, getattr(facts, name))
    row.name, row.information = facts.name.strip(), facts.information.strip()
    if facts.last_day - facts.first_day > LONGEST:
        raise Refused("season_refused", _("Kausi on enintään vuoden mittainen. Korjaa päivät."))
    if not facts.rooms:
        raise Refused("season_refused", _("Valitse ainakin yksi tila, jonka vuoroja jaetaan."))
    try:
        row.full_clean()
    except ValidationError as error:
        raise Refused("season_refused", " ".join(error.messages)) from None
    row.save()
    row.rooms.set(facts.rooms)
    row.target_groups.set(facts.target_groups)
    return row


@transaction.atomic
def publish_season(season: SeasonRound, *, by: Any, now: datetime) -> SeasonRound:
    """Show the round and its rules to everybody. Again changes nothing. Refused: wrong_state, season_over."""
    row: SeasonRound = get_allowed("premises.season.manage", by, now=now, lock=True, pk=season.pk)
    if row.state == "open":
        return row
    state = SEASON.check(row.state, "publish")
    if row.closes_at <= now or row.last_day <= local_date(now):
        raise Refused("season_over", _("Haku tai kausi on jo ohi. Korjaa päivät ensin."))
    row.state = state
    row.save(update_fields=["state"])
    return row


@transaction.atomic
def extend_season(season: SeasonRound, *, closes_at: datetime, by: Any, now: datetime) -> SeasonRound:
    """Let people apply for longer. Refused: wrong_state, not_later."""
    row: SeasonRound = get_allowed("premises.season.manage", by, now=now, lock=True, pk=season.pk)
    if row.state != "open":
        raise Refused("wrong_state", _("Hakuaikaa voi pidentää vain, kun haku on auki."))
    if closes_at < max(row.closes_at, now):
        raise Refused("not_later", _("Hakuaikaa voi vain pidentää. Anna myöhempi aika."))
    row.closes_at = closes_at
    row.save(update_fields=["closes_at"])
    return row


@transaction.atomic
def close_season(season: SeasonRound, *, by: Any, now: datetime) -> SeasonRound:
    """End applying before its time. Again changes nothing. Refused: wrong_state."""
    row: SeasonRound = get_allowed("premises.season.manage", by, now=now, lock=True, pk=season.pk)
    if row.state == "closed":
        return row
    row.state = SEASON.check(row.state, "close")
    row.closes_at = max(now, row.opens_at + timedelta(minutes=1)) if row.closes_at > now else row.closes_at
    row.save(update_fields=["state", "closes_at"])
    return row


@transaction.atomic
def close_due(now: datetime) -> int:
    """Close the rounds whose time for applying is over; return how many."""
    rows = SeasonRound.objects.filter(state="open", closes_at__lte=now).order_by("pk").select_for_update()
    for row in rows:
        row.state = SEASON.check(row.state, "time_out")
        row.save(update_fields=["state"])
    return len(rows)


@transaction.atomic
def cancel_season(season: SeasonRound, *, reason: str, by: Any, now: datetime) -> SeasonRound:
    """Call the round off; who applied gets a letter with the reason. Again changes nothing.

    Refused: wrong_state, no_reason.
    """
    row: SeasonRound = get_allowed("premises.season.manage", by, now=now, lock=True, pk=season.pk)
    if row.state == "cancelled":
        return row
    state = SEASON.check(row.state, "cancel")
    if not reason.strip():
        raise Refused("no_reason", _("Kirjoita, miksi jako perutaan. Hakijat lukevat syyn."))
    applications = list(
        row.applications.filter(state__in=("draft", "sent")).select_related("organisation", "sent_by").order_by("pk")
    )
    for application in applications:
        was_sent = application.state == "sent"
        application.state = SEASON_APPLICATION.check(application.state, "end")
        application.save(update_fields=["state"])
        if was_sent:
            lines = [
                _("Vuorojakoa ei tehdä. Hakemuksenne ei johda vuoroihin."),
                said(_("Syy: %(reason)s"), reason=reason),
            ]
            subject = said(_("Vuorojako on peruttu: %(name)s"), name=row.name)
            letters.tell(application, "season_cancelled", subject, lines, now=now)
    row.state, row.reason, row.computing_since = state, reason.strip()[:500], None
    row.save(update_fields=["state", "reason", "computing_since"])
    return row
