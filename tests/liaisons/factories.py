"""Bodies, seats, duties, meetings, units, posts and appointments for tests."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from liaisons.models import (
    Absence,
    AgendaItem,
    Appointment,
    Body,
    BodyAppointment,
    Meeting,
    Post,
    Seat,
    Substitute,
    Unit,
)
from tests.accounts.factories import UserFactory
from tests.county.factories import NOW


class UnitFactory(DjangoModelFactory[Unit]):
    """A service area of the county."""

    class Meta:
        model = Unit

    key = factory.Sequence(lambda n: f"yksikko-{n}")
    kind = "service_area"
    name_fi = factory.Sequence(lambda n: f"Toimialue {n}")
    valid_from = date(2023, 1, 1)


class BodyFactory(DjangoModelFactory[Body]):
    """A committee."""

    class Meta:
        model = Body

    key = factory.Sequence(lambda n: f"lautakunta-{n}")
    kind = "committee"
    name_fi = factory.Sequence(lambda n: f"Lautakunta {n}")


class SeatFactory(DjangoModelFactory[Seat]):
    """A member's seat that began long ago and has no end."""

    class Meta:
        model = Seat

    user = factory.SubFactory(UserFactory)
    body = factory.SubFactory(BodyFactory)
    role = "member"
    valid_from = date(2020, 1, 1)


class BodyAppointmentFactory(DjangoModelFactory[BodyAppointment]):
    """A presenter's duty that began long ago and has no end."""

    class Meta:
        model = BodyAppointment

    user = factory.SubFactory(UserFactory)
    body = factory.SubFactory(BodyFactory)
    role = "presenter"
    valid_from = date(2020, 1, 1)


class MeetingFactory(DjangoModelFactory[Meeting]):
    """A planned meeting, each a day after the one before, the first a week from ``NOW``."""

    class Meta:
        model = Meeting

    body = factory.SubFactory(BodyFactory)
    starts_at = factory.Sequence(lambda n: NOW + timedelta(days=7, minutes=n))
    place = "Kokoushuone Kaisla"


class AgendaItemFactory(DjangoModelFactory[AgendaItem]):
    """A matter on the agenda."""

    class Meta:
        model = AgendaItem

    meeting = factory.SubFactory(MeetingFactory)
    title = factory.Sequence(lambda n: f"Asia {n}")
    order = factory.Sequence(lambda n: n + 1)


class PostFactory(DjangoModelFactory[Post]):
    """An established post of a service area."""

    class Meta:
        model = Post

    level = "service_area"
    name_fi = factory.Sequence(lambda n: f"toimialueen järjestöyhdyshenkilö {n}")
    unit = factory.SubFactory(UnitFactory)
    is_established = True
    valid_from = date(2023, 1, 1)


class AppointmentFactory(DjangoModelFactory[Appointment]):
    """An appointment accepted long ago, without an end."""

    class Meta:
        model = Appointment

    post = factory.SubFactory(PostFactory)
    user = factory.SubFactory(UserFactory)
    state = "accepted"
    valid_from = date(2023, 1, 1)
    proposed_at = datetime(2022, 12, 1, 10, tzinfo=UTC)
    answered_at = datetime(2022, 12, 2, 10, tzinfo=UTC)
    accepted_on = date(2022, 12, 2)


def proposal(**fields: Any) -> Appointment:
    """Return an appointment that waits for the person's answer since ``NOW``."""
    waiting = {"state": "proposed", "answered_at": None, "accepted_on": None, "proposed_at": NOW}
    return AppointmentFactory(**{**waiting, **fields})


class SubstituteFactory(DjangoModelFactory[Substitute]):
    """A substitute since long ago."""

    class Meta:
        model = Substitute

    appointment = factory.SubFactory(AppointmentFactory)
    user = factory.SubFactory(UserFactory)
    valid_from = date(2023, 1, 1)


class AbsenceFactory(DjangoModelFactory[Absence]):
    """A person away for the first week of November 2026."""

    class Meta:
        model = Absence

    user = factory.SubFactory(UserFactory)
    valid_from = date(2026, 11, 2)
    valid_until = date(2026, 11, 8)
    recorded_by = factory.SelfAttribute("user")
    recorded_at = NOW
