"""Scoring: points and a reason for each criterion, finished when nothing is missing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Refused
from common.locks import limit_waiting
from common.policies import get_allowed
from grants.life_cycles import ASSESSMENT
from grants.models import Application, Assessment, Score


@dataclass(frozen=True)
class Scored:
    """Points and reason for one criterion; points None when not given yet."""

    criterion_id: int
    points: int | None
    reason: str = ""


def save_scores(application: Application, scores: list[Scored], *, summary: str, by: Any, now: datetime) -> Assessment:
    """Save the assessor's open assessment and return it with its total.

    Refused: ``too_many_points`` (more than the criterion's weight), ``wrong_state`` for a finished one.
    """
    with transaction.atomic():
        assessment = _own(application, by, now)
        if assessment.state != "open":
            ASSESSMENT.check(assessment.state, "finish_assessment")
        weights = dict(application.call.criteria.values_list("pk", "weight"))
        for scored in scores:
            if scored.criterion_id not in weights:
                continue
            _save_one(assessment, scored, weights[scored.criterion_id])
        assessment.total = sum(assessment.scores.values_list("points", flat=True))
        assessment.summary, assessment.saved_at = summary, now
        assessment.save(update_fields=["total", "summary", "saved_at"])
    return assessment


def _save_one(assessment: Assessment, scored: Scored, most: int) -> None:
    if scored.points is None:
        Score.objects.filter(assessment=assessment, criterion=scored.criterion_id).delete()
        return
    if not 0 <= scored.points <= most:
        raise Refused("too_many_points", _("Pisteitä voi antaa enintään %(most)s.") % {"most": most})
    Score.objects.update_or_create(
        assessment=assessment,
        criterion_id=scored.criterion_id,
        defaults={"points": scored.points, "most": most, "reason": scored.reason.strip()},
    )


def _own(application: Application, by: Any, now: datetime) -> Assessment:
    """Return the assessor's assessment of a case that they may score, locked; it is made when there is none."""
    limit_waiting()
    case: Application = get_allowed("grants.assessment.edit", by, now=now, lock=True, pk=application.pk)
    assessment, _made = Assessment.objects.select_for_update().get_or_create(
        application=case, assessor=by, defaults={"saved_at": now}
    )
    return assessment


def lacking(assessment: Assessment) -> list[str]:
    """Return the criteria that still lack points or a reason: the one rule of page and verb."""
    scored = {row.criterion_id for row in assessment.scores.all() if row.reason}
    return [criterion.name for criterion in assessment.application.call.criteria.all() if criterion.pk not in scored]


def finish_assessment(application: Application, *, by: Any, now: datetime) -> Assessment:
    """Mark the own assessment done; done twice is done once. Refused ``incomplete`` names what is missing."""
    with transaction.atomic():
        assessment = _own(application, by, now)
        if assessment.state == "done":
            return assessment
        state = ASSESSMENT.check(assessment.state, "finish_assessment")
        missing = lacking(assessment)
        if missing:
            raise Refused(
                "incomplete",
                _("Anna pisteet ja perustelu vielä näille: %(names)s.") % {"names": ", ".join(missing)},
            )
        assessment.state, assessment.done_at = state, now
        assessment.save(update_fields=["state", "done_at"])
    return assessment


def reopen_assessment(application: Application, *, by: Any, now: datetime) -> Assessment:
    """Open the own finished assessment again while the call is in handling."""
    with transaction.atomic():
        assessment = _own(application, by, now)
        if assessment.state == "open":
            return assessment
        assessment.state, assessment.done_at = ASSESSMENT.check(assessment.state, "reopen_assessment"), None
        assessment.save(update_fields=["state", "done_at"])
    return assessment
