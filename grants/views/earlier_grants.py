"""Grants of earlier years: upload a file, look at what would come of it, take it; an organisation's own page."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.access import public_page
from common import clock
from common.errors import Refused
from common.pagination import paginate
from common.policies import allowed, get_allowed
from grants.forms.public_data import EarlierFileForm, TakeForm
from grants.models import EarlierGrantImport
from grants.views.records import require_role
from grants.workflow.earlier_grants import plan, read_earlier_grants, take_earlier_grants

EARLIER = 10


def _given(request: HttpRequest) -> tuple[Any, Any]:
    """Return what was posted, also when it is empty; nothing for a page that is only read."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)


def earlier_new(request: HttpRequest) -> HttpResponse:
    """Upload a file; nothing is taken before it has been looked at."""
    now = clock.now()
    require_role(request, now, "coordinator")
    form = EarlierFileForm(*_given(request))
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            run = read_earlier_grants(
                given["file"], form=given["form"], funder=given["funder"], by=request.user, now=now
            )
        except Refused as refused:
            form.add_error("funder" if refused.code == "no_funder" else "file", str(refused))
        else:
            return redirect("grants:earlier_import", run.pk)
    runs = allowed("grants.earlier.import", request.user, now=now)[:EARLIER]
    return render(request, "grants/earlier/new.html", {"form": form, "runs": runs}, status=422 if form.errors else 200)


def earlier_import(request: HttpRequest, run_id: int) -> HttpResponse:
    """What the file says: recognised, unknown, doubles; and the button that takes it."""
    now = clock.now()
    run: EarlierGrantImport = get_allowed("grants.earlier.import", request.user, now=now, pk=run_id)
    form = TakeForm(*_given(request)[:1])
    if request.method == "POST" and form.is_valid():
        taken = take_earlier_grants(run, **form.cleaned_data, by=request.user, now=now)
        count = taken.added or 0
        messages.success(
            request,
            ngettext("Yksi avustus otettiin.", "%(count)s avustusta otettiin.", count) % {"count": count},
        )
        return redirect("grants:earlier_import", run_id)
    plans = plan(run) if run.state == "read" else []
    new = [one for one in plans if not one.is_double]
    matched = [one for one in new if one.organisation]
    context: dict[str, Any] = {
        "run": run,
        "form": form,
        "page": paginate(request, sorted(new, key=lambda one: one.organisation is not None), per_page=50),
        "counts": {
            "rows": len(plans),
            "matched": len(matched),
            "unmatched": len(new) - len(matched),
            "doubles": len(plans) - len(new),
        },
    }
    return render(request, "grants/earlier/import.html", context)


@public_page
@require_safe
def organisation_earlier(request: HttpRequest, pk: int) -> HttpResponse:
    """An organisation's grants of earlier years from all funders, for everybody."""
    now = clock.now()
    organisation = get_object_or_404(allowed("organisations.view", request.user, now=now), pk=pk)
    rows = allowed("grants.earlier.public", request.user, now=now).filter(organisation=organisation)
    page = paginate(request, rows.order_by("-year", "funder", "pk"))
    return render(request, "grants/earlier/organisation.html", {"organisation": organisation, "page": page})
