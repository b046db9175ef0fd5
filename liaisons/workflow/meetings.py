"""A meeting from plan to checked minutes. The minutes themselves stand in the county's own system."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from common.times import format_instant
from liaisons.models import MEETING, AgendaItem, Body, Meeting


@transaction.atomic
def plan_meeting(body: Body, *, starts_at: datetime, place: str = "", by: Any, now: datetime) -> Meeting:
    """Plan a meeting of the body; the same body and time again returns the meeting that is there."""
    body = get_allowed("liaisons.meeting.plan", by, now=now, lock=True, pk=body.pk)
    meeting, _made = Meeting.objects.get_or_create(body=body, starts_at=starts_at, defaults={"place": place})
    return meeting


@transaction.atomic
def move_meeting(meeting: Meeting, *, starts_at: datetime, place: str, by: Any, now: datetime) -> Meeting:
    """Change the time and place of a planned meeting; refused once it has been held."""
    meeting = get_allowed("liaisons.meeting.manage", by, now=now, lock=True, pk=meeting.pk)
    MEETING.check(meeting.state, "move_meeting")
    if Meeting.objects.filter(body=meeting.body_id, starts_at=starts_at).exclude(pk=meeting.pk).exists():
        raise Refused("meeting_taken", _("Toimielimellä on jo kokous samaan aikaan. Valitse toinen aika."))
    meeting.starts_at, meeting.place = starts_at, place
    meeting.save(update_fields=["starts_at", "place"])
    return meeting


@transaction.atomic
def hold_meeting(meeting: Meeting, *, by: Any, now: datetime) -> Meeting:
    """Record that the meeting has been held; refused before it begins."""
    meeting = get_allowed("liaisons.meeting.manage", by, now=now, lock=True, pk=meeting.pk)
    if meeting.state == "held":
        return meeting
    target = MEETING.check(meeting.state, "hold_meeting")
    if meeting.starts_at > now:
        raise Refused(
            "not_begun",
            _("Kokous alkaa vasta %(start)s. Merkitse se pidetyksi sen jälkeen.")
            % {"start": format_instant(meeting.starts_at)},
        )
    meeting.state = target
    meeting.save(update_fields=["state"])
    return meeting


@transaction.atomic
def check_minutes(meeting: Meeting, *, minutes_url: str = "", by: Any, now: datetime) -> Meeting:
    """Record that the minutes have been checked, and where they can be read."""
    meeting = get_allowed("liaisons.meeting.manage", by, now=now, lock=True, pk=meeting.pk)
    if meeting.state == "minutes_checked" and minutes_url in ("", meeting.minutes_url):
        return meeting
    meeting.state = MEETING.check(meeting.state, "check_minutes")
    meeting.minutes_url = minutes_url or meeting.minutes_url
    meeting.save(update_fields=["state", "minutes_url"])
    return meeting


@transaction.atomic
def add_agenda_item(meeting: Meeting, *, title: str, by: Any, now: datetime, case_label: str = "") -> AgendaItem:
    """Put a matter last on the agenda. The same case number again returns the item that is there.

    Refused once the minutes have been checked: what was not dealt with cannot be added afterwards.
    """
    meeting = get_allowed("liaisons.agenda.add", by, now=now, lock=True, pk=meeting.pk)
    if case_label:
        there = AgendaItem.objects.filter(meeting=meeting, case_label=case_label).first()
        if there:
            return there
    if meeting.state == "minutes_checked":
        raise Refused(
            "minutes_checked",
            _("Kokouksen pöytäkirja on jo tarkastettu, eikä esityslistaa voi muuttaa. Valitse toinen kokous."),
        )
    last = AgendaItem.objects.filter(meeting=meeting).aggregate(last=Max("order"))["last"] or 0
    return AgendaItem.objects.create(meeting=meeting, title=title, case_label=case_label, order=last + 1)


@transaction.atomic
def remove_agenda_item(item: AgendaItem, *, by: Any, now: datetime) -> None:
    """Take a matter off the agenda of a meeting that has not been held; gone already changes nothing."""
    meeting = get_allowed("liaisons.agenda.add", by, now=now, lock=True, pk=item.meeting_id)
    if meeting.state != "planned":
        raise Refused("meeting_held", _("Kokous on jo pidetty, eikä esityslistaa voi muuttaa."))
    AgendaItem.objects.filter(pk=item.pk).delete()


@transaction.atomic
def record_section(item: AgendaItem, *, section_number: int, by: Any, now: datetime) -> AgendaItem:
    """Record the matter's § as the minutes give it; the same number again changes nothing."""
    meeting = get_allowed("liaisons.minutes.record", by, now=now, lock=True, pk=item.meeting_id)
    item = AgendaItem.objects.select_for_update().get(pk=item.pk, meeting=meeting)
    if item.section_number == section_number:
        return item
    if section_number < 1:
        raise Refused("section_not_positive", _("Pykälän numero on vähintään 1."))
    if AgendaItem.objects.filter(meeting=meeting, section_number=section_number).exists():
        raise Refused(
            "section_taken",
            _("Kokouksessa on jo asia tällä pykälällä. Tarkista numero pöytäkirjasta."),
        )
    item.section_number = section_number
    item.save(update_fields=["section_number"])
    return item
