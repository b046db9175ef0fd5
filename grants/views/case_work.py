"""The officers' work on one case: whose it is, what has been asked, messages, notes, check list, transfer."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import sign_in_required
from common import clock
from common.policies import allowed, get_allowed, may
from documents.views import serve
from grants.case_checks import check_list, checks_in_short, items_of
from grants.forms.case_work import CheckForm, CheckItemsForm, HandlerForm, MessageForm, TransferForm, WordsForm
from grants.models import Application, GrantCall, MessageFile
from grants.state_aid import standing_of
from grants.statements import with_later_conflict
from grants.views.case import case_context
from grants.workflow.case_work import (
    give_cases,
    possible_handlers,
    save_checks,
    set_check_items,
    transfer_case,
    write_message,
    write_note,
)
from organisations.views.helpers import attempt

WITH = (
    "call__kind__decided_by",
    "organisation__domicile",
    "form_version",
    "decision",
    "proposal",
    "handler",
    "aid_mark",
    "state_aid",
)


def followed(request: HttpRequest, application_id: int, now: datetime, name: str = "grants.case.follow") -> Application:
    """Return the case under the permission with what its pages read, or 404."""
    rows = allowed(name, request.user, now=now).select_related(*WITH)
    found: Application = get_object_or_404(rows, pk=application_id)
    return found


@sign_in_required
def case_work(request: HttpRequest, application_id: int) -> HttpResponse:
    """Everything the officers do in the case; POST with ``act`` writes a message or a note, or gives the case."""
    now = clock.now()
    found = followed(request, application_id, now)
    forms = _forms(request, found, now)
    act = request.POST.get("act", "")
    if request.method == "POST" and act in forms:
        get_allowed("grants.case.work", request.user, now=now, pk=found.pk)
        if forms[act].is_valid() and _do(request, found, act, forms[act], now):
            return redirect("grants:case_work", found.pk)
    failed = forms[act] if request.method == "POST" and act in forms else None
    context = {
        **case_context(request, found, "case_work", now),
        "form": failed,
        "forms": forms,
        "may_work": may("grants.case.work", request.user, found, now=now),
        "may_ask": may("grants.supplement.ask", request.user, found, now=now),
        "may_transfer": found.state in ("submitted", "in_handling"),
        "supplements": list(found.supplements.select_related("application__call")),
        "statements": list(with_later_conflict(found.statements.all())),
        "thread": list(found.messages.select_related("written_by").prefetch_related("files")),
        "notes": list(found.notes.select_related("written_by")),
        "transfer": getattr(found, "transfer", None),
        **checks_in_short(found),
        "aid": standing_of(found),
    }
    return render(request, "grants/handling/case_work.html", context, status=422 if failed else 200)


def _forms(request: HttpRequest, case: Application, now: datetime) -> dict[str, Any]:
    act = request.POST.get("act", "")

    def data(name: str) -> Any:
        return request.POST if act == name else None

    return {
        "message": MessageForm(
            data("message"),
            request.FILES if act == "message" else None,
            prefix="message",
            label=_("Viesti hakijalle"),
            help_text=_("Hakija saa sähköpostiin tiedon viestistä ja lukee sen portaalissa."),
        ),
        "note": WordsForm(
            data("note"),
            prefix="note",
            label=_("Muistiinpano"),
            help_text=_("Vain käsittelijät näkevät tämän. Hakija, arvioijat ja toimielin eivät näe."),
        ),
        "handler": HandlerForm(
            data("handler"),
            prefix="handler",
            handlers=list(possible_handlers(now)),
            initial={"handler": case.handler_id or ""},
        ),
    }


def _do(request: HttpRequest, case: Application, act: str, form: Any, now: datetime) -> bool:
    """Do the act; tell of it and return True, or put the refusal on the form."""
    given: dict[str, Any] = {"by": request.user, "now": now}
    if act == "handler":
        chosen: Any = request.user if "mine" in request.POST else form.chosen
        done = attempt(request, lambda: give_cases([case.pk], to=chosen, **given) or True, form)
        said = _("Käsittelijä on tallennettu.")
    elif act == "message":
        done = attempt(request, lambda: write_message(case, **form.message, **given), form)
        said = _("Viesti on lähetetty hakijalle.")
    else:
        done = attempt(request, lambda: write_note(case, text=form.cleaned_data["text"], **given), form)
        said = _("Muistiinpano on tallennettu.")
    if done:
        messages.success(request, said)
    return bool(done)


@sign_in_required
@require_safe
def message_file(request: HttpRequest, application_id: int, file_id: int) -> HttpResponseBase:
    """A file of a message, under the same right as the messages: nobody with a conflict of interest."""
    found = get_allowed("grants.case.follow", request.user, now=clock.now(), pk=application_id)
    return serve(request, get_object_or_404(MessageFile, message__application=found, pk=file_id))


@sign_in_required
def case_check(request: HttpRequest, application_id: int) -> HttpResponse:
    """The eligibility check list of the case."""
    now = clock.now()
    found = followed(request, application_id, now, "grants.case.work")
    form = CheckForm(request.POST or None, items=check_list(found, now))
    if request.method == "POST" and form.is_valid():
        given = form.checked
        if attempt(request, lambda: save_checks(found, given, by=request.user, now=now) or True, form):
            messages.success(request, _("Tarkistus on tallennettu."))
            return redirect("grants:case_work", found.pk)
    context = {**case_context(request, found, "case_work", now), "form": form}
    return render(request, "grants/handling/case_check.html", context, status=422 if form.errors else 200)


@sign_in_required
def call_checks(request: HttpRequest, call_id: int) -> HttpResponse:
    """The items of the call's check list: the default ones, and the call's own, which are written here."""
    now = clock.now()
    call: GrantCall = get_object_or_404(allowed("grants.call.manage", request.user, now=now), pk=call_id)
    form = CheckItemsForm(request.POST or None, initial={"text": call.check_items})
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        if attempt(request, lambda: set_check_items(call, text=text, by=request.user, now=now), form):
            messages.success(request, _("Tarkistuslista on tallennettu."))
            return redirect("grants:call_checks", call.pk)
    context = {"call": call, "form": form, "items": [label for _key, label in items_of(call)]}
    return render(request, "grants/handling/call_checks.html", context, status=422 if form.errors else 200)


@sign_in_required
def case_transfer(request: HttpRequest, application_id: int) -> HttpResponse:
    """Transfer the case to another authority, after telling to whom and why."""
    now = clock.now()
    found = followed(request, application_id, now, "grants.case.work")
    form = TransferForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        if attempt(request, lambda: transfer_case(found, **given, by=request.user, now=now), form):
            messages.success(request, _("Asia on siirretty, ja hakijalle on kerrottu siitä."))
            return redirect("grants:case_work", found.pk)
    context = {**case_context(request, found, "case_work", now), "form": form}
    return render(request, "grants/handling/case_transfer.html", context, status=422 if form.errors else 200)
