"""Naming, answering, ending: every edge of the life cycle, and nobody in force without a yes."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.http import Http404

from accounts.models import User
from accounts.roles import roles_in_force
from common.errors import Refused
from liaisons.models import AGREED, APPOINTMENT, Appointment, Post
from liaisons.policies import liaison_appointments, posts_answered, substitutions
from liaisons.post_todos import acceptance_reminders, liaison_todos
from liaisons.workflow import (
    accept_appointment,
    decline_appointment,
    end_appointment,
    propose_appointment,
    remind_unaccepted,
    withdraw_appointment,
)
from notifications import reminders
from notifications.models import Message
from tests.accounts.factories import UserFactory, staff
from tests.county.factories import NOW
from tests.liaisons.factories import AbsenceFactory, AppointmentFactory, PostFactory, SubstituteFactory, proposal

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 2)


@pytest.fixture
def coordinator() -> User:
    return staff("coordinator")


def name(post: Post, by: User, **fields: Any) -> Appointment:
    given = {"email": "Uusi.Henkilo@example.org", "full_name": "Uusi Henkilö", "valid_from": TODAY, **fields}
    return propose_appointment(post, by=by, now=NOW, **given)


def subjects(to: Any) -> list[str]:
    return list(Message.objects.filter(to_user=to).order_by("pk").values_list("subject", flat=True))


class TestNaming:
    def test_a_person_without_an_account_is_named_and_asked(self, coordinator: User) -> None:
        post = PostFactory(name_fi="järjestöyhdyshenkilö", unit__name_fi="Kotihoito")
        row = name(post, coordinator, supervisor="Leena Lähi", working_time=10)
        assert (row.state, row.accepted_on, row.user.email) == ("proposed", None, "uusi.henkilo@example.org")
        assert not row.user.has_usable_password()
        message = Message.objects.get(to_user=row.user)
        assert (
            message.subject == "Sinut on nimetty tehtävään: järjestöyhdyshenkilö, Kotihoito. Otatko tehtävän vastaan?"
        )
        assert message.required
        for part in ("Kausi: 2.11.2026 alkaen toistaiseksi.", "Leena Lähi", f"/omat/tehtavat/{row.pk}/"):
            assert part in message.text
            assert part in message.html

    def test_twice_names_once(self, coordinator: User) -> None:
        post = PostFactory()
        assert name(post, coordinator) == name(post, coordinator)
        assert Message.objects.count() == 1

    def test_others_name_nobody(self) -> None:
        with pytest.raises(Http404):
            name(PostFactory(), UserFactory())
        assert not Appointment.objects.exists()

    def test_one_holder_at_a_time(self, coordinator: User) -> None:
        post = PostFactory()
        name(post, coordinator, valid_until=date(2026, 12, 31))
        with pytest.raises(Refused) as refused:
            name(post, coordinator, email="toinen@example.org", valid_from=date(2026, 12, 31))
        assert str(refused.value).startswith("Tehtävään on jo nimetty henkilö osaksi tästä ajasta.")
        name(post, coordinator, email="toinen@example.org", valid_from=date(2027, 1, 1))
        assert Appointment.objects.count() == 2

    def test_many_holders_where_the_post_allows(self, coordinator: User) -> None:
        post = PostFactory(allows_many=True)
        name(post, coordinator)
        name(post, coordinator, email="toinen@example.org")
        with pytest.raises(Refused) as refused:
            name(post, coordinator, valid_from=date(2026, 12, 1))
        assert str(refused.value) == "Henkilö on jo nimetty tähän tehtävään osaksi tästä ajasta."

    def test_not_longer_than_the_post_is(self, coordinator: User) -> None:
        post = PostFactory(valid_until=date(2026, 12, 31))
        with pytest.raises(Refused) as refused:
            name(post, coordinator)
        assert refused.value.code == "post_over"
        assert name(post, coordinator, valid_until=date(2026, 12, 31)).pk


class TestDatabase:
    def test_two_holders_of_a_day_are_refused_around_the_forms(self) -> None:
        row = AppointmentFactory()
        with pytest.raises(IntegrityError, match="liaisons_appointment_one_holder"), transaction.atomic():
            AppointmentFactory(post=row.post, valid_from=TODAY)
        with pytest.raises(IntegrityError, match="liaisons_appointment_one_holder"), transaction.atomic():
            AppointmentFactory(post=row.post, valid_from=TODAY, is_sole=False)  # the trigger knows better

    @pytest.mark.parametrize("state", ["declined", "withdrawn"])
    def test_what_never_came_true_reserves_nothing(self, state: str) -> None:
        row = AppointmentFactory(state=state, accepted_on=None)
        assert AppointmentFactory(post=row.post).pk

    def test_a_post_with_two_holders_does_not_become_one_mans(self) -> None:
        post = PostFactory(allows_many=True)
        AppointmentFactory(post=post)
        AppointmentFactory(post=post)
        with pytest.raises(IntegrityError, match="liaisons_appointment_one_holder"), transaction.atomic():
            Post.objects.filter(pk=post.pk).update(allows_many=False)
        Appointment.objects.filter(post=post).first().delete()  # type: ignore[union-attr]
        Post.objects.filter(pk=post.pk).update(allows_many=False)
        assert Appointment.objects.get(post=post).is_sole

    @pytest.mark.parametrize(
        ("fields", "constraint"),
        [
            ({"accepted_on": None}, "accepted_by_person"),
            ({"state": "proposed"}, "accepted_by_person"),
            ({"state": "ended"}, "ended_has_last_day"),
            ({"state": "lost", "accepted_on": None}, "known_state"),
            ({"working_time": 0}, "working_time_percent"),
            ({"working_time": 101}, "working_time_percent"),
            ({"valid_until": date(2022, 1, 1)}, "term_order"),
        ],
    )
    def test_what_must_never_be_false(self, fields: dict[str, Any], constraint: str) -> None:
        with pytest.raises(IntegrityError, match=f"liaisons_appointment_{constraint}"), transaction.atomic():
            AppointmentFactory(**fields)


class TestAnswer:
    def test_yes_puts_it_in_force(self, coordinator: User) -> None:
        row = proposal(proposed_by=coordinator, valid_from=date(2026, 10, 1))
        assert not Appointment.objects.in_force(NOW).exists()
        assert [role.key for role in roles_in_force(row.user, NOW)] == []
        accept_appointment(row, phone="013 123", shows_phone=True, by=row.user, now=NOW)
        row.refresh_from_db()
        assert (row.state, row.accepted_on, row.phone, row.shows_phone) == ("accepted", TODAY, "013 123", True)
        assert list(Appointment.objects.in_force(NOW)) == [row]
        assert not Appointment.objects.on(date(2026, 11, 1)).exists()
        assert [role.key for role in roles_in_force(row.user, NOW)] == ["liaison.service_area"]
        assert subjects(coordinator) == [f"Tehtävä on otettu vastaan: {row.post.full_name}"]

    def test_twice_is_once(self, coordinator: User) -> None:
        row = proposal(proposed_by=coordinator)
        for _twice in range(2):
            accept_appointment(row, by=row.user, now=NOW)
        assert Message.objects.filter(to_user=coordinator).count() == 1

    def test_a_number_is_shown_only_where_there_is_one(self) -> None:
        row = proposal()
        assert not accept_appointment(row, phone="", shows_phone=True, by=row.user, now=NOW).shows_phone

    def test_nobody_answers_for_another(self, coordinator: User) -> None:
        row = proposal()
        for other in (coordinator, UserFactory()):
            with pytest.raises(Http404):
                accept_appointment(row, by=other, now=NOW)
            with pytest.raises(Http404):
                decline_appointment(row, by=other, now=NOW)

    def test_a_term_that_is_over_is_not_taken(self) -> None:
        row = proposal(valid_until=TODAY - timedelta(days=1))
        with pytest.raises(Refused) as refused:
            accept_appointment(row, by=row.user, now=NOW)
        assert refused.value.code == "term_over"

    def test_no_is_told_with_its_reason(self, coordinator: User) -> None:
        row = proposal(proposed_by=coordinator)
        for _twice in range(2):
            decline_appointment(row, reason="Ei työaikaa", by=row.user, now=NOW)
        message = Message.objects.get(to_user=coordinator)
        assert "Ei työaikaa" in message.text
        assert "Nimeä tehtävään toinen henkilö." in message.text
        assert name(row.post, coordinator).pk


def _accept(row: Appointment, by: User) -> Appointment:
    return accept_appointment(row, by=row.user, now=NOW)


def _decline(row: Appointment, by: User) -> Appointment:
    return decline_appointment(row, by=row.user, now=NOW)


def _withdraw(row: Appointment, by: User) -> Appointment:
    return withdraw_appointment(row, by=by, now=NOW)


def _end(row: Appointment, by: User) -> Appointment:
    return end_appointment(row, ends_on=date(2026, 12, 1), by=by, now=NOW)


VERBS: dict[str, Callable[[Appointment, User], Appointment]] = {
    "accept": _accept,
    "decline": _decline,
    "withdraw": _withdraw,
    "end": _end,
}
#: A verb whose result stands already does nothing the second time; ending again on another day is refused.
AGAIN = {("accepted", "accept"), ("declined", "decline"), ("withdrawn", "withdraw")}


@pytest.mark.parametrize("verb", VERBS)
@pytest.mark.parametrize("state", APPOINTMENT.keys())
def test_every_edge_and_every_missing_edge(coordinator: User, state: str, verb: str) -> None:
    row = AppointmentFactory(
        state=state,
        accepted_on=TODAY if state in AGREED else None,
        valid_until=date(2026, 12, 31) if state == "ended" else None,
        proposed_by=coordinator,
    )
    if APPOINTMENT.allows(state, verb):
        assert VERBS[verb](row, coordinator).state == APPOINTMENT.check(state, verb)
    elif (state, verb) in AGAIN:
        assert VERBS[verb](row, coordinator).state == state
    else:
        with pytest.raises(Refused) as refused:
            VERBS[verb](row, coordinator)
        assert refused.value.code == "wrong_state"


class TestEnd:
    def test_the_coordinator_ends_and_the_person_is_told(self, coordinator: User) -> None:
        row = AppointmentFactory()
        for _twice in range(2):
            end_appointment(row, ends_on=date(2026, 11, 30), reason="Siirtyy", by=coordinator, now=NOW)
        row.refresh_from_db()
        assert (row.state, row.valid_until, row.closed_by) == ("ended", date(2026, 11, 30), coordinator)
        message = Message.objects.get()
        assert (message.to_user, "Viimeinen päivä on 30.11.2026." in message.text) == (row.user, True)
        assert list(Appointment.objects.on(date(2026, 11, 30))) == [row]
        assert not Appointment.objects.on(date(2026, 12, 1)).exists()

    def test_the_person_leaves_and_the_namer_is_told(self, coordinator: User) -> None:
        row = AppointmentFactory(proposed_by=coordinator)
        end_appointment(row, ends_on=TODAY, by=row.user, now=NOW)
        message = Message.objects.get()
        assert message.to_user == coordinator
        assert "lopettaa tehtävän" in message.text

    def test_not_before_it_begins_and_not_later_than_it_ends(self, coordinator: User) -> None:
        row = AppointmentFactory(valid_until=date(2026, 12, 31))
        for day, code in ((date(2022, 12, 31), "ends_before_it_begins"), (date(2027, 1, 1), "ends_later")):
            with pytest.raises(Refused) as refused:
                end_appointment(row, ends_on=day, by=coordinator, now=NOW)
            assert refused.value.code == code

    def test_others_end_nothing(self) -> None:
        with pytest.raises(Http404):
            end_appointment(AppointmentFactory(), ends_on=TODAY, by=UserFactory(), now=NOW)

    def test_a_withdrawn_proposal_is_told(self, coordinator: User) -> None:
        row = proposal()
        withdraw_appointment(row, by=coordinator, now=NOW)
        assert subjects(row.user) == [f"Nimeäminen on peruttu: {row.post.full_name}"]


class TestReminders:
    def test_once_a_day_in_bulk(self, coordinator: User) -> None:
        waiting, answered = proposal(), AppointmentFactory()
        chosen = [waiting.pk, answered.pk, 0]
        assert remind_unaccepted(chosen, by=coordinator, now=NOW) == 1
        assert remind_unaccepted(chosen, by=coordinator, now=NOW) == 0
        assert remind_unaccepted(chosen, by=coordinator, now=NOW + timedelta(days=1)) == 1
        assert remind_unaccepted(chosen, by=UserFactory(), now=NOW + timedelta(days=2)) == 0

    @pytest.mark.parametrize(("days", "keys"), [(6, []), (7, ["7"]), (13, ["7"]), (14, ["14"]), (40, ["14"])])
    def test_after_a_week_and_after_two(self, days: int, keys: list[str]) -> None:
        row = proposal(proposed_at=NOW - timedelta(days=days))
        found = list(acceptance_reminders(NOW))
        assert [one.dedup_key.rpartition(":")[2] for one in found] == keys
        assert all(one.to == row.user for one in found)

    def test_each_is_sent_once(self) -> None:
        row = proposal(proposed_at=NOW - timedelta(days=7))
        for hours in (0, 5, 24 * 7, 24 * 8):
            reminders.queue_due(NOW + timedelta(hours=hours))
        assert len(subjects(row.user)) == 2

    def test_the_answered_are_left_in_peace(self) -> None:
        AppointmentFactory(proposed_at=NOW - timedelta(days=30))
        proposal(proposed_at=NOW - timedelta(days=30), user=UserFactory(is_active=False))
        assert list(acceptance_reminders(NOW)) == []


class TestTodos:
    def test_a_named_person_is_asked(self) -> None:
        row = proposal(post__name_fi="linkkihenkilö", post__unit__name_fi="Neuvola")
        (todo,) = liaison_todos(row.user, NOW)
        assert (todo.title, todo.url) == (
            "Vastaa, otatko tehtävän vastaan: linkkihenkilö, Neuvola",
            f"/omat/tehtavat/{row.pk}/",
        )

    def test_the_coordinator_sees_what_lacks_somebody(self, coordinator: User) -> None:
        PostFactory()
        PostFactory(is_established=False)
        proposal()
        AbsenceFactory(user=AppointmentFactory().user)
        AppointmentFactory(valid_until=TODAY + timedelta(days=60))
        AppointmentFactory(valid_until=TODAY + timedelta(days=61))
        assert [(todo.title, todo.url.partition("?")[2]) for todo in liaison_todos(coordinator, NOW)] == [
            ("Nimeä henkilö: 1 vakiinnutettu tehtävä on avoin", "tila=vacant"),
            ("Muistuta: 1 nimetty henkilö ei ole vielä vastannut", "tila=unaccepted"),
            ("Nimeä sijainen: 1 yhteyshenkilö on poissa, ja kysymykset tulevat sinulle", "tila=uncovered"),
            ("Sovi jatkosta: 1 yhteyshenkilön kausi päättyy 60 päivän sisällä", "tila=ending"),
        ]
        assert list(liaison_todos(UserFactory(), NOW)) == []


class TestRoles:
    def test_a_role_lasts_as_long_as_the_appointment(self) -> None:
        row = AppointmentFactory(post__level="unit", valid_until=TODAY)
        (role,) = roles_in_force(row.user, NOW)
        assert (role.key, role.scope, role.until, role.target) == (
            "liaison.unit",
            row.post.place,
            TODAY,
            ("post", row.post_id),
        )
        assert role.needs_second_factor
        assert roles_in_force(row.user, NOW + timedelta(days=1)) == []
        assert list(liaison_appointments(row.user, NOW, "unit")) == [row]
        assert list(liaison_appointments(row.user, NOW, "municipal")) == []
        assert list(liaison_appointments(row.user, NOW + timedelta(days=1))) == []

    def test_a_substitute_has_a_role_of_their_own(self) -> None:
        stand_in = SubstituteFactory(valid_until=date(2026, 12, 31))
        (role,) = roles_in_force(stand_in.user, NOW)
        assert (role.key, role.until) == ("liaison.substitute", date(2026, 12, 31))
        assert list(substitutions(stand_in.user, NOW)) == [stand_in]
        assert list(posts_answered(stand_in.user, NOW)) == [stand_in.appointment.post]

    def test_no_post_no_role(self) -> None:
        row = AppointmentFactory(post__valid_until=TODAY - timedelta(days=1))
        assert roles_in_force(row.user, NOW) == []
        assert list(liaison_appointments(row.user, NOW)) == []

    def test_nobody_stands_in_for_a_proposal(self) -> None:
        stand_in = SubstituteFactory(appointment=proposal())
        assert roles_in_force(stand_in.user, NOW) == []
        assert list(substitutions(stand_in.user, NOW)) == []


def test_states_have_labels_and_tones() -> None:
    row = proposal()
    assert (str(row.state_label), row.state_tone, str(row)) == (
        "Odottaa hyväksymistä",
        "wait",
        f"{row.user}: {row.post}",
    )
    assert not row.is_agreed_on(TODAY)
    assert not row.is_over(TODAY)
    assert AppointmentFactory(valid_until=TODAY - timedelta(days=1)).is_over(TODAY)
    assert AppointmentFactory(accepted_on=TODAY).is_agreed_on(TODAY)


def test_now_is_the_day_in_finland() -> None:
    row = AppointmentFactory(valid_from=date(2026, 11, 3))
    late = datetime.fromisoformat("2026-11-02T22:30:00+00:00")  # half past midnight in Finland
    assert list(Appointment.objects.in_force(late)) == [row]
