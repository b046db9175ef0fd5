"""Who proposes topics, sees materials and memos, answers for actions, takes ideas forward, reads feedback."""

from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet

from accounts.models import StaffRoleKind
from accounts.roles import has_any_staff_role
from common.policies import allowed, policy
from forums.life_cycles_after import IDEA_PUBLIC
from forums.models import (
    Action,
    Event,
    FeedbackRound,
    Idea,
    MaterialFile,
    MaterialLink,
    Memo,
    MemoComment,
    SeenBy,
    SignUp,
    Topic,
)
from forums.policies.events import READS_ALL, events_managed, events_on_desk, events_seen, may_plan_events


def may_moderate_ideas(user: Any, now: datetime) -> bool:
    """Tell whether the person publishes ideas: the coordinator."""
    return may_plan_events(user, now)


def may_list_ideas(user: Any, now: datetime) -> bool:
    """Tell whether the person has the desk's list of ideas and actions."""
    return has_any_staff_role(user, now, *READS_ALL)


def may_enter_for_others(user: Any, now: datetime) -> bool:
    """Tell whether the person writes down what others say on the phone: any officer of the county."""
    return has_any_staff_role(user, now, StaffRoleKind.COORDINATOR, StaffRoleKind.REGISTRAR)


def attended_events(user: Any) -> QuerySet[SignUp]:
    """Return the person's sign-ups with a place, for conditions on events."""
    return SignUp.objects.filter(user=user, state="signed")


def _own_organisations(user: Any, now: datetime) -> Any:
    return allowed("organisations.prepare", user, now=now).values("pk")


@policy("forums.topic.view")
def topics_seen(user: Any, now: datetime) -> QuerySet[Topic]:
    """Everybody who sees the event sees its confirmed topics."""
    return Topic.objects.shown().filter(event__in=events_seen(user, now).values("pk"))


@policy("forums.topic.answer")
def topics_answered(user: Any, now: datetime) -> QuerySet[Topic]:
    """Who runs the event answers its topics."""
    return Topic.objects.filter(event__in=events_managed(user, now).values("pk"))


def _shown_to(user: Any, now: datetime) -> Q:
    """Return a condition on what belongs to an event and has ``seen_by``."""
    seen = Q(seen_by=SeenBy.PUBLIC, event__in=events_seen(user, now).values("pk"))
    if not user.is_authenticated:
        return seen
    there = attended_events(user).values("event")
    return seen | Q(event__in=there) | Q(event__in=events_on_desk(user, now).values("pk"))


@policy("forums.material_file.view")
def files_seen(user: Any, now: datetime) -> QuerySet[MaterialFile]:
    """Public files: who sees the event; participants' files: who has a place; all: who runs it, and the auditor."""
    return MaterialFile.objects.filter(_shown_to(user, now))


@policy("forums.material_link.view")
def links_seen(user: Any, now: datetime) -> QuerySet[MaterialLink]:
    """Links as files."""
    return MaterialLink.objects.filter(_shown_to(user, now))


@policy("forums.material_file.manage")
def files_managed(user: Any, now: datetime) -> QuerySet[MaterialFile]:
    """Who runs the event."""
    return MaterialFile.objects.filter(event__in=events_managed(user, now).values("pk"))


@policy("forums.material_link.manage")
def links_managed(user: Any, now: datetime) -> QuerySet[MaterialLink]:
    """Who runs the event."""
    return MaterialLink.objects.filter(event__in=events_managed(user, now).values("pk"))


@policy("forums.memo.view")
def memos_seen(user: Any, now: datetime) -> QuerySet[Memo]:
    """A published memo as a material; the draft: its writers, who runs the event, and the auditor; while comments are
    asked, who has a place."""
    published = Q(state="published") & _shown_to(user, now)
    if not user.is_authenticated:
        return Memo.objects.filter(published)
    commenting = Q(state="commenting", event__in=attended_events(user).values("event"))
    inside = Q(event__in=events_on_desk(user, now).values("pk")) | Q(
        pk__in=Memo.writers.through.objects.filter(user_id=user.pk).values("memo")
    )
    return Memo.objects.filter(published | commenting | inside)


@policy("forums.memo.write")
def memos_written(user: Any, now: datetime) -> QuerySet[Memo]:
    """Who runs the event, and the named writers."""
    if not user.is_authenticated:
        return Memo.objects.none()
    named = Memo.writers.through.objects.filter(user_id=user.pk).values("memo")
    return Memo.objects.filter(Q(event__in=events_managed(user, now).values("pk")) | Q(pk__in=named))


@policy("forums.memo.approve")
def memos_approved(user: Any, now: datetime) -> QuerySet[Memo]:
    """Who runs the event approves and publishes its memo."""
    return Memo.objects.filter(event__in=events_managed(user, now).values("pk"))


