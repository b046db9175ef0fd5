"""A county in small for the walks over grants: its people, three applications of one call, and what is read of them.

``Facts`` are read with bare SQL into lists: what the walks check is told again over them, without the code under test.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from accounts.models import User
from common.legal_dates import ServedBy
from common.times import HELSINKI, local_date
from county.models import County
from grants.models import (
    Application,
    AssessorAssignment,
    ChangePowers,
    ConflictDeclaration,
    Decision,
    GrantCall,
)
from liaisons.models import Meeting
from tests.accounts.factories import UserFactory, staff
from tests.grants.factories import (
    NOW,
    make_application,
    make_body,
    make_call,
    make_kind,
    make_member,
    make_organisation,
)
from tests.grants.factories_handling import AFTER, MEETING_AT, TAKEN_UP
from tests.grants.factories_money import make_account
from tests.liaisons.factories import BodyAppointmentFactory, MeetingFactory, SeatFactory

Row = dict[str, Any]
APPROPRIATION = Decimal("9000.00")
#: The instants at which something can happen that could not before: call open, closed, meeting held, letters sent,
#: periods over, use reported, and the year after.
INSTANTS = (
    NOW,
    TAKEN_UP,
    AFTER,
    datetime(2027, 2, 19, 10, 0, tzinfo=HELSINKI),
    datetime(2027, 3, 10, 9, 0, tzinfo=HELSINKI),
    datetime(2027, 6, 1, 9, 0, tzinfo=HELSINKI),
    datetime(2028, 2, 1, 9, 0, tzinfo=HELSINKI),
    datetime(2028, 5, 2, 9, 0, tzinfo=HELSINKI),
)
#: Rows of grants by table; a life cycle's name is that of its model, so that each walked table finds its rows.
TABLES = {
    "grants.call": "grants_grantcall",
    "grants.application": "grants_application",
    "grants.assessment": "grants_assessment",
    "grants.decision": "grants_decision",
    "grants.payment": "grants_payment",
    "grants.use_report": "grants_usereport",
    "grants.claim": "grants_revisionclaim",
    "grants.recovery": "grants_recoverycase",
    "grants.change": "grants_changerequest",
    "grants.supplement": "grants_supplementrequest",
    "grants.payment_batch": "grants_paymentbatch",
    "grants.payment_line": "grants_paymentline",
}
#: What else the rules are told from.
MORE = {
    "proposal": "grants_proposal",
    "submission": "grants_submission",
    "conflict": "grants_conflictdeclaration",
    "assessor": "grants_assessorassignment",
    "repayment": "grants_repayment",
    "version": "grants_decisionversion",
    "call_event": "grants_callevent",
}
#: What a verb of grants may write; before and after a refused one they are the same to the last byte.
WATCHED = ("grants", "liaisons", "organisations", "notifications", "documents")


@dataclass
class World:
    """Keys of what was made, who is who by name, and the present instant."""

    people: dict[str, User]
    call: int
    cases: list[int]
    organisations: list[int]
    body: int
    meetings: list[int]
    at: int = 0
    tick: int = 0
    log: list[str] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """The present: each step a minute later than the one before."""
        return INSTANTS[self.at] + timedelta(minutes=self.tick)

    @property
    def today(self) -> date:
        return local_date(self.now)

    def get_call(self) -> GrantCall:
        return GrantCall.objects.select_related("kind__decided_by").get(pk=self.call)

    def next_meeting(self) -> Meeting:
        """Return the next meeting of the body, or its last one."""
        rows = Meeting.objects.filter(pk__in=self.meetings).order_by("starts_at")
        return rows.filter(state="planned", starts_at__gt=self.now).first() or rows.last()  # type: ignore[return-value]


#: Name -> what the person is. The two coordinators differ in that one has declared a conflict in the first case.
STAFF = {
    "coordinator": "coordinator",
    "recused": "coordinator",
    "registrar": "registrar",
    "auditor": "auditor",
    "clerk": "payments_clerk",
    "second_clerk": "payments_clerk",
}
OFFICIALS = (*STAFF, "presenter", "secretary", "member", "assessor")
APPLICANTS = ("applicant", "editor", "neighbour")
EVERYBODY = (*OFFICIALS, *APPLICANTS, "stranger")


def build() -> World:
    """Make the world on the day when the call is open: three complete drafts of three organisations.

    The applicant is an admin of the first two organisations, the editor fills in for the first, the neighbour is an
    admin of the third.
    """
    County.objects.get_or_create(code="12", defaults={"name_fi": "Pohjois-Karjala"})
    body = make_body()
    people = {name: staff(role, full_name=f"{name} virkanen") for name, role in STAFF.items()}
    people |= {name: UserFactory(full_name=f"{name} ihminen") for name in ("assessor", "stranger", "applicant")}
    people["presenter"] = BodyAppointmentFactory(body=body, user=UserFactory(full_name="Esko Esittelijä")).user
    people["secretary"] = BodyAppointmentFactory(body=body, user=UserFactory(), role="secretary").user
    people["member"] = SeatFactory(body=body, user=UserFactory(full_name="Jaana Jäsen")).user
    call = make_call(
        kind=make_kind(decided_by=body),
        by=people["coordinator"],
        appropriation=APPROPRIATION,
        maximum_sum=Decimal("5000.00"),
        acceptance_required=True,
    )
    organisations = [make_organisation(f"Järjestö {number} ry") for number in range(1, 4)]
    make_member(organisations[0], "admin", people["applicant"])
    make_member(organisations[1], "signatory", people["applicant"])
    people["editor"] = make_member(organisations[0], "editor")
    people["neighbour"] = make_member(organisations[2], "admin")
    drafts = [
        make_application(call=call, organisation=organisation, by=person, asked="4500.00")
        for organisation, person in zip(
            organisations, (people["applicant"], people["applicant"], people["neighbour"]), strict=True
        )
    ]
    for organisation in organisations:
        make_account(organisation)
    AssessorAssignment.objects.create(call=call, user=people["assessor"], valid_from=date(2020, 1, 1))
    ConflictDeclaration.objects.create(
        application=drafts[0], user=people["recused"], has_conflict=True, ground="Hallituksen jäsen", declared_at=NOW
    )
    ChangePowers.objects.create(
        post="järjestöpäällikkö",
        rule="Hallintosääntö 45 §",
        years_after=1,
        budget_percent=20,
        content=False,
        edited_by=people["coordinator"],
        edited_at=NOW,
    )
    meetings = [MeetingFactory(body=body, starts_at=MEETING_AT + timedelta(days=28 * turn)) for turn in range(4)]
    return World(
        people,
        call.pk,
        [draft.pk for draft in drafts],
        [organisation.pk for organisation in organisations],
        body.pk,
        [meeting.pk for meeting in meetings],
    )


@dataclass(frozen=True)
class Facts:
    """All rows that the walks check, by the name of their life cycle or of their kind; each row as a dict."""

    rows: dict[str, list[Row]]

    @classmethod
    def read(cls) -> "Facts":
        """Read them with bare SQL."""
        found: dict[str, list[Row]] = {}
        with connection.cursor() as cursor:
            for name, table in {**TABLES, **MORE}.items():
                cursor.execute(f"SELECT * FROM {table} ORDER BY id")
                names = [column.name for column in cursor.description or ()]
                found[name] = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        return cls(found)

    def of(self, name: str) -> list[Row]:
        return self.rows[name]

    def one(self, name: str, key: Any) -> Row:
        """Return the row with the key."""
        return next(row for row in self.rows[name] if row["id"] == key)

    def states(self) -> dict[tuple[str, int], str]:
        """Return the state of every row that has one."""
        return {(name, row["id"]): row["state"] for name in TABLES for row in self.rows[name]}

    def case_of(self, name: str, row: Row) -> list[int]:
        """Return the applications that the row belongs to: none of a call, many of a payment batch."""
        if name == "grants.application":
            return [row["id"]]
        if name in ("grants.assessment", "grants.decision", "grants.supplement"):
            return [row["application_id"]]
        if name == "grants.payment_line":
            return self.case_of("grants.payment", self.one("grants.payment", row["payment_id"]))
        if name == "grants.payment_batch":
            lines = [line for line in self.of("grants.payment_line") if line["batch_id"] == row["id"]]
            return [case for line in lines for case in self.case_of("grants.payment_line", line)]
        if name == "grants.call":
            return []
        return [self.one("grants.decision", row["decision_id"])["application_id"]]


def _watched() -> list[str]:
    names = connection.introspection.table_names()
    return [name for name in names if name.partition("_")[0] in WATCHED]


_tables: list[str] = []


def dump() -> dict[str, str]:
    """Return a digest of every row of every table that a verb may write, the history's tables too; one statement."""
    if not _tables:
        _tables.extend(_watched())
    one = "SELECT '{0}', md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM {0} t"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(one.format(name) for name in _tables))
        return dict(cursor.fetchall())


def differing(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """Return the tables whose rows differ."""
    return sorted(name for name in after if before.get(name) != after[name])


def application(key: int) -> Application:
    return Application.objects.select_related("call", "organisation", "form_version", "guideline").get(pk=key)


def decision_texts(decision: Decision) -> dict[str, str]:
    """Return the whole texts of a decision, as the form of a correction posts them."""
    return {name: getattr(decision, name) for name in ("reasons", "legal_basis", "purpose", "terms", "contact")}


def pick(rows: Iterable[Any], number: int) -> Any:
    """Return one of the rows by a number, or None of none."""
    found = list(rows)
    return found[number % len(found)] if found else None


ELECTRONIC = ServedBy.ELECTRONIC
