"""What the hand-over to the records system tells of a case after its decision, and of its paper original.

Payments, use reports with their questions and files, changes, recoveries, claims for revision. Not the officers' notes
among themselves (621/1999 5 § 3 mom.), nor what was never sent.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from grants.models import Application, ChangeRequest, Decision, RecoveryCase, RevisionClaim, UseReport
from grants.use_report_content import content_of

IN_FORCE, REVISION, ARRIVAL = "toimeenpano", "muutoksenhaku", "vireilletulo"
#: What the package reads, loaded with the case.
PREFETCH = (
    "decision__payments",
    *(f"decision__use_reports__{name}" for name in ("versions__sent_by", "attachments", "municipalities")),
    *(f"decision__use_reports__{name}" for name in ("questions__asked_by", "questions__answered_by")),
    *("decision__use_reports__checked_by", "decision__use_reports__approved_by"),
    *(f"decision__{name}__letter" for name in ("changes", "recoveries", "claims")),
    *(f"decision__changes__{name}" for name in ("sent_by", "laid_by", "decided_by")),
    *(f"decision__recoveries__{name}" for name in ("answered_by", "recorded_by", "repayments", "parts")),
    *(f"decision__claims__{name}" for name in ("files", "change", "recovery", "proposed_by", "recorded_by")),
)


@dataclass(frozen=True)
class Later:
    """One record: its path, title, kind, action and time, and either what it tells or the stored file."""

    name: str
    title: str
    kind: str
    action: str
    created: datetime
    told: dict[str, Any] | None = None
    stored: Any = None


def paper_original(case: Application) -> Iterator[Later]:
    """Yield the scan of the paper that the case came on, if it did."""
    original = getattr(case, "paper_original", None)
    if original is not None:
        title, name = "Alkuperäinen paperihakemus", f"paperihakemus/{original.name}"
        yield Later(name, title, "alkuperäinen asiakirja", ARRIVAL, original.uploaded_at, stored=original)


def later_records(decision: Decision) -> Iterator[Later]:
    """Yield what came after the decision: money, use, changes, money asked back, claims; each in its own folder."""
    yield from _payments(decision)
    for report in sorted(decision.use_reports.all(), key=lambda row: row.pk):
        yield from _report(report)
    yield from _matters(decision)


def _payments(decision: Decision) -> Iterator[Later]:
    rows = [row for row in decision.payments.all() if row.paid_on]
    if rows:
        made = max(row.released_at or row.planned_at for row in rows)
        told = [{"number": row.number, "sum": _said(row.sum), "paid_on": _said(row.paid_on)} for row in rows]
        yield Later("maksut.json", "Maksetut erät", "maksatus", IN_FORCE, made, {"payments": told})


def _report(report: UseReport) -> Iterator[Later]:
    """Yield each sending of a report as it was sent, its questions and answers, and its files."""
    place, title = f"kayttoselvitykset/{report.kind}", str(report.get_kind_display())
    for version in report.versions.all():
        content = {key: value for key, value in version.content.items() if key != "draft"}
        told = {"content": content, "sent_by": str(version.sent_by), "sent_at": _said(version.sent_at)}
        name = f"{place}-{version.number}.json"
        yield Later(name, f"{title}, lähetys {version.number}", "käyttöselvitys", IN_FORCE, version.sent_at, told)
    questions = list(report.questions.all())
    if report.submitted_at:
        told = {
            **_facts(report, "state", "due_on", "arrived_on", "spent_sum", "submitted_at", "checked_at", "approved_at"),
            "checked_by": str(report.checked_by or ""),
            "approved_by": str(report.approved_by or ""),
            "content": content_of(report),
            "questions": [_question(row) for row in questions],
        }
        yield Later(f"{place}.json", title, "käyttöselvitys", IN_FORCE, report.submitted_at, told)
        for order, file in enumerate(report.attachments.all(), start=1):
            name = f"{place}-liitteet/{order:02}-{file.name}"
            shown = f"{title}: {file.name}"
            yield Later(name, shown, "käyttöselvityksen liite", IN_FORCE, file.uploaded_at, stored=file)


def _question(row: Any) -> dict[str, Any]:
    return {
        **_facts(row, "step", "text", "due_on", "asked_at"),
        "asked_by": str(row.asked_by),
        "answer": row.answer if row.answered_at else "",
        "answered_at": _said(row.answered_at),
        "answered_by": str(row.answered_by or ""),
    }


def _matters(decision: Decision) -> Iterator[Later]:
    """Yield changes, recoveries and claims: what was asked and answered, the letter, and a claim's files."""
    changes = [row for row in decision.changes.all() if row.sent_at]
    for name, change in _numbered("muutokset", changes):
        title, sent_at = f"Muutoshakemus {change.case_number}", change.sent_at
        yield Later(f"{name}.json", title, "muutoshakemus", IN_FORCE, sent_at, _change(change))
        yield from _letter(name, "Päätös muutoshakemukseen", change)
    for name, recovery in _numbered("takaisinperinnat", decision.recoveries.all()):
        title = f"Takaisinperintä {recovery.case_number}"
        told = _recovery(recovery)
        yield Later(f"{name}.json", title, "takaisinperintä", IN_FORCE, recovery.opened_at, told)
        yield from _letter(name, "Päätös takaisinperinnästä", recovery)
    for name, claim in _numbered("oikaisuvaatimukset", decision.claims.all()):
        title, told = f"Oikaisuvaatimus {claim.case_number}", _claim(claim)
        yield Later(f"{name}.json", title, "oikaisuvaatimus", REVISION, claim.arrived_at, told)
        for number, file in enumerate(claim.files.all(), start=1):
            path = f"{name}-liitteet/{number:02}-{file.name}"
            title = f"Oikaisuvaatimuksen liite: {file.name}"
            yield Later(path, title, "liite", REVISION, file.uploaded_at, stored=file)
        yield from _letter(name, "Päätös oikaisuvaatimukseen", claim)


