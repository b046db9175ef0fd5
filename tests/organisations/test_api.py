"""The open data interface: exact answers, filters, pages, what caches and browsers are told."""

import base64
from datetime import UTC, date, datetime

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from common import policies
from county.models import County, LifeSituation, Municipality, Sector
from organisations.models import Activity, Organisation
from tests.organisations.factories import OrganisationFactory
from tests.organisations.factories_open_data import (
    OpenActivityFactory,
    full_activity,
    full_organisation,
    make_contact,
)

pytestmark = pytest.mark.django_db
ORGANISATIONS, ACTIVITIES = "/api/v1/organisations", "/api/v1/activities"
CHANGED = datetime(2026, 10, 1, 8, 0, 0, 500_000, tzinfo=UTC)


def names(client: Client, query: str = "", address: str = ORGANISATIONS) -> list[str]:
    answer = client.get(f"{address}{query}")
    assert answer.status_code == 200, answer.content
    return [item["name"] for item in answer.json()["items"]]


def wrong(client: Client, query: str, address: str = ORGANISATIONS) -> dict[str, str]:
    answer = client.get(f"{address}{query}")
    assert answer.status_code == 400, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    return {item["name"]: item["message"] for item in answer.json()["parameters"]}


def test_an_organisation_says_all_that_is_public_and_nothing_else(
    client: Client, kunnat: dict[str, Municipality]
) -> None:
    organisation = full_organisation(kunnat, updated_at=CHANGED)
    Organisation.objects.filter(pk=organisation.pk).update(confirmed_at=CHANGED)

    found = client.get(f"{ORGANISATIONS}/{organisation.pk}").json()

    sector, theme, group = organisation.sectors.get(), organisation.themes.get(), organisation.target_groups.get()
    lieksa = {"code": "422", "name": {"fi": "Lieksa", "sv": "Lieksa", "en": None}}
    updated_at = found.pop("updated_at")
    assert datetime.fromisoformat(updated_at) > CHANGED
    for name in ("legal_form", "status", "reach", "run_by"):
        assert set(found[name]["name"]) == {"fi", "sv", "en"}
        found[name] = found[name]["code"], found[name]["name"]["fi"]
    assert found == {
        "id": organisation.pk,
        "url": f"{django_settings.BASE_URL}/jarjestot/{organisation.pk}/",
        "name": "Lieksan Omaishoitajat ry",
        "earlier_names": ["Lieksan Omaishuolto ry"],
        "business_id": "0785533-5",
        "association_number": 123456,
        "legal_form": ("association", "rekisteröity yhdistys (ry)"),
        "status": ("registered", "rekisterissä"),
        "status_on": "1994-03-01",
        "registered_on": "1994-03-01",
        "domicile": lieksa,
        "postcode": "81700",
        "post_town": "Lieksa",
        "in_last_extract": True,
        "missing_since": None,
        "description": {"fi": "Autamme omaishoitajia.", "sv": "Vi hjälper närståendevårdare.", "en": None},
        "sectors": [{"id": sector.pk, "name": {"fi": "Sosiaaliala", "sv": "Socialbranschen", "en": None}}],
        "themes": [{"id": theme.pk, "name": {"fi": "Osallisuus", "sv": None, "en": "Inclusion"}}],
        "target_groups": [{"id": group.pk, "name": {"fi": "Omaishoitajat", "sv": None, "en": None}}],
        "municipalities": [lieksa, {"code": "541", "name": {"fi": "Nurmes", "sv": "Nurmes", "en": None}}],
        "reach": ("regional", "usean kunnan alueella"),
        "run_by": ("volunteers", "vapaaehtoiset"),
        "is_service_producer": False,
        "accessibility": "Esteetön sisäänkäynti.",
        "website": "https://rekisteri.example.org",
        "links": ["https://a.example.org", "https://b.example.org"],
        "lahella_url": "https://lahella.example.org/1",
        "email": "info@example.org",
        "phone": "+358 40 123",
        "contacts": [
            {
                "name": "Aino Esimerkki",
                "duty": "Sihteeri",
                "about": None,
                "email": "aino@example.org",
                "phone": None,
            }
        ],
        "confirmed_on": "2026-10-01",
    }


