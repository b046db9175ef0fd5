"""Attachments promised for later: the day given in a draft, the file delivered to what has been sent."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from common.errors import Refused
from common.times import format_date
from grants.applicant import promises_to_deliver
from grants.forms.applications import AttachmentForm, LaterForm
from grants.models import Application, AttachmentSlot
from grants.workflow.promises import deliver_attachment, promise_attachment, take_promise_back


def promise(request: HttpRequest, application: Application, slot: AttachmentSlot, now: datetime) -> LaterForm | None:
    """Note the day of the posted form; return the form when its day cannot be read, else None. Raises Refused."""
    form = LaterForm(slot, request.POST)
    if not form.is_valid():
        return form
    made = promise_attachment(application, slot=slot, due_on=form.due_on, by=request.user, now=now)
    messages.success(
        request,
        _("Liite ”%(name)s” toimitetaan viimeistään %(day)s.") % {"name": slot.name, "day": format_date(made.due_on)},
    )
    return None


def take_back(request: HttpRequest, application: Application, slot: AttachmentSlot, now: datetime) -> None:
    """Remove the promise of the slot."""
    take_promise_back(application, slot=slot, by=request.user, now=now)
    messages.success(request, _("Liitettä ”%(name)s” ei enää toimiteta myöhemmin.") % {"name": slot.name})


def deliver(request: HttpRequest, application: Application, now: datetime) -> HttpResponse:
    """Show what is still to be delivered to a sent application; POST delivers one file."""
    waiting = promises_to_deliver(application, now)
    if not waiting and request.method != "POST":
        return redirect("grants:application", application.organisation_id, application.pk)
    failed: AttachmentForm | None = None
    if request.method == "POST":
        slots = {str(slot.pk): slot for slot in application.call.attachment_slots.all()}
        slot = slots.get(request.POST.get("slot", ""))
        try:
            if slot is None:
                raise Refused("wrong_slot", _("Liitepaikkaa ei ole tässä haussa. Lataa sivu uudelleen."))
            form = AttachmentForm(slot, request.POST, request.FILES)
            if form.is_valid():
                done = deliver_attachment(application, slot=slot, upload=form.upload, by=request.user, now=now)
                messages.success(request, _("Liite ”%(name)s” on toimitettu.") % {"name": done.name})
                return redirect("grants:application", application.organisation_id, application.pk)
            failed = form
        except Refused as refused:
            messages.error(request, str(refused))
            return redirect("grants:application", application.organisation_id, application.pk)
    rows = [
        {
            "promise": one,
            "form": failed
            if failed and failed.slot.pk == one.attachment_slot_id
            else AttachmentForm(one.attachment_slot),
        }
        for one in waiting
    ]
    context = {"application": application, "call": application.call, "rows": rows, "form": failed, "now": now}
    return render(request, "grants/applications/deliver.html", context, status=422 if failed else 200)