def _numbered(place: str, rows: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    for order, row in enumerate(sorted(rows, key=lambda row: row.pk), start=1):
        yield f"{place}/{order:02}", row


def _letter(name: str, title: str, row: Any) -> Iterator[Later]:
    """Yield the letter of a matter; without one it is still open or was withdrawn."""
    if row.letter:
        shown = f"{title} {row.case_number}"
        yield Later(f"{name}-paatos.pdf", shown, "päätös", "päätöksenteko", row.letter.created_at, stored=row.letter)


def _change(row: ChangeRequest) -> dict[str, Any]:
    return {
        **_facts(row, "case_number", "state", "before", "asked", "decided", "why", "sent_at", "proposal", "laid_at"),
        **_facts(row, "reasons", "legal_basis", "decider", "decided_on", "section_number", "official_number"),
        **_facts(row, "official_year", "revision_ends_on", "ended_at"),
        **{name: str(getattr(row, name) or "") for name in ("sent_by", "laid_by", "decided_by")},
    }


def _recovery(row: RecoveryCase) -> dict[str, Any]:
    repaid = [_facts(one, "sum", "paid_on", "entry") for one in row.repayments.all()]
    return {
        **_facts(row, "case_number", "state", "ground", "facts", "sum", "opened_at", "asked_at", "answer_by"),
        **_facts(row, "statement", "answered_at", "unheard_why", "reasons", "legal_basis", "decided_on"),
        **_facts(row, "section_number", "due_on", "interest_rate", "reference", "revision_ends_on", "ended_on"),
        **_facts(row, "end_reason"),
        **{name: str(getattr(row, name) or "") for name in ("answered_by", "recorded_by")},
        "parts": [_facts(one, "due_on", "sum") for one in row.parts.all()],
        "repayments": repaid,
    }


def _claim(row: RevisionClaim) -> dict[str, Any]:
    return {
        **_facts(row, "case_number", "state", "target", "target_number", "claimant", "name", "email", "address"),
        **_facts(row, "demand", "arrived_at", "is_late", "filed_at", "proposed", "proposed_sum", "proposal_reasons"),
        **_facts(row, "proposed_at", "outcome", "reasons", "new_sum", "new_terms", "decided_on", "section_number"),
        **_facts(row, "sent_on", "appeal_ends_on", "appealed_on", "court", "court_number", "court_result"),
        **_facts(row, "court_decided_on", "court_final_on"),
        **{name: str(getattr(row, name) or "") for name in ("proposed_by", "recorded_by")},
    }


def _facts(row: Any, *names: str) -> dict[str, Any]:
    return {name: _said(getattr(row, name)) for name in names}


def _said(value: Any) -> Any:
    """Return a value as JSON has it: days and instants in ISO 8601, sums as text."""
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
