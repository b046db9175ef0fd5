"""Appointments: naming a person, ending, substitutes and absences, for the coordinator and for the person.

Each page stands twice: under ``/hallinta/`` for those who manage posts, and under ``/omat/`` (``own=True``) for the
person, where only their own appointments are found.
"""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import sign_in_required
from common import clock
from common.policies import allowed, get_allowed
from common.times import add_days, local_date
from liaisons.forms import (
    AbsenceForm,
    AppointForm,
    EndAppointmentForm,
    LastDayForm,
    OfficerAppointmentForm,
    OwnAppointmentForm,
    ReasonForm,
    SubstituteForm,
)
from liaisons.models import Appointment, Post, Substitute
from liaisons.views.pages import Crumb, ask, desk_crumbs, own_crumbs, require_manager
from liaisons.workflow import (
    end_absence,
    end_appointment,
    end_substitute,
    name_substitute,
    propose_appointment,
    record_absence,
    withdraw_appointment,
)

_RELATED = ("user", "post__unit", "post__municipality")


def _find(request: HttpRequest, permission: str, pk: int, *, own: bool) -> Appointment:
    """Return the appointment under the permission; on own pages only a person's own."""
    now = clock.now()
    found = allowed(permission, request.user, now=now).select_related(*_RELATED)
    if own:
        found = found.filter(user=request.user)
    else:
        require_manager(request)
    row: Appointment = get_object_or_404(found, pk=pk)
    return row


def _home(row: Appointment, *, own: bool) -> tuple[str, list[Crumb]]:
    """Return where a page of the appointment goes back to, and its crumbs."""
    if own:
        address = reverse("liaisons:own_post", args=[row.pk])
        return address, own_crumbs((address, row.post.full_name))
    address = reverse("liaisons:post", args=[row.post_id])
    return address, desk_crumbs((address, row.post.full_name))


@sign_in_required
def appoint(request: HttpRequest, pk: int) -> HttpResponse:
    """Name a person to the post; ``?jatka=`` fills the form from an appointment that ends."""
    now = clock.now()
    get_allowed("liaisons.post.manage", request.user, now=now, pk=pk)
    post = Post.objects.select_related("unit", "municipality").get(pk=pk)
    form = AppointForm(request.POST or None, now=now, initial=_continued(request, post))
    address = reverse("liaisons:post", args=[pk])
    return ask(
        request,
        form,
        lambda: propose_appointment(post, **form.cleaned_data, by=request.user, now=now),
        done=_(
            "Henkilö on nimetty ja hänelle on lähtenyt viesti. Nimeäminen on voimassa, kun hän ottaa tehtävän vastaan."
        ),
        to=address,
        heading=_("Nimeä henkilö tehtävään"),
        submit=_("Nimeä ja lähetä viesti"),
        trail=desk_crumbs((address, post.full_name)),
        lead=_("Sovi tehtävästä ensin henkilön ja hänen esihenkilönsä kanssa."),
    )


def _continued(request: HttpRequest, post: Post) -> dict[str, Any]:
    asked = request.GET.get("jatka", "")
    rows = Appointment.objects.filter(post=post, valid_until__isnull=False).select_related("user")
    row = rows.filter(pk=int(asked)).first() if asked.isdecimal() else None
    if row is None or row.valid_until is None:
        return {}
    kept = {name: getattr(row, name) for name in ("working_time", "tasks", "supervisor")}
    return {
        "full_name": row.user.full_name,
        "email": row.user.email,
        "valid_from": add_days(row.valid_until, 1),
        **kept,
    }


@sign_in_required
def appointment_edit(request: HttpRequest, pk: int, *, own: bool = False) -> HttpResponse:
    """Working time and contact choices; for the coordinator also tasks, supervisor and introduction."""
    row = _find(request, "liaisons.appointment.arrange", pk, own=own)
    kind = OwnAppointmentForm if own else OfficerAppointmentForm
    form = kind(request.POST or None, instance=row)
    address, trail = _home(row, own=own)
    heading = _("Työaika ja yhteystiedot") if own else _("Muuta nimeämistä: %(person)s") % {"person": row.user}
    return ask(
        request,
        form,
        form.save,
        done=_("Tiedot on tallennettu."),
        to=address,
        heading=heading,
        submit=_("Tallenna"),
        trail=trail,
    )


