"""Bodies on the desk: their list, the workbench of one, its people, seats and names."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import sign_in_required
from common import clock
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from common.times import local_date
from liaisons.composition import composition, ending_seats, ends_soon, vacancies
from liaisons.forms import (
    BodyFilter,
    BodyForm,
    BodySettingsForm,
    DutyForm,
    EndForm,
    RenameForm,
    RequirementForm,
    SeatFactsForm,
    SeatForm,
)
from liaisons.models import Body, BodyAppointment, Meeting, Seat, SeatRequirement
from liaisons.policies import may_make_bodies
from liaisons.views.pages import Crumb, act_and_return, ask
from liaisons.workflow import (
    add_body,
    cancel_planned_name,
    edit_seat,
    end_duty,
    end_seat,
    give_duty,
    give_seat,
    rename_body,
    set_requirement,
)


def body_crumbs(*more: Crumb) -> list[Crumb]:
    """Return the crumbs of the workbench pages."""
    return [(reverse("portal:desk"), _("Hallinta")), (reverse("liaisons:bodies"), _("Toimielimet")), *more]


def _of(body: Body) -> tuple[str, list[Crumb]]:
    address = reverse("liaisons:body", args=[body.pk])
    return address, body_crumbs((address, body.name))


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


@sign_in_required
def body_list(request: HttpRequest) -> HttpResponse:
    """The bodies that the person may see, with their members, vacant seats and next meeting."""
    now = clock.now()
    bodies = with_people_and_meetings(allowed("liaisons.body.view", request.user, now=now), now)
    form = BodyFilter(request.GET or None)
    if form.is_valid() and form.cleaned_data["laji"]:
        bodies = bodies.filter(kind=form.cleaned_data["laji"])
    page = paginate(request, bodies)
    missing = vacancies(page.object_list, local_date(now))
    for body in page.object_list:
        body.vacant = missing.get(body.pk, 0)
    context = {"page": page, "form": form, "can_make": may_make_bodies(request.user, now)}
    return render(request, "liaisons/body_list.html", context)


@sign_in_required
def body_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The workbench of a body: what is missing, who sits until when, who presents and writes, meetings, calls."""
    now = clock.now()
    today = local_date(now)
    body = get_allowed("liaisons.body.view", request.user, now=now, pk=pk)
    seats = list(body.seats.select_related("user", "deputy_for__user", "organisation"))
    for seat in seats:
        seat.ends_soon = ends_soon(seat, today)
    duties = list(body.appointments.select_related("user"))
    meetings = allowed("liaisons.meeting.view", request.user, now=now).filter(body=body).select_related("body")
    nominations = allowed("liaisons.nomination.desk", request.user, now=now).filter(Q(body=body) | Q(chooser=body))
    names = list(body.names.order_by("-valid_from"))
    requirements = list(body.requirements.select_related("chooser"))
    return render(
        request,
        "liaisons/body_detail.html",
        {
            "body": body,
            "names": names if len(names) > 1 else [],
            "planned_name": next((row for row in names if row.valid_from > today), None),
            "lines": composition(seats, requirements, today),
            "seats": [seat for seat in seats if not _is_over(seat, now)],
            "duties": [duty for duty in duties if not _is_over(duty, now)],
            "past": [row for row in (*seats, *duties) if _is_over(row, now)],
            "coming_meetings": meetings.filter(starts_at__gte=now)
            .exclude(state="cancelled")
            .order_by("starts_at")[:10],
            "held_meetings": meetings.filter(starts_at__lt=now)[:10],
            "nominations": (nominations.filter(body=body) | nominations.filter(chooser=body)).select_related("body")[
                :10
            ],
            "now": now,
            "can_manage": may("liaisons.body.manage", request.user, body, now=now),
            "can_edit": may("liaisons.body.edit", request.user, body, now=now),
            "can_give_duty": may("liaisons.duty.give", request.user, body, now=now),
            "can_plan": may("liaisons.meeting.plan", request.user, body, now=now),
        },
    )


def _is_over(row: Seat | BodyAppointment, now: datetime) -> bool:
    return row.valid_until is not None and row.valid_until < local_date(now)


@sign_in_required
def seats_ending(request: HttpRequest) -> HttpResponse:
    """Terms that end within half a year in the bodies that one runs, soonest first."""
    now = clock.now()
    rows = ending_seats(allowed("liaisons.meeting.plan", request.user, now=now), now)
    return render(request, "liaisons/seats_ending.html", {"page": paginate(request, rows), "now": now})


# Bodies themselves


@sign_in_required
def body_new(request: HttpRequest) -> HttpResponse:
    """Add a body that the area file does not give."""
    now = clock.now()
    if not may_make_bodies(request.user, now):
        raise Http404
    form = BodyForm(request.POST or None)

    def act() -> Any:
        kind = form.cleaned_data["kind"]
        return add_body(names=form.names, kind=kind, by=request.user, now=now, **form.fields_of_body)

    return ask(
        request,
        form,
        act,
        done=_("Toimielin on lisätty. Nimeä sille seuraavaksi sihteeri."),
        to="liaisons:bodies",
        heading=_("Lisää toimielin"),
        submit=_("Lisää toimielin"),
        trail=body_crumbs(),
    )


def _editable(request: HttpRequest, pk: int, permission: str = "liaisons.body.edit") -> Body:
    body: Body = get_allowed(permission, request.user, now=clock.now(), pk=pk)
    return body


