"""What people really send: sums in all spellings, text out of Word, far too much of it, twice, too late, from old tabs.

Saving a page of an application at the closing instant, old tabs of it and sums on it stand in
``tests/grants/test_applications_pages.py``; sending it twice and its closing seconds in
``tests/grants/test_applications_workflow.py``.
"""

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from common.errors import Refused
from grants.models import Application, CallQuestion, Proposal
from grants.workflow.applications import submit_application
from grants.workflow.proposals import propose
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.factories import CLOSES, NOW, make_application, make_call
from tests.grants.factories_handling import TAKEN_UP, make_desk
from tests.grants.test_handling_pages import page, set_clock, text

pytestmark = pytest.mark.django_db

NBSP, MINUS = "\N{NO-BREAK SPACE}", "\N{MINUS SIGN}"
FROM_WORD = (
    "\u201dYhdessä\u201d \u2013 kylän kerho\u2026\r\n"
    "\u2022\tkerho\u00a0tiistaisin\r\n"
    "\uf0b7 retki\x0bja talkoot\x07\r\n"
    "Hinta 5\u202f000\u00a0€ \U0001f600 a\u0308iti"
)
READ = (
    "\u201dYhdessä\u201d \u2013 kylän kerho\u2026\n\u2022\tkerho\u00a0tiistaisin\n\u2022 retki\nja talkoot\n"
    "Hinta 5\u202f000\u00a0€ \U0001f600 äiti"
)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (f"1{NBSP}234,50{NBSP}€", "1234.50"),
        ("1.234,50", "1234.50"),
        ("1234.5", "1234.50"),
        ("1 234,50 euroa", "1234.50"),
        ("0", "0.00"),
        (f"{MINUS}5", "pienempi kuin"),
        ("-5", "pienempi kuin"),
        ("1 000 000 000 000", "Summa on liian suuri. Tarkista nollien määrä."),
        ("4.500", "Emme ymmärtäneet kirjoitustasi"),
        ("noin 500", "Emme ymmärtäneet kirjoitustasi"),
        ("9" * 500, "Summa on liian suuri"),
        ("4501", "Enempää ei voi esittää"),
    ],
)
def test_a_proposed_sum_is_read_or_explained_and_the_reasons_stay(
    monkeypatch: pytest.MonkeyPatch, typed: str, told: str
) -> None:
    set_clock(monkeypatch, TAKEN_UP)
    desk = make_desk(cases=1)
    address = reverse("grants:propose", args=[desk.cases[0].pk])
    answer = signed_in(desk.coordinator).post(address, {"sum": typed, "reasons": "Kylä on hiljainen.", "revision": 0})
    if answer.status_code == 302:
        assert str(Proposal.objects.get().sum) == told
        return
    html = text(answer)
    assert told in html
    assert "Kylä on hiljainen." in html
    assert not Proposal.objects.exists()


def test_the_old_tab_of_another_officer_is_told_and_keeps_its_text(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, TAKEN_UP)
    desk = make_desk(cases=1)
    propose(desk.cases[0], sum=Decimal(3000), reasons="Ensimmäinen.", by=staff("coordinator"), now=TAKEN_UP)
    address = reverse("grants:propose", args=[desk.cases[0].pk])
    old = {"sum": "1 000", "reasons": "Vanhan välilehden perustelu.", "revision": 0}
    answer = signed_in(desk.coordinator).post(address, old)
    assert answer.status_code == 409
    assert "Joku muu on muuttanut tätä esitystä" in text(answer)
    assert "Vanhan välilehden perustelu." in text(answer)
    assert Proposal.objects.get().sum == 3000


def test_text_from_word_is_kept_without_what_cannot_be_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, TAKEN_UP)
    desk = make_desk(cases=1)
    address = reverse("grants:propose", args=[desk.cases[0].pk])
    answer = signed_in(desk.coordinator).post(address, {"sum": "100", "reasons": FROM_WORD, "revision": 0})
    assert answer.status_code == 302, text(answer)
    assert Proposal.objects.get().reasons == READ
    assert "retki" in page(desk.coordinator, "propose", desk.cases[0].pk)


def test_word_text_in_an_application_is_read_like_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, NOW)
    draft = make_application()
    address = reverse("grants:application_page", args=[draft.organisation_id, draft.pk, "toiminta"])
    opened = signed_in(draft.created_by).get(address).content.decode()
    seen = re.search(r'name="seen"\s+id="seen"\s+value="(\w+)"', opened)
    assert seen is not None
    fields = {"title": "Kerho\x07 \u201dYhdessä\u201d", "description": FROM_WORD}
    answer = signed_in(draft.created_by).post(address, {**fields, "revision": draft.revision, "seen": seen[1]})
    assert answer.status_code == 302
    kept = Application.objects.get(pk=draft.pk).answers
    assert (kept["title"], kept["description"]) == ("Kerho \u201dYhdessä\u201d", READ)


def test_nul_in_a_text_and_in_an_address_is_no_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, NOW)
    call, person = make_call(), UserFactory()
    client = signed_in(person)
    address = reverse("grants:call_ask", args=[call.pk])
    assert client.post(address, {"text": "Saako\x00 palkkoja maksaa?"}).status_code in (302, 422)
    desk = make_desk(cases=1, opened=False)
    for query in ("?q=%00", "?jarjesta=%00", "?kunta=%00", "?tila=%00", "?sivu=%00"):
        found = signed_in(desk.coordinator).get(reverse("grants:call_handling", args=[desk.call.pk]) + query)
        assert found.status_code == 200, query


def test_ten_megabytes_of_text_get_a_page_that_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, NOW)
    call, client = make_call(), signed_in(UserFactory())
    address = reverse("grants:call_ask", args=[call.pk])
    client.raise_request_exception = False
    answer = client.post(address, {"text": "ä" * (10 << 20)})
    assert answer.status_code in (400, 413)
    assert "yritä uudelleen" in answer.content.decode()
    long = client.post(address, {"text": "ä" * 5_000})
    assert long.status_code == 422
    assert "ä" * 5_000 in long.content.decode()
    assert not CallQuestion.objects.exists()


def test_a_form_sent_twice_is_one_question(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, NOW)
    call, client = make_call(), signed_in(UserFactory())
    for _press in range(2):
        assert client.post(reverse("grants:call_ask", args=[call.pk]), {"text": "Saako?"}).status_code == 302
    assert CallQuestion.objects.count() == 1


@pytest.mark.parametrize(
    ("moment", "is_sent"),
    [
        (CLOSES - timedelta(milliseconds=1), True),
        (CLOSES - timedelta(microseconds=1), True),
        (CLOSES, False),
        (CLOSES + timedelta(seconds=1), False),
    ],
)
def test_the_closing_instant_to_the_microsecond(monkeypatch: pytest.MonkeyPatch, moment: object, is_sent: bool) -> None:
    draft = make_application()
    call = draft.call
    if is_sent:
        assert submit_application(draft, by=draft.created_by, now=moment).received_at == moment  # type: ignore[arg-type]
    else:
        with pytest.raises(Refused):
            submit_application(draft, by=draft.created_by, now=moment)  # type: ignore[arg-type]
    set_clock(monkeypatch, moment)  # type: ignore[arg-type]
    answer = signed_in(UserFactory()).post(reverse("grants:call_ask", args=[call.pk]), {"text": "Ehdinkö?"})
    assert CallQuestion.objects.exists() is is_sent
    if not is_sent:
        assert "Ehdinkö?" in text(answer)
