"""Sharing the appropriation: the table of all cases, models side by side, and taking one as the proposals."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from common import clock
from common.errors import Refused
from common.exports import xlsx_response
from common.policies import allowed, get_allowed
from grants.allocation import ZERO
from grants.allocation_charts import charts_of
from grants.allocation_reserves import key_of, reserves_of, uses_of
from grants.allocation_rows import HAND, LABELS, Column, Plan, Row, column, movable, pool_of, rows_of
from grants.forms.allocation import AllocationForm
from grants.models import GrantCall
from grants.views.handling import call_tabs, on_desk
from grants.workflow.allocations import adopt_model


def _sums(call: GrantCall, rows: Sequence[Row]) -> dict[str, Any]:
    """Return the foot of the table: what the reader may add up, and what the ledger says is left."""
    return {
        "asked": sum((row.ask.asked for row in rows), ZERO),
        "proposed": sum((row.proposed or ZERO for row in rows), ZERO),
        "previous": sum((row.previous or ZERO for row in rows), ZERO),
        "left": call.left_to_propose,
        "hidden": sum(not row.case.can_read for row in rows),
        "blind": _blind(rows),
    }


@require_safe
def table(request: HttpRequest, call_id: int) -> HttpResponse:
    """Every case of the call on one page, with sums at the foot, and the frozen proposals."""
    now = clock.now()
    call = on_desk(request, call_id, now)
    rows = rows_of(call, request.user, now)
    context = {
        "call": call,
        "now": now,
        "tabs": call_tabs(call, "allocation"),
        "rows": rows,
        "sums": _sums(call, rows),
        "uses": uses_of(reserves_of(call), rows),
        "may_freeze": call.state == "handling" and (call.may_manage or call.may_present),
        "sets": list(
            allowed("grants.proposal_set.view", request.user, now=now).filter(call=call).select_related("made_by")
        ),
    }
    return render(request, "grants/allocation/table.html", context)


@require_safe
def table_xlsx(request: HttpRequest, call_id: int) -> HttpResponse:
    """The same rows as a workbook."""
    now = clock.now()
    call = on_desk(request, call_id, now)
    head = [
        _("Asianumero"),
        _("Hakija"),
        _("Kotipaikka"),
        _("Pisteet"),
        _("Hajonta"),
        _("Haettu, €"),
        _("Viime vuonna, €"),
        _("Esitys, €"),
        _("Kunta rahoittaa samaa"),
        _("Käyttöselvityksiä myöhässä"),
    ]
    lines = (
        [
            row.case.case_number,
            row.name,
            row.place,
            row.ask.points,
            row.spread,
            row.ask.asked,
            row.previous,
            row.proposed,
            _("kyllä") if row.municipality_funds else "",
            row.overdue or None,
        ]
        for row in rows_of(call, request.user, now)
    )
    return xlsx_response(f"jako-{call.pk}", head, lines)


def _blind(rows: Sequence[Row]) -> int:
    """Return how many of the cases the reader is still to assess and sees without points."""
    return sum(row.case.can_read and not row.case.sees_points for row in rows)


def _form(request: HttpRequest, call: GrantCall, rows: Sequence[Row]) -> AllocationForm:
    """Return the form of the address: the applicants' own municipalities to keep money for, the call's reserves."""
    places = sorted({(row.place_code, row.place) for row in rows if row.place_code}, key=lambda place: place[1])
    kept = [(key_of(reserve), reserve.sum) for reserve in reserves_of(call)]
    return AllocationForm(request.GET, least=call.minimum_points, municipalities=places, reserves=kept)


def _lines(rows: Sequence[Row], columns: Sequence[Column], plan: Plan) -> list[dict[str, Any]]:
    return [
        {
            "row": row,
            "case": row.case,
            "kept": row.case.sees_points and not movable(row, plan),
            "cells": [{"label": one.label, "sum": one.sums[row.case.pk]} for one in columns],
        }
        for row in rows
    ]


def _page(request: HttpRequest, call: Any, now: datetime, *, refused: Refused | None = None) -> HttpResponse:
    rows = rows_of(call, request.user, now)
    form = _form(request, call, rows)
    plan = form.plan()
    columns = [column(model, call, rows, plan) for model in plan.models]
    drawn = next((one for one in columns if one.key == request.GET.get("kuvio")), columns[0] if columns else None)
    pool = pool_of(call, rows, plan)
    context = {
        "call": call,
        "now": now,
        "tabs": call_tabs(call, "allocation"),
        "form": form,
        "columns": columns,
        "lines": _lines(rows, columns, plan),
        "asked": sum((row.ask.asked for row in rows), ZERO),
        "pool": max(pool, Decimal(0)),
        "over_held": pool < 0,
        "all_kept": bool(rows) and not any(movable(row, plan) for row in rows) and any(row.by_hand for row in rows),
        "without_points": sum(row.case.sees_points and row.ask.points is None for row in rows),
        "unseen": sum(not row.case.can_read for row in rows),
        "blind": _blind(rows),
        "drawn": drawn,
        "charts": charts_of(rows, drawn) if drawn else [],
        "may_adopt": call.state == "handling" and call.may_manage,
        "query": request.GET.urlencode(),
        "problems": {"": str(refused)} if refused else None,
    }
    return render(request, "grants/allocation/models.html", context, status=409 if refused else 200)


@require_safe
def models(request: HttpRequest, call_id: int) -> HttpResponse:
    """Models and their terms from the address, per case and in total, side by side."""
    now = clock.now()
    return _page(request, on_desk(request, call_id, now), now)


@require_POST
def adopt(request: HttpRequest, call_id: int) -> HttpResponse:
    """Take a model as the ground of the proposals: terms in the address, model and seal in the button."""
    now = clock.now()
    get_allowed("grants.call.manage", request.user, now=now, pk=call_id)
    call = on_desk(request, call_id, now)
    plan = _form(request, call, rows_of(call, request.user, now)).plan()
    model, _colon, seal = request.POST.get("ota", "").partition(":")
    if model not in LABELS or model == HAND:
        return _page(request, call, now, refused=Refused("unknown_model", _("Valitse malli, jonka otat.")))
    try:
        changed = adopt_model(call, model=model, plan=plan, seal=seal, by=request.user, now=now)
    except Refused as refused:
        return _page(request, call, now, refused=refused)
    except OperationalError:
        busy = Refused("busy", _("Toinen käsittelijä tallentaa juuri nyt esitystä. Yritä hetken kuluttua uudelleen."))
        return _page(request, call, now, refused=busy)
    said = ngettext(
        "Malli on otettu pohjaksi: %(count)s esitys muuttui. Voit vielä muuttaa esityksiä yksitellen.",
        "Malli on otettu pohjaksi: %(count)s esitystä muuttui. Voit vielä muuttaa esityksiä yksitellen.",
        changed,
    )
    messages.success(request, said % {"count": changed})
    return redirect("grants:allocation", call_id)
