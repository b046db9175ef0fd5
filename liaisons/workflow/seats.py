"""Giving and ending seats and duties. A right is a fact with a term: it is ended, never deleted."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils.functional import lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed, may
from liaisons.models import Body, BodyAppointment, Seat
from liaisons.workflow.saving import person_of, save_checked
from notifications.outbox import queue


def _tell(row: Seat | BodyAppointment, now: datetime) -> None:
    """Tell the person about the seat or duty, with what to do first."""
    queue(
        kind="liaisons.duty_given",
        to=row.user,
        subject=lazy(lambda: gettext("Sinulle on annettu tehtävä: %(body)s") % {"body": row.body.name}, str)(),
        template="emails/liaisons/duty_given",
        context={"row": row, "body": row.body},  # labels are asked in the templates, in the reader's language
        dedup_key=f"liaisons.duty_given:{row._meta.model_name}:{row.pk}",
        now=now,
    )


@transaction.atomic
def give_seat(
    body: Body,
    *,
    email: str,
    full_name: str,
    role: str,
    valid_from: date,
    valid_until: date | None = None,
    deputy_for: Seat | None = None,
    by: Any,
    now: datetime,
    **facts: Any,
) -> Seat:
    """Seat a person in the body and tell them. The same seat from the same day again returns the one there.

    ``facts``: position, party, organisation, organisation_represented, and who nominated and appointed
    (``nominated_by``, ``nominated_on``, ``nominated_section``, ``appointed_…``, ``appointed_case``). Refused where the
    person sits in the body at the same time already, or where the member whose deputy they would be sits in
    another body.
    """
    body = get_allowed("liaisons.body.manage", by, now=now, lock=True, pk=body.pk)
    term = (valid_from, valid_until)
    return place(body, email=email, full_name=full_name, role=role, term=term, deputy_for=deputy_for, now=now, **facts)


def place(
    body: Body,
    *,
    email: str,
    full_name: str,
    role: str,
    term: tuple[date, date | None],
    now: datetime,
    deputy_for: Seat | None = None,
    **facts: Any,
) -> Seat:
    """Seat a person; the calling verb has asked its own right and locked the body."""
    user = person_of(email, full_name)
    there: Seat | None = Seat.objects.filter(body=body, user=user, role=role, valid_from=term[0]).first()
    if there:
        return there
    if deputy_for and (deputy_for.body_id != body.pk or deputy_for.role != "member"):
        raise Refused("deputy_elsewhere", _("Varajäsenen pitää olla saman toimielimen varsinaisen jäsenen sijainen."))
    seat = Seat(
        body=body, user=user, role=role, valid_from=term[0], valid_until=term[1], deputy_for=deputy_for, **facts
    )
    save_checked(seat, "seat_refused")
    _tell(seat, now)
    return seat


@transaction.atomic
def give_duty(
    body: Body,
    *,
    email: str,
    full_name: str,
    role: str,
    valid_from: date,
    valid_until: date | None = None,
    by: Any,
    now: datetime,
) -> BodyAppointment:
    """Appoint a presenter, substitute presenter or secretary of the body and tell them.

    Officers give a body that is not the county's own its first secretary, and nothing else.
    """
    body = get_allowed("liaisons.duty.give", by, now=now, lock=True, pk=body.pk)
    if role != "secretary" and not may("liaisons.body.manage", by, body, now=now):
        raise Refused("secretary_first", _("Nimeä toimielimelle ensin sihteeri. Hän hoitaa muut tehtävät."))
    user = person_of(email, full_name)
    same = BodyAppointment.objects.filter(body=body, user=user, role=role, valid_from=valid_from)
    there: BodyAppointment | None = same.first()
    if there:
        return there
    duty = BodyAppointment(body=body, user=user, role=role, valid_from=valid_from, valid_until=valid_until)
    save_checked(duty, "duty_refused")
    _tell(duty, now)
    return duty


@transaction.atomic
def edit_seat(seat: Seat, *, by: Any, now: datetime, **facts: Any) -> Seat:
    """Correct or add what is known of a seat: whom it represents, who presides, who nominated and appointed."""
    get_allowed("liaisons.body.manage", by, now=now, lock=True, pk=seat.body_id)
    row: Seat = Seat.objects.select_for_update(of=("self",)).get(pk=seat.pk)
    for name, value in facts.items():
        setattr(row, name, value)
    save_checked(row, "seat_refused")
    return row


@transaction.atomic
def end_seat(seat: Seat, *, ends_on: date, by: Any, now: datetime) -> Seat:
    """End the seat on a day, which is its last; the access ends with it."""
    get_allowed("liaisons.body.manage", by, now=now, lock=True, pk=seat.body_id)
    row: Seat = Seat.objects.select_for_update(of=("self",)).get(pk=seat.pk)
    return _end(row, ends_on)


@transaction.atomic
def end_duty(duty: BodyAppointment, *, ends_on: date, by: Any, now: datetime) -> BodyAppointment:
    """End the duty on a day, which is its last."""
    get_allowed("liaisons.body.manage", by, now=now, lock=True, pk=duty.body_id)
    row: BodyAppointment = BodyAppointment.objects.select_for_update(of=("self",)).get(pk=duty.pk)
    return _end(row, ends_on)


def _end[R: (Seat, BodyAppointment)](row: R, ends_on: date) -> R:
    if row.valid_until == ends_on:
        return row
    if ends_on < row.valid_from:
        raise Refused("ends_before_it_begins", _("Päättymispäivä on ennen alkamispäivää. Korjaa jompikumpi."))
    row.valid_until = ends_on
    save_checked(row, "term_refused")
    return row
