"""Exactly one answers for a post on any day: holder, first substitute who is in, at last the coordinator's queue."""

from datetime import date, datetime
from typing import Any

import pytest
from django.utils import timezone
from pytest_django.fixtures import DjangoAssertNumQueries

from liaisons.models import Appointment, Post
from liaisons.responsible import Responsible, holders_on, responsible_for, responsible_on
from tests.accounts.factories import UserFactory
from tests.liaisons.factories import AbsenceFactory, AppointmentFactory, PostFactory, SubstituteFactory, proposal

pytestmark = pytest.mark.django_db

MARCH = (date(2026, 3, 1), date(2026, 3, 31))


def told(found: Responsible) -> tuple[str, Any]:
    return found.kind, found.user


def held(**fields: Any) -> Appointment:
    return AppointmentFactory(**{"valid_from": MARCH[0], "valid_until": MARCH[1], **fields})


@pytest.mark.parametrize(
    ("day", "kind"),
    [
        (date(2026, 2, 28), "coordinator_queue"),
        (date(2026, 3, 1), "holder"),
        (date(2026, 3, 31), "holder"),
        (date(2026, 4, 1), "coordinator_queue"),
    ],
)
def test_the_term_holds_on_both_of_its_days(day: date, kind: str) -> None:
    appointment = held()
    found = responsible_for(appointment.post, day)
    assert (found.kind, found.user is None) == (kind, kind == "coordinator_queue")


def test_nobody_who_has_not_accepted_is_responsible() -> None:
    waiting = proposal(valid_from=date(2026, 1, 1))
    found = responsible_for(waiting.post, date(2026, 5, 1))
    assert told(found) == ("coordinator_queue", None)
    assert found.reason == "Tehtävässä ei ole nyt henkilöä. Asian hoitaa koordinaattori."


@pytest.mark.parametrize(("day", "kind"), [(date(2026, 3, 9), "coordinator_queue"), (date(2026, 3, 10), "holder")])
def test_a_late_acceptance_counts_from_its_own_day(day: date, kind: str) -> None:
    appointment = held(accepted_on=date(2026, 3, 10))
    assert responsible_for(appointment.post, day).kind == kind


@pytest.mark.parametrize("state", ["declined", "withdrawn"])
def test_an_appointment_that_never_came_true_makes_nobody_responsible(state: str) -> None:
    appointment = held(state=state, accepted_on=None)
    assert responsible_for(appointment.post, MARCH[0]).kind == "coordinator_queue"


def test_an_ended_appointment_holds_to_its_last_day() -> None:
    appointment = held(state="ended", closed_at=timezone.make_aware(datetime(2026, 3, 5)))
    assert told(responsible_for(appointment.post, MARCH[1])) == ("holder", appointment.user)


@pytest.mark.parametrize(
    ("day", "who"),
    [
        (date(2026, 3, 9), "holder"),
        (date(2026, 3, 10), "first"),
        (date(2026, 3, 12), "second"),
        (date(2026, 3, 13), "queue"),
        (date(2026, 3, 14), "first"),
        (date(2026, 3, 16), "first"),
        (date(2026, 3, 17), "holder"),
    ],
)
def test_substitutes_answer_in_their_order_when_they_are_in(day: date, who: str) -> None:
    appointment = held()
    first = SubstituteFactory(appointment=appointment, order=1)
    second = SubstituteFactory(appointment=appointment, order=2)
    AbsenceFactory(user=appointment.user, valid_from=date(2026, 3, 10), valid_until=date(2026, 3, 16))
    AbsenceFactory(user=first.user, valid_from=date(2026, 3, 12), valid_until=date(2026, 3, 13))
    AbsenceFactory(user=second.user, valid_from=date(2026, 3, 13), valid_until=date(2026, 3, 13))
    people = {"holder": appointment.user, "first": first.user, "second": second.user, "queue": None}
    found = responsible_for(appointment.post, day)
    assert found.user == people[who]
    if who == "first":
        assert found.reason == "Sijainen: varsinainen yhteyshenkilö on poissa 16.3.2026 asti."
    if who == "queue":
        assert found.reason == "Yhteyshenkilö on poissa eikä hänellä ole sijaista. Asian hoitaa koordinaattori."


@pytest.mark.parametrize(("day", "kind"), [(date(2026, 3, 10), "substitute"), (date(2026, 3, 11), "coordinator_queue")])
def test_a_substitute_has_a_term_too(day: date, kind: str) -> None:
    appointment = held()
    SubstituteFactory(appointment=appointment, valid_until=date(2026, 3, 10))
    AbsenceFactory(user=appointment.user, valid_from=date(2026, 3, 1), valid_until=None)
    found = responsible_for(appointment.post, day)
    assert found.kind == kind


def test_one_of_several_holders_answers_for_all() -> None:
    post = PostFactory(allows_many=True)
    first, second = held(post=post), held(post=post)
    assert told(responsible_for(post, date(2026, 3, 5))) == ("holder", first.user)
    AbsenceFactory(user=first.user, valid_from=date(2026, 3, 5), valid_until=date(2026, 3, 5))
    assert told(responsible_for(post, date(2026, 3, 5))) == ("holder", second.user)


def test_a_closed_account_answers_for_nothing() -> None:
    appointment = held(user=UserFactory(is_active=False))
    stands_in = SubstituteFactory(appointment=appointment)
    assert stands_in.user.is_active
    assert told(responsible_for(appointment.post, date(2026, 3, 5))) == ("coordinator_queue", None)


def test_a_post_that_has_ended_goes_to_the_coordinator() -> None:
    appointment = held(post=PostFactory(valid_until=date(2026, 3, 10)))
    assert responsible_for(appointment.post, date(2026, 3, 10)).kind == "holder"
    found = responsible_for(appointment.post, date(2026, 3, 11))
    assert (found.kind, found.reason) == (
        "coordinator_queue",
        "Tehtävä ei ole käytössä. Asian hoitaa koordinaattori.",
    )


@pytest.mark.parametrize("count", [1, 3])
def test_many_posts_cost_the_same(count: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    for _place in range(count):
        appointment = held()
        SubstituteFactory(appointment=appointment)
        AbsenceFactory(user=appointment.user, valid_from=date(2026, 3, 2), valid_until=date(2026, 3, 20))
    posts = list(Post.objects.all())
    with django_assert_num_queries(2):
        found = responsible_on(posts, date(2026, 3, 5))
        assert [row.kind for row in found.values()] == ["substitute"] * count
        assert all(str(row.user) for row in found.values())
    with django_assert_num_queries(1):
        assert all(len(rows) == 1 for rows in holders_on(posts, date(2026, 3, 5)).values())
