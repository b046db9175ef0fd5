"""Whatever terms, substitutes, absences, closed accounts and vacancies do: on any date exactly one answers a request.

The rule is told a second time here, day by day over plain lists, and asked beside the portal's queries.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from common import clock
from common.times import local_date
from liaisons.models import Absence, Appointment, Post, Substitute
from liaisons.request_seams import request_todos
from liaisons.responsible import responsible_for
from liaisons.workflow.requests import send_request, who_answers
from tests.accounts.factories import UserFactory, staff
from tests.liaisons.factories import AbsenceFactory, AppointmentFactory, PostFactory, SubstituteFactory, proposal

pytestmark = pytest.mark.django_db
SPAN = 20
DATES = range(-SPAN - 2, SPAN + 3, 4)
term = st.tuples(st.integers(-SPAN, SPAN), st.one_of(st.none(), st.integers(0, 2 * SPAN)))
#: A term that covers most dates, so that rows meet each other.
long_term = st.tuples(st.integers(-SPAN, -SPAN // 2), st.one_of(st.none(), st.integers(SPAN, 2 * SPAN)))


@dataclass
class Life:
    """What was drawn: terms as (first day, length or None), people as numbers."""

    holders: list[tuple[int, tuple[int, int | None], bool]] = field(default_factory=list)
    substitutes: list[tuple[int, int, tuple[int, int | None], int]] = field(default_factory=list)
    absences: list[tuple[int, tuple[int, int | None]]] = field(default_factory=list)
    closed: set[int] = field(default_factory=set)
    post_ends: int | None = None


lives = st.builds(
    Life,
    holders=st.lists(st.tuples(st.integers(0, 2), st.one_of(term, long_term), st.booleans()), max_size=3),
    substitutes=st.lists(
        st.tuples(st.integers(0, 1), st.integers(2, 5), st.one_of(term, long_term), st.integers(1, 3)), max_size=5
    ),
    absences=st.lists(st.tuples(st.integers(0, 4), st.one_of(term, long_term)), max_size=6),
    closed=st.sets(st.integers(0, 5), max_size=3),
    post_ends=st.one_of(st.none(), st.integers(1, SPAN)),
)


def days_of(today: date, drawn: tuple[int, int | None]) -> dict[str, date | None]:
    first = today + timedelta(days=drawn[0])
    return {"valid_from": first, "valid_until": None if drawn[1] is None else first + timedelta(days=drawn[1])}


def put(make: Any, **fields: Any) -> Any:
    """Make a row, or None where the database refuses it because it overlaps another."""
    try:
        with transaction.atomic():
            return make(**fields)
    except IntegrityError:
        return None


def build(life: Life, people: list[Any], today: date) -> Post:
    """Make the drawn life around one post; what the constraints refuse is simply not there."""
    post = PostFactory(level="county_liaison", unit=None, valid_from=date(2020, 1, 1))
    held = []
    for person, drawn, accepted in life.holders:
        fields = {"post": post, "user": people[person], **days_of(today, drawn)}
        made = put(AppointmentFactory, **fields) if accepted else put(proposal, **fields)
        if made:
            held.append(made)
    for holder, person, drawn, order in life.substitutes:
        if holder < len(held):
            put(
                SubstituteFactory,
                appointment=held[holder],
                user=people[person],
                order=order,
                **days_of(today, drawn),
            )
    for person, drawn in life.absences:
        put(AbsenceFactory, user=people[person], **days_of(today, drawn))
    return post


def covers(row: Any, on: date) -> bool:
    return row.valid_from <= on and (row.valid_until is None or on <= row.valid_until)


def told_again(post: Post, on: date) -> Any:
    """Return who answers by the rule, worked out over plain lists; None is the coordinator's queue."""
    if not covers(post, on):
        return None
    away = {row.user_id for row in Absence.objects.all() if covers(row, on)}
    holders = [
        row
        for row in Appointment.objects.filter(post=post).select_related("user").order_by("valid_from", "pk")
        if row.accepted_on and covers(row, on) and row.user.is_active
    ]
    present = next((row.user for row in holders if row.user_id not in away), None)
    if present:
        return present
    for holder in holders:
        for row in Substitute.objects.filter(appointment=holder).select_related("user").order_by("order", "pk"):
            if covers(row, on) and row.user.is_active and row.user_id not in away:
                return row.user
    return None


# Three that are easily lost: a second substitute, one whose account is closed, and a post that has ended.
@example(
    life=Life(
        holders=[(0, (-20, None), True)],
        substitutes=[(0, 2, (-20, None), 2), (0, 3, (-20, None), 1)],
        absences=[(0, (-9, 20)), (3, (2, 9))],
    )
)
@example(
    life=Life(
        holders=[(0, (-20, None), True)], substitutes=[(0, 2, (-20, None), 1)], absences=[(0, (-9, 20))], closed={2}
    )
)
@example(life=Life(holders=[(0, (-20, None), True)], post_ends=5))
@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(life=lives)
def test_exactly_one_answers_on_any_date(life: Life) -> None:
    now = clock.now()
    today = local_date(now)
    with transaction.atomic():
        coordinator = staff("coordinator")
        people = [UserFactory() for _number in range(6)]
        post = build(life, people, today)
        request = send_request(kind="other", subject="Kuka?", text="Vastaako joku?", by=UserFactory(), now=now)
        for number in life.closed:
            people[number].is_active = False
            people[number].save(update_fields=["is_active"])
        if life.post_ends is not None:
            Post.objects.filter(pk=post.pk).update(valid_until=today + timedelta(days=life.post_ends))
        post.refresh_from_db()
        for number in DATES:
            on = today + timedelta(days=number)
            answer = responsible_for(post, on)
            assert answer.user == told_again(post, on)
            assert (answer.kind == "coordinator_queue") is (answer.user is None)
            assert answer.reason
            at = now + timedelta(days=number)
            request.post = post
            told = who_answers(request, at)
            assert told == ([answer.user] if answer.user else [coordinator])
            assert any(request_todos(told[0], at)), "it waits on somebody's page"
        transaction.set_rollback(True)
