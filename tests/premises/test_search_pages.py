"""Finding a free room: what fits, near misses, and a search that finds nothing."""

from datetime import time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common import clock
from common.times import add_days, format_date, local_date
from premises.models import Feature, Room, RoomFeature, SearchMiss
from tests.accounts.factories import signed_in, staff
from tests.premises.factories import RoomFactory, SiteFactory, hours, make_booking, municipality, span

pytestmark = pytest.mark.django_db


def a_room(**facts: Any) -> Room:
    """Return a room that is open every day: the tests count days from today, whatever holidays come."""
    facts.setdefault("site", None)
    facts["site"] = facts["site"] or SiteFactory(closed_on_holidays=False)
    return RoomFactory(**facts)


def _ask(client: Client, **values: str) -> str:
    day = format_date(add_days(local_date(clock.now()), 14))
    answer = client.get(reverse("premises:search"), {"alkaen": day, "klo": "17", "loppuu": "19", **values})
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_first_page_offers_searches_that_work(client: Client) -> None:
    a_room()
    page = client.get(reverse("premises:search")).content.decode()
    assert "Tiistai-illat klo 17–19" in page
    assert SearchMiss.objects.count() == 0


def test_a_free_room_can_be_booked_from_the_table(client: Client) -> None:
    room = a_room(name_fi="Ryhmähuone")
    page = _ask(client)
    assert "Ryhmähuone" in page
    assert f"/tilat/{room.pk}/varaa/?paiva=" in page


def test_what_the_room_must_have_narrows(client: Client) -> None:
    coffee = Feature.objects.create(key="kahvi", name_fi="Kahvinkeitto", group="serving")
    has, lacks = a_room(name_fi="Keittiöllinen"), a_room(name_fi="Kuiva")
    RoomFeature.objects.create(room=has, feature=coffee)
    page = _ask(client, tilassa="kahvi")
    assert "Keittiöllinen" in page
    assert lacks.name_fi not in page


def test_too_small_rooms_and_other_towns_fall_out(client: Client) -> None:
    a_room(name_fi="Pieni", capacity=4)
    far = a_room(
        name_fi="Kaukana", site=SiteFactory(closed_on_holidays=False, municipality=municipality("422", "Lieksa"))
    )
    page = _ask(client, henkiloita="10", kunta=str(municipality().pk))
    assert "Pieni" not in page
    assert far.name_fi not in page


def test_rooms_of_ngos_are_found_by_the_countys_own_people(client: Client) -> None:
    a_room(name_fi="Kerhotalon sali", who_may="county")
    assert "Kerhotalon sali" not in _ask(client)
    assert "Kerhotalon sali" in _ask(signed_in(staff("coordinator")))


def test_a_taken_room_shows_the_nearest_free_time(client: Client) -> None:
    room = a_room(name_fi="Suosittu")
    day = add_days(local_date(clock.now()), 14)
    make_booking(room, span("16.00", "18.00", day=day), now=clock.now())
    page = _ask(client)
    assert "Varaa 18–20" in page
    assert "17–19 ei ole vapaa" in page


def test_a_search_without_a_free_room_is_counted_once_a_day(client: Client) -> None:
    site = SiteFactory(closed_on_holidays=False)
    hours(site, time(8), time(12))
    a_room(site=site, open_daily=False)
    for _again in range(2):
        _ask(client, klo="3", loppuu="4", henkiloita="900")
    assert SearchMiss.objects.count() == 1


def test_a_whole_season_names_the_best_room(client: Client) -> None:
    a_room(name_fi="Kausihuone")
    first = add_days(local_date(clock.now()), 7)
    page = _ask(client, milloin="1", alkaen=format_date(first), asti=format_date(add_days(first, 60)))
    assert "Varaa koko kausi" in page


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"klo": "aamulla"}, "emme ymmärtäneet"),
        ({"klo": "19", "loppuu": "17"}, "Aika loppuu ennen kuin se alkaa"),
        ({"milloin": "1"}, "Kirjoita myös viimeinen päivä"),
        ({"alkaen": "joskus"}, "Tätä päivää emme ymmärtäneet"),
    ],
)
def test_a_search_that_cannot_be_read_says_what_to_do(client: Client, values: dict[str, str], words: str) -> None:
    page = _ask(client, **values)
    assert words in page
    assert SearchMiss.objects.count() == 0


@pytest.mark.parametrize("rooms", [1, 3])
def test_the_search_asks_as_often_whatever_is_found(
    client: Client, rooms: int, django_assert_max_num_queries: object
) -> None:
    for _n in range(rooms):
        a_room()
    _ask(client)
    with django_assert_max_num_queries(24):  # type: ignore[operator]
        _ask(client)
