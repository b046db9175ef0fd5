"""Who sees and runs which bodies and meetings."""

from datetime import date
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser

from common import seams
from common.policies import allowed
from tests.accounts.factories import UserFactory, staff
from tests.county.factories import NOW
from tests.liaisons.factories import BodyAppointmentFactory, MeetingFactory, SeatFactory

pytestmark = pytest.mark.django_db

YESTERDAY = date(2026, 11, 1)
NAMES = (
    "liaisons.body.view",
    "liaisons.body.manage",
    "liaisons.meeting.plan",
    "liaisons.meeting.view",
    "liaisons.meeting.manage",
    "liaisons.agenda.add",
)


def rights(user: Any) -> list[str]:
    """Return the permissions that reach the one body or meeting there is."""
    return [name.removeprefix("liaisons.") for name in NAMES if allowed(name, user, now=NOW).exists()]


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("coordinator", ["body.view", "body.manage", "meeting.plan", "meeting.view", "meeting.manage", "agenda.add"]),
        ("administrator", ["body.view", "body.manage"]),
        ("auditor", ["body.view", "meeting.view"]),
        ("registrar", []),
        ("payments_clerk", []),
    ],
)
def test_staff(role: str, expected: list[str]) -> None:
    MeetingFactory()
    assert rights(staff(role)) == expected


@pytest.mark.parametrize("role", ["member", "deputy"])
def test_who_sits_in_the_body_sees_its_meetings(role: str) -> None:
    seat = SeatFactory(role=role)
    MeetingFactory(body=seat.body)
    assert rights(seat.user) == ["body.view", "meeting.view"]


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("presenter", ["body.view", "meeting.view", "agenda.add"]),
        ("substitute_presenter", ["body.view", "meeting.view", "agenda.add"]),
        ("secretary", ["body.view", "meeting.plan", "meeting.view", "meeting.manage", "agenda.add"]),
    ],
)
def test_who_serves_the_body(role: str, expected: list[str]) -> None:
    duty = BodyAppointmentFactory(role=role)
    MeetingFactory(body=duty.body)
    assert rights(duty.user) == expected


def test_rights_reach_the_own_body_only() -> None:
    seat, duty = SeatFactory(), BodyAppointmentFactory(role="secretary")
    MeetingFactory()  # of a third body
    own = MeetingFactory(body=seat.body)
    served = MeetingFactory(body=duty.body)
    assert list(allowed("liaisons.meeting.view", seat.user, now=NOW)) == [own]
    assert list(allowed("liaisons.meeting.manage", duty.user, now=NOW)) == [served]


def test_the_access_ends_with_the_term() -> None:
    seat = SeatFactory(valid_until=YESTERDAY)
    duty = BodyAppointmentFactory(role="secretary", body=seat.body, valid_until=YESTERDAY)
    MeetingFactory(body=seat.body)
    assert rights(seat.user) == []
    assert rights(duty.user) == []


def test_strangers_and_people_of_ngos_see_nothing() -> None:
    MeetingFactory()
    assert rights(UserFactory()) == []
    assert rights(AnonymousUser()) == []


def test_roles_tell_what_why_and_until_when() -> None:
    seat = SeatFactory(valid_until=date(2027, 5, 31))
    BodyAppointmentFactory(user=seat.user, body=seat.body, role="secretary")
    provided = list(dict(seams.roles.items())["liaisons"](seat.user, NOW))
    assert [(role.key, role.label, role.until, role.target) for role in provided] == [
        ("body.member", "Varsinainen jäsen", date(2027, 5, 31), ("body", seat.body_id)),
        ("body.secretary", "Sihteeri", None, ("body", seat.body_id)),
    ]
    assert all(role.needs_second_factor and role.scope == seat.body.name for role in provided)
    assert provided[0].explanation == (
        "Saat lukea toimielimen kokousten esitykset ja ilmoittaa esteellisyydestä ennen käsittelyä."
    )
