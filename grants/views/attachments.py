"""The attachments page: a place for each named attachment; upload, replace, remove, download."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common import clock
from common.errors import Refused
from common.policies import get_allowed, may
from documents.views import serve
from grants import form_definition as forms_data
from grants.applicant import own_url
from grants.completeness import page_problems
from grants.forms.applications import AttachmentForm, LaterForm
from grants.models import Application, ApplicationAttachment, AttachmentPromise, AttachmentSlot
from grants.views import later
from grants.views.applicant_parts import own_application, template_of
from grants.workflow.drafts import put_attachment, put_from_vault, remove_attachment
from organisations.models import VaultDocument
from organisations.workflow.vault import add_document

KEEP = "organisations.vault.keep"
OFFERED = 6


@login_required
def attachments(request: HttpRequest, organisation_id: int, application_id: int) -> HttpResponse:
    """Show the slots; POST with ``slot`` and a file puts it there, POST with ``remove`` takes one away."""
    now = clock.now()
    found = own_application(request, organisation_id, application_id, now)
    if found.state != "draft" and may("grants.application.deliver", request.user, found, now=now):
        return later.deliver(request, found, now)
    return attachments_page(request, found, now)


def attachments_page(request: HttpRequest, found: Application, now: datetime) -> HttpResponse:
    """Show or change the attachments of a draft."""
    if found.state != "draft" or not may("grants.application.edit", request.user, found, now=now):
        return redirect(own_url(found))
    if request.method != "POST":
        return _show(request, found, now)
    try:
        return _remove(request, found, now) if "remove" in request.POST else _put(request, found, now)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect(own_url(found, "attachments"))


def _put(request: HttpRequest, application: Application, now: datetime) -> HttpResponse:
    slots = {str(slot.pk): slot for slot in application.call.attachment_slots.all()}
    slot = slots.get(request.POST.get("slot", ""))
    if slot is None:
        raise Refused("wrong_slot", _("Liitepaikkaa ei ole tässä haussa. Lataa sivu uudelleen."))
    if "later" in request.POST or "now" in request.POST:
        return _later(request, application, slot, now)
    if "vault" in request.POST:
        attachment = _copy(request, application, slot, now)
    else:
        form = AttachmentForm(slot, request.POST, request.FILES)
        if not form.is_valid():
            return _show(request, application, now, failed=form)
        attachment = _upload(request, application, form, now)
    messages.success(request, _("Tiedosto ”%(name)s” on lisätty.") % {"name": attachment.name})
    return redirect(own_url(application, "attachments"))


def _later(request: HttpRequest, application: Application, slot: AttachmentSlot, now: datetime) -> HttpResponse:
    """Promise the attachment for later, or take the promise back."""
    if "now" in request.POST:
        later.take_back(request, application, slot, now)
    elif failed := later.promise(request, application, slot, now):
        return _show(request, application, now, failed=failed)
    return redirect(own_url(application, "attachments"))


def _copy(request: HttpRequest, application: Application, slot: AttachmentSlot, now: datetime) -> ApplicationAttachment:
    wanted = request.POST["vault"]
    document = next((one for one in application.organisation.vault.all() if str(one.pk) == wanted), None)
    if document is None:
        raise Refused("wrong_document", _("Asiakirja on poistettu salkusta. Valitse toinen tai lähetä tiedosto."))
    return put_from_vault(application, slot=slot, document=document, by=request.user, now=now)


def _upload(
    request: HttpRequest, application: Application, form: AttachmentForm, now: datetime
) -> ApplicationAttachment:
    """Put the file into its slot and, when asked and allowed, into the vault too."""
    document = None
    if form.to_vault and _may_keep(request, application, now):
        document = add_document(application.organisation, **form.to_vault, upload=form.upload, by=request.user, now=now)
    return put_attachment(
        application, slot=form.slot, upload=form.upload, by=request.user, now=now, from_vault=document
    )


def _may_keep(request: HttpRequest, application: Application, now: datetime) -> bool:
    """Tell whether the file may go to the vault too; what is being entered from paper would show there too soon."""
    return not application.is_unsent_paper and may(KEEP, request.user, application.organisation, now=now)


def _remove(request: HttpRequest, application: Application, now: datetime) -> HttpResponse:
    wanted = request.POST.get("remove", "")
    attachment = next((one for one in application.attachments.all() if str(one.pk) == wanted), None)
    if attachment is not None:
        remove_attachment(attachment, by=request.user, now=now)
        messages.success(request, _("Tiedosto ”%(name)s” on poistettu.") % {"name": attachment.name})
    return redirect(own_url(application, "attachments"))


def _show(
    request: HttpRequest, application: Application, now: datetime, *, failed: AttachmentForm | LaterForm | None = None
) -> HttpResponse:
    definition = application.form_version.definition
    page = next(page for page in forms_data.pages(definition) if forms_data.is_attachments(page))
    files: dict[int, list[ApplicationAttachment]] = {}
    for attachment in application.attachments.all():
        files.setdefault(attachment.attachment_slot_id, []).append(attachment)
    promises = {promise.attachment_slot_id: promise for promise in application.promises.all()}
    # What came on paper is what was on the paper: nothing of it comes out of the vault.
    vault = [] if application.is_unsent_paper else list(application.organisation.vault.all())
    slots: list[dict[str, Any]] = [
        {
            "slot": slot,
            "vault": _offered(slot, vault, files.get(slot.pk, [])),
            "files": files.get(slot.pk, []),
            "form": failed if _is_of(failed, slot, AttachmentForm) else AttachmentForm(slot),
            "promise": promises.get(slot.pk),
            "later": failed if _is_of(failed, slot, LaterForm) else _later_form(slot, promises.get(slot.pk)),
        }
        for slot in application.call.attachment_slots.all()
    ]
    return render(
        request,
        template_of(application, "attachments"),
        {
            "application": application,
            "call": application.call,
            "title": forms_data.said(page, "title"),
            "intro": forms_data.said(page, "intro"),
            "slots": slots,
            "form": failed,
            "can_keep": _may_keep(request, application, now),
            "missing": len(list(page_problems(page, application, definition))),
            "now": now,
        },
        status=422 if failed else 200,
    )


def _is_of(failed: AttachmentForm | LaterForm | None, slot: AttachmentSlot, kind: type[Form]) -> bool:
    return isinstance(failed, kind) and failed is not None and failed.slot.pk == slot.pk


def _later_form(slot: AttachmentSlot, promise: AttachmentPromise | None) -> LaterForm | None:
    return LaterForm(slot, due_on=promise.due_on if promise else None) if slot.later_allowed else None


def _offered(
    slot: AttachmentSlot, vault: list[VaultDocument], standing: list[ApplicationAttachment]
) -> list[VaultDocument]:
    """Return the vault's documents of the slot's kind that do not stand in it yet; all kinds where it names none."""
    here = {attachment.sha256 for attachment in standing}
    wanted = [one for one in vault if one.sha256 not in here and slot.vault_kind in ("", one.kind)]
    return sorted(wanted, key=lambda one: one.year or 0, reverse=True)[:OFFERED]


@login_required
@require_safe
def download(request: HttpRequest, organisation_id: int, application_id: int, attachment_id: int) -> HttpResponseBase:
    """One attachment of an own application, as a file; also one that was sent and has since been replaced."""
    application = get_allowed(
        "grants.application.view_own",
        request.user,
        now=clock.now(),
        pk=application_id,
        organisation_id=organisation_id,
    )
    attachment = get_object_or_404(ApplicationAttachment.everything, application=application, pk=attachment_id)
    return serve(request, attachment)
