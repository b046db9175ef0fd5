"""The applicant's pages of a draft: the list, the task list, and one page of the form."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Exists, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from common import clock
from common.errors import Refused
from common.pagination import paginate
from common.policies import allowed, may
from grants import form_definition as forms_data
from grants.applicant import balances_of, next_step, own_url, page_url, sender_names, task_groups
from grants.completeness import Problem, field_id, page_problems
from grants.edit_choices import choices_of, opened_with, takes_stored, with_stored
from grants.eligibility import Result, read
from grants.forms.pages import PageForm, page_form
from grants.joint import prefetch_partners
from grants.models import Application, GrantCall, Procedure
from grants.models.applications import ENDED
from grants.state_aid import prefetch_aid
from grants.views.applicant_parts import can_be_filled_in, case_page, own_application, template_of, with_all
from grants.workflow.drafts import Stale, save_page, seen_digest, start_application
from grants.workflow.prefill import start_from_earlier
from organisations.acting import acting_organisation
from organisations.models import Organisation


@login_required
@require_safe
def own_applications(request: HttpRequest, organisation_id: int) -> HttpResponse:
    """All applications of an organisation with the applicant's names of their states and the next step."""
    now = clock.now()
    organisation = acting_organisation(request, organisation_id)
    rows = (
        allowed("grants.application.view_own", request.user, now=now)
        .filter(organisation=organisation)
        .select_related("call", "decision", "form_version", "lead_share", "organisation", "state_aid")
        .prefetch_related("attachments", "promises", "call__attachment_slots")
        .order_by("-created_at", "-pk")
    )
    page = paginate(request, list(rows))
    prefetch_partners(page.object_list)
    prefetch_aid(page.object_list)
    may_start = allowed("organisations.prepare", request.user, now=now).filter(pk=organisation.pk)
    taken = [row.call_id for row in page.paginator.object_list if row.state not in ENDED]
    open_calls = (
        GrantCall.objects.open_now(now)
        .filter(Q(procedure=Procedure.CALL) | Q(invitations__organisation=organisation), Exists(may_start))
        .exclude(pk__in=taken)
        .distinct()
        .order_by("closes_at", "pk")[:10]
    )
    return render(
        request,
        "grants/applications/list.html",
        {
            "organisation": organisation,
            "page": page,
            "rows": [{"application": row, "next": next_step(row, now)} for row in page],
            "open_calls": open_calls,
            "now": now,
        },
    )


@login_required
@require_POST
def start(request: HttpRequest, organisation_id: int, call_id: int) -> HttpResponse:
    """Begin (or go on with) the organisation's application in the call, past its eligibility questions.

    ``earlier`` fills it from the latest sent one of the same kind. The answers to those questions
    are kept nowhere; only a blocking one stops here, and nobody who has begun already.
    """
    now = clock.now()
    organisation = acting_organisation(request, organisation_id)
    call = get_object_or_404(allowed("grants.call.view", request.user, now=now), pk=call_id)
    result = read(call.eligibility.all(), request.POST)
    if _asks_first(request, result) and call.is_open(now) and not _has_begun(organisation, call):
        context = {"organisation": organisation, "call": call, "result": result, "asked": "checked" in request.POST}
        context["earlier"] = "earlier" in request.POST
        return render(request, "grants/applications/start_check.html", context)
    begin = start_from_earlier if "earlier" in request.POST else start_application
    try:
        application = begin(organisation=organisation, call=call, by=request.user, now=now)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("grants:own_applications", organisation.pk)
    return redirect("grants:application", organisation.pk, application.pk)


def _asks_first(request: HttpRequest, result: Result) -> bool:
    """Tell whether the eligibility questions are still to be answered, or their advice to be read."""
    if not result.rows or (result.is_answered and result.is_good):
        return False
    return result.is_blocked or "anyway" not in request.POST


def _has_begun(organisation: Organisation, call: GrantCall) -> bool:
    return Application.objects.filter(organisation=organisation, call=call).exclude(state__in=ENDED).exists()


@login_required
@require_safe
def application(request: HttpRequest, organisation_id: int, application_id: int) -> HttpResponse:
    """The task list of a draft; the read-only page of what has been sent."""
    now = clock.now()
    found = own_application(request, organisation_id, application_id, now)
    if found.state != "draft":
        return case_page(request, found, now)
    return task_list(request, found, now)


