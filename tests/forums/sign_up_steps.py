"""What tests of sign-ups do again and again."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser

from forums.models import Event, EventPlaces, SignUp
from forums.workflow.sign_ups import Contact, Participant, Sent, sign_up
from notifications.models import Message
from tests.forums.factories import NOW, EventFactory

NOBODY = AnonymousUser()
LATER = NOW + timedelta(hours=1)


def hybrid(on_site: int | None = 2, remote: int | None = 2, **given: Any) -> Event:
    """Return a published hybrid event with so many places."""
    return EventFactory(form="hybrid", place="Valtuustosali", places_on_site=on_site, places_remote=remote, **given)


def send(event: Event, name: str = "Aino", way: str = "on_site", *, now: datetime = NOW, **given: Any) -> Sent:
    """Sign somebody up by e-mail as a visitor does."""
    people = [Participant(name, way, given.pop("needs", {})), *given.pop("more", [])]
    contact = Contact(email=given.pop("email", f"{name.lower()}@example.org"))
    return sign_up(event, people=people, contact=contact, by=NOBODY, now=now, **given)


def enter(event: Event, name: str = "Aino", way: str = "on_site", *, now: datetime = NOW, user: Any = None) -> SignUp:
    """Sign somebody up who has an account: confirmed at once."""
    from tests.accounts.factories import UserFactory

    person = user or UserFactory(full_name=name)
    sent = sign_up(
        event,
        people=[Participant(name, way)],
        contact=Contact(email=person.email, user=person),
        by=person,
        now=now,
    )
    assert sent.head is not None
    return sent.head


def states(event: Event) -> list[str]:
    """Return the states in the order of arrival."""
    return list(event.sign_ups.order_by("pk").values_list("state", flat=True))


def taken(event: Event, way: str = "on_site") -> int:
    """Return what the database's counter says."""
    row = EventPlaces.objects.filter(event=event, way=way).first()
    return row.taken if row else 0


def letters(kind: str) -> list[Message]:
    """Return the letters of a kind, oldest first."""
    return list(Message.objects.filter(kind=f"forums.{kind}").order_by("pk"))
