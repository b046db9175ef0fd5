"""Introductions and trainings: sessions and their mail, sign-ups in order, attendance, certificates, rights."""

import io
import subprocess
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pikepdf
import pytest
from django.db import IntegrityError, transaction
from django.http import Http404

from common import clock
from common.errors import Refused
from common.policies import allowed
from common.times import local_date
from county.models import County
from liaisons.introductions import introduction_figures, lacking, to_invite, years_before
from liaisons.models import TrainingCourse, TrainingRecord, TrainingSession, TrainingSignUp
from liaisons.training_calendar import trainings_calendar
from liaisons.training_seams import (
    own_training_data,
    training_reminders,
    training_retention,
    training_todos,
    trainings_of_year,
)
from liaisons.workflow import accept_appointment
from liaisons.workflow.sign_ups import cancel_sign_up, invite_lacking, join_training, sign_up_person
from liaisons.workflow.training_base import when_line
from liaisons.workflow.training_records import ensure_certificate, mark_attendance, record_earlier, withdraw_record
from liaisons.workflow.trainings import cancel_training, edit_training, open_training, plan_training, save_course
from notifications.models import Message
from tests.accounts.factories import UserFactory, staff
from tests.documents.pdf_checks import assert_accessible
from tests.liaisons.factories import BodyAppointmentFactory, BodyFactory, PostFactory, SubstituteFactory, proposal
from tests.liaisons.factories_trainings import (
    CourseFactory,
    RecordFactory,
    SignUpFactory,
    TrainingFactory,
    introduction,
    liaison,
)
from tests.organisations.factories import OrganisationFactory, member

pytestmark = pytest.mark.django_db
LATER = clock.now() + timedelta(days=90)


def code_of(call: Any) -> str:
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.code


def kinds(person: Any = None) -> list[str]:
    """Return the kinds of messages in the order of writing, without the room's name."""
    rows = Message.objects.filter(kind__startswith="liaisons.training_").order_by("pk")
    found = rows.filter(to_user=person) if person is not None else rows
    return [row.kind.removeprefix("liaisons.training_") for row in found]


def planned(course: TrainingCourse, by: Any, **fields: Any) -> TrainingSession:
    now = clock.now()
    facts = {
        "starts_at": now + timedelta(days=14),
        "ends_at": now + timedelta(days=14, hours=2),
        "sign_up_until": now + timedelta(days=10),
        "place": "Kaisla",
        "leaders": "Minna Malli",
    }
    return plan_training(course, by=by, now=now, **{**facts, **fields})


# Courses and sessions


def test_a_session_from_plan_to_held() -> None:
    coordinator, now = staff("coordinator"), clock.now()
    facts = {"name_fi": "Perehdytys", "audience": "uudet", "learns": "Kaikki", "hours": Decimal(2)}
    course = save_course(None, is_introduction=True, **facts, by=coordinator, now=now)
    again = {**facts, "name_fi": "Toinen"}
    assert (
        code_of(lambda: save_course(None, is_introduction=True, **again, by=coordinator, now=now)) == "course_refused"
    )
    assert code_of(lambda: save_course(None, **again, by=staff("auditor"), now=now)) == "not_allowed"
    ngo = OrganisationFactory(name="Omaistuki ry")
    session = planned(course, coordinator, led_by=ngo)
    assert planned(course, coordinator, starts_at=session.starts_at) == session, "a double press is one session"
    person = liaison()
    assert not allowed("liaisons.training.view", person, now=now).exists(), "nobody else sees a plan"
    for _twice in range(2):
        session = open_training(session, by=coordinator, now=now)
    assert allowed("liaisons.training.view", person, now=now).get() == session
    assert ngo.timeline.count() == 1
    row = join_training(session, by=person, now=now)
    later = session.ends_at + timedelta(hours=1)
    assert code_of(lambda: mark_attendance(session, attended=[row.pk], by=coordinator, now=now)) == "not_yet"
    for _twice in range(2):
        session = mark_attendance(session, attended=[row.pk], by=coordinator, now=later)
    assert session.state == "held"
    record = TrainingRecord.objects.get()
    assert (record.user, record.completed_on, record.hours) == (person, local_date(session.starts_at), Decimal(2))
    assert "Omaistuki ry" in record.organiser
    assert kinds() == ["signed", "certificate"]
    reason = {"reason": "x", "by": coordinator, "now": later}
    assert code_of(lambda: cancel_training(session, **reason)) == "wrong_state"
    assert code_of(lambda: edit_training(session, leaders="x", by=coordinator, now=later)) == "ended"


