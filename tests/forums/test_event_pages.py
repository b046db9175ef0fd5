"""The calendar and the pages of events in the browser's terms."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common import clock
from forums.event_panels import PUBLIC_PANELS, EventPanel
from tests.accounts.factories import signed_in, staff
from tests.forums.factories import EventFactory

pytestmark = pytest.mark.django_db


def coming(days: int = 14, **facts: Any) -> Any:
    """Return a published event some days from now."""
    return EventFactory(starts_at=clock.now() + timedelta(days=days), **facts)


def test_the_calendar_shows_public_events_by_month_and_not_planned_ones(client: Client) -> None:
    shown = coming(name_fi="Syksyn järjestöfoorumi")
    coming(state="planned", name_fi="Salainen suunnitelma")
    coming(visibility="ngos", name_fi="Vain järjestöille")
    page = client.get(reverse("forums:events")).content.decode()
    assert shown.get_absolute_url() in page
    assert "Salainen" not in page
    assert "Vain järjestöille" not in page


def test_past_events_are_behind_a_filter(client: Client) -> None:
    coming(-30, name_fi="Kevään foorumi", state="held")
    assert "Kevään foorumi" not in client.get(reverse("forums:events")).content.decode()
    assert "Kevään foorumi" in client.get(reverse("forums:events"), {"aika": "menneet"}).content.decode()


def test_the_page_of_an_event_tells_it_and_keeps_the_link_to_itself(client: Client) -> None:
    event = coming(name_fi="Etäkahvit", description_fi="Jutellaan.", meeting_url="https://meet.example/salainen")
    page = client.get(event.get_absolute_url()).content.decode()
    assert "Jutellaan." in page
    assert "Verkossa" in page
    assert "salainen" not in page
    assert "salainen" not in client.get(reverse("forums:event_file", args=[event.pk])).content.decode()


def test_the_desk_is_for_who_runs_events(client: Client) -> None:
    event = coming()
    assert client.get(reverse("forums:events_desk")).status_code == 302
    coordinator = signed_in(staff("coordinator"))
    assert coordinator.get(reverse("forums:events_desk")).status_code == 200
    assert coordinator.get(reverse("forums:event_desk", args=[event.pk])).status_code == 200


def test_a_registered_panel_stands_on_the_page(client: Client) -> None:
    event = coming()
    panel = EventPanel("components/notice.html", {"text": "Paneelin oma"}, 10)
    PUBLIC_PANELS["test"] = lambda _request, row, _now: panel if row else None
    try:
        assert client.get(event.get_absolute_url()).content.decode().count("Paneelin oma") == 1
    finally:
        del PUBLIC_PANELS["test"]
