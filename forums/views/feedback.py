"""Feedback: answering by a ticket or the open link, thanks, results, questions, the QR sheet, the summary."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.access import public_page, sign_in_required
from accounts.roles import current_user
from common import clock
from common.policies import may
from documents.qr import qr_image
from forums.feedback_results import SMALLEST, compared, results_of
from forums.forms.feedback import FeedbackForm, QuestionForm, SummaryForm
from forums.models import Event, FeedbackQuestion, FeedbackRound, FeedbackTicket
from forums.views.after_pages import desk_event, event_desk_crumbs, managed_event, trail
from forums.workflow.feedback import (
    ensure_round,
    give_feedback,
    hash_ticket,
    remove_question,
    save_question,
    write_summary,
)
from liaisons.views.pages import Crumb, act_and_return, ask
from notifications.outbox import absolute
from organisations.views.helpers import attempt

COOKIE = "palaute"
COOKIE_LIFE = 60 * 60 * 24 * 30


def _answer(request: HttpRequest, found: FeedbackRound, token: str) -> HttpResponse:
    """Show the questions, or take the answer. No person is asked for: the page is the same for everybody."""
    form = FeedbackForm(request.POST or None, questions=list(found.questions.all()))
    given = request.method == "POST" and form.is_valid()
    if given and attempt(request, lambda: _give(found, form, token), form):
        response = redirect("forums:feedback_thanks", found.key)
        if not token:
            response.set_signed_cookie(
                f"{COOKIE}{found.pk}",
                "1",
                max_age=COOKIE_LIFE,
                httponly=True,
                samesite="Lax",
                secure=request.is_secure(),
            )
        return response
    context = {"form": form, "event": found.event, "is_open": found.is_open(clock.now())}
    return render(request, "forums/after/feedback.html", context)


def _give(found: FeedbackRound, form: FeedbackForm, token: str) -> bool:
    give_feedback(found, reply=form.reply, token=token, now=clock.now())
    return True


@public_page
@never_cache
def feedback_open(request: HttpRequest, key: str) -> HttpResponse:
    """The event's open link, from a QR code: one answer from a browser (a cookie that names nobody)."""
    found: FeedbackRound = get_object_or_404(FeedbackRound.objects.select_related("event"), key=key)
    if request.get_signed_cookie(f"{COOKIE}{found.pk}", default=None):
        return redirect("forums:feedback_thanks", found.key)
    return _answer(request, found, "")


@public_page
@never_cache
def feedback_ticket(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a letter: good for one answer."""
    ticket = FeedbackTicket.objects.filter(token_hash=hash_ticket(token)).select_related("round__event").first()
    if ticket is None:
        return render(request, "forums/after/feedback_used.html")
    return _answer(request, ticket.round, token)


@public_page
def feedback_thanks(request: HttpRequest, key: str) -> HttpResponse:
    """Thanks, and where an idea can be given."""
    found: FeedbackRound = get_object_or_404(FeedbackRound.objects.select_related("event"), key=key)
    return render(request, "forums/after/feedback_thanks.html", {"event": found.event})


def _round(event: Event) -> FeedbackRound:
    found = ensure_round(event)
    found.event = event
    return found


def _pairs(event: Event) -> list[Crumb]:
    return event_desk_crumbs(event, (reverse("forums:feedback_results", args=[event.pk]), _("Palaute")))


@sign_in_required
def feedback_results(request: HttpRequest, pk: int) -> HttpResponse:
    """The results: charts, texts, comparison with earlier events of the series; nobody's answer as a whole."""
    event = desk_event(request, pk)
    found = _round(event)
    now = clock.now()
    number = found.answers.count()
    context = {
        "event": event,
        "round": found,
        "number": number,
        "few": 0 < number < SMALLEST,
        "smallest": SMALLEST,
        "results": results_of(found),
        "compared": compared(event),
        "is_open": found.is_open(now),
        "manages": may("forums.event.manage", request.user, event, now=now),
        "can_change": now < event.starts_at,
        "trail": trail(event_desk_crumbs(event), _("Palaute")),
    }
    return render(request, "forums/after/feedback_results.html", context)


@sign_in_required
def feedback_questions(request: HttpRequest, pk: int) -> HttpResponse:
    """The questions; they change until the event begins."""
    event = managed_event(request, pk)
    found = _round(event)
    context = {
        "event": event,
        "questions": found.questions.all(),
        "can_change": clock.now() < event.starts_at,
        "trail": trail(_pairs(event), _("Kysymykset")),
    }
    return render(request, "forums/after/feedback_questions.html", context)


def _ask_question(request: HttpRequest, event: Event, question: FeedbackQuestion | None) -> HttpResponse:
    found = _round(event)
    initial: dict[str, Any] = {}
    if question is not None:
        initial = {name: getattr(question, name) for name in ("kind", "text_fi", "text_sv", "text_en")}
        initial["choices"] = "\n".join(question.choices)
    form = QuestionForm(request.POST or None, initial=initial)
    by = current_user(request)
    to = reverse("forums:feedback_questions", args=[event.pk])
    return ask(
        request,
        form,
        lambda: save_question(found, question=question, values=form.cleaned_data, by=by, now=clock.now()),
        done=_("Kysymys on tallennettu."),
        to=to,
        heading=_("Muuta kysymystä") if question else _("Lisää kysymys"),
        submit=_("Tallenna"),
        trail=[*_pairs(event), (to, _("Kysymykset"))],
    )


@sign_in_required
def feedback_question_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Add a question."""
    return _ask_question(request, managed_event(request, pk), None)


def _question(request: HttpRequest, pk: int) -> tuple[Event, FeedbackQuestion]:
    found: FeedbackQuestion = get_object_or_404(FeedbackQuestion.objects.select_related("round"), pk=pk)
    return managed_event(request, found.round.event_id), found


@sign_in_required
def feedback_question(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a question."""
    event, found = _question(request, pk)
    return _ask_question(request, event, found)


@sign_in_required
@require_POST
def feedback_question_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a question away."""
    event, found = _question(request, pk)
    by = current_user(request)
    return act_and_return(
        request,
        lambda: remove_question(found.round, question=found, by=by, now=clock.now()),
        _("Kysymys on poistettu."),
        reverse("forums:feedback_questions", args=[event.pk]),
    )


@sign_in_required
def feedback_sheet(request: HttpRequest, pk: int) -> HttpResponse:
    """The open link as a QR code on a sheet to show or print at the event."""
    event = managed_event(request, pk)
    found = _round(event)
    address = absolute(reverse("forums:feedback_open", args=[found.key]))
    if found.event.state not in ("published", "held"):
        raise Http404
    context = {
        "event": event,
        "address": address,
        "qr": qr_image(address),
        "trail": trail(_pairs(event), _("QR-koodi")),
    }
    return render(request, "forums/after/feedback_sheet.html", context)


@sign_in_required
def feedback_summary(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the summary and publish it."""
    event = managed_event(request, pk)
    found = _round(event)
    initial = {"summary": found.summary, "publish": found.published_at is not None}
    form = SummaryForm(request.POST or None, initial=initial)
    by = current_user(request)
    return ask(
        request,
        form,
        lambda: write_summary(found, **form.cleaned_data, by=by, now=clock.now()),
        done=_("Yhteenveto on tallennettu."),
        to=reverse("forums:feedback_results", args=[event.pk]),
        heading=_("Palautteen yhteenveto"),
        submit=_("Tallenna"),
        trail=_pairs(event),
        lead=_("Kerro osallistujille, mitä kuulimme ja mitä muutamme."),
    )
