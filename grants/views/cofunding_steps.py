"""What both sides do with co-funders in the same way: the form of one, and its files."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from common.errors import Refused
from documents.views import serve
from grants.forms.cofunding import CoFundingForm
from grants.models import Application, CoFundedProject, CoFunding, CoFundingFile, Side
from grants.negotiation_pages import address
from grants.views.negotiation_steps import base_of
from grants.workflow.cofunding import keep_cofunding

FIELDS = {"bad_sum": "granted_sum", "bad_day": "decided_on", "exists": "name", "too_many": "file"}


def cofunding_context(side: Side, case: Application) -> dict[str, Any]:
    """Return the co-funders, the project with its shares and the question of continuity; four queries."""
    rows = case.cofunding.prefetch_related("files")
    project = (
        CoFundedProject.objects.filter(application=case).select_related("continuity").prefetch_related("shares").first()
    )
    return {
        "side": side,
        "rows": [{"row": row, "url": address(side, "cofunding_edit", case, row.pk)} for row in rows],
        "project": project,
        "continuity": getattr(project, "continuity", None),
    }


def one(
    request: HttpRequest, side: Side, case: Application, row: CoFunding | None, context: dict[str, Any], now: datetime
) -> HttpResponse:
    """Add or update one co-funder."""
    form = CoFundingForm(request.POST or None, request.FILES or None, row=row)
    back_url, status = address(side, "cofunding", case), 200
    if request.method == "POST" and form.is_valid():
        try:
            keep_cofunding(
                case,
                form.facts(),
                side=side,
                cofunding=row,
                revision=form.cleaned_data["revision"],
                upload=form.cleaned_data["file"],
                by=request.user,
                now=now,
            )
        except Refused as refused:
            form.add_error(FIELDS.get(refused.code), str(refused))
            if refused.code == "stale" and row is not None:
                row.refresh_from_db()
                form.see(row.revision)
            status = 409
        else:
            messages.success(request, _("Rahoittajan tiedot on tallennettu."))
            return redirect(back_url)
    elif form.errors:
        status = 422
    files = [
        {
            "name": file.name,
            "url": address(side, "cofunding_file", case, file.pk),
            "size": file.size,
            "at": file.uploaded_at,
        }
        for file in (row.files.all() if row else [])
    ]
    context = {**context, "base": base_of(side), "form": form, "row": row, "files": files, "back_url": back_url}
    return render(request, "grants/cofunding/one.html", context, status=status)


def file_of(request: HttpRequest, case: Application, file_id: int) -> HttpResponseBase:
    """Serve a file of the case's co-funders."""
    return serve(request, get_object_or_404(CoFundingFile, pk=file_id, cofunding__application=case))
