"""A supplement that opens the declaration of state aid: corrected on the copy, compared, sent and frozen."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from common.errors import Refused
from common.times import add_days, local_date
from grants.models import Application, DeMinimisAid, StateAidDeclaration, SupplementRequest
from grants.state_aid import is_de_minimis
from grants.workflow.applications import submit_application
from grants.workflow.handling import open_handling
from grants.workflow.snapshot import content_hash
from grants.workflow.supplement_answers import problems_of, save_supplement, send_supplement, sent_differences
from grants.workflow.supplements import ask_supplement
from tests.accounts.factories import signed_in, staff
from tests.grants.factories import NOW
from tests.grants.factories_handling import TAKEN_UP
from tests.grants.factories_state_aid import make_declared
from tests.grants.test_handling_pages import set_clock, text

pytestmark = pytest.mark.django_db
DUE = add_days(local_date(TAKEN_UP), 14)
LATER = TAKEN_UP + timedelta(days=1)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, TAKEN_UP)


@pytest.fixture
def officer() -> Any:
    return staff("coordinator")


@pytest.fixture
def case(officer: Any) -> Application:
    """A sent case that says "no economic activity", in handling."""
    draft = make_declared(economic=False)
    submit_application(draft, by=draft.created_by, now=NOW)
    open_handling(draft.call, by=officer, now=TAKEN_UP)
    return Application.objects.select_related("call", "organisation", "form_version").get(pk=draft.pk)


def ask(case: Application, by: Any) -> SupplementRequest:
    return ask_supplement(case, text="Kahvila on taloudellista.", due_on=DUE, state_aid=True, by=by, now=TAKEN_UP)


def fresh(row: SupplementRequest) -> SupplementRequest:
    rows = SupplementRequest.objects.select_related("application__call", "application__form_version")
    return rows.get(pk=row.pk)


def told(*rows: tuple[str, str], earlier: bool = True) -> dict[str, Any]:
    """Return a corrected declaration: economic, with earlier aid of the granters and sums."""
    return {
        "is_economic": True,
        "has_earlier": earlier,
        "linked": "",
        "declared": [
            {"granter": granter, "granted_on": "2025-05-02", "sum": total, "purpose": "Kalusteet"}
            for granter, total in rows
        ],
    }


def save(row: SupplementRequest, aid: Any) -> SupplementRequest:
    by = row.application.submitted_by
    return save_supplement(fresh(row), answers={}, note="", aid=aid, revision=fresh(row).revision, by=by, now=TAKEN_UP)


def test_the_declaration_is_corrected_on_the_copy_and_sent_as_the_next_submission(
    case: Application, officer: Any
) -> None:
    row = ask(case, officer)
    assert ask(case, officer) == row
    save(row, told(("Lieksan kaupunki", "1200.00")))
    assert not StateAidDeclaration.objects.get(application=case).is_economic, "the case stays as it was sent"
    assert not DeMinimisAid.objects.exists()
    first = case.submissions.get()
    send_supplement(fresh(row), by=case.submitted_by, now=LATER)
    sent = fresh(row)
    assert sent.submission is not None
    assert (sent.submission.number, sent.submission.sha256) == (2, content_hash(sent.submission.content))
    aid = sent.submission.content["state_aid"]
    assert (aid["is_economic"], aid["total"], aid["declared"][0]["granter"]) == (True, "1200.00", "Lieksan kaupunki")
    first.refresh_from_db()
    assert first.content["state_aid"]["is_economic"] is False
    standing = StateAidDeclaration.objects.get(application=case)
    assert (standing.is_economic, standing.has_earlier, standing.declared_at) == (True, True, TAKEN_UP)
    assert [(one.granter, one.sum) for one in DeMinimisAid.objects.filter(declared_in=case)] == [
        ("Lieksan kaupunki", Decimal("1200.00"))
    ]
    assert is_de_minimis(Application.objects.get(pk=case.pk))
    changed = {one["label"]: (one["theirs"].text, one["yours"].text) for one in sent_differences(sent)[0]}
    assert changed["Onko toiminta, johon haette, taloudellista?"] == ("Ei ole", "On")


def test_a_declaration_that_is_not_whole_is_not_sent_and_one_not_opened_is_not_touched(
    case: Application, officer: Any
) -> None:
    row = ask(case, officer)
    assert "Mikään ei ole muuttunut" in problems_of(fresh(row))[0]
    save(row, told())
    assert "Tuet puuttuvat" in problems_of(fresh(row))[0]
    with pytest.raises(Refused) as too_old:
        save(row, {**told(), "declared": [{**told(("A", "5.00"))["declared"][0], "granted_on": "2019-01-01"}]})
    assert too_old.value.code == "too_old"
    save(row, told(("Suuri", "299000.00")))
    assert not problems_of(fresh(row)), "a true declaration may be sent although the sum no longer fits"
    plain = SupplementRequest.objects.filter(pk=row.pk)
    with pytest.raises(IntegrityError, match="aid_is_opened"), transaction.atomic():
        plain.update(opens_state_aid=False)
    plain.update(opens_state_aid=False, aid=None)
    save(row, told(("Lieksa", "5.00")))
    assert fresh(row).aid is None


def test_officer_opens_it_and_the_applicant_fills_it_in_on_the_page(case: Application, officer: Any) -> None:
    desk = signed_in(officer)
    address = reverse("grants:supplement_new", args=[case.pk])
    assert "Avaa valtiontukiselvitys" in text(desk.get(address))
    desk.post(address, {"text": "Kahvila?", "due_on": "23.12.2026", "state_aid": "on"})
    row = SupplementRequest.objects.get()
    assert row.opens_state_aid
    assert "Valtiontukiselvitys" in text(desk.get(reverse("grants:case_supplement", args=[case.pk, row.pk])))
    client = signed_in(case.submitted_by)
    own = reverse("grants:application_supplement", args=[case.organisation_id, case.pk, row.pk])
    page = text(client.get(own))
    assert "Ilmoittamanne selvitys pysyy ennallaan" in page
    posted = {
        "revision": "0",
        "note": "",
        "aid-is_economic": "yes",
        "aid-has_earlier": "yes",
        "aidrow-TOTAL_FORMS": "2",
        "aidrow-INITIAL_FORMS": "0",
        "aidrow-0-granter": "Lieksan kaupunki",
        "aidrow-0-granted_on": "1.1.2019",
        "aidrow-0-sum": "1 200",
        "aidrow-0-purpose": "Kalusteet",
    }
    wrong = client.post(own, posted)
    assert wrong.status_code == 422
    assert "Tätä tukea ei tarvitse ilmoittaa" in text(wrong)
    assert 'value="Lieksan kaupunki"' in wrong.content.decode()
    good = {**posted, "revision": str(fresh(row).revision), "aidrow-0-granted_on": "2.5.2025", "check": "1"}
    assert client.post(own, good).url == reverse(
        "grants:application_supplement_send", args=[case.organisation_id, case.pk, row.pk]
    )
    check = text(
        client.get(reverse("grants:application_supplement_send", args=[case.organisation_id, case.pk, row.pk]))
    )
    assert "Lieksan kaupunki" in check
    again = client.get(own).content.decode()
    assert 'name="aidrow-0-granter" value="Lieksan kaupunki"' in again
    out = {**good, "aidrow-INITIAL_FORMS": "1", "aidrow-TOTAL_FORMS": "1", "aidrow-0-DELETE": "on"}
    client.post(own, {**out, "aid-has_earlier": "no", "revision": str(fresh(row).revision)})
    assert fresh(row).aid["declared"] == []
    client.post(reverse("grants:application_supplement_send", args=[case.organisation_id, case.pk, row.pk]))
    seen = text(desk.get(reverse("grants:case_supplement", args=[case.pk, row.pk])))
    assert "Onko toiminta, johon haette, taloudellista?" in seen
