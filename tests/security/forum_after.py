"""Routes of topics, materials, memos, actions, ideas and feedback, and their arguments."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from common import clock
from common.times import add_days, local_date
from documents.uploads import check_upload
from forums.after_letters import link_token
from forums.models import Action, Event, FeedbackRound, Idea, MaterialFile, MaterialLink, Memo, MemoComment, Topic
from forums.workflow.feedback import ensure_round
from forums.workflow.ideas import Given, give_idea, publish_idea
from forums.workflow.materials import add_file, add_link
from forums.workflow.memos import start_memo
from forums.workflow.topics import propose_topic
from tests.forums.factories import EventFactory
from tests.grants.factories import PDF
from tests.security.expect import PUBLIC, SIGNED_IN, Expect, only
from tests.security.world import World

COORDINATOR = "coordinator"
READS = (COORDINATOR, "auditor")
OFFICERS = (COORDINATOR, "registrar")

FORUM_AFTER_ROUTES: dict[str, Expect] = {
    "forums:ideas": PUBLIC,
    "forums:idea_new": PUBLIC,
    "forums:idea": PUBLIC,
    "forums:idea_follow": PUBLIC,
    "forums:confirm": PUBLIC,
    "forums:ideas_desk": only(*READS),
    "forums:ideas_export": only(*READS),
    "forums:idea_enter": only(*OFFICERS),
    **{
        f"forums:{name}": only(COORDINATOR)
        for name in ("idea_publish", "idea_refuse", "idea_move", "idea_merge", "idea_lead", "action_of_idea")
    },
    "forums:topics": PUBLIC,
    "forums:topic_new": PUBLIC,
    "forums:topic_support": PUBLIC,
    "forums:topic_answer": only(COORDINATOR),
    "forums:event_actions": PUBLIC,
    "forums:action": PUBLIC,
    "forums:action_link": PUBLIC,
    "forums:own_actions": SIGNED_IN,
    "forums:actions": only(*READS),
    "forums:actions_export": only(*READS),
    # The world's organisation owns the action; its people tell what came of it.
    "forums:action_end": only("ngo_admin", "ngo_editor", "ngo_signatory", COORDINATOR),
    **{
        f"forums:{name}": only(COORDINATOR)
        for name in ("action_plain_new", "action_edit", "action_again", "action_new")
    },
    "forums:materials": only(*READS),
    "forums:material_file_new": only(COORDINATOR),
    "forums:material_link_new": only(COORDINATOR),
    "forums:material_file_remove": only(COORDINATOR, method="post"),
    "forums:material_link_remove": only(COORDINATOR, method="post"),
    "forums:material_file": PUBLIC,
    "forums:memo": only(*READS),
    "forums:memo_pdf": only(),  # a draft has none yet
    "forums:memo_comment": only(*READS, method="post"),
    "forums:memo_start": only(COORDINATOR, method="post"),
    "forums:memo_act": only(COORDINATOR, method="post"),
    **{
        f"forums:{name}": only(COORDINATOR)
        for name in ("memo_edit", "memo_terms", "memo_comments", "memo_comment_answer", "memo_revisions")
    },
    "forums:feedback_open": PUBLIC,
    "forums:feedback_thanks": PUBLIC,
    "forums:feedback_ticket": PUBLIC,
    "forums:feedback_results": only(*READS),
    "forums:feedback_question_remove": only(COORDINATOR, method="post"),
    **{
        f"forums:{name}": only(COORDINATOR)
        for name in (
            "feedback_questions",
            "feedback_question_new",
            "feedback_question",
            "feedback_sheet",
            "feedback_summary",
        )
    },
}


def _coming(world: World) -> Event:
    """Return a published event that has not begun."""
    found: Event = world.thing(
        "after_coming",
        lambda: EventFactory(
            starts_at=clock.now() + timedelta(days=14), ends_at=clock.now() + timedelta(days=14, hours=2)
        ),
    )
    return found


def _past(world: World) -> Event:
    """Return an event that was yesterday."""
    found: Event = world.thing(
        "after_past",
        lambda: EventFactory(
            starts_at=clock.now() - timedelta(days=1, hours=2), ends_at=clock.now() - timedelta(days=1)
        ),
    )
    return found


def _idea(world: World, state: str = "new") -> Idea:
    def make() -> Idea:
        made = give_idea(Given(f"Idea {state}", "Teksti"), by=world.people["ngo_admin"], now=clock.now())
        if state == "waiting":
            return made
        by = world.people[COORDINATOR]
        return publish_idea(made, title=made.title, text=made.text, handler=by, by=by, now=clock.now())

    found: Idea = world.thing(f"idea_{state}", make)
    return found


def _topic(world: World) -> Topic:
    found: Topic = world.thing(
        "topic",
        lambda: propose_topic(_coming(world), title="Kyydit", by=world.people["ngo_admin"], now=clock.now()),
    )
    return found


def _action(world: World) -> Action:
    found: Action = world.thing(
        "event_action",
        lambda: Action.objects.create(
            title="Kootaan ajat",
            event=_past(world),
            organisation=world.organisation,
            due_on=add_days(local_date(clock.now()), 10),
            created_at=clock.now(),
        ),
    )
    return found


def _linked(world: World) -> Action:
    found: Action = world.thing(
        "linked_action",
        lambda: Action.objects.create(
            title="Soitetaan kyläyhdistyksille",
            owner_name="Aino Malli",
            owner_email="aino@example.org",
            due_on=add_days(local_date(clock.now()), 10),
            created_at=clock.now(),
        ),
    )
    return found


def _file(world: World) -> MaterialFile:
    def make() -> MaterialFile:
        checked = check_upload(SimpleUploadedFile("kalvot.pdf", PDF))
        told = {"title": "Kalvot", "language": "fi", "seen_by": "public"}
        return add_file(_past(world), checked=checked, **told, by=world.people[COORDINATOR], now=clock.now())

    found: MaterialFile = world.thing("material_file", make)
    return found


def _link(world: World) -> MaterialLink:
    def make() -> MaterialLink:
        told = {"title": "Tallenne", "language": "fi", "seen_by": "public", "address": "https://example.org/tallenne"}
        return add_link(_past(world), **told, by=world.people[COORDINATOR], now=clock.now())

    found: MaterialLink = world.thing("material_link", make)
    return found


def _memo(world: World) -> Memo:
    found: Memo = world.thing(
        "event_memo", lambda: start_memo(_past(world), by=world.people[COORDINATOR], now=clock.now())
    )
    return found


def _comment(world: World) -> MemoComment:
    found: MemoComment = world.thing(
        "memo_comment",
        lambda: MemoComment.objects.create(memo=_memo(world), text="Hyvä.", name="Aino", at=clock.now()),
    )
    return found


def _round(world: World) -> FeedbackRound:
    found: FeedbackRound = world.thing("feedback_round", lambda: ensure_round(_past(world)))
    return found


def _question(world: World) -> dict[str, Any]:
    return {"pk": _round(world).questions.order_by("-order").values_list("pk", flat=True)[0]}


def _of(make: Callable[[World], Any]) -> Callable[[World], dict[str, Any]]:
    return lambda world: {"pk": make(world).pk}


def _of_memo(world: World) -> dict[str, Any]:
    return {"pk": _memo(world).event_id}


def _export(world: World) -> dict[str, Any]:
    return {"kind": "csv"}


FORUM_AFTER_KWARGS: dict[str, Callable[[World], dict[str, Any]]] = {
    **dict.fromkeys(
        (
            f"forums:{name}"
            for name in ("idea", "idea_follow", "idea_move", "idea_merge", "idea_lead", "action_of_idea")
        ),
        _of(_idea),
    ),
    **dict.fromkeys(("forums:idea_publish", "forums:idea_refuse"), _of(lambda world: _idea(world, "waiting"))),
    "forums:confirm": lambda world: {
        "purpose": "idea",
        "token": link_token("idea", _idea(world).pk, _idea(world).email),
    },
    **dict.fromkeys(("forums:ideas_export", "forums:actions_export"), _export),
    **dict.fromkeys(("forums:topics", "forums:topic_new"), _of(_coming)),
    **dict.fromkeys(("forums:topic_support", "forums:topic_answer"), _of(_topic)),
    **dict.fromkeys(
        (f"forums:{name}" for name in ("action", "action_end", "action_edit", "action_again")), _of(_action)
    ),
    "forums:action_link": lambda world: {"token": link_token("action", _linked(world).pk, "aino@example.org")},
    **dict.fromkeys(
        (
            f"forums:{name}"
            for name in (
                "event_actions",
                "action_new",
                "materials",
                "material_file_new",
                "material_link_new",
                "memo_start",
                "feedback_results",
                "feedback_questions",
                "feedback_question_new",
                "feedback_sheet",
                "feedback_summary",
            )
        ),
        _of(_past),
    ),
    **dict.fromkeys(("forums:material_file", "forums:material_file_remove"), _of(_file)),
    "forums:material_link_remove": _of(_link),
    **dict.fromkeys(
        (
            f"forums:{name}"
            for name in (
                "memo",
                "memo_pdf",
                "memo_comment",
                "memo_edit",
                "memo_terms",
                "memo_comments",
                "memo_act",
                "memo_revisions",
            )
        ),
        _of_memo,
    ),
    "forums:memo_comment_answer": _of(_comment),
    **dict.fromkeys(("forums:feedback_open", "forums:feedback_thanks"), lambda world: {"key": _round(world).key}),
    "forums:feedback_ticket": lambda world: {"token": "not-a-ticket"},
    **dict.fromkeys(("forums:feedback_question", "forums:feedback_question_remove"), _question),
}
