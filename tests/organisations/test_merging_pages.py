"""Merging on the pages, and two merges at once."""

import pytest
from django.urls import reverse

from common.errors import Refused
from organisations.models import (
    MergeJournal,
    Organisation,
)
from organisations.workflow import merge_organisations
from organisations.workflow.merge_plan import plan_merge
from tests.accounts.factories import signed_in
from tests.organisations.factories import (
    NOW,
    MembershipFactory,
    member,
)
from tests.organisations.test_merging import an_account, pair

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def test_from_comparing_to_merging_and_back_on_the_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    stays, goes, officer = pair(association_number=4321)
    admin = member(goes, full_name="Aino Pääkäyttäjä")
    MembershipFactory(organisation=stays, user=admin, role="viewer")
    an_account(stays)
    an_account(goes)
    client = signed_in(officer)

    picked = client.get(reverse("organisations:pick_pair"), {"first": str(stays.association_number), "second": "4321"})
    compare = reverse("organisations:compare", args=[stays.pk, goes.pk])
    assert picked["Location"] == compare
    page = client.get(compare).content.decode()
    assert "Ovatko nämä sama järjestö?" in page
    assert "Tilinumerot" in page
    address = reverse("organisations:merge", args=[stays.pk, goes.pk])
    preview = client.get(address)
    page = preview.content.decode()
    assert "Poistuva ry" in page
    assert "jäävän järjestön tili jää käyttöön" in page
    assert "henkilöllä on jo samanaikainen rooli, joka jää voimaan" in page
    seen = preview.context["plan"].digest
    unreasoned = client.post(address, {"seen": seen, "reason": ""}).content.decode()
    assert "Vastaa kohtaan" in unreasoned
    stale = client.post(address, {"seen": "x", "reason": "Sama"}).content.decode()
    assert "Tiedot muuttuivat" in stale
    done = client.post(address, {"seen": seen, "reason": "Puhelu 12.11."})
    journal = MergeJournal.objects.get()
    assert done["Location"] == journal.get_absolute_url()
    page = client.get(done["Location"]).content.decode()
    assert "Pura yhdistäminen" in page
    assert "Puhelu 12.11." in page
    undo = reverse("organisations:merge_undo", args=[journal.pk])
    before = list(journal.moves.values_list("outcome", flat=True))
    assert "palautettiin" in client.get(undo).content.decode()
    assert list(journal.moves.values_list("outcome", flat=True)) == before  # looking does nothing
    client.post(undo)
    page = client.get(done["Location"]).content.decode()
    assert "Purettu" in page
    assert Organisation.objects.filter(pk=goes.pk).exists()


def test_two_merges_at_once_are_told_apart_by_the_lock() -> None:
    stays, goes, officer = pair()
    digest = plan_merge(stays, goes, by=officer, now=NOW).digest
    back = plan_merge(goes, stays, by=officer, now=NOW).digest
    merge_organisations(stays, goes, reason="Sama", seen=digest, by=officer, now=NOW)

    with pytest.raises(Refused) as refused:
        merge_organisations(goes, stays, reason="Sama", seen=back, by=officer, now=NOW)

    assert refused.value.code == "not_allowed"
