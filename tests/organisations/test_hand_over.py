"""Handing the duty of admin over: at every instant somebody is admin, and what was agreed can be taken back."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from common.errors import Refused
from common.policies import allowed
from notifications.models import Message
from organisations.models import HAND_OVER_LIFE, HandOver, Membership, Organisation, TimelineEntry
from organisations.workflow import accept_invitation, change_role, end_membership, withdraw_invitation
from organisations.workflow.hand_overs import (
    accept_hand_over,
    cancel_hand_over,
    decline_hand_over,
    expire_hand_overs,
    start_hand_over,
)
from organisations.workflow.invitations import find_invitation
from tests.accounts.factories import UserFactory, signed_in
from tests.organisations.factories import NOW, MembershipFactory, OrganisationFactory, member

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 16)
LATER = TODAY + timedelta(days=20)


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused:
        act()
    return refused.value.code


class Home:
    """An organisation with a chair (admin) and a secretary (editor)."""

    def __init__(self) -> None:
        self.organisation: Organisation = OrganisationFactory(name="Omaistuki ry")
        self.chair = member(self.organisation, "admin", full_name="Väistyvä Puheenjohtaja")
        self.secretary = member(self.organisation, "editor", full_name="Uusi Puheenjohtaja")

    def of(self, user: User) -> Membership:
        row: Membership = Membership.objects.filter(organisation=self.organisation, user=user).earliest("pk")
        return row

    def start(self, on: date = LATER, **fields: Any) -> HandOver:
        values = {"to": self.of(self.secretary), "email": "", "on": on, "stays_as_viewer": True, **fields}
        return start_hand_over(self.organisation, **values, by=self.chair, now=NOW)

    def admins(self, days: int = 0) -> list[User]:
        rows = Membership.objects.in_force(NOW + timedelta(days=days)).filter(
            organisation=self.organisation, role="admin"
        )
        return [row.user for row in rows.select_related("user").order_by("pk")]

    def roles(self, user: User, days: int) -> list[str]:
        rows = Membership.objects.in_force(NOW + timedelta(days=days)).filter(user=user)
        return list(rows.values_list("role", flat=True))


def test_nothing_changes_before_the_other_accepts_and_they_are_asked() -> None:
    home = Home()

    home.start()

    assert home.admins() == home.admins(30) == [home.chair]
    message = Message.objects.get()
    assert (message.to_user, message.subject) == (home.secretary, "Ota pääkäyttäjyys vastaan: Omaistuki ry")
    assert "Väistyvä Puheenjohtaja haluaa luovuttaa sinulle järjestön Omaistuki ry pääkäyttäjyyden" in message.text
    assert TimelineEntry.objects.get().text == "Pääkäyttäjyyden luovutus aloitettiin, alkaen 6.12.2026"


def test_on_its_day_the_next_is_admin_and_the_one_before_a_viewer() -> None:
    home = Home()

    hand_over = accept_hand_over(home.start(), by=home.secretary, now=NOW)
    accept_hand_over(hand_over, by=home.secretary, now=NOW)  # twice does not do it twice

    assert (home.admins(19), home.admins(20)) == ([home.chair], [home.secretary])
    assert (home.roles(home.chair, 19), home.roles(home.chair, 20)) == (["admin"], ["viewer"])
    assert (home.roles(home.secretary, 19), home.roles(home.secretary, 20)) == (["editor"], ["admin"])
    assert Membership.objects.count() == 4
    told = Message.objects.get(to_user=home.chair)
    assert told.subject == "Pääkäyttäjyytesi siirtyy: Omaistuki ry"
    assert "Hän on pääkäyttäjä 6.12.2026 alkaen." in told.text


@pytest.mark.parametrize(("stays", "left"), [(True, ["viewer"]), (False, [])])
def test_today_takes_effect_at_once(stays: bool, left: list[str]) -> None:
    home = Home()

    accept_hand_over(home.start(TODAY, stays_as_viewer=stays), by=home.secretary, now=NOW)

    assert home.admins() == [home.secretary]
    assert home.roles(home.chair, 0) == left
    assert Membership.objects.count() == 2


def test_accepted_after_its_day_it_begins_on_the_day_of_acceptance() -> None:
    home = Home()

    hand_over = home.start(TODAY + timedelta(days=2))
    accept_hand_over(hand_over, by=home.secretary, now=NOW + timedelta(days=5))

    hand_over.refresh_from_db()
    assert hand_over.effective_on == TODAY + timedelta(days=5)
    assert home.admins(5) == [home.secretary]
    assert home.roles(home.chair, 5) == ["viewer"]


def test_a_new_person_gets_an_invitation_and_takes_over_by_accepting_it() -> None:
    home = Home()
    hand_over = home.start(to=None, email="Uusi@Example.org")
    found = re.search(r"/kutsut/([\w-]+)/", Message.objects.get().text)
    assert found
    invitation = find_invitation(found[1])
    assert invitation is not None
    person = UserFactory(email="uusi@example.org")

    membership = accept_invitation(invitation, by=person, now=NOW)

    hand_over.refresh_from_db()
    assert (hand_over.state, hand_over.incoming_user, membership.valid_from) == ("accepted", person, LATER)
    assert (home.admins(19), home.admins(20)) == ([home.chair], [person])
    assert home.roles(home.chair, 20) == ["viewer"]


def test_withdrawing_the_invitation_cancels_and_cancelling_withdraws() -> None:
    home = Home()
    first = home.start(to=None, email="yksi@example.org")
    assert first.invitation is not None
    withdraw_invitation(first.invitation, by=home.chair, now=NOW)
    first.refresh_from_db()
    assert first.state == "cancelled"

    second = home.start(to=None, email="kaksi@example.org")
    cancel_hand_over(second, by=home.chair, now=NOW)
    second = HandOver.objects.select_related("invitation").get(pk=second.pk)
    assert second.invitation is not None
    assert (second.state, second.invitation.state) == ("cancelled", "withdrawn")


def test_an_accepted_one_is_undone_until_its_day() -> None:
    home = Home()
    Membership.objects.filter(user=home.secretary).update(valid_until=date(2027, 6, 30))
    hand_over = accept_hand_over(home.start(), by=home.secretary, now=NOW)

    cancel_hand_over(hand_over, by=home.chair, now=NOW + timedelta(days=19))
    cancel_hand_over(hand_over, by=home.chair, now=NOW + timedelta(days=19))

    assert home.admins(20) == home.admins(400) == [home.chair]
    assert home.roles(home.secretary, 20) == ["editor"]
    assert home.of(home.secretary).valid_until == date(2027, 6, 30)
    assert home.of(home.chair).valid_until is None
    assert Membership.objects.filter(ended_at__isnull=False).count() == 2  # what had not begun stays in the trail


def test_on_its_day_it_is_too_late_to_cancel() -> None:
    home = Home()
    hand_over = accept_hand_over(home.start(), by=home.secretary, now=NOW)

    on_the_day = NOW + timedelta(days=20)
    assert code_of(lambda: cancel_hand_over(hand_over, by=home.secretary, now=on_the_day)) == "not_allowed"
    assert home.admins(20) == [home.secretary]


def test_declining_leaves_everything_and_tells_the_admin() -> None:
    home = Home()

    hand_over = decline_hand_over(home.start(), by=home.secretary, now=NOW)

    assert (hand_over.state, home.admins(30)) == ("declined", [home.chair])
    assert Message.objects.get(to_user=home.chair).subject == "Pääkäyttäjyyttä ei otettu vastaan: Omaistuki ry"
    assert home.start().state == "waiting"  # a new one may begin


def test_the_last_admin_cannot_leave_while_it_waits_or_before_its_day() -> None:
    home = Home()
    hand_over = home.start()

    assert code_of(lambda: end_membership(home.of(home.chair), by=home.chair, now=NOW)) == "last_admin"
    accept_hand_over(hand_over, by=home.secretary, now=NOW)
    assert code_of(lambda: end_membership(home.of(home.chair), by=home.chair, now=NOW)) == "last_admin"
    assert code_of(lambda: change_role(home.of(home.chair), role="viewer", by=home.chair, now=NOW)) == "last_admin"


def test_who_is_no_longer_admin_hands_nothing_over() -> None:
    home = Home()
    other = MembershipFactory(organisation=home.organisation)
    hand_over = home.start()
    change_role(home.of(home.chair), role="viewer", by=other.user, now=NOW)

    assert code_of(lambda: accept_hand_over(hand_over, by=home.secretary, now=NOW)) == "outgoing_gone"
    assert home.admins() == [other.user]


def test_refusals_at_the_start() -> None:
    home = Home()

    assert code_of(lambda: home.start(TODAY - timedelta(days=1))) == "before_today"
    assert code_of(lambda: home.start(to=None)) == "nobody_chosen"
    assert code_of(lambda: home.start(to=home.of(home.chair))) == "own_self"
    home.start()
    assert code_of(home.start) == "already_started"
    as_editor = {"to": home.of(home.chair), "email": "", "on": LATER, "stays_as_viewer": True}
    assert (
        code_of(lambda: start_hand_over(home.organisation, **as_editor, by=home.secretary, now=NOW))  # type: ignore[arg-type]
        == "not_allowed"
    )


def test_a_term_that_ends_before_the_day_is_told() -> None:
    home = Home()
    Membership.objects.filter(user=home.chair).update(valid_until=TODAY + timedelta(days=5))

    assert code_of(home.start) == "after_term"
    assert home.start(TODAY + timedelta(days=6)).state == "waiting"


def test_only_the_one_who_was_asked_answers() -> None:
    home, stranger = Home(), UserFactory()
    hand_over = home.start()

    for person in (stranger, home.chair, member(home.organisation, "editor")):
        assert code_of(lambda by=person: accept_hand_over(hand_over, by=by, now=NOW)) == "not_allowed"  # type: ignore[misc]
        assert code_of(lambda by=person: decline_hand_over(hand_over, by=by, now=NOW)) == "not_allowed"  # type: ignore[misc]


def test_it_runs_out_after_two_weeks() -> None:
    home = Home()
    hand_over = home.start()
    after = NOW + timedelta(days=14)

    assert code_of(lambda: accept_hand_over(hand_over, by=home.secretary, now=after)) == "expired"
    assert (expire_hand_overs(now=NOW), expire_hand_overs(now=after), expire_hand_overs(now=after)) == (0, 1, 0)
    hand_over.refresh_from_db()
    assert hand_over.state == "expired"


VERBS: dict[str, Callable[[Home, HandOver], object]] = {
    "accept": lambda home, row: accept_hand_over(row, by=home.secretary, now=NOW),
    "decline": lambda home, row: decline_hand_over(row, by=home.secretary, now=NOW),
    "cancel": lambda home, row: cancel_hand_over(row, by=home.chair, now=NOW),
}
DONE_ONCE = {("accept", "accepted"), ("decline", "declined"), ("cancel", "cancelled")}


@pytest.mark.parametrize(
    ("verb", "state"),
    [
        (verb, state)
        for verb in VERBS
        for state in HAND_OVER_LIFE.keys()  # noqa: SIM118 - a life cycle is no dictionary
        if not HAND_OVER_LIFE.allows(state, verb) and (verb, state) not in DONE_ONCE
    ],
)
def test_missing_edges_are_refused(verb: str, state: str) -> None:
    home = Home()
    hand_over = home.start()
    values: dict[str, Any] = {"state": state, "ended_at": None if state == "waiting" else NOW}
    HandOver.objects.filter(pk=hand_over.pk).update(**values, effective_on=LATER)

    assert code_of(lambda: VERBS[verb](home, hand_over)) == "wrong_state"
    assert home.admins(30) == [home.chair]


@pytest.mark.parametrize(
    ("values", "constraint"),
    [
        ({"state": "unknown", "ended_at": NOW}, "hand_over_state_known"),
        ({"state": "declined"}, "hand_over_ended_has_time"),
        ({"state": "accepted", "ended_at": NOW}, "hand_over_accepted_by_somebody"),
    ],
)
def test_constraints(values: dict[str, Any], constraint: str) -> None:
    hand_over = Home().start()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        HandOver.objects.filter(pk=hand_over.pk).update(**values)


# Terms


def test_an_end_date_is_given_changed_and_taken_away() -> None:
    home = Home()
    secretary = home.of(home.secretary)

    change_role(secretary, role="editor", until=LATER, by=home.chair, now=NOW)
    assert home.roles(home.secretary, 21) == []
    change_role(secretary, role="signatory", by=home.chair, now=NOW)
    assert home.of(home.secretary).valid_until == LATER
    change_role(secretary, role="signatory", until=None, by=home.chair, now=NOW)
    assert home.roles(home.secretary, 21) == ["signatory"]
    assert list(TimelineEntry.objects.order_by("pk").values_list("text", flat=True)) == [
        "Järjestön henkilön roolille annettiin viimeinen päivä: muokkaaja, 6.12.2026",
        "Järjestön henkilön rooli vaihtui: nimenkirjoittaja",
        "Järjestön henkilön roolin päättymispäivä poistettiin: nimenkirjoittaja",
    ]


def test_a_last_day_may_not_leave_the_organisation_without_an_admin() -> None:
    home = Home()

    def end_on(day: date) -> object:
        return change_role(home.of(home.chair), role="admin", until=day, by=home.chair, now=NOW)

    assert code_of(lambda: end_on(LATER)) == "last_admin"
    other = MembershipFactory(organisation=home.organisation, valid_until=LATER)
    assert code_of(lambda: end_on(LATER)) == "last_admin"  # the other one ends on the same day
    assert code_of(lambda: end_on(TODAY - timedelta(days=1))) == "before_today"
    end_on(LATER - timedelta(days=1))
    assert home.admins(20) == [other.user]


# Pages


def test_the_chair_starts_on_the_page_and_the_next_one_accepts() -> None:
    home = Home()
    client = signed_in(home.chair)
    form = {"to": home.of(home.secretary).pk, "email": "", "on": "1.1.2100", "stays": "yes"}

    empty = client.post(f"/omat/{home.organisation.pk}/jasenet/luovuta/", {"email": ""}).content.decode()
    assert "Valitse vastaus kohtaan ”Kenelle luovutat?”." in empty
    new = client.post(f"/omat/{home.organisation.pk}/jasenet/luovuta/", {**form, "to": "new"}).content.decode()
    assert "Kirjoita sen henkilön sähköpostiosoite, jonka kutsut." in new
    assert client.post(f"/omat/{home.organisation.pk}/jasenet/luovuta/", form).status_code == 302
    hand_over = HandOver.objects.get()

    page = client.get(f"/omat/{home.organisation.pk}/jasenet/").content.decode()
    assert "Väistyvä Puheenjohtaja luovuttaa pääkäyttäjyyden: Uusi Puheenjohtaja, 1.1.2100 alkaen." in page
    asked = signed_in(home.secretary)
    address = f"/omat/{home.organisation.pk}/luovutukset/{hand_over.pk}/"
    assert "Otatko pääkäyttäjyyden vastaan?" in asked.get(address).content.decode()
    assert "Otatko" not in client.get(address).content.decode()
    assert asked.post(address, {"accept": "1"}).status_code == 302
    assert HandOver.objects.get().state == "accepted"
    assert "tulee voimaan 1.1.2100" in client.get(f"/omat/{home.organisation.pk}/jasenet/").content.decode()
    assert client.post(f"{address}peru/").status_code == 302
    assert HandOver.objects.get().state == "cancelled"


def test_the_person_who_is_asked_sees_it_in_what_waits() -> None:
    home = Home()
    now_hand_over = start_hand_over(
        home.organisation,
        to=home.of(home.secretary),
        email="",
        on=date(2100, 1, 1),
        stays_as_viewer=True,
        by=home.chair,
        now=NOW,
    )
    HandOver.objects.filter(pk=now_hand_over.pk).update(expires_at=NOW + timedelta(days=40000))

    assert "Ota pääkäyttäjyys vastaan: Omaistuki ry" in signed_in(home.secretary).get("/omat/").content.decode()
    assert allowed("organisations.hand_over.accept", home.secretary, now=NOW).get() == now_hand_over
