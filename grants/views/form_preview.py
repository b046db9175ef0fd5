"""The application form as the applicant gets it, to be tried out: nothing that is typed is kept."""

from decimal import Decimal

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from common import clock
from grants import form_definition as forms_data
from grants.form_preview import preview, question_count
from grants.models import GrantCall
from grants.views.call_setup import managed
from grants.workflow.forms import draft_form


@require_http_methods(["GET", "HEAD", "POST"])
def form_preview(request: HttpRequest, call_id: int) -> HttpResponse:
    """All pages with their fields for a sum (``?summa=``) or for what was typed; a POST saves nothing."""
    call = managed(request, call_id, clock.now())
    version = draft_form(call)
    definition = version.definition
    pages, answers = preview(call, version, _asked(request, call), request.POST if request.method == "POST" else None)
    asked = forms_data.asked_sum(definition, answers)
    context = {
        "call": call,
        "pages": pages,
        "asked": asked or Decimal(0),
        "asks": sum(len(one.form.parts) for one in pages if one.form),
        "total": sum(1 for _pair in forms_data.all_questions(definition)),
        "sums": [
            {"sum": value, "value": f"{value:.2f}", "count": question_count(call, definition, value)}
            for value in dict.fromkeys((call.minimum_sum, call.maximum_sum))
        ],
        "slots": call.attachment_slots.all(),
    }
    return render(request, "grants/calls/form_preview.html", context)


def _asked(request: HttpRequest, call: GrantCall) -> Decimal:
    """Return the sum of the address kept within the call's limits, else the smallest."""
    chosen = forms_data.to_decimal(request.GET.get("summa"))
    if chosen is None or not chosen.is_finite():
        return Decimal(call.minimum_sum)
    return min(max(chosen, Decimal(call.minimum_sum)), Decimal(call.maximum_sum))
