"""Filters of the inbox, and those that a person has saved under a name."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404
from django.urls import reverse

from common.errors import Refused
from common.times import add_days, local_date
from grants.case_checks import ITEMS
from grants.inbox import inbox_of, narrow
from grants.models import CaseStatement, SavedView
from grants.workflow.case_work import Checked, save_checks, set_check_items
from grants.workflow.saved_views import MOST_VIEWS, save_view
from grants.workflow.statements import ask_statements
from organisations.models import Organisation
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.factories_handling import TAKEN_UP, make_desk
from tests.grants.test_handling_pages import count, page, set_clock, text
from tests.liaisons.factories import AppointmentFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, TAKEN_UP)


def code_of(verb: Any) -> str:
    with pytest.raises(Refused) as refused:
        verb()
    return refused.value.code


def test_the_filters_find_what_they_say() -> None:
    desk = make_desk(cases=3)
    by, (first, second, third) = desk.coordinator, desk.cases
    set_check_items(desk.call, text="Syrjimättömyys\nEsteettömyys", by=by, now=TAKEN_UP)
    every = [*ITEMS, "Syrjimättömyys", "Esteettömyys"]
    save_checks(first, [Checked(item, "ok", "") for item in every], by=by, now=TAKEN_UP)
    save_checks(second, [Checked(item, "ok", "") for item in every[:-1]], by=by, now=TAKEN_UP)
    save_checks(third, [Checked("in_time", "unclear", "Leima puuttuu.")], by=by, now=TAKEN_UP)
    due = add_days(local_date(TAKEN_UP), 14)
    for case in (first, second):
        ask_statements(case, [AppointmentFactory().post.pk], question="Tarve?", due_on=due, by=by, now=TAKEN_UP)
    CaseStatement.objects.filter(application=second).update(state="expired")
    large = make_desk(cases=1, asked="15000.00").cases[0]
    Organisation.objects.filter(pk=large.organisation_id).update(name="Suuri ry")

    def found(**chosen: Any) -> set[str]:
        return {case.organisation.name for case in narrow(inbox_of(by, TAKEN_UP), chosen, by)}

    one, two, three = (f"Järjestö {number} ry" for number in (1, 2, 3))
    assert found(ehdot="tehty") == {one}
    assert found(ehdot="kesken") == {two, three, "Suuri ry"}
    assert found(ehdot="puute") == {three}
    assert (found(lausunto="odottaa"), found(lausunto="myohassa"), found(lausunto="annettu")) == ({one}, {two}, set())
    assert found(alkaen=4501) == {"Suuri ry"}
    assert found(alkaen=4500, enintaan=4500) == {one, two, three}
    seen = page(by, "inbox", query="?lausunto=odottaa&alkaen=4500&enintaan=5000")
    assert "lausunto viimeistään 23.12.2026" in seen
    assert two not in seen
    assert signed_in(by).get(reverse("grants:inbox") + "?alkaen=paljon").status_code == 200


def test_a_filter_is_saved_used_and_removed() -> None:
    desk = make_desk(cases=1)
    client, address = signed_in(desk.coordinator), reverse("grants:inbox")
    assert "Tallenna tämä rajaus" not in page(desk.coordinator, "inbox"), "nothing has been chosen"
    filtered = f"{address}?kasittelija=ei&sivu=1&haku=&lausunto=odottaa"
    assert "Tallenna tämä rajaus" in text(client.get(filtered))
    assert client.post(filtered, {"act": "save", "view-name": " "}).status_code == 422
    for _twice in range(2):
        saved = client.post(filtered, {"act": "save", "view-name": "Ilman <b>käsittelijää</b>"}, follow=True)
    view = SavedView.objects.get()
    assert (view.user, view.query) == (desk.coordinator, "kasittelija=ei&lausunto=odottaa")
    assert saved.redirect_chain[0][0] == view.get_absolute_url()
    seen = text(saved)
    assert "Ilman &lt;b&gt;käsittelijää" in seen
    assert 'aria-current="page"' in seen
    other = client.post(f"{address}?kasittelija=mina", {"act": "save", "view-name": view.name})
    assert other.status_code == 422
    assert "jo tämän niminen" in text(other)
    colleague = signed_in(staff("auditor"))
    assert view.name not in text(colleague.get(address))
    assert colleague.post(address, {"act": "remove", "view": view.pk}).status_code == 404
    assert client.post(address, {"act": "remove", "view": "x"}).status_code == 404
    assert client.post(address, {"act": "remove", "view": view.pk}).status_code == 302
    assert not SavedView.objects.exists()


def test_what_is_refused_and_defended() -> None:
    by = staff("coordinator")
    given: dict[str, Any] = {"by": by, "now": TAKEN_UP}
    assert code_of(lambda: save_view(name="Tyhjä", query="", **given)) == "no_filter"
    for number in range(MOST_VIEWS):
        save_view(name=f"Näkymä {number}", query="tila=viesti", **given)
    assert code_of(lambda: save_view(name="Vielä", query="tila=viesti", **given)) == "too_many"
    with pytest.raises(Http404):
        save_view(name="x", query="tila=viesti", by=UserFactory(), now=TAKEN_UP)
    for fields, constraint in (
        ({"name": ""}, "grants_saved_view_has_name"),
        ({"query": ""}, "grants_saved_view_has_filter"),
        ({"name": "Näkymä 1"}, "grants_saved_view_name_once"),
    ):
        with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
            SavedView.objects.filter(name="Näkymä 0").update(**fields)


def test_the_inbox_with_views_takes_a_fixed_number_of_queries() -> None:
    found = {}
    for number in (1, 3):
        desk = make_desk(cases=number)
        for view in range(number):
            save_view(name=f"Oma {view}", query=f"alkaen={view + 1}", by=desk.coordinator, now=TAKEN_UP)
        found[number] = count(signed_in(desk.coordinator), reverse("grants:inbox"))
    assert found[1] == found[3] <= 13  # nine of them ask who is signed in and in which roles
