"""Front page, what waits for me, the officers' desk, search over all, statements."""

from collections import Counter

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import public_page
from accounts.roles import request_roles
from common import clock, seams
from county.checklist import missing_settings
from county.models import get_county
from forums.happenings import next_ones
from grants.models import GrantCall
from organisations.models import Organisation
from portal.desk import DESK_ROLES, desk_groups
from portal.forms import FeedbackForm
from portal.next_steps import todos_of
from portal.workflow import send_feedback

SEARCH_LIMIT = 10
FRONT_EVENTS = 3


@public_page
def front(request: HttpRequest) -> HttpResponse:
    """The public front page: what can be applied for now, what comes, where to begin."""
    now = clock.now()
    return render(
        request,
        "portal/front.html",
        {
            "open_calls": GrantCall.objects.to_all().open_now(now).select_related("kind").order_by("closes_at"),
            "coming_calls": GrantCall.objects.to_all().coming(now).select_related("kind").order_by("opens_at")[:3],
            "events": next_ones(request.user, now, FRONT_EVENTS),
            "organisation_count": Organisation.objects.filter(status="registered").count(),
            "now": now,
        },
    )


def next_steps(request: HttpRequest) -> HttpResponse:
    """What waits for the person who is signed in, from all rooms, and the organisations they act for."""
    now = clock.now()
    roles = request_roles(request)
    todos = todos_of(request.user, now)
    waiting = Counter(todo.target for todo in todos)
    return render(
        request,
        "portal/next.html",
        {
            "todos": todos,
            "own_organisations": [
                {"role": role, "waiting": waiting[role.target]} for role in roles if role.key.startswith("ngo.")
            ],
            "has_desk": any(role.key in DESK_ROLES for role in roles),
            "now": now,
        },
    )


def desk(request: HttpRequest) -> HttpResponse:
    """The officers' first page: what waits, where the work is, which settings are missing."""
    now = clock.now()
    roles = {role.key for role in request_roles(request)}
    if not roles & DESK_ROLES:
        return redirect("portal:next")
    county = get_county()
    sees_settings = roles & {"coordinator", "administrator"}
    return render(
        request,
        "portal/desk.html",
        {
            "todos": todos_of(request.user, now),
            "groups": desk_groups(roles),
            "missing": missing_settings(county) if county and sees_settings else [],
            "now": now,
        },
    )


@public_page
def search(request: HttpRequest) -> HttpResponse:
    """Search over all rooms; each room answers only what this person may see."""
    words = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:100]
    hits: list[seams.SearchHit] = []
    if words:
        hits = [hit for provider in seams.search for hit in provider(request.user, words, SEARCH_LIMIT)]
    return render(request, "portal/search.html", {"words": words, "hits": hits})


@public_page
def accessibility(request: HttpRequest) -> HttpResponse:
    """The accessibility statement (laki digitaalisten palvelujen tarjoamisesta 306/2019)."""
    return render(request, "portal/accessibility.html")


@public_page
def privacy(request: HttpRequest) -> HttpResponse:
    """What personal data the portal keeps, why and for how long."""
    return render(request, "portal/privacy.html")


@public_page
def feedback(request: HttpRequest) -> HttpResponse:
    """Feedback to the county: answered within 14 days (306/2019)."""
    form = FeedbackForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        told = send_feedback(
            text=form.cleaned_data["text"],
            about=form.cleaned_data["about"],
            reply_to=form.cleaned_data["reply_to"],
            now=clock.now(),
        )
        if told:
            thanks = _("Kiitos, palautteesi on lähetetty. Jos pyysit vastausta, saat sen 14 päivässä.")
            messages.success(request, thanks)
        return redirect("portal:feedback")
    return render(request, "portal/feedback.html", {"form": form})
