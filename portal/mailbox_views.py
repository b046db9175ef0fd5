"""The catcher's pages: all mail of the demonstration, and the second-factor codes of its accounts."""

import time
from dataclasses import dataclass

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import public_page
from accounts.demonstration import PERIOD, current_code
from accounts.roles import roles_in_force
from common import clock
from common.pagination import paginate
from portal import mailbox


@dataclass(frozen=True)
class Code:
    """What a demonstration account's authenticator app shows now."""

    name: str
    email: str
    roles: str
    digits: str


def _only_in_the_demonstration() -> None:
    if not settings.DEMONSTRATION:
        raise Http404


@public_page
def inbox(request: HttpRequest) -> HttpResponse:
    """The newest messages first, found by recipient with ``?q=``; beside them the codes of now."""
    _only_in_the_demonstration()
    words = request.GET.get("q", "").strip()
    # The codes follow the machine's real clock, as allauth does, whatever the demonstration's clock says.
    at = time.time()
    context = {
        "page": paginate(request, mailbox.newest_first(words)),
        "words": words,
        "codes": _codes(words, at),
        "seconds_left": PERIOD - int(at) % PERIOD,
    }
    only_codes = request.headers.get("HX-Target") == "koodit"
    response = render(request, "portal/mailbox_codes.html" if only_codes else "portal/mailbox.html", context)
    response["Cache-Control"] = "no-store"
    return response


@public_page
def message(request: HttpRequest, key: str) -> HttpResponse:
    """One message: its text with links that work, and its attachments."""
    _only_in_the_demonstration()
    found = mailbox.read(key)
    if found is None:
        raise Http404
    return render(request, "portal/mailbox_message.html", {"message": found})


@public_page
def attachment(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """One attachment, to be saved."""
    _only_in_the_demonstration()
    found = mailbox.read(key)
    if found is None or not 1 <= number <= len(found.attachments):
        raise Http404
    part = found.attachments[number - 1]
    response = HttpResponse(part.content, content_type="application/octet-stream")
    response.headers["Content-Disposition"] = "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _codes(words: str, at: float) -> list[Code]:
    rows = Authenticator.objects.filter(type=Authenticator.Type.TOTP, user__is_demonstration=True, user__is_active=True)
    if words:
        rows = rows.filter(user__email__icontains=words)
    now = clock.now()
    return [
        Code(
            name=row.user.full_name,
            email=row.user.email,
            roles=", ".join(dict.fromkeys(role.label for role in roles_in_force(row.user, now))),
            digits=current_code(row, at),
        )
        for row in rows.select_related("user").order_by("user_id")
    ]
