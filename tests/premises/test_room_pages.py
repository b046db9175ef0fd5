"""Pages of sites and rooms: what everybody sees, what is never shown, and how they are managed."""

from datetime import date, time
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from common import clock
from county.models import County
from premises.models import OpeningHours, Room, RoomImport, Site
from premises.workflow import opening
from premises.workflow.rooms import add_file
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.organisations.factories import OrganisationFactory, member
from tests.premises.keeping import NOW, PNG, a_feature, a_room, a_site, asked_booking, having, picture, town

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _world(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Any) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)
    settings.MEDIA_ROOT = tmp_path
    County.objects.create(code="14", area_key="14", name_fi="Koealueen hyvinvointialue")


def url(name: str, *args: Any) -> str:
    return reverse(f"premises:{name}", args=args)


def shown(client: Client, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_the_list_of_sites_is_narrowed_and_tells_whose_each_is() -> None:
    lift = a_feature("hissi", "Hissi")
    county = a_site(name_fi="Niinivaaran terveysasema")
    having(a_room(county, name_fi="Ryhmähuone Kaisla"), a_feature(), lift)
    organisation = OrganisationFactory(name="Lieksan Omaistuki ry")
    own = a_site(name_fi="Kerhotalo", municipality=town("422", "Lieksa"), organisation=organisation, kind="ngo_house")
    a_room(own, name_fi="Kerhohuone")
    a_site(name_fi="Suljettu talo", is_in_use=False)
    client = Client()
    page = shown(client, url("sites"))
    for word in ("Niinivaaran terveysasema", "Ryhmähuone Kaisla", "Esteetön", "Kerhotalo", "Lieksan Omaistuki ry"):
        assert word in page
    assert "Suljettu talo" not in page
    for query, found, missing in (
        ({"kunta": "422"}, "Kerhotalo", "Niinivaaran"),
        ({"ominaisuus": "hissi"}, "Niinivaaran", "Kerhotalo"),
        ({"kenen": "jarjesto"}, "Kerhotalo", "Niinivaaran"),
    ):
        page = shown(client, url("sites"), **query)
        assert found in page
        assert f"{missing} terveysasema" not in page
        assert f'<a href="/tilat/toimipaikat/{own.pk}/"' in page or missing == "Kerhotalo"
    assert "Tällaista tilaa ei löytynyt" in shown(client, url("sites"), kunta="422", ominaisuus="hissi")


def test_an_empty_list_says_what_to_do() -> None:
    assert "Tiloja ei ole vielä merkitty" in shown(Client(), url("sites"))
    assert "Et ole minkään toimipaikan tilavastaava" in shown(signed_in(UserFactory()), url("managed"))
    assert "Toimipaikkoja ei ole vielä" in shown(signed_in(staff("coordinator")), url("managed"))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_lists_cost_the_same_for_any_number_of_rows(rows: int, django_assert_max_num_queries: Any) -> None:
    features = [a_feature(), a_feature("hissi", "Hissi")]
    for _number in range(rows):
        site = a_site(organisation=OrganisationFactory())
        for _room in range(rows):
            having(a_room(site), *features)
    client = Client()
    with django_assert_max_num_queries(8):
        shown(client, url("sites"))
    with django_assert_max_num_queries(12):
        shown(client, url("site", site.pk))
    coordinator = signed_in(staff("coordinator"))
    with django_assert_max_num_queries(12):
        shown(coordinator, url("managed"))


def test_a_code_is_never_on_a_public_page() -> None:
    site = a_site(how_to_find="Bussi 4 pysähtyy oven eteen.", safety_rules="Kokoontumispaikka on piha.")
    room = a_room(site, restrictions="Ei hajusteita.", layouts="12 pöydän ympärillä.")
    opening.save_hours(
        site,
        hours=[opening.Hours(0, time(8), time(16)), opening.Hours(0, time(17), time(23, 59), True)],
        by=site.manager,
        now=NOW,
    )
    opening.add_exception(site, first_day=date(2026, 12, 24), last_day=None, reason="Joulu", by=site.manager, now=NOW)
    opening.add_access(site, way_in="code", text="Ovikoodi 4711", valid_from=NOW.date(), by=site.manager, now=NOW)
    for client in (Client(), signed_in(UserFactory()), signed_in(member(OrganisationFactory(), "admin"))):
        for address in (url("site", site.pk), url("room", room.pk), url("sites")):
            assert "4711" not in shown(client, address)
    page = shown(Client(), url("site", site.pk))
    for word in ("Bussi 4", "17.00–24.00", "24.12.2026", "Joulu", "Kokoontumispaikka"):
        assert word in page
    page = shown(Client(), url("room", room.pk))
    for word in ("Ei hajusteita.", "12 pöydän", "Järjestöille maksutta", "8.00–16.00", "30 minuuttia"):
        assert word in page
    assert "4711" in shown(signed_in(site.manager), url("site_desk", site.pk))


def test_pictures_are_served_with_their_room() -> None:
    room = a_room()
    add_file(room, kind="photo", upload=picture(), alt="Pöytä ja tuolit", by=room.site.manager, now=NOW)
    file = room.files.get()
    page = shown(Client(), url("room", room.pk))
    assert 'alt="Pöytä ja tuolit"' in page
    answer: Any = Client().get(url("room_file", file.pk))
    assert b"".join(answer.streaming_content) == PNG
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("image/png", "nosniff")
    Room.objects.update(is_in_use=False)
    assert Client().get(url("room_file", file.pk)).status_code == 404


def test_the_coordinator_makes_a_site_and_names_its_manager() -> None:
    client, person, place = signed_in(staff("coordinator")), UserFactory(), town()
    bad = client.post(url("site_new"), {"name_fi": "", "municipality": place.pk, "kind": "other", "postcode": "12"})
    assert bad.status_code == 422
    assert "Postinumerossa on viisi numeroa." in bad.content.decode()
    told = {"name_fi": "Nurmeksen sote-keskus", "municipality": place.pk, "kind": "social_centre"}
    client.post(url("site_new"), told)
    site = Site.objects.get()
    assert "nimeämättä" in shown(client, url("site_desk", site.pk))
    unknown = client.post(url("site_managers", site.pk), {"manager": "ei.ole@yhdyspinta.example"})
    assert "Tällä osoitteella ei ole tunnusta" in unknown.content.decode()
    client.post(url("site_managers", site.pk), {"manager": person.email.upper()})
    site.refresh_from_db()
    assert site.manager == person
    assert "Nurmeksen sote-keskus" in shown(signed_in(person), url("managed"))
    client.post(url("site_edit", site.pk), {**told, "phone": "013 330 100"})
    history = shown(client, url("site_history", site.pk))
    assert "013 330 100" in history
    assert "Area values" not in history


def test_the_weekly_form_keeps_what_was_typed_and_tells_the_day() -> None:
    site = a_site()
    client = signed_in(site.manager)
    page = shown(client, url("site_hours", site.pk))
    assert page.count("d0_") >= 6
    told = {"d0_0_opens": "8", "d0_0_closes": "15.30", "d0_1_opens": "15", "d0_1_closes": "20"}
    answer = client.post(url("site_hours", site.pk), told)
    assert answer.status_code == 422
    assert "Maanantai: kaksi aikaa menee päällekkäin" in answer.content.decode()
    assert 'value="15.30"' in answer.content.decode()
    for bad, words in (({"d0_0_closes": ""}, "sekä avaamis- että"), ({"d0_0_opens": "25.00"}, "emme ymmärtäneet")):
        assert words in client.post(url("site_hours", site.pk), {**told, **bad}).content.decode()
    client.post(url("site_hours", site.pk), {**told, "d0_1_opens": "16", "d0_1_after": "on", "closed_on_holidays": ""})
    assert list(OpeningHours.objects.values_list("opens", "closes", "is_after_hours")) == [
        (time(8), time(15, 30), False),
        (time(16), time(20), True),
    ]
    site.refresh_from_db()
    assert not site.closed_on_holidays


def test_a_room_from_the_first_press_to_out_of_use() -> None:
    site, lift = a_site(), a_feature("hissi", "Hissi", asks_detail="missä hissi on")
    client = signed_in(site.manager)
    answer = client.post(url("room_new", site.pk), {"name_fi": "Sali", "kind": "hall", "capacity": "40"})
    room = Room.objects.get()
    assert answer["Location"] == url("room_features", room.pk)
    client.post(url("room_features", room.pk), {f"t{lift.pk}": "pääoven vieressä"})
    rules = {"who_may": "ngos", "approval": "manager", "least_minutes": "60", "most_minutes": "30"}
    rest = {"tidy_minutes": "15", "book_days_ahead": "200", "cancel_hours": "24", "hourly_price": "0"}
    wrong = client.post(url("room_rules", room.pk), {**rules, **rest, "hourly_value": "35"})
    assert "Lyhin varaus on enintään pisimmän pituinen" in wrong.content.decode()
    client.post(url("room_rules", room.pk), {**rules, **rest, "hourly_value": "35", "most_minutes": "240"})
    room.refresh_from_db()
    assert (room.approval, room.tidy_minutes, room.hourly_value) == ("manager", 15, 35)
    nothing = client.post(url("room_picture", room.pk), {"kind": "photo", "alt": "Sali"})
    assert nothing.status_code == 422
    upload = SimpleUploadedFile("sali.png", PNG, content_type="image/png")
    client.post(url("room_picture", room.pk), {"kind": "plan", "alt": "Salin pohja", "upload": upload})
    page = shown(client, url("room_desk", room.pk))
    for word in ("pääoven vieressä", "Salin pohja", "35,00"):
        assert word in page
    booking = asked_booking(room)
    assert str(booking.organisation) in shown(client, url("room_out", room.pk))
    client.post(url("room_out", room.pk))
    assert Room.objects.get().is_in_use


def test_an_organisation_tells_its_own_place() -> None:
    organisation = OrganisationFactory()
    client = signed_in(member(organisation, "editor"))
    assert "Ette tarjoa vielä tiloja" in shown(client, url("own_rooms", organisation.pk))
    assert url("own_rooms", organisation.pk) in shown(client, reverse("organisations:own", args=[organisation.pk]))
    client.post(url("own_site_new", organisation.pk), {"name_fi": "Kerhotalo", "municipality": town().pk})
    site = Site.objects.get()
    assert (site.organisation, site.kind) == (organisation, "ngo_house")
    client.post(url("room_new", site.pk), {"name_fi": "Sali", "kind": "room", "capacity": "20"})
    assert Room.objects.get().who_may == "county"
    assert "Kerhotalo" in shown(client, url("own_rooms", organisation.pk))


def sheet(text: str) -> SimpleUploadedFile:
    return SimpleUploadedFile("tilat.csv", text.encode())


def test_a_sheet_is_looked_at_and_taken_in_one_press_and_again_changes_nothing() -> None:
    a_feature()
    town()
    client = signed_in(staff("coordinator"))
    text = (
        "Toimipaikka;Kunta;Osoite;Tila;Osa tilasta;Laji;Henkilömäärä;Ominaisuudet;Lattia\n"
        "Uusi talo;Joensuu;Siltakatu 1;Sali;;sali;60;Esteetön;parketti\n"
        "Uusi talo;Joensuu;;Pääty;Sali;salin osa;30;;\n"
        "Uusi talo;Atlantis;;Aula;;;;;\n"
        "Uusi talo;Joensuu;;Aula;;huone;monta;;\n"
        "Uusi talo;Joensuu;;Keittiö;;;;Uima-allas;\n"
        "Uusi talo;Joensuu;;Loppu;Puuttuva;;;;\n"
    )
    answer = client.post(url("sheet_new"), {"file": sheet(text)})
    run = RoomImport.objects.get()
    assert answer["Location"] == url("sheet", run.pk)
    page = shown(client, url("sheet", run.pk))
    for word in (
        "toimipaikka Uusi talo",
        "Kuntaa ”Atlantis” ei ole tällä alueella",
        "Henkilömäärää ”monta” ei ymmärretty",
        "Ominaisuutta ”Uima-allas” ei ole luettelossa",
        "Tilaa ”Puuttuva”, jonka osa tämä on, ei ole",
        "Lattia",
    ):
        assert word in page
    assert not Site.objects.exists()
    client.post(url("sheet", run.pk))
    client.post(url("sheet", run.pk))
    site = Site.objects.get()
    assert list(site.rooms.order_by("capacity").values_list("name_fi", "parent__name_fi", "kind")) == [
        ("Pääty", "Sali", "part"),
        ("Sali", None, "hall"),
    ]
    client.post(url("sheet_new"), {"file": sheet("\n".join(text.split("\n")[:3]))})
    again = RoomImport.objects.exclude(pk=run.pk).get()
    assert "Uutta ei ole" in shown(client, url("sheet", again.pk))
    client.post(url("sheet_new"), {"file": sheet("Toimipaikka;Kunta;Tila;Henkilömäärä\nUusi talo;Joensuu;Sali;75\n")})
    newest = RoomImport.objects.first()
    assert newest is not None
    assert "henkilöitä enintään" in shown(client, url("sheet", newest.pk))
    client.post(url("sheet", newest.pk))
    assert site.rooms.get(name_fi="Sali").capacity == 75


def test_the_template_can_be_brought_back_and_what_is_no_sheet_is_told() -> None:
    a_feature()
    town()
    client = signed_in(staff("coordinator"))
    template = client.get(url("sheet_template")).content
    client.post(url("sheet_new"), {"file": SimpleUploadedFile("tilat.xlsx", template)})
    run = RoomImport.objects.get()
    assert (len(run.rows), run.refused) == (2, [])
    client.post(url("sheet", run.pk))
    assert Room.objects.get(kind="hall").features.count() == 1
    answer = client.post(url("sheet_new"), {"file": sheet("Nimi;Paikka\nA;B\n")})
    assert answer.status_code == 422
    assert "Lataa mallipohja ja täytä se" in answer.content.decode()


def test_rooms_and_sites_are_found_by_the_search_over_all() -> None:
    site = a_site(name_fi="Niinivaaran terveysasema")
    having(a_room(site, name_fi="Ryhmähuone Kaisla"), a_feature())
    a_room(a_site(is_in_use=False), name_fi="Salainen Kaisla")
    page = shown(Client(), reverse("portal:search"), q="kaisla niinivaara")
    assert "Ryhmähuone Kaisla" in page
    assert "Salainen" not in shown(Client(), reverse("portal:search"), q="kaisla")
    assert "Niinivaaran terveysasema" in shown(Client(), reverse("portal:search"), q="niinivaaran")
