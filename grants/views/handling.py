"""The officer's page of a call in handling: its cases, its assessors, the list as a file."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from common import clock
from common.errors import Refused
from common.money import format_euros
from common.pagination import paginate
from common.policies import get_allowed
from common.templatetags.portal import is_filtering
from grants import cases
from grants.call_next import call_next, desk_calls
from grants.case_exports import cases_csv, cases_xlsx
from grants.forms.handling import AssessorForm, CaseFilter
from grants.models import Application, AssessorAssignment, GrantCall
from grants.models.applications import ENDED
from grants.workflow.conflicts import likely_conflicts
from grants.workflow.handling import assign_assessor, end_assignment, open_handling


def on_desk(request: HttpRequest, call_id: int, now: datetime) -> Any:
    """Return a call of ``desk_calls``, or 404."""
    return get_object_or_404(desk_calls(request.user, now), pk=call_id)


def all_totals(rows: Any) -> cases.Totals:
    """Return the totals of all cases of the call that have been neither withdrawn nor transferred."""
    return cases.totals(rows.exclude(state__in=ENDED))


def ledger(call: GrantCall, all_of: cases.Totals) -> list[dict[str, Any]]:
    """Return the call's large figures: applications, asked, proposed (once decided: granted), left."""
    is_decided = call.state == "decided"
    left = call.appropriation - call.decided_total if is_decided else call.left_to_propose
    return [
        {"label": _("Hakemuksia"), "value": all_of.count},
        {"label": _("Haettu"), "value": format_euros(all_of.asked)},
        {
            "label": _("Myönnetty") if is_decided else _("Esitetty"),
            "value": format_euros(call.decided_total if is_decided else call.proposed_total),
        },
        {
            "label": _("Jäljellä"),
            "value": format_euros(left),
            "note": _("määräraha %(sum)s") % {"sum": format_euros(call.appropriation)},
            "tone": "left",
        },
    ]


def _chosen(request: HttpRequest, rows: Any) -> tuple[CaseFilter, Any]:
    """Return the filter form and the rows that the URL chooses."""
    form = CaseFilter(request.GET or None, municipalities=cases.municipalities_of(rows))
    chosen = {**form.chosen(), "jarjesta": request.GET.get("jarjesta", "")}
    return form, cases.choose(rows, chosen)


def decorated(rows: Any) -> list[dict[str, Any]]:
    """Return what a list shows of each case."""
    return [{"case": row, "tag": cases.tag_of(row), "points": cases.points_text(row)} for row in rows]


def call_tabs(call: Any, current: str) -> list[dict[str, Any]]:
    """Return the tabs of the pages of a call of ``desk_calls``; what has not begun is left out."""
    shown = [
        ("call_handling", _("Hakemukset"), True),
        ("proposals", _("Esitys"), call.state != "published"),
        ("allocation", _("Jako"), call.state != "published"),
        ("decisions", _("Päätökset"), call.state in ("presented", "decided") or call.has_decisions),
    ]
    return [
        {"url": reverse(f"grants:{name}", args=[call.pk]), "label": label, "current": name == current}
        for name, label, has_begun in shown
        if has_begun
    ]


@require_safe
def call_handling(request: HttpRequest, call_id: int) -> HttpResponse:
    """Facts and the table of cases (``?q=&kunta=&tila=&jarjesta=``)."""
    now = clock.now()
    call = on_desk(request, call_id, now)
    rows = cases.cases_of(call, request.user, now)
    form, found = _chosen(request, rows)
    all_of = all_totals(rows)
    totals = cases.totals(found) if is_filtering(form) else all_of
    page = paginate(request, found, count=totals.count)
    shown = decorated(page)
    context: dict[str, Any] = {
        "call": call,
        "now": now,
        "facts": ledger(call, all_of),
        "filter": form,
        "page": page,
        "rows": shown,
        "totals": totals,
        "tabs": call_tabs(call, "call_handling"),
        "next": call_next(call, all_of, request.user, now),
        "may_manage": call.may_manage,
        "may_open": call.state == "published" and now >= call.closes_at,
        "undeclared": [row["case"] for row in shown if not row["case"].can_read and not row["case"].declared],
        "query": request.GET.urlencode(),
    }
    context["likely"] = likely_conflicts(request.user, context["undeclared"]) if context["undeclared"] else set()
    return render(request, "grants/handling/call.html", context)


@require_POST
def open_call(request: HttpRequest, call_id: int) -> HttpResponse:
    """Take up the applications of a closed call."""
    now = clock.now()
    call = get_allowed("grants.call.manage", request.user, now=now, pk=call_id)
    try:
        open_handling(call, by=request.user, now=now)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        taken = Application.objects.filter(call=call, state="in_handling").count()
        messages.success(
            request,
            ngettext(
                "Käsittely on aloitettu: %(count)s hakemus on käsittelyssä. Nimeä seuraavaksi arvioijat.",
                "Käsittely on aloitettu: %(count)s hakemusta on käsittelyssä. Nimeä seuraavaksi arvioijat.",
                taken,
            )
            % {"count": taken},
        )
    return redirect("grants:call_handling", call_id)


def assessors(request: HttpRequest, call_id: int) -> HttpResponse:
    """Who assesses the call's applications; POST names one more."""
    now = clock.now()
    call = get_allowed("grants.call.manage", request.user, now=now, pk=call_id)
    form = AssessorForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            assign_assessor(call, user=form.user, until=form.cleaned_data["until"], by=request.user, now=now)
        except Refused as refused:
            form.add_error("until", str(refused))
        else:
            messages.success(request, _("%(name)s on nimetty arvioijaksi.") % {"name": form.user})
            return redirect("grants:call_assessors", call_id)
    in_force = AssessorAssignment.objects.in_force(now).filter(call=call).select_related("user").order_by("pk")
    context = {"call": call, "form": form, "assignments": in_force, "now": now}
    return render(request, "grants/handling/assessors.html", context)


@require_POST
def assessor_end(request: HttpRequest, call_id: int, assignment_id: int) -> HttpResponse:
    """End an assessor's task."""
    now = clock.now()
    call = get_allowed("grants.call.manage", request.user, now=now, pk=call_id)
    assignment = get_object_or_404(AssessorAssignment.objects.select_related("user"), call=call, pk=assignment_id)
    end_assignment(assignment, by=request.user, now=now)
    messages.success(request, _("Arvioijan tehtävä on päätetty: %(name)s.") % {"name": assignment.user})
    return redirect("grants:call_assessors", call_id)


@require_safe
def export_csv(request: HttpRequest, call_id: int) -> HttpResponse:
    """The filtered list as CSV."""
    now = clock.now()
    call = on_desk(request, call_id, now)
    return cases_csv(call, _chosen(request, cases.cases_of(call, request.user, now))[1])


@require_safe
def export_xlsx(request: HttpRequest, call_id: int) -> HttpResponse:
    """The filtered list as a workbook."""
    now = clock.now()
    call = on_desk(request, call_id, now)
    return cases_xlsx(call, _chosen(request, cases.cases_of(call, request.user, now))[1])
