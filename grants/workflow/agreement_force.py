"""An agreement comes into force: its document, the rows of its plan, and the end of the agreement that it amends."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_noop

from common.times import format_date, local_date
from county.models import get_county
from documents.models import RenderedDocument
from documents.pdf import available, render_pdf, store_pdf
from grants import agreement_content as text_of
from grants.life_cycles_agreements import AGREEMENT
from grants.models import Agreement, AgreementPlanRow, AgreementVersion, PlanState, Relation
from grants.workflow.agreement_news import on_timelines, record, tell_county, tell_organisations
from grants.workflow.agreement_reports import open_reports_of

LANGUAGE = "fi"


def bring_into_force(agreement: Agreement, version: AgreementVersion, *, by: Any, now: datetime) -> Agreement:
    """Make the agreement binding; all have approved ``version``, and the rows are locked by the caller."""
    agreement.state = AGREEMENT.check(agreement.state, "sign", target="in_force")
    agreement.signed_version, agreement.in_force_at = version, now
    agreement.document = _store(agreement, version, by, now)
    agreement.save(update_fields=["state", "signed_version", "in_force_at", "document"])
    _make_plan(agreement, version)
    open_reports_of(agreement, now)
    starts = format_date(agreement.starts_on) if agreement.starts_on else ""
    text = f"Kaikki osapuolet ovat hyväksyneet sopimuksen {agreement.title}. Se alkaa {starts}."
    record(agreement, "in_force", text, by=by, now=now)
    on_timelines(agreement, text, by=by, now=now)
    if agreement.previous is not None and agreement.relation == Relation.AMENDMENT:
        _replace(agreement.previous, agreement, by, now)
    subject = gettext_noop("Sopimus on hyväksytty: %(title)s")
    tell_organisations(agreement, "in_force", subject, key="in_force", now=now)
    tell_county(agreement, "in_force", subject, key="in_force", now=now)
    return agreement


def _replace(before: Agreement, agreement: Agreement, by: Any, now: datetime) -> None:
    before.state = AGREEMENT.check(before.state, "replace")
    before.ended_on = local_date(now)
    before.save(update_fields=["state", "ended_on"])
    record(before, "replace", f"Sopimusta muutettiin: {agreement.number}.", by=by, now=now)


def _make_plan(agreement: Agreement, version: AgreementVersion) -> None:
    """Make the plan's rows; in an amendment a row that stays keeps how far it is."""
    before: dict[str, AgreementPlanRow] = {}
    if agreement.previous is not None and agreement.relation == Relation.AMENDMENT:
        before = {row.what: row for row in agreement.previous.plan_rows.all()}
    rows = []
    for order, row in enumerate(version.content.get("plan", []), 1):
        known = before.get(row["what"])
        rows.append(
            AgreementPlanRow(
                agreement=agreement,
                order=order,
                state=known.state if known else PlanState.OPEN,
                changed_by=known.changed_by if known else None,
                changed_at=known.changed_at if known else None,
                **{part: row.get(part, "") for part in text_of.PLAN_PARTS},
            )
        )
    AgreementPlanRow.objects.bulk_create(rows)


def document_of(agreement: Agreement, version: AgreementVersion, now: datetime) -> bytes:
    """Return the version as a PDF, with who has approved it."""
    signatures = version.signatures.filter(withdrawn_at__isnull=True).select_related("party__organisation", "file")
    county = get_county()
    names = text_of.municipality_names()
    return render_pdf(
        "pdf/grants/agreement.html",
        {
            "agreement": agreement,
            "version": version,
            "parts": [part for part in text_of.parts(version.content, names) if part.key not in ("title", "plan")],
            "plan": version.content.get("plan", []),
            "parties": [party.organisation for party in agreement.parties.select_related("organisation")],
            "signatures": signatures,
            "county": county,
            "case_number": agreement.number,
            "document_date": local_date(version.sent_at),
            "is_draft": agreement.signed_version_id != version.pk,
        },
        title=version.content["title"],
        language=LANGUAGE,
    )


def _store(agreement: Agreement, version: AgreementVersion, by: Any, now: datetime) -> RenderedDocument | None:
    """Store the document; where this machine makes no PDFs the agreement is in force without it."""
    if not available():
        return None
    return store_pdf(
        document_of(agreement, version, now),
        kind="grants.agreement",
        title=version.content["title"],
        language=LANGUAGE,
        by=by,
        now=now,
        case_number=agreement.number,
    )