def test_an_organisation_that_has_said_nothing_has_empty_fields(client: Client) -> None:
    organisation = OrganisationFactory(legal_form="", association_number=None)

    found = client.get(f"{ORGANISATIONS}/{organisation.pk}").json()

    empty = {name for name, value in found.items() if value in (None, [])}
    assert empty == {
        *("earlier_names", "business_id", "association_number", "legal_form", "status_on", "registered_on"),
        *("domicile", "postcode", "post_town", "missing_since", "sectors", "themes", "target_groups"),
        *("municipalities", "reach", "run_by", "is_service_producer", "accessibility", "website", "links"),
        *("lahella_url", "email", "phone", "contacts", "confirmed_on"),
    }
    assert found["description"] == {"fi": None, "sv": None, "en": None}


def test_an_activity_says_where_when_and_how(client: Client, kunnat: dict[str, Municipality]) -> None:
    organisation = full_organisation(kunnat)
    activity = full_activity(organisation, kunnat)

    found = client.get(f"{ACTIVITIES}/{activity.pk}").json()

    assert datetime.fromisoformat(found.pop("updated_at")).tzinfo is not None
    assert found.pop("url").startswith(django_settings.BASE_URL)
    group, situation = activity.target_groups.get(), activity.life_situations.get()
    assert (found["kind"].pop("code"), found["room"].pop("code")) == ("peer_group", "open")
    assert (found.pop("kind")["name"]["fi"], found.pop("room")["name"]["fi"]) == ("vertaisryhmä", "mahtuu mukaan")
    assert found == {
        "id": activity.pk,
        "organisation": {
            "id": organisation.pk,
            "url": f"{django_settings.BASE_URL}/jarjestot/{organisation.pk}/",
            "name": "Lieksan Omaishoitajat ry",
            "business_id": "0785533-5",
            "association_number": 123456,
            "website": "https://rekisteri.example.org",
            "email": "info@example.org",
            "phone": "+358 40 123",
        },
        "name": "Omaishoitajien ryhmä",
        "description": "Tavataan ja jutellaan.",
        "target_groups": [{"id": group.pk, "name": {"fi": "Omaishoitajat", "sv": None, "en": None}}],
        "life_situations": [{"id": situation.pk, "name": {"fi": "Omaishoito", "sv": None, "en": None}}],
        "municipalities": [{"code": "422", "name": {"fi": "Lieksa", "sv": "Lieksa", "en": None}}],
        "is_remote": False,
        "place": "Kylätupa, Kuhmonkatu 3",
        "when": "tiistaisin klo 12",
        "price": "maksuton",
        "accessibility": "Luiska ovella.",
        "how_to_join": "Soita tai tule paikalle.",
        "service_path": "Omaishoidon tuki",
        "lahella_url": "https://lahella.example.org/2",
        "starts_on": "2026-09-01",
        "ends_on": "2999-12-31",
        "confirmed_on": "2026-09-01",
    }


def test_a_list_names_its_licence_and_source(client: Client, db: None) -> None:
    County.objects.create(code="14", area_key="14", name_fi="Koealueen hyvinvointialue")

    answer = client.get(ORGANISATIONS)

    assert answer.json() == {
        "licence": "https://creativecommons.org/licenses/by/4.0/",
        "source": "Yhdyspinta, Koealueen hyvinvointialue",
        "next": None,
        "items": [],
    }
    assert answer["Link"] == '<https://creativecommons.org/licenses/by/4.0/>; rel="license"'


