"""Topics, actions, memos and materials: life cycles, who may, letters, reminders by time, two who write at once."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common.errors import Refused
from common.policies import allowed
from documents.uploads import check_upload
from forums.after_reminders import after_reminders, step_of
from forums.after_todos import after_todos
from forums.life_cycles_after import ACTION, MEMO, TOPIC
from forums.memo_content import reading
from forums.models import Action, AgendaSlot, Memo, SignUp, Topic
from forums.workflow.actions import drop_action, finish_action, owner_path, reopen_action, save_action
from forums.workflow.materials import add_file, add_link, remove_file
from forums.workflow.memos import (
    add_memo_comment,
    answer_memo_comment,
    approve_memo,
    ask_memo_comments,
    publish_memo,
    reopen_memo,
    save_memo,
    set_memo_terms,
    start_memo,
)
from forums.workflow.topics import TopicAnswer, answer_topic, confirm_topic, propose_topic, support_topic
from forums.workflow.voices import Speaker
from notifications.models import Message
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.forums.factories import NOW, STARTS, EventFactory, SignUpFactory
from tests.forums.factories_after import AFTER, hosted, make_action, make_memo, make_topic
from tests.grants.factories import PDF, body_of
from tests.organisations.factories import OrganisationFactory, member

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
AINO = Speaker("Aino Malli", "aino@example.org")


def code_of(call: Any) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.code


# Topics


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        (TopicAnswer("take", "Tärkeä aihe."), "taken"),
        (TopicAnswer("postpone", "Tila on täynnä."), "later"),
        (TopicAnswer("direct", "Asia kuuluu muualle.", elsewhere="JANE"), "elsewhere"),
        (TopicAnswer("decline", "Ei koske kaikkia."), "declined"),
    ],
)
def test_each_answer_is_told_to_proposer_and_supporters(answer: TopicAnswer, state: str) -> None:
    event, host = hosted()
    topic = make_topic(event)
    fan = UserFactory()
    assert support_topic(topic, by=fan, now=NOW) == support_topic(topic, by=fan, now=NOW)
    assert support_topic(topic, by=topic.user, now=NOW) is None
    assert [todo.button for todo in after_todos(host, NOW)] == ["Vastaa"]
    done = answer_topic(topic, answer=answer, by=host, now=NOW)
    assert done.state == state
    assert answer_topic(topic, answer=answer, by=host, now=NOW).pk == topic.pk
    told = Message.objects.filter(kind="forums.topic_answered")
    assert {message.to_address for message in told} == {topic.email, fan.email}
    assert all(answer.reason in message.text for message in told)
    assert AgendaSlot.objects.filter(event=event).count() == (1 if state == "taken" else 0)
    assert list(after_todos(host, NOW)) == []
    other = TopicAnswer("decline", "Muu syy.")
    assert code_of(lambda: answer_topic(topic, answer=other, by=host, now=NOW)) == "wrong_state"
    assert code_of(lambda: support_topic(topic, by=UserFactory(), now=NOW)) == "answered"


def test_a_topic_moves_to_another_event_that_the_host_runs() -> None:
    event, host = hosted()
    later, _same = hosted(host, starts_at=STARTS + 30 * DAY)
    foreign = EventFactory(starts_at=STARTS + 40 * DAY)
    topic = make_topic(event)
    wrong = TopicAnswer("postpone", "Myöhemmin.", later_event=foreign)
    assert code_of(lambda: answer_topic(topic, answer=wrong, by=host, now=NOW)) == "event_missing"
    right = TopicAnswer("postpone", "Myöhemmin.", later_event=later)
    assert answer_topic(topic, answer=right, by=host, now=NOW).later_event == later


def test_topics_of_visitors_and_of_those_who_do_not_see_the_event() -> None:
    event, host = hosted()
    topic = propose_topic(event, title="Kyydit", speaker=AINO, now=NOW)
    assert topic.state == "unconfirmed"
    assert not allowed("forums.topic.view", UserFactory(), now=NOW).exists()
    assert confirm_topic(topic, now=NOW + DAY).state == "proposed"
    assert propose_topic(event, title="Kyydit", speaker=AINO, now=NOW) == topic
    assert code_of(lambda: propose_topic(event, title="Myöhässä", by=host, now=STARTS)) == "too_late"
    closed = EventFactory(visibility="ngos")
    with pytest.raises(Http404):
        propose_topic(closed, title="Ei näy", by=UserFactory(), now=NOW)
    with pytest.raises(Http404):
        answer_topic(topic, answer=TopicAnswer("take", "Hyvä."), by=UserFactory(), now=NOW)
    for wrong in ({"state": "taken", "answer": ""}, {"state": "unknown"}, {"title": ""}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Topic.objects.filter(pk=topic.pk).update(**wrong)


def test_the_topics_page_has_a_fixed_number_of_queries() -> None:
    event, _host = hosted()
    path = reverse("forums:topics", args=[event.pk])
    make_topic(event, title="Yksi")
    client = signed_in(UserFactory())
    client.get(path)
    counts = []
    for title in ("Kaksi", "Kolme", "Neljä"):
        with CaptureQueriesContext(connection) as found:
            assert client.get(path).status_code == 200
        counts.append(len(found))
        make_topic(event, title=title)
    assert len(set(counts)) == 1
    assert counts[0] <= 12, counts


# Actions


def test_every_state_of_topics_memos_and_actions_is_reached() -> None:
    for table in (TOPIC, MEMO, ACTION):
        first = table.states[0].key
        reached = {first} | {move.target for move in table.transitions}
        assert reached == set(table.keys()), table.name


def test_an_action_from_writing_to_done() -> None:
    event, host = hosted()
    owner = UserFactory()
    values = {
        "title": "Kootaan ajat",
        "due_on": date(2026, 12, 20),
        "owner": owner,
        "measure": "Ryhmiä",
        "target": "40",
    }
    action = save_action(None, values=values, event=event, by=host, now=AFTER)
    assert save_action(None, values=values, event=event, by=host, now=AFTER) == action
    assert [message.to_address for message in Message.objects.filter(kind="forums.action_given")] == [owner.email]
    assert code_of(lambda: finish_action(action, result="", by=owner, now=AFTER)) == "action_refused"
    assert finish_action(action, result="46 ryhmää.", by=owner, now=AFTER).state == "done"
    assert finish_action(action, result="Muu", by=owner, now=AFTER).result == "46 ryhmää."
    assert code_of(lambda: drop_action(action, reason="Ei", by=owner, now=AFTER)) == "wrong_state"
    assert code_of(lambda: save_action(action, values=values, by=host, now=AFTER)) == "closed"
    with pytest.raises(Http404):
        reopen_action(action, due_on=date(2027, 1, 1), by=owner, now=AFTER)
    assert reopen_action(action, due_on=date(2027, 1, 1), by=host, now=AFTER).state == "open"
    assert drop_action(action, reason="Ei rahaa.", by=owner, now=AFTER).state == "dropped"
    with pytest.raises(Http404):
        finish_action(action, result="x", by=UserFactory(), now=AFTER)
    no_owner = {"title": "Kuka?", "due_on": date(2026, 12, 20)}
    assert code_of(lambda: save_action(None, values=no_owner, event=event, by=host, now=AFTER)) == "action_refused"
    with pytest.raises(Http404):
        save_action(None, values=values, event=event, by=UserFactory(), now=AFTER)
    assert code_of(lambda: save_action(None, values=values, by=host, now=AFTER)) == "not_allowed"


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "unknown"},
        {"title": ""},
        {"owner": None},
        {"state": "done", "closed_at": NOW},
        {"state": "dropped", "closed_at": NOW},
        {"closed_at": NOW},
        {"target": "40"},
    ],
)
def test_the_database_refuses_a_wrong_action(wrong: dict[str, Any]) -> None:
    action = make_action()
    with pytest.raises(IntegrityError), transaction.atomic():
        Action.objects.filter(pk=action.pk).update(**wrong)


def test_reminded_before_on_the_day_and_each_thirty_days_until_done() -> None:
    steps = {-15: None, -14: 0, -1: 0, 0: 1, 29: 1, 30: 2, 59: 2, 60: 3}
    assert {days: step_of(days) for days in steps} == steps
    ngo = OrganisationFactory()
    admin = member(ngo, "admin")
    member(ngo, "viewer")
    action = make_action(organisation=ngo, due_on=date(2026, 12, 1))
    linked = make_action(title="Soitto", owner_name="Aino", owner_email="aino@example.org", due_on=date(2026, 12, 1))
    at = NOW.replace(month=12, day=1)
    found = list(after_reminders(at))
    assert {reminder.to for reminder in found} == {admin, "aino@example.org"}
    assert (
        len({reminder.dedup_key for reminder in found} | {one.dedup_key for one in after_reminders(at + 5 * DAY)}) == 2
    )
    assert len({one.dedup_key for one in after_reminders(at + 31 * DAY)} - {one.dedup_key for one in found}) == 2
    finish_action(action, result="Tehty.", by=admin, now=at)
    drop_action(linked, reason="Ei onnistu.", through_link=True, now=at)
    assert list(after_reminders(at + 60 * DAY)) == []
    assert list(after_todos(admin, at)) == []


def test_an_owner_without_an_account_answers_by_the_link() -> None:
    action = make_action(owner_name="Aino", owner_email="aino@example.org")
    path = owner_path(action)
    assert Client().get(path).status_code == 200
    answer = Client().post(path, {"outcome": "done", "words": "Soitettu kaikille."})
    action.refresh_from_db()
    assert (answer.status_code, action.state, action.result) == (302, "done", "Soitettu kaikille.")
    action.owner_email = "toinen@example.org"
    action.save()
    assert Client().get(path).status_code == 404


def test_own_and_public_actions() -> None:
    event, host = hosted(visibility="ngos")
    ngo = OrganisationFactory()
    editor, stranger = member(ngo, "editor"), UserFactory()
    hidden = make_action(event=event, organisation=ngo, is_public=False)
    public = make_action(title="Näkyvä", event=EventFactory(), organisation=ngo)
    assert set(allowed("forums.action.view", stranger, now=NOW)) == {public}
    assert set(allowed("forums.action.own", editor, now=NOW)) == {hidden, public}
    assert set(allowed("forums.action.view", host, now=NOW)) == {hidden, public}
    page = signed_in(editor).get(reverse("forums:own_actions")).content.decode()
    assert "Näkyvä" in page
    listed = signed_in(staff("coordinator")).get(reverse("forums:actions"), {"tila": "late"})
    assert listed.status_code == 200
    file = signed_in(staff("auditor")).get(reverse("forums:actions_export", args=["csv"])).content.decode()
    assert "Kootaan ryhmien ajat yhteen" in file


# Memos


def test_two_write_at_once_and_nothing_is_lost() -> None:
    event, host = hosted()
    slot = AgendaSlot.objects.create(event=event, title="Kyydit", order=1)
    memo = make_memo(event, host)
    writer = UserFactory()
    set_memo_terms(memo, writers=[writer], names_people=False, seen_by="public", by=host, now=AFTER)
    place = f"slot-{slot.pk}"
    first = save_memo(memo, base=1, texts={"summary": "Lyhyesti.", place: ""}, by=host, now=AFTER)
    assert (first.revision.number, first.is_conflict) == (2, False)
    other = save_memo(memo, base=1, texts={"summary": "", place: "Kyytejä lisää."}, by=writer, now=AFTER)
    assert (other.revision.content, other.merged.took_theirs) == (
        {"summary": "Lyhyesti.", place: "Kyytejä lisää."},
        True,
    )
    clash = save_memo(memo, base=1, texts={"summary": "Toisin sanoen."}, by=writer, now=AFTER)
    assert (clash.is_conflict, clash.merged.both) == (True, {"summary": "Lyhyesti."})
    assert memo.revisions.count() == 3
    same = save_memo(memo, base=3, texts={"summary": "Lyhyesti."}, by=writer, now=AFTER)
    assert same.revision.number == 3
    with pytest.raises(Http404):
        save_memo(memo, base=3, texts={"summary": "x"}, by=UserFactory(), now=AFTER)
    page = signed_in(writer).post(
        reverse("forums:memo_edit", args=[event.pk]), {"base": 1, "summary": "Kolmas teksti", place: "", "agreed": ""}
    )
    assert page.status_code == 409
    assert "Toinen kirjoitti samaan kohtaan" in page.content.decode()


def test_attendance_flows_in_and_names_only_where_allowed() -> None:
    event, host = hosted()
    ngo = OrganisationFactory(name="Kylän väki ry")
    SignUpFactory(event=event, name="Aino Malli", organisation=ngo, attended=True, attended_way="remote")
    SignUpFactory(event=event, name="Eino Poissa", attended=False)
    memo = make_memo(event, host)
    there = reading(memo).presence
    assert (there.people, there.remote, there.organisations, there.names) == (1, 1, ("Kylän väki ry",), ())
    set_memo_terms(memo, writers=[], names_people=True, seen_by="participants", by=host, now=AFTER)
    memo.refresh_from_db()
    assert reading(memo).presence.names == ("Aino Malli",)


def test_the_life_of_a_memo() -> None:
    event, host = hosted()
    assert code_of(lambda: start_memo(event, by=host, now=NOW)) == "not_begun"
    memo = make_memo(event, host)
    assert make_memo(event, host) == memo
    there: SignUp = SignUpFactory(event=event, attended=True)
    SignUpFactory(event=event, attended=False)
    assert code_of(lambda: approve_memo(memo, by=host, now=AFTER)) == "empty"
    save_memo(memo, base=1, texts={"agreed": "Tavataan taas."}, by=host, now=AFTER)
    assert code_of(lambda: ask_memo_comments(memo, until=AFTER, by=host, now=AFTER)) == "too_soon"
    until = AFTER + 7 * DAY
    assert ask_memo_comments(memo, until=until, by=host, now=AFTER).state == "commenting"
    assert ask_memo_comments(memo, until=until, by=host, now=AFTER).state == "commenting"
    assert [m.to_address for m in Message.objects.filter(kind="forums.memo_comments")] == [there.email]
    comment = add_memo_comment(memo, text="Hyvä.", sign_up=there, now=AFTER + DAY)
    assert add_memo_comment(memo, text="Hyvä.", sign_up=there, now=AFTER + DAY) == comment
    stranger = SignUpFactory()
    assert code_of(lambda: add_memo_comment(memo, text="x", sign_up=stranger, now=AFTER)) == "not_there"
    late = AFTER + 8 * DAY
    assert code_of(lambda: add_memo_comment(memo, text="Myöhässä", sign_up=there, now=late)) == "too_late"
    with pytest.raises(Http404):
        add_memo_comment(memo, text="Vieras", by=UserFactory(), now=AFTER)
    assert answer_memo_comment(comment, answer="Korjattiin.", by=host, now=AFTER).answer == "Korjattiin."
    assert approve_memo(memo, by=host, now=late).state == "approved"
    assert code_of(lambda: save_memo(memo, base=2, texts={"agreed": "x"}, by=host, now=late)) == "wrong_state"
    assert reopen_memo(memo, by=host, now=late).state == "draft"
    assert code_of(lambda: publish_memo(memo, by=host, now=late)) == "wrong_state"
    approve_memo(memo, by=host, now=late)
    path = reverse("forums:memo", args=[event.pk])
    assert Client().get(path).status_code == 404
    with pytest.raises(IntegrityError), transaction.atomic():
        Memo.objects.filter(pk=memo.pk).update(state="published")


def test_a_published_memo_for_participants_by_their_own_key() -> None:
    event, host = hosted()
    memo = make_memo(event, host)
    there = SignUpFactory(event=event)
    save_memo(memo, base=1, texts={"agreed": "Tavataan taas."}, by=host, now=AFTER)
    approve_memo(memo, by=host, now=AFTER)
    published = publish_memo(memo, by=host, now=AFTER)
    assert publish_memo(memo, by=host, now=AFTER).document_id == published.document_id
    path = reverse("forums:memo", args=[event.pk])
    assert Client().get(path).status_code == 404
    assert Client().get(f"{path}?avain={there.token}").status_code == 200
    assert Client().get(f"{path}?avain={SignUpFactory().token}").status_code == 404
    pdf = Client().get(f"{reverse('forums:memo_pdf', args=[event.pk])}?avain={there.token}")
    assert body_of(pdf).startswith(b"%PDF-")
    Memo.objects.update(seen_by="public")
    assert Client().get(path).status_code == 200


# Materials


def test_materials_for_everybody_and_for_participants() -> None:
    event, host = hosted()
    checked = check_upload(SimpleUploadedFile("kalvot.pdf", PDF))
    told = {"title": "Kalvot", "language": "fi"}
    file = add_file(event, checked=checked, seen_by="participants", **told, by=host, now=NOW)
    link = add_link(event, address="https://example.org/a", seen_by="public", **told, by=host, now=NOW)
    assert add_link(event, address="https://example.org/a", seen_by="public", **told, by=host, now=NOW) == link
    there, stranger = UserFactory(), UserFactory()
    sign_up = SignUpFactory(event=event, user=there)
    assert set(allowed("forums.material_file.view", there, now=NOW)) == {file}
    assert not allowed("forums.material_file.view", stranger, now=NOW).exists()
    assert allowed("forums.material_link.view", stranger, now=NOW).exists()
    path = reverse("forums:material_file", args=[file.pk])
    assert Client().get(path).status_code == 404
    served = Client().get(f"{path}?avain={sign_up.token}")
    assert body_of(served) == PDF
    with pytest.raises(Http404):
        remove_file(file, by=stranger, now=NOW)
    remove_file(file, by=host, now=NOW)
    assert not event.files.exists()
