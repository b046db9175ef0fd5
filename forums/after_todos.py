"""What waits after and before events: topics without an answer, ideas to publish and to tell of, actions to do."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.policies import allowed
from common.seams import Todo
from common.times import add_days, day_start, local_date
from forums.models import Event, Idea
from forums.models.ideas import PUBLISHED_WITHIN, RENEWED_WITHIN
from forums.policies.after import may_moderate_ideas

SHOWN = 10
#: How long before the day of telling the handler sees it among what waits.
AHEAD = timedelta(days=14)
#: An action is among what waits from so many days before its day.
ACTION_AHEAD = 30


def after_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam."""
    if not user.is_authenticated:
        return
    yield from _topics(user, now)
    yield from _ideas(user, now)
    yield from _actions(user, now)


def _topics(user: Any, now: datetime) -> Iterator[Todo]:
    answered: Any = allowed("forums.topic.answer", user, now=now)
    open_ = answered.open().filter(event__state="published", event__ends_at__gt=now)
    counts = dict(open_.order_by().values_list("event").annotate(number=Count("pk")))
    for event in Event.objects.filter(pk__in=counts).order_by("starts_at", "pk")[:SHOWN]:
        number = counts[event.pk]
        words = ngettext(
            "Vastaa yhteen ehdotettuun aiheeseen: %(event)s",
            "Vastaa %(count)s ehdotettuun aiheeseen: %(event)s",
            number,
        )
        yield Todo(
            title=words % {"count": number, "event": event.name},
            url=reverse("forums:topics", args=[event.pk]),
            button=_("Vastaa"),
            due=event.starts_at,
        )


def _ideas(user: Any, now: datetime) -> Iterator[Todo]:
    if may_moderate_ideas(user, now):
        for row in Idea.objects.filter(state="waiting").order_by("given_at", "pk")[:SHOWN]:
            yield Todo(
                title=_("Lue ja julkaise idea: %(title)s") % {"title": row.title},
                url=reverse("forums:idea_publish", args=[row.pk]),
                button=_("Lue idea"),
                due=row.given_at + PUBLISHED_WITHIN,
            )
    soon = Idea.objects.live().filter(handler=user, renewed_at__lt=now - RENEWED_WITHIN + AHEAD)
    for row in soon.order_by("renewed_at", "pk")[:SHOWN]:
        yield Todo(
            title=_("Kerro, missä idea on nyt: %(title)s") % {"title": row.title},
            url=reverse("forums:idea_move", args=[row.pk]),
            button=_("Kerro tila"),
            due=row.due_at,
        )


def _actions(user: Any, now: datetime) -> Iterator[Todo]:
    until = add_days(local_date(now), ACTION_AHEAD)
    own: Any = allowed("forums.action.own", user, now=now)
    rows = own.open().filter(due_on__lte=until)
    for row in rows.select_related("organisation").order_by("due_on", "pk")[:SHOWN]:
        yield Todo(
            title=_("Tee ja kerro tulos: %(title)s") % {"title": row.title},
            url=row.get_absolute_url(),
            button=_("Avaa toimenpide"),
            due=day_start(add_days(row.due_on, 1)) - timedelta(minutes=1),
            detail=row.organisation.name if row.organisation else "",
            target=("organisation", row.organisation_id) if row.organisation_id else None,
        )
