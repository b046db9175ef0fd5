"""The coordinator builds the form without code; the applicant answers it and the officer reads it."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import User
from common.errors import Refused
from grants import form_editing
from grants.call_readiness import gaps
from grants.form_checks import form_problems
from grants.form_definition import default_definition, is_asked, key_of
from grants.light_form import definition as light
from grants.models import Application, FormVersion, GrantCall
from grants.workflow import calls as call_verbs
from grants.workflow.forms import begin_form, draft_form, edit_form
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.call_pages import set_clock, text
from tests.grants.factories import NOW, attach, complete_answers, make_call, make_member, make_organisation

pytestmark = pytest.mark.django_db
WORDS = {"label_sv": "", "label_en": "", "help_fi": "", "help_sv": "", "help_en": ""}


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, NOW)


@pytest.fixture
def coordinator() -> User:
    return staff("coordinator")


@pytest.fixture
def desk(coordinator: User) -> Client:
    return signed_in(coordinator)


@pytest.fixture
def call() -> GrantCall:
    return make_call(state="draft")


def address(name: str, call: GrantCall, *more: Any) -> str:
    return reverse(f"grants:{name}", args=[call.pk, *more])


def revision(call: GrantCall) -> int:
    return draft_form(call).revision


def add(desk: Client, call: GrantCall, page: str, kind: str, label: str, **fields: Any) -> Any:
    data = {"label_fi": label, "required": "on", "revision": revision(call), **fields}
    return desk.post(f"{address('form_question_new', call, page)}?laji={kind}", data)


def code_of(do: Any) -> str:
    with pytest.raises(Refused) as refusal:
        do()
    return str(refusal.value.code)


def test_built_published_answered_sent_and_read(desk: Client, coordinator: User, call: GrantCall) -> None:
    desk.post(address("form_page_new", call), {"title_fi": "Tilat", "group": "activity", "revision": 0})
    page = draft_form(call).definition["pages"][-2]
    assert (page["title_fi"], page["key"]) == ("Tilat", "sivu-1")
    add(
        desk,
        call,
        "sivu-1",
        "yes_no",
        "Tarvitsetteko tilan?",
        **{
            "option-0-key": "yes",
            "option-0-fi": "Kyllä",
            "option-1-key": "no",
            "option-1-fi": "Ei",
        },
    )
    need = draft_form(call).definition["pages"][-2]["questions"][0]["key"]
    add(desk, call, "sivu-1", "number", "Montako neliötä?", only_if=f"{need}=yes")
    add(desk, call, "sivu-1", "text", "Miksi näin suuri summa?", max_length="500", min_sum_euros="6000")
    keys = [question["key"] for question in draft_form(call).definition["pages"][-2]["questions"]]
    assert "Kysytään vain, kun vastaus kysymykseen ”Tarvitsetteko tilan?” on ”Kyllä”." in text(
        desk.get(address("call_edit_form", call))
    )
    call_verbs.publish_call(call, by=coordinator, now=NOW)

    organisation = make_organisation()
    applicant = make_member(organisation)
    client = signed_in(applicant)
    client.post(reverse("grants:start", args=[organisation.pk, call.pk]))
    application = Application.objects.get()
    application.answers = complete_answers("4500.00")
    application.save()
    for slot in call.attachment_slots.filter(required=True):
        attach(application, slot, by=applicant)
    own = reverse("grants:application_page", args=[organisation.pk, application.pk, "sivu-1"])

    def save(**answers: str) -> Any:
        shown = client.get(own)
        hidden = {"shown": " ".join(part.question["key"] for part in shown.context["form"].parts)}
        opened = {"revision": shown.context["application"].revision, "seen": shown.context["seen"]}
        return client.post(own, {**hidden, **opened, **answers})

    assert "Montako neliötä?" not in text(client.get(own))
    answer = save(**{need: "yes"})
    assert answer.url.startswith(own), "the page comes back with what is newly asked"
    assert "Montako neliötä?" in text(client.get(own))
    assert "Miksi näin suuri summa?" not in text(client.get(own))
    review = reverse("grants:application_review", args=[organisation.pk, application.pk])
    assert "Vastaus puuttuu: Montako neliötä?" in text(client.get(review))
    assert not save(**{need: "yes", keys[1]: "120"}).url.startswith(own)
    money = reverse("grants:application_page", args=[organisation.pk, application.pk, "talousarvio"])
    larger = complete_answers("6000.00")["budget"]
    assert client.get(money).status_code == 200
    application.refresh_from_db()
    application.answers = {**application.answers, "asked_sum": "6000.00", "budget": larger}
    application.save()
    assert "Vastaus puuttuu: Miksi näin suuri summa?" in text(client.get(review))
    save(**{need: "yes", keys[1]: "120", keys[2]: "Vuokra nousi."})
    assert client.post(review).status_code == 302
    content = application.submissions.get().content["answers"]
    assert (content[need], content[keys[1]], content[keys[2]]) == ("yes", 120, "Vuokra nousi.")
    read = text(desk.get(reverse("grants:case", args=[application.pk])))
    for part in ("Tarvitsetteko tilan?", "Montako neliötä?", "120", "Vuokra nousi."):
        assert part in read


def test_an_answer_that_fell_away_asks_nothing_more() -> None:
    first = {"key": "a", "type": "choice", "choices": [{"key": "yes"}]}
    second = {"key": "b", "type": "choice", "choices": [{"key": "x"}], "only_if": {"question": "a", "is": "yes"}}
    third = {"key": "c", "type": "text", "only_if": {"question": "b", "is": "x"}}
    definition = {"pages": [{"key": "p", "questions": [first, second, third]}]}
    assert is_asked(third, definition, {"a": "yes", "b": "x"})
    assert not is_asked(third, definition, {"a": "no", "b": "x"})


def test_what_the_portal_needs_is_reworded_but_stays(desk: Client, call: GrantCall) -> None:
    assert add(desk, call, "toiminta", "number", "Montako?").status_code == 302
    added = form_editing.page_of(draft_form(call).definition, "toiminta")["questions"][-1]
    assert None not in added.values(), "a rule that is not there is left out"
    title = address("form_question", call, "title")
    assert "Palvelu tarvitsee tämän kysymyksen" in text(desk.get(title))
    desk.post(title, {"label_fi": "Hankkeen nimi", "max_length": "80", "revision": 1})
    definition = draft_form(call).definition
    _page, question = form_editing.place_of(definition, "title")
    assert (question["label_fi"], question["type"], question["required"]) == ("Hankkeen nimi", "short_text", True)
    answer = desk.post(address("form_question_remove", call, "title"), {"revision": 2}, follow=True)
    assert "Voit muuttaa sen sanoja ja siirtää sen." in text(answer)
    for key in ("toiminta", "liitteet"):
        assert code_of(lambda key=key: form_editing.remove_page(definition, key)) == "needed"
    assert draft_form(call).revision == 2


def test_a_condition_points_to_an_earlier_choice(call: GrantCall, coordinator: User) -> None:
    definition = default_definition(call)
    condition = {"question": "open_to_all", "is": "no"}
    values = {"type": "text", "label_fi": "Miksi vain jäsenille?", "only_if": condition, **WORDS}
    key = form_editing.add_question(definition, "toiminta", values)
    assert code_of(lambda: form_editing.remove_question(definition, "open_to_all")) == "depended_on"
    before = draft_form(call).definition
    for bad in (
        lambda form: form_editing.add_question(form, "jarjesto", dict(values)),
        lambda form: (
            form_editing.change_question(form, "title", {"label_fi": "Nimi"})
            or form_editing.add_question(form, "toiminta", {**values, "only_if": {"question": "title", "is": "x"}})
        ),
        lambda form: form_editing.add_question(form, "toiminta", {**values, "only_if": {**condition, "is": "gone"}}),
    ):
        assert code_of(lambda bad=bad: edit_form(call.pk, bad, revision=0, by=coordinator, now=NOW)) == "order"
    assert draft_form(call).definition == before, "a refused edit changes nothing"
    form_editing.move_question(definition, key, 1)
    assert form_editing.place_of(definition, key)[0]["key"] == "tavoitteet", "over the edge to the next page"
    assert code_of(lambda: [form_editing.move_page(definition, "toiminta", 1) for _step in range(2)]) == "order"


def test_what_became_obligatory_is_mended_when_its_question_goes(call: GrantCall) -> None:
    definition = default_definition(call)
    form_editing.remove_question(definition, "other_funding")
    assert "required_if" not in form_editing.place_of(definition, "funding")[1]
    assert form_problems(definition) == []


def test_an_old_tab_does_not_destroy_anothers_edit(desk: Client, call: GrantCall) -> None:
    assert add(desk, call, "toiminta", "text", "Ensimmäinen?", max_length="500").status_code == 302
    late = add(desk, call, "toiminta", "text", "Toinen?", max_length="500", revision=0)
    assert late.status_code == 409
    assert "Toinen?" in text(late)
    assert "Lomaketta on muutettu sen jälkeen" in text(late)
    moved = desk.post(address("form_move", call), {"question": "title", "step": "down", "revision": 0}, follow=True)
    assert "Lomaketta on muutettu sen jälkeen" in text(moved)
    page = form_editing.page_of(draft_form(call).definition, "toiminta")
    labels = [question["label_fi"] for question in page["questions"]]
    assert "Ensimmäinen?" in labels
    assert "Toinen?" not in labels
    desk.post(address("form_move", call), {"question": "title", "step": "down", "revision": 1})
    assert form_editing.page_of(draft_form(call).definition, "toiminta")["questions"][1]["key"] == "title"


def test_bad_input_keeps_what_was_typed(desk: Client, call: GrantCall) -> None:
    one = {"option-0-fi": "Vain yksi"}
    answer = add(desk, call, "toiminta", "choice", "Kumpi?", **one)
    assert "Kirjoita ainakin kaksi vaihtoehtoa." in text(answer)
    assert 'value="Vain yksi"' in text(answer)
    assert "Kirjoita kysymys." in text(add(desk, call, "toiminta", "number", ""))
    assert "Valitse ainakin yksi luku." in text(add(desk, call, "toiminta", "indicators", "Luvut?"))
    assert add(desk, call, "toiminta", "nonsense", "X?").status_code == 404
    gone = add(desk, call, "ei-ole", "text", "Kirjoitettu?", max_length="50")
    assert gone.status_code == 409, "another has removed the page: the text is kept"
    assert 'value="Kirjoitettu?"' in text(gone)
    late = {"label_fi": "Myös tämä?", "laji": "number", "revision": 0}
    assert 'value="Myös tämä?"' in text(desk.post(address("form_question", call, "ei-ole"), late))
    assert desk.get(address("form_question", call, "ei-ole")).status_code == 404
    assert draft_form(call).revision == 0


def test_a_broken_form_is_not_published(desk: Client, coordinator: User, call: GrantCall) -> None:
    desk.post(address("form_page_new", call), {"title_fi": "Tyhjä", "group": "money", "revision": 0})
    found = [gap.message for gap in gaps(GrantCall.objects.get(pk=call.pk), now=NOW)]
    assert found == ["Sivulla ”Tyhjä” ei ole kysymyksiä. Lisää kysymys tai poista sivu."]
    assert code_of(lambda: call_verbs.publish_call(call, by=coordinator, now=NOW)) == "incomplete"
    desk.post(address("form_page_remove", call, "sivu-1"), {"revision": 1})
    call_verbs.publish_call(call, by=coordinator, now=NOW)
    late = desk.post(address("form_page_new", call), {"title_fi": "Myöhässä", "group": "money", "revision": 2})
    assert late.status_code == 409
    assert "Myöhässä" in text(late)


def test_the_light_form_is_whole_and_short(desk: Client, call: GrantCall) -> None:
    assert form_problems(light(call)) == []
    assert {key_of(light(call), column) for column in ("asked_sum", "title", "municipalities", "contact_email")} == {
        "asked_sum",
        "title",
        "municipalities",
        "contact_email",
    }
    assert "Kevyt lomake" in text(desk.get(address("form_start", call)))
    desk.post(address("form_start", call), {"start": "light", "revision": 0})
    assert [page["key"] for page in draft_form(call).definition["pages"]] == ["hakija", "toiminta", "raha", "liitteet"]
    assert desk.post(address("form_start", call), {"start": "x", "revision": 1}).status_code == 404
    assert code_of(lambda: begin_form(call.pk, "default", revision=0, by=staff("coordinator"), now=NOW)) == "stale"


def test_the_preview_asks_as_the_applicant_is_asked_and_saves_nothing(desk: Client, call: GrantCall) -> None:
    page = address("form_preview", call)
    assert page in text(desk.get(address("call_edit_form", call)))
    assert page in text(desk.get(address("call_edit", call)))
    least, most = text(desk.get(page)), text(desk.get(f"{page}?summa=15000.00"))
    assert "Kuka hyötyy ja mikä muuttuu?" not in least
    assert "Kuka hyötyy ja mikä muuttuu?" in most
    typed = text(desk.post(page, {"asked_sum": "12 000", "title": "Kokeilu"}))
    assert "Kuka hyötyy ja mikä muuttuu?" in typed
    assert 'value="Kokeilu"' in typed
    for odd in ("NaN", "-5", "x", "1e999"):
        assert desk.get(page, {"summa": odd}).status_code == 200
    assert Application.objects.count() == 0
    assert FormVersion.objects.get().revision == 0


def test_the_editor_is_the_coordinators_and_takes_a_fixed_number_of_queries(desk: Client, call: GrantCall) -> None:
    for stranger in (signed_in(UserFactory()), signed_in(staff("auditor"))):
        assert stranger.get(address("form_preview", call)).status_code == 404
        assert stranger.post(address("form_move", call), {"step": "up", "page": "toiminta"}).status_code == 404
    for name in ("call_edit_form", "form_preview"):
        desk.get(address(name, call))
        with CaptureQueriesContext(connection) as queries:
            desk.get(address(name, call))
        # With nothing that depends on the number of questions; the session, the roles and the call take the rest.
        assert len(queries) <= 20