def task_list(request: HttpRequest, found: Application, now: datetime, **extra: Any) -> HttpResponse:
    """Show the parts of a draft with their states; ``extra`` goes to the page."""
    groups = task_groups(found)
    states = [state for group in groups for state in group.states]
    criteria = list(found.call.criteria.all())
    others = found.saved_by_id != request.user.pk and found.revision
    return render(
        request,
        template_of(found, "tasks"),
        {
            "application": found,
            "call": found.call,
            "groups": groups,
            "done": sum(state.is_done for state in states),
            "total": len(states),
            "is_open": can_be_filled_in(found, now),
            "may_edit": may("grants.application.edit", request.user, found, now=now),
            "may_send": may("grants.application.submit", request.user, found, now=now),
            "senders": sender_names(found.organisation, now),
            "criteria": criteria,
            "criteria_total": sum(criterion.weight for criterion in criteria),
            "saved_by": str(found.saved_by) if others else "",
            "was_sent": found.received_at,
            "comments_waiting": found.comments.waiting().count(),
            "now": now,
            **extra,
        },
    )


@login_required
def page(request: HttpRequest, organisation_id: int, application_id: int, page: str) -> HttpResponse:
    """One page of the form: read, save and go on, add rows, or save by itself (``?autosave=1``)."""
    now = clock.now()
    return form_page(request, own_application(request, organisation_id, application_id, now), page, now)


def form_page(request: HttpRequest, found: Application, key: str, now: datetime) -> HttpResponse:
    """Show or save one page of a draft's form."""
    definition = found.form_version.definition
    one = forms_data.find_page(definition, key)
    if one is None or forms_data.is_attachments(one) or forms_data.is_partners(one) or forms_data.is_state_aid(one):
        raise Http404
    if found.state != "draft" or not may("grants.application.edit", request.user, found, now=now):
        return redirect(own_url(found))
    if request.method != "POST":
        return _show(request, found, one, page_form(definition, key, found), now=now)
    form = page_form(definition, key, found, request.POST)
    saver = _Saver(request, found, one, form, now)
    return saver.autosave() if "autosave" in request.GET else saver.save()


class _Saver:
    """One POST of a form page."""

    def __init__(
        self, request: HttpRequest, application: Application, page: dict[str, Any], form: PageForm, now: datetime
    ) -> None:
        self.request, self.application, self.page, self.form, self.now = request, application, page, form, now

    def _store(self) -> Application:
        posted = str(self.request.POST.get("revision", ""))
        # What the person did not have on the page is not emptied: it was not asked yet when it was opened.
        own = self._shown() - takes_stored(self.page, self.request.POST)
        return save_page(
            self.application,
            page=self.page,
            answers={key: value for key, value in self.form.answers().items() if key in own},
            revision=int(posted) if posted.isascii() and posted.isdigit() and len(posted) < 10 else -1,
            seen=str(self.request.POST.get("seen", "")),
            by=self.request.user,
            now=self.now,
        )

    def _shown(self) -> set[str]:
        """Return the keys of the questions that the person had on the page."""
        posted = self.request.POST.get("shown")
        return {part.question["key"] for part in self.form.parts} if posted is None else set(posted.split())

    def save(self) -> HttpResponse:
        """Save what can be read; go on when nothing is wrong, else show the page again with all that was typed."""
        try:
            saved = self._store()
        except Stale as stale:
            return _show_conflict(self.request, stale, self.page, self.form, self._conflict(stale))
        except Refused as refused:
            return _show(
                self.request, self.application, self.page, self.form, now=self.now, refused=refused, status=409
            )
        adds_row = "add_row" in self.request.POST
        taken = takes_stored(self.page, self.request.POST)
        form = with_stored(self.form, saved, taken) if taken else self.form
        if form.errors or adds_row:
            return _show(self.request, saved, self.page, form, now=self.now, focus=self._first_new_row())
        fresh = with_all(saved.pk)
        wrong = [
            problem
            for problem in page_problems(self.page, fresh, fresh.form_version.definition)
            if problem.kind == "wrong"
        ]
        if wrong:
            return redirect(page_url(fresh, self.page["key"]))
        newly = self._newly_asked(fresh)
        if newly:
            messages.info(self.request, _("Sivu on tallennettu. Vastauksesi toi sivulle lisää kysymyksiä."))
            return redirect(f"{page_url(fresh, self.page['key'])}#{field_id(newly[0])}")
        self._tell_of_other_pages(fresh)
        messages.success(self.request, _("Sivu ”%(title)s” on tallennettu.") % {"title": _title(self.page)})
        return redirect(_after(fresh, self.page["key"], self.request.POST))

    def _conflict(self, stale: Stale) -> dict[str, Any]:
        """Return what the choice between the stored texts and the typed ones needs."""
        found, typed = stale.application, self.form.answers()
        return {
            "application": found,
            "stale": stale,
            "choices": choices_of(found, self.page, typed, self.request.POST, self._shown()),
            "page_address": page_url(found, self.page["key"]),
            "now": self.now,
        }

    def _newly_asked(self, fresh: Application) -> list[dict[str, Any]]:
        """Return the questions of this page that are asked now and were not on it."""
        shown, definition = self._shown(), fresh.form_version.definition
        return [q for q in forms_data.asked_questions(self.page, definition, fresh.answers) if q["key"] not in shown]

    def _tell_of_other_pages(self, fresh: Application) -> None:
        """Say which earlier page got more questions: "Tallenna ja jatka" does not lead there."""
        definition, before = fresh.form_version.definition, self.application.answers
        for page in forms_data.pages(definition):
            if page["key"] == self.page["key"]:
                return
            asked = forms_data.asked_questions(page, definition, fresh.answers)
            if any(not forms_data.is_asked(question, definition, before) for question in asked):
                messages.info(
                    self.request, _("Vastauksesi toi lisää kysymyksiä sivulle ”%(title)s”.") % {"title": _title(page)}
                )

    def _first_new_row(self) -> str:
        name = str(self.request.POST.get("add_row", ""))
        for table in self.form.tables():
            if table.name == name and table.count >= 3:
                column = next(iter(table.rows[-1])).name.rsplit("-", 1)[-1]
                return f"{name}-{table.count - 3}-{column}"
        return ""

    def autosave(self) -> HttpResponse:
        """Save by itself and return the fragments that change: saved state, revision, sums, or the conflict."""
        context: dict[str, Any] = {"oob": True, "form": self.form, "page": self.page, "now": self.now}
        try:
            saved = self._store()
        except Stale as stale:
            context |= self._conflict(stale)
            return render(self.request, "grants/applications/autosaved.html", context)
        except Refused as refused:
            context |= {"application": self.application, "refused": refused}
            return render(self.request, "grants/applications/autosaved.html", context)
        context |= {
            "application": saved,
            "seen": seen_digest(self.page, saved.answers),
            "opened": opened_with(self.page, saved.answers),
            "unread": len(self.form.errors),
            "balances": balances_of(saved, self.page),
        }
        return render(self.request, "grants/applications/autosaved.html", context)


