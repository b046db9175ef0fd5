"""Open data as files and pages: CSV, the dictionary, Lähellä.fi, and that no secret is in any of them."""

import csv
import io
import re
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock
from county.models import Municipality
from organisations.api.dictionary import SHAPES, columns
from organisations.api.downloads import head
from organisations.api.rows import BATCH, in_batches, organisation_rows
from organisations.lahella import CATEGORIES
from organisations.models import Activity, ActivityKind, BankAccount, Organisation
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.forums.factories import EventFactory
from tests.organisations.factories import NOW, OrganisationFactory, member
from tests.organisations.factories_open_data import (
    OpenActivityFactory,
    full_activity,
    full_organisation,
    make_contact,
)
from tests.security.routes import API

pytestmark = pytest.mark.django_db
PAGE = reverse("organisations:open_data")


def content(answer: Any) -> str:
    assert answer.status_code == 200
    told = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return str(told.decode())


def lines(client: Client, address: str) -> list[dict[str, str]]:
    text = content(client.get(address))
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";"))


def test_the_organisations_file_has_the_fields_of_the_interface(
    client: Client, kunnat: dict[str, Municipality]
) -> None:
    organisation = full_organisation(kunnat)
    make_contact(organisation, "Eino Malli", email="", phone="+358 50 1")

    (row,) = lines(client, "/api/v1/organisations.csv")

    found = client.get(f"/api/v1/organisations/{organisation.pk}").json()
    assert list(row) == head(SHAPES["jarjestot.csv"])
    assert {name: value for name, value in row.items() if value} == {
        "id": str(organisation.pk),
        "url": found["url"],
        "name": "Lieksan Omaishoitajat ry",
        "earlier_names": "Lieksan Omaishuolto ry",
        "business_id": "0785533-5",
        "association_number": "123456",
        **{f"legal_form_name_{key}": value for key, value in found["legal_form"]["name"].items()},
        "legal_form_code": "association",
        **{f"status_name_{key}": value for key, value in found["status"]["name"].items()},
        "status_code": "registered",
        "status_on": "1994-03-01",
        "registered_on": "1994-03-01",
        "domicile_code": "422",
        "domicile_name_fi": "Lieksa",
        "domicile_name_sv": "Lieksa",
        "postcode": "81700",
        "post_town": "Lieksa",
        "in_last_extract": "true",
        "description_fi": "Autamme omaishoitajia.",
        "description_sv": "Vi hjälper närståendevårdare.",
        "sectors_id": str(organisation.sectors.get().pk),
        "sectors_name_fi": "Sosiaaliala",
        "sectors_name_sv": "Socialbranschen",
        "themes_id": str(organisation.themes.get().pk),
        "themes_name_fi": "Osallisuus",
        "themes_name_en": "Inclusion",
        "target_groups_id": str(organisation.target_groups.get().pk),
        "target_groups_name_fi": "Omaishoitajat",
        "municipalities_code": "422 | 541",
        "municipalities_name_fi": "Lieksa | Nurmes",
        "municipalities_name_sv": "Lieksa | Nurmes",
        "municipalities_name_en": " | ",
        **{f"reach_name_{key}": value for key, value in found["reach"]["name"].items()},
        "reach_code": "regional",
        **{f"run_by_name_{key}": value for key, value in found["run_by"]["name"].items()},
        "run_by_code": "volunteers",
        "is_service_producer": "false",
        "accessibility": "Esteetön sisäänkäynti.",
        "website": "https://rekisteri.example.org",
        "links": "https://a.example.org | https://b.example.org",
        "lahella_url": "https://lahella.example.org/1",
        "email": "info@example.org",
        "phone": "'+358 40 123",  # a plus sign would begin a formula
        "contacts_name": "Aino Esimerkki | Eino Malli",
        "contacts_duty": "Sihteeri | ",
        "contacts_about": " | ",
        "contacts_email": "aino@example.org | ",
        "contacts_phone": " | +358 50 1",
        "updated_at": found["updated_at"],
    }


