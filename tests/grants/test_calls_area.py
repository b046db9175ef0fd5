"""Kinds of grant from the area file, and what calls give to search, calendar and "what waits for me"."""

from datetime import date, timedelta
from typing import Any

import pytest

from county.area import load_area
from grants.area import load_grant_kinds
from grants.calendar import call_calendar
from grants.models import GrantKind
from grants.search import search_calls
from grants.todos_calls import call_todos
from tests.accounts.factories import UserFactory, staff
from tests.grants.factories import CLOSES, NOW, OPENS, make_call, make_submitted

pytestmark = pytest.mark.django_db


def test_area_brings_the_kinds_with_their_deciding_body() -> None:
    load_area("pohjois-karjala", NOW)
    kind = GrantKind.objects.select_related("decided_by").get(key="toiminta-avustus")
    assert kind.name_fi == "Toiminta-avustus"
    assert kind.procedure == "call"
    assert kind.decided_by is not None
    assert kind.decided_by.key == "hyte-lautakunta"
    assert kind.content_areas_fi[0] == "arjen ja toimintakyvyn tuki"
    assert kind.facts["calls"][2] == {"opens": "2025-11-10", "closes": "2025-12-08"}
    assert GrantKind.objects.get(key="pelastuslain-avustus").decided_by is None


@pytest.mark.parametrize("name", ["pohjois-karjala", "pohjois-pohjanmaa"])
def test_second_load_changes_nothing(name: str) -> None:
    load_area(name, NOW)
    before = list(GrantKind.objects.order_by("pk").values())
    report = load_area(name, NOW)
    count = report.sections["grant_kinds"]
    assert (count.added, count.changed, count.kept, count.removed) == (0, 0, 0, 0)
    assert count.unchanged == len(before) > 0
    assert list(GrantKind.objects.order_by("pk").values()) == before


def test_edited_kind_is_kept_and_told() -> None:
    load_area("pohjois-karjala", NOW)
    GrantKind.objects.filter(key="toiminta-avustus").update(eligible_fi="Muokattu portaalissa")
    report = load_area("pohjois-karjala", NOW)
    assert report.sections["grant_kinds"].kept == 1
    assert any("Toiminta-avustus, kuka voi hakea" in line for line in report.lines)
    assert GrantKind.objects.get(key="toiminta-avustus").eligible_fi == "Muokattu portaalissa"


def test_provider_is_registered() -> None:
    from common import seams

    assert dict(seams.area.items())["grants"] is load_grant_kinds


def found(user: Any, text: str) -> list[str]:
    return [hit.title for hit in search_calls(user, text, 10)]


def test_search_finds_published_calls_by_every_word() -> None:
    make_call(title_sv="Verksamhetsunderstöd 2027")
    make_call(state="draft", title_fi="Salainen toiminta-avustus")
    assert found(UserFactory(), "TOIMINTA 2027") == ["Toiminta-avustus 2027"]
    assert found(UserFactory(), "verksamhets") == ["Toiminta-avustus 2027"]
    assert found(UserFactory(), "toiminta 2031") == []
    assert found(UserFactory(), "  ") == []


def test_calendar_tells_the_days_of_published_calls() -> None:
    make_call()
    make_call(state="draft", title_fi="Luonnos")
    entries = [(entry.on, entry.title) for entry in call_calendar(date(2026, 1, 1), date(2027, 12, 31))]
    assert entries == [
        (date(2026, 11, 10), "Haku alkaa: Toiminta-avustus 2027"),
        (date(2026, 12, 8), "Haku päättyy: Toiminta-avustus 2027"),
        (date(2027, 3, 31), "Päätös odotettavissa: Toiminta-avustus 2027"),
    ]
    assert [entry.title for entry in call_calendar(date(2026, 12, 8), date(2026, 12, 8))] == [
        "Haku päättyy: Toiminta-avustus 2027"
    ]
    assert list(call_calendar(date(2026, 12, 9), date(2026, 12, 9))) == []


def test_coordinator_is_told_of_a_draft_that_should_be_out_soon() -> None:
    coordinator = staff("coordinator")
    make_call(state="draft")
    assert list(call_todos(coordinator, OPENS - timedelta(days=15))) == []
    (todo,) = call_todos(coordinator, OPENS - timedelta(days=14))
    assert (todo.button, todo.due) == ("Tarkista ja julkaise", OPENS)
    assert list(call_todos(staff("registrar"), OPENS)) == []
    assert list(call_todos(coordinator, CLOSES)) == []


def test_coordinator_is_told_of_a_closed_call_that_waits() -> None:
    coordinator = staff("coordinator")
    call = make_call()
    make_submitted(call=call)
    assert list(call_todos(coordinator, CLOSES - timedelta(seconds=1))) == []
    (todo,) = call_todos(coordinator, CLOSES)
    assert todo.title == "Aloita haun ”Toiminta-avustus 2027” käsittely."
    assert todo.detail.replace("\N{NO-BREAK SPACE}", " ") == "Haku päättyi 8.12.2026 klo 16.00. Saapui 1 hakemus."
    call.state = "handling"
    call.save()
    assert list(call_todos(coordinator, CLOSES)) == []
