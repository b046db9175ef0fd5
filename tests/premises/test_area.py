"""The area files' sites and features of rooms."""

import pytest

from county.area import load_area
from premises.models import Feature, Room, Site
from tests.premises.keeping import NOW

pytestmark = pytest.mark.django_db


def test_sites_and_features_come_from_the_file_and_rooms_do_not() -> None:
    report = load_area("pohjois-karjala", NOW)
    assert report.sections["sites"].added == 7
    hospital = Site.objects.get(name_fi="Pohjois-Karjalan keskussairaala")
    assert (hospital.kind, hospital.municipality.name_fi) == ("hospital", "Joensuu")
    assert hospital.points == "OLKA-piste, jota pitää Pohjois-Karjalan Sosiaaliturvayhdistys ry"
    assert not Room.objects.exists()
    door = Feature.objects.get(key="oven-leveys")
    assert (door.group, door.asks_detail, door.is_filter) == ("access", "leveys senttimetreinä", False)
    assert Feature.objects.count() == 20
    again = load_area("pohjois-karjala", NOW)
    assert not again.changed_anything
    assert "Tilatoiveet" not in again.text()


def test_what_was_edited_in_the_portal_is_kept() -> None:
    load_area("pohjois-pohjanmaa", NOW)
    assert Feature.objects.count() == 20
    Feature.objects.filter(key="hissi").update(name_fi="Hissi tai nostin")
    report = load_area("pohjois-pohjanmaa", NOW)
    assert report.sections["room_features"].kept == 1
    assert "Tilatoiveet" not in report.text()
