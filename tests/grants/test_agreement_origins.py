"""Agreements that begin from a service area's need or an organisation's request, and what the pages tell of it."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from common import clock
from grants.models import Agreement, Side
from grants.workflow.agreement_term import amend
from grants.workflow.agreements import create_agreement
from liaisons.models import CooperationRequest, Need
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.factories import make_member, make_organisation
from tests.grants.factories_agreements import NOW, Table
from tests.grants.test_agreements import refused, text
from tests.liaisons.factories import PostFactory, UnitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: NOW)


def an_idea(table: Table, need: Need | None = None, **fields: Any) -> CooperationRequest:
    post = PostFactory(level="unit", unit=UnitFactory())
    return CooperationRequest.objects.create(
        kind="project_idea",
        subject="Ryhmä nuorille",
        organisation=table.organisation,
        asked_by=table.chair,
        post=post,
        need=need,
        created_at=NOW,
        due_on=date(2026, 12, 15),
        **fields,
    )


def a_need() -> Need:
    post = PostFactory(level="unit", unit=UnitFactory())
    return Need.objects.create(
        title="Tukea nuorille", text="Ryhmiä.", post=post, published_on=date(2026, 11, 1), open_until=date(2027, 1, 31)
    )


@pytest.fixture
def table() -> Table:
    return Table()


def begun(table: Table, idea: CooperationRequest, title: str = "Nuorten ryhmät") -> Agreement:
    return create_agreement(
        kind=table.kind, title=title, organisations=[table.organisation], origin=idea, by=table.coordinator, now=NOW
    )


def test_an_idea_becomes_one_draft_that_keeps_its_need(table: Table) -> None:
    need = a_need()
    idea = an_idea(table, need)
    made = begun(table, idea)
    assert (made.need, made.cooperation_request) == (need, idea)
    assert (
        made.notes.get().text
        == "Sopimusta alettiin valmistella: Nuorten ryhmät. Se syntyi palvelualueen tarpeesta: Tukea nuorille."
    )
    assert begun(table, idea, "Toinen nimi") == made, "one open negotiation a request"
    refused(
        "not_of_asker",
        create_agreement,
        kind=table.kind,
        title="Muu",
        organisations=[make_organisation("Muu ry")],
        origin=idea,
        by=table.coordinator,
        now=NOW,
    )
    table.agreement = made
    table.in_force()
    following = amend(table.agreement, by=table.coordinator, now=NOW)
    assert (following.need, following.cooperation_request) == (need, idea)


def test_the_needs_page_begins_it_and_tells_everybody_what_came_of_it(table: Table) -> None:
    need = a_need()
    idea = an_idea(table, need)
    desk, public = signed_in(table.coordinator), Client()
    page = text(desk.get(need.get_absolute_url()))
    assert f'href="/hallinta/sopimukset/uusi/?pyynto={idea.pk}"' in page
    assert "Aloita sopimusneuvottelu" not in text(public.get(need.get_absolute_url()))
    assert "Aloita sopimusneuvottelu" not in text(signed_in(table.chair).get(idea.get_absolute_url()))
    start = f"/hallinta/sopimukset/uusi/?pyynto={idea.pk}"
    assert 'value="Tukea nuorille"' in text(desk.get(start))
    form = {"kind": table.kind.pk, "title": "Tukea nuorille", "organisation": table.organisation.name}
    assert desk.post(start, form).status_code == 302
    table.agreement = Agreement.objects.get(need=need)
    assert "Sopimuksesta neuvotellaan" in text(desk.get(idea.get_absolute_url()))
    assert "Sopimuksesta neuvotellaan" not in text(signed_in(table.chair).get(idea.get_absolute_url())), "still a draft"
    table.write(Side.COUNTY)
    assert "Sopimuksesta neuvotellaan" in text(signed_in(table.chair).get(idea.get_absolute_url()))
    assert "neuvotellaan" not in text(public.get(need.get_absolute_url()))
    table.approve(Side.ORGANISATION)
    made = table.approve(Side.COUNTY)
    assert "Johti sopimukseen" in text(public.get(need.get_absolute_url()))
    for address in ("/yhteistyosopimukset/?tila=kaikki", f"/yhteistyosopimukset/{made.pk}/"):
        assert "Syntyi tarpeesta" in text(public.get(address))
    assert "Tukea nuorille" in public.get("/yhteistyosopimukset/luettelo.csv").content.decode()
    assert "Ryhmä nuorille" not in text(public.get(f"/yhteistyosopimukset/{made.pk}/")), "requests are not public"
    assert idea.get_absolute_url() in text(desk.get(made.get_absolute_url()))


def test_only_who_handles_the_request_begins_from_it(table: Table) -> None:
    idea = an_idea(table)
    stranger = signed_in(UserFactory())
    assert stranger.get(f"/hallinta/sopimukset/uusi/?pyynto={idea.pk}").status_code == 404
    desk = staff("coordinator")
    make_member(table.organisation, "viewer", user=desk)
    assert "Aloita sopimusneuvottelu" not in text(signed_in(desk).get(idea.get_absolute_url())), "own organisation"
    assert signed_in(table.coordinator).get("/hallinta/sopimukset/uusi/?pyynto=x").status_code == 200
    page = text(signed_in(table.coordinator).get(idea.get_absolute_url()))
    assert "Aloita sopimusneuvottelu" in page
    table.agreement = begun(table, idea)
    made = table.in_force()
    assert "Järjestön yhteistyöpyynnöstä" in text(Client().get(f"/yhteistyosopimukset/{made.pk}/"))
