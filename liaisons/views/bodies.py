"""Bodies: their list, one body with its people, giving and ending seats and duties."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Count, Min, OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from common import clock
from common.errors import Refused
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from common.times import local_date
from liaisons.forms import BodyFilter, DutyForm, EndForm, SeatForm
from liaisons.models import Body, BodyAppointment, Meeting, Seat
from liaisons.workflow import end_duty, end_seat, give_duty, give_seat


def _count(role: str, now: datetime) -> Subquery:
    seats = Seat.objects.in_force(now).filter(body=OuterRef("pk"), role=role).order_by()
    return Subquery(seats.values("body").annotate(number=Count("pk")).values("number"))


def with_people_and_meetings(bodies: QuerySet[Body], now: datetime) -> QuerySet[Body]:
    """Add ``members``, ``deputies`` (None for none) and ``next_meeting_at`` to each body."""
    coming = Meeting.objects.filter(body=OuterRef("pk"), starts_at__gte=now, state="planned").order_by()
    first = coming.values("body").annotate(first=Min("starts_at")).values("first")
    return bodies.annotate(
        members=_count("member", now), deputies=_count("deputy", now), next_meeting_at=Subquery(first)
    )


def body_list(request: HttpRequest) -> HttpResponse:
    """The bodies that the person may see, with their members and next meeting."""
    now = clock.now()
    bodies = with_people_and_meetings(allowed("liaisons.body.view", request.user, now=now), now)
    form = BodyFilter(request.GET or None)
    if form.is_valid() and form.cleaned_data["laji"]:
        bodies = bodies.filter(kind=form.cleaned_data["laji"])
    return render(request, "liaisons/body_list.html", {"page": paginate(request, bodies), "form": form})


def body_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One body: who sits in it and until when, who presents and writes, and its meetings."""
    now = clock.now()
    today = local_date(now)
    body = get_allowed("liaisons.body.view", request.user, now=now, pk=pk)
    seats = list(body.seats.select_related("user", "deputy_for__user"))
    duties = list(body.appointments.select_related("user"))
    meetings = allowed("liaisons.meeting.view", request.user, now=now).filter(body=body)
    return render(
        request,
        "liaisons/body_detail.html",
        {
            "body": body,
            "seats": [seat for seat in seats if not _is_over(seat, now)],
            "duties": [duty for duty in duties if not _is_over(duty, now)],
            "past": [row for row in (*seats, *duties) if _is_over(row, now)],
            "today": today,
            "coming_meetings": meetings.filter(starts_at__gte=now).order_by("starts_at")[:10],
            "held_meetings": meetings.filter(starts_at__lt=now)[:10],
            "can_manage": may("liaisons.body.manage", request.user, body, now=now),
            "can_plan": may("liaisons.meeting.plan", request.user, body, now=now),
        },
    )


def _is_over(row: Seat | BodyAppointment, now: datetime) -> bool:
    return row.valid_until is not None and row.valid_until < local_date(now)


def seat_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a seat."""
    now = clock.now()
    body = get_allowed("liaisons.body.manage", request.user, now=now, pk=pk)
    form = SeatForm(request.POST or None, body=body, now=now)
    if request.method == "POST" and form.is_valid():
        done = _try(form, lambda: give_seat(body, **form.cleaned_data, by=request.user, now=now))
        if done:
            messages.success(request, _("Paikka on annettu, ja henkilölle on lähtenyt viesti."))
            return redirect("liaisons:body", pk=pk)
    return _form_page(request, form, body, _("Lisää jäsen"), _("Lisää jäsen"))


def duty_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Appoint a presenter or secretary."""
    now = clock.now()
    body = get_allowed("liaisons.body.manage", request.user, now=now, pk=pk)
    form = DutyForm(request.POST or None, now=now)
    if request.method == "POST" and form.is_valid():
        done = _try(form, lambda: give_duty(body, **form.cleaned_data, by=request.user, now=now))
        if done:
            messages.success(request, _("Tehtävä on annettu, ja henkilölle on lähtenyt viesti."))
            return redirect("liaisons:body", pk=pk)
    return _form_page(request, form, body, _("Lisää esittelijä tai sihteeri"), _("Anna tehtävä"))


def seat_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a seat."""
    return _end_page(request, Seat.objects.select_related("user", "body"), pk, end_seat)


def duty_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a duty."""
    return _end_page(request, BodyAppointment.objects.select_related("user", "body"), pk, end_duty)


def _end_page(request: HttpRequest, rows: QuerySet[Any], pk: int, end: Callable[..., Any]) -> HttpResponse:
    now = clock.now()
    bodies = allowed("liaisons.body.manage", request.user, now=now)
    row = get_object_or_404(rows, body__in=bodies, pk=pk)
    form = EndForm(request.POST or None, initial={"ends_on": row.valid_until or local_date(now)})
    if request.method == "POST" and form.is_valid():
        ends_on = form.cleaned_data["ends_on"]
        if _try(form, lambda: end(row, ends_on=ends_on, by=request.user, now=now)):
            messages.success(request, _("Päättymispäivä on tallennettu."))
            return redirect("liaisons:body", pk=row.body_id)
    heading = _("Päätä tehtävä: %(person)s, %(duty)s") % {"person": row.user, "duty": row.get_role_display()}
    return _form_page(request, form, row.body, heading, _("Tallenna päättymispäivä"))


def _try(form: Any, verb: Callable[[], Any]) -> Any:
    """Run the verb; its refusal becomes an error of the form."""
    try:
        return verb()
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None


def _form_page(request: HttpRequest, form: Any, body: Body, heading: str, submit: str) -> HttpResponse:
    context = {
        "form": form,
        "body": body,
        "heading": heading,
        "submit": submit,
        "back_url": reverse("liaisons:body", args=[body.pk]),
    }
    return render(request, "liaisons/form.html", context)
