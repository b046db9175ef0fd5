"""Handling is opened after closing; assessors are named; points need reasons; pages save without loss."""

from datetime import date, timedelta

import pytest
from django.http import Http404
from django.urls import reverse

from accounts.roles import roles_in_force
from common.errors import Refused
from grants.models import Application, Assessment, AssessorAssignment, Score
from grants.workflow.assessment import Scored, finish_assessment, reopen_assessment, save_scores
from grants.workflow.conflicts import declare_no_conflicts
from grants.workflow.handling import assign_assessor, end_assignment, open_handling
from notifications.models import Message
from tests.accounts.factories import UserFactory, signed_in
from tests.grants.factories import CLOSES, make_application, make_organisation
from tests.grants.factories_handling import TAKEN_UP, make_desk, score
from tests.grants.test_handling_pages import page, set_clock, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, TAKEN_UP)


def test_handling_opens_at_the_closing_instant_and_not_before() -> None:
    desk = make_desk(opened=False)
    draft = make_application(call=desk.call, organisation=make_organisation("Luonnos ry"))
    with pytest.raises(Refused) as refused:
        open_handling(desk.call, by=desk.coordinator, now=CLOSES - timedelta(microseconds=1))
    assert refused.value.code == "call_still_open"
    assert "8.12.2026" in str(refused.value)
    assert desk.fresh().state == "published"
    open_handling(desk.call, by=desk.coordinator, now=CLOSES)
    open_handling(desk.call, by=desk.coordinator, now=CLOSES)
    assert desk.fresh().state == "handling"
    assert [case.state for case in desk.cases] == ["in_handling", "in_handling"]
    assert [case.events.filter(verb="take_up").count() for case in desk.cases] == [1, 1]
    assert Application.objects.get(pk=draft.pk).state == "draft"


def test_only_the_coordinator_opens() -> None:
    desk = make_desk(opened=False)
    for user in (desk.presenter, desk.member, UserFactory()):
        with pytest.raises(Http404):
            open_handling(desk.call, by=user, now=TAKEN_UP)


def test_assessor_is_told_once_and_has_a_role_until_it_ends() -> None:
    desk = make_desk(assessors=1)
    assessor = desk.assessors[0]
    assign_assessor(desk.call, user=assessor, until=date(2027, 1, 31), by=desk.coordinator, now=TAKEN_UP)
    message = Message.objects.get(kind="grants.assessor")
    assert "Toiminta-avustus 2027" in message.text
    assert "/hallinta/arvioinnit/" in message.text
    roles = [role for role in roles_in_force(assessor, TAKEN_UP) if role.key == "assessor"]
    assert [(role.target, role.needs_second_factor, role.until) for role in roles] == [
        (("call", desk.call.pk), True, date(2027, 1, 31))
    ]
    with pytest.raises(Refused) as refused:
        assign_assessor(desk.call, user=assessor, until=date(2026, 12, 8), by=desk.coordinator, now=TAKEN_UP)
    assert refused.value.code == "term_over"
    score(desk.cases[0], assessor)
    end_assignment(AssessorAssignment.objects.get(), by=desk.coordinator, now=TAKEN_UP)
    assert not [role for role in roles_in_force(assessor, TAKEN_UP) if role.key == "assessor"]
    with pytest.raises(Http404):
        reopen_assessment(desk.cases[0], by=assessor, now=TAKEN_UP)
    assert Assessment.objects.get().state == "done"


def test_points_stay_within_weight_and_total_adds_up() -> None:
    desk = make_desk(assessors=1)
    case, assessor = desk.cases[0], desk.assessors[0]
    declare_no_conflicts([case.pk], by=assessor, now=TAKEN_UP)
    first, second, *_rest = desk.call.criteria.all()
    for points in (31, -1):
        with pytest.raises(Refused) as refused:
            save_scores(case, [Scored(first.pk, points, "Syy")], summary="", by=assessor, now=TAKEN_UP)
        assert refused.value.code == "too_many_points"
    assert not Score.objects.exists()
    rows = [Scored(first.pk, 30, " Syy "), Scored(second.pk, 0, "")]
    assert save_scores(case, rows, summary="Hyvä", by=assessor, now=TAKEN_UP).total == 30
    assert list(Score.objects.order_by("criterion").values_list("points", "most", "reason")) == [
        (30, 30, "Syy"),
        (0, 25, ""),
    ]
    assert save_scores(case, [Scored(first.pk, None)], summary="", by=assessor, now=TAKEN_UP).total == 0
    assert Score.objects.count() == 1


