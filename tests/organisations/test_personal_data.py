"""A person downloads what the registry holds about them, and nothing of others."""

from datetime import date

import pytest

from organisations.models import Contact
from organisations.personal_data import own_data
from tests.accounts.factories import UserFactory
from tests.organisations.factories import ClaimFactory, MembershipFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


def test_own_rows_and_nobody_elses() -> None:
    user, other = UserFactory(email="aino@example.org"), UserFactory(email="toinen@example.org")
    home = OrganisationFactory(name="Omaistuki ry")
    MembershipFactory(user=user, organisation=home, role="editor")
    MembershipFactory(user=other, organisation=home)
    ClaimFactory(user=user, organisation=home, position="Sihteeri")
    ClaimFactory(user=other, organisation=home, position="Rahastonhoitaja")
    for name, email in (("Aino Koski", "Aino@example.org"), ("Toinen", "toinen@example.org")):
        Contact.objects.create(organisation=home, name=name, email=email, since=date(2026, 1, 1))

    found = own_data(user)

    assert found["memberships"] == [
        {
            "organisation__name": "Omaistuki ry",
            "role": "editor",
            "valid_from": date(2020, 1, 1),
            "valid_until": None,
            "ended_at": None,
        }
    ]
    assert [row["position"] for row in found["claims"]] == ["Sihteeri"]
    assert [row["name"] for row in found["contact_details"]] == ["Aino Koski"]
    assert "toinen@example.org" not in str(found)
    assert [name for name, rows in found.items() if rows] == ["memberships", "claims", "contact_details"]
