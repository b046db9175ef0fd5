"""How much of a change after award is decided without the body, by kind of grant, and the matter on its agenda."""

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.conf import settings
from django.http import Http404

from common import clock
from common.legal_dates import ServedBy
from common.policies import may
from common.times import format_date, local_date
from grants.award_terms import terms_of
from grants.models import GrantKind
from grants.workflow.change_decisions import (
    Given,
    coming_meetings,
    decide_change,
    decider_of,
    lay_change,
    record_change,
    return_change,
    set_kind_limits,
    within_kind,
)
from grants.workflow.changes import save_change, send_change, start_change, withdraw_change
from grants.workflow.decisions import issue_decision
from liaisons.models import BodyAppointment
from tests.accounts.factories import UserFactory, signed_in
from tests.grants.factories import make_body, make_member
from tests.grants.factories_changes import NEXT_SUMMER, NOW, WORDS, ChangeDesk, moved
from tests.grants.factories_officials import make_official_desk
from tests.grants.test_changes import refused
from tests.grants.test_payments import text
from tests.liaisons.factories import MeetingFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def desk() -> ChangeDesk:
    return ChangeDesk()


def limit(months: int | None = None, sum: str | None = None) -> None:
    GrantKind.objects.update(change_most_months=months, change_most_sum=Decimal(sum) if sum else None)


def test_past_the_limits_of_the_kind_nobody_decides_alone(desk: ChangeDesk) -> None:
    sent = desk.sent(use_to=NEXT_SUMMER)
    assert within_kind(sent), "without limits only the county's row limits"
    limit(months=6)
    assert within_kind(type(sent).objects.get(pk=sent.pk)), "30.6. is six months from 31.12."
    limit(months=5)
    sent = type(sent).objects.get(pk=sent.pk)
    given = Given(sent.terms_asked, *WORDS)
    refused("beyond_powers", decide_change, sent, given, by=desk.coordinator, now=NOW)
    laid = lay_change(sent, proposal="Esitetään.", by=desk.coordinator, now=NOW)
    assert laid.decider == desk.decision.body_name


def test_the_sum_is_what_moves_between_lines(desk: ChangeDesk) -> None:
    lines = moved(desk.terms(), "300.00")
    sent = desk.sent(lines=lines)
    limit(sum="300.00")
    assert within_kind(type(sent).objects.get(pk=sent.pk))
    limit(sum="299.99")
    assert not within_kind(type(sent).objects.get(pk=sent.pk))


def test_lengthening_again_counts_from_the_first_period(desk: ChangeDesk) -> None:
    limit(months=4)
    desk.approved(use_to=date(2028, 3, 31))
    again = desk.sent(use_to=date(2028, 5, 31))
    assert not within_kind(again)


def test_the_matter_comes_on_the_agenda_and_is_recorded_there(desk: ChangeDesk) -> None:
    limit(months=1)
    body = desk.decision.application.call.kind.decided_by
    secretary = UserFactory()
    BodyAppointment.objects.create(body=body, user=secretary, role="secretary", valid_from=date(2026, 1, 1))
    meeting = MeetingFactory(body=body, starts_at=NOW + timedelta(days=3))
    other = MeetingFactory(starts_at=NOW + timedelta(days=3))
    sent = desk.sent(use_to=NEXT_SUMMER)
    assert list(coming_meetings(sent, desk.coordinator, NOW)) == [meeting]
    refused("wrong_meeting", lay_change, sent, proposal="Esitys.", meeting=other, by=desk.coordinator, now=NOW)
    office = signed_in(desk.coordinator)
    there = sent.get_absolute_url()
    assert "Muutos ylittää rajan" in text(office.get(there))
    answer = office.post(f"{there}esitys/", {"proposal": "Esitetään.", "meeting": meeting.pk}, follow=True)
    assert "Esityslistalla:" in text(answer)
    sent.refresh_from_db()
    item = sent.agenda_item
    assert (item.meeting, item.case_label, item.proposal) == (meeting, sent.case_number, "Esitetään.")
    page = text(signed_in(secretary).get(meeting.get_absolute_url()))
    assert f"Muutoshakemus {sent.case_number}" in page
    held = meeting.starts_at + timedelta(hours=3)
    given = Given(sent.terms_asked, *WORDS, decided_on=held.date(), section_number=7)
    assert record_change(sent, given, by=secretary, now=held).state == "approved"


def test_an_office_holders_limit_sends_the_change_to_the_body_above() -> None:
    made = make_official_desk("3000.00")
    (decision,) = made.decide()
    issue_decision(decision, served_by=ServedBy.ELECTRONIC, by=made.coordinator, now=NOW)
    above = make_body(key="hallitus", name_fi="Aluehallitus")
    GrantKind.objects.update(claims_to=above)
    limit(months=3)
    decision = type(decision).objects.get(pk=decision.pk)
    person = make_member(decision.application.organisation)
    change = start_change(decision, by=person, now=NOW)
    long = terms_of(decision).use_to.replace(year=terms_of(decision).use_to.year + 1)
    save_change(change, replace(change.terms_asked, use_to=long), why="Viivästyi.", revision=0, by=person, now=NOW)
    change = send_change(change, by=person, now=NOW)
    said: Any = Given(change.terms_asked, *WORDS)
    words = refused("beyond_powers", decide_change, change, said, by=made.official, now=NOW)
    assert "Aluehallitus" in words
    assert decider_of(change) == "Aluehallitus"
    secretary = UserFactory()
    BodyAppointment.objects.create(body=above, user=secretary, role="secretary", valid_from=date(2026, 1, 1))
    assert not may("grants.change.record", secretary, change, now=NOW)
    change = lay_change(change, proposal="Esitetään.", by=made.coordinator, now=NOW)
    assert may("grants.change.record", secretary, change, now=NOW)
    refused("beyond_powers", decide_change, change, said, by=made.official, now=NOW)
    given = Given(change.terms_asked, *WORDS, decided_on=NOW.date(), section_number=4)
    done = record_change(change, given, by=secretary, now=NOW)
    assert (done.state, done.decider, done.section_number) == ("approved", "Aluehallitus", 4)


