"""Comment rounds (kommentointikierrokset): a draft, comments, an answer to each, all published."""

from datetime import datetime
from typing import Any, ClassVar, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.seams import Tone
from common.transitions import LifeCycle, State, Transition
from documents.models import StoredFile

_MANAGE = "liaisons.round.manage"

ROUND = LifeCycle(
    "liaisons.round",
    states=(
        State("planned", _("Valmistelussa"), _("Tulossa"), "none"),
        State("open", _("Avoinna"), _("Avoinna kommenteille"), "info"),
        State("closed", _("Päättynyt, vastaukset kesken"), _("Päättynyt, vastauksia kirjoitetaan"), "wait"),
        State("published", _("Julkaistu"), _("Vastaukset julkaistu"), "ok"),
        State("cancelled", _("Peruttu"), tone="none"),
    ),
    transitions=(
        Transition("confirm_round", ("planned",), "planned", _MANAGE, _("Vahvista"), condition="opens later"),
        Transition("open_round", ("planned",), "open", "", _("Avaa"), condition="confirmed, and its time has come"),
        Transition("extend_round", ("open",), "open", _MANAGE, _("Jatka aikaa")),
        Transition("close_round", ("open",), "closed", "", _("Päätä"), condition="the time for comments is over"),
        Transition(
            "publish_round",
            ("closed",),
            "published",
            _MANAGE,
            _("Julkaise"),
            condition="every comment has its answer and the summary is written",
        ),
        Transition("cancel_round", ("planned", "open", "closed"), "cancelled", _MANAGE, _("Peru kierros")),
    ),
)

