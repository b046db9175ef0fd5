"""Activities and contact persons for the tests of open data."""

from datetime import date
from typing import Any

import factory
from factory.django import DjangoModelFactory

from county.models import LifeSituation, Municipality, Sector, TargetGroup, Theme
from organisations.models import Activity, Contact, Organisation
from tests.organisations.factories import OrganisationFactory

SINCE = date(2025, 1, 1)


class OpenActivityFactory(DjangoModelFactory[Activity]):
    """A published peer group without an end."""

    class Meta:
        model = Activity

    organisation = factory.SubFactory(OrganisationFactory)
    kind = "peer_group"
    name = factory.Sequence(lambda n: f"Vertaisryhmä {n}")
    description = "Tavataan ja jutellaan."
    how_to_join = "Soita tai tule paikalle."
    confirmed_on = date(2026, 9, 1)


def make_contact(organisation: Organisation, name: str, *, visibility: str = "public", **more: Any) -> Contact:
    """Make a contact person in office."""
    fields: dict[str, Any] = {"email": "yhteys@example.org", "since": SINCE, **more}
    consent = SINCE if visibility == "public" else None
    return Contact.objects.create(
        organisation=organisation, name=name, visibility=visibility, consented_on=consent, **fields
    )


def full_organisation(kunnat: dict[str, Municipality], **more: Any) -> Organisation:
    """Make an organisation that has said everything about itself that open data tells."""
    organisation = OrganisationFactory(
        **{
            "name": "Lieksan Omaishoitajat ry",
            "business_id": "0785533-5",
            "association_number": 123456,
            "domicile": kunnat["422"],
            "registered_on": date(1994, 3, 1),
            "status_on": date(1994, 3, 1),
            "street_address": "Salakatu 1",
            "postcode": "81700",
            "post_town": "Lieksa",
            "email": "rekisteri@example.org",
            "phone": "040 111",
            "website": "https://rekisteri.example.org",
            "signing_rule": "Puheenjohtaja yksin.",
            "in_last_extract": True,
            "description_fi": "Autamme omaishoitajia.",
            "description_sv": "Vi hjälper närståendevårdare.",
            "contact_email": "info@example.org",
            "contact_phone": "+358 40 123",
            "reach": "regional",
            "run_by": "volunteers",
            "is_service_producer": False,
            "accessibility": "Esteetön sisäänkäynti.",
            "links": "https://a.example.org\nhttps://b.example.org\n",
            "lahella_url": "https://lahella.example.org/1",
            **more,
        }
    )
    organisation.earlier_names.create(name="Lieksan Omaishuolto ry")
    organisation.sectors.add(Sector.objects.create(name_fi="Sosiaaliala", name_sv="Socialbranschen", order=1))
    organisation.themes.add(Theme.objects.create(name_fi="Osallisuus", name_en="Inclusion", order=1))
    organisation.target_groups.add(TargetGroup.objects.create(name_fi="Omaishoitajat", order=1))
    organisation.municipalities.add(kunnat["541"], kunnat["422"])
    make_contact(organisation, "Aino Esimerkki", duty="Sihteeri", email="aino@example.org")
    return organisation


def full_activity(organisation: Organisation, kunnat: dict[str, Municipality], **more: Any) -> Activity:
    """Make an activity of which everything is known."""
    activity = OpenActivityFactory(
        **{
            "organisation": organisation,
            "name": "Omaishoitajien ryhmä",
            "place": "Kylätupa, Kuhmonkatu 3",
            "when": "tiistaisin klo 12",
            "price": "maksuton",
            "accessibility": "Luiska ovella.",
            "leader": "Ohjaaja Salanen",
            "service_path": "Omaishoidon tuki",
            "lahella_url": "https://lahella.example.org/2",
            "starts_on": date(2026, 9, 1),
            "ends_on": date(2999, 12, 31),
            **more,
        }
    )
    activity.target_groups.add(*TargetGroup.objects.all())
    activity.life_situations.add(LifeSituation.objects.get_or_create(name_fi="Omaishoito", order=1)[0])
    activity.municipalities.add(kunnat["422"])
    return activity
