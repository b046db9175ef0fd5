"""Questions about a call: asking, and the coordinator's page of them."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import sign_in_required
from common import clock
from common.pagination import paginate
from common.policies import allowed
from grants.forms.calls import QuestionAnswerForm, QuestionForm
from grants.models import CallQuestion, GrantCall
from grants.workflow.questions import answer_question, ask_question
from organisations.views.helpers import attempt


@sign_in_required
def call_ask(request: HttpRequest, call_id: int) -> HttpResponse:
    """Ask about a call; one's earlier questions and their answers stand below."""
    now = clock.now()
    call: GrantCall = get_object_or_404(allowed("grants.call.view", request.user, now=now), pk=call_id)
    form = QuestionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        if attempt(request, lambda: ask_question(call, text=text, by=request.user, now=now), form):
            messages.success(request, _("Kysymys on lähetetty. Saat vastauksen sähköpostiin."))
            return redirect("grants:call_ask", call.pk)
    own = allowed("grants.question.own", request.user, now=now).filter(call=call)
    context = {"call": call, "form": form, "own": own, "takes": call.state == "published" and now < call.closes_at}
    return render(request, "grants/calls/ask.html", context, status=422 if form.errors else 200)


@sign_in_required
def questions(request: HttpRequest, call_id: int) -> HttpResponse:
    """The coordinator's list of a call's questions, those that wait first."""
    now = clock.now()
    call: GrantCall = get_object_or_404(allowed("grants.call.manage", request.user, now=now), pk=call_id)
    rows = allowed("grants.question.answer", request.user, now=now).filter(call=call)
    page = paginate(request, rows.select_related("asked_by").order_by("state", "asked_at", "pk"))
    return render(request, "grants/calls/questions.html", {"call": call, "page": page})


@sign_in_required
def question_answer(request: HttpRequest, call_id: int, question_id: int) -> HttpResponse:
    """Answer a question, or write its answer anew."""
    now = clock.now()
    rows = allowed("grants.question.answer", request.user, now=now).select_related("call", "asked_by")
    found: CallQuestion = get_object_or_404(rows, pk=question_id, call=call_id)
    start = {
        "answer": found.answer,
        "published_question": found.published_question,
        "is_private": found.state == "private",
    }
    form = QuestionAnswerForm(request.POST or None, initial=start)

    def act() -> CallQuestion:
        return answer_question(found, **form.cleaned_data, by=request.user, now=now)

    if request.method == "POST" and form.is_valid() and attempt(request, act, form):
        messages.success(request, _("Vastaus on lähetetty."))
        return redirect(reverse("grants:questions", args=[call_id]))
    context = {"call": found.call, "question": found, "form": form}
    return render(request, "grants/calls/question_answer.html", context, status=422 if form.errors else 200)
