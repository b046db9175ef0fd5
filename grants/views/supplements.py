"""The applicant's pages of a supplement request: the opened parts on a copy, the check before sending, messages."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from common import clock
from common.errors import Refused
from common.policies import allowed, may
from common.times import local_date
from documents.views import serve
from grants.applicant import balances_of, sender_names
from grants.forms.case_work import AnswerForm, MessageForm
from grants.forms.pages import PageForm
from grants.forms.supplement_aid import AidCopy
from grants.models import MessageFile, SupplementRequest
from grants.state_aid import first_counted_day
from grants.views.applicant_parts import own_application
from grants.workflow.case_work import answer_message
from grants.workflow.supplement_answers import (
    StaleSupplement,
    differences,
    page_of,
    problems_of,
    save_supplement,
    send_supplement,
    sent_differences,
    supplemented,
)
from organisations.views.helpers import attempt


def _own(
    request: HttpRequest, organisation_id: int, application_id: int, supplement_id: int, now: datetime
) -> SupplementRequest:
    """Return an own request whose application is the loaded one, or 404."""
    application = own_application(request, organisation_id, application_id, now)
    rows = allowed("grants.supplement.view_own", request.user, now=now).filter(application=application)
    found: SupplementRequest = get_object_or_404(
        rows.select_related("submission", "sent_by", "saved_by"), pk=supplement_id
    )
    found.application = application
    return found


@login_required
def supplement(request: HttpRequest, organisation_id: int, application_id: int, supplement_id: int) -> HttpResponse:
    """What is asked, and the opened parts to fill in; POST saves the draft, ``check`` goes on to sending."""
    now = clock.now()
    found = _own(request, organisation_id, application_id, supplement_id, now)
    data = request.POST if request.method == "POST" else None
    page = page_of(found)
    copied = supplemented(found)
    form = PageForm(found.application.form_version.definition, page, copied, data)
    extra = AnswerForm(data, request.FILES if data is not None else None, supplement=found)
    aid = AidCopy(data, supplement=found, now=now) if found.opens_state_aid else None
    if data is None:
        return _show(request, found, form, extra, now, aid=aid)
    try:
        saved = _save(request, found, form, extra, aid, now)
    except Refused as refused:
        return _show(request, found, form, extra, now, aid=aid, refused=refused, status=409)
    is_wrong = bool(form.errors or extra.errors or (aid and aid.is_wrong))
    if is_wrong or "add_row" in data:
        saved.application = found.application
        return _show(request, saved, form, extra, now, aid=aid, status=422 if is_wrong else 200)
    if "check" in data:
        return redirect("grants:application_supplement_send", organisation_id, application_id, supplement_id)
    messages.success(request, _("Täydennys on tallennettu. Sitä ei ole vielä lähetetty."))
    return redirect("grants:application_supplement", organisation_id, application_id, supplement_id)


def _save(
    request: HttpRequest,
    found: SupplementRequest,
    form: PageForm,
    extra: AnswerForm,
    aid: AidCopy | None,
    now: datetime,
) -> SupplementRequest:
    extra.is_valid()
    posted, remove = str(request.POST.get("revision", "")), str(request.POST.get("remove", ""))
    return save_supplement(
        found,
        answers=form.answers(),
        note=extra.cleaned_data.get("note", found.note),
        aid=aid.told if aid else None,
        uploads=extra.uploads,
        remove=_number(remove),
        revision=_number(posted) or 0,
        by=request.user,
        now=now,
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _show(
    request: HttpRequest,
    found: SupplementRequest,
    form: PageForm,
    extra: AnswerForm,
    now: datetime,
    *,
    aid: AidCopy | None = None,
    refused: Refused | None = None,
    status: int = 200,
) -> HttpResponse:
    takes = found.takes_answers(now)
    standing = refused.request if isinstance(refused, StaleSupplement) else found
    may_edit = may("grants.supplement.edit", request.user, found, now=now)
    answers, files = sent_differences(found)
    return render(
        request,
        "grants/supplements/supplement.html",
        {
            "application": found.application,
            "call": found.application.call,
            "organisation": found.application.organisation,
            "supplement": found,
            "revision": standing.revision,
            "stale_rows": differences(standing) if standing is not found else [],
            "stale": standing if isinstance(refused, StaleSupplement) else None,
            "takes": takes and may_edit,
            "is_late": not takes and found.state in ("open", "expired"),
            "unsent": unsent_of(found) if found.state != "sent" and not takes else None,
            # What could not be saved any more is shown in its fields, so that it can be copied.
            "form": form,
            "extra": extra,
            "aid": aid,
            "since": first_counted_day(local_date(now)),
            "shows_form": (takes and may_edit) or refused is not None,
            "balances": balances_of(supplemented(found), form.page),
            "slots": _slots(found, extra),
            "differences": answers if found.state == "sent" else differences(found),
            "files": files,
            "refused": refused,
            "now": now,
        },
        status=status,
    )


def unsent_of(found: SupplementRequest) -> dict[str, Any]:
    """Return what the applicant had added and never sent: for its own eyes only, until the case is erased."""
    files = list(found.files.select_related("attachment_slot"))
    changed = differences(found)
    return {"files": files, "is_any": bool(files or changed or found.note.strip())}


def _slots(found: SupplementRequest, extra: AnswerForm) -> list[dict[str, Any]]:
    """Return each opened slot: what was sent in it, the draft's files, and the field for a new one."""
    sent: dict[int, list[Any]] = {}
    for attachment in found.application.attachments.all():
        sent.setdefault(attachment.attachment_slot_id, []).append(attachment)
    drafts: dict[int, list[Any]] = {}
    for file in found.files.all():
        drafts.setdefault(file.attachment_slot_id, []).append(file)
    return [
        {
            "slot": slot,
            "sent": sent.get(slot.pk, []),
            "drafts": drafts.get(slot.pk, []),
            "field": extra[f"file-{slot.pk}"],
        }
        for slot in extra.slots
    ]


