"""A liaison person's own pages: my posts, answering a proposal, absences."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import sign_in_required
from accounts.roles import current_user
from common import clock, seams
from common.policies import allowed
from common.times import local_date
from county.models import get_county
from liaisons.forms import AbsenceForm, AcceptForm, ReasonForm
from liaisons.models import Appointment
from liaisons.own_desk import OwnPostsDesk
from liaisons.policies import substitutions
from liaisons.responsible import powers_on, responsible_on
from liaisons.views.pages import ask, own_crumbs
from liaisons.workflow import accept_appointment, decline_appointment, record_absence
from organisations.views.helpers import attempt

_RELATED = ("post__unit", "post__municipality", "proposed_by")


@sign_in_required
def own_posts(request: HttpRequest) -> HttpResponse:
    """My posts with who answers today, where I stand in, and when I am away."""
    now = clock.now()
    day = local_date(now)
    mine = allowed("liaisons.appointment.own", request.user, now=now).select_related(*_RELATED)
    rows = list(mine.prefetch_related("substitutes__user"))
    answers = responsible_on([row.post for row in rows], day)
    related = ("appointment__user", "appointment__post__unit", "appointment__post__municipality")
    absences = allowed("liaisons.absence.manage", request.user, now=now).filter(user=request.user)
    return render(
        request,
        "liaisons/own_posts.html",
        {
            "waiting": [row for row in rows if row.state == "proposed"],
            "held": [(row, answers[row.post_id]) for row in rows if row.state != "proposed" and not row.is_over(day)],
            "past": [row for row in rows if row.is_over(day)],
            "substitutions": substitutions(request.user, now).select_related(*related),
            "absences": [row for row in absences if row.valid_until is None or row.valid_until >= day],
            "today": day,
            "panels": [panel for give in seams.panels for panel in give(request.user, OwnPostsDesk(), now)],
        },
    )


def _own(request: HttpRequest, pk: int) -> Appointment:
    mine = allowed("liaisons.appointment.own", request.user, now=clock.now())
    row: Appointment = get_object_or_404(mine.select_related(*_RELATED, "user"), pk=pk)
    return row


def _page(request: HttpRequest, row: Appointment, **forms: Any) -> HttpResponse:
    now = clock.now()
    day = local_date(now)
    county = get_county()
    post = row.post
    shown = {"accept_form": AcceptForm(initial={"phone": row.phone}), "decline_form": ReasonForm(), **forms}
    return render(
        request,
        "liaisons/own_post.html",
        {
            "appointment": row,
            "post": post,
            "is_over": row.is_over(day),
            "is_agreed": row.accepted_on is not None and not row.is_over(day),
            "responsible": responsible_on([post], day)[post.pk],
            "substitutes": row.substitutes.select_related("user"),
            "powers": powers_on([post], day)[post.pk],
            "answer_days": post.promised_days(county.answer_days if county else 5),
            "today": day,
            "bound": next((form for form in forms.values() if form.is_bound), None),
            **shown,
        },
    )


@sign_in_required
def own_post(request: HttpRequest, pk: int) -> HttpResponse:
    """One of my posts: what it means and my answer, or my substitutes and what others see of me."""
    return _page(request, _own(request, pk))


@sign_in_required
@require_POST
def own_accept(request: HttpRequest, pk: int) -> HttpResponse:
    """I take the post."""
    row = _own(request, pk)
    form = AcceptForm(request.POST)
    if form.is_valid():
        act = lambda: accept_appointment(row, **form.cleaned_data, by=request.user, now=clock.now())  # noqa: E731
        if attempt(request, act, form):
            messages.success(
                request, _("Kiitos, tehtävä on nyt sinun. Nimeä seuraavaksi sijainen, joka vastaa, kun olet poissa.")
            )
            return redirect("liaisons:own_post", pk=pk)
    return _page(request, row, accept_form=form)


@sign_in_required
@require_POST
def own_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """I do not take the post."""
    row = _own(request, pk)
    form = ReasonForm(request.POST)
    if form.is_valid():
        act = lambda: decline_appointment(row, **form.cleaned_data, by=request.user, now=clock.now())  # noqa: E731
        if attempt(request, act, form):
            messages.success(request, _("Vastauksesi on lähetetty. Tehtävään nimetään toinen henkilö."))
            return redirect("liaisons:own_posts")
    return _page(request, row, decline_form=form)


@sign_in_required
def own_absence(request: HttpRequest) -> HttpResponse:
    """I am away: who answers for me."""
    now = clock.now()
    person = current_user(request)
    form = AbsenceForm(request.POST or None, now=now)
    return ask(
        request,
        form,
        lambda: record_absence(person, **form.cleaned_data, by=request.user, now=now),
        done=_("Poissaolo on kirjattu. Ensimmäinen sijaisesi sai siitä viestin."),
        to="liaisons:own_posts",
        heading=_("Ilmoita poissaolo"),
        submit=_("Kirjaa poissaolo"),
        trail=own_crumbs(),
        lead=_("Poissaolo koskee kaikkia tehtäviäsi. Sijaisesi vastaa sillä aikaa. Syytä ei kirjata."),
    )
