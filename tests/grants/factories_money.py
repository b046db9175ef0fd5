"""Decisions, payments and use reports for tests: rows as the verbs before them leave them.

The decision is of 20.1.2027, served electronically 21.1., final since 9.2.2027; ``FINAL`` is a noon after that.
"""

import itertools
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from accounts.models import User
from common.times import HELSINKI
from documents.models import RenderedDocument
from grants.models import Application, Decision, Payment, ReportStep, UseReport
from grants.use_report_items import ITEMS
from grants.workflow.payments import plan_payment, release_payment
from liaisons.models import AgendaItem, Meeting
from organisations.models import BankAccount, Organisation
from tests.accounts.factories import UserFactory, staff
from tests.grants.factories import make_submitted

DECIDED_ON = date(2027, 1, 20)
FINAL_ON = date(2027, 2, 9)
FINAL = datetime(2027, 2, 10, 12, 0, tzinfo=HELSINKI)
IBAN = "FI2112345600000785"
STORY = {
    "what_was_done": "Vertaisryhmä kokoontui joka viikko.",
    "what_changed": "Osallistujat kertoivat jaksavansa paremmin.",
    "people_reached": 52,
    "meetings": 44,
    "volunteers": 7,
    "volunteer_hours": 310,
    "spent_sum": Decimal("3500.00"),
}
#: The check lists of the two steps with everything in order.
CONTENT, MONEY = (dict.fromkeys(ITEMS[step], "ok") for step in (ReportStep.CONTENT, ReportStep.MONEY))
_numbers = itertools.count(1)


def ticked(verb: str) -> dict[str, str]:
    """Return what the page of a report posts when its check list is in order; ``verb`` is check or approve."""
    prefix, items = ("sisalto", CONTENT) if verb == "check" else ("raha", MONEY)
    return {"verb": verb, **{f"{prefix}-{key}": value for key, value in items.items()}}


def make_letter() -> RenderedDocument:
    """Return the row of a letter whose file is not there."""
    return RenderedDocument.objects.create(
        kind="grants.decision",
        title="Päätös avustushakemukseen",
        language="fi",
        file=f"koe/{next(_numbers)}",
        name="paatos.pdf",
        size=1,
        sha256="0" * 64,
        pages=1,
        created_at=FINAL,
    )


def make_decision(
    *, sum: str = "3500.00", state: str = "final", application: Application | None = None, **fields: Any
) -> Decision:
    """Return a decision in a case of its own call; ``fields`` go to the application."""
    case = application or make_submitted(**fields)
    meeting = Meeting.objects.create(
        body=case.call.kind.decided_by,
        starts_at=datetime(2027, 1, 20, 9, 0, tzinfo=HELSINKI) + timedelta(minutes=next(_numbers)),
    )
    issued: dict[str, Any] = {}
    if state != "recorded":
        issued = {
            "issued_by": UserFactory(),
            "letter": make_letter(),
            "sent_on": date(2027, 1, 21),
            "deemed_served_on": date(2027, 1, 24),
            "revision_ends_on": date(2027, 2, 8),
            "final_on": FINAL_ON,
        }
    case.state = "decided"
    case.save(update_fields=["state"])
    return Decision.objects.create(
        application=case,
        state=state,
        sum=Decimal(sum),
        reasons="Toiminta vastaa hyvinvoinnin vajeisiin.",
        legal_basis="Laki hyvinvointialueesta 611/2021.",
        contact="Kaisa Koordinaattori, 013 123 4567",
        body_name="Hyvinvointilautakunta",
        agenda_item=AgendaItem.objects.create(meeting=meeting, order=1, title="Avustukset"),
        decided_on=DECIDED_ON,
        section_number=12,
        recorded_by=UserFactory(),
        recorded_at=datetime(2027, 1, 20, 15, 0, tzinfo=HELSINKI),
        **issued,
    )


def make_account(organisation: Organisation, **fields: Any) -> BankAccount:
    """Return the organisation's verified account."""
    values: dict[str, Any] = {
        "iban": IBAN,
        "holder": organisation.name,
        "state": "verified",
        "entered_at": FINAL - timedelta(days=60),
        "entered_by": UserFactory(),
        "verified_at": FINAL - timedelta(days=50),
        "verified_by": UserFactory(),
        **fields,
    }
    return BankAccount.objects.create(organisation=organisation, **values)


def make_payment(
    *,
    state: str = "planned",
    sum: str = "3500.00",
    decision: Decision | None = None,
    planner: User | None = None,
    clerk: User | None = None,
    now: datetime = FINAL,
    **fields: Any,
) -> Payment:
    """Return an instalment of the whole grant (or of ``sum``), planned or released through the verbs."""
    found = decision or make_decision(sum=sum, **fields)
    organisation = found.application.organisation
    if not BankAccount.objects.current().filter(organisation=organisation).exists():
        make_account(organisation)
    payment = plan_payment(found, sum=Decimal(sum), by=planner or staff("coordinator"), now=now)
    if state != "planned":
        payment = release_payment(payment, by=clerk or staff("payments_clerk"), now=now)
    return payment


def make_use_report(
    *, state: str = "open", due_on: date = date(2028, 3, 31), decision: Decision | None = None, **fields: Any
) -> UseReport:
    """Return a use report in the state with all its facts; ``fields`` go to the decision and the application."""
    found = decision or make_decision(**fields)
    report = UseReport.objects.create(decision=found, due_on=due_on)
    if state == "open":
        return report
    for name, value in STORY.items():
        setattr(report, name, value)
    report.state, report.saved_at, report.revision = state, FINAL, 1
    report.submitted_by, report.submitted_at = UserFactory(), FINAL
    if state in ("checked", "approved"):
        report.checked_by, report.checked_at = UserFactory(), FINAL
    if state == "approved":
        report.approved_by, report.approved_at = UserFactory(), FINAL
    if state == "returned":
        report.officer_note = "Kertokaa myös kevään ryhmästä."
    report.save()
    return report
