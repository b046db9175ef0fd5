"""What a person sees of themselves: roles, details, their data, and why a second factor is asked."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse, translate_url
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import second_factor
from accounts.access import sign_in_required
from accounts.forms import OwnDetailsForm
from accounts.personal_data import export_for
from accounts.roles import current_user, request_roles
from common import clock
from common.times import local_date

NEXT = "second_factor_next"


@sign_in_required
def my_roles(request: HttpRequest) -> HttpResponse:
    """What I may do, why and until when; for someone without roles, how to begin."""
    return render(
        request,
        "accounts/my_roles.html",
        {
            "my_roles": request_roles(request),
            "registry_url": _address("organisations:organisations"),
            "has_factor": second_factor.has_factor(request.user),
        },
    )


@sign_in_required
def details(request: HttpRequest) -> HttpResponse:
    """One's own name, telephone and language; the ways to change e-mail, password and second factor."""
    me = current_user(request)
    form = OwnDetailsForm(request.POST or None, instance=me)
    if request.method == "POST" and form.is_valid():
        saved = form.save()
        with override(saved.language):
            messages.success(request, _("Tietosi on tallennettu."))
        return HttpResponseRedirect(translate_url(reverse("accounts:details"), saved.language))
    return render(
        request,
        "accounts/details.html",
        {
            "form": form,
            "addresses": EmailAddress.objects.filter(user_id=me.pk).order_by("-primary", "email"),
            "factors": Authenticator.objects.filter(user_id=me.pk, type__in=second_factor.FACTORS).count(),
            "preferences_url": _address("notifications:preferences"),
        },
    )


@sign_in_required
def download(request: HttpRequest) -> HttpResponse:
    """Everything that the portal holds about the person, as a JSON file."""
    now = clock.now()
    me = current_user(request)
    response = JsonResponse(export_for(me, now), json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = f'attachment; filename="yhdyspinta-omat-tiedot-{local_date(now)}.json"'
    response["Cache-Control"] = "no-store"
    return response


def second_factor_needed(request: HttpRequest) -> HttpResponse:
    """Why the second factor is asked, and the way to switch it on or to give it; afterwards, the way on."""
    wanted = request.GET.get("next", "")
    if wanted and url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        request.session[NEXT] = wanted
    if not second_factor.is_missing(request):
        return redirect(request.session.pop(NEXT, None) or reverse("portal:next"))
    return render(
        request,
        "accounts/second_factor.html",
        {
            "demanding": second_factor.demanding_roles(request),
            "has_factor": second_factor.has_factor(request.user),
            "back_here": reverse("accounts:second_factor"),
        },
    )


def _address(name: str) -> str:
    """Return the address of another room's page, or nothing while the room has none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
