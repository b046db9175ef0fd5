"""The verbs of conveners: goals, meetings, and letters that are looked at first and sent once."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Refused
from common.policies import get_allowed
from liaisons.models import (
    NETWORK_GOAL_LIFE,
    Network,
    NetworkGoal,
    NetworkLetter,
    NetworkMeeting,
    NetworkMember,
)
from liaisons.workflow.saving import save_checked
from notifications.models import How, Preference
from notifications.outbox import queue

LETTER = "liaisons.network_mail"
MEETING = "liaisons.network_meeting"
DOUBLE_PRESS = timedelta(minutes=10)


def _network(network: Network, by: Any, now: datetime) -> Network:
    row: Network = get_allowed("liaisons.network.convene", by, now=now, lock=True, pk=network.pk)
    return row


# Goals


@transaction.atomic
def add_goal(network: Network, *, text: str, by: Any, now: datetime) -> NetworkGoal:
    """Write down a goal that the network has agreed on; the same words again are the same goal. Refused: no_words."""
    row = _network(network, by, now)
    words = text.strip()
    if not words:
        raise Refused("no_words", _("Kirjoita tavoite."))
    there: NetworkGoal | None = row.goals.filter(text=words).first()
    return there or NetworkGoal.objects.create(network=row, text=words, created_at=now)


@transaction.atomic
def follow_goal(goal: NetworkGoal, *, text: str, state: str, progress: str, by: Any, now: datetime) -> NetworkGoal:
    """Write how the goal goes; the same again changes nothing.

    Refused: not_allowed (404), no_words, no_progress (a goal ends only with words).
    """
    row: NetworkGoal = get_allowed("liaisons.network_goal.edit", by, now=now, lock=True, pk=goal.pk)
    values = (text.strip(), state, progress.strip())
    if (row.text, row.state, row.progress) == values:
        return row
    if not values[0]:
        raise Refused("no_words", _("Kirjoita tavoite."))
    if state != "going" and not values[2]:
        raise Refused("no_progress", _("Kirjoita, mitä saavutettiin tai miksi tavoitteesta luovuttiin."))
    if state != row.state:
        row.state = NETWORK_GOAL_LIFE.check(row.state, "follow", target=state)
    row.text, row.progress, row.followed_at = values[0], values[2], now
    row.save(update_fields=["text", "state", "progress", "followed_at"])
    return row


# Meetings


@transaction.atomic
def plan_network_meeting(
    network: Network,
    *,
    starts_at: datetime,
    place: str = "",
    link: str = "",
    agenda: str = "",
    by: Any,
    now: datetime,
) -> NetworkMeeting:
    """Call the members to a meeting; those who want the network's mail get an invitation.

    The same instant again is the same meeting. Refused: not_allowed (404), in_past, meeting_refused (no place).
    """
    row = _network(network, by, now)
    there: NetworkMeeting | None = row.meetings.filter(starts_at=starts_at, cancelled_at=None).first()
    if there:
        return there
    _not_past(starts_at, now)
    made = NetworkMeeting(network=row, starts_at=starts_at, place=place.strip(), link=link, agenda=agenda.strip())
    save_checked(made, "meeting_refused")
    _invite(made, _("Verkosto tapaa: {network}"), "planned", now=now)
    return made


@transaction.atomic
def edit_network_meeting(
    meeting: NetworkMeeting,
    *,
    starts_at: datetime,
    place: str = "",
    link: str = "",
    agenda: str = "",
    by: Any,
    now: datetime,
) -> NetworkMeeting:
    """Change a meeting that has not been held; a new time or place is told to the members.

    Refused: not_allowed (404), cancelled, in_past, meeting_refused.
    """
    row = _meeting(meeting, by, now)
    moved = (row.starts_at, row.place, row.link) != (starts_at, place.strip(), link)
    if moved:
        _not_past(starts_at, now)
    row.starts_at, row.place, row.link, row.agenda = starts_at, place.strip(), link, agenda.strip()
    save_checked(row, "meeting_refused")
    if moved:
        _invite(row, _("Verkoston tapaaminen muuttui: {network}"), f"moved:{now.isoformat()}", now=now)
    return row


@transaction.atomic
def cancel_network_meeting(meeting: NetworkMeeting, *, by: Any, now: datetime) -> NetworkMeeting:
    """Cancel a meeting to come and tell the members; again changes nothing. Refused: not_allowed (404), held."""
    row: NetworkMeeting = get_allowed("liaisons.network_meeting.edit", by, now=now, lock=True, pk=meeting.pk)
    if row.cancelled_at:
        return row
    if row.starts_at <= now:
        raise Refused("held", _("Tapaaminen on jo ollut. Kirjoita siitä muistio."))
    row.cancelled_at = now
    row.save(update_fields=["cancelled_at"])
    _invite(row, _("Verkoston tapaaminen on peruttu: {network}"), "cancelled", now=now)
    return row


@transaction.atomic
def write_network_memo(meeting: NetworkMeeting, *, memo: str, by: Any, now: datetime) -> NetworkMeeting:
    """Write the short memo of a meeting that has begun. Refused: not_allowed (404), cancelled, not_held."""
    row = _meeting(meeting, by, now)
    if row.starts_at > now:
        raise Refused("not_held", _("Muistio kirjoitetaan, kun tapaaminen on alkanut."))
    row.memo = memo.strip()
    row.save(update_fields=["memo"])
    return row


def _meeting(meeting: NetworkMeeting, by: Any, now: datetime) -> NetworkMeeting:
    row: NetworkMeeting = get_allowed("liaisons.network_meeting.edit", by, now=now, lock=True, pk=meeting.pk)
    if row.cancelled_at:
        raise Refused("cancelled", _("Tapaaminen on peruttu."))
    return row


def _not_past(starts_at: datetime, now: datetime) -> None:
    if starts_at <= now:
        raise Refused("in_past", _("Tapaamisen aika on mennyt. Valitse tuleva aika."))


def _invite(meeting: NetworkMeeting, subject: Any, what: str, *, now: datetime) -> None:
    for member in _wanting(meeting.network, now):
        queue(
            kind=MEETING,
            to=member.user,
            subject=format_lazy(subject, network=meeting.network),
            template="emails/liaisons/network_meeting",
            context={"meeting": meeting, "network": meeting.network},
            dedup_key=f"{MEETING}:{meeting.pk}:{what}:{member.pk}",
            now=now,
        )


# Letters


@dataclass(frozen=True)
class Receivers:
    """Whom a letter reaches: by mail, only in the portal (they have unsubscribed from the kind), and not at all."""

    by_mail: list[User]
    in_portal: list[User]
    without: int


def _wanting(network: Network, now: datetime) -> list[NetworkMember]:
    rows = network.members.in_force(now).filter(wants_mail=True)
    return list(rows.select_related("user").order_by("pk"))


def receivers_of(network: Network, now: datetime) -> Receivers:
    """Return whom a letter sent now would reach; three queries."""
    people = [row.user for row in _wanting(network, now)]
    refused = set(Preference.objects.filter(kind=LETTER, how=How.NEVER, user__in=people).values_list("user", flat=True))
    everyone = network.members.in_force(now).count()
    return Receivers(
        [person for person in people if person.pk not in refused],
        [person for person in people if person.pk in refused],
        everyone - len(people),
    )


@transaction.atomic
def draft_letter(network: Network, *, subject: str, text: str, by: Any, now: datetime) -> NetworkLetter:
    """Write a letter to look at before it is sent; the same words within ten minutes are the same letter.

    Refused: not_allowed (404), no_words.
    """
    row = _network(network, by, now)
    if not subject.strip() or not text.strip():
        raise Refused("no_words", _("Kirjoita otsikko ja viesti."))
    known = {"subject": subject.strip(), "text": text.strip(), "written_by": by}
    there: NetworkLetter | None = row.letters.filter(**known, written_at__gt=now - DOUBLE_PRESS).first()
    return there or NetworkLetter.objects.create(network=row, **known, written_at=now)


@transaction.atomic
def change_letter(letter: NetworkLetter, *, subject: str, text: str, by: Any, now: datetime) -> NetworkLetter:
    """Change a letter that has not been sent. Refused: not_allowed (404), sent, no_words."""
    row: NetworkLetter = get_allowed("liaisons.network_letter.send", by, now=now, lock=True, pk=letter.pk)
    if row.sent_at:
        raise Refused("sent", _("Viesti on jo lähetetty. Kirjoita uusi."))
    row.subject, row.text = subject.strip(), text.strip()
    save_checked(row, "no_words")
    return row


@transaction.atomic
def send_letter(letter: NetworkLetter, *, by: Any, now: datetime) -> NetworkLetter:
    """Send the letter to the members who want the network's mail; a second press sends nothing.

    Each mail carries its unsubscribe link. Whoever has unsubscribed from such mail reads it in the portal.
    Refused: not_allowed (404), nobody.
    """
    row: NetworkLetter = get_allowed("liaisons.network_letter.send", by, now=now, lock=True, pk=letter.pk)
    if row.sent_at:
        return row
    reached = receivers_of(row.network, now)
    if not reached.by_mail and not reached.in_portal:
        raise Refused("nobody", _("Verkostossa ei ole ketään, joka haluaisi sen viestejä."))
    row.sent_at, row.receivers = now, len(reached.by_mail)
    row.save(update_fields=["sent_at", "receivers"])
    for person in (*reached.by_mail, *reached.in_portal):
        queue(
            kind=LETTER,
            to=person,
            subject=format_lazy("{network}: {subject}", network=row.network, subject=row.subject),
            template="emails/liaisons/network_letter",
            context={"letter": row, "network": row.network},
            dedup_key=f"{LETTER}:{row.pk}:{person.pk}",
            now=now,
        )
    return row
