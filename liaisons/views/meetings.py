"""Meetings: their list, planning, notice and agenda, what the checked minutes say, calendar files, history."""

from typing import Any

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import sign_in_required
from common import clock, seams
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from liaisons.calendar_files import calendar_response
from liaisons.forms import CancelForm, MeetingForm, MinutesForm, ReplyForm
from liaisons.models import AgendaAttachment, Meeting
from liaisons.views.item_people import own_duties, withdrawals_of
from liaisons.views.meeting_parts import MeetingPage, open_meeting
from liaisons.views.pages import Crumb, act_and_return, ask
from liaisons.workflow import (
    cancel_meeting,
    check_minutes,
    compile_package,
    hold_meeting,
    move_meeting,
    plan_meeting,
    send_notice,
)


@sign_in_required
def meeting_list(request: HttpRequest) -> HttpResponse:
    """The meetings that the person may see, newest first; ``?toimielin=<id>`` keeps one body's."""
    meetings = allowed("liaisons.meeting.view", request.user, now=clock.now())
    body = request.GET.get("toimielin", "")
    if body.isdigit():
        meetings = meetings.filter(body=int(body))
    rows = meetings.select_related("body").prefetch_related("body__names").annotate(item_count=Count("items"))
    return render(
        request, "liaisons/meeting_list.html", {"page": paginate(request, rows.order_by("-starts_at", "-pk"))}
    )


def meeting_crumbs(meeting: Meeting) -> list[Crumb]:
    """Return the crumbs of the pages under a meeting."""
    return [(reverse("liaisons:meetings"), _("Kokoukset")), (meeting.get_absolute_url(), str(meeting))]


@sign_in_required
def meeting_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Plan a meeting of the body."""
    now = clock.now()
    body = get_allowed("liaisons.meeting.plan", request.user, now=now, pk=pk)
    form = MeetingForm(request.POST or None)
    planned: list[Meeting] = []
    address = reverse("liaisons:body", args=[pk])
    answer = ask(
        request,
        form,
        lambda: planned.append(plan_meeting(body, **form.cleaned_data, by=request.user, now=now)),
        done=_("Kokous on suunniteltu. Lisää asiat esityslistalle."),
        to=address,
        heading=_("Suunnittele kokous"),
        submit=_("Suunnittele kokous"),
        trail=[(reverse("liaisons:bodies"), _("Toimielimet")), (address, body.name)],
    )
    return redirect(planned[0].get_absolute_url()) if planned else answer


def _managed(request: HttpRequest, pk: int) -> Meeting:
    meeting: Meeting = get_allowed("liaisons.meeting.manage", request.user, now=clock.now(), pk=pk)
    return meeting


@sign_in_required
def meeting_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change the time, place or notice of a meeting that has not been held."""
    meeting = _managed(request, pk)
    form = MeetingForm(request.POST or None, initial=MeetingForm.initial_of(meeting))
    return ask(
        request,
        form,
        lambda: move_meeting(meeting, **form.cleaned_data, by=request.user, now=clock.now()),
        done=_("Kokouksen tiedot on tallennettu."),
        to=meeting.get_absolute_url(),
        heading=_("Muuta kokouksen tietoja"),
        submit=_("Tallenna"),
        trail=meeting_crumbs(meeting),
        lead=_("Jos aika tai paikka muuttuu, kutsutut saavat siitä viestin.") if meeting.notice_sent_at else "",
    )


@sign_in_required
def meeting_cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a meeting that has not been held."""
    meeting = _managed(request, pk)
    form = CancelForm(request.POST or None)
    return ask(
        request,
        form,
        lambda: cancel_meeting(meeting, reason=form.cleaned_data["reason"], by=request.user, now=clock.now()),
        done=_("Kokous on peruttu, ja kutsutut saavat viestin."),
        to=meeting.get_absolute_url(),
        heading=_("Peru kokous"),
        submit=_("Peru kokous"),
        trail=meeting_crumbs(meeting),
        lead=_("Peruttua kokousta ei voi palauttaa. Voit suunnitella uuden."),
    )


@sign_in_required
def meeting_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Look at what goes out, and send the notice."""
    page = open_meeting(request, _managed(request, pk).pk)
    meeting = page.meeting
    if request.method == "POST":
        return act_and_return(
            request,
            lambda: send_notice(meeting, by=request.user, now=page.now),
            _("Kokouskutsu on lähetetty. Vastaukset näkyvät läsnäolossa."),
            meeting.get_absolute_url(),
        )
    seats = meeting.body.seats.in_force(meeting.starts_at).filter(role__in=["member", "expert"])
    context = {
        "meeting": meeting,
        "items": meeting.items.order_by("order"),
        "people": seats.select_related("user"),
        "again": meeting.notice_sent_at is not None,
    }
    return render(request, "liaisons/meeting_notice.html", context)


