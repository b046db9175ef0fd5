"""Front page, what waits, the desk, search, statements, feedback, languages, the demonstration's clock."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from common import clock, seams
from county.models import County
from notifications.models import Message
from portal.desk import desk_links
from portal.next_steps import todos_of
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.factories import make_call
from tests.liaisons.factories import BodyFactory, MeetingFactory, SeatFactory
from tests.organisations.factories import OrganisationFactory, member

pytestmark = pytest.mark.django_db


@pytest.fixture
def county() -> County:
    row: County = County.objects.create(
        code="14", area_key="14", name_fi="Koealueen hyvinvointialue", email="jarjestot@koealue.example"
    )
    return row


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return answer.content.decode()


def queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    return len(asked)


class TestFront:
    def test_without_calls_it_says_so_and_leads_on(self, county: County) -> None:
        text = page(Client(), "/")
        assert "Juuri nyt mikään haku ei ole auki" in text
        assert reverse("grants:calls") in text
        assert "Koealueen hyvinvointialue" in text

    def test_open_and_coming_calls_but_no_drafts_or_closed(self, county: County) -> None:
        now = clock.now()
        times = {
            "Auki": (now - timedelta(days=2), now + timedelta(days=9)),
            "Tulossa": (now + timedelta(days=3), now + timedelta(days=30)),
            "Ohi": (now - timedelta(days=30), now - timedelta(seconds=1)),
        }
        for title, (opens_at, closes_at) in times.items():
            make_call(title_fi=f"Haku: {title}", opens_at=opens_at, closes_at=closes_at)
        make_call(state="draft", title_fi="Haku: Luonnos", opens_at=times["Auki"][0], closes_at=times["Auki"][1])
        text = page(Client(), "/")
        assert [name for name in (*times, "Luonnos") if f"Haku: {name}" in text] == ["Auki", "Tulossa"]
        assert "9 päivää jäljellä" in text or "8 päivää jäljellä" in text

    def test_counts_registered_organisations(self, county: County) -> None:
        OrganisationFactory()
        assert "Rekisterissä on nyt 1 järjestö." in page(Client(), "/")
        OrganisationFactory()
        assert "Rekisterissä on nyt 2 järjestöä." in page(Client(), "/")

    def test_queries_do_not_grow(self, county: County) -> None:
        now = clock.now()
        times = {"opens_at": now - timedelta(days=2), "closes_at": now + timedelta(days=9)}
        make_call(**times)
        page(Client(), "/")
        one = queries(Client(), "/")
        make_call(**times)
        make_call(**times)
        assert queries(Client(), "/") == one
        assert one <= 12


class TestNext:
    def test_a_newcomer_is_shown_the_first_step(self, county: County) -> None:
        text = page(signed_in(UserFactory()), "/omat/")
        assert "Tervetuloa Yhdyspintaan" in text
        assert "Etsi järjestösi" in text

    def test_soonest_first_then_without_a_date_then_what_can_wait(self, monkeypatch: pytest.MonkeyPatch) -> None:
        now = clock.now()

        def todos(_user: Any, _now: datetime) -> list[seams.Todo]:
            days = {"myöhemmin": 9, "pian": 1}
            dated = [seams.Todo(name, "/", "Avaa", due=now + timedelta(days=n)) for name, n in days.items()]
            quiet = seams.Todo("joskus", "/", "Avaa", due=now, quiet=True)
            return [quiet, seams.Todo("ilman päivää", "/", "Avaa", target=("call", 7)), *dated]

        monkeypatch.setattr(seams.todos, "_providers", {"test": todos})
        person = UserFactory()
        assert [todo.title for todo in todos_of(person, now)] == ["pian", "myöhemmin", "ilman päivää", "joskus"]
        assert [todo.title for todo in todos_of(person, now, target=("call", 7))] == ["ilman päivää"]

    def test_leads_to_the_organisation_and_to_the_desk(self, county: County) -> None:
        organisation = OrganisationFactory(name="Lieksan Omaistuki ry")
        text = page(signed_in(member(organisation)), "/omat/")
        assert "Lieksan Omaistuki ry" in text
        assert f"/omat/{organisation.pk}/" in text
        assert "/hallinta/" not in text
        assert 'href="/hallinta/"' in page(signed_in(staff("registrar")), "/omat/")

    def test_queries_do_not_grow_with_meetings(self, county: County) -> None:
        seat = SeatFactory()
        client = signed_in(seat.user)
        now = clock.now()
        MeetingFactory(body=seat.body, starts_at=now + timedelta(days=3))
        page(client, "/omat/")
        one = queries(client, "/omat/")
        for days in (4, 5):
            MeetingFactory(body=seat.body, starts_at=now + timedelta(days=days))
        assert queries(client, "/omat/") == one


class TestDesk:
    @pytest.mark.parametrize(
        ("role", "there", "not_there"),
        [
            ("coordinator", ["Haut", "Vuosiraportit", "Alueen asetukset"], ["Käyttäjät"]),
            ("registrar", ["Haut", "Järjestörekisteri"], ["Vuosiraportit", "Maksatukset"]),
            ("payments_clerk", ["Maksatukset", "Käyttöselvitykset"], ["Haut", "Edustukset"]),
            ("auditor", ["Haut", "Käyttäjät", "Toimielimet"], ["Vuosiraportit"]),
            ("administrator", ["Käyttäjät", "Lähtevät viestit"], ["Haut"]),
            ("assessor", ["Arvioinnit"], ["Haut"]),
            ("body.member", ["Kokoukset"], ["Toimielimet"]),
            ("body.secretary", ["Kokoukset", "Toimielimet"], ["Haut"]),
        ],
    )
    def test_each_role_has_its_places_of_work(self, role: str, there: list[str], not_there: list[str]) -> None:
        labels = [str(link.label) for link in desk_links({role})]
        assert [label for label in there if label not in labels] == []
        assert [label for label in not_there if label in labels] == []

    @pytest.mark.parametrize("role", ["coordinator", "registrar", "payments_clerk", "auditor", "administrator"])
    def test_every_link_opens_for_its_role(self, county: County, role: str) -> None:
        client = signed_in(staff(role))
        page(client, "/hallinta/")
        answers = {link.url: client.get(link.url).status_code for link in desk_links({role})}
        assert {url: code for url, code in answers.items() if code != 200} == {}

    def test_others_are_led_to_their_own_page(self, county: County) -> None:
        for person in (UserFactory(), member(OrganisationFactory())):
            assert signed_in(person).get("/hallinta/").headers["Location"] == "/omat/"

    def test_missing_settings_are_the_coordinators_checklist(self, county: County) -> None:
        assert "Puuttuvat asetukset" in page(signed_in(staff("coordinator")), "/hallinta/")
        assert "Puuttuvat asetukset" not in page(signed_in(staff("registrar")), "/hallinta/")

    @pytest.mark.parametrize("role", ["coordinator", "payments_clerk", "auditor"])
    def test_queries(self, county: County, role: str) -> None:
        """Every room asks its own questions about what waits, one query each; rows add none."""
        client = signed_in(staff(role))
        page(client, "/hallinta/")
        assert queries(client, "/hallinta/") <= 112


class TestSearch:
    def test_finds_organisations_and_counts(self, county: County) -> None:
        OrganisationFactory(name="Lieksan Omaistuki ry")
        text = page(Client(), "/haku/?q=omaistuki")
        assert "Lieksan Omaistuki ry" in text
        assert "Löytyi 1 osuma." in text

    def test_markup_is_shown_as_it_was_written(self, county: County) -> None:
        text = page(Client(), "/haku/?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")
        assert "<script>alert" not in text
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
        assert "Hakusanalla ei löytynyt mitään" in text

    @pytest.mark.parametrize("words", ["", "   ", "%00", "'", "%25", "a" * 500])
    def test_odd_words_break_nothing(self, county: County, words: str) -> None:
        assert Client().get(f"/haku/?q={words}").status_code == 200


class TestFeedback:
    def fields(self, **changed: str) -> dict[str, str]:
        return {"about": "accessibility", "text": "Painike ei näy <b>isona</b>.", "reply_to": "a@b.fi", **changed}

    def test_goes_to_the_countys_address(self, county: County) -> None:
        answer = Client().post("/palaute/", self.fields(), follow=True)
        assert "palautteesi on lähetetty" in answer.content.decode()
        message = Message.objects.get()
        assert message.to_address == county.email
        assert "Painike ei näy <b>isona</b>." in message.text
        assert "<b>isona" not in message.html
        assert "a@b.fi" in message.text
        assert "saavutettavuutta" in message.text

    def test_without_an_address_nothing_is_promised(self, county: County) -> None:
        County.objects.update(email="")
        assert "Palautelomake ei ole vielä käytössä" in page(Client(), "/palaute/")
        answer = Client().post("/palaute/", self.fields(), follow=True)
        assert "palautteesi on lähetetty" not in answer.content.decode()
        assert not Message.objects.exists()

    def test_errors_say_what_to_do_and_the_trap_catches(self, county: County) -> None:
        answer = Client().post("/palaute/", {"reply_to": "ei osoite"}).content.decode()
        assert "Palaute puuttuu. Kirjoita, mitä haluat kertoa." in answer
        assert "Tarkista osoite." in answer
        assert "Palautetta ei voitu lähettää" in Client().post("/palaute/", self.fields(website="x")).content.decode()
        assert not Message.objects.exists()


@pytest.mark.parametrize("prefix", ["", "/sv", "/en"])
@pytest.mark.parametrize("address", ["/", "/saavutettavuusseloste/", "/tietosuoja/", "/palaute/", "/haku/"])
def test_public_pages_open_in_every_language(county: County, prefix: str, address: str) -> None:
    text = page(Client(), prefix + address)
    assert f'<html lang="{prefix.strip("/") or "fi"}">' in text


def test_the_language_switch_keeps_the_page_and_its_filters(county: County) -> None:
    text = page(Client(), "/haku/?q=omaistuki")
    assert 'href="/sv/haku/?q=omaistuki"' in text
    assert 'href="/en/haku/?q=omaistuki"' in text
    assert 'href="/haku/?q=omaistuki"' in page(Client(), "/sv/haku/?q=omaistuki")


def test_a_shifted_clock_is_said_on_every_page(county: County, settings: Any, tmp_path: Path) -> None:
    banner = "Esittelyn kello on siirretty"
    settings.DATA_DIR = tmp_path
    settings.DEMONSTRATION = True
    assert banner not in page(Client(), "/")
    clock.move(timedelta(days=30))
    assert banner in page(Client(), "/")
    settings.DEMONSTRATION = False
    assert banner not in page(Client(), "/")


def test_pages_work_before_an_area_is_loaded() -> None:
    for address in ("/", "/palaute/", "/tietosuoja/", "/saavutettavuusseloste/"):
        page(Client(), address)
    assert page(signed_in(staff("coordinator")), "/hallinta/")


def test_a_committee_member_sees_the_coming_meeting(county: County) -> None:
    member_seat = SeatFactory(body=BodyFactory(name_fi="Hyvinvointilautakunta"))
    person: User = member_seat.user
    MeetingFactory(body=member_seat.body, starts_at=clock.now() + timedelta(days=5))
    assert "Valmistaudu kokoukseen" in page(signed_in(person), "/omat/")
