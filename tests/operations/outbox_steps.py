"""Steps of the kill test that need the portal's own settings; called in a process of their own.

``seed`` writes 200 reminders through the same door as beat does; ``report`` prints what became of them as JSON.
"""

import json
from collections.abc import Iterator
from datetime import date, datetime

from accounts.models import StaffRole, User
from common import clock, seams
from notifications import kinds, reminders
from notifications.models import Message
from notifications.todos import todos

REMINDERS = 200
REQUIRED_EVERY = 10
COORDINATOR = "koordinaattori@example.org"


def seed() -> None:
    coordinator = User.objects.create_user(COORDINATOR)
    StaffRole.objects.create(user=coordinator, role="coordinator", valid_from=date(2020, 1, 1))
    people = [User.objects.create_user(f"henkilo{n}@example.org") for n in range(REMINDERS)]
    kinds.register_kind("test.reminder", "Muistutus")

    def due(_now: datetime) -> Iterator[seams.Reminder]:
        for number, person in enumerate(people):
            yield seams.Reminder(
                kind="test.reminder",
                to=person,
                subject=f"Muistutus {number}",
                template="emails/notifications/digest",
                context={"gathered": []},
                dedup_key=f"kill:{number}",
                required=number % REQUIRED_EVERY == 0,
            )

    seams.reminders.register("kill", due)
    now = clock.now()
    assert reminders.queue_due(now) == REMINDERS
    assert reminders.queue_due(now) == 0


def report() -> None:
    coordinator = User.objects.get(email=COORDINATOR)
    rows = Message.objects.order_by("pk").values("to_address", "message_id", "state", "required", "attempts")
    waiting = [todo.title for todo in todos(coordinator, clock.now())]
    print(json.dumps({"rows": list(rows), "todos": waiting}))
