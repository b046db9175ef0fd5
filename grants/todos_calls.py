"""What waits for the coordinator about calls: a draft that should be out soon, a closed call nobody has taken up."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.policies import allowed
from common.seams import Todo
from common.times import format_instant
from grants.models import GrantCall
from grants.queries import calls_with_counts

PUBLISH_BEFORE = timedelta(days=14)


def call_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam; two queries for a coordinator, one for everybody else."""
    calls = calls_with_counts(allowed("grants.call.publish", user, now=now))
    soon = Q(state="draft", asked_at=None, opens_at__lte=now + PUBLISH_BEFORE, closes_at__gt=now)
    asked = Q(state="draft", asked_at__isnull=False) & ~Q(asked_by=user.pk)
    closed = Q(state="published", closes_at__lte=now)
    for call in calls.filter(soon | asked | closed).order_by("opens_at", "pk"):
        if call.asked_at and call.state == "draft":
            yield _check(call)
        else:
            yield _publish(call) if call.state == "draft" else _take_up(call)


def question_todos(user: Any, now: datetime) -> Iterator[Todo]:
    """Provider of the ``todos`` seam: questions about calls that wait for an answer; one query."""
    waiting = allowed("grants.question.answer", user, now=now).filter(state="asked")
    by_call = waiting.order_by().values("call", "call__title_fi").annotate(count=Count("pk"), first=Min("asked_at"))
    for row in by_call.order_by("first"):
        title = ngettext(
            "Vastaa kysymykseen hausta ”%(title)s”.", "Vastaa %(count)s kysymykseen hausta ”%(title)s”.", row["count"]
        )
        yield Todo(
            title=title % {"count": row["count"], "title": row["call__title_fi"]},
            url=reverse("grants:questions", args=[row["call"]]),
            button=_("Vastaa"),
        )


def _publish(call: GrantCall) -> Todo:
    return Todo(
        title=_("Julkaise haku ”%(title)s” ennen kuin sen hakuaika alkaa.") % {"title": call},
        url=reverse("grants:call_publish", args=[call.pk]),
        button=_("Tarkista ja julkaise"),
        due=call.opens_at,
    )


def _check(call: GrantCall) -> Todo:
    return Todo(
        title=_("Tarkasta ja julkaise haku ”%(title)s”.") % {"title": call},
        url=reverse("grants:call_check", args=[call.pk]),
        button=_("Tarkasta"),
        due=call.opens_at,
    )


def _take_up(call: Any) -> Todo:
    arrived = ngettext("Saapui %(count)s hakemus.", "Saapui %(count)s hakemusta.", call.arrived)
    return Todo(
        title=_("Aloita haun ”%(title)s” käsittely.") % {"title": call},
        url=reverse("grants:call_handling", args=[call.pk]),
        button=_("Aloita käsittely"),
        detail=" ".join(
            (
                _("Haku päättyi %(when)s.") % {"when": format_instant(call.closes_at)},
                arrived % {"count": call.arrived},
            )
        ),
    )