def test_filters_of_organisations(client: Client, kunnat: dict[str, Municipality]) -> None:
    full = full_organisation(kunnat)
    OrganisationFactory(name="Joensuun Säätiö", domicile=kunnat["167"], legal_form="foundation")
    OrganisationFactory(name="Purettu ry", domicile=kunnat["422"], status="dissolved", updated_at=CHANGED)
    sector, theme, group = full.sectors.get(), full.themes.get(), full.target_groups.get()

    for query, found in (
        ("", ["Lieksan Omaishoitajat ry", "Joensuun Säätiö", "Purettu ry"]),
        ("?municipality=422", ["Lieksan Omaishoitajat ry", "Purettu ry"]),
        ("?municipality=541", ["Lieksan Omaishoitajat ry"]),
        ("?municipality=541&municipality=167", ["Lieksan Omaishoitajat ry", "Joensuun Säätiö"]),
        (f"?sector={sector.pk}", ["Lieksan Omaishoitajat ry"]),
        (f"?theme={theme.pk}&target_group={group.pk}", ["Lieksan Omaishoitajat ry"]),
        (f"?theme={theme.pk}&municipality=167", []),
        ("?status=dissolved", ["Purettu ry"]),
        ("?status=dissolved&status=removed", ["Purettu ry"]),
        ("?legal_form=foundation", ["Joensuun Säätiö"]),
        ("?q=lieksan+oma", ["Lieksan Omaishoitajat ry"]),
        ("?q=LIEKSAN++omaishuolto", ["Lieksan Omaishoitajat ry"]),
        ("?q=omaishoitajat", []),
        ("?q=joensuun+saatio", ["Joensuun Säätiö"]),
        ("?q=123.456", ["Lieksan Omaishoitajat ry"]),
        ("?q=0785533-5", ["Lieksan Omaishoitajat ry"]),
        ("?q=%25", []),
        ("?q=a%00b", []),
        ("?q=+", ["Lieksan Omaishoitajat ry", "Joensuun Säätiö", "Purettu ry"]),
        ("?updated_since=2026-10-01T08:00:01Z&municipality=422", ["Lieksan Omaishoitajat ry"]),
        ("?updated_since=2026-10-01&municipality=422", ["Lieksan Omaishoitajat ry", "Purettu ry"]),
        ("?updated_since=2026-10-01T11:00:00&status=dissolved", ["Purettu ry"]),  # Finland's clock: UTC+3
        ("?updated_since=2026-10-01T11:00:01&status=dissolved", []),
    ):
        assert names(client, query) == found, query


def test_filters_of_activities(client: Client, kunnat: dict[str, Municipality]) -> None:
    organisation = full_organisation(kunnat)
    full = full_activity(organisation, kunnat)
    other = OpenActivityFactory(name="Kahvila", kind="meeting_place", updated_at=CHANGED)
    situation, group = full.life_situations.get(), full.target_groups.get()

    for query, found in (
        ("", ["Omaishoitajien ryhmä", "Kahvila"]),
        (f"?life_situation={situation.pk}&municipality=422", ["Omaishoitajien ryhmä"]),
        (f"?target_group={group.pk}", ["Omaishoitajien ryhmä"]),
        ("?municipality=167", []),
        ("?kind=meeting_place", ["Kahvila"]),
        ("?kind=meeting_place&kind=peer_group", ["Omaishoitajien ryhmä", "Kahvila"]),
        (f"?organisation={other.organisation_id}", ["Kahvila"]),
        ("?updated_since=2026-10-02", ["Omaishoitajien ryhmä"]),
    ):
        assert names(client, query, ACTIVITIES) == found, query


def test_activities_that_nobody_can_join_are_not_there(client: Client) -> None:
    shown = OpenActivityFactory(name="Nyt")
    hidden = [
        OpenActivityFactory(ends_on=date(2020, 1, 1)),
        OpenActivityFactory(is_published=False),
        OpenActivityFactory(organisation=OrganisationFactory(status="dissolved")),
    ]

    assert names(client, "", ACTIVITIES) == ["Nyt"]
    assert client.get(f"{ACTIVITIES}/{shown.pk}").status_code == 200
    for activity in hidden:
        assert client.get(f"{ACTIVITIES}/{activity.pk}").status_code == 404


