"""What the relationship adds to the seams: what waits, reminders, figures, retention."""

from datetime import timedelta

import pytest

from common.seams import Period
from common.times import local_date, year_period
from county.models import Municipality
from organisations.membership_reminders import term_reminders
from organisations.models import (
    ClaimCode,
    HandOver,
    LetterBatch,
    MailingRecipient,
    Membership,
    Observation,
    ReadOnlyVisit,
)
from organisations.people_statistics import admin_figures
from organisations.relation_retention import relation_retention
from organisations.relation_todos import relation_todos
from organisations.workflow.county_work import open_to_look
from organisations.workflow.mailings import send_mailing
from organisations.workflow.observations import withdraw_observation
from tests.accounts.factories import signed_in, staff
from tests.organisations.factories import NOW, MembershipFactory, OrganisationFactory, member
from tests.organisations.factories_relations import (
    POSTAL,
    make_mailing,
    proposed,
    reachable,
    run_mailing,
    sent_campaign,
)

pytestmark = pytest.mark.django_db


def test_an_organisation_that_lost_its_admin_waits_for_the_coordinator() -> None:
    OrganisationFactory(name="Ei koskaan ry")
    lost = OrganisationFactory(name="Jäänyt ry")
    MembershipFactory(organisation=lost, valid_until=local_date(NOW) - timedelta(days=1))
    member(OrganisationFactory(name="Johdettu ry"))
    coordinator = staff("coordinator")

    todo = next(iter(relation_todos(coordinator, NOW)))
    assert todo.title == "1 järjestö on jäänyt ilman pääkäyttäjää"
    assert todo.url == "/hallinta/jarjestot/?paakayttaja=jaanyt"
    page = signed_in(coordinator).get(todo.url).content.decode()
    assert "Jäänyt ry" in page
    assert "Ei koskaan ry" not in page
    assert "Johdettu ry" not in page


@pytest.mark.parametrize(("days", "stage"), [(31, None), (30, 30), (8, 30), (7, 7), (0, 7)])
def test_an_ending_term_is_reminded_of_a_month_and_a_week_before(days: int, stage: int | None) -> None:
    organisation = OrganisationFactory(name="Omaistuki ry")
    admin = member(organisation)
    row = MembershipFactory(
        organisation=organisation, role="editor", valid_until=local_date(NOW) + timedelta(days=days)
    )

    found = list(term_reminders(NOW))

    people = {reminder.to for reminder in found}
    assert people == ({row.user, admin} if stage else set())
    assert all(f":{stage}:" in reminder.dedup_key for reminder in found)
    assert {reminder.context["leaves_none"] for reminder in found} <= {False}


def test_the_last_admins_term_says_that_nobody_stays() -> None:
    row = MembershipFactory(valid_until=local_date(NOW) + timedelta(days=5))

    [reminder] = term_reminders(NOW)
    assert reminder.context["leaves_none"]
    later = row.valid_until + timedelta(days=1)
    MembershipFactory(organisation=row.organisation, valid_from=later)
    [reminder] = term_reminders(NOW)
    assert not reminder.context["leaves_none"]
    MembershipFactory(organisation=row.organisation, user=row.user, role="viewer", valid_from=later)
    assert not list(term_reminders(NOW))  # another role begins at once


def test_how_many_organisations_have_taken_the_portal_into_use(kunnat: dict[str, Municipality]) -> None:
    led = OrganisationFactory(domicile=kunnat["422"])
    member(led)
    member(led)
    MembershipFactory(organisation__domicile=kunnat["422"], valid_until=local_date(NOW))
    member(OrganisationFactory(domicile=kunnat["422"]), "editor")
    member(OrganisationFactory(domicile=kunnat["564"]))  # outside the county
    start, end = year_period(2026)

    figures = {figure.key: figure.value for figure in admin_figures(Period(2026, start, end))}
    assert figures["organisations.with_admin"] == 1
    assert str(figures["organisations.with_admin_share"]) == "33.3"


def test_what_is_past_its_time_goes_away() -> None:
    coordinator = staff("coordinator")
    organisation = OrganisationFactory(name="Kirje ry", **POSTAL)
    reachable()
    campaign = sent_campaign(coordinator)
    run_mailing(send_mailing(make_mailing(coordinator, audience="contact"), by=coordinator, now=NOW))
    admin = member(organisation)
    open_to_look(organisation, seen_as=Membership.objects.get(user=admin), reason="x", by=coordinator, now=NOW)
    withdraw_observation(proposed(organisation), reason="x", by=coordinator, now=NOW)
    proposed(organisation)

    def left(days: int) -> dict[str, int]:
        relation_retention(NOW + timedelta(days=days))
        models = (LetterBatch, ClaimCode, MailingRecipient, ReadOnlyVisit, Observation, HandOver)
        return {model.__name__: model.objects.count() for model in models}

    everything = {"LetterBatch": 1, "ClaimCode": 2, "MailingRecipient": 1, "ReadOnlyVisit": 1, "Observation": 2}
    assert left(1) == {**everything, "HandOver": 0}
    assert left(61)["LetterBatch"] == 0
    assert left(90)["ClaimCode"] == 2
    assert set(campaign.codes.values_list("state", flat=True)) == {"expired"}
    after = left(731)
    assert (after["ClaimCode"], after["MailingRecipient"], after["ReadOnlyVisit"]) == (0, 0, 1)
    assert left(5 * 365 + 1)["ReadOnlyVisit"] == 0
    assert left(6 * 365 + 1)["Observation"] == 1  # the one that nobody has ended stays
