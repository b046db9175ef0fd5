"""Comment period, checking, approving, publishing and correcting minutes and memos; their PDFs."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import sign_in_required
from common import clock
from common.errors import Refused
from common.policies import allowed, get_allowed
from documents.views import serve
from liaisons.forms import ApprovalForm, CheckForm, CommentsUntilForm, CorrectionForm, InspectorsForm
from liaisons.models import Attendance, Meeting, MeetingRecord
from liaisons.views.meetings import meeting_crumbs
from liaisons.views.pages import act_and_return, ask
from liaisons.views.records import tab
from liaisons.workflow import (
    ask_comments,
    check_record,
    ensure_document,
    publish_record,
    record_approval,
    send_to_check,
    start_correction,
    take_back_record,
)


def _writable(request: HttpRequest, pk: int) -> MeetingRecord:
    rows = allowed("liaisons.record.write", request.user, now=clock.now())
    found: MeetingRecord = get_object_or_404(rows.select_related("meeting__body"), pk=pk)
    return found


def _trail(found: MeetingRecord) -> Any:
    return [*meeting_crumbs(found.meeting), (tab(found), found.get_kind_display().capitalize())]


@sign_in_required
@require_POST
def comments_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Open the draft to comments until an instant."""
    found = _writable(request, pk)
    form = CommentsUntilForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Kirjoita kommenttien määräaika näin: 15.12.2026 klo 16.00."))
        return redirect(tab(found))
    return act_and_return(
        request,
        lambda: ask_comments(found, until=form.cleaned_data["until"], by=request.user, now=clock.now()),
        _("Luonnos on kommentoitavana, ja osallistujat saavat viestin."),
        tab(found),
    )


@sign_in_required
def check_send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the text to be checked: minutes to the chair and two inspectors, a memo to the chair."""
    found = _writable(request, pk)
    present = Attendance.objects.filter(meeting=found.meeting_id, presence="present", user__isnull=False)
    voters = [row.user_id for row in present if row.may_vote and row.user_id != found.meeting.presided_by_id]
    form: Any = InspectorsForm(request.POST or None, people=[pk for pk in voters if pk]) if found.is_minutes else None
    if form is None:
        return _send_memo(request, found)
    return ask(
        request,
        form,
        lambda: send_to_check(found, inspectors=form.cleaned_data["inspectors"], by=request.user, now=clock.now()),
        done=_("Pöytäkirja on lähetetty tarkastettavaksi."),
        to=tab(found),
        heading=_("Lähetä tarkastettavaksi"),
        submit=_("Lähetä"),
        trail=_trail(found),
    )


def _send_memo(request: HttpRequest, found: MeetingRecord) -> HttpResponse:
    if request.method != "POST":
        return redirect(tab(found))
    return act_and_return(
        request,
        lambda: send_to_check(found, by=request.user, now=clock.now()),
        _("Muistio on lähetetty puheenjohtajan hyväksyttäväksi."),
        tab(found),
    )


@sign_in_required
@require_POST
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """The chair's or an inspector's word: ``hyvaksy``, or return with what must be mended."""
    found = get_allowed("liaisons.record.check", request.user, now=clock.now(), pk=pk)
    form = CheckForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Teksti on liian pitkä. Lyhennä sitä."))
        return redirect(tab(found))
    approves = "hyvaksy" in request.POST
    note = form.cleaned_data["note"]
    return act_and_return(
        request,
        lambda: check_record(found, approves=approves, note=note, by=request.user, now=clock.now()),
        _("Kiitos, hyväksyntäsi on kirjattu.") if approves else _("Teksti on palautettu korjattavaksi."),
        tab(found),
    )


@sign_in_required
@require_POST
def check_take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the text back from being checked."""
    found = _writable(request, pk)
    return act_and_return(
        request,
        lambda: take_back_record(found, by=request.user, now=clock.now()),
        _("Teksti on taas muokattavissa."),
        tab(found),
    )


@sign_in_required
def approval(request: HttpRequest, pk: int) -> HttpResponse:
    """Record that a memo was approved by its participants or by a later meeting."""
    found = _writable(request, pk)
    later = Meeting.objects.filter(body=found.meeting.body_id, starts_at__gt=found.meeting.starts_at)
    meetings = later.filter(state__in=["held", "minutes_checked"]).select_related("body")
    form = ApprovalForm(request.POST or None, meetings=meetings)
    return ask(
        request,
        form,
        lambda: record_approval(found, **form.cleaned_data, by=request.user, now=clock.now()),
        done=_("Muistio on hyväksytty. Sitä ei voi enää muuttaa."),
        to=tab(found),
        heading=_("Kirjaa hyväksyntä"),
        submit=_("Kirjaa hyväksyntä"),
        trail=_trail(found),
        lead=_("Hyväksytty muistio jäädytetään. Virheen voi korjata vain uudella versiolla."),
    )


@sign_in_required
def correction(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a corrected version that says what changed."""
    found = _writable(request, pk)
    form = CorrectionForm(request.POST or None)
    return ask(
        request,
        form,
        lambda: start_correction(found, note=form.cleaned_data["note"], by=request.user, now=clock.now()),
        done=_("Korjattu versio on aloitettu. Kirjoita korjaus ja hyväksytä se."),
        to=tab(found),
        heading=_("Tee korjattu versio"),
        submit=_("Aloita korjaus"),
        trail=_trail(found),
        lead=_("Hyväksytty versio säilyy ennallaan. Uusi versio korvaa sen, kun se on hyväksytty."),
    )


@sign_in_required
@require_POST
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish an approved record."""
    found = _writable(request, pk)
    return act_and_return(
        request,
        lambda: publish_record(found, by=request.user, now=clock.now()),
        _("Asiakirja on julkaistu. PDF on tallessa, ja osallistujat saavat viestin."),
        tab(found),
    )


@sign_in_required
@require_safe
def record_pdf(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The whole approved document as a PDF, for those who may read every matter in it."""
    now = clock.now()
    found = get_allowed("liaisons.record.whole", request.user, now=now, pk=pk)
    try:
        return serve(request, ensure_document(found, by=request.user, now=now))
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(tab(found))
