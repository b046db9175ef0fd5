"""What several of the applicant's views share: loading an own application, and its read-only page."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language

from common.policies import allowed, get_allowed, may
from common.times import local_date
from grants import form_definition as forms_data
from grants.answers import answers_for_reading
from grants.applicant import next_step, promises_to_deliver
from grants.award_terms import terms_of
from grants.completeness import problems
from grants.joint import prefetch_partners
from grants.models import Application, Decision, PaperOriginal
from grants.models.applications import Audience
from grants.models.paper import read_source
from grants.policies.paper import TAKES_PAPER
from grants.retention import shown_keeping
from grants.state_aid import is_de_minimis, prefetch_aid
from grants.workflow.changes import why_not

WITH = (
    "call__kind",
    "organisation__domicile",
    "form_version",
    "guideline",
    "saved_by",
    "decision__letter",
    "prefilled_from__call",
    "lead_share",
)


def with_all(pk: int) -> Application:
    """Return the application with everything that its pages read."""
    found = (
        Application.objects.select_related(*WITH)
        .prefetch_related("attachments__attachment_slot", "promises__attachment_slot", "call__attachment_slots")
        .get(pk=pk)
    )
    prefetch_partners([found])
    prefetch_aid([found])
    return found


def own_application(request: HttpRequest, organisation_id: int, application_id: int, now: datetime) -> Application:
    """Return the organisation's application if the person may read it, with what its pages need; else 404."""
    found = get_allowed(
        "grants.application.view_own", request.user, now=now, pk=application_id, organisation_id=organisation_id
    )
    application = with_all(found.pk)
    request.acting_organisation = application.organisation  # type: ignore[attr-defined]
    return application


def template_of(application: Application, name: str) -> str:
    """Return the template of a draft's page: the applicant's, or the officer's of what is entered from paper."""
    return f"grants/{'paper' if application.is_unsent_paper else 'applications'}/{name}.html"


def can_be_filled_in(application: Application, now: datetime) -> bool:
    """Tell whether the draft's call still takes changes to it."""
    if application.is_unsent_paper:
        return application.call.state in TAKES_PAPER
    return application.call.is_open(now)


def paper_facts(application: Application) -> dict[str, Any]:
    """Return how the version in force came on paper, and what is missing from it; nothing of what came here."""
    last = application.submissions.order_by("-number").first() if application.arrival_channel else None
    if last is None:
        return {}
    definition = application.form_version.definition
    titles = {page["key"]: forms_data.said(page, "title") for page in forms_data.pages(definition)}
    return {
        "source": read_source(last.content),
        "original": PaperOriginal.objects.filter(application=application).first(),
        "gaps": [{"page": titles[gap.page], "text": gap.text} for gap in problems(application, definition)],
    }


def case_page(request: HttpRequest, application: Application, now: datetime) -> HttpResponse:
    """Show an application that has been sent: its state, what comes next, its papers, answers and history."""
    may_send = may("grants.application.submit", request.user, application, now=now)
    is_open = application.call.is_open(now)
    decision = (
        allowed("grants.decision.view_own", request.user, now=now)
        .filter(application=application)
        .select_related("letter")
        .first()
    )
    context: dict[str, Any] = {
        "application": application,
        "call": application.call,
        "organisation": application.organisation,
        "next": next_step(application, now),
        "asked": list(application.supplements.select_related("application__call")),
        "thread_count": application.messages.count(),
        **paper_facts(application),
        "original_url": reverse("grants:own_original", args=[application.organisation_id, application.pk]),
        "may_reopen": may_send and is_open and application.state == "submitted",
        "may_withdraw": may_send and application.state in ("submitted", "in_handling"),
        "may_deliver": bool(promises_to_deliver(application, now))
        and may("grants.application.deliver", request.user, application, now=now),
        "answer_sections": answers_for_reading(application, get_language() or "fi"),
        "submissions": application.submissions.select_related("submitted_by").order_by("-number"),
        "events": application.events.filter(audience=Audience.APPLICANT).select_related("by"),
        "decision": decision,
        "de_minimis": decision is not None and decision.is_grant and is_de_minimis(application),
        "versions": list(decision.versions.all()) if decision else [],
        "claims": list(
            allowed("grants.claim.view_own", request.user, now=now).filter(decision__application=application)
        ),
        "may_claim": decision is not None and may_send,
        **_changes(request, decision, now),
        "payments": list(
            allowed("grants.payment.view_own", request.user, now=now)
            .filter(decision__application=application)
            .order_by("number")
        ),
        "use_reports": allowed("grants.use_report.view_own", request.user, now=now).filter(
            decision__application=application
        ),
        "keeping": shown_keeping(application, decision),
        "today": local_date(now),
        "now": now,
    }
    return render(request, "grants/applications/case.html", context)


def _changes(request: HttpRequest, decision: Decision | None, now: datetime) -> dict[str, Any]:
    """Return the terms of a grant as they hold now, its changes, and whether a change may be asked, or why not."""
    if decision is None or not decision.is_grant:
        return {}
    may_start = may("grants.change.start", request.user, decision, now=now)
    refusal = why_not(decision, now) if may_start else ""
    return {
        "terms": terms_of(decision),
        "changes": list(allowed("grants.change.view_own", request.user, now=now).filter(decision=decision)),
        "may_change": may_start and not refusal,
        "why_no_change": refusal,
    }