def test_the_coordinator_sees_and_sets_the_limits_of_a_kind(desk: ChangeDesk) -> None:
    kind = desk.decision.application.call.kind
    office = signed_in(desk.coordinator)
    here = f"/hallinta/muutokset/rajat/{kind.pk}/"
    page = text(office.get("/hallinta/muutokset/toimivalta/"))
    assert "ei rajaa" in page
    assert here in office.get("/hallinta/muutokset/toimivalta/").content.decode()
    assert office.post(here, {"months": "-1", "sum": "500"}).status_code == 409
    done = office.post(here, {"months": "6", "sum": "1 500,50"}, follow=True)
    assert "Rajat on tallennettu" in text(done)
    assert "6 kuukautta lisää" in text(done)
    kind.refresh_from_db()
    assert (kind.change_most_months, kind.change_most_sum) == (6, Decimal("1500.50"))
    assert "1 500,50" in office.get(here).content.decode().replace("\xa0", " ")
    office.post(here, {"months": "", "sum": ""})
    kind.refresh_from_db()
    assert (kind.change_most_months, kind.change_most_sum) == (None, None)
    history = kind.pgh_event_model.objects.filter(pgh_obj_id=kind.pk).order_by("pgh_id")  # type: ignore[attr-defined]
    assert list(history.values_list("change_most_months", flat=True)) == [6, None]
    with pytest.raises(Http404):
        set_kind_limits(kind, months=1, sum=None, by=desk.registrar, now=NOW)
    refused("bad_limits", set_kind_limits, kind, months=-1, sum=None, by=desk.coordinator, now=NOW)


def test_both_area_files_give_limits_that_are_marked_as_examples() -> None:
    for area in ("pohjois-karjala", "pohjois-pohjanmaa"):
        source = (settings.BASE_DIR / "config" / "areas" / f"{area}.toml").read_text()
        lines = [line for line in source.splitlines() if line.startswith("change_limits")]
        assert len(lines) >= 3, area
        assert all("check it against the hallintosääntö" in line for line in lines)


def laid_on_agenda(desk: ChangeDesk) -> tuple[Any, Any, Any]:
    """Return a change laid on a planned meeting's agenda, the meeting and the body's secretary."""
    limit(months=1)
    body = desk.decision.application.call.kind.decided_by
    secretary = UserFactory()
    BodyAppointment.objects.create(body=body, user=secretary, role="secretary", valid_from=date(2026, 1, 1))
    meeting = MeetingFactory(body=body, starts_at=NOW + timedelta(days=3))
    laid = lay_change(
        desk.sent(use_to=NEXT_SUMMER), proposal="Esitetään.", meeting=meeting, by=desk.coordinator, now=NOW
    )
    assert laid.agenda_item is not None
    return laid, meeting, secretary


def test_a_change_that_is_taken_back_leaves_the_agenda(desk: ChangeDesk) -> None:
    laid, meeting, _secretary = laid_on_agenda(desk)
    gone = withdraw_change(laid, by=desk.person, now=NOW)
    assert (gone.state, gone.agenda_item) == ("withdrawn", None)
    assert not meeting.items.exists()
    assert withdraw_change(laid, by=desk.person, now=NOW).state == "withdrawn", "twice is once"
    fresh = type(laid).objects.get(pk=laid.pk)
    assert fresh.agenda_item is None
    assert "Esityslistalla:" not in text(signed_in(desk.coordinator).get(laid.get_absolute_url()))


@pytest.mark.parametrize("after", ["notice", "held"])
def test_when_the_agenda_has_been_sent_the_matter_tells_that_it_was_taken_back(desk: ChangeDesk, after: str) -> None:
    laid, meeting, secretary = laid_on_agenda(desk)
    if after == "notice":
        type(meeting).objects.filter(pk=meeting.pk).update(notice_sent_at=NOW, notice_sent_by=secretary)
    else:
        meeting.items.update(section_number=7)
    gone = withdraw_change(laid, by=desk.person, now=NOW)
    item = meeting.items.get()
    day = format_date(local_date(NOW))
    assert item.proposal == f"Järjestö perui muutoshakemuksen {day}. Asiaa ei käsitellä.\n\nEsitetään."
    assert gone.agenda_item == item
    assert "Ei käsitellä: Muutoshakemus" in text(signed_in(secretary).get(meeting.get_absolute_url()))


def test_asked_for_more_the_matter_goes_and_comes_again_when_it_is_laid(desk: ChangeDesk) -> None:
    laid, meeting, secretary = laid_on_agenda(desk)
    type(meeting).objects.filter(pk=meeting.pk).update(notice_sent_at=NOW, notice_sent_by=secretary)
    back = return_change(laid, question="Milloin retki on?", by=desk.coordinator, now=NOW)
    assert "Asiaa ei käsitellä." in meeting.items.get().proposal
    sent = send_change(back, by=desk.person, now=NOW)
    again = lay_change(sent, proposal="Esitetään uudelleen.", meeting=meeting, by=desk.coordinator, now=NOW)
    assert meeting.items.get() == again.agenda_item
    matter = meeting.items.get()
    assert matter.proposal == "Esitetään uudelleen."
    assert matter.title.startswith("Muutoshakemus")
