"""The verbs of courses and trainings: keep, plan, open, move, cancel. Everybody concerned is told."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from common.times import format_date
from liaisons.models import (
    STANDING_SIGN_UPS,
    TRAINING,
    TRAINING_COMING,
    TrainingCourse,
    TrainingSession,
    TrainingSignUp,
)
from liaisons.policies import may_manage_trainings
from liaisons.workflow.saving import save_checked
from liaisons.workflow.sign_ups import fill_places
from liaisons.workflow.training_base import lock_training, place_lines, tell, when_line
from organisations import timeline
from organisations.models import Visibility

#: What a change of tells everybody.
MOVES = ("starts_at", "ends_at", "town", "place", "remote_url")


@transaction.atomic
def save_course(course: TrainingCourse | None, *, by: Any, now: datetime, **facts: Any) -> TrainingCourse:
    """Add a course to the catalogue, or change one. Refused: not_allowed, course_refused (with the reason)."""
    if course is not None:
        row: TrainingCourse = get_allowed("liaisons.course.manage", by, now=now, lock=True, pk=course.pk)
    else:
        _require_manager(by, now)
        row = TrainingCourse()
    for name, value in facts.items():
        setattr(row, name, value)
    save_checked(row, "course_refused")
    return row


@transaction.atomic
def plan_training(course: TrainingCourse, *, by: Any, now: datetime, **facts: Any) -> TrainingSession:
    """Plan a session that nobody else sees yet. The same course at the same time again returns the first.

    Refused: not_allowed, in_the_past, course_ended, training_refused.
    """
    row: TrainingCourse = get_allowed("liaisons.course.manage", by, now=now, lock=True, pk=course.pk)
    again = TrainingSession.objects.filter(course=row, starts_at=facts["starts_at"], state="planned").first()
    if again is not None:
        return again
    if not row.is_offered:
        raise Refused("course_ended", _("Kurssia ei enää pidetä. Muuta ensin kurssin tiedot."))
    session = TrainingSession(course=row, created_at=now, created_by=by, **facts)
    _check_future(session, now)
    save_checked(session, "training_refused")
    return session


@transaction.atomic
def edit_training(session: TrainingSession, *, by: Any, now: datetime, **facts: Any) -> TrainingSession:
    """Change a coming session. When an open one moves, all who signed up are told; new places go to the waiting list.

    Refused: ended, in_the_past, capacity_below, training_refused.
    """
    row = lock_training(session, by, now)
    if row.state not in TRAINING_COMING:
        raise Refused("ended", _("Koulutus on pidetty tai peruttu. Sitä ei voi enää muuttaa."))
    moved = any(getattr(row, name) != facts.get(name, getattr(row, name)) for name in MOVES)
    for name, value in facts.items():
        setattr(row, name, value)
    if moved:
        _check_future(row, now)
        row.sequence += 1
    taken = row.sign_ups.filter(state="signed").count()
    if row.capacity is not None and row.capacity < taken:
        raise Refused(
            "capacity_below",
            _("Koulutukseen on jo ilmoittautunut %(count)s. Anna vähintään niin monta paikkaa.") % {"count": taken},
        )
    save_checked(row, "training_refused")
    if moved and row.state == "open":
        for sign_up in _standing(row):
            tell(sign_up, "moved", _("Koulutus siirtyi: %(course)s"), _moved_lines(sign_up), str(row.sequence), now=now)
    fill_places(row, now=now)
    return row


@transaction.atomic
def open_training(session: TrainingSession, *, by: Any, now: datetime) -> TrainingSession:
    """Open the sign-up; again changes nothing. Refused: wrong_state, too_late, training_refused (no place)."""
    row = lock_training(session, by, now)
    if row.state == "open":
        return row
    row.state = TRAINING.check(row.state, "open")
    if row.sign_up_until <= now:
        raise Refused("too_late", _("Ilmoittautumisen viimeinen hetki on jo mennyt. Muuta se ensin."))
    save_checked(row, "training_refused")
    _tell_organisation(row, _("Järjestö pitää koulutuksen henkilöstölle: %(course)s %(day)s"), by=by, now=now)
    return row


@transaction.atomic
def cancel_training(session: TrainingSession, *, reason: str, by: Any, now: datetime) -> TrainingSession:
    """Cancel a coming session; all who were invited or have signed up get the reason. Again changes nothing.

    Refused: wrong_state, no_reason.
    """
    row = lock_training(session, by, now)
    if row.state == "cancelled":
        return row
    was_open = row.state == "open"
    row.state = TRAINING.check(row.state, "cancel")
    if not reason.strip():
        raise Refused("no_reason", _("Kirjoita, miksi koulutus perutaan."))
    row.ended_at, row.reason, row.sequence = now, reason.strip()[:300], row.sequence + 1
    save_checked(row, "training_refused")
    lines = [_("Koulutus on peruttu, eikä sitä pidetä sovittuna aikana."), when_line(row), row.reason]
    for sign_up in _standing(row, "invited"):
        tell(sign_up, "cancelled", _("Koulutus on peruttu: %(course)s"), lines, "", now=now)
    if was_open:
        _tell_organisation(row, _("Koulutus, jonka järjestö pitäisi, on peruttu: %(course)s %(day)s"), by=by, now=now)
    return row


def _moved_lines(sign_up: TrainingSignUp) -> list[Any]:
    """Return the new time and, for whoever has a place, where it is."""
    head = _("Koulutuksen aika tai paikka on muuttunut. Jos et pääse, peru ilmoittautumisesi koulutuksen sivulla.")
    known = place_lines(sign_up.session)
    return [head, *(known if sign_up.state == "signed" else known[:1])]


def _standing(session: TrainingSession, *also: str) -> Iterable[TrainingSignUp]:
    rows = session.sign_ups.filter(state__in=(*STANDING_SIGN_UPS, *also)).select_related("user")
    for row in rows.order_by("pk"):
        row.session = session
        yield row


def _check_future(session: TrainingSession, now: datetime) -> None:
    if session.starts_at <= now:
        raise Refused("in_the_past", _("Koulutuksen aika on jo mennyt. Anna tuleva aika."))


def _require_manager(by: Any, now: datetime) -> None:
    if not may_manage_trainings(by, now):
        raise Refused("not_allowed", _("Vain koordinaattori ylläpitää kurssiluetteloa."))


def _tell_organisation(session: TrainingSession, text: Any, *, by: Any, now: datetime) -> None:
    """Tell the timeline of the organisation that leads the session."""
    if session.led_by is None:
        return
    values = {"course": session.course, "day": format_date(session.starts_at)}
    timeline.write(session.led_by, text, values, visibility=Visibility.ORGANISATION, now=now, by=by)
