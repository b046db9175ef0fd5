"""A municipality's liaison person: what waits there, own NGO evenings, whom to ask in the county."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import public_page, sign_in_required
from common import clock, seams
from common.pagination import paginate
from common.policies import allowed, may
from common.times import local_date
from county.models import Municipality
from liaisons.forms.evenings import EveningForm
from liaisons.matching import Matter, find_posts
from liaisons.models import NgoEvening, PostLevel
from liaisons.municipal_desk import MunicipalDesk
from liaisons.responsible import responsible_on
from liaisons.views.pages import Crumb, act_and_return, ask
from liaisons.workflow.evenings import cancel_evening, save_evening


@sign_in_required
def own_municipality(request: HttpRequest, code: str = "") -> HttpResponse:
    """The page of one municipality; without a code the person's first, so that a menu can lead here."""
    now = clock.now()
    day = local_date(now)
    served = list(allowed("liaisons.municipality.serve", request.user, now=now).order_by("name_fi"))
    municipality = next((row for row in served if code in (row.code, "")), None)
    if municipality is None:
        raise Http404
    if not code:
        return redirect("liaisons:own_municipality", municipality.code)
    posts = [match.post for match in find_posts(Matter(municipality=municipality), day)]
    county_posts = [post for post in posts if post.level != PostLevel.MUNICIPAL]
    answers = responsible_on(county_posts, day)
    thing = MunicipalDesk(municipality)
    return render(
        request,
        "liaisons/own_municipality.html",
        {
            "municipality": municipality,
            "others": [row for row in served if row != municipality],
            "panels": [panel for provider in seams.panels for panel in provider(request.user, thing, now)],
            "evenings": NgoEvening.objects.coming(now).filter(municipality=municipality),
            "contacts": [(post, answers[post.pk]) for post in county_posts],
        },
    )


@public_page
def evenings(request: HttpRequest) -> HttpResponse:
    """The municipalities' coming NGO evenings, the next first."""
    now = clock.now()
    rows = allowed("liaisons.evening.public", request.user, now=now)
    coming = rows.coming(now).select_related("municipality")  # type: ignore[attr-defined]
    return render(request, "liaisons/evenings.html", {"page": paginate(request, coming)})


@public_page
def evening(request: HttpRequest, pk: int) -> HttpResponse:
    """One evening."""
    now = clock.now()
    rows = allowed("liaisons.evening.public", request.user, now=now).select_related("municipality")
    found: NgoEvening = get_object_or_404(rows, pk=pk)
    return render(
        request,
        "liaisons/evening.html",
        {
            "evening": found,
            "is_over": found.ends_at < now,
            "manages": may("liaisons.evening.manage", request.user, found, now=now),
        },
    )


@sign_in_required
def evening_new(request: HttpRequest, code: str) -> HttpResponse:
    """Announce an evening of the municipality."""
    rows = allowed("liaisons.municipality.serve", request.user, now=clock.now())
    municipality: Municipality = get_object_or_404(rows, code=code)
    address = reverse("liaisons:own_municipality", args=[code])
    return _edit(request, municipality, None, [(address, municipality.name)])


@sign_in_required
def evening_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change an evening that is coming."""
    found = _managed(request, pk)
    return _edit(request, found.municipality, found, [(found.get_absolute_url(), found.title)])


def _edit(
    request: HttpRequest, municipality: Municipality, found: NgoEvening | None, trail: list[Crumb]
) -> HttpResponse:
    names = ("title", "starts_at", "ends_at", "place", "text")
    start = {name: getattr(found, name) for name in names} if found else None
    form = EveningForm(request.POST or None, initial=start)

    def act() -> Any:
        data = form.cleaned_data
        return save_evening(found, municipality=municipality, **data, by=request.user, now=clock.now())

    return ask(
        request,
        form,
        act,
        done=_("Järjestöilta on tallennettu ja näkyy kaikille."),
        to=trail[-1][0],
        heading=_("Muuta järjestöiltaa") if found else _("Ilmoita järjestöilta"),
        lead=_("Ilta näkyy julkisessa luettelossa ja yhteisessä kalenterissa."),
        submit=_("Tallenna"),
        trail=trail,
    )


@sign_in_required
@require_POST
def evening_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel an evening."""
    found = _managed(request, pk)
    return act_and_return(
        request,
        lambda: cancel_evening(found, by=request.user, now=clock.now()),
        _("Järjestöilta on peruttu."),
        found.get_absolute_url(),
    )


def _managed(request: HttpRequest, pk: int) -> NgoEvening:
    rows = allowed("liaisons.evening.manage", request.user, now=clock.now()).select_related("municipality")
    found: NgoEvening = get_object_or_404(rows, pk=pk)
    return found
