"""Pages of payment batches: the list, a new one, one batch with its approval, and its files for ledger and bank."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.access import sign_in_required
from accounts.roles import has_any_staff_role
from common import clock
from common.errors import Refused
from common.exports import csv_response, xlsx_response
from common.legal_dates import next_working_day
from common.pagination import paginate
from common.policies import allowed
from common.times import add_days, format_date, local_date
from county.models import get_county
from grants.bank_file import checked_transfer
from grants.batch_checks import candidates, flagged, problems_of
from grants.forms.payment_batches import BatchFilter, BatchForm, ReturnBatchForm
from grants.models import PaymentBatch
from grants.payment_files import HEAD, lines_of, match, rows
from grants.views.payments import READERS
from grants.workflow.payment_batches import MOST, approve_batch, make_batch, return_batch, send_batch
from organisations.numbers import format_iban
from organisations.views.helpers import attempt

PEOPLE = ("made_by", "approved_by", "sent_by", "returned_by")


def require_staff(request: HttpRequest, now: datetime, *roles: str) -> None:
    """Raise Http404 for who has none of the roles."""
    if not has_any_staff_role(request.user, now, *roles):
        raise Http404


def found_batch(request: HttpRequest, permission: str, batch_id: int, now: datetime) -> PaymentBatch:
    """Return the batch that the permission reaches, with its people, or raise Http404."""
    rows_of = allowed(f"grants.payment_batch.{permission}", request.user, now=now).select_related(*PEOPLE)
    found: PaymentBatch = get_object_or_404(rows_of, pk=batch_id)
    return found


@require_safe
def batches(request: HttpRequest) -> HttpResponse:
    """The batches that the filter leaves, newest first."""
    now = clock.now()
    require_staff(request, now, *READERS)
    form = BatchFilter(request.GET or None)
    data = form.cleaned_data if form.is_bound and form.is_valid() else {}
    found = allowed("grants.payment_batch.view", request.user, now=now).select_related("made_by", "approved_by")
    if data.get("tila"):
        found = found.filter(state=data["tila"])
    makes = has_any_staff_role(request.user, now, "payments_clerk")
    context = {
        "filter": form,
        "page": paginate(request, found.order_by("-pk")),
        "may_make": makes,
        "ready": candidates(request.user, now).count() if makes else 0,
    }
    return render(request, "grants/batches/list.html", context)


@sign_in_required
def new(request: HttpRequest) -> HttpResponse:
    """Choose what is paid, on which day and from which account; what cannot be paid is told with the reason."""
    now = clock.now()
    require_staff(request, now, "payments_clerk")
    form = BatchForm(request.POST if request.method == "POST" else None, initial=_offered(now))
    chosen = {int(value) for value in request.POST.getlist("valittu") if value.isdecimal() and len(value) < 19}
    if request.method == "POST" and form.is_valid():
        try:
            made = make_batch(sorted(chosen), by=request.user, now=now, **form.cleaned_data)
        except Refused as refused:
            form.add_error("pay_on" if refused.code == "bad_day" else None, str(refused))
        else:
            messages.success(request, _("Maksulista on laadittu. Toinen henkilö hyväksyy sen."))
            return redirect(made)
    ready = list(candidates(request.user, now)[: MOST + 1])
    problems, noted = problems_of(ready, now), flagged(ready, now)
    context = {
        "form": form,
        "rows": [
            (payment, problems.get(payment.pk, ""), payment.pk in chosen or not form.is_bound, payment.pk in noted)
            for payment in ready[:MOST]
        ],
        "payable": len(ready) - len(problems),
        "has_more": len(ready) > MOST,
    }
    return render(request, "grants/batches/new.html", context, status=409 if form.errors else 200)


def _offered(now: datetime) -> dict[str, Any]:
    """Offer the next working day and the account of the latest batch."""
    latest = PaymentBatch.objects.exclude(pay_from="").order_by("-pk").values_list("pay_from", flat=True).first()
    return {
        "pay_on": format_date(next_working_day(add_days(local_date(now), 1))),
        "pay_from": format_iban(latest or ""),
    }


@require_safe
def batch(request: HttpRequest, batch_id: int) -> HttpResponse:
    """One batch: what is paid to whom, what became of it, and the next step of whoever reads."""
    now = clock.now()
    handled, managed = (
        Exists(allowed(f"grants.payment_batch.{name}", request.user, now=now).filter(pk=OuterRef("pk")))
        for name in ("handle", "manage")
    )
    readable = allowed("grants.payment_batch.view", request.user, now=now).select_related(*PEOPLE)
    found: Any = get_object_or_404(readable.annotate(handled=handled, managed=managed), pk=batch_id)
    handles, manages = found.handled, found.managed
    is_own = found.made_by_id == request.user.pk
    context = {
        "batch": found,
        "page": paginate(request, lines_of(found), per_page=100),
        "match": match(found),
        "may_approve": handles and found.state == "made" and not is_own,
        "waits_other": handles and found.state == "made" and is_own,
        "may_return": handles and found.state in ("made", "approved"),
        "may_send": manages and found.state == "approved",
        "may_record": manages and found.state == "sent",
        "may_take_back": manages and found.lines.filter(state="paid").exists(),
        "may_take_xml": manages and found.is_approved and bool(found.pay_from),
    }
    return render(request, "grants/batches/batch.html", context)


@require_POST
def approve(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Approve what somebody else made."""
    now = clock.now()
    found = found_batch(request, "handle", batch_id, now)
    if attempt(request, lambda: approve_batch(found, by=request.user, now=now)):
        messages.success(request, _("Maksulista on hyväksytty. Sen voi nyt viedä kirjanpitoon tai pankkiin."))
    return redirect(found)


