"""Contacts kept and networks for tests."""

from datetime import date
from typing import Any

from common import clock
from common.times import local_date
from liaisons.models import KeptContact, Post
from liaisons.workflow.kept_contacts import keep_contact
from tests.accounts.factories import UserFactory
from tests.liaisons.factories import AppointmentFactory, PostFactory
from tests.organisations.factories import OrganisationFactory

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
