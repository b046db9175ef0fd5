"""A declared conflict of interest hides the case everywhere; before a declaration only name and sum are seen."""

import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from common.errors import Refused
from grants.cases import cases_of, choose
from grants.models import Application, ApplicationPartner, ApplicationSearch, Assessment, CaseEvent, ConflictDeclaration
from grants.name_hints import first_and_last, mark_same_names
from grants.workflow.assessment import Scored, save_scores
from grants.workflow.conflicts import declare_conflict, declare_no_conflicts, likely_conflicts
from grants.workflow.proposals import propose
from organisations.models import Contact, Signatory
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.factories import make_member, make_organisation
from tests.grants.factories_handling import (
    AFTER,
    TAKEN_UP,
    Desk,
    make_desk,
    make_held,
    present,
    propose_all,
    score,
)
from tests.grants.test_handling_pages import page, set_clock, text

pytestmark = pytest.mark.django_db
GROUND = "Puolisoni on järjestön hallituksessa."
TITLE = "Omaishoitajien vertaisryhmät Lieksassa"


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, TAKEN_UP)


def withdraw(case: Application, by: User, now: datetime = TAKEN_UP) -> ConflictDeclaration:
    return declare_conflict(case, has_conflict=True, ground=GROUND, by=by, now=now)


def get(user: User, name: str, *args: int) -> int:
    return signed_in(user).get(reverse(f"grants:{name}", args=args)).status_code


def test_conflict_needs_a_ground_and_stands() -> None:
    desk = make_desk(assessors=1)
    case, assessor = desk.cases[0], desk.assessors[0]
    with pytest.raises(Refused) as refused:
        declare_conflict(case, has_conflict=True, ground="  ", by=assessor, now=TAKEN_UP)
    assert refused.value.code == "ground_missing"
    assert not ConflictDeclaration.objects.exists()
    declare_no_conflicts([case.pk], by=assessor, now=TAKEN_UP)
    withdraw(case, assessor)
    withdraw(case, assessor)
    with pytest.raises(Refused) as refused:
        declare_conflict(case, has_conflict=False, by=assessor, now=TAKEN_UP)
    assert refused.value.code == "conflict_stands"
    assert declare_no_conflicts([case.pk], by=assessor, now=TAKEN_UP) == 0
    row = ConflictDeclaration.objects.get()
    assert (row.has_conflict, row.ground) == (True, GROUND)
    events = CaseEvent.objects.filter(verb="declare_conflict")
    assert [event.text for event in events] == [
        f"Eero Esimerkki 1 ilmoitti esteellisyyden ja vetäytyi asian käsittelystä. Peruste: {GROUND}"
    ]


def test_conflict_drops_the_own_assessment_only() -> None:
    desk = make_desk(assessors=2)
    for assessor in desk.assessors:
        score(desk.cases[0], assessor)
    withdraw(desk.cases[0], desk.assessors[0])
    assert list(Assessment.objects.values_list("assessor", flat=True)) == [desk.assessors[1].pk]
    with pytest.raises(Http404):
        save_scores(desk.cases[0], [], summary="", by=desk.assessors[0], now=TAKEN_UP)


def test_strangers_and_decided_cases_cannot_be_declared() -> None:
    desk = make_held()
    with pytest.raises(Http404):
        withdraw(desk.cases[0], UserFactory())
    Application.objects.filter(pk=desk.cases[0].pk).update(state="decided")
    with pytest.raises(Http404):
        withdraw(desk.cases[0], desk.member)
    assert declare_no_conflicts([case.pk for case in desk.cases], by=UserFactory(), now=AFTER) == 0
    assert not ConflictDeclaration.objects.exists()


def test_many_are_declared_at_once_from_the_list() -> None:
    desk = make_desk(cases=3, assessors=1)
    assessor = desk.assessors[0]
    withdraw(desk.cases[2], assessor)
    client = signed_in(assessor)
    response = client.post(
        reverse("grants:declare_many", args=[desk.call.pk]),
        {"case": [case.pk for case in desk.cases] + ["x", "9" * 30]},
    )
    assert response["Location"] == reverse("grants:assessments")
    assert dict(ConflictDeclaration.objects.values_list("application", "has_conflict")) == {
        desk.cases[0].pk: False,
        desk.cases[1].pk: False,
        desk.cases[2].pk: True,
    }
    again = client.post(reverse("grants:declare_many", args=[desk.call.pk]), {"next": "https://evil.example/"})
    assert again["Location"] == reverse("grants:assessments")


