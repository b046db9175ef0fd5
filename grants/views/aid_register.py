"""What is to be taken to the central register of de minimis aid, the export for it, and noting that it is there."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import sign_in_required
from accounts.roles import request_roles
from common import clock
from common.errors import Refused
from common.exports import csv_response, xlsx_response
from common.money import parse_euros
from common.pagination import paginate
from common.policies import allowed, may
from common.times import local_date
from grants.forms.state_aid import RegisteredForm, RegisterFilter
from grants.models import DeMinimisAid
from grants.models.state_aid import REGISTERED_FROM
from grants.policies import READING_STAFF
from grants.workflow.aid_ledger import mark_registered

WITH = ("organisation", "decision__application__call")


def only_readers(request: HttpRequest) -> None:
    """Let in who may read the ledger at all, also when it is empty; else 404."""
    if not set(READING_STAFF) & {role.key for role in request_roles(request)}:
        raise Http404


def _chosen(request: HttpRequest, now: datetime) -> tuple[RegisterFilter, Any]:
    """Return the filter and the own grants that it leaves, those due first first."""
    only_readers(request)
    form = RegisterFilter(request.GET or None)
    wanted = form.cleaned_data["tila"] if form.is_bound and form.is_valid() else ""
    rows: Any = allowed("grants.aid.view", request.user, now=now)
    own = rows.own().filter(granted_on__gte=REGISTERED_FROM)
    waiting = rows.to_register()
    found = {
        "": waiting,
        "myohassa": waiting.filter(due_on__lt=local_date(now)),
        "rekisterissa": own.filter(registered_sum__isnull=False).exclude(pk__in=waiting.values("pk")),
        "kaikki": own,
    }[wanted]
    return form, found.select_related(*WITH).order_by("due_on", "pk")


@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """The grants to register with the day by which, those registered, or all."""
    now = clock.now()
    form, rows = _chosen(request, now)
    page = paginate(request, rows)
    today = local_date(now)
    editable: Any = allowed("grants.aid.register", request.user, now=now).filter(pk__in=[row.pk for row in page])
    keys = set(editable.values_list("pk", flat=True))
    context = {
        "filter": form,
        "page": page,
        "rows": [{"aid": row, "is_late": row.is_overdue(today), "may_register": row.pk in keys} for row in page],
        "query": request.GET.urlencode(),
    }
    return render(request, "grants/aid/register.html", context)


HEAD = (
    "saaja",
    "Y-tunnus",
    "tuen määrä (bruttoavustusekvivalentti, euroa)",
    "myöntämispäivä",
    "myöntäjä",
    "tukiväline",
    "toimiala (NACE)",
    "asianumero",
    "rekisteröitävä viimeistään",
    "rekisterissä oleva summa",
    "rekisteröity",
    "rekisterin tunnus",
)


@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Exactly the grants that the filter shows, with what article 6 of the regulation asks of each."""
    if kind not in ("csv", "xlsx"):
        raise Http404
    _form, rows = _chosen(request, clock.now())
    make = xlsx_response if kind == "xlsx" else csv_response
    return make("vahamerkityksinen-tuki", HEAD, (_row(row) for row in rows.iterator(chunk_size=500)))


def _row(row: DeMinimisAid) -> tuple[Any, ...]:
    case_number = row.decision.application.case_number if row.decision else ""
    return (
        row.organisation.name,
        row.organisation.business_id or "",
        row.sum,
        row.granted_on,
        row.granter,
        "avustus",
        row.nace,
        case_number,
        row.due_on,
        row.registered_sum,
        row.registered_on,
        row.register_number,
    )


@sign_in_required
def registered(request: HttpRequest, aid_id: int) -> HttpResponse:
    """One own grant: what the register needs of it; note that it is there."""
    now = clock.now()
    rows: Any = allowed("grants.aid.view", request.user, now=now)
    found: DeMinimisAid = get_object_or_404(rows.own().select_related(*WITH, "registered_by"), pk=aid_id)
    may_register = may("grants.aid.register", request.user, found, now=now)
    start = {"registered_on": local_date(now), "nace": found.nace, "register_number": found.register_number}
    form = RegisteredForm(request.POST or None, initial=start)
    status = 422 if form.errors else 200
    if request.method == "POST":
        get_object_or_404(allowed("grants.aid.register", request.user, now=now), pk=found.pk)
        if form.is_valid():
            refused = _note(request, found, form, now)
            if refused is None:
                messages.success(request, _("Tuki on merkitty rekisteröidyksi."))
                return redirect("grants:aid_register")
            status = 409
    context = {"aid": found, "form": form, "may_register": may_register, "is_late": found.is_overdue(local_date(now))}
    return render(request, "grants/aid/registered.html", context, status=status)


def _note(request: HttpRequest, aid: DeMinimisAid, form: RegisteredForm, now: datetime) -> Refused | None:
    try:
        mark_registered(aid, **form.cleaned_data, seen=_seen(request), by=request.user, now=now)
    except Refused as refused:
        form.add_error({"bad_day": "registered_on", "nace": "nace"}.get(refused.code), str(refused))
        return refused
    return None


def _seen(request: HttpRequest) -> Decimal | None:
    """Return the sum that the page showed; a broken one is no sum."""
    try:
        return parse_euros(str(request.POST.get("seen", "")))
    except ValidationError:
        return None
