"""Entering the code of a campaign: first the code, then which organisation it is and one's own position."""

from datetime import datetime
from typing import Any

from allauth.account.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from accounts.access import public_page
from common import clock
from common.errors import Refused
from organisations import code_tries
from organisations.forms.sending import CodeForm, CodeUseForm
from organisations.models import ClaimCode, Membership
from organisations.views.helpers import attempt
from organisations.workflow.claim_codes import find_code, open_code, use_code


@never_cache
@public_page
def enter_code(request: HttpRequest) -> HttpResponse:
    """What the code is for; for whoever has signed in, the code and then the confirmation."""
    form = CodeForm()
    if request.method == "POST" and request.user.is_authenticated:
        form = CodeForm(request.POST)
        found = _found(request, form, clock.now())
        if found is not None:
            return _confirm(request, found, clock.now())
    return render(request, "organisations/code.html", {"form": form})


def _found(request: HttpRequest, form: CodeForm, now: datetime) -> ClaimCode | None:
    """Return the code's row once it is well-formed, known and usable; else say on the form what is wrong."""
    address = str(get_adapter().get_client_ip(request))
    if code_tries.is_stopped(request.user, address):
        form.add_error(None, _("Olet kokeillut liian monta väärää koodia. Odota tunti ja yritä uudelleen."))
        return None
    if not form.is_valid():
        return None
    found = find_code(form.cleaned_data["code"])
    if found is None:
        code_tries.count(request.user, address)
        form.add_error(
            "code",
            _("Koodia ei löydy. Jos olet saanut uuden kirjeen tai muistutuksen, käytä siinä olevaa koodia."),
        )
        return None
    try:
        open_code(found, by=request.user, now=now)
    except Refused as refused:
        form.add_error("code", str(refused.message))
        return None
    return found


def _confirm(request: HttpRequest, found: ClaimCode, now: datetime) -> HttpResponse:
    """The second step: which organisation it is; the position and the confirmation use the code up."""
    asked = "position" in request.POST
    form = CodeUseForm(request.POST if asked else None, initial={"code": request.POST["code"]})
    if asked and form.is_valid():
        done = attempt(
            request, lambda: use_code(found, position=form.cleaned_data["position"], by=request.user, now=now), form
        )
        if done:
            return _done(request, done, found)
    return render(
        request, "organisations/code_confirm.html", {"form": form, "organisation": found.organisation, "code": found}
    )


def _done(request: HttpRequest, result: Any, found: ClaimCode) -> HttpResponse:
    if isinstance(result, Membership):
        messages.success(request, _("Tervetuloa! Olet nyt järjestön pääkäyttäjä. Tarkista ensin järjestön tiedot."))
        return redirect("organisations:own", organisation_id=found.organisation_id)
    messages.success(
        request,
        _("Koodi on oikein. Järjestöllä on jo pääkäyttäjä, joten järjestökoordinaattori tarkistaa pyyntösi."),
    )
    return redirect("organisations:own_claim", pk=result.pk)