def test_what_the_policy_hides_is_nowhere(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """An organisation merged into another leaves ``organisations.view``, and with it every answer."""
    stays, goes = OpenActivityFactory(name="Jää"), OpenActivityFactory(name="Poistuu")
    rule = policies.POLICIES["organisations.view"]
    without = {
        "organisations.view": lambda user, now: rule(user, now).exclude(pk=goes.organisation_id),
    }
    monkeypatch.setattr(policies, "POLICIES", {**policies.POLICIES, **without})

    assert names(client) == [stays.organisation.name]
    assert names(client, "", ACTIVITIES) == ["Jää"]
    assert client.get(f"{ORGANISATIONS}/{goes.organisation_id}").status_code == 404
    assert client.get(f"{ACTIVITIES}/{goes.pk}").status_code == 404
    for name in ("organisations", "activities"):
        told = b"".join(client.get(f"/api/v1/{name}.csv").streaming_content).decode()  # type: ignore[attr-defined]
        assert len(told.splitlines()) == 2
        assert goes.organisation.name not in told
    assert len(client.get("/api/v1/service-tray").json()["items"]) == 1


def test_wrong_parameters_are_refused_by_name_and_reason(client: Client, kunnat: dict[str, Municipality]) -> None:
    assert wrong(client, "?limit=0&status=foo&q=" + "x" * 101) == {
        "limit": "Anna vähintään 1.",
        "status": "Arvoa ei tunneta. Mahdolliset arvot: registered, liquidation, dissolved, removed.",
        "q": "Anna enintään 100 merkkiä.",
    }
    assert wrong(client, "?limit=101") == {"limit": "Anna enintään 100."}
    assert wrong(client, "?limit=x&sector=y") == {"limit": "Anna kokonaisluku.", "sector": "Anna kokonaisluku."}
    assert wrong(client, "?updated_since=eilen") == {
        "updated_since": "Anna päivä tai aika, esimerkiksi 2026-11-01 tai 2026-11-01T08:00:00Z."
    }
    assert wrong(client, "?municipality=999&sector=77") == {
        "municipality": "Arvoa 999 ei ole. Katso luettelo /api/v1/municipalities.",
        "sector": "Arvoa 77 ei ole. Katso luettelo /api/v1/sectors.",
    }
    assert wrong(client, "?life_situation=5", ACTIVITIES) == {
        "life_situation": "Arvoa 5 ei ole. Katso luettelo /api/v1/life-situations."
    }
    unknown = wrong(client, "?kunta=422&municipality=422")
    assert list(unknown) == ["kunta"]
    assert unknown["kunta"].startswith("Tällaista hakuehtoa ei ole. Hakuehdot ovat: ")
    assert wrong(client, "?x=1", "/api/v1/sectors") == {"x": "Tällä osoitteella ei ole hakuehtoja."}
    assert list(wrong(client, "?limit=5", "/api/v1/organisations.csv")) == ["limit"]


@pytest.mark.parametrize(
    "cursor", ["x", "%00", "ä", "YWZ0ZXI6LTE", "YWZ0ZXI6MA", base64.b64encode(b"after:" + b"9" * 19).decode()]
)
def test_a_made_up_cursor_is_refused(client: Client, cursor: str) -> None:
    assert wrong(client, f"?cursor={cursor}") == {
        "cursor": "Sivun tunniste ei kelpaa. Ota se edellisen vastauksen kentästä next, tai jätä pois."
    }


def test_pages_hold_every_row_once_while_rows_change(client: Client) -> None:
    made = [OrganisationFactory(name=f"Järjestö {number} ry") for number in range(7)]
    gone = made[1].pk

    address: str | None = f"{ORGANISATIONS}?limit=2&q=j%C3%A4rjest%C3%B6"
    seen: list[int] = []
    while address:
        page = client.get(address.removeprefix(django_settings.BASE_URL)).json()
        seen += [item["id"] for item in page["items"]]
        if len(seen) == 2:  # one before and one after the place change, one is gone, one comes
            Organisation.objects.filter(pk=made[0].pk).update(name="Järjestö ÖÖ ry")
            Organisation.objects.filter(pk=made[5].pk).update(name="Järjestö AA ry")
            made[1].delete()
            made.append(OrganisationFactory(name="Järjestö uusi ry"))
        address = page["next"]

    assert seen == [seen[0], gone, *(row.pk for row in made[2:])]
    assert len(seen) == 8


def test_the_last_page_has_no_next_even_when_it_is_full(client: Client) -> None:
    first, last = OrganisationFactory(), OrganisationFactory()

    page = client.get(f"{ORGANISATIONS}?limit=1").json()
    assert [item["id"] for item in page["items"]] == [first.pk]
    following = client.get(page["next"].removeprefix(django_settings.BASE_URL)).json()

    assert ([item["id"] for item in following["items"]], following["next"]) == ([last.pk], None)


def test_contacts_are_those_in_office_who_are_public(client: Client) -> None:
    organisation = OrganisationFactory()
    make_contact(organisation, "Nyt")
    make_contact(organisation, "Vain alueelle", visibility="county")
    make_contact(organisation, "Lähti", left_on=date(2026, 1, 1), left_reason="Muutti.")
    make_contact(organisation, "Tulossa", since=date(2999, 1, 1))

    found = client.get(f"{ORGANISATIONS}/{organisation.pk}").json()

    assert [person["name"] for person in found["contacts"]] == ["Nyt"]


def test_markup_stays_data(client: Client) -> None:
    name = '<script>alert(1)</script> & "Äö" =1+1'
    organisation = OrganisationFactory(name=name)

    answer = client.get(f"{ORGANISATIONS}/{organisation.pk}")

    assert answer.json()["name"] == name
    assert answer["Content-Type"] == "application/json; charset=utf-8"
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_code_lists(client: Client, kunnat: dict[str, Municipality]) -> None:
    second = Sector.objects.create(name_fi="Toinen", name_sv="Andra", order=2)
    first = Sector.objects.create(name_fi="Eka", order=1)
    LifeSituation.objects.create(name_fi="Suru")

    assert client.get("/api/v1/sectors").json() == {
        "items": [
            {"id": first.pk, "name": {"fi": "Eka", "sv": None, "en": None}},
            {"id": second.pk, "name": {"fi": "Toinen", "sv": "Andra", "en": None}},
        ]
    }
    codes = client.get("/api/v1/municipalities").json()["items"]
    assert codes[0] == {
        "code": "090",
        "name": {"fi": "Heinävesi", "sv": "Heinävesi", "en": None},
        "is_own": True,
    }
    assert len(codes) == len(kunnat)
    assert [item["name"]["fi"] for item in client.get("/api/v1/life-situations").json()["items"]] == ["Suru"]
    for name in ("themes", "target-groups"):
        assert client.get(f"/api/v1/{name}").json() == {"items": []}


@pytest.mark.parametrize(
    "address",
    [
        f"{ORGANISATIONS}?municipality=422&sector={{sector}}&theme={{theme}}&target_group={{group}}&q=lieksan",
        f"{ACTIVITIES}?municipality=422&life_situation={{situation}}&target_group={{group}}",
        "/api/v1/service-tray",
        "/api/v1/organisations.csv",
        "/api/v1/activities.csv",
    ],
)
def test_the_number_of_queries_does_not_grow(client: Client, kunnat: dict[str, Municipality], address: str) -> None:
    organisation = full_organisation(kunnat)
    activity = full_activity(organisation, kunnat)
    address = address.format(
        sector=organisation.sectors.get().pk,
        theme=organisation.themes.get().pk,
        group=organisation.target_groups.get().pk,
        situation=activity.life_situations.get().pk,
    )

    def count() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as asked:
            answer = client.get(address)
            told = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        return len(asked), told.count(b"Lieksan Omaishoitajat")

    queries, found = count()
    assert found >= 1
    for number in range(2):
        again = OrganisationFactory(name=f"Lieksan Omaishoitajat {number} ry", domicile=kunnat["422"])
        for relation in ("sectors", "themes", "target_groups"):
            getattr(again, relation).set(getattr(organisation, relation).all())
        make_contact(again, f"Henkilö {number}")
        full_activity(again, kunnat)

    assert Activity.objects.count() == 3
    after, found_after = count()
    assert found_after >= 3
    assert after == queries
    assert queries <= 12
