"""What is done to an event: plan, edit, publish, cancel, hold, copy, and the lists that belong to it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import sign_in_required
from accounts.roles import current_user
from common import clock
from common.templatetags.portal import crumbs
from forums.event_clashes import Clash, clashes
from forums.forms.event_parts import AgendaLines, HostLines, ServiceLines
from forums.forms.events import CancelEventForm, CopyEventForm, EventForm
from forums.models import Event, EventSeries, Visibility
from forums.policies.events import may_plan_events
from forums.views.event_pages import Crumb, desk_crumbs, event_crumbs, found_event, require_planner, show
from forums.workflow.event_copies import copy_event
from forums.workflow.event_parts import set_agenda, set_hosts, set_services
from forums.workflow.events import cancel_event, edit_event, hold_event, plan_event, publish_event
from liaisons.views.pages import act_and_return, ask
from organisations.views.helpers import attempt

MANAGE = "forums.event.manage"


def _desk(event: Event) -> str:
    return reverse("forums:event_desk", args=[event.pk])


@sign_in_required
def event_new(request: HttpRequest) -> HttpResponse:
    """Plan an event; ``?sarja=`` fills in what the series says, ``?ryhma=`` and ``?kunta=`` whose it is."""
    now = clock.now()
    require_planner(request, now)
    whose = {"ryhma": request.GET.get("ryhma", ""), "municipality": request.GET.get("kunta", "")}
    form = _form(request, Event(), {**_from_series(request.GET.get("sarja", "")), **whose}, now)
    answer = _saved(
        request, form, None, lambda: plan_event(**form.facts, wish=form.wish, by=current_user(request), now=now), now
    )
    if answer is not None:
        messages.success(request, _("Tapahtuma on suunnitteilla. Muut näkevät sen, kun julkaiset sen."))
        return answer
    return _show(request, form, _("Suunnittele tapahtuma"), desk_crumbs(), now)


def _from_series(key: str) -> dict[str, Any]:
    """Return what a series gives an event to begin with: name, form, for whom."""
    series = EventSeries.objects.filter(key=key).first() if key else None
    if series is None:
        return {}
    return {
        "series": series.pk,
        "name_fi": series.name_fi,
        "name_sv": series.name_sv,
        "name_en": series.name_en,
        "description_fi": series.description_fi,
        "form": series.forms[0] if series.forms else "remote",
        "visibility": Visibility.PUBLIC if series.open_to == "everyone" else Visibility.NGOS,
    }


@sign_in_required
def event_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change or move a coming event; its room follows."""
    now = clock.now()
    event = found_event(request, pk, MANAGE, now)
    booking = event.booking
    initial = {
        **EventForm.when_of(event),
        "ryhma": EventForm.group_of(event),
        "unit": booking.unit_id if booking else None,
        "room": event.room_id,
        "terms_accepted": booking is not None,
    }
    form = _form(request, event, initial, now)
    answer = _saved(
        request,
        form,
        event,
        lambda: edit_event(event, **form.facts, wish=form.wish, by=current_user(request), now=now),
        now,
    )
    if answer is not None:
        messages.success(
            request, _("Tiedot on tallennettu. Jos aika tai paikka muuttui, ilmoittautuneet saavat siitä viestin.")
        )
        return answer
    return _show(request, form, _("Muuta tapahtumaa: %(event)s") % {"event": event.name}, event_crumbs(event), now)


def _form(request: HttpRequest, event: Event, initial: dict[str, Any], now: datetime) -> EventForm:
    return EventForm(
        request.POST if request.method == "POST" else None,
        instance=event,
        initial=initial,
        by=request.user,
        now=now,
        all_units=may_plan_events(request.user, now),
    )


def _saved(
    request: HttpRequest, form: EventForm, event: Event | None, act: Callable[[], Event], now: datetime
) -> HttpResponse | None:
    """Save and go to the desk's page; None when the form comes back with faults, clashes or a refusal."""
    if request.method != "POST" or not form.is_valid():
        return None
    form.found_clashes = _clashes(form, event, now)
    if any(clash.is_pressing for clash in form.found_clashes) and not form.cleaned_data["despite"]:
        return None
    made = attempt(request, act, form)
    return redirect(_desk(made)) if made else None


def _clashes(form: EventForm, event: Event | None, now: datetime) -> list[Clash]:
    """Return what the time clashes with; nothing when an edit does not move the event."""
    span = form.span
    if event is not None and (span.start, span.end) == (event.starts_at, event.ends_at):
        return []
    people = [host.user for host in event.hosts.select_related("user") if host.user] if event else []
    return clashes([span], now=now, leaving=event, people=people)[0]


def _show(request: HttpRequest, form: EventForm, heading: str, trail: list[Crumb], now: datetime) -> HttpResponse:
    return show(
        request,
        "forums/events/edit.html",
        form,
        heading=heading,
        submit=_("Tallenna"),
        trail=trail,
        clashes=form.found_clashes,
    )


