"""Re-organisations: names and places by date, no circles, nothing left under a unit that is no more."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import User
from common import seams
from common.errors import Refused
from common.times import HELSINKI
from liaisons.models import Unit, UnitSuccession, UnitVersion, below
from liaisons.tasks import apply_unit_changes
from liaisons.units import Branch, names_on, tree_on, unit_names, upwards
from liaisons.workflow import (
    add_unit,
    apply_due_changes,
    cancel_planned_change,
    end_unit,
    move_unit,
    rename_unit,
)
from tests.accounts.factories import UserFactory, staff
from tests.county.factories import NOW, SMALL_AREA, load_text
from tests.liaisons.factories import PostFactory, UnitFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 2)
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def coordinator() -> User:
    return staff("coordinator")


def rename(unit: Unit, name: str, day: date, by: User, **fields: Any) -> UnitVersion:
    return rename_unit(
        unit, names={"name_fi": name, "name_sv": "", "name_en": ""}, from_day=day, by=by, now=NOW, **fields
    )


def test_a_renamed_unit_keeps_its_old_name_for_what_was(coordinator: User) -> None:
    unit = UnitFactory(name_fi="Kehittämisyksikkö")
    rename(unit, "Kumppanuudet", date(2026, 3, 1), coordinator, reason="Aluehallitus § 4")
    unit.refresh_from_db()
    assert unit.name == "Kumppanuudet"
    assert unit.name_on(date(2026, 2, 28)) == "Kehittämisyksikkö"
    assert unit.name_on(date(2026, 3, 1)) == "Kumppanuudet"
    assert unit.name_on(date(2020, 1, 1)) == "Kehittämisyksikkö"
    assert names_on([unit.pk], date(2026, 2, 28)) == {unit.pk: "Kehittämisyksikkö"}
    assert [name.name for name in unit_names(date(2026, 2, 1))] == ["Kehittämisyksikkö"]
    versions = unit.versions.order_by("valid_from").values_list("valid_from", "valid_until", "reason")
    assert list(versions) == [
        (date(2023, 1, 1), date(2026, 2, 28), ""),
        (date(2026, 3, 1), None, "Aluehallitus § 4"),
    ]


def test_a_name_follows_the_readers_language(coordinator: User) -> None:
    unit = UnitFactory(name_fi="Yksikkö", name_sv="Enhet")
    names = {"name_fi": "Uusi", "name_sv": "Ny", "name_en": ""}
    rename_unit(unit, names=names, from_day=TODAY, by=coordinator, now=NOW)
    with translation.override("sv"):
        assert (unit.name_on(date(2025, 1, 1)), unit.name_on(TODAY)) == ("Enhet", "Ny")
        assert names_on([unit.pk], TODAY) == {unit.pk: "Ny"}


def test_a_unit_without_versions_is_called_what_its_columns_say() -> None:
    assert UnitFactory(name_fi="Neuvola").name_on(date(2024, 1, 1)) == "Neuvola"


def test_the_same_name_again_changes_nothing(coordinator: User) -> None:
    unit = UnitFactory()
    rename(unit, "Uusi", TODAY, coordinator)
    rename(unit, "Uusi", TOMORROW, coordinator)
    assert unit.versions.count() == 2


def test_a_coming_change_waits_for_its_day(coordinator: User) -> None:
    above, unit = UnitFactory(name_fi="Uusi toimialue"), UnitFactory(name_fi="Vanha")
    move_unit(unit, parent=above, from_day=TOMORROW, by=coordinator, now=NOW)
    unit.refresh_from_db()
    assert unit.parent is None
    assert apply_due_changes(now=NOW) == 0
    assert apply_due_changes(now=NOW + timedelta(days=1)) == 1
    assert apply_due_changes(now=NOW + timedelta(days=1)) == 0
    unit.refresh_from_db()
    assert unit.parent == above


def test_the_hourly_task_writes_what_is_due(coordinator: User) -> None:
    unit = UnitFactory()
    rename(unit, "Uusi", TODAY, coordinator)
    Unit.objects.filter(pk=unit.pk).update(name_fi="Vanha")
    assert apply_unit_changes() == 1


def test_one_coming_change_at_a_time_and_it_can_be_taken_back(coordinator: User) -> None:
    unit = UnitFactory(name_fi="Vanha")
    rename(unit, "Uusi", TOMORROW, coordinator)
    with pytest.raises(Refused) as refused:
        rename(unit, "Uudempi", TOMORROW + timedelta(days=5), coordinator)
    assert refused.value.code == "planned_already"
    assert cancel_planned_change(unit, by=coordinator, now=NOW)
    assert not cancel_planned_change(unit, by=coordinator, now=NOW)
    assert unit.name_on(TOMORROW) == "Vanha"
    assert unit.versions.get().valid_until is None


def test_a_change_never_goes_behind_the_last_one(coordinator: User) -> None:
    unit = UnitFactory()
    rename(unit, "Uusi", date(2026, 3, 1), coordinator)
    with pytest.raises(Refused) as refused:
        rename(unit, "Vanhempi", date(2026, 2, 1), coordinator)
    assert str(refused.value) == "Yksikkö on muuttunut viimeksi 1.3.2026. Valitse se päivä tai myöhempi."
    rename(unit, "Korjattu", date(2026, 3, 1), coordinator)
    assert unit.name_on(date(2026, 3, 1)) == "Korjattu"


@pytest.mark.parametrize("depth", [0, 1, 2])
def test_a_unit_never_comes_under_itself(coordinator: User, depth: int) -> None:
    top = UnitFactory()
    chain = [top]
    for _level in range(2):
        chain.append(UnitFactory(parent=chain[-1]))
    with pytest.raises(Refused) as refused:
        move_unit(top, parent=chain[depth], from_day=TODAY, by=coordinator, now=NOW)
    assert refused.value.code == "cycle"


def test_two_planned_moves_make_no_circle(coordinator: User) -> None:
    one, two = UnitFactory(), UnitFactory()
    move_unit(one, parent=two, from_day=TOMORROW, by=coordinator, now=NOW)
    with pytest.raises(Refused) as refused:
        move_unit(two, parent=one, from_day=TODAY, by=coordinator, now=NOW)
    assert refused.value.code == "cycle"


def test_the_database_refuses_a_circle_too() -> None:
    top = UnitFactory()
    under = UnitFactory(parent=UnitFactory(parent=top))
    with pytest.raises(IntegrityError, match="would stand under itself"), transaction.atomic():
        Unit.objects.filter(pk=top.pk).update(parent=under)


def test_the_database_refuses_two_versions_of_a_day() -> None:
    unit = UnitFactory()
    UnitVersion.objects.create(unit=unit, name_fi="Yksi", valid_from=TODAY)
    with pytest.raises(IntegrityError, match="liaisons_unitversion_one_at_a_time"), transaction.atomic():
        UnitVersion.objects.create(unit=unit, name_fi="Kaksi", valid_from=TOMORROW)
    with pytest.raises(IntegrityError, match="liaisons_unitversion_not_its_own_parent"), transaction.atomic():
        UnitVersion.objects.create(
            unit=unit, parent=unit, name_fi="Kolme", valid_from=date(2020, 1, 1), valid_until=date(2020, 2, 1)
        )


def test_a_unit_moves_only_under_one_that_is_there(coordinator: User) -> None:
    gone = UnitFactory(valid_until=TODAY)
    with pytest.raises(Refused) as refused:
        move_unit(UnitFactory(), parent=gone, from_day=TOMORROW, by=coordinator, now=NOW)
    assert refused.value.code == "parent_not_there"


def test_adding_twice_adds_once(coordinator: User) -> None:
    above = UnitFactory(key="sote")
    fields: dict[str, Any] = {
        "names": {"name_fi": "Päivystys", "name_sv": "", "name_en": ""},
        "kind": "unit",
        "parent": above,
        "valid_from": TODAY,
        "by": coordinator,
        "now": NOW,
    }
    unit = add_unit(**fields)
    assert add_unit(**fields) == unit
    assert (unit.key, unit.area_key, unit.versions.get().name) == ("sote-paivystys", None, "Päivystys")
    other = add_unit(**{**fields, "valid_from": TOMORROW})
    assert other.key == "sote-paivystys-1"


def test_others_change_nothing() -> None:
    unit, stranger = UnitFactory(name_fi="Vanha"), UserFactory()
    with pytest.raises(Http404):
        rename(unit, "Uusi", TODAY, stranger)
    with pytest.raises(Refused) as refused:
        add_unit(names={"name_fi": "X"}, kind="unit", parent=None, valid_from=TODAY, by=stranger, now=NOW)
    assert refused.value.code == "not_allowed"


def test_a_merger_moves_what_is_below_and_tells_who_continues(coordinator: User) -> None:
    old, new = UnitFactory(name_fi="Vanha"), UnitFactory(name_fi="Uusi")
    child, post = UnitFactory(parent=old), PostFactory(unit=old)
    end_unit(old, last_day=TODAY, successors=[new], move_to=new, reason="Uudistus", by=coordinator, now=NOW)
    post.refresh_from_db()
    child.refresh_from_db()
    assert (post.unit, child.parent) == (new, old)
    assert apply_due_changes(now=NOW + timedelta(days=1)) == 1
    child.refresh_from_db()
    assert child.parent == new
    row = UnitSuccession.objects.get()
    assert (row.before, row.after, row.on, str(row)) == (old, new, TOMORROW, "Vanha → Uusi")
    old.refresh_from_db()
    assert old.valid_until == old.versions.get().valid_until == TODAY
    assert list(Unit.objects.on(TOMORROW).filter(pk=old.pk)) == []


def test_a_split_names_several_who_continue(coordinator: User) -> None:
    old, one, two = UnitFactory(), UnitFactory(), UnitFactory()
    for _twice in range(2):
        end_unit(old, last_day=TODAY, successors=[one, two], by=coordinator, now=NOW)
    assert {row.after for row in UnitSuccession.objects.all()} == {one, two}


def test_a_unit_does_not_end_over_its_children_and_posts(coordinator: User) -> None:
    old, new = UnitFactory(), UnitFactory()
    post = PostFactory(unit=old)
    with pytest.raises(Refused) as refused:
        end_unit(old, last_day=TODAY, successors=[new], by=coordinator, now=NOW)
    assert refused.value.code == "has_posts"
    post.valid_until = TODAY
    post.save()
    UnitFactory(parent=old)
    with pytest.raises(Refused) as refused:
        end_unit(old, last_day=TODAY, by=coordinator, now=NOW)
    assert refused.value.code == "has_children"
    assert not UnitSuccession.objects.exists()


def test_a_unit_does_not_end_before_a_change_that_waits(coordinator: User) -> None:
    unit = UnitFactory()
    rename(unit, "Uusi", TOMORROW, coordinator)
    with pytest.raises(Refused) as refused:
        end_unit(unit, last_day=TODAY, by=coordinator, now=NOW)
    assert refused.value.code == "before_last_change"


def test_a_unit_that_has_ended_changes_no_more(coordinator: User) -> None:
    unit = UnitFactory(valid_until=TODAY)
    with pytest.raises(Refused) as refused:
        rename(unit, "Uusi", TOMORROW, coordinator)
    assert refused.value.code == "after_end"


def test_the_tree_of_a_day_in_two_queries(coordinator: User) -> None:
    top = UnitFactory(name_fi="Sote", order=1)
    line = UnitFactory(name_fi="Palvelualue", parent=top, order=2)
    UnitFactory(name_fi="Yksikkö", parent=line, order=3)
    UnitFactory(name_fi="Mennyt", valid_until=date(2025, 1, 1))
    rename(line, "Uusi alue", TODAY, coordinator)

    def shown(branches: list[Branch]) -> list[Any]:
        return [(branch.name, shown(branch.children)) for branch in branches]

    with CaptureQueriesContext(connection) as asked:
        assert shown(tree_on(Unit.objects.all(), TODAY)) == [("Sote", [("Uusi alue", [("Yksikkö", [])])])]
    assert len(asked) == 2
    assert shown(tree_on(Unit.objects.all(), date(2024, 12, 1))) == [
        ("Mennyt", []),
        ("Sote", [("Palvelualue", [("Yksikkö", [])])]),
    ]


def test_below_and_upwards() -> None:
    top = UnitFactory()
    line = UnitFactory(parent=top)
    unit = UnitFactory(parent=line)
    UnitFactory()
    assert below(Unit.objects.all(), top.pk) == {top.pk, line.pk, unit.pk}
    assert upwards(unit) == (unit, line, top)


def test_a_load_remembers_the_name_that_the_file_gave_before(tmp_path: Any, coordinator: User) -> None:
    load_text(tmp_path)
    unit = Unit.objects.get(key="kotihoito")
    load_text(tmp_path, SMALL_AREA.replace("Kotihoito", "Kotona asumisen tuki"))
    unit.refresh_from_db()
    assert unit.name == "Kotona asumisen tuki"
    assert unit.name_on(date(2026, 11, 1)) == "Kotihoito"


def test_a_load_does_not_undo_a_change_that_is_due(tmp_path: Any, coordinator: User) -> None:
    load_text(tmp_path)
    unit = Unit.objects.get(key="kotihoito")
    day = datetime(2026, 10, 1, 12, tzinfo=HELSINKI)
    names = {"name_fi": "Kotona asuminen", "name_sv": "", "name_en": ""}
    rename_unit(unit, names=names, from_day=date(2026, 10, 15), by=coordinator, now=day)
    load_text(tmp_path)
    unit.refresh_from_db()
    assert unit.name == "Kotona asuminen"


def test_the_units_seam_is_this_rooms() -> None:
    UnitFactory(key="a", name_fi="Yksikkö A")
    assert [(row.key, row.name) for provider in seams.units for row in provider(TODAY)] == [("a", "Yksikkö A")]
