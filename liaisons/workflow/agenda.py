"""The agenda: matters added, written, ordered, taken away; their files; their § as the minutes give it."""

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from common.times import helsinki, year_period
from liaisons.models import AgendaAttachment, AgendaItem, Meeting
from liaisons.workflow.item_deputies import arrange_item_deputies
from liaisons.workflow.meeting_log import log
from liaisons.workflow.saving import save_checked

#: A place that no matter has: one matter waits there while two change places.
_PARKED = 32_767
#: How the title of a matter begins whose case has ended elsewhere after the notice was sent.
ENDED = "Ei käsitellä: "


@transaction.atomic
def add_agenda_item(
    meeting: Meeting, *, title: str, by: Any, now: datetime, case_label: str = "", **texts: Any
) -> AgendaItem:
    """Put a matter last on the agenda. The same case number again returns the item that is there.

    ``texts``: kind, text, proposal, presenter, is_confidential, confidential_ground. Refused once the minutes have
    been checked: what was not dealt with cannot be added afterwards.
    """
    meeting = get_allowed("liaisons.agenda.add", by, now=now, lock=True, pk=meeting.pk)
    if case_label:
        there = AgendaItem.objects.filter(meeting=meeting, case_label=case_label).first()
        if there:
            return there
    _refuse_closed(meeting)
    last = AgendaItem.objects.filter(meeting=meeting).aggregate(last=Max("order"))["last"] or 0
    item = AgendaItem(meeting=meeting, title=title, case_label=case_label, order=last + 1, **texts)
    save_checked(item, "item_refused")
    log(meeting, "add_agenda_item", _("Asialistalle lisättiin asia: %(title)s"), by=by, now=now, title=_public(item))
    return item


def _refuse_closed(meeting: Meeting) -> None:
    if meeting.state in ("minutes_checked", "cancelled"):
        raise Refused(
            "minutes_checked",
            _("Kokouksen pöytäkirja on jo tarkastettu, eikä esityslistaa voi muuttaa. Valitse toinen kokous."),
        )


def _public(item: AgendaItem) -> Any:
    """Return what the history may say of the matter: it is read by more people than a confidential matter is."""
    return _("salassa pidettävä asia") if item.is_confidential else item.title


def _locked(item: AgendaItem, by: Any, now: datetime) -> AgendaItem:
    """Return the item locked, under its meeting's lock, once the person may write it and it may still change."""
    meeting = get_allowed("liaisons.agenda.add", by, now=now, lock=True, pk=item.meeting_id)
    found: AgendaItem = get_allowed("liaisons.item.manage", by, now=now, lock=True, pk=item.pk)
    found.meeting = meeting
    _refuse_closed(meeting)
    return found


@transaction.atomic
def edit_agenda_item(item: AgendaItem, *, by: Any, now: datetime, **texts: Any) -> AgendaItem:
    """Write a matter: title, kind, text, proposal, presenter, case number, confidentiality with its ground."""
    found = _locked(item, by, now)
    for name, value in texts.items():
        setattr(found, name, value)
    if not found.is_confidential:
        found.confidential_ground = ""
    save_checked(found, "item_refused")
    log(found.meeting, "edit_agenda_item", _("Asiaa muutettiin: %(title)s"), by=by, now=now, title=_public(found))
    return found


@transaction.atomic
def shift_agenda_item(item: AgendaItem, *, up: bool, by: Any, now: datetime) -> AgendaItem:
    """Change places with the matter before (``up``) or after; the first stays first and the last last.

    Refused once the meeting has been held: the minutes follow the order in which matters were dealt with.
    """
    found = _locked(item, by, now)
    _refuse_held(found.meeting)
    rows = AgendaItem.objects.select_for_update().filter(meeting=found.meeting_id)
    beside = rows.filter(order__lt=found.order).last() if up else rows.filter(order__gt=found.order).first()
    if beside is None:
        return found
    here, there = found.order, beside.order
    for row, order in ((found, _PARKED), (beside, here), (found, there)):
        row.order = order
        row.save(update_fields=["order"])
    return found


def _refuse_held(meeting: Meeting) -> None:
    if meeting.state != "planned":
        raise Refused("meeting_held", _("Kokous on jo pidetty, eikä esityslistaa voi muuttaa."))


def taken_by_others(meeting: Meeting) -> set[int]:
    """Return the items to which rows of other rooms point (grants' calls and claims), whatever those rooms are."""
    taken: set[int] = set()
    for relation in AgendaItem._meta.related_objects:
        if relation.related_model._meta.app_label != AgendaItem._meta.app_label:
            rows = relation.related_model._default_manager.filter(**{f"{relation.field.name}__meeting": meeting})
            taken.update(rows.values_list(relation.field.name, flat=True))
    return taken


