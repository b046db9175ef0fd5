"""Who came: ticking off, at the door, and the Teams exports of several years."""

from datetime import timedelta

import pytest
from django.http import Http404

from common.errors import Refused
from forums.attendance_teams import Attendee, read_attendance
from forums.models import SignUp
from forums.workflow.attendance import (
    ADD,
    SKIP,
    add_walk_in,
    close_attendance,
    mark_came,
    match_attendees,
    take_attendance,
)
from forums.workflow.sign_ups import cancel
from tests.accounts.factories import UserFactory, staff
from tests.forums.factories import NOW, STARTS, EventFactory, SignUpFactory
from tests.forums.sign_up_steps import enter, hybrid

OLD = "Full Name\tUser Action\tTimestamp\nMaija Mäki\tJoined\t26.11.2026 17.00\nMaija Mäki\tLeft\t26.11.2026 18.00\n"
MIDDLE = (
    "Meeting Summary\nTotal Number of Participants\t2\n\n"
    "Full Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole\tParticipant ID (UPN)\n"
    "Maija Mäki\t17.00\t18.00\t1h\tMaija@example.org\tAttendee\tmaija@example.org\n"
    "Vieras (Guest)\t17.00\t18.00\t1h\t\tAttendee\t\n"
)
NEW = (
    "1. Yhteenveto\nKokouksen otsikko\tEtäkahvit\n\n2. Osallistujat\n"
    "Nimi\tEnsimmäinen liittyminen\tViimeinen poistuminen\tKesto kokouksessa\tSähköpostiosoite\t"
    "Osallistujan tunnus (UPN)\tRooli\n"
    "Maija Mäki\t17.00\t18.00\t1 t\t\tmaija@example.org\tEsittäjä\n"
    "Pekka Puro\t17.00\t18.00\t1 t\tpekka@example.org\t\tOsallistuja\n\n"
    "3. Kokouksen aktiviteetit\nNimi\tLiittymisaika\tPoistumisaika\nAaro Ala\t17.00\t18.00\n"
)


@pytest.mark.parametrize(
    ("text", "encoding", "expected"),
    [
        (OLD, "utf-16", [("Maija Mäki", "")]),
        (OLD, "utf-16-le", [("Maija Mäki", "")]),
        (OLD.replace("\t", ";"), "utf-8-sig", [("Maija Mäki", "")]),
        (MIDDLE, "utf-16", [("Maija Mäki", "maija@example.org"), ("Vieras", "")]),
        (NEW, "utf-16", [("Maija Mäki", "maija@example.org"), ("Pekka Puro", "pekka@example.org")]),
        (
            NEW.replace("\n", "\r\n"),
            "utf-16",
            [("Maija Mäki", "maija@example.org"), ("Pekka Puro", "pekka@example.org")],
        ),
    ],
)
def test_exports_are_read(text: str, encoding: str, expected: list[tuple[str, str]]) -> None:
    assert [(one.name, one.email) for one in read_attendance(text.encode(encoding))] == expected


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "no_list"),
        (b"%PDF-1.7 \x00\x01", "no_list"),
        (b"\xff\xfe\x00", "no_list"),
        ("a\tb\nc\td\n".encode("utf-16"), "no_list"),
        (b"\xe4\xf6;x", "no_list"),
        (MIDDLE[: MIDDLE.index("Maija")].encode("utf-16"), "nobody"),
        (b"x" * 2_000_001, "too_big"),
        (("Name\tEmail\n" + "".join(f"N{n}\tn{n}@x.fi\n" for n in range(901))).encode("utf-16"), "too_many"),
    ],
)
def test_a_bad_file_is_told_in_words(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        read_attendance(data)
    assert refused.value.code == code


@pytest.mark.django_db
def test_ticking_off_and_back() -> None:
    event, by = hybrid(on_site=1), staff("coordinator")
    first, waits = enter(event, "Aino"), enter(event, "Eino")
    with pytest.raises(Refused) as refused:
        mark_came(first, came=True, by=by, now=NOW)
    assert refused.value.code == "too_early"
    assert mark_came(first, came=True, by=by, now=STARTS).attended_way == "on_site"
    assert mark_came(first, came=True, by=by, now=STARTS + timedelta(hours=1)).attendance_at == STARTS
    assert mark_came(first, came=False, by=by, now=STARTS).attended is None
    assert mark_came(waits, came=True, by=by, now=STARTS).attended is True
    cancel([first], by=by, now=STARTS)
    with pytest.raises(Refused) as refused:
        mark_came(first, came=True, by=by, now=STARTS)
    assert refused.value.code == "wrong_state"
    with pytest.raises(Http404):
        mark_came(waits, came=True, by=UserFactory(), now=STARTS)


@pytest.mark.django_db
def test_at_the_door_no_place_is_counted() -> None:
    event, by = hybrid(on_site=1), staff("coordinator")
    enter(event, "Aino")
    given = {"organisation": None, "organisation_name": "Kylä ry", "way": "on_site", "by": by}
    row = add_walk_in(event, name="Tulija", now=STARTS, **given)
    assert (row.state, row.has_hold, row.attended, row.source) == ("signed", False, True, "door")
    assert close_attendance(event, by=by, now=STARTS) == 1
    assert SignUp.objects.get(name="Aino").attended is False
    event.state, event.reason = "cancelled", "Myrsky"
    event.save()
    with pytest.raises(Refused) as refused:
        add_walk_in(event, name="Toinen", now=STARTS, **given)
    assert refused.value.code == "cancelled"


@pytest.mark.django_db
def test_a_teams_export_is_matched_and_kept_once() -> None:
    event, by = EventFactory(), staff("coordinator")
    known = SignUpFactory(event=event, name="Toinen Nimi", email="maija@example.org")
    named = SignUpFactory(event=event, name="Pekka Puro", email="kotiosoite@example.org")
    for _each in range(2):
        SignUpFactory(event=event, name="Matti Virtanen")
    people = [
        Attendee("Mäki, Maija (Tapahtumat)", "maija@example.org"),
        Attendee("Puro, Pekka", "pekka@tyo.example"),
        Attendee("Matti Virtanen", ""),
        Attendee("Outi Outo", "outi@example.org"),
    ]
    found = match_attendees(event, people)
    assert [(match.row, match.how) for match in found] == [(known, "email"), (named, "name"), (None, ""), (None, "")]
    choices = {2: SKIP, 3: ADD}
    assert take_attendance(event, attendees=people, choices=choices, by=by, now=STARTS) == (2, 1)
    assert take_attendance(event, attendees=people, choices=choices, by=by, now=STARTS) == (0, 0)
    assert SignUp.objects.came().filter(attended_way="remote").count() == 3
    assert SignUp.objects.get(name="Outi Outo").source == "teams"
