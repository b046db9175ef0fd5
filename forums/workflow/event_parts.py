"""The verbs of an event's agenda, hosts, interpreters and captioning. Each writes the whole list."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from forums.models import AgendaSlot, Event, EventHost, EventService
from forums.workflow.events import lock_event
from forums.workflow.host_letters import hosts_of, tell_named_hosts


def _lock(event: Event, by: Any, now: datetime) -> Event:
    row = lock_event(event, by, now)
    if row.state == "cancelled":
        raise Refused("ended", _("Tapahtuma on peruttu. Sitä ei voi enää muuttaa."))
    return row


def _write(event: Event, model: Any, rows: Iterable[dict[str, Any]]) -> None:
    """Put these rows in the place of what was there; what stands already stays as it is."""
    kept: set[int] = set()
    fresh = []
    related = ("user", "organisation") if model is EventHost else ("event",)
    there = list(model.objects.filter(event=event).select_related(*related))
    for facts in rows:
        same = next(
            (row for row in there if row.pk not in kept and all(getattr(row, k) == v for k, v in facts.items())), None
        )
        if same is None:
            fresh.append(model(event=event, **facts))
        else:
            kept.add(same.pk)
    model.objects.filter(event=event).exclude(pk__in=kept).delete()
    for row in fresh:
        try:
            row.full_clean()
        except ValidationError as error:
            raise Refused("event_refused", " ".join(error.messages)) from None
        row.save()


@transaction.atomic
def set_agenda(event: Event, *, slots: Iterable[dict[str, Any]], by: Any, now: datetime) -> Event:
    """Write the agenda: rows of starts_at, title, speaker; by time, those without a time where they were given.

    Refused: ended, event_refused.
    """
    row = _lock(event, by, now)
    rows = [{**slot, "order": place} for place, slot in enumerate(slots)]
    _write(row, AgendaSlot, rows)
    return row


@transaction.atomic
def set_services(event: Event, *, services: Iterable[dict[str, Any]], by: Any, now: datetime) -> Event:
    """Write interpreters and captioning: rows of kind, language, provider, confirmed. Refused: ended, event_refused."""
    row = _lock(event, by, now)
    _write(row, EventService, services)
    return row


@transaction.atomic
def set_hosts(event: Event, *, hosts: Iterable[dict[str, Any]], by: Any, now: datetime) -> Event:
    """Write who holds the event: rows of user, organisation, label. A person named here may run it from then on.

    Who is named by somebody else is told, once. Refused: ended, event_refused.
    """
    row = _lock(event, by, now)
    known = hosts_of(row)
    _write(row, EventHost, hosts)
    tell_named_hosts(row, known=known, by=by, now=now)
    return row
