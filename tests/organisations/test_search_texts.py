"""The search texts follow every change by themselves, also changes of many rows at once."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.core.management import call_command

from county.models import Municipality, TargetGroup, Theme
from organisations.models import Activity, ImportRun, Organisation, SearchText
from organisations.search import reindex
from tests.organisations.factories import OrganisationFactory, SectorFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 16)


def text_of(organisation: Organisation) -> list[str]:
    found = SearchText.objects.filter(pk=organisation.pk).first()
    return found.text.split("\n") if found and found.text else []


def activity(organisation: Organisation, **fields: Any) -> Activity:
    values = {"kind": "peer_group", "description": "Kahvia ja\npullaa.", "how_to_join": "Tule.", "confirmed_on": TODAY}
    return Activity.objects.create(organisation=organisation, **{**values, "name": "Kahvila", **fields})


def test_an_organisation_that_tells_nothing_has_no_text() -> None:
    OrganisationFactory()

    assert not SearchText.objects.exists()


def test_text_holds_names_descriptions_fields_places_and_shown_activities(kunnat: dict[str, Municipality]) -> None:
    one = OrganisationFactory(name="Oma ry", domicile=kunnat["426"])
    one.earlier_names.create(name="Vanha ry")
    one.sectors.add(SectorFactory(name_fi="Kulttuuri", name_sv="Kultur"))
    one.themes.add(Theme.objects.create(name_fi="Elintavat"))
    one.target_groups.add(TargetGroup.objects.create(name_fi="Ikäihmiset"))
    one.municipalities.add(kunnat["422"])
    Organisation.objects.filter(pk=one.pk).update(description_fi="Teemme\n hyvää.", description_en="We do good.")
    activity(one)
    activity(one, name="Salainen", is_published=False)
    activity(one, name="Mennyt", ends_on=date(2020, 1, 1))

    assert text_of(one) == [
        "Oma ry",
        "Teemme hyvää.",
        "We do good.",
        "Kulttuuri Kultur",
        "Elintavat",
        "Ikäihmiset",
        "Lieksa",
        "Kahvila: Kahvia ja pullaa.",
        "Vanha ry",
        "Liperi Libelits",
    ]


def test_changes_of_many_rows_at_once_are_followed() -> None:
    several = [OrganisationFactory() for _ in range(3)]
    sector = SectorFactory(name_fi="Kulttuuri")
    through = Organisation.sectors.through
    through.objects.bulk_create(through(organisation=one, sector=sector) for one in several)
    assert all("Kulttuuri" in text_of(one) for one in several)

    Organisation.objects.update(description_fi="Kaikilla sama.")
    assert all("Kaikilla sama." in text_of(one) for one in several)

    Activity.objects.bulk_create(
        Activity(
            organisation=one,
            kind="other",
            name="Retki",
            description="Metsä.",
            how_to_join="Tule.",
            confirmed_on=TODAY,
        )
        for one in several
    )
    Activity.objects.update(description="Järvelle.")
    assert all("Retki: Järvelle." in text_of(one) for one in several)

    Activity.objects.filter(organisation__in=several[1:]).update(organisation=several[0])
    assert [sum("Retki" in line for line in text_of(one)) for one in several] == [3, 0, 0]

    through.objects.all().delete()
    Activity.objects.all().delete()
    Organisation.objects.update(description_fi="")
    assert [text_of(one) for one in several] == [[], [], []]


def test_a_new_name_or_domicile_of_the_register_is_followed(
    kunnat: dict[str, Municipality], import_text: Callable[..., ImportRun]
) -> None:
    one = OrganisationFactory(name="Vanha ry", association_number=5, description_fi="Kuvaus.")
    silent = OrganisationFactory(name="Hiljainen ry", association_number=6)
    import_text(
        "rekisterinumero;nimi;kotipaikka_koodi;yhteisomuoto\n5;Uusi ry;422;ry\n6;Hiljaisempi ry;422;ry\n",
    )

    assert text_of(one) == ["Uusi ry", "Kuvaus.", "Vanha ry", "Lieksa"]
    assert not SearchText.objects.filter(pk=silent.pk).exists()


def test_an_organisation_can_be_deleted_with_all_that_it_tells(kunnat: dict[str, Municipality]) -> None:
    one = OrganisationFactory(description_fi="Kuvaus.")
    one.sectors.add(SectorFactory())
    one.municipalities.add(kunnat["422"])
    activity(one).target_groups.add(TargetGroup.objects.create(name_fi="Ikäihmiset"))

    Organisation.objects.filter(pk=one.pk).delete()

    assert not SearchText.objects.exists()


def test_an_activity_that_has_ended_leaves_in_the_night() -> None:
    one = OrganisationFactory()
    ends = date(2999, 1, 1)
    activity(one, ends_on=ends)
    assert text_of(one)

    assert reindex(on=ends) == 1
    assert "Kahvila: Kahvia ja pullaa." in text_of(one)
    reindex([one.pk], on=ends + timedelta(days=1))
    assert text_of(one) == []


def test_the_command_makes_lost_texts_again(capsys: pytest.CaptureFixture[str]) -> None:
    one = OrganisationFactory(description_fi="Kuvaus.")
    SearchText.objects.all().delete()

    call_command("reindex_search")

    assert "1 search texts" in capsys.readouterr().out
    assert "Kuvaus." in text_of(one)