@transaction.atomic
def remove_agenda_item(item: AgendaItem, *, by: Any, now: datetime) -> None:
    """Take a matter off the agenda of a meeting that has not been held; gone already changes nothing."""
    meeting = get_allowed("liaisons.agenda.add", by, now=now, lock=True, pk=item.meeting_id)
    _refuse_held(meeting)
    found = AgendaItem.objects.filter(pk=item.pk).first()
    if found is None:
        return
    if found.pk in taken_by_others(meeting):
        raise Refused(
            "taken",
            _("Asia on tuotu esityslistalle avustusasiasta tai raportista. Poista se siellä, mistä se tuotiin."),
        )
    for attachment in found.attachments.all():
        _delete_file(attachment)
    log(meeting, "remove_agenda_item", _("Asia poistettiin: %(title)s"), by=by, now=now, title=_public(found))
    found.delete()
    arrange_item_deputies(meeting, now=now)


@transaction.atomic
def end_agenda_item(item: AgendaItem, *, why: Any, by: Any, now: datetime) -> bool:
    """Take off the agenda a matter whose case has ended elsewhere; return whether it went, else it says ``why``.

    Part of another room's verb, which has asked its own right: the one who ends a case is often its party. The matter
    goes from a planned meeting whose notice has not been sent; later the people have read of it, so it stays and tells
    that it is not dealt with. Checked minutes do not change. Twice changes nothing.
    """
    meeting = Meeting.objects.select_for_update(of=("self",)).get(pk=item.meeting_id)
    found = AgendaItem.objects.select_for_update(of=("self",)).filter(pk=item.pk).first()
    if found is None or meeting.state in ("minutes_checked", "cancelled"):
        return found is None
    if meeting.state == "planned" and meeting.notice_sent_at is None and found.section_number is None:
        for attachment in found.attachments.all():
            _delete_file(attachment)
        log(meeting, "end_agenda_item", _("Asia poistettiin: %(title)s"), by=by, now=now, title=_public(found))
        found.delete()
        arrange_item_deputies(meeting, now=now)
        return True
    if not found.title.startswith(ENDED):
        found.title = f"{ENDED}{found.title}"[:300]
        found.proposal = f"{why}\n\n{found.proposal}".strip()[:5000]
        found.save(update_fields=["title", "proposal"])
        log(meeting, "end_agenda_item", _("Asiaa ei käsitellä: %(title)s"), by=by, now=now, title=_public(found))
    return False


@transaction.atomic
def attach_to_item(item: AgendaItem, *, upload: Any, by: Any, now: datetime) -> AgendaAttachment:
    """Add a checked upload to a matter; the same bytes again return the file that is there."""
    found = _locked(item, by, now)
    there: AgendaAttachment | None = found.attachments.filter(sha256=upload.sha256).first()
    if there:
        return there
    last = found.attachments.aggregate(last=Max("order"))["last"] or 0
    row = AgendaAttachment(item=found, order=last + 1)
    row.take(upload, by=by, now=now)
    row.save()
    log(found.meeting, "attach_to_item", _("Asiaan lisättiin liite: %(title)s"), by=by, now=now, title=_public(found))
    return row


def _delete_file(row: AgendaAttachment) -> None:
    """Delete the bytes once the row is surely gone."""
    transaction.on_commit(partial(row.file.storage.delete, str(row.file.name)), robust=True)


@transaction.atomic
def remove_attachment(attachment: AgendaAttachment, *, by: Any, now: datetime) -> None:
    """Take a file away; gone already changes nothing."""
    found = _locked(attachment.item, by, now)
    row = found.attachments.filter(pk=attachment.pk).first()
    if row:
        _delete_file(row)
        row.delete()
        log(found.meeting, "remove_attachment", _("Liite poistettiin: %(title)s"), by=by, now=now, title=_public(found))


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


def number_sections(meeting: Meeting) -> None:
    """Give the matters without § the next ones of the body's calendar year; the caller holds the meeting's lock."""
    first, end = year_period(helsinki(meeting.starts_at).year)
    of_year = AgendaItem.objects.filter(
        meeting__body=meeting.body_id, meeting__starts_at__gte=first, meeting__starts_at__lt=end
    )
    number = of_year.aggregate(last=Max("section_number"))["last"] or 0
    for item in meeting.items.filter(section_number__isnull=True).order_by("order"):
        number += 1
        item.section_number = number
        item.save(update_fields=["section_number"])
