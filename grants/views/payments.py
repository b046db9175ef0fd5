"""Pages of payments: the officers' list and instalment, the organisation's own."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.roles import request_roles
from common import clock
from common.errors import Refused
from common.exports import csv_response, xlsx_response
from common.pagination import paginate
from common.policies import allowed, get_allowed, may
from common.times import format_date, local_date
from grants import money_lists
from grants.award_terms import terms_of
from grants.batch_checks import flagged
from grants.forms.money import PaidForm, PaymentFilter, PlanForm
from grants.instalment_conditions import waits_of
from grants.life_cycles_batches import LIVE
from grants.models import Decision, Payment
from grants.workflow.account_reminding import ROLES, remind_accounts, without_account
from grants.workflow.payments import confirm_paid, plan_payment, release_payment, verified_account
from organisations.acting import acting_organisation

PER_PAGE = 50
READERS = {"coordinator", "payments_clerk", "auditor"}


def _only(request: HttpRequest, roles: set[str]) -> None:
    if not roles & {role.key for role in request_roles(request)}:
        raise Http404


def _filters(request: HttpRequest, now: datetime) -> tuple[PaymentFilter, dict[str, Any]]:
    """Let in who may read payments at all, also when there is none yet; return the form and what it chose."""
    _only(request, READERS)
    years, calls = money_lists.payment_choices(request.user, now)
    form = PaymentFilter(request.GET or None, years=years, calls=calls)
    return form, form.cleaned_data if form.is_bound and form.is_valid() else {}


@require_safe
def payments(request: HttpRequest) -> HttpResponse:
    """All payments with filters and totals; what can be prepared and what waits to be released."""
    now = clock.now()
    form, chosen = _filters(request, now)
    rows = money_lists.payments(request.user, chosen, now)
    payable = money_lists.payable(request.user, now)
    if chosen.get("haku"):
        payable = payable.filter(application__call=chosen["haku"])
    page = paginate(request, rows, per_page=PER_PAGE)
    for row, waits in _with_waits(page, now):
        row.waits = waits
    context = {
        "filter": form,
        "page": page,
        "total": rows.order_by().aggregate(total=Sum("sum"))["total"],
        "payable": payable[:PER_PAGE],
        "payable_count": payable.count(),
        "without_account": without_account(request.user, now).count(),
        "may_release": money_lists.releasable(request.user, now).exists(),
    }
    return render(request, "grants/payments/list.html", context)


def _with_waits(rows: Any, now: datetime) -> Iterator[tuple[Any, str]]:
    """Yield each payment with what it still waits for, empty where nothing; at most one query."""
    listed = list(rows)
    found = waits_of(listed, now)
    yield from ((row, found.get(row.pk, "")) for row in listed)


@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponseBase:
    """Exactly the payments that the filters show, for the ledger: cost centre, account, IBAN, sum."""
    now = clock.now()
    _form, chosen = _filters(request, now)
    rows = money_lists.payments(request.user, chosen, now)
    make = xlsx_response if kind == "xlsx" else csv_response
    return make(_("maksatukset"), HEAD, (_row(payment) for payment in rows.iterator(chunk_size=500)))


HEAD = (
    "asianumero",
    "järjestö",
    "Y-tunnus",
    "avustus",
    "erä",
    "summa",
    "tilinumero",
    "tilin omistaja",
    "kustannuspaikka",
    "tili",
    "tila",
    "maksettu",
)


def _row(payment: Payment) -> tuple[Any, ...]:
    application = payment.decision.application
    return (
        application.case_number,
        application.organisation.name,
        application.organisation.business_id or "",
        application.call.title_fi,
        payment.number,
        payment.sum,
        payment.iban,
        payment.holder,
        application.call.cost_centre,
        application.call.ledger_account,
        str(payment.get_state_display()),
        payment.paid_on,
    )


def plan(request: HttpRequest, decision_id: int) -> HttpResponse:
    """Prepare an instalment of one grant."""
    now = clock.now()
    decision: Decision = get_allowed("grants.payment.plan", request.user, now=now, pk=decision_id)
    form = PlanForm(request.POST or None, decision=decision)
    if request.method == "POST" and form.is_valid():
        try:
            payment = plan_payment(decision, **form.cleaned_data, by=request.user, now=now)
        except Refused as refusal:
            form.add_error({"wrong_agreement": "agreement"}.get(refusal.code, "sum"), str(refusal))
        else:
            messages.success(request, _("Maksuerä on valmisteltu. Toinen henkilö hyväksyy sen maksuun."))
            return redirect("grants:payment", payment.pk)
    context = {"form": form, "decision": decision, "account": verified_account(decision), "terms": terms_of(decision)}
    return render(request, "grants/payments/plan.html", context)


@require_POST
def plan_many(request: HttpRequest) -> HttpResponse:
    """Prepare the whole unpaid sum of each chosen grant as one instalment."""
    _only(request, {"coordinator"})
    now = clock.now()
    chosen = money_lists.payable(request.user, now).filter(pk__in=_keys(request))
    done = 0
    for decision in chosen:
        try:
            plan_payment(decision, sum=decision.sum - decision.planned_total, by=request.user, now=now)
            done += 1
        except Refused as refusal:
            messages.error(request, f"{decision.application.case_number}: {refusal}")
    text = ngettext("Yksi maksuerä on valmisteltu.", "%(count)s maksuerää on valmisteltu.", done)
    _say_done(request, text, done)
    return redirect("grants:payments")


@require_POST
def release_many(request: HttpRequest) -> HttpResponse:
    """Release the chosen instalments; each that cannot be is named with the reason."""
    _only(request, {"payments_clerk"})
    now = clock.now()
    rows = allowed("grants.payment.release", request.user, now=now).filter(pk__in=_keys(request))
    done = 0
    for payment in rows.select_related("decision__application").order_by("pk"):
        try:
            release_payment(payment, by=request.user, now=now)
            done += 1
        except Refused as refusal:
            messages.error(request, f"{payment.decision.application.case_number}: {refusal}")
    text = ngettext("Yksi maksuerä on hyväksytty maksuun.", "%(count)s maksuerää on hyväksytty maksuun.", done)
    _say_done(request, text, done)
    return redirect("grants:payments")


@require_POST
def remind_accounts_of_all(request: HttpRequest) -> HttpResponse:
    """Remind every organisation whose prepared instalment waits for a verified account."""
    _only(request, set(ROLES))
    done = remind_accounts(by=request.user, now=clock.now())
    if done:
        text = ngettext(
            "Muistutus tilinumerosta on lähetetty yhdelle järjestölle.",
            "Muistutus tilinumerosta on lähetetty %(count)s järjestölle.",
            done,
        )
        messages.success(request, text % {"count": done})
    else:
        messages.info(request, _("Ketään ei muistutettu: tilinumero on kaikilla, tai heitä on muistutettu tänään."))
    return redirect("grants:payments")


def _say_done(request: HttpRequest, text: str, done: int) -> None:
    """Tell how many were done; with nothing chosen, what to do."""
    if done:
        messages.success(request, text % {"count": done})
    elif not _keys(request):
        messages.error(request, _("Valitse ensin rivit luettelosta."))


def _keys(request: HttpRequest) -> list[int]:
    """Return the chosen keys; what is no key of ours is left out."""
    return [int(value) for value in request.POST.getlist("valittu") if value.isdecimal() and len(value) < 19]


def payment(request: HttpRequest, payment_id: int) -> HttpResponse:
    """One instalment: facts, and the next step for who may take it."""
    now = clock.now()
    rows = allowed("grants.payment.view", request.user, now=now).select_related(
        "decision__application__organisation", "decision__application__call", "planned_by", "released_by", "agreement"
    )
    found: Payment | None = rows.filter(pk=payment_id).first()
    if found is None:
        raise Http404
    may_act = may("grants.payment.release", request.user, found, now=now)
    if request.method == "POST" and not may_act:
        raise Http404
    today = format_date(local_date(now))
    form = PaidForm(request.POST if "paid_on" in request.POST else None, initial={"paid_on": today})
    if request.method == "POST" and _act(request, found, form, now):
        return redirect("grants:payment", found.pk)
    readable = allowed("grants.payment_batch.view", request.user, now=now)
    lines = list(found.batch_lines.filter(batch__in=readable).select_related("batch").order_by("pk"))
    context = {
        "payment": found,
        "account": verified_account(found.decision),
        "batch_lines": lines,
        "is_on_batch": any(line.state in LIVE for line in lines),
        "may_act": may_act,
        "is_noted": found.state != "paid" and bool(flagged([found], now)),
        "own": found.planned_by_id == request.user.pk,
        "waits": waits_of([found], now).get(found.pk, ""),
        "form": form,
    }
    return render(request, "grants/payments/payment.html", context)


def _act(request: HttpRequest, found: Payment, form: PaidForm, now: datetime) -> bool:
    """Take the next step; False when the form has to be shown again."""
    try:
        if found.state == "planned":
            release_payment(found, by=request.user, now=now)
            messages.success(request, _("Maksuerä on hyväksytty maksuun."))
            return True
        if not form.is_valid():
            return False
        confirm_paid(found, paid_on=form.cleaned_data["paid_on"], by=request.user, now=now)
        messages.success(request, _("Maksuerä on merkitty maksetuksi. Järjestö saa viestin."))
    except Refused as refusal:
        if form.is_bound:
            form.add_error("paid_on", str(refusal))
            return False
        messages.error(request, str(refusal))
    return True


@require_safe
def own_payments(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """The organisation's payments in its own words; of the account only the last four digits."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id)
    rows = (
        allowed("grants.payment.view_own", request.user, now=now)
        .filter(decision__application__organisation=organisation)
        .select_related("decision__application__call", "agreement")
        .order_by("-planned_at", "-pk")
    )
    page = paginate(request, rows)
    for row, waits in _with_waits(page, now):
        row.waits = waits
    return render(request, "grants/payments/own.html", {"organisation": organisation, "page": page})
