"""What anyone may know of grants: the list, what is being handled, and the open data."""

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from referencing import Registry
from referencing.jsonschema import DRAFT4

import grants
from grants import open_data
from grants.models import Application, Decision, EarlierGrant, EarlierGrantImport
from tests.grants.factories import NOW, make_call, make_municipality, make_organisation, make_submitted
from tests.grants.factories_money import FINAL, make_decision
from tests.grants.test_handling_pages import set_clock

pytestmark = pytest.mark.django_db

SCHEMAS = Path(grants.__file__).parent / "schemas"
LIST, APPLIED = "/avustukset/myonnetyt/", "/avustukset/haetut/"


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, FINAL)


def page(address: str = LIST, **query: Any) -> str:
    answer = Client().get(address, query)
    assert answer.status_code == 200
    return answer.content.decode()


def earlier(**fields: Any) -> EarlierGrant:
    run = EarlierGrantImport.objects.create(file_name="a.csv", form="helsinki", created_at=NOW)
    number = EarlierGrant.objects.count()
    values: dict[str, Any] = {
        "funder": "Hyvinvointialue",
        "is_own": True,
        "year": 2025,
        "name": "Kylän Väki ry",
        "business_id": "2345678-9",
        "granted_sum": Decimal(700),
        "source": "helsinki",
        "fingerprint": f"{number:064d}",
        "run": run,
        **fields,
    }
    return EarlierGrant.objects.create(**values)


def test_a_served_decision_is_listed_and_nothing_else() -> None:
    decision = make_decision(state="issued")
    organisation = decision.application.organisation
    make_decision(state="recorded", organisation=make_organisation("Odottava ry"))
    Application.objects.filter(pk=make_submitted(organisation=make_organisation("Peruttu ry")).pk).update(
        state="withdrawn"
    )
    shown = page()
    assert organisation.name in shown
    assert reverse("organisations:detail", args=[organisation.pk]) in shown
    for told in ("4 500", "3 500", "Myönnetty osittain", "20.1.2027", "§ 12", "Lieksa"):
        assert told in shown.replace("\N{NO-BREAK SPACE}", " "), told
    for hidden in ("Odottava ry", "Peruttu ry", "Aino Esimerkki", decision.reasons, "040 123 4567"):
        assert hidden not in shown, hidden


def test_filters_and_orders_say_the_same_in_the_file() -> None:
    first = make_decision(state="issued").application.organisation
    other = make_organisation("Nurmeksen Apu ry", domicile=make_municipality("541", "Nurmes"))
    make_decision(state="issued", sum="0.00", organisation=other)
    earlier()
    for query, names in (
        ({}, {first.name, other.name, "Kylän Väki ry"}),
        ({"kunta": "541"}, {other.name}),
        ({"tulos": "myonnetty"}, {first.name, "Kylän Väki ry"}),
        ({"tulos": "hylatty"}, {other.name}),
        ({"vuosi": "2025"}, {"Kylän Väki ry"}),
        ({"q": "nurmeksen"}, {other.name}),
        ({"q": "2345678-9"}, {"Kylän Väki ry"}),
        ({"jarjesto": str(first.pk)}, {first.name}),
        ({"vuosi": "xx", "kunta": "999", "jarjesto": "-1"}, {first.name, other.name, "Kylän Väki ry"}),
    ):
        found = Client().get("/api/v1/grants.json", query).json()["items"]
        assert {one["organisation"] for one in found} == names, query
        shown = page(**query)
        assert all(name in shown for name in names)
    ordered = Client().get("/api/v1/grants.json", {"jarjesta": "myonnetty"}).json()["items"]
    assert [one["granted"] for one in ordered] == [3500, 700, 0]
    assert "Rajauksella ei löydy avustuksia" in page(q="ei tällaista")


def test_a_private_person_and_another_funder_are_not_listed() -> None:
    earlier(name="Matti Meikäläinen", business_id="")
    earlier(name="Muun Rahoittama ry", is_own=False, funder="STEA")
    shown = page()
    assert "Päätöksiä ei ole vielä annettu" in shown
    assert "Meikäläinen" not in shown
    assert "Muun Rahoittama" not in shown


def test_what_is_asked_is_public_when_handling_has_begun() -> None:
    application = make_submitted()
    assert application.organisation.name not in page(APPLIED)
    assert "Käsittelyssä ei ole hakemuksia" in page(APPLIED)
    Application.objects.filter(pk=application.pk).update(state="in_handling")
    type(application.call).objects.filter(pk=application.call_id).update(state="handling")
    assert application.organisation.name in page(APPLIED)
    application.refresh_from_db()
    make_decision(application=application, state="issued")
    assert application.organisation.name not in page(APPLIED)
    assert application.organisation.name in page()


def test_the_pages_are_reached_and_told_of() -> None:
    decision = make_decision(state="issued")
    organisation = decision.application.organisation
    assert LIST in page("/avustukset/")
    assert f"{LIST}?jarjesto={organisation.pk}" in page(reverse("organisations:detail", args=[organisation.pk]))
    assert "/api/v1/grants-360giving.json" in page(reverse("organisations:open_data"))