def test_the_activities_file_and_its_filters(client: Client, kunnat: dict[str, Municipality]) -> None:
    full_activity(full_organisation(kunnat), kunnat)
    OpenActivityFactory(name="Kahvila", kind="meeting_place")

    rows = lines(client, "/api/v1/activities.csv?kind=peer_group")

    assert [row["name"] for row in rows] == ["Omaishoitajien ryhmä"]
    assert list(rows[0]) == head(SHAPES["toiminta.csv"])
    assert rows[0]["organisation_name"] == "Lieksan Omaishoitajat ry"
    assert rows[0]["municipalities_code"] == "422"
    assert rows[0]["ends_on"] == "2999-12-31"
    assert [row["name"] for row in lines(client, "/api/v1/activities.csv")] == ["Omaishoitajien ryhmä", "Kahvila"]


def test_files_neutralise_formulas_and_keep_lines_together(client: Client) -> None:
    evil = '=HYPERLINK("http://x";"Avaa")\r\n@SUM(1)'
    organisation = OrganisationFactory(name=evil, description_fi="-1+1", contact_phone="@x")
    OpenActivityFactory(organisation=organisation, name="+1", description="=1;2")

    (row,) = lines(client, "/api/v1/organisations.csv")
    assert (row["name"], row["description_fi"], row["phone"]) == (f"'{evil}", "'-1+1", "'@x")
    (activity,) = lines(client, "/api/v1/activities.csv")
    assert (activity["name"], activity["description"], activity["organisation_name"]) == ("'+1", "'=1;2", f"'{evil}")
    answer = client.get("/api/v1/organisations.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="jarjestot.csv"'


def test_a_file_is_read_in_batches_of_which_none_is_lost(django_assert_num_queries: Any) -> None:
    Organisation.objects.bulk_create(Organisation(name=f"Yhdistys {number}") for number in range(BATCH + 1))
    from organisations.api.codes import Codes

    with django_assert_num_queries(2):
        rows = list(
            in_batches(Organisation.objects.all(), lambda batch: organisation_rows(batch, Codes(), clock.now()))
        )
    assert len({row["id"] for row in rows}) == BATCH + 1


def test_the_dictionary_tells_every_column(client: Client) -> None:
    rows = lines(client, reverse("organisations:data_dictionary"))

    assert list(rows[0]) == ["Tiedosto", "Sarake", "Merkitys", "Monta arvoa"]
    told = [(row["Tiedosto"], row["Sarake"]) for row in rows]
    assert told == [(name, each) for name, shape in SHAPES.items() for each in head(shape)]
    assert all(row["Merkitys"] for row in rows)
    meanings = {row["Sarake"]: (row["Merkitys"], row["Monta arvoa"]) for row in rows if row["Tiedosto"][0] == "j"}
    assert meanings["domicile_name_sv"] == ("Kotipaikka: kunta ja sen kuntanumero. Ruotsiksi.", "ei")
    assert meanings["sectors_id"] == (
        "Toimialat, jotka järjestö on valinnut. Koodin numero tässä palvelussa.",
        "kyllä",
    )
    assert meanings["contacts_about"][0].endswith("Missä asioissa voi ottaa yhteyttä.")
    assert len({column.name for column in columns(SHAPES["jarjestot.csv"])}) == len(meanings)


SECRETS = (
    "Nimenkirjoittaja Salanen",
    "FI2112345600000785",
    "Vain Alueelle",
    "piilo@example.org",
    "Salakatu",
    "rekisteri@example.org",
    "040 111",
    "Puheenjohtaja yksin",
    "Ohjaaja Salanen",
    "Poistunut Pekka",
    "Piilotettu toiminta",
    "edustaja@example.org",
)


def test_no_secret_is_in_any_answer(client: Client, kunnat: dict[str, Municipality]) -> None:
    organisation = full_organisation(kunnat)
    organisation.signatories.create(name="Nimenkirjoittaja Salanen", role="puheenjohtaja")
    admin = member(organisation, "admin", email="edustaja@example.org")
    BankAccount.objects.create(
        organisation=organisation, iban="FI2112345600000785", holder="Tili", entered_at=NOW, entered_by=admin
    )
    Organisation.objects.filter(pk=organisation.pk).update(confirmed_by=admin, confirmed_at=NOW)
    make_contact(organisation, "Vain Alueelle", visibility="county", email="piilo@example.org")
    make_contact(organisation, "Poistunut Pekka", left_on=NOW.date(), left_reason="Muutti")
    activity = full_activity(organisation, kunnat)
    OpenActivityFactory(organisation=organisation, name="Piilotettu toiminta", is_published=False)
    officer, own = signed_in(staff("coordinator")), signed_in(admin)
    event = EventFactory(meeting_url="https://kokous.example/Salanen")
    told: dict[str, str] = {}
    for name in API.split():
        given = {"organisation": {"id": organisation.pk}, "activity": {"id": activity.pk}, "event": {"id": event.pk}}
        address = reverse(f"api:{name}", kwargs=given.get(name, {}))
        told[address] = content(client.get(address))
    told[PAGE] = content(client.get(PAGE))
    for kind in ("csv", "json"):
        for asker, name, kwargs in (
            (officer, "lahella_file", {"kind": kind}),
            (own, "lahella_own_file", {"kind": kind, "organisation_id": organisation.pk}),
        ):
            address = reverse(f"organisations:{name}", kwargs=kwargs)
            told[address] = content(asker.get(address))

    for address, text in told.items():
        assert [secret for secret in SECRETS if secret in text] == [], address
    assert "Aino Esimerkki" in told["/api/v1/organisations"]
    assert "Omaishoitajien ryhmä" in told["/api/v1/activities"]


def test_the_file_for_lahella_has_its_categories_and_fields(kunnat: dict[str, Municipality]) -> None:
    organisation = full_organisation(kunnat)
    full_activity(organisation, kunnat)
    OpenActivityFactory(organisation=organisation, name="Auta lapiohommissa", kind="volunteering", is_remote=True)
    OpenActivityFactory(name="Toisen ryhmä")
    own = signed_in(member(organisation, "viewer"))
    address = {
        kind: reverse("organisations:lahella_own_file", args=[organisation.pk, kind]) for kind in ("csv", "json")
    }

    answer = own.get(address["json"])
    assert answer["Content-Disposition"] == 'attachment; filename="lahella.json"'
    assert answer["Cache-Control"] == "private, no-store"
    volunteering, group = answer.json()["items"]

    assert volunteering["category"] == "Vapaaehtoistoiminta"
    assert group.pop("links")[0] == "https://rekisteri.example.org"
    assert group == {
        "name": "Omaishoitajien ryhmä",
        "description": "Tavataan ja jutellaan.",
        "category": "Tukea ja apua",
        "municipalities": ["Lieksa"],
        "is_remote": False,
        "place": "Kylätupa, Kuhmonkatu 3",
        "time": "tiistaisin klo 12",
        "price": "maksuton",
        "how_to_join": "Soita tai tule paikalle.",
        "accessibility": "Luiska ovella.",
        "contact": {
            "organisation": "Lieksan Omaishoitajat ry",
            "business_id": "0785533-5",
            "email": "info@example.org",
            "phone": "+358 40 123",
        },
        "already_at": "https://lahella.example.org/2",
        "start_date": "2026-09-01",
        "end_date": "2999-12-31",
    }
    rows = lines(own, address["csv"])
    assert [row["Nimi"] for row in rows] == ["Auta lapiohommissa", "Omaishoitajien ryhmä"]
    assert [row["Etänä"] for row in rows] == ["kyllä", "ei"]
    assert (rows[1]["Kategoria"], rows[1]["Kunnat"], rows[1]["Päättyy"]) == ("Tukea ja apua", "Lieksa", "31.12.2999")
    assert rows[1]["Puhelin"] == "'+358 40 123"


def test_every_kind_has_its_category() -> None:
    assert set(CATEGORIES) == set(ActivityKind.values)
    assert set(CATEGORIES.values()) == {"Tukea ja apua", "Harrastukset ja vapaa-aika", "Vapaaehtoistoiminta"}


def test_the_coordinator_takes_everybodys_activities(kunnat: dict[str, Municipality]) -> None:
    officer = signed_in(staff("coordinator"))
    page = reverse("organisations:lahella")
    assert "Vietävää toimintaa ei vielä ole" in content(officer.get(page))
    full_activity(full_organisation(kunnat), kunnat)
    OpenActivityFactory(name="Kahvila", organisation=OrganisationFactory(name="Aura ry"))

    told = content(officer.get(page))
    assert re.findall(r'<th scope="row" lang="fi">([^<]+)', told) == ["Kahvila", "Omaishoitajien ryhmä"]
    assert 'href="/hallinta/toiminta/lahella.csv"' in told
    rows = lines(officer, reverse("organisations:lahella_file", args=["csv"]))
    assert [row["Järjestö"] for row in rows] == ["Aura ry", "Lieksan Omaishoitajat ry"]
    assert page in content(officer.get(reverse("portal:desk")))


def test_who_may_not_take_them_finds_nothing() -> None:
    organisation = OpenActivityFactory().organisation
    stranger = signed_in(UserFactory())
    other = signed_in(member(OrganisationFactory(), "admin"))
    registrar = signed_in(staff("registrar"))
    for asker in (stranger, other, registrar):
        for name, args in (
            ("lahella", []),
            ("lahella_file", ["csv"]),
            ("lahella_own", [organisation.pk]),
            ("lahella_own_file", [organisation.pk, "json"]),
        ):
            assert asker.get(reverse(f"organisations:{name}", args=args)).status_code == 404


def test_the_own_page_tells_what_to_do(kunnat: dict[str, Municipality]) -> None:
    organisation = full_organisation(kunnat)
    own = signed_in(member(organisation, "editor"))
    page = reverse("organisations:lahella_own", args=[organisation.pk])
    assert "Vietävää toimintaa ei vielä ole" in content(own.get(page))
    full_activity(organisation, kunnat)

    told = content(own.get(page))
    assert f'href="/omat/{organisation.pk}/toiminta/lahella.csv"' in told
    assert "Kirjaudu Lähellä.fi-palveluun" in told
    assert page in content(own.get(PAGE))


def test_the_page_tells_terms_addresses_and_files(client: Client, kunnat: dict[str, Municipality]) -> None:
    full_activity(full_organisation(kunnat), kunnat)

    told = content(client.get(PAGE))

    for link in ("/api/v1/organisations.csv", "/api/v1/activities.csv", "/api/v1/openapi.json", "/api/v1/service-tray"):
        assert f'href="{link}"' in told
    assert "CC BY 4.0" in told
    assert f"{django_settings.BASE_URL}/api/v1/organisations?municipality=090&amp;status=registered" in told
    assert f'href="{reverse("organisations:lahella")}"' not in told
    for address in (reverse("portal:front"), reverse("organisations:organisations")):
        assert f'href="{PAGE}"' in content(client.get(address))


@pytest.mark.parametrize("name", ["open_data", "lahella", "lahella_own", "lahella_file"])
def test_the_number_of_queries_does_not_grow(name: str, kunnat: dict[str, Municipality]) -> None:
    organisation = full_organisation(kunnat)
    full_activity(organisation, kunnat)
    person = staff("coordinator") if name != "lahella_own" else member(organisation, "admin")
    asker = signed_in(person)
    args: list[Any] = {"lahella_own": [organisation.pk], "lahella_file": ["json"]}.get(name, [])

    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            content(asker.get(reverse(f"organisations:{name}", args=args)))
        return len(asked)

    once = count()
    for _number in range(2):
        full_activity(organisation if name == "lahella_own" else OrganisationFactory(), kunnat)
    assert Activity.objects.count() == 3
    assert count() == once
    assert once <= 12
