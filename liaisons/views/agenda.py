"""One matter on the agenda: its text and files, its place in the order, its §, who withdraws from it."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import sign_in_required
from common import clock
from common.policies import allowed, get_allowed, may
from documents.views import serve
from liaisons.forms import AgendaItemForm, AttachForm, ConflictForm, SectionForm
from liaisons.matter_links import links_of
from liaisons.models import AgendaAttachment, AgendaItem, AgendaPackage, Attendance, ItemConflict, Reply
from liaisons.views.item_people import people_of_item
from liaisons.views.meetings import meeting_crumbs
from liaisons.views.pages import act_and_return, ask
from liaisons.workflow import (
    add_agenda_item,
    attach_to_item,
    edit_agenda_item,
    record_section,
    remove_agenda_item,
    remove_attachment,
    shift_agenda_item,
    take_back_withdrawal,
    withdraw_from_item,
)
from organisations.views.helpers import attempt


def _item(request: HttpRequest, pk: int, permission: str, now: datetime) -> AgendaItem:
    rows = allowed(permission, request.user, now=now).select_related("meeting__body")
    found: AgendaItem = get_object_or_404(rows, pk=pk)
    return found


def _address(item: AgendaItem) -> str:
    return reverse("liaisons:item", args=[item.pk])


@sign_in_required
def item_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a matter on the agenda."""
    now = clock.now()
    meeting = get_allowed("liaisons.agenda.add", request.user, now=now, pk=pk)
    form = AgendaItemForm(request.POST or None)
    return ask(
        request,
        form,
        lambda: add_agenda_item(meeting, **form.cleaned_data, by=request.user, now=now),
        done=_("Asia on lisätty esityslistalle."),
        to=meeting.get_absolute_url(),
        heading=_("Lisää asia esityslistalle"),
        submit=_("Lisää asia"),
        trail=meeting_crumbs(meeting),
    )


@sign_in_required
def item_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One matter with its files; those asked withdraw here for a conflict of interest."""
    now = clock.now()
    item = _item(request, pk, "liaisons.item.read", now)
    return _item_page(request, item, now)


def _item_page(request: HttpRequest, item: AgendaItem, now: datetime, **bound: Any) -> HttpResponse:
    meeting = item.meeting
    is_open = meeting.state in ("planned", "held")
    can_manage = may("liaisons.meeting.manage", request.user, meeting, now=now)
    people = _who_may_withdraw(request, item, can_manage)
    can_write = is_open and may("liaisons.item.manage", request.user, item, now=now)
    context = {
        "item": item,
        "meeting": meeting,
        "attachments": item.attachments.all(),
        "people": people_of_item(request, item, can_manage and is_open, now),
        "can_write": can_write,
        "can_manage": can_manage and is_open,
        "attach_form": AttachForm() if can_write else None,
        "links": links_of([item.pk], request.user, now).get(item.pk, []),
        "conflict_form": ConflictForm(people=people) if is_open and people.exists() else None,
        **bound,
    }
    return render(request, "liaisons/item_detail.html", context, status=422 if bound else 200)


def _who_may_withdraw(request: HttpRequest, item: AgendaItem, can_manage: bool) -> Any:
    rows = Attendance.objects.filter(meeting=item.meeting_id).exclude(reply=Reply.RELEASED)
    rows = rows.exclude(pk__in=item.conflicts.filter(part="", attendance__isnull=False).values("attendance"))
    return rows.order_by("name") if can_manage else rows.filter(user=request.user.pk)


@sign_in_required
def item_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write a matter."""
    now = clock.now()
    item = _item(request, pk, "liaisons.item.manage", now)
    form = AgendaItemForm(request.POST or None, instance=item)
    return ask(
        request,
        form,
        lambda: edit_agenda_item(item, **form.cleaned_data, by=request.user, now=now),
        done=_("Asia on tallennettu."),
        to=_address(item),
        heading=_("Muokkaa asiaa"),
        submit=_("Tallenna"),
        trail=[*meeting_crumbs(item.meeting), (_address(item), item.title)],
    )


