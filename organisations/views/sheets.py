"""The versions of the verification sheet: what is in use, and the next one."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.access import sign_in_required
from common import clock
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from organisations.forms.checks import SheetForm
from organisations.models import VerificationSheet
from organisations.models.verification import question_text
from organisations.policies.relations import may_read_county_pages, may_send
from organisations.views.helpers import attempt
from organisations.workflow.verifications import begin_sheet, change_sheet, publish_sheet


@sign_in_required
def sheets(request: HttpRequest) -> HttpResponse:
    """All versions, the newest first; the coordinator begins the next one."""
    now = clock.now()
    if not may_read_county_pages(request.user, now):
        raise Http404
    if request.method == "POST":
        begun = begin_sheet(by=request.user, now=now)
        return redirect("organisations:sheet", pk=begun.pk)
    rows = allowed("organisations.verification.sheets", request.user, now=now).select_related("published_by")
    return render(
        request,
        "organisations/verification/sheets.html",
        {"page": paginate(request, rows), "may_begin": may_send(request.user, now)},
    )


@sign_in_required
def sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """One version: a draft is changed and taken into use, the others are read."""
    now = clock.now()
    found: VerificationSheet = get_allowed("organisations.verification.sheets", request.user, now=now, pk=pk)
    manages = may("organisations.verification.manage_sheets", request.user, found, now=now)
    if found.state != "draft" or not manages:
        language = get_language() or "fi"
        questions = [question_text(question, language) for question in found.questions]
        return render(request, "organisations/verification/sheet.html", {"sheet": found, "questions": questions})
    form = SheetForm(request.POST or None, sheet=found)
    if request.method == "POST" and form.is_valid():
        questions_and_term = {"questions": form.questions(), "valid_months": form.cleaned_data["valid_months"]}
        if attempt(request, lambda: change_sheet(found, **questions_and_term, by=request.user, now=now), form):
            if "publish" not in request.POST:
                messages.success(request, _("Luonnos on tallennettu."))
                return redirect("organisations:sheet", pk=pk)
            if attempt(request, lambda: publish_sheet(found, by=request.user, now=now), form):
                messages.success(
                    request, _("Lomake on otettu käyttöön. Tehdyt tarkistukset pysyvät entisellä lomakkeella.")
                )
                return redirect("organisations:sheets")
    return render(request, "organisations/verification/sheet_edit.html", {"sheet": found, "form": form})
