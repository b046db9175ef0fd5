"""The verbs of sign-ups: sign up, confirm, change the way or the needs, let go, lapse."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import allowed, get_allowed
from common.times import local_date
from forums.life_cycles import SIGN_UP
from forums.models import LIVE_SIGN_UPS, Event, SignUp, SignUpNeed
from forums.models.sign_ups import NEEDS_KEPT, new_token
from forums.sign_up_letters import (
    again_letter,
    confirm_letter,
    done_letter,
    mass_letters,
    post_done,
    tell_cancelled_by_organiser,
)
from forums.sign_up_places import lock_places, seat, settle, take, ways_of
from notifications.outbox import post

MOST_COMPANIONS = 20
_NEEDS = ("access", "diet", "interpretation")


@dataclass(frozen=True)
class Participant:
    """One person who comes: the contact first, then the companions."""

    name: str
    way: str
    needs: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Contact:
    """Who signs up and how they are reached."""

    email: str = ""
    user: Any = None
    organisation: Any = None
    organisation_name: str = ""
    language: str = "fi"


@dataclass(frozen=True)
class Sent:
    """What came of signing up: the contact's row (None: there was one already), and all that were made."""

    head: SignUp | None
    rows: list[SignUp]


def sign_up(
    event: Event, *, people: list[Participant], contact: Contact, whole_run: bool = False, by: Any, now: datetime
) -> Sent:
    """Sign people up: each gets a place or a turn in the line at once, held until the contact confirms.

    Whoever is signed in is confirmed at once. With ``whole_run`` the same people are signed up to every date of the
    event's run that is still open. Who has signed up already gets a letter with the link to it, and nothing is said on
    the page. Order: rights; letter rendered; locks of the events; places; rows, needs and letter written. Refused:
    nobody, way_not_offered, no_run, busy; Http404 for whom the event is not open.
    """
    with transaction.atomic():
        first: Event = get_allowed("forums.event.sign_up", by, now=now, pk=event.pk)
        events = _events(first, whole_run, by, now)
        _check(people, events)
        confirmed = contact.user is not None
        there = _there(first, contact)
        if there is not None:
            again_letter(there, first, now)
            return Sent(None, [])
        return _enter(events, people, contact, source="web", confirmed=confirmed, entered_by=None, now=now)


@transaction.atomic
def sign_up_for(event: Event, *, people: list[Participant], contact: Contact, by: Any, now: datetime) -> Sent:
    """Sign people up for them, as on the telephone, also after the time to sign up is over and without an address.

    Confirmed at once; they get the letter where there is an address. Refused: nobody, way_not_offered, not_open,
    already.
    """
    row = _managed(event, by, now)
    if row.state != "published" or now > row.ends_at:
        raise Refused("not_open", _("Tapahtuma ei ole tulossa. Ilmoittaa voi vain julkaistuun tapahtumaan."))
    _check(people, [row])
    if _there(row, contact) is not None:
        raise Refused("already", _("Tällä osoitteella on jo ilmoittauduttu tapahtumaan."))
    return _enter([row], people, contact, source="phone", confirmed=True, entered_by=by, now=now)


def _managed(event: Event, by: Any, now: datetime) -> Event:
    get_allowed("forums.event.manage", by, now=now, pk=event.pk)
    return Event.objects.select_related("room__site").get(pk=event.pk)


def _events(first: Event, whole_run: bool, by: Any, now: datetime) -> list[Event]:
    """Return the event, or all dates of its run that are open, each with its room."""
    rows = Event.objects.select_related("room__site")
    if not whole_run:
        return [first] if first.room_id is None else [rows.get(pk=first.pk)]
    run = allowed("forums.event.sign_up", by, now=now).filter(run=first.run_id, run__one_sign_up=True)
    found = list(rows.filter(pk__in=run.values("pk")).order_by("starts_at", "pk"))
    if first.run_id is None or not found:
        raise Refused("no_run", _("Tähän jaksoon ei voi ilmoittautua kerralla. Valitse yksi kerta."))
    return sorted(found, key=lambda event: event.pk != first.pk)  # the one that was chosen has the letters


def _check(people: list[Participant], events: list[Event]) -> None:
    if not people:
        raise Refused("nobody", _("Kirjoita ainakin yhden osallistujan nimi."))
    if len(people) > MOST_COMPANIONS + 1:
        raise Refused("too_many", _("Yhdellä kertaa voi ilmoittaa enintään 21 henkilöä."))
    offered = {str(way) for event in events for way in ways_of(event)}
    if any(person.way not in offered for person in people):
        raise Refused("way_not_offered", _("Tapahtumaan ei voi osallistua näin. Valitse toinen tapa."))


