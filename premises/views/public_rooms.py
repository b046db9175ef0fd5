"""Sites and rooms as everybody sees them. How one gets in is told to who has booked, never here."""

from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from accounts.access import public_page
from common import clock
from common.pagination import paginate
from common.policies import allowed, may
from common.times import local_date
from county.models import Municipality
from documents.views import serve
from premises.branches import in_order
from premises.catalogue import (
    by_municipality,
    coming_exceptions,
    grouped,
    public_sites,
    terms_text,
    week_of,
)
from premises.forms.sites import SiteFilter
from premises.models import Feature, Room, RoomFileKind, Site
from premises.workflow.sites import terms_of

SITES_A_PAGE = 30


@public_page
@require_safe
def sites(request: HttpRequest) -> HttpResponse:
    """The sites by municipality, with the rooms that can be booked in them."""
    seen = allowed("premises.site.view", request.user, now=clock.now())
    places = Municipality.objects.filter(pk__in=seen.filter(is_in_use=True).values("municipality"))
    features = Feature.objects.filter(is_filter=True)
    form = SiteFilter(request.GET or None, places=list(places.order_by("name_fi")), features=list(features))
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else {}
    found = public_sites(
        seen,
        municipality=asked.get("kunta", ""),
        feature=asked.get("ominaisuus", ""),
        whose=asked.get("kenen", ""),
    )
    page = paginate(request, found, per_page=SITES_A_PAGE)
    return render(
        request,
        "premises/sites/list.html",
        {"form": form, "page": page, "groups": by_municipality(page.object_list)},
    )


@public_page
@require_safe
def site(request: HttpRequest, pk: int) -> HttpResponse:
    """One site: where it is, when it is open, its rooms as a tree, rules and terms."""
    now = clock.now()
    rows = allowed("premises.site.view", request.user, now=now).select_related("municipality", "organisation", "unit")
    found: Site = get_object_or_404(rows, pk=pk)
    rooms = found.rooms.filter(is_in_use=True).prefetch_related("features__feature")
    return render(
        request,
        "premises/sites/detail.html",
        {
            "site": found,
            "branches": in_order(rooms),
            "week": week_of(found.opening_hours.filter(room=None)),
            "exceptions": coming_exceptions(found, local_date(now)),
            "manages": may("premises.site.manage", request.user, found, now=now),
            **_terms(found),
        },
    )


def _terms(site: Site) -> dict[str, Any]:
    terms = terms_of(site)
    if terms is None:
        return {"terms": None}
    text, language = terms_text(terms)
    return {"terms": terms, "terms_text": text, "terms_language": language}


@public_page
@require_safe
def room(request: HttpRequest, pk: int) -> HttpResponse:
    """One room: what it is like, what is in it, when it is open, how to find it."""
    now = clock.now()
    rows = allowed("premises.room.view", request.user, now=now)
    found: Room = get_object_or_404(rows.select_related("site__municipality", "site__organisation", "parent"), pk=pk)
    own = list(found.opening_hours.all())
    files = list(found.files.exclude(scan_state="infected"))
    features = found.features.select_related("feature").order_by("feature__order", "feature__name_fi")
    return render(
        request,
        "premises/rooms/detail.html",
        {
            "room": found,
            "site": found.site,
            "groups": grouped(features),
            "week": week_of(own or found.site.opening_hours.filter(room=None)),
            "has_own_hours": bool(own),
            "exceptions": coming_exceptions(found.site, local_date(now), room=found),
            "photos": [one for one in files if one.kind == RoomFileKind.PHOTO],
            "plans": [one for one in files if one.kind == RoomFileKind.PLAN],
            "parts": found.parts.filter(is_in_use=True),
            "manages": may("premises.room.manage", request.user, found, now=now),
            **_terms(found.site),
        },
    )


@public_page
@require_safe
def room_file(request: HttpRequest, pk: int) -> FileResponse:
    """A photo or a floor plan of a room that the person sees."""
    rows = allowed("premises.file.view", request.user, now=clock.now())
    answer = serve(request, get_object_or_404(rows, pk=pk))
    answer["Cache-Control"] = "private, max-age=3600"  # a picture on a page is asked for again and again
    return answer
