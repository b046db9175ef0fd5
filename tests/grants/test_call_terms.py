"""A call's terms: two pairs of eyes, reserves, a conditional appropriation, invited organisations."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from common.errors import Refused
from county.models import RegionalGroup, Theme
from grants.models import AppropriationReserve, CallInvitation, Decision, GrantCall, Procedure
from grants.todos_calls import call_todos
from grants.workflow.call_terms import invite_organisation, record_budget, remove_invitation
from grants.workflow.calls import lock_draft, publish_call
from grants.workflow.decisions import record_decisions
from grants.workflow.drafts import start_application
from grants.workflow.publishing import ask_publishing, take_back_request
from notifications.models import Message
from tests.accounts.factories import signed_in, staff
from tests.grants.call_pages import set_clock, text
from tests.grants.factories import NOW, make_call, make_kind, make_member, make_organisation
from tests.grants.factories_handling import AFTER, MEETING_AT, make_held

pytestmark = pytest.mark.django_db
BROKEN = (IntegrityError, InternalError, ProgrammingError)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, NOW)


def refused(code: str, verb: Any, *args: Any, **kwargs: Any) -> None:
    with pytest.raises(Refused) as caught:
        verb(*args, **kwargs)
    assert caught.value.code == code, str(caught.value)


def a_draft(**fields: Any) -> GrantCall:
    return make_call(state="draft", **fields)


def mails(kind: str) -> list[User | None]:
    return [mail.to_user for mail in Message.objects.filter(kind=kind).order_by("pk")]


# Two pairs of eyes


def test_who_asks_does_not_publish_but_another_does() -> None:
    asker, other = staff("coordinator"), staff("coordinator")
    call = a_draft(kind=make_kind(four_eyes=True), by=asker)
    refused("ask_first", publish_call, call, by=asker, now=NOW)
    for _twice in range(2):
        ask_publishing(call, by=asker, now=NOW)
    assert mails("grants.call_check") == [other]
    refused("own_request", publish_call, call, by=asker, now=NOW)
    with transaction.atomic():
        refused("asked", lock_draft, call.pk, by=other, now=NOW)
    assert [todo.button for todo in call_todos(other, NOW)] == ["Tarkasta"]
    assert not list(call_todos(asker, NOW))
    page = signed_in(other).post(reverse("grants:call_check", args=[call.pk]), {"publish": "1"}, follow=True)
    assert "Haku on julkaistu." in text(page)
    call.refresh_from_db()
    assert (call.state, call.published_by, call.four_eyes) == ("published", other, True)


def test_the_check_returns_with_words() -> None:
    asker, other = staff("coordinator"), staff("coordinator")
    call = a_draft(kind=make_kind(four_eyes=True), by=asker)
    ask_publishing(call, by=asker, now=NOW)
    client = signed_in(other)
    address = reverse("grants:call_check", args=[call.pk])
    assert "Kirjoita, mitä haussa pitää korjata." in text(client.post(address, {"return": "1", "reason": " "}))
    client.post(address, {"return": "1", "reason": "Päivä on väärin."})
    assert client.get(address).status_code == 404, "nothing is asked any more"
    assert mails("grants.call_check") == [other, asker]
    assert "Päivä on väärin." in Message.objects.filter(to_user=asker).get().text
    with transaction.atomic():
        assert lock_draft(call.pk, by=asker, now=NOW).asked_at is None


def test_a_lone_coordinator_is_checked_by_the_registry_and_an_office_of_one_is_told() -> None:
    asker = staff("coordinator")
    call = a_draft(kind=make_kind(four_eyes=True), by=asker)
    refused("nobody", ask_publishing, call, by=asker, now=NOW)
    registrar = staff("registrar")
    ask_publishing(call, by=asker, now=NOW)
    client = signed_in(registrar)
    for name in ("call_check", "call_preview"):
        assert client.get(reverse(f"grants:{name}", args=[call.pk])).status_code == 200
    take_back_request(call, by=asker, now=NOW)
    with pytest.raises(Http404):
        publish_call(call, by=registrar, now=NOW)
    ask_publishing(call, by=asker, now=NOW)
    assert publish_call(call, by=registrar, now=NOW).published_by == registrar


def test_the_database_holds_the_second_pair_of_eyes() -> None:
    who = staff("coordinator")
    call = a_draft(by=who)
    GrantCall.objects.filter(pk=call.pk).update(four_eyes=True, asked_by=who, asked_at=NOW)
    with pytest.raises(IntegrityError, match="grants_call_four_eyes"), transaction.atomic():
        GrantCall.objects.filter(pk=call.pk).update(published_by=who, published_at=NOW)


def test_pages_of_publishing_say_what_is_wanted() -> None:
    asker, _other = staff("coordinator"), staff("coordinator")
    call = a_draft(kind=make_kind(four_eyes=True), by=asker)
    client = signed_in(asker)
    assert "Toinen henkilö tarkastaa ja julkaisee" in text(client.get(reverse("grants:call_publish", args=[call.pk])))
    client.post(reverse("grants:call_ask_publishing", args=[call.pk]))
    page = text(client.get(reverse("grants:call_edit", args=[call.pk])))
    assert "Ota pyyntö takaisin" in page
    late = client.post(reverse("grants:call_edit_basics", args=[call.pk]), {"title_fi": "Uusi nimi"})
    assert late.status_code == 409
    assert "Uusi nimi" in text(late)
    client.post(reverse("grants:call_take_back_request", args=[call.pk]))
    assert "Tarkista ja julkaise" in text(client.get(reverse("grants:call_edit", args=[call.pk])))


# Reserves


def reserve(call: GrantCall, total: str, **fields: Any) -> AppropriationReserve:
    fields = fields or {"theme": Theme.objects.create(name_fi=f"Teema {total}")}
    return AppropriationReserve.objects.create(call=call, name_fi=f"Varaus {total}", sum=Decimal(total), **fields)


def test_reserves_never_exceed_the_appropriation_and_freeze_with_the_call() -> None:
    officer = staff("coordinator")
    call = a_draft(appropriation=Decimal(100_000))
    group = RegionalGroup.objects.create(name_fi="Pohjoinen", key="pohjoinen")
    first = reserve(call, "60000", group=group)
    for breaking in (
        lambda: reserve(call, "40000.01"),
        lambda: GrantCall.objects.filter(pk=call.pk).update(appropriation=59_999),
        lambda: reserve(call, "10", group=group),
        lambda: AppropriationReserve.objects.create(call=call, name_fi="Ei kenelle", sum=1),
    ):
        with pytest.raises(BROKEN), transaction.atomic():
            breaking()
    client = signed_in(officer)
    new = reverse("grants:call_reserve_new", args=[call.pk])
    theme = Theme.objects.create(name_fi="Elintavat")
    too_much = client.post(new, {"name_fi": "Elintavoille", "sum": "50 000", "theme": theme.pk})
    assert "Varata voi enintään 40 000 €" in text(too_much)
    client.post(new, {"name_fi": "Elintavoille", "sum": "40 000", "theme": theme.pk})
    assert call.reserves.count() == 2
    publish_call(call, by=officer, now=NOW)
    for late in (first.delete, lambda: AppropriationReserve.objects.filter(pk=first.pk).update(sum=1)):
        with pytest.raises(BROKEN), transaction.atomic():
            late()
    assert client.post(new, {"name_fi": "Myöhässä", "sum": "1", "theme": theme.pk}).status_code == 409
    assert "Elintavoille: 40 000 €" in text(Client().get(reverse("grants:call", args=[call.pk])))
    listed = client.get(reverse("grants:call_reserves", args=[call.pk]))
    assert "Varattu 100 000 €" in text(listed)


# A conditional appropriation


def budget(call: GrantCall, by: User, total: str = "150000", **fields: Any) -> GrantCall:
    known = {"total": Decimal(total), "body": "Aluevaltuusto", "decided_on": date(2026, 11, 20), "section": 9}
    return record_budget(call, **{**known, "by": by, "now": NOW, **fields})


def test_a_conditional_appropriation_waits_for_the_budget() -> None:
    officer = staff("coordinator")
    terms = {"appropriation_conditional": True, "condition_fi": "ehdolla, että aluevaltuusto hyväksyy talousarvion"}
    call = a_draft(appropriation=Decimal(200_000), **terms)
    kept = reserve(call, "100000")
    publish_call(call, by=officer, now=NOW)
    address = reverse("grants:call", args=[call.pk])
    assert "ehdolla, että aluevaltuusto" in text(Client().get(address))
    GrantCall.objects.filter(pk=call.pk).update(proposed_total=Decimal(140_000))
    refused("below_proposed", budget, call, officer, "139999")
    refused("bad_day", budget, call, officer, decided_on=date(2027, 1, 1))
    client = signed_in(officer)
    form = {"total": "150 000", "body": "Aluevaltuusto", "decided_on": "20.11.2026", "section": "9"}
    shown = client.post(reverse("grants:call_budget", args=[call.pk]), {**form, "total": "1"})
    assert shown.status_code == 409
    assert client.post(reverse("grants:call_budget", args=[call.pk]), form).status_code == 302
    call.refresh_from_db()
    kept.refresh_from_db()
    assert (call.appropriation, kept.sum) == (Decimal(150_000), Decimal(75_000))
    assert budget(call, officer).budget_section == 9, "the same facts again change nothing"
    refused("recorded", budget, call, officer, "160000")
    assert "ehdolla" not in text(Client().get(address))
    refused("not_conditional", budget, make_call(title_fi="Toinen"), officer)


def test_decisions_are_not_recorded_before_the_budget() -> None:
    desk = make_held(cases=1, appropriation_conditional=True, condition_fi="ehdolla, että talousarvio hyväksytään")
    facts = {"section_number": 3, "decided_on": MEETING_AT.date(), "by": desk.secretary, "now": AFTER}
    refused("budget_open", record_decisions, desk.call, **facts)
    with pytest.raises(IntegrityError, match="grants_call_decided_after_budget"), transaction.atomic():
        GrantCall.objects.filter(pk=desk.call.pk).update(state="decided")
    budget(desk.call, desk.coordinator, "200000", now=AFTER)
    assert record_decisions(desk.call, **facts)
    assert Decision.objects.count() == 1


# Negotiated and direct


def test_only_the_invited_see_and_begin() -> None:
    officer = staff("coordinator")
    invited, other = make_organisation("Kutsuttu ry"), make_organisation("Muu ry")
    member, stranger = make_member(invited), make_member(other)
    call = a_draft(procedure=Procedure.NEGOTIATED, kind=make_kind(procedure=Procedure.NEGOTIATED))
    refused("incomplete", publish_call, call, by=officer, now=NOW)
    client = signed_in(officer)
    inviting = reverse("grants:call_invitations", args=[call.pk])
    assert "Tällaista järjestöä ei ole" in text(client.post(inviting, {"organisation": "Olematon ry"}))
    client.post(inviting, {"organisation": "Kutsuttu ry"})
    invite_organisation(call, organisation=invited, by=officer, now=NOW)
    assert mails("grants.call_invited") == [], "nobody is told of a draft"
    call = publish_call(call, by=officer, now=NOW)
    assert mails("grants.call_invited") == [member]
    page, listed = reverse("grants:call", args=[call.pk]), reverse("grants:calls")
    for outsider in (Client(), signed_in(stranger)):
        assert outsider.get(page).status_code == 404
        assert call.title_fi not in text(outsider.get(listed))
        assert call.title_fi not in text(outsider.get("/"))
    insider = signed_in(member)
    assert "Aloita hakemus" in text(insider.get(page))
    assert "Järjestösi on kutsuttu hakemaan" in text(insider.get(listed))
    assert signed_in(stranger).post(reverse("grants:start", args=[other.pk, call.pk])).status_code == 404
    refused("not_invited", start_application, organisation=other, call=call, by=stranger, now=NOW)
    start_application(organisation=invited, call=call, by=member, now=NOW)
    refused("begun", remove_invitation, CallInvitation.objects.get(), by=officer, now=NOW)
    late = invite_organisation(call, organisation=other, by=officer, now=NOW)
    assert mails("grants.call_invited") == [member, stranger]
    remove_invitation(late, by=officer, now=NOW)
    assert signed_in(stranger).get(page).status_code == 404


def test_who_acts_for_two_begins_only_for_the_invited() -> None:
    officer = staff("coordinator")
    invited, other = make_organisation("Kutsuttu ry"), make_organisation("Muu ry")
    person = make_member(invited)
    make_member(other, user=person)
    call = make_call(procedure=Procedure.DIRECT)
    invite_organisation(call, organisation=invited, by=officer, now=NOW)
    client = signed_in(person)
    assert "Muu ry" not in text(client.get(reverse("grants:call", args=[call.pk]))).split("<h1")[1]
    client.post(reverse("grants:start", args=[other.pk, call.pk]))
    assert not other.applications.exists()
    assert call.title_fi not in text(client.get(reverse("grants:own_applications", args=[other.pk])))


def test_an_open_call_needs_no_invitations() -> None:
    officer = staff("coordinator")
    refused("open_to_all", invite_organisation, make_call(), organisation=make_organisation(), by=officer, now=NOW)


@pytest.mark.parametrize("number", [1, 3])
def test_a_fixed_number_of_queries(number: int) -> None:
    client = signed_in(staff("coordinator"))
    call = a_draft(procedure=Procedure.NEGOTIATED)
    for count in range(number):
        reserve(call, f"{count + 1}000")
        by = call.created_by
        CallInvitation.objects.create(call=call, organisation=make_organisation(), invited_by=by, invited_at=NOW)
    for name, most in (("call_reserves", 12), ("call_invitations", 12), ("call_publish", 18)):
        address = reverse(f"grants:{name}", args=[call.pk])
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        assert len(queries) <= most, name
