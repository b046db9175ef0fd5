"""Topics, materials, memo, actions, feedback and ideas on an event's pages."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest

from common.policies import allowed, may
from forums.event_panels import DESK_PANELS, PUBLIC_PANELS, EventPanel
from forums.life_cycles_after import MEMO, TOPIC
from forums.models import Event, FeedbackRound, Memo, Topic
from forums.workflow.topics import takes_topics

SHOWN = 5


def topics_panel(request: HttpRequest, event: Event, now: datetime) -> EventPanel | None:
    """The most supported topics and a button to propose one; nothing for an event that takes none and has none."""
    takes = takes_topics(event, now)
    number = Count("supports", filter=Q(supports__confirmed_at__isnull=False))
    rows = list(
        Topic.objects.shown().filter(event=event).annotate(supporters=number).order_by("-supporters", "pk")[:SHOWN]
    )
    if not takes and not rows:
        return None
    shown = [{"topic": row, "word": TOPIC.label(row.state), "tone": TOPIC.tone(row.state)} for row in rows]
    context = {"event": event, "rows": shown, "takes": takes}
    return EventPanel("forums/after/panel_topics.html", context, 40)


def after_panel(request: HttpRequest, event: Event, now: datetime) -> EventPanel | None:
    """Materials, memo, actions, the published summary of feedback and ideas; nothing of a cancelled event."""
    if event.state not in ("published", "held"):
        return None
    user = request.user
    memos = allowed("forums.memo.view", user, now=now).filter(event=event, state__in=("commenting", "published"))
    found = FeedbackRound.objects.filter(event=event).select_related("event").first()
    actions = allowed("forums.action.view", user, now=now).filter(event=event).select_related("organisation", "owner")
    context: dict[str, Any] = {
        "event": event,
        "files": allowed("forums.material_file.view", user, now=now).filter(event=event),
        "links": allowed("forums.material_link.view", user, now=now).filter(event=event),
        "memo": memos.first(),
        "actions": actions[:SHOWN],
        "summary": found.summary if found and found.published_at else "",
        "feedback_key": found.key if found and found.is_open(now) else "",
        "ideas": allowed("forums.idea.public", user, now=now).filter(event=event)[:SHOWN],
    }
    return EventPanel("forums/after/panel_after.html", context, 60)


def desk_panel(request: HttpRequest, event: Event, now: datetime) -> EventPanel | None:
    """Where topics, materials, memo, actions and feedback of the event are worked on."""
    memo = Memo.objects.filter(event=event).first()
    counts = {
        "topics": event.topics.filter(state="proposed").count(),
        "materials": event.files.count() + event.links.count(),
        "actions": event.actions.filter(state="open").count(),
        "answers": FeedbackRound.objects.filter(event=event).aggregate(number=Count("answers"))["number"],
    }
    context = {
        "event": event,
        "manages": may("forums.event.manage", request.user, event, now=now),
        "counts": counts,
        "memo": memo,
        "memo_word": MEMO.label(memo.state) if memo else "",
        "begun": event.starts_at <= now and event.state in ("published", "held"),
    }
    return EventPanel("forums/after/panel_desk.html", context, 60)


def register_after_panels() -> None:
    """Put the panels on the event's pages; called once when the portal starts."""
    PUBLIC_PANELS["topics"] = topics_panel
    PUBLIC_PANELS["after"] = after_panel
    DESK_PANELS["after"] = desk_panel
