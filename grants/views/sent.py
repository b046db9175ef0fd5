"""Reading the whole application, sending it, what stands afterwards: receipt, change, withdrawal."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common import clock
from common.errors import Refused
from common.policies import may
from common.times import local_date
from documents.views import serve
from grants import form_definition as forms_data
from grants.answers import answers_for_reading
from grants.applicant import page_url, sender_names
from grants.completeness import problems
from grants.confirmation import confirmed_by, what_is_missing
from grants.forms.applications import WithdrawForm
from grants.models import Application
from grants.report_rule import stopping_report
from grants.views.applicant_parts import can_be_filled_in, own_application, template_of
from grants.workflow.applications import reopen_application, submit_application, withdraw_application
from grants.workflow.receipts import ensure_receipt


@login_required
def review(request: HttpRequest, organisation_id: int, application_id: int) -> HttpResponse:
    """All answers on one page with what is missing; POST sends. The server's instant is taken first of all."""
    now = clock.now()
    found = own_application(request, organisation_id, application_id, now)
    if request.method == "POST":
        try:
            submit_application(found, by=request.user, now=now)
        except Refused as refused:
            return show_review(request, found, now, refused)
        return redirect("grants:application_submitted", organisation_id, found.pk)
    if found.state != "draft":
        return redirect("grants:application", organisation_id, found.pk)
    return show_review(request, found, now, None)


def show_review(request: HttpRequest, found: Application, now: datetime, refused: Refused | None) -> HttpResponse:
    """Show the whole draft with what is missing from it, and what refused to send it (409)."""
    definition = found.form_version.definition
    pages = {page["key"]: forms_data.said(page, "title") for page in forms_data.pages(definition)}
    found_problems = [
        {
            "title": pages[problem.page],
            "text": problem.text,
            "url": f"{page_url(found, problem.page)}#{problem.field}",
        }
        for problem in problems(found, definition)
    ]
    return render(
        request,
        template_of(found, "review"),
        {
            "application": found,
            "call": found.call,
            "organisation": found.organisation,
            "answer_sections": [
                {"section": section, "url": page_url(found, section.key)}
                for section in answers_for_reading(found, get_language() or "fi")
            ],
            "attachments_url": _attachments_url(found),
            "found_problems": found_problems,
            "refused": refused,
            "is_open": can_be_filled_in(found, now),
            "may_send": may("grants.application.submit", request.user, found, now=now),
            "may_edit": may("grants.application.edit", request.user, found, now=now),
            "senders": sender_names(found.organisation, now),
            "stopping": stopping_report(found, now) if found.state == "draft" else None,
            "unconfirmed": _unconfirmed(request, found, now),
            "today": local_date(now),
            "now": now,
        },
        status=409 if refused else 200,
    )


def _unconfirmed(request: HttpRequest, found: Application, now: datetime) -> str:
    """Return what confirmation the call demands and the draft lacks, in words; empty when nothing is lacking."""
    if not found.call.signatory_demanded or confirmed_by(found, request.user, now):
        return ""
    return what_is_missing(found, now)


def _attachments_url(application: Application) -> str:
    for page in forms_data.pages(application.form_version.definition):
        if forms_data.is_attachments(page):
            return page_url(application, page["key"])
    return ""


@login_required
@require_safe
def submitted(request: HttpRequest, organisation_id: int, application_id: int) -> HttpResponse:
    """Confirm: what happened, what comes next and when, where the copy is."""
    now = clock.now()
    found = own_application(request, organisation_id, application_id, now)
    submission = found.submissions.select_related("submitted_by").order_by("-number").first()
    if submission is None or found.state == "draft":
        return redirect("grants:application", organisation_id, application_id)
    return render(
        request,
        "grants/applications/submitted.html",
        {
            "application": found,
            "call": found.call,
            "organisation": found.organisation,
            "submission": submission,
            "now": now,
        },
    )


@login_required
@require_safe
def receipt(request: HttpRequest, organisation_id: int, application_id: int, number: int) -> HttpResponseBase:
    """The PDF of one submission; made now if the worker has not made it yet."""
    now = clock.now()
    found = own_application(request, organisation_id, application_id, now)
    submission = found.submissions.filter(number=number).first()
    if submission is None:
        raise Http404
    document = ensure_receipt(submission, now=now)
    if document is None:
        messages.warning(
            request,
            _(
                "Hakemus on perillä, mutta kuittia ei voida juuri nyt tehdä PDF-tiedostona. "
                "Kaikki kuitin tiedot ovat tällä sivulla. Yritä PDF-tiedostoa myöhemmin uudelleen."
            ),
        )
        return redirect("grants:application", organisation_id, application_id)
    return serve(request, document)


@login_required
def reopen(request: HttpRequest, organisation_id: int, application_id: int) -> HttpResponse:
    """Confirm and open a sent application for changes."""
    now = clock.now()
    found = own_application(request, organisation_id, application_id, now)
    if request.method == "POST":
        try:
            reopen_application(found, by=request.user, now=now)
        except Refused as refused:
            messages.error(request, str(refused))
        return redirect("grants:application", organisation_id, application_id)
    if not may("grants.application.submit", request.user, found, now=now) or found.state != "submitted":
        return redirect("grants:application", organisation_id, application_id)
    return render(request, "grants/applications/reopen.html", {"application": found, "call": found.call, "now": now})


@login_required
def withdraw(request: HttpRequest, organisation_id: int, application_id: int) -> HttpResponse:
    """Confirm and withdraw a sent application; the reason is optional."""
    now = clock.now()
    found = own_application(request, organisation_id, application_id, now)
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            withdraw_application(found, by=request.user, now=now, reason=form.cleaned_data["reason"])
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Hakemus on peruutettu. Sitä ei käsitellä."))
        return redirect("grants:application", organisation_id, application_id)
    if not may("grants.application.submit", request.user, found, now=now) or found.state not in (
        "submitted",
        "in_handling",
    ):
        return redirect("grants:application", organisation_id, application_id)
    return render(
        request, "grants/applications/withdraw.html", {"application": found, "call": found.call, "form": form}
    )
