"""A case on paper: the application as a PDF for assessors and others who read it, made for the reader."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import sign_in_required
from common import clock
from common.policies import may
from common.times import local_date
from documents.pdf import PdfUnavailable, render_pdf
from documents.views import pdf_answer
from grants.answers import answers_for_reading
from grants.municipal import opinions_of
from grants.statements import statements_of
from grants.views.case import readable, to_declare


@sign_in_required
@require_safe
def case_pdf(request: HttpRequest, application_id: int) -> HttpResponse:
    """The case as an accessible PDF, under the same right as its page; nothing of others' points is in it."""
    now = clock.now()
    case = readable(request, application_id, now)
    if case is None:
        return to_declare(request, application_id)
    language = get_language() or "fi"
    title = _("Hakemus %(number)s: %(name)s") % {"number": case.case_number, "name": case.organisation.name}
    context = {
        "case": case,
        "call": case.call,
        "organisation": case.organisation,
        "case_number": case.case_number,
        "document_date": local_date(now),
        "sections": answers_for_reading(case, language),
        "attachments": list(case.attachments.select_related("attachment_slot")),
        "criteria": list(case.call.criteria.all()),
        **opinions_of(case),
        "statements": statements_of(case, request.user, now),
        # As on the screen: who follows the officers' work reads the messages, an assessor does not.
        "thread": list(case.messages.select_related("written_by").prefetch_related("files"))
        if may("grants.case.follow", request.user, case, now=now)
        else [],
    }
    try:
        data = render_pdf("pdf/grants/case.html", context, title=title, language=language)
    except PdfUnavailable as refused:
        messages.error(request, str(refused))
        return redirect("grants:case", case.pk)
    return pdf_answer(data, title)
