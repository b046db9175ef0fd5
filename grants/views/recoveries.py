"""Recoveries on the officers' side: the list with what is owed, one recovery, its steps."""

from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import sign_in_required
from accounts.roles import request_roles
from common import clock
from common.exports import csv_response
from common.pagination import paginate
from common.policies import allowed, may
from common.times import add_days, format_date, local_date
from documents.views import serve
from grants.claims_of import claims_of
from grants.forms.recoveries import DecideForm, EndForm, HearForm, OpenForm, PartsForm, RecoveryFilter, RepayForm
from grants.models import Decision, RecoveryCase
from grants.models.recoveries import recoverable_of
from grants.workflow.recoveries import (
    ANSWER_DAYS,
    agree_parts,
    ask_statement,
    decide_recovery,
    drop_recovery,
    enforce,
    open_recovery,
    record_repayment,
    write_off,
)
from organisations.views.helpers import attempt

READERS = {"coordinator", "registrar", "auditor", "payments_clerk", "body.secretary"}
WITH = ("decision__application__organisation", "decision__application__call")
DAYS_TO_PAY = 30


def _chosen(request: HttpRequest, now: datetime) -> tuple[RecoveryFilter, Any]:
    if not READERS & {role.key for role in request_roles(request)}:
        raise Http404
    form = RecoveryFilter(request.GET or None)
    data = form.cleaned_data if form.is_bound and form.is_valid() else {}
    rows: Any = allowed("grants.recovery.view", request.user, now=now)
    if data.get("q"):
        words = data["q"].strip()
        named = Q(decision__application__organisation__name__icontains=words)
        rows = rows.filter(named | Q(case_number__icontains=words))
    if data.get("tila") == "velka":
        rows = rows.owed()
    elif data.get("tila"):
        rows = rows.filter(state=data["tila"])
    return form, rows.select_related(*WITH).prefetch_related("repayments").order_by("-opened_at", "-pk")


def owed_in_all(rows: Any, now: datetime) -> Decimal:
    """Return the euros that are owed now of these recoveries."""
    today = local_date(now)
    return sum((row.balance(today).outstanding for row in rows.owed()), Decimal(0))


@require_safe
def recoveries(request: HttpRequest) -> HttpResponse:
    """The recoveries that the filters leave, and what is owed of all that the person reads."""
    now = clock.now()
    form, rows = _chosen(request, now)
    page = paginate(request, rows)
    today = local_date(now)
    context = {
        "filter": form,
        "page": page,
        "rows": [(row, row.balance(today)) for row in page],
        "owed": owed_in_all(allowed("grants.recovery.view", request.user, now=now).prefetch_related("repayments"), now),
        "query": request.GET.urlencode(),
    }
    return render(request, "grants/recoveries/list.html", context)


HEAD = (
    "asianumero",
    "järjestö",
    "avustus",
    "peruste",
    "tila",
    "perittävä",
    "maksettu",
    "maksamatta",
    "eräpäivä",
    "viite",
)


@require_safe
def export(request: HttpRequest) -> HttpResponseBase:
    """Exactly the recoveries that the filters show."""
    now = clock.now()
    _form, rows = _chosen(request, now)
    today = local_date(now)
    return csv_response(_("takaisinperinnat"), HEAD, (_row(row, today) for row in rows.iterator(chunk_size=500)))


def _row(row: RecoveryCase, today: Any) -> tuple[Any, ...]:
    application, state = row.decision.application, row.balance(today)
    return (
        row.case_number,
        application.organisation.name,
        application.call.title_fi,
        str(row.get_ground_display()),
        str(row.state_label),
        row.sum,
        state.paid,
        state.outstanding if row.is_owed else Decimal(0),
        row.due_on,
        row.reference,
    )


def _found(request: HttpRequest, permission: str, recovery_id: int, now: datetime) -> RecoveryCase:
    rows = allowed(permission, request.user, now=now).select_related(*WITH, "letter", "opened_by", "answered_by")
    found: RecoveryCase = get_object_or_404(rows, pk=recovery_id)
    return found


