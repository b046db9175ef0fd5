"""Proposed dates: a group marks what suits by personal links, one time becomes an event and everybody is told."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from common import clock
from common.errors import Refused
from county.models import RegionalGroup
from forums.forms.dates import read_people, read_times
from forums.models import DateAnswer, DateAsked, DateOption, DatePoll, Event
from forums.views.dates import table_of
from forums.wheel_seams import own_wheel_data, wheel_reminders, wheel_retention, wheel_todos
from forums.workflow.dates import Person, answer_dates, choose_date, drop_dates, members_of, propose_dates
from notifications.models import Message
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.forums.factories import NOW, EventFactory
from tests.liaisons.factories import BodyFactory, SeatFactory
from tests.liaisons.factories_networks import NetworkFactory, convener

pytestmark = pytest.mark.django_db
FIRST = NOW + timedelta(days=20)
OPTIONS = [(FIRST + timedelta(days=days), FIRST + timedelta(days=days, hours=2)) for days in (0, 1)]
PEOPLE = [Person("Aino", "aino@example.org"), Person("Eero", "eero@example.org"), Person("Taas", "AINO@example.org")]


def asked(**fields: Any) -> DatePoll:
    facts: dict[str, Any] = {
        "title": "Kevään tapaaminen",
        "text": "",
        "options": OPTIONS,
        "people": PEOPLE,
        "answer_until": NOW + timedelta(days=7),
        "now": NOW,
    }
    return propose_dates(**{**facts, **fields, "by": fields.get("by") or staff("coordinator")})


def refusal(act: Any) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


def reply(poll: DatePoll, name: str, *suits: str, now: datetime = NOW) -> DateAsked:
    keys = poll.options.values_list("pk", flat=True)
    token = poll.asked.get(name=name).token
    return answer_dates(token, answers=dict(zip(keys, suits, strict=True)), comment="", now=now)


def test_each_address_gets_one_letter_with_its_own_link() -> None:
    poll = asked()
    assert [row.name for row in poll.asked.all()] == ["Aino", "Eero"]
    letters = Message.objects.filter(kind="forums.dates_asked")
    assert letters.count() == 2
    assert all(row.token in letters.get(to_address=row.email).text for row in poll.asked.all())


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"options": OPTIONS[:1]}, "few_options"),
        ({"people": []}, "nobody"),
        ({"options": [(NOW - timedelta(days=1), NOW), *OPTIONS]}, "in_the_past"),
        ({"answer_until": FIRST + timedelta(days=3)}, "deadline_late"),
        ({"title": " "}, "poll_refused"),
        ({"people": [Person(str(n), f"p{n}@example.org") for n in range(301)]}, "too_many"),
    ],
)
def test_what_cannot_be_asked_is_refused(fields: dict[str, Any], code: str) -> None:
    assert refusal(lambda: asked(**fields)) == code
    assert not DatePoll.objects.exists()


def test_a_convener_asks_only_their_own_network() -> None:
    network = NetworkFactory()
    by = convener(network)
    assert asked(by=by, network=network).network == network
    assert refusal(lambda: asked(by=by)) == "not_allowed"
    assert refusal(lambda: asked(by=by, network=NetworkFactory())) == "not_allowed"
    assert refusal(lambda: asked(by=UserFactory())) == "not_allowed"


def test_members_of_a_body_and_a_group_are_found() -> None:
    group = RegionalGroup.objects.create(key="pohjoinen", name_fi="Pohjoinen")
    body = BodyFactory(regional_group=group)
    seat = SeatFactory(body=body)
    assert [person.user for person in members_of(body=body, now=NOW)] == [seat.user]
    assert [person.user for person in members_of(group=group, now=NOW)] == [seat.user]
    assert members_of(network=NetworkFactory(), now=NOW) == []


def test_answers_are_counted_and_the_last_one_stands() -> None:
    poll = asked()
    reply(poll, "Aino", "no", "no")
    reply(poll, "Aino", "yes", "no")
    reply(poll, "Eero", "if_needed", "yes")
    found = table_of(poll)
    assert [(sums, best) for _option, sums, best in found["columns"]] == [
        ({"yes": 1, "if_needed": 1, "no": 0}, True),
        ({"yes": 1, "if_needed": 0, "no": 1}, False),
    ]
    assert found["answered"] == 2
    token = poll.asked.get(name="Aino").token
    assert refusal(lambda: answer_dates(token, answers={}, comment="", now=NOW)) == "not_all"
    assert refusal(lambda: reply(poll, "Aino", "yes", "yes", now=NOW + timedelta(days=8))) == "ended"
    with pytest.raises(Http404):
        answer_dates("arvaus", answers={}, comment="", now=NOW)


def test_the_chosen_time_becomes_one_event_and_everybody_is_told() -> None:
    group = RegionalGroup.objects.create(key="pohjoinen", name_fi="Pohjoinen")
    by = staff("coordinator")
    poll = asked(by=by, regional_group=group)
    first, second = poll.options.all()
    event = choose_date(poll, second, by=by, now=NOW)
    assert (event.starts_at, event.state, event.regional_group, event.visibility) == (
        second.starts_at,
        "planned",
        group,
        "members",
    )
    assert choose_date(poll, second, by=by, now=NOW) == event
    assert refusal(lambda: choose_date(poll, first, by=by, now=NOW)) == "wrong_state"
    assert Event.objects.count() == 1
    assert Message.objects.filter(kind="forums.date_chosen").count() == 2
    assert refusal(lambda: reply(poll, "Aino", "yes", "yes")) == "ended"
    with pytest.raises(Http404):
        choose_date(poll, second, by=UserFactory(), now=NOW)


def test_giving_up_is_told_once() -> None:
    by = staff("coordinator")
    poll = asked(by=by)
    assert drop_dates(poll, by=by, now=NOW).state == drop_dates(poll, by=by, now=NOW).state == "dropped"
    assert Message.objects.filter(kind="forums.dates_dropped").count() == 2


def test_reminders_what_waits_own_data_and_erasing() -> None:
    by, user = staff("coordinator"), UserFactory()
    poll = asked(by=by, people=[Person("Aino", "aino@example.org"), Person(user.full_name, user.email, user)])
    near = poll.answer_until - timedelta(days=1)
    assert list(wheel_reminders(NOW)) == []
    assert len(list(wheel_reminders(near))) == 2
    reply(poll, "Aino", "yes", "yes")
    assert [reminder.to for reminder in wheel_reminders(near)] == [user]
    assert any("Valitse aika" in todo.title for todo in wheel_todos(by, poll.answer_until + timedelta(hours=1)))
    assert own_wheel_data(user)["dates_asked"][0]["poll__title"] == "Kevään tapaaminen"
    assert wheel_retention(NOW + timedelta(days=700)) == {"forums.DatePoll": 0}
    assert wheel_retention(NOW + timedelta(days=740)) == {"forums.DatePoll": 1}
    assert not DateAsked.objects.exists()
    assert not DateAnswer.objects.exists()


def test_the_database_refuses_what_must_never_be() -> None:
    poll = asked()
    option = poll.options.first()
    assert option is not None
    wrong: list[tuple[str, Any]] = [
        ("option_order", lambda: DateOption.objects.create(poll=poll, starts_at=FIRST, ends_at=FIRST)),
        (
            "option_once",
            lambda: DateOption.objects.create(poll=poll, starts_at=option.starts_at, ends_at=option.ends_at),
        ),
        ("asked_once", lambda: DateAsked.objects.create(poll=poll, name="A", email="aino@example.org")),
        ("poll_(known|ended)", lambda: DatePoll.objects.update(state="lost")),
        ("poll_ended", lambda: DatePoll.objects.update(state="dropped")),
        ("answer_known", lambda: DateAnswer.objects.create(asked=poll.asked.first(), option=option, suits="maybe")),
    ]
    for name, act in wrong:
        with pytest.raises(IntegrityError, match=name), transaction.atomic():
            act()


def test_times_and_people_are_read_as_they_are_written() -> None:
    start = datetime(2026, 12, 8, 11, 0, tzinfo=UTC)
    assert read_times("8.12.2026 klo 13.00–15.00\n\n8.12.2026 klo 13 - 15") == [(start, start + timedelta(hours=2))] * 2
    assert read_people("Aino Ahonen, aino@example.org\neero@example.org") == [
        Person("Aino Ahonen", "aino@example.org"),
        Person("eero@example.org", "eero@example.org"),
    ]
    for wrong in ("8.12.2026 klo 13.00", "huomenna", "8.12.2026 klo 15.00–13.00", "8.12.2026 klo 13.00–25.00"):
        with pytest.raises(ValidationError):
            read_times(wrong)
    with pytest.raises(ValidationError):
        read_people("Aino Ahonen")


def test_asking_and_answering_by_the_pages(client: Client) -> None:
    now = clock.now()
    officer = signed_in(staff("coordinator"))
    day = (now + timedelta(days=30)).strftime("%-d.%-m.%Y")
    given = {
        "title": "Tapaaminen",
        "times": f"{day} klo 13.00–15.00\n{day} klo 16.00–17.00",
        "people": "Aino, aino@example.org",
        "answer_until": (now + timedelta(days=10)).strftime("%-d.%-m.%Y klo 12.00"),
    }
    assert officer.post(reverse("forums:date_poll_new"), given).status_code == 302
    poll = DatePoll.objects.get()
    assert "Tapaaminen" in officer.get(reverse("forums:date_polls")).content.decode()
    address = reverse("forums:date_answer", args=[poll.asked.get().token])
    page = client.get(address)
    assert "mikä aika sopii sinulle" in page.content.decode()
    assert "no-cache" in page["Cache-Control"]
    first, second = poll.options.all()
    assert "Korjattavaa" in client.post(address, {f"time_{first.pk}": "yes"}).content.decode()
    assert client.post(address, {f"time_{first.pk}": "yes", f"time_{second.pk}": "no"}).status_code == 302
    assert "sopii useimmille" in officer.get(poll.get_absolute_url()).content.decode()
    officer.post(reverse("forums:date_choose", args=[poll.pk, first.pk]))
    assert Event.objects.get().starts_at == first.starts_at
    assert "Aika on valittu" in client.get(address).content.decode()
    assert client.get(reverse("forums:date_polls")).status_code == 302
    assert signed_in(UserFactory()).get(poll.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("count", [2, 6])
def test_the_page_asks_as_much_of_six_times_as_of_two(count: int) -> None:
    options = [(FIRST + timedelta(days=days), FIRST + timedelta(days=days, hours=2)) for days in range(count)]
    coordinator = staff("coordinator")
    poll = asked(options=options, by=coordinator)
    EventFactory(name_fi="Etäkahvit", starts_at=FIRST)
    client = signed_in(coordinator)
    address = reverse("forums:date_poll", args=[poll.pk])
    page = client.get(address).content.decode()
    assert page.count("Samaan aikaan: Etäkahvit") == 1
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    assert len(queries) == 17
