"""Pages of statements: the officers ask and read them, liaison people answer them."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.access import sign_in_required
from common import clock
from common.errors import Refused
from common.pagination import paginate
from common.policies import allowed, may
from grants.forms.statements import (
    AskStatementForm,
    DeclineStatementForm,
    GiveStatementForm,
    PassOnForm,
    StatementDueForm,
)
from grants.models import CaseStatement, ConflictDeclaration
from grants.statements import (
    WITH_POST,
    answerers,
    conflicted_in,
    own_requests,
    posts_to_ask,
    with_later_conflict,
)
from grants.views.case import case_context
from grants.views.case_work import followed
from grants.workflow.statements import (
    ask_statements,
    cancel_statement,
    decline_statement,
    extend_statement,
    give_statement,
    pass_on_statement,
)
from liaisons.models import PostLevel
from organisations.views.helpers import attempt

#: Units are not asked at first: their service area knows to whom the request belongs, and may pass it on.
NOT_AT_FIRST = (PostLevel.UNIT, PostLevel.LINKKIHENKILO)


@sign_in_required
def statement_new(request: HttpRequest, application_id: int) -> HttpResponse:
    """Ask liaison people for a statement in the case."""
    now = clock.now()
    found = followed(request, application_id, now, "grants.statement.ask")
    asked = list(posts_to_ask(now).exclude(level__in=NOT_AT_FIRST))
    people = answerers(asked, now, conflicted_in(found))
    form = AskStatementForm(request.POST or None, now=now, asked=asked, people=people)
    if request.method == "POST" and form.is_valid():
        made = attempt(request, lambda: [ask_statements(found, **form.given, by=request.user, now=now)], form)
        if made:
            count = len(made[0])
            text = ngettext("%(count)s lausunto on pyydetty.", "%(count)s lausuntoa on pyydetty.", count)
            messages.success(request, text % {"count": count} if count else _("Lausunto on jo pyydetty häneltä."))
            return redirect(reverse("grants:case_work", args=[found.pk]) + "#lausunnot")
    context = {**case_context(request, found, "case_work", now), "form": form, "has_people": bool(people)}
    return render(request, "grants/statements/ask.html", context, status=422 if form.errors else 200)


@sign_in_required
def case_statement(request: HttpRequest, application_id: int, statement_id: int) -> HttpResponse:
    """One request and its answer; POST gives more time or cancels."""
    now = clock.now()
    found = followed(request, application_id, now)
    rows = with_later_conflict(allowed("grants.statement.follow", request.user, now=now)).filter(application=found)
    row: CaseStatement = get_object_or_404(
        rows.select_related("application__call", "asked_by", "passed_to__post"),
        pk=statement_id,
    )
    act = request.POST.get("act", "")
    form = StatementDueForm(request.POST if act == "extend" else None, now=now)
    if request.method == "POST" and _manage(request, row, act, form, now):
        return redirect("grants:case_statement", found.pk, row.pk)
    context = {
        **case_context(request, found, "case_work", now),
        "statement": row,
        "passed_to": getattr(row, "passed_to", None),
        "form": form,
        "may_hear": may("grants.supplement.ask", request.user, found, now=now),
        "may_manage": row.state in ("asked", "expired") and may("grants.statement.manage", request.user, row, now=now),
    }
    return render(request, "grants/statements/statement.html", context, status=422 if form.errors else 200)


def _manage(request: HttpRequest, row: CaseStatement, act: str, form: StatementDueForm, now: datetime) -> bool:
    given: dict[str, Any] = {"by": request.user, "now": now}
    if act == "extend":
        if not form.is_valid():
            return False
        due_on = form.cleaned_data["due_on"]
        done = attempt(request, lambda: extend_statement(row, due_on=due_on, **given), form)
        said = _("Lisäaika on annettu, ja siitä on kerrottu.")
    elif act == "cancel":
        done = attempt(request, lambda: cancel_statement(row, **given))
        said = _("Pyyntö on peruttu, ja siitä on kerrottu.")
    else:
        return True
    if done:
        messages.success(request, said)
    return bool(done) or act == "cancel"


@sign_in_required
@require_safe
def own_statements(request: HttpRequest) -> HttpResponse:
    """The statements asked of one's posts, those that wait first."""
    now = clock.now()
    page = paginate(request, own_requests(request.user, now).order_by("-asked_at", "-pk"))
    rows = [{"row": row, "waits": row.takes_answer(now) and not row.recused} for row in page]
    return render(request, "grants/statements/own_list.html", {"page": page, "rows": rows, "now": now})


