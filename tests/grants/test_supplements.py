"""Supplement requests and hearings: asked of named parts, prepared on a copy, sent as a new frozen submission."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import Error, IntegrityError, transaction
from django.http import Http404
from django.urls import reverse

from accounts.models import User
from common.errors import Refused
from common.times import add_days, format_instant, local_date
from documents.uploads import check_upload
from grants.life_cycles_supplements import SUPPLEMENT
from grants.models import Application, SupplementRequest
from grants.supplement_reminders import own_supplement_todos, supplement_reminders
from grants.workflow.conflicts import declare_conflict
from grants.workflow.snapshot import content_hash
from grants.workflow.supplement_answers import save_supplement, send_supplement, sent_differences
from grants.workflow.supplements import (
    ask_many,
    ask_supplement,
    cancel_supplement,
    expire_supplements,
    extend_supplement,
    set_cutoff,
)
from notifications.models import Message
from tests.accounts.factories import UserFactory, signed_in
from tests.grants.factories import PDF, body_of, make_member
from tests.grants.factories_handling import TAKEN_UP, Desk, make_desk, present, propose_all
from tests.grants.test_handling_pages import count, set_clock, text

pytestmark = pytest.mark.django_db

DUE = add_days(local_date(TAKEN_UP), 14)
LATE = TAKEN_UP + timedelta(days=15)


@pytest.fixture(autouse=True)
def _clock(monkeypatch: pytest.MonkeyPatch) -> None:
    set_clock(monkeypatch, TAKEN_UP)


@pytest.fixture
def desk() -> Desk:
    return make_desk(cases=1)


def ask(desk: Desk, **fields: Any) -> SupplementRequest:
    case = desk.cases[0]
    given = {
        "text": "Tilinpäätös puuttuu.",
        "due_on": DUE,
        "questions": ["goals"],
        "slots": list(case.call.attachment_slots.filter(name_fi="Vahvistettu tilinpäätös")),
        "by": desk.coordinator,
        "now": TAKEN_UP,
        **fields,
    }
    return ask_supplement(case, **given)


def sender(case: Application) -> User:
    assert case.submitted_by
    return case.submitted_by


def fresh(row: SupplementRequest) -> SupplementRequest:
    return SupplementRequest.objects.select_related("application__call", "application__form_version").get(pk=row.pk)


def answer(
    row: SupplementRequest, by: User, goals: str = "Uudet tavoitteet.", now: Any = TAKEN_UP, **fields: Any
) -> Any:
    given = {"answers": {"goals": goals}, "note": "", "revision": row.revision, "by": by, "now": now, **fields}
    return save_supplement(fresh(row), **given)


def code_of(verb: Any) -> str:
    with pytest.raises(Refused) as refused:
        verb()
    return refused.value.code


def upload(content: bytes = PDF + b"%2026") -> Any:
    return check_upload(SimpleUploadedFile("tilinpaatos.pdf", content))


def test_a_supplement_is_asked_prepared_on_a_copy_and_sent_as_a_new_submission(desk: Desk) -> None:
    case = desk.cases[0]
    person, first = sender(case), case.submissions.get()
    row = ask(desk)
    assert ask(desk) == row, "a double press is one request"
    told = Message.objects.filter(kind="grants.supplement_asked")
    assert {mail.to_user for mail in told} == {person, None}, "the people and the address of the application"
    assert [todo.title for todo in own_supplement_todos(person, TAKEN_UP)] == [
        "Täydennä hakemusta: Toiminta-avustus 2027"
    ]
    slot = row.slots.get()
    save_supplement(
        fresh(row),
        answers={"goals": "Uudet tavoitteet.", "title": "Ei avattu"},
        note="Ohessa.",
        uploads=[(slot, upload())],
        revision=0,
        by=person,
        now=TAKEN_UP,
    )
    case.refresh_from_db()
    assert case.answers["goals"] != "Uudet tavoitteet.", "the application stays as it was sent"
    for _twice in range(2):
        send_supplement(fresh(row), by=person, now=TAKEN_UP + timedelta(days=1))
    case.refresh_from_db()
    sent = fresh(row)
    assert sent.submission is not None
    assert (sent.state, sent.submission.number, case.submissions.count()) == ("sent", 2, 2)
    assert (case.state, case.answers["goals"]) == ("in_handling", "Uudet tavoitteet.")
    assert case.title != "Ei avattu"
    assert sent.submission.sha256 == content_hash(sent.submission.content)
    first.refresh_from_db()
    assert json.dumps(first.content).count("Uudet tavoitteet.") == 0
    answers, files = sent_differences(sent)
    assert [one["yours"].text for one in answers] == ["Uudet tavoitteet."]
    assert [(one["name"], one["change"]) for one in files] == [("tilinpaatos.pdf", "added"), ("liite.pdf", "removed")]
    assert {mail.kind for mail in Message.objects.filter(kind__startswith="grants.supplement_")} == {
        "grants.supplement_asked",
        "grants.supplement_sent",
        "grants.supplement_arrived",
    }
    assert not list(own_supplement_todos(person, TAKEN_UP))


def test_late_is_refused_with_words_nothing_is_lost_and_more_time_helps(desk: Desk) -> None:
    row, person = ask(desk), sender(desk.cases[0])
    answer(row, person)
    assert code_of(lambda: answer(row, person, "Myöhässä", now=LATE)) == "too_late"
    assert code_of(lambda: send_supplement(fresh(row), by=person, now=LATE)) == "too_late"
    assert [expire_supplements(now=LATE), expire_supplements(now=LATE)] == [1, 0]
    assert fresh(row).answers == {"goals": "Uudet tavoitteet."}
    extend_supplement(row, due_on=add_days(DUE, 14), by=desk.coordinator, now=LATE)
    assert send_supplement(fresh(row), by=person, now=LATE).state == "sent"


@pytest.mark.parametrize("ends", ["expired", "cancelled"])
def test_what_was_added_and_never_sent_is_shown_to_the_applicant_only(
    desk: Desk, ends: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    row, person, case = ask(desk), sender(desk.cases[0]), desk.cases[0]
    answer(row, person, note="Kesken.", uploads=[(row.slots.get(), upload())])
    if ends == "expired":
        set_clock(monkeypatch, LATE)
        expire_supplements(now=LATE)
    else:
        cancel_supplement(fresh(row), by=desk.coordinator, now=TAKEN_UP)
    own = reverse("grants:application_supplement", args=[case.organisation_id, case.pk, row.pk])
    client = signed_in(person)
    html = text(client.get(own))
    for told in ("Tiedostot, joita ei lähetetty", "tilinpaatos.pdf", "ei lähetetty", "Uudet tavoitteet.", "Kesken."):
        assert told in html
    file = reverse(
        "grants:application_supplement_file", args=[case.organisation_id, case.pk, row.pk, row.files.get().pk]
    )
    assert body_of(client.get(file)) == PDF + b"%2026"
    officer = signed_in(desk.coordinator)
    pages = [
        reverse("grants:case_supplement", args=[case.pk, row.pk]),
        reverse("grants:case_work", args=[case.pk]),
        reverse("grants:case", args=[case.pk]),
    ]
    for page in pages:
        seen = text(officer.get(page))
        assert not [one for one in ("tilinpaatos.pdf", "Uudet tavoitteet.", "Kesken.") if one in seen], page
    assert officer.get(file).status_code == 404


def test_an_expired_request_without_anything_added_says_so(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    row, case = ask(desk), desk.cases[0]
    set_clock(monkeypatch, LATE)
    own = reverse("grants:application_supplement", args=[case.organisation_id, case.pk, row.pk])
    assert "Ette olleet lisänneet" in text(signed_in(sender(case)).get(own))


def test_the_calls_last_instant_comes_before_the_due_day(desk: Desk) -> None:
    row, person = ask(desk), sender(desk.cases[0])
    answer(row, person)
    cutoff = TAKEN_UP + timedelta(days=2)
    asked = Message.objects.filter(kind="grants.supplement_asked")
    before = asked.count()
    set_cutoff(desk.call, cutoff_at=cutoff, by=desk.coordinator, now=TAKEN_UP)
    set_cutoff(desk.call, cutoff_at=cutoff, by=desk.coordinator, now=TAKEN_UP)
    assert asked.count() == 2 * before
    assert format_instant(cutoff) in asked.latest("pk").text
    assert code_of(lambda: send_supplement(fresh(row), by=person, now=cutoff)) == "too_late"
    assert expire_supplements(now=cutoff) == 1
    after = {"by": desk.coordinator, "now": TAKEN_UP}
    assert code_of(lambda: extend_supplement(row, due_on=add_days(DUE, 1), **after)) == "after_cutoff"


def test_who_may_and_when(desk: Desk) -> None:
    row, case = ask(desk), desk.cases[0]
    editor = make_member(case.organisation, "editor")
    viewer = make_member(case.organisation, "viewer")
    assert code_of(lambda: answer(row, viewer)) == "not_allowed"
    answer(row, editor)
    assert code_of(lambda: send_supplement(fresh(row), by=editor, now=TAKEN_UP)) == "not_a_sender"
    assert code_of(lambda: answer(row, sender(case), "Toinen", revision=0)) == "stale"
    declare_conflict(case, has_conflict=True, ground="Olen jäsen.", by=desk.coordinator, now=TAKEN_UP)
    with pytest.raises(Http404):
        extend_supplement(row, due_on=add_days(DUE, 1), by=desk.coordinator, now=TAKEN_UP)
    page = signed_in(desk.coordinator).get(reverse("grants:case_supplement", args=[case.pk, row.pk]))
    assert page.status_code == 404


def test_what_is_refused(desk: Desk) -> None:
    assert code_of(lambda: ask(desk, text=" ")) == "no_text"
    assert code_of(lambda: ask(desk, questions=["asked_sum"], slots=[])) == "nothing_opened"
    assert code_of(lambda: ask(desk, due_on=local_date(TAKEN_UP))) == "too_early"
    row = ask(desk)
    assert code_of(lambda: ask(desk, text="Muuta.")) == "already_open"
    person = sender(desk.cases[0])
    assert code_of(lambda: send_supplement(fresh(row), by=person, now=TAKEN_UP)) == "incomplete", "nothing has changed"
    answer(row, person, "")
    assert code_of(lambda: send_supplement(fresh(row), by=person, now=TAKEN_UP)) == "incomplete", "an answer is missing"
    cancel_supplement(row, by=desk.coordinator, now=TAKEN_UP)
    assert code_of(lambda: answer(row, person)) == "cancelled"
    later = ask(desk)
    answer(later, person)
    propose_all(desk, ["3000.00"])
    present(desk)
    assert code_of(lambda: send_supplement(fresh(later), by=person, now=TAKEN_UP)) == "case_moved_on"


def test_many_are_asked_at_once_and_open_ones_are_left() -> None:
    desk = make_desk(cases=3)
    ask(desk)
    keys = [case.pk for case in desk.cases]
    given = {"text": "Tilinpäätös puuttuu.", "due_on": DUE, "questions": ["goals"], "by": desk.coordinator}
    assert len(ask_many(desk.call, keys, **given, now=TAKEN_UP)) == 2
    assert code_of(lambda: ask_many(desk.call, keys, **given, now=TAKEN_UP)) == "no_cases"
    response = signed_in(desk.coordinator).get(reverse("grants:call_supplements", args=[desk.call.pk]))
    assert "Ei hakemuksia, joista pyytää" in text(response)


def test_a_hearing_asks_for_words_and_makes_no_submission(desk: Desk) -> None:
    person, case = sender(desk.cases[0]), desk.cases[0]
    row = ask(desk, kind="hearing", text="Saimme tiedon toisesta avustuksesta.")
    assert (row.questions, row.slots.count()) == ([], 0)
    assert code_of(lambda: send_supplement(fresh(row), by=person, now=TAKEN_UP)) == "incomplete"
    save_supplement(fresh(row), answers={}, note="Se on eri toimintaan.", revision=0, by=person, now=TAKEN_UP)
    assert send_supplement(fresh(row), by=person, now=TAKEN_UP).state == "sent"
    assert case.submissions.count() == 1
    page = text(signed_in(desk.coordinator).get(reverse("grants:case_supplement", args=[case.pk, row.pk])))
    assert "Se on eri toimintaan." in page


@pytest.mark.parametrize("state", SUPPLEMENT.keys())
def test_missing_edges_are_refused(desk: Desk, state: str) -> None:
    row, person = ask(desk), sender(desk.cases[0])
    answer(row, person)
    facts = {"sent_at": TAKEN_UP, "sent_by": person, "submission": desk.cases[0].submissions.get()}
    SupplementRequest.objects.filter(pk=row.pk).update(state=state, **(facts if state == "sent" else {}))
    officer: dict[str, Any] = {"by": desk.coordinator, "now": TAKEN_UP}
    verbs = {
        "send_supplement": lambda: send_supplement(fresh(row), by=person, now=TAKEN_UP),
        "extend_supplement": lambda: extend_supplement(row, due_on=add_days(DUE, 1), **officer),
        "cancel_supplement": lambda: cancel_supplement(row, **officer),
    }
    done_once = {("send_supplement", "sent"), ("cancel_supplement", "cancelled")}
    for name, verb in verbs.items():
        if not SUPPLEMENT.allows(state, name) and (name, state) not in done_once:
            with pytest.raises(Refused):
                verb()
    assert expire_supplements(now=LATE) == (1 if state == "open" else 0)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"state": "sent"}, "grants_supplement_sent_has_facts"),
        ({"state": "gone"}, "grants_supplement_known"),
        ({"text": ""}, "grants_supplement_has_text"),
    ],
)
def test_the_database_defends_the_facts(desk: Desk, fields: dict[str, Any], constraint: str) -> None:
    row = ask(desk)
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        SupplementRequest.objects.filter(pk=row.pk).update(**fields)


def test_a_sent_answer_never_changes_and_one_kind_is_open_once(desk: Desk) -> None:
    row, person = ask(desk), sender(desk.cases[0])
    with pytest.raises(IntegrityError, match="grants_one_open_supplement_a_kind"), transaction.atomic():
        SupplementRequest.objects.create(
            application=row.application, text="Toinen", due_on=DUE, asked_by=desk.coordinator, asked_at=TAKEN_UP
        )
    answer(row, person)
    send_supplement(fresh(row), by=person, now=TAKEN_UP)
    with pytest.raises(Error, match="sent_supplement_stays"), transaction.atomic():
        SupplementRequest.objects.filter(pk=row.pk).update(note="Muutettu.")


def test_the_applicant_is_reminded_once_three_days_before(desk: Desk) -> None:
    row, person = ask(desk), sender(desk.cases[0])
    early, step = TAKEN_UP + timedelta(days=10), TAKEN_UP + timedelta(days=11)
    assert not list(supplement_reminders(early))
    assert [reminder.to for reminder in supplement_reminders(step)] == [person]
    assert not list(supplement_reminders(LATE))
    cancel_supplement(row, by=desk.coordinator, now=TAKEN_UP)
    assert not list(supplement_reminders(step))


# Pages


def test_the_pages_from_asking_to_the_difference(desk: Desk) -> None:
    case, officer = desk.cases[0], signed_in(desk.coordinator)
    address = reverse("grants:supplement_new", args=[case.pk])
    assert "Koko sivu" in text(officer.get(address))
    bad = officer.post(address, {"text": "Tilinpäätös puuttuu.", "due_on": "23.12.2026"})
    assert bad.status_code == 422
    assert "Tilinpäätös puuttuu." in text(bad)
    slot = case.call.attachment_slots.get(name_fi="Vahvistettu tilinpäätös")
    page = next(one for one in case.form_version.definition["pages"] if "goals" in json.dumps(one))
    given = {"text": "Tilinpäätös puuttuu.", "due_on": "23.12.2026", "slots": [slot.pk], f"page-{page['key']}": "goals"}
    assert officer.post(address, given).status_code == 302
    row = SupplementRequest.objects.get()
    assert row.questions == ["goals"]
    applicant = signed_in(sender(case))
    own = [case.organisation_id, case.pk]
    assert "Täydennä hakemusta" in text(applicant.get(reverse("grants:application", args=own)))
    form = reverse("grants:application_supplement", args=[*own, row.pk])
    seen = text(applicant.get(form))
    assert "Tilinpäätös puuttuu." in seen
    assert 'name="goals"' in seen
    assert 'name="effects"' not in seen
    file = SimpleUploadedFile("tilinpaatos.pdf", PDF + b"%2")
    posted = {"goals": "Uusi tavoite.", "note": "", "revision": "0", f"file-{slot.pk}": file, "check": "1"}
    check = applicant.post(form, posted)
    assert check.headers["Location"].endswith("/laheta/")
    assert "Uusi tavoite." in text(applicant.get(check.headers["Location"]))
    draft = row.files.get()
    assert body_of(applicant.get(reverse("grants:application_supplement_file", args=[*own, row.pk, draft.pk])))
    assert applicant.post(check.headers["Location"]).status_code == 302
    assert "Kuitti (PDF)" in text(applicant.get(form))
    difference = text(officer.get(reverse("grants:case_supplement", args=[case.pk, row.pk])))
    assert "Uusi tavoite." in difference
    assert "tilinpaatos.pdf" in difference


def test_a_late_or_old_tab_keeps_what_was_typed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    case, row = desk.cases[0], ask(desk)
    form = reverse("grants:application_supplement", args=[case.organisation_id, case.pk, row.pk])
    editor = make_member(case.organisation, "editor")
    answer(row, editor, "Toisen teksti.")
    applicant = signed_in(sender(case))
    old = applicant.post(form, {"goals": "Minun tekstini.", "note": "", "revision": "0"})
    assert old.status_code == 409
    assert "Minun tekstini." in text(old)
    assert "Toisen teksti." in text(old)
    set_clock(monkeypatch, LATE)
    applicant = signed_in(sender(case))
    late = applicant.post(form, {"goals": "Myöhäinen teksti.", "note": "", "revision": "1"})
    assert late.status_code == 409
    assert "Myöhäinen teksti." in text(late)
    seen = text(applicant.get(form))
    assert "Toisen teksti." in seen, "the saved draft is still there"
    assert 'name="goals"' not in seen
    assert signed_in(UserFactory()).get(form).status_code == 404


def test_many_requests_take_a_fixed_number_of_queries() -> None:
    found = {}
    for number in (1, 3):
        desk = make_desk(cases=number)
        keys = [case.pk for case in desk.cases]
        given: dict[str, Any] = {"text": "Puuttuu.", "due_on": DUE, "questions": ["goals"], "by": desk.coordinator}
        ask_many(desk.call, keys, **given, now=TAKEN_UP)
        found[number] = count(signed_in(desk.coordinator), reverse("grants:call_supplements", args=[desk.call.pk]))
    assert found[1] == found[3] <= 12
