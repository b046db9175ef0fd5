"""Trainings as those who take part see them: own page, one training with its sign-up, calendar, certificate."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.access import sign_in_required
from accounts.roles import current_user
from common import clock
from common.policies import allowed, may
from common.times import local_date
from documents.views import serve
from liaisons.introductions import with_introduction
from liaisons.models import TrainingRecord, TrainingSession, TrainingSignUp
from liaisons.policies import may_read_trainings, may_take_part
from liaisons.training_calendar import trainings_file
from liaisons.training_seams import open_to
from liaisons.workflow.sign_ups import cancel_sign_up, join_training
from liaisons.workflow.training_records import ensure_certificate
from organisations.views.helpers import attempt

YEAR = timedelta(days=365)


@sign_in_required
def own_trainings(request: HttpRequest) -> HttpResponse:
    """My invitations and places, what I may still join, and what I have taken with its certificates."""
    now = clock.now()
    person = current_user(request)
    mine = allowed("liaisons.training_sign_up.own", person, now=now).exclude(state="cancelled")
    coming = mine.filter(session__state="open", session__ends_at__gte=now).select_related("session__course")
    records = TrainingRecord.objects.valid().filter(user=person).select_related("course", "session")
    standing = with_introduction(type(person).objects.filter(pk=person.pk), local_date(now)).get()
    return render(
        request,
        "liaisons/own_trainings.html",
        {
            "coming": coming.order_by("session__starts_at", "pk"),
            "joinable": open_to(person, now),
            "records": records,
            "standing": standing,
            "takes_part": may_take_part(person, now),
            "now": now,
        },
    )


@sign_in_required
def training(request: HttpRequest, pk: int) -> HttpResponse:
    """One training: what and when, and my place in it; where it is for those who have a place."""
    now = clock.now()
    rows = allowed("liaisons.training.view", request.user, now=now).select_related("course", "led_by")
    session: TrainingSession = get_object_or_404(rows, pk=pk)
    mine = session.sign_ups.filter(user=request.user.pk).first()
    if request.method == "POST":
        _act(request, session, mine)
        return redirect(session)
    signed = session.sign_ups.filter(state="signed").count()
    is_reader = may_read_trainings(request.user, now)
    return render(
        request,
        "liaisons/training.html",
        {
            "session": session,
            "mine": mine,
            "turn": _turn(session, mine),
            "free": None if session.capacity is None else max(0, session.capacity - signed),
            "takes_sign_ups": session.takes_sign_ups(now),
            "has_place": may("liaisons.training.attend", request.user, session, now=now),
            "can_join": may("liaisons.training.join", request.user, session, now=now),
            "can_cancel": bool(mine and mine.state != "cancelled" and session.state == "open")
            and now < session.starts_at,
            "is_reader": is_reader,
        },
    )


def _turn(session: TrainingSession, mine: TrainingSignUp | None) -> int | None:
    """Return the person's number in the waiting list, from 1."""
    if mine is None or mine.state != "waiting":
        return None
    return list(session.sign_ups.in_line().values_list("pk", flat=True)).index(mine.pk) + 1


def _act(request: HttpRequest, session: TrainingSession, mine: TrainingSignUp | None) -> None:
    """Do what was pressed and tell what came of it."""
    now = clock.now()
    by = current_user(request)
    act = request.POST.get("act", "")
    if act == "join":
        made: Any = attempt(request, lambda: join_training(session, by=by, now=now))
        if made and made.state == "waiting":
            messages.info(request, _("Koulutus on täynnä. Olet jonossa ja saat viestin, jos paikka vapautuu."))
        elif made:
            messages.success(request, _("Sinulla on paikka koulutuksessa. Saat vahvistuksen sähköpostiin."))
    elif act == "cancel" and mine is not None:
        if attempt(request, lambda: cancel_sign_up(mine, by=by, now=now)):
            messages.success(request, _("Ilmoittautumisesi on peruttu. Paikka annetaan jonosta seuraavalle."))
    else:
        raise Http404


@sign_in_required
def calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """One training as a calendar file, for those who have a place."""
    now = clock.now()
    rows = allowed("liaisons.training.attend", request.user, now=now).select_related("course")
    return trainings_file([get_object_or_404(rows, pk=pk)], now)


@sign_in_required
def own_calendar(request: HttpRequest) -> HttpResponse:
    """All trainings in which I have a place, from a year ago on, as one calendar file."""
    now = clock.now()
    mine = allowed("liaisons.training_sign_up.own", request.user, now=now).filter(state="signed")
    sessions = TrainingSession.objects.filter(pk__in=mine.values("session"), starts_at__gte=now - YEAR)
    return trainings_file(sessions.exclude(state="planned").select_related("course"), now)


@sign_in_required
def certificate(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The certificate of something I took; the coordinator opens anybody's."""
    now = clock.now()
    rows = allowed("liaisons.training_record.certificate", request.user, now=now)
    record: TrainingRecord = get_object_or_404(rows, pk=pk)
    by = current_user(request)
    document = attempt(request, lambda: ensure_certificate(record, by=by, now=now))
    return serve(request, document) if document else redirect("liaisons:own_trainings")
