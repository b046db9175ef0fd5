"""The convener's page of a network: who asks, members, goals, meetings and letters."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import sign_in_required
from accounts.roles import current_user
from common import clock
from common.pagination import paginate
from common.policies import get_allowed
from liaisons.forms.networks import (
    DescriptionForm,
    GoalForm,
    GoalProgressForm,
    LetterForm,
    MemoForm,
    NetworkMeetingForm,
    ReasonToRemoveForm,
)
from liaisons.models import Network, NetworkGoal, NetworkLetter, NetworkMeeting, NetworkMember
from liaisons.policies.networks import may_manage_networks
from liaisons.views.pages import Crumb, act_and_return, ask
from liaisons.workflow import network_work as work
from liaisons.workflow import networks as verbs
from organisations.views.helpers import attempt

SHOWN = 10


def _convened(request: HttpRequest, pk: int, now: datetime) -> Network:
    found: Network = get_allowed("liaisons.network.convene", request.user, now=now, pk=pk)
    return found


def _page(network: Network) -> str:
    return reverse("liaisons:network_work", args=[network.pk])


def _trail(network: Network) -> list[Crumb]:
    return [
        (reverse("liaisons:networks"), _("Verkostot")),
        (network.get_absolute_url(), network.name),
        (_page(network), _("Koollekutsujan sivu")),
    ]


@sign_in_required
def network_work(request: HttpRequest, pk: int) -> HttpResponse:
    """What a convener does: answers those who ask, follows goals, calls meetings, writes to the members."""
    now = clock.now()
    found = _convened(request, pk, now)
    members = found.members.in_force(now).select_related("user", "organisation", "municipality")
    meetings = found.meetings.filter(cancelled_at=None)
    return render(
        request,
        "liaisons/network_work.html",
        {
            "found": found,
            "asking": found.members.filter(state="asked").select_related("user", "organisation", "municipality"),
            "goals": found.goals.all(),
            "coming": meetings.filter(starts_at__gt=now).order_by("starts_at", "pk")[:SHOWN],
            "held": meetings.filter(starts_at__lte=now)[:SHOWN],
            "letters": found.letters.select_related("written_by")[:SHOWN],
            "page": paginate(request, members.order_by("convener_place", "user__full_name", "pk")),
            "manages": may_manage_networks(request.user, now),
        },
    )


@sign_in_required
def network_describe(request: HttpRequest, pk: int) -> HttpResponse:
    """Write what the network does."""
    now = clock.now()
    found = _convened(request, pk, now)
    names = ("description_fi", "description_sv", "description_en")
    form = DescriptionForm(request.POST or None, initial={name: getattr(found, name) for name in names})
    by = current_user(request)
    return ask(
        request,
        form,
        lambda: verbs.describe_network(found, **form.cleaned_data, by=by, now=now),
        done=_("Kuvaus on tallennettu."),
        to=_page(found),
        heading=_("Verkoston kuvaus"),
        submit=_("Tallenna"),
        trail=_trail(found),
    )


# Members


def _member(request: HttpRequest, pk: int, now: datetime) -> NetworkMember:
    found: NetworkMember = get_allowed("liaisons.network_member.handle", request.user, now=now, pk=pk)
    return found


@sign_in_required
@require_POST
def network_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Take in somebody who asks."""
    now = clock.now()
    member = _member(request, pk, now)
    return act_and_return(
        request,
        lambda: verbs.answer_asking(member, accept=True, by=request.user, now=now),
        _("Henkilö on nyt mukana ja saa siitä viestin."),
        _page(member.network),
    )


@sign_in_required
def network_member_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Do not take in somebody who asks, or remove a member; with the reason."""
    now = clock.now()
    member = _member(request, pk, now)
    if member.state not in ("asked", "member"):
        raise Http404
    form = ReasonToRemoveForm(request.POST or None)
    by, asks = current_user(request), member.state == "asked"

    def end() -> NetworkMember:
        reason = form.cleaned_data["reason"]
        if asks:
            return verbs.answer_asking(member, accept=False, reason=reason, by=by, now=now)
        return verbs.remove_member(member, reason=reason, by=by, now=now)

    return ask(
        request,
        form,
        end,
        done=_("Henkilö saa siitä viestin."),
        to=_page(member.network),
        heading=_("Älä ota mukaan: %(person)s") % {"person": member.user}
        if asks
        else _("Poista jäsen: %(person)s") % {"person": member.user},
        submit=_("Älä ota mukaan") if asks else _("Poista jäsen"),
        trail=_trail(member.network),
    )


# Goals


@sign_in_required
def network_goal_new(request: HttpRequest, pk: int) -> HttpResponse:
    """A goal that the network has agreed on."""
    now = clock.now()
    found = _convened(request, pk, now)
    form = GoalForm(request.POST or None)
    by = current_user(request)
    return ask(
        request,
        form,
        lambda: work.add_goal(found, **form.cleaned_data, by=by, now=now),
        done=_("Tavoite on lisätty."),
        to=_page(found),
        heading=_("Uusi tavoite"),
        submit=_("Lisää tavoite"),
        trail=_trail(found),
        lead=_("Tavoitteet näkyvät kaikille verkoston sivulla."),
    )


@sign_in_required
def network_goal(request: HttpRequest, pk: int) -> HttpResponse:
    """How a goal goes."""
    now = clock.now()
    goal: NetworkGoal = get_allowed("liaisons.network_goal.edit", request.user, now=now, pk=pk)
    names = ("text", "state", "progress")
    form = GoalProgressForm(request.POST or None, initial={name: getattr(goal, name) for name in names})
    by = current_user(request)
    return ask(
        request,
        form,
        lambda: work.follow_goal(goal, **form.cleaned_data, by=by, now=now),
        done=_("Eteneminen on kirjattu."),
        to=_page(goal.network),
        heading=_("Kirjaa eteneminen"),
        submit=_("Tallenna"),
        trail=_trail(goal.network),
    )


# Meetings


@sign_in_required
def network_meeting_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Call the members to a meeting."""
    now = clock.now()
    found = _convened(request, pk, now)
    form = NetworkMeetingForm(request.POST or None)
    by = current_user(request)
    return ask(
        request,
        form,
        lambda: work.plan_network_meeting(found, **form.cleaned_data, by=by, now=now),
        done=_("Tapaaminen on lisätty, ja jäsenet saavat kutsun."),
        to=_page(found),
        heading=_("Uusi tapaaminen"),
        submit=_("Kutsu koolle"),
        trail=_trail(found),
        lead=_("Paikka, etäyhteys ja asialista näkyvät vain jäsenille."),
    )