def test_what_a_session_refuses() -> None:
    coordinator, now = staff("coordinator"), clock.now()
    course = CourseFactory()
    past = {"starts_at": now - timedelta(hours=1), "sign_up_until": now - timedelta(days=1)}
    assert code_of(lambda: planned(course, coordinator, **past)) == "in_the_past"
    short = {"ends_at": now + timedelta(days=13)}
    assert code_of(lambda: planned(course, coordinator, **short)) == "training_refused"
    nowhere = planned(course, coordinator, place="")
    assert code_of(lambda: open_training(nowhere, by=coordinator, now=now)) == "training_refused"
    assert code_of(lambda: open_training(nowhere, by=coordinator, now=now + timedelta(days=11))) == "too_late"
    assert code_of(lambda: cancel_training(nowhere, reason=" ", by=coordinator, now=now)) == "no_reason"
    assert code_of(lambda: planned(CourseFactory(is_offered=False), coordinator)) == "course_ended"
    with pytest.raises(Http404):
        open_training(nowhere, by=staff("administrator"), now=now)


def test_everybody_is_told_when_it_moves_and_when_it_is_cancelled() -> None:
    coordinator, now = staff("coordinator"), clock.now()
    session = TrainingFactory(course=introduction(), capacity=1, note="Lue opas.")
    invited = liaison()
    assert invite_lacking(session, by=coordinator, now=now) == 1
    first, second = staff("registrar"), staff("administrator", language="sv")
    join_training(session, by=first, now=now)
    join_training(session, by=second, now=now)
    session = edit_training(session, note="Tuo kahvit.", by=coordinator, now=now)
    assert session.sequence == 0
    assert "moved" not in kinds()
    session = edit_training(session, place="Otsola", by=coordinator, now=now)
    assert session.sequence == 1
    assert kinds(first) == ["signed", "moved"]
    assert kinds(second) == ["waiting", "moved"]
    moved = Message.objects.filter(kind="liaisons.training_moved")
    assert "Otsola" in moved.get(to_user=first).text
    assert "Otsola" not in moved.get(to_user=second).text, "the place is told to those who have one"
    assert "Introduktion i organisationssamarbete" in moved.get(to_user=second).subject
    for _twice in range(2):
        session = cancel_training(session, reason="Vetäjä sairastui", by=coordinator, now=now)
    cancelled = Message.objects.filter(kind="liaisons.training_cancelled").select_related("to_user")
    assert {row.to_user for row in cancelled} == {first, second, invited}
    assert all("Vetäjä sairastui" in row.text and row.required for row in cancelled)
    assert code_of(lambda: join_training(TrainingFactory(state="open"), by=first, now=now + timedelta(days=14))) == (
        "sign_up_over"
    )


def test_a_letter_says_the_day_once_when_it_is_one() -> None:
    start = datetime(2026, 12, 8, 7, tzinfo=UTC)
    one = TrainingSession(starts_at=start, ends_at=start + timedelta(hours=3))
    two = TrainingSession(starts_at=start, ends_at=start + timedelta(days=1))
    said = [str(when_line(session)).replace("\N{NO-BREAK SPACE}", " ") for session in (one, two)]
    assert said == [
        "Koulutus on 8.12.2026 klo 9.00 – 12.00.",
        "Koulutus on 8.12.2026 klo 9.00 – 9.12.2026 klo 9.00.",
    ]


# Sign-ups


