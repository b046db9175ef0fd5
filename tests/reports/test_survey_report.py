"""Surveys in the yearly report: published classes with the earlier answer, others' results with their source."""

from typing import Any

import pytest

from accounts.models import User
from reports.audiences import BY_KEY
from reports.models import ExternalResult, Survey
from reports.survey_sections import survey_sections, surveys_of_year
from reports.workflow import surveys as verbs
from tests.reports.test_surveys import NOW, answer_many, make_survey

pytestmark = pytest.mark.django_db


def published(by: User, number: int, follows: Survey | None = None) -> Survey:
    survey = make_survey(by)
    survey.follows = follows
    verbs.save_survey(survey, by=by, now=NOW)
    verbs.open_survey(survey, by=by, now=NOW)
    answer_many(survey, number)
    verbs.close_survey(survey, by=by, now=NOW)
    verbs.publish_survey(survey, by=by, now=NOW)
    return survey


def spaced(rows: Any) -> list[tuple[str, ...]]:
    return [tuple(cell.replace("\N{NO-BREAK SPACE}", " ") for cell in row) for row in rows]


def test_published_answers_stand_with_the_earlier_ones_and_hidden_ones_do_not(coordinator: User) -> None:
    first = published(coordinator, 20)
    published(coordinator, 30, follows=first)
    make_survey(coordinator, name="Luonnos")
    source = {"name": "Järjestöbarometri", "publisher": "Keskusliitto", "source_url": "https://example.org/b", "n": 184}
    asked = {"question": "Luottaa tulevaan", "unit": "%"}
    ExternalResult.objects.create(**source, **asked, year=2024, figure=51)
    ExternalResult.objects.create(**source, **asked, year=2026, figure=58)
    found = survey_sections({"year": 2026, "surveys": surveys_of_year(2026)})[0]
    assert found.heading.replace("\N{NO-BREAK SPACE}", " ") == "Kyselyihin saatiin 50 vastausta"
    assert found.table is not None
    rows = spaced(found.table.rows)
    name = "Järjestökysely 2026, n = 30"
    assert ("Missä kunnassa toimitte?", "Lieksa", "50 %", "50 %", name) in rows
    assert ("Luottaa tulevaan", "–", "58 %", "51 %", "Järjestöbarometri, Keskusliitto, n = 184") in rows
    # Of the scale classes 1 and 2 are empty, so that they and a third are hidden: no mean, the commonest of the others.
    scale = [row for row in rows if row[0] == "Miten yhteistyö toimii?" and row[4] == name]
    assert [row[2] for row in scale] == ["33 %"]
    assert not any("toivotte" in row[0] for row in rows)


def test_a_year_without_surveys_says_so_and_an_older_snapshot_has_no_section() -> None:
    found = survey_sections({"year": 2025, "surveys": surveys_of_year(2025)})[0]
    assert (found.heading, found.table) == ("Vuodelta 2025 ei ole kyselyn tuloksia", None)
    assert survey_sections({"year": 2025}) == []


def test_a_survey_with_too_few_answers_tells_nothing(coordinator: User) -> None:
    published(coordinator, 4)
    found = survey_sections({"year": 2026, "surveys": surveys_of_year(2026)})[0]
    assert found.table is None


def test_the_participation_committee_gets_it_and_the_patient_safety_does_not() -> None:
    assert BY_KEY["participation"].gets("kyselyt")
    assert not BY_KEY["safety"].gets("kyselyt")
