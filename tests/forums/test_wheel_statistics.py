"""Figures of events: held against demanded, who came, first-timers, the share from afar."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from common import seams
from forums import statistics
from forums.models import Event
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.forums.factories import EventFactory, EventSeriesFactory, SignUpFactory
from tests.organisations.factories import OrganisationFactory, SectorFactory

pytestmark = pytest.mark.django_db
PERIOD = statistics.period_of(2026)


def held(year: int = 2026, **fields: Any) -> Event:
    start = datetime(year, 3, 2, 10, 0, tzinfo=UTC)
    event: Event = EventFactory(starts_at=start, ends_at=start + timedelta(hours=2), state="held", **fields)
    return event


def came(event: Event, email: str, way: str = "remote", **fields: Any) -> None:
    SignUpFactory(event=event, email=email, way=way, attended=True, **fields)


def test_people_first_timers_and_the_share_from_afar() -> None:
    earlier, first, second = held(2025), held(), held()
    came(earlier, "aino@example.org")
    came(first, "AINO@example.org")
    came(second, "aino@example.org", "on_site")
    came(second, "eero@example.org", "on_site", attended_way="remote")
    SignUpFactory(event=second, email="poissa@example.org", attended=False)
    found = statistics.attendance(PERIOD)
    assert (found.events, found.attendances, found.people, found.first_timers) == (2, 3, 2, 1)
    assert (found.remote, found.remote_share, found.first_share) == (2, 67, 50)
    empty = statistics.attendance(statistics.period_of(2020))
    assert (empty.attendances, empty.remote_share, empty.first_share) == (0, None, None)


def test_attendance_by_organisation_sector_and_municipality() -> None:
    culture = SectorFactory(name_fi="Kulttuuri")
    one = OrganisationFactory(name="Kylät ry")
    one.sectors.add(culture)
    event = held(series=EventSeriesFactory(name_fi="Foorumi"))
    came(event, "a@example.org", organisation=one)
    came(event, "b@example.org", organisation=one)
    came(event, "c@example.org", organisation=OrganisationFactory(name="Toinen ry"))
    came(event, "d@example.org")
    assert [(row.name, row.attendances) for row in statistics.by_organisation(PERIOD)] == [
        ("Kylät ry", 2),
        ("Toinen ry", 1),
    ]
    assert [(row.name, row.attendances) for row in statistics.by_sector(PERIOD)] == [("Kulttuuri", 2), ("", 1)]
    assert sum(row.attendances for row in statistics.by_municipality(PERIOD)) == 3
    assert [(row.name, row.people) for row in statistics.by_series(PERIOD)] == [("Foorumi", 4)]


def test_the_seam_tells_held_against_demanded() -> None:
    series = EventSeriesFactory(a_year_min=2)
    held(series=series)
    found = {figure.key: figure for figure in dict(seams.statistics.items())["forums"](PERIOD)}
    assert (found["forums.held"].value, found["forums.held"].previous) == (1, 0)
    assert found["forums.demanded_held"].value == 1
    assert "vaativat vuodelta 2 tapahtumaa" in found["forums.demanded_held"].definition


def test_the_page_and_its_files() -> None:
    event = held(series=EventSeriesFactory(name_fi="Foorumi", a_year_min=2))
    officer = signed_in(staff("auditor"))
    address = reverse("forums:figures")
    assert "Läsnäoloja ei ole vielä kirjattu" in officer.get(address).content.decode()
    came(event, "a@example.org", organisation=OrganisationFactory(name="Kylät ry"))
    text = officer.get(address).content.decode()
    assert "Kylät ry" in text
    assert "Vaadituista tapahtumista on pidetty 1/2" in text
    csv = officer.get(reverse("forums:figures_csv"), {"vuosi": "2026"}).content.decode("utf-8-sig")
    assert "Kaikki;;1;1;1;2" in csv
    assert officer.get(reverse("forums:figures_xlsx")).status_code == 200
    assert signed_in(UserFactory()).get(address).status_code == 404
