"""Which post answers for a matter: the most specific first, with a reason that a person can read."""

from datetime import date
from typing import Any

import pytest

from county.models import LifeSituation, Theme
from liaisons.matching import Matter, find_posts
from liaisons.units import upwards
from tests.county.factories import MunicipalityFactory
from tests.liaisons.factories import PostFactory, UnitFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 2)


@pytest.fixture
def world() -> dict[str, Any]:
    lieksa, kitee = MunicipalityFactory(name_fi="Lieksa"), MunicipalityFactory(name_fi="Kitee")
    memory, _made = LifeSituation.objects.get_or_create(name_fi="Muistisairaus")
    habits, _made = Theme.objects.get_or_create(name_fi="Elintavat")
    station = UnitFactory(name_fi="Terveysasemat", kind="unit", parent=UnitFactory(name_fi="Sote"))
    found = {
        "county": PostFactory(level="county_liaison", unit=None, name_fi="järjestöyhdyshenkilö"),
        "strategic": PostFactory(level="strategic", unit=None, name_fi="päällikkö"),
        "area": PostFactory(unit=station.parent),
        "lieksa": PostFactory(level="municipal", unit=None, municipality=lieksa),
        "kitee": PostFactory(level="municipal", unit=None, municipality=kitee),
        "link": PostFactory(level="linkkihenkilo", unit=station, municipality=lieksa),
        "memory": PostFactory(level="diagnosis_or_theme", unit=None, services="muistineuvonta"),
        "habits": PostFactory(level="diagnosis_or_theme", unit=None),
    }
    found["memory"].life_situations.add(memory)
    found["habits"].themes.add(habits)
    facts = {"Lieksa": lieksa, "Kitee": kitee, "Muistisairaus": memory, "Elintavat": habits, "unit": station}
    return {**found, **facts}


def names(world: dict[str, Any], matter: Matter) -> list[str]:
    by_post = {post.pk: name for name, post in world.items() if hasattr(post, "level")}
    return [by_post[match.post.pk] for match in find_posts(matter, TODAY)]


def test_a_place_brings_those_who_serve_it_and_the_county_last(world: dict[str, Any]) -> None:
    assert names(world, Matter(municipality=world["Lieksa"])) == ["link", "lieksa", "county"]
    assert names(world, Matter(municipality=world["Kitee"])) == ["kitee", "county"]


def test_what_it_is_about_goes_before_the_place(world: dict[str, Any]) -> None:
    matter = Matter(municipality=world["Lieksa"], life_situation=world["Muistisairaus"], about="muistineuvonta")
    found = find_posts(matter, TODAY)
    assert [match.post for match in found] == [world[name] for name in ("memory", "link", "lieksa", "county")]
    assert [match.reason for match in found] == [
        "Vastaa tästä: Muistisairaus, muistineuvonta.",
        "Vastaa tästä: Lieksa.",
        "Vastaa tästä: Lieksa.",
        "Vastaa koko hyvinvointialueen järjestöyhteistyöstä.",
    ]
    assert [match.score for match in found] == [24, 4, 4, 0]


def test_a_post_for_something_else_is_left_out(world: dict[str, Any]) -> None:
    assert names(world, Matter(theme=world["Elintavat"])) == ["habits", "county"]
    world["lieksa"].themes.add(Theme.objects.create(name_fi="Osallisuus"))
    assert names(world, Matter(theme=world["Elintavat"], municipality=world["Lieksa"])) == ["habits", "link", "county"]


def test_a_unit_brings_its_own_post_before_the_one_above(world: dict[str, Any]) -> None:
    found = names(world, Matter(units=upwards(world["unit"])))
    assert found == ["link", "area", "county"]


def test_nothing_known_leads_to_the_county(world: dict[str, Any]) -> None:
    assert names(world, Matter()) == names(world, Matter(about="xyzzy")) == ["county"]


def test_words_find_a_title_and_a_service(world: dict[str, Any]) -> None:
    assert names(world, Matter(about="Muistineuvonta"))[0] == "memory"
    assert names(world, Matter(about="päällikkö")) == ["strategic", "county"]


def test_posts_of_the_day_only(world: dict[str, Any]) -> None:
    world["kitee"].valid_until = date(2026, 11, 1)
    world["kitee"].save()
    assert names(world, Matter(municipality=world["Kitee"])) == ["county"]


def test_a_fixed_number_of_queries(world: dict[str, Any], django_assert_num_queries: Any) -> None:
    for _more in range(3):
        with django_assert_num_queries(5):
            find_posts(Matter(municipality=world["Lieksa"]), TODAY)
        PostFactory(municipality=world["Lieksa"])
