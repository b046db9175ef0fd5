"""The verbs of sign-ups: join, let go, invite. The session's row is locked, so no place is ever given twice."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.errors import Refused
from common.policies import get_allowed
from liaisons.introductions import to_invite
from liaisons.letters import said
from liaisons.models import SIGN_UP, STANDING_SIGN_UPS, TrainingSession, TrainingSignUp
from liaisons.workflow.saving import person_of, save_checked
from liaisons.workflow.training_base import lock_training, place_lines, read_training, tell, when_line


@transaction.atomic
def join_training(session: TrainingSession, *, by: Any, now: datetime) -> TrainingSignUp:
    """Sign oneself up; into the waiting list when the session is full. Again returns what is there.

    Refused: sign_up_over; Http404 for whom the session is not open.
    """
    get_allowed("liaisons.training.join", by, now=now, lock=True, pk=session.pk)
    row = read_training(session.pk)
    there = row.sign_ups.filter(user=by.pk, state__in=STANDING_SIGN_UPS).first()
    if there is not None:
        return there
    if not row.takes_sign_ups(now):
        raise Refused(
            "sign_up_over", _("Ilmoittautuminen on päättynyt. Kysy koordinaattorilta, pääsetkö vielä mukaan.")
        )
    return _enter(row, User.objects.get(pk=by.pk), by=by, now=now)


@transaction.atomic
def sign_up_person(session: TrainingSession, *, email: str, full_name: str, by: Any, now: datetime) -> TrainingSignUp:
    """Sign a person up on their behalf, also after the sign-up has ended; an account is made where there is none.

    Once the session has begun, who came without signing up gets a place however full it is. Refused: not_open.
    """
    row = lock_training(session, by, now)
    if row.state not in ("open", "held"):
        raise Refused("not_open", _("Avaa ensin ilmoittautuminen."))
    return _enter(row, person_of(email, full_name), by=by, now=now)


@transaction.atomic
def cancel_sign_up(sign_up: TrainingSignUp, *, by: Any, now: datetime) -> TrainingSignUp:
    """Let go of a place, a turn or an invitation; the first in line gets the place. Again changes nothing.

    Refused: already_began.
    """
    known: TrainingSignUp = get_allowed("liaisons.training_sign_up.cancel", by, now=now, pk=sign_up.pk)
    TrainingSession.objects.select_for_update().get(pk=known.session_id)  # the session first: as every verb does
    session = read_training(known.session_id)
    row = TrainingSignUp.objects.select_for_update(of=("self",)).select_related("user").get(pk=known.pk)
    row.session = session
    if row.state == "cancelled":
        return row
    if session.state != "open" or now >= session.starts_at:
        raise Refused("already_began", _("Koulutus on jo alkanut tai peruttu. Ilmoittautumista ei voi enää perua."))
    row.state = SIGN_UP.check(row.state, "cancel")
    row.cancelled_at, row.done_by = now, by
    save_checked(row, "sign_up_refused")
    if by.pk != row.user_id:
        lines = [_("Koordinaattori perui ilmoittautumisesi. Jos et tiedä syytä, kysy häneltä."), when_line(session)]
        tell(row, "removed", _("Ilmoittautumisesi on peruttu: %(course)s"), lines, now.isoformat(), now=now)
    fill_places(session, now=now)
    return row


@transaction.atomic
def invite_lacking(session: TrainingSession, *, by: Any, now: datetime) -> int:
    """Invite every liaison person in force who lacks the introduction; return how many were written to.

    Nobody is invited twice to the same session, however often it is pressed. Refused: not_introduction,
    sign_up_over.
    """
    row = lock_training(session, by, now)
    if not row.course.is_introduction:
        raise Refused("not_introduction", _("Vain yhteyshenkilöiden perehdytykseen kutsutaan kaikki."))
    if not row.takes_sign_ups(now):
        raise Refused("sign_up_over", _("Ilmoittautuminen ei ole auki. Avaa se ensin tai siirrä viimeistä hetkeä."))
    count = 0
    for person in to_invite(row, now):
        made = TrainingSignUp(session=row, user=person, state="invited", invited_at=now, done_by=by)
        save_checked(made, "sign_up_refused")
        lines = [
            _("Toimit yhteyshenkilönä, ja tehtävään kuuluu perehdytys. Sinua ei ole vielä perehdytetty."),
            when_line(row),
            said(_("Ilmoittaudu viimeistään %(until)s."), until=row.sign_up_until),
        ]
        tell(made, "invited", _("Kutsu: %(course)s"), lines, "", now=now)
        count += 1
    return count


def fill_places(session: TrainingSession, *, now: datetime) -> list[TrainingSignUp]:
    """Give free places to the waiting list in order and tell each; the caller has locked the session."""
    if session.state != "open" or now >= session.starts_at:
        return []
    line = session.sign_ups.in_line().select_related("user")
    if session.capacity is not None:
        line = line[: max(0, session.capacity - session.sign_ups.filter(state="signed").count())]
    moved = list(line)
    for row in moved:
        row.session = session
        row.state = SIGN_UP.check(row.state, "move_up")
        save_checked(row, "sign_up_refused")
        lines = [
            _("Koulutuksesta vapautui paikka, ja se on nyt sinun. Jos et pääse, peru ilmoittautumisesi heti."),
            *place_lines(session),
        ]
        tell(row, "moved_up", _("Sait paikan koulutuksesta: %(course)s"), lines, now.isoformat(), now=now)
    return moved


def _enter(session: TrainingSession, user: User, *, by: Any, now: datetime) -> TrainingSignUp:
    """Give the person a place or a turn in the locked session and tell them."""
    row = session.sign_ups.filter(user=user).first()
    if row is None:
        row = TrainingSignUp(session=session, user=user, state="invited")
    if row.state in STANDING_SIGN_UPS:
        return row
    has_begun = now >= session.starts_at
    taken = session.sign_ups.filter(state="signed").count()
    is_full = session.capacity is not None and taken >= session.capacity and not has_begun
    row.state = SIGN_UP.check(row.state, "sign_up", target="waiting" if is_full else "signed")
    row.session, row.user, row.signed_at, row.cancelled_at, row.done_by = session, user, now, None, by
    save_checked(row, "sign_up_refused")
    if not has_begun:
        _tell_entered(row, now)
    return row


def _tell_entered(row: TrainingSignUp, now: datetime) -> None:
    session = row.session
    if row.state == "waiting":
        head = _("Koulutus on täynnä, ja olet jonossa. Saat viestin, jos paikka vapautuu.")
        lines = [head, when_line(session)]
        tell(row, "waiting", _("Olet jonossa koulutukseen: %(course)s"), lines, now.isoformat(), now=now)
    else:
        lines = [_("Sinulla on paikka koulutuksessa. Jos et pääse, peru ilmoittautumisesi."), *place_lines(session)]
        tell(row, "signed", _("Ilmoittautuminen on kirjattu: %(course)s"), lines, now.isoformat(), now=now)
