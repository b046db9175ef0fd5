"""Pages of the handling, from the list of cases to the served decision."""

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from grants.models import Assessment, AssessorAssignment, ConflictDeclaration, Decision, Proposal
from grants.workflow.conflicts import declare_conflict, declare_no_conflicts
from grants.workflow.decisions import record_decisions
from tests.accounts.factories import UserFactory, signed_in, staff
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
from tests.liaisons.factories import MeetingFactory

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
