"""Steps of a negotiation that both sides take in the same way: a new version, reading one, ending."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from common.errors import Refused
from common.policies import may
from grants.forms.negotiations import OfferForm, ReasonForm
from grants.models import Application, Negotiation, NegotiationVersion, Side
from grants.negotiation_pages import address, version_context
from grants.workflow.negotiations import (
    AGREE,
    WRITE,
    approve_version,
    end_negotiation,
    is_prepared,
    latest_of,
    send_version,
)

Context = dict[str, Any]


def base_of(side: Side) -> str:
    """Return the template on which the side's pages stand."""
    return "grants/negotiations/own_base.html" if side == Side.ORGANISATION else "grants/handling/case_base.html"


def new_version(request: HttpRequest, side: Side, case: Application, context: Context, now: datetime) -> HttpResponse:
    """Write a version and send it; what the other side sent meanwhile is shown beside what was typed."""
    row = get_object_or_404(Negotiation, application=case)
    last = latest_of(row)
    page_url = address(side, "negotiation", case)
    may_write = (
        row.state == "open" and row.turn == side and is_prepared(case) and may(WRITE[side], request.user, case, now=now)
    )
    if request.method != "POST" and not may_write:
        return redirect(page_url)
    form = OfferForm(request.POST or None, last=last, case=case)
    status, is_stale = 200, False
    if request.method == "POST" and form.is_valid():
        try:
            sent = send_version(case, form.offer(), side=side, seen=form.cleaned_data["seen"], by=request.user, now=now)
        except Refused as refused:
            fields = {"bad_sum": "sum", "purpose_missing": "purpose"}
            form.add_error(fields.get(refused.code), str(refused))
            is_stale = refused.code == "stale" and last is not None
            if is_stale:
                form.see(last.number if last else 0)
            status = 409
        else:
            messages.success(
                request, _("Versio %(number)s on lähetetty toiselle osapuolelle.") % {"number": sent.number}
            )
            return redirect(page_url)
    elif form.errors:
        status = 422
    context = {
        **context,
        **(version_context(side, case, last) if last else {}),
        "base": base_of(side),
        "form": form,
        "page_url": page_url,
        "is_stale": is_stale,
        "crumb": _("Kirjoita ehdotus"),
    }
    return render(request, "grants/negotiations/version_new.html", context, status=status)


def one_version(request: HttpRequest, side: Side, case: Application, context: Context, number: int) -> HttpResponse:
    """Read one version and how it differs from the one before it."""
    rows = NegotiationVersion.objects.select_related("sent_by")
    found = get_object_or_404(rows, negotiation__application=case, number=number)
    shown = version_context(side, case, found)
    page_url = address(side, "negotiation", case)
    crumb = _("Versio %(number)s") % {"number": number}
    context = {**context, **shown, "base": base_of(side), "page_url": page_url, "crumb": crumb}
    return render(request, "grants/negotiations/version.html", context)


def end(request: HttpRequest, side: Side, case: Application, context: Context, now: datetime) -> HttpResponse:
    """Confirm and end the negotiation with a reason."""
    page_url = address(side, "negotiation", case)
    form = ReasonForm(
        request.POST or None,
        label=_("Miksi neuvottelu päättyy?"),
        help_text=_("Toinen osapuoli lukee perustelun. Kirjoita se selkeästi."),
    )
    status = 422 if form.errors else 200
    if request.method == "POST" and form.is_valid():
        try:
            end_negotiation(case, reason=form.cleaned_data["reason"], side=side, by=request.user, now=now)
        except Refused as refused:
            form.add_error(None, str(refused))
            status = 409
        else:
            messages.success(request, _("Neuvottelu on päätetty. Toinen osapuoli saa viestin."))
            return redirect(page_url)
    row = get_object_or_404(Negotiation, application=case)
    is_open = row.state == "open" and is_prepared(case)
    if request.method != "POST" and not (is_open and may(AGREE[side], request.user, case, now=now)):
        return redirect(page_url)
    crumb = _("Päätä neuvottelu")
    context = {**context, "base": base_of(side), "form": form, "page_url": page_url, "crumb": crumb}
    return render(request, "grants/negotiations/end.html", context, status=status)


def approve(request: HttpRequest, side: Side, case: Application, now: datetime) -> None:
    """Approve the version that the button named; a refusal is told on the page."""
    text = str(request.POST.get("number", ""))
    number = int(text) if text.isascii() and text.isdigit() and len(text) < 6 else 0
    try:
        row = approve_version(case, number=number, side=side, by=request.user, now=now)
    except Refused as refused:
        messages.error(request, str(refused))
        return
    if row.state == "agreed":
        messages.success(request, _("Molemmat osapuolet ovat hyväksyneet version %(n)s.") % {"n": number})
    else:
        messages.success(request, _("Hyväksyit version %(n)s. Nyt odotetaan toista osapuolta.") % {"n": number})