def test_member_of_the_applicant_is_warned() -> None:
    desk = make_desk(assessors=1)
    assessor = desk.assessors[0]
    assert "todennäköisesti esteellinen" not in page(assessor, "assessments")
    make_member(desk.cases[0].organisation, "viewer", user=assessor)
    assert likely_conflicts(assessor, desk.cases) == {desk.cases[0].pk}
    assert page(assessor, "assessments").count("todennäköisesti esteellinen") == 1
    assert "todennäköisesti esteellinen" in page(assessor, "declare", desk.cases[0].pk)
    assert "todennäköisesti esteellinen" not in page(assessor, "declare", desk.cases[1].pk)


@pytest.mark.parametrize(
    ("name", "same"),
    [
        ("EERO ESIMERKKI", True),
        ("Eero Juhani Esimerkki", True),
        ("Esimerkki, Eero Juhani", True),
        ("Esimerkki Eero", False),
        ("Eero Esimerkkilä", False),
        ("Esimerkki", False),
    ],
)
def test_names_are_compared_by_first_and_last(name: str, same: bool) -> None:
    assert (first_and_last(name) == first_and_last("Eero Esimerkki")) is same
    assert first_and_last("A\N{COMBINING DIAERESIS}ina\N{NO-BREAK SPACE}Ma\N{HYPHEN}ki") == first_and_last("Äina Ma-ki")


def test_same_name_as_a_registered_person_is_hinted_to_the_person_alone() -> None:
    desk = make_desk(assessors=2, cases=3)
    assessor, other = desk.assessors
    User.objects.filter(pk=assessor.pk).update(full_name="Eero Esimerkki")
    assessor.refresh_from_db()
    first, second, third = (case.organisation for case in desk.cases)
    Signatory.objects.create(organisation=first, name="ESIMERKKI, Eero Olavi", role="puheenjohtaja")
    Contact.objects.create(organisation=second, name="Eero Esimerkki", since=date(2020, 1, 1), phone="013 1")
    left = {"left_on": date(2021, 1, 1), "left_reason": "Lopetti"}
    Contact.objects.create(organisation=third, name="Eero Esimerkki", since=date(2020, 1, 1), phone="013 1", **left)
    partner = make_organisation("Kumppani ry")
    Signatory.objects.create(organisation=partner, name="Eero Esimerkki")
    listed = page(assessor, "assessments")
    assert listed.count("Nimesi on sama kuin") == 2
    assert f"järjestön {first.name} rekisteriin merkityllä henkilöllä (puheenjohtaja)" in listed
    assert "Nimesi on sama kuin" not in page(other, "assessments")
    assert "Nimesi on sama kuin" in page(assessor, "declare", desk.cases[0].pk)
    assert "Nimesi on sama kuin" not in page(assessor, "declare", desk.cases[2].pk)
    ApplicationPartner.objects.create(
        application=desk.cases[2], organisation=partner, task="Ryhmät", added_by=desk.coordinator, added_at=TAKEN_UP
    )
    assert "järjestön Kumppani ry" in page(assessor, "declare", desk.cases[2].pk)
    assert not ConflictDeclaration.objects.exists(), "nothing follows from a name by itself"
    with CaptureQueriesContext(connection) as queries:
        mark_same_names(assessor, desk.cases, TAKEN_UP)
    assert len(queries) == 1


def test_undeclared_assessor_sees_name_and_sum_only() -> None:
    desk = make_desk(assessors=1)
    assessor, case = desk.assessors[0], desk.cases[0]
    listed = page(assessor, "assessments")
    assert "Järjestö 1 ry" in listed
    assert "4 500 €" in listed
    assert TITLE not in listed
    for name in ("case", "case_assessments", "case_files", "case_history", "assess"):
        response = signed_in(assessor).get(reverse(f"grants:{name}", args=[case.pk]))
        assert response["Location"].startswith(reverse("grants:declare", args=[case.pk])), name
    declaring = page(assessor, "declare", case.pk)
    assert "Järjestö 1 ry" in declaring
    assert TITLE not in declaring
    client = signed_in(assessor)
    address = reverse("grants:declare", args=[case.pk])
    assert "Kerro, mistä esteellisyys johtuu." in text(client.post(address, {"answer": "yes"}))
    assert client.post(address, {"answer": "no", "next": "//evil.example"})["Location"] == reverse(
        "grants:case", args=[case.pk]
    )
    assert TITLE in page(assessor, "case", case.pk)


