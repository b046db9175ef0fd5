"""Substitutes and absences: who may arrange them, who is told, and what never overlaps."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404

from accounts.models import User
from common.errors import Refused
from liaisons.models import Absence, Appointment, Substitute
from liaisons.workflow import end_absence, end_substitute, name_substitute, record_absence
from notifications.models import Message
from tests.accounts.factories import UserFactory, staff
from tests.county.factories import NOW
from tests.liaisons.factories import AbsenceFactory, AppointmentFactory, SubstituteFactory, proposal

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 2)


def stand_in(row: Appointment, by: User, **fields: Any) -> Substitute:
    given = {"email": "sijainen@example.org", "full_name": "Sirpa Sijainen", "valid_from": TODAY, **fields}
    return name_substitute(row, by=by, now=NOW, **given)


def test_the_person_names_a_substitute_who_is_told() -> None:
    row = AppointmentFactory()
    for _twice in range(2):
        found = stand_in(row, row.user)
    message = Message.objects.get()
    assert (message.to_user, message.subject) == (found.user, f"Olet sijainen tehtävässä: {row.post.full_name}")
    assert str(found) == "Sirpa Sijainen"


def test_the_coordinator_may_too_and_others_not() -> None:
    row = AppointmentFactory()
    assert stand_in(row, staff("coordinator")).pk
    for other in (UserFactory(), staff("auditor"), staff("registrar")):
        with pytest.raises(Http404):
            stand_in(row, other, email="toinen@example.org")


@pytest.mark.parametrize("state", ["proposed", "declined", "over"])
def test_only_for_an_appointment_that_is_agreed(state: str) -> None:
    row = {
        "proposed": lambda: proposal(),
        "declined": lambda: AppointmentFactory(state="declined", accepted_on=None),
        "over": lambda: AppointmentFactory(valid_until=TODAY - timedelta(days=1)),
    }[state]()
    with pytest.raises(Http404):
        stand_in(row, row.user)


def test_nobody_is_their_own_substitute() -> None:
    row = AppointmentFactory()
    with pytest.raises(Refused) as refused:
        stand_in(row, row.user, email=row.user.email.upper())
    assert refused.value.code == "own_substitute"


def test_the_same_person_once_at_a_time() -> None:
    row = AppointmentFactory()
    found = stand_in(row, row.user)
    with pytest.raises(Refused) as refused:
        stand_in(row, row.user, valid_from=TODAY + timedelta(days=5))
    assert str(refused.value) == "Henkilö on jo sijaisena osan tästä ajasta."
    with pytest.raises(IntegrityError, match="liaisons_substitute_once"), transaction.atomic():
        SubstituteFactory(appointment=row, user=found.user)
    with pytest.raises(IntegrityError, match="liaisons_substitute_order_from_one"), transaction.atomic():
        SubstituteFactory(appointment=row, order=0)


def test_a_substitute_steps_aside_and_so_may_the_holder_decide() -> None:
    for by in ("substitute", "holder"):
        found = SubstituteFactory()
        user = found.user if by == "substitute" else found.appointment.user
        for _twice in range(2):
            assert end_substitute(found, ends_on=TODAY, by=user, now=NOW).valid_until == TODAY
    with pytest.raises(Http404):
        end_substitute(found, ends_on=TODAY, by=UserFactory(), now=NOW)


def test_an_absence_tells_the_first_substitute_of_each_post() -> None:
    holder = UserFactory()
    rows = [AppointmentFactory(user=holder), AppointmentFactory(user=holder)]
    second = SubstituteFactory(appointment=rows[0], order=2)
    first = SubstituteFactory(appointment=rows[0], order=1)
    other = SubstituteFactory(appointment=rows[1])
    SubstituteFactory(appointment=AppointmentFactory())
    days = {"valid_from": date(2026, 12, 1), "valid_until": date(2026, 12, 10)}
    for _twice in range(2):
        record_absence(holder, **days, by=holder, now=NOW)
    told = Message.objects.order_by("pk")
    assert {message.to_user for message in told} == {first.user, other.user}
    assert second.user not in {message.to_user for message in told}
    assert "on poissa 1.12.2026–10.12.2026. Sinä vastaat silloin tehtävästä" in told[0].text
    assert Absence.objects.count() == 1


def test_a_new_last_day_tells_again() -> None:
    row = SubstituteFactory().appointment
    record_absence(row.user, valid_from=TODAY, valid_until=TODAY, by=row.user, now=NOW)
    record_absence(row.user, valid_from=TODAY, by=row.user, now=NOW)
    assert Absence.objects.get().valid_until is None
    assert "toistaiseksi" in Message.objects.order_by("-pk").first().text  # type: ignore[union-attr]


def test_absences_do_not_overlap() -> None:
    absence = AbsenceFactory()
    with pytest.raises(Refused) as refused:
        record_absence(absence.user, valid_from=absence.valid_until, by=absence.user, now=NOW)
    assert refused.value.code == "absence_refused"
    with pytest.raises(IntegrityError, match="liaisons_absence_one_at_a_time"), transaction.atomic():
        AbsenceFactory(user=absence.user, valid_from=date(2026, 11, 8), valid_until=None)
    assert str(absence) == f"{absence.user}: 2026-11-02"


def test_an_absence_is_the_persons_or_the_coordinators() -> None:
    person = UserFactory()
    for other in (UserFactory(), staff("auditor")):
        with pytest.raises(Http404):
            record_absence(person, valid_from=TODAY, by=other, now=NOW)
    absence = record_absence(person, valid_from=TODAY, by=staff("coordinator"), now=NOW)
    with pytest.raises(Http404):
        end_absence(absence, ends_on=TODAY, by=UserFactory(), now=NOW)
    ended = end_absence(absence, ends_on=TODAY, by=person, now=NOW)
    assert ended is not None
    assert ended.valid_until == TODAY


def test_an_absence_that_has_begun_is_ended_and_one_ahead_is_taken_back() -> None:
    begun = AbsenceFactory()
    with pytest.raises(Refused) as refused:
        end_absence(begun, ends_on=None, by=begun.user, now=NOW)
    assert refused.value.code == "begun"
    ahead = AbsenceFactory(valid_from=TODAY + timedelta(days=1))
    assert end_absence(ahead, ends_on=None, by=ahead.user, now=NOW) is None
    assert Absence.objects.get() == begun