@policy("forums.memo.comment")
def memos_commented(user: Any, now: datetime) -> QuerySet[Memo]:
    """While comments are asked: who has a place, the writers, who runs the event."""
    rows = Memo.objects.filter(state="commenting", comments_until__gte=now)
    if not user.is_authenticated:
        return rows.none()
    there = attended_events(user).values("event")
    return rows.filter(Q(event__in=there) | Q(pk__in=memos_written(user, now).values("pk")))


@policy("forums.memo_comment.answer")
def comments_answered(user: Any, now: datetime) -> QuerySet[MemoComment]:
    """Who writes the memo answers its comments."""
    return MemoComment.objects.filter(memo__in=memos_written(user, now).values("pk"))


@policy("forums.action.view")
def actions_seen(user: Any, now: datetime) -> QuerySet[Action]:
    """Public actions: who sees the event (all where there is none); its owner; who runs the event; coordinator and
    auditor all."""
    public = Q(is_public=True) & (Q(event__isnull=True) | Q(event__in=events_seen(user, now).values("pk")))
    if not user.is_authenticated:
        return Action.objects.filter(public)
    if has_any_staff_role(user, now, *READS_ALL):
        return Action.objects.all()
    run = Q(event__in=events_managed(user, now).values("pk"))
    return Action.objects.filter(public | _owned(user, now) | run)


def _owned(user: Any, now: datetime) -> Q:
    return Q(owner=user) | Q(organisation__in=_own_organisations(user, now))


@policy("forums.action.own")
def actions_owned(user: Any, now: datetime) -> QuerySet[Action]:
    """The person's own actions and those of the organisations they act for."""
    if not user.is_authenticated:
        return Action.objects.none()
    return Action.objects.filter(_owned(user, now))


@policy("forums.action.manage")
def actions_managed(user: Any, now: datetime) -> QuerySet[Action]:
    """Who runs the event writes its actions; the coordinator all."""
    if may_plan_events(user, now):
        return Action.objects.all()
    return Action.objects.filter(event__in=events_managed(user, now).values("pk"))


@policy("forums.action.answer")
def actions_answered(user: Any, now: datetime) -> QuerySet[Action]:
    """Its owner (person, or who acts for the organisation) and who writes it tell that it is done."""
    if not user.is_authenticated:
        return Action.objects.none()
    managed = actions_managed(user, now).values("pk")
    return Action.objects.filter(_owned(user, now) | Q(pk__in=managed))


@policy("forums.idea.public")
def ideas_public(user: Any, now: datetime) -> QuerySet[Idea]:
    """The public register: everybody."""
    return Idea.objects.public()


@policy("forums.idea.view")
def ideas_seen(user: Any, now: datetime) -> QuerySet[Idea]:
    """Public and merged ideas everybody, own ones from the start, the handler's own; coordinator and auditor all."""
    rows = Idea.objects.all()
    public = Q(state__in=(*IDEA_PUBLIC, "merged"))
    if not user.is_authenticated:
        return rows.filter(public)
    if has_any_staff_role(user, now, *READS_ALL):
        return rows
    return rows.filter(public | Q(user=user) | Q(handler=user))


@policy("forums.idea.desk")
def ideas_on_desk(user: Any, now: datetime) -> QuerySet[Idea]:
    """Coordinator and auditor read the givers' names and what is not public; a handler of their own ideas."""
    if has_any_staff_role(user, now, *READS_ALL):
        return Idea.objects.all()
    return ideas_handled(user, now)


@policy("forums.idea.moderate")
def ideas_moderated(user: Any, now: datetime) -> QuerySet[Idea]:
    """The coordinator publishes ideas or does not."""
    rows = Idea.objects.all()
    return rows if may_moderate_ideas(user, now) else rows.none()


@policy("forums.idea.handle")
def ideas_handled(user: Any, now: datetime) -> QuerySet[Idea]:
    """The coordinator takes all ideas forward, a handler their own."""
    rows = Idea.objects.all()
    if may_moderate_ideas(user, now):
        return rows
    return rows.filter(handler=user) if user.is_authenticated else rows.none()


@policy("forums.feedback.manage")
def feedback_managed(user: Any, now: datetime) -> QuerySet[FeedbackRound]:
    """Who runs the event asks for feedback and tells of it."""
    return FeedbackRound.objects.filter(event__in=events_managed(user, now).values("pk"))


@policy("forums.feedback.read")
def feedback_read(user: Any, now: datetime) -> QuerySet[FeedbackRound]:
    """Who runs the event, and the auditor, read the results; nobody sees who answered."""
    return FeedbackRound.objects.filter(event__in=events_on_desk(user, now).values("pk"))


def may_open_feedback(user: Any, event: Event, now: datetime) -> bool:
    """Tell whether the person reads the feedback of the event."""
    return events_on_desk(user, now).filter(pk=event.pk).exists()