def test_the_waiting_list_moves_up_in_order_with_a_mail() -> None:
    coordinator, now = staff("coordinator"), clock.now()
    session = TrainingFactory(capacity=1)
    people = [staff("registrar") for _number in range(4)]
    rows = [join_training(session, by=one, now=now + timedelta(minutes=n)) for n, one in enumerate(people)]
    assert [row.state for row in rows] == ["signed", "waiting", "waiting", "waiting"]
    assert join_training(session, by=people[1], now=now).pk == rows[1].pk, "again is the same turn"
    for _twice in range(2):
        cancel_sign_up(rows[0], by=people[0], now=now)

    def states() -> list[str]:
        return [TrainingSignUp.objects.get(pk=row.pk).state for row in rows]

    assert states() == ["cancelled", "signed", "waiting", "waiting"]
    assert kinds(people[1]) == ["waiting", "moved_up"]
    assert kinds(people[2]) == ["waiting"]
    join_training(session, by=people[0], now=now + timedelta(hours=1))
    assert states() == ["waiting", "signed", "waiting", "waiting"]
    edit_training(session, capacity=3, by=coordinator, now=now)
    assert states() == ["waiting", "signed", "signed", "signed"], "who came back is last in line"
    assert code_of(lambda: edit_training(session, capacity=2, by=coordinator, now=now)) == "capacity_below"
    edit_training(session, capacity=None, by=coordinator, now=now)
    assert states() == ["signed"] * 4


def test_the_coordinator_signs_people_up_and_lets_them_go() -> None:
    coordinator, now = staff("coordinator"), clock.now()
    session = TrainingFactory(capacity=1)
    late = session.sign_up_until + timedelta(hours=1)
    fields: dict[str, Any] = {"full_name": "Uusi Hoitaja", "by": coordinator}
    row = sign_up_person(session, email="uusi@example.org", **fields, now=late)
    assert (row.state, row.user.full_name) == ("signed", "Uusi Hoitaja")
    assert allowed("liaisons.training.view", row.user, now=now).get() == session, "who is signed up sees it"
    waiting = sign_up_person(session, email="toinen@example.org", **fields, now=late)
    assert waiting.state == "waiting"
    walked_in = sign_up_person(session, email="k@example.org", **fields, now=session.starts_at + timedelta(minutes=5))
    assert walked_in.state == "signed"
    assert kinds(walked_in.user) == []
    cancel_sign_up(row, by=coordinator, now=late)
    assert kinds(row.user) == ["signed", "removed"]
    assert code_of(lambda: cancel_sign_up(waiting, by=waiting.user, now=session.starts_at)) == "already_began"
    with pytest.raises(Http404):
        cancel_sign_up(waiting, by=staff("registrar"), now=late)
    shut = TrainingFactory(state="planned")
    assert code_of(lambda: sign_up_person(shut, email="u@example.org", **fields, now=now)) == "not_open"


def test_one_press_invites_everybody_who_lacks_the_introduction_once() -> None:
    coordinator, now = staff("coordinator"), clock.now()
    course = introduction()
    session, other = TrainingFactory(course=course), TrainingFactory(course=course)
    lacks, has, elsewhere, noted, ended = (liaison() for _number in range(5))
    RecordFactory(user=has, course=course)
    SignUpFactory(session=other, user=elsewhere)
    noted.liaison_appointments.update(introduced_on=date(2025, 1, 1))
    ended.liaison_appointments.update(state="ended", valid_until=date(2024, 1, 1))
    proposal(post=PostFactory())
    assert list(to_invite(session, now)) == [lacks]
    assert invite_lacking(session, by=coordinator, now=now) == 1
    assert invite_lacking(session, by=coordinator, now=now) == 0
    assert kinds() == ["invited"]
    assert Message.objects.get(kind="liaisons.training_invited").to_user == lacks
    row = session.sign_ups.get()
    cancel_sign_up(row, by=lacks, now=now)
    assert invite_lacking(session, by=coordinator, now=now) == 0, "who said no is left alone"
    assert join_training(session, by=lacks, now=now).state == "signed"
    figures = introduction_figures(local_date(now))
    assert (figures.people, figures.introduced, figures.lacking, figures.percentage) == (4, 2, 2, 50)
    assert code_of(lambda: invite_lacking(TrainingFactory(), by=coordinator, now=now)) == "not_introduction"
    late = session.sign_up_until + timedelta(hours=1)
    assert code_of(lambda: invite_lacking(session, by=coordinator, now=late)) == "sign_up_over"


# What was taken


