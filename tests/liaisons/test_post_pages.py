"""Pages of posts, appointments and units: what stands on them, what they do, how many queries they ask."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from county.models import County, LifeSituation, Theme, Title
from liaisons.models import Absence, Appointment, Post, PostPower, Substitute, Unit
from notifications.models import Message
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.county.factories import NOW, MunicipalityFactory
from tests.liaisons.factories import (
    AbsenceFactory,
    AppointmentFactory,
    PostFactory,
    SubstituteFactory,
    UnitFactory,
    proposal,
)
from tests.xlsx import read

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 2)


@pytest.fixture(autouse=True)
def _at_the_moment() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def coordinator() -> User:
    return staff("coordinator")


@pytest.fixture
def desk(coordinator: User) -> Client:
    return signed_in(coordinator)


def page(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200, f"{url}: {answer.status_code}"
    return " ".join(answer.content.decode().split())


def send(client: Client, name: str, pk: int | None = None, **data: Any) -> str:
    """Post the form and return the page to which it leads, or the form with its errors."""
    url = reverse(f"liaisons:{name}", args=[] if pk is None else [pk])
    answer = client.post(url, data, follow=True)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def asked(client: Client, url: str) -> int:
    client.get(url)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def full_row() -> Appointment:
    """Return an appointment with everything that a list may show."""
    row = AppointmentFactory(
        post__unit__kind="unit", post__municipality=MunicipalityFactory(), valid_until=TODAY + timedelta(days=30)
    )
    SubstituteFactory(appointment=row)
    AbsenceFactory(user=row.user)
    proposal(post=PostFactory(level="municipal", unit=None, municipality=MunicipalityFactory()))
    return row


@pytest.mark.parametrize(
    "url",
    [
        "/hallinta/yhteyshenkilot/",
        "/hallinta/yhteyshenkilot/yhteyshenkilot.csv",
        "/hallinta/yhteyshenkilot/kattavuus/",
        "/hallinta/yksikot/",
        "/yhteyshenkilot/",
    ],
)
def test_lists_have_a_fixed_number_of_queries(desk: Client, url: str) -> None:
    full_row()
    one = asked(desk, url)
    for _more in range(2):
        full_row()
    assert asked(desk, url) == one
    assert one <= 12


def test_one_post_and_ones_own_have_a_fixed_number_of_queries(desk: Client) -> None:
    row = full_row()
    me = signed_in(row.user)
    one, own = asked(desk, f"/hallinta/yhteyshenkilot/{row.post_id}/"), asked(me, "/omat/tehtavat/")
    for years in (1, 2, 3):
        valid = {"valid_from": date(2023 + years * 10, 1, 1), "valid_until": date(2024 + years * 10, 1, 1)}
        extra = AppointmentFactory(post=row.post, user=row.user, **valid)
        SubstituteFactory(appointment=extra)
        SubstituteFactory(appointment=row, order=years)
        SubstituteFactory(user=row.user)
    assert asked(desk, f"/hallinta/yhteyshenkilot/{row.post_id}/") == one
    assert asked(me, "/omat/tehtavat/") <= own + 1  # the list of substitutions has its prefetch now


class TestDirectory:
    def test_an_empty_one_tells_what_comes(self) -> None:
        assert "Yhteyshenkilöitä ei ole vielä luettelossa" in page(Client(), "/yhteyshenkilot/")

    def test_everybody_sees_who_answers_now(self) -> None:
        row = AppointmentFactory(post__name_fi="muistihoitaja")
        away = AppointmentFactory()
        SubstituteFactory(appointment=away, user=UserFactory(full_name="Sirpa Sijainen"))
        AbsenceFactory(user=away.user)
        waiting = proposal(user=UserFactory(full_name="Nina Nimetty"))
        text = page(Client(), "/yhteyshenkilot/")
        assert "Muistihoitaja" in text
        assert str(row.user) in text
        assert "Sirpa Sijainen (sijainen)" in text
        assert "Hyvinvointialueen koordinaattori" in text
        assert "Nina Nimetty" not in text + page(Client(), f"/yhteyshenkilot/{waiting.post_id}/")

    @pytest.mark.parametrize(
        "query", ["kunta=422", "teema={theme}", "tilanne={situation}", "taso=unit", "q=neuvo asema"]
    )
    def test_filters_stand_in_the_address(self, query: str) -> None:
        unit = UnitFactory(name_fi="Asema", kind="unit")
        unit.municipalities.add(MunicipalityFactory(code="422"))
        found = PostFactory(name_fi="etsitty", level="unit", unit=unit, services="neuvonta")
        theme, situation = Theme.objects.create(name_fi="T"), LifeSituation.objects.create(name_fi="S")
        found.themes.add(theme)
        found.life_situations.add(situation)
        PostFactory(name_fi="toinen", municipality=MunicipalityFactory())
        text = page(Client(), "/yhteyshenkilot/?" + query.format(theme=theme.pk, situation=situation.pk))
        assert ("Etsitty" in text, "Toinen" in text) == (True, False)

    def test_a_unit_brings_those_below_it(self) -> None:
        top = UnitFactory()
        PostFactory(name_fi="alempi", unit=UnitFactory(parent=top))
        PostFactory(name_fi="sivullinen")
        text = page(Client(), f"/yhteyshenkilot/?yksikko={top.pk}")
        assert ("Alempi" in text, "Sivullinen" in text) == (True, False)
        assert "Ei tällaista yhteyshenkilöä" in page(Client(), "/yhteyshenkilot/?q=eiole")

    def test_no_address_is_shown_to_strangers(self) -> None:
        row = AppointmentFactory(phone="013 555", shows_phone=True, shows_email=True)
        hidden = AppointmentFactory(phone="013 666")
        text = page(Client(), f"/yhteyshenkilot/{row.post_id}/")
        assert ("013 555" in text, row.user.email in text) == (True, False)
        assert row.user.email in page(signed_in(UserFactory()), f"/yhteyshenkilot/{row.post_id}/")
        text = page(signed_in(UserFactory()), f"/yhteyshenkilot/{hidden.post_id}/")
        assert ("013 666" in text, hidden.user.email in text) == (False, False)

    def test_a_post_tells_what_it_answers_for_and_how_soon(self) -> None:
        County.objects.create(code="14", name_fi="Alue", answer_days=3)
        row = AppointmentFactory(post__tasks_fi="Kysy ryhmistä", post__services="neuvonta")
        PostPower.objects.create(
            post=row.post, power="statement", decided_by="Johtaja", decided_on=TODAY, valid_from=TODAY
        )
        text = page(Client(), f"/yhteyshenkilot/{row.post_id}/")
        for part in ("Kysy ryhmistä", "neuvonta", "3 työpäivää", "Antaa lausunnon ulkopuoliseen rahoitushakuun"):
            assert part in text

    def test_a_post_that_has_ended_is_not_there(self) -> None:
        post = PostFactory(valid_until=TODAY - timedelta(days=1))
        assert Client().get(f"/yhteyshenkilot/{post.pk}/").status_code == 404

    def test_the_menu_and_the_search_lead_here(self) -> None:
        PostFactory(name_fi="muistihoitaja")
        assert 'href="/yhteyshenkilot/"' in page(Client(), "/")
        assert "muistihoitaja" in page(Client(), "/haku/?q=muistihoitaja")


class TestList:
    def test_states_and_filters(self, desk: Client) -> None:
        PostFactory(name_fi="avoin tehtävä")
        proposal(post__name_fi="vastaamaton tehtävä")
        AppointmentFactory(post__name_fi="hoidettu tehtävä")
        text = page(desk, "/hallinta/yhteyshenkilot/")
        assert "3 tehtävää" in text
        for state, name in (("vacant", "Avoin"), ("unaccepted", "Vastaamaton"), ("held", "Hoidettu")):
            text = page(desk, f"/hallinta/yhteyshenkilot/?tila={state}")
            assert "Yksi tehtävä" in text
            assert f"{name} tehtävä" in text
        assert "Ei tällaisia tehtäviä" in page(desk, "/hallinta/yhteyshenkilot/?tila=away")

    def test_by_level_unit_and_municipality(self, desk: Client) -> None:
        town = MunicipalityFactory(code="422")
        post = PostFactory(name_fi="etsitty", level="unit", municipality=town)
        PostFactory(name_fi="toinen")
        for query in ("taso=unit", f"yksikko={post.unit_id}", "kunta=422"):
            text = page(desk, f"/hallinta/yhteyshenkilot/?{query}")
            assert ("Etsitty" in text, "Toinen" in text) == (True, False)

    def test_the_silent_are_reminded_in_bulk(self, desk: Client) -> None:
        rows = [proposal() for _each in range(3)]
        text = send(desk, "posts_remind", nimeaminen=[rows[0].pk, rows[1].pk])
        assert "Muistutus lähti 2 henkilölle." in text
        assert "Muistutus lähti yhdelle henkilölle." in send(desk, "posts_remind", kaikki="1")
        assert "Kaikkia valittuja on muistutettu jo tänään." in send(desk, "posts_remind", kaikki="1")
        assert "Valitse luettelosta, ketä muistutat." in send(desk, "posts_remind", nimeaminen="x")
        assert Message.objects.filter(kind="liaisons.appointment_reminder").count() == 3

    def test_files_hold_the_same_rows(self, desk: Client) -> None:
        AppointmentFactory(post__name_fi="=1+1", user__full_name="Aa Bee", working_time=20)
        PostFactory(name_fi="avoin")
        text = desk.get("/hallinta/yhteyshenkilot/yhteyshenkilot.csv").content.decode()
        assert "'=1+1" in text
        assert "Aa Bee;1.1.2023;;20;;Aa Bee" in text
        assert "Aa Bee" not in desk.get("/hallinta/yhteyshenkilot/yhteyshenkilot.csv?tila=vacant").content.decode()
        book = desk.get("/hallinta/yhteyshenkilot/yhteyshenkilot.xlsx").content
        sheet = read(book)
        assert [sheet.cells[f"A{line}"] for line in (1, 2, 3)] == ["Tehtävä", "=1+1", "avoin"]

    def test_the_auditor_reads_and_has_no_buttons(self) -> None:
        row = proposal()
        auditor = signed_in(staff("auditor"))
        text = page(auditor, "/hallinta/yhteyshenkilot/") + page(auditor, f"/hallinta/yhteyshenkilot/{row.post_id}/")
        for part in ("Perusta tehtävä", "Muistuta valittuja", "Nimeä henkilö", "Peru nimeäminen"):
            assert part not in text


class TestPost:
    def test_made_edited_and_ended(self, desk: Client) -> None:
        unit = UnitFactory(name_fi="Neuvola")
        data = {"level": "unit", "name_fi": "linkkihenkilö", "unit": unit.pk, "valid_from": "1.1.2026"}
        assert "Tehtävä on perustettu. Nimeä siihen seuraavaksi henkilö." in send(desk, "post_new", **data)
        post = Post.objects.get()
        assert (post.is_established, post.area_key) == (False, None)
        edited = {**data, "name_fi": "yhdyshenkilö", "is_established": "on", "answer_days": "3"}
        assert "Tehtävän tiedot on tallennettu." in send(desk, "post_edit", post.pk, **edited)
        post.refresh_from_db()
        assert (post.name, post.is_established, post.answer_days) == ("yhdyshenkilö", True, 3)
        assert "Tehtävän päättyminen on tallennettu." in send(desk, "post_end", post.pk, ends_on="31.12.2026")
        post.refresh_from_db()
        assert post.valid_until == date(2026, 12, 31)

    @pytest.mark.parametrize(
        ("data", "said"),
        [
            ({"level": "unit"}, "Valitse yksikkö: tällä tasolla tehtävä kuuluu aina yksikköön."),
            ({"level": "municipal"}, "Valitse kunta, jonka yhteyshenkilöstä on kyse."),
            ({"level": "strategic", "answer_days": "90"}, "Vastausaika on 1–60 työpäivää."),
        ],
    )
    def test_wrong_input_is_told(self, desk: Client, data: dict[str, str], said: str) -> None:
        assert said in send(desk, "post_new", name_fi="X", valid_from="1.1.2026", **data)
        assert not Post.objects.exists()

    @pytest.mark.parametrize("own", ["", "järjestölähettiläs"])
    def test_without_a_name_it_is_called_as_the_county_calls_it(self, desk: Client, own: str) -> None:
        if own:
            Title.objects.create(key="strategic", name_fi=own)
        send(desk, "post_new", level="strategic", valid_from="1.1.2026")
        assert Post.objects.get().name == (own or "kumppanuuspäällikkö")

    def test_two_holders_keep_a_post_open_to_many(self, desk: Client) -> None:
        post = PostFactory(allows_many=True)
        AppointmentFactory(post=post)
        AppointmentFactory(post=post)
        data = {"level": "service_area", "name_fi": "X", "unit": post.unit_id, "valid_from": "1.1.2023"}
        text = send(desk, "post_edit", post.pk, **data)
        assert "Tehtävässä on tai on ollut useita henkilöitä yhtä aikaa" in text
        post.refresh_from_db()
        assert post.allows_many

    def test_power_is_recorded_and_ended(self, desk: Client) -> None:
        post = PostFactory()
        data = {"power": "letter_of_intent", "decided_on": "2.1.2026", "valid_from": "1.2.2026", "section": "9"}
        assert "Valitse toimielin tai kirjoita viranhaltija" in send(desk, "power_new", post.pk, **data)
        assert "Toimivalta on kirjattu." in send(desk, "power_new", post.pk, **data, decided_by="Johtaja")
        granted = PostPower.objects.get()
        assert "§ 9" in page(desk, f"/hallinta/yhteyshenkilot/{post.pk}/")
        send(desk, "power_end", granted.pk, ends_on="31.12.2026")
        granted.refresh_from_db()
        assert granted.valid_until == date(2026, 12, 31)


class TestNaming:
    DATA = {
        "full_name": "Uusi Henkilö",
        "email": "uusi@example.org",
        "supervisor": "Leena Lähi",
        "valid_from": "2.11.2026",
    }

    def test_from_naming_to_yes(self, desk: Client) -> None:
        post = PostFactory()
        assert "hänelle on lähtenyt viesti." in send(desk, "appoint", post.pk, **self.DATA)
        row = Appointment.objects.get()
        me = signed_in(row.user, second_factor=False)
        text = page(me, f"/omat/tehtavat/{row.pk}/")
        for part in ("Mitä tehtävä tarkoittaa", "Leena Lähi", "Ota tehtävä vastaan", "Sähköpostiosoitteesi ei näy"):
            assert part in text
        assert "Vastaa, otatko tehtävän vastaan" in page(me, "/omat/")
        me.post(f"/omat/tehtavat/{row.pk}/ota-vastaan/", {"phone": "013 1", "shows_phone": "on"})
        row.refresh_from_db()
        assert (row.state, row.shows_phone) == ("accepted", True)
        assert me.get("/omat/tehtavat/").headers["Location"].startswith("/tili/toinen-tunniste/")
        assert "Ei sijaista" in page(signed_in(row.user), "/omat/tehtavat/")

    def test_the_person_says_no(self) -> None:
        row = proposal()
        text = send(signed_in(row.user), "own_decline", row.pk, reason="Ei aikaa")
        assert "Vastauksesi on lähetetty." in text
        row.refresh_from_db()
        assert (row.state, row.reason) == ("declined", "Ei aikaa")
        text = send(signed_in(row.user), "own_accept", row.pk)
        assert "Tätä ei voi enää tehdä, koska asian tila on nyt ”Ei ottanut vastaan”." in text

    def test_a_taken_post_is_told_on_the_form(self, desk: Client) -> None:
        row = AppointmentFactory()
        assert "Tehtävään on jo nimetty henkilö osaksi tästä ajasta." in send(desk, "appoint", row.post_id, **self.DATA)

    def test_a_term_goes_on_with_the_same_person(self, desk: Client) -> None:
        row = AppointmentFactory(valid_until=date(2026, 12, 31), supervisor="Leena Lähi")
        text = page(desk, f"/hallinta/yhteyshenkilot/{row.post_id}/nimea/?jatka={row.pk}")
        for part in (row.user.email, "1.1.2027", "Leena Lähi"):
            assert part in text
        assert "1.1.2027" not in page(desk, f"/hallinta/yhteyshenkilot/{row.post_id}/nimea/?jatka=x")

    def test_withdrawn_edited_and_ended(self, desk: Client) -> None:
        waiting, row = proposal(), AppointmentFactory()
        assert "Nimeäminen on peruttu" in send(desk, "appointment_withdraw", waiting.pk, reason="Väärä henkilö")
        data = {"working_time": "15", "supervisor": "Uusi Lähi", "introduced_on": "1.10.2026"}
        assert "Tiedot on tallennettu." in send(desk, "appointment_edit", row.pk, **data)
        send(desk, "appointment_end", row.pk, ends_on="30.11.2026", reason="Siirtyy")
        row.refresh_from_db()
        assert (row.working_time, row.introduced_on, row.state) == (15, date(2026, 10, 1), "ended")
        text = page(desk, f"/hallinta/yhteyshenkilot/{row.post_id}/")
        assert "Päätetty" in text
        assert "Jatka uudelle kaudelle" in text

    def test_substitute_and_absence(self, desk: Client) -> None:
        row = AppointmentFactory()
        data = {"full_name": "Sirpa", "email": "sirpa@example.org", "order": "1", "valid_from": "2.11.2026"}
        assert "Sijainen on nimetty" in send(desk, "substitute_new", row.pk, **data)
        assert "Poissaolo on kirjattu." in send(desk, "absence_new", row.pk, valid_from="2.11.2026")
        text = page(desk, f"/hallinta/yhteyshenkilot/{row.post_id}/")
        assert "Tänään vastaa Sirpa. Sijainen: varsinainen yhteyshenkilö on poissa toistaiseksi." in text
        send(desk, "absence_end", Absence.objects.get().pk, ends_on="3.11.2026")
        send(desk, "substitute_end", Substitute.objects.get().pk, ends_on="3.11.2026")
        assert Absence.objects.get().valid_until == Substitute.objects.get().valid_until == date(2026, 11, 3)


class TestOwn:
    def test_nothing_yet_teaches_what_comes(self) -> None:
        text = page(signed_in(UserFactory()), "/omat/tehtavat/")
        assert "Sinulla ei ole yhteyshenkilön tehtäviä" in text

    def test_own_substitute_absence_and_contacts(self) -> None:
        row = AppointmentFactory()
        me = signed_in(row.user)
        data = {"full_name": "Sirpa", "email": "sirpa@example.org", "order": "1", "valid_from": "2.11.2026"}
        assert "Sijainen on nimetty" in send(me, "own_substitute", row.pk, **data)
        assert "Poissaolo on kirjattu." in send(me, "own_absence", valid_from="2.11.2026", valid_until="5.11.2026")
        text = page(me, f"/omat/tehtavat/{row.pk}/")
        assert "Sirpa. Sijainen: varsinainen yhteyshenkilö on poissa 5.11.2026 asti." in text
        said = "Kirjoita numero, jonka saa näyttää, tai poista valinta."
        assert said in send(me, "own_edit", row.pk, shows_phone="on")
        assert "Tiedot on tallennettu." in send(me, "own_edit", row.pk, phone="013 1", working_time="5")
        send(me, "own_substitute_end", Substitute.objects.get().pk, ends_on="3.11.2026")
        send(me, "own_absence_end", Absence.objects.get().pk, ends_on="2.11.2026")
        send(me, "own_end", row.pk, ends_on="31.12.2026")
        row.refresh_from_db()
        assert (row.working_time, row.state, row.valid_until) == (5, "ended", date(2026, 12, 31))

    def test_a_substitute_sees_it_and_steps_aside(self) -> None:
        stand_in = SubstituteFactory()
        me = signed_in(stand_in.user)
        assert str(stand_in.appointment.user) in page(me, "/omat/tehtavat/")
        assert "Sijaisuuden viimeinen päivä on tallennettu." in send(
            me, "own_substitute_end", stand_in.pk, ends_on="1.11.2026"
        )
        assert "Sinulla ei ole yhteyshenkilön tehtäviä" in page(me, "/omat/tehtavat/")

    def test_an_absence_ahead_is_taken_back_with_an_empty_day(self) -> None:
        ahead = AbsenceFactory(valid_from=TODAY + timedelta(days=2))
        assert "Poissaolo on tallennettu." in send(signed_in(ahead.user), "own_absence_end", ahead.pk, ends_on="")
        assert not Absence.objects.exists()

    def test_others_own_pages_are_not_there(self) -> None:
        row = AppointmentFactory()
        other = signed_in(AppointmentFactory().user)
        for name in ("own_post", "own_edit", "own_end", "own_substitute"):
            assert other.get(reverse(f"liaisons:{name}", args=[row.pk])).status_code == 404

    def test_a_liaison_has_a_desk(self) -> None:
        row = AppointmentFactory()
        assert 'href="/omat/tehtavat/"' in page(signed_in(row.user), "/hallinta/")


class TestUnits:
    def test_the_tree_of_today_and_of_another_day(self, desk: Client) -> None:
        top = UnitFactory(name_fi="Sote")
        UnitFactory(name_fi="Neuvola", parent=top)
        UnitFactory(name_fi="Mennyt", valid_until=date(2025, 1, 1))
        text = page(desk, "/hallinta/yksikot/")
        assert "Hyvinvointialueen organisaatio 2.11.2026: 2 yksikköä." in text
        assert "Mennyt" not in text
        assert "Mennyt" in page(desk, "/hallinta/yksikot/?paiva=31.12.2024")
        assert "2 yksikköä" in page(desk, "/hallinta/yksikot/?paiva=eilen")
        assert "Yksiköitä ei ole" in page(desk, "/hallinta/yksikot/?paiva=1.1.2020")

    def test_added_renamed_moved_and_ended(self, desk: Client) -> None:
        top = UnitFactory(name_fi="Sote")
        data = {"name_fi": "Neuvola", "kind": "unit", "parent": top.pk, "valid_from": "1.1.2026"}
        assert "Yksikkö on lisätty." in send(desk, "unit_new", **data)
        unit = Unit.objects.get(name_fi="Neuvola")
        text = send(desk, "unit_rename", unit.pk, name_fi="Perhekeskus", from_day="1.10.2026", reason="§ 5")
        assert "Uusi nimi on tallennettu." in text
        assert "1.1.2026 – 30.9.2026" in text
        assert "Siirto on tallennettu." in send(desk, "unit_move", unit.pk, parent="", from_day="1.12.2026")
        text = page(desk, f"/hallinta/yksikot/{unit.pk}/")
        assert "Muutos on tulossa" in text
        assert "Suunniteltu muutos on peruttu." in send(desk, "unit_cancel", unit.pk)
        town = MunicipalityFactory()
        assert "Kunnat on tallennettu." in send(desk, "unit_municipalities", unit.pk, municipalities=[town.pk])
        text = send(desk, "unit_end", unit.pk, last_day="31.12.2026", move_to=top.pk)
        assert "Valitse sama yksikkö myös kohdasta ”Työtä jatkavat”." in text
        text = send(desk, "unit_end", unit.pk, last_day="31.12.2026", successors=[top.pk])
        assert "Työtä jatkaa 1.1.2027 alkaen:" in text

    def test_a_circle_is_told_on_the_form(self, desk: Client) -> None:
        top = UnitFactory()
        under = UnitFactory(parent=top)
        text = send(desk, "unit_move", top.pk, parent=under.pk, from_day="2.11.2026")
        assert "Yksikkö ei voi kuulua itseensä tai alayksikköönsä. Valitse toinen yksikkö." in text


def test_the_coverage_page_narrows_to_a_municipality(desk: Client) -> None:
    town = MunicipalityFactory(code="422", name_fi="Lieksa")
    AppointmentFactory(post=PostFactory(level="unit", municipality=town, unit__name_fi="Lieksan asema"))
    PostFactory(level="unit", municipality=MunicipalityFactory(), unit__name_fi="Muu asema")
    PostFactory(level="strategic", unit=None)
    text = page(desk, "/hallinta/yhteyshenkilot/kattavuus/")
    for part in ("Lieksan asema", "Muu asema", "1 / 3", "Strateginen taso"):
        assert part in text
    text = page(desk, "/hallinta/yhteyshenkilot/kattavuus/?kunta=422")
    assert ("Lieksan asema" in text, "Muu asema" in text) == (True, False)
