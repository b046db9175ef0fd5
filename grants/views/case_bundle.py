"""A case on paper: the application as a PDF for assessors and others who read it, made for the reader."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import sign_in_required
from common import clock
from documents.pdf import PdfUnavailable, render_pdf
from documents.views import pdf_answer
from grants.case_paper import paper_of
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
    context = paper_of(case, request.user, now, language)
    try:
        data = render_pdf("pdf/grants/case.html", context, title=title, language=language)
    except PdfUnavailable as refused:
        messages.error(request, str(refused))
        return redirect("grants:case", case.pk)
    return pdf_answer(data, title)