def held(course: TrainingCourse, *people: Any, came: bool = True) -> tuple[TrainingSession, Any]:
    """Return a session that has been held with the people, and the coordinator."""
    coordinator = staff("coordinator")
    session = TrainingFactory(course=course)
    rows = [SignUpFactory(session=session, user=person) for person in people]
    chosen = [row.pk for row in rows] if came else []
    later = session.ends_at + timedelta(hours=1)
    return mark_attendance(session, attended=chosen, by=coordinator, now=later), coordinator


def test_attendance_of_the_introduction_stands_in_the_appointments() -> None:
    person, absent = liaison(), liaison()
    old = liaison(introduced_on=date(2090, 1, 1))
    session, coordinator = held(introduction(), person, old)
    day, later = local_date(session.starts_at), session.ends_at + timedelta(hours=2)

    def noted(one: Any) -> Any:
        return one.liaison_appointments.get().introduced_on

    assert noted(person) == day
    assert noted(old) == date(2090, 1, 1), "a later day set by hand stays"
    assert noted(absent) is None
    mark_attendance(session, attended=[], by=coordinator, now=later)
    assert noted(person) is None
    record = TrainingRecord.objects.get(user=person)
    assert (record.withdrawn_by, person in lacking(local_date(later))) == (coordinator, True)
    mark_attendance(session, attended=[session.sign_ups.get(user=person).pk], by=coordinator, now=later)
    assert noted(person) == day
    assert TrainingRecord.objects.filter(user=person).count() == 2, "the history stays"
    assert TrainingRecord.objects.valid().filter(user=person).count() == 1
    held(CourseFactory(), absent)
    assert TrainingRecord.objects.valid().filter(user=absent).exists()
    assert noted(absent) is None, "another course is no introduction"


def test_an_introduction_before_the_post_is_known_when_the_post_is_accepted() -> None:
    row = proposal(post=PostFactory(), valid_until=None)
    RecordFactory(user=row.user, course=introduction(), completed_on=date(2026, 5, 5))
    accept_appointment(row, by=row.user, now=clock.now())
    row.refresh_from_db()
    assert row.introduced_on == date(2026, 5, 5)


def test_what_was_taken_elsewhere_is_recorded_with_its_source_and_taken_back() -> None:
    coordinator, now, person = staff("coordinator"), clock.now(), liaison()
    facts: dict[str, Any] = {
        "email": person.email,
        "full_name": person.full_name,
        "course": introduction(),
        "organiser": "Kuntayhtymä",
        "by": coordinator,
        "now": now,
    }
    day = date(2026, 1, 15)
    tomorrow = local_date(now) + timedelta(days=1)
    assert code_of(lambda: record_earlier(**facts, completed_on=tomorrow, source="x")) == "in_the_future"
    assert code_of(lambda: record_earlier(**facts, completed_on=day, source="")) == "record_refused"
    record = record_earlier(**facts, completed_on=day, source="todistus 15.1.2026")
    assert record_earlier(**facts, completed_on=day, source="toinen") == record
    appointment = person.liaison_appointments.get()
    assert appointment.introduced_on == day
    with pytest.raises(Http404):
        ensure_certificate(record, by=person, now=now)
    for _twice in range(2):
        withdraw_record(record, by=coordinator, now=now)
    appointment.refresh_from_db()
    assert appointment.introduced_on is None
    with pytest.raises(Http404):
        record_earlier(**{**facts, "by": staff("administrator")}, completed_on=day, source="x")
    with pytest.raises(Http404):
        withdraw_record(record, by=person, now=now)


def words(data: bytes) -> str:
    found = subprocess.run(["pdftotext", "-layout", "-", "-"], input=data, capture_output=True, check=True)
    return " ".join(found.stdout.decode().replace("\N{NO-BREAK SPACE}", " ").split())


