"""A professional finds whom to ask at an NGO, from a life situation and a municipality."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock
from common.times import local_date
from county.models import LifeSituation, Municipality
from organisations.models import Activity, Organisation
from tests.accounts.factories import signed_in, staff
from tests.organisations.factories import OrganisationFactory
from tests.organisations.factories_open_data import make_contact

pytestmark = pytest.mark.django_db
ADDRESS = "organisations:contact_finder"


def serving(organisation: Organisation, situation: LifeSituation, place: Municipality | None) -> Activity:
    """Make an activity for the situation in the place; None is remote."""
    made = Activity.objects.create(
        organisation=organisation,
        name=f"{organisation.name}: ryhmä",
        kind="peer_group",
        description="Vertaistukea.",
        how_to_join="Tule.",
        confirmed_on=local_date(clock.now()),
        is_remote=place is None,
    )
    made.life_situations.add(situation)
    if place:
        made.municipalities.add(place)
    return made


def page(client: Client, **asked: object) -> str:
    return client.get(reverse(ADDRESS), {key: str(value) for key, value in asked.items()}).content.decode()


def test_situation_and_municipality_lead_to_an_organisation_and_its_person(kunnat: dict[str, Municipality]) -> None:
    carer = LifeSituation.objects.create(name_fi="Omaishoito")
    near, far, remote, other = (OrganisationFactory(name=name) for name in ("Lähi ry", "Kauko ry", "Etä ry", "Muu ry"))
    serving(near, carer, kunnat["422"])
    serving(far, carer, kunnat["426"])
    serving(remote, carer, None)
    serving(other, LifeSituation.objects.create(name_fi="Päihteet"), kunnat["422"])
    make_contact(near, "Aino Avoin", email="aino@lahi.example", phone="050 1")
    make_contact(near, "Kerttu Kunta", visibility="county", email="kerttu@lahi.example")
    Activity.objects.filter(organisation=far).update(ends_on="2001-01-01")

    found = page(Client(), tilanne=carer.pk, kunta="422")
    assert "Lähi ry" in found
    assert "Etä ry" in found
    assert "Järjestö ei ole julkaissut yhteyshenkilöä" in found
    for name in ("Kauko ry", "Muu ry", "Kerttu Kunta"):
        assert name not in found
    assert "aino@lahi.example" in found
    assert "Kerttu Kunta" in page(signed_in(staff("coordinator")), tilanne=carer.pk, kunta="422")
    assert "Kauko ry" not in page(Client(), tilanne=carer.pk), "what has ended helps nobody"


def test_what_is_asked_must_say_something(kunnat: dict[str, Municipality]) -> None:
    assert "Löytyi" not in page(Client())
    assert "Löytyi" not in page(Client(), kunta="422")
    assert "Tähän tilanteeseen ei löytynyt järjestöä" in page(Client(), q="olematon")
    assert Client().get(reverse(ADDRESS), {"tilanne": "x", "kunta": "'--", "q": "a\0"}).status_code == 200


@pytest.mark.parametrize("number", [1, 3])
def test_a_fixed_number_of_queries(number: int, kunnat: dict[str, Municipality]) -> None:
    carer = LifeSituation.objects.create(name_fi="Omaishoito")
    for _one in range(number):
        organisation = OrganisationFactory()
        serving(organisation, carer, kunnat["422"])
        make_contact(organisation, "Aino Avoin")
    client = Client()
    client.get(reverse(ADDRESS))
    with CaptureQueriesContext(connection) as queries:
        assert page(client, tilanne=carer.pk, kunta="422").count("Aino Avoin") == number
    assert len(queries) <= 12
