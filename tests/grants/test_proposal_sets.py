"""Frozen numbered proposals: they stay, are presented, compared and read without one's own conflicts."""

from decimal import Decimal
from io import BytesIO

import pikepdf
import pytest
from django.db import DatabaseError, transaction
from django.urls import reverse

from grants.models import ProposalSet
from grants.workflow.conflicts import declare_conflict, declare_no_conflicts
from grants.workflow.presentation import present_call, take_back
from grants.workflow.proposal_sets import freeze_proposals
from grants.workflow.proposals import propose
from grants.workflow.snapshot import content_hash
from tests.accounts.factories import signed_in
from tests.documents.pdf_checks import assert_accessible
from tests.grants.factories_handling import TAKEN_UP, Desk, make_desk, present, propose_all
from tests.grants.test_handling_pages import count, page, set_clock, text

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, TAKEN_UP)


def frozen_desk(cases: int = 2) -> Desk:
    desk = make_desk(cases=cases)
    propose_all(desk, ["3000.00", "1234.00", *["500.00"] * (cases - 2)][:cases])
    return desk


def freeze(desk: Desk) -> ProposalSet:
    return freeze_proposals(desk.call, by=desk.coordinator, now=TAKEN_UP)


def test_a_number_is_given_once_for_the_same_content_and_stays() -> None:
    desk = frozen_desk()
    first = freeze(desk)
    assert (first.number, first.proposed_total, first.sha256) == (1, Decimal("4234.00"), content_hash(first.content))
    assert freeze(desk) == first
    propose(desk.cases[1], sum=Decimal(1000), reasons="Vähemmän.", revision=1, by=desk.coordinator, now=TAKEN_UP)
    second = freeze(desk)
    assert second.number == 2
    first.refresh_from_db()
    assert first.content["cases"][1]["proposed"] == "1234.00"
    for change in (lambda: ProposalSet.objects.update(number=9), lambda: ProposalSet.objects.all().delete()):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    shown = page(desk.coordinator, "proposal_set", desk.call.pk, 2, query="?vertaa=1")
    assert "Muutokset verrattuna esitykseen nro 1" in shown
    assert "−234 €" in shown


def test_the_button_freezes_and_a_call_without_proposals_is_told() -> None:
    desk = make_desk(cases=1)
    client, address = signed_in(desk.coordinator), reverse("grants:proposal_freeze", args=[desk.call.pk])
    assert "Haussa ei ole vielä esityksiä" in text(client.post(address, follow=True))
    propose_all(desk, ["3000.00"])
    assert "Esitys nro 1 on jäädytetty" in text(client.post(address, follow=True))
    assert "Esitys nro 1" in page(desk.presenter, "allocation", desk.call.pk)
    assert signed_in(desk.member).get(reverse("grants:proposal_set", args=[desk.call.pk, 1])).status_code == 404


def test_presenting_freezes_what_is_presented_and_the_body_reads_only_that() -> None:
    desk = frozen_desk()
    freeze(desk)
    propose(desk.cases[1], sum=Decimal(1000), reasons="Vähemmän.", revision=1, by=desk.coordinator, now=TAKEN_UP)
    meeting = present(desk)
    assert [row.number for row in ProposalSet.objects.filter(call=desk.call)] == [2, 1]
    declare_no_conflicts([case.pk for case in desk.cases], by=desk.member, now=TAKEN_UP)
    assert "Esitys nro 2" in page(desk.member, "committee_call", desk.call.pk)
    assert "1 000 €" in page(desk.member, "proposal_set", desk.call.pk, 2)
    assert signed_in(desk.member).get(reverse("grants:proposal_set", args=[desk.call.pk, 1])).status_code == 404
    take_back(desk.fresh(), by=desk.presenter, now=TAKEN_UP)
    present_call(desk.fresh(), meeting=meeting, by=desk.presenter, now=TAKEN_UP)
    assert ProposalSet.objects.filter(call=desk.call).count() == 2


def test_a_conflict_hides_the_sum_on_page_workbook_and_pdf() -> None:
    desk = frozen_desk()
    present(desk)
    declare_conflict(desk.cases[1], has_conflict=True, ground="Sukulainen.", by=desk.member, now=TAKEN_UP)
    declare_no_conflicts([desk.cases[0].pk], by=desk.member, now=TAKEN_UP)
    shown = page(desk.member, "proposal_set", desk.call.pk, 1)
    assert "Vajaa kappale" in shown
    for told in ("1 234", "4 234", "Jäljellä"):
        assert told not in shown
    assert "3 000 €" in shown
    client = signed_in(desk.member)
    whole, part = (
        signed_in(user).get(reverse("grants:proposal_set_xlsx", args=[desk.call.pk, 1])).content
        for user in (desk.coordinator, desk.member)
    )
    assert len(whole) != len(part)
    answer = client.get(reverse("grants:proposal_set_pdf", args=[desk.call.pk, 1]))
    assert answer["Content-Type"] == "application/pdf"
    assert_accessible(answer.content)
    with pikepdf.open(BytesIO(answer.content)) as pdf:
        box = pdf.pages[0].mediabox
        assert box[2] > box[3]


def test_the_page_has_a_fixed_number_of_queries() -> None:
    counts = []
    for cases in (1, 3):
        desk = frozen_desk(cases)
        freeze(desk)
        counts.append(count(signed_in(desk.coordinator), reverse("grants:proposal_set", args=[desk.call.pk, 1])))
    assert counts[0] == counts[1] <= 12
