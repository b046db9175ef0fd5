"""Bodies, seats, duties and meetings for tests."""

from datetime import date, timedelta

import factory
from factory.django import DjangoModelFactory

from liaisons.models import AgendaItem, Body, BodyAppointment, Meeting, Seat, Unit
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
