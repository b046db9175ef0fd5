"""Surveys (kyselyt): questions, the tables that will be published, invitations, answers that nothing links to a person.

An invitation tells whether its link has been used and nothing of what was answered. An answer has a random key, no
time and no key to any person or invitation; what was written in one's own words stands apart from the rest of the same
answer. Neither is tracked by a history: a history would keep the moment.
"""

import secrets
import uuid
from datetime import datetime
from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.times import local_date
from county.models import LocalizedName

SCALE = (1, 2, 3, 4, 5)


class SurveyState(models.TextChoices):
    """Where a survey is."""

    DRAFT = "draft", _("Luonnos")
    OPEN = "open", _("Avoinna")
    CLOSED = "closed", _("Suljettu")
    PUBLISHED = "published", _("Tulokset julkaistu")


TONES = {"draft": "none", "open": "ok", "closed": "wait", "published": "info"}


class SurveyQuestionKind(models.TextChoices):
    """How a question of a survey is answered."""

    CHOICE = "choice", _("yksi vaihtoehto")
    SEVERAL = "several", _("useita vaihtoehtoja")
    SCALE = "scale", _("asteikko 1–5")
    NUMBER = "number", _("lukumäärä")
    TEXT = "text", _("omin sanoin")


def new_survey_key() -> str:
    """Return the key of a survey's open link."""
    return secrets.token_urlsafe(12)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class Survey(LocalizedName):
    """One survey. Personal data: who made it, an official; kept as long as the results."""

    intro_fi = models.TextField(_("esittely suomeksi"), max_length=2000)
    intro_sv = models.TextField(_("esittely ruotsiksi"), max_length=2000, blank=True)
    intro_en = models.TextField(_("esittely englanniksi"), max_length=2000, blank=True)
    opens_on = models.DateField(_("ensimmäinen vastauspäivä"))
    closes_on = models.DateField(_("viimeinen vastauspäivä"))
    state = models.CharField(_("tila"), max_length=10, choices=SurveyState.choices, default=SurveyState.DRAFT)
    follows = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="followed_by", verbose_name=_("edellinen kysely")
    )
    has_open_link = models.BooleanField(_("avoin linkki"), default=False)
    key = models.CharField(max_length=40, unique=True, default=new_survey_key, editable=False)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("laatija"))
    answered = models.PositiveIntegerField(_("vastauksia"), null=True, blank=True, editable=False)
    published_on = models.DateField(_("julkaistu"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("kysely")
        verbose_name_plural = _("kyselyt")
        ordering = ["-opens_on", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SurveyState.values), name="reports_survey_known_state"),
            models.CheckConstraint(
                condition=~Q(name_fi="") & ~Q(intro_fi=""),
                name="reports_survey_has_words",
                violation_error_message=_("Kirjoita kyselyn nimi ja esittely suomeksi."),
            ),
            models.CheckConstraint(
                condition=Q(closes_on__gte=F("opens_on")),
                name="reports_survey_days_in_order",
                violation_error_message=_("Viimeinen vastauspäivä on ennen ensimmäistä. Korjaa jompikumpi."),
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_on__isnull=False, answered__isnull=False),
                name="reports_survey_published_has_day",
            ),
            models.CheckConstraint(
                condition=Q(follows=None) | ~Q(follows=F("pk")),
                name="reports_survey_follows_another",
                violation_error_message=_("Kysely ei voi seurata itseään."),
            ),
        ]

    @property
    def intro(self) -> str:
        """Return the introduction in the language of the name."""
        return str(getattr(self, f"intro_{self.name_language}", "") or self.intro_fi)

    @property
    def tone(self) -> str:
        """The tone of its tag."""
        return TONES[self.state]

    def takes_answers(self, now: datetime) -> bool:
        """Tell whether answers are taken: it is open and the day is one of its days."""
        return self.state == SurveyState.OPEN and self.opens_on <= local_date(now) <= self.closes_on

    def is_over(self, now: datetime) -> bool:
        """Tell whether its last day has gone by."""
        return local_date(now) > self.closes_on


