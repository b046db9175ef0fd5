"""Series, events and sign-ups for tests."""

from datetime import UTC, datetime, timedelta

import factory
from factory.django import DjangoModelFactory

from forums.models import Event, EventSeries, SignUp
from tests.accounts.factories import UserFactory

#: Monday 16 November 2026, noon in Finland.
NOW = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)
#: Thursday 26 November 2026 at 17 in Finland.
STARTS = datetime(2026, 11, 26, 15, 0, tzinfo=UTC)


class EventSeriesFactory(DjangoModelFactory[EventSeries]):
    """A series as needed, for the whole county."""

    class Meta:
        model = EventSeries

    key = factory.Sequence(lambda n: f"sarja-{n}")
    name_fi = factory.Sequence(lambda n: f"Sarja {n}")


class EventFactory(DjangoModelFactory[Event]):
    """A published, public remote event of two hours with a meeting link."""

    class Meta:
        model = Event

    name_fi = factory.Sequence(lambda n: f"Tapahtuma {n}")
    starts_at = STARTS
    ends_at = factory.LazyAttribute(lambda event: event.starts_at + timedelta(hours=2))
    form = "remote"
    meeting_url = "https://meet.example/abc"
    state = "published"
    published_at = NOW - timedelta(days=7)
    created_at = NOW - timedelta(days=8)
    created_by = factory.SubFactory(UserFactory)


class SignUpFactory(DjangoModelFactory[SignUp]):
    """A confirmed sign-up with a place."""

    class Meta:
        model = SignUp

    event = factory.SubFactory(EventFactory)
    name = factory.Sequence(lambda n: f"Osallistuja {n}")
    email = factory.Sequence(lambda n: f"osallistuja{n}@example.org")
    way = "remote"
    state = "signed"
    has_hold = factory.LazyAttribute(lambda row: row.state == "signed")
    held_until = factory.LazyAttribute(lambda row: NOW + timedelta(days=1) if row.state == "unconfirmed" else None)
    arrived_at = NOW
    confirmed_at = NOW
