"""The organiser's pages of an event's sign-ups: list and files, on the telephone, needs, a message, letting go."""

from typing import Any

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.access import sign_in_required
from accounts.roles import current_user
from common import clock
from common.exports import Cell, csv_response, xlsx_response
from common.pagination import paginate
from common.policies import allowed, may
from common.templatetags.portal import crumbs
from forums.forms.sign_ups import ListFilter, MessageForm, PhoneForm
from forums.life_cycles import STANDING
from forums.models import Event, SignUp
from forums.sign_up_desk import desk_facts, diet_counts
from forums.workflow.attendance import may_mark
from forums.workflow.sign_ups import cancel, sign_up_for, write_to_all
from organisations.views.helpers import attempt

Crumb = tuple[str, str]


def found_event(request: HttpRequest, pk: int, permission: str = "forums.event.manage") -> Event:
    """Return the event for whoever has the permission; 404 for others."""
    rows = allowed(permission, request.user, now=clock.now()).select_related("room__site", "run")
    event: Event = get_object_or_404(rows, pk=pk)
    return event


def desk_trail(event: Event, *own: str, deeper: bool = True) -> str:
    """Return the crumbs of what is done to an event's sign-ups."""
    pairs: list[Any] = [
        reverse("portal:desk"),
        _("Hallinta"),
        reverse("forums:event_desk", args=[event.pk]),
        event.name,
    ]
    if deeper:
        pairs += [reverse("forums:sign_ups", args=[event.pk]), _("Ilmoittautuneet")]
    return crumbs(*pairs, *own)


def _asked(request: HttpRequest, event: Event) -> tuple[ListFilter, QuerySet[Any]]:
    """Return the filter and the rows that it leaves: page and files ask the same."""
    form = ListFilter(request.GET or None)
    rows = allowed("forums.sign_up.read", request.user, now=clock.now()).filter(event=event)
    data = form.cleaned_data if form.is_valid() else {"tila": "", "tapa": "", "q": ""}
    if not data["tila"]:
        rows = rows.filter(state__in=("unconfirmed", *STANDING))
    elif data["tila"] != "kaikki":
        rows = rows.filter(state=data["tila"])
    if data["tapa"]:
        rows = rows.filter(way=data["tapa"])
    if data["q"]:
        word = data["q"]
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(email__icontains=word)
            | Q(organisation_name__icontains=word)
            | Q(organisation__name__icontains=word)
        )
    return form, rows.select_related("organisation", "contact", "entered_by").order_by("pk")


@sign_in_required
@require_safe
def sign_ups(request: HttpRequest, pk: int) -> HttpResponse:
    """Who comes, waits or has still to confirm, against the places; filters, files, cancelling for a person."""
    now = clock.now()
    event = found_event(request, pk, "forums.event.desk")
    form, rows = _asked(request, event)
    return render(
        request,
        "forums/sign_up/list.html",
        {
            "event": event,
            "form": form,
            "page": paginate(request, rows, per_page=50),
            "facts": desk_facts(event),
            "can_manage": may("forums.event.manage", request.user, event, now=now),
            "can_mark": may_mark(event, now),
            "trail": desk_trail(event, _("Ilmoittautuneet"), deeper=False),
        },
    )


@sign_in_required
@require_safe
def sign_ups_file(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """The same rows as a file, CSV or XLSX; what people need is not in it."""
    event = found_event(request, pk, "forums.event.desk")
    _form, rows = _asked(request, event)
    head = [
        _("Nimi"),
        _("Järjestö tai muu taho"),
        _("Sähköposti"),
        _("Osallistuu"),
        _("Tila"),
        _("Ilmoittautui"),
        _("Miten"),
        _("Ilmoittaja"),
        _("Oli paikalla"),
    ]
    make = csv_response if kind == "csv" else xlsx_response
    return make(f"ilmoittautuneet-{event.pk}", head, [_cells(row) for row in rows])


def _cells(row: SignUp) -> list[Cell]:
    came = "" if row.attended is None else _("kyllä") if row.attended else _("ei")
    return [
        row.name,
        row.organisation_label,
        row.email,
        str(row.get_way_display()),
        row.state_label,
        row.arrived_at,
        str(row.get_source_display()),
        row.contact.name if row.contact else "",
        came,
    ]


@sign_in_required
def sign_up_phone(request: HttpRequest, pk: int) -> HttpResponse:
    """Sign people up for them, as on the telephone."""
    event = found_event(request, pk)
    form = PhoneForm(request.POST if request.method == "POST" else None, event=event)
    if request.method == "POST" and form.is_valid():
        sent = attempt(
            request,
            lambda: sign_up_for(
                event, people=form.people(), contact=form.contact("fi"), by=current_user(request), now=clock.now()
            ),
            form,
        )
        if sent:
            signed = sum(row.state == "signed" for row in sent.rows)
            words = ngettext("Ilmoitettu yksi henkilö", "Ilmoitettu %(count)s henkilöä", len(sent.rows))
            told = _("%(what)s, joista paikan sai %(signed)s.") % {
                "what": words % {"count": len(sent.rows)},
                "signed": signed,
            }
            messages.success(request, told)
            return redirect("forums:sign_ups", pk=pk)
    return render(
        request,
        "forums/sign_up/phone.html",
        {"event": event, "form": form, "trail": desk_trail(event, _("Ilmoita henkilö"))},
    )


@sign_in_required
def sign_up_message(request: HttpRequest, pk: int) -> HttpResponse:
    """Write to everybody who has signed up."""
    event = found_event(request, pk)
    form = MessageForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        sent = attempt(
            request,
            lambda: (
                write_to_all(
                    event,
                    subject=data["subject"],
                    text=data["text"].replace("\r\n", "\n"),
                    states=form.states,
                    by=current_user(request),
                    now=clock.now(),
                ),
            ),
            form,
        )
        if sent:
            words = ngettext("Viesti lähti yhdelle.", "Viesti lähti %(count)s ilmoittautuneelle.", sent[0])
            messages.success(request, words % {"count": sent[0]})
            return redirect("forums:sign_ups", pk=pk)
    return render(
        request,
        "forums/sign_up/message.html",
        {"event": event, "form": form, "trail": desk_trail(event, _("Viesti ilmoittautuneille"))},
    )


@sign_in_required
@require_safe
def sign_up_needs(request: HttpRequest, pk: int) -> HttpResponse:
    """What people need, and counts for the caterer; erased on the day that the page tells."""
    event = found_event(request, pk)
    rows = allowed("forums.sign_up_need.read", request.user, now=clock.now())
    needs = list(
        rows.filter(sign_up__event=event, sign_up__state__in=STANDING).select_related("sign_up").order_by("sign_up")
    )
    return render(
        request,
        "forums/sign_up/needs.html",
        {
            "event": event,
            "needs": needs,
            "diets": diet_counts(needs),
            "erased_on": max((need.erased_on for need in needs), default=None),
            "trail": desk_trail(event, _("Osallistujien tarpeet")),
        },
    )


@sign_in_required
@require_POST
def sign_up_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a person's sign-up for them; they get a letter, and the line moves."""
    rows = allowed("forums.sign_up.manage", request.user, now=clock.now())
    row: SignUp = get_object_or_404(rows, pk=pk)
    if attempt(request, lambda: (cancel([row], by=current_user(request), now=clock.now()),)):
        messages.success(request, _("Ilmoittautuminen on peruttu. Henkilö sai viestin, jos hänellä on osoite."))
    return redirect("forums:sign_ups", pk=row.event_id)