class SurveyQuestion(LocalizedName):
    """One question; its name is what is asked. ``code`` is the same as in the earlier survey with which it compares.

    Options are lines; those in other languages stand in the same order. An answer holds the places of the lines.
    """

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="questions", verbose_name=_("kysely"))
    order = models.PositiveSmallIntegerField(_("järjestys"), default=0)
    kind = models.CharField(_("miten vastataan"), max_length=10, choices=SurveyQuestionKind.choices)
    code = models.SlugField(_("tunnus"), max_length=40)
    is_required = models.BooleanField(_("pakollinen"), default=False)
    options_fi = models.JSONField(_("vaihtoehdot suomeksi"), default=list, blank=True)
    options_sv = models.JSONField(_("vaihtoehdot ruotsiksi"), default=list, blank=True)
    options_en = models.JSONField(_("vaihtoehdot englanniksi"), default=list, blank=True)

    class Meta:
        verbose_name = _("kyselyn kysymys")
        verbose_name_plural = _("kyselyn kysymykset")
        ordering = ["order", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(kind__in=SurveyQuestionKind.values), name="reports_survey_question_kind"
            ),
            models.CheckConstraint(
                condition=~Q(name_fi="") & ~Q(code=""),
                name="reports_survey_question_words",
                violation_error_message=_("Kirjoita kysymys ja sen tunnus."),
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=["choice", "several"]) | ~Q(options_fi=[]),
                name="reports_survey_question_options",
                violation_error_message=_("Kirjoita vaihtoehdot, yksi riville."),
            ),
            models.UniqueConstraint(
                fields=["survey", "code"],
                name="reports_survey_question_code",
                violation_error_message=_("Kyselyssä on jo kysymys, jolla on tämä tunnus."),
            ),
        ]

    @property
    def options(self) -> list[str]:
        """Return the options in the language of the question, or in Finnish."""
        given = getattr(self, f"options_{self.name_language}")
        return [str(text) for text in (given if len(given) == len(self.options_fi) else self.options_fi)]

    @property
    def divides(self) -> bool:
        """Tell whether each answer falls into one class, so that other questions can be told by it."""
        return self.kind in (SurveyQuestionKind.CHOICE, SurveyQuestionKind.SCALE, SurveyQuestionKind.NUMBER)


class SurveyTable(models.Model):
    """A table that will be published, said before the survey opens; ``result`` is written once, at publication."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="tables", verbose_name=_("kysely"))
    question = models.ForeignKey(SurveyQuestion, models.CASCADE, related_name="tables", verbose_name=_("kysymys"))
    background = models.ForeignKey(
        SurveyQuestion, models.CASCADE, null=True, blank=True, related_name="+", verbose_name=_("taustakysymys")
    )
    result = models.JSONField(_("tulos"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("julkaistava taulukko")
        verbose_name_plural = _("julkaistavat taulukot")
        ordering = ["question__order", "question_id", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "background"],
                nulls_distinct=False,
                name="reports_survey_table_once",
                violation_error_message=_("Tämä taulukko on jo luettelossa."),
            ),
            models.CheckConstraint(
                condition=Q(background=None) | ~Q(background=F("question")),
                name="reports_survey_table_two_questions",
                violation_error_message=_("Valitse taustaksi eri kysymys."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question_id}/{self.background_id or ''}"


class SurveyInvitation(models.Model):
    """A personal link: an address, the hash of the link's key, and whether it has been used. No time, no answer.

    Personal data: the address, to invite and to remind; erased the night after the results are published.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, models.CASCADE, related_name="invitations", verbose_name=_("kysely"))
    email = models.EmailField(_("sähköpostiosoite"))
    key_hash = models.CharField(max_length=64, unique=True)
    is_used = models.BooleanField(_("käytetty"), default=False)

    class Meta:
        verbose_name = _("kyselyn kutsu")
        verbose_name_plural = _("kyselyn kutsut")
        constraints = [models.UniqueConstraint(fields=["survey", "email"], name="reports_survey_invited_once")]

    def __str__(self) -> str:
        return "invitation"


