"""Routes of surveys, and their arguments: like ``routes.py`` and ``objects.py``."""

from collections.abc import Callable
from typing import Any

from common import clock
from common.times import local_date
from reports.models import ExternalResult, OpenAnswerGroup, Survey, SurveyQuestion, SurveyTable
from reports.workflow.surveys import open_survey
from tests.security.expect import PUBLIC, Expect, only
from tests.security.world import World

_MAKES = "coordinator"

SURVEY_ROUTES: dict[str, Expect] = {
    **{
        f"reports:{name}": PUBLIC
        for name in (
            "surveys",
            "survey_thanks",
            "survey_results",
            "survey_file",
            "survey_personal",
            "survey_open",
        )
    },
    **{
        f"reports:{name}": only(_MAKES)
        for name in (
            "surveys_desk",
            "survey_new",
            "external_results",
            "external_result_new",
            "external_result",
            "survey_desk",
            "survey_edit",
            "survey_question_new",
            "survey_table_new",
            "survey_preview",
            "survey_invitations",
            "survey_desk_results",
            "survey_step",
            "survey_question",
            "open_answers",
        )
    },
    **{
        f"reports:{name}": only(_MAKES, method="post")
        for name in (
            "external_result_remove",
            "survey_remind",
            "survey_question_act",
            "open_group_new",
            "open_group_remove",
            "survey_table_remove",
        )
    },
}


def _survey(world: World, state: str) -> Survey:
    """Return a survey in the state, with a question to group and a table."""

    def make() -> Survey:
        today, by = local_date(clock.now()), world.people[_MAKES]
        fields: Any = {"name_fi": state, "intro_fi": "Kysely", "opens_on": today, "closes_on": today, "made_by": by}
        survey = Survey.objects.create(has_open_link=True, **fields)
        question = SurveyQuestion.objects.create(survey=survey, kind="text", code="a", name_fi="Mitä toivotte?")
        SurveyTable.objects.create(survey=survey, question=question)
        if state == "open":
            open_survey(survey, by=by, now=clock.now())
        elif state != "draft":
            done: Any = {"answered": 0, "published_on": today} if state == "published" else {}
            Survey.objects.filter(pk=survey.pk).update(state=state, **done)
        survey.refresh_from_db()
        return survey

    return world.thing(f"survey_{state}", make)  # type: ignore[no-any-return]


def _in(state: str, *more: str) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"pk": _survey(world, state).pk, **dict(zip(more[::2], more[1::2], strict=True))}


def _question(state: str) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"pk": SurveyQuestion.objects.get(survey=_survey(world, state)).pk}


def _table(world: World) -> dict[str, Any]:
    return {"pk": SurveyTable.objects.get(survey=_survey(world, "draft")).pk}


def _group(world: World) -> dict[str, Any]:
    def make() -> OpenAnswerGroup:
        question = SurveyQuestion.objects.get(survey=_survey(world, "closed"))
        return OpenAnswerGroup.objects.create(question=question, name="Tilat")

    return {"pk": world.thing("open_group", make).pk}


def _external(world: World) -> dict[str, Any]:
    def make() -> ExternalResult:
        fields: Any = {"publisher": "Yhdistys", "source_url": "https://example.org/k", "question": "Luottaa"}
        return ExternalResult.objects.create(name="Kysely", year=2025, n=84, figure="61", **fields)

    return {"pk": world.thing("external_result", make).pk}


SURVEY_KWARGS: dict[str, Callable[[World], dict[str, Any]]] = {
    "reports:survey_results": _in("published"),
    "reports:survey_file": _in("published", "kind", "csv"),
    "reports:survey_personal": lambda world: {"token": "tuntematon"},
    "reports:survey_open": lambda world: {"key": _survey(world, "open").key},
    **{
        f"reports:{name}": _in("draft")
        for name in ("survey_desk", "survey_edit", "survey_question_new", "survey_table_new", "survey_preview")
    },
    "reports:survey_invitations": _in("open"),
    "reports:survey_remind": _in("open"),
    "reports:survey_desk_results": _in("closed"),
    "reports:survey_step": _in("draft", "step", "avaa"),
    "reports:survey_question": _question("draft"),
    "reports:survey_question_act": _question("draft"),
    "reports:open_answers": _question("closed"),
    "reports:open_group_new": _question("closed"),
    "reports:open_group_remove": _group,
    "reports:survey_table_remove": _table,
    "reports:external_result": _external,
    "reports:external_result_remove": _external,
}
