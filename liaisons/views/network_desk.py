"""Networks on the desk: the coordinator makes them, names conveners, adds people, ends a network."""

from django.db.models import Count, Min, OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import sign_in_required
from accounts.roles import current_user
from common import clock
from common.pagination import paginate
from common.policies import allowed, get_allowed
from common.times import local_date
from liaisons.forms.networks import NetworkForm, PersonOfNetworkForm
from liaisons.models import Network, NetworkMeeting, NetworkMember
from liaisons.policies.networks import may_list_networks, may_manage_networks
from liaisons.views.networks import with_conveners
from liaisons.views.pages import Crumb, act_and_return, ask
from liaisons.workflow import networks as verbs

_FIELDS = (
    "name_fi",
    "name_sv",
    "name_en",
    "description_fi",
    "description_sv",
    "description_en",
    "theme",
    "conveners_wanted",
)


def _trail(*more: Crumb) -> list[Crumb]:
    return [(reverse("portal:desk"), _("Hallinta")), (reverse("liaisons:networks_desk"), _("Verkostot")), *more]


def _managed(request: HttpRequest, pk: int) -> Network:
    found: Network = get_allowed("liaisons.network.manage", request.user, now=clock.now(), pk=pk)
    return found


@sign_in_required
def networks_desk(request: HttpRequest) -> HttpResponse:
    """All networks with their conveners, members, who waits and the next meeting; ended ones last."""
    now = clock.now()
    if not may_list_networks(request.user, now):
        raise Http404
    members = NetworkMember.objects.in_force(now).filter(network=OuterRef("pk")).order_by()
    asking = NetworkMember.objects.filter(network=OuterRef("pk"), state="asked").order_by()
    coming = NetworkMeeting.objects.filter(network=OuterRef("pk"), starts_at__gt=now, cancelled_at=None).order_by()
    rows = allowed("liaisons.network.read", request.user, now=now).annotate(
        member_count=Subquery(members.values("network").annotate(number=Count("pk")).values("number")),
        asking_count=Subquery(asking.values("network").annotate(number=Count("pk")).values("number")),
        next_meeting_at=Subquery(coming.values("network").annotate(first=Min("starts_at")).values("first")),
    )
    page = paginate(request, with_conveners(rows, now).order_by("ended_on", "order", "pk"))
    context = {"page": page, "manages": may_manage_networks(request.user, now), "today": local_date(now)}
    return render(request, "liaisons/networks_desk.html", context)


@sign_in_required
def network_new(request: HttpRequest) -> HttpResponse:
    """A network that the area file does not give."""
    now = clock.now()
    if not may_manage_networks(request.user, now):
        raise Http404
    form = NetworkForm(request.POST or None)
    by = current_user(request)
    return ask(
        request,
        form,
        lambda: verbs.add_network(**form.cleaned_data, by=by, now=now),
        done=_("Verkosto on lisätty. Nimeä sille koollekutsujat."),
        to=reverse("liaisons:networks_desk"),
        heading=_("Uusi verkosto"),
        submit=_("Lisää verkosto"),
        trail=_trail(),
    )


@sign_in_required
def network_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change names, descriptions, theme or the number of conveners."""
    found = _managed(request, pk)
    now = clock.now()
    form = NetworkForm(request.POST or None, initial={name: getattr(found, name) for name in _FIELDS})
    by = current_user(request)
    return ask(
        request,
        form,
        lambda: verbs.edit_network(found, **form.cleaned_data, by=by, now=now),
        done=_("Verkosto on tallennettu."),
        to=reverse("liaisons:networks_desk"),
        heading=_("Muuta verkostoa"),
        submit=_("Tallenna"),
        trail=_trail(),
        lead=found.name,
    )


@sign_in_required
def network_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End the network, after asking."""
    found = _managed(request, pk)
    now = clock.now()
    if request.method == "POST":
        return act_and_return(
            request,
            lambda: verbs.end_network(found, by=request.user, now=now),
            _("Verkosto on päätetty."),
            reverse("liaisons:networks_desk"),
        )
    return render(request, "liaisons/network_end.html", {"found": found})


@sign_in_required
def network_person_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add somebody with an account as a member or a convener."""
    found = _managed(request, pk)
    now = clock.now()
    form = PersonOfNetworkForm(request.POST or None, initial={"is_convener": True})
    by = current_user(request)
    return ask(
        request,
        form,
        lambda: verbs.add_member(found, **form.cleaned_data, by=by, now=now),
        done=_("Henkilö on lisätty ja saa siitä viestin."),
        to=reverse("liaisons:network_work", args=[found.pk]),
        heading=_("Lisää henkilö"),
        submit=_("Lisää"),
        trail=_trail((reverse("liaisons:network_work", args=[found.pk]), found.name)),
    )


@sign_in_required
@require_POST
def network_convener(request: HttpRequest, pk: int) -> HttpResponse:
    """Make a member a convener, or let a convener go back to being a member."""
    now = clock.now()
    member: NetworkMember = get_allowed("liaisons.network_member.manage", request.user, now=now, pk=pk)
    verb = verbs.release_convener if request.POST.get("act") == "release" else verbs.name_convener
    return act_and_return(
        request,
        lambda: verb(member, by=request.user, now=now),
        _("Koollekutsujat on muutettu."),
        reverse("liaisons:network_work", args=[member.network_id]),
    )
