"""One decision's text: completing before service, correcting afterwards, its versions; a call's letters to print."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.access import sign_in_required
from common import clock
from common.legal_dates import ServedBy
from common.policies import allowed, get_allowed
from documents.joining import Part, join
from documents.views import pdf_answer, serve, verified
from grants.forms.decisions import CorrectionForm, EditDecisionForm, PublicationForm
from grants.models import Decision, DecisionVersion, GrantCall, VersionKind
from grants.phrases import form_for, is_picking
from grants.views.handling import on_desk
from grants.workflow.corrections import correct_decision
from grants.workflow.decisions import edit_decision, record_publication
from organisations.views.helpers import attempt


def _decision(request: HttpRequest, decision_id: int, now: datetime) -> Decision:
    rows = allowed("grants.decision.issue", request.user, now=now).select_related(
        "application__organisation", "application__call"
    )
    found: Decision = get_object_or_404(rows, pk=decision_id)
    return found


def _page(request: HttpRequest, decision: Decision, form: Any, name: str) -> HttpResponse:
    context = {
        "decision": decision,
        "application": decision.application,
        "call": decision.application.call,
        "form": form,
    }
    status = 409 if form.is_bound and form.errors else 200
    return render(request, f"grants/handling/{name}.html", context, status=status)


@sign_in_required
def edit(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Complete a recorded decision before it is served."""
    now = clock.now()
    decision = _decision(request, decision_id, now)
    if decision.state != "recorded":
        return redirect("grants:decision_correct", decision_id)
    form = form_for(request, EditDecisionForm, decision=decision)

    def act() -> Decision:
        how = ServedBy(form.cleaned_data["served_by"])
        return edit_decision(decision, served_by=how, by=request.user, now=now, **form.texts())

    if request.method == "POST" and not is_picking(request) and form.is_valid() and attempt(request, act, form):
        messages.success(request, _("Päätöksen teksti on tallennettu."))
        return redirect("grants:decisions", decision.application.call_id)
    return _page(request, decision, form, "decision_edit")


@sign_in_required
def correct(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Correct an error in a served decision as a new version."""
    now = clock.now()
    decision = _decision(request, decision_id, now)
    if decision.state == "recorded":
        return redirect("grants:decision_edit", decision_id)
    form = form_for(request, CorrectionForm, decision=decision)

    def act() -> Decision:
        names = ("why", "sum", "is_consented", "decided_on", "section_number", "revision", "de_minimis")
        given = {name: form.cleaned_data.get(name) for name in names}
        kind = VersionKind(form.cleaned_data["kind"])
        return correct_decision(decision, kind=kind, by=request.user, now=now, **given, **form.texts())

    if request.method == "POST" and not is_picking(request) and form.is_valid() and attempt(request, act, form):
        messages.success(request, _("Päätös on korjattu, ja uusi versio on lähetetty hakijalle."))
        return redirect("grants:case", decision.application_id)
    return _page(request, decision, form, "decision_correct")


@require_safe
def version(request: HttpRequest, decision_id: int, number: int) -> FileResponse:
    """The letter of one version: for the organisation and for officers under the case's policy."""
    now = clock.now()
    for permission in ("grants.decision.view_own", "grants.decision.view"):
        readable = allowed(permission, request.user, now=now).filter(pk=decision_id)
        found = DecisionVersion.objects.filter(decision__in=readable.values("pk"), number=number)
        one = found.select_related("letter").first()
        if one is not None:
            return serve(request, one.letter)
    raise Http404


@sign_in_required
def publication(request: HttpRequest, call_id: int) -> HttpResponse:
    """Record when the minutes with the call's decisions were published online."""
    now = clock.now()
    call: GrantCall = get_allowed("grants.call.publication", request.user, now=now, pk=call_id)
    form = PublicationForm(request.POST or None, by_official=call.by_official)

    def act() -> tuple[int]:
        return (record_publication(call, by=request.user, now=now, **form.cleaned_data),)

    if request.method == "POST" and form.is_valid():
        made = attempt(request, act, form)
        if made:
            text = ngettext("Merkitty %(count)s päätökseen.", "Merkitty %(count)s päätökseen.", made[0])
            messages.success(request, text % {"count": made[0]})
            return redirect("grants:decisions", call_id)
    return render(
        request, "grants/handling/publication.html", {"call": call, "form": form}, status=409 if form.errors else 200
    )


@require_safe
def to_print(request: HttpRequest, call_id: int) -> HttpResponse:
    """All letters of the call that go by post, as one PDF in the order of the organisations' names."""
    now = clock.now()
    call = on_desk(request, call_id, now)
    rows = (
        allowed("grants.decision.issue", request.user, now=now)
        .filter(application__call=call, served_by=ServedBy.LETTER.value, letter__isnull=False)
        .select_related("application__organisation", "letter")
        .order_by("application__organisation__name", "pk")
    )
    parts = [Part(row.application.organisation.name, "", _bytes(row)) for row in rows]
    if not parts:
        messages.info(request, _("Yhtään päätöstä ei ole annettu tiedoksi kirjeellä."))
        return redirect("grants:decisions", call_id)
    return pdf_answer(join(parts[0].data, parts[1:]), f"paatokset-{call.pk}")


def _bytes(decision: Decision) -> bytes:
    """Return the letter's bytes with their hash checked."""
    if decision.letter is None:
        raise Http404
    with verified(decision.letter) as file:
        data: bytes = file.read()
    return data