def test_finishing_needs_every_reason_and_closes_the_scores() -> None:
    desk = make_desk(assessors=1)
    case, assessor = desk.cases[0], desk.assessors[0]
    declare_no_conflicts([case.pk], by=assessor, now=TAKEN_UP)
    criteria = list(desk.call.criteria.all())
    rows = [Scored(row.pk, 10, "Syy" if row != criteria[2] else " ") for row in criteria]
    save_scores(case, rows, summary="", by=assessor, now=TAKEN_UP)
    with pytest.raises(Refused) as refused:
        finish_assessment(case, by=assessor, now=TAKEN_UP)
    assert str(refused.value) == "Anna pisteet ja perustelu vielä näille: Täydentää palveluja."
    save_scores(case, [Scored(criteria[2].pk, 5, "Syy")], summary="", by=assessor, now=TAKEN_UP)
    assert finish_assessment(case, by=assessor, now=TAKEN_UP).total == 35
    assert finish_assessment(case, by=assessor, now=TAKEN_UP).done_at == TAKEN_UP
    with pytest.raises(Refused) as refused:
        save_scores(case, rows, summary="", by=assessor, now=TAKEN_UP)
    assert refused.value.code == "wrong_state"
    assert reopen_assessment(case, by=assessor, now=TAKEN_UP).done_at is None
    assert reopen_assessment(case, by=assessor, now=TAKEN_UP).state == "open"


def test_scoring_page_saves_what_can_be_read_and_keeps_the_rest() -> None:
    desk = make_desk(assessors=1)
    case, assessor = desk.cases[0], desk.assessors[0]
    declare_no_conflicts([case.pk for case in desk.cases], by=assessor, now=TAKEN_UP)
    first, second, third, fourth = desk.call.criteria.all()
    address = reverse("grants:assess", args=[case.pk])
    client = signed_in(assessor)
    shown = text(client.get(address))
    assert "Erinomaisesti" in shown
    assert "kerran viikossa yhteen" in shown
    data = {f"points_{first.pk}": "20", f"reason_{first.pk}": "Hyvä", f"points_{second.pk}": "26"}
    saved = text(client.post(f"{address}?autosave=1", data))
    assert "1 kohtaa ei voitu lukea" in saved
    assert '<b id="total-points" hx-swap-oob="true">20</b>' in saved
    response = client.post(address, {**data, "finish": "1"})
    assert "Pisteitä voi antaa enintään 25." in text(response)
    assert 'value="26"' in text(response)
    data[f"points_{second.pk}"] = "25"
    assert client.post(address, {**data, "finish": "1"})["Location"] == address
    assert "Anna pisteet ja perustelu vielä näille" in text(client.get(address))
    for row in (first, second, third, fourth):
        data |= {f"points_{row.pk}": "10", f"reason_{row.pk}": "Syy"}
    following = client.post(address, {**data, "finish": "1", "summary": "Yhteensä hyvä."})
    assert following["Location"] == reverse("grants:assess", args=[desk.cases[1].pk])
    assert Assessment.objects.get().total == 40
    listed = page(assessor, "assessments")
    assert "1 / 2" in listed
    assert "Arvioi seuraava: Järjestö 2 ry" in listed
    stale = text(client.post(f"{address}?autosave=1", data))
    assert "Ei tallennettu." in stale
    assert client.post(address, {"reopen": "1"})["Location"] == address
    assert Assessment.objects.get().state == "open"


def test_coordinator_names_and_ends_assessors() -> None:
    desk = make_desk()
    address = reverse("grants:call_assessors", args=[desk.call.pk])
    client = signed_in(desk.coordinator)
    assert "Haulla ei ole vielä arvioijia" in text(client.get(address))
    assert "Tällä osoitteella ei ole tunnusta" in text(client.post(address, {"email": "kuka@example.org"}))
    person = UserFactory(full_name="Eero Esimerkki")
    assert "on jo mennyt" in text(client.post(address, {"email": person.email, "until": "1.1.2026"}))
    client.post(address, {"email": person.email.upper()})
    assignment = AssessorAssignment.objects.get(user=person)
    assert "Eero Esimerkki" in text(client.get(address))
    client.post(reverse("grants:call_assessor_end", args=[desk.call.pk, assignment.pk]))
    assert "Haulla ei ole vielä arvioijia" in text(client.get(address))


def test_handling_is_opened_from_the_page() -> None:
    desk = make_desk(opened=False)
    client = signed_in(desk.coordinator)
    address = reverse("grants:call_handling", args=[desk.call.pk])
    assert "Aloita käsittely" in text(client.get(address))
    client.post(reverse("grants:call_open_handling", args=[desk.call.pk]))
    assert "2 hakemusta on käsittelyssä" in text(client.get(address))
    assert desk.fresh().state == "handling"