class SurveyAnswer(models.Model):
    """One anonymous answer: by the key of a question a class, classes or a number. No time, no person.

    No personal data; erased a year after publication, because the published tables do not need it any more.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    survey = models.ForeignKey(Survey, models.PROTECT, related_name="answers", verbose_name=_("kysely"))
    content = models.JSONField(_("vastaus"), default=dict)

    class Meta:
        verbose_name = _("kyselyn vastaus")
        verbose_name_plural = _("kyselyn vastaukset")

    def __str__(self) -> str:
        return "answer"


class OpenAnswerGroup(models.Model):
    """A group into which open answers are gathered by hand: what they speak of."""

    question = models.ForeignKey(SurveyQuestion, models.CASCADE, related_name="groups", verbose_name=_("kysymys"))
    name = models.CharField(_("ryhmän nimi"), max_length=150)

    class Meta:
        verbose_name = _("avointen vastausten ryhmä")
        verbose_name_plural = _("avointen vastausten ryhmät")
        ordering = ["name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["question", "name"],
                name="reports_open_group_once",
                violation_error_message=_("Kysymyksellä on jo tämän niminen ryhmä."),
            ),
            models.CheckConstraint(
                condition=~Q(name=""),
                name="reports_open_group_has_name",
                violation_error_message=_("Kirjoita ryhmän nimi."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class OpenAnswer(models.Model):
    """What somebody wrote to one question, apart from everything else they answered. Erased with the answers."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    question = models.ForeignKey(SurveyQuestion, models.PROTECT, related_name="open_answers", verbose_name=_("kysymys"))
    text = models.TextField(_("vastaus"), max_length=2000)
    group = models.ForeignKey(
        OpenAnswerGroup, models.SET_NULL, null=True, blank=True, related_name="answers", verbose_name=_("ryhmä")
    )

    class Meta:
        verbose_name = _("avoin vastaus")
        verbose_name_plural = _("avoimet vastaukset")
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="reports_open_answer_has_text")]

    def __str__(self) -> str:
        return self.text[:60]


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class ExternalResult(models.Model):
    """One figure of a survey made by others, with its source and number of answers. No personal data."""

    name = models.CharField(_("kyselyn nimi"), max_length=200)
    year = models.PositiveSmallIntegerField(_("vuosi"))
    publisher = models.CharField(_("julkaisija"), max_length=200)
    source_url = models.URLField(_("lähteen osoite"), max_length=500)
    n = models.PositiveIntegerField(_("vastaajia"))
    question = models.CharField(_("mitä kysyttiin"), max_length=300)
    figure = models.DecimalField(_("luku"), max_digits=12, decimal_places=2)
    unit = models.CharField(_("yksikkö"), max_length=30, blank=True)

    class Meta:
        verbose_name = _("muun tekemän kyselyn tulos")
        verbose_name_plural = _("muiden tekemien kyselyjen tulokset")
        ordering = ["-year", "name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name", "year", "question"],
                name="reports_external_result_once",
                violation_error_message=_("Tämä tulos on jo kirjattu."),
            ),
            models.CheckConstraint(
                condition=~Q(publisher="") & ~Q(source_url="") & ~Q(name="") & ~Q(question=""),
                name="reports_external_result_has_source",
                violation_error_message=_("Kirjoita, kenen kysely on ja mistä luku on."),
            ),
            models.CheckConstraint(
                condition=Q(n__gte=5),
                name="reports_external_result_floor",
                violation_error_message=_("Alle viiden vastaajan tulosta ei julkaista."),
            ),
            models.CheckConstraint(
                condition=Q(year__gte=2000, year__lte=2100),
                name="reports_external_result_year",
                violation_error_message=_("Tarkista vuosi."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.year}"
