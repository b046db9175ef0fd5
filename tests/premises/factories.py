"""Sites, rooms with hours, holders with people, and bookings for tests."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from accounts.models import User
from county.models import Municipality
from organisations.models import Organisation
from premises.models import Booking, Closure, OpeningHours, Room, Site, UseTerms
from premises.spans import Span, wall
from premises.workflow import Details, book
from tests.accounts.factories import UserFactory
from tests.organisations.factories import MembershipFactory, OrganisationFactory

#: Monday 16 November 2026, noon in Finland.
NOW = datetime(2026, 11, 16, 10, 0, tzinfo=UTC)
#: Tuesday of the week after it.
DAY = date(2026, 11, 24)
OPENS, CLOSES = time(8), time(21)


def municipality(code: str = "167", name: str = "Joensuu") -> Municipality:
    """Return the municipality, made when it is not there."""
    row, _made = Municipality.objects.get_or_create(code=code, defaults={"name_fi": name, "is_own": True})
    return row


class SiteFactory(DjangoModelFactory[Site]):
    """A health station in Joensuu with a manager; closed on holidays. No hours: see ``hours``."""

    class Meta:
        model = Site

    name_fi = factory.Sequence(lambda n: f"Toimipaikka {n}")
    kind = "health_station"
    municipality = factory.LazyFunction(municipality)
    street_address = "Siltakatu 1"
    postcode = "80100"
    post_office = "Joensuu"
    manager = factory.SubFactory(UserFactory)


class RoomFactory(DjangoModelFactory[Room]):
    """A room for 20 that confirms by itself, in a site open every day 8–21."""

    class Meta:
        model = Room
        skip_postgeneration_save = True

    site = factory.SubFactory(SiteFactory)
    name_fi = factory.Sequence(lambda n: f"Huone {n}")
    capacity = 20

    @factory.post_generation
    def open_daily(self: Any, create: bool, extracted: Any, **_kwargs: Any) -> None:
        """Give the site its hours, unless it has some or ``open_daily=False`` was said."""
        if create and extracted is not False and not OpeningHours.objects.filter(site=self.site_id).exists():
            hours(self.site)


def hours(
    site: Site, opens: time = OPENS, closes: time = CLOSES, *, room: Room | None = None, days: Any = None
) -> None:
    """Open the site (or only the room) on those weekdays, every day by default."""
    OpeningHours.objects.bulk_create(
        OpeningHours(site=site, room=room, weekday=day, opens=opens, closes=closes)
        for day in (range(7) if days is None else days)
    )


def hall(**fields: Any) -> tuple[Room, Room, Room]:
    """Return a hall and its two halves."""
    whole = RoomFactory(kind="hall", capacity=80, **fields)
    rest = {name: value for name, value in fields.items() if name != "site"}
    halves = [RoomFactory(site=whole.site, parent=whole, kind="part", capacity=40, **rest) for _half in range(2)]
    return whole, halves[0], halves[1]


def booker(role: str = "editor", organisation: Organisation | None = None) -> tuple[Organisation, User]:
    """Return an organisation and a person who books for it."""
    row = MembershipFactory(organisation=organisation or OrganisationFactory(), role=role)
    return row.organisation, row.user


def span(start: str = "17.00", end: str = "19.00", day: date = DAY) -> Span:
    """Return a time of a day in Finland: ``span("17.00", "19.00")``."""
    return Span(*(wall(day, time(*map(int, clock.split(".")))) for clock in (start, end)))


def details(**fields: Any) -> Details:
    """Return what a booker tells."""
    return Details(**{"purpose": "Vertaisryhmä", "expected_number": 8, **fields})


def make_booking(room: Room | None = None, when: Span | None = None, **fields: Any) -> Booking:
    """Book by the verb for a new organisation (or ``holder`` and ``by``) and return the booking."""
    there = room or RoomFactory()
    if "holder" not in fields:
        fields["holder"], fields["by"] = booker()
    now = fields.pop("now", NOW)
    given = {"details": details(), "terms": None, **fields}
    return book(room=there, span=when or span(), now=now, **given)


def make_terms(site: Site | None = None, number: int = 1) -> UseTerms:
    """Publish a version of the terms, common or of a site."""
    return UseTerms.objects.create(site=site, number=number, text_fi="Siivoa jälkesi.", published_at=NOW)


def closure_row(room: Room, when: Span) -> Closure:
    """Return a saved closure without holds, for tests of the table only."""
    return Closure.objects.create(
        room=room, starts_at=when.start, ends_at=when.end, reason="Koulutus", made_at=NOW - timedelta(days=1)
    )
