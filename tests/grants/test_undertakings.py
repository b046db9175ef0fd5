"""Single undertakings: who is counted together, who names them, and what an officer sees of the sum."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.errors import Refused
from grants.models import LinkedUndertaking
from grants.state_aid import CEILING, frozen_aid, position_of
from grants.undertakings import group_of, groups_of
from grants.workflow.aid_ledger import require_room
from grants.workflow.undertakings import name_undertaking, remove_undertaking
from organisations.models import Organisation
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.factories import NOW, make_call, make_member, make_organisation, make_submitted
from tests.grants.factories_state_aid import ledger_row, make_declared
from tests.grants.test_handling_pages import set_clock, text

pytestmark = pytest.mark.django_db
#: Business IDs whose check digits are right.
FIRST, SECOND, THIRD = "0201256-6", "0116297-6", "1572860-0"


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, NOW)


def known(name: str, number: str | None) -> Organisation:
    return make_organisation(name, business_id=number)


def link(organisation: Organisation, number: str, name: str = "Kahvila Oy", by: Any = None) -> LinkedUndertaking:
    person = by or staff("registrar")
    return name_undertaking(organisation, name=name, business_id=number, control="votes", by=person, now=NOW)


def test_without_links_an_organisation_is_alone_and_costs_one_query() -> None:
    alone = known("Yksin ry", FIRST)
    ledger_row(known("Muu ry", SECOND), "1000.00")
    with CaptureQueriesContext(connection) as queries:
        assert group_of(alone.pk) == {alone.pk}
    assert len(queries) == 1


def test_links_are_followed_both_ways_and_through_others() -> None:
    mother, daughter, other = known("Emo ry", FIRST), known("Tytär ry", SECOND), known("Kolmas ry", None)
    link(mother, SECOND)
    # Through a company that the portal does not know.
    link(daughter, THIRD)
    link(other, THIRD)
    stranger = known("Vieras ry", None)
    whole = {mother.pk, daughter.pk, other.pk}
    assert groups_of([mother.pk, daughter.pk, other.pk, stranger.pk]) == {
        **dict.fromkeys(whole, frozenset(whole)),
        stranger.pk: frozenset([stranger.pk]),
    }


def test_the_ceiling_is_one_for_all_of_them() -> None:
    case = make_declared()
    daughter = known("Tytär Oy", SECOND)
    ledger_row(daughter, "299000.00")
    require_room(case, Decimal(4500), on=NOW.date())
    link(case.organisation, SECOND)
    require_room(case, Decimal(1000), on=NOW.date())
    with pytest.raises(Refused) as refused, transaction.atomic():
        require_room(case, Decimal("1000.01"), on=NOW.date())
    assert refused.value.code == "over_ceiling"
    assert "voi myöntää enintään 1 000 €" in str(refused.value).replace("\N{NO-BREAK SPACE}", " ")
    remove_undertaking(LinkedUndertaking.objects.get(), by=staff("coordinator"), now=NOW)
    require_room(case, Decimal(4500), on=NOW.date())


def test_the_declaration_counts_and_freezes_them() -> None:
    case = make_declared()
    link(case.organisation, SECOND, "Kahvila Oy", by=case.created_by)
    ledger_row(known("Kahvila Oy", SECOND), "120000.00")
    position = position_of(case, case.state_aid)
    assert (position.total, position.left) == (Decimal(120000), CEILING - Decimal(120000))
    frozen = frozen_aid(case)["state_aid"]
    assert frozen["undertakings"] == [{"name": "Kahvila Oy", "number": SECOND}]
    assert frozen["total"] == "120000.00"


def test_the_applicants_people_name_with_a_right_number_on_the_declarations_page() -> None:
    case = make_declared()
    organisation = case.organisation
    client = signed_in(case.created_by)
    there = reverse("grants:application_state_aid", args=[organisation.pk, case.pk])
    assert "Ketään ei ole nimetty" in text(client.get(there))
    here = reverse("grants:own_aid_link_new", args=[organisation.pk]) + f"?hakemus={case.pk}"
    assert here in client.get(there).content.decode()
    wrong = client.post(here, {"name": "Kahvila Oy", "business_id": "0116297-7", "control": "votes"})
    assert wrong.status_code == 409
    assert "Y-tunnus ei ole oikein" in text(wrong)
    assert client.post(here, {"name": "", "business_id": "", "control": ""}).status_code == 422
    done = client.post(here, {"name": "Kahvila Oy", "business_id": " 0116297-6 ", "control": "board"}, follow=True)
    assert done.redirect_chain[-1][0] == there
    assert SECOND in text(done)
    assert LinkedUndertaking.objects.get().business_id == SECOND
    client.post(here, {"name": "Toinen nimi", "business_id": SECOND, "control": "votes"})
    assert LinkedUndertaking.objects.count() == 1, "twice is once"
    own = client.get(reverse("grants:own_aid", args=[organisation.pk]))
    assert "Kahvila Oy" in text(own)
    gone = reverse("grants:own_aid_link_remove", args=[organisation.pk, LinkedUndertaking.objects.get().pk])
    for _twice in range(2):
        assert client.post(gone).status_code == 302
    assert not LinkedUndertaking.objects.exists()


def test_who_may_name() -> None:
    organisation = known("Nimeävä ry", FIRST)
    editor, viewer = make_member(organisation, "editor"), make_member(organisation, "viewer")
    row = link(organisation, SECOND, by=editor)
    for person in (viewer, UserFactory(), staff("auditor"), make_member(make_organisation("Toinen ry"))):
        with pytest.raises(Http404):
            link(organisation, THIRD, by=person)
        with pytest.raises(Http404):
            remove_undertaking(row, by=person, now=NOW)
    with pytest.raises(Refused) as refused:
        link(organisation, FIRST, by=editor)
    assert refused.value.code == "own_number"
    assert link(organisation, THIRD, by=staff("coordinator")).control == "votes"


def test_the_officer_sees_the_sum_with_them() -> None:
    mother, daughter = known("Emo ry", FIRST), known("Kahvila Oy", SECOND)
    ledger_row(mother, "1000.00", granter="Lieksan kaupunki")
    ledger_row(daughter, "2500.00", date(2025, 6, 1), granter="Nurmeksen kaupunki")
    link(mother, SECOND)
    client = signed_in(staff("coordinator"))
    for organisation, other in ((mother, daughter), (daughter, mother)):
        page = text(client.get(reverse("grants:aid_organisation", args=[organisation.pk])))
        assert "3 500,00" in page
        assert other.name in page
    assert "Toinen on nimennyt järjestön" in page
    case = make_submitted(call=make_call(state_aid=False), organisation=mother)
    seen = text(client.get(reverse("grants:case_aid", args=[case.pk])))
    assert "Summassa ovat mukana samaan yritykseen kuuluvat:" in seen
    assert "Kahvila Oy (0116297-6)" in seen
    assert "3 500,00" in seen


@pytest.mark.parametrize("number", [1, 3])
def test_the_pages_ask_the_same_questions_of_one_and_three(number: int) -> None:
    organisation = known("Emo ry", FIRST)
    for key in (SECOND, THIRD, "0112038-9")[:number]:
        link(organisation, key, f"Yhtiö {key}")
        ledger_row(known(f"Yhtiö {key}", key), "10.00")
    client = signed_in(staff("coordinator"))
    person = signed_in(make_member(organisation))
    for who, address in (
        (client, reverse("grants:aid_organisation", args=[organisation.pk])),
        (person, reverse("grants:own_aid", args=[organisation.pk])),
    ):
        who.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert who.get(address).status_code == 200
        assert len(queries) <= 15, [query["sql"] for query in queries]


def test_the_database_defends_the_facts() -> None:
    organisation = known("Emo ry", FIRST)
    good = {"organisation": organisation, "name": "A Oy", "business_id": SECOND, "control": "votes"}
    by = {"named_by": UserFactory(), "named_at": NOW}
    LinkedUndertaking.objects.create(**good, **by)
    for wrong, name in (
        ({}, "grants_linked_once"),
        ({"business_id": "1234567-9"}, "grants_linked_business_id_ok"),
        ({"business_id": THIRD, "name": ""}, "grants_linked_has_name"),
        ({"business_id": THIRD, "control": "muu"}, "grants_linked_control"),
    ):
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            LinkedUndertaking.objects.create(**{**good, **wrong}, **by)
