"""Comments inside an organisation on its application."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common import clock
from common.policies import allowed, may
from grants import form_definition as forms_data
from grants.applicant import page_url
from grants.forms.comments import CommentForm
from grants.models import Application, ApplicationComment
from grants.views.applicant_parts import can_be_filled_in, own_application
from grants.workflow.comments import finish_comment, write_comment
from organisations.views.helpers import attempt


def _pages(application: Application) -> dict[str, str]:
    """Return the titles of the form's pages by their keys."""
    definition = application.form_version.definition
    return {page["key"]: forms_data.said(page, "title") for page in forms_data.pages(definition)}


@login_required
def comments(request: HttpRequest, organisation_id: int, application_id: int) -> HttpResponse:
    """All comments with those that wait first; POST writes one."""
    now = clock.now()
    found = own_application(request, organisation_id, application_id, now)
    pages = _pages(found)
    form = CommentForm(request.POST or None, pages=pages, initial={"page": request.GET.get("sivu", "")})

    def act() -> ApplicationComment:
        return write_comment(found, **form.cleaned_data, by=request.user, now=now)

    may_comment = may("grants.application.comment", request.user, found, now=now)
    is_late = request.method == "POST" and not may_comment
    if request.method == "POST" and may_comment and form.is_valid() and attempt(request, act, form):
        messages.success(request, _("Kommentti on tallennettu. Sen näkevät vain järjestönne omat käyttäjät."))
        return redirect("grants:application_comments", organisation_id, application_id)
    rows = allowed("grants.comment.view", request.user, now=now).filter(application=found)
    context = {
        "application": found,
        "call": found.call,
        "form": form,
        "may_comment": may_comment,
        "is_open": can_be_filled_in(found, now),
        **_sorted(found, pages, rows.select_related("written_by", "done_by")),
    }
    status = 409 if is_late else 422 if form.errors else 200
    return render(request, "grants/applications/comments.html", context, status=status)


def _sorted(application: Application, pages: dict[str, str], rows: Any) -> dict[str, Any]:
    """Return the comments that wait and those dealt with, each with its page's title and address."""
    told = [
        {"comment": row, "title": pages.get(row.page, ""), "url": page_url(application, row.page) if row.page else ""}
        for row in rows
    ]
    return {
        "waiting": [one for one in told if one["comment"].done_at is None],
        "done": [one for one in told if one["comment"].done_at is not None],
    }


@login_required
@require_POST
def finish(request: HttpRequest, organisation_id: int, application_id: int, comment_id: int) -> HttpResponse:
    """Mark one comment as dealt with."""
    now = clock.now()
    rows = allowed("grants.comment.finish", request.user, now=now)
    comment = get_object_or_404(
        rows, pk=comment_id, application=application_id, application__organisation=organisation_id
    )
    finish_comment(comment, by=request.user, now=now)
    messages.success(request, _("Kommentti on merkitty hoidetuksi."))
    return redirect("grants:application_comments", organisation_id, application_id)
