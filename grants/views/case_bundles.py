"""Bundles of cases: choosing what goes in, how far it is, and the file while everything in it may still be read."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import sign_in_required
from common import clock
from common.policies import allowed, may
from documents.views import serve
from grants.models import CaseBundle, GrantCall
from grants.tasks import make_case_bundle
from grants.workflow.case_bundles import MOST, ask_bundle
from organisations.views.helpers import attempt

STUCK = timedelta(minutes=15)


@sign_in_required
def new(request: HttpRequest, call_id: int) -> HttpResponse:
    """Choose the cases of a call that go into one PDF; only what the person may read is offered."""
    now = clock.now()
    readable = allowed("grants.case_bundle.read_cases", request.user, now=now).filter(pk=OuterRef("pk"))
    listed = allowed("grants.application.listed", request.user, now=now).filter(call=call_id).exclude(state="draft")
    everything: Any = listed.annotate(can_read=Exists(readable)).select_related("organisation", "call")
    stand = list(everything.order_by("organisation__sort_key", "pk"))
    if not stand:
        raise Http404
    call: GrantCall = stand[0].call
    cases = [case for case in stand if case.can_read]
    posted = {int(key) for key in request.POST.getlist("asia") if key.isascii() and key.isdigit() and len(key) < 19}
    status = 200
    if request.method == "POST":
        language = get_language() or "fi"
        made = attempt(
            request, lambda: ask_bundle(call, applications=posted, language=language, by=request.user, now=now)
        )
        if made:
            return _begin(made)
        status = 409
    context = {
        "call": call,
        "rows": [(case, case.pk in posted if request.method == "POST" else True) for case in cases],
        "hidden": len(stand) - len(cases),
        "most": MOST,
        "is_too_many": len(cases) > MOST,
        "on_desk": may("grants.call.desk", request.user, call, now=now),
        "bundles": list(allowed("grants.case_bundle.own", request.user, now=now).filter(call=call)[:10]),
    }
    return render(request, "grants/bundles/new.html", context, status=status)


def _begin(bundle: CaseBundle) -> HttpResponse:
    """Give the bundle to the worker and go to see how far it is."""
    if bundle.state == "waiting" and not bundle.done:
        make_case_bundle.delay(bundle.pk)
    return redirect(bundle)


@sign_in_required
def bundle(request: HttpRequest, bundle_id: int) -> HttpResponse:
    """How far the bundle is; once it is ready its file, or why it is not given any more. POST makes a new one."""
    now = clock.now()
    rows = allowed("grants.case_bundle.own", request.user, now=now).select_related("call", "file")
    found: CaseBundle = get_object_or_404(rows, pk=bundle_id)
    if request.method == "POST":
        chosen = list(found.cases.values_list("application", flat=True))
        language = get_language() or "fi"
        made = attempt(
            request,
            lambda: ask_bundle(found.call, applications=chosen, language=language, by=request.user, now=now),
        )
        return _begin(made) if made else redirect("grants:case_bundle_new", found.call_id)
    may_download = may("grants.case_bundle.download", request.user, found, now=now)
    context = {
        "bundle": found,
        "call": found.call,
        "done": found.done,
        "total": found.total,
        # What has not been finished in a quarter of an hour never will be.
        "is_making": found.state == "waiting" and now - found.asked_at < STUCK,
        "may_download": may_download,
        "is_closed": found.state == "ready" and not may_download,
    }
    template = "progress" if getattr(request, "htmx", False) else "bundle"
    return render(request, f"grants/bundles/{template}.html", context)


@sign_in_required
@require_safe
def download(request: HttpRequest, bundle_id: int) -> HttpResponseBase:
    """The file; where a conflict was declared meanwhile it is refused, and a new one without that case is offered."""
    now = clock.now()
    own: CaseBundle = get_object_or_404(allowed("grants.case_bundle.own", request.user, now=now), pk=bundle_id)
    rows = allowed("grants.case_bundle.download", request.user, now=now).select_related("file")
    found: CaseBundle | None = rows.filter(pk=own.pk).first()
    if found is None or found.ready_file is None:
        messages.error(request, _("Tiedostoa ei voi ladata. Et voi enää lukea kaikkia siinä olevia hakemuksia."))
        return redirect(own)
    return serve(request, found.ready_file)