@login_required
def send(request: HttpRequest, organisation_id: int, application_id: int, supplement_id: int) -> HttpResponse:
    """What changes against what was sent, what is missing, and the button that sends."""
    now = clock.now()
    found = _own(request, organisation_id, application_id, supplement_id, now)
    refused: Refused | None = None
    if request.method == "POST":
        try:
            send_supplement(found, by=request.user, now=now)
        except Refused as no:
            refused = no
        else:
            messages.success(request, _("Vastauksenne on lähetetty. Saatte siitä vahvistuksen sähköpostiin."))
            return redirect("grants:application_supplement", organisation_id, application_id, supplement_id)
    elif not found.takes_answers(now):
        return redirect("grants:application_supplement", organisation_id, application_id, supplement_id)
    context = {
        "application": found.application,
        "call": found.application.call,
        "organisation": found.application.organisation,
        "supplement": found,
        "differences": differences(found),
        "files": [{"name": one.name, "slot": one.attachment_slot.name, "change": "added"} for one in found.files.all()],
        "missing": problems_of(found),
        "may_send": may("grants.supplement.send", request.user, found, now=now),
        "senders": sender_names(found.application.organisation, now),
        "refused": refused,
        "now": now,
    }
    return render(request, "grants/supplements/send.html", context, status=409 if refused else 200)


@login_required
@require_safe
def draft_file(
    request: HttpRequest, organisation_id: int, application_id: int, supplement_id: int, file_id: int
) -> HttpResponseBase:
    """A file of the draft, for the applicant's own people."""
    found = _own(request, organisation_id, application_id, supplement_id, clock.now())
    return serve(request, get_object_or_404(found.files.all(), pk=file_id))


@login_required
@require_safe
def own_message_file(request: HttpRequest, organisation_id: int, application_id: int, file_id: int) -> HttpResponseBase:
    """A file of a message, for the applicant's own people."""
    application = own_application(request, organisation_id, application_id, clock.now())
    return serve(request, get_object_or_404(MessageFile, message__application=application, pk=file_id))


@login_required
def own_messages(request: HttpRequest, organisation_id: int, application_id: int) -> HttpResponse:
    """The thread with the officers, and an answer."""
    now = clock.now()
    application = own_application(request, organisation_id, application_id, now)
    if application.state == "draft":
        return redirect("grants:application", organisation_id, application_id)
    may_write = may("grants.message.write_own", request.user, application, now=now)
    form = MessageForm(request.POST or None, request.FILES or None, label=_("Viesti käsittelijälle"))
    if request.method == "POST" and form.is_valid():
        if not may_write:
            form.add_error(None, _("Sinulla ei ole oikeutta kirjoittaa tästä hakemuksesta."))
        elif attempt(request, lambda: answer_message(application, **form.message, by=request.user, now=now), form):
            messages.success(request, _("Viesti on lähetetty käsittelijälle."))
            return redirect("grants:application_messages", organisation_id, application_id)
    context = {
        "application": application,
        "call": application.call,
        "organisation": application.organisation,
        "thread": list(application.messages.select_related("written_by").prefetch_related("files")),
        "form": form,
        "may_write": may_write,
    }
    return render(request, "grants/supplements/messages.html", context, status=422 if form.errors else 200)
