"""Ideas, topics, actions, memos and feedback for tests."""

from datetime import date, datetime, timedelta
from typing import Any

from forums.models import Action, Event, EventHost, FeedbackRound, Idea, Memo, Topic
from forums.workflow.feedback import Reply, ensure_round, give_feedback
from forums.workflow.ideas import Given, give_idea, publish_idea
from forums.workflow.memos import start_memo
from forums.workflow.topics import propose_topic
from tests.accounts.factories import UserFactory, staff
from tests.forums.factories import NOW, STARTS, EventFactory

AFTER = STARTS + timedelta(hours=3)


def hosted(user: Any = None, **fields: Any) -> tuple[Event, Any]:
    """Return an event and the person who hosts it."""
    event = EventFactory(**fields)
    host = user or UserFactory()
    EventHost.objects.create(event=event, user=host)
    return event, host


def make_idea(*, by: Any = None, title: str = "Yhteinen ilmoitustaulu", now: datetime = NOW, **fields: Any) -> Idea:
    """Return an idea of a signed-in person that waits for publishing."""
    return give_idea(Given(title, "Taulu sote-keskuksen aulaan.", **fields), by=by or UserFactory(), now=now)


def make_public(*, by: Any = None, handler: Any = None, now: datetime = NOW, **given: Any) -> Idea:
    """Return a published idea; its handler is the coordinator unless told."""
    coordinator = by or staff("coordinator")
    idea = make_idea(now=now, **given)
    return publish_idea(idea, title=idea.title, text=idea.text, handler=handler, by=coordinator, now=now)


def make_topic(event: Event, *, by: Any = None, title: str = "Kyydit tapahtumiin", now: datetime = NOW) -> Topic:
    """Return a topic of a signed-in person."""
    return propose_topic(event, title=title, by=by or UserFactory(), now=now)


def make_action(**fields: Any) -> Action:
    """Return an open action of a person."""
    values: dict[str, Any] = {
        "title": "Kootaan ryhmien ajat yhteen",
        "due_on": date(2026, 12, 1),
        "created_at": NOW - timedelta(days=30),
    }
    if not {"owner", "organisation", "owner_email"} & fields.keys():
        values["owner"] = UserFactory()
    return Action.objects.create(**{**values, **fields})


def make_memo(event: Event, by: Any) -> Memo:
    """Return a begun memo."""
    return start_memo(event, by=by, now=AFTER)


def answered(event: Event, *ratings: int, text: str = "") -> FeedbackRound:
    """Return the feedback of an event with an answer of each rating (and text)."""
    found = ensure_round(event)
    main, best, _change = found.questions.all()
    for place, rating in enumerate(ratings):
        texts = {best.pk: f"{text} {place}"} if text else {}
        give_feedback(found, reply=Reply({main.pk: rating}, texts), now=event.ends_at)
    return found
