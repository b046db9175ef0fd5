"""The verbs of the day itself and after it: check in, tell what is broken, answer that, say how it was."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from liaisons.letters import said
from premises import mails
from premises.life_cycles import DAMAGE
from premises.models import Booking, BookingFeedback, DamageReport, Room
from premises.workflow.base import lock_booking

CHECK_IN_BEFORE = timedelta(minutes=30)
FEEDBACK_UNTIL = timedelta(days=60)


@transaction.atomic
def check_in(booking: Booking, *, by: Any, now: datetime) -> Booking:
    """Tell that one has come: from half an hour before the time to its end; nobody must. Again keeps the first time.

    Refused: wrong_state, not_now.
    """
    row = lock_booking(booking, "premises.booking.change", by, now)
    if row.checked_in_at is not None:
        return row
    if row.state != "confirmed":
        raise Refused(
            "wrong_state", _("Varaus ei ole voimassa. Paikalle ilmoittaudutaan vain vahvistettuun varaukseen.")
        )
    if not row.starts_at - CHECK_IN_BEFORE <= now < row.ends_at:
        raise Refused("not_now", _("Ilmoittaudu paikalle aikaisintaan puoli tuntia ennen varauksen alkua."))
    row.checked_in_at = now
    row.save(update_fields=["checked_in_at"])
    return row


@transaction.atomic
def report_damage(*, room: Room, booking: Booking | None, text: str, by: Any, now: datetime) -> DamageReport:
    """Tell what is broken or missing: who has booked the room, or who manages it. The same words again are one report.

    The manager and the deputy get a letter. Refused: no_words, not_this_room.
    """
    if booking is None:
        get_allowed("premises.room.manage", by, now=now, pk=room.pk)
    else:
        known = get_allowed("premises.booking.view", by, now=now, lock=True, pk=booking.pk)
        if known.room_id != room.pk:
            raise Refused("not_this_room", _("Varaus on toisessa tilassa. Avaa oikea varaus ja ilmoita siitä."))
    words = text.strip()[:2000]
    if not words:
        raise Refused("no_words", _("Kerro, mikä on rikki tai puuttuu."))
    there = DamageReport.objects.filter(room=room, state="open", text=words, reported_by=by).first()
    if there is not None:
        return there
    report = DamageReport.objects.create(room=room, booking=booking, text=words, reported_by=by, reported_at=now)
    place = Room.objects.select_related("site").get(pk=room.pk)
    for user in mails.managers_of(place.site, now):
        mails.letter(
            "damage_reported",
            user,
            said(_("Vikailmoitus: %(room)s"), room=place),
            [words, said(mails.WHERE, room=place, site=place.site)],
            path=place.get_absolute_url(),
            button=_("Avaa tilan sivu"),
            key=str(report.pk),
            now=now,
        )
    return report


@transaction.atomic
def handle_damage(report: DamageReport, *, answer: str, by: Any, now: datetime) -> DamageReport:
    """Tell what was done about it; who reported it gets the answer. Again changes nothing. Refused: no_words."""
    get_allowed("premises.damage.manage", by, now=now, lock=True, pk=report.pk)
    row = DamageReport.objects.select_related("room__site", "reported_by").get(pk=report.pk)
    if row.state == "handled":
        return row
    words = answer.strip()[:2000]
    if not words:
        raise Refused("no_words", _("Kerro, mitä vialle tehtiin."))
    row.state = DAMAGE.check(row.state, "handle")
    row.answer, row.handled_by, row.handled_at = words, by, now
    row.save(update_fields=["state", "answer", "handled_by", "handled_at"])
    if row.reported_by is not None and row.reported_by.pk != by.pk:
        lines = [
            _("Kiitos ilmoituksesta. Tilavastaava vastasi:"),
            words,
            said(_("Ilmoititte: %(words)s"), words=row.text),
        ]
        mails.letter(
            "damage_handled",
            row.reported_by,
            said(_("Vikailmoitus on käsitelty: %(room)s"), room=row.room),
            lines,
            path=row.room.get_absolute_url(),
            button=_("Avaa tilan sivu"),
            key=str(row.pk),
            now=now,
        )
    return row


@transaction.atomic
def give_feedback(booking: Booking, *, rating: int, text: str, by: Any, now: datetime) -> BookingFeedback:
    """Say how the room was, from the beginning of the time to 60 days after it; again changes what was said.

    Refused: wrong_state, not_now, feedback_refused.
    """
    row = lock_booking(booking, "premises.booking.change", by, now)
    if row.state != "confirmed":
        raise Refused("wrong_state", _("Palautetta annetaan vain toteutuneesta varauksesta."))
    if not row.starts_at <= now <= row.ends_at + FEEDBACK_UNTIL:
        raise Refused("not_now", _("Palautetta voi antaa varauksen alusta 60 päivää sen jälkeen."))
    if rating not in range(1, 6):
        raise Refused("feedback_refused", _("Valitse arvosana 1–5."))
    facts = {"rating": rating, "text": text.strip()[:1000], "given_at": now}
    found, _made = BookingFeedback.objects.update_or_create(booking=row, defaults=facts)
    return found
