"""Needs of service areas: what everybody reads, and the pages of those who publish and end them."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import public_page, sign_in_required
from accounts.models import StaffRoleKind
from accounts.roles import current_user, has_staff_role
from common import clock, seams
from common.pagination import paginate
from common.policies import allowed, may
from common.times import local_date
from liaisons.forms.requests import NeedForm, OutcomeForm
from liaisons.models import Need, Post
from liaisons.policies import may_record_requests, posts_answered
from liaisons.views.pages import Crumb, ask
from liaisons.workflow.needs import end_need, save_need


@public_page
def needs(request: HttpRequest) -> HttpResponse:
    """What service areas need, the soonest to close first; ``?tila=paattyneet`` shows what came of earlier ones."""
    now = clock.now()
    today = local_date(now)
    ended = request.GET.get("tila") == "paattyneet"
    rows = allowed("liaisons.need.public", request.user, now=now).select_related(
        "post__unit", "post__municipality", "theme"
    )
    shown = rows.exclude(pk__in=rows.open(today).values("pk")).order_by("-open_until") if ended else rows.open(today)  # type: ignore[attr-defined]
    return render(
        request,
        "liaisons/needs.html",
        {
            "page": paginate(request, shown),
            "ended": ended,
            "may_publish": may_record_requests(request.user, now),
        },
    )


@public_page
def need(request: HttpRequest, pk: int) -> HttpResponse:
    """One need, how to send an idea, and afterwards what came of it."""
    now = clock.now()
    rows = allowed("liaisons.need.public", request.user, now=now).select_related(
        "post__unit", "post__municipality", "theme"
    )
    found: Need = get_object_or_404(rows, pk=pk)
    manages = may("liaisons.need.manage", request.user, found, now=now)
    ideas = allowed("liaisons.request.view", request.user, now=now).filter(need=found)
    return render(
        request,
        "liaisons/need.html",
        {
            "need": found,
            "takes_ideas": found.takes_ideas(local_date(now)),
            "manages": manages,
            "ideas": ideas.select_related("organisation", "asked_by") if manages else [],
            "panels": [panel for provider in seams.panels for panel in provider(request.user, found, now)],
        },
    )


@sign_in_required
def need_new(request: HttpRequest) -> HttpResponse:
    """Publish a need."""
    return _edit(request, None)


@sign_in_required
def need_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a need that is open."""
    return _edit(request, _managed(request, pk))


def _edit(request: HttpRequest, found: Need | None) -> HttpResponse:
    now = clock.now()
    if not may_record_requests(request.user, now):
        raise Http404
    own = posts_answered(request.user, now)
    every = has_staff_role(current_user(request), StaffRoleKind.COORDINATOR, now)
    posts = Post.objects.on(local_date(now)) if every else own
    names = ("title", "text", "post", "theme", "open_until")
    start = {name: getattr(found, name) for name in names} if found else {"post": own.first()}
    form = NeedForm(request.POST or None, posts=posts, initial=start)

    def act() -> Any:
        return save_need(found, **form.cleaned_data, by=request.user, now=now)

    return ask(
        request,
        form,
        act,
        done=_("Tarve on julkaistu."),
        to=found.get_absolute_url() if found else "liaisons:needs",
        heading=_("Muuta tarvetta") if found else _("Julkaise tarve"),
        lead=_("Tarve on julkinen. Järjestöt lähettävät siihen ideoita, ja jokainen idea saa vastauksen."),
        submit=_("Tallenna") if found else _("Julkaise"),
        trail=_trail(found),
    )


@sign_in_required
def need_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a need and tell what came of it."""
    found = _managed(request, pk)
    form = OutcomeForm(request.POST or None)
    return ask(
        request,
        form,
        lambda: end_need(found, **form.cleaned_data, by=request.user, now=clock.now()),
        done=_("Tarve on päätetty, ja tulos näkyy kaikille."),
        to=found.get_absolute_url(),
        heading=_("Päätä tarve: %(title)s") % {"title": found.title},
        submit=_("Päätä ja kerro tulos"),
        trail=_trail(found),
    )


def _managed(request: HttpRequest, pk: int) -> Need:
    rows = allowed("liaisons.need.manage", request.user, now=clock.now())
    found: Need = get_object_or_404(rows, pk=pk)
    return found


def _trail(found: Need | None) -> list[Crumb]:
    first = (reverse("liaisons:needs"), _("Palvelualueiden tarpeet"))
    return [first, (found.get_absolute_url(), found.title)] if found else [first]
