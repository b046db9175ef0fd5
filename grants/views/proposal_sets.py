"""Frozen proposals: freezing one, its page with a comparison, the workbook and the PDF.

Page, workbook and PDF are made from the frozen content for the reader: cases of the reader's own conflict of interest
keep name and sum asked only, and the PDF then says on its first page that it is not whole.
"""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common import clock
from common.errors import Refused
from common.exports import xlsx_response
from common.money import format_euros
from common.policies import allowed, get_allowed, may
from common.times import local_date
from documents.pdf import PdfUnavailable, render_pdf
from documents.views import pdf_answer
from grants.allocation_rows import LABELS
from grants.models import ProposalSet
from grants.proposal_reading import Reading, changes, read, readable_cases
from grants.workflow.proposal_sets import freeze_proposals


@require_POST
def freeze(request: HttpRequest, call_id: int) -> HttpResponse:
    """Freeze the proposals as they stand under the next number."""
    now = clock.now()
    call = get_allowed("grants.proposal_set.freeze", request.user, now=now, pk=call_id)
    try:
        frozen = freeze_proposals(call, by=request.user, now=now)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("grants:allocation", call_id)
    messages.success(request, _("Esitys nro %(number)s on jäädytetty. Se ei enää muutu.") % {"number": frozen.number})
    return redirect(frozen)


def _found(request: HttpRequest, call_id: int, number: int, now: datetime) -> ProposalSet:
    rows = allowed("grants.proposal_set.view", request.user, now=now).select_related("call__kind", "made_by")
    found: ProposalSet = get_object_or_404(rows, call=call_id, number=number)
    return found


def facts_of(frozen: ProposalSet, reading: Reading) -> list[dict[str, Any]]:
    """Return the large figures; what is left is told only to who reads everything."""
    facts: list[dict[str, Any]] = [
        {"label": _("Hakemuksia"), "value": len(reading.lines)},
        {"label": _("Haettu"), "value": format_euros(reading.asked)},
        {"label": _("Esitetty"), "value": format_euros(reading.proposed)},
    ]
    if reading.is_whole:
        facts.append(
            {
                "label": _("Jäljellä"),
                "value": format_euros(frozen.appropriation - frozen.proposed_total),
                "note": _("määräraha %(sum)s") % {"sum": format_euros(frozen.appropriation)},
                "tone": "left",
            }
        )
    return facts


@require_safe
def proposal_set(request: HttpRequest, call_id: int, number: int) -> HttpResponse:
    """One frozen proposal; ``?vertaa=`` shows what changed since another number."""
    now = clock.now()
    frozen = _found(request, call_id, number, now)
    readable = readable_cases(frozen, request.user, now)
    reading = read(frozen, readable)
    others = list(
        allowed("grants.proposal_set.view", request.user, now=now).filter(call=frozen.call_id).exclude(pk=frozen.pk)
    )
    compared = next((row for row in others if str(row.number) == request.GET.get("vertaa")), None)
    context = {
        "frozen": frozen,
        "call": frozen.call,
        "reading": reading,
        "facts": facts_of(frozen, reading),
        "charts": reading.charts(),
        "others": others,
        "compared": compared,
        "changes": changes(read(compared, readable), reading) if compared else [],
        "model": LABELS.get(frozen.model, ""),
        "on_desk": may("grants.call.desk", request.user, frozen.call, now=now),
    }
    return render(request, "grants/allocation/proposal_set.html", context)


@require_safe
def workbook(request: HttpRequest, call_id: int, number: int) -> HttpResponse:
    """The frozen proposal as a workbook."""
    now = clock.now()
    frozen = _found(request, call_id, number, now)
    head = [
        _("Asianumero"),
        _("Hakija"),
        _("Kotipaikka"),
        _("Pisteet"),
        _("Haettu, €"),
        _("Esitys, €"),
        _("Perustelut"),
    ]
    reading = read(frozen, readable_cases(frozen, request.user, now))
    lines = (
        [line.case_number, line.name, line.place, line.points, line.asked, line.proposed, line.reasons]
        for line in reading.lines
    )
    return xlsx_response(f"esitys-{call_id}-{number}", head, lines)


@require_safe
def pdf(request: HttpRequest, call_id: int, number: int) -> HttpResponse:
    """The frozen proposal as an accessible PDF, made for the reader."""
    now = clock.now()
    frozen = _found(request, call_id, number, now)
    reading = read(frozen, readable_cases(frozen, request.user, now))
    title = _("Esitys nro %(number)s: %(call)s") % {"number": number, "call": frozen.call.title}
    context = {
        "frozen": frozen,
        "reading": reading,
        "facts": facts_of(frozen, reading),
        "charts": reading.charts(),
        "model": LABELS.get(frozen.model, ""),
        "document_date": local_date(frozen.made_at),
    }
    try:
        data = render_pdf(
            "pdf/grants/proposal_set.html", context, title=title, language=translation.get_language() or "fi"
        )
    except PdfUnavailable as refused:
        messages.error(request, str(refused))
        return redirect(frozen)
    return pdf_answer(data, title)
