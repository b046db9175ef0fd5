"""Computing a proposal: asked by the coordinator, done by the worker, kept in one go."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from premises.life_cycles import SEASON
from premises.models import SeasonApplication, SeasonRound, SeasonTurn
from premises.seasons.gathering import Problem, gather
from premises.seasons.proposing import Proposal, explain, propose

#: After so long the worker is taken for dead, and the sums may be asked for again.
PATIENCE = timedelta(minutes=12)


@transaction.atomic
def start_computing(season: SeasonRound, *, by: Any, now: datetime) -> SeasonRound:
    """Ask the worker for a proposal; pinned turns stay. While it works, again changes nothing. Refused: wrong_state."""
    from premises.tasks import compute_season

    row: SeasonRound = get_allowed("premises.season.manage", by, now=now, lock=True, pk=season.pk)
    SEASON.check(row.state, "propose")
    if is_computing(row, now):
        return row
    if not row.applications.filter(state="sent").exists():
        raise Refused("no_applications", _("Yhtään hakemusta ei ole lähetetty. Ehdotusta ei voi laskea."))
    row.computing_since, row.progress = now, 0
    row.save(update_fields=["computing_since", "progress"])
    key, since = row.pk, now.isoformat()
    transaction.on_commit(lambda: compute_season.delay(key, since))
    return row


def is_computing(season: SeasonRound, now: datetime) -> bool:
    """Tell whether a worker is on it."""
    return season.computing_since is not None and now - season.computing_since < PATIENCE


def compute(pk: int, *, since: datetime, now: datetime) -> bool:
    """Compute the proposal that was asked for at ``since`` and keep it; False when it is not wanted any more."""
    season = SeasonRound.objects.filter(pk=pk, computing_since=since).first()
    if season is None:
        return False

    def say(progress: int) -> None:
        SeasonRound.objects.filter(pk=pk, computing_since=since).update(progress=progress)

    say(10)
    problem = gather(season)
    say(40)
    pinned = list(SeasonTurn.objects.filter(application__round=season, is_pinned=True))
    proposal = propose(problem, pinned, say)
    say(90)
    return _keep(problem, proposal, since, now)


@transaction.atomic
def _keep(problem: Problem, proposal: Proposal, since: datetime, now: datetime) -> bool:
    row = SeasonRound.objects.select_for_update().filter(pk=problem.season.pk, computing_since=since).first()
    if row is None:
        return False
    row.state = SEASON.check(row.state, "propose")
    SeasonTurn.objects.filter(application__round=row, is_pinned=False).delete()
    SeasonTurn.objects.bulk_create(
        SeasonTurn(
            application_id=one.application,
            room_id=one.room,
            weekday=one.pattern.weekday,
            start_time=one.pattern.start,
            end_time=one.pattern.end,
            room_rank=one.room_rank,
            time_rank=one.time_rank,
            days=one.days,
            days_free=one.days_free,
        )
        for one in proposal.chosen
    )
    _keep_reasons(problem, row)
    row.computing_since, row.progress, row.computed_at, row.is_proven = None, 100, now, proposal.is_proven
    row.save(update_fields=["state", "computing_since", "progress", "computed_at", "is_proven"])
    return True


def _keep_reasons(problem: Problem, season: SeasonRound) -> None:
    turns = list(SeasonTurn.objects.filter(application__round=season))
    reasons = explain(problem, turns)
    for application in problem.applications:
        application.reasons = reasons[application.pk]
        application.points = round(problem.standings[application.pk].points(season))
    SeasonApplication.objects.bulk_update(problem.applications, ["reasons", "points"], batch_size=500)
