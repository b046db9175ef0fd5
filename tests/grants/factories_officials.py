"""A call that an office-holder decides, for tests: its people, and the steps up to a decision."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from accounts.models import User
from common.times import HELSINKI
from grants.models import Application, DecidingOfficial, Decision, GrantCall
from grants.workflow.conflicts import declare_no_conflicts
from grants.workflow.handling import open_handling
from grants.workflow.officials import decide_as_official, frozen_number, lay_call
from grants.workflow.proposals import propose
from liaisons.models import Body
from tests.accounts.factories import UserFactory, staff
from tests.grants.factories import make_body, make_call, make_kind, make_organisation, make_submitted
from tests.grants.factories_handling import TAKEN_UP

POST = "hyvinvointijohtaja"
DECIDED_AT = datetime(2027, 2, 18, 9, 0, tzinfo=HELSINKI)


def make_official(user: User | None = None, *, deputy: bool = False, **fields: Any) -> DecidingOfficial:
    """Return a person who decides in the post since 2020."""
    return DecidingOfficial.objects.create(
        **{
            "post": POST,
            "user": user or UserFactory(),
            "is_deputy": deputy,
            "valid_from": date(2020, 1, 1),
            "reason": "Aluehallitus 1.12.2019, 4 §",
            "given_by": UserFactory(),
            "given_at": TAKEN_UP,
            **fields,
        }
    )


@dataclass
class OfficialDesk:
    """A call in handling that an office-holder decides, with everybody who has to do with it."""

    call: GrantCall
    cases: list[Application]
    coordinator: User
    official: User
    deputy: User
    claims_body: Body

    def fresh(self) -> GrantCall:
        """Return the call as it stands now, and refresh the cases."""
        self.call = GrantCall.objects.select_related("kind").get(pk=self.call.pk)
        self.cases = [Application.objects.select_related("call", "organisation").get(pk=case.pk) for case in self.cases]
        return self.call

    def decide(self, *cases: Application, by: User | None = None, now: datetime = DECIDED_AT) -> list[Decision]:
        """Decide the cases (all of them when none is given) as proposed."""
        chosen = dict.fromkeys(case.pk for case in cases or self.cases)
        person = by or self.official
        return decide_as_official(self.call, chosen, frozen=frozen_number(self.call), by=person, now=now)


def make_official_call(**fields: Any) -> tuple[GrantCall, Body]:
    """Return a published call that the office-holder decides, and the body that decides claims."""
    body = make_body(name_fi="Aluehallitus")
    kind = make_kind(decided_by=None, decision_maker="office_holder", decided_by_post_fi=POST, claims_to=body)
    return make_call(kind=kind, **fields), body


def make_official_desk(*sums: str, laid: bool = True, declared: bool = True, **fields: Any) -> OfficialDesk:
    """Return a call with a case for each proposed sum (3 000 € and a rejection), laid before the office-holder."""
    call, body = make_official_call(**fields)
    given = sums or ("3000.00", "0.00")
    cases = [
        make_submitted(call=call, organisation=make_organisation(f"Järjestö {number} ry"))
        for number in range(1, len(given) + 1)
    ]
    coordinator = staff("coordinator", full_name="Kaisa Koordinaattori")
    official = make_official(UserFactory(full_name="Helvi Hyvinvointijohtaja")).user
    deputy = make_official(UserFactory(full_name="Sakari Sijainen"), deputy=True).user
    desk = OfficialDesk(call, cases, coordinator, official, deputy, body)
    open_handling(call, by=coordinator, now=TAKEN_UP)
    for case, total in zip(desk.cases, given, strict=True):
        reasons = "Toiminta on vaikuttavaa." if Decimal(total) else "Toiminta ei vastaa haun tavoitteita."
        propose(case, sum=Decimal(total), reasons=reasons, by=coordinator, now=TAKEN_UP)
    if laid:
        lay_call(desk.fresh(), by=coordinator, now=TAKEN_UP)
        if declared:
            declare_no_conflicts([case.pk for case in desk.cases], by=official, now=TAKEN_UP)
    desk.fresh()
    return desk
