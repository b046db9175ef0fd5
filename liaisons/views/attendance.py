"""Attendance: who is asked and answered what, who was there, whether the meeting may decide."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import sign_in_required
from common import clock
from common.policies import allowed, get_allowed
from liaisons.forms import CourseForm, PresenceForm, ReplyForm, VisitorForm
from liaisons.models import Attendance, Meeting, Reply
from liaisons.views.meeting_parts import MeetingPage, open_meeting
from liaisons.views.meetings import meeting_crumbs
from liaisons.views.pages import ask
from liaisons.workflow import add_visitor, hold_meeting, mark_presence, record_course, reply_for, reply_to_notice
from organisations.views.helpers import attempt


@dataclass(frozen=True)
class Quorum:
    """Whether a meeting may decide: voters there or coming, voters needed, members of the body."""

    voters: int
    needed: int
    members: int
    is_held: bool

    @property
    def is_enough(self) -> bool:
        """Tell whether there are enough voters."""
        return self.voters >= self.needed


def quorum(meeting: Meeting, rows: list[Attendance]) -> Quorum:
    """Count the voters: those marked present once the meeting has begun to be marked, before it those who come."""
    members = sum(row.role == "member" for row in rows)
    marked = any(row.presence for row in rows)
    there = [row for row in rows if row.may_vote and (row.presence == "present" if marked else row.reply == "coming")]
    return Quorum(len(there), meeting.body.voters_needed(members), members, marked)


@sign_in_required
def attendance(request: HttpRequest, pk: int) -> HttpResponse:
    """The participants and their answers; whoever runs the meeting marks who was there."""
    page = open_meeting(request, pk)
    rows = _rows(page.meeting)
    if request.method != "POST":
        return _show(page, rows)
    get_allowed("liaisons.meeting.manage", request.user, now=page.now, pk=pk)
    course = CourseForm(request.POST, meeting=page.meeting, rows=rows)
    forms = [PresenceForm(request.POST, row=row) for row in rows if row.reply != Reply.RELEASED]
    wrong = [form for form in forms if not form.is_valid()]  # every form is asked, so that every fault is told
    if course.is_valid() and not wrong:
        done = attempt(request, lambda: _save(page, course, forms), course)
        if done:
            messages.success(request, _("Läsnäolo on tallennettu."))
            return redirect("liaisons:attendance", pk=pk)
    return _show(page, rows, course=course, forms=forms, status=422)


def _save(page: MeetingPage, course: CourseForm, forms: list[PresenceForm]) -> Any:
    data = course.cleaned_data
    by, now = page.request.user, page.now
    marks = {form.row.pk: form.cleaned_data for form in forms}
    with transaction.atomic():
        mark_presence(page.meeting, marks, by=by, now=now)
        record_course(page.meeting, **data, by=by, now=now)
        if "pidetty" in page.request.POST:
            hold_meeting(page.meeting, by=by, now=now)
    return True


def _rows(meeting: Meeting) -> list[Attendance]:
    rows = list(meeting.attendances.select_related("stands_in_for", "meeting"))
    order = ("member", "deputy", "expert", "presenter", "secretary", "visitor")
    return sorted(rows, key=lambda row: (order.index(row.role), row.name))


def _show(
    page: MeetingPage,
    rows: list[Attendance],
    *,
    course: CourseForm | None = None,
    forms: list[PresenceForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    meeting = page.meeting
    begun = meeting.starts_at <= page.now
    can_mark = page.can_manage and begun and meeting.state in ("planned", "held")
    shown = [row for row in rows if row.reply != Reply.RELEASED]
    context = page.context(
        "attendance",
        rows=shown,
        released=[row for row in rows if row.reply == Reply.RELEASED],
        quorum=quorum(meeting, shown),
        can_mark=can_mark,
        can_reply_for=page.can_manage and not begun and meeting.state == "planned",
        can_add=page.can_manage and meeting.state in ("planned", "held"),
        unanswered=sum(row.reply == "" and row.role in ("member", "deputy", "expert") for row in shown),
        course=(course or CourseForm(meeting=meeting, rows=rows)) if can_mark else None,
        forms=(forms or [PresenceForm(row=row) for row in shown]) if can_mark else [],
    )
    return render(page.request, "liaisons/attendance.html", context, status=status)


@sign_in_required
@require_POST
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer whether one comes; ``pk`` is the meeting's."""
    now = clock.now()
    rows = allowed("liaisons.attendance.own", request.user, now=now)
    row = get_object_or_404(rows, meeting=pk)
    return _answer(request, row, reply_to_notice, reverse("liaisons:meeting", args=[pk]), _("Kiitos vastauksesta."))


@sign_in_required
@require_POST
def reply_by_office(request: HttpRequest, pk: int) -> HttpResponse:
    """The secretary enters an answer given by telephone; ``pk`` is the attendance's."""
    row = get_allowed("liaisons.attendance.manage", request.user, now=clock.now(), pk=pk)
    to = reverse("liaisons:attendance", args=[row.meeting_id])
    return _answer(request, row, reply_for, to, _("Vastaus on kirjattu."))


def _answer(request: HttpRequest, row: Attendance, verb: Any, to: str, done: str) -> HttpResponse:
    form = ReplyForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Valitse, tuletko kokoukseen vai et."))
        return redirect(to)
    answered = attempt(request, lambda: verb(row, **form.cleaned_data, by=request.user, now=clock.now()))
    if answered:
        messages.success(request, done)
    return redirect(to)


@sign_in_required
def visitor_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add somebody who takes part without a seat."""
    now = clock.now()
    meeting = get_allowed("liaisons.meeting.manage", request.user, now=now, pk=pk)
    form = VisitorForm(request.POST or None)
    return ask(
        request,
        form,
        lambda: add_visitor(meeting, **form.cleaned_data, by=request.user, now=now),
        done=_("Osallistuja on lisätty."),
        to=reverse("liaisons:attendance", args=[pk]),
        heading=_("Lisää muu osallistuja"),
        submit=_("Lisää"),
        trail=meeting_crumbs(meeting),
    )
