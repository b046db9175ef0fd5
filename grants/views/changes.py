"""Changes after award on the officers' side: the list, one change side by side, its steps, the county's powers."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import sign_in_required
from accounts.roles import request_roles
from common import clock
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from common.times import local_date
from documents.views import serve
from grants.award_terms import moved_percent, side_by_side
from grants.claims_of import claims_of
from grants.forms.changes import (
    ChangeFilter,
    DecideChangeForm,
    LayChangeForm,
    PowersForm,
    RecordChangeForm,
    ReturnChangeForm,
)
from grants.models import ChangeRequest, GrantKind
from grants.phrases import form_for, is_picking
from grants.workflow.change_decisions import (
    Given,
    coming_meetings,
    decide_change,
    decider_of,
    get_powers,
    lay_change,
    may_alone,
    record_change,
    return_change,
    set_powers,
    within_kind,
)
from organisations.views.helpers import attempt

READERS = {"coordinator", "registrar", "auditor", "payments_clerk", "body.secretary", "official"}
WITH = (
    "decision__application__organisation",
    "decision__application__call",
    "decision__application__form_version",
)


@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """The changes that the filters leave, what waits first."""
    now = clock.now()
    if not READERS & {role.key for role in request_roles(request)}:
        raise Http404
    form = ChangeFilter(request.GET or None)
    data = form.cleaned_data if form.is_bound and form.is_valid() else {}
    rows: Any = allowed("grants.change.view", request.user, now=now)
    if data.get("q"):
        words = data["q"].strip()
        named = Q(decision__application__organisation__name__icontains=words)
        rows = rows.filter(named | Q(case_number__icontains=words))
    if data.get("tila") == "avoin":
        rows = rows.open()
    elif data.get("tila"):
        rows = rows.filter(state=data["tila"])
    context = {
        "filter": form,
        "page": paginate(request, rows.select_related(*WITH[:2]).order_by("-sent_at", "-pk")),
        "may_set": allowed("grants.change.powers", request.user, now=now).exists(),
    }
    return render(request, "grants/changes/list.html", context)


def _found(request: HttpRequest, permission: str, change_id: int, now: datetime) -> ChangeRequest:
    rows = allowed(permission, request.user, now=now).select_related(
        *WITH, "letter", "sent_by", "decided_by", "laid_by", "agenda_item__meeting__body"
    )
    found: ChangeRequest = get_object_or_404(rows, pk=change_id)
    return found


def _context(found: ChangeRequest) -> dict[str, Any]:
    return {
        "change": found,
        "rows": side_by_side(found.terms_before, found.terms_asked, found.terms_decided),
        "moved": moved_percent(found.terms_before, found.terms_asked),
        "application": found.decision.application,
        "decision": found.decision,
        "powers": get_powers(),
        "decider": found.decider or decider_of(found),
        "is_past_kind": not within_kind(found),
    }


@require_safe
def change(request: HttpRequest, change_id: int) -> HttpResponse:
    """One change: what holds and what is asked side by side, whose it is to decide, and the next steps."""
    now = clock.now()
    found = _found(request, "grants.change.view", change_id, now)
    is_waiting = found.state in ("sent", "laid")
    decides = is_waiting and may("grants.change.decide", request.user, found, now=now)
    prepares = is_waiting and may("grants.change.prepare", request.user, found, now=now)
    alone = decides and may_alone(found, request.user, now)
    context = {
        **_context(found),
        "may_return": prepares,
        "may_lay": prepares and found.state == "sent" and not alone,
        "may_decide": alone,
        "may_record": found.state == "laid" and may("grants.change.record", request.user, found, now=now),
        "report": found.decision.use_report,
        "may_open_case": may("grants.application.view", request.user, found.decision.application, now=now),
        **claims_of(found, request.user, now),
    }
    return render(request, "grants/changes/change.html", context)


def _step(
    request: HttpRequest, found: ChangeRequest, form: Any, act: Callable[[], Any], words: tuple[str, str, str]
) -> HttpResponse:
    """Show a form of one step, or take the step; ``words``: heading, button, what is said afterwards."""
    is_sent = request.method == "POST" and not is_picking(request)
    if is_sent and form.is_valid() and attempt(request, act, form):
        messages.success(request, words[2])
        return redirect(found)
    context = {**_context(found), "form": form, "title": words[0], "submit": words[1]}
    return render(request, "grants/changes/step.html", context, status=409 if form.errors else 200)


@sign_in_required
def ask_more(request: HttpRequest, change_id: int) -> HttpResponse:
    """Ask the organisation for more."""
    now = clock.now()
    found = _found(request, "grants.change.prepare", change_id, now)
    form = ReturnChangeForm(request.POST or None, initial={"question": found.question})

    def act() -> ChangeRequest:
        return return_change(found, question=form.cleaned_data["question"], by=request.user, now=now)

    said = _("Järjestö on saanut viestin ja voi täydentää muutoshakemusta.")
    return _step(request, found, form, act, (_("Pyydä täydennystä"), _("Lähetä pyyntö"), said))


@sign_in_required
def lay(request: HttpRequest, change_id: int) -> HttpResponse:
    """Lay the change before who granted."""
    now = clock.now()
    found = _found(request, "grants.change.prepare", change_id, now)
    meetings = coming_meetings(found, request.user, now)
    form = LayChangeForm(request.POST or None, initial={"proposal": found.proposal}, meetings=meetings)

    def act() -> ChangeRequest:
        data = form.cleaned_data
        return lay_change(found, proposal=data["proposal"], meeting=data.get("meeting"), by=request.user, now=now)

    said = _("Muutoshakemus on esitetty päättäjälle.")
    return _step(request, found, form, act, (_("Esitä päättäjälle"), _("Esitä päättäjälle"), said))


def _start(found: ChangeRequest) -> dict[str, Any]:
    powers = get_powers()
    basis = [found.decision.legal_basis, powers.rule if powers is not None else ""]
    return {
        "terms": found.terms_asked,
        "granted": found.decision.sum,
        "basis": "\n".join(part for part in basis if part),
    }


def _form(request: HttpRequest, form_class: Any, found: ChangeRequest, **initial: Any) -> Any:
    start = _start(found)
    basis = start.pop("basis")
    if is_picking(request):
        return form_for(request, form_class, **start)
    return form_class(request.POST or None, initial={"legal_basis": basis, **initial}, **start)


@sign_in_required
def decide(request: HttpRequest, change_id: int) -> HttpResponse:
    """Decide alone; the letter goes at once."""
    now = clock.now()
    found = _found(request, "grants.change.decide", change_id, now)
    form = _form(request, DecideChangeForm, found)

    def act() -> ChangeRequest:
        data = form.cleaned_data
        given = Given(form.decided_terms(), data["reasons"], data["legal_basis"])
        return decide_change(found, given, by=request.user, now=now)

    said = _("Päätös on tehty ja lähetetty järjestölle.")
    return _step(request, found, form, act, (_("Päätä muutoshakemus"), _("Päätä ja anna tiedoksi"), said))


@sign_in_required
def record(request: HttpRequest, change_id: int) -> HttpResponse:
    """Record what the body decided; the letter goes at once."""
    now = clock.now()
    found = _found(request, "grants.change.record", change_id, now)
    item = found.agenda_item
    held = local_date(item.meeting.starts_at) if item is not None else local_date(now)
    section = item.section_number if item is not None else None
    form = _form(request, RecordChangeForm, found, reasons=found.proposal, decided_on=held, section_number=section)

    def act() -> ChangeRequest:
        data = form.cleaned_data
        given = Given(
            form.decided_terms(),
            data["reasons"],
            data["legal_basis"],
            decided_on=data["decided_on"],
            section_number=data["section_number"],
        )
        return record_change(found, given, by=request.user, now=now)

    said = _("Päätös on kirjattu ja lähetetty järjestölle.")
    return _step(request, found, form, act, (_("Kirjaa päätös"), _("Kirjaa ja anna tiedoksi"), said))


@sign_in_required
def powers(request: HttpRequest) -> HttpResponse:
    """What an officer decides alone; without it everything goes to who granted."""
    now = clock.now()
    get_allowed("grants.change.powers", request.user, now=now)
    standing = get_powers()
    names = ("post", "rule", "years_after", "budget_percent", "content")
    start = {name: getattr(standing, name) for name in names} if standing else {"years_after": 1, "budget_percent": 20}
    form = PowersForm(request.POST or None, initial=start)

    def act() -> Any:
        return set_powers(by=request.user, now=now, **form.cleaned_data)

    if request.method == "POST" and form.is_valid() and attempt(request, act, form):
        messages.success(request, _("Toimivalta on tallennettu. Se koskee muutoksia, joita ei ole vielä ratkaistu."))
        return redirect("grants:changes")
    kinds = GrantKind.objects.select_related("decided_by", "claims_to")
    context = {"form": form, "standing": standing, "kinds": kinds}
    return render(request, "grants/changes/powers.html", context, status=409 if form.errors else 200)


@require_safe
def letter(request: HttpRequest, change_id: int) -> FileResponse:
    """The decision, for the organisation and for officers."""
    now = clock.now()
    for permission in ("grants.change.view_own", "grants.change.view"):
        found = allowed(permission, request.user, now=now).select_related("letter").filter(pk=change_id).first()
        if found is not None and found.letter is not None:
            return serve(request, found.letter)
    raise Http404
