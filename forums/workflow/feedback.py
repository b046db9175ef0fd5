"""Feedback: questions, one-time tickets in letters the next morning, anonymous answers, the summary.

Nothing here writes who answered: a ticket is made with a random key, its hash alone is kept, the letter's text is
erased once sent, and the answer deletes the ticket.
"""

import hashlib
import random
import secrets
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.errors import Refused
from common.policies import get_allowed
from common.times import HELSINKI, local_date
from forums.after_letters import letter, said
from forums.models import (
    Event,
    FeedbackAnswer,
    FeedbackQuestion,
    FeedbackRound,
    FeedbackTicket,
    FeedbackValue,
    QuestionKind,
)
from forums.models.feedback import OPEN_FOR
from forums.workflow.memos import took_part
from liaisons.workflow.saving import save_checked

#: Feedback is asked at this hour of the next morning, and the results told a day later.
MORNING = time(8)
#: The three questions by default; data in three languages.
DEFAULTS: tuple[dict[str, Any], ...] = (
    {
        "kind": "rating",
        "is_main": True,
        "text_fi": "Kuinka hyödyllinen tapahtuma oli sinulle?",
        "text_sv": "Hur nyttigt var evenemanget för dig?",
        "text_en": "How useful was the event to you?",
    },
    {
        "kind": "text",
        "text_fi": "Mikä oli parasta?",
        "text_sv": "Vad var bäst?",
        "text_en": "What was best?",
    },
    {
        "kind": "text",
        "text_fi": "Mitä pitäisi muuttaa?",
        "text_sv": "Vad borde ändras?",
        "text_en": "What should change?",
    },
)
MOST_QUESTIONS = 10


@transaction.atomic
def ensure_round(event: Event) -> FeedbackRound:
    """Return the event's feedback with its questions; the first time with the three by default."""
    Event.objects.select_for_update(of=("self",)).get(pk=event.pk)
    found, made = FeedbackRound.objects.get_or_create(event=event)
    if made:
        FeedbackQuestion.objects.bulk_create(
            FeedbackQuestion(round=found, order=10 * (place + 1), **row) for place, row in enumerate(DEFAULTS)
        )
    return found


def _changeable(found: FeedbackRound, by: Any, now: datetime) -> FeedbackRound:
    row: FeedbackRound = get_allowed("forums.feedback.manage", by, now=now, lock=True, pk=found.pk)
    if now >= row.event.starts_at:
        raise Refused("begun", _("Tapahtuma on alkanut, eikä kysymyksiä voi enää muuttaa."))
    return row


@transaction.atomic
def save_question(
    found: FeedbackRound, *, question: FeedbackQuestion | None, values: dict[str, Any], by: Any, now: datetime
) -> FeedbackQuestion:
    """Add a question or change one before the event begins; the same text again is the same question.

    Refused: begun, too_many, question_refused.
    """
    row = _changeable(found, by, now)
    if question is None:
        there = row.questions.filter(text_fi=values["text_fi"].strip()).first()
        if there:
            return there
        if row.questions.count() >= MOST_QUESTIONS:
            raise Refused("too_many", _("Kymmenen kysymystä riittää. Poista ensin jokin niistä."))
        last = row.questions.order_by("-order").first()
        question = FeedbackQuestion(round=row, order=last.order + 10 if last else 10)
    elif question.round_id != row.pk:
        raise Refused("other_round", _("Kysymys kuuluu toiseen tapahtumaan."))
    for name in ("text_fi", "text_sv", "text_en"):
        setattr(question, name, values.get(name, "").strip())
    if not question.is_main:  # the rating by which events are compared stays a rating
        question.kind, question.choices = values["kind"], values.get("choices", [])
    save_checked(question, "question_refused")
    return question


@transaction.atomic
def remove_question(found: FeedbackRound, *, question: FeedbackQuestion, by: Any, now: datetime) -> None:
    """Take a question away before the event begins. Refused: begun, main (the one by which events are compared)."""
    row = _changeable(found, by, now)
    if question.is_main:
        raise Refused("main", _("Hyödyllisyyttä kysytään aina, jotta tapahtumia voi verrata."))
    row.questions.filter(pk=question.pk).delete()


def hash_ticket(token: str) -> str:
    """Return what is kept of a ticket."""
    return hashlib.sha256(token.encode()).hexdigest()


def ask_at(event: Event) -> datetime:
    """Return when feedback is asked: at eight on the morning after the event's last day."""
    return datetime.combine(local_date(event.ends_at) + timedelta(days=1), MORNING, HELSINKI)


def waiting_events(now: datetime) -> Any:
    """Return the events whose feedback may be due to be asked: ended and asked of nobody yet, for two weeks."""
    over = Event.objects.filter(state__in=("published", "held"), ends_at__lt=now, ends_at__gte=now - OPEN_FOR)
    return over.exclude(feedback_round__asked_at__isnull=False)


