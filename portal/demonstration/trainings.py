"""Introductions and trainings: one held with certificates, one open with a waiting list, one planned, and records."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from common.times import local_date
from liaisons.introductions import liaison_people
from liaisons.models import TrainingCourse, TrainingSession
from liaisons.workflow.sign_ups import invite_lacking, join_training
from liaisons.workflow.training_records import mark_attendance, record_earlier
from liaisons.workflow.trainings import open_training, plan_training, save_course
from organisations.models import Organisation
from portal.demonstration.calendar import at
from portal.demonstration.people import People

_COURSES: tuple[dict[str, Any], ...] = (
    {
        "name_fi": "Järjestöyhteistyön perehdytys",
        "name_sv": "Introduktion i organisationssamarbete",
        "name_en": "Introduction to co-operation with organisations",
        "audience": "uudet yhteyshenkilöt ja sijaiset",
        "learns": "Mitä järjestöt tekevät alueella.\nMiten pyyntöön vastataan ja milloin se siirretään.\n"
        "Mitä yhteyshenkilö voi luvata ja mitä ei.\nMiten portaalia käytetään.",
        "hours": Decimal("3.0"),
        "is_introduction": True,
    },
    {
        "name_fi": "Järjestölähtöinen ohjaus vastaanotolla",
        "name_sv": "Handledning till organisationer på mottagningen",
        "name_en": "Guiding clients to organisations at the reception",
        "audience": "asiakastyötä tekevät",
        "learns": "Miten asiakkaalle löydetään sopiva ryhmä.\nMiten ohjauslappu tehdään.",
        "hours": Decimal("1.5"),
    },
    {
        "name_fi": "Kokemusasiantuntija kehittämistyössä",
        "name_sv": "Erfarenhetsexperten i utvecklingsarbetet",
        "name_en": "Experts by experience in development work",
        "audience": "esihenkilöt ja kehittäjät",
        "learns": "Milloin kokemusasiantuntija kutsutaan mukaan.\nPalkkiot ja yhteiset pelisäännöt.",
        "hours": Decimal("2.0"),
    },
)


@dataclass
class _Making:
    """What the steps share."""

    now: datetime
    people: People
    liaisons: list[Any]

    def plan(self, course: TrainingCourse, days: int, *, made: int, **facts: Any) -> TrainingSession:
        """Plan a session ``days`` from now at nine, ``made`` days ago, and open its sign-up."""
        day = local_date(self.now) + timedelta(days=days)
        start = at(day, 9)
        known = {
            "starts_at": start,
            "ends_at": start + timedelta(hours=float(course.hours)),
            "sign_up_until": at(day - timedelta(days=4), 16),
            "leaders": "Minna Malli",
        }
        then = self.now - timedelta(days=made)
        by = self.people.coordinator
        return open_training(plan_training(course, by=by, now=then, **{**known, **facts}), by=by, now=then)

    def hold(self, session: TrainingSession, people: list[Any], *, absent: int = 0) -> None:
        """Let the people sign up a week before and mark all but the last ``absent`` present."""
        rows = [join_training(session, by=one, now=session.starts_at - timedelta(days=7)) for one in people]
        came = [row.pk for row in rows[: len(rows) - absent]]
        mark_attendance(session, attended=came, by=self.people.coordinator, now=session.ends_at)


def make_trainings(organisations: list[Organisation], people: People, now: datetime) -> None:
    """Make the catalogue, two years of introductions and what comes next; needs the liaison persons."""
    early = now - timedelta(days=1000)
    courses = [save_course(None, **facts, by=people.coordinator, now=early) for facts in _COURSES]
    making = _Making(now, people, list(liaison_people(local_date(now)).order_by("email")))
    _held(making, courses, organisations[0])
    if len(making.liaisons) > 2:
        _elsewhere(making, courses[0])
    _coming(making, courses, organisations[1])


def _held(making: _Making, courses: list[TrainingCourse], organisation: Organisation) -> None:
    half = len(making.liaisons) // 2
    room = {"town": "Joensuu", "place": "Tikkamäentie 16, kokoushuone Kaisla"}
    first = making.plan(courses[0], -120, made=190, **room)
    making.hold(first, making.liaisons[:half], absent=1)
    led = making.plan(courses[1], -45, made=90, remote_url="https://kokous.example/ohjaus", led_by=organisation)
    making.hold(led, [*making.liaisons[1:4], making.people.registrar])


def _coming(making: _Making, courses: list[TrainingCourse], organisation: Organisation) -> None:
    by = making.people.coordinator
    room = {"town": "Joensuu", "place": "Siltakatu 20, sali 2", "remote_url": "https://kokous.example/perehdytys"}
    session = making.plan(courses[0], 19, made=20, note="Lue ennakkoon järjestöyhteistyön opas.", **room)
    invite_lacking(session, by=by, now=making.now - timedelta(days=10))
    for row in list(session.sign_ups.filter(state="invited").select_related("user").order_by("pk")[:3]):
        join_training(session, by=row.user, now=making.now - timedelta(days=6))
    small = {"town": "Lieksa", "place": "Lieksan sote-keskus, kokoushuone 1", "capacity": 2, "led_by": organisation}
    full = making.plan(courses[2], 33, made=15, leaders="Kokemusasiantuntijat", **small)
    for number, person in enumerate(making.liaisons[:4]):
        join_training(full, by=person, now=making.now - timedelta(days=5 - number))
    day = local_date(making.now) + timedelta(days=150)
    plan_training(
        courses[0],
        starts_at=at(day, 12),
        ends_at=at(day, 15),
        sign_up_until=at(day - timedelta(days=7), 16),
        leaders="Minna Malli",
        by=by,
        now=making.now - timedelta(days=2),
    )


def _elsewhere(making: _Making, course: TrainingCourse) -> None:
    """What one took long ago in the former organisation."""
    person = making.liaisons[-1]
    record_earlier(
        email=person.email,
        full_name=person.full_name,
        course=course,
        completed_on=local_date(making.now) - timedelta(days=1100),
        organiser="Siun sote -kuntayhtymä",
        source="Henkilön oma todistus",
        hours=Decimal("2.0"),
        by=making.people.coordinator,
        now=making.now - timedelta(days=60),
    )
