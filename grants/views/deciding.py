"""What the body decided: recording it from the minutes, serving the letters, the letter itself."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from common import clock
from common.errors import Refused
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from common.times import local_date
from documents.views import serve
from grants import cases
from grants.forms.handling import IssueForm, RecordForm
from grants.life_cycles import DECISION
from grants.models import Application, Decision, GrantCall
from grants.name_hints import mark_same_names
from grants.policies.officials import without_decider
from grants.tasks import issue_decisions
from grants.views.handling import call_tabs, on_desk
from grants.workflow.conflicts import likely_conflicts
from grants.workflow.decisions import issue_decision, record_decisions
from grants.workflow.voting import sittings
from liaisons.matters import Standing

AT_ONCE = 5


def _readable_decisions(request: HttpRequest, call: GrantCall, now: datetime) -> Any:
    return (
        allowed("grants.decision.view", request.user, now=now)
        .filter(application__call=call)
        .select_related("application__organisation", "letter")
        .order_by("application__organisation__name", "pk")
    )


@require_safe
def decisions(request: HttpRequest, call_id: int) -> HttpResponse:
    """The decisions of the call with their dates; how many of them have been served."""
    now = clock.now()
    call = on_desk(request, call_id, now)
    readable = _readable_decisions(request, call, now)
    page = paginate(request, readable)
    unpublished = readable.filter(minutes_published_on__isnull=True).exclude(state="final")
    may_record = may("grants.call.decide", request.user, call, now=now)
    may_publish = may_record or may("grants.call.publication", request.user, call, now=now)
    own = allowed("grants.decision.issue", request.user, now=now).filter(application__call=call)
    states = list(own.values_list("state", flat=True))
    unserved = states.count("recorded")
    is_sending = "lahetetaan" in request.GET and unserved > 0
    context = {
        "call": call,
        "now": now,
        "page": page,
        "rows": [
            {"decision": row, "tone": DECISION.tone(row.state), "word": DECISION.label(row.state)} for row in page
        ],
        "may_issue": bool(states),
        "unpublished": may_publish and unpublished.exists(),
        "by_letter": own.filter(served_by="letter", letter__isnull=False).exists(),
        "tabs": call_tabs(call, "decisions"),
        "may_record": call.state == "presented" and may_record,
        "meeting": call.agenda_item.meeting if call.agenda_item else None,
        "stuck": _stuck(call, now),
        "unserved": unserved,
        "served": len(states) - unserved,
        "total": len(states),
        "is_sending": is_sending,
    }
    template = "decisions_progress" if getattr(request, "htmx", False) else "decisions"
    return render(request, f"grants/handling/{template}.html", context)


def _stuck(call: GrantCall, now: datetime) -> int:
    """Return how many cases of a laid call nobody in the post may decide."""
    if call.state != "presented" or not call.laid_before:
        return 0
    return Application.objects.filter(without_decider(now), call=call, state="in_handling").count()


def record(request: HttpRequest, call_id: int) -> HttpResponse:
    """Record what the minutes say: § and day for all, and the cases that the body changed."""
    now = clock.now()
    call: GrantCall = get_allowed("grants.call.decide", request.user, now=now, pk=call_id)
    if call.state != "presented" or call.agenda_item is None:
        return redirect("grants:decisions", call_id)
    rows = list(
        cases.choose(cases.cases_of(call, request.user, now).filter(state="in_handling"), {"jarjesta": "hakija"})
    )
    meeting = call.agenda_item.meeting
    initial = {
        "section_number": call.agenda_item.section_number,
        "decided_on": local_date(meeting.starts_at),
        "published_on": local_date(now),
    }
    sat = sittings(call.agenda_item, rows)
    form = RecordForm(request.POST or None, cases=rows, sat=sat, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = record_decisions(
                call,
                section_number=form.cleaned_data["section_number"],
                decided_on=form.cleaned_data["decided_on"],
                changes=form.changes(),
                left=form.left([row.pk for row in rows]),
                minutes=form.minutes(),
                votes=form.votes(),
                by=request.user,
                now=now,
            )
        except Refused as refused:
            fields = {"bad_day": "decided_on", "section_taken": "section_number", "bad_publication": "published_on"}
            field = fields.get(refused.code)
            form.add_error(field, str(refused))
        else:
            text = ngettext("%(count)s päätös on kirjattu.", "%(count)s päätöstä on kirjattu.", len(made))
            messages.success(request, text % {"count": len(made)})
            return redirect("grants:decisions", call_id)
    undeclared = [row for row in rows if not row.declared and not row.can_read]
    mark_same_names(request.user, undeclared, now)
    context = {
        "call": call,
        "form": form,
        "meeting": meeting,
        "undeclared": undeclared,
        "likely": likely_conflicts(request.user, undeclared) if undeclared else set(),
        "hidden": [row for row in rows if not row.can_read],
        "count": len(rows),
        "is_known": any(row.standing.is_known for row in sat.values()),
        "is_marked": any(row.standing.is_marked for row in sat.values()),
        "blocked": [row for row in rows if not _may_decide(sat[row.pk].standing)],
        "now": now,
    }
    return render(request, "grants/handling/record.html", context, status=409 if form.errors else 200)


def _may_decide(standing: Standing) -> bool:
    """Tell whether the body could decide: enough voters, somebody to preside, attendance known or nobody asked here."""
    return standing.is_enough and not standing.needs_chair


def issue(request: HttpRequest, call_id: int) -> HttpResponse:
    """Serve all recorded decisions of the call; more than five are served by the worker, one by one."""
    now = clock.now()
    call = on_desk(request, call_id, now)
    own = allowed("grants.decision.issue", request.user, now=now).filter(application__call=call, state="recorded")
    waiting = list(own.order_by("pk"))
    if not waiting:
        return redirect("grants:decisions", call_id)
    form = IssueForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _issue(request, call, waiting, form, now)
    return render(request, "grants/handling/issue.html", {"call": call, "form": form, "count": len(waiting)})


def _issue(
    request: HttpRequest, call: GrantCall, waiting: list[Decision], form: IssueForm, now: datetime
) -> HttpResponse:
    address = reverse("grants:decisions", args=[call.pk])
    if len(waiting) > AT_ONCE:
        chosen = form.cleaned_data["served_by"]
        issue_decisions.delay([row.pk for row in waiting], chosen, request.user.pk or 0)
        messages.info(request, _("Päätöksiä lähetetään. Voit jättää tämän sivun auki tai palata myöhemmin."))
        return redirect(f"{address}?lahetetaan=1")
    try:
        for row in waiting:
            issue_decision(row, served_by=form.how_of(row), by=request.user, now=now)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(address)
    text = ngettext("%(count)s päätös on annettu tiedoksi.", "%(count)s päätöstä on annettu tiedoksi.", len(waiting))
    messages.success(request, text % {"count": len(waiting)})
    return redirect(address)


@require_safe
def letter(request: HttpRequest, decision_id: int) -> FileResponse:
    """The decision's letter: for the organisation once issued, for officers under the case's policy."""
    now = clock.now()
    for permission in ("grants.decision.view_own", "grants.decision.view"):
        found = allowed(permission, request.user, now=now).select_related("letter").filter(pk=decision_id).first()
        if found is not None and found.letter is not None:
            return serve(request, found.letter)
    raise Http404