def _there(event: Event, contact: Contact) -> SignUp | None:
    """Return the contact's sign-up that stands or waits to be confirmed, if there is one."""
    who = Q(pk__in=[])
    if contact.email:
        who |= Q(email__iexact=contact.email)
    if contact.user is not None:
        who |= Q(user=contact.user)
    rows = SignUp.objects.filter(who, event=event, contact__isnull=True, state__in=LIVE_SIGN_UPS)
    found: SignUp | None = rows.select_related("user", "contact").first()
    return found


def _enter(
    events: list[Event],
    people: list[Participant],
    contact: Contact,
    *,
    source: str,
    confirmed: bool,
    entered_by: Any,
    now: datetime,
) -> Sent:
    """Write the rows of all events: letter first, then the locks, then the places."""
    batch = uuid.uuid4()

    def made(event: Event, person: Participant, head: SignUp | None) -> SignUp:
        return SignUp(
            event=event,
            name=person.name,
            email="" if head else contact.email,
            user=None if head else contact.user,
            organisation=contact.organisation,
            organisation_name=contact.organisation_name,
            contact=head,
            batch=batch,
            way=person.way,
            language=contact.language,
            source=source,
            entered_by=entered_by,
            token=new_token(),
        )

    head = made(events[0], people[0], None)
    letters = (done_letter if confirmed else confirm_letter)(head, events[0], now)
    lock_places(*(event.pk for event in events))
    rows: list[SignUp] = []
    for event in events:
        own = head if event is events[0] else made(event, people[0], None)
        free = settle(event, now)
        for number, person in enumerate(people):
            row = own if number == 0 else made(event, person, own)
            _adjust_way(row, event)
            seat(row, event, free, confirmed=confirmed, now=now)
            if not _write(row):  # signed up to this date already
                break
            _keep_needs(row, event, person.needs)
            rows.append(row)
    if not any(row is head for row in rows):
        return Sent(None, [])
    if confirmed:
        post_done(letters, rows, str(head.pk))
    else:
        post(letters, dedup_key=f"forums.sign_up_confirm:{head.pk}")
    return Sent(head, rows)


def _adjust_way(row: SignUp, event: Event) -> None:
    """In a run some dates may be held in one way only: then that way."""
    offered = ways_of(event)
    if row.way not in offered:
        row.way = offered[0]


def _write(row: SignUp) -> bool:
    """Write a new row; False where the same address or person came at the same instant."""
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        if "forums_sign_up_address_once" in str(error) or "forums_sign_up_person_once" in str(error):
            return False
        raise
    return True


def _keep_needs(row: SignUp, event: Event, needs: dict[str, str]) -> None:
    told = {name: needs.get(name, "").strip() for name in _NEEDS}
    if any(told.values()):
        until = event.needs_erased_on or local_date(event.ends_at + NEEDS_KEPT)
        SignUpNeed.objects.update_or_create(sign_up=row, defaults={**told, "erased_on": until})
    elif not row._state.adding:
        SignUpNeed.objects.filter(sign_up=row).delete()


def _locked(rows: Iterable[SignUp], now: datetime) -> list[SignUp]:
    """Lock the places of the rows' events and return the rows as they stand then, with event and contact."""
    keys = [row.pk for row in rows]
    lock_places(*(row.event_id for row in rows))
    found = SignUp.objects.filter(pk__in=keys).select_related("event__room__site", "contact__user", "user")
    return list(found.order_by("event", "pk"))


@transaction.atomic
def confirm(row: SignUp, *, now: datetime) -> list[SignUp]:
    """Confirm by the letter's link: the person, the companions, and the run's other dates. Again changes nothing.

    Whoever has a held place keeps it; who has none gets a free one, or a turn in the line by the time of signing up.
    Refused: lapsed (the time was over), wrong_state.
    """
    group = list(SignUp.objects.filter(batch=row.batch, state="unconfirmed"))
    letters = done_letter(_with_event(row), row.event, now)
    rows = [one for one in _locked([*group, row], now) if one.state == "unconfirmed"]
    for event in {one.event_id: one.event for one in rows}.values():
        free = settle(event, now)
        for one in (one for one in rows if one.event_id == event.pk):
            one.refresh_from_db(fields=["state", "has_hold"])
            if one.state == "unconfirmed":
                _confirm_one(one, event, free, now)
    row.refresh_from_db(fields=["state", "has_hold"])
    if row.state == "lapsed":
        raise Refused("lapsed", _("Vahvistamisen aika on päättynyt. Ilmoittaudu uudelleen."))
    done = [one for one in rows if one.state in ("signed", "waiting")]
    post_done(letters, done, str(row.pk))
    return done


def _with_event(row: SignUp) -> SignUp:
    row.event = Event.objects.select_related("room__site").get(pk=row.event_id)
    return row


