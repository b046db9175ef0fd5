"""The practice example of a call: written and shown by the coordinator, practised by assessors; no real scores."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from common.errors import Refused
from common.locks import limit_waiting
from common.policies import get_allowed
from grants.models import CalibrationExample, CalibrationScore, CalibrationTry, GrantCall
from grants.policies.calibration import PRACTISED
from grants.workflow.assessment import Scored


@transaction.atomic
def save_example(
    call: GrantCall, *, title: str, text: str, scores: Iterable[Scored], by: Any, now: datetime
) -> CalibrationExample:
    """Write the call's example with model points and reasons of every criterion; saved alike it is the same.

    Refused: not_allowed (404), wrong_state (the call is not published or its cases have been presented), no_text,
    score_missing, too_many_points, practised (somebody has given points to what would change).
    """
    limit_waiting()
    found: GrantCall = get_allowed("grants.call.manage", by, now=now, lock=True, pk=call.pk)
    if found.state not in PRACTISED:
        raise Refused(
            "wrong_state",
            _("Harjoitusesimerkin voi kirjoittaa, kun haku on julkaistu, ja siihen asti, kun asiat esitellään."),
        )
    if not title.strip() or not text.strip():
        raise Refused("no_text", _("Kirjoita esimerkin nimi ja teksti."))
    given = {one.criterion_id: one for one in scores}
    weights = dict(found.criteria.values_list("pk", "weight"))
    for key, most in weights.items():
        _check_score(given.get(key), most)
    example = CalibrationExample.objects.filter(call=found).first()
    if example is not None and example.tries.exists():
        raise Refused("practised", _("Arvioijat ovat jo harjoitelleet tällä. Poista esimerkki ja kirjoita uusi."))
    facts = {"title": title.strip(), "text": text.strip(), "written_by": by, "written_at": now}
    example, _new = CalibrationExample.objects.update_or_create(call=found, defaults=facts)
    for key, most in weights.items():
        told = {"points": given[key].points, "most": most, "reason": given[key].reason.strip()}
        CalibrationScore.objects.update_or_create(example=example, criterion_id=key, defaults=told)
    return example


def _check_score(scored: Scored | None, most: int) -> None:
    if scored is None or scored.points is None or not scored.reason.strip():
        raise Refused("score_missing", _("Anna jokaiselle perusteelle mallipisteet ja perustelu."))
    _check_points(scored.points, most)


def _check_points(points: int, most: int) -> None:
    if not 0 <= points <= most:
        raise Refused("too_many_points", _("Pisteitä voi antaa enintään %(most)s.") % {"most": most})


def _managed(example: CalibrationExample, by: Any, now: datetime) -> CalibrationExample:
    limit_waiting()
    GrantCall.objects.select_for_update().get(pk=example.call_id)
    found: CalibrationExample = get_allowed("grants.calibration.manage", by, now=now, lock=True, pk=example.pk)
    return found


@transaction.atomic
def show_example(example: CalibrationExample, *, by: Any, now: datetime) -> CalibrationExample:
    """Show the example to the call's assessors; shown already, nothing happens."""
    found = _managed(example, by, now)
    if found.shown_at is None:
        found.shown_at = now
        found.save(update_fields=["shown_at"])
    return found


@transaction.atomic
def remove_example(example: CalibrationExample, *, by: Any, now: datetime) -> None:
    """Remove the example with everything that was practised; no real scores hang on it."""
    _managed(example, by, now).delete()


@transaction.atomic
def practise(example: CalibrationExample, *, points: Mapping[int, int], by: Any, now: datetime) -> CalibrationTry:
    """Give one's own points to every criterion of the example, once: whoever has seen the model does not try again.

    A second time returns the first try. Refused: not_allowed (404), points_missing, too_many_points.
    """
    limit_waiting()
    found: CalibrationExample = get_allowed("grants.calibration.practise", by, now=now, lock=True, pk=example.pk)
    own = CalibrationTry.objects.filter(example=found, assessor=by).first()
    if own is not None:
        return own
    weights = dict(found.scores.values_list("criterion", "most"))
    if set(weights) - set(points):
        raise Refused("points_missing", _("Anna pisteet jokaiselle perusteelle. Sen jälkeen näet mallin."))
    for key, most in weights.items():
        _check_points(points[key], most)
    kept = {str(key): points[key] for key in weights}
    return CalibrationTry.objects.create(example=found, assessor=by, points=kept, tried_at=now)
