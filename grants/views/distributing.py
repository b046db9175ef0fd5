"""Sharing a call's cases among its assessors: by hand, or evenly after a preview; the terms of assessing."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from common import clock
from common.errors import Refused
from common.pagination import paginate
from common.policies import get_allowed
from grants.distribution import Plan, Situation, even_plan, seal_of, situation_of
from grants.forms.distribution import TermsForm, read_choices
from grants.models import GrantCall
from grants.workflow.distribution import set_terms, share_by_hand, share_evenly


def _call(request: HttpRequest, call_id: int, now: datetime) -> GrantCall:
    found: GrantCall = get_allowed("grants.call.manage", request.user, now=now, pk=call_id)
    return found


def _busy() -> Refused:
    return Refused("busy", _("Toinen käsittelijä muuttaa juuri nyt hakua. Yritä hetken kuluttua uudelleen."))


@require_http_methods(["GET", "HEAD", "POST"])
def distribution(request: HttpRequest, call_id: int) -> HttpResponse:
    """Who has which case (``?ilman=1``: those without an assessor); POST saves the page's choices or the terms."""
    now = clock.now()
    call = _call(request, call_id, now)
    if request.method == "POST" and "terms" in request.POST:
        return _terms(request, call, now)
    if request.method == "POST":
        return _by_hand(request, call, now)
    return _page(request, call, now)


def _terms(request: HttpRequest, call: GrantCall, now: datetime) -> HttpResponse:
    form = TermsForm(request.POST)
    if not form.is_valid():
        return _page(request, call, now, form=form)
    given = form.cleaned_data
    try:
        set_terms(call, per_case=given["per_case"], spread_limit=given["spread_limit"], by=request.user, now=now)
    except Refused as refused:
        form.add_error(None, str(refused))
    except OperationalError:
        form.add_error(None, str(_busy()))
    else:
        messages.success(request, _("Arvioinnin ehdot on tallennettu."))
        return redirect("grants:distribution", call.pk)
    return _page(request, call, now, form=form, status=409)


def _by_hand(request: HttpRequest, call: GrantCall, now: datetime) -> HttpResponse:
    chosen = read_choices(request.POST)
    try:
        changed = share_by_hand(call, chosen, seal=request.POST.get("seal", ""), by=request.user, now=now)
    except Refused as refused:
        return _page(request, call, now, chosen=chosen, refused=refused, status=409)
    except OperationalError:
        return _page(request, call, now, chosen=chosen, refused=_busy(), status=409)
    _told(request, changed)
    return redirect(request.get_full_path())


def _told(request: HttpRequest, changed: int) -> None:
    said = ngettext("%(count)s hakemuksen arvioijat muuttuivat.", "%(count)s hakemuksen arvioijat muuttuivat.", changed)
    messages.success(request, said % {"count": changed} if changed else _("Jako on jo näin. Mitään ei muuttunut."))


def _page(
    request: HttpRequest,
    call: GrantCall,
    now: datetime,
    *,
    form: TermsForm | None = None,
    chosen: Plan | None = None,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    situation = situation_of(call, request.user, now)
    shown = situation.lacking if request.GET.get("ilman") else list(situation.shares)
    page = paginate(request, shown)
    picked = chosen or {}
    given = {"per_case": call.assessors_per_case, "spread_limit": call.spread_limit}
    context = {
        "call": call,
        "form": form or TermsForm(initial=given),
        "page": page,
        "rows": [
            {
                "case": share.case,
                "is_lacking": share.is_lacking,
                "options": _options(situation, share, picked.get(share.case.pk)),
            }
            for share in page
        ],
        "assessors": _loads(situation, None),
        "situation": situation,
        "lacking": len(situation.lacking),
        "only_lacking": bool(request.GET.get("ilman")),
        "seal": seal_of(situation, [share.case.pk for share in page]),
        "may_change": call.state == "handling",
        "problems": {"": str(refused)} if refused else None,
    }
    return render(request, "grants/handling/distribution.html", context, status=status)


def _options(situation: Situation, share: Any, picked: frozenset[int] | None) -> list[dict[str, Any]]:
    """Return the assessors as the case's checkboxes; who is barred cannot be chosen, who had it may stay or leave."""
    standing = share.active if situation.is_shared else frozenset()
    return [
        {
            "key": row.pk,
            "name": str(row.user),
            "checked": row.pk in (standing if picked is None else picked),
            "barred": row.pk in share.barred and row.pk not in standing,
            "begun": row.pk in share.begun,
        }
        for row in situation.assessors
    ]


def _loads(situation: Situation, plan: Plan | None) -> list[dict[str, Any]]:
    """Return each assessor with the number and the applicants of the cases they have, or would have by the plan."""
    sets = {share.case.pk: share.active for share in situation.shares} if plan is None else plan
    return [
        {
            "name": str(row.user),
            "cases": [share.case.organisation.name for share in situation.shares if row.pk in sets[share.case.pk]],
        }
        for row in situation.assessors
    ]


@require_http_methods(["GET", "HEAD", "POST"])
def even(request: HttpRequest, call_id: int) -> HttpResponse:
    """Preview of the even sharing (``?uudelleen=1``: also cases that nobody has begun); POST writes it."""
    now = clock.now()
    call = _call(request, call_id, now)
    redo = bool(request.GET.get("uudelleen"))
    refused = None
    if request.method == "POST":
        try:
            changed = share_evenly(call, redo=redo, seal=request.POST.get("seal", ""), by=request.user, now=now)
        except Refused as found:
            refused = found
        except OperationalError:
            refused = _busy()
        else:
            _told(request, changed)
            return redirect("grants:distribution", call_id)
    situation = situation_of(call, request.user, now)
    plan = even_plan(situation, call.assessors_per_case, redo=redo)
    context = {
        "call": call,
        "redo": redo,
        "situation": situation,
        "assessors": _loads(situation, plan),
        "left": [share.case.organisation.name for share in situation.shares if not plan[share.case.pk]],
        "seal": seal_of(situation, plan, plan),
        "may_change": call.state == "handling" and bool(situation.assessors) and bool(situation.shares),
        "problems": {"": str(refused)} if refused else None,
    }
    return render(request, "grants/handling/distribution_even.html", context, status=409 if refused else 200)
