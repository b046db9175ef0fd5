"""What became of sent payments: recorded by hand, loaded from a file, and reconciled with the batches."""

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.access import sign_in_required
from common import clock
from common.pagination import paginate
from common.policies import allowed
from common.times import format_date, local_date
from grants.forms.payment_batches import CameBackForm, ReturnFileForm, StatesForm
from grants.models import LoadedReturnFile
from grants.payment_files import differing, lines_of, reconciled
from grants.views.payment_batches import found_batch, require_staff
from grants.views.payments import READERS
from grants.workflow.payment_states import Outcome, load_return_file, record_came_back, record_lines
from organisations.views.helpers import attempt

EARLIER = 10
DIFFERING = 100


@sign_in_required
def states(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Record the same state of the chosen instalments of a sent batch."""
    now = clock.now()
    found = found_batch(request, "manage", batch_id, now)
    start = {"state": "paid", "paid_on": format_date(local_date(now))}
    form = StatesForm(request.POST if request.method == "POST" else None, initial=start)
    chosen = {int(value) for value in request.POST.getlist("valittu") if value.isdecimal() and len(value) < 6}

    def act() -> Outcome:
        return record_lines(found, sorted(chosen), by=request.user, now=now, **form.cleaned_data)

    if request.method == "POST" and form.is_valid():
        outcome = attempt(request, act, form)
        if outcome:
            _say(request, outcome)
            return redirect(found)
    lines = lines_of(found).filter(state__in=["sent", "suspended"])
    context = {
        "batch": found,
        "form": form,
        "rows": [(line, line.number in chosen) for line in lines],
    }
    return render(request, "grants/batches/states.html", context, status=409 if form.errors else 200)


@sign_in_required
def came_back(request: HttpRequest, batch_id: int) -> HttpResponse:
    """Record that the bank returned money that had been recorded as paid."""
    now = clock.now()
    found = found_batch(request, "manage", batch_id, now)
    form = CameBackForm(
        request.POST if request.method == "POST" else None, initial={"came_back_on": format_date(local_date(now))}
    )
    chosen = {int(value) for value in request.POST.getlist("valittu") if value.isdecimal() and len(value) < 6}

    def act() -> Outcome:
        return record_came_back(found, sorted(chosen), by=request.user, now=now, **form.cleaned_data)

    if request.method == "POST" and form.is_valid():
        outcome = attempt(request, act, form)
        if outcome:
            _say(request, outcome)
            return redirect(found)
    context = {
        "batch": found,
        "form": form,
        "rows": [(line, line.number in chosen) for line in lines_of(found).filter(state="paid")],
    }
    return render(request, "grants/batches/came_back.html", context, status=409 if form.errors else 200)


def _say(request: HttpRequest, outcome: Outcome) -> None:
    text = ngettext("Yhden maksun tila on kirjattu.", "%(count)s maksun tila on kirjattu.", outcome.changed) % {
        "count": outcome.changed
    }
    if outcome.same:
        same = ngettext("Yhden tila oli jo sama.", "%(count)s maksun tila oli jo sama.", outcome.same) % {
            "count": outcome.same
        }
        text = f"{text} {same}"
    messages.success(request, text)


@sign_in_required
def load(request: HttpRequest) -> HttpResponse:
    """Load what the bank or the ledger answers; a file with any fault changes nothing."""
    now = clock.now()
    require_staff(request, now, "payments_clerk")
    is_post = request.method == "POST"
    form = ReturnFileForm(request.POST if is_post else None, request.FILES if is_post else None)

    def act() -> Outcome:
        file = form.cleaned_data["file"]
        return load_return_file(file.read(), name=file.name, by=request.user, now=now)

    if is_post and form.is_valid():
        outcome = attempt(request, act, form)
        if outcome:
            _say(request, outcome)
            return redirect("grants:payment_reconciliation")
    earlier = LoadedReturnFile.objects.select_related("loaded_by")[:EARLIER]
    return render(
        request, "grants/batches/load.html", {"form": form, "earlier": earlier}, status=409 if form.errors else 200
    )


@require_safe
def reconciliation(request: HttpRequest) -> HttpResponse:
    """Each sent batch against what was paid of it, the sums of all, and the instalments by which they differ."""
    now = clock.now()
    require_staff(request, now, *READERS)
    sent = allowed("grants.payment_batch.view", request.user, now=now).filter(state__in=["sent", "closed"])
    rows = reconciled(sent).order_by("-pk")
    totals = reconciled(sent).aggregate(
        total=Sum("sum"), paid=Sum("paid_sum"), open=Sum("open_sum"), returned=Sum("returned_sum")
    )
    others = list(differing(sent)[: DIFFERING + 1])
    context = {
        "page": paginate(request, rows),
        "totals": totals,
        "differing": others[:DIFFERING],
        "has_more": len(others) > DIFFERING,
    }
    return render(request, "grants/batches/reconciliation.html", context)
