"""Statements of liaison people in a case: asked, given after declaring, declined, passed on; late ones stop nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import Error, IntegrityError, transaction
from django.http import Http404
from django.urls import reverse

from accounts.models import User
from common.errors import Refused
from common.policies import allowed
from common.times import add_days, local_date
from grants.life_cycles_statements import STATEMENT
from grants.models import Application, CaseEvent, CaseStatement
from grants.statements import statement_reminders, statement_todos, statements_of
from grants.workflow.conflicts import declare_conflict
from grants.workflow.statements import (
    ask_statements,
    cancel_statement,
    decline_statement,
    expire_statements,
    extend_statement,
    give_statement,
    pass_on_statement,
)
from liaisons.models import Appointment, Post
from notifications.models import Message
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.factories_handling import TAKEN_UP, Desk, make_desk, present, propose_all
from tests.grants.test_handling_pages import count, page, set_clock, text
from tests.liaisons.factories import AbsenceFactory, AppointmentFactory, PostFactory, SubstituteFactory

pytestmark = pytest.mark.django_db

DUE = add_days(local_date(TAKEN_UP), 14)
LATE = TAKEN_UP + timedelta(days=15)
SECRET = "Onko ryhmille tarvetta?"


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, TAKEN_UP)


@pytest.fixture
def desk() -> Desk:
    return make_desk(cases=1)


def liaison(name: str = "Liisa Liaison") -> tuple[Post, User]:
    """Return a service area's post and who holds it."""
    held = AppointmentFactory(user=UserFactory(full_name=name))
    return held.post, held.user


def ask(desk: Desk, *posts: Post, **fields: Any) -> list[CaseStatement]:
    given = {"question": SECRET, "due_on": DUE, "by": desk.coordinator, "now": TAKEN_UP, **fields}
    return ask_statements(desk.cases[0], [post.pk for post in posts], **given)


def free(case: Application, by: User) -> None:
    declare_conflict(case, has_conflict=False, by=by, now=TAKEN_UP)


def give(row: CaseStatement, by: User, **fields: Any) -> CaseStatement:
    return give_statement(row, **{"side": "for", "text": "Ryhmiä tarvitaan.", "by": by, "now": TAKEN_UP, **fields})


def code_of(verb: Any) -> str:
    with pytest.raises(Refused) as refused:
        verb()
    return refused.value.code


def fresh(row: CaseStatement) -> CaseStatement:
    return CaseStatement.objects.get(pk=row.pk)


def reads(user: User, case: Application) -> bool:
    return allowed("grants.application.view", user, now=TAKEN_UP).filter(pk=case.pk).exists()  # type: ignore[no-any-return]


def test_the_way_from_asking_to_the_statement_in_the_case(desk: Desk) -> None:
    case, (post, person), (other, second) = desk.cases[0], liaison(), liaison("Toinen Toimija")
    officer, client = signed_in(desk.coordinator), signed_in(person)
    asking = reverse("grants:statement_new", args=[case.pk])
    assert asking in page(desk.coordinator, "case_work", case.pk)
    assert officer.post(asking, {"question": SECRET, "due_on": "23.12.2026"}).status_code == 422
    asked = {"posts": [post.pk, other.pk], "question": SECRET, "due_on": "23.12.2026"}
    assert "2 lausuntoa on pyydetty." in text(officer.post(asking, asked, follow=True))
    assert "jo pyydetty" in text(officer.post(asking, asked, follow=True)), "a double press asks once"
    mails = {mail.to_user: mail for mail in Message.objects.filter(kind="grants.statement_asked")}
    assert set(mails) == {person, second}
    assert SECRET not in mails[person].text, "the question is read only after declaring"
    row = CaseStatement.objects.get(post=post)
    own = reverse("grants:own_statement", args=[row.pk])
    assert own in mails[person].text
    assert [(todo.url, todo.due) for todo in statement_todos(person, TAKEN_UP)] == [(own, row.last_instant)]
    # Name and sum first, then what is asked.
    declaring = client.get(own, follow=True)
    assert declaring.redirect_chain[0][0].startswith(reverse("grants:declare", args=[case.pk]))
    assert SECRET not in text(declaring)
    assert "4 500 €" in text(declaring)
    assert not reads(person, case)
    assert client.get(reverse("grants:case", args=[case.pk])).status_code == 302
    answer = client.post(declaring.redirect_chain[0][0], {"answer": "no", "ground": "", "next": own}, follow=True)
    assert SECRET in text(answer)
    assert "Anna lausunto" in page(person, "case", case.pk)
    for officers_own in ("case_work", "supplement_new", "statement_new", "propose"):
        assert client.get(reverse(f"grants:{officers_own}", args=[case.pk])).status_code == 404
    assert client.post(own, {"act": "give", "give-text": "Ryhmiä."}).status_code == 422
    said = {"act": "give", "give-side": "reserved", "give-text": "Ryhmiä tarvitaan <b>vain</b> Nurmeksessa."}
    assert "Lausunto on annettu." in text(client.post(own, said, follow=True))
    assert not list(statement_todos(person, TAKEN_UP))
    assert Message.objects.filter(kind="grants.statement_answered", to_user=desk.coordinator).count() == 1
    for name in ("case", "propose"):
        seen = page(desk.coordinator, name, case.pk)
        assert "&lt;b&gt;vain&lt;/b&gt; Nurmeksessa" in seen
        assert "puollan varauksin" in seen
    shown = page(desk.coordinator, "case_statement", case.pk, row.pk)
    assert reverse("grants:hearing_new", args=[case.pk]) in shown
    free(case, second)
    assert "Nurmeksessa" not in page(second, "case", case.pk), "each says what they think themselves"
    assert "Lausunto pyydettiin" in CaseEvent.objects.filter(verb="request_statement").first().text  # type: ignore[union-attr]


