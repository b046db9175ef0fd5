"""Criteria with their levels, and attachment slots of a draft: rows that are added, edited and removed."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Max, Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import clock
from common.errors import Refused
from grants.call_readiness import MAX_POINTS
from grants.forms.calls import CriterionForm, Levels, SlotForm
from grants.models import AttachmentSlot, Criterion, GrantCall
from grants.views.call_setup import managed
from grants.workflow import calls as verbs


@require_safe
def criteria(request: HttpRequest, call_id: int) -> HttpResponse:
    """All criteria with their levels and the sum of the weights."""
    call = managed(request, call_id, clock.now())
    if call.state != "draft":
        return redirect("grants:call_edit", call.pk)
    total = sum(criterion.weight for criterion in call.criteria.all())
    context = {"call": call, "total": total, "left": MAX_POINTS - total}
    return render(request, "grants/calls/edit_criteria.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def criterion(request: HttpRequest, call_id: int, criterion_id: int | None = None) -> HttpResponse:
    """Add or edit one criterion and its levels; three empty levels at the end, more after saving."""
    now = clock.now()
    call, row = _part(request, call_id, Criterion, criterion_id, now)
    if request.method != "POST" and call.state != "draft":
        return redirect("grants:call_edit", call.pk)
    refusal = ""
    if request.method == "POST":
        try:
            with transaction.atomic():
                call = verbs.lock_draft(call_id, by=request.user, now=now)
                form, levels = _criterion_forms(call, row, request.POST)
                if form.is_valid() and levels.is_valid():
                    return _save_criterion(request, call, form, levels)
        except Refused as refused:
            refusal = str(refused.message)
    form, levels = _criterion_forms(call, row, request.POST if request.method == "POST" else None)
    context = {"call": call, "form": form, "levels": levels, "criterion": row if row.pk else None, "refusal": refusal}
    return render(request, "grants/calls/edit_criterion.html", context, status=409 if refusal else 200)


def _part(request: HttpRequest, call_id: int, model: Any, pk: int | None, now: datetime) -> tuple[GrantCall, Any]:
    """Return the call and its row of ``model``, a new one without ``pk``; 404 for another call's row."""
    call = managed(request, call_id, now)
    if pk is None:
        return call, model(call=call)
    return call, get_object_or_404(model, pk=pk, call=call)


def _criterion_forms(call: GrantCall, row: Criterion, data: Any) -> tuple[CriterionForm, Any]:
    others = sum(other.weight for other in call.criteria.all() if other.pk != row.pk)
    form = CriterionForm(data, instance=row, others=others)
    levels: Any = Levels(data, instance=row)
    levels.extra = 2 if row.pk else 3
    if data is not None:
        # Read apart, so that the levels are checked against the weight even when the name is missing.
        weight = str(data.get("weight", "")).strip()
        levels.weight = int(weight) if weight.isdigit() else None
    return form, levels


def _save_criterion(request: HttpRequest, call: GrantCall, form: CriterionForm, levels: Any) -> HttpResponse:
    row = form.save(commit=False)
    if row.pk is None:
        row.order = _next_order(call.criteria)
    row.save()
    levels.instance = row
    levels.save()
    messages.success(request, _("Tallennettu."))
    if "more" in request.POST:
        return redirect(f"{reverse('grants:call_criterion', args=[call.pk, row.pk])}#tasot")
    return redirect("grants:call_edit_criteria", call.pk)


def _next_order(rows: Any) -> int:
    return int(rows.aggregate(last=Max("order"))["last"] or 0) + 1


@require_http_methods(["GET", "HEAD", "POST"])
def criterion_remove(request: HttpRequest, call_id: int, criterion_id: int) -> HttpResponse:
    """Remove a criterion with its levels, after a confirmation."""
    return _remove(request, call_id, Criterion, criterion_id, "grants:call_edit_criteria")


@require_safe
def attachments(request: HttpRequest, call_id: int) -> HttpResponse:
    """Which attachments are asked for."""
    call = managed(request, call_id, clock.now())
    if call.state != "draft":
        return redirect("grants:call_edit", call.pk)
    return render(request, "grants/calls/edit_attachments.html", {"call": call, "slots": call.attachment_slots.all()})


@require_POST
def attachments_usual(request: HttpRequest, call_id: int) -> HttpResponse:
    """Add the usual attachments of an association."""
    now = clock.now()
    try:
        added = verbs.add_usual_attachments(managed(request, call_id, now), by=request.user, now=now)
    except Refused as refused:
        messages.error(request, str(refused.message))
        return redirect("grants:call_edit", call_id)
    text = ngettext("Lisättiin %(count)s liite.", "Lisättiin %(count)s liitettä.", added) % {"count": added}
    messages.success(request, text if added else _("Tavanomaiset liitteet olivat jo luettelossa."))
    return redirect("grants:call_edit_attachments", call_id)


@require_http_methods(["GET", "HEAD", "POST"])
def attachment(request: HttpRequest, call_id: int, slot_id: int | None = None) -> HttpResponse:
    """Add or edit one attachment slot."""
    now = clock.now()
    call, row = _part(request, call_id, AttachmentSlot, slot_id, now)
    if request.method != "POST" and call.state != "draft":
        return redirect("grants:call_edit", call.pk)
    form, refusal = SlotForm(request.POST or None, instance=row), ""
    if request.method == "POST":
        try:
            with transaction.atomic():
                call = verbs.lock_draft(call_id, by=request.user, now=now)
                if form.is_valid():
                    return _save_slot(request, call, form)
        except Refused as refused:
            refusal = str(refused.message)
    context = {"call": call, "form": form, "slot": row if row.pk else None, "refusal": refusal}
    return render(request, "grants/calls/edit_attachment.html", context, status=409 if refusal else 200)


def _save_slot(request: HttpRequest, call: GrantCall, form: SlotForm) -> HttpResponse:
    row = form.save(commit=False)
    if row.pk is None:
        row.order = _next_order(call.attachment_slots)
    row.save()
    messages.success(request, _("Tallennettu."))
    return redirect("grants:call_edit_attachments", call.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def attachment_remove(request: HttpRequest, call_id: int, slot_id: int) -> HttpResponse:
    """Remove an attachment slot, after a confirmation."""
    return _remove(request, call_id, AttachmentSlot, slot_id, "grants:call_edit_attachments")


def _remove(request: HttpRequest, call_id: int, model: type[Model], pk: int, back: str) -> HttpResponse:
    now = clock.now()
    call, row = _part(request, call_id, model, pk, now)
    if request.method == "POST":
        try:
            with transaction.atomic():
                verbs.lock_draft(call_id, by=request.user, now=now)
                row.delete()
            messages.success(request, _("Poistettu: %(name)s") % {"name": row})
        except Refused as refused:
            messages.error(request, str(refused.message))
            return redirect("grants:call_edit", call_id)
        return redirect(back, call_id)
    if call.state != "draft":
        return redirect("grants:call_edit", call.pk)
    context = {"call": call, "row": row, "back": reverse(back, args=[call.pk]), "is_criterion": model is Criterion}
    return render(request, "grants/calls/remove.html", context)
