"""Reminders: of an idea whose state must be told again, and of an action 14 days before, on the day, each 30 days."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffRoleKind
from common.seams import Reminder
from common.times import local_date
from forums.after_letters import TEMPLATE, said
from forums.models import Action, Idea
from forums.models.ideas import RENEWED_WITHIN
from forums.workflow.actions import receivers
from organisations.workflow.guards import staff

#: The handler is told so long before the 60 days are over, then when they are, then each 30 days.
BEFORE = timedelta(days=7)
ACTION_BEFORE = 14
AGAIN_DAYS = 30


def step_of(days_late: int) -> int | None:
    """Return which reminder is due so many days after the day: 0 before it, 1 on it, 2 after 30 days, 3 after 60 …"""
    if days_late < 0:
        return 0 if days_late >= -ACTION_BEFORE else None
    return 1 + days_late // AGAIN_DAYS


def idea_step(row: Idea, now: datetime) -> int | None:
    """Return which reminder of an idea is due, as ``step_of``."""
    due = row.due_at
    if due is None or now < due - BEFORE:
        return None
    return 0 if now < due else 1 + (now - due).days // AGAIN_DAYS


def after_reminders(now: datetime) -> Iterator[Reminder]:
    """Provider of the ``reminders`` seam."""
    yield from _ideas(now)
    yield from _actions(now, local_date(now))


def _ideas(now: datetime) -> Iterator[Reminder]:
    rows = Idea.objects.live().filter(renewed_at__lt=now - RENEWED_WITHIN + BEFORE).select_related("handler")
    coordinators: list[Any] | None = None
    for row in rows.order_by("renewed_at", "pk"):
        step = idea_step(row, now)
        if row.handler is None or not row.handler.is_active:
            coordinators = staff(now, StaffRoleKind.COORDINATOR) if coordinators is None else coordinators
            people = coordinators
        else:
            people = [row.handler]
        for person in people:
            yield Reminder(
                kind="forums.idea_reminder",
                to=person,
                subject=said(_("Kerro, missä idea on nyt: %(title)s"), title=row.title),
                template=TEMPLATE,
                context={
                    "lines": [
                        said(
                            _("Ideasta kerrottiin viimeksi %(when)s. Tila kerrotaan vähintään 60 päivän välein."),
                            when=local_date(row.renewed_at) if row.renewed_at else "",
                        ),
                        _("Jos mikään ei ole muuttunut, kerro sekin ja miksi."),
                    ],
                    "path": reverse("forums:idea_move", args=[row.pk]),
                    "action": _("Kerro tila"),
                },
                dedup_key=f"forums.idea_reminder:{row.pk}:{person.pk}:{row.renewed_at:%Y%m%d%H%M}:{step}",
            )


def _actions(now: datetime, today: date) -> Iterator[Reminder]:
    rows = Action.objects.open().filter(due_on__lte=today + timedelta(days=ACTION_BEFORE))
    for row in rows.select_related("owner", "organisation").order_by("due_on", "pk"):
        step = step_of((today - row.due_on).days)
        if step == 0 and row.created_at > now - timedelta(days=2):
            continue  # nobody is reminded of what they were given the day before
        for to, path in receivers(row, now):
            who = to if isinstance(to, str) else to.pk
            yield Reminder(
                kind="forums.action_reminder",
                to=to,
                subject=said(_("Muistutus toimenpiteestä: %(title)s"), title=row.title),
                template=TEMPLATE,
                context={
                    "lines": [
                        said(_("Toimenpiteen pitäisi olla valmis viimeistään %(day)s."), day=row.due_on),
                        _("Kun se on tehty, kerro tulos. Jos siitä luovutaan, kerro miksi."),
                    ],
                    "path": path,
                    "action": _("Avaa toimenpide"),
                },
                dedup_key=f"forums.action_reminder:{row.pk}:{who}:{row.due_on}:{step}",
            )