@sign_in_required
def meeting_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Notice and agenda; those who run the meeting see what comes next, those asked answer whether they come."""
    page = open_meeting(request, pk)
    return render(request, "liaisons/meeting_detail.html", _agenda(page))


def _agenda(page: MeetingPage, **more: Any) -> dict[str, Any]:
    request, meeting, now = page.request, page.meeting, page.now
    readable = set(
        allowed("liaisons.item.read", request.user, now=now).filter(meeting=meeting).values_list("pk", flat=True)
    )
    items: list[Any] = list(meeting.items.order_by("order").annotate(files=Count("attachments")))
    for item in items:
        item.is_readable = item.pk in readable
    asked = page.own if page.own and page.own.role in ("member", "deputy", "expert") else None
    return page.context(
        "agenda",
        items=items,
        panels=[panel for provider in seams.panels for panel in provider(request.user, meeting, now)],
        can_add=meeting.state in ("planned", "held") and may("liaisons.agenda.add", request.user, meeting, now=now),
        can_order=meeting.state == "planned",
        package=allowed("liaisons.package.read", request.user, now=now)
        .filter(meeting=meeting)
        .order_by("-made_at", "-is_whole")
        .first(),
        reply_form=ReplyForm(initial={"coming": asked.reply and ("kylla" if asked.reply == "coming" else "en")})
        if asked and meeting.state == "planned" and meeting.starts_at > now
        else None,
        is_participant=page.own is not None or page.can_manage,
        withdrawals=withdrawals_of(page, [item for item in items if item.is_readable]),
        own_duties=own_duties(page),
        **more,
    )


@sign_in_required
@require_POST
def meeting_hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that the meeting has been held."""
    meeting = _managed(request, pk)
    return act_and_return(
        request,
        lambda: hold_meeting(meeting, by=request.user, now=clock.now()),
        _("Kokous on merkitty pidetyksi."),
        meeting.get_absolute_url(),
    )


@sign_in_required
@require_POST
def meeting_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that the minutes have been checked in the system where they stand."""
    meeting = _managed(request, pk)
    form = MinutesForm(request.POST)
    to = reverse("liaisons:record", args=[pk])
    if not form.is_valid():
        messages.error(request, _("Osoite ei kelpaa. Kirjoita se kokonaan, esimerkiksi https://…"))
        return redirect(to)
    return act_and_return(
        request,
        lambda: check_minutes(meeting, **form.cleaned_data, by=request.user, now=clock.now()),
        _("Pöytäkirja on merkitty tarkastetuksi."),
        to,
    )


@sign_in_required
def meeting_files(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything on file of the meeting: agenda packages, attachments, minutes."""
    page = open_meeting(request, pk)
    user, now, meeting = request.user, page.now, page.meeting
    items = allowed("liaisons.item.read", user, now=now).filter(meeting=meeting)
    records = allowed("liaisons.record.view", user, now=now).filter(meeting=meeting).filter(snapshot__isnull=False)
    whole = set(allowed("liaisons.record.whole", user, now=now).filter(meeting=meeting).values_list("pk", flat=True))
    packages = allowed("liaisons.package.read", user, now=now).filter(meeting=meeting)
    return render(
        request,
        "liaisons/meeting_files.html",
        page.context(
            "files",
            packages=packages.select_related("document")[:20],
            attachments=AgendaAttachment.objects.filter(item__in=items).select_related("item").order_by("item__order"),
            records=records.order_by("-version").defer("snapshot"),
            whole=whole,
        ),
    )


@sign_in_required
@require_POST
def meeting_package(request: HttpRequest, pk: int) -> HttpResponse:
    """Compile the agenda as a PDF anew."""
    meeting = _managed(request, pk)
    return act_and_return(
        request,
        lambda: compile_package(meeting, by=request.user, now=clock.now()),
        _("Esityslista on koottu PDF-tiedostoksi."),
        reverse("liaisons:meeting_files", args=[pk]),
    )


@sign_in_required
@require_safe
def meeting_history(request: HttpRequest, pk: int) -> HttpResponse:
    """What has been done with the meeting and its documents."""
    page = open_meeting(request, pk)
    entries = paginate(request, page.meeting.log.select_related("by"))
    return render(request, "liaisons/meeting_history.html", page.context("history", page=entries))


@sign_in_required
@require_safe
def meeting_calendar(request: HttpRequest, pk: int) -> HttpResponse:
    """One meeting as a file for a calendar: an invitation, or its cancelling."""
    page = open_meeting(request, pk)
    method = "CANCEL" if page.meeting.state == "cancelled" else "REQUEST"
    return calendar_response([page.meeting], method=method, person=request.user, now=page.now)


@sign_in_required
@require_safe
def own_calendar(request: HttpRequest) -> HttpResponse:
    """The meetings of the person's own bodies, from a year ago on, as a file for a calendar."""
    from liaisons.todos import own_meetings

    now = clock.now()
    return calendar_response(own_meetings(request.user, now), method="PUBLISH", person=request.user, now=now)
