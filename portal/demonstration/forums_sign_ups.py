"""Sign-ups to the demonstration's events: a full forum with a line, coffees, and who came to what has been held."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import AnonymousUser

from forums.models import Event, SignUp
from forums.models.sign_ups import new_token
from forums.workflow.sign_ups import Contact, Participant, confirm, sign_up, sign_up_for
from organisations.models import Organisation
from portal.demonstration.forums import DemoEvents
from portal.demonstration.people import DOMAIN, People

_FIRST = ("Aino", "Eino", "Helmi", "Onni", "Sirkka", "Tapio", "Venla", "Oiva", "Kerttu", "Lauri", "Martta", "Urho")
_LAST = ("Ahonen", "Heikura", "Karvinen", "Lehikoinen", "Mustonen", "Nevalainen", "Pesonen", "Turunen")
_NEEDS = (
    {"diet": "gluteeniton"},
    {"diet": "vegaaninen"},
    {"diet": "gluteeniton", "access": "tulen pyörätuolilla"},
    {"interpretation": "kirjoitustulkkaus"},
)
_ON_SITE, _REMOTE = 46, 14


def _name(number: int) -> str:
    return f"{_FIRST[number % len(_FIRST)]} {_LAST[number // len(_FIRST) % len(_LAST)]}"


def make_sign_ups(events: DemoEvents, organisations: list[Organisation], people: People, now: datetime) -> None:
    """Sign people up; needs the events. Again changes nothing."""
    if events.coming_forum.sign_ups.exists():
        return
    _coming(events.coming_forum, organisations, people, now)
    for event in events.coffees:
        if event.state == "held":
            _held(event, organisations, 9, remote=9)
        elif event.state == "published":
            for number in range(5):
                _visitor(event, number, organisations, "remote", now - timedelta(hours=30 - number), {})
    _held(events.held_forum, organisations, 38, remote=12)
    _held(events.workshop, organisations, 18, remote=0)


def _coming(event: Event, organisations: list[Organisation], people: People, now: datetime) -> None:
    """A hybrid forum that is full on site, with a line of six, companions and one signed up on the telephone."""
    began = max(now - timedelta(days=9), event.published_at or now)
    for number in range(_ON_SITE + _REMOTE):
        then = began + (now - began) * number / (_ON_SITE + _REMOTE + 2)
        way = "on_site" if number < _ON_SITE else "remote"
        needs = _NEEDS[number % len(_NEEDS)] if number % 5 == 0 else {}
        _visitor(event, number, organisations, way, then, needs)
    sign_up_for(
        event, people=[Participant("Hilja Hyvärinen", "on_site")], contact=Contact(), by=people.coordinator, now=now
    )


def _visitor(
    event: Event, number: int, organisations: list[Organisation], way: str, then: datetime, needs: dict[str, str]
) -> None:
    name = _name(number)
    address = f"{name.casefold().replace(' ', '.').replace('ä', 'a')}@osallistuja.{DOMAIN}"
    contact = Contact(email=address, organisation=organisations[number % len(organisations)])
    sent = sign_up(event, people=[Participant(name, way, needs)], contact=contact, by=AnonymousUser(), now=then)
    if sent.head is not None and number % 17 != 16:  # a few have still to confirm
        confirm(sent.head, now=then + timedelta(minutes=1))


def _held(event: Event, organisations: list[Organisation], count: int, *, remote: int) -> None:
    """Who had signed up to an event that is over, and who of them came: the rows as they stand afterwards."""
    rows: list[Any] = []
    for number in range(count):
        way = "remote" if number < remote else "on_site"
        came = number % 6 != 5
        then = event.starts_at - timedelta(days=6, hours=-number)
        rows.append(
            SignUp(
                event=event,
                name=_name(number),
                email=f"osallistuja{number}@{DOMAIN}",
                organisation=organisations[(number * 7) % len(organisations)],
                way=way,
                state="signed",
                has_hold=True,
                arrived_at=then,
                confirmed_at=then,
                attended=came,
                attended_way=way if came else "",
                attendance_at=event.ends_at,
                token=new_token(),
            )
        )
    SignUp.objects.bulk_create(rows)