def test_the_csv_has_every_described_column() -> None:
    decision = make_decision(state="issued")
    text = Client().get("/api/v1/grants.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text), delimiter=";"))
    assert list(rows[0]) == [field.name for field in open_data.FIELDS]
    assert rows[0]["case_number"] == decision.application.case_number
    assert rows[0]["granted"] == "3500,00"
    told = Client().get("/api/v1/grants.json").json()
    assert set(told["items"][0]) == set(told["fields"]) == set(rows[0])
    meanings = Client().get("/api/v1/grants-fields.csv").content.decode()
    assert all(field.name in meanings for field in open_data.FIELDS)


#: What the 360Giving package says, and nothing else: the standard's schema lets any other field through.
GIVING_FIELDS = {
    *("version", "title", "description", "issued", "license", "downloadURL", "accessURL"),
    *("publisher.identifier", "publisher.name"),
    *("grants.id", "grants.title", "grants.description", "grants.currency", "grants.awardDate", "grants.dataSource"),
    *("grants.amountAppliedFor", "grants.amountAwarded", "grants.grantProgramme.title"),
    *("grants.recipientOrganization.id", "grants.recipientOrganization.name", "grants.recipientOrganization.url"),
    *("grants.recipientOrganization.addressCountry", "grants.recipientOrganization.addressLocality"),
    *("grants.fundingOrganization.id", "grants.fundingOrganization.name"),
    *("grants.beneficiaryLocation.name", "grants.beneficiaryLocation.countryCode"),
    *("grants.beneficiaryLocation.geoCode", "grants.beneficiaryLocation.geoCodeType"),
}


def giving_faults(package: Any) -> list[str]:
    """Return what 360Giving's own schemas (``grants/schemas/``) have against the package."""
    whole, grant = (
        json.loads((SCHEMAS / name).read_text())
        for name in ("360-giving-package-schema.json", "360-giving-schema.json")
    )
    address = whole["properties"]["grants"]["items"]["$ref"]
    known = Registry().with_resource(address, DRAFT4.create_resource(grant))
    checker = jsonschema.Draft4Validator.FORMAT_CHECKER
    assert "date-time" in checker.checkers, "a day that is also taken for a time would be a fault of the checker"
    validator = jsonschema.Draft4Validator(whole, registry=known, format_checker=checker)
    return [f"{wrong.json_path}: {wrong.message}" for wrong in validator.iter_errors(package)]


def fields_of(told: Any, inside: str = "") -> set[str]:
    """Return the names of all fields with values, those of lists and objects behind a dot."""
    if isinstance(told, list):
        return set().union(*(fields_of(row, inside) for row in told))
    if not isinstance(told, dict):
        return {inside}
    return set().union(*(fields_of(value, f"{inside}.{name}" if inside else name) for name, value in told.items()))


@pytest.mark.parametrize(
    ("field", "value", "fault"),
    [
        ("currency", "euro", "$.grants[0].currency"),
        ("awardDate", "8.12.2025", "$.grants[0].awardDate"),
        ("amountAwarded", "3500", "$.grants[0].amountAwarded"),
        ("recipientOrganization", [], "$.grants[0].recipientOrganization"),
        ("fundingOrganization", [{"name": "ilman tunnusta"}], "$.grants[0].fundingOrganization"),
    ],
)
def test_the_standards_schema_finds_what_is_wrong(field: str, value: Any, fault: str) -> None:
    """The control twin: the schema would not let anything through."""
    make_decision(state="issued")
    made = json.loads(Client().get("/api/v1/grants-360giving.json").content)
    made["grants"][0][field] = value
    assert any(told.startswith(fault) for told in giving_faults(made))


def test_every_package_is_what_the_standard_asks() -> None:
    assert Client().get("/api/v1/grants-360giving.json").status_code == 204
    make_decision(state="issued")
    make_decision(state="issued", sum="0.00", organisation=make_organisation("Hylätty ry"))
    make_decision(state="final", organisation=make_organisation("Tunnus ry", business_id="1234567-1", domicile=None))
    earlier(kind="Toiminta-avustus", purpose="Kerhot", business_id="0164308-3")
    earlier(year=2024)
    answer = Client().get("/api/v1/grants-360giving.json")
    made = json.loads(answer.content)
    assert giving_faults(made) == []
    assert fields_of(made) == GIVING_FIELDS
    assert len(made["grants"]) == 4
    ids = [grant["id"] for grant in made["grants"]]
    assert len(set(ids)) == len(ids)
    recipients = {grant["recipientOrganization"][0]["id"] for grant in made["grants"]}
    assert "FI-PRO-1234567-1" in recipients
    assert "FI-PRO-0164308-3" in recipients
    assert answer["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("number", [1, 3])
def test_a_fixed_number_of_queries(number: int) -> None:
    call = make_call()
    for count in range(number):
        make_decision(state="issued", call=call, organisation=make_organisation(f"Järjestö {count} ry"))
        earlier(name=f"Aiempi {count} ry")
    assert Decision.objects.count() == number
    for address in (LIST, APPLIED, "/api/v1/grants.json"):
        page(address)
        with CaptureQueriesContext(connection) as queries:
            page(address)
        assert len(queries) <= 12, [query["sql"] for query in queries]