def test_a_conflict_ends_it_or_gives_it_to_the_substitute(desk: Desk) -> None:
    case, (post, person) = desk.cases[0], liaison()
    held = AppointmentFactory()
    substitute = SubstituteFactory(appointment=held).user
    first, second = sorted(ask(desk, post, held.post), key=lambda row: row.post_id != post.pk)
    for by in (person, held.user):
        declare_conflict(case, has_conflict=True, ground="Puolisoni on hallituksessa.", by=by, now=TAKEN_UP)
        assert not reads(by, case)
        assert signed_in(by).get(reverse("grants:own_statement", args=[first.pk])).status_code == 404
        assert "Olet vetäytynyt" in page(by, "own_statements")
    assert (fresh(first).state, fresh(second).state) == ("recused", "asked")
    assert fresh(second).asked_person == substitute
    assert Message.objects.filter(kind="grants.statement_asked", to_user=substitute).count() == 1
    assert Message.objects.filter(kind="grants.statement_answered", to_user=desk.coordinator).count() == 1
    with pytest.raises(Http404):
        give(second, held.user)
    free(case, substitute)
    give(second, substitute)
    assert code_of(lambda: ask(desk, post)) == "nobody"
    declare_conflict(case, has_conflict=True, ground="Sain työpaikan.", by=substitute, now=TAKEN_UP)
    assert "sen jälkeen olevansa esteellinen" in page(desk.coordinator, "case", case.pk)


def test_it_is_declined_or_passed_on_to_whose_matter_it_is(desk: Desk) -> None:
    case, (post, person), (right, expert) = desk.cases[0], liaison(), liaison("Osaava Olli")
    third, _third = liaison()
    row, other = sorted(ask(desk, post, third), key=lambda row: row.post_id != post.pk)
    client = signed_in(person)
    free(case, person)
    own = reverse("grants:own_statement", args=[row.pk])
    assert code_of(lambda: pass_on_statement(row, post=right.pk, reason=" ", by=person, now=TAKEN_UP)) == "no_reason"
    for wrong, code in ((post, "no_posts"), (third, "already_asked")):
        given: dict[str, Any] = {"post": wrong.pk, "reason": "Ei ole minun.", "by": person, "now": TAKEN_UP}
        assert code_of(lambda given=given: pass_on_statement(row, **given)) == code
    assert client.post(own, {"act": "pass", "pass-reason": "x"}).status_code == 422
    passed = client.post(own, {"act": "pass", "pass-post": right.pk, "pass-reason": "Koskee nuoria."}, follow=True)
    assert "Pyyntö on siirretty: Osaava Olli." in text(passed)
    made = fresh(row).passed_to
    assert (fresh(row).state, made.post, made.question, made.due_on) == ("passed", right, SECRET, DUE)
    again = pass_on_statement(row, post=right.pk, reason="Koskee nuoria.", by=person, now=TAKEN_UP)
    assert again == made, "twice is once"
    assert not reads(person, case), "who passed it on reads no more"
    assert Message.objects.filter(kind="grants.statement_asked", to_user=expert).count() == 1
    free(case, expert)
    sent = {"act": "decline", "decline-reason": "Emme tunne toimintaa."}
    signed_in(expert).post(reverse("grants:own_statement", args=[made.pk]), sent)
    decline_statement(made, reason="muu", by=expert, now=TAKEN_UP)
    assert (fresh(made).state, fresh(made).reason) == ("declined", "Emme tunne toimintaa.")
    assert "Emme tunne toimintaa." in page(desk.coordinator, "case_statement", case.pk, made.pk)
    assert statements_of(case, desk.coordinator, TAKEN_UP) == []
    assert other.state == "asked"


