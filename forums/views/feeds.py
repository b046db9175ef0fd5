"""The calendars that one follows, the page that tells of them, and the file for Lähellä.fi."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import public_page, sign_in_required
from accounts.roles import current_user
from common import clock
from common.policies import allowed
from county.models import Municipality
from forums import feeds
from forums.linked_events import lahella_csv, lahella_json
from forums.models import CalendarKey
from forums.policies.wheel import may_read_wheel
from notifications.outbox import absolute


@public_page
@require_safe
def feed_page(request: HttpRequest) -> HttpResponse:
    """Which calendars one can follow, and how; one's own address where one is signed in."""
    now = clock.now()
    user = request.user
    key = feeds.key_of(user, now) if user.is_authenticated else None
    context: dict[str, Any] = {
        "all_url": absolute(reverse("forums:feed_all")),
        "series": [
            (row, absolute(reverse("forums:feed_series", args=[row.key])))
            for row in allowed("forums.series.public", user, now=now)
        ],
        "municipalities": [
            (row, absolute(reverse("forums:feed_municipality", args=[row.code])))
            for row in Municipality.objects.filter(is_own=True)
        ],
        "own_url": absolute(reverse("forums:feed_own", args=[key.token])) if key else "",
        "api_url": absolute("/api/v1/event/"),
        "can_export": may_read_wheel(user, now),
    }
    return render(request, "forums/wheel/feeds.html", context)


@public_page
@require_safe
def feed_all(request: HttpRequest) -> HttpResponse:
    """All public events."""
    now = clock.now()
    return feeds.feed(feeds.public_events(now), "tapahtumat", now)


@public_page
@require_safe
def feed_series(request: HttpRequest, key: str) -> HttpResponse:
    """The public events of one series."""
    now = clock.now()
    series = get_object_or_404(allowed("forums.series.public", request.user, now=now), key=key)
    return feeds.feed(feeds.of_series(series, now), "sarja", now)


@public_page
@require_safe
def feed_municipality(request: HttpRequest, code: str) -> HttpResponse:
    """The public events of one municipality and its regional group."""
    now = clock.now()
    municipality = get_object_or_404(Municipality, code=code, is_own=True)
    return feeds.feed(feeds.of_municipality(municipality, now), "kunta", now)


@public_page
@require_safe
def feed_own(request: HttpRequest, token: str) -> HttpResponse:
    """What the key's owner has signed up to, hosts, booked or manages: the secret in the address is the right."""
    now = clock.now()
    key = get_object_or_404(CalendarKey.objects.select_related("user"), token=token, user__is_active=True)
    return feeds.own_feed(key.user, now)


@sign_in_required
@require_POST
def feed_renew(request: HttpRequest) -> HttpResponse:
    """Make the own calendar's address anew."""
    feeds.renew_key(current_user(request), clock.now())
    messages.success(request, _("Oman kalenterisi osoite on uusi. Vanha osoite ei enää toimi."))
    return redirect("forums:feeds")


@sign_in_required
@require_safe
def lahella_file(request: HttpRequest, kind: str) -> HttpResponse:
    """Coming public events as a file for Lähellä.fi, where there is no public interface."""
    now = clock.now()
    if not may_read_wheel(request.user, now):
        raise Http404
    rows = feeds.public_events(now).filter(state="published", ends_at__gte=now)
    return lahella_csv(rows) if kind == "csv" else lahella_json(rows)
