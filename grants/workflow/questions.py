"""Asking about a call and answering: to everybody, or to the asker where it is about their own matter."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import StaffRoleKind, User
from common.errors import Refused
from common.policies import get_allowed
from grants.life_cycles import CALL_QUESTION
from grants.models import CallQuestion, GrantCall
from grants.workflow.calls import people_with_applications
from notifications import outbox
from organisations.workflow.guards import staff

MOST_WAITING = 10


@transaction.atomic
def ask_question(call: GrantCall, *, text: str, by: Any, now: datetime) -> CallQuestion:
    """Ask about a call before it closes; the same words of the same person again are the same question.

    Coordinators are told. Refused: closed, too_many (ten of the person's questions wait in the call already).
    """
    found: GrantCall = get_allowed("grants.call.view", by, now=now, pk=call.pk)
    if found.state != "published" or now >= found.closes_at:
        raise Refused("closed", _("Haku on päättynyt. Soita tai kirjoita lisätietojen antajalle."))
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # two presses at once come one after the other
    own = CallQuestion.objects.filter(call=found, asked_by=by)
    words = text.strip()
    again = own.filter(text=words).first()
    if again:
        return again
    if own.waiting().count() >= MOST_WAITING:
        raise Refused("too_many", _("Sinulla on jo kymmenen kysymystä, joihin ei ole vastattu. Odota vastauksia."))
    made = CallQuestion.objects.create(call=found, text=words, asked_by=by, asked_at=now)
    for person in staff(now, StaffRoleKind.COORDINATOR):
        _write(made, "question_asked", person, _("Kysymys hausta: {call}"), now=now)
    return made


@transaction.atomic
def answer_question(
    question: CallQuestion,
    *,
    answer: str,
    is_private: bool = False,
    published_question: str = "",
    by: Any,
    now: datetime,
) -> CallQuestion:
    """Answer, or write a published answer anew; the asker is told, and of a public answer all who have a draft.

    Refused: not_allowed, no_answer, wrong_state (an answer that everybody read is not taken back).
    """
    row: CallQuestion = get_allowed("grants.question.answer", by, now=now, lock=True, pk=question.pk)
    words = answer.strip()
    if not words:
        raise Refused("no_answer", _("Kirjoita vastaus."))
    target = "private" if is_private else "published"
    state = row.state if row.state == target else CALL_QUESTION.check(row.state, "answer", target=target)
    first = row.answered_at is None or row.state != state
    row.state, row.answer, row.published_question = state, words, published_question.strip()
    row.answered_by, row.answered_at = by, row.answered_at or now
    row.save(update_fields=["state", "answer", "published_question", "answered_by", "answered_at"])
    if first:
        _tell(row, now=now)
    return row


def _tell(row: CallQuestion, *, now: datetime) -> None:
    asker = row.asked_by
    if asker is not None:
        _write(row, "question_answered", asker, _("Vastaus kysymykseesi: {call}"), now=now)
    if row.state != "published":
        return
    for person in people_with_applications(row.call, ("draft",), now):
        if person != asker:
            _write(row, "question_published", person, _("Hakua on tarkennettu: {call}"), now=now)


def _write(row: CallQuestion, kind: str, to: Any, subject: Any, *, now: datetime) -> None:
    is_officer = kind == "question_asked"
    page = reverse("grants:questions", args=[row.call_id]) if is_officer else row.get_absolute_url()
    outbox.queue(
        kind=f"grants.{kind}",
        to=to,
        subject=format_lazy(subject, call=row.call.title),
        template="emails/grants/call_question",
        context={"question": row, "call": row.call, "path": page, "to_officer": is_officer},
        dedup_key=f"grants.{kind}:{row.pk}:{row.state}:{to.pk}",
        now=now,
    )
