"""The doorkeeper: nothing that is not marked public opens to a stranger, and roles that handle other people's
matters need the second factor before they see anything not public (docs/decisions: second factor).

Someone with such a role who has given only the password sees public pages exactly as a stranger does.
"""

from collections.abc import Callable
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django_htmx.http import HttpResponseClientRedirect

from accounts import second_factor
from accounts.access import Access, access_of
from accounts.roles import remember_staff_roles
from common import clock

SEEN = "seen"
TOUCH_SECONDS = 5 * 60


class SecondFactorMiddleware:
    """Decides by the mark of the matched view (``accounts.access``)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        """Let the request in (None), or send the person to sign in or to the second factor."""
        access = access_of(request.resolver_match)
        if access is Access.ENTRANCE:
            return None
        if access is Access.PUBLIC:
            if second_factor.is_missing(request):
                request.user = AnonymousUser()
            remember_staff_roles(request)
            return None
        if not request.user.is_authenticated:
            return send_to(request, reverse("account_login"))
        stay_signed_in(request)
        if access is Access.FIRST_FACTOR or not second_factor.is_missing(request):
            remember_staff_roles(request)
            return None
        return send_to(request, reverse("accounts:second_factor"))


def stay_signed_in(request: HttpRequest) -> None:
    """Move the end of an idle session, at most every five minutes: it costs a write.

    ``seen`` is set at sign-in; the session ends ``SESSION_COOKIE_AGE`` after it was last saved.
    """
    seen = request.session.get(SEEN)
    now = int(clock.now().timestamp())
    if seen is not None and now - seen >= TOUCH_SECONDS:
        request.session[SEEN] = now


def send_to(request: HttpRequest, address: str) -> HttpResponse:
    """Send the person to ``address`` and remember where they were going."""
    target = f"{address}?{urlencode({'next': _going_to(request)})}"
    if request.headers.get("HX-Request"):
        return HttpResponseClientRedirect(target)
    return HttpResponseRedirect(target)


def _going_to(request: HttpRequest) -> str:
    """Return the page to come back to: the one asked for, or the one on which a form stands."""
    page = request.headers.get("HX-Current-URL") if request.headers.get("HX-Request") else None
    if request.method != "GET":
        page = page or request.headers.get("Referer")
    elif not page:
        page = request.get_full_path()
    hosts = {request.get_host()}
    if page and url_has_allowed_host_and_scheme(page, hosts, require_https=request.is_secure()):
        return page
    return reverse("portal:next")
