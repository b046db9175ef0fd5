"""Two people save the same page of a draft: the choice field by field, and a third person in between."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from grants.models import Application
from grants.workflow.drafts import save_page, seen_digest
from tests.accounts.factories import signed_in
from tests.grants import factories
from tests.grants.factories import NOW
from tests.grants.test_applications_pages import client_of, hidden, post_page, stored, url
from tests.grants.test_handling_pages import set_clock

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Set the server's clock."""
    set_clock(monkeypatch, NOW)
    return lambda instant: set_clock(monkeypatch, instant)


@pytest.fixture
def draft(at: Callable[[datetime], None]) -> Application:
    person = factories.make_member(organisation := factories.make_organisation(), full_name="Aino Esimerkki")
    return factories.make_application(organisation=organisation, by=person)


def _saved_by_other(draft: Application, by: User, minutes: int, **answers: Any) -> None:
    """Let somebody else save the page "toiminta" some minutes after NOW."""
    page = next(p for p in draft.form_version.definition["pages"] if p["key"] == "toiminta")
    fresh = stored(draft)
    seen = seen_digest(page, fresh.answers)
    now = NOW + timedelta(minutes=minutes)
    save_page(fresh, page=page, answers=answers, revision=fresh.revision, seen=seen, by=by, now=now)


def _is_checked(html: str, name: str) -> bool:
    return re.search(rf'id="{name}"\s+value="\w+"\s+checked', html) is not None


def test_choice_of_each_field_is_saved_once_and_asked_again_after_a_third_person(draft: Application, at: Any) -> None:
    client = client_of(draft)
    opened = hidden(client.get(url("application_page", draft, "toiminta")))
    eino = factories.make_member(draft.organisation, "editor", full_name="Eino Malli")
    was = draft.answers["target_group"]
    _saved_by_other(draft, eino, 1, title="Einon nimi", description="Retkiä ja kahvia", target_group="Einon ryhmä")
    at(NOW + timedelta(minutes=2))
    typed = {
        "title": "Ainon nimi",
        "description": "Retkiä ja teetä",
        "target_group": was,
        "shown": "title description target_group",
    }
    html = (response := post_page(client, draft, "toiminta", typed, opened=opened)).content.decode()
    assert response.status_code == 409
    assert "kahvia</del>" in html
    # What only the other person changed is taken from them unless one says otherwise.
    assert _is_checked(html, "keep-title-own")
    assert _is_checked(html, "keep-target_group-stored")
    assert "data-autosave" not in html
    _saved_by_other(draft, eino, 3, title="Kolmannen nimi")
    at(NOW + timedelta(minutes=4))
    chosen = {"keep-title": "own", "keep-description": "stored", "keep-target_group": "stored"}
    opened = hidden(response)
    again = post_page(client, draft, "toiminta", {**typed, **chosen}, opened=opened)
    html = again.content.decode()
    assert again.status_code == 409
    assert "Kolmannen nimi" in html
    assert 'value="Ainon nimi"' in html
    assert "Retkiä ja teetä" in html
    assert _is_checked(html, "keep-description-stored")
    before = stored(draft).revision
    assert post_page(client, draft, "toiminta", {**typed, **chosen}, opened=hidden(again)).status_code == 302
    after = stored(draft)
    kept = [after.answers[key] for key in ("title", "description", "target_group")]
    assert kept == ["Ainon nimi", "Retkiä ja kahvia", "Einon ryhmä"]
    assert after.revision == before + 1


def test_stored_answer_that_was_chosen_stands_in_its_field_when_another_field_is_wrong(
    draft: Application, at: Any
) -> None:
    client = client_of(draft)
    opened = hidden(client.get(url("application_page", draft, "talousarvio")))
    other = factories.make_member(draft.organisation, "editor")
    rows = {"budget-expenses-rows": "2", "budget-income-rows": "1", "budget-expenses-0-what": "Matkat"}
    post_page(signed_in(other), draft, "talousarvio", {"asked_sum": "7000", **rows, "budget-expenses-0-total": "70"})
    at(NOW + timedelta(minutes=2))
    typed = {"asked_sum": "abc", **rows, "budget-expenses-0-total": "90"}
    response = post_page(client, draft, "talousarvio", typed, opened=opened)
    assert response.status_code == 409
    html = post_page(
        client, draft, "talousarvio", {**typed, "keep-budget": "stored"}, opened=hidden(response)
    ).content.decode()
    assert "Kirjoita summa euroina" in html
    assert 'value="abc"' in html
    assert re.search(r'name="budget-expenses-0-total"[^>]*value="70', html)
    assert stored(draft).answers["budget"]["expenses"][0]["total"] == "70.00"
