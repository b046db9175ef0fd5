"""Substitutes and absences: who stands in, and when."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.functional import lazy
from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Refused
from common.policies import get_allowed
from common.times import local_date
from liaisons.models import AGREED, Absence, Appointment, Substitute
from liaisons.workflow.saving import person_of, save_checked
from notifications.outbox import queue


@transaction.atomic
def name_substitute(
    appointment: Appointment,
    *,
    email: str,
    full_name: str,
    valid_from: date,
    valid_until: date | None = None,
    order: int = 1,
    by: Any,
    now: datetime,
) -> Substitute:
    """Name who stands in when the holder is away, and tell them. Refused: own_substitute, substitute_refused."""
    row: Appointment = get_allowed("liaisons.appointment.arrange", by, now=now, lock=True, pk=appointment.pk)
    user = person_of(email, full_name)
    if user.pk == row.user_id:
        raise Refused("own_substitute", _("Henkilö ei voi olla oma sijaisensa. Valitse toinen henkilö."))
    there: Substitute | None = Substitute.objects.filter(appointment=row, user=user, valid_from=valid_from).first()
    if there is not None:
        return there
    substitute = Substitute(appointment=row, user=user, order=order, valid_from=valid_from, valid_until=valid_until)
    save_checked(substitute, "substitute_refused")
    _tell(substitute, "substitute_named", f"{substitute.pk}", {}, now)
    return substitute


def _tell(substitute: Substitute, kind: str, key: str, context: dict[str, Any], now: datetime) -> None:
    post = substitute.appointment.post
    texts = {
        "substitute_named": gettext_noop("Olet sijainen tehtävässä: %(post)s"),
        "substitute_acts": gettext_noop("Toimit sijaisena: %(post)s"),
    }
    queue(
        kind=f"liaisons.{kind}",
        to=substitute.user,
        subject=lazy(lambda: gettext(texts[kind]) % {"post": post.full_name}, str)(),
        template=f"emails/liaisons/{kind}",
        context={"substitute": substitute, "appointment": substitute.appointment, "post": post, **context},
        dedup_key=f"liaisons.{kind}:{key}",
        now=now,
    )


@transaction.atomic
def end_substitute(substitute: Substitute, *, ends_on: date, by: Any, now: datetime) -> Substitute:
    """End a substitute's term on a day; by the holder, the substitute or whoever manages posts."""
    row: Substitute = get_allowed("liaisons.substitute.end", by, now=now, lock=True, pk=substitute.pk)
    if row.valid_until == ends_on:
        return row
    row.valid_until = ends_on
    save_checked(row, "substitute_refused")
    return row


@transaction.atomic
def record_absence(
    person: User, *, valid_from: date, valid_until: date | None = None, by: Any, now: datetime
) -> Absence:
    """Record that the person is away, never why; the first substitute of each post is told.

    The same first day again changes the last day. Refused: absence_refused (another absence on these days).
    """
    user: User = get_allowed("liaisons.absence.record", by, now=now, lock=True, pk=person.pk)
    absence: Absence | None = Absence.objects.filter(user=user, valid_from=valid_from).first()
    if absence is not None and absence.valid_until == valid_until:
        return absence
    absence = absence or Absence(user=user, valid_from=valid_from)
    absence.valid_until, absence.recorded_by, absence.recorded_at = valid_until, by, now
    save_checked(absence, "absence_refused")
    for substitute in first_substitutes(absence):
        key = f"{substitute.pk}:{absence.pk}:{valid_until or ''}"
        _tell(substitute, "substitute_acts", key, {"absence": absence}, now)
    return absence


def overlapping(start: date, end: date | None, prefix: str = "") -> Q:
    """Return the condition that a term shares a day with the one given."""
    condition = Q(**{f"{prefix}valid_until__isnull": True}) | Q(**{f"{prefix}valid_until__gte": start})
    return condition if end is None else condition & Q(**{f"{prefix}valid_from__lte": end})


def first_substitutes(absence: Absence) -> list[Substitute]:
    """Return the first substitute of each of the person's appointments that the absence touches; one query."""
    start, end = absence.valid_from, absence.valid_until
    rows = Substitute.objects.filter(
        overlapping(start, end),
        overlapping(start, end, "appointment__"),
        appointment__user=absence.user_id,
        appointment__state__in=AGREED,
        user__is_active=True,
    )
    first: dict[int, Substitute] = {}
    related = ("user", "appointment__user", "appointment__post__unit", "appointment__post__municipality")
    for row in rows.select_related(*related).order_by("order", "pk"):
        first.setdefault(row.appointment_id, row)
    return list(first.values())


@transaction.atomic
def end_absence(absence: Absence, *, ends_on: date | None, by: Any, now: datetime) -> Absence | None:
    """Change the last day, or with None take back an absence that has not begun. Refused: begun, absence_refused."""
    row: Absence = get_allowed("liaisons.absence.manage", by, now=now, lock=True, pk=absence.pk)
    if ends_on is None:
        if row.valid_from <= local_date(now):
            raise Refused("begun", _("Poissaolo on jo alkanut. Anna sen viimeinen päivä."))
        row.delete()
        return None
    row.valid_until = ends_on
    save_checked(row, "absence_refused")
    return row
