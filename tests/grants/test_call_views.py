"""A call's own list of applications: filters as in the inbox, saved views, the export of exactly what is seen."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from grants.case_checks import ITEMS
from grants.cases import cases_of, choose
from grants.models import Application, SavedView
from grants.workflow.case_work import Checked, give_cases, save_checks
from grants.workflow.conflicts import declare_conflict, declare_no_conflicts
from grants.workflow.saved_views import save_view
from tests.accounts.factories import signed_in, staff
from tests.grants.factories_handling import TAKEN_UP, make_desk
from tests.grants.test_handling_pages import count, set_clock, text

pytestmark = pytest.mark.django_db
ONE = {"name": "A", "query": "tila=x", "saved_at": TAKEN_UP}


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, TAKEN_UP)


def test_the_filters_of_the_inbox_hold_in_the_calls_list_and_in_its_export() -> None:
    desk = make_desk(cases=3)
    by, (first, second, third) = desk.coordinator, desk.cases
    save_checks(first, [Checked(item, "ok", "") for item in ITEMS], by=by, now=TAKEN_UP)
    save_checks(second, [Checked("in_time", "unclear", "Leima.")], by=by, now=TAKEN_UP)
    give_cases([third.pk], to=by, by=by, now=TAKEN_UP)
    Application.objects.filter(pk=third.pk).update(asked_sum=9000)

    def found(**chosen: object) -> set[int]:
        return {case.pk for case in choose(cases_of(desk.call, by, TAKEN_UP), {**chosen, "mina": by})}

    assert found(ehdot="tehty") == {first.pk}
    assert found(ehdot="puute") == {second.pk}
    assert (found(kasittelija="mina"), found(kasittelija="ei")) == ({third.pk}, {first.pk, second.pk})
    assert found(alkaen=5000) == found(kasittelija=str(by.pk)) == {third.pk}
    assert found(lausunto="odottaa") == set()
    client, query = signed_in(by), "?kasittelija=ei&ehdot=kesken&alkaen=100"
    page = text(client.get(reverse("grants:call_handling", args=[desk.call.pk]) + query))
    export = client.get(reverse("grants:call_cases_csv", args=[desk.call.pk]) + query).content.decode()
    for case, is_seen in ((first, False), (second, True), (third, False)):
        name = case.organisation.name
        assert (f">{name}<" in page) is is_seen, name
        assert (name in export) is is_seen, name
    colleague = staff("coordinator")
    assert str(by.full_name) in text(signed_in(colleague).get(reverse("grants:call_handling", args=[desk.call.pk])))


def test_of_a_case_of_ones_own_conflict_the_filters_tell_nothing() -> None:
    desk = make_desk(cases=2)
    by, (hidden, shown) = desk.coordinator, desk.cases
    give_cases([hidden.pk, shown.pk], to=by, by=by, now=TAKEN_UP)
    other = staff("coordinator")
    declare_conflict(hidden, has_conflict=True, ground="Hallituksessa.", by=other, now=TAKEN_UP)
    rows = choose(cases_of(desk.call, other, TAKEN_UP), {"kasittelija": str(by.pk)})
    assert [case.pk for case in rows] == [shown.pk]


def test_a_view_is_saved_used_and_removed_in_its_own_call() -> None:
    desk, other = make_desk(cases=1), make_desk(cases=1)
    client = signed_in(desk.coordinator)
    address = reverse("grants:call_handling", args=[desk.call.pk])
    assert "Tallenna tämä rajaus" not in text(client.get(address))
    filtered = f"{address}?kasittelija=ei&jarjesta=-haettu&sivu=1"
    assert client.post(filtered, {"act": "save", "view-name": " "}).status_code == 422
    saved = client.post(filtered, {"act": "save", "view-name": "Ilman"}, follow=True)
    view = SavedView.objects.get()
    assert (view.call, view.query) == (desk.call, "kasittelija=ei&jarjesta=-haettu")
    assert saved.redirect_chain[0][0] == view.get_absolute_url() == f"{address}?{view.query}"
    assert 'aria-current="page"' in text(saved)
    for elsewhere in (reverse("grants:inbox"), reverse("grants:call_handling", args=[other.call.pk])):
        assert ">Ilman<" not in text(client.get(elsewhere))
    save_view(name="Ilman", query="tila=arvio", by=desk.coordinator, now=TAKEN_UP)
    assert signed_in(staff("coordinator")).post(address, {"act": "remove", "view": view.pk}).status_code == 404
    assert client.post(address, {"act": "remove", "view": view.pk}).status_code == 302
    assert list(SavedView.objects.values_list("call", flat=True)) == [None]
    own = {**ONE, "user": desk.coordinator, "call": desk.call}
    SavedView.objects.create(**own)
    with pytest.raises(IntegrityError, match="name_in_call"), transaction.atomic():
        SavedView.objects.create(**own)


def test_the_bodys_presenter_saves_views_of_the_own_call() -> None:
    desk = make_desk(cases=1)
    declare_no_conflicts([desk.cases[0].pk], by=desk.presenter, now=TAKEN_UP)
    client = signed_in(desk.presenter)
    address = reverse("grants:call_handling", args=[desk.call.pk])
    assert client.post(f"{address}?kasittelija=ei", {"act": "save", "view-name": "Oma"}).status_code == 302
    view = SavedView.objects.get()
    assert client.post(address, {"act": "remove", "view": view.pk}).status_code == 302
    assert signed_in(desk.member).post(address, {"act": "save"}).status_code == 404


def test_the_list_with_views_and_filters_takes_a_fixed_number_of_queries() -> None:
    found = {}
    for number in (1, 3):
        desk = make_desk(cases=number, assessors=1)
        for view in range(number):
            save_view(name=f"Oma {view}", query="tila=x", call=desk.call, by=desk.coordinator, now=TAKEN_UP)
        address = reverse("grants:call_handling", args=[desk.call.pk]) + "?alkaen=1&ehdot=kesken"
        found[number] = count(signed_in(desk.coordinator), address)
    assert found[1] == found[3] <= 15  # seven of them ask who is signed in, in which roles, and the county
