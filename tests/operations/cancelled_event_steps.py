"""Steps of the kill test of a cancelled event that need the portal's own settings; called in a process of their own."""

import json
from datetime import timedelta

from django.db import transaction

from accounts.models import User
from common import clock
from forums.models import Event, SignUp
from forums.models.sign_ups import new_token
from forums.workflow.telling import tell_cancelled
from notifications.models import Message
from notifications.todos import todos

PARTICIPANTS = 500


def seed() -> None:
    """Cancel an event to which 500 people have signed up without accounts; everything in one transaction."""
    coordinator = User.objects.create_user("koordinaattori@example.org")
    now = clock.now()
    event = Event.objects.create(
        name_fi="Järjestöfoorumi",
        form="remote",
        state="published",
        starts_at=now + timedelta(days=9),
        ends_at=now + timedelta(days=9, hours=3),
        created_at=now,
        created_by=coordinator,
    )
    rows = [
        SignUp(
            event=event,
            name=f"Osallistuja {number}",
            email=f"osallistuja{number}@example.org",
            way="remote",
            state="signed",
            has_hold=True,
            arrived_at=now,
            confirmed_at=now,
            token=new_token(),
        )
        for number in range(PARTICIPANTS)
    ]
    SignUp.objects.bulk_create(rows)
    with transaction.atomic():
        event.state, event.reason, event.sequence = "cancelled", "Myrsky", 1
        event.save()
        assert tell_cancelled(event, by=coordinator, now=now) == PARTICIPANTS
        assert tell_cancelled(event, by=coordinator, now=now) == 0


def report() -> None:
    """Print what became of the letters."""
    rows = Message.objects.order_by("pk").values("to_address", "message_id", "state", "required", "attempts")
    waiting = [todo.title for todo in todos(User.objects.get(), clock.now())]
    print(json.dumps({"rows": list(rows), "todos": waiting}))