@sign_in_required
@require_POST
def event_publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the event to those for whom it is."""
    now = clock.now()
    event = found_event(request, pk, MANAGE, now)
    return act_and_return(
        request,
        lambda: publish_event(event, by=current_user(request), now=now),
        _("Tapahtuma on julkaistu ja näkyy kalenterissa."),
        _desk(event),
    )


@sign_in_required
@require_POST
def event_hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark the event held."""
    now = clock.now()
    event = found_event(request, pk, MANAGE, now)
    return act_and_return(
        request,
        lambda: hold_event(event, by=current_user(request), now=now),
        _("Tapahtuma on merkitty pidetyksi."),
        _desk(event),
    )


@sign_in_required
def event_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel the event with a reason; everybody who signed up is told and the room is free again."""
    now = clock.now()
    event = found_event(request, pk, MANAGE, now)
    form = CancelEventForm(request.POST if request.method == "POST" else None)
    return ask(
        request,
        form,
        lambda: cancel_event(event, **form.cleaned_data, by=current_user(request), now=now),
        done=_("Tapahtuma on peruttu. Ilmoittautuneet saavat viestin, ja varattu tila on vapaa."),
        to=_desk(event),
        heading=_("Peru tapahtuma: %(event)s") % {"event": event.name},
        submit=_("Peru tapahtuma"),
        trail=event_crumbs(event),
        lead=_("Peruttua tapahtumaa ei voi palauttaa. Jos vain aika muuttuu, muuta tapahtumaa."),
    )


@sign_in_required
def event_copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan a new event like this one."""
    now = clock.now()
    require_planner(request, now)
    event = found_event(request, pk, MANAGE, now)
    initial = {"klo": CopyEventForm.when_of(event)["klo"], "loppuu": CopyEventForm.when_of(event)["loppuu"]}
    form = CopyEventForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        parts, span = form.cleaned_data["parts"], form.span
        made = attempt(
            request,
            lambda: copy_event(
                event, starts_at=span.start, ends_at=span.end, parts=parts, by=current_user(request), now=now
            ),
            form,
        )
        if made:
            messages.success(request, _("Kopio on suunnitteilla. Tarkista tiedot ja varaa tila, jos sellainen on."))
            return redirect("forums:event_edit", pk=made.pk)
    return show(
        request,
        "liaisons/simple_form.html",
        form,
        heading=_("Kopioi tapahtuma: %(event)s") % {"event": event.name},
        submit=_("Tee kopio"),
        trail=event_crumbs(event),
    )


@sign_in_required
def event_agenda(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the agenda."""
    now = clock.now()
    event = found_event(request, pk, MANAGE, now)
    rows = [{"starts_at": row.starts_at, "title": row.title, "speaker": row.speaker} for row in event.agenda.all()]
    lines = AgendaLines(request.POST if request.method == "POST" else None, initial=rows, prefix="rivi")
    return _lines(
        request,
        event,
        lines,
        lambda: set_agenda(event, slots=lines.rows, by=current_user(request), now=now),
        _("Ohjelma"),
        _("Ohjelma on tallennettu."),
    )


@sign_in_required
def event_hosts(request: HttpRequest, pk: int) -> HttpResponse:
    """Write who holds the event."""
    now = clock.now()
    event = found_event(request, pk, MANAGE, now)
    rows = [
        {
            "user": row.user.email if row.user else "",
            "organisation": str(row.organisation.business_id or row.organisation.name) if row.organisation else "",
            "label": row.label,
        }
        for row in event.hosts.select_related("user", "organisation")
    ]
    lines = HostLines(request.POST if request.method == "POST" else None, initial=rows, prefix="rivi")
    return _lines(
        request,
        event,
        lines,
        lambda: set_hosts(event, hosts=lines.rows, by=current_user(request), now=now),
        _("Järjestäjät"),
        _("Järjestäjät on tallennettu."),
    )


@sign_in_required
def event_services(request: HttpRequest, pk: int) -> HttpResponse:
    """Write interpreters and captioning."""
    now = clock.now()
    event = found_event(request, pk, MANAGE, now)
    names = ("kind", "language", "provider", "confirmed")
    rows = [{name: getattr(row, name) for name in names} for row in event.services.all()]
    lines = ServiceLines(request.POST if request.method == "POST" else None, initial=rows, prefix="rivi")
    return _lines(
        request,
        event,
        lines,
        lambda: set_services(event, services=lines.rows, by=current_user(request), now=now),
        _("Tulkkaus ja tekstitys"),
        _("Tulkkaus ja tekstitys on tallennettu."),
    )


def _lines(
    request: HttpRequest, event: Event, lines: Any, act: Callable[[], Any], heading: str, done: str
) -> HttpResponse:
    """Show a list of lines, or write it and go to the desk's page."""
    if request.method == "POST" and lines.is_valid() and attempt(request, act):
        messages.success(request, done)
        more = "lisaa" in request.POST
        return redirect(request.path if more else _desk(event))
    trail = event_crumbs(event)
    context = {
        "event": event,
        "lines": lines,
        "heading": heading,
        "back_url": _desk(event),
        "trail": crumbs(*(part for pair in trail for part in pair), heading),
    }
    status = 422 if lines.is_bound and not lines.is_valid() else 200
    return render(request, "forums/events/lines.html", context, status=status)