def _confirm_one(row: SignUp, event: Event, free: dict[str, int | None], now: datetime) -> None:
    if row.held_until is not None and row.held_until <= now:
        row.state, row.has_hold = SIGN_UP.check(row.state, "lapse"), False
    else:
        waits = event.sign_ups.filter(state="waiting", way=row.way).exists()
        has_place = row.has_hold or (not waits and take(free, row.way))
        target = "signed" if has_place else "waiting"
        row.state = SIGN_UP.check(row.state, "confirm", target=target)
        row.has_hold, row.confirmed_at = has_place, now
    row.save(update_fields=["state", "has_hold", "confirmed_at"])


@transaction.atomic
def cancel(rows: list[SignUp], *, by: Any = None, now: datetime) -> list[SignUp]:
    """Let go of places or turns; the first in line gets the place. Again changes nothing.

    With ``by`` an organiser cancels for the people, who get a letter; without, the person with the link or the
    account does. Refused: already_began.
    """
    if by is not None:
        for row in rows:
            get_allowed("forums.sign_up.manage", by, now=now, pk=row.pk)
    found = [row for row in _locked(rows, now) if row.state in LIVE_SIGN_UPS]
    for row in found:
        if now >= row.event.starts_at and by is None:
            raise Refused("already_began", _("Tapahtuma on jo alkanut. Ilmoittautumista ei voi enää perua."))
        row.state, row.has_hold, row.cancelled_at = SIGN_UP.check(row.state, "cancel"), False, now
    SignUp.objects.bulk_update(found, ["state", "has_hold", "cancelled_at"])
    SignUpNeed.objects.filter(sign_up__in=found).delete()
    for row in found:
        if by is not None:
            tell_cancelled_by_organiser(row, now)
    for event in {row.event_id: row.event for row in found}.values():
        settle(event, now)
    return found


@transaction.atomic
def change_way(row: SignUp, *, way: str, now: datetime) -> SignUp:
    """Take part in another way; a place is let go only when there is one the other way. Again changes nothing.

    Who waits for a place in one way gets a free one in the other. Refused: full, already_began, way_not_offered,
    wrong_state.
    """
    found = _locked([row], now)[0]
    event = found.event
    if found.way == way:
        return found
    if way not in ways_of(event):
        raise Refused("way_not_offered", _("Tapahtumaan ei voi osallistua näin. Valitse toinen tapa."))
    if now >= event.starts_at:
        raise Refused("already_began", _("Tapahtuma on jo alkanut. Kerro muutoksesta järjestäjälle."))
    free = settle(event, now)
    found.refresh_from_db(fields=["state", "has_hold", "way"])
    if found.state not in LIVE_SIGN_UPS:
        SIGN_UP.check(found.state, "cancel")
    waits = event.sign_ups.filter(state="waiting", way=way).exists()
    if waits or not take(free, way):
        raise Refused("full", _("Tällä tavalla ei ole vapaita paikkoja. Pidit sen, mikä sinulla oli."))
    if found.state == "waiting":
        found.state = SIGN_UP.check(found.state, "move_up")
    found.way, found.has_hold = way, True
    found.save(update_fields=["state", "has_hold", "way"])
    settle(event, now)
    return found


@transaction.atomic
def change_needs(row: SignUp, *, needs: dict[str, str], now: datetime) -> None:
    """Write what the person needs anew; empty erases it. Refused: already_began, wrong_state."""
    found = _with_event(SignUp.objects.select_for_update(of=("self",)).get(pk=row.pk))
    if found.state not in LIVE_SIGN_UPS:
        SIGN_UP.check(found.state, "cancel")
    if now >= found.event.starts_at:
        raise Refused("already_began", _("Tapahtuma on jo alkanut. Kerro muutoksesta järjestäjälle."))
    _keep_needs(found, found.event, needs)


@transaction.atomic
def write_to_all(event: Event, *, subject: str, text: str, states: list[str], by: Any, now: datetime) -> int:
    """Write one message to everybody who has a place (or waits); return how many got it. The same text goes once.

    Refused: nobody.
    """
    row = _managed(event, by, now)
    chosen = row.sign_ups.filter(state__in=states).select_related("contact__user", "user")
    letters = mass_letters(chosen.order_by("pk"), "sign_up_message", subject, text.split("\n\n"), now=now)
    if not letters:
        raise Refused("nobody", _("Kenelläkään ei ole osoitetta, johon viestin voisi lähettää."))
    key = uuid.uuid5(uuid.NAMESPACE_OID, f"{subject}\n{text}")
    return len(post(letters, dedup_key=f"forums.sign_up_message:{row.pk}:{key}"))
