"""Eligibility questions: set up on a draft, and answered by anybody who wonders whether they can apply."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import public_page
from common import clock
from common.errors import Refused
from common.policies import allowed
from grants.eligibility import read
from grants.forms.eligibility import EligibilityForm
from grants.models import EligibilityQuestion, GrantCall
from grants.views.call_setup import managed
from grants.workflow import calls
from grants.workflow import eligibility as verbs

STEPS = {"up": -1, "down": 1}
#: More questions than this nobody answers in a minute.
MOST = 12


@public_page
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, call_id: int) -> HttpResponse:
    """Answer at once whether one can apply in the call; no account is needed and nothing is kept."""
    now = clock.now()
    rows = allowed("grants.call.view", request.user, now=now).prefetch_related("eligibility")
    call = get_object_or_404(rows, pk=call_id)
    questions = list(call.eligibility.all())
    if not questions:
        raise Http404
    result = read(questions, request.POST)
    context = {"call": call, "result": result, "asked": request.method == "POST", "is_open": call.is_open(now)}
    return render(request, "grants/calls/eligibility_check.html", context)


@require_safe
def eligibility(request: HttpRequest, call_id: int) -> HttpResponse:
    """The questions of a draft, with their edits."""
    call = managed(request, call_id, clock.now())
    if call.state != "draft":
        return redirect("grants:call_edit", call.pk)
    context = {"call": call, "questions": list(call.eligibility.all()), "most": MOST}
    return render(request, "grants/calls/eligibility.html", context)


@require_POST
def eligibility_usual(request: HttpRequest, call_id: int) -> HttpResponse:
    """Add the usual questions."""
    now = clock.now()
    managed(request, call_id, now)
    try:
        added = verbs.add_usual_questions(call_id, by=request.user, now=now)
    except Refused as refused:
        messages.error(request, str(refused.message))
        return redirect("grants:call_edit", call_id)
    text = ngettext("Lisättiin %(count)s kysymys.", "Lisättiin %(count)s kysymystä.", added) % {"count": added}
    messages.success(request, text if added else _("Tavanomaiset kysymykset olivat jo luettelossa."))
    return redirect("grants:call_eligibility", call_id)


@require_http_methods(["GET", "HEAD", "POST"])
def eligibility_question(request: HttpRequest, call_id: int, question_id: int | None = None) -> HttpResponse:
    """Add or edit one question."""
    now = clock.now()
    call, row = _row(request, call_id, question_id)
    if request.method != "POST" and call.state != "draft":
        return redirect("grants:call_edit", call.pk)
    form, refusal = EligibilityForm(request.POST or None, instance=row), ""
    if request.method == "POST":
        try:
            with transaction.atomic():
                call = calls.lock_draft(call_id, by=request.user, now=now)
                _refuse_many(call, row)
                if form.is_valid():
                    return _save(request, call, form)
        except Refused as refused:
            refusal = str(refused.message)
    context = {"call": call, "form": form, "row": row if row.pk else None, "refusal": refusal}
    return render(request, "grants/calls/eligibility_question.html", context, status=409 if refusal else 200)


def _row(request: HttpRequest, call_id: int, question_id: int | None) -> tuple[GrantCall, EligibilityQuestion]:
    call = managed(request, call_id, clock.now())
    if question_id is None:
        return call, EligibilityQuestion(call=call)
    return call, get_object_or_404(EligibilityQuestion, pk=question_id, call=call)


def _refuse_many(call: GrantCall, row: Any) -> None:
    if row.pk is None and call.eligibility.count() >= MOST:
        raise Refused("too_many", _("Kysymyksiä on jo %(most)s. Poista ensin jokin niistä.") % {"most": MOST})


def _save(request: HttpRequest, call: GrantCall, form: Any) -> HttpResponse:
    row = form.save(commit=False)
    if row.pk is None:
        row.order = int(call.eligibility.aggregate(last=Max("order"))["last"] or 0) + 1
    row.save()
    messages.success(request, _("Tallennettu."))
    return redirect("grants:call_eligibility", call.pk)


@require_POST
def eligibility_move(request: HttpRequest, call_id: int, question_id: int) -> HttpResponse:
    """Move a question ``up`` or ``down`` (``step``); else it stays."""
    now = clock.now()
    _row(request, call_id, question_id)
    step = STEPS.get(request.POST.get("step", ""), 0)
    try:
        verbs.move_question(call_id, question_id, step, by=request.user, now=now)
    except Refused as refused:
        messages.error(request, str(refused.message))
    return redirect("grants:call_eligibility", call_id)


@require_http_methods(["GET", "HEAD", "POST"])
def eligibility_remove(request: HttpRequest, call_id: int, question_id: int) -> HttpResponse:
    """Remove a question, after a confirmation."""
    now = clock.now()
    call, row = _row(request, call_id, question_id)
    if request.method == "POST":
        try:
            with transaction.atomic():
                calls.lock_draft(call_id, by=request.user, now=now)
                row.delete()
            messages.success(request, _("Poistettu: %(name)s") % {"name": row})
        except Refused as refused:
            messages.error(request, str(refused.message))
            return redirect("grants:call_edit", call_id)
        return redirect("grants:call_eligibility", call_id)
    if call.state != "draft":
        return redirect("grants:call_edit", call.pk)
    return render(request, "grants/calls/eligibility_remove.html", {"call": call, "row": row})
