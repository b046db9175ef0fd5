"""Calls for candidates on the desk: list, one call with its candidates, publishing, choosing, seating, cancelling."""

from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import sign_in_required
from common import clock
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from common.times import local_date
from liaisons.forms import (
    AppointmentRecordForm,
    CancelForm,
    ChoiceForm,
    DeadlineForm,
    NominationForm,
    OfficeCandidateForm,
)
from liaisons.models import NOMINATION, Candidate, NominationCall
from liaisons.views.pages import Crumb, act_and_return, ask
from liaisons.workflow import (
    ask_consent_again,
    cancel_nomination,
    choose_candidates,
    edit_nomination,
    enter_candidate,
    extend_nomination,
    publish_nomination,
    seat_candidates,
    start_nomination,
    withdraw_candidate,
)
from organisations.views.helpers import attempt


def nomination_crumbs(*more: Crumb) -> list[Crumb]:
    """Return the crumbs of the pages of calls."""
    return [(reverse("portal:desk"), _("Hallinta")), (reverse("liaisons:nominations"), _("Ehdokashaut")), *more]


def _of(call: NominationCall) -> tuple[str, list[Crumb]]:
    address = reverse("liaisons:nomination", args=[call.pk])
    return address, nomination_crumbs((address, call.title))


@sign_in_required
def nominations(request: HttpRequest) -> HttpResponse:
    """The calls that the person runs or takes part in choosing, the latest deadline first; ``?tila=`` keeps a state."""
    now = clock.now()
    calls = allowed("liaisons.nomination.desk", request.user, now=now)
    state = request.GET.get("tila", "")
    if state in dict(NOMINATION.choices()):
        calls = calls.filter(state=state)
    live = Count("candidates", filter=Q(candidates__state__in=["consented", "chosen", "seated"]))
    rows = list_page = paginate(
        request, calls.select_related("body", "chooser").annotate(live=live).order_by("-deadline", "-pk")
    )
    for call in rows:
        call.shown_state = call.label_at(now)
    run = allowed("liaisons.nomination.start", request.user, now=now)
    context = {
        "page": list_page,
        "bodies": (run.filter(is_self_run=True) | run.filter(chooses__isnull=False)).distinct()[:20],
        "states": [("", _("Kaikki")), *NOMINATION.choices()],
        "state": state,
    }
    return render(request, "liaisons/nomination_list.html", context)


@sign_in_required
def nomination(request: HttpRequest, pk: int) -> HttpResponse:
    """One call: what is asked, who are candidates, what comes next."""
    now = clock.now()
    rows = allowed("liaisons.nomination.desk", request.user, now=now)
    call = get_object_or_404(rows.select_related("body", "chooser", "chosen_meeting__body"), pk=pk)
    seen = allowed("liaisons.candidate.view", request.user, now=now).filter(call=call)
    candidates = list(seen.select_related("organisation", "pair", "seat", "proposed_by"))
    can_manage = may("liaisons.nomination.manage", request.user, call, now=now)
    can_appoint = call.state == "chosen" and may("liaisons.nomination.appoint", request.user, call, now=now)
    word, tone = call.label_at(now)
    return render(
        request,
        "liaisons/nomination.html",
        {
            "call": call,
            "now": now,
            "word": word,
            "tone": tone,
            "turn": _turn(call, now),
            "candidates": candidates,
            "waiting": sum(row.state == "proposed" for row in candidates),
            "can_manage": can_manage,
            "can_choose": can_manage and call.state == "open" and now >= call.deadline,
            "can_appoint": can_appoint,
            "can_enter": can_manage and call.state == "open",
        },
    )


def _turn(call: NominationCall, now: datetime) -> str:
    if call.state == "draft" or (call.state == "open" and now >= call.deadline):
        return str(_("%(body)s, sihteeri") % {"body": call.chooser.name})
    if call.state == "open":
        return _("järjestöt")
    if call.state == "chosen":
        return call.chooser.name if call.chooser_appoints else call.body.name
    return ""


@sign_in_required
def nomination_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Draft a call; ``pk`` is the body that chooses."""
    now = clock.now()
    chooser = get_allowed("liaisons.nomination.start", request.user, now=now, pk=pk)
    wanted = request.GET.get("toimielin", "")
    initial: dict[str, Any] = {"body": int(wanted) if wanted.isdigit() else None, "chooser_appoints": True}
    form = NominationForm(request.POST or None, now=now, initial=initial)
    made: list[NominationCall] = []
    answer = ask(
        request,
        form,
        lambda: made.append(start_nomination(chooser, **form.cleaned_data, by=request.user, now=now)),
        done=_("Luonnos on tallennettu. Tarkista se ja julkaise."),
        to="liaisons:nominations",
        heading=_("Uusi ehdokashaku"),
        submit=_("Tallenna luonnos"),
        trail=nomination_crumbs(),
        lead=_("Valitsija: %(body)s") % {"body": chooser.name},
    )
    return redirect("liaisons:nomination", pk=made[0].pk) if made else answer


def _managed(request: HttpRequest, pk: int) -> NominationCall:
    call: NominationCall = get_allowed("liaisons.nomination.manage", request.user, now=clock.now(), pk=pk)
    return call


@sign_in_required
def nomination_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a draft."""
    now = clock.now()
    call = _managed(request, pk)
    form = NominationForm(request.POST or None, now=now, initial=NominationForm.initial_of(call))
    address, trail = _of(call)
    return ask(
        request,
        form,
        lambda: edit_nomination(call, **form.cleaned_data, by=request.user, now=now),
        done=_("Luonnos on tallennettu."),
        to=address,
        heading=_("Muokkaa hakua"),
        submit=_("Tallenna"),
        trail=trail,
    )


