"""The coverage of liaison work: units and municipalities by level, as tables."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import sign_in_required
from common import clock
from common.times import local_date
from county.models import Municipality
from liaisons.coverage import coverage_map, coverage_on
from liaisons.forms import CoverageFilter
from liaisons.views.pages import require_reader


@sign_in_required
def coverage(request: HttpRequest) -> HttpResponse:
    """Where somebody answers on each level, and where nobody does; ``?kunta=`` narrows the units' table."""
    require_reader(request)
    day = local_date(clock.now())
    places = list(Municipality.objects.filter(is_own=True))
    form = CoverageFilter(request.GET or None, places=places)
    code: str = form.cleaned_data["kunta"] if form.is_valid() else ""
    municipality = next((place for place in places if place.code == code), None)
    found = coverage_on(day, places, municipality)
    context = {"found": found, "map": coverage_map(found), "form": form, "municipality": municipality}
    return render(request, "liaisons/coverage.html", context)
