"""Feedback: anonymous by the tables, asked the next morning, sums exact, small numbers not shown."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse
from hypothesis import given, settings
from hypothesis import strategies as st

from common.errors import Refused
from common.seams import Period
from common.times import year_period
from forums.after_figures import after_figures, feedback_of
from forums.feedback_results import SMALLEST, compared, mean_of, means, results_of
from forums.models import (
    Event,
    FeedbackAnswer,
    FeedbackQuestion,
    FeedbackRound,
    FeedbackTicket,
    FeedbackValue,
)
from forums.workflow.feedback import (
    Reply,
    ask_at,
    ask_feedback,
    ensure_round,
    give_feedback,
    hash_ticket,
    remove_question,
    save_question,
    tell_results,
    waiting_events,
    write_summary,
)
from notifications.models import Message
from tests.accounts.factories import UserFactory, signed_in
from tests.forums.factories import NOW, STARTS, EventFactory, EventSeriesFactory, SignUpFactory
from tests.forums.factories_after import AFTER, answered, hosted, make_action, make_public, make_topic

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def code_of(call: Any) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.code


def token_in(message: Message) -> str:
    return message.text.split("/tapahtumapalaute/linkki/")[1].split("/")[0]


def test_three_questions_that_change_until_the_event_begins() -> None:
    event, host = hosted()
    found = ensure_round(event)
    assert ensure_round(event) == found
    assert [row.kind for row in found.questions.all()] == ["rating", "text", "text"]
    values = {"kind": "choice", "text_fi": "Mistä kuulit?", "choices": ["Uutiskirjeestä", "Ystävältä"]}
    question = save_question(found, question=None, values=values, by=host, now=NOW)
    assert save_question(found, question=None, values=values, by=host, now=NOW) == question
    main = found.questions.get(is_main=True)
    changed = save_question(found, question=main, values={"kind": "text", "text_fi": "Hyötyä?"}, by=host, now=NOW)
    assert (changed.text_fi, changed.kind) == ("Hyötyä?", "rating")
    assert code_of(lambda: remove_question(found, question=main, by=host, now=NOW)) == "main"
    remove_question(found, question=question, by=host, now=NOW)
    assert found.questions.count() == 3
    assert code_of(lambda: save_question(found, question=None, values=values, by=host, now=STARTS)) == "begun"


def test_asked_at_eight_the_next_morning_of_those_who_were_there() -> None:
    event, host = hosted()
    there = SignUpFactory(event=event, attended=True)
    SignUpFactory(event=event, attended=False)
    assert ask_at(event).isoformat() == "2026-11-27T08:00:00+02:00"
    early = ask_at(event) - timedelta(minutes=1)
    assert ask_feedback(event, now=early) == 0
    assert list(waiting_events(ask_at(event))) == [event]
    assert ask_feedback(event, now=ask_at(event)) == 1
    assert ask_feedback(event, now=ask_at(event)) == 0
    assert list(waiting_events(ask_at(event))) == []
    message = Message.objects.get(kind="forums.feedback_ask")
    assert (message.to_address, message.secret) == (there.email, True)
    answered(event, 5)
    assert tell_results(FeedbackRound.objects.get(), now=ask_at(event) + timedelta(hours=23)) == 0
    assert tell_results(FeedbackRound.objects.get(), now=ask_at(event) + DAY) == 1
    assert tell_results(FeedbackRound.objects.get(), now=ask_at(event) + DAY) == 0
    assert Message.objects.get(kind="forums.feedback_results").to_address == host.email


def test_without_attendance_all_with_a_place_are_asked() -> None:
    event, _host = hosted()
    SignUpFactory(event=event)
    SignUpFactory(event=event, state="cancelled")
    SignUpFactory(event=event, email="")
    assert ask_feedback(event, now=ask_at(event)) == 1


def test_nothing_in_the_database_links_a_person_to_an_answer() -> None:
    """No key, no name, no moment: the tables of feedback reach no person, and no table of persons reaches an answer."""
    kinds = (FeedbackAnswer, FeedbackValue, FeedbackTicket)
    inside = {*kinds, FeedbackRound, FeedbackQuestion}
    for kind in kinds:
        assert {field.related_model for field in kind._meta.fields if field.is_relation} <= inside
        assert kind._meta.pk is not None
        assert kind._meta.pk.get_internal_type() == "UUIDField"
        types = {field.get_internal_type() for field in kind._meta.fields}
        assert "DateTimeField" not in types
        assert not {"token", "email", "user", "sign_up"} & {field.name for field in kind._meta.fields}
    for model in apps.get_models(include_auto_created=True):
        if model not in inside:
            assert not [f for f in model._meta.fields if f.is_relation and f.related_model in kinds], model
    assert {field.name for field in FeedbackTicket._meta.fields} == {"id", "round", "token_hash"}

    event, _host = hosted()
    person = UserFactory()
    SignUpFactory(event=event, user=person, email=person.email)
    ask_feedback(event, now=ask_at(event))
    token = token_in(Message.objects.get(kind="forums.feedback_ask"))
    ticket = FeedbackTicket.objects.get()
    assert ticket.token_hash == hash_ticket(token)
    found = FeedbackRound.objects.get()
    main = found.questions.get(is_main=True)
    page = reverse("forums:feedback_ticket", args=[token])
    # Even a signed-in person leaves nothing: the ticket goes with the answer.
    from common import clock

    Event.objects.filter(pk=event.pk).update(starts_at=clock.now() - DAY, ends_at=clock.now() - DAY / 2)
    answer = signed_in(person).post(page, {f"q{main.pk}": "4"})
    assert answer.status_code == 302
    assert not FeedbackTicket.objects.exists()
    assert FeedbackAnswer.objects.count() == 1
    needles = {str(FeedbackAnswer.objects.get().pk), ticket.token_hash, str(ticket.pk)}
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for model in apps.get_models(include_auto_created=True):
            if model._meta.db_table not in tables or model in (FeedbackAnswer, FeedbackValue):
                continue
            cursor.execute(f'SELECT row_to_json(t)::text FROM "{model._meta.db_table}" t')
            text = " ".join(row[0] for row in cursor.fetchall())
            assert not [needle for needle in needles if needle in text], model
    assert "jo vastattu" in Client().get(page).content.decode()


def test_an_open_link_takes_one_answer_from_a_browser() -> None:
    from common import clock

    event = EventFactory(starts_at=clock.now() - DAY, ends_at=clock.now() - DAY / 2)
    found = ensure_round(event)
    main, best, _change = found.questions.all()
    client, path = Client(), reverse("forums:feedback_open", args=[found.key])
    assert client.get(path).status_code == 200
    assert client.post(path, {}).status_code == 200
    assert client.post(path, {f"q{main.pk}": "5", f"q{best.pk}": "Kahvi"}).status_code == 302
    assert client.get(path)["Location"] == reverse("forums:feedback_thanks", args=[found.key])
    assert found.answers.count() == 1
    assert Client().get(path).status_code == 200


def test_answers_are_taken_for_two_weeks_and_once_with_a_ticket() -> None:
    event, _host = hosted()
    found = ensure_round(event)
    main = found.questions.get(is_main=True)
    reply = Reply({main.pk: 3}, {})
    late = event.ends_at + 15 * DAY
    assert code_of(lambda: give_feedback(found, reply=reply, now=late)) == "closed"
    assert code_of(lambda: give_feedback(found, reply=reply, now=NOW)) == "closed"
    assert code_of(lambda: give_feedback(found, reply=reply, token="x", now=AFTER)) == "used"
    assert code_of(lambda: give_feedback(found, reply=Reply({}, {}), now=AFTER)) == "empty"
    assert code_of(lambda: give_feedback(found, reply=Reply({main.pk: 9}, {}), now=AFTER)) == "feedback_refused"
    give_feedback(found, reply=reply, now=AFTER)
    answer = FeedbackAnswer.objects.get()
    for wrong in ({"number": 6}, {"number": None}):
        with pytest.raises(IntegrityError), transaction.atomic():
            answer.values.update(**wrong)


def test_small_numbers_are_not_shown_and_texts_stand_alone() -> None:
    event, host = hosted()
    found = answered(event, 5, 4, 3, 2, text="Hyvä")
    main, best, _change = results_of(found)
    assert (main.mean, main.chart, best.texts) == (None, None, ("Hyvä 0", "Hyvä 1", "Hyvä 2", "Hyvä 3"))
    answered(event, 1, text="Aivan")
    main, best, _change = results_of(found)
    assert (main.mean, main.number) == (Decimal("3.0"), SMALLEST)
    assert best.texts == ("Aivan 0", "Hyvä 0", "Hyvä 1", "Hyvä 2", "Hyvä 3")
    page = signed_in(host).get(reverse("forums:feedback_results", args=[event.pk]))
    assert "Keskiarvo 3" in page.content.decode()
    assert signed_in(UserFactory()).get(reverse("forums:feedback_results", args=[event.pk])).status_code == 404


def test_compared_with_earlier_events_of_the_series() -> None:
    series = EventSeriesFactory()
    events = [EventFactory(series=series, starts_at=STARTS + timedelta(days=30 * number)) for number in range(3)]
    for event, ratings in zip(events, ((3, 3, 3, 3, 3), (4, 4), (5, 5, 5, 4, 4)), strict=True):
        answered(event, *ratings)
    assert [(row.mean, row.number) for row in means(Event.objects.values("pk"))] == [
        (Decimal("3.0"), 5),
        (Decimal("4.6"), 5),
    ]
    assert compared(events[0]) is None
    assert compared(events[2]).heading == "Hyödyllisyys parani"


def test_a_summary_is_published_only_with_words() -> None:
    event, host = hosted()
    found = ensure_round(event)
    assert code_of(lambda: write_summary(found, summary="", publish=True, by=host, now=AFTER)) == "summary_refused"
    assert write_summary(found, summary="Kuulimme.", publish=True, by=host, now=AFTER).published_at == AFTER
    page = Client().get(event.get_absolute_url()).content.decode()
    assert "Kuulimme." in page


@settings(max_examples=25)
@given(st.lists(st.integers(1, 5), max_size=30))
def test_the_mean_is_exact(ratings: list[int]) -> None:
    mean = mean_of(ratings)
    if not ratings:
        assert mean is None
        return
    assert mean is not None
    assert abs(mean * len(ratings) - sum(ratings)) <= Decimal("0.05") * len(ratings)
    assert min(ratings) <= mean <= max(ratings)


@settings(max_examples=8)
@given(st.lists(st.integers(1, 5), min_size=5, max_size=9))
def test_the_sums_of_a_question_are_those_of_its_answers(ratings: list[int]) -> None:
    with transaction.atomic():
        found = answered(EventFactory(), *ratings)
        main = results_of(found)[0]
        counts = {row[0]: int(row[1]) for row in main.chart.table.rows}
        assert counts == {str(mark): ratings.count(mark) for mark in range(1, 6)}
        assert (sum(counts.values()), main.mean) == (len(ratings), mean_of(ratings))
        transaction.set_rollback(True)


def test_figures_of_the_year() -> None:
    event, host = hosted()
    answered(event, 5, 5, 4, 4, 4)
    make_topic(event)
    make_action(due_on=event.starts_at.date())
    make_public()
    period = Period(2026, *year_period(2026))
    assert feedback_of(period) == (Decimal("4.4"), 5)
    found = {figure.key: figure for figure in after_figures(period)}
    assert {key: figure.value for key, figure in found.items()} == {
        "forums.feedback_mean": Decimal("4.4"),
        "forums.feedback_answers": 5,
        "forums.actions_done": 0,
        "forums.ideas": 1,
        "forums.topics_answered": 0,
    }
    assert found["forums.ideas"].rows[0] == ("Uusi", 1, 0)
    assert host.pk
