"""The handling for tests: a closed call with cases, its people, and the steps up to a given point.

The call closes 8.12.2026 klo 16.00; ``TAKEN_UP`` is the morning after, the meeting is on 17.2.2027.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from accounts.models import User
from common.times import HELSINKI
from grants.models import Application, GrantCall
from grants.workflow.assessment import Scored, finish_assessment, save_scores
from grants.workflow.conflicts import declare_no_conflicts
from grants.workflow.handling import assign_assessor, open_handling
from grants.workflow.presentation import present_call
from grants.workflow.proposals import propose
from liaisons.models import Body, Meeting
from liaisons.workflow import hold_meeting
from tests.accounts.factories import UserFactory, staff
from tests.grants.factories import make_body, make_call, make_kind, make_organisation, make_submitted
from tests.liaisons.factories import BodyAppointmentFactory, MeetingFactory, SeatFactory

TAKEN_UP = datetime(2026, 12, 9, 9, 0, tzinfo=HELSINKI)
MEETING_AT = datetime(2027, 2, 17, 13, 0, tzinfo=HELSINKI)
AFTER = datetime(2027, 2, 18, 9, 0, tzinfo=HELSINKI)


@dataclass
class Desk:
    """A call in handling with everybody who has to do with it."""

    call: GrantCall
    cases: list[Application]
    coordinator: User
    presenter: User
    secretary: User
    member: User
    body: Body
    assessors: list[User] = field(default_factory=list)
    meeting: Meeting | None = None

    def fresh(self) -> GrantCall:
        """Return the call as it stands now, and refresh the cases."""
        self.call = GrantCall.objects.select_related("kind__decided_by").get(pk=self.call.pk)
        self.cases = [Application.objects.select_related("call", "organisation").get(pk=case.pk) for case in self.cases]
        return self.call


def make_desk(
    *, cases: int = 2, asked: str = "4500.00", assessors: int = 0, opened: bool = True, **fields: Any
) -> Desk:
    """Return a call whose ``cases`` applications have been taken up and whose assessors have been named."""
    body = make_body()
    coordinator = staff("coordinator", full_name="Kaisa Koordinaattori")
    call = make_call(kind=make_kind(decided_by=body), **fields)
    rows = [
        make_submitted(call=call, organisation=make_organisation(f"Järjestö {number} ry"), asked=asked)
        for number in range(1, cases + 1)
    ]
    desk = Desk(
        call,
        rows,
        coordinator,
        BodyAppointmentFactory(body=body, user=UserFactory(full_name="Esko Esittelijä")).user,
        BodyAppointmentFactory(body=body, user=UserFactory(full_name="Siiri Sihteeri"), role="secretary").user,
        SeatFactory(body=body, user=UserFactory(full_name="Jaana Jäsen")).user,
        body,
    )
    if opened:
        open_handling(call, by=coordinator, now=TAKEN_UP)
        for number in range(assessors):
            person = UserFactory(full_name=f"Eero Esimerkki {number + 1}")
            assign_assessor(call, user=person, until=None, by=coordinator, now=TAKEN_UP)
            desk.assessors.append(person)
    desk.fresh()
    return desk


def score(case: Application, by: User, share: float = 0.8, *, now: datetime = TAKEN_UP, finish: bool = True) -> None:
    """Say "no conflict" and give each criterion the share of its points."""
    declare_no_conflicts([case.pk], by=by, now=now)
    points = [Scored(row.pk, int(row.weight * share), "Perusteltu arvio.") for row in case.call.criteria.all()]
    save_scores(case, points, summary="", by=by, now=now)
    if finish:
        finish_assessment(case, by=by, now=now)


def propose_all(desk: Desk, sums: list[str]) -> None:
    """Propose the sums, one a case."""
    for case, total in zip(desk.cases, sums, strict=True):
        propose(
            case,
            sum=Decimal(total),
            reasons="Toiminta on vaikuttavaa." if Decimal(total) else "Toiminta ei vastaa haun tavoitteita.",
            by=desk.coordinator,
            now=TAKEN_UP,
        )
    desk.fresh()


def present(desk: Desk) -> Meeting:
    """Bring the call to a coming meeting."""
    desk.meeting = MeetingFactory(body=desk.body, starts_at=MEETING_AT)
    present_call(desk.fresh(), meeting=desk.meeting, by=desk.presenter, now=TAKEN_UP)
    desk.fresh()
    return desk.meeting


def make_held(**fields: Any) -> Desk:
    """Return a call of two cases whose meeting has been held: 3 000 € and a rejection are proposed."""
    desk = make_desk(**fields)
    propose_all(desk, ["3000.00", "0.00", *["1000.00"] * (len(desk.cases) - 2)][: len(desk.cases)])
    meeting = present(desk)
    desk.meeting = hold_meeting(meeting, by=desk.secretary, now=AFTER)
    return desk
