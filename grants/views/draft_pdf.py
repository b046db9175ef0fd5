"""An application that has not been sent, as a PDF to read, to take to the board and to sign off: marked as a draft."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common import clock
from common.times import local_date
from documents.pdf import PdfUnavailable, render_pdf
from documents.views import pdf_answer
from grants.answers import answers_for_reading
from grants.completeness import problems
from grants.views.applicant_parts import own_application


@login_required
@require_safe
def draft_pdf(request: HttpRequest, organisation_id: int, application_id: int) -> HttpResponse:
    """The draft under the same right as its page; one that has been sent has a receipt instead."""
    now = clock.now()
    found = own_application(request, organisation_id, application_id, now)
    if found.state != "draft":
        return redirect("grants:application", organisation_id, found.pk)
    language = get_language() or "fi"
    title = _("Luonnos: %(call)s, %(name)s") % {"call": found.call.title, "name": found.organisation.name}
    context = {
        "application": found,
        "call": found.call,
        "organisation": found.organisation,
        "document_date": local_date(now),
        "now": now,
        "sections": answers_for_reading(found, language),
        "attachments": list(found.attachments.select_related("attachment_slot")),
        "promises": [row for row in found.promises.select_related("attachment_slot") if row.arrived_at is None],
        "problems": problems(found, found.form_version.definition),
    }
    try:
        data = render_pdf("pdf/grants/draft.html", context, title=title, language=language)
    except PdfUnavailable as refused:
        messages.error(request, str(refused))
        return redirect("grants:application_review", organisation_id, found.pk)
    return pdf_answer(data, title)