def _title(page: dict[str, Any]) -> str:
    return forms_data.said(page, "title")


def _after(application: Application, key: str, posted: Any) -> str:
    """Return where "Tallenna ja jatka" leads: the next page, or the task list after the last one."""
    keys = [page["key"] for page in forms_data.pages(application.form_version.definition)]
    following = keys[keys.index(key) + 1 :]
    if following and "back" not in posted:
        return page_url(application, following[0])
    return own_url(application)


def _page_problems(application: Application, page: dict[str, Any], form: PageForm) -> list[Problem]:
    """Return what is still missing from a page that has been begun; nothing on its first sight."""
    if form.is_bound or forms_data.is_empty(forms_data.page_answers(page, application.answers)):
        return []
    return list(page_problems(page, application, application.form_version.definition))


def _show(
    request: HttpRequest,
    application: Application,
    page: dict[str, Any],
    form: PageForm,
    *,
    now: datetime,
    refused: Refused | None = None,
    focus: str = "",
    status: int = 200,
) -> HttpResponse:
    if focus and focus in form.fields:
        form.fields[focus].widget.attrs["autofocus"] = True
    return render(
        request,
        template_of(application, "page"),
        {
            "application": application,
            "call": application.call,
            "page": page,
            "title": _title(page),
            "intro": forms_data.said(page, "intro"),
            "form": form,
            "problems": _page_problems(application, page, form),
            "seen": seen_digest(page, application.answers),
            "opened": opened_with(page, application.answers),
            "balances": balances_of(application, page),
            "refused": refused,
            "saved_by": str(application.saved_by) if application.saved_by_id != request.user.pk else "",
            "now": now,
        },
        status=status,
    )


def _show_conflict(
    request: HttpRequest, stale: Stale, page: dict[str, Any], form: PageForm, conflict: dict[str, Any]
) -> HttpResponse:
    """Let the person choose field by field: what was typed stays in the form, what was saved stands above it. 409."""
    found = stale.application
    context = {
        "call": found.call,
        "page": page,
        "title": _title(page),
        "form": form,
        "seen": seen_digest(page, found.answers),
        "opened": opened_with(page, found.answers),
        "balances": balances_of(found, page),
        **conflict,
    }
    return render(request, template_of(found, "page"), context, status=409)
