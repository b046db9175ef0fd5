"""Finding an activity in three steps: life situation, municipality, activity; and the hand-out for the client."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import public_page, sign_in_required
from common import clock, seams
from common.errors import Refused
from common.exports import csv_response
from common.pagination import paginate
from common.policies import allowed
from common.times import local_date
from county.models import LifeSituation, Municipality
from documents.pdf import render_pdf
from documents.qr import qr_image
from organisations.forms.finder import FinderFilter
from organisations.handout_statistics import handout_statistics
from organisations.models import Activity, Handout
from organisations.policies import may_read_handouts
from organisations.views.helpers import attempt
from organisations.workflow.handouts import make_handout, note_miss

REMOTE, EVERYWHERE = "eta", "kaikki"


@dataclass(frozen=True)
class Place:
    """Where: a municipality, remotely, or anywhere."""

    key: str
    name: str
    municipality: Municipality | None = None


def _place(key: str) -> Place | None:
    if key == REMOTE:
        return Place(REMOTE, _("Etänä"))
    if key == EVERYWHERE:
        return Place(EVERYWHERE, _("Koko alue"))
    municipality = Municipality.objects.filter(code=key, is_own=True).first() if key.isdigit() else None
    return Place(key, municipality.name, municipality) if municipality else None


def _situation(key: str) -> LifeSituation | None:
    return LifeSituation.objects.filter(pk=key).first() if key.isdigit() and len(key) < 10 else None


def _in_place(found: QuerySet[Activity], place: Place) -> QuerySet[Activity]:
    if place.municipality:
        return found.filter(municipalities=place.municipality)
    return found.filter(is_remote=True) if place.key == REMOTE else found


@public_page
@require_safe
def finder(request: HttpRequest) -> HttpResponse:
    """The step that the address asks for: situations, municipalities, or the activities."""
    now = clock.now()
    shown = allowed("organisations.activity.view", request.user, now=now)
    situation = _situation(request.GET.get("tilanne", ""))
    place = _place(request.GET.get("kunta", ""))
    form = FinderFilter(request.GET or None)
    words = form.cleaned_data["q"] if form.is_valid() else ""
    if situation and not place:
        return _places(request, shown, situation)
    if place or words:
        return _found(request, shown, situation, place or Place(EVERYWHERE, _("Koko alue")), form)
    situations = LifeSituation.objects.annotate(
        number=Count("activities", filter=Q(activities__in=shown), distinct=True)
    )
    return render(request, "organisations/finder.html", {"situations": situations, "form": form})


def _places(request: HttpRequest, shown: QuerySet[Activity], situation: LifeSituation) -> HttpResponse:
    matching = shown.filter(life_situations=situation)
    municipalities = Municipality.objects.filter(is_own=True).annotate(
        number=Count("activities", filter=Q(activities__in=matching), distinct=True)
    )
    totals = matching.aggregate(
        everywhere=Count("pk", distinct=True), remote=Count("pk", filter=Q(is_remote=True), distinct=True)
    )
    context = {"situation": situation, "municipalities": municipalities, **totals}
    return render(request, "organisations/finder_places.html", context)


def _found(
    request: HttpRequest, shown: QuerySet[Activity], situation: LifeSituation | None, place: Place, form: FinderFilter
) -> HttpResponse:
    matching = shown.filter(life_situations=situation) if situation else shown
    found = form.narrow(_in_place(matching, place))
    rows = found.select_related("organisation").prefetch_related("municipalities").order_by("name", "pk").distinct()
    page = paginate(request, rows)
    others = None
    if not page.paginator.count:
        others = matching.exclude(pk__in=found.values("pk")).select_related("organisation").distinct()[:10]
        if situation and request.method == "GET" and not form.narrows:
            note_miss(situation, place.municipality, now=clock.now())
    return render(
        request,
        "organisations/finder_results.html",
        {
            "situation": situation,
            "place": place,
            "places_url": f"{reverse('organisations:finder')}?tilanne={situation.pk}" if situation else "",
            "page": page,
            "form": form,
            "others": others,
            "units": _units(),
            "chosen_unit": request.GET.get("yksikko", ""),
        },
    )


def _units() -> list[seams.UnitName]:
    today = local_date(clock.now())
    return [unit for provider in seams.units for unit in provider(today)]


@require_POST
@public_page
def handout_new(request: HttpRequest) -> HttpResponse:
    """Make a hand-out of the chosen activities; nothing about the client is asked or kept."""
    unit = next((unit for unit in _units() if unit.key == request.POST.get("yksikko")), None)
    place = _place(request.POST.get("kunta", ""))
    chosen = [int(pk) for pk in request.POST.getlist("toiminta") if pk.isdigit() and len(pk) < 18]
    made = attempt(
        request,
        lambda: make_handout(
            chosen,
            unit=unit,
            life_situation=_situation(request.POST.get("tilanne", "")),
            municipality=place.municipality if place else None,
            by=request.user,
            now=clock.now(),
        ),
    )
    if made:
        return redirect(made.get_absolute_url())
    back = request.POST.copy()
    query = "&".join(f"{name}={back[name]}" for name in ("tilanne", "kunta", "yksikko") if back.get(name, "").isalnum())
    return redirect(f"{reverse('organisations:finder')}?{query}")


def _handout(key: str) -> tuple[Handout, list[Activity]]:
    handout = get_object_or_404(Handout, key=key)
    activities = Activity.objects.filter(handout_items__handout=handout).order_by("handout_items__order")
    return handout, list(activities.select_related("organisation").prefetch_related("municipalities"))


@public_page
@require_safe
def handout(request: HttpRequest, key: str) -> HttpResponse:
    """The hand-out in large type, to be printed or opened by the client from its QR code."""
    found, activities = _handout(key)
    address = request.build_absolute_uri(found.get_absolute_url())
    today = local_date(clock.now())
    return render(
        request,
        "organisations/handout.html",
        {
            "handout": found,
            "activities": activities,
            "over": {activity.pk for activity in activities if activity.is_past(today) or not activity.is_published},
            "address": address,
            "qr": qr_image(address),
        },
    )


@public_page
@require_safe
def handout_pdf(request: HttpRequest, key: str) -> HttpResponse:
    """The hand-out as PDF in large type."""
    found, activities = _handout(key)
    address = request.build_absolute_uri(found.get_absolute_url())
    context = {
        "activities": activities,
        "document_date": local_date(found.created_at),
        "address": address,
        "qr": qr_image(address),
        "unit_name": found.unit_name,
    }
    language = translation.get_language() or "fi"
    try:
        data = render_pdf("pdf/organisations/handout.html", context, title=_("Toimintaa sinulle"), language=language)
    except Refused as refused:
        return render(request, "organisations/handout.html", {"refused": refused, "handout": found}, status=503)
    answer = HttpResponse(data, content_type="application/pdf")
    answer["Content-Disposition"] = content_disposition_header(False, "ohjauslappu.pdf") or "inline"
    answer["X-Robots-Tag"] = "noindex"
    return answer


@sign_in_required
@require_safe
def handout_figures(request: HttpRequest) -> HttpResponse:
    """How many hand-outs by unit, situation, municipality and month, and what nobody found."""
    now = clock.now()
    _only_readers(request)
    return render(request, "organisations/handout_statistics.html", {"figures": handout_statistics(request.user, now)})


@sign_in_required
@require_safe
def handout_figures_csv(request: HttpRequest) -> HttpResponse:
    """The counts as a file, one row a month, unit, situation and municipality."""
    now = clock.now()
    _only_readers(request)
    rows = allowed("organisations.handout.count", request.user, now=now)
    rows = rows.select_related("life_situation", "municipality").order_by("-month", "unit_name", "pk")
    head = [_("Kuukausi"), _("Yksikkö"), _("Elämäntilanne"), _("Kunta"), _("Ohjauslappuja")]
    return csv_response(
        "ohjauslaput",
        head,
        (
            [
                row.month,
                row.unit_name,
                row.life_situation.name if row.life_situation else "",
                row.municipality.name if row.municipality else "",
                row.number,
            ]
            for row in rows
        ),
    )


def _only_readers(request: HttpRequest) -> None:
    if not may_read_handouts(request.user, clock.now()):
        raise Http404
