"""Two organisations become one and, within 30 days, two again: nothing that belongs to somebody is lost."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from common.errors import Refused
from county.models import Municipality
from notifications.models import Message
from organisations import timeline
from organisations.merging import Relation, is_constrained, left_behind, relations, rule_of, unruled
from organisations.models import (
    Activity,
    BankAccount,
    Claim,
    DuplicateCandidate,
    Invitation,
    Membership,
    MergeJournal,
    MergeMove,
    Organisation,
    ReviewItem,
    TimelineEntry,
)
from organisations.search import find
from organisations.workflow import gather_strays, invite, merge_organisations, unmerge
from organisations.workflow.merge_plan import plan_merge
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.factories import make_application, make_call
from tests.organisations.factories import (
    NOW,
    ClaimFactory,
    MembershipFactory,
    OrganisationFactory,
    SectorFactory,
    member,
)
from tests.organisations.merging import merged

pytestmark = pytest.mark.django_db
TODAY = NOW.date()


def pair(**fields: Any) -> tuple[Organisation, Organisation, Any]:
    """Return the one that stays, the one that vanishes, and the coordinator."""
    return OrganisationFactory(name="Jäävä ry"), OrganisationFactory(name="Poistuva ry", **fields), staff("coordinator")


def an_account(organisation: Organisation, state: str = "verified", iban: str = "FI2112345600000785") -> BankAccount:
    clerk = UserFactory() if state == "verified" else None
    return BankAccount.objects.create(
        organisation=organisation,
        iban=iban,
        holder=organisation.name,
        state=state,
        entered_at=NOW,
        entered_by=UserFactory(),
        verified_at=NOW if clerk else None,
        verified_by=clerk,
    )


# Rules and relations


def test_every_constrained_relation_has_a_rule() -> None:
    assert unruled() == []
    assert {relation.key for relation in relations()} >= {
        "organisations.membership.organisation",
        "organisations.timelineentry.organisation",
        "organisations.activity.organisation",
        "organisations.organisation_sectors.organisation",
        "grants.application.organisation",
    }
    assert not [relation for relation in relations() if relation.model.__name__.endswith("Event")]
    assert "organisations.importline.organisation" in left_behind()


def test_a_constrained_relation_without_a_rule_stops_every_merge(monkeypatch: pytest.MonkeyPatch) -> None:
    from organisations import merging

    rules = {key: rule for key, rule in merging._RULES.items() if key != "organisations.bankaccount.organisation"}
    monkeypatch.setattr(merging, "_RULES", rules)
    stays, goes, officer = pair()

    assert [relation.key for relation in unruled()] == ["organisations.bankaccount.organisation"]
    with pytest.raises(Refused) as refused:
        plan_merge(stays, goes, by=officer, now=NOW)
    assert refused.value.code == "no_rule"


@pytest.mark.parametrize(
    ("model", "constrained"),
    [
        (Membership, True),  # exclusion constraint
        (Invitation, True),  # unique over an expression
        (BankAccount, True),
        (Organisation.sectors.through, True),  # unique together
        (TimelineEntry, False),
        (Activity, False),
    ],
)
def test_constraints_on_the_organisation_are_seen(model: Any, constrained: bool) -> None:
    assert is_constrained(Relation(model, "organisation")) is constrained


def test_link_tables_keep_each_pair_once() -> None:
    assert rule_of(Relation(Organisation.sectors.through, "organisation")) is not None


# What moves


def test_everything_that_belongs_to_somebody_moves(kunnat: dict[str, Municipality]) -> None:
    stays, goes, officer = pair(business_id="0785533-5")
    treasurer = member(goes)
    claim = ClaimFactory(organisation=goes)
    account = an_account(goes)
    entry = timeline.write(goes, "Sai avustusta", visibility="public", now=NOW)
    activity = Activity.objects.create(
        organisation=goes, kind="peer_group", name="Kahvila", description="x", how_to_join="Tule", confirmed_on=TODAY
    )
    contact = goes.contacts.create(name="Aino", email="a@example.org", since=TODAY)
    goes.earlier_names.create(name="Vanhin nimi ry")
    goes.signatories.create(name="Malli Eino", role="sihteeri")
    shared, own = SectorFactory(), SectorFactory()
    stays.sectors.add(shared)
    goes.sectors.add(shared, own)
    application = make_application(organisation=goes, by=treasurer, now=NOW)
    invitation = invite(goes, email="uusi@example.org", role="viewer", by=treasurer, now=NOW)

    journal = merged(stays, goes, by=officer)

    for row in (claim, account, entry, activity, contact, application, invitation):
        row.refresh_from_db()
        assert row.organisation_id == stays.pk, row
    assert Membership.objects.get(user=treasurer).organisation_id == stays.pk
    assert set(stays.earlier_names.values_list("name", flat=True)) == {"Vanhin nimi ry", "Poistuva ry"}
    assert stays.signatories.get().name == "Malli Eino"
    assert set(stays.sectors.all()) == {shared, own}
    stays.refresh_from_db()
    assert stays.business_id == "0785533-5"
    goes = Organisation.everything.get(pk=goes.pk)
    assert (goes.merged_into_id, goes.business_id, goes.association_number) == (stays.pk, None, goes.association_number)
    assert not Organisation.objects.filter(pk=goes.pk).exists()
    assert journal.moves.filter(model="grants.application").get().before == {"organisation_id": goes.pk}
    told = Message.objects.filter(kind="organisations.merged")
    assert [message.to_address for message in told] == [treasurer.email]
    assert stays.timeline.filter(text="Järjestö Poistuva ry yhdistettiin tähän järjestöön").exists()


def test_own_data_is_taken_where_the_survivor_has_none() -> None:
    stays, goes, officer = pair(description_fi="Poistuvan kuvaus", contact_phone="013 1", member_count=12)
    Organisation.objects.filter(pk=stays.pk).update(contact_phone="013 2")
    stays.refresh_from_db()

    merged(stays, goes, by=officer)

    stays.refresh_from_db()
    assert (stays.description_fi, stays.contact_phone, stays.member_count) == ("Poistuvan kuvaus", "013 2", 12)


def test_a_person_in_both_keeps_the_wider_role_once() -> None:
    stays, goes, officer = pair()
    viewer = MembershipFactory(organisation=stays, role="viewer")
    admin = MembershipFactory(organisation=goes, role="admin", user=viewer.user)

    merged(stays, goes, by=officer)

    admin.refresh_from_db()
    viewer.refresh_from_db()
    assert (admin.organisation_id, admin.ended_at) == (stays.pk, None)
    assert (viewer.ended_at, viewer.ended_by, viewer.valid_until) == (NOW, officer, TODAY)
    in_force = Membership.objects.in_force(NOW).filter(organisation=stays, user=viewer.user)
    assert [row.role for row in in_force] == ["admin"]


def test_a_weaker_role_fills_what_the_wider_does_not_cover() -> None:
    stays, goes, officer = pair()
    admin = MembershipFactory(organisation=stays, role="admin", valid_until=date(2026, 12, 31))
    viewer = MembershipFactory(organisation=goes, role="viewer", user=admin.user)
    coming = MembershipFactory(organisation=stays, role="admin", valid_from=date(2027, 1, 1))
    until_then = MembershipFactory(organisation=goes, role="editor", user=coming.user)

    merged(stays, goes, by=officer)

    viewer.refresh_from_db()
    until_then.refresh_from_db()
    assert (viewer.ended_at, viewer.valid_from, viewer.valid_until) == (None, date(2027, 1, 1), None)
    assert (until_then.ended_at, until_then.valid_until) == (None, date(2026, 12, 31))


def test_a_past_term_keeps_its_dates() -> None:
    stays, goes, officer = pair()
    now_on = MembershipFactory(organisation=stays, role="admin")
    past = MembershipFactory(
        organisation=goes, user=now_on.user, role="viewer", valid_from=date(2021, 1, 1), valid_until=date(2022, 12, 31)
    )

    merged(stays, goes, by=officer)

    past.refresh_from_db()
    assert (past.organisation_id, past.ended_at) == (stays.pk, NOW)
    assert (past.valid_from, past.valid_until) == (date(2021, 1, 1), date(2022, 12, 31))


def test_clashing_accounts_claims_invitations_and_applications_are_solved() -> None:
    stays, goes, officer = pair()
    boss, other_boss = member(stays), member(goes)
    for organisation in (stays, goes):
        an_account(organisation)
        an_account(organisation, "entered", "FI1410093000123458")
    person = UserFactory()
    for organisation in (stays, goes):
        ClaimFactory(organisation=organisation, user=person)
    invite(stays, email="kutsu@example.org", role="viewer", by=boss, now=NOW)
    invite(goes, email="Kutsu@example.org", role="editor", by=other_boss, now=NOW)
    call = make_call()
    first = make_application(call=call, organisation=stays, by=boss, now=NOW)
    second = make_application(call=call, organisation=goes, by=other_boss, now=NOW)

    merged(stays, goes, by=officer)

    states = BankAccount.objects.filter(organisation=stays).values_list("state", flat=True)
    assert sorted(states) == ["entered", "replaced", "replaced", "verified"]
    assert sorted(Claim.objects.filter(organisation=stays).values_list("state", flat=True)) == ["waiting", "withdrawn"]
    assert sorted(Invitation.objects.filter(organisation=stays).values_list("state", flat=True)) == [
        "sent",
        "withdrawn",
    ]
    first.refresh_from_db()
    second.refresh_from_db()
    assert [(row.organisation_id, row.slot, row.state) for row in (first, second)] == [
        (stays.pk, 1, "draft"),
        (stays.pk, 2, "draft"),
    ]


def test_one_merged_before_follows_to_the_new_survivor() -> None:
    stays, goes, officer = pair()
    first = OrganisationFactory(name="Ensin yhdistetty ry")
    merged(goes, first, by=officer)

    merged(stays, goes, by=officer)

    assert Organisation.everything.get(pk=first.pk).merged_into_id == stays.pk
    assert {"Ensin yhdistetty ry", "Poistuva ry"} <= set(stays.earlier_names.values_list("name", flat=True))


def test_the_database_knows_no_chains_and_no_merge_into_itself() -> None:
    stays, goes, officer = pair()
    merged(stays, goes, by=officer)
    third = OrganisationFactory()

    for key, into in ((third.pk, goes.pk), (stays.pk, third.pk), (third.pk, third.pk)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Organisation.everything.filter(pk=key).update(merged_into=into)
    with pytest.raises(IntegrityError, match="merge_vanished_once"), transaction.atomic():
        MergeJournal.objects.create(
            survivor=third, vanished=goes, vanished_name="x", reason="x", merged_at=NOW, merged_by=officer
        )


def test_search_by_any_old_name_or_number_reaches_the_survivor() -> None:
    stays, goes, officer = pair(association_number=654321)
    goes.earlier_names.create(name="Muinainen Kerho ry")
    merged(stays, goes, by=officer)

    for words in ("654.321", "poistuva", "muinainen kerho", "jäävä"):
        assert list(find(words, Organisation.objects.all())) == [stays], words


# Refusals


def test_a_merge_asks_the_right_the_reason_and_what_was_seen() -> None:
    stays, goes, officer = pair()
    digest = plan_merge(stays, goes, by=officer, now=NOW).digest

    def refused(**changed: Any) -> str:
        given: dict[str, Any] = {"reason": "Sama", "seen": digest, "by": officer, "now": NOW, **changed}
        with pytest.raises(Refused) as told:
            merge_organisations(given.pop("stays", stays), goes, **given)
        return told.value.code

    assert refused(by=staff("auditor")) == "not_allowed"
    assert refused(by=member(stays)) == "not_allowed"
    assert refused(reason="  ") == "no_reason"
    assert refused(stays=goes) == "same"
    an_account(stays)
    an_account(goes)
    assert refused() == "changed"
    merged(stays, goes, by=officer)
    assert refused() == "not_allowed"  # twice does not do it twice
    assert MergeJournal.objects.count() == 1


# Undoing


def rows_by_owner() -> dict[str, list[tuple[Any, ...]]]:
    """Return every row of every relation with its owner, to compare before and after."""
    found = {}
    for relation in relations():
        if relation.model is not TimelineEntry:
            rows = relation.model._base_manager.order_by("pk").values_list()
            found[relation.key] = list(rows)
    found["organisations"] = list(
        Organisation.everything.order_by("pk").values_list("pk", "name", "business_id", "description_fi", "merged_into")
    )
    return found


def test_undoing_puts_everything_back_as_it_was() -> None:
    stays, goes, officer = pair(business_id="0785533-5", description_fi="Kuvaus")
    both = MembershipFactory(organisation=stays, role="viewer").user
    MembershipFactory(organisation=goes, role="admin", user=both)
    an_account(stays)
    an_account(goes)
    ClaimFactory(organisation=goes)
    call = make_call()
    make_application(call=call, organisation=stays, by=member(stays), now=NOW)
    make_application(call=call, organisation=goes, by=member(goes), now=NOW)
    goes.sectors.add(SectorFactory())
    goes.earlier_names.create(name="Vanhin ry")
    before = rows_by_owner()
    journal = merged(stays, goes, by=officer)
    assert rows_by_owner() != before

    unmerge(journal, by=officer, now=NOW + timedelta(days=29))
    unmerge(journal, by=officer, now=NOW + timedelta(days=29))  # twice does not do it twice

    assert rows_by_owner() == before
    assert set(journal.moves.values_list("outcome", flat=True)) == {"restored"}
    journal.refresh_from_db()
    assert (journal.state, journal.undone_by) == ("undone", officer)
    assert goes.timeline.filter(text__startswith="Yhdistäminen purettiin").count() == 1
    merged(stays, goes, by=officer)  # and it can be done again


def test_what_has_changed_since_stays_and_is_reported() -> None:
    stays, goes, officer = pair(contact_phone="013 1", business_id="0785533-5")
    claim, activity = (
        ClaimFactory(organisation=goes),
        goes.activities.create(kind="other", name="Kerho", description="x", how_to_join="x", confirmed_on=TODAY),
    )
    entry = timeline.write(goes, "Tapahtui", visibility="county", now=NOW)
    journal = merged(stays, goes, by=officer)
    Organisation.objects.filter(pk=stays.pk).update(contact_phone="040 2")
    third = OrganisationFactory()
    Activity.objects.filter(pk=activity.pk).update(organisation=third)
    entry.delete()

    unmerge(journal, by=officer, now=NOW)

    outcomes = {(move.model, tuple(move.after)): move.outcome for move in journal.moves.all()}
    assert outcomes[("organisations.organisation", ("contact_phone",))] == "changed"
    assert outcomes[("organisations.activity", ("organisation_id",))] == "changed"
    assert outcomes[("organisations.timelineentry", ("organisation_id",))] == "gone"
    assert outcomes[("organisations.claim", ("organisation_id",))] == "restored"
    stays.refresh_from_db()
    goes = Organisation.objects.get(pk=goes.pk)
    claim.refresh_from_db()
    assert (stays.contact_phone, stays.business_id) == ("040 2", None)
    assert (goes.business_id, claim.organisation_id) == ("0785533-5", goes.pk)


def test_a_newer_row_in_its_place_blocks_one_and_not_the_rest() -> None:
    stays, goes, officer = pair(business_id="0785533-5")
    an_account(stays)
    theirs = an_account(goes)
    claim = ClaimFactory(organisation=goes)
    journal = merged(stays, goes, by=officer)
    Organisation.everything.filter(pk=stays.pk).update(business_id=None)
    OrganisationFactory(business_id="0785533-5")  # somebody else has got the number meanwhile

    unmerge(journal, by=officer, now=NOW)

    moves = journal.moves.filter(model="organisations.organisation", object_pk=str(goes.pk))
    assert moves.get().outcome == MergeMove.Outcome.BLOCKED
    claim.refresh_from_db()
    theirs.refresh_from_db()
    assert claim.organisation_id == goes.pk
    assert (theirs.organisation_id, theirs.state) == (goes.pk, "verified")


def test_undoing_is_refused_kindly() -> None:
    stays, goes, officer = pair()
    journal = merged(stays, goes, by=officer)

    with pytest.raises(Refused) as late:
        unmerge(journal, by=officer, now=NOW + timedelta(days=30, seconds=1))
    assert late.value.code == "too_late"
    with pytest.raises(Refused) as stranger:
        unmerge(journal, by=staff("auditor"), now=NOW)
    assert stranger.value.code == "not_allowed"
    other = OrganisationFactory()
    later = merged(other, stays, by=officer)
    with pytest.raises(Refused) as chained:
        unmerge(journal, by=officer, now=NOW)
    assert chained.value.code == "survivor_merged"
    unmerge(later, by=officer, now=NOW)
    unmerge(journal, by=officer, now=NOW)
    assert Organisation.objects.filter(pk__in=[stays.pk, goes.pk, other.pk]).count() == 3


def test_what_was_written_in_the_same_instant_is_gathered() -> None:
    stays, goes, officer = pair()
    journal = merged(stays, goes, by=officer)
    late = ClaimFactory(organisation=Organisation.everything.get(pk=goes.pk))

    assert gather_strays(now=NOW + timedelta(hours=5)) == 1
    assert gather_strays(now=NOW + timedelta(hours=6)) == 0

    late.refresh_from_db()
    assert late.organisation_id == stays.pk
    unmerge(journal, by=officer, now=NOW + timedelta(days=1))
    late.refresh_from_db()
    assert late.organisation_id == goes.pk


def test_open_pairs_and_reviews_of_the_vanished_one_are_settled() -> None:
    stays, goes, officer = pair()
    third = OrganisationFactory()
    ours = DuplicateCandidate.objects.create(first=stays, second=goes, reason="same_name", score=99, found_at=NOW)
    DuplicateCandidate.objects.create(first=goes, second=third, reason="similar_name", score=80, found_at=NOW)
    for organisation in (stays, goes):
        ReviewItem.objects.create(organisation=organisation, field="name", source="import", opened_at=NOW)

    journal = merged(stays, goes, by=officer)

    assert [(row.pk, row.state) for row in DuplicateCandidate.objects.all()] == [(ours.pk, "merged")]
    assert stays.register_reviews.count() == 1
    unmerge(journal, by=officer, now=NOW)
    ours.refresh_from_db()
    assert ours.state == "open"


# Pages


def test_the_old_address_leads_to_the_survivor(client: Client) -> None:
    stays, goes, officer = pair()
    person = member(goes)
    journal = merged(stays, goes, by=officer)

    for name in ("detail", "claim_new"):
        reader = client if name == "detail" else signed_in(UserFactory())
        answer = reader.get(reverse(f"organisations:{name}", args=[goes.pk]))
        assert (answer.status_code, answer["Location"]) == (302, reverse(f"organisations:{name}", args=[stays.pk]))
    own = signed_in(person).get(reverse("organisations:own", args=[goes.pk]))
    assert own["Location"] == reverse("organisations:own", args=[stays.pk])
    assert client.get(reverse("organisations:detail", args=[10**9])).status_code == 404
    unmerge(journal, by=officer, now=NOW)
    assert client.get(reverse("organisations:detail", args=[goes.pk])).status_code == 200
