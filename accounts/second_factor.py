"""The second factor: who needs it, whether this session has it, and the pages on which it is gained.

A session has it when allauth has recorded a code, a passkey or a recovery code in it. Switching the second
factor on counts as well: the person has just shown that they hold it.
"""

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.mfa.base.internal.flows import post_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.utils import is_mfa_enabled
from allauth.mfa.webauthn.views import AddWebAuthnView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.http import urlencode

from accounts.roles import request_roles
from common import seams

METHOD = "mfa"
FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def is_done(request: HttpRequest) -> bool:
    """Tell whether the person has given the second factor in this session; no queries."""
    if not request.user.is_authenticated:
        return False
    return any(record.get("method") == METHOD for record in get_authentication_records(request, request.user))


def demanding_roles(request: HttpRequest) -> list[seams.Role]:
    """Return the roles because of which the person needs the second factor."""
    return [role for role in request_roles(request) if role.needs_second_factor]


def is_missing(request: HttpRequest) -> bool:
    """Tell whether the person has a role that needs the second factor and has not given it in this session."""
    if not request.user.is_authenticated or is_done(request):
        return False
    return bool(getattr(request.user, "is_superuser", False) or demanding_roles(request))


def has_factor(user: Any) -> bool:
    """Tell whether the person has an authenticator app or a passkey."""
    return bool(is_mfa_enabled(user, FACTORS))


class _GainedHere:
    """Adding a second factor to an account that has one already asks for the old one first."""

    request: HttpRequest
    kind: Authenticator.Type

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated and has_factor(request.user) and not is_done(request):
            query = urlencode({"next": request.get_full_path()})
            return HttpResponseRedirect(f"{reverse('mfa_reauthenticate')}?{query}")
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc,no-any-return]

    def form_valid(self, form: Any) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]
        newest = Authenticator.objects.filter(user_id=self.request.user.pk, type=self.kind).latest("pk")
        post_authentication(self.request, newest, reauthenticated=True)
        return response


class ActivateTotp(_GainedHere, ActivateTOTPView):  # type: ignore[misc]
    """Switch the authenticator app on."""

    kind = Authenticator.Type.TOTP


class AddPasskey(_GainedHere, AddWebAuthnView):  # type: ignore[misc]
    """Add a passkey or a security key."""

    kind = Authenticator.Type.WEBAUTHN


activate_totp = ActivateTotp.as_view()
add_passkey = AddPasskey.as_view()
