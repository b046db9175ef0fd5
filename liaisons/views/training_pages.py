"""What the pages of trainings share: crumbs and who reads them."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from common.templatetags.portal import crumbs
from liaisons.models import TrainingSession
from liaisons.policies import may_manage_trainings, may_read_trainings
from liaisons.views.pages import Crumb


def training_crumbs(*more: Crumb) -> list[Crumb]:
    """Return the crumbs of the coordinator's pages: the desk, the trainings, and what is given."""
    return [(reverse("portal:desk"), _("Hallinta")), (reverse("liaisons:trainings"), _("Koulutukset")), *more]


def session_crumbs(session: TrainingSession) -> list[Crumb]:
    """Return the crumbs of what is done to one session."""
    return training_crumbs((reverse("liaisons:training_desk", args=[session.pk]), session.course.name))


def register_crumbs(*more: Crumb) -> list[Crumb]:
    """Return the crumbs of the register's pages."""
    return training_crumbs((reverse("liaisons:training_register"), _("Koulutusrekisteri")), *more)


def require_training_reader(request: HttpRequest) -> None:
    """Raise Http404 unless the person reads the coordinator's lists of trainings."""
    if not may_read_trainings(request.user, clock.now()):
        raise Http404


def require_training_manager(request: HttpRequest) -> None:
    """Raise Http404 unless the person keeps courses and trainings."""
    if not may_manage_trainings(request.user, clock.now()):
        raise Http404


def show_form(
    request: HttpRequest, form: Any, *, heading: str, submit: str, trail: list[Crumb], lead: str = ""
) -> HttpResponse:
    """Show a page of one plain form; 422 when what was sent has faults."""
    context = {
        "form": form,
        "heading": heading,
        "lead": lead,
        "submit": submit,
        "back_url": trail[-1][0],
        "trail": crumbs(*(part for pair in trail for part in pair), heading),
    }
    return render(request, "liaisons/simple_form.html", context, status=422 if form.errors else 200)
