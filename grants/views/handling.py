"""The officer's page of a call in handling: its cases, its assessors, the list as a file."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from django.db.models.functions import JSONObject
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.defaultfilters import floatformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import clock
from common.errors import Refused
from common.links import row_url
from common.money import format_euros
from common.pagination import paginate
from common.policies import get_allowed
from common.prepared import Prepared
from common.templatetags.portal import is_filtering, tag
from grants import cases
from grants.call_next import call_next, desk_calls
from grants.case_exports import cases_csv, cases_xlsx
from grants.case_listing import Listing
from grants.forms.case_work import SaveViewForm
from grants.forms.handling import AssessorForm, CaseFilter
from grants.models import Application, AssessorAssignment, GrantCall, SavedView
from grants.models.applications import ENDED
from grants.name_hints import mark_same_names
from grants.views.saved_views import act_on_views
from grants.workflow.conflicts import likely_conflicts
from grants.workflow.handling import assign_assessor, end_assignment, open_handling
from grants.workflow.saved_views import filter_of


def on_desk(request: HttpRequest, call_id: int, now: datetime) -> Any:
    """Return a call of ``desk_calls`` with the person's saved views of its list (``own_views``), or 404."""
    found = _DESK.objects(request.user, now, call_id)
    if not found:
        raise Http404
    return found[0]


def _desk(user: Any, now: datetime, key: int) -> Any:
    own = SavedView.objects.filter(user=user.pk, call=OuterRef("pk"))
    row = own.values(row=JSONObject(id="pk", name="name", query="query"))
    return desk_calls(user, now).filter(pk=key).annotate(own_views=ArraySubquery(row))


_DESK = Prepared(_desk, by_roles=True)


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


def _filtered(request: HttpRequest, call: GrantCall, now: datetime) -> tuple[CaseFilter, Any, dict[str, Any]]:
    """Return the filter form, all rows of the call that the person sees, and what the URL chooses of them."""
    rows, facets = cases.desk_of(call, request.user, now)
    form = CaseFilter(request.GET or None, municipalities=facets.municipalities, handlers=facets.handlers)
    return form, rows, {**form.chosen(), "mina": request.user}


def _exported(request: HttpRequest, call: GrantCall, now: datetime) -> Any:
    """Return the rows that the URL chooses, in its order."""
    _form, rows, chosen = _filtered(request, call, now)
    return cases.choose(rows, {**chosen, "jarjesta": request.GET.get("jarjesta", "")})


def decorated(rows: Any) -> list[dict[str, Any]]:
    """Return what a list shows of each case."""
    return [{"case": row, "tag": cases.tag_of(row), "points": cases.points_text(row)} for row in rows]


def shown_rows(rows: Any) -> list[dict[str, Any]]:
    """Return what the list of a call shows of each case, as it stands in the cells."""
    late = tag("bad", _("Myöhässä"))
    found = []
    for row in rows:
        is_open = row.can_read or not (row.declared or row.state in ("decided", *ENDED))
        found.append(
            {
                "case": row,
                "name": row.organisation.name,
                "url": row_url("grants:case" if row.can_read else "grants:declare", row.pk) if is_open else "",
                "partners": ", ".join(getattr(row, "partner_names", None) or ()),
                "place": row.organisation.domicile.name if row.organisation.domicile else cases.NOTHING,
                "asked": format_euros(row.asked_sum),
                "points": cases.points_text(row),
                "mean": cases.NOTHING if row.mean is None else floatformat(row.mean, -1),
                "proposed": cases.NOTHING if row.proposed is None else format_euros(row.proposed),
                "tag": tag(*cases.tag_of(row)),
                "late": late if row.can_read and row.is_late else "",
            }
        )
    return found


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


@require_http_methods(["GET", "HEAD", "POST"])
def call_handling(request: HttpRequest, call_id: int) -> HttpResponse:
    """Facts and the table of cases, narrowed and ordered by the address (``grants.cases.choose``).

    POST saves the filter under a name, or removes a saved one.
    """
    now = clock.now()
    call = on_desk(request, call_id, now)
    facets = cases.facets_of(call, request.user, now)
    form = CaseFilter(request.GET or None, municipalities=facets.municipalities, handlers=facets.handlers)
    query = filter_of(request.GET.urlencode(), (*form.fields, "jarjesta"))
    naming = SaveViewForm(request.POST if request.POST.get("act") == "save" else None, prefix="view")
    if request.method == "POST":
        answer = act_on_views(request, naming, query, call, now)
        if answer is not None:
            return answer
    order = request.GET.get("jarjesta", "")
    found = Listing(call, request.user, now, facets.is_whole, form.chosen(), is_filtering(form), order)
    all_of, totals = found.totals()
    page = paginate(request, found, count=totals.count)
    for row in page:
        row.call = call
    shown = shown_rows(page)
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
        "chosen": query,
        "naming": naming,
        "form": naming if naming.errors else None,
        "views": [SavedView(call=call, user_id=int(request.user.pk or 0), **row) for row in call.own_views],
    }
    mark_same_names(request.user, context["undeclared"], now)
    context["likely"] = likely_conflicts(request.user, context["undeclared"]) if context["undeclared"] else set()
    return render(request, "grants/handling/call.html", context, status=422 if naming.errors else 200)


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
    return cases_csv(call, _exported(request, call, now))


@require_safe
def export_xlsx(request: HttpRequest, call_id: int) -> HttpResponse:
    """The filtered list as a workbook."""
    now = clock.now()
    call = on_desk(request, call_id, now)
    return cases_xlsx(call, _exported(request, call, now))
