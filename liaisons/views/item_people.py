"""Who has withdrawn from a meeting's matters, the deputies for them, and who presides there."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import sign_in_required
from common import clock
from common.policies import allowed
from liaisons.forms import ItemChairForm, ItemDeputyForm
from liaisons.matters import PRESIDING, Course, Recused, Standing
from liaisons.models import AgendaItem, Attendance, ItemConflict, ItemDeputy, Seat
from liaisons.views.meeting_parts import MeetingPage
from liaisons.views.pages import act_and_return
from liaisons.workflow import choose_item_chair, record_item_deputy
from liaisons.workflow.withdrawals import free_deputies


@dataclass
class Gone:
    """One person who has withdrawn, as the reader sees it: their ground, their deputy, what the secretary may do."""

    recused: Recused
    ground: str
    deputy_form: ItemDeputyForm | None = None


@dataclass
class Part:
    """A matter, or one case of it, in which somebody has withdrawn."""

    item: AgendaItem
    standing: Standing
    gone: list[Gone] = field(default_factory=list)
    chair_form: ItemChairForm | None = None


def _parts(course: Course, item: AgendaItem, user: Any) -> list[Part]:
    """Return the whole matter and its cases, each with the people who have withdrawn."""
    found = []
    for standing in course.of(item):
        if standing.recused:
            gone = [Gone(one, _ground(one.conflict, user)) for one in standing.recused]
            found.append(Part(item, standing, gone))
    return found


def _ground(conflict: ItemConflict, user: Any) -> str:
    """Return the ground; a private one only for the person themself, others read that it is not shown."""
    if conflict.is_private and conflict.user_id != user.pk:
        return _("perustetta ei näytetä")
    return conflict.ground


def withdrawals_of(page: MeetingPage, items: list[AgendaItem]) -> list[Part] | None:
    """Return who has withdrawn from the meeting's matters, for its secretary and who presides; None for others."""
    if not page.can_manage and not _presides(page):
        return None
    gone = set(ItemConflict.objects.filter(item__meeting=page.meeting).values_list("item", flat=True))
    items = [item for item in items if item.pk in gone]
    if not items:
        return []
    course = Course(page.meeting)
    return [part for item in items for part in _parts(course, item, page.request.user)]


def _presides(page: MeetingPage) -> bool:
    meeting, user = page.meeting, page.request.user
    if meeting.presided_by_id == user.pk:
        return True
    own = Seat.objects.in_force(meeting.starts_at).filter(body=meeting.body_id, user=user.pk)
    return bool(own.filter(position__in=PRESIDING).exists())


def own_duties(page: MeetingPage) -> list[ItemDeputy]:
    """Return the matters to which the person was called as a deputy for them alone."""
    if page.own is None or page.own.role != "deputy":
        return []
    return list(page.own.item_duties.select_related("item", "stands_in_for").order_by("item__order", "part"))


def people_of_item(request: HttpRequest, item: AgendaItem, can_manage: bool, now: datetime) -> list[Part]:
    """Return who has withdrawn from the matter and its cases; the secretary gets the forms of what is missing."""
    course = Course(item.meeting)
    parts = _parts(course, item, request.user)
    if can_manage:
        has_begun = item.meeting.state == "held" or item.meeting.starts_at <= now
        for part in parts:
            _add_forms(part, has_begun)
    return parts


def _add_forms(part: Part, has_begun: bool) -> None:
    standing = part.standing
    if standing.needs_chair and standing.voters:
        people = Attendance.objects.filter(pk__in=[row.pk for row in standing.voters]).order_by("name")
        part.chair_form = ItemChairForm(
            people=people, initial={"part": standing.part}, auto_id=f"id_johti_{standing.part}_%s"
        )
    if not has_begun:
        return
    for gone in part.gone:
        conflict = gone.recused.conflict
        if gone.recused in standing.missing and conflict.part == standing.part and conflict.attendance_id:
            seats = free_deputies(part.item.meeting, conflict)
            prefix = f"varajasen-{conflict.pk}"
            gone.deputy_form = ItemDeputyForm(seats=seats, prefix=prefix) if seats else None


@sign_in_required
@require_POST
def item_chair(request: HttpRequest, pk: int) -> HttpResponse:
    """Record who was chosen to preside over the matter."""
    now = clock.now()
    meetings = allowed("liaisons.meeting.manage", request.user, now=now)
    item = get_object_or_404(AgendaItem.objects.select_related("meeting__body"), pk=pk, meeting__in=meetings)
    to = reverse("liaisons:item", args=[pk])
    form = ItemChairForm(request.POST, people=Attendance.objects.filter(meeting=item.meeting_id))
    if not form.is_valid():
        messages.error(request, _("Valitse, kuka johti puhetta."))
        return redirect(to)
    return act_and_return(
        request,
        lambda: choose_item_chair(item, **form.cleaned_data, by=request.user, now=now),
        _("Asian puheenjohtaja on kirjattu. Se näkyy pöytäkirjassa."),
        to,
    )


@sign_in_required
@require_POST
def item_deputy(request: HttpRequest, pk: int) -> HttpResponse:
    """Record which deputy sat in the matter; ``pk`` is the withdrawal's."""
    now = clock.now()
    meetings = allowed("liaisons.meeting.manage", request.user, now=now)
    rows = ItemConflict.objects.select_related("item__meeting__body", "attendance__stands_in_for")
    conflict = get_object_or_404(rows, pk=pk, item__meeting__in=meetings)
    to = reverse("liaisons:item", args=[conflict.item_id])
    form = ItemDeputyForm(
        request.POST, seats=free_deputies(conflict.item.meeting, conflict), prefix=f"varajasen-{conflict.pk}"
    )
    if not form.is_valid():
        messages.error(request, _("Valitse varajäsen."))
        return redirect(to)
    return act_and_return(
        request,
        lambda: record_item_deputy(
            conflict.item, conflict=conflict, seat=form.cleaned_data["seat"], by=request.user, now=now
        ),
        _("Varajäsen on kirjattu. Merkitse vielä hänen läsnäolonsa."),
        to,
    )
