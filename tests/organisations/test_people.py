"""Claims, invitations and memberships: who may act for an organisation, and how they came to."""

import re
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from common.errors import Refused
from common.policies import allowed
from documents.uploads import check_upload
from notifications.models import Message
from organisations.models import Claim, Invitation, Membership, TimelineEntry
from organisations.workflow import (
    accept_invitation,
    approve_claim,
    change_role,
    end_membership,
    expire_invitations,
    invite,
    refuse_claim,
    submit_claim,
    withdraw_claim,
    withdraw_invitation,
)
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.organisations.factories import NOW, ClaimFactory, MembershipFactory, OrganisationFactory, member

pytestmark = pytest.mark.django_db


def code_of(act: object, *args: object, **kwargs: object) -> str:
    with pytest.raises(Refused) as refused:
        act(*args, **kwargs)  # type: ignore[operator]
    return refused.value.code


def test_claim_waits_and_coordinators_get_a_message() -> None:
    coordinator, person = staff("coordinator"), UserFactory(full_name="Aino Esimerkki")
    organisation = OrganisationFactory(name="Omaistuki ry")

    claim = submit_claim(
        organisation, role="admin", position="Puheenjohtaja", evidence="Ote", attachment=None, by=person, now=NOW
    )

    assert (claim.state, claim.role, claim.decided_at) == ("waiting", "admin", None)
    message = Message.objects.get()
    assert (message.to_user, message.subject) == (coordinator, "Edustuspyyntö odottaa: Omaistuki ry")
    assert "Aino Esimerkki pyytää oikeutta toimia järjestön Omaistuki ry puolesta." in message.text
    assert f"/hallinta/edustukset/{claim.pk}/" in message.text
    assert not allowed("organisations.represent", person, now=NOW).exists()


def test_a_second_claim_waits_for_the_first() -> None:
    claim = ClaimFactory()

    again = {"role": "viewer", "position": "x", "evidence": "x", "attachment": None, "by": claim.user, "now": NOW}
    assert code_of(submit_claim, claim.organisation, **again) == "already_claimed"
    withdraw_claim(claim, by=claim.user, now=NOW)
    assert submit_claim(claim.organisation, **again).state == "waiting"  # type: ignore[arg-type]


def test_a_member_need_not_claim() -> None:
    organisation = OrganisationFactory()
    person = member(organisation, "viewer")

    assert (
        code_of(
            submit_claim,
            organisation,
            role="admin",
            position="x",
            evidence="x",
            attachment=None,
            by=person,
            now=NOW,
        )
        == "already_member"
    )


def test_approval_gives_the_right_writes_the_timeline_and_tells_the_person() -> None:
    coordinator, claim = staff("coordinator"), ClaimFactory(organisation__name="Omaistuki ry", role="admin")

    approve_claim(claim, role="signatory", by=coordinator, now=NOW)
    approve_claim(claim, role="signatory", by=coordinator, now=NOW)  # twice does not do it twice

    membership = Membership.objects.get()
    assert (membership.user, membership.role, membership.valid_from) == (claim.user, "signatory", date(2026, 11, 16))
    assert list(allowed("organisations.sign", claim.user, now=NOW)) == [claim.organisation]
    assert list(allowed("organisations.edit", claim.user, now=NOW)) == []
    assert TimelineEntry.objects.values_list("text", "visibility").get() == (
        "Uusi edustaja järjestölle: nimenkirjoittaja",
        "organisation",
    )
    message = Message.objects.get()
    assert (message.to_user, message.subject) == (claim.user, "Voit nyt toimia järjestön puolesta: Omaistuki ry")
    assert "Roolisi: nimenkirjoittaja." in message.text
    assert f"/omat/{claim.organisation_id}/" in message.text


def test_message_is_in_the_persons_language_whoever_decides() -> None:
    coordinator, claim = staff("coordinator"), ClaimFactory(user__language="sv")

    refuse_claim(claim, reason="Pöytäkirjaote puuttuu.", by=coordinator, now=NOW)

    message = Message.objects.get()
    assert message.language == "sv"
    assert "Pöytäkirjaote puuttuu." in message.text
    assert f"/sv/omat/edustuspyynnot/{claim.pk}/" in message.text


def test_refusal_needs_a_reason() -> None:
    coordinator, claim = staff("coordinator"), ClaimFactory()

    assert code_of(refuse_claim, claim, reason="  ", by=coordinator, now=NOW) == "no_reason"
    claim.refresh_from_db()
    assert claim.state == "waiting"


@pytest.mark.parametrize("role", ["registrar", "payments_clerk", "auditor", "administrator"])
def test_only_the_coordinator_decides(role: str) -> None:
    claim = ClaimFactory()

    assert code_of(approve_claim, claim, role="admin", by=staff(role), now=NOW) == "not_allowed"


