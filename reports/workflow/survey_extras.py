"""Verbs beside a survey: open answers gathered into groups by hand, and results of surveys made by others."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from liaisons.workflow.saving import save_checked
from reports.models import ExternalResult, OpenAnswer, OpenAnswerGroup, SurveyQuestion, SurveyState


def _groupable(question: SurveyQuestion, by: Any, now: datetime) -> None:
    """Open answers are read and grouped between closing and publication: the published tables are frozen."""
    survey = get_allowed("reports.survey.manage", by, now=now, lock=True, pk=question.survey_id)
    if survey.state != SurveyState.CLOSED:
        raise Refused("not_closed", _("Avoimet vastaukset ryhmitellään kyselyn sulkemisen jälkeen, ennen julkaisua."))


@transaction.atomic
def add_group(question: SurveyQuestion, *, name: str, by: Any, now: datetime) -> OpenAnswerGroup:
    """Add a group; the same name again is the same group. Refused: not_closed, group_refused."""
    _groupable(question, by, now)
    text = " ".join(name.split())
    standing = OpenAnswerGroup.objects.filter(question=question, name=text).first()
    if standing:
        return standing
    group = OpenAnswerGroup(question=question, name=text)
    save_checked(group, "group_refused")
    return group


@transaction.atomic
def remove_group(group: OpenAnswerGroup, *, by: Any, now: datetime) -> None:
    """Take a group away; its answers are in no group again. Refused: not_closed."""
    _groupable(group.question, by, now)
    OpenAnswerGroup.objects.filter(pk=group.pk).delete()


@transaction.atomic
def place_answers(question: SurveyQuestion, *, places: Mapping[str, int | None], by: Any, now: datetime) -> int:
    """Put answers into groups by their keys; return how many moved. Refused: not_closed, other_group."""
    _groupable(question, by, now)
    groups = set(question.groups.values_list("pk", flat=True))
    if not {group for group in places.values() if group is not None} <= groups:
        raise Refused("other_group", _("Ryhmä on poistettu. Lataa sivu uudelleen."))
    moved = []
    for row in OpenAnswer.objects.filter(question=question, pk__in=list(places)):
        if row.group_id != places[str(row.pk)]:
            row.group_id = places[str(row.pk)]
            moved.append(row)
    OpenAnswer.objects.bulk_update(moved, ["group"])
    return len(moved)


@transaction.atomic
def save_external_result(result: ExternalResult, *, by: Any, now: datetime) -> ExternalResult:
    """Enter or change a result of a survey made by others. Refused: result_refused."""
    if result.pk:
        get_allowed("reports.external_result.manage", by, now=now, lock=True, pk=result.pk)
    save_checked(result, "result_refused")
    return result


@transaction.atomic
def remove_external_result(result: ExternalResult, *, by: Any, now: datetime) -> None:
    """Take a wrongly entered result away; the history keeps it."""
    row: ExternalResult = get_allowed("reports.external_result.manage", by, now=now, lock=True, pk=result.pk)
    row.delete()
