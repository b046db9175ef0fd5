"""When a row last changed is kept by the database, whoever changes it; each step is a transaction of its own."""

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client

from county.models import LifeSituation, Municipality, Sector, TargetGroup, Theme
from organisations.models import Activity, Organisation
from organisations.workflow import import_register
from tests.organisations.factories import NOW, OrganisationFactory, municipalities
from tests.organisations.factories_open_data import OpenActivityFactory, make_contact

pytestmark = pytest.mark.django_db(transaction=True)
HEAD = "rekisterinumero;nimi;kotipaikka;yhteisomuoto;tila;katuosoite;nimenkirjoittajat;aiemmat_nimet\n"


def moved(row: Organisation | Activity, act: Callable[[], object]) -> bool:
    """Tell whether the act moves the row's ``updated_at``; it never moves back."""
    rows = type(row)._default_manager.filter(pk=row.pk)
    before: datetime = rows.values_list("updated_at", flat=True)[0]
    act()
    after: datetime = rows.values_list("updated_at", flat=True)[0]
    assert after >= before
    return after > before


def test_public_changes_of_an_organisation_move_it() -> None:
    row = OrganisationFactory()
    lieksa = municipalities()["422"]
    sector, theme = Sector.objects.create(name_fi="Ala"), Theme.objects.create(name_fi="Teema")
    group = TargetGroup.objects.create(name_fi="Ryhmä")
    rows = Organisation.objects.filter(pk=row.pk)
    contact = make_contact(row, "Aino")

    for name, act in {
        "name": lambda: rows.update(name="Uusi ry"),
        "status": lambda: rows.update(status="dissolved"),
        "domicile": lambda: rows.update(domicile=lieksa),
        "description": lambda: rows.update(description_sv="Ny"),
        "confirmed": lambda: rows.update(confirmed_at=NOW),
        "sector": lambda: row.sectors.add(sector),
        "sector off": lambda: row.sectors.clear(),
        "theme": lambda: row.themes.set([theme]),
        "target group": lambda: row.target_groups.add(group),
        "municipality": lambda: row.municipalities.add(lieksa),
        "earlier name": lambda: row.earlier_names.create(name="Vanha ry"),
        "public contact": lambda: make_contact(row, "Eino"),
        "contact's phone": lambda: row.contacts.filter(pk=contact.pk).update(phone="040"),
        "contact hidden": lambda: row.contacts.filter(pk=contact.pk).update(visibility="county"),
        "contact shown": lambda: row.contacts.filter(pk=contact.pk).update(visibility="public"),
        "contact gone": lambda: row.contacts.get(pk=contact.pk).delete(),
    }.items():
        assert moved(row, act), name


def test_what_is_not_public_does_not_move_it() -> None:
    row = OrganisationFactory()
    rows = Organisation.objects.filter(pk=row.pk)
    hidden = make_contact(row, "Salainen", visibility="county")

    for name, act in {
        "the same again": lambda: rows.update(name=row.name, status=row.status),
        "street address": lambda: rows.update(street_address="Koti 1", phone="1", email="a@example.org"),
        "signing rule": lambda: rows.update(signing_rule="Yksin"),
        "signatory": lambda: row.signatories.create(name="Malli Eino"),
        "county contact": lambda: row.contacts.filter(pk=hidden.pk).update(phone="040"),
        "county contact gone": lambda: row.contacts.get(pk=hidden.pk).delete(),
        "activity": lambda: OpenActivityFactory(organisation=row),
    }.items():
        assert not moved(row, act), name


def test_a_stale_copy_saved_over_does_not_move_it_back() -> None:
    row = OrganisationFactory()
    stale = Organisation.objects.get(pk=row.pk)
    row.earlier_names.create(name="Vanha ry")

    assert not moved(row, stale.save)


def test_changes_of_an_activity_move_it_and_are_not_written_as_events_of_nothing() -> None:
    row = OpenActivityFactory()
    rows = Activity.objects.filter(pk=row.pk)
    lieksa = municipalities()["422"]
    situation, group = LifeSituation.objects.create(name_fi="Suru"), TargetGroup.objects.create(name_fi="Kaikki")

    for name, act in {
        "situation": lambda: row.life_situations.add(situation),
        "group": lambda: row.target_groups.add(group),
        "municipality": lambda: row.municipalities.set([lieksa]),
        "municipality off": lambda: row.municipalities.remove(lieksa),
    }.items():
        assert moved(row, act), name
    assert row.events.count() == 1  # made

    assert moved(row, lambda: rows.update(place="Uusi paikka"))
    assert row.events.count() == 2
    assert not moved(row, lambda: rows.update(leader="Toinen"))


def test_the_import_moves_what_it_changes_and_nothing_else(tmp_path: Path) -> None:
    municipalities()

    def read(*lines: str) -> None:
        path = tmp_path / "ote.csv"
        path.write_text(HEAD + "".join(f"{line}\n" for line in lines))
        import_register(path, now=NOW)

    same = "1;Sama ry;Lieksa;ry;rekisterissä;Katu 1;Malli Eino, puheenjohtaja;Vanha ry"
    read(same, "2;Muuttuva ry;Lieksa;ry;rekisterissä;Katu 2;;", "3;Lähtevä ry;Lieksa;ry;rekisterissä;;;")
    first, second, third = Organisation.objects.order_by("association_number")
    later = [
        same.replace("Katu 1", "Katu 9").replace("Malli Eino", "Malli Aino"),
        "2;Muuttunut ry;Lieksa;ry;rekisterissä;Katu 2;;",
        "4;Uusi ry;Lieksa;ry;rekisterissä;;;Entinen ry",
    ]

    assert not moved(first, lambda: read(*later))
    second.refresh_from_db()
    third.refresh_from_db()
    new = Organisation.objects.get(association_number=4)
    assert (second.name, third.missing_since) == ("Muuttunut ry", date(2026, 11, 16))
    assert first.updated_at < min(second.updated_at, third.updated_at, new.updated_at)


def test_updated_since_finds_what_changed_after_the_last_question(
    client: Client, kunnat: dict[str, Municipality]
) -> None:
    rows = [OrganisationFactory() for _ in range(3)]
    asked = max(Organisation.objects.values_list("updated_at", flat=True)).isoformat().replace("+00:00", "Z")
    with transaction.atomic():
        rows[1].municipalities.add(kunnat["422"])

    found = client.get("/api/v1/organisations", {"updated_since": asked}).json()["items"]

    assert rows[1].pk in [item["id"] for item in found]
    assert rows[0].pk not in [item["id"] for item in found]


def test_a_file_changes_its_mark_when_an_earlier_name_goes(client: Client) -> None:
    row = OrganisationFactory()
    row.earlier_names.create(name="Vanha ry")
    before = client.get("/api/v1/organisations.csv")["ETag"]

    row.earlier_names.all().delete()

    assert client.get("/api/v1/organisations.csv")["ETag"] != before
