"""Courses, trainings, sign-ups and what people have taken, for tests."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from common import clock
from liaisons.models import TrainingCourse, TrainingRecord, TrainingSession, TrainingSignUp
from tests.accounts.factories import UserFactory, staff
from tests.liaisons.factories import AppointmentFactory, PostFactory

LONG_AGO = date(2023, 1, 1)


class CourseFactory(DjangoModelFactory[TrainingCourse]):
    """A course of the catalogue."""

    class Meta:
        model = TrainingCourse

    name_fi = factory.Sequence(lambda n: f"Kurssi {n}")
    audience = "henkilöstö"
    learns = "Miten järjestöjen kanssa toimitaan."
    hours = Decimal("2.5")


class TrainingFactory(DjangoModelFactory[TrainingSession]):
    """An open session two weeks from now, with a place and a link."""

    class Meta:
        model = TrainingSession

    course = factory.SubFactory(CourseFactory)
    starts_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=14))
    ends_at = factory.LazyAttribute(lambda row: row.starts_at + timedelta(hours=3))
    sign_up_until = factory.LazyAttribute(lambda row: row.starts_at - timedelta(days=1))
    town = "Joensuu"
    place = "Kokoushuone Kaisla"
    remote_url = "https://kokous.example/kaisla"
    leaders = "Minna Malli"
    state = "open"
    created_at = factory.LazyFunction(clock.now)
    created_by = factory.LazyFunction(lambda: staff("coordinator"))


class SignUpFactory(DjangoModelFactory[TrainingSignUp]):
    """A place in a session."""

    class Meta:
        model = TrainingSignUp

    session = factory.SubFactory(TrainingFactory)
    user = factory.SubFactory(UserFactory)
    state = "signed"
    signed_at = factory.LazyFunction(clock.now)


class RecordFactory(DjangoModelFactory[TrainingRecord]):
    """A course taken elsewhere a while ago."""

    class Meta:
        model = TrainingRecord

    user = factory.SubFactory(UserFactory)
    course = factory.SubFactory(CourseFactory)
    completed_on = date(2026, 3, 3)
    organiser = "Entinen kuntayhtymä"
    source = "todistus"
    recorded_at = factory.LazyFunction(clock.now)


def introduction(**fields: Any) -> TrainingCourse:
    """Return the introduction of liaison persons, made when there is none."""
    found = TrainingCourse.objects.filter(is_introduction=True).first()
    names = {"name_fi": "Järjestöyhteistyön perehdytys", "name_sv": "Introduktion i organisationssamarbete"}
    made: TrainingCourse = found or CourseFactory(**{"is_introduction": True, **names, **fields})
    return made


def liaison(**fields: Any) -> Any:
    """Return a person with a post in force and no introduction."""
    person = UserFactory()
    post = PostFactory(level="county_liaison", unit=None, valid_from=LONG_AGO)
    AppointmentFactory(**{"post": post, "user": person, "valid_from": LONG_AGO, "accepted_on": LONG_AGO, **fields})
    return person