def test_late_is_refused_the_text_is_kept_and_more_time_helps(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    case, (post, person) = desk.cases[0], liaison()
    row = ask(desk, post)[0]
    free(case, person)
    set_clock(monkeypatch, LATE)
    own = reverse("grants:own_statement", args=[row.pk])
    late = signed_in(person).post(own, {"act": "give", "give-side": "for", "give-text": "Pitkä teksti."})
    assert late.status_code == 409
    assert "Pitkä teksti." in text(late)
    assert (expire_statements(now=LATE), expire_statements(now=LATE)) == (1, 0)
    assert code_of(lambda: give(row, person, now=LATE)) == "late"
    assert "Määräaika päättyi" in page(desk.coordinator, "case_work", case.pk)
    officer, address = signed_in(desk.coordinator), reverse("grants:case_statement", args=[case.pk, row.pk])
    assert officer.post(address, {"act": "extend", "due_on": "1.12.2026"}).status_code == 422
    officer.post(address, {"act": "extend", "due_on": "31.12.2026"})
    assert fresh(row).state == "asked"
    assert Message.objects.filter(kind="grants.statement_asked", to_user=person).count() == 2
    give(row, person, now=LATE)
    with pytest.raises(Refused):
        cancel_statement(row, by=desk.coordinator, now=LATE)


def test_the_case_goes_on_without_it(desk: Desk) -> None:
    case, (post, person) = desk.cases[0], liaison()
    row = ask(desk, post)[0]
    free(case, person)
    propose_all(desk, ["1000.00"])
    present(desk)
    assert code_of(lambda: give(row, person)) == "closed"
    assert not list(statement_todos(person, TAKEN_UP))
    assert not reads(person, case)
    assert "aika on päättynyt" in page(person, "own_statement", row.pk)


def test_who_may_and_what_is_refused(desk: Desk) -> None:
    case, (post, person) = desk.cases[0], liaison()
    empty = PostFactory()
    for fields, code in (({"question": " "}, "no_question"), ({"due_on": local_date(TAKEN_UP)}, "too_early")):
        assert code_of(lambda fields=fields: ask(desk, post, **fields)) == code
    assert code_of(lambda: ask(desk)) == "no_posts"
    assert code_of(lambda: ask(desk, empty)) == "nobody"
    row = ask(desk, post)[0]
    with pytest.raises(Http404):
        give(row, person)  # not declared yet
    free(case, person)
    assert code_of(lambda: give(row, person, text=" ")) == "no_text"
    assert code_of(lambda: give(row, person, side="maybe")) == "no_text"
    for stranger in (UserFactory(), staff("auditor"), liaison()[1], desk.coordinator, case.submitted_by):
        assert signed_in(stranger).get(reverse("grants:own_statement", args=[row.pk])).status_code == 404
        for verb in (lambda by: give(row, by), lambda by: decline_statement(row, reason="x", by=by, now=TAKEN_UP)):
            with pytest.raises(Http404):
                verb(stranger)
    for stranger in (person, staff("auditor")):
        with pytest.raises(Http404):
            cancel_statement(row, by=stranger, now=TAKEN_UP)
        with pytest.raises(Http404):
            ask(desk, post, by=stranger)
    Appointment.objects.filter(user=person).update(valid_until=add_days(local_date(TAKEN_UP), -1))
    assert not reads(person, case), "the right ends with the duty"


def test_who_is_away_is_not_asked_but_the_substitute(desk: Desk) -> None:
    held = AppointmentFactory()
    AbsenceFactory(user=held.user, valid_from=local_date(TAKEN_UP), valid_until=None)
    assert code_of(lambda: ask(desk, held.post)) == "nobody"
    substitute = SubstituteFactory(appointment=held).user
    assert ask(desk, held.post)[0].asked_person == substitute


def test_a_reminder_once_three_days_before(desk: Desk) -> None:
    post, person = liaison()
    row = ask(desk, post)[0]
    found = {day: list(statement_reminders(TAKEN_UP + timedelta(days=day))) for day in (10, 11, 14, 15)}
    assert {day: [one.to for one in many] for day, many in found.items()} == {
        10: [],
        11: [person],
        14: [person],
        15: [],
    }
    assert found[11][0].dedup_key == found[14][0].dedup_key, "sent once"
    declare_conflict(row.application, has_conflict=True, ground="Jäsen.", by=person, now=TAKEN_UP)
    assert not list(statement_reminders(TAKEN_UP + timedelta(days=11)))


VERBS = {
    "give_statement": lambda row, desk, by: give(row, by),
    "decline_statement": lambda row, desk, by: decline_statement(row, reason="x", by=by, now=TAKEN_UP),
    "pass_on_statement": lambda row, desk, by: pass_on_statement(row, post=0, reason="x", by=by, now=TAKEN_UP),
    "extend_statement": lambda row, desk, by: extend_statement(
        row, due_on=add_days(DUE, 1), by=desk.coordinator, now=TAKEN_UP
    ),
    "cancel_statement": lambda row, desk, by: cancel_statement(row, by=desk.coordinator, now=TAKEN_UP),
}
FACTS: dict[str, dict[str, Any]] = {
    "given": {"side": "against", "text": "Ei.", "answered_at": TAKEN_UP},
    "declined": {"reason": "x", "answered_at": TAKEN_UP},
    "passed": {"reason": "x", "answered_at": TAKEN_UP},
    "recused": {"answered_at": TAKEN_UP},
}
ONCE = {("decline_statement", "declined"), ("pass_on_statement", "passed"), ("cancel_statement", "cancelled")}


@pytest.mark.parametrize("state", sorted(STATEMENT.keys()))
def test_missing_edges_are_refused(desk: Desk, state: str) -> None:
    post, person = liaison()
    row = ask(desk, post)[0]
    free(desk.cases[0], person)
    CaseStatement.objects.filter(pk=row.pk).update(state=state, **FACTS.get(state, {}))
    for verb, act in VERBS.items():
        if STATEMENT.allows(state, verb) or (verb, state) in ONCE:
            continue
        assert code_of(lambda act=act: act(row, desk, person)) in ("wrong_state", "late"), verb
        assert fresh(row).state == state


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"question": ""}, "grants_statement_has_question"),
        ({"state": "gone"}, "grants_statement_(state_known|answered_has_time)"),
        ({"state": "given", "answered_at": TAKEN_UP}, "grants_statement_given_has_words"),
        ({"text": "Ennen aikojaan."}, "grants_statement_given_has_words"),
        ({"state": "declined", "answered_at": TAKEN_UP}, "grants_statement_not_given_says_why"),
        ({"answered_at": TAKEN_UP}, "grants_statement_answered_has_time"),
    ],
)
def test_the_database_defends_the_facts(desk: Desk, fields: dict[str, Any], constraint: str) -> None:
    row = ask(desk, liaison()[0])[0]
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        CaseStatement.objects.filter(pk=row.pk).update(**fields)


