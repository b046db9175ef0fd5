"""Pages of the handling, from the list of cases to the served decision."""

from datetime import datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from grants.call_next import call_next, desk_calls
from grants.cases import cases_of, totals
from grants.models import Decision
from grants.panels import meeting_panel, own_panel
from grants.todos_handling import handling_todos
from grants.workflow.conflicts import declare_conflict, declare_no_conflicts
from grants.workflow.decisions import record_decisions
from grants.workflow.handling import assign_assessor
from liaisons.workflow import hold_meeting
from tests.accounts.factories import UserFactory, signed_in
from tests.grants.factories_handling import (
    AFTER,
    MEETING_AT,
    TAKEN_UP,
    Desk,
    make_desk,
    make_held,
    present,
    propose_all,
    score,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, TAKEN_UP)


def set_clock(monkeypatch: pytest.MonkeyPatch, now: datetime) -> None:
    monkeypatch.setattr("common.clock.now", lambda: now)


def text(response: Any) -> str:
    return " ".join(response.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ").split())


def page(user: User, name: str, *args: Any, query: str = "") -> str:
    response = signed_in(user).get(reverse(f"grants:{name}", args=args) + query)
    assert response.status_code == 200, (name, response.status_code)
    return text(response)


def test_every_page_opens() -> None:
    desk = make_desk(assessors=1)
    score(desk.cases[0], desk.assessors[0])
    call, case = desk.call.pk, desk.cases[0].pk
    for name in ("call_handling", "call_assessors", "call_cases_csv", "call_cases_xlsx", "proposals"):
        signed = signed_in(desk.coordinator).get(reverse(f"grants:{name}", args=[call]))
        assert signed.status_code == 200, name
    for name in ("case", "case_assessments", "case_files", "case_history", "propose", "declare"):
        page(desk.coordinator, name, case)
    assert "Arvioi" in page(desk.assessors[0], "assessments")
    page(desk.assessors[0], "assess", case)
    propose_all(desk, ["3000.00", "0.00"])
    page(desk.presenter, "call_present", call)
    present(desk)
    assert "Kerro ensin, oletko esteellinen" in page(desk.member, "committee_call", call)
    declare_no_conflicts([case], by=desk.member, now=TAKEN_UP)
    assert "Esitetään 3 000 €" in page(desk.member, "committee_case", case)
    assert "Asia on kokouksessa 17.2.2027 klo 13.00" in page(desk.secretary, "decisions", call)


# Fixed number of queries


def count(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    return len(queries)


LISTS = ("call_handling", "proposals", "call_cases_csv", "call_cases_xlsx")


def _counts(rows: int) -> dict[str, int]:
    """Queries of each list of a call with so many scored and proposed cases, then of the committee's."""
    desk = make_desk(cases=rows, assessors=1)
    for case in desk.cases:
        score(case, desk.assessors[0])
    found = {"assessments": count(signed_in(desk.assessors[0]), reverse("grants:assessments"))}
    propose_all(desk, ["100.00"] * rows)
    officer = signed_in(desk.coordinator)
    for name in LISTS:
        found[name] = count(officer, reverse(f"grants:{name}", args=[desk.call.pk]))
    present(desk)
    declare_no_conflicts([case.pk for case in desk.cases], by=desk.member, now=TAKEN_UP)
    found["committee_call"] = count(signed_in(desk.member), reverse("grants:committee_call", args=[desk.call.pk]))
    return found


def test_lists_have_a_fixed_number_of_queries() -> None:
    one, three = _counts(1), _counts(3)
    assert one == three
    assert max(one.values()) <= 15, one  # one of them asks which posts the person decides in


def test_todos_of_everybody() -> None:
    def titles(user: User, now: datetime = TAKEN_UP) -> list[str]:
        return [todo.title for todo in handling_todos(user, now)]

    desk = make_desk(assessors=1)
    assert titles(desk.coordinator) == ["Huolehdi arvioinneista: Toiminta-avustus 2027"]
    assert titles(desk.assessors[0]) == ["Arvioi 2 hakemusta"]
    declare_conflict(desk.cases[1], has_conflict=True, ground="x", by=desk.assessors[0], now=TAKEN_UP)
    score(desk.cases[0], desk.assessors[0])
    assert titles(desk.assessors[0]) == []
    assert titles(desk.coordinator) == ["Tee esitykset: Toiminta-avustus 2027"]
    assert titles(desk.presenter) == []
    propose_all(desk, ["100.00", "0"])
    assert titles(desk.coordinator) == []
    assert titles(desk.presenter) == ["Vie esitykset kokoukseen: Toiminta-avustus 2027"]
    assert titles(desk.member) == []
    meeting = present(desk)
    assert titles(desk.member) == ["Ilmoita mahdollinen esteellisyys ennen kokousta: Toiminta-avustus 2027"]
    assert titles(desk.secretary) == []
    hold_meeting(meeting, by=desk.secretary, now=AFTER)
    assert titles(desk.member) == []
    assert titles(desk.secretary, AFTER) == ["Kirjaa kokouksen päätökset: Toiminta-avustus 2027"]
    record_decisions(desk.fresh(), section_number=1, decided_on=MEETING_AT.date(), by=desk.secretary, now=AFTER)
    assert titles(desk.secretary, AFTER) == []
    assert titles(desk.coordinator, AFTER) == ["Anna päätökset tiedoksi: Toiminta-avustus 2027"]
    assert titles(UserFactory()) == []


def test_exports_are_the_filtered_rows_and_no_formulas() -> None:
    desk = make_desk()
    organisation = desk.cases[0].organisation
    organisation.name = "=cmd()"
    organisation.save()
    everything = page(desk.coordinator, "call_cases_csv", desk.call.pk)
    assert "'=cmd()" in everything
    assert "Järjestö 2 ry" in everything
    filtered = page(desk.coordinator, "call_cases_csv", desk.call.pk, query="?q=järjestö")
    assert "cmd" not in filtered
    assert "Järjestö 2 ry" in filtered


def next_of(desk: Desk, user: User, now: datetime = TAKEN_UP) -> str:
    """Return the heading of the next step as the person reads it, and the name of its page."""
    desk.fresh()
    call = desk_calls(user, now).get(pk=desk.call.pk)
    found = call_next(call, totals(cases_of(call, user, now)), user, now)
    return f"{found.heading}: {found.button}" if found else ""


def test_the_call_says_what_it_waits_for() -> None:
    desk = make_desk()
    assert next_of(desk, desk.coordinator) == "Haulla ei ole vielä arvioijia: Nimeä arvioijat"
    assert not desk_calls(desk.secretary, TAKEN_UP).exists()
    assert next_of(desk, desk.presenter) == "Haulla ei ole vielä arvioijia: "
    assessor = UserFactory()
    assign_assessor(desk.call, user=assessor, until=None, by=desk.coordinator, now=TAKEN_UP)
    assert next_of(desk, desk.coordinator) == "Arviointi on kesken: Avaa esitys"
    for case in desk.cases:
        score(case, assessor)
    assert next_of(desk, desk.coordinator) == "Hakemukset on arvioitu: Tee esitykset"
    propose_all(desk, ["100.00", "0"])
    assert next_of(desk, desk.coordinator) == "Esitykset ovat valmiit: "
    assert next_of(desk, desk.presenter) == "Esitykset ovat valmiit: Vie kokoukseen"
    meeting = present(desk)
    assert next_of(desk, desk.coordinator) == "Asia on esityslistalla: Avaa kokous"
    hold_meeting(meeting, by=desk.secretary, now=AFTER)
    assert next_of(desk, desk.coordinator, AFTER) == "Kokous on pidetty: "
    assert next_of(desk, desk.secretary, AFTER) == "Kokous on pidetty: Kirjaa päätökset"
    record_decisions(desk.fresh(), section_number=1, decided_on=MEETING_AT.date(), by=desk.secretary, now=AFTER)
    assert next_of(desk, desk.coordinator, AFTER) == "Päätökset on kirjattu: Anna tiedoksi"
    assert next_of(desk, desk.secretary, AFTER) == ""


def test_a_meeting_links_to_the_calls_on_its_agenda() -> None:
    desk = make_held()
    assert desk.meeting is not None
    address = reverse("liaisons:meeting", args=[desk.meeting.pk])
    committee = reverse("grants:committee_call", args=[desk.call.pk])
    record = reverse("grants:decisions_record", args=[desk.call.pk])

    def links(user: User) -> list[str]:
        body = text(signed_in(user).get(address))
        return [link for link in (committee, record) if f'href="{link}"' in body]

    assert links(desk.member) == [committee]
    assert links(desk.secretary) == [committee, record]
    officers = [row["url"] for panel in meeting_panel(desk.coordinator, desk.meeting, AFTER) for row in panel.rows]
    assert officers == [reverse("grants:decisions", args=[desk.call.pk])]
    assert list(meeting_panel(UserFactory(), desk.meeting, AFTER)) == []
    assert list(meeting_panel(desk.member, desk.cases[0].organisation, AFTER)) == []
    assert list(own_panel(desk.member, desk.meeting, AFTER)) == []


def test_a_sum_that_cannot_be_read_loses_nothing_from_the_minutes(monkeypatch: pytest.MonkeyPatch) -> None:
    desk = make_held()
    set_clock(monkeypatch, AFTER)
    declare_no_conflicts([case.pk for case in desk.cases], by=desk.secretary, now=AFTER)
    first, second = (case.pk for case in desk.cases)
    given = {
        "section_number": "41",
        "decided_on": "17.2.2027",
        f"sum_{first}": "kaksituhatta",
        f"reasons_{first}": "Lautakunta pienensi summaa.",
        f"sum_{second}": "0",
        f"reasons_{second}": "Toiminta ei vastaa haun tavoitteita.",
    }
    client, address = signed_in(desk.secretary), reverse("grants:decisions_record", args=[desk.call.pk])
    for wrong in ("kaksituhatta", "4500,01"):
        response = client.post(address, {**given, f"sum_{first}": wrong})
        body = text(response)
        assert response.status_code == 409, wrong
        assert f'value="{wrong}"' in body
        assert "Lautakunta pienensi summaa." in body
        assert 'value="41"' in body
        assert desk.fresh().state == "presented"
    assert client.post(address, {**given, f"sum_{first}": "2000"}).status_code == 302
    found = Decision.objects.order_by("application_id").values_list("sum", "reasons")
    assert list(found) == [
        (Decimal(2000), "Lautakunta pienensi summaa."),
        (Decimal(0), "Toiminta ei vastaa haun tavoitteita."),
    ]
