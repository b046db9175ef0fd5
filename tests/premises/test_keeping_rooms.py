"""The verbs of sites and rooms: who may, what is refused, what twice does."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.http import Http404

from accounts.roles import roles_in_force
from common.errors import Refused
from common.policies import allowed
from premises.catalogue import coming_exceptions
from premises.models import AccessInstruction, OpeningHours, Room, RoomFile, Site, UseTerms
from premises.workflow import opening, rooms, sites
from tests.accounts.factories import UserFactory, staff
from tests.organisations.factories import OrganisationFactory, member
from tests.premises.keeping import NOW, a_feature, a_room, a_site, asked_booking, having, picture, town

pytestmark = pytest.mark.django_db


def refused(code: str, act: Any) -> str:
    with pytest.raises(Refused) as found:
        act()
    assert found.value.code == code
    return str(found.value)


def test_the_coordinator_makes_a_site_once_and_others_none() -> None:
    coordinator, facts = staff("coordinator"), {"name_fi": "Lieksan terveysasema", "municipality": town()}
    site = sites.add_site(**facts, kind="health_station", by=coordinator, now=NOW)
    assert sites.add_site(**facts, by=coordinator, now=NOW) == site
    with pytest.raises(Http404):
        sites.add_site(**{**facts, "name_fi": "Toinen"}, by=UserFactory(), now=NOW)
    assert Site.objects.count() == 1


def test_an_organisation_offers_its_own_rooms_to_the_county() -> None:
    organisation = OrganisationFactory()
    editor, stranger = member(organisation, "editor"), member(OrganisationFactory(), "admin")
    site = sites.add_site(name_fi="Kerhotalo", municipality=town(), organisation=organisation, by=editor, now=NOW)
    room = rooms.add_room(site, name_fi="Sali", capacity=30, by=editor, now=NOW)
    assert (site.kind, room.who_may) == ("ngo_house", "county")
    for person in (stranger, member(organisation, "viewer")):
        with pytest.raises(Http404):
            rooms.edit_room(room, name_fi="Oma", by=person, now=NOW)
    outsider = UserFactory()
    act = lambda who: sites.name_managers(site, manager=who, deputy=None, by=editor, now=NOW)  # noqa: E731
    refused("not_a_member", lambda: act(outsider))
    assert act(editor).manager == editor


def test_managers_are_named_by_the_coordinator_and_have_a_role() -> None:
    site, manager, deputy = a_site(manager=None), UserFactory(), UserFactory()
    coordinator = staff("coordinator")
    with pytest.raises(Http404):
        sites.name_managers(site, manager=manager, deputy=None, by=manager, now=NOW)
    refused(
        "site_refused",
        lambda: sites.name_managers(site, manager=manager, deputy=manager, by=coordinator, now=NOW),
    )
    sites.name_managers(site, manager=manager, deputy=deputy, by=coordinator, now=NOW)
    for person, label in ((manager, "Tilavastaava"), (deputy, "Tilavastaavan sijainen")):
        [role] = roles_in_force(person, NOW)
        assert (role.label, role.scope, role.needs_second_factor) == (label, site.name, True)
        sites.edit_site(site, phone="013 330 100", by=person, now=NOW)
    shut = UserFactory(is_active=False)
    refused("inactive", lambda: sites.name_managers(site, manager=shut, deputy=None, by=coordinator, now=NOW))


def test_a_week_has_several_rows_a_day_that_do_not_overlap() -> None:
    site = a_site()
    hours = [opening.Hours(0, time(8), time(12)), opening.Hours(0, time(16), time(20), True)]
    opening.save_hours(site, hours=hours, by=site.manager, now=NOW)
    opening.save_hours(site, hours=hours, by=site.manager, now=NOW)
    assert list(OpeningHours.objects.values_list("opens", "is_after_hours")) == [(time(8), False), (time(16), True)]
    bad = [*hours, opening.Hours(0, time(11), time(13))]
    words = refused("hours_overlap", lambda: opening.save_hours(site, hours=bad, by=site.manager, now=NOW))
    assert words.startswith("Maanantai: ")
    backwards = [opening.Hours(1, time(12), time(8))]
    refused("hours_order", lambda: opening.save_hours(site, hours=backwards, by=site.manager, now=NOW))
    other = a_room()
    refused("other_site", lambda: opening.save_hours(site, hours=[], room=other, by=site.manager, now=NOW))


def test_exceptions_and_ways_in_are_told_once_and_taken_away() -> None:
    site, day = a_site(), date(2026, 12, 24)
    facts: dict[str, Any] = {"first_day": day, "last_day": None, "reason": "Joulu", "by": site.manager, "now": NOW}
    found = opening.add_exception(site, **facts)
    assert opening.add_exception(site, **facts) == found
    assert list(coming_exceptions(site, day)) == [found]
    half = {**facts, "opens": time(9)}
    refused("exception_refused", lambda: opening.add_exception(site, **half))
    code: dict[str, Any] = {"way_in": "code", "text": "Koodi 1234", "valid_from": day, "by": site.manager, "now": NOW}
    way = opening.add_access(site, **code)
    assert opening.add_access(site, **code) == way
    for _again in range(2):
        opening.remove_exception(site, pk=found.pk, by=site.manager, now=NOW)
        opening.remove_access(site, pk=way.pk, by=site.manager, now=NOW)
    assert not AccessInstruction.objects.exists()
    assert not site.opening_exceptions.exists()


def test_terms_are_versions_that_stay_as_they_were_published() -> None:
    site, coordinator = a_site(), staff("coordinator")
    common = sites.publish_terms(None, text_fi="Siivoa jälkesi.", by=coordinator, now=NOW)
    assert sites.terms_of(site) == common
    with pytest.raises(Http404):
        sites.publish_terms(None, text_fi="Omat", by=site.manager, now=NOW)
    first = sites.publish_terms(site, text_fi="Ei hajusteita.", by=site.manager, now=NOW)
    assert sites.publish_terms(site, text_fi="Ei hajusteita.", by=site.manager, now=NOW) == first
    second = sites.publish_terms(site, text_fi="Ei hajusteita eikä eläimiä.", by=site.manager, now=NOW)
    assert (first.number, second.number, sites.terms_of(site)) == (1, 2, second)
    with pytest.raises(DatabaseError), transaction.atomic():
        UseTerms.objects.filter(pk=first.pk).update(text_fi="Muuta")
    refused("no_words", lambda: sites.publish_terms(site, text_fi=" ", by=site.manager, now=NOW))


def test_a_room_is_made_once_described_and_ordered() -> None:
    site = a_site()
    by = {"by": site.manager, "now": NOW}
    hall = rooms.add_room(site, name_fi="Sali", kind="hall", capacity=60, **by)
    assert rooms.add_room(site, name_fi="sali", capacity=60, **by) == hall
    refused("name_taken", lambda: rooms.add_room(site, name_fi="Sali", capacity=12, **by))
    half = rooms.add_room(site, name_fi="Pääty", parent=hall, kind="part", **by)
    small = rooms.add_room(site, name_fi="Aula", **by)
    assert [room.order for room in (hall, half, small)] == [0, 0, 1]
    rooms.move_room(small, up=True, **by)
    rooms.move_room(small, up=True, **by)
    assert list(site.rooms.filter(parent=None).values_list("name_fi", flat=True)) == ["Aula", "Sali"]
    refused("room_refused", lambda: rooms.edit_room(hall, least_minutes=90, most_minutes=60, **by))
    other = a_room()
    refused("other_site", lambda: rooms.add_room(site, name_fi="Osa", parent=other, **by))
    plain, door = a_feature(), a_feature("ovi", "Oven leveys", asks_detail="senttimetreinä")
    rooms.set_features(hall, details={plain.pk: "turha", door.pk: "90"}, **by)
    assert dict(hall.features.values_list("feature__key", "detail")) == {"esteeton": "", "ovi": "90"}
    rooms.set_features(hall, details={door.pk: "120"}, **by)
    assert dict(hall.features.values_list("feature__key", "detail")) == {"ovi": "120"}


def test_nothing_booked_goes_out_of_use() -> None:
    hall = a_room(kind="hall")
    by = {"by": hall.site.manager, "now": NOW}
    half = rooms.add_room(hall.site, name_fi="Pääty", parent=hall, **by)
    booking = asked_booking(hall)
    for act in (lambda: rooms.take_room_out(half, **by), lambda: sites.take_site_out(hall.site, **by)):
        assert "Tulossa on vielä 1 varaus" in refused("live_bookings", act)
    type(booking).objects.filter(pk=booking.pk).update(state="declined", reason="Peruttu")
    rooms.take_room_out(hall, **by)
    assert not Room.objects.filter(is_in_use=True).exists()
    assert list(allowed("premises.room.view", UserFactory(), now=NOW)) == []
    rooms.bring_room_back(hall, **by)
    assert list(Room.objects.filter(is_in_use=True)) == [hall]
    sites.take_site_out(hall.site, **by)
    assert list(allowed("premises.site.view", UserFactory(), now=NOW)) == []
    sites.bring_site_back(hall.site, **by)


def test_pictures_need_words_and_are_pictures(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path
    room = a_room()
    by: dict[str, Any] = {"by": room.site.manager, "now": NOW}
    refused("file_refused", lambda: rooms.add_file(room, kind="photo", upload=picture(), alt=" ", **by))
    found = rooms.add_file(room, kind="photo", upload=picture(), alt="Pöytä ja tuolit", **by)
    assert rooms.add_file(room, kind="photo", upload=picture(), alt="Sama", **by) == found
    text = picture("ohje.txt", b"Ohje")
    refused("not_a_picture", lambda: rooms.add_file(room, kind="photo", upload=text, alt="Ohje", **by))
    with pytest.raises(Http404):
        rooms.remove_file(found, by=UserFactory(), now=NOW)
    rooms.remove_file(found, **by)
    rooms.remove_file(found, **by)
    assert not RoomFile.objects.exists()


def test_a_former_manager_manages_no_more() -> None:
    site = a_site()
    former, coordinator = site.manager, staff("coordinator")
    having(a_room(site), a_feature())
    sites.name_managers(site, manager=UserFactory(), deputy=None, by=coordinator, now=NOW + timedelta(days=1))
    assert list(allowed("premises.site.manage", former, now=NOW)) == []
    with pytest.raises(Http404):
        sites.edit_site(site, phone="1", by=former, now=NOW)
