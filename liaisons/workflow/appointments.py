"""Naming a person to a post, their answer, and the end. Nobody holds a post before saying yes to it."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.functional import Promise, lazy
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import allowed, get_allowed
from common.times import format_date, local_date
from liaisons.introductions import introduction_day
from liaisons.models import APPOINTMENT, Appointment, Post
from liaisons.workflow.saving import person_of, save_checked
from notifications.outbox import queue


def _subject(text: str, appointment: Appointment) -> str | Promise:
    """Return a subject with the post's name in the reader's language; ``text`` is a Finnish source text."""
    return lazy(lambda: gettext(text) % {"post": appointment.post.full_name}, str)()


def _tell(appointment: Appointment, to: Any, kind: str, subject: Any, now: datetime, *, key: str = "") -> bool:
    """Queue one message about the appointment; False when it has been queued before."""
    message = queue(
        kind=f"liaisons.{kind}",
        to=to,
        subject=subject,
        template=f"emails/liaisons/{kind}",
        context={"appointment": appointment, "post": appointment.post},
        dedup_key=f"liaisons.{kind}:{appointment.pk}{key}",
        now=now,
    )
    return message is not None


@transaction.atomic
def propose_appointment(
    post: Post,
    *,
    email: str,
    full_name: str,
    valid_from: date,
    valid_until: date | None = None,
    working_time: int | None = None,
    tasks: str = "",
    supervisor: str = "",
    source: str = "",
    by: Any,
    now: datetime,
) -> Appointment:
    """Name a person to the post and ask them; an account is made where there is none.

    The same person from the same day again returns the appointment that is there. Refused: post_over,
    appointment_refused (somebody else is named for a part of the term).
    """
    post = get_allowed("liaisons.post.manage", by, now=now, lock=True, pk=post.pk)
    user = person_of(email, full_name)
    open_ones = Appointment.objects.filter(post=post, user=user, state__in=("proposed", "accepted"))
    there: Appointment | None = open_ones.filter(valid_from=valid_from).first()
    if there is not None:
        return there
    if post.valid_until is not None and (valid_until or date.max) > post.valid_until:
        raise Refused(
            "post_over",
            _("Tehtävä on käytössä %(day)s asti. Nimeä henkilö enintään siihen päivään.")
            % {"day": format_date(post.valid_until)},
        )
    appointment = Appointment(
        post=post,
        user=user,
        is_sole=not post.allows_many,
        valid_from=valid_from,
        valid_until=valid_until,
        working_time=working_time,
        tasks=tasks,
        supervisor=supervisor,
        source=source,
        phone=user.phone,
        proposed_at=now,
        proposed_by=by,
    )
    save_checked(appointment, "appointment_refused")
    subject = _subject(gettext_noop("Sinut on nimetty tehtävään: %(post)s. Otatko tehtävän vastaan?"), appointment)
    _tell(appointment, user, "appointment_proposed", subject, now)
    return appointment


def _lock(permission: str, appointment: Appointment, by: Any, now: datetime) -> Appointment:
    get_allowed(permission, by, now=now, lock=True, pk=appointment.pk)
    found = Appointment.objects.select_related("post__unit", "post__municipality", "user", "proposed_by")
    row: Appointment = found.get(pk=appointment.pk)
    return row


@transaction.atomic
def accept_appointment(
    appointment: Appointment,
    *,
    phone: str = "",
    shows_phone: bool = False,
    shows_email: bool = False,
    by: Any,
    now: datetime,
) -> Appointment:
    """The named person takes the post; it is in force from today or from the first day of the term.

    Refused: term_over, wrong_state; Http404 for anybody else.
    """
    row = _lock("liaisons.appointment.answer", appointment, by, now)
    if row.state == "accepted":
        return row
    target = APPOINTMENT.check(row.state, "accept")
    if row.valid_until is not None and row.valid_until < local_date(now):
        raise Refused("term_over", _("Kausi on jo päättynyt. Pyydä koordinaattorilta uusi nimeäminen."))
    row.state, row.answered_at, row.accepted_on = target, now, local_date(now)
    row.phone, row.shows_phone, row.shows_email = phone, shows_phone and bool(phone), shows_email
    row.introduced_on = row.introduced_on or introduction_day(row.user_id)  # taken before the post was accepted
    save_checked(row, "appointment_refused")
    _tell_proposer(row, "appointment_accepted", gettext_noop("Tehtävä on otettu vastaan: %(post)s"), now)
    return row


@transaction.atomic
def decline_appointment(appointment: Appointment, *, reason: str = "", by: Any, now: datetime) -> Appointment:
    """The named person does not take the post; whoever named them is told. Refused: wrong_state."""
    row = _lock("liaisons.appointment.answer", appointment, by, now)
    if row.state == "declined":
        return row
    row.state = APPOINTMENT.check(row.state, "decline")
    row.answered_at, row.closed_at, row.closed_by, row.reason = now, now, by, reason
    save_checked(row, "appointment_refused")
    _tell_proposer(row, "appointment_declined", gettext_noop("Tehtävää ei otettu vastaan: %(post)s"), now)
    return row


def _tell_proposer(row: Appointment, kind: str, subject: str, now: datetime) -> None:
    if row.proposed_by is not None and row.proposed_by_id != row.user_id:
        _tell(row, row.proposed_by, kind, _subject(subject, row), now)


@transaction.atomic
def withdraw_appointment(appointment: Appointment, *, reason: str = "", by: Any, now: datetime) -> Appointment:
    """Take a proposal back before it is answered; the person is told. Refused: wrong_state."""
    row = _lock("liaisons.appointment.manage", appointment, by, now)
    if row.state == "withdrawn":
        return row
    row.state = APPOINTMENT.check(row.state, "withdraw")
    row.closed_at, row.closed_by, row.reason = now, by, reason
    save_checked(row, "appointment_refused")
    _tell(row, row.user, "appointment_withdrawn", _subject(gettext_noop("Nimeäminen on peruttu: %(post)s"), row), now)
    return row


@transaction.atomic
def end_appointment(
    appointment: Appointment, *, ends_on: date, reason: str = "", by: Any, now: datetime
) -> Appointment:
    """End an accepted appointment; it stays in force to its last day. The other party is told.

    Refused: ends_before_it_begins, ends_later (a longer term is a new appointment, which the person accepts),
    wrong_state.
    """
    row = _lock("liaisons.appointment.end", appointment, by, now)
    if row.state == "ended" and row.valid_until == ends_on:
        return row
    target = APPOINTMENT.check(row.state, "end")
    if ends_on < row.valid_from:
        raise Refused("ends_before_it_begins", _("Päättymispäivä on ennen alkamispäivää. Korjaa jompikumpi."))
    if row.valid_until is not None and ends_on > row.valid_until:
        raise Refused(
            "ends_later",
            _("Kausi päättyy jo %(day)s. Jatka tehtävää nimeämällä henkilö uudelle kaudelle.")
            % {"day": format_date(row.valid_until)},
        )
    row.state, row.valid_until, row.closed_at, row.closed_by, row.reason = target, ends_on, now, by, reason
    save_checked(row, "appointment_refused")
    if by.pk == row.user_id:
        _tell_proposer(row, "appointment_ended", gettext_noop("Yhteyshenkilö lopettaa: %(post)s"), now)
    else:
        _tell(row, row.user, "appointment_ended", _subject(gettext_noop("Tehtäväsi päättyy: %(post)s"), row), now)
    return row


@transaction.atomic
def remind_unaccepted(appointment_ids: Iterable[int], *, by: Any, now: datetime) -> int:
    """Remind those of the named people who have not answered; once a day each. Return how many were written."""
    mine = allowed("liaisons.appointment.manage", by, now=now).filter(pk__in=list(appointment_ids), state="proposed")
    rows = mine.select_related("post__unit", "post__municipality", "user").order_by("pk")
    return sum(remind(row, now, key=f":{local_date(now)}") for row in rows)


def remind(row: Appointment, now: datetime, *, key: str) -> bool:
    """Write one reminder of an unanswered proposal; ``key`` tells it from the others about the same one."""
    subject = _subject(gettext_noop("Muistutus: otatko tehtävän vastaan? %(post)s"), row)
    return _tell(row, row.user, "appointment_reminder", subject, now, key=key)
