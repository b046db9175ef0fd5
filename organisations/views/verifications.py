"""Verifications: a new one, one that was made, and the newest of all organisations."""

from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.access import sign_in_required
from common import clock
from common.pagination import paginate
from common.policies import allowed, get_allowed
from common.times import local_date
from organisations.forms.checks import VerificationFilter, VerificationForm
from organisations.models import Organisation, Verification
from organisations.policies.relations import may_read_county_pages, may_verify
from organisations.relation_todos import EXPIRES_SOON
from organisations.views.helpers import attempt
from organisations.workflow.verifications import current_sheet, months_later, newest, verify


@sign_in_required
def verification_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer the sheet in use about one organisation; the earlier answers stand beside."""
    now = clock.now()
    organisation: Organisation = get_allowed("organisations.verification.make", request.user, now=now, pk=pk)
    sheet = current_sheet()
    if sheet is None:
        return render(request, "organisations/verification/no_sheet.html", {"organisation": organisation})
    until = months_later(local_date(now), sheet.valid_months)
    form = VerificationForm(request.POST or None, sheet=sheet, valid_until=until)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        made = attempt(
            request,
            lambda: verify(
                organisation,
                sheet=sheet,
                answers=form.answers(),
                outcome=data["outcome"],
                valid_until=data["valid_until"],
                summary=data["summary"],
                by=request.user,
                now=now,
            ),
            form,
        )
        if made:
            messages.success(request, _("Tarkistus on kirjattu."))
            return redirect("organisations:county_page", pk=pk)
    return render(
        request,
        "organisations/verification/new.html",
        {
            "organisation": organisation,
            "sheet": sheet,
            "form": form,
            "signatories": organisation.signatories.order_by("name", "role"),
        },
    )


@sign_in_required
def verification(request: HttpRequest, pk: int) -> HttpResponse:
    """One verification with its answers, and the organisation's others."""
    now = clock.now()
    rows = allowed("organisations.verification.view", request.user, now=now)
    found: Verification = get_object_or_404(rows.select_related("organisation", "sheet", "verified_by"), pk=pk)
    others = rows.filter(organisation=found.organisation_id).exclude(pk=found.pk)
    return render(
        request,
        "organisations/verification/verification.html",
        {
            "verification": found,
            "organisation": found.organisation,
            "rows": found.rows(get_language() or "fi"),
            "others": others.select_related("verified_by")[:20],
            "today": local_date(now),
        },
    )


@sign_in_required
def verifications(request: HttpRequest) -> HttpResponse:
    """The newest verification of each organisation, the one that ends first at the top."""
    now = clock.now()
    if not may_read_county_pages(request.user, now):
        raise Http404
    form = VerificationFilter(request.GET or None)
    state = form.cleaned_data["tila"] if form.is_valid() else ""
    rows = _narrowed(newest(request.user, now), state, now).select_related("organisation", "verified_by")
    return render(
        request,
        "organisations/verification/list.html",
        {
            "form": form,
            "state": state,
            "may_verify": may_verify(request.user, now),
            "page": paginate(request, rows.order_by("valid_until", "pk")),
            "today": local_date(now),
            "soon": local_date(now + EXPIRES_SOON - timedelta(days=1)),
        },
    )


def _narrowed(rows: Any, state: str, now: datetime) -> Any:
    if state == "vanhenee":
        return rows.filter(valid_until__lte=local_date(now + EXPIRES_SOON))
    return rows.filter(outcome=Verification.Outcome.LACKING) if state == "lacking" else rows
