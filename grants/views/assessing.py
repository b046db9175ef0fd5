"""The assessor's work: what is open, and scoring one application beside its content."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q, Subquery, prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common import clock
from common.errors import Refused
from common.pagination import paginate
from common.policies import allowed
from grants.answers import answers_for_reading
from grants.forms.handling import ScoresForm
from grants.models import Application, Assessment, CalibrationTry, ConflictDeclaration
from grants.name_hints import mark_same_names
from grants.policies import cases_of_assessor
from grants.views.case import own_assessment, to_declare
from grants.workflow.assessment import finish_assessment, reopen_assessment, save_scores
from grants.workflow.conflicts import likely_conflicts

UNFINISHED = Q(own_state__isnull=True) | Q(own_state="open")


def examples_of(user: Any, now: datetime) -> list[Any]:
    """Return the practice examples of the person's calls with ``is_done``, those to practise first; one query."""
    own = CalibrationTry.objects.filter(example=OuterRef("pk"), assessor=user)
    rows = allowed("grants.calibration.practise", user, now=now).annotate(is_done=Exists(own))
    return list(rows.select_related("call").order_by("is_done", "pk"))


def own_work(user: Any, now: datetime) -> Any:
    """Return the cases of the person's calls in handling, with ``declared`` and ``own_state`` of each."""
    declared = ConflictDeclaration.objects.filter(application=OuterRef("pk"), user=user)
    own = Assessment.objects.filter(application=OuterRef("pk"), assessor=user)
    return (
        cases_of_assessor(user, now)
        .annotate(
            declared_conflict=Subquery(declared.values("has_conflict")),
            own_state=Subquery(own.values("state")),
            own_total=Subquery(own.values("total")),
        )
        .select_related("organisation__domicile", "call")
        .order_by("call__closes_at", "call", "organisation__name", "pk")
    )


@require_safe
def assessments(request: HttpRequest) -> HttpResponse:
    """The person's cases with what is left to do; first those without a declaration, to be declared at once."""
    now = clock.now()
    work = own_work(request.user, now)
    rows = list(work)
    to_score = [row for row in rows if not row.declared_conflict]
    undeclared = [row for row in rows if row.declared_conflict is None]
    open_rows = [row for row in to_score if row.declared_conflict is False and row.own_state != "done"]
    mark_same_names(request.user, undeclared, now)
    context = {
        "now": now,
        "page": paginate(request, rows),
        "undeclared": undeclared,
        "likely": likely_conflicts(request.user, undeclared) if undeclared else set(),
        "calls": list({row.call_id: row.call for row in undeclared}.values()),
        "done": sum(1 for row in to_score if row.own_state == "done"),
        "total": len(to_score),
        "next": open_rows[0] if open_rows else None,
        "examples": examples_of(request.user, now),
    }
    return render(request, "grants/handling/assessments.html", context)


def assess(request: HttpRequest, application_id: int) -> HttpResponse:
    """Score one application; saves by itself, finished when each criterion has points and a reason."""
    now = clock.now()
    rows = allowed("grants.assessment.edit", request.user, now=now).select_related(
        "call", "organisation", "form_version"
    )
    found: Application | None = rows.filter(pk=application_id).first()
    if found is None:
        own = own_work(request.user, now).filter(pk=application_id).first()
        if own is None or own.declared_conflict is not None:
            raise Http404
        return to_declare(request, application_id)
    if request.method == "POST" and "reopen" in request.POST:
        return _verb(request, found, reopen_assessment, now)
    assessment = own_assessment(found, request.user)
    criteria = list(found.call.criteria.prefetch_related("levels"))
    form = ScoresForm(request.POST or None, criteria=criteria, assessment=assessment)
    if request.method == "POST":
        return _save(request, found, form, now)
    return _show(request, found, form, assessment, now)


def _save(request: HttpRequest, case: Application, form: ScoresForm, now: datetime) -> HttpResponse:
    """Save all that could be read; then show what could not, or go on."""
    is_auto = "autosave" in request.GET
    form.is_valid()
    try:
        saved = save_scores(case, form.scores(), summary=form.cleaned_data.get("summary", ""), by=request.user, now=now)
    except Refused as refused:
        if is_auto:
            return render(request, "grants/handling/scores_saved.html", {"refused": refused})
        form.add_error(None, str(refused))
        return _show(request, case, form, own_assessment(case, request.user), now, status=409)
    if is_auto:
        context = {"assessment": saved, "unread": len(form.errors)}
        return render(request, "grants/handling/scores_saved.html", context)
    if form.errors:
        return _show(request, case, form, saved, now)
    if "finish" in request.POST:
        return _verb(request, case, finish_assessment, now)
    messages.success(request, _("Arviointi on tallennettu."))
    return redirect("grants:assess", case.pk)


def _verb(request: HttpRequest, case: Application, verb: Any, now: datetime) -> HttpResponse:
    try:
        assessment = verb(case, by=request.user, now=now)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("grants:assess", case.pk)
    if assessment.state == "open":
        messages.success(request, _("Arviointi on avattu uudelleen."))
        return redirect("grants:assess", case.pk)
    messages.success(
        request,
        _("Arviointi on valmis: %(name)s, %(total)s pistettä.")
        % {"name": case.organisation, "total": assessment.total},
    )
    left = own_work(request.user, now).filter(UNFINISHED, declared_conflict=False).first()
    return redirect("grants:assess", left.pk) if left else redirect("grants:assessments")


def _show(
    request: HttpRequest,
    case: Application,
    form: ScoresForm,
    assessment: Assessment | None,
    now: datetime,
    status: int = 200,
) -> HttpResponse:
    work = own_work(request.user, now).filter(declared_conflict=False)
    is_done = assessment is not None and assessment.state == "done"
    if assessment and is_done:
        prefetch_related_objects([assessment], "scores__criterion")
    context = {
        "case": case,
        "call": case.call,
        "organisation": case.organisation,
        "form": form,
        "assessment": assessment,
        "is_done": is_done,
        "sections": answers_for_reading(case, get_language() or "fi"),
        "done": work.filter(own_state="done").count(),
        "total": work.count(),
        "now": now,
    }
    return render(request, "grants/handling/assess.html", context, status=status)
