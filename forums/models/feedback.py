"""Feedback on an event (palaute): questions, one-time tickets, answers that nothing links to a person.

A ticket (in a letter) lets one answer in and is deleted by it; it stands in a table of its own, without a key to any
person or answer, and only its hash is kept. An answer has a random key and the day, not the time. Neither table is
tracked: a history would keep the moment.
"""

import secrets
import uuid
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

#: How long feedback is taken after the event.
OPEN_FOR = timedelta(days=14)


class QuestionKind(models.TextChoices):
    """How a question is answered."""

    RATING = "rating", _("arvosana 1–5")
    TEXT = "text", _("oma teksti")
    CHOICE = "choice", _("valinta luettelosta")


def new_key() -> str:
    """Return the key of an event's open link."""
    return secrets.token_urlsafe(16)


class FeedbackRound(models.Model):
    """The collecting of feedback on one event. No personal data."""

    event = models.OneToOneField(
        "forums.Event", models.PROTECT, related_name="feedback_round", verbose_name=_("tapahtuma")
    )
    key = models.CharField(max_length=40, unique=True, default=new_key, editable=False)
    asked_at = models.DateTimeField(_("kysytty"), null=True, blank=True, editable=False)
    asked_count = models.PositiveIntegerField(_("kysytty, henkilöä"), default=0, editable=False)
    told_at = models.DateTimeField(_("tulokset kerrottu"), null=True, blank=True, editable=False)
    summary = models.TextField(_("yhteenveto"), max_length=4000, blank=True)
    published_at = models.DateTimeField(_("yhteenveto julkaistu"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("palautekysely")
        verbose_name_plural = _("palautekyselyt")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(published_at__isnull=True) | ~Q(summary=""),
                name="forums_feedback_published_has_summary",
                violation_error_message=_("Kirjoita yhteenveto ennen kuin julkaiset sen."),
            )
        ]

    def __str__(self) -> str:
        return str(self.event)

    def is_open(self, now: datetime) -> bool:
        """Tell whether answers are taken: from the event's start until two weeks after its end."""
        event = self.event
        return event.state in ("published", "held") and event.starts_at <= now <= event.ends_at + OPEN_FOR


class FeedbackQuestion(models.Model):
    """One question of an event's feedback. The rating with ``is_main`` is compared between events."""

    round = models.ForeignKey(FeedbackRound, models.CASCADE, related_name="questions", verbose_name=_("kysely"))
    order = models.PositiveSmallIntegerField(_("järjestys"), default=0)
    kind = models.CharField(_("laji"), max_length=10, choices=QuestionKind.choices)
    text_fi = models.CharField(_("kysymys suomeksi"), max_length=200)
    text_sv = models.CharField(_("kysymys ruotsiksi"), max_length=200, blank=True)
    text_en = models.CharField(_("kysymys englanniksi"), max_length=200, blank=True)
    choices = models.JSONField(_("vaihtoehdot"), default=list, blank=True)
    is_main = models.BooleanField(_("hyödyllisyys"), default=False)

    class Meta:
        verbose_name = _("palautekysymys")
        verbose_name_plural = _("palautekysymykset")
        ordering = ["order", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(kind__in=QuestionKind.values), name="forums_question_known_kind"),
            models.CheckConstraint(
                condition=~Q(text_fi=""),
                name="forums_question_has_text",
                violation_error_message=_("Kirjoita kysymys."),
            ),
            models.CheckConstraint(
                condition=~Q(kind="choice") | ~Q(choices=[]),
                name="forums_question_choice_has_choices",
                violation_error_message=_("Kirjoita vaihtoehdot, yksi riville."),
            ),
            models.CheckConstraint(
                condition=Q(is_main=False) | Q(kind="rating"), name="forums_question_main_is_rating"
            ),
            models.UniqueConstraint(fields=["round"], condition=Q(is_main=True), name="forums_question_one_main"),
        ]

    def __str__(self) -> str:
        return self.text_fi


class FeedbackTicket(models.Model):
    """A one-time right to answer: the hash of what a letter held. Deleted by the answer, or when the time is over."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(FeedbackRound, models.CASCADE, related_name="tickets", verbose_name=_("kysely"))
    token_hash = models.CharField(max_length=64, unique=True)

    class Meta:
        verbose_name = _("vastausoikeus")
        verbose_name_plural = _("vastausoikeudet")

    def __str__(self) -> str:
        return "ticket"


class FeedbackAnswer(models.Model):
    """One anonymous answer: a random key and the day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(FeedbackRound, models.CASCADE, related_name="answers", verbose_name=_("kysely"))
    on = models.DateField(_("päivä"))

    class Meta:
        verbose_name = _("palaute")
        verbose_name_plural = _("palautteet")

    def __str__(self) -> str:
        return "answer"


class FeedbackValue(models.Model):
    """The answer to one question."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    answer = models.ForeignKey(FeedbackAnswer, models.CASCADE, related_name="values", verbose_name=_("palaute"))
    question = models.ForeignKey(FeedbackQuestion, models.CASCADE, related_name="values", verbose_name=_("kysymys"))
    number = models.PositiveSmallIntegerField(_("arvosana"), null=True, blank=True)
    text = models.TextField(_("teksti"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("palautteen vastaus")
        verbose_name_plural = _("palautteiden vastaukset")
        constraints = [
            models.UniqueConstraint(fields=["answer", "question"], name="forums_feedback_value_once"),
            models.CheckConstraint(
                condition=Q(number__isnull=True) | Q(number__gte=1, number__lte=5),
                name="forums_feedback_value_scale",
                violation_error_message=_("Arvosana on 1–5."),
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=False) | ~Q(text=""), name="forums_feedback_value_something"
            ),
        ]

    def __str__(self) -> str:
        return self.text or str(self.number)
