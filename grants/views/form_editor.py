"""The coordinator builds the application form of a draft: its pages, questions, order and starting point."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from common import clock
from common.errors import Refused
from grants import form_checks, form_editing
from grants import form_definition as forms_data
from grants.form_definition import Definition, Question
from grants.form_preview import question_count
from grants.forms.form_editor import NEW_TYPES, YES_NO_OPTIONS, FormPageForm, FormQuestionForm, earlier_questions
from grants.models import FormVersion, GrantCall
from grants.views.call_setup import managed
from grants.workflow import forms as verbs

STEPS = {"up": -1, "down": 1}


@require_safe
def call_edit_form(request: HttpRequest, call_id: int) -> HttpResponse:
    """The form's pages and questions: of a draft with their edits, of a published call to read."""
    call = managed(request, call_id, clock.now())
    version = verbs.draft_form(call)
    definition = version.definition
    pages = [
        {
            "page": page,
            "questions": page.get("questions", []),
            "attachments": list(call.attachment_slots.all()) if forms_data.is_attachments(page) else None,
        }
        for page in forms_data.pages(definition)
    ]
    context = {
        "call": call,
        "pages": pages,
        "version": version,
        "is_draft": call.state == "draft",
        "problems": form_checks.form_problems(definition),
        "least": question_count(call, definition, call.minimum_sum),
        "most": question_count(call, definition, call.maximum_sum),
    }
    return render(request, "grants/calls/edit_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def form_start(request: HttpRequest, call_id: int) -> HttpResponse:
    """Begin again from the default or the light form; what the draft holds now is replaced."""
    now = clock.now()
    call = managed(request, call_id, now)
    if request.method == "POST":
        start = request.POST.get("start", "")
        if start not in verbs.STARTS:
            raise Http404
        try:
            verbs.begin_form(call_id, start, revision=_revision(request), by=request.user, now=now)
        except Refused as refused:
            messages.error(request, str(refused.message))
        else:
            messages.success(request, _("Lomake aloitettiin alusta. Muokkaa siitä tämän haun näköinen."))
        return redirect("grants:call_edit_form", call_id)
    if call.state != "draft":
        return redirect("grants:call_edit_form", call_id)
    starts = [
        {
            "key": key,
            "pages": len(definition["pages"]),
            "least": question_count(call, definition, call.minimum_sum),
            "most": question_count(call, definition, call.maximum_sum),
        }
        for key, definition in ((key, make(call)) for key, make in verbs.STARTS.items())
    ]
    context = {"call": call, "starts": starts, "version": verbs.draft_form(call)}
    return render(request, "grants/calls/form_start.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def form_page(request: HttpRequest, call_id: int, page_key: str | None = None) -> HttpResponse:
    """Add a page or give it other words."""
    call, version, now = _opened(request, call_id)
    page: dict[str, Any] = {}
    if page_key is not None:
        page = _found(request, form_editing.page_of, version.definition, page_key, {})
    form = FormPageForm(request.POST or None, initial=page)

    def change(definition: Definition) -> None:
        if page_key is None:
            form_editing.add_page(definition, form.texts())
        else:
            form_editing.change_page(definition, page_key, form.texts())

    context = {"call": call, "form": form, "row": page, "version": version}
    return _edit(request, call_id, form, change, "grants/calls/form_page.html", context, now)


@require_http_methods(["GET", "HEAD", "POST"])
def form_question_new(request: HttpRequest, call_id: int, page_key: str) -> HttpResponse:
    """Add a question to the page: first its type (``?laji=``), then its words and rules."""
    call, version, now = _opened(request, call_id)
    page = _found(request, form_editing.page_of, version.definition, page_key, {})
    kind = request.GET.get("laji", "")
    context: dict[str, Any] = {"call": call, "version": version, "page": page}
    if kind not in NEW_TYPES:
        if request.method == "POST":
            raise Http404
        types = [{"key": key, "name": name, "text": text} for key, (name, text) in NEW_TYPES.items()]
        return render(request, "grants/calls/form_type.html", {**context, "types": types})
    real = "choice" if kind == "yes_no" else kind
    question: Question = {"choices": list(YES_NO_OPTIONS)} if kind == "yes_no" else {}
    earlier = earlier_questions(version.definition, page_key, None)
    form = FormQuestionForm(request.POST or None, kind=real, question=question, earlier=earlier)

    def change(definition: Definition) -> None:
        form_editing.add_question(definition, page_key, {"type": real, **form.values()})

    context |= {"form": form, "kind_name": NEW_TYPES[kind][0]}
    return _edit(request, call_id, form, change, "grants/calls/form_question.html", context, now)


@require_http_methods(["GET", "HEAD", "POST"])
def form_question(request: HttpRequest, call_id: int, question_key: str) -> HttpResponse:
    """Give a question other words and rules."""
    call, version, now = _opened(request, call_id)
    page, question = _found(request, form_editing.place_of, version.definition, question_key, ({}, {}))
    kind = question.get("type") or request.POST.get("laji", "")
    if kind not in forms_data.QUESTION_TYPES:
        raise Http404
    earlier = earlier_questions(version.definition, page.get("key", ""), question_key)
    form = FormQuestionForm(request.POST or None, kind=kind, question=question, earlier=earlier)

    def change(definition: Definition) -> None:
        form_editing.change_question(definition, question_key, form.values())

    context = {"call": call, "form": form, "row": question, "page": page, "version": version}
    context |= {"is_own": form_editing.is_own(question), "kind_name": NEW_TYPES[kind][0]}
    return _edit(request, call_id, form, change, "grants/calls/form_question.html", context, now)


@require_POST
def form_move(request: HttpRequest, call_id: int) -> HttpResponse:
    """Move a page (``page``) or a question (``question``) ``up`` or ``down`` (``step``); else it stays."""
    now = clock.now()
    managed(request, call_id, now)
    step = STEPS.get(request.POST.get("step", ""), 0)
    page, question = request.POST.get("page", ""), request.POST.get("question", "")

    def change(definition: Definition) -> None:
        if question:
            form_editing.move_question(definition, question, step)
        else:
            form_editing.move_page(definition, page, step)

    return _do(request, call_id, change, now, f"#{'q' if question else 's'}-{question or page}")


@require_http_methods(["GET", "HEAD", "POST"])
def form_page_remove(request: HttpRequest, call_id: int, page_key: str) -> HttpResponse:
    """Remove a page with its questions, after a confirmation."""
    _call, version, _now = _opened(request, call_id)
    page = _or_404(form_editing.page_of, version.definition, page_key)
    return _remove(request, call_id, page.get("title_fi", ""), form_editing.remove_page, page_key, is_page=True)


@require_http_methods(["GET", "HEAD", "POST"])
def form_question_remove(request: HttpRequest, call_id: int, question_key: str) -> HttpResponse:
    """Remove a question, after a confirmation."""
    _call, version, _now = _opened(request, call_id)
    _page, question = _or_404(form_editing.place_of, version.definition, question_key)
    label = question.get("label_fi", "")
    return _remove(request, call_id, label, form_editing.remove_question, question_key, is_page=False)


def _remove(
    request: HttpRequest, call_id: int, name: str, remove: Callable[..., Any], key: str, *, is_page: bool
) -> HttpResponse:
    call, version, now = _opened(request, call_id)
    if request.method == "POST":
        return _do(request, call_id, lambda definition: remove(definition, key), now, "")
    if call.state != "draft":
        return redirect("grants:call_edit_form", call_id)
    context = {"call": call, "name": name, "is_page": is_page, "version": version}
    return render(request, "grants/calls/form_remove.html", context)


def _opened(request: HttpRequest, call_id: int) -> tuple[GrantCall, FormVersion, datetime]:
    now = clock.now()
    call = managed(request, call_id, now)
    return call, verbs.draft_form(call), now


def _or_404(find: Callable[..., Any], definition: Definition, key: str) -> Any:
    """Return what the definition holds under the key; an address of what has been removed is not found."""
    try:
        return find(definition, key)
    except Refused as refused:
        raise Http404(str(refused.message)) from refused


def _found(request: HttpRequest, find: Callable[..., Any], definition: Definition, key: str, nothing: Any) -> Any:
    """Return what the definition holds under the key. On a POST ``nothing`` stands for what another has removed.

    The verb then refuses, and the page keeps what was typed; a GET is not found.
    """
    try:
        return _or_404(find, definition, key)
    except Http404:
        if request.method != "POST":
            raise
        return nothing


def _revision(request: HttpRequest) -> int:
    posted = str(request.POST.get("revision", ""))
    return int(posted) if posted.isascii() and posted.isdigit() and len(posted) < 10 else -1


def _do(
    request: HttpRequest, call_id: int, change: Callable[[Definition], Any], now: datetime, anchor: str
) -> HttpResponse:
    """Do an edit that has no form of its own, and return to the list."""
    try:
        verbs.edit_form(call_id, change, revision=_revision(request), by=request.user, now=now)
    except Refused as refused:
        messages.error(request, str(refused.message))
    else:
        messages.success(request, _("Lomake on tallennettu."))
    return redirect(f"{reverse('grants:call_edit_form', args=[call_id])}{anchor}")


def _edit(
    request: HttpRequest,
    call_id: int,
    form: forms.Form,
    change: Callable[[Definition], Any],
    template: str,
    context: dict[str, Any],
    now: datetime,
) -> HttpResponse:
    """Show or save one form of the editor; a refusal keeps what was typed on a 409 page."""
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            verbs.edit_form(call_id, change, revision=_revision(request), by=request.user, now=now)
        except Refused as refused:
            refusal = str(refused.message)
        else:
            messages.success(request, _("Lomake on tallennettu."))
            return redirect("grants:call_edit_form", call_id)
    elif request.method != "POST" and context["call"].state != "draft":
        return redirect("grants:call_edit_form", call_id)
    return render(request, template, {**context, "refusal": refusal}, status=409 if refusal else 200)
