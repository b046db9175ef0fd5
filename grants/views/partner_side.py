"""The partner's side of joint applications: its list, the application to read and confirm, the personal link."""

from datetime import datetime
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import public_page
from common import clock
from common.errors import Refused
from common.pagination import paginate
from common.policies import allowed, may
from documents.views import serve
from grants import link_tries
from grants.answers import answers_for_reading, who_answers
from grants.applicant import next_step
from grants.forms.partners import AnswerForm
from grants.joint import digest
from grants.models import Application, ApplicationPartner, Decision
from grants.views.applicant_parts import with_all
from grants.workflow.partner_answers import answer_by_link, answer_partner, find_by_link, is_link_open
from organisations.acting import acting_organisation

#: At which field of the form a refusal is shown.
_AT = {"note_missing": "note", "name_missing": "name"}


@login_required
@require_safe
def partnerships(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """The joint applications in which the organisation is a partner, those that wait for its answer first."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id)
    rows = allowed("grants.partner.view", request.user, now=now).filter(organisation=organisation)
    page = paginate(
        request,
        rows.select_related("application__call", "application__organisation", "application__decision").order_by(
            "-application__call__closes_at", "-pk"
        ),
    )
    shown = [{"partner": row, "state": _state_of(row.application, row)} for row in page]
    return render(
        request, "grants/partners/list.html", {"organisation": organisation, "page": page, "rows": shown, "now": now}
    )


def _state_of(application: Application, partner: ApplicationPartner) -> tuple[str, Any]:
    """Return tone and words: the confirmation while it is a draft, then the case's state as the applicant has it."""
    if application.state == "draft":
        return partner.state_tone, partner.state_label
    if application.state != "decided":
        return application.state_tone, application.applicant_state_label
    decision = getattr(application, "decision", None)
    if decision is None or decision.state == "recorded":
        return "info", _("Päätetty")
    return decision.outcome_tone, decision.outcome_label


def _partnership(request: HttpRequest, organisation_id: int, partner_id: int, now: datetime) -> ApplicationPartner:
    organisation = acting_organisation(request, organisation_id)
    rows = allowed("grants.partner.view", request.user, now=now).filter(organisation=organisation)
    found: ApplicationPartner = get_object_or_404(rows.select_related("organisation"), pk=partner_id)
    found.application = with_all(found.application_id)
    return found


def _decision_of(request: HttpRequest, application: Application, now: datetime) -> Decision | None:
    found: Decision | None = (
        allowed("grants.partner.decision", request.user, now=now)
        .filter(application=application)
        .select_related("letter")
        .first()
    )
    return found


@login_required
def partnership(request: HttpRequest, organisation_id: int, partner_id: int) -> HttpResponse:
    """The joint application as it stands, and the own answer; afterwards the case's state and decision. Read only."""
    now = clock.now()
    found = _partnership(request, organisation_id, partner_id, now)
    can_answer = may("grants.partner.answer", request.user, found, now=now) and found.application.call.is_open(now)
    form, status = AnswerForm(request.POST or None), 200
    if request.method == "POST":
        if not may("grants.partner.answer", request.user, found, now=now):
            raise Http404
        status = 422
        if form.is_valid():
            try:
                seen = str(request.POST.get("seen", ""))
                answer_partner(found, **form.cleaned_data, seen=seen, by=request.user, now=now)
            except Refused as refused:
                form.add_error(_AT.get(refused.code), str(refused))
                status = 409
            else:
                return _answered(request, organisation_id, partner_id, form.cleaned_data["answer"])
        found = _partnership(request, organisation_id, partner_id, now)
    context = {
        **_read(found, now),
        "form": form if can_answer or form.errors else None,
        "can_answer": can_answer,
        "decision": _decision_of(request, found.application, now),
    }
    return render(request, "grants/partners/partnership.html", context, status=status)


def _answered(request: HttpRequest, organisation_id: int, partner_id: int, answer: str) -> HttpResponse:
    words = {
        "confirm": _("Osuutenne on vahvistettu. Hakija saa siitä tiedon."),
        "ask_change": _("Pyyntönne on lähetetty hakijalle. Saatte uuden vahvistuspyynnön, kun hakija on vastannut."),
        "decline": _("Hakija saa tiedon, että ette lähde mukaan."),
    }
    messages.success(request, words[answer])
    if answer == "decline":
        return redirect("grants:partnerships", organisation_id)
    return redirect("grants:partnership", organisation_id, partner_id)


def _read(partner: ApplicationPartner, now: datetime) -> dict[str, Any]:
    """Return what the page of the application shows, in the portal and through a link: the draft as it is now."""
    application = partner.application
    return {
        "partner": partner,
        "application": application,
        "call": application.call,
        "organisation": partner.organisation,
        "applicant": application.organisation,
        "answer_sections": answers_for_reading(application, get_language() or "fi"),
        "next": next_step(application, now) if application.state != "draft" else None,
        "who_answers": who_answers(application.organisation.name),
        "seen": digest(partner),
        "now": now,
    }


@login_required
@require_safe
def partnership_letter(request: HttpRequest, organisation_id: int, partner_id: int) -> FileResponse:
    """The decision's letter, for a partner that confirmed."""
    now = clock.now()
    found = _partnership(request, organisation_id, partner_id, now)
    decision = _decision_of(request, found.application, now)
    if decision is None or decision.letter is None:
        raise Http404
    return serve(request, decision.letter)


@public_page
def partner_link(request: HttpRequest, token: str) -> HttpResponse:
    """The page of a partner's personal link: read the draft, answer once; nobody signs in for it."""
    now = clock.now()
    address = str(get_adapter().get_client_ip(request))
    found = None if link_tries.is_stopped(address) else find_by_link(token)
    if found is None:
        link_tries.count(address)
        return _private(render(request, "grants/partners/link.html", {"partner": None}, status=404))
    form, status = AnswerForm(request.POST or None, by_link=True), 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                seen = str(request.POST.get("seen", ""))
                answer_by_link(token, **form.cleaned_data, seen=seen, now=now)
            except Refused as refused:
                form.add_error(_AT.get(refused.code), str(refused))
                status = 409
            else:
                return redirect("grants:partner_link", token)
        found = find_by_link(token) or found
    is_open = is_link_open(found, now) and found.application.call.is_open(now)
    context: dict[str, Any] = {"partner": found, "call": found.application.call, "is_open": is_open, "form": form}
    context["applicant"] = found.application.organisation
    if is_open:
        found.application = with_all(found.application_id)
        context |= _read(found, now)
    return _private(render(request, "grants/partners/link.html", context, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    """Keep the address with its token from other sites and from caches."""
    # "no-referrer" would also make the form's own Origin null, which CSRF refuses.
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    return response