def test_a_coordinator_does_not_decide_on_their_own_claim() -> None:
    coordinator = staff("coordinator")
    claim = ClaimFactory(user=coordinator)

    assert code_of(approve_claim, claim, role="admin", by=coordinator, now=NOW) == "not_allowed"


@pytest.mark.parametrize(
    ("state", "verb"),
    [
        ("approved", "refuse"),
        ("approved", "withdraw"),
        ("refused", "approve"),
        ("refused", "withdraw"),
        ("withdrawn", "approve"),
        ("withdrawn", "refuse"),
    ],
)
def test_missing_edges_of_a_claim_are_refused(state: str, verb: str) -> None:
    claim = ClaimFactory(state=state, decided_at=NOW)
    coordinator = staff("coordinator")
    verbs = {
        "approve": lambda: approve_claim(claim, role="admin", by=coordinator, now=NOW),
        "refuse": lambda: refuse_claim(claim, reason="x", by=coordinator, now=NOW),
        "withdraw": lambda: withdraw_claim(claim, by=claim.user, now=NOW),
    }

    assert code_of(verbs[verb]) == "wrong_state"


def test_nobody_withdraws_another_persons_claim() -> None:
    claim = ClaimFactory()

    assert code_of(withdraw_claim, claim, by=UserFactory(), now=NOW) == "not_allowed"


def test_attachment_is_seen_by_claimant_and_coordinator_only() -> None:
    person, organisation = UserFactory(), OrganisationFactory()
    upload = SimpleUploadedFile("ote.txt", "Pöytäkirjaote".encode())
    claim = submit_claim(
        organisation,
        role="admin",
        position="x",
        evidence="x",
        attachment=check_upload(upload),
        by=person,
        now=NOW,
    )
    address = reverse("organisations:claim_file", args=[claim.pk])

    for reader, status in ((person, 200), (staff("coordinator"), 200), (UserFactory(), 404), (staff("registrar"), 404)):
        response = signed_in(reader).get(address)
        assert response.status_code == status
        if status == 200:
            assert response["Content-Disposition"] == 'attachment; filename="ote.txt"'
            assert b"".join(response.streaming_content) == "Pöytäkirjaote".encode()


def invited(role: str = "editor", email: str = "uusi@example.org") -> tuple[Invitation, str]:
    organisation = OrganisationFactory(name="Omaistuki ry")
    invitation = invite(organisation, email=email, role=role, by=member(organisation), now=NOW)
    found = re.search(r"/kutsut/([\w-]+)/", Message.objects.latest("pk").text)
    assert found
    return invitation, found[1]


def test_invitation_goes_to_the_address_and_its_link_is_kept_as_a_hash_only() -> None:
    invitation, token = invited()

    message = Message.objects.get()
    assert (message.to_address, message.subject) == (
        "uusi@example.org",
        "Kutsu toimia järjestön puolesta: Omaistuki ry",
    )
    assert message.secret is True
    assert "Kutsu on voimassa 30.11.2026 klo\N{NO-BREAK SPACE}12.00 asti." in message.text
    assert token not in str(Invitation.objects.values().get())
    assert invitation.expires_at == NOW + timedelta(days=14)


def test_accepting_needs_the_same_verified_address() -> None:
    invitation, _token = invited()
    unverified = UserFactory(email="uusi@example.org", verified=False)

    assert code_of(accept_invitation, invitation, by=UserFactory(), now=NOW) == "other_address"
    assert code_of(accept_invitation, invitation, by=unverified, now=NOW) == "other_address"
    assert Membership.objects.filter(role="editor").count() == 0


def test_accepting_gives_the_role_once() -> None:
    invitation, _token = invited(email="Uusi@Example.org")
    person = UserFactory(email="uusi@example.org")

    first = accept_invitation(invitation, by=person, now=NOW)
    second = accept_invitation(invitation, by=person, now=NOW)

    assert first == second
    assert (first.role, first.organisation) == ("editor", invitation.organisation)
    invitation.refresh_from_db()
    assert (invitation.state, invitation.accepted_by) == ("accepted", person)


def test_an_invitation_runs_out_and_is_withdrawn() -> None:
    invitation, _token = invited()
    person = UserFactory(email="uusi@example.org")

    assert code_of(accept_invitation, invitation, by=person, now=NOW + timedelta(days=14)) == "expired"
    withdraw_invitation(invitation, by=invitation.invited_by, now=NOW)
    assert code_of(accept_invitation, invitation, by=person, now=NOW) == "wrong_state"