_ANSWERED = """
    IF EXISTS (
        SELECT 1 FROM liaisons_roundcomment
        WHERE round_id = NEW.id AND sent_at IS NOT NULL AND answered_at IS NULL
    ) THEN
        RAISE EXCEPTION 'round % has comments without an answer', NEW.id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'liaisons_round_published_answered';
    END IF;
    RETURN NEW;
"""
_FROZEN = """
    IF TG_OP = 'INSERT' THEN changed := NEW; ELSE changed := OLD; END IF;
    IF EXISTS (SELECT 1 FROM liaisons_commentround WHERE id = changed.round_id AND state = 'published') AND (
        (TG_OP = 'INSERT' AND NEW.sent_at IS NOT NULL)
        OR (TG_OP = 'DELETE' AND OLD.sent_at IS NOT NULL)
        OR (TG_OP = 'UPDATE' AND (NEW.text, NEW.sent_at, NEW.outcome, NEW.answer, NEW.part_id)
            IS DISTINCT FROM (OLD.text, OLD.sent_at, OLD.outcome, OLD.answer, OLD.part_id))
    ) THEN
        RAISE EXCEPTION 'comments of a published round do not change'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'liaisons_roundcomment_published_stays';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""


class CommentRoundQuerySet(models.QuerySet["CommentRound"]):
    """Questions about rounds."""

    def taking_comments(self, now: datetime) -> Self:
        """Return those that may be commented on now, whether or not the clock's task has been here."""
        begun = Q(state="open") | Q(state="planned", confirmed_at__isnull=False)
        return self.filter(begun, opens_at__lte=now, closes_at__gt=now)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class CommentRound(models.Model):
    """A round of comments on a draft.

    No municipality and no theme: every registered organisation of the region is asked; else those that belong to
    one of the municipalities and to one of the themes. Anybody who acts for an organisation may comment, asked or not.
    """

    title = models.CharField(_("otsikko"), max_length=200)
    asks = models.TextField(_("mitä kysytään"), max_length=4000)
    municipalities = models.ManyToManyField(
        "county.Municipality", blank=True, related_name="+", verbose_name=_("minkä kuntien järjestöiltä")
    )
    themes = models.ManyToManyField(
        "county.Theme", blank=True, related_name="+", verbose_name=_("minkä teemojen järjestöiltä")
    )
    opens_at = models.DateTimeField(_("avautuu"))
    closes_at = models.DateTimeField(_("päättyy"))
    state = models.CharField(_("tila"), max_length=10, choices=ROUND.choices(), default="planned", editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("luotu"))
    confirmed_at = models.DateTimeField(_("vahvistettu"), null=True, blank=True)
    announced_at = models.DateTimeField(_("pyynnöt lähetetty"), null=True, blank=True)
    summary = models.TextField(_("yhteenveto"), max_length=10_000, blank=True)
    published_at = models.DateTimeField(_("julkaistu"), null=True, blank=True)
    cancelled_at = models.DateTimeField(_("peruttu"), null=True, blank=True)
    cancel_reason = models.CharField(_("miksi peruttiin"), max_length=300, blank=True)

    objects = CommentRoundQuerySet.as_manager()

    class Meta:
        verbose_name = _("kommentointikierros")
        verbose_name_plural = _("kommentointikierrokset")
        ordering = ["-closes_at", "-pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(state__in=ROUND.keys()), name="liaisons_round_known_state"),
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="liaisons_round_closes_later",
                violation_error_message=_("Kierros päättyy ennen kuin se avautuu. Korjaa jompikumpi aika."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "cancelled"]) | Q(confirmed_at__isnull=False),
                name="liaisons_round_open_is_confirmed",
            ),
            models.CheckConstraint(
                condition=(Q(state="published") & Q(published_at__isnull=False) & ~Q(summary=""))
                | (~Q(state="published") & Q(published_at__isnull=True)),
                name="liaisons_round_published_has_summary",
                violation_error_message=_("Kirjoita yhteenveto ennen julkaisemista."),
            ),
            models.CheckConstraint(
                condition=(Q(state="cancelled") & Q(cancelled_at__isnull=False) & ~Q(cancel_reason=""))
                | (~Q(state="cancelled") & Q(cancelled_at__isnull=True)),
                name="liaisons_round_cancelled_with_reason",
                violation_error_message=_("Kerro, miksi kierros peruttiin."),
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(asks=""),
                name="liaisons_round_has_words",
                violation_error_message=_("Kirjoita otsikko ja mitä kysytään."),
            ),
        ]
        triggers: ClassVar[list[Any]] = [
            pgtrigger.Trigger(
                name="published_is_answered",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.UpdateOf("state"),  # type: ignore[no-untyped-call]
                condition=pgtrigger.Q(new__state="published"),
                func=_ANSWERED,
            )
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        """Return the address of the round's public page."""
        return reverse("liaisons:public_round", args=[self.pk])

    def state_at(self, now: datetime) -> str:
        """Return the state that the clock gives: a confirmed round opens and an open one closes by themselves."""
        state = self.state
        if state == "planned" and self.confirmed_at and self.opens_at <= now:
            state = "open"
        return "closed" if state == "open" and self.closes_at <= now else state

    def takes_comments(self, now: datetime) -> bool:
        """Tell whether comments are taken now."""
        return self.state_at(now) == "open"

    def label_at(self, now: datetime) -> tuple[Any, Tone]:
        """Return the state's name for officers and its tone; a confirmed round waits for its opening."""
        state = self.state_at(now)
        if state == "planned" and self.confirmed_at:
            return _("Vahvistettu, avautuu ajallaan"), "wait"
        return ROUND.label(state), ROUND.tone(state)

    def public_label_at(self, now: datetime) -> tuple[Any, Tone]:
        """Return the state's name for everybody, and its tone."""
        state = self.state_at(now)
        return ROUND.applicant_label(state), ROUND.tone(state)


class RoundPart(models.Model):
    """A numbered part of the draft, with its text, or a question; comments name the part that they are about."""

    round = models.ForeignKey(CommentRound, models.CASCADE, related_name="parts", verbose_name=_("kierros"))
    number = models.PositiveSmallIntegerField(_("numero"))
    title = models.CharField(_("otsikko"), max_length=200)
    text = models.TextField(_("luonnoksen teksti"), max_length=20_000, blank=True)
    question = models.CharField(_("mitä tästä kysytään"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("luonnoksen kohta")
        verbose_name_plural = _("luonnoksen kohdat")
        ordering = ["round", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["round", "number"], name="liaisons_roundpart_number_once", deferrable=models.Deferrable.DEFERRED
            )
        ]

    def __str__(self) -> str:
        return f"{self.number}. {self.title}"


class RoundFile(StoredFile):
    """The draft as a file, for everybody to read once the round has been confirmed."""

    round = models.ForeignKey(CommentRound, models.CASCADE, related_name="files", verbose_name=_("kierros"))
    order = models.PositiveSmallIntegerField(_("järjestys"), default=0)

    class Meta(StoredFile.Meta):
        verbose_name = _("kierroksen tiedosto")
        verbose_name_plural = _("kierroksen tiedostot")
        ordering = ["round", "order", "pk"]


class Outcome(models.TextChoices):
    """What a comment led to."""

    TAKEN = "taken", _("otettu huomioon")
    PARTLY = "partly", _("otettu osittain huomioon")
    NOT_TAKEN = "not_taken", _("ei otettu huomioon")


class CommentSource(models.TextChoices):
    """How a comment came."""

    PORTAL = "portal", _("tässä palvelussa")
    EMAIL = "email", _("sähköpostilla")
    PHONE = "phone", _("puhelimessa")
    PAPER = "paper", _("kirjeellä")
    EVENT = "event", _("tilaisuudessa")


class RoundCommentQuerySet(models.QuerySet["RoundComment"]):
    """Questions about comments."""

    def sent(self) -> Self:
        """Return those that the organisation has sent; drafts are its own."""
        return self.filter(sent_at__isnull=False)

    def unanswered(self) -> Self:
        """Return the sent ones that have no answer yet."""
        return self.sent().filter(answered_at__isnull=True)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["draft"])
class RoundComment(models.Model):
    """What one organisation says of one part, or of the whole when there is no part; and the county's answer.

    ``draft`` is what the organisation is writing and nobody else sees; ``text`` is what it has sent. Personal data:
    who wrote it for the organisation, for six years from the round's end; unsent drafts go a year after it.
    """

    round = models.ForeignKey(CommentRound, models.PROTECT, related_name="comments", verbose_name=_("kierros"))
    part = models.ForeignKey(
        RoundPart, models.PROTECT, null=True, blank=True, related_name="comments", verbose_name=_("kohta")
    )
    organisation = models.ForeignKey(
        "organisations.Organisation", models.PROTECT, related_name="round_comments", verbose_name=_("järjestö")
    )
    draft = models.TextField(_("luonnos"), max_length=5000, blank=True)
    text = models.TextField(_("kommentti"), max_length=5000, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("kirjoittaja"),
    )
    changed_at = models.DateTimeField(_("muutettu"))
    sent_at = models.DateTimeField(_("lähetetty"), null=True, blank=True)
    source = models.CharField(
        _("miten saatiin"), max_length=10, choices=CommentSource.choices, default=CommentSource.PORTAL
    )
    source_note = models.CharField(_("tarkenne"), max_length=200, blank=True)
    outcome = models.CharField(_("mitä siitä seurasi"), max_length=10, choices=Outcome.choices, blank=True)
    answer = models.TextField(_("vastaus"), max_length=4000, blank=True)
    answered_at = models.DateTimeField(_("vastattu"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("vastaaja")
    )

    objects = RoundCommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("kierroksen kommentti")
        verbose_name_plural = _("kierroksen kommentit")
        ordering = ["round", "part__number", "organisation__sort_key", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["round", "organisation", "part"],
                nulls_distinct=False,
                name="liaisons_roundcomment_once",
                violation_error_message=_("Järjestöllä on jo kommentti tähän kohtaan."),
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=True, text="") | (Q(sent_at__isnull=False) & ~Q(text="")),
                name="liaisons_roundcomment_sent_has_words",
                violation_error_message=_("Kirjoita kommentti."),
            ),
            models.CheckConstraint(
                condition=Q(sent_at__isnull=False) | ~Q(draft=""), name="liaisons_roundcomment_not_empty"
            ),
            models.CheckConstraint(
                condition=Q(outcome="", answer="", answered_at__isnull=True)
                | (~Q(outcome="") & ~Q(answer="") & Q(answered_at__isnull=False, sent_at__isnull=False)),
                name="liaisons_roundcomment_answer_has_words",
                violation_error_message=_("Kerro, mitä kommentista seurasi, ja perustele se."),
            ),
            models.CheckConstraint(
                condition=Q(source__in=CommentSource.values) & Q(outcome__in=["", *Outcome.values]),
                name="liaisons_roundcomment_values_known",
                violation_error_message=_("Tuntematon arvo."),
            ),
        ]
        triggers: ClassVar[list[Any]] = [
            pgtrigger.Trigger(
                name="published_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                declare=[("changed", "RECORD")],
                func=_FROZEN,
            )
        ]

    def __str__(self) -> str:
        return (self.text or self.draft)[:60]

    @property
    def outcome_tone(self) -> Tone:
        """Return the tone of the outcome's tag."""
        tones: dict[str, Tone] = {"taken": "ok", "partly": "info", "not_taken": "none"}
        return tones.get(self.outcome, "wait")