def test_the_certificate_says_who_took_what_and_is_readable_for_everybody() -> None:
    County.objects.create(code="14", area_key="14", name_fi="Koealueen hyvinvointialue")
    person = liaison()
    person.full_name = "Ylva Yhdyshenkilö"
    person.save()
    session, coordinator = held(introduction(), person)
    record, now = TrainingRecord.objects.get(), session.ends_at + timedelta(days=1)
    document = ensure_certificate(record, by=person, now=now)
    assert ensure_certificate(record, by=coordinator, now=now) == document, "made once"
    with document.file.open("rb") as file:
        data = file.read()
    assert_accessible(data)
    with pikepdf.open(io.BytesIO(data)) as pdf, pdf.open_metadata() as metadata:
        assert metadata["dc:title"] == "Todistus: Järjestöyhteistyön perehdytys"
    said = words(data)
    day = record.completed_on
    for part in (
        "Ylva Yhdyshenkilö",
        "Järjestöyhteistyön perehdytys",
        f"{day.day}.{day.month}.{day.year}",
        "2,5",
        "Koealueen hyvinvointialue",
    ):
        assert part in said
    for stranger in (liaison(), staff("auditor"), staff("administrator")):
        with pytest.raises(Http404):
            ensure_certificate(record, by=stranger, now=now)
    withdraw_record(record, by=coordinator, now=now)
    assert session.sign_ups.get().attended is False
    with pytest.raises(Http404):
        ensure_certificate(record, by=person, now=now)


# Rights, seams, database


def test_who_may_take_part_and_who_sees_the_place() -> None:
    now, session = clock.now(), TrainingFactory()
    holder, stands_in = liaison(), UserFactory()
    SubstituteFactory(appointment=holder.liaison_appointments.get(), user=stands_in)
    secretary, jane = UserFactory(), UserFactory()
    BodyAppointmentFactory(user=secretary)
    BodyAppointmentFactory(user=jane, body=BodyFactory(is_self_run=True))
    for person, joins in (
        (holder, True),
        (stands_in, True),
        (staff("payments_clerk"), True),
        (secretary, True),
        (jane, False),
        (member(OrganisationFactory()), False),
        (UserFactory(), False),
    ):
        assert allowed("liaisons.training.join", person, now=now).exists() is joins
        assert allowed("liaisons.training.view", person, now=now).exists() is joins
        assert not allowed("liaisons.training.attend", person, now=now).exists()
    row = join_training(session, by=holder, now=now)
    assert allowed("liaisons.training.attend", holder, now=now).exists()
    assert not allowed("liaisons.training.attend", staff("auditor"), now=now).exists()
    cancel_sign_up(row, by=holder, now=now)
    assert not allowed("liaisons.training.attend", holder, now=now).exists()


def titles(person: Any, now: Any) -> list[str]:
    return [todo.title for todo in training_todos(person, now)]


def test_what_waits_for_a_liaison_person_and_for_the_coordinator() -> None:
    coordinator, person, now = staff("coordinator"), liaison(), clock.now()
    assert titles(coordinator, now) == ["Lisää yhteyshenkilöiden perehdytys kurssiluetteloon"]
    course = introduction()
    assert titles(coordinator, now) == ["Suunnittele perehdytys: yhtään ei ole tulossa puolen vuoden sisällä"]
    far = TrainingFactory(course=course, starts_at=now + timedelta(days=190))
    assert len(titles(coordinator, now)) == 1
    session = TrainingFactory(course=course, starts_at=now + timedelta(days=20))
    assert titles(coordinator, now) == []
    assert [text[:45] for text in titles(person, now)] == ["Ilmoittaudu yhteyshenkilöiden perehdytykseen "]
    row = join_training(session, by=person, now=now)
    assert [text[:24] for text in titles(person, now)] == ["Osallistu koulutukseen: "]
    ended = session.ends_at + timedelta(hours=1)
    assert [text[:30] for text in titles(coordinator, ended)] == ["Merkitse, ketkä osallistuivat:"]
    mark_attendance(session, attended=[row.pk], by=coordinator, now=ended)
    assert titles(person, ended) == []
    assert titles(coordinator, ended) == [], "the far one is within half a year by now"
    assert far.state == "open"
    assert titles(UserFactory(), now) == []
    other = liaison()
    invite_lacking(far, by=coordinator, now=now)
    assert [text[:33] for text in titles(other, now)] == ["Ilmoittaudu koulutukseen, johon s"]


