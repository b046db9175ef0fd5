"""What an officer does to a whole call: publish, extend, cancel, copy. Each verb has its own page."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from common import clock
from common.errors import Refused
from common.times import format_instant
from grants import call_readiness
from grants.forms.calls import CopyForm, ExtensionForm, ReasonForm
from grants.models import GrantCall
from grants.views.call_setup import managed
from grants.workflow import calls as verbs

GET_AND_POST = ["GET", "HEAD", "POST"]


@require_http_methods(GET_AND_POST)
def publish(request: HttpRequest, call_id: int) -> HttpResponse:
    """Check and publish: what is missing with links, or everything at a glance and the button."""
    now = clock.now()
    call = managed(request, call_id, now)
    if request.method == "POST":
        try:
            verbs.publish_call(call, by=request.user, now=now)
        except Refused as refused:
            messages.error(request, str(refused.message))
            return redirect("grants:call_publish" if refused.code == "incomplete" else "grants:call_edit", call.pk)
        messages.success(request, _published(call, now))
        return redirect("grants:call_edit", call.pk)
    if call.state != "draft":
        return redirect("grants:call_edit", call.pk)
    if call.asked_at:
        return redirect("grants:call_edit" if call.asked_by_id == request.user.pk else "grants:call_check", call.pk)
    pages = {page.key: page for page in call_readiness.pages_of(call)}
    missing = [
        {"gap": gap, "label": pages[gap.page].label, "url": reverse(pages[gap.page].url_name, args=[call.pk])}
        for gap in call_readiness.gaps(call, now=now)
    ]
    context = {
        "call": call,
        "now": now,
        "missing": missing,
        "needs_second": verbs.needs_second(call),
        **glance(call),
    }
    return render(request, "grants/calls/publish.html", context)


def glance(call: GrantCall) -> dict[str, Any]:
    """Return what both who publishes and who checks looks over."""
    return {
        "guide": call_readiness.newest_guide(call),
        "total_points": sum(criterion.weight for criterion in call.criteria.all()),
    }


def _published(call: GrantCall, now: Any) -> str:
    if call.opens_at > now:
        return _("Haku on julkaistu. Hakemuksia voi aloittaa %(when)s alkaen.") % {
            "when": format_instant(call.opens_at)
        }
    return _("Haku on julkaistu ja avoinna %(when)s asti.") % {"when": format_instant(call.closes_at)}


def _verb_page(
    request: HttpRequest, call: GrantCall, form: forms.Form, verb: Callable[..., GrantCall], template: str, done: str
) -> HttpResponse:
    """Show a verb's form; run it; a refusal stands in the form and what was typed stays."""
    if request.method == "POST" and form.is_valid():
        try:
            target = verb(call, by=request.user, now=clock.now(), **form.cleaned_data)
        except Refused as refused:
            fields = {"not_later": "closes_at", "no_reason": "reason", "exists": "year"}
            form.add_error(fields.get(refused.code), str(refused.message))
        else:
            messages.success(request, done)
            return redirect("grants:call_edit", target.pk)
    return render(request, f"grants/calls/{template}.html", {"call": call, "form": form})


@require_http_methods(GET_AND_POST)
def extend(request: HttpRequest, call_id: int) -> HttpResponse:
    """Move the closing instant later, with a reason that everybody sees."""
    call = managed(request, call_id, clock.now())
    if call.state != "published":
        return redirect("grants:call_edit", call.pk)
    form = ExtensionForm(request.POST or None)
    done = _("Hakuaikaa on jatkettu. Kerroimme siitä kaikille, joilla on hakemus kesken.")
    return _verb_page(request, call, form, verbs.extend_call, "extend", done)


@require_http_methods(GET_AND_POST)
def cancel(request: HttpRequest, call_id: int) -> HttpResponse:
    """Cancel the call, with a reason that everybody sees."""
    call = managed(request, call_id, clock.now())
    if call.state not in ("draft", "published"):
        return redirect("grants:call_edit", call.pk)
    form = ReasonForm(request.POST or None)
    return _verb_page(request, call, form, verbs.cancel_call, "cancel", _("Haku on peruttu."))


@require_http_methods(GET_AND_POST)
def copy(request: HttpRequest, call_id: int) -> HttpResponse:
    """Make a draft for another year from this call."""
    call = managed(request, call_id, clock.now())
    form = CopyForm(request.POST or None, initial={"year": call.year + 1})
    done = _("Haku on kopioitu luonnokseksi. Tarkista ajat ja summat ja kirjoita hakuohjeen päätöstiedot.")
    return _verb_page(request, call, form, verbs.copy_call, "copy", done)