@require_safe
def recovery(request: HttpRequest, recovery_id: int) -> HttpResponse:
    """One recovery: why, how much, what is owed today, and the next steps of whoever reads."""
    now = clock.now()
    found = _found(request, "grants.recovery.view", recovery_id, now)
    prepares = may("grants.recovery.prepare", request.user, found, now=now)
    is_prepared = found.state in ("opened", "hearing")
    context = {
        "recovery": found,
        "application": found.decision.application,
        "may_read": may("grants.application.view", request.user, found.decision.application, now=now),
        "balance": found.balance(local_date(now)),
        "repayments": list(found.repayments.all()),
        "parts": list(found.parts.all()),
        "may_prepare": prepares and is_prepared,
        "may_decide": is_prepared and may("grants.recovery.decide", request.user, found, now=now),
        "may_collect": found.is_owed and may("grants.recovery.collect", request.user, found, now=now),
        "is_due": found.due_on is not None and local_date(now) > found.due_on,
        **claims_of(found, request.user, now),
    }
    return render(request, "grants/recoveries/recovery.html", context)


@sign_in_required
def new(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Open a recovery of a grant; the use report's unused sum is offered."""
    now = clock.now()
    rows = allowed("grants.recovery.open", request.user, now=now).select_related(
        "application__organisation", "application__call"
    )
    decision: Decision = get_object_or_404(rows, pk=decision_id)
    most = recoverable_of(decision)
    report = decision.use_report
    unused = min(report.unused_sum, most) if report is not None else Decimal(0)
    start = {"ground": "unused", "sum": unused} if unused else {}
    form = OpenForm(request.POST or None, initial=start, most=most)

    def act() -> RecoveryCase:
        return open_recovery(decision, by=request.user, now=now, **form.cleaned_data)

    if request.method == "POST" and form.is_valid():
        made = attempt(request, act, form)
        if made:
            messages.success(request, _("Takaisinperintä on aloitettu. Kuule seuraavaksi järjestöä."))
            return redirect(made)
    context = {
        "form": form,
        "application": decision.application,
        "title": _("Aloita takaisinperintä"),
        "submit": _("Aloita takaisinperintä"),
        "back_url": reverse("grants:case", args=[decision.application_id]),
    }
    return render(request, "grants/recoveries/step.html", context, status=409 if form.errors else 200)


def _step(
    request: HttpRequest, found: RecoveryCase, form: Any, act: Callable[[], Any], words: tuple[str, str, str]
) -> HttpResponse:
    """Show a form of one step, or take the step; ``words``: heading, button, what is said afterwards."""
    if request.method == "POST" and form.is_valid() and attempt(request, act, form):
        messages.success(request, words[2])
        return redirect(found)
    context = {
        "recovery": found,
        "application": found.decision.application,
        "form": form,
        "title": words[0],
        "submit": words[1],
        "back_url": found.get_absolute_url(),
    }
    return render(request, "grants/recoveries/step.html", context, status=409 if form.errors else 200)


@sign_in_required
def hear(request: HttpRequest, recovery_id: int) -> HttpResponse:
    """Hear the organisation, or give it more time."""
    now = clock.now()
    found = _found(request, "grants.recovery.prepare", recovery_id, now)
    start = found.answer_by or add_days(local_date(now), ANSWER_DAYS)
    form = HearForm(request.POST or None, initial={"answer_by": start})

    def act() -> RecoveryCase:
        return ask_statement(found, answer_by=form.cleaned_data["answer_by"], by=request.user, now=now)

    said = _("Järjestö on saanut viestin ja voi antaa lausumansa.")
    return _step(request, found, form, act, (_("Kuule järjestöä"), _("Pyydä lausuma"), said))


@sign_in_required
def decide(request: HttpRequest, recovery_id: int) -> HttpResponse:
    """Record the decision; the letter goes at once."""
    now = clock.now()
    found = _found(request, "grants.recovery.decide", recovery_id, now)
    today = local_date(now)
    start = {
        "sum": found.sum,
        "reasons": found.facts,
        "legal_basis": found.decision.legal_basis,
        "decided_on": today,
        "due_on": add_days(today, DAYS_TO_PAY),
    }
    form = DecideForm(request.POST or None, initial=start, was_heard=found.asked_at is not None)

    def act() -> RecoveryCase:
        return decide_recovery(found, form.given(), by=request.user, now=now)

    said = _("Päätös on kirjattu ja lähetetty järjestölle.")
    return _step(request, found, form, act, (_("Kirjaa päätös"), _("Kirjaa ja anna tiedoksi"), said))


@sign_in_required
def end(request: HttpRequest, recovery_id: int) -> HttpResponse:
    """Ask nothing back, or take what cannot be got off the books."""
    now = clock.now()
    seen = _found(request, "grants.recovery.view", recovery_id, now)
    verb = write_off if seen.is_owed else drop_recovery
    found = _found(request, f"grants.recovery.{'collect' if seen.is_owed else 'prepare'}", recovery_id, now)
    form = EndForm(request.POST or None)

    def act() -> RecoveryCase:
        return verb(found, reason=form.cleaned_data["reason"], by=request.user, now=now)

    title = _("Poista saatavista") if seen.is_owed else _("Älä peri takaisin")
    return _step(request, found, form, act, (title, title, _("Tallennettu. Rahaa ei peritä.")))


@sign_in_required
def repay(request: HttpRequest, recovery_id: int) -> HttpResponse:
    """Record money that came back."""
    now = clock.now()
    found = _found(request, "grants.recovery.collect", recovery_id, now)
    start = {"sum": found.balance(local_date(now)).outstanding, "paid_on": format_date(local_date(now))}
    form = RepayForm(request.POST or None, initial=start)

    def act() -> RecoveryCase:
        return record_repayment(found, by=request.user, now=now, **form.cleaned_data)

    words = (_("Kirjaa suoritus"), _("Kirjaa suoritus"), _("Suoritus on kirjattu."))
    return _step(request, found, form, act, words)


@sign_in_required
def parts(request: HttpRequest, recovery_id: int) -> HttpResponse:
    """Agree to pay in parts."""
    now = clock.now()
    found = _found(request, "grants.recovery.collect", recovery_id, now)
    start: dict[str, Any] = {}
    for number, row in enumerate(found.parts.all(), 1):
        start |= {f"due_on-{number}": row.due_on, f"sum-{number}": row.sum}
    form = PartsForm(request.POST or None, initial=start, left=found.balance(local_date(now)).principal)

    def act() -> RecoveryCase:
        return agree_parts(found, parts=form.parts(), by=request.user, now=now)

    words = (_("Sovi maksuerät"), _("Tallenna maksuerät"), _("Maksuerät on sovittu. Järjestö saa viestin."))
    return _step(request, found, form, act, words)


@require_POST
def to_enforcement(request: HttpRequest, recovery_id: int) -> HttpResponse:
    """Note that the claim went to enforcement."""
    now = clock.now()
    found = _found(request, "grants.recovery.collect", recovery_id, now)
    if attempt(request, lambda: enforce(found, by=request.user, now=now)):
        messages.success(request, _("Asia on merkitty viedyksi ulosottoon."))
    return redirect(found)


@require_safe
def letter(request: HttpRequest, recovery_id: int) -> FileResponse:
    """The decision, for the organisation and for officers."""
    now = clock.now()
    for permission in ("grants.recovery.view_own", "grants.recovery.view"):
        found = allowed(permission, request.user, now=now).select_related("letter").filter(pk=recovery_id).first()
        if found is not None and found.letter is not None:
            return serve(request, found.letter)
    raise Http404
