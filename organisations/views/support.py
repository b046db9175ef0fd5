"""Support by year: of one organisation to officers, to itself and to anyone, and of all on the county's list."""

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import public_page, sign_in_required
from common import clock
from common.exports import csv_response, xlsx_response
from common.pagination import paginate
from common.policies import allowed
from common.times import local_date
from organisations import support
from organisations.acting import acting_organisation
from organisations.following import follows_merge
from organisations.forms.support import SupportFilter
from organisations.models import Organisation
from organisations.policies.relations import may_read_county_pages


def _made(kind: str, name: str, head: list[str], lines: Any) -> HttpResponse:
    make = xlsx_response if kind == "xlsx" else csv_response
    return make(name, head, lines)


def _file(request: HttpRequest, organisation: Organisation, kind: str) -> HttpResponse:
    overview = support.overview_of(organisation, request.user, clock.now())
    name = f"tuki-{organisation.pk}"
    return _made(kind, name, support.overview_head(), support.overview_lines(overview))


def _page(request: HttpRequest, organisation: Organisation, place: str, now: datetime) -> HttpResponse:
    overview = support.overview_of(organisation, request.user, now)
    context = {"organisation": organisation, "overview": overview, "place": place}
    return render(request, "organisations/support.html", context)


@public_page
@require_safe
@follows_merge("pk")
def public_support(request: HttpRequest, pk: int) -> HttpResponse:
    """What anyone may know: decided grants and agreed sums. An officer or a member sees what they may."""
    now = clock.now()
    found = get_object_or_404(allowed("organisations.support.public", request.user, now=now), pk=pk)
    return _page(request, found, "public", now)


@sign_in_required
@require_safe
def county_support(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for officers."""
    now = clock.now()
    found = get_object_or_404(allowed("organisations.support.view", request.user, now=now), pk=pk)
    return _page(request, found, "county", now)


@sign_in_required
@require_safe
def own_support(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """The same for the organisation itself."""
    return _page(request, acting_organisation(request, organisation_id), "own", clock.now())


@sign_in_required
@require_safe
def county_support_file(request: HttpRequest, pk: int, kind: str) -> HttpResponseBase:
    """Officers' page as a file."""
    found = get_object_or_404(allowed("organisations.support.view", request.user, now=clock.now()), pk=pk)
    return _file(request, found, kind)


@sign_in_required
@require_safe
def own_support_file(request: HttpRequest, organisation_id: int, kind: str) -> HttpResponseBase:
    """The organisation's page as a file."""
    return _file(request, acting_organisation(request, organisation_id, "organisations.support.view_own"), kind)


def _chosen(request: HttpRequest, now: datetime) -> tuple[SupportFilter, support.Table]:
    """Return the filter and all organisations that it leaves, in the chosen order."""
    if not may_read_county_pages(request.user, now):
        raise Http404
    form = SupportFilter(request.GET or None, years=support.years_told(now), this_year=local_date(now).year)
    rows = form.narrow(allowed("organisations.support.view", request.user, now=now))
    return form, support.list_of(rows, form.year, form.chosen().get("jarjesta") or "", request.user, now)


@sign_in_required
@require_safe
def support_list(request: HttpRequest) -> HttpResponse:
    """Which organisations have had support in a year, the biggest grants first."""
    form, table = _chosen(request, clock.now())
    context = {
        "form": form,
        "table": table,
        "page": paginate(request, list(table.lines)),
        "query": request.GET.urlencode(),
    }
    return render(request, "organisations/county/support_list.html", context)


@sign_in_required
@require_safe
def support_list_file(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Exactly the organisations of the list, all pages, in its order."""
    form, table = _chosen(request, clock.now())
    return _made(kind, f"tuki-{form.year}", support.list_head(table), support.list_lines(table))