@sign_in_required
def appointment_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a proposal that nobody has answered."""
    now = clock.now()
    row = _find(request, "liaisons.appointment.manage", pk, own=False)
    form = ReasonForm(request.POST or None)
    address, trail = _home(row, own=False)
    return ask(
        request,
        form,
        lambda: withdraw_appointment(row, **form.cleaned_data, by=request.user, now=now),
        done=_("Nimeäminen on peruttu, ja henkilölle on lähtenyt viesti."),
        to=address,
        heading=_("Peru nimeäminen: %(person)s") % {"person": row.user},
        submit=_("Peru nimeäminen"),
        trail=trail,
    )


@sign_in_required
def appointment_end(request: HttpRequest, pk: int, *, own: bool = False) -> HttpResponse:
    """End an accepted appointment on a day; the other party is told."""
    now = clock.now()
    row = _find(request, "liaisons.appointment.end", pk, own=own)
    form = EndAppointmentForm(request.POST or None, initial={"ends_on": row.valid_until or local_date(now)})
    address, trail = _home(row, own=own)
    heading = _("Luovu tehtävästä") if own else _("Päätä tehtävä: %(person)s") % {"person": row.user}
    return ask(
        request,
        form,
        lambda: end_appointment(row, **form.cleaned_data, by=request.user, now=now),
        done=_("Viimeinen päivä on tallennettu, ja siitä on lähtenyt viesti."),
        to=address,
        heading=heading,
        submit=_("Tallenna viimeinen päivä"),
        trail=trail,
    )


@sign_in_required
def substitute_new(request: HttpRequest, pk: int, *, own: bool = False) -> HttpResponse:
    """Name a substitute."""
    now = clock.now()
    row = _find(request, "liaisons.appointment.arrange", pk, own=own)
    form = SubstituteForm(request.POST or None, now=now)
    address, trail = _home(row, own=own)
    return ask(
        request,
        form,
        lambda: name_substitute(row, **form.cleaned_data, by=request.user, now=now),
        done=_("Sijainen on nimetty, ja hänelle on lähtenyt viesti."),
        to=address,
        heading=_("Nimeä sijainen"),
        submit=_("Nimeä sijainen"),
        trail=trail,
        lead=_("Sijainen vastaa, kun %(person)s on poissa. Sovi asiasta ensin hänen kanssaan.") % {"person": row.user},
    )


@sign_in_required
def substitute_end(request: HttpRequest, pk: int, *, own: bool = False) -> HttpResponse:
    """End a substitute's term; on own pages the holder's substitutes and one's own standing in."""
    now = clock.now()
    if not own:
        require_manager(request)
    found = allowed("liaisons.substitute.end", request.user, now=now)
    rows = found.select_related("user", *(f"appointment__{name}" for name in _RELATED))
    row: Substitute = get_object_or_404(rows, pk=pk)
    form = LastDayForm(request.POST or None, initial={"ends_on": row.valid_until or local_date(now)})
    if own and row.user_id == request.user.pk:
        address, trail = reverse("liaisons:own_posts"), own_crumbs()
    else:
        if own:
            get_object_or_404(Appointment, pk=row.appointment_id, user=request.user)
        address, trail = _home(row.appointment, own=own)
    return ask(
        request,
        form,
        lambda: end_substitute(row, **form.cleaned_data, by=request.user, now=now),
        done=_("Sijaisuuden viimeinen päivä on tallennettu."),
        to=address,
        heading=_("Lopeta sijaisuus: %(person)s") % {"person": row.user},
        submit=_("Tallenna viimeinen päivä"),
        trail=trail,
    )


@sign_in_required
def absence_new(request: HttpRequest, pk: int) -> HttpResponse:
    """The coordinator records that the holder is away."""
    now = clock.now()
    row = _find(request, "liaisons.appointment.arrange", pk, own=False)
    form = AbsenceForm(request.POST or None, now=now)
    address, trail = _home(row, own=False)
    return ask(
        request,
        form,
        lambda: record_absence(row.user, **form.cleaned_data, by=request.user, now=now),
        done=_("Poissaolo on kirjattu."),
        to=address,
        heading=_("Kirjaa poissaolo: %(person)s") % {"person": row.user},
        submit=_("Kirjaa poissaolo"),
        trail=trail,
        lead=_("Poissaolo koskee kaikkia henkilön tehtäviä. Syytä ei kirjata."),
    )


@sign_in_required
def absence_end(request: HttpRequest, pk: int, *, own: bool = False) -> HttpResponse:
    """Change the last day of an absence; an empty day takes back one that has not begun."""
    now = clock.now()
    if not own:
        require_manager(request)
    found = allowed("liaisons.absence.manage", request.user, now=now).select_related("user")
    row = get_object_or_404(found.filter(user=request.user) if own else found, pk=pk)
    ahead = row.valid_from > local_date(now)
    initial = {"ends_on": row.valid_until or local_date(now)}
    form = LastDayForm(request.POST or None, initial=initial, optional=ahead)
    trail = own_crumbs() if own else desk_crumbs()
    return ask(
        request,
        form,
        lambda: end_absence(row, **form.cleaned_data, by=request.user, now=now) or True,
        done=_("Poissaolo on tallennettu."),
        to=trail[-1][0],
        heading=_("Muuta poissaoloa: %(person)s") % {"person": row.user},
        submit=_("Tallenna"),
        trail=trail,
        lead=_("Poista päivä, jos poissaoloa ei tule lainkaan.") if ahead else "",
    )
