"""The OpenAPI document is valid by an independent judge, and every answer is what it says."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from jsonschema import Draft202012Validator, FormatChecker
from openapi_spec_validator import OpenAPIV31SpecValidator

from common import clock
from common.times import local_date
from county.models import Municipality
from organisations.api.document import document
from organisations.api.texts import FIELDS, OPERATIONS, PARAMETERS
from organisations.models import Activity, Organisation
from tests.forums.factories import EventFactory
from tests.organisations.factories import OrganisationFactory
from tests.organisations.factories_open_data import OpenActivityFactory, full_activity, full_organisation
from tests.security.routes import API

pytestmark = pytest.mark.django_db
DOCUMENT = "/api/v1/openapi.json"


@pytest.fixture
def told(client: Client) -> dict[str, Any]:
    """The document as it is served."""
    answer = client.get(DOCUMENT)
    assert answer.status_code == 200
    return dict(answer.json())


def check(told: dict[str, Any], path: str, answer: Any) -> None:
    """Hold an answer against what the document says of it."""
    said = told["paths"][path]["get"]["responses"][str(answer.status_code)]["content"]
    kind = answer["Content-Type"].partition(";")[0]
    assert list(said) == [kind]
    schema = {**said[kind]["schema"], "components": told["components"]}
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(answer.json())


def test_the_document_is_valid_and_names_its_licence(told: dict[str, Any]) -> None:
    OpenAPIV31SpecValidator(told).validate()
    assert told["openapi"] == "3.1.0"
    assert told["info"]["license"] == {"name": "CC BY 4.0", "url": "https://creativecommons.org/licenses/by/4.0/"}
    assert told["info"]["version"] == "1.0.0"


def test_the_document_tells_of_every_address_and_no_other(told: dict[str, Any]) -> None:
    names = [name for name in API.split() if name not in ("openapi", "organisation", "activity", "event")]
    addresses = {reverse(f"api:{name}") for name in names}
    addresses |= {"/api/v1/organisations/{id}", "/api/v1/activities/{id}", "/api/v1/event/{id}/"}
    assert set(told["paths"]) == addresses
    assert {tuple(methods) for methods in told["paths"].values()} == {("get",)}


def _untold(told: dict[str, Any]) -> Iterator[str]:
    for path, methods in told["paths"].items():
        for parameter in methods["get"].get("parameters", []):
            if not parameter.get("description"):
                yield f"{path} {parameter['name']}"
    for name, schema in told["components"]["schemas"].items():
        if name in FIELDS:
            for field, about in schema["properties"].items():
                if not about.get("description") and field not in FIELDS[name]:
                    yield f"{name}.{field}"


def test_everything_is_told_in_words(told: dict[str, Any]) -> None:
    assert list(_untold(told)) == []
    operations = {methods["get"]["operationId"] for methods in told["paths"].values()}
    assert operations == set(OPERATIONS)
    asked = {
        parameter["name"] for methods in told["paths"].values() for parameter in methods["get"].get("parameters", [])
    }
    assert asked == set(PARAMETERS)
    for name in ("Organisation", "Activity", "ActivityOrganisation", "ContactPerson", "Problem"):
        assert set(told["components"]["schemas"][name]["properties"]) == set(FIELDS[name])


def test_the_words_follow_the_language() -> None:
    assert document("fi")["info"]["description"].startswith("Alueen järjestöjen julkiset rekisteritiedot")


@pytest.mark.parametrize("is_full", [True, False])
def test_every_answer_is_what_the_document_says(
    client: Client, told: dict[str, Any], kunnat: dict[str, Municipality], is_full: bool
) -> None:
    organisation = full_organisation(kunnat) if is_full else OrganisationFactory(legal_form="", name="a")
    activity = full_activity(organisation, kunnat) if is_full else OpenActivityFactory(organisation=organisation)
    event = EventFactory(published_at=clock.now(), starts_at=clock.now(), ends_at=clock.now() + timedelta(hours=1))
    for path in told["paths"]:
        if path.endswith(".csv"):
            continue
        one = activity if "activities" in path else event if "event" in path else organisation
        address = path.format(id=one.pk)
        answer = client.get(address)
        assert answer.status_code == 200, path
        check(told, path, answer)


def test_every_error_is_what_the_document_says(client: Client, told: dict[str, Any]) -> None:
    for path in told["paths"]:
        check(told, path, client.get(path.format(id=1) + "?ei=1"))
    for path in ("/api/v1/organisations/{id}", "/api/v1/activities/{id}"):
        answer = client.get(path.format(id=1))
        assert answer.status_code == 404
        check(told, path, answer)


def test_the_service_tray_has_the_names_of_the_service_catalogue(
    client: Client, kunnat: dict[str, Municipality]
) -> None:
    organisation: Organisation = full_organisation(kunnat)
    activity: Activity = full_activity(organisation, kunnat, description="Tavataan. " + "Sana " * 60)

    (service,) = client.get("/api/v1/service-tray").json()["items"]

    group, situation = activity.target_groups.get(), activity.life_situations.get()
    address = service["serviceChannels"][1]["webPages"][-1]["url"]
    contacts = {
        "phoneNumbers": [{"language": "fi", "number": "+358 40 123"}],
        "supportEmails": [{"language": "fi", "value": "info@example.org"}],
    }
    lieksa = [{"language": "fi", "value": "Lieksa"}, {"language": "sv", "value": "Lieksa"}]
    summary = service["serviceDescriptions"].pop(0)
    assert summary["type"] == "Summary"
    assert summary["value"].startswith("Tavataan. Sana")
    assert summary["value"].endswith("Sana…")
    assert len(summary["value"]) <= 150
    assert service.pop("modified") == client.get(f"/api/v1/activities/{activity.pk}").json()["updated_at"]
    assert service == {
        "sourceId": f"activity-{activity.pk}",
        "type": "Service",
        "serviceNames": [{"language": "fi", "type": "Name", "value": "Omaishoitajien ryhmä"}],
        "serviceDescriptions": [
            {"language": "fi", "type": "Description", "value": activity.description},
            {"language": "fi", "type": "UserInstruction", "value": "Soita tai tule paikalle."},
            {"language": "fi", "type": "ChargeTypeAdditionalInfo", "value": "maksuton"},
        ],
        "languages": ["fi"],
        "areaType": "LimitedType",
        "areas": [{"type": "Municipality", "municipalities": [{"code": "422", "name": lieksa}]}],
        "targetGroups": [{"code": str(group.pk), "name": [{"language": "fi", "value": "Omaishoitajat"}]}],
        "lifeEvents": [{"code": str(situation.pk), "name": [{"language": "fi", "value": "Omaishoito"}]}],
        "organizations": [
            {
                "roleType": "Responsible",
                "organization": {
                    "sourceId": f"organisation-{organisation.pk}",
                    "name": "Lieksan Omaishoitajat ry",
                    "businessCode": "0785533-5",
                },
            }
        ],
        "serviceChannels": [
            {
                "serviceChannelType": "ServiceLocation",
                "serviceChannelNames": [{"language": "fi", "type": "Name", "value": "Kylätupa, Kuhmonkatu 3"}],
                "serviceChannelDescriptions": [
                    {"language": "fi", "type": "Description", "value": "tiistaisin klo 12\nLuiska ovella."}
                ],
                "webPages": [],
                **contacts,
            },
            {
                "serviceChannelType": "WebPage",
                "serviceChannelNames": [{"language": "fi", "type": "Name", "value": "Omaishoitajien ryhmä"}],
                "serviceChannelDescriptions": [],
                "webPages": [
                    {"language": "fi", "url": "https://lahella.example.org/2"},
                    {"language": "fi", "url": "https://rekisteri.example.org"},
                    {"language": "fi", "url": address},
                ],
                **contacts,
            },
        ],
        "validFrom": "2026-09-01",
        "validTo": "2999-12-31",
        "publishingStatus": "Published",
    }


def test_an_activity_without_a_place_is_reached_by_its_page(client: Client) -> None:
    OpenActivityFactory(when="joka ilta", is_remote=True, ends_on=local_date(clock.now()))

    (service,) = client.get("/api/v1/service-tray").json()["items"]

    assert (service["areaType"], service["areas"]) == ("Nationwide", [])
    (channel,) = service["serviceChannels"]
    assert channel["serviceChannelType"] == "WebPage"
    assert channel["serviceChannelDescriptions"] == [{"language": "fi", "type": "Description", "value": "joka ilta"}]
    assert (channel["phoneNumbers"], channel["supportEmails"]) == ([], [])