@sign_in_required
def own_statement(request: HttpRequest, statement_id: int) -> HttpResponse:
    """What is asked, and the answer; before it the person declares that they have no conflict of interest."""
    now = clock.now()
    row, is_declared = _own(request, statement_id, now)
    if not is_declared and may("grants.application.declare", request.user, row.application, now=now):
        return redirect(f"{reverse('grants:declare', args=[row.application_id])}?next={request.path}")
    forms = _forms(request, row, now) if is_declared else {}
    act = request.POST.get("act", "")
    failed, status = (forms[act], 422) if request.method == "POST" and act in forms else (None, 200)
    if failed is not None and failed.is_valid():
        try:
            said = _answer(row, act, failed, by=request.user, now=now)
        except Refused as refused:
            failed.add_error(None, str(refused.message))
            status = 409
        else:
            messages.success(request, said)
            return redirect("grants:own_statement", row.pk)
    context = {
        "statement": row,
        "case": row.application,
        "organisation": row.application.organisation,
        "call": row.application.call,
        "is_declared": is_declared,
        "takes": is_declared and row.takes_answer(now),
        # What could not be saved any more stays in its field, so that it can be copied.
        "kept": failed if status == 409 else None,
        "may_read": is_declared and may("grants.application.view", request.user, row.application, now=now),
        "forms": forms,
        "form": failed,
        "now": now,
    }
    return render(request, "grants/statements/own.html", context, status=status)


def _own(request: HttpRequest, statement_id: int, now: datetime) -> tuple[CaseStatement, bool]:
    """Return a request to a post of the person, and whether they have declared no conflict; 404 with a conflict."""
    listed = allowed("grants.statement.listed", request.user, now=now)
    related = ("application__call", "application__organisation", "answered_by", "asked_by", *WITH_POST)
    row: CaseStatement = get_object_or_404(listed.select_related(*related), pk=statement_id)
    declared = ConflictDeclaration.objects.filter(application=row.application_id, user=request.user.pk).first()
    if declared is not None and declared.has_conflict:
        raise Http404
    return row, declared is not None


def _forms(request: HttpRequest, row: CaseStatement, now: datetime) -> dict[str, Any]:
    act = request.POST.get("act", "")

    def data(name: str) -> Any:
        return request.POST if act == name else None

    posts = list(posts_to_ask(now).exclude(pk=row.post_id))
    people = answerers(posts, now, conflicted_in(row.application))
    return {
        "give": GiveStatementForm(data("give"), prefix="give"),
        "pass": PassOnForm(data("pass"), prefix="pass", asked=posts, people=people),
        "decline": DeclineStatementForm(data("decline"), prefix="decline"),
    }


def _answer(row: CaseStatement, act: str, form: Any, *, by: Any, now: datetime) -> str:
    """Do the act and return what is said of it."""
    if act == "give":
        give_statement(row, **form.cleaned_data, by=by, now=now)
        return _("Lausunto on annettu. Kiitos!")
    if act == "pass":
        made = pass_on_statement(row, **form.given, by=by, now=now)
        return _("Pyyntö on siirretty: %(who)s.") % {"who": made.asked_person}
    decline_statement(row, **form.cleaned_data, by=by, now=now)
    return _("Vastauksesi on tallennettu, ja käsittelijälle on kerrottu.")
