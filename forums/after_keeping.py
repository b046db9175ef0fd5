"""What is erased of topics, memos, actions, ideas and feedback, when, and what a person may download of their own."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from forums.models import (
    Action,
    FeedbackTicket,
    Idea,
    IdeaFollow,
    Memo,
    MemoComment,
    Topic,
    TopicSupport,
)
from forums.models.feedback import OPEN_FOR
from forums.workflow.voices import LINK_LIFE

VOICE_KEPT = timedelta(days=2 * 365)
COMMENT_KEPT = timedelta(days=365)


def _nameless(rows: Any) -> int:
    """Take names and addresses away from voices; what they said stays."""
    held = rows.filter(Q(user__isnull=False) | ~Q(name="") | ~Q(email=""))
    return int(held.update(user=None, name="", email=""))


def after_retention(now: datetime) -> dict[str, int]:
    """Provider of the ``retention`` seam.

    What was never confirmed goes after two weeks. Names and addresses of givers, proposers, supporters and followers go
    two years after the matter ended, comments on memos a year after the approval, owners of actions two years after
    the end, tickets of feedback when the time to answer is over.
    """
    unread = now - LINK_LIFE
    erased = {
        "forums.Idea": Idea.objects.filter(state="unconfirmed", given_at__lt=unread).delete()[0],
        "forums.IdeaFollow": IdeaFollow.objects.filter(confirmed_at=None, at__lt=unread).delete()[0],
        "forums.Topic": Topic.objects.filter(state="unconfirmed", proposed_at__lt=unread).delete()[0],
        "forums.TopicSupport": TopicSupport.objects.filter(confirmed_at=None, at__lt=unread).delete()[0],
    }
    old = now - VOICE_KEPT
    ended = Idea.objects.filter(ended_at__lt=old)
    erased["forums.Idea.voice"] = _nameless(ended)
    erased["forums.IdeaFollow"] += IdeaFollow.objects.filter(idea__in=ended.values("pk")).delete()[0]
    erased["forums.Topic.voice"] = _nameless(Topic.objects.filter(event__ends_at__lt=old))
    erased["forums.TopicSupport.voice"] = _nameless(TopicSupport.objects.filter(topic__event__ends_at__lt=old))
    closed = Action.objects.filter(closed_at__lt=old).filter(~Q(owner_name="") | ~Q(owner_email=""))
    erased["forums.Action.owner"] = closed.update(owner_name="", owner_email="")
    approved = Memo.objects.filter(approved_at__lt=now - COMMENT_KEPT).values("pk")
    erased["forums.MemoComment"] = MemoComment.objects.filter(memo__in=approved).delete()[0]
    tickets = FeedbackTicket.objects.filter(round__event__ends_at__lt=now - OPEN_FOR)
    erased["forums.FeedbackTicket"] = tickets.delete()[0]
    return erased


def own_after_data(user: Any) -> dict[str, Any]:
    """Return what the person has given and supports. Feedback is not here: nobody knows whose an answer is."""
    idea = ("title", "text", "state", "given_at", "shows_name")
    topic = ("event__name_fi", "title", "text", "state", "proposed_at")
    return {
        "ideas": list(Idea.objects.filter(user=user).values(*idea)),
        "ideas_followed": list(IdeaFollow.objects.filter(user=user).values("idea__title", "supports", "follows", "at")),
        "topics": list(Topic.objects.filter(user=user).values(*topic)),
        "topics_supported": list(TopicSupport.objects.filter(user=user).values("topic__title", "at")),
        "actions": list(Action.objects.filter(owner=user).values("title", "due_on", "state", "result", "reason")),
        "memo_comments": list(MemoComment.objects.filter(by=user).values("memo__event__name_fi", "text", "at")),
    }