@sign_in_required
def give_back(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Return a batch that has not been sent."""
    now = clock.now()
    found = found_batch(request, "handle", batch_id, now)
    form = ReturnBatchForm(request.POST if request.method == "POST" else None)
    if (
        request.method == "POST"
        and form.is_valid()
        and attempt(
            request, lambda: return_batch(found, reason=form.cleaned_data["reason"], by=request.user, now=now), form
        )
    ):
        messages.success(request, _("Maksulista on palautettu. Sen maksuerät voi panna uudelle listalle."))
        return redirect(found)
    context = {"batch": found, "form": form}
    return render(request, "grants/batches/return.html", context, status=409 if form.errors else 200)


@require_POST
def sent(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Note that the batch went to the ledger or the bank."""
    now = clock.now()
    found = found_batch(request, "manage", batch_id, now)
    if attempt(request, lambda: send_batch(found, by=request.user, now=now)):
        messages.success(request, _("Maksulista on merkitty lähetetyksi. Kirjaa maksujen tilat, kun vastaus tulee."))
    return redirect(found)


@require_safe
def export(request: HttpRequest, batch_id: str, kind: str) -> HttpResponseBase:
    """The payment list for the ledger: cost centre, account, IBAN, sum; only of an approved batch."""
    found = found_batch(request, "view", int(batch_id), clock.now())
    if not found.is_approved:
        return _not_approved(request, found)
    make = xlsx_response if kind == "xlsx" else csv_response
    return make(f"{_('maksulista')}-{found.pk}", HEAD, rows(found))


@require_safe
def bank_file(request: HttpRequest, batch_id: int) -> HttpResponse:
    """The SEPA credit transfer for the bank; only of an approved batch that tells from which account it is paid."""
    found = found_batch(request, "manage", batch_id, clock.now())
    if not found.is_approved:
        return _not_approved(request, found)
    county = get_county()
    if not found.pay_from or county is None:
        messages.error(request, _("Maksulistalla ei ole tiliä, jolta maksetaan, joten pankin tiedostoa ei voi tehdä."))
        return redirect(found)
    payer = county.name_in("fi")
    written = attempt(request, lambda: checked_transfer(found, payer=payer))
    if not written:
        return redirect(found)
    response = HttpResponse(written, content_type="application/xml")
    name = f"maksulista-{found.pk}.xml"
    response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response["Cache-Control"] = "private, no-store"
    return response


def _not_approved(request: HttpRequest, found: PaymentBatch) -> HttpResponse:
    messages.error(request, _("Maksulistan saa tiedostona vasta, kun toinen henkilö on hyväksynyt sen."))
    return redirect(found)
