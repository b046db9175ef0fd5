"""Meetings: their list, planning one, its agenda, and what the checked minutes say."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common import clock, seams
from common.errors import Refused
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from liaisons.forms import AgendaItemForm, MeetingForm, MinutesForm, SectionForm
from liaisons.models import MEETING, AgendaItem
from liaisons.workflow import (
    add_agenda_item,
    check_minutes,
    hold_meeting,
    move_meeting,
    plan_meeting,
    record_section,
)


def meeting_list(request: HttpRequest) -> HttpResponse:
    """The meetings that the person may see, newest first; ``?toimielin=<id>`` keeps one body's."""
    meetings = allowed("liaisons.meeting.view", request.user, now=clock.now())
    body = request.GET.get("toimielin", "")
    if body.isdigit():
        meetings = meetings.filter(body=int(body))
    rows = meetings.select_related("body").annotate(item_count=Count("items")).order_by("-starts_at", "-pk")
    return render(request, "liaisons/meeting_list.html", {"page": paginate(request, rows)})


def meeting_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan a meeting of the body."""
    now = clock.now()
    body = get_allowed("liaisons.meeting.plan", request.user, now=now, pk=pk)
    form = MeetingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        meeting = plan_meeting(body, **form.cleaned_data, by=request.user, now=now)
        messages.success(request, _("Kokous on suunniteltu. Lisää asiat esityslistalle."))
        return redirect("liaisons:meeting", pk=meeting.pk)
    context = {
        "form": form,
        "body": body,
        "heading": _("Suunnittele kokous"),
        "submit": _("Suunnittele kokous"),
        "back_url": reverse("liaisons:body", args=[pk]),
    }
    return render(request, "liaisons/form.html", context)


def meeting_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the time or place of a meeting that has not been held."""
    now = clock.now()
    meeting = get_allowed("liaisons.meeting.manage", request.user, now=now, pk=pk)
    form = MeetingForm(request.POST or None, initial={"starts_at": meeting.starts_at, "place": meeting.place})
    if request.method == "POST" and form.is_valid():
        try:
            move_meeting(meeting, **form.cleaned_data, by=request.user, now=now)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Kokouksen tiedot on tallennettu."))
            return redirect("liaisons:meeting", pk=pk)
    context = {
        "form": form,
        "body": meeting.body,
        "heading": _("Muuta kokouksen aikaa tai paikkaa"),
        "submit": _("Tallenna"),
        "back_url": reverse("liaisons:meeting", args=[pk]),
    }
    return render(request, "liaisons/form.html", context)


def meeting_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting with its agenda; those who run it see what comes next."""
    return _meeting_page(request, pk)


def _meeting_page(request: HttpRequest, pk: int, **forms: Any) -> HttpResponse:
    now = clock.now()
    meetings = allowed("liaisons.meeting.view", request.user, now=now).select_related("body")
    meeting = get_object_or_404(meetings, pk=pk)
    can_manage = may("liaisons.meeting.manage", request.user, meeting, now=now)
    can_add = meeting.state != "minutes_checked" and may("liaisons.agenda.add", request.user, meeting, now=now)
    shown: dict[str, Any] = {
        "item_form": AgendaItemForm(),
        "minutes_form": MinutesForm(initial={"minutes_url": meeting.minutes_url}),
        **forms,
    }
    return render(
        request,
        "liaisons/meeting_detail.html",
        {
            "meeting": meeting,
            "items": list(meeting.items.all()),
            "panels": [panel for provider in seams.panels for panel in provider(request.user, meeting, now)],
            "can_manage": can_manage,
            "can_add": can_add,
            "can_hold": can_manage and MEETING.allows(meeting.state, "hold_meeting") and meeting.starts_at <= now,
            "can_check": can_manage and MEETING.allows(meeting.state, "check_minutes"),
            "bound": next((form for form in forms.values() if form.is_bound), None),
            **shown,
        },
    )


@require_POST
def meeting_hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that the meeting has been held."""
    now = clock.now()
    meeting = get_allowed("liaisons.meeting.manage", request.user, now=now, pk=pk)
    _tell(request, lambda: hold_meeting(meeting, by=request.user, now=now), _("Kokous on merkitty pidetyksi."))
    return redirect("liaisons:meeting", pk=pk)


@require_POST
def meeting_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that the minutes have been checked."""
    now = clock.now()
    meeting = get_allowed("liaisons.meeting.manage", request.user, now=now, pk=pk)
    form = MinutesForm(request.POST)
    if not form.is_valid():
        return _meeting_page(request, pk, minutes_form=form)
    _tell(
        request,
        lambda: check_minutes(meeting, **form.cleaned_data, by=request.user, now=now),
        _("Pöytäkirja on merkitty tarkastetuksi."),
    )
    return redirect("liaisons:meeting", pk=pk)


@require_POST
def item_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a matter on the agenda."""
    now = clock.now()
    meeting = get_allowed("liaisons.agenda.add", request.user, now=now, pk=pk)
    form = AgendaItemForm(request.POST)
    if not form.is_valid():
        return _meeting_page(request, pk, item_form=form)
    _tell(
        request,
        lambda: add_agenda_item(meeting, **form.cleaned_data, by=request.user, now=now),
        _("Asia on lisätty esityslistalle."),
    )
    return redirect("liaisons:meeting", pk=pk)


def item_section(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter the matter's § from the minutes."""
    now = clock.now()
    meetings = allowed("liaisons.meeting.manage", request.user, now=now)
    item = get_object_or_404(AgendaItem.objects.select_related("meeting__body"), pk=pk, meeting__in=meetings)
    form = SectionForm(request.POST or None, initial={"section_number": item.section_number})
    if request.method == "POST" and form.is_valid():
        try:
            record_section(item, **form.cleaned_data, by=request.user, now=now)
        except Refused as refusal:
            form.add_error("section_number", str(refusal))
        else:
            messages.success(request, _("Pykälä on tallennettu."))
            return redirect("liaisons:meeting", pk=item.meeting_id)
    context = {
        "form": form,
        "body": item.meeting.body,
        "heading": _("Pykälä: %(title)s") % {"title": item.title},
        "submit": _("Tallenna pykälä"),
        "back_url": reverse("liaisons:meeting", args=[item.meeting_id]),
    }
    return render(request, "liaisons/form.html", context)


def _tell(request: HttpRequest, verb: Callable[[], Any], done: str) -> None:
    """Run the verb and tell what happened, or why it was refused."""
    try:
        verb()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, done)
