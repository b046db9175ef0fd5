"""A negotiated case for tests: its call in handling, and the people of both sides."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from accounts.models import User
from grants.models import Application, CallInvitation, Negotiation, NegotiationVersion, Procedure, Side
from grants.workflow.handling import open_handling
from grants.workflow.negotiations import Offer, approve_version, open_negotiation, send_version
from organisations.models import Organisation
from tests.grants.factories import NOW, make_organisation, make_submitted
from tests.grants.factories_handling import TAKEN_UP, Desk, make_desk


@dataclass
class Table:
    """A negotiated case with who speaks for each side."""

    desk: Desk
    case: Application
    organisation: Organisation
    signatory: User
    coordinator: User

    def fresh(self) -> Application:
        """Return the case as it stands now."""
        self.case = Application.objects.select_related("call", "organisation").get(pk=self.case.pk)
        return self.case


def offer(total: str = "4000.00", **fields: Any) -> Offer:
    """Return a proposal."""
    return Offer(
        Decimal(total), **{"purpose": "Vertaisryhmien ohjaajan palkka.", "plan": "Ryhmät viikoittain.", **fields}
    )


def make_table(*, cases: int = 1, opened: bool = True, now: datetime = TAKEN_UP) -> Table:
    """Return a negotiated call in handling with ``cases`` cases; the first one's negotiation is open."""
    desk = make_desk(cases=0, opened=False, procedure=Procedure.NEGOTIATED)
    for number in range(1, cases + 1):
        organisation = make_organisation(f"Järjestö {number} ry")
        CallInvitation.objects.create(
            call=desk.call, organisation=organisation, invited_by=desk.coordinator, invited_at=NOW
        )
        desk.cases.append(make_submitted(call=desk.call, organisation=organisation))
    open_handling(desk.call, by=desk.coordinator, now=TAKEN_UP)
    desk.fresh()
    case = desk.cases[0]
    member = case.organisation.memberships.get().user
    if opened:
        open_negotiation(case, by=desk.coordinator, now=now)
    table = Table(desk, case, case.organisation, member, desk.coordinator)
    table.fresh()
    return table


def send(
    table: Table, side: Side, total: str = "4000.00", *, now: datetime = TAKEN_UP, **fields: Any
) -> NegotiationVersion:
    """Send a version for the side, over the newest one."""
    by = table.coordinator if side == Side.COUNTY else table.signatory
    seen = table.case.negotiation.versions.count()
    return send_version(table.case, offer(total, **fields), side=side, seen=seen, by=by, now=now)


def agree(table: Table, total: str = "4000.00", **fields: Any) -> Negotiation:
    """Let the applicant propose and both approve."""
    number = send(table, Side.ORGANISATION, total, **fields).number
    approve_version(table.case, number=number, side=Side.ORGANISATION, by=table.signatory, now=TAKEN_UP)
    row = approve_version(table.case, number=number, side=Side.COUNTY, by=table.coordinator, now=TAKEN_UP)
    table.fresh()
    return row