@sign_in_required
@require_POST
def item_shift(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a matter up (``suunta=ylos``) or down in the order."""
    now = clock.now()
    item = _item(request, pk, "liaisons.item.manage", now)
    up = request.POST.get("suunta") == "ylos"
    return act_and_return(
        request,
        lambda: shift_agenda_item(item, up=up, by=request.user, now=now),
        _("Järjestys on tallennettu."),
        f"{item.meeting.get_absolute_url()}#asia-{item.pk}",
    )


@sign_in_required
@require_POST
def item_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a matter off the agenda."""
    now = clock.now()
    item = _item(request, pk, "liaisons.item.manage", now)
    return act_and_return(
        request,
        lambda: remove_agenda_item(item, by=request.user, now=now),
        _("Asia on poistettu esityslistalta."),
        item.meeting.get_absolute_url(),
    )


@sign_in_required
@require_POST
def item_attach(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a file to a matter."""
    now = clock.now()
    item = _item(request, pk, "liaisons.item.manage", now)
    form = AttachForm(request.POST, request.FILES)
    if form.is_valid():
        upload = form.cleaned_data["upload"]
        if attempt(request, lambda: attach_to_item(item, upload=upload, by=request.user, now=now), form):
            messages.success(request, _("Liite on lisätty."))
            return redirect(_address(item))
    return _item_page(request, item, now, attach_form=form)


def _attachment(request: HttpRequest, pk: int, permission: str, now: datetime) -> AgendaAttachment:
    items = allowed(permission, request.user, now=now)
    rows = AgendaAttachment.objects.select_related("item__meeting__body")
    found: AgendaAttachment = get_object_or_404(rows, pk=pk, item__in=items)
    return found


@sign_in_required
@require_safe
def attachment(request: HttpRequest, pk: int) -> HttpResponseBase:
    """One file of a matter."""
    return serve(request, _attachment(request, pk, "liaisons.item.read", clock.now()))


@sign_in_required
@require_POST
def attachment_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file away from a matter."""
    now = clock.now()
    found = _attachment(request, pk, "liaisons.item.manage", now)
    return act_and_return(
        request,
        lambda: remove_attachment(found, by=request.user, now=now),
        _("Liite on poistettu."),
        _address(found.item),
    )


@sign_in_required
@require_safe
def package(request: HttpRequest, pk: int) -> HttpResponseBase:
    """An agenda package as a file."""
    rows = allowed("liaisons.package.read", request.user, now=clock.now()).select_related("document")
    found: AgendaPackage = get_object_or_404(rows, pk=pk)
    return serve(request, found.document)


@sign_in_required
def item_section(request: HttpRequest, pk: int) -> HttpResponse:
    """Enter the matter's § from the minutes."""
    now = clock.now()
    meetings = allowed("liaisons.meeting.manage", request.user, now=now)
    item = get_object_or_404(AgendaItem.objects.select_related("meeting__body"), pk=pk, meeting__in=meetings)
    form = SectionForm(request.POST or None, initial={"section_number": item.section_number})
    return ask(
        request,
        form,
        lambda: record_section(item, **form.cleaned_data, by=request.user, now=now),
        done=_("Pykälä on tallennettu."),
        to=item.meeting.get_absolute_url(),
        heading=_("Pykälä: %(title)s") % {"title": item.title},
        submit=_("Tallenna pykälä"),
        trail=meeting_crumbs(item.meeting),
    )


@sign_in_required
@require_POST
def conflict_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Note that a person withdraws from the matter."""
    now = clock.now()
    item = _item(request, pk, "liaisons.item.read", now)
    can_manage = may("liaisons.meeting.manage", request.user, item.meeting, now=now)
    people = _who_may_withdraw(request, item, can_manage)
    if not can_manage and not people.exists() and not item.conflicts.filter(user=request.user.pk).exists():
        raise Http404  # who takes no part in the meeting has nothing to withdraw from
    form = ConflictForm(request.POST, people=people)
    if form.is_valid() and attempt(
        request, lambda: withdraw_from_item(item, **form.cleaned_data, by=request.user, now=now), form
    ):
        messages.success(request, _("Esteellisyys on kirjattu. Se näkyy pöytäkirjassa tai muistiossa."))
        return redirect(item.meeting.get_absolute_url())
    return _item_page(request, item, now, conflict_form=form)


@sign_in_required
@require_POST
def conflict_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a withdrawal noted by mistake."""
    now = clock.now()
    meetings = allowed("liaisons.meeting.manage", request.user, now=now)
    rows = ItemConflict.objects.select_related("item__meeting")
    conflict = get_object_or_404(rows, pk=pk, item__meeting__in=meetings)
    return act_and_return(
        request,
        lambda: take_back_withdrawal(conflict, by=request.user, now=now),
        _("Merkintä on poistettu."),
        _address(conflict.item),
    )
