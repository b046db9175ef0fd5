"""Two press at once: the session's row lock gives no place twice, and the list moves up once."""

from typing import Any

import pytest

from common import clock
from liaisons.models import TrainingSignUp
from liaisons.workflow.sign_ups import cancel_sign_up, invite_lacking, join_training
from notifications.models import Message
from tests.accounts.factories import staff
from tests.liaisons.factories_trainings import TrainingFactory, introduction, liaison
from tests.organisations.test_races import together

pytestmark = pytest.mark.django_db(transaction=True)


def states(session: Any) -> list[str]:
    return sorted(session.sign_ups.values_list("state", flat=True))


def test_the_last_place_is_given_once() -> None:
    session = TrainingFactory(capacity=2)
    people = [staff("registrar") for _number in range(4)]

    def join(person: Any) -> Any:
        return lambda: join_training(session, by=person, now=clock.now())

    results = together(*(join(person) for person in people))

    assert [type(result).__name__ for result in results] == ["TrainingSignUp"] * 4
    assert states(session) == ["signed", "signed", "waiting", "waiting"]


def test_two_cancel_at_once_and_two_move_up() -> None:
    session = TrainingFactory(capacity=2)
    people = [staff("registrar") for _number in range(4)]
    rows = [join_training(session, by=person, now=clock.now()) for person in people]

    def cancel(row: TrainingSignUp) -> Any:
        return lambda: cancel_sign_up(row, by=row.user, now=clock.now())

    results = together(*(cancel(row) for row in rows[:2]))

    assert [type(result).__name__ for result in results] == ["TrainingSignUp"] * 2
    assert states(session) == ["cancelled", "cancelled", "signed", "signed"]
    assert Message.objects.filter(kind="liaisons.training_moved_up").count() == 2


def test_two_coordinators_invite_at_once_and_one_letter_goes() -> None:
    session, first, second = TrainingFactory(course=introduction()), staff("coordinator"), staff("coordinator")
    liaison()

    results = together(
        lambda: invite_lacking(session, by=first, now=clock.now()),
        lambda: invite_lacking(session, by=second, now=clock.now()),
    )

    assert sorted(str(result) for result in results) == ["0", "1"]
    assert Message.objects.filter(kind="liaisons.training_invited").count() == 1