def test_only_one_invitation_is_open_to_an_address() -> None:
    invitation, _token = invited()
    by = invitation.invited_by
    again = {"email": "UUSI@example.org", "role": "viewer", "by": by}

    assert code_of(invite, invitation.organisation, **again, now=NOW) == "already_invited"
    later = invite(invitation.organisation, **again, now=NOW + timedelta(days=15))  # type: ignore[arg-type]
    invitation.refresh_from_db()
    assert (invitation.state, later.state) == ("expired", "sent")


def test_expiring_marks_only_those_whose_time_is_over() -> None:
    invitation, _token = invited()

    assert expire_invitations(now=NOW + timedelta(days=13)) == 0
    assert expire_invitations(now=NOW + timedelta(days=14)) == 1
    invitation.refresh_from_db()
    assert invitation.state == "expired"


@pytest.mark.parametrize("role", ["editor", "signatory", "viewer"])
def test_only_the_admin_manages_people(role: str) -> None:
    organisation = OrganisationFactory()
    person, other = member(organisation, role), MembershipFactory(organisation=organisation)

    assert code_of(invite, organisation, email="a@example.org", role="viewer", by=person, now=NOW) == "not_allowed"
    assert code_of(change_role, other, role="viewer", by=person, now=NOW) == "not_allowed"
    assert code_of(end_membership, other, by=person, now=NOW) == "not_allowed"


def test_admin_of_another_organisation_manages_nobody_here() -> None:
    stranger, membership = member(OrganisationFactory()), MembershipFactory()

    assert code_of(end_membership, membership, by=stranger, now=NOW) == "not_allowed"
    assert code_of(invite, membership.organisation, email="a@example.org", role="admin", by=stranger, now=NOW) == (
        "not_allowed"
    )


def test_the_last_admin_cannot_leave_or_step_down() -> None:
    membership = MembershipFactory()

    assert code_of(end_membership, membership, by=membership.user, now=NOW) == "last_admin"
    assert code_of(change_role, membership, role="viewer", by=membership.user, now=NOW) == "last_admin"
    other = MembershipFactory(organisation=membership.organisation)
    end_membership(membership, by=membership.user, now=NOW)
    assert code_of(end_membership, other, by=other.user, now=NOW) == "last_admin"


def test_an_admin_whose_term_is_over_does_not_count() -> None:
    membership = MembershipFactory()
    MembershipFactory(organisation=membership.organisation, valid_until=date(2026, 11, 15))

    assert code_of(end_membership, membership, by=membership.user, now=NOW) == "last_admin"


def test_ending_takes_the_access_at_once_and_tells_the_person() -> None:
    admin = MembershipFactory()
    leaving = MembershipFactory(organisation=admin.organisation, role="editor", valid_from=date(2026, 11, 16))

    end_membership(leaving, by=admin.user, now=NOW)
    end_membership(leaving, by=admin.user, now=NOW)

    assert not allowed("organisations.represent", leaving.user, now=NOW).exists()
    assert Message.objects.get().subject == "Oikeutesi toimia järjestön puolesta päättyi"
    leaving.refresh_from_db()
    assert (leaving.valid_until, leaving.ended_by) == (date(2026, 11, 16), admin.user)
    again = MembershipFactory(user=leaving.user, organisation=admin.organisation, valid_from=date(2026, 11, 16))
    assert list(allowed("organisations.represent", again.user, now=NOW)) == [admin.organisation]


def test_access_ends_with_the_term() -> None:
    membership = MembershipFactory(valid_until=date(2026, 11, 16))

    assert list(allowed("organisations.represent", membership.user, now=NOW)) == [membership.organisation]
    assert list(allowed("organisations.represent", membership.user, now=NOW + timedelta(days=1))) == []


def test_database_keeps_one_membership_in_force_and_one_waiting_claim() -> None:
    membership, claim = MembershipFactory(), ClaimFactory()

    with pytest.raises(IntegrityError, match="membership_one_in_force"), transaction.atomic():
        MembershipFactory(user=membership.user, organisation=membership.organisation, valid_from=date(2030, 1, 1))
    with pytest.raises(IntegrityError, match="claim_one_waiting"), transaction.atomic():
        ClaimFactory(user=claim.user, organisation=claim.organisation)
    with pytest.raises(IntegrityError, match="organisations_membership_term_order"), transaction.atomic():
        MembershipFactory(valid_until=date(2019, 12, 31))
    with pytest.raises(IntegrityError, match="membership_role_known"), transaction.atomic():
        MembershipFactory(role="owner")
    with pytest.raises(IntegrityError, match="claim_decided_has_time"), transaction.atomic():
        ClaimFactory(state="approved")
    with pytest.raises(IntegrityError, match="claim_values_known"), transaction.atomic():
        Claim.objects.filter(pk=claim.pk).update(role="king")
