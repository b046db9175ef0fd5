"""An agreement during its term, on both sides: the plan, evaluating, talks, changing, renewing, giving notice."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common import clock
from grants.forms.agreements import EvaluateForm, PlanForm, TalkForm, TerminateForm
from grants.models import Agreement
from grants.views.agreement_at import At, Right, at
from grants.views.agreement_steps import step
from grants.workflow.agreement_term import amend, evaluate, record_talk, renew, set_plan, terminate
from organisations.views.helpers import attempt


def _agreed(request: HttpRequest, right: Right, agreement_id: int, organisation_id: int | None, now: datetime) -> At:
    """Return the agreement where all have approved it; what is negotiated or only referred to has no such pages."""
    here = at(request, right, agreement_id, organisation_id, now)
    if here.agreement.signed_version_id is None:
        raise Http404
    return here


@login_required
def plan(request: HttpRequest, agreement_id: int, organisation_id: int | None = None) -> HttpResponse:
    """Tell how far the rows of the plan are."""
    now = clock.now()
    here = _agreed(request, "work", agreement_id, organisation_id, now)
    form = PlanForm(request.POST if request.method == "POST" else None, rows=list(here.agreement.plan_rows.all()))

    def act() -> Agreement:
        return set_plan(here.agreement, side=here.side, states=form.states(), by=request.user, now=now)

    words = (_("Toteuttamissuunnitelman tilanne"), _("Tallenna tilanne"), _("Tilanne on tallennettu."))
    return step(request, here, form, act, words)


@login_required
def evaluation(request: HttpRequest, agreement_id: int, organisation_id: int | None = None) -> HttpResponse:
    """Say how the agreement works."""
    now = clock.now()
    here = _agreed(request, "work", agreement_id, organisation_id, now)
    form = EvaluateForm(request.POST or None)

    def act() -> Any:
        return evaluate(here.agreement, side=here.side, party=here.party, by=request.user, now=now, **form.cleaned_data)

    words = (_("Arvioi sopimusta"), _("Tallenna arvio"), _("Arvio on tallennettu ja toinen osapuoli lukee sen."))
    return step(request, here, form, act, words)


@login_required
def talk(request: HttpRequest, agreement_id: int, organisation_id: int | None = None) -> HttpResponse:
    """Record a talk on how the agreement works."""
    now = clock.now()
    here = _agreed(request, "work", agreement_id, organisation_id, now)
    form = TalkForm(request.POST or None)

    def act() -> Any:
        return record_talk(here.agreement, side=here.side, by=request.user, now=now, **form.cleaned_data)

    words = (_("Kirjaa arviointikeskustelu"), _("Tallenna keskustelu"), _("Keskustelu on tallennettu."))
    return step(request, here, form, act, words)


@login_required
def notice(request: HttpRequest, agreement_id: int, organisation_id: int | None = None) -> HttpResponse:
    """Give notice with a reason."""
    now = clock.now()
    here = _agreed(request, "end", agreement_id, organisation_id, now)
    form = TerminateForm(request.POST or None)

    def act() -> Agreement:
        return terminate(here.agreement, side=here.side, by=request.user, now=now, **form.cleaned_data)

    words = (_("Irtisano sopimus"), _("Irtisano sopimus"), _("Sopimus on irtisanottu. Toinen osapuoli saa viestin."))
    return step(request, here, form, act, words)


def _follow(request: HttpRequest, agreement_id: int, verb: Callable[..., Agreement], said: str) -> HttpResponse:
    now = clock.now()
    here = _agreed(request, "work", agreement_id, None, now)
    made = attempt(request, lambda: verb(here.agreement, by=request.user, now=now))
    if not isinstance(made, Agreement):
        return redirect(here.url())
    messages.success(request, said)
    return redirect(made)


@login_required
@require_POST
def change(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Begin a change of the agreement as a copy."""
    said = _("Muutos on aloitettu sopimuksen kopiona. Vanha sopimus on voimassa, kunnes kaikki hyväksyvät muutoksen.")
    return _follow(request, agreement_id, amend, said)


@login_required
@require_POST
def go_on(request: HttpRequest, agreement_id: int) -> HttpResponse:
    """Begin a new term after the agreement as a copy."""
    return _follow(request, agreement_id, renew, _("Jatkosopimus on aloitettu. Tarkista päivät ja suunnitelma."))
