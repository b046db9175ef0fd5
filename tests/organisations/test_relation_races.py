"""Two at once in the relationship: one code, one hand-over, one campaign; the lock decides."""

import threading
from collections.abc import Callable
from datetime import date

import pytest
from django.db import transaction

from common.errors import Refused
from common.times import local_date
from notifications.models import Message
from organisations.batches import Left
from organisations.models import ClaimCode, Mailing, Membership, Observation
from organisations.workflow import campaigns, end_membership, mailings
from organisations.workflow.claim_codes import use_code
from organisations.workflow.hand_overs import accept_hand_over, cancel_hand_over, start_hand_over
from organisations.workflow.mailings import send_mailing
from organisations.workflow.observations import confirm_observation, withdraw_observation
from tests.accounts.factories import UserFactory, staff
from tests.organisations.factories import NOW, MembershipFactory, OrganisationFactory, member
from tests.organisations.factories_relations import make_campaign, make_mailing, proposed, reachable, sent_campaign
from tests.organisations.test_races import codes, together

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_code_used_by_three_at_once_makes_one_admin() -> None:
    reachable()
    code = sent_campaign().codes.get()
    people = [UserFactory() for _person in range(3)]

    results = together(*(lambda by=by: use_code(code, position="x", by=by, now=NOW) for by in people))  # type: ignore[misc]

    assert codes(results) == ["Membership", "used", "used"]
    assert Membership.objects.filter(role="admin").count() == 1


def test_without_the_lock_the_code_would_make_two_admins() -> None:
    """The control twin: the same check and the same write, no lock on organisation and code."""
    reachable()
    code = sent_campaign().codes.get()
    checked = threading.Barrier(2)

    def use() -> None:
        with transaction.atomic():
            assert ClaimCode.objects.get(pk=code.pk).state == "sent"
            checked.wait(10)
            MembershipFactory(organisation=code.organisation)
            ClaimCode.objects.filter(pk=code.pk).update(state="used", used_at=NOW)

    assert together(use, use) == [None, None]
    assert Membership.objects.filter(role="admin").count() == 2


def test_codes_of_two_campaigns_at_once_make_one_admin_and_one_claim() -> None:
    reachable()
    first, second = sent_campaign().codes.get(), sent_campaign().codes.get()
    one, other = UserFactory(), UserFactory()

    results = together(
        lambda: use_code(first, position="x", by=one, now=NOW),
        lambda: use_code(second, position="x", by=other, now=NOW),
    )

    assert codes(results) == ["Claim", "Membership"]


def test_taking_over_and_another_admin_leaving_at_once_leave_an_admin() -> None:
    organisation = OrganisationFactory()
    chair, other, next_one = member(organisation), member(organisation), member(organisation, "editor")
    row = {person: Membership.objects.get(user=person) for person in (chair, other, next_one)}
    hand_over = start_hand_over(
        organisation,
        to=row[next_one],
        email="",
        on=local_date(NOW),
        stays_as_viewer=False,
        by=chair,
        now=NOW,
    )

    results = together(
        lambda: accept_hand_over(hand_over, by=next_one, now=NOW),
        lambda: end_membership(row[other], by=other, now=NOW),
        lambda: end_membership(row[chair], by=chair, now=NOW),
    )

    assert not [result for result in results if isinstance(result, Exception) and not isinstance(result, Refused)]
    assert Membership.objects.in_force(NOW).filter(organisation=organisation, role="admin").exists()


def test_accepting_and_cancelling_at_once_end_in_one_of_them() -> None:
    organisation = OrganisationFactory()
    chair, next_one = member(organisation), member(organisation, "editor")
    hand_over = start_hand_over(
        organisation,
        to=Membership.objects.get(user=next_one),
        email="",
        on=date(2027, 1, 1),
        stays_as_viewer=True,
        by=chair,
        now=NOW,
    )

    results = together(
        lambda: accept_hand_over(hand_over, by=next_one, now=NOW),
        lambda: cancel_hand_over(hand_over, by=chair, now=NOW),
    )

    # Cancelled first: too late to accept. Accepted first: it is undone. Either way everything is as before.
    assert codes(results) in (["HandOver", "HandOver"], ["HandOver", "wrong_state"])
    hand_over.refresh_from_db()
    assert hand_over.state == "cancelled"
    standing = Membership.objects.filter(ended_at__isnull=True, valid_until__isnull=True)
    assert sorted(standing.values_list("role", flat=True)) == ["admin", "editor"]


def run_all(send: Callable[[], Left]) -> None:
    while send() is not Left.NOTHING:
        pass


def test_two_workers_send_each_code_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaigns, "EMAILS_A_BATCH", 3)
    for number in range(12):
        reachable(f"Yhdistys{number} ry")
    by = staff("coordinator")
    campaign = campaigns.start_campaign(make_campaign(by), by=by, now=NOW)

    def work() -> None:
        campaigns.freeze_recipients(campaign.pk, now=NOW)
        run_all(lambda: campaigns.send_batch(campaign.pk, now=NOW))

    assert together(work, work) == [None, None]
    campaign.refresh_from_db()
    assert (campaign.state, Message.objects.count(), campaign.codes.filter(rounds=1).count()) == ("open", 12, 12)


def test_two_workers_send_each_mail_once_and_pressing_twice_is_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailings, "A_BATCH", 3)
    for number in range(12):
        reachable(f"Yhdistys{number} ry")
    by = staff("coordinator")
    mailing = make_mailing(by, audience="contact")
    pressed = together(*[lambda: send_mailing(mailing, by=by, now=NOW)] * 3)
    assert codes(pressed) == ["Mailing"] * 3

    def work() -> None:
        mailings.freeze_recipients(mailing.pk, now=NOW)
        run_all(lambda: mailings.send_batch(mailing.pk, now=NOW))

    assert together(work, work) == [None, None]
    assert (Mailing.objects.get().state, Message.objects.count()) == ("sent", 12)


def test_closing_while_the_worker_sends_leaves_no_code_that_works() -> None:
    for number in range(6):
        reachable(f"Yhdistys{number} ry")
    by = staff("coordinator")
    campaign = campaigns.start_campaign(make_campaign(by), by=by, now=NOW)
    campaigns.freeze_recipients(campaign.pk, now=NOW)

    results = together(
        lambda: campaigns.send_batch(campaign.pk, now=NOW),
        lambda: campaigns.close_campaign(campaign, by=by, now=NOW),
    )

    assert not [result for result in results if isinstance(result, Exception)]
    assert set(campaign.codes.values_list("state", flat=True)) == {"cancelled"}


def test_confirming_and_withdrawing_at_once_end_withdrawn() -> None:
    organisation = OrganisationFactory()
    member(organisation)
    observation, coordinator = proposed(organisation), staff("coordinator")

    results = together(
        lambda: confirm_observation(observation, by=coordinator, now=NOW),
        lambda: withdraw_observation(observation, reason="x", by=staff("registrar"), now=NOW),
    )

    assert codes(results) in (["Observation", "Observation"], ["Observation", "wrong_state"])
    assert Observation.objects.get().state == "withdrawn"