def test_reminder_calendar_and_own_data() -> None:
    now, session = clock.now(), TrainingFactory(course=introduction())
    row, waiting = SignUpFactory(session=session), SignUpFactory(session=session, state="waiting")
    assert list(training_reminders(now)) == []
    before = session.starts_at - timedelta(days=2)
    found = list(training_reminders(before))
    assert [(one.to, str(one.subject)) for one in found] == [
        (row.user, "Muistutus koulutuksesta: Järjestöyhteistyön perehdytys")
    ]
    assert waiting.user not in [one.to for one in found]
    text = trainings_calendar([session], now).decode()
    assert f"UID:training-{session.pk}@" in text
    assert "Kokoushuone Kaisla" in text
    day = local_date(session.starts_at)
    assert [entry.kind for entry in trainings_of_year(day, day)] == ["training"]
    RecordFactory(user=row.user)
    data = own_training_data(row.user)
    assert (len(data["sign_ups"]), len(data["taken"])) == (1, 1)


def test_what_is_kept_and_what_goes() -> None:
    person = liaison()
    session, _coordinator = held(introduction(), person)
    record = TrainingRecord.objects.get()
    document = ensure_certificate(record, by=person, now=session.ends_at + timedelta(days=1))
    soon = training_retention(session.ends_at + timedelta(days=729))
    assert set(soon.values()) == {0}
    assert training_retention(session.ends_at + timedelta(days=731))["liaisons.TrainingSignUp"] == 1
    assert training_retention(session.ends_at + timedelta(days=3600))["liaisons.TrainingRecord"] == 0
    erased = training_retention(session.ends_at + timedelta(days=3660))
    assert erased["liaisons.TrainingRecord"] == erased["liaisons.TrainingSession"] == 1
    assert not type(document).objects.filter(pk=document.pk).exists()
    assert years_before(date(2028, 2, 29), 2) == date(2026, 2, 28)


@pytest.mark.parametrize(
    ("make", "fields", "constraint"),
    [
        (TrainingFactory, {"state": "gone"}, "liaisons_training_known_state"),
        (TrainingFactory, {"capacity": 0}, "liaisons_training_capacity_positive"),
        (TrainingFactory, {"place": "", "remote_url": ""}, "liaisons_training_open_has_place"),
        (TrainingFactory, {"state": "held"}, "liaisons_training_ended_has_time"),
        (TrainingFactory, {"ends_at": clock.now()}, "liaisons_training_ends_after_start"),
        (
            TrainingFactory,
            {"sign_up_until": clock.now() + timedelta(days=90)},
            "liaisons_training_sign_up_before_start",
        ),
        (SignUpFactory, {"state": "gone"}, "liaisons_signup_known_state"),
        (SignUpFactory, {"signed_at": None}, "liaisons_signup_place_has_time"),
        (SignUpFactory, {"state": "cancelled", "attended": True}, "liaisons_signup_attended_had_signed"),
        (RecordFactory, {"source": ""}, "liaisons_record_has_source"),
        (RecordFactory, {"hours": 0}, "liaisons_record_hours_sane"),
        (RecordFactory, {"withdrawn_at": clock.now()}, "liaisons_record_withdrawn_by"),
        (CourseFactory, {"hours": 0}, "liaisons_course_hours_sane"),
        (CourseFactory, {"learns": ""}, "liaisons_course_complete"),
    ],
)
def test_the_database_defends_it(make: Any, fields: dict[str, Any], constraint: str) -> None:
    row = make()
    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        type(row).objects.filter(pk=row.pk).update(**fields)


def test_nobody_is_twice_in_a_session_and_one_course_is_the_introduction() -> None:
    row = SignUpFactory()
    with pytest.raises(IntegrityError, match="liaisons_signup_person_once"), transaction.atomic():
        SignUpFactory(session=row.session, user=row.user)
    introduction()
    with pytest.raises(IntegrityError, match="liaisons_course_one_introduction"), transaction.atomic():
        CourseFactory(is_introduction=True)
    taken = RecordFactory()
    with pytest.raises(IntegrityError, match="liaisons_record_taken_once_a_day"), transaction.atomic():
        RecordFactory(user=taken.user, course=taken.course, completed_on=taken.completed_on)
