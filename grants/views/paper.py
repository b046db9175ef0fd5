"""An officer enters an application that came on paper: whose and when, the applicant's own pages, entering it."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common import clock
from common.errors import Refused
from common.policies import allowed, get_allowed
from documents.views import serve
from grants.forms.paper import ArrivalForm, PaperForm
from grants.models import Application, ApplicationAttachment, PaperOriginal
from grants.views.applicant_parts import with_all
from grants.views.applications import form_page, task_list
from grants.views.attachments import attachments_page
from grants.views.sent import show_review
from grants.workflow.paper import (
    discard_paper_application,
    enter_paper_application,
    set_arrival,
    start_paper_application,
)

PAPER = "grants.application.paper"
#: At which field of the form a refusal is shown.
_AT = {
    **dict.fromkeys(("in_future", "before_opening"), "arrived_at"),
    **dict.fromkeys(("own_organisation", "not_invited", "has_draft", "has_application"), "organisation"),
}


def new(request: HttpRequest, call_id: int) -> HttpResponse:
    """Say whose application came, when and how; POST begins entering it. Those being entered are listed."""
    now = clock.now()
    call = get_allowed("grants.call.take_paper", request.user, now=now, pk=call_id)
    form, status = PaperForm(request.POST or None, request.FILES or None), 200
    if request.method == "POST" and form.is_valid():
        try:
            begun = start_paper_application(call=call, by=request.user, now=now, **form.cleaned_data)
        except Refused as refused:
            form.add_error(_AT.get(refused.code), str(refused))
            status = 409
        else:
            return redirect("grants:paper", call_id, begun.pk)
    waiting = allowed(PAPER, request.user, now=now).filter(call=call, received_at__isnull=True)
    context = {
        "call": call,
        "form": form,
        "waiting": waiting.select_related("organisation", "saved_by").order_by("arrived_at", "pk"),
    }
    return render(request, "grants/paper/new.html", context, status=status)


def _paper(request: HttpRequest, call_id: int, application_id: int, now: datetime) -> Application:
    """Return the application that came on paper, with what its pages need; else 404."""
    found = get_allowed(PAPER, request.user, now=now, pk=application_id, call_id=call_id)
    return with_all(found.pk)


def _entered(application: Application) -> HttpResponse:
    """Lead from the pages of entering to the case that has been made of it."""
    return redirect("grants:case", application.pk)


@login_required
@require_safe
def paper(request: HttpRequest, call_id: int, application_id: int) -> HttpResponse:
    """The task list: the arrival, and the parts of the form with what is missing."""
    now = clock.now()
    found = _paper(request, call_id, application_id, now)
    if not found.is_unsent_paper:
        return _entered(found)
    original = PaperOriginal.objects.filter(application=found).first()
    return task_list(request, found, now, original=original, is_late=_will_be_late(found))


def _will_be_late(application: Application) -> bool:
    arrived_at = application.arrived_at
    return arrived_at is not None and arrived_at >= application.call.closes_at


@login_required
def page(request: HttpRequest, call_id: int, application_id: int, page: str) -> HttpResponse:
    """One page of the form, as the applicant has it."""
    now = clock.now()
    found = _paper(request, call_id, application_id, now)
    return form_page(request, found, page, now) if found.is_unsent_paper else _entered(found)


@login_required
def attachments(request: HttpRequest, call_id: int, application_id: int) -> HttpResponse:
    """The attachments that came with the paper."""
    now = clock.now()
    found = _paper(request, call_id, application_id, now)
    return attachments_page(request, found, now) if found.is_unsent_paper else _entered(found)


@login_required
@require_safe
def attachment(request: HttpRequest, call_id: int, application_id: int, attachment_id: int) -> HttpResponseBase:
    """One attachment, as a file."""
    found = get_allowed(PAPER, request.user, now=clock.now(), pk=application_id, call_id=call_id)
    return serve(request, get_object_or_404(ApplicationAttachment, application=found, pk=attachment_id))


@login_required
def arrival(request: HttpRequest, call_id: int, application_id: int) -> HttpResponse:
    """Correct when and how the paper came, or replace its scan."""
    now = clock.now()
    found = _paper(request, call_id, application_id, now)
    if not found.is_unsent_paper:
        return _entered(found)
    known = {"arrived_at": found.arrived_at, "channel": found.arrival_channel}
    form, status = ArrivalForm(request.POST or None, request.FILES or None, initial=known), 200
    if request.method == "POST" and form.is_valid():
        try:
            set_arrival(found, by=request.user, now=now, **form.cleaned_data)
        except Refused as refused:
            form.add_error(_AT.get(refused.code), str(refused))
            status = 409
        else:
            messages.success(request, _("Saapumistiedot on tallennettu."))
            return redirect("grants:paper", call_id, application_id)
    original = PaperOriginal.objects.filter(application=found).first()
    context = {"application": found, "call": found.call, "form": form, "original": original}
    return render(request, "grants/paper/arrival.html", context, status=status)


@login_required
def review(request: HttpRequest, call_id: int, application_id: int) -> HttpResponse:
    """The whole application with its gaps; POST enters it. Pressing twice leads to the same case."""
    now = clock.now()
    found = _paper(request, call_id, application_id, now)
    if request.method != "POST":
        return show_review(request, found, now, None) if found.is_unsent_paper else _entered(found)
    was_entered = not found.is_unsent_paper
    try:
        submission = enter_paper_application(found, by=request.user, now=now)
    except Refused as refused:
        return show_review(request, found, now, refused)
    if not was_entered:
        messages.success(
            request,
            _("Hakemus on kirjattu, asianumero %(number)s. Kuittaus lähtee järjestölle sähköpostilla.")
            % {"number": submission.content["case_number"]},
        )
    return _entered(found)


@login_required
def discard(request: HttpRequest, call_id: int, application_id: int) -> HttpResponse:
    """Confirm and remove what was begun by mistake."""
    now = clock.now()
    found = _paper(request, call_id, application_id, now)
    if not found.is_unsent_paper:
        return _entered(found)
    if request.method == "POST":
        try:
            discard_paper_application(found, by=request.user, now=now)
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("grants:paper", call_id, application_id)
        messages.success(request, _("Kesken ollut kirjaus on poistettu."))
        return redirect("grants:paper_new", call_id)
    return render(request, "grants/paper/discard.html", {"application": found, "call": found.call})


@login_required
@require_safe
def original(request: HttpRequest, application_id: int) -> HttpResponseBase:
    """The scan of the paper, for those who read the case and for those who enter it."""
    now = clock.now()
    for permission in ("grants.application.view", PAPER):
        found = allowed(permission, request.user, now=now).filter(pk=application_id).first()
        if found is not None:
            return serve(request, get_object_or_404(PaperOriginal, application=found))
    raise Http404


@login_required
@require_safe
def own_original(request: HttpRequest, organisation_id: int, application_id: int) -> HttpResponseBase:
    """The scan of the organisation's own paper application."""
    found = get_allowed(
        "grants.application.view_own",
        request.user,
        now=clock.now(),
        pk=application_id,
        organisation_id=organisation_id,
    )
    return serve(request, get_object_or_404(PaperOriginal, application=found))