CASE_PAGES = ("case", "case_assessments", "case_files", "case_history", "committee_case", "declare")


def recused_desk() -> Desk:
    """A coordinator who has withdrawn from the first of two cases, which has points and a proposal."""
    desk = make_desk(assessors=2)
    for case in desk.cases:
        for assessor in desk.assessors:
            score(case, assessor, 0.9)
    propose_all(desk, ["3111.00", "1222.00"])
    withdraw(desk.cases[0], desk.coordinator)
    return desk


def test_recused_coordinator_sees_name_and_sum_only_everywhere() -> None:
    desk = recused_desk()
    case, other = desk.cases
    attachment = case.attachments.get(attachment_slot__order=1)
    for name in (*CASE_PAGES, "propose"):
        assert get(desk.coordinator, name, case.pk) == 404, name
    assert get(desk.coordinator, "case_file", case.pk, attachment.pk) == 404
    assert get(desk.coordinator, "case_file", other.pk, attachment.pk) == 404
    assert get(desk.coordinator, "case", other.pk) == 200
    for name in ("call_handling", "proposals", "call_cases_csv"):
        seen = page(desk.coordinator, name, desk.call.pk)
        assert "Järjestö 1 ry" in seen, name
        assert "4 500 €" in seen or "4500,00" in seen, name
        assert "Olet vetäytynyt" in seen, name
        assert "3 111" not in seen, name
        assert "3111" not in seen, name
        assert reverse("grants:case", args=[case.pk]) not in seen, name
        assert reverse("grants:propose", args=[case.pk]) not in seen, name
        assert ("1 222" in seen) or ("1222,00" in seen) or ('"1222"' in seen), name
    workbook = signed_in(desk.coordinator).get(reverse("grants:call_cases_xlsx", args=[desk.call.pk]))
    with zipfile.ZipFile(io.BytesIO(workbook.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "1222" in sheet
    assert "3111" not in sheet
    with pytest.raises(Http404):
        propose(case, sum=Decimal(1), reasons="x", by=desk.coordinator, now=TAKEN_UP, revision=1)


def test_recused_case_cannot_be_found_by_its_content_points_or_proposal() -> None:
    desk = recused_desk()
    for query in ("?q=vertaisryhmät", "?tila=esitetaan", "?tila=hylataan", "?tila=eroavat", "?tila=arvioimatta"):
        seen = page(desk.coordinator, "call_handling", desk.call.pk, query=query)
        assert "Järjestö 1 ry" not in seen, query
    for query in ("?q=vertaisryhmät", "?tila=esitetaan"):
        assert "Järjestö 2 ry" in page(desk.coordinator, "call_handling", desk.call.pk, query=query)
    assert "Järjestö 1 ry" in page(desk.coordinator, "call_handling", desk.call.pk, query="?q=järjestö+1")
    by_points = page(desk.coordinator, "call_handling", desk.call.pk, query="?jarjesta=-esitys")
    assert by_points.index("Järjestö 2 ry") < by_points.index("Järjestö 1 ry")


def test_cases_are_found_by_inflected_words_of_their_answers_and_never_by_persons_or_when_recused() -> None:
    desk = make_desk(assessors=1)
    case, other = desk.cases
    held = ApplicationSearch.objects.get(application=case)
    assert TITLE in held.text
    assert "@" not in held.text
    ApplicationSearch.objects.filter(pk=case.pk).update(text="Järjestämme mielenterveyskuntoutujien leirejä")

    def found(user: User, words: str) -> list[int]:
        return list(choose(cases_of(desk.call, user, TAKEN_UP), {"q": words}).values_list("pk", flat=True))

    for words in ("leiri", "leirejä", "mielenterveys", "Mielenterveyskuntoutujat leirillä"):
        assert found(desk.coordinator, words) == [case.pk], words
    assert found(desk.coordinator, "leiri purjehdus") == []
    assert set(found(desk.coordinator, " ")) == {case.pk, other.pk}
    assert found(desk.coordinator, "2 ry") == [other.pk]
    assert found(desk.assessors[0], "leiri") == []  # has not declared yet
    declare_no_conflicts([case.pk], by=desk.assessors[0], now=TAKEN_UP)
    assert found(desk.assessors[0], "leiri") == [case.pk]
    assert "Järjestö 1 ry" in page(desk.coordinator, "call_cases_csv", desk.call.pk, query="?q=leiri")
    withdraw(case, desk.coordinator)
    assert found(desk.coordinator, "leiri") == []
    assert "Järjestö 1 ry" not in page(desk.coordinator, "call_cases_csv", desk.call.pk, query="?q=leiri")


def test_recused_member_sees_name_and_sum_only() -> None:
    desk = make_desk(assessors=1)
    score(desk.cases[0], desk.assessors[0])
    propose_all(desk, ["3111.00", "1222.00"])
    present(desk)
    declare_no_conflicts([case.pk for case in desk.cases], by=desk.member, now=TAKEN_UP)
    withdraw(desk.cases[0], desk.member)
    seen = page(desk.member, "committee_call", desk.call.pk)
    assert "Olet vetäytynyt" in seen
    assert "3 111" not in seen
    assert "1 222 €" in seen
    for name in CASE_PAGES:
        assert get(desk.member, name, desk.cases[0].pk) == 404, name
    assert get(desk.member, "committee_case", desk.cases[1].pk) == 200


def test_decision_is_hidden_from_the_recused(monkeypatch: pytest.MonkeyPatch) -> None:
    from grants.workflow.decisions import record_decisions

    desk = make_desk()
    propose_all(desk, ["3111.00", "1222.00"])
    withdraw(desk.cases[0], desk.coordinator)
    meeting = present(desk)
    from liaisons.workflow import hold_meeting

    hold_meeting(meeting, by=desk.secretary, now=AFTER)
    made = record_decisions(desk.fresh(), section_number=7, decided_on=AFTER.date(), by=desk.secretary, now=AFTER)
    set_clock(monkeypatch, AFTER)
    seen = page(desk.coordinator, "decisions", desk.call.pk)
    assert "Järjestö 1 ry" not in seen
    assert "Järjestö 2 ry" in seen
    assert "0 / 1" in seen
    assert get(desk.coordinator, "decision_letter", made[0].pk) == 404


def test_outsiders_get_nothing() -> None:
    desk = make_desk(assessors=1)
    outsiders = (UserFactory(), make_member(desk.cases[0].organisation), staff("payments_clerk"), desk.member)
    for user in outsiders:
        for name in ("call_handling", "proposals", "decisions", "call_cases_csv", "call_cases_xlsx", "committee_call"):
            assert get(user, name, desk.call.pk) == 404, name
        for name in (*CASE_PAGES, "propose", "assess"):
            assert get(user, name, desk.cases[0].pk) == 404, name
    assert get(desk.assessors[0], "call_handling", desk.call.pk) == 404
    assert get(desk.assessors[0], "proposals", desk.call.pk) == 404


def test_assessors_do_not_see_each_others_points() -> None:
    desk = make_desk(assessors=2)
    for share, assessor in ((0.4, desk.assessors[0]), (0.9, desk.assessors[1])):
        score(desk.cases[0], assessor, share)
    own = page(desk.assessors[0], "case_assessments", desk.cases[0].pk)
    assert "Eero Esimerkki 1:" in own
    assert "Eero Esimerkki 2:" not in own
    both = page(desk.coordinator, "case_assessments", desk.cases[0].pk)
    assert "Eero Esimerkki 1:" in both
    assert "Eero Esimerkki 2:" in both


def test_scores_of_criteria_of_other_calls_are_ignored() -> None:
    desk, other = make_desk(assessors=1), make_desk()
    assessor = desk.assessors[0]
    declare_no_conflicts([desk.cases[0].pk], by=assessor, now=TAKEN_UP)
    foreign = other.call.criteria.all()[0]
    saved = save_scores(desk.cases[0], [Scored(foreign.pk, 5, "x")], summary="", by=assessor, now=TAKEN_UP)
    assert (saved.total, saved.scores.count()) == (0, 0)