def _meeting(request: HttpRequest, pk: int, now: datetime) -> NetworkMeeting:
    found: NetworkMeeting = get_allowed("liaisons.network_meeting.edit", request.user, now=now, pk=pk)
    return found


@sign_in_required
def network_meeting_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the time, place or agenda."""
    now = clock.now()
    meeting = _meeting(request, pk, now)
    names = ("starts_at", "place", "link", "agenda")
    form = NetworkMeetingForm(request.POST or None, initial={name: getattr(meeting, name) for name in names})
    by = current_user(request)
    return ask(
        request,
        form,
        lambda: work.edit_network_meeting(meeting, **form.cleaned_data, by=by, now=now),
        done=_("Tapaaminen on tallennettu. Jos aika tai paikka muuttui, jäsenet saavat siitä viestin."),
        to=_page(meeting.network),
        heading=_("Muuta tapaamista"),
        submit=_("Tallenna"),
        trail=_trail(meeting.network),
    )


@sign_in_required
@require_POST
def network_meeting_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a meeting to come."""
    now = clock.now()
    meeting = _meeting(request, pk, now)
    return act_and_return(
        request,
        lambda: work.cancel_network_meeting(meeting, by=request.user, now=now),
        _("Tapaaminen on peruttu, ja jäsenet saavat siitä viestin."),
        _page(meeting.network),
    )


@sign_in_required
def network_memo(request: HttpRequest, pk: int) -> HttpResponse:
    """The short memo of a meeting."""
    now = clock.now()
    meeting = _meeting(request, pk, now)
    form = MemoForm(request.POST or None, initial={"memo": meeting.memo})
    by = current_user(request)
    return ask(
        request,
        form,
        lambda: work.write_network_memo(meeting, **form.cleaned_data, by=by, now=now),
        done=_("Muistio on tallennettu."),
        to=_page(meeting.network),
        heading=_("Tapaamisen muistio"),
        submit=_("Tallenna"),
        trail=_trail(meeting.network),
    )


# Letters


@sign_in_required
def network_letter_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Write to the members; the next page shows whom it reaches."""
    now = clock.now()
    found = _convened(request, pk, now)
    form = LetterForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        by = current_user(request)
        made: Any = attempt(request, lambda: work.draft_letter(found, **form.cleaned_data, by=by, now=now), form)
        if made:
            return redirect("liaisons:network_letter", pk=made.pk)
    return _letter_form(request, form, found)


@sign_in_required
def network_letter_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a letter that has not been sent."""
    now = clock.now()
    letter: NetworkLetter = get_allowed("liaisons.network_letter.send", request.user, now=now, pk=pk)
    form = LetterForm(request.POST or None, initial={"subject": letter.subject, "text": letter.text})
    if request.method == "POST" and form.is_valid():
        by = current_user(request)
        if attempt(request, lambda: work.change_letter(letter, **form.cleaned_data, by=by, now=now), form):
            return redirect("liaisons:network_letter", pk=pk)
    return _letter_form(request, form, letter.network)


def _letter_form(request: HttpRequest, form: LetterForm, network: Network) -> HttpResponse:
    return ask(
        request,
        form,
        lambda: None,
        done="",
        to=_page(network),
        heading=_("Viesti jäsenille"),
        submit=_("Katso ennen lähettämistä"),
        trail=_trail(network),
    )


@sign_in_required
def network_letter(request: HttpRequest, pk: int) -> HttpResponse:
    """The letter as it will be sent and to how many; the button sends it once."""
    now = clock.now()
    letter: NetworkLetter = get_allowed("liaisons.network_letter.send", request.user, now=now, pk=pk)
    if request.method == "POST":
        by = current_user(request)
        if attempt(request, lambda: work.send_letter(letter, by=by, now=now)):
            messages.success(request, _("Viesti on lähetetty."))
        return redirect("liaisons:network_letter", pk=pk)
    reached = None if letter.sent_at else work.receivers_of(letter.network, now)
    context = {"letter": letter, "found": letter.network, "reached": reached}
    return render(request, "liaisons/network_letter.html", context)
