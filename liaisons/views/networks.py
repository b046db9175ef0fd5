"""Networks: the public list and page, asking to join, and the members' own page."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import public_page, sign_in_required
from accounts.roles import current_user
from common import clock
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from common.times import local_date
from liaisons.forms.networks import JoinForm
from liaisons.models import Appointment, Network, NetworkMember
from liaisons.policies.networks import is_of_an_authority, memberships_in_networks
from liaisons.workflow import networks as verbs
from organisations.views.helpers import attempt

MEMOS = 10


def with_conveners(rows: QuerySet[Network], now: datetime) -> QuerySet[Network]:
    """Add ``convening``: the conveners in force with their organisations; one query for all."""
    conveners = NetworkMember.objects.in_force(now).conveners().select_related("organisation", "municipality", "user")
    return rows.prefetch_related(Prefetch("members", conveners, to_attr="convening"))


@public_page
def networks(request: HttpRequest) -> HttpResponse:
    """Everybody's list of networks; one's own stand first."""
    now = clock.now()
    rows = allowed("liaisons.network.public", request.user, now=now).select_related("theme")
    own = memberships_in_networks(request.user, now).select_related("network").order_by("network__order", "pk")
    return render(
        request, "liaisons/networks.html", {"page": paginate(request, with_conveners(rows, now)), "own": list(own)}
    )


@public_page
def network(request: HttpRequest, pk: int) -> HttpResponse:
    """One network: what it does, who convenes it, its goals, and how to join."""
    now = clock.now()
    rows = allowed("liaisons.network.public", request.user, now=now).select_related("theme").prefetch_related("units")
    found: Any = get_object_or_404(with_conveners(rows, now), pk=pk)
    own = None
    if request.user.is_authenticated:
        own = allowed("liaisons.network_member.own", request.user, now=now).filter(network=found).first()
    text, language = found.description
    return render(
        request,
        "liaisons/network.html",
        {
            "found": found,
            "text": text,
            "text_language": language,
            "conveners": _roles(found.convening, now),
            "goals": found.goals.all(),
            "members": found.members.in_force(now).count(),
            "own": own,
            "reads": may("liaisons.network.read", request.user, found, now=now),
            "convenes": may("liaisons.network.convene", request.user, found, now=now),
        },
    )


def _roles(conveners: list[NetworkMember], now: datetime) -> list[tuple[NetworkMember, str]]:
    """Return each convener with the liaison post that an officer holds, or nothing; names are for members."""
    officers = [row.user_id for row in conveners if row.organisation is None]
    posts = {}
    if officers:
        held = Appointment.objects.in_force(now).filter(user__in=officers)
        for row in held.select_related("post__unit", "post__municipality").order_by("-pk"):
            posts[row.user_id] = row.post.name
    return [(row, posts.get(row.user_id, "")) for row in conveners]


@sign_in_required
def network_join(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask to join, for an organisation or for the county."""
    now = clock.now()
    found: Network = get_allowed("liaisons.network.join", request.user, now=now, pk=pk)
    if allowed("liaisons.network_member.own", request.user, now=now).filter(network=found).exists():
        return redirect(found)
    organisations = list(allowed("organisations.represent", request.user, now=now).order_by("sort_key"))
    of_an_authority = is_of_an_authority(request.user, now)
    first = str(organisations[0].pk) if organisations else ""
    form = JoinForm(
        request.POST or None,
        organisations=organisations,
        of_an_authority=of_an_authority,
        initial={"organisation": first},
    )
    if request.method == "POST" and form.is_valid():
        by = current_user(request)
        if attempt(request, lambda: verbs.ask_to_join(found, **form.cleaned_data, by=by, now=now), form):
            messages.success(request, _("Pyyntösi on lähetetty koollekutsujille. Saat vastauksen sähköpostiin."))
            return redirect(found)
    return render(
        request,
        "liaisons/network_join.html",
        {"found": found, "form": form, "can_ask": bool(organisations) or of_an_authority},
        status=422 if form.errors else 200,
    )


@sign_in_required
def network_own(request: HttpRequest, pk: int) -> HttpResponse:
    """The members' page: meetings with place and agenda, memos, who belongs, one's own mail, leaving."""
    now = clock.now()
    found: Network = get_allowed("liaisons.network.read", request.user, now=now, pk=pk)
    own = memberships_in_networks(request.user, now).filter(network=found).first()
    if request.method == "POST":
        return _choose(request, found, own, now)
    meetings = found.meetings.filter(cancelled_at=None)
    members = found.members.in_force(now).select_related("user", "organisation", "municipality")
    return render(
        request,
        "liaisons/network_own.html",
        {
            "found": found,
            "own": own,
            "coming": meetings.filter(starts_at__gt=now).order_by("starts_at", "pk")[:MEMOS],
            "held": meetings.filter(starts_at__lte=now)[:MEMOS],
            "goals": found.goals.all(),
            "letters": found.letters.filter(sent_at__isnull=False).select_related("written_by")[:MEMOS],
            "page": paginate(request, members.order_by("convener_place", "user__full_name", "pk")),
            "convenes": may("liaisons.network.convene", request.user, found, now=now),
            "ended": found.ended_on is not None and found.ended_on <= local_date(now),
        },
    )


def _choose(request: HttpRequest, found: Network, own: NetworkMember | None, now: datetime) -> HttpResponse:
    """Turn the mail on or off, or leave."""
    act, by = request.POST.get("act", ""), current_user(request)
    if own is None or act not in ("mail_on", "mail_off", "leave"):
        raise Http404
    if act == "leave":
        if attempt(request, lambda: verbs.leave_network(own, by=by, now=now)):
            messages.success(request, _("Olet lähtenyt verkostosta. Voit pyytää mukaan uudelleen."))
        return redirect(found)
    wants = act == "mail_on"
    if attempt(request, lambda: verbs.choose_mail(own, wants_mail=wants, by=by, now=now)):
        messages.success(
            request, _("Saat tämän verkoston viestit.") if wants else _("Et saa enää tämän verkoston viestejä.")
        )
    return redirect("liaisons:network_own", pk=found.pk)


@sign_in_required
@require_POST
def network_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take one's asking back."""
    now = clock.now()
    own: NetworkMember = get_allowed("liaisons.network_member.own", request.user, now=now, network=pk, state="asked")
    by = current_user(request)
    if attempt(request, lambda: verbs.leave_network(own, by=by, now=now)):
        messages.success(request, _("Pyyntösi on peruttu."))
    return redirect("liaisons:network", pk=pk)
