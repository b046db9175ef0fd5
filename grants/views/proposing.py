"""The coordinator's proposals on the running ledger: the list, and one row at a time, with or without scripts."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import OperationalError
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common import clock
from common.errors import Refused
from common.pagination import paginate
from common.policies import allowed
from common.templatetags.portal import is_filtering
from common.times import local_date
from grants import cases
from grants.case_checks import checks_in_short
from grants.forms.handling import CaseFilter, ProposalForm
from grants.models import Application, GrantCall
from grants.municipal import opinions_of
from grants.phrases import is_picking, with_phrase
from grants.state_aid import CEILING, is_de_minimis, position_for
from grants.statements import statements_of
from grants.views.handling import all_totals, call_tabs, decorated, ledger, on_desk
from grants.workflow.proposals import propose


@require_safe
def proposals(request: HttpRequest, call_id: int) -> HttpResponse:
    """The ledger and a row a case with points, sum and reasons."""
    now = clock.now()
    call = on_desk(request, call_id, now)
    rows, facets = cases.desk_of(call, request.user, now)
    form = CaseFilter(request.GET or None, municipalities=facets.municipalities, handlers=facets.handlers)
    chosen = {**form.chosen(), "mina": request.user, "jarjesta": request.GET.get("jarjesta", "")}
    found = cases.choose(rows, chosen)
    editable = allowed("grants.proposal.edit", request.user, now=now).filter(pk=OuterRef("pk"))
    all_of = all_totals(rows)
    known = None if is_filtering(form) else all_of.count
    shown = found.annotate(editable=Exists(editable)).select_related("negotiation__agreed_version")
    page = paginate(request, shown, count=known)
    context = {
        "call": call,
        "now": now,
        "facts": ledger(call, all_of),
        "filter": form,
        "page": page,
        "rows": [{**row, "form": _form(row["case"]) if row["case"].editable else None} for row in decorated(page)],
        "tabs": call_tabs(call, "proposals"),
        "missing": all_of.missing,
        "differing": all_of.differing,
        "may_present": call.state == "handling" and call.may_present,
        "may_take_back": call.state == "presented" and call.may_present and not call.laid_before,
        "may_lay": call.state == "handling" and call.may_lay,
        "may_take_back_laid": call.state == "presented" and call.may_lay,
    }
    return render(request, "grants/handling/proposals.html", context)


def _form(case: Any, data: Any = None, **given: Any) -> ProposalForm:
    below = case.mean is not None and case.mean < case.call.minimum_points
    return ProposalForm(data, case=case, below=below, **given)


def _one(call: GrantCall, request: HttpRequest, application_id: int, now: datetime) -> Any:
    return get_object_or_404(cases.cases_of(call, request.user, now), pk=application_id)


def proposal(request: HttpRequest, application_id: int) -> HttpResponse:
    """One case's proposal on its own page; from the list it comes by htmx and only the row is returned."""
    now = clock.now()
    editable = allowed("grants.proposal.edit", request.user, now=now).select_related("call")
    found: Application = get_object_or_404(editable, pk=application_id)
    case = _one(found.call, request, application_id, now)
    is_row = bool(getattr(request, "htmx", False)) and request.method == "POST"
    if is_picking(request):
        form = _form(case, picks=True, initial=with_phrase(request).dict())
    else:
        form = _form(case, request.POST or None, picks=not is_row)
    status = 200
    if form.is_bound and form.is_valid():
        refused = _propose(request, case, form, now)
        if refused is None:
            return _proposed(request, case, now)
        status = 409
    if is_row:
        return _row(request, case, form, now)
    call = on_desk(request, case.call_id, now)
    context = {
        "case": case,
        "call": call,
        "organisation": case.organisation,
        "form": form,
        "facts": ledger(call, all_totals(cases.cases_of(call, request.user, now))),
        "points": cases.points_text(case),
        "now": now,
        **opinions_of(case),
        "statements": statements_of(case, request.user, now),
        **checks_in_short(case),
        **_aid(request, case, now),
    }
    return render(request, "grants/handling/proposal.html", context, status=status)


def _aid(request: HttpRequest, case: Application, now: datetime) -> dict[str, Any]:
    """Return how much de minimis aid may still be granted to the applicant; nothing where the grant is no such aid."""
    if not is_de_minimis(case):
        return {}
    rows: Any = allowed("grants.aid.view", request.user, now=now)
    return {"position": position_for(case, rows, local_date(now)), "ceiling": CEILING}


def _propose(request: HttpRequest, case: Application, form: ProposalForm, now: datetime) -> Refused | None:
    """Propose, or put the refusal where it can be mended and return it."""
    given = form.cleaned_data
    try:
        propose(
            case,
            sum=given["sum"],
            reasons=given["reasons"],
            not_examined=given["not_examined"],
            revision=given["revision"],
            below_minimum_confirmed=given.get("confirmed", False),
            by=request.user,
            now=now,
        )
    except Refused as refused:
        fields = {"below_minimum": "confirmed", "reasons_missing": "reasons", "stale": None}
        field = fields.get(refused.code, "sum")
        form.add_error(field if field in form.fields else None, str(refused))
        return refused
    except OperationalError:
        busy = Refused("busy", _("Toinen käsittelijä tallentaa juuri nyt esitystä. Yritä hetken kuluttua uudelleen."))
        form.add_error(None, str(busy))
        return busy
    return None


def _proposed(request: HttpRequest, case: Any, now: datetime) -> HttpResponse:
    if getattr(request, "htmx", False):
        fresh = _one(case.call, request, case.pk, now)
        return _row(request, fresh, _form(fresh), now, saved=True)
    messages.success(request, _("Esitys on tallennettu: %(name)s.") % {"name": case.organisation})
    return redirect("grants:proposals", case.call_id)


def _row(request: HttpRequest, case: Any, form: ProposalForm, now: datetime, *, saved: bool = False) -> HttpResponse:
    """Return the row, and out of band the ledger."""
    call = GrantCall.objects.get(pk=case.call_id)
    context = {
        **decorated([case])[0],
        "form": form,
        "saved": saved,
        "facts": ledger(call, all_totals(cases.cases_of(call, request.user, now))),
        "call": call,
        "oob": True,
    }
    return render(request, "grants/handling/proposal_row.html", context)
