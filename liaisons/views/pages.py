"""The page of one plain form and the answer to a button, shared by the room's pages."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.roles import has_any_staff_role
from common import clock
from common.templatetags.portal import crumbs
from liaisons.policies import READERS, may_manage_posts
from organisations.views.helpers import attempt

Crumb = tuple[str, str]


def desk_crumbs(*more: Crumb) -> list[Crumb]:
    """Return the crumbs of the coordinator's pages: the desk, the posts, and what is given."""
    return [(reverse("portal:desk"), _("Hallinta")), (reverse("liaisons:posts"), _("Yhteyshenkilöt")), *more]


def unit_crumbs(*more: Crumb) -> list[Crumb]:
    """Return the crumbs of the pages of units."""
    return [(reverse("portal:desk"), _("Hallinta")), (reverse("liaisons:units"), _("Yksiköt")), *more]


def own_crumbs(*more: Crumb) -> list[Crumb]:
    """Return the crumbs of a liaison person's own pages."""
    return [(reverse("portal:next"), _("Omat asiat")), (reverse("liaisons:own_posts"), _("Omat tehtävät")), *more]


def require_manager(request: HttpRequest) -> None:
    """Raise Http404 unless the person may change units and posts."""
    if not may_manage_posts(request.user, clock.now()):
        raise Http404


def require_reader(request: HttpRequest) -> None:
    """Raise Http404 unless the person may read the lists of units and posts."""
    if not has_any_staff_role(request.user, clock.now(), *READERS):
        raise Http404


def ask(
    request: HttpRequest,
    form: Any,
    act: Callable[[], Any],
    *,
    done: str,
    to: str,
    heading: str,
    submit: str,
    trail: list[Crumb],
    lead: str = "",
) -> HttpResponse:
    """Show the form, or do what it asks and go to ``to``; a refusal is shown on the form."""
    if request.method == "POST" and form.is_valid() and attempt(request, act, form):
        messages.success(request, done)
        return redirect(to)
    context = {
        "form": form,
        "heading": heading,
        "lead": lead,
        "submit": submit,
        "back_url": trail[-1][0] if trail else to,
        "trail": crumbs(*(part for pair in trail for part in pair), heading),
    }
    return render(request, "liaisons/simple_form.html", context)


def act_and_return(request: HttpRequest, act: Callable[[], Any], done: str, to: str) -> HttpResponse:
    """Do what a button asks, tell what happened or why it was refused, and go to ``to``."""
    if attempt(request, act):
        messages.success(request, done)
    return redirect(to)
