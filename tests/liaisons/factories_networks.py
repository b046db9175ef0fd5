"""Contacts kept and networks for tests."""

from datetime import date, timedelta
from typing import Any

import factory
from factory.django import DjangoModelFactory

from common import clock
from common.times import local_date
from liaisons.models import KeptContact, Network, NetworkMeeting, NetworkMember, Post
from liaisons.workflow.kept_contacts import keep_contact
from tests.accounts.factories import UserFactory
from tests.liaisons.factories import AppointmentFactory, PostFactory
from tests.organisations.factories import NOW, OrganisationFactory, member

LONG_AGO = date(2023, 1, 1)


def liaison(user: Any = None, **fields: Any) -> Any:
    """Return a person who holds a liaison post of the whole county, or the post of ``fields``."""
    post: Post = PostFactory(**{"level": "county_liaison", "unit": None, "valid_from": LONG_AGO, **fields})
    person = user or UserFactory()
    AppointmentFactory(post=post, user=person, valid_from=LONG_AGO, accepted_on=LONG_AGO)
    return person


def kept(by: Any, organisation: Any = None, **fields: Any) -> KeptContact:
    """Write down a call of today."""
    now = fields.pop("now", clock.now())
    known = {"kind": "call", "on": local_date(now), "about": "Kyytien järjestäminen"}
    return keep_contact(organisation or OrganisationFactory(), **{**known, **fields}, by=by, now=now)


class NetworkFactory(DjangoModelFactory[Network]):
    """A network made in the portal."""

    class Meta:
        model = Network

    key = factory.Sequence(lambda n: f"verkosto-{n}")
    name_fi = factory.Sequence(lambda n: f"Verkosto {n}")
    order = factory.Sequence(lambda n: n)


class NetworkMemberFactory(DjangoModelFactory[NetworkMember]):
    """A member for the county since long ago."""

    class Meta:
        model = NetworkMember

    network = factory.SubFactory(NetworkFactory)
    user = factory.SubFactory(UserFactory)
    state = "member"
    asked_at = NOW
    joined_at = NOW


def belonging(network: Network, organisation: Any = None, **fields: Any) -> NetworkMember:
    """Return a member who acts for a new organisation, or the one given."""
    there = organisation or OrganisationFactory()
    user = fields.pop("user", None) or member(there, "editor")
    return NetworkMemberFactory(network=network, user=user, organisation=there, **fields)


def convener(network: Network, place: int = 1, **fields: Any) -> Any:
    """Return a person of an organisation who convenes the network."""
    return belonging(network, convener_place=place, **fields).user


def a_network_meeting(network: Network, **fields: Any) -> NetworkMeeting:
    """Return a meeting in a week, or at the time given."""
    at = fields.pop("starts_at", clock.now() + timedelta(days=7))
    return NetworkMeeting.objects.create(network=network, starts_at=at, **{"place": "Järjestötalo", **fields})
