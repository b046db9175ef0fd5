"""Municipalities say whether they fund the same activity: asked when a call is taken up, answered in bulk."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from common.errors import Refused
from grants.models import CaseEvent, MunicipalOpinion
from grants.municipal import municipal_todos
from grants.workflow.handling import open_handling
from grants.workflow.opinions import give_opinions
from notifications.models import Message
from tests.accounts.factories import UserFactory, signed_in
from tests.grants.factories import make_member, make_municipality
from tests.grants.factories_handling import TAKEN_UP, Desk, make_desk, present, propose_all
from tests.grants.test_handling_pages import set_clock
from tests.liaisons.factories import AppointmentFactory, PostFactory, SubstituteFactory

pytestmark = pytest.mark.django_db
LONG_AGO = date(2023, 1, 1)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, TAKEN_UP)


def liaison_of(code: str = "422", name: str = "Lieksa") -> User:
    """Return the liaison person of a municipality."""
    post = PostFactory(level="municipal", unit=None, municipality=make_municipality(code, name), valid_from=LONG_AGO)
    return AppointmentFactory(post=post, user=UserFactory(), valid_from=LONG_AGO, accepted_on=LONG_AGO).user


def give(desk: Desk, by: User, cases: list[int], **fields: Any) -> int:
    known = {"stance": "funds_not", "by": by, "now": TAKEN_UP, **fields}
    return give_opinions(desk.cases[0].organisation.domicile, [desk.cases[number].pk for number in cases], **known)  # type: ignore[arg-type]


def code_of(call: Any) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.code


def test_liaison_people_are_asked_once_when_the_call_is_taken_up() -> None:
    liaison, elsewhere = liaison_of(), liaison_of("167", "Joensuu")
    desk = make_desk()
    open_handling(desk.call, by=desk.coordinator, now=TAKEN_UP)
    mails = Message.objects.filter(kind="grants.opinion_asked")
    assert [mail.to_user for mail in mails] == [liaison]
    assert reverse("grants:municipal", args=["422"]) in mails[0].text
    assert [todo.title for todo in municipal_todos(liaison, TAKEN_UP)] == ["Kerro kunnan kanta 2 hakemukseen: Lieksa"]
    assert not list(municipal_todos(elsewhere, TAKEN_UP))


def test_many_are_answered_at_once_and_again_changes_nothing() -> None:
    liaison = liaison_of()
    desk = make_desk(cases=3)
    assert give(desk, liaison, [0, 1]) == 2
    assert give(desk, liaison, [0, 1]) == 0
    assert give(desk, liaison, [0], stance="funds", sum=Decimal(800), note="Toimintaan") == 1
    first = MunicipalOpinion.objects.get(application=desk.cases[0])
    assert (first.stance, first.sum, first.note, first.given_by) == ("funds", Decimal(800), "Toimintaan", liaison)
    texts = CaseEvent.objects.filter(application=desk.cases[0], verb="municipal_opinion").order_by("pk")
    assert [event.text for event in texts] == [
        "Lieksa, kunnan kanta: emme rahoita.",
        "Lieksa, kunnan kanta: rahoitamme.",
    ]
    assert [todo.title for todo in municipal_todos(liaison, TAKEN_UP)] == [
        "Kerro kunnan kanta yhteen hakemukseen: Lieksa"
    ]


def test_what_is_refused() -> None:
    liaison = liaison_of()
    desk = make_desk()
    assert code_of(lambda: give(desk, liaison, [])) == "nothing_chosen"
    assert code_of(lambda: give(desk, liaison, [0, 1], stance="funds", sum=Decimal(5))) == "sum_for_one"
    assert code_of(lambda: give(desk, liaison, [0], sum=Decimal(5))) == "sum_needs_funding"
    make_member(desk.cases[1].organisation, user=liaison)
    assert code_of(lambda: give(desk, liaison, [0, 1])) == "own_organisation"
    assert not MunicipalOpinion.objects.exists()
    propose_all(desk, ["1000.00", "0.00"])
    present(desk)
    assert code_of(lambda: give(desk, liaison, [0])) == "closed"
    for stranger in (UserFactory(), liaison_of("167", "Joensuu"), desk.coordinator):
        with pytest.raises(Http404):
            give(desk, stranger, [0])


def test_an_application_that_works_in_the_municipality_is_asked_of_it_too() -> None:
    desk = make_desk()
    joensuu = make_municipality("167", "Joensuu")
    liaison = liaison_of("167", "Joensuu")
    desk.cases[1].municipalities.add(joensuu)
    assert give_opinions(joensuu, [desk.cases[1].pk], stance="no_stance", by=liaison, now=TAKEN_UP) == 1
    assert (
        code_of(lambda: give_opinions(joensuu, [desk.cases[0].pk], stance="no_stance", by=liaison, now=TAKEN_UP))
        == "closed"
    )


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"stance": "maybe"}, "grants_opinion_stance_known"),
        ({"sum": Decimal(5)}, "grants_opinion_sum_only_when_funding"),
    ],
)
def test_the_database_defends_it(fields: dict[str, Any], constraint: str) -> None:
    desk = make_desk()
    give(desk, liaison_of(), [0])
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        MunicipalOpinion.objects.update(**fields)


def test_from_the_municipalitys_page_to_the_presenters() -> None:
    liaison = liaison_of()
    desk = make_desk()
    client = signed_in(liaison)
    own = client.get(reverse("liaisons:own_municipality_first"), follow=True).content.decode()
    assert "2 hakemusta odottaa kunnan kantaa" in own
    address = reverse("grants:municipal", args=["422"])
    page = client.get(address).content.decode()
    assert "Järjestö 1 ry" in page
    assert "Omaishoitajien vertaisryhmät" in page
    wrong = client.post(address, {"case": [desk.cases[0].pk], "note": "Katsotaan."})
    assert wrong.status_code == 422
    assert "Katsotaan." in wrong.content.decode()
    assert f'value="{desk.cases[0].pk}" aria-labelledby="name-{desk.cases[0].pk}" checked' in wrong.content.decode()
    sent = {"case": [desk.cases[0].pk], "stance": "funds", "sum": "1 200,50", "note": "Vertaisryhmään"}
    done = client.post(address, sent, follow=True).content.decode()
    assert "Kanta on kirjattu yhteen hakemukseen." in done
    assert "Järjestö 1 ry" not in done
    assert "Vertaisryhmään" in client.get(address + "?tila=kaikki").content.decode()
    officer = signed_in(desk.coordinator)
    for name in ("case", "propose"):
        seen = officer.get(reverse(f"grants:{name}", args=[desk.cases[0].pk])).content.decode()
        assert "Kunta rahoittaa samaa toimintaa" in seen
        assert "Vertaisryhmään" in seen
    assert "Kuntien kannat" not in officer.get(reverse("grants:case", args=[desk.cases[1].pk])).content.decode()
    assert client.get(reverse("grants:case", args=[desk.cases[0].pk])).status_code == 404


def test_a_substitute_answers_and_a_stranger_sees_nothing() -> None:
    liaison = liaison_of()
    substitute = UserFactory()
    SubstituteFactory(appointment=liaison.liaison_appointments.get(), user=substitute, valid_from=LONG_AGO)
    desk = make_desk()
    assert give(desk, substitute, [0]) == 1
    for person in (UserFactory(), liaison_of("167", "Joensuu")):
        assert signed_in(person).get(reverse("grants:municipal", args=["422"])).status_code == 404
        assert signed_in(person).get(reverse("liaisons:own_municipality", args=["422"])).status_code == 404


@pytest.mark.parametrize("cases", [1, 3])
def test_the_list_has_a_fixed_number_of_queries(cases: int) -> None:
    liaison = liaison_of()
    make_desk(cases=cases)
    client = signed_in(liaison)
    address = reverse("grants:municipal", args=["422"])
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(address).status_code == 200
    assert len(queries) <= 12
