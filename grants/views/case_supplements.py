"""The officers' pages of supplement requests and hearings: asking, many at once, state, difference, more time."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.access import sign_in_required
from common import clock
from common.policies import allowed, may
from grants.forms.case_work import CutoffForm, DueForm, HearingForm, SupplementForm
from grants.models import FormVersion, GrantCall, SupplementKind, SupplementRequest
from grants.views.case import case_context
from grants.views.case_work import followed
from grants.workflow.supplement_answers import sent_differences
from grants.workflow.supplements import (
    ask_many,
    ask_supplement,
    cancel_supplement,
    extend_supplement,
    openable_questions,
    set_cutoff,
)
from organisations.views.helpers import attempt


@sign_in_required
def supplement_new(request: HttpRequest, application_id: int) -> HttpResponse:
    """Ask the applicant of one case for a supplement."""
    now = clock.now()
    found = followed(request, application_id, now, "grants.supplement.ask")
    form = SupplementForm(request.POST or None, now=now, definition=found.form_version.definition, call=found.call)
    if request.method == "POST" and form.is_valid():
        given = form.asked
        if attempt(request, lambda: ask_supplement(found, **given, by=request.user, now=now), form):
            messages.success(request, _("Täydennyspyyntö on lähetetty hakijalle."))
            return redirect("grants:case_work", found.pk)
    context = {**case_context(request, found, "case_work", now), "form": form, "is_hearing": False}
    return render(request, "grants/handling/supplement_new.html", context, status=422 if form.errors else 200)


@sign_in_required
def hearing_new(request: HttpRequest, application_id: int) -> HttpResponse:
    """Hear the applicant of one case on a new fact."""
    now = clock.now()
    found = followed(request, application_id, now, "grants.supplement.ask")
    form = HearingForm(request.POST or None, now=now)
    if request.method == "POST" and form.is_valid():
        given = {**form.cleaned_data, "kind": SupplementKind.HEARING}
        if attempt(request, lambda: ask_supplement(found, **given, by=request.user, now=now), form):
            messages.success(request, _("Kuulemispyyntö on lähetetty hakijalle."))
            return redirect("grants:case_work", found.pk)
    context = {**case_context(request, found, "case_work", now), "form": form, "is_hearing": True}
    return render(request, "grants/handling/supplement_new.html", context, status=422 if form.errors else 200)


@sign_in_required
def call_supplements(request: HttpRequest, call_id: int) -> HttpResponse:
    """Ask the same of many cases of the call; the open requests and the call's last instant stand beside."""
    now = clock.now()
    versions = FormVersion.objects.filter(
        call__in=allowed("grants.call.manage", request.user, now=now), published_at__isnull=False
    )
    version = versions.filter(call=call_id).select_related("call").order_by("-number").first()
    if version is None:
        raise Http404
    call: GrantCall = version.call
    requests = (
        allowed("grants.supplement.view", request.user, now=now)
        .filter(application__call=call)
        .select_related("application__organisation", "application__call")
        .order_by("due_on", "pk")
    )
    busy = requests.filter(state="open", kind="supplement").values("application")
    free = allowed("grants.supplement.ask", request.user, now=now).filter(call=call).exclude(pk__in=busy)
    cases = list(free.select_related("organisation").order_by("organisation__name", "pk"))
    is_cutoff = request.POST.get("act") == "cutoff"
    asked = request.POST if request.method == "POST" and not is_cutoff else None
    form = SupplementForm(asked, now=now, definition=version.definition, call=call, cases=cases)
    cutoff = CutoffForm(request.POST if is_cutoff else None, initial={"cutoff_at": call.supplement_cutoff_at})
    if request.method == "POST":
        done = _set_cutoff(request, call, cutoff, now) if is_cutoff else _ask_many(request, call, form, now)
        if done:
            return redirect("grants:call_supplements", call.pk)
    failed = cutoff if is_cutoff else form
    context = {
        "call": call,
        "form": failed,
        "ask_form": form,
        "cutoff": cutoff,
        "cases": cases,
        "requests": list(requests.filter(state="open", application__state="in_handling")),
        "now": now,
    }
    return render(request, "grants/handling/call_supplements.html", context, status=422 if failed.errors else 200)


def _set_cutoff(request: HttpRequest, call: GrantCall, form: CutoffForm, now: datetime) -> bool:
    if not form.is_valid():
        return False
    at = form.cleaned_data["cutoff_at"]
    done = attempt(request, lambda: set_cutoff(call, cutoff_at=at, by=request.user, now=now), form)
    if done:
        messages.success(request, _("Takaraja on tallennettu.") if at else _("Takarajaa ei enää ole."))
    return bool(done)


def _ask_many(request: HttpRequest, call: GrantCall, form: SupplementForm, now: datetime) -> bool:
    if not form.is_valid():
        return False
    chosen = [int(key) for key in form.cleaned_data["cases"]]
    made = attempt(request, lambda: ask_many(call, chosen, **form.asked, by=request.user, now=now), form)
    if made:
        text = ngettext(
            "Täydennyspyyntö on lähetetty %(count)s hakijalle.",
            "Täydennyspyyntö on lähetetty %(count)s hakijalle.",
            len(made),
        )
        messages.success(request, text % {"count": len(made)})
    return bool(made)


@sign_in_required
def case_supplement(request: HttpRequest, application_id: int, supplement_id: int) -> HttpResponse:
    """One request: what was asked, its state, what the answer changed; POST gives more time or cancels."""
    now = clock.now()
    found = followed(request, application_id, now)
    rows = allowed("grants.supplement.view", request.user, now=now).filter(application=found)
    row: SupplementRequest = get_object_or_404(
        rows.select_related("asked_by", "sent_by", "submission", "application__call", "application__form_version"),
        pk=supplement_id,
    )
    act = request.POST.get("act", "")
    form = DueForm(request.POST if act == "extend" else None, now=now)
    if request.method == "POST" and _act(request, row, act, form, now):
        return redirect("grants:case_supplement", found.pk, row.pk)
    answers, files = sent_differences(row)
    opened = set(row.questions)
    context = {
        **case_context(request, found, "case_work", now),
        "supplement": row,
        "form": form,
        "opened": [
            one
            for _page, questions in openable_questions(found.form_version.definition)
            for one in questions
            if one["key"] in opened
        ],
        "differences": answers,
        "files": files,
        "may_manage": row.state in ("open", "expired") and may("grants.supplement.manage", request.user, row, now=now),
    }
    return render(request, "grants/handling/supplement.html", context, status=422 if form.errors else 200)


def _act(request: HttpRequest, row: SupplementRequest, act: str, form: DueForm, now: datetime) -> bool:
    given: dict[str, Any] = {"by": request.user, "now": now}
    if act == "extend":
        if not form.is_valid():
            return False
        due_on = form.cleaned_data["due_on"]
        done = attempt(request, lambda: extend_supplement(row, due_on=due_on, **given), form)
        said = _("Hakija sai lisäaikaa, ja hänelle on kerrottu siitä.")
    elif act == "cancel":
        done = attempt(request, lambda: cancel_supplement(row, **given))
        said = _("Pyyntö on peruttu, ja hakijalle on kerrottu siitä.")
    else:
        return True
    if done:
        messages.success(request, said)
    return bool(done)