@sign_in_required
def body_rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the body a new name from a day."""
    now = clock.now()
    body = _editable(request, pk)
    names = {name: getattr(body, name) for name in ("name_fi", "name_sv", "name_en")}
    form = RenameForm(request.POST or None, initial={**names, "from_day": local_date(now)})

    def act() -> Any:
        data = form.cleaned_data
        return rename_body(
            body, names=form.names, from_day=data["from_day"], reason=data["reason"], by=request.user, now=now
        )

    address, trail = _of(body)
    return ask(
        request,
        form,
        act,
        done=_("Uusi nimi on tallennettu."),
        to=address,
        heading=_("Vaihda nimi"),
        submit=_("Tallenna"),
        trail=trail,
        lead=_("Vanhat pöytäkirjat säilyttävät nimen, joka toimielimellä silloin oli."),
    )


@sign_in_required
@require_POST
def body_name_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a name whose day has not come."""
    body = _editable(request, pk)
    return act_and_return(
        request,
        lambda: cancel_planned_name(body, by=request.user, now=clock.now()),
        _("Suunniteltu nimi on peruttu."),
        reverse("liaisons:body", args=[pk]),
    )


@sign_in_required
def body_settings(request: HttpRequest, pk: int) -> HttpResponse:
    """How the body's meetings are recorded, and when they may decide."""
    body = _editable(request, pk)
    form = BodySettingsForm(request.POST or None, instance=body)
    address, trail = _of(body)
    return ask(
        request,
        form,
        form.save,
        done=_("Asetukset on tallennettu."),
        to=address,
        heading=_("Kokousten asetukset"),
        submit=_("Tallenna"),
        trail=trail,
    )


@sign_in_required
def requirement_set(request: HttpRequest, pk: int) -> HttpResponse:
    """How many seats of a kind the rules give; ``?paikka=`` opens one that is there."""
    now = clock.now()
    body = _editable(request, pk)
    wanted = request.GET.get("paikka", "")
    row = SeatRequirement.objects.filter(body=body, pk=int(wanted) if wanted.isdigit() else 0).first()
    fields = ("role", "party", "number", "chooser", "chooser_appoints", "source")
    initial = {name: getattr(row, name) for name in fields} if row else {}
    form = RequirementForm(request.POST or None, initial=initial)
    address, trail = _of(body)
    return ask(
        request,
        form,
        lambda: set_requirement(body, **form.cleaned_data, by=request.user, now=now),
        done=_("Paikkamäärä on tallennettu."),
        to=address,
        heading=_("Kuinka monta paikkaa"),
        submit=_("Tallenna"),
        trail=trail,
        lead=_("Kun määrä on kirjattu, täyttämättömät paikat näkyvät kaikille."),
    )


# Seats and duties


@sign_in_required
def seat_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a seat."""
    now = clock.now()
    body = _editable(request, pk, "liaisons.body.manage")
    form = SeatForm(request.POST or None, body=body, now=now)
    address, trail = _of(body)
    return ask(
        request,
        form,
        lambda: give_seat(body, **form.seat, by=request.user, now=now),
        done=_("Paikka on annettu, ja henkilölle on lähtenyt viesti."),
        to=address,
        heading=_("Lisää jäsen"),
        submit=_("Lisää jäsen"),
        trail=trail,
    )


@sign_in_required
def seat_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Correct whom a seat represents, who presides, who nominated and appointed."""
    now = clock.now()
    bodies = allowed("liaisons.body.manage", request.user, now=now)
    seat = get_object_or_404(Seat.objects.select_related("user", "body", "organisation"), body__in=bodies, pk=pk)
    initial = {name: getattr(seat, name) for name in SeatFactsForm.base_fields}
    initial["organisation_represented"] = seat.organisation.name if seat.organisation else seat.organisation_represented
    form = SeatFactsForm(request.POST or None, initial=initial)
    address, trail = _of(seat.body)
    return ask(
        request,
        form,
        lambda: edit_seat(seat, by=request.user, now=now, **form.facts),
        done=_("Paikan tiedot on tallennettu."),
        to=address,
        heading=_("Paikan tiedot: %(person)s") % {"person": seat.user},
        submit=_("Tallenna"),
        trail=trail,
    )


@sign_in_required
def duty_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Appoint a presenter or secretary; officers give a body that is not the county's own its first secretary."""
    now = clock.now()
    body = _editable(request, pk, "liaisons.duty.give")
    form = DutyForm(request.POST or None, now=now)
    address, trail = _of(body)
    return ask(
        request,
        form,
        lambda: give_duty(body, **form.cleaned_data, by=request.user, now=now),
        done=_("Tehtävä on annettu, ja henkilölle on lähtenyt viesti."),
        to=address,
        heading=_("Lisää esittelijä tai sihteeri"),
        submit=_("Anna tehtävä"),
        trail=trail,
    )


@sign_in_required
def seat_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a seat."""
    return _end_page(request, Seat.objects.select_related("user", "body"), pk, end_seat)


@sign_in_required
def duty_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End a duty."""
    return _end_page(request, BodyAppointment.objects.select_related("user", "body"), pk, end_duty)


def _end_page(request: HttpRequest, rows: QuerySet[Any], pk: int, end: Callable[..., Any]) -> HttpResponse:
    now = clock.now()
    bodies = allowed("liaisons.body.manage", request.user, now=now)
    row = get_object_or_404(rows, body__in=bodies, pk=pk)
    form = EndForm(request.POST or None, initial={"ends_on": row.valid_until or local_date(now)})
    address, trail = _of(row.body)
    return ask(
        request,
        form,
        lambda: end(row, ends_on=form.cleaned_data["ends_on"], by=request.user, now=now),
        done=_("Päättymispäivä on tallennettu."),
        to=address,
        heading=_("Päätä tehtävä: %(person)s, %(duty)s") % {"person": row.user, "duty": row.get_role_display()},
        submit=_("Tallenna päättymispäivä"),
        trail=trail,
    )
