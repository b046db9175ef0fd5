"""An agreement during its term: the plan, evaluations and talks, a change, a new term, notice, the end, reminders."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from common import clock
from common.errors import Refused
from common.times import HELSINKI
from grants.agreement_reminders import agreement_reminders
from grants.models import Agreement, AgreementEvaluation, AgreementKind, Side
from grants.workflow.agreement_term import (
    amend,
    evaluate,
    expire_agreements,
    record_talk,
    renew,
    set_plan,
    terminate,
)
from grants.workflow.agreements import save_draft
from notifications.models import Message
from tests.accounts.factories import signed_in
from tests.grants.factories_agreements import NOW, Table

pytestmark = pytest.mark.django_db
COUNTY, ORGANISATION = Side.COUNTY, Side.ORGANISATION


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def table() -> Table:
    made = Table()
    made.in_force()
    return made


def refused(code: str, verb: Any, *args: Any, **kwargs: Any) -> None:
    with pytest.raises(Refused) as caught:
        verb(*args, **kwargs)
    assert caught.value.code == code


def text(response: Any) -> str:
    return " ".join(response.content.decode().replace("\N{NO-BREAK SPACE}", " ").replace("&nbsp;", " ").split())


def test_both_sides_evaluate_and_talk_and_the_plan_goes_on(table: Table) -> None:
    own = signed_in(table.editor)
    page = reverse("grants:own_agreement", args=[table.organisation.pk, table.agreement.pk])
    assert "Sopimusta ei ole vielä arvioitu" in text(own.get(page))
    said = {"grade": "mostly", "words": "Ryhmät täyttyvät, tilat puuttuvat."}
    for _twice in range(2):
        assert own.post(f"{page}arvio/", said).status_code == 302
    assert AgreementEvaluation.objects.count() == 1
    assert Message.objects.filter(to_user=table.coordinator, subject__startswith="Sopimuksen toimivuutta").count() == 1
    given = {"grade": "well", "words": "Tilat järjestyvät.", "by": table.coordinator, "now": NOW}
    evaluate(table.agreement, side=COUNTY, party=None, **given)
    talk = {"held_on": NOW.date(), "people": "Minna ja Aino", "words": "Tilat keväällä."}
    later = {**talk, "held_on": NOW.date() + timedelta(days=1)}
    refused("bad_day", record_talk, table.agreement, side=COUNTY, by=table.coordinator, now=NOW, **later)
    record_talk(table.agreement, side=COUNTY, by=table.coordinator, now=NOW, **talk)
    row = table.agreement.plan_rows.first()
    assert row is not None
    set_plan(table.agreement, side=ORGANISATION, states={row.pk: "done", 10**9: "done"}, by=table.editor, now=NOW)
    shown = text(own.get(page))
    for words in ("Toimii pääosin", "Toimii hyvin", "Minna ja Aino", "Tehty", "Ryhmät alkavat: tehty"):
        assert words in shown
    assert "tilat puuttuvat" not in text(Client().get(reverse("grants:public_agreement", args=[table.agreement.pk])))


def test_a_change_is_a_copy_that_all_approve_and_then_takes_the_place(table: Table) -> None:
    first = table.agreement
    row = first.plan_rows.first()
    assert row is not None
    set_plan(first, side=COUNTY, states={row.pk: "done"}, by=table.coordinator, now=NOW)
    made = amend(first, by=table.coordinator, now=NOW)
    assert amend(first, by=table.coordinator, now=NOW) == made
    table.agreement = made
    table.write(sum="15000.00")
    assert Agreement.objects.get(pk=first.pk).state == "in_force", "until all have approved"
    own = signed_in(table.editor)
    version = own.get(reverse("grants:own_agreement_version", args=[table.organisation.pk, made.pk, 1]))
    assert "15 000" in text(version)
    assert "poistettu:" in text(version), "the difference to the agreement that is changed"
    table.approve(ORGANISATION)
    table.approve(COUNTY)
    assert Agreement.objects.get(pk=first.pk).state == "replaced"
    assert [row.state for row in table.agreement.plan_rows.all()] == ["done", "open"]
    page = Client().get(reverse("grants:public_agreement", args=[first.pk]))
    assert "Sopimusta on muutettu." in text(page)
    refused("wrong_state", amend, first, by=table.coordinator, now=NOW)


def test_a_new_term_follows_the_old_one_and_is_as_long(table: Table) -> None:
    made = renew(table.agreement, by=table.coordinator, now=NOW)
    assert (made.starts_on, made.ends_on) == (date(2029, 1, 1), date(2030, 12, 31))
    assert made.state == "draft"
    assert table.agreement.kind == made.kind
    after = datetime(2029, 1, 1, 1, tzinfo=HELSINKI)
    assert (expire_agreements(now=after), expire_agreements(now=after)) == (1, 0)
    old = Agreement.objects.get(pk=table.agreement.pk)
    assert (old.state, old.ended_on) == ("ended", date(2028, 12, 31))
    assert renew(old, by=table.coordinator, now=after) == made


def test_notice_has_a_reason_and_a_last_day(table: Table) -> None:
    given = {"side": ORGANISATION, "by": table.chair, "now": NOW}
    day = date(2027, 3, 31)
    refused("reason_missing", terminate, table.agreement, ends_on=day, reason=" ", **given)
    refused("bad_day", terminate, table.agreement, ends_on=date(2029, 1, 1), reason="x", **given)
    refused("bad_day", terminate, table.agreement, ends_on=date(2026, 11, 30), reason="x", **given)
    for _twice in range(2):
        done = terminate(table.agreement, ends_on=day, reason="Toiminta loppuu.", **given)
    assert (done.state, done.lasts_until) == ("terminated", day)
    assert Message.objects.filter(to_user=table.coordinator, subject__startswith="Sopimus on irtisanottu").count() == 1
    assert "31.3.2027" in text(Client().get(reverse("grants:public_agreements")))


def test_everybody_is_reminded_half_a_year_before_the_end(table: Table) -> None:
    before = datetime(2028, 6, 20, 9, tzinfo=HELSINKI)
    assert list(agreement_reminders(before)) == []
    due = datetime(2028, 7, 1, 9, tzinfo=HELSINKI)
    found = list(agreement_reminders(due))
    assert {row.to for row in found} == {table.coordinator, table.chair, table.editor}
    assert found[0].subject == "Sopimus päättyy 31.12.2028: Kumppanuus mielenterveystyössä"
    keys = {row.dedup_key for row in found}
    assert {row.dedup_key for row in agreement_reminders(due + timedelta(days=3))} == keys, "each is sent once"
    renew(table.agreement, by=table.coordinator, now=due)
    assert list(agreement_reminders(due)) == []
    officer = signed_in(table.coordinator)
    assert officer.get(reverse("grants:agreements"), {"tila": "paattyy"}).status_code == 200


def test_the_county_page_of_an_organisation_lists_its_agreements(table: Table) -> None:
    officer = signed_in(table.coordinator)
    page = text(officer.get(reverse("organisations:county_page", args=[table.organisation.pk])))
    assert table.agreement.title in page
    assert f"?jarjesto={table.organisation.pk}" in page
    own = text(signed_in(table.editor).get(reverse("organisations:own", args=[table.organisation.pk])))
    assert reverse("grants:own_agreements", args=[table.organisation.pk]) in own


def test_a_term_is_no_longer_than_its_kind_allows() -> None:
    table = Table()
    AgreementKind.objects.update(most_years=2)
    table.agreement = Agreement.objects.get(pk=table.agreement.pk)
    said = "Tämän lajin sopimus tehdään enintään 2 vuodeksi. Kun se alkaa 1.1.2027, se päättyy viimeistään 31.12.2028."
    seen = table.agreement.draft_revision
    long = table.content(ends_on="2029-01-01")
    refused(
        "too_long", save_draft, table.agreement, side=COUNTY, content=long, seen=seen, by=table.coordinator, now=NOW
    )
    refused("too_long", table.write, ends_on="")
    desk = signed_in(table.coordinator)
    page = reverse("grants:agreement_edit", args=[table.agreement.pk])
    assert "Tämän lajin sopimus tehdään enintään 2 vuodeksi." in text(desk.get(page))
    form = {"title": "Kumppanuus", "starts_on": "1.1.2027", "ends_on": "1.1.2029", "seen": 1}
    assert said in text(desk.post(page, form))
    made = table.in_force()
    with pytest.raises(IntegrityError, match="grants_agreement_most_years"), transaction.atomic():
        Agreement.objects.update(ends_on=date(2029, 1, 1))
    AgreementKind.objects.update(most_years=1)
    made = Agreement.objects.get(pk=made.pk)
    made.save(update_fields=["ended_on"])  # what stood before the limit stays
    following = renew(made, by=table.coordinator, now=NOW)
    assert (following.starts_on, following.ends_on) == (date(2029, 1, 1), date(2029, 12, 31))
    assert amend(made, by=table.coordinator, now=NOW).ends_on == date(2027, 12, 31)
    assert AgreementKind(most_years=1).last_day(date(2028, 2, 29)) == date(2029, 2, 28)
    Agreement.objects.filter(pk=following.pk).update(starts_on=date(2028, 2, 29), ends_on=date(2029, 2, 28))
    with pytest.raises(IntegrityError), transaction.atomic():
        Agreement.objects.filter(pk=following.pk).update(ends_on=date(2029, 3, 1))
