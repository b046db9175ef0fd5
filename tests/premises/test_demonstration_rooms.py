"""The demonstration's houses, rooms and season of bookings, on an area and a handful of organisations."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from common.times import HELSINKI
from county.area import load_area
from portal.demonstration.premises import make_premises
from portal.demonstration.room_bookings import make_bookings
from portal.demonstration.seasons import make_seasons
from premises.models import (
    Booking,
    BookingFeedback,
    BookingSeries,
    Closure,
    DamageReport,
    Hold,
    Room,
    SeasonRound,
    SeasonTurn,
    Site,
    WaitingPlace,
)
from tests.accounts.factories import staff
from tests.organisations.factories import OrganisationFactory, member

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("area", "now"),
    [
        ("pohjois-karjala", datetime(2026, 11, 21, 12, 0, tzinfo=HELSINKI)),
        ("pohjois-pohjanmaa", datetime(2027, 3, 18, 9, 0, tzinfo=HELSINKI)),
    ],
)
def test_houses_rooms_and_a_season_of_bookings(area: str, now: datetime) -> None:
    load_area(area, now)
    organisations = [OrganisationFactory() for _number in range(13)]
    members = {row.pk: member(row, "admin") for row in organisations}
    people: Any = SimpleNamespace(coordinator=staff("coordinator"))
    make_premises(organisations, members, people, now)
    make_bookings(organisations, members, now)
    make_seasons(organisations, members, people.coordinator, now)
    county = Site.objects.filter(organisation=None)
    assert county.filter(manager__isnull=False).count() == 8
    assert Room.objects.filter(site__in=county).count() >= 25
    assert Room.objects.filter(parent__isnull=False).count() == 2
    assert Room.objects.filter(site__organisation__isnull=False, who_may="county").count() == 2
    assert BookingSeries.objects.count() >= 10
    states = set(Booking.objects.values_list("state", flat=True))
    assert {"confirmed", "requested", "declined", "cancelled", "skipped", "taken_back"} <= states
    assert Booking.objects.filter(state="requested").count() >= 2
    for model in (WaitingPlace, Closure, DamageReport, BookingFeedback):
        assert model.objects.count() == 1, model
    assert Hold.objects.exists()
    first, second = SeasonRound.objects.order_by("pk")
    assert (first.state, second.state, second.takes(now)) == ("proposed", "open", True)
    assert SeasonTurn.objects.filter(application__round=first).count() >= 5
    assert second.applications.filter(state="draft").count() == 1