@transaction.atomic
def ask_feedback(event: Event, *, now: datetime) -> int:
    """Write to those who took part, each a link for one answer; once. Return how many were written to.

    Before the morning nothing happens. The tickets are written in a random order.
    """
    if now < ask_at(event):
        return 0
    found = ensure_round(event)
    row = FeedbackRound.objects.select_for_update().get(pk=found.pk)
    if row.asked_at is not None:
        return 0
    people = list(took_part(event).select_related("user"))
    random.SystemRandom().shuffle(people)
    for one in people:
        token = secrets.token_urlsafe(32)
        FeedbackTicket.objects.create(round=row, token_hash=hash_ticket(token))
        letter(
            "feedback_ask",
            one.user or one.email,
            said(_("Miten meni? %(event)s"), event=event.name_fi),
            [
                _("Vastaa kolmeen lyhyeen kysymykseen. Siihen menee minuutti."),
                _("Vastaus on nimetön: kukaan ei näe, kuka vastasi. Linkillä voi vastata kerran."),
            ],
            path=reverse("forums:feedback_ticket", args=[token]),
            button=_("Anna palautetta"),
            key=f"{row.pk}:{one.pk}",
            now=now,
            language=one.language,
            secret=True,
        )
    row.asked_at, row.asked_count = now, len(people)
    row.save(update_fields=["asked_at", "asked_count"])
    return len(people)


@dataclass(frozen=True)
class Reply:
    """What one person answered: by the key of a question a number 1–5, a choice or a text."""

    numbers: dict[int, int]
    texts: dict[int, str]


@transaction.atomic
def give_feedback(found: FeedbackRound, *, reply: Reply, token: str = "", now: datetime) -> None:
    """Take an answer. With a ticket it is used up; without one it came by the event's open link.

    Nothing is returned: nobody holds the key of an answer. Refused: closed, used, empty, feedback_refused.
    """
    row = FeedbackRound.objects.select_related("event").get(pk=found.pk)
    if not row.is_open(now):
        raise Refused("closed", _("Palautetta ei enää oteta vastaan tästä tapahtumasta."))
    if token:
        gone, _models = FeedbackTicket.objects.filter(round=row, token_hash=hash_ticket(token)).delete()
        if not gone:
            raise Refused("used", _("Linkillä on jo vastattu. Kiitos palautteesta."))
    answer = FeedbackAnswer(round=row, on=local_date(now))
    values = [value for question in row.questions.all() if (value := _value(answer, question, reply))]
    if not values:
        raise Refused("empty", _("Vastaa ainakin yhteen kysymykseen."))
    answer.save(force_insert=True)
    for value in values:
        save_checked(value, "feedback_refused")


def _value(answer: FeedbackAnswer, question: FeedbackQuestion, reply: Reply) -> FeedbackValue | None:
    if question.kind == QuestionKind.RATING:
        number = reply.numbers.get(question.pk)
        return FeedbackValue(answer=answer, question=question, number=number) if number else None
    text = reply.texts.get(question.pk, "").strip()
    if not text or (question.kind == QuestionKind.CHOICE and text not in question.choices):
        return None
    return FeedbackValue(answer=answer, question=question, text=text)


@transaction.atomic
def write_summary(found: FeedbackRound, *, summary: str, publish: bool, by: Any, now: datetime) -> FeedbackRound:
    """Write the summary and publish it with the figures or take it back. Refused: summary_refused."""
    row: FeedbackRound = get_allowed("forums.feedback.manage", by, now=now, lock=True, pk=found.pk)
    row.summary = summary.strip()
    row.published_at = (row.published_at or now) if publish else None
    save_checked(row, "summary_refused")
    return row


@transaction.atomic
def tell_results(found: FeedbackRound, *, now: datetime) -> int:
    """Tell the hosts on the morning after the asking that the results are there; once. Return how many were told."""
    row = FeedbackRound.objects.select_for_update(of=("self",)).select_related("event").get(pk=found.pk)
    if row.told_at or row.asked_at is None or now < _tell_at(row.asked_at) or not row.answers.exists():
        return 0
    event = row.event
    hosts = [host.user for host in event.hosts.filter(user__isnull=False).select_related("user")]
    number = row.answers.count()
    for person in hosts:
        letter(
            "feedback_results",
            person,
            said(_("Palaute on koottu: %(event)s"), event=event.name_fi),
            [said(_("Vastauksia on nyt %(number)s. Vastata voi vielä kaksi viikkoa tapahtumasta."), number=number)],
            path=reverse("forums:feedback_results", args=[event.pk]),
            button=_("Katso tulokset"),
            key=f"{row.pk}:{person.pk if person else 0}",
            now=now,
        )
    row.told_at = now
    row.save(update_fields=["told_at"])
    return len(hosts)


def _tell_at(asked_at: datetime) -> datetime:
    return datetime.combine(local_date(asked_at) + timedelta(days=1), MORNING, HELSINKI)
