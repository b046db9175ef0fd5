"""Loading an area: twice changes nothing, edited rows are kept, a second county is refused."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from county.area import AreaError, load_area
from county.area.load import area_names
from county.models import County, Municipality, RegionalGroup, Sector, Theme, Title
from liaisons.models import Body, Unit
from tests.county.factories import NOW, SMALL_AREA, load_text

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "own", "groups", "sectors", "bodies"),
    [("pohjois-karjala", 13, 4, 8, 25), ("pohjois-pohjanmaa", 30, 0, 0, 6)],
)
def test_both_areas_load_whole(name: str, own: int, groups: int, sectors: int, bodies: int) -> None:
    report = load_area(name, NOW)
    assert report.kept == report.removed == report.changed == 0
    assert Municipality.objects.count() == 309
    assert Municipality.objects.filter(is_own=True).count() == own
    assert RegionalGroup.objects.count() == groups
    assert Sector.objects.count() == sectors
    assert Body.objects.count() == bodies
    assert County.objects.get().area_name == name


def test_every_area_file_is_known() -> None:
    assert area_names() == ["pohjois-karjala", "pohjois-pohjanmaa"]


@pytest.mark.parametrize("name", ["pohjois-karjala", "pohjois-pohjanmaa"])
def test_twice_changes_nothing(name: str) -> None:
    first = load_area(name, NOW)
    before = list(Unit.objects.order_by("pk").values()) + list(Body.objects.order_by("pk").values())
    second = load_area(name, NOW)
    assert (second.added, second.changed, second.kept, second.removed) == (0, 0, 0, 0)
    assert second.unchanged == first.added
    assert second.text().endswith(f"Alue {name}: mikään ei muuttunut.")
    assert list(Unit.objects.order_by("pk").values()) + list(Body.objects.order_by("pk").values()) == before


def test_what_the_file_says_stands_in_the_rows(tmp_path: Path) -> None:
    load_text(tmp_path)
    county = County.objects.get()
    assert (county.code, county.name_fi, county.name_sv, county.languages) == (
        "14",
        "Koealueen hyvinvointialue",
        "Provområdets välfärdsområde",
        ["fi"],
    )
    assert Municipality.objects.get(code="167").business_id == "0242746-2"
    assert list(RegionalGroup.objects.get().municipalities.values_list("code", flat=True)) == ["090"]
    assert [theme.name for theme in Theme.objects.all()] == ["Elintavat", "Osallisuus"]
    assert Title.objects.get(key="county_liaison").name == "järjestöyhdyshenkilö"


def test_a_unit_named_twice_stands_once_under_its_parent(tmp_path: Path) -> None:
    load_text(tmp_path)
    units = Unit.objects.order_by("order").values_list("key", "parent__key", "kind")
    assert list(units) == [
        ("sote", None, "service_area"),
        ("kotihoito", "sote", "service_line"),
        ("sote-neuvola", "sote", "service_line"),
    ]


def test_a_changed_fact_is_updated_and_named(tmp_path: Path) -> None:
    load_text(tmp_path)
    report = load_text(tmp_path, SMALL_AREA.replace("Koelautakunta", "Uusi lautakunta"))
    assert (report.added, report.changed, report.kept) == (0, 1, 0)
    assert "Muuttui: Uusi lautakunta (nimi suomeksi)" in report.lines
    assert Body.objects.get(key="lautakunta").name == "Uusi lautakunta"


def test_a_row_edited_in_the_portal_is_kept_and_reported(tmp_path: Path) -> None:
    load_text(tmp_path)
    Body.objects.filter(key="lautakunta").update(name_fi="Hyvinvointilautakunta")
    report = load_text(tmp_path, SMALL_AREA.replace("Koelautakunta", "Uusi lautakunta"))
    assert (report.changed, report.kept) == (0, 1)
    assert (
        "Muokattu portaalissa, säilytettiin: Hyvinvointilautakunta, nimi suomeksi: "
        "täällä ”Hyvinvointilautakunta”, tiedostossa ”Uusi lautakunta”" in report.lines
    )
    assert Body.objects.get(key="lautakunta").name == "Hyvinvointilautakunta"


def test_edited_municipalities_of_a_group_are_kept(tmp_path: Path) -> None:
    load_text(tmp_path)
    group = RegionalGroup.objects.get()
    group.municipalities.add(Municipality.objects.get(code="167"))
    assert load_text(tmp_path).sections["regional_groups"].kept == 1
    assert sorted(group.municipalities.values_list("code", flat=True)) == ["090", "167"]


def test_a_file_that_caught_up_with_the_portal_is_in_step_again(tmp_path: Path) -> None:
    load_text(tmp_path)
    Body.objects.filter(key="lautakunta").update(name_fi="Uusi lautakunta")
    assert load_text(tmp_path, SMALL_AREA.replace("Koelautakunta", "Uusi lautakunta")).kept == 0
    report = load_text(tmp_path, SMALL_AREA.replace("Koelautakunta", "Kolmas lautakunta"))
    assert (report.changed, report.kept) == (1, 0)


def test_settings_of_the_coordinator_are_no_edit_of_the_file(tmp_path: Path) -> None:
    load_text(tmp_path)
    County.objects.update(help_phone="013 330 000")
    report = load_text(tmp_path, SMALL_AREA.replace('short_name = "Koe"', 'short_name = "Koeal"'))
    assert report.sections["county"].changed == 1
    county = County.objects.get()
    assert (county.short_name, county.help_phone) == ("Koeal", "013 330 000")


def test_a_setting_filled_in_before_the_file_gave_it_is_kept(tmp_path: Path) -> None:
    load_text(tmp_path)
    County.objects.update(help_phone="013 330 000")
    given = SMALL_AREA.replace('short_name = "Koe"', 'short_name = "Koe"\nhelp_phone = "013 999"')
    assert load_text(tmp_path, given).sections["county"].kept == 1
    assert County.objects.get().help_phone == "013 330 000"


def test_a_row_that_left_the_file_stays_and_is_reported(tmp_path: Path) -> None:
    load_text(tmp_path)
    report = load_text(tmp_path, SMALL_AREA.replace('fi = ["Elintavat", "Osallisuus"]', 'fi = ["Elintavat"]'))
    assert report.sections["themes"].removed == 1
    assert "Ei enää tiedostossa, säilytettiin portaalissa: Osallisuus" in report.lines
    assert Theme.objects.count() == 2


def test_a_second_county_is_refused(tmp_path: Path) -> None:
    load_text(tmp_path)
    with pytest.raises(AreaError) as refused:
        load_area("pohjois-pohjanmaa", NOW)
    assert refused.value.line == 4
    assert refused.value.reason == (
        "Tässä portaalissa on jo Koealueen hyvinvointialue. Yksi asennus palvelee yhtä hyvinvointialuetta."
    )
    assert County.objects.get().code == "14"


def test_sections_without_a_room_are_named(tmp_path: Path) -> None:
    surveys = '\n[[surveys]]\nname.fi = "Kysely"\n'
    report = load_text(tmp_path, SMALL_AREA + surveys)
    assert report.lines[-1].startswith("Tarkistettu, mutta ei vielä käytössä portaalissa: ")
    assert "Kyselyt" in report.lines[-1]


def test_command_tells_what_it_did() -> None:
    out = StringIO()
    call_command("load_area", "pohjois-karjala", stdout=out)
    assert "Kunnat: 309 uutta" in out.getvalue()
    out = StringIO()
    call_command("load_area", "pohjois-karjala", stdout=out)
    assert out.getvalue().strip().endswith("Alue pohjois-karjala: mikään ei muuttunut.")


def test_dry_run_keeps_nothing() -> None:
    out = StringIO()
    call_command("load_area", "pohjois-karjala", "--dry-run", stdout=out)
    assert "Kunnat: 309 uutta" in out.getvalue()
    assert "Tämä oli kokeilu: mitään ei tallennettu." in out.getvalue()
    assert not Municipality.objects.exists()


def test_command_refuses_an_unknown_name() -> None:
    with pytest.raises(CommandError) as refused:
        call_command("load_area", "atlantis")
    assert str(refused.value) == (
        "Aluetta ”atlantis” ei ladattu, mitään ei muutettu. Aluetta ”atlantis” ei ole. "
        "Valitse jokin näistä: pohjois-karjala, pohjois-pohjanmaa."
    )
    assert refused.value.returncode == 1


@pytest.mark.parametrize("name", ["../secrets", "Pohjois", "a/b", ""])
def test_command_reads_no_other_folder(name: str) -> None:
    with pytest.raises(AreaError, match="Alueen nimessä voi olla"):
        load_area(name, NOW)
