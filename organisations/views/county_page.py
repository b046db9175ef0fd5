"""The county's pages of organisations: the list, and the whole relationship with one of them."""

from datetime import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext_lazy as _

from accounts.access import sign_in_required
from common import clock, seams
from common.pagination import paginate
from common.policies import allowed, may
from common.times import helsinki, year_period
from organisations.county_panels import CountyFile
from organisations.models import Organisation, TimelineEntry, Visibility
from organisations.policies.relations import may_read_county_pages, may_send
from organisations.selections import clean_query, with_admin
from organisations.views.sending import selection_filter

ENTRIES_A_PAGE = 20


class TimelineFilter(forms.Form):
    """Which entries of the timeline are shown."""

    nakyvyys = forms.ChoiceField(
        label=_("Kuka näkee"), required=False, choices=[("", _("Kaikki tapahtumat")), *Visibility.choices]
    )
    vuosi = forms.TypedChoiceField(label=_("Vuosi"), required=False, coerce=int, empty_value=None)

    def __init__(self, *args: Any, years: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: Any = self.fields["vuosi"]
        choices.choices = [("", _("Kaikki vuodet")), *((year, str(year)) for year in years)]

    def apply(self, rows: QuerySet[TimelineEntry]) -> QuerySet[TimelineEntry]:
        """Return the entries that the form asks for; all when it was not understood."""
        data = self.cleaned_data if self.is_valid() else {}
        if data.get("nakyvyys"):
            rows = rows.filter(visibility=data["nakyvyys"])
        if data.get("vuosi"):
            start, end = year_period(data["vuosi"])
            rows = rows.filter(at__gte=start, at__lt=end)
        return rows


@sign_in_required
def county_list(request: HttpRequest) -> HttpResponse:
    """The registry for officers: the public filters, who has an admin, and what can be done with the selection."""
    now = clock.now()
    if not may_read_county_pages(request.user, now):
        raise Http404
    found = selection_filter(request, now)
    rows = found.qs.select_related("domicile").annotate(has_admin=with_admin(now))
    return render(
        request,
        "organisations/county/list.html",
        {
            "filter": found,
            "page": paginate(request, rows),
            "query": clean_query(request.GET.urlencode()),
            "may_send": may_send(request.user, now),
        },
    )


@sign_in_required
def county_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything between the county and one organisation: panels of all rooms and the whole timeline."""
    now = clock.now()
    organisation: Organisation = get_object_or_404(
        allowed("organisations.county_page", request.user, now=now).select_related("domicile"), pk=pk
    )
    thing = CountyFile(organisation)
    entries = allowed("organisations.timeline.view", request.user, now=now).filter(organisation=organisation)
    form = TimelineFilter(request.GET or None, years=_years(entries))
    return render(
        request,
        "organisations/county/page.html",
        {
            "organisation": organisation,
            "panels": [panel for provider in seams.panels for panel in provider(request.user, thing, now)],
            "form": form,
            "page": paginate(
                request,
                form.apply(entries).select_related("by").order_by("-at", "-pk"),
                per_page=ENTRIES_A_PAGE,
            ),
            "may_work": may("organisations.county_work", request.user, organisation, now=now),
            "now": now,
        },
    )


def _years(entries: QuerySet[TimelineEntry]) -> list[int]:
    """Return the years that have entries, the newest first, on Finland's calendar."""
    instants: list[datetime] = list(entries.order_by().datetimes("at", "year", order="DESC"))
    return [helsinki(instant).year for instant in instants]
