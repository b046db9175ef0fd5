"""Surveys: made without code, answered without account, traced by nobody, published as said beforehand."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import User
from common.errors import Refused
from common.times import HELSINKI
from notifications.models import Message
from reports.models import (
    ExternalResult,
    OpenAnswer,
    OpenAnswerGroup,
    Survey,
    SurveyAnswer,
    SurveyInvitation,
    SurveyQuestion,
    SurveyTable,
)
from reports.survey_seams import own_survey_data, survey_retention, survey_todos
from reports.survey_tables import count_tables, mean_of_scale, results_of
from reports.workflow import survey_extras as extras
from reports.workflow import surveys as verbs
from reports.workflow.surveys import SurveyReply
from tests.accounts.factories import UserFactory

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=HELSINKI)
AFTER = NOW + timedelta(days=30)


def make_survey(by: User, *, open_link: bool = True, name: str = "Järjestökysely 2026") -> Survey:
    """Return a draft with a choice, a scale, several, a number and a text; the scale is told by the choice."""
    survey = Survey(
        name_fi=name,
        intro_fi="Vastaaminen kestää viisi minuuttia.",
        opens_on=date(2026, 11, 20),
        closes_on=date(2026, 12, 4),
        has_open_link=open_link,
    )
    verbs.save_survey(survey, by=by, now=NOW)
    rows = (
        ("choice", "kunta", "Missä kunnassa toimitte?", ["Joensuu", "Lieksa", "Muu"]),
        ("scale", "luottamus", "Miten yhteistyö toimii?", []),
        ("several", "tuki", "Mitä tukea saatte?", ["Avustus", "Tilat"]),
        ("number", "jasenet", "Montako jäsentä teillä on?", []),
        ("text", "toive", "Mitä toivotte?", []),
    )
    made = {}
    for kind, code, text, options in rows:
        question = SurveyQuestion(survey=survey, kind=kind, code=code, name_fi=text, options_fi=options)
        made[code] = verbs.save_question(question, by=by, now=NOW)
    verbs.add_table(survey, question=made["luottamus"], background=made["kunta"], by=by, now=NOW)
    return survey


def make_open(by: User, **fields: Any) -> Survey:
    """Return an open survey."""
    return verbs.open_survey(make_survey(by, **fields), by=by, now=NOW)


def reply(survey: Survey, text: str = "", **given: Any) -> SurveyReply:
    """Return a reply by the codes of questions."""
    keys = {question.code: question.pk for question in survey.questions.all()}
    return SurveyReply({str(keys[code]): value for code, value in given.items()}, {keys["toive"]: text} if text else {})


def answer_many(survey: Survey, number: int) -> None:
    """Give so many answers, in turn of every kind."""
    for place in range(number):
        given = {"kunta": place % 2, "luottamus": 3 + place % 3, "tuki": [0], "jasenet": 20}
        verbs.answer_survey(survey, reply=reply(survey, text="Lisää tiloja" if place % 2 else "", **given), now=NOW)


def make_published(by: User, number: int = 20, **fields: Any) -> Survey:
    """Return a survey with published results."""
    survey = make_open(by, **fields)
    answer_many(survey, number)
    verbs.close_survey(survey, by=by, now=NOW)
    return verbs.publish_survey(survey, by=by, now=NOW)


def code_of(call: Any) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.code


# Making


def test_questions_are_added_moved_and_removed_and_each_has_its_table(coordinator: User) -> None:
    survey = make_survey(coordinator)
    codes = lambda: [row.code for row in survey.questions.all()]  # noqa: E731
    assert codes() == ["kunta", "luottamus", "tuki", "jasenet", "toive"]
    assert survey.tables.count() == 6
    verbs.move_question(survey.questions.get(code="tuki"), up=True, by=coordinator, now=NOW)
    assert codes() == ["kunta", "tuki", "luottamus", "jasenet", "toive"]
    verbs.move_question(survey.questions.get(code="toive"), up=False, by=coordinator, now=NOW)
    verbs.move_question(survey.questions.get(code="kunta"), up=False, by=coordinator, now=NOW)
    assert codes() == ["tuki", "kunta", "luottamus", "jasenet", "toive"]
    verbs.remove_question(survey.questions.get(code="kunta"), by=coordinator, now=NOW)
    assert (codes(), survey.tables.count()) == (["tuki", "luottamus", "jasenet", "toive"], 4)


def test_a_background_divides_and_stands_one_way_only(coordinator: User) -> None:
    survey = make_survey(coordinator)
    rows = {row.code: row for row in survey.questions.all()}

    def add(question: str, background: str) -> SurveyTable:
        pair = {"question": rows[question], "background": rows[background]}
        return verbs.add_table(survey, **pair, by=coordinator, now=NOW)

    assert code_of(lambda: add("kunta", "luottamus")) == "table_refused"
    assert code_of(lambda: add("kunta", "tuki")) == "table_refused"
    assert code_of(lambda: add("toive", "kunta")) == "table_refused"
    assert code_of(lambda: add("kunta", "kunta")) == "table_refused"
    assert add("tuki", "kunta") == add("tuki", "kunta")
    rows["kunta"].kind = "several"
    verbs.save_question(rows["kunta"], by=coordinator, now=NOW)
    assert not survey.tables.exclude(background=None).exists()


def test_nothing_changes_once_it_is_open(coordinator: User) -> None:
    survey = make_open(coordinator)
    question, table = survey.questions.first(), survey.tables.first()
    assert question is not None
    assert table is not None
    act: Any = {"by": coordinator, "now": NOW}
    assert verbs.open_survey(survey, **act).state == "open"
    for call in (
        lambda: verbs.save_survey(survey, **act),
        lambda: verbs.save_question(question, **act),
        lambda: verbs.move_question(question, up=True, **act),
        lambda: verbs.remove_question(question, **act),
        lambda: verbs.add_table(survey, question=question, background=None, **act),
        lambda: verbs.remove_table(table, **act),
    ):
        assert code_of(call) == "not_draft"


def test_opening_asks_for_questions_and_tables_and_days(coordinator: User) -> None:
    act: Any = {"by": coordinator, "now": NOW}
    fields: Any = {"name_fi": "K", "intro_fi": "K", "opens_on": NOW.date(), "closes_on": NOW.date()}
    empty = verbs.save_survey(Survey(**fields), **act)
    assert code_of(lambda: verbs.open_survey(empty, **act)) == "no_questions"
    survey = make_survey(coordinator)
    assert code_of(lambda: verbs.open_survey(survey, by=coordinator, now=AFTER)) == "over"
    survey.tables.all().delete()
    assert code_of(lambda: verbs.open_survey(survey, **act)) == "no_tables"
    with pytest.raises(Http404):
        verbs.open_survey(survey, by=UserFactory(), now=NOW)


# Inviting


def test_wrong_lines_are_told_and_nobody_is_invited_before_they_are_mended(coordinator: User) -> None:
    survey = make_open(coordinator)
    text = "eka@example.org\nMatti Virtanen <matti@example.org>, ei-osoite; eka@EXAMPLE.org"
    came = verbs.invite(survey, addresses=text, by=coordinator, now=NOW)
    assert (came.count, came.wrong) == (0, ["ei-osoite"])
    assert not Message.objects.exists()
    came = verbs.invite(survey, addresses=text.replace("ei-osoite", ""), by=coordinator, now=NOW)
    assert (came.count, came.already) == (2, 0)
    came = verbs.invite(survey, addresses="matti@example.org", by=coordinator, now=NOW)
    assert (came.count, came.already) == (0, 1)
    assert Message.objects.filter(kind="reports.survey_invite", secret=True).count() == 2


def key_in(message: Message) -> str:
    return message.text.split("/kyselyt/linkki/")[1].split("/")[0]


def test_a_personal_link_answers_once_and_the_reminder_holds_the_same_link(coordinator: User) -> None:
    survey = make_open(coordinator, open_link=False)
    verbs.invite(survey, addresses="a@example.org b@example.org", by=coordinator, now=NOW)
    key = key_in(Message.objects.get(to_address="a@example.org"))
    verbs.answer_survey(survey, reply=reply(survey, kunta=0), key=key, now=NOW)
    assert code_of(lambda: verbs.answer_survey(survey, reply=reply(survey, kunta=1), key=key, now=NOW)) == "used"
    assert code_of(lambda: verbs.answer_survey(survey, reply=reply(survey, kunta=1), key="x", now=NOW)) == "used"
    assert code_of(lambda: verbs.answer_survey(survey, reply=reply(survey, kunta=1), now=NOW)) == "closed"
    assert verbs.remind(survey, by=coordinator, now=NOW) == 1
    assert verbs.remind(survey, by=coordinator, now=NOW) == 0
    assert verbs.remind(survey, by=coordinator, now=NOW + timedelta(days=1)) == 1
    first, second, _third = Message.objects.filter(to_address="b@example.org").order_by("pk")
    assert second.kind == "reports.survey_remind"
    assert key_in(first) == key_in(second)
    assert SurveyAnswer.objects.count() == 1


def test_a_refused_answer_leaves_the_link_unused(coordinator: User) -> None:
    survey = make_open(coordinator)
    verbs.invite(survey, addresses="a@example.org", by=coordinator, now=NOW)
    key = key_in(Message.objects.get())
    for values in ({"kunta": 7}, {"luottamus": 6}, {"tuki": [0, 9]}, {"jasenet": -1}, {}):
        bad = reply(survey, **values)
        assert code_of(lambda bad=bad: verbs.answer_survey(survey, reply=bad, key=key, now=NOW)) == "answer_refused"
    assert not SurveyInvitation.objects.get().is_used
    assert not SurveyAnswer.objects.exists()


def test_a_required_question_is_required(coordinator: User) -> None:
    survey = make_survey(coordinator)
    survey.questions.filter(code__in=["kunta", "toive"]).update(is_required=True)
    verbs.open_survey(survey, by=coordinator, now=NOW)
    for values in ({"luottamus": 3, "text": "Hyvä"}, {"kunta": 0}):
        bad = reply(survey, **values)
        assert code_of(lambda bad=bad: verbs.answer_survey(survey, reply=bad, now=NOW)) == "answer_refused"
    verbs.answer_survey(survey, reply=reply(survey, text="Hyvä", kunta=0), now=NOW)


# Nobody can trace


def test_nothing_in_the_database_links_a_person_to_an_answer() -> None:
    """No key, no name, no moment in an answer; no table of persons or invitations reaches one; no history of them."""
    answers = (SurveyAnswer, OpenAnswer)
    inside = {*answers, Survey, SurveyQuestion, OpenAnswerGroup}
    assert {field.name for field in SurveyAnswer._meta.fields} == {"id", "survey", "content"}
    assert {field.name for field in OpenAnswer._meta.fields} == {"id", "question", "text", "group"}
    assert {field.name for field in SurveyInvitation._meta.fields} == {"id", "survey", "email", "key_hash", "is_used"}
    for model in (*answers, SurveyInvitation):
        assert model._meta.pk is not None
        assert model._meta.pk.get_internal_type() == "UUIDField"
        assert not [
            field for field in model._meta.fields if field.get_internal_type() in ("DateTimeField", "DateField")
        ]
        assert {field.related_model for field in model._meta.fields if field.is_relation} <= inside
    for model in apps.get_models(include_auto_created=True):
        if model not in inside:
            reached = (*answers, SurveyInvitation)
            assert not [f for f in model._meta.fields if f.is_relation and f.related_model in reached], model


def written_rows() -> dict[str, int]:
    """Return how many rows each table has."""
    with connection.cursor() as cursor:
        found = {}
        for model in apps.get_models(include_auto_created=True):
            if model._meta.managed and not model._meta.proxy:
                cursor.execute(f'SELECT count(*) FROM "{model._meta.db_table}"')
                found[model._meta.db_table] = cursor.fetchone()[0]
    return found


def test_answering_writes_into_no_other_table(coordinator: User) -> None:
    survey = make_open(coordinator)
    verbs.invite(survey, addresses="a@example.org", by=coordinator, now=NOW)
    key = key_in(Message.objects.get())
    before = written_rows()
    verbs.answer_survey(survey, reply=reply(survey, text="Tiloja", kunta=0), key=key, now=NOW)
    grown = {name for name, number in written_rows().items() if number != before[name]}
    assert grown == {"reports_surveyanswer", "reports_openanswer"}


def test_shuffling_leaves_no_common_transaction_nor_order(coordinator: User) -> None:
    """The database itself knows which rows one transaction wrote; after a night it does not."""
    survey = make_open(coordinator)
    addresses = [f"v{number}@example.org" for number in range(6)]
    verbs.invite(survey, addresses="\n".join(addresses), by=coordinator, now=NOW)
    for message in Message.objects.all():
        verbs.answer_survey(survey, reply=reply(survey, text="Tiloja", kunta=0), key=key_in(message), now=NOW)
    before = set(SurveyAnswer.objects.values_list("pk", flat=True))
    keys = list(OpenAnswer.objects.values_list("pk", flat=True))
    assert verbs.settle_surveys(NOW) == 0
    assert set(SurveyAnswer.objects.values_list("pk", flat=True)) == before
    assert set(OpenAnswer.objects.values_list("pk", flat=True)) == set(keys)
    with connection.cursor() as cursor:
        for table in ("reports_surveyanswer", "reports_openanswer", "reports_surveyinvitation"):
            cursor.execute(f"SELECT count(DISTINCT xmin::text) FROM {table}")
            assert cursor.fetchone()[0] == 1, table
    assert SurveyInvitation.objects.filter(is_used=True).count() == 6


# Closing and publishing


def test_it_closes_by_the_day_or_by_hand_and_then_takes_no_answers(coordinator: User) -> None:
    survey = make_open(coordinator)
    last = datetime(2026, 12, 4, 23, 59, tzinfo=HELSINKI)
    verbs.answer_survey(survey, reply=reply(survey, kunta=0), now=last)
    late = last + timedelta(minutes=1)
    assert code_of(lambda: verbs.answer_survey(survey, reply=reply(survey, kunta=0), now=late)) == "closed"
    assert [todo.title for todo in survey_todos(coordinator, NOW)] == []
    assert [todo.title for todo in survey_todos(coordinator, late)] == [f"Julkaise kyselyn tulokset: {survey.name_fi}"]
    assert (verbs.settle_surveys(late), verbs.settle_surveys(late)) == (1, 0)
    assert verbs.close_survey(survey, by=coordinator, now=late).state == "closed"
    assert code_of(lambda: verbs.close_survey(make_survey(coordinator), by=coordinator, now=NOW)) == "not_open"


def test_published_tables_are_counted_once_and_small_cells_hidden(coordinator: User) -> None:
    survey = make_open(coordinator)
    assert code_of(lambda: verbs.publish_survey(survey, by=coordinator, now=NOW)) == "not_closed"
    answer_many(survey, 24)
    verbs.answer_survey(survey, reply=reply(survey, kunta=2, luottamus=1), now=NOW)
    verbs.close_survey(survey, by=coordinator, now=NOW)
    done = verbs.publish_survey(survey, by=coordinator, now=NOW)
    assert (done.state, done.answered, done.published_on) == ("published", 25, NOW.date())
    shown = {(row.table.question.code, row.table.background_id is not None): row for row in results_of(done)}
    assert [row.total for row in shown["kunta", False].rows] == ["–", "12", "–"]
    assert [row.total for row in shown["luottamus", False].rows] == ["–", "–", "8", "8", "8"]
    assert all(cell == "–" for cell in shown["luottamus", True].rows[0].cells)
    assert verbs.publish_survey(survey, by=coordinator, now=AFTER).published_on == NOW.date()


def test_below_five_answers_every_table_is_withheld(coordinator: User) -> None:
    survey = make_published(coordinator, number=4)
    assert all(row.withheld for row in results_of(survey))
    assert {str(table.result) for table in survey.tables.all()} == {"{'withheld': True}"}


def test_the_change_from_the_followed_survey_is_told_by_code(coordinator: User) -> None:
    first = make_published(coordinator)
    second = make_survey(coordinator, name="Seuraava")
    second.follows = first
    verbs.save_survey(second, by=coordinator, now=NOW)
    verbs.open_survey(second, by=coordinator, now=NOW)
    answer_many(second, 30)
    verbs.close_survey(second, by=coordinator, now=NOW)
    verbs.publish_survey(second, by=coordinator, now=NOW)
    found = results_of(Survey.objects.select_related("follows").get(pk=second.pk))
    chart = next(row.chart for row in found if row.table.question.code == "luottamus" and not row.table.background_id)
    assert chart is not None
    assert chart.table.head == ("Vastaus", "Vastauksia", "Osuus", "2026")
    assert chart.table.rows[3:] == (("4", "10", "33 %", "35 %"), ("5", "10", "33 %", "–"))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 5)), min_size=5, max_size=40))
def test_no_published_cell_of_a_survey_is_below_the_floor(rows: list[tuple[int, int]]) -> None:
    with transaction.atomic():
        by = UserFactory()
        fields: Any = {"name_fi": "K", "intro_fi": "K", "opens_on": NOW.date(), "closes_on": NOW.date(), "made_by": by}
        survey = Survey.objects.create(**fields)
        place = SurveyQuestion.objects.create(
            survey=survey, kind="choice", code="a", name_fi="A", options_fi=["x", "y", "z"]
        )
        mark = SurveyQuestion.objects.create(survey=survey, kind="scale", code="b", name_fi="B")
        SurveyTable.objects.create(survey=survey, question=mark, background=place)
        SurveyAnswer.objects.bulk_create(
            SurveyAnswer(survey=survey, content={str(place.pk): a, str(mark.pk): b}) for a, b in rows
        )
        number, results = count_tables(survey)
        (result,) = results.values()
        figures = [*result["rows"], *result["columns"], *(cell for line in result["cells"] for cell in line)]
        assert number == len(rows)
        assert all(value is None or value >= 5 for value in figures)
        transaction.set_rollback(True)


def test_the_mean_is_told_only_when_no_class_is_hidden() -> None:
    assert str(mean_of_scale({"rows": [5, 5, 5, 5, 10]})) == "3.3"
    assert mean_of_scale({"rows": [None, 5, 5, 5, 10]}) is None


# Open answers and others' results


def test_open_answers_are_grouped_by_hand_between_closing_and_publication(coordinator: User) -> None:
    survey = make_open(coordinator)
    answer_many(survey, 20)
    question = survey.questions.get(code="toive")
    act: Any = {"by": coordinator, "now": NOW}
    assert code_of(lambda: extras.add_group(question, name="Tilat", **act)) == "not_closed"
    verbs.close_survey(survey, **act)
    group = extras.add_group(question, name=" Tilat ", **act)
    assert extras.add_group(question, name="Tilat", **act) == group
    other = extras.add_group(question, name="Muuta", **act)
    keys = [str(key) for key in question.open_answers.values_list("pk", flat=True)]
    assert extras.place_answers(question, places=dict.fromkeys(keys, group.pk), **act) == 10
    assert extras.place_answers(question, places=dict.fromkeys(keys, group.pk), **act) == 0
    extras.remove_group(other, **act)
    assert code_of(lambda: extras.place_answers(question, places={keys[0]: other.pk}, **act)) == "other_group"
    verbs.publish_survey(survey, **act)
    result = SurveyTable.objects.get(question=question).result
    assert result == {"labels": ["Tilat"], "rows": [10, 10], "has_others": False, "none_row": True}
    assert code_of(lambda: extras.remove_group(group, **act)) == "not_closed"


def test_a_result_of_others_has_its_source_and_number(coordinator: User) -> None:
    def row(**fields: Any) -> ExternalResult:
        base: Any = {
            "name": "Kysely",
            "year": 2025,
            "publisher": "Yhdistys",
            "source_url": "https://example.org/k",
            "n": 84,
            "question": "Luottaa",
            "figure": "61",
        }
        return ExternalResult(**base | fields)

    act: Any = {"by": coordinator, "now": NOW}
    saved = extras.save_external_result(row(), **act)
    assert code_of(lambda: extras.save_external_result(row(), **act)) == "result_refused"
    for fields in ({"n": 4}, {"publisher": ""}, {"source_url": ""}, {"year": 1900}):
        with pytest.raises(IntegrityError), transaction.atomic():
            row(question="Muu", **fields).save()
    extras.remove_external_result(saved, **act)
    assert not ExternalResult.objects.exists()


# Keeping


def test_addresses_go_after_publication_and_answers_a_year_later(coordinator: User) -> None:
    survey = make_open(coordinator)
    verbs.invite(survey, addresses=coordinator.email, by=coordinator, now=NOW)
    answer_many(survey, 6)
    own = own_survey_data(coordinator)
    assert [row["survey__name_fi"] for row in own["invitations"]] == [survey.name_fi]
    assert len(own["surveys_made"]) == 1
    assert sum(survey_retention(NOW).values()) == 0
    verbs.close_survey(survey, by=coordinator, now=NOW)
    verbs.publish_survey(survey, by=coordinator, now=NOW)
    kept = {"reports.SurveyInvitation": 1, "reports.SurveyAnswer": 0, "reports.OpenAnswer": 0}
    assert survey_retention(NOW) == kept
    gone = survey_retention(NOW + timedelta(days=366))
    assert gone == {"reports.SurveyInvitation": 0, "reports.SurveyAnswer": 6, "reports.OpenAnswer": 3}
    assert results_of(Survey.objects.get(pk=survey.pk))


def test_the_database_keeps_facts_right(coordinator: User) -> None:
    survey = make_survey(coordinator)
    rows = Survey.objects.filter(pk=survey.pk)
    for change in (
        {"closes_on": date(2026, 1, 1)},
        {"state": "gone"},
        {"state": "published"},
        {"name_fi": ""},
        {"follows": survey.pk},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(**change)
    question = survey.questions.get(code="kunta")
    for change in ({"options_fi": []}, {"code": ""}, {"kind": "x"}, {"code": "tuki"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SurveyQuestion.objects.filter(pk=question.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        SurveyTable.objects.create(survey=survey, question=question)
    with pytest.raises(IntegrityError), transaction.atomic():
        SurveyTable.objects.create(survey=survey, question=question, background=question)
