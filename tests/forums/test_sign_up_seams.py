"""What other rooms get of sign-ups: reminders, todos, own data, retention, telling of changes, figures."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction

from common.seams import Period
from common.times import year_period
from forums.models import SignUp, SignUpNeed
from forums.sign_up_figures import (
    attendance_by_municipality,
    attendance_by_organisation,
    attendance_by_sector,
    attendance_figures,
)
from forums.sign_up_seams import own_sign_up_data, sign_up_reminders, sign_up_retention, sign_up_todos
from forums.workflow.telling import tell_cancelled, tell_changed
from notifications.models import Message
from notifications.reminders import queue_due
from tests.accounts.factories import UserFactory, staff
from tests.forums.factories import NOW, STARTS, EventFactory, SignUpFactory
from tests.organisations.factories import OrganisationFactory

pytestmark = pytest.mark.django_db
LONG_AGO = STARTS - timedelta(days=30)


def test_reminders_a_week_a_day_and_an_hour_before() -> None:
    event = EventFactory()
    SignUpFactory(event=event, confirmed_at=LONG_AGO, language="sv", email="sv@example.org")
    SignUpFactory(event=event, state="waiting")
    SignUpFactory(event=event, confirmed_at=STARTS - timedelta(hours=30), user=UserFactory(email="uusi@example.org"))

    def due(before: timedelta) -> list[tuple[str, object]]:
        return [(one.kind, getattr(one.to, "email", one.to)) for one in sign_up_reminders(STARTS - before)]

    assert due(timedelta(days=8)) == []
    assert due(timedelta(days=7)) == [("forums.sign_up_week", "sv@example.org")]
    assert due(timedelta(days=3)) == []
    assert due(timedelta(hours=24)) == [
        ("forums.sign_up_day", "sv@example.org"),
        ("forums.sign_up_day", "uusi@example.org"),
    ]
    assert due(timedelta(minutes=60)) == [
        ("forums.sign_up_link", "sv@example.org"),
        ("forums.sign_up_link", "uusi@example.org"),
    ]
    assert queue_due(STARTS - timedelta(minutes=50)) >= 2
    told = Message.objects.get(kind="forums.sign_up_link", to_address="sv@example.org")
    assert (told.language, told.required) == ("sv", True)
    assert event.meeting_url in told.text
    assert "/peru/" in told.text


def test_changes_and_cancellations_are_told_once_to_each() -> None:
    event = EventFactory(sequence=3)
    head = SignUpFactory(event=event, name="Aino")
    SignUpFactory(event=event, contact=head, email="")
    SignUpFactory(event=event, state="waiting", user=UserFactory(language="sv"), email="")
    SignUpFactory(event=event, state="cancelled")
    SignUpFactory(event=event, email="")
    by = staff("coordinator")
    with transaction.atomic():
        assert tell_changed(event, what=["Aika muuttui."], by=by, now=NOW) == 2
        assert tell_changed(event, what=["Aika muuttui."], by=by, now=NOW) == 0
        event.sequence, event.state, event.reason = 4, "cancelled", "Myrsky"
        assert tell_cancelled(event, by=by, now=NOW) == 2
    rows = Message.objects.order_by("pk")
    assert [(row.kind, row.language, row.required) for row in rows] == [
        ("forums.event_changed", "fi", True),
        ("forums.event_changed", "sv", True),
        ("forums.event_cancelled", "fi", True),
        ("forums.event_cancelled", "sv", True),
    ]
    assert "Aika muuttui." in rows[0].text
    assert head.token in rows[0].text
    assert "Myrsky" in rows[2].text


def test_what_waits_for_whom() -> None:
    person, host = UserFactory(), UserFactory()
    event = EventFactory(starts_at=NOW + timedelta(days=3))
    SignUpFactory(event=event, user=person)
    assert [todo.quiet for todo in sign_up_todos(person, NOW)] == [True]
    event.hosts.create(user=host)
    assert list(sign_up_todos(host, NOW)) == []
    after = NOW + timedelta(days=4)
    assert len(list(sign_up_todos(host, after))) == 1
    SignUp.objects.update(attended=True)
    assert list(sign_up_todos(host, after)) == []


def test_needs_and_names_go_in_their_time() -> None:
    person = UserFactory()
    row = SignUpFactory(user=person, organisation=OrganisationFactory(), attended=True)
    SignUpFactory(state="unconfirmed")
    SignUpNeed.objects.create(sign_up=row, access="Ramppi", erased_on=(STARTS + timedelta(days=14)).date())
    data = own_sign_up_data(person)
    assert [one["name"] for one in data["sign_ups"]] == [row.name]
    assert data["needs"][0]["access"] == "Ramppi"
    nothing = {"forums.SignUpNeed": 0, "forums.SignUp never confirmed": 0, "forums.SignUp names": 0}
    assert sign_up_retention(STARTS + timedelta(days=13)) == nothing
    assert sign_up_retention(STARTS + timedelta(days=14)) == {**nothing, "forums.SignUpNeed": 1}
    assert sign_up_retention(STARTS + timedelta(days=40)) == {**nothing, "forums.SignUp never confirmed": 1}
    assert sign_up_retention(STARTS + timedelta(days=367)) == {**nothing, "forums.SignUp names": 1}
    assert sign_up_retention(STARTS + timedelta(days=367)) == nothing
    row.refresh_from_db()
    assert (row.name, row.email, row.user_id, row.attended) == ("–", "", None, True)
    assert row.organisation_id is not None


def test_figures_of_the_year() -> None:
    period = Period(2026, *year_period(2026))
    old = OrganisationFactory(name="Vanha ry")
    new = OrganisationFactory(name="Uusi ry")
    came = {"attended": True, "attended_way": "on_site"}
    SignUpFactory(event=EventFactory(starts_at=STARTS - timedelta(days=400)), organisation=old, **came)
    event = EventFactory()
    SignUpFactory(event=event, organisation=old, **came)
    SignUpFactory(event=event, organisation=new, **{**came, "attended_way": "remote"})
    SignUpFactory(event=event, organisation_name="Kerho", **came)
    SignUpFactory(event=event, organisation_name="kerho", **came)
    SignUpFactory(event=event)
    found = attendance_figures(period)
    assert (found.events, found.signed, found.came, found.remote) == (1, 5, 4, 1)
    assert (found.organisations, found.first_timers, found.remote_share) == (2, 1, Decimal("25.0"))
    by_organisation = [(name.casefold(), count) for name, count in attendance_by_organisation(period)]
    assert by_organisation == [("kerho", 2), ("uusi ry", 1), ("vanha ry", 1)]
    assert sum(count for _name, count in attendance_by_municipality(period)) <= 2
    assert attendance_by_sector(period) == []
