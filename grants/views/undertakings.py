"""Who are one undertaking with an organisation: named and taken out by its people, or by officers of the ledger."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import sign_in_required
from common import clock
from common.errors import Refused
from common.policies import allowed, get_allowed
from grants.forms.state_aid import UndertakingForm
from grants.models import LinkedUndertaking
from grants.undertakings import links_of
from grants.workflow.undertakings import name_undertaking, remove_undertaking
from organisations.acting import acting_organisation
from organisations.models import Organisation

#: At which field of the form a refusal is shown.
_AT = {"bad_number": "business_id", "own_number": "business_id"}


@dataclass(frozen=True)
class Shown:
    """A link as the pages of one organisation show it."""

    row: LinkedUndertaking
    name: str
    number: str
    is_own: bool


def shown_links(organisation: Organisation) -> list[Shown]:
    """Return the organisation's links for the component that shows them."""
    return [
        Shown(row, row.name_to(organisation), row.number_to(organisation), row.is_named_by(organisation))
        for row in links_of(organisation)
    ]


def may_link(organisation: Organisation, user: Any, now: datetime) -> bool:
    """Tell whether the person may name and take out."""
    return bool(allowed("grants.aid.link", user, now=now).filter(pk=organisation.pk).exists())


def _back(request: HttpRequest, found: Organisation) -> str:
    """Return to the application from whose declaration the person came, else to the organisation's aid."""
    key = request.GET.get("hakemus", "")
    if key.isascii() and key.isdigit() and len(key) < 19:
        rows = allowed("grants.application.view_own", request.user, now=clock.now())
        if rows.filter(pk=int(key), organisation=found, call__state_aid=True).exists():
            return reverse("grants:application_state_aid", args=[found.pk, key])
    return reverse("grants:own_aid", args=[found.pk])


def _new(request: HttpRequest, found: Organisation, back: str, template: str) -> HttpResponse:
    form = UndertakingForm(request.POST or None)
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            name_undertaking(found, **form.cleaned_data, by=request.user, now=clock.now())
        except Refused as refused:
            form.add_error(_AT.get(refused.code), str(refused))
            status = 409
        else:
            messages.success(request, _("Nimetty. Tuet lasketaan nyt yhteen."))
            return redirect(back)
    context = {"organisation": found, "form": form, "back_url": back}
    return render(request, template, context, status=status)


def _remove(request: HttpRequest, found: Organisation, link_id: int, back: str) -> HttpResponse:
    row = LinkedUndertaking.objects.filter(pk=link_id).first()
    if row is not None and row.organisation_id != found.pk:
        raise Http404
    if row is not None:  # else pressed twice
        try:
            remove_undertaking(row, by=request.user, now=clock.now())
        except Refused as refused:
            messages.error(request, str(refused))
        else:
            messages.success(request, _("Poistettu: %(name)s") % {"name": row.name})
    return redirect(back, found.pk)


def _linkable(request: HttpRequest, organisation_id: int) -> Organisation:
    found: Organisation = get_object_or_404(
        allowed("grants.aid.link", request.user, now=clock.now()), pk=organisation_id
    )
    return found


@sign_in_required
def own_new(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """The organisation's people name one."""
    acting_organisation(request, organisation_id)
    found = _linkable(request, organisation_id)
    return _new(request, found, _back(request, found), "grants/aid/own_link.html")


@sign_in_required
@require_POST
def own_remove(request: HttpRequest, organisation_id: int, link_id: int) -> HttpResponse:
    """The organisation's people take one out."""
    acting_organisation(request, organisation_id)
    return _remove(request, _linkable(request, organisation_id), link_id, "grants:own_aid")


@sign_in_required
def new(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """An officer of the ledger names one."""
    found: Organisation = get_allowed("grants.aid.write", request.user, now=clock.now(), pk=organisation_id)
    return _new(request, found, reverse("grants:aid_organisation", args=[found.pk]), "grants/aid/link.html")


@sign_in_required
@require_POST
def remove(request: HttpRequest, organisation_id: int, link_id: int) -> HttpResponse:
    """An officer of the ledger takes out one that was named in error."""
    found: Organisation = get_allowed("grants.aid.write", request.user, now=clock.now(), pk=organisation_id)
    return _remove(request, found, link_id, "grants:aid_organisation")
