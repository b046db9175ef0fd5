"""A published report becomes a matter of a meeting with its document, and is taken off again."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from common.errors import Refused
from common.policies import get_allowed
from documents.models import RenderedDocument
from documents.uploads import CheckedUpload
from documents.views import verified
from liaisons.models import AgendaItem, ItemKind, Meeting
from liaisons.workflow import add_agenda_item, attach_to_item, remove_agenda_item
from liaisons.workflow.saving import save_checked
from reports.models import AnnualReport
from reports.models.agenda import ReportMatter
from reports.workflow.annual import LANGUAGE


@transaction.atomic
def put_on_agenda(report: AnnualReport, *, meeting: Meeting, by: Any, now: datetime) -> ReportMatter:
    """Put a published report last on the agenda of a coming meeting, its PDF attached; again changes nothing.

    Order of effects: the report's row, the meeting's row, agenda item, attachment, the row between them. Refused:
    meeting_not_coming for a meeting that has begun, was held or was cancelled.
    """
    found: AnnualReport = get_allowed("reports.annual.place", by, now=now, lock=True, pk=report.pk)
    chosen: Meeting = get_allowed("liaisons.agenda.add", by, now=now, lock=True, pk=meeting.pk)
    there = ReportMatter.objects.filter(report=found, meeting=chosen).first()
    if there is not None:
        return there
    if chosen.state != "planned" or chosen.starts_at <= now:
        raise Refused(
            "meeting_not_coming",
            _("Tämän kokouksen esityslistaa ei voi enää muuttaa. Valitse kokous, jota ei ole vielä pidetty."),
        )
    with translation.override(LANGUAGE):
        title, text = found.title, _matter_text(found)
    item = add_agenda_item(
        chosen,
        title=title,
        kind=ItemKind.INFORMATION,
        text=text,
        proposal="Merkitään raportti tiedoksi.",
        by=by,
        now=now,
    )
    _attach(item, found, by, now)
    row = ReportMatter(report=found, meeting=chosen, item=item, put_by=by, put_at=now)
    save_checked(row, "matter_refused")
    return row


def _matter_text(report: AnnualReport) -> str:
    """Return the matter's own text in the language in which the bodies work: findings and proposals of the report."""
    parts = [f"{report.title}. Raportti on liitteenä."]
    for heading, text in (("Havainnot", report.findings), ("Ehdotukset", report.proposals)):
        lines = [line.strip() for line in text.splitlines() if line.strip()]
        if lines:
            parts.append(f"{heading}:\n" + "\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1)))
    return "\n\n".join(parts)[:20_000]


def _attach(item: AgendaItem, report: AnnualReport, by: Any, now: datetime) -> None:
    """Attach the stored document, byte for byte."""
    document = RenderedDocument.objects.get(pk=report.document_id)  # type: ignore[misc]  # a published one has it
    with verified(document) as content:
        upload = CheckedUpload(
            content=content,
            name=document.name,
            size=document.size,
            sha256=document.sha256,
            content_type=document.content_type,
            scan_state=document.scan_state,
        )
        attach_to_item(item, upload=upload, by=by, now=now)


@transaction.atomic
def take_off_agenda(matter: ReportMatter, *, by: Any, now: datetime) -> None:
    """Take the report off the agenda of a meeting that has not been held; gone already changes nothing."""
    row = ReportMatter.objects.filter(pk=matter.pk).first()
    if row is None:
        return
    found: ReportMatter = get_allowed("reports.matter.manage", by, now=now, lock=True, pk=row.pk)
    item = AgendaItem.objects.get(pk=found.item_id)
    if Meeting.objects.filter(pk=found.meeting_id).exclude(state="planned").exists():
        raise Refused("meeting_held", _("Kokous on jo pidetty tai peruttu, eikä esityslistaa voi muuttaa."))
    found.delete()
    remove_agenda_item(item, by=by, now=now)