def test_a_given_statement_never_changes_and_a_post_is_asked_once_at_a_time(desk: Desk) -> None:
    post, person = liaison()
    row = ask(desk, post)[0]
    twin = {"application": desk.cases[0], "post": post, "question": "x", "due_on": DUE}
    with pytest.raises(IntegrityError, match="grants_one_open_statement_a_post"), transaction.atomic():
        CaseStatement.objects.create(**twin, asked_by=desk.coordinator, asked_at=TAKEN_UP)
    free(desk.cases[0], person)
    given = give(row, person)
    assert give(row, person) == given, "the same again is once"
    assert code_of(lambda: give(row, person, text="Muu.")) == "wrong_state"
    for fields in ({"text": "Muu."}, {"side": "against"}, {"state": "asked", "side": "", "text": ""}):
        with pytest.raises(Error), transaction.atomic():
            CaseStatement.objects.filter(pk=row.pk).update(**fields)


def test_the_bundle_on_paper_has_it(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from grants.views import case_bundle

    post, person = liaison()
    row = ask(desk, post)[0]
    free(desk.cases[0], person)
    give(row, person)
    seen: dict[str, Any] = {}
    whole = case_bundle.render_pdf

    def keep(template: str, context: dict[str, Any], **fields: Any) -> bytes:
        seen.update(context)
        return whole(template, context, **fields)

    monkeypatch.setattr(case_bundle, "render_pdf", keep)
    answer = signed_in(desk.coordinator).get(reverse("grants:case_pdf", args=[desk.cases[0].pk]))
    assert answer["Content-Type"] == "application/pdf"
    assert seen["statements"] == [row]


def test_pages_take_a_fixed_number_of_queries() -> None:
    found: dict[int, list[int]] = {}
    for number in (2, 4):
        desk = make_desk(cases=1)
        held = [liaison() for _number in range(number)]
        person = held[0][1]
        posts = [post for post, _person in held]
        Appointment.objects.filter(post__in=posts).update(user=person)
        rows = ask(desk, *posts)
        client, officer = signed_in(person), signed_in(desk.coordinator)
        free(desk.cases[0], person)
        found[number] = [
            count(client, reverse("grants:own_statements")),
            count(client, reverse("grants:own_statement", args=[rows[0].pk])),
            count(officer, reverse("grants:statement_new", args=[desk.cases[0].pk])),
            count(officer, reverse("grants:case_work", args=[desk.cases[0].pk])),
        ]
    assert found[2] == found[4]
    assert found[2][0] <= 12