@sign_in_required
@require_POST
def nomination_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the call."""
    call = _managed(request, pk)
    return act_and_return(
        request,
        lambda: publish_nomination(call, by=request.user, now=clock.now()),
        _("Haku on avoinna. Järjestöille lähtee viesti."),
        reverse("liaisons:nomination", args=[pk]),
    )


@sign_in_required
def nomination_extend(request: HttpRequest, pk: int) -> HttpResponse:
    """Give more time."""
    call = _managed(request, pk)
    form = DeadlineForm(request.POST or None, initial={"deadline": call.deadline})
    address, trail = _of(call)
    return ask(
        request,
        form,
        lambda: extend_nomination(call, deadline=form.cleaned_data["deadline"], by=request.user, now=clock.now()),
        done=_("Uusi määräaika on tallennettu."),
        to=address,
        heading=_("Jatka aikaa"),
        submit=_("Tallenna"),
        trail=trail,
    )


@sign_in_required
def nomination_choose(request: HttpRequest, pk: int) -> HttpResponse:
    """Record whom the body chose, and why."""
    now = clock.now()
    call = _managed(request, pk)
    rows = call.candidates.filter(state="consented").select_related("organisation").order_by("full_name", "pk")
    form = ChoiceForm(request.POST or None, call=call, candidates=rows, now=now)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        facts = {name: data[name] for name in ("chosen_on", "section", "meeting", "reasons")}
        if attempt(request, lambda: choose_candidates(call, form.choices, **facts, by=request.user, now=now), form):
            return _told(request, call, _("Valinta on kirjattu, ja ehdokkaat ja ehdottajat saavat viestin."))
    table = [
        {
            "candidate": row,
            "role": form[f"role-{row.pk}"],
            "pair": form[f"pair-{row.pk}"] if call.in_pairs else None,
        }
        for row in form.candidates
    ]
    address, trail = _of(call)
    context = {"call": call, "form": form, "table": table, "back_url": address, "trail": trail}
    return render(request, "liaisons/nomination_choose.html", context)


def _told(request: HttpRequest, call: NominationCall, done: str) -> HttpResponse:
    return act_and_return(request, lambda: True, done, reverse("liaisons:nomination", args=[call.pk]))


@sign_in_required
def nomination_seat(request: HttpRequest, pk: int) -> HttpResponse:
    """Record the appointment: the chosen get their seats."""
    now = clock.now()
    call = get_allowed("liaisons.nomination.appoint", request.user, now=now, pk=pk)
    appointed_by = call.chooser.name_fi if call.chooser_appoints else ""
    day = call.chosen_on if call.chooser_appoints else local_date(now)
    section = call.chosen_section if call.chooser_appoints else None
    form = AppointmentRecordForm(
        request.POST or None, initial={"appointed_by": appointed_by, "appointed_on": day, "section": section}
    )
    address, trail = _of(call)
    return ask(
        request,
        form,
        lambda: seat_candidates(call, **form.cleaned_data, by=request.user, now=now),
        done=_("Paikat on täytetty, ja valitut saavat viestin tehtävästään."),
        to=address,
        heading=_("Kirjaa nimeäminen"),
        submit=_("Täytä paikat"),
        trail=trail,
        lead=_("Toimielin: %(body)s") % {"body": call.body.name},
    )


@sign_in_required
def nomination_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel the call."""
    call = _managed(request, pk)
    form = CancelForm(request.POST or None)
    address, trail = _of(call)
    return ask(
        request,
        form,
        lambda: cancel_nomination(call, reason=form.cleaned_data["reason"], by=request.user, now=clock.now()),
        done=_("Haku on peruttu, ja ehdokkaat saavat viestin."),
        to=address,
        heading=_("Peru haku"),
        submit=_("Peru haku"),
        trail=trail,
        lead=_("Peruttua hakua ei voi palauttaa. Voit tehdä uuden."),
    )


@sign_in_required
def candidate_enter(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter a proposal that came on paper or by telephone."""
    call = _managed(request, pk)
    form = OfficeCandidateForm(request.POST or None)
    address, trail = _of(call)

    def act() -> Any:
        names = ("organisation", "full_name", "email", "wish", "grounds", "received_as")
        fields = {name: form.cleaned_data[name] for name in names}
        return enter_candidate(call, **fields, by=request.user, now=clock.now())

    return ask(
        request,
        form,
        act,
        done=_("Ehdotus on kirjattu, ja ehdokas saa pyynnön suostua."),
        to=address,
        heading=_("Kirjaa ehdotus järjestön puolesta"),
        submit=_("Kirjaa ehdotus"),
        trail=trail,
    )


def _candidate(request: HttpRequest, pk: int) -> Candidate:
    found: Candidate = get_allowed("liaisons.candidate.manage", request.user, now=clock.now(), pk=pk)
    return found


@sign_in_required
@require_POST
def candidate_remind(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the consent again, with a new link."""
    found = _candidate(request, pk)
    return act_and_return(
        request,
        lambda: ask_consent_again(found, by=request.user, now=clock.now()),
        _("Ehdokas saa uuden pyynnön. Vanha linkki ei enää toimi."),
        reverse("liaisons:nomination", args=[found.call_id]),
    )


@sign_in_required
@require_POST
def candidate_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Withdraw a candidate at the NGO's request."""
    found = _candidate(request, pk)
    return act_and_return(
        request,
        lambda: withdraw_candidate(found, by=request.user, now=clock.now()),
        _("Ehdotus on peruttu, ja ehdokas saa viestin."),
        reverse("liaisons:nomination", args=[found.call_id]),
    )
