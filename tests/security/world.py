"""One small world with a person of every role, built once a test; objects of each room come from ``objects.py``."""

from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from http.cookies import SimpleCookie
from typing import Any

from django.test import Client

from accounts.models import StaffRoleKind, User
from county.models import County, Municipality
from liaisons.models import Body, BodyAppointment, Seat
from organisations.models import Organisation
from tests.accounts.factories import UserFactory, signed_in, staff
from tests.grants.factories_officials import make_official
from tests.liaisons.factories import AppointmentFactory, PostFactory, UnitFactory
from tests.organisations.factories import OrganisationFactory, member

ANONYMOUS = "anonymous"
PLAIN = "plain"
OTHER_NGO = "other_ngo_admin"
NGO = ("ngo_admin", "ngo_editor", "ngo_signatory", "ngo_viewer")
STAFF = tuple(StaffRoleKind.values)
BODY = ("body_member", "body_deputy", "presenter", "secretary")
ASSESSOR = "assessor"
LIAISON = ("liaison_unit", "liaison_municipal")
OFFICIAL = "official"
ROLES = (ANONYMOUS, PLAIN, *NGO, OTHER_NGO, *STAFF, *BODY, ASSESSOR, *LIAISON, OFFICIAL)
SINCE = date(2020, 1, 1)


@dataclass
class World:
    """People by role, two organisations, a body, and whatever the rooms' builders have put into ``things``."""

    people: dict[str, User]
    organisation: Organisation
    other_organisation: Organisation
    body: Body
    things: dict[str, Any] = field(default_factory=dict)
    cookies: dict[str, SimpleCookie] = field(default_factory=dict)

    def client(self, role: str) -> Client:
        """Return a client in which the role's person is signed in with the second factor; nobody for a stranger.

        Each is a new one, with the cookies of one sign-in.
        """
        client = Client(raise_request_exception=False)
        if role != ANONYMOUS:
            if role not in self.cookies:
                self.cookies[role] = signed_in(self.people[role]).cookies
            client.cookies = deepcopy(self.cookies[role])
        return client

    def thing(self, key: str, make: Any) -> Any:
        """Return the thing of that key, made on first use: ``world.thing("call", make_call)``."""
        if key not in self.things:
            self.things[key] = make()
        return self.things[key]


def build() -> World:
    """Return a new world."""
    County.objects.create(code="14", area_key="14", name_fi="Koealueen hyvinvointialue", allocates_seasons=True)
    organisation, other = OrganisationFactory(), OrganisationFactory()
    body = Body.objects.create(key="lautakunta", area_key="lautakunta", name_fi="Koelautakunta", kind="committee")
    people = {PLAIN: UserFactory(), OTHER_NGO: member(other, "admin"), ASSESSOR: UserFactory()}
    people |= {f"ngo_{role}": member(organisation, role) for role in ("admin", "editor", "signatory", "viewer")}
    people |= {role: staff(role) for role in STAFF}
    people |= {role: UserFactory() for role in (*BODY, *LIAISON)}
    seat = Seat.objects.create(user=people["body_member"], body=body, role="member", valid_from=SINCE)
    Seat.objects.create(user=people["body_deputy"], body=body, role="deputy", deputy_for=seat, valid_from=SINCE)
    for role in ("presenter", "secretary"):
        BodyAppointment.objects.create(user=people[role], body=body, role=role, valid_from=SINCE)
    people[OFFICIAL] = make_official().user
    _appoint(people)
    return World(people, organisation, other, body)


def _appoint(people: dict[str, User]) -> None:
    """Give the liaison people their posts: one in a unit of the county, one in a municipality."""
    unit = UnitFactory(key="kotihoito", name_fi="Kotihoito", kind="unit")
    town = Municipality.objects.create(code="167", area_key="167", name_fi="Joensuu", is_own=True)
    posts = {
        "liaison_unit": PostFactory(level="unit", unit=unit),
        "liaison_municipal": PostFactory(level="municipal", unit=None, municipality=town),
    }
    for role, post in posts.items():
        AppointmentFactory(post=post, user=people[role], valid_from=SINCE, accepted_on=SINCE)
