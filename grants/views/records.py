"""Handing over to the records system: what waits, a call's cases, a package and its receipt."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.roles import has_any_staff_role
from common import clock
from common.errors import Refused
from common.pagination import paginate
from common.policies import allowed, get_allowed
from documents.views import serve
from grants.forms.public_data import PackageForm, ReceiptForm
from grants.models import Application, GrantCall, PackagedCase, RecordsPackage
from grants.retention import is_whole_in_records, what_came
from grants.workflow.records import make_package, record_receipt

WAITING = 20


def require_role(request: HttpRequest, now: datetime, *kinds: str) -> None:
    """Answer 404 to whoever holds none of the staff roles."""
    if not has_any_staff_role(request.user, now, *kinds):
        raise Http404


@require_safe
def records(request: HttpRequest) -> HttpResponse:
    """The calls with decided cases: how many have not been handed over; the packages without a receipt."""
    now = clock.now()
    require_role(request, now, "registrar", "coordinator")
    cases = allowed("grants.records.hand_over", request.user, now=now).annotate(
        handed=Exists(PackagedCase.objects.filter(application=OuterRef("pk")))
    )
    rows = (
        cases.order_by()
        .values("call")
        .annotate(cases=Count("pk"), waiting=Count("pk", filter=Q(handed=False)))
        .order_by("-waiting", "-call")
    )
    page = paginate(request, rows)
    calls = GrantCall.objects.in_bulk([row["call"] for row in page])
    waiting = allowed("grants.records.package", request.user, now=now).filter(state="made")
    context = {
        "page": page,
        "rows": [{**row, "call": calls[row["call"]]} for row in page],
        "packages": waiting.select_related("call").annotate(count=Count("cases"))[:WAITING],
    }
    return render(request, "grants/records/list.html", context)


def records_call(request: HttpRequest, call_id: int) -> HttpResponse:
    """A call's decided cases: choose which go into a package."""
    now = clock.now()
    require_role(request, now, "registrar", "coordinator")
    rows = allowed("grants.records.hand_over", request.user, now=now).filter(call=call_id)
    call = get_object_or_404(GrantCall, pk=call_id, state="decided")
    form = PackageForm(request.POST if request.method == "POST" else None)
    chosen = {int(key) for key in request.POST.getlist("asia") if key.isascii() and key.isdigit() and len(key) < 19}
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            package = make_package(
                call, applications=chosen, reason=form.cleaned_data["reason"], by=request.user, now=now
            )
        except Refused as refused:
            form.add_error("reason" if refused.code == "handed_over" else None, str(refused))
            status = 409
        else:
            messages.success(request, _("Paketti on tehty. Lataa se ja vie se asianhallintaan."))
            return redirect("grants:records_package", package.pk)
    handed = PackagedCase.objects.select_related("package").order_by("-package__uploaded_at", "-pk")
    cases = rows.select_related("organisation", "decision").prefetch_related(Prefetch("packaged", handed), *what_came())
    listed = list(cases.order_by("received_at", "pk"))
    rows_shown = [_row(case, chosen) for case in listed]
    context = {
        "call": call,
        "form": form,
        "rows": rows_shown,
        "has_old": any(row["is_old"] for row in rows_shown),
        "has_handed": any(case.packaged.all() for case in listed),
    }
    return render(request, "grants/records/call.html", context, status=status)


def _row(case: Application, chosen: set[int]) -> dict[str, Any]:
    """Return a case with its newest handing over, and whether its box is ticked: at first those never handed over."""
    newest = next(iter(case.packaged.all()), None)
    is_old = newest is not None and newest.package.state == "received" and not is_whole_in_records(case)
    return {
        "case": case,
        "handed": newest,
        "is_old": is_old,
        "checked": case.pk in chosen if chosen else newest is None,
    }


def records_package(request: HttpRequest, package_id: int) -> HttpResponse:
    """One package: its file, its cases, and the records system's receipt."""
    now = clock.now()
    package: RecordsPackage = get_allowed("grants.records.package", request.user, now=now, pk=package_id)
    cases = list(package.cases.select_related("application__organisation"))
    form = ReceiptForm(request.POST if request.method == "POST" else None, cases=cases)
    if request.method == "POST" and form.is_valid():
        try:
            record_receipt(package, numbers=form.numbers(), by=request.user, now=now)
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("Kuittaus on kirjattu."))
            return redirect("grants:records_package", package_id)
    context = {"package": package, "call": package.call, "cases": cases, "form": form}
    return render(request, "grants/records/package.html", context, status=422 if form.errors else 200)


@require_safe
def records_download(request: HttpRequest, package_id: int) -> HttpResponseBase:
    """The package as it was made."""
    package: RecordsPackage = get_allowed("grants.records.package", request.user, now=clock.now(), pk=package_id)
    try:
        return serve(request, package)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("grants:records_package", package_id)
