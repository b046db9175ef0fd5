"""Finding organisations: the list with search and filters, its files, and the statistics of the field."""

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render

from accounts.access import public_page
from common import clock
from common.exports import csv_response
from common.policies import allowed
from organisations import exports, field_charts
from organisations.filters import OrganisationFilter
from organisations.models import Organisation
from organisations.policies import may_enter
from organisations.policies.relations import may_read_county_pages
from organisations.reasons import reasons


def _filtered(request: HttpRequest) -> OrganisationFilter:
    return OrganisationFilter(request.GET, queryset=allowed("organisations.view", request.user, now=clock.now()))


@public_page
def organisation_list(request: HttpRequest) -> HttpResponse:
    """Organisations by words and filters; the URL carries the search."""
    filters = _filtered(request)
    found = filters.found(request.GET.get("sivu"))
    near: list[Organisation] = []
    if filters.query and found.unfiltered == 0:
        near = list(filters.similar().select_related("domicile"))
    shown = near or list(found.page.object_list)
    why = {} if near else reasons(filters.query, shown)
    return render(
        request,
        "organisations/organisation_list.html",
        {
            "filter": filters,
            "found": found,
            "page": found.page,
            "rows": [(organisation, why.get(organisation.pk)) for organisation in shown],
            "is_near": bool(near),
            "words": filters.words,
            "has_county_list": may_read_county_pages(request.user, clock.now()),
            "can_enter": not found.total and request.user.is_authenticated and may_enter(request.user, clock.now()),
        },
    )


@public_page
def organisation_csv(request: HttpRequest) -> HttpResponseBase:
    """The same organisations as a CSV file."""
    return exports.organisations_csv(_filtered(request).seen())


@public_page
def organisation_xlsx(request: HttpRequest) -> HttpResponseBase:
    """The same organisations as a workbook."""
    return exports.organisations_xlsx(_filtered(request).seen())


@public_page
def field_statistics(request: HttpRequest) -> HttpResponse:
    """The NGO field in figures: each chart with its table and its file."""
    return render(request, "organisations/statistics.html", {"field": field_charts.field_page(clock.now())})


@public_page
def field_statistics_csv(request: HttpRequest, key: str) -> HttpResponseBase:
    """The numbers of one chart as a CSV file."""
    make = field_charts.TABLES.get(key)
    if make is None:
        raise Http404
    head, rows = make(clock.now())
    return csv_response(f"jarjestot-{key}", head, rows)
