"""What is said of a yearly report: the county's comment on a section, the readers' questions and the answers."""

from typing import Any, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.models import both_or_neither
from reports.models.annual import AnnualReport

COMMENT_LENGTH = 3000
QUESTION_LENGTH = 2000

# A comment belongs to the document: from freezing on it stays as the document says it.
_STAYS = """
    IF EXISTS (
        SELECT 1 FROM reports_annualreport
        WHERE id IN (NEW.report_id, OLD.report_id) AND state IN ('freezing', 'frozen')
    ) THEN
        RAISE EXCEPTION 'comments of a frozen report do not change'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reports_comment_stays';
    END IF;
    IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
    RETURN NEW;
"""

_OF_PUBLISHED = """
    IF NOT EXISTS (SELECT 1 FROM reports_annualreport WHERE id = NEW.report_id AND state = 'frozen') THEN
        RAISE EXCEPTION 'questions are asked of a published report'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'reports_question_of_published';
    END IF;
    RETURN NEW;
"""


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class SectionComment(models.Model):
    """What the county says of one section of its report; public once the report is, and frozen with it.

    ``version`` grows with each saving, so that nobody writes over words that they have not seen; an emptied comment
    stays as a row for the same reason. Personal data: who wrote it, an official; kept as long as the report.
    """

    report = models.ForeignKey(AnnualReport, models.CASCADE, related_name="comments", verbose_name=_("raportti"))
    section = models.SlugField(_("osio"), max_length=50)
    text = models.TextField(_("kommentti"), max_length=COMMENT_LENGTH, blank=True)
    version = models.PositiveIntegerField(_("versio"), default=1)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("kirjoitti")
    )
    written_at = models.DateTimeField(_("kirjoitettu"))

    class Meta:
        verbose_name = _("osion kommentti")
        verbose_name_plural = _("osioiden kommentit")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["report", "section"],
                name="reports_one_comment_a_section",
                violation_error_message=_("Osiolla on jo kommentti."),
            ),
            models.CheckConstraint(
                condition=~Q(section=""),
                name="reports_comment_has_section",
                violation_error_message=_("Valitse osio."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="comment_stays",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=_STAYS,
            )
        ]

    def __str__(self) -> str:
        return f"{self.report_id}/{self.section}"


class SectionQuestionQuerySet(models.QuerySet["SectionQuestion"]):
    """Questions by what is asked of them."""

    def unanswered(self) -> Self:
        """Questions that wait for an answer."""
        return self.filter(answered_at=None)

    def answered(self) -> Self:
        """Questions with an answer: these everybody may read."""
        return self.exclude(answered_at=None)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class SectionQuestion(models.Model):
    """A reader's question about one section of a published report, and the coordinator's answer.

    The answer publishes both, without the asker's name. Personal data: who asked, so that the answer reaches them;
    the name is taken away four years (a council's term) after asking, the words stay with the report.
    """

    report = models.ForeignKey(AnnualReport, models.CASCADE, related_name="questions", verbose_name=_("raportti"))
    section = models.SlugField(_("osio"), max_length=50)
    text = models.TextField(_("kysymys"), max_length=QUESTION_LENGTH)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("kysyi")
    )
    asked_at = models.DateTimeField(_("kysytty"))
    answer = models.TextField(_("vastaus"), max_length=COMMENT_LENGTH, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("vastasi")
    )
    answered_at = models.DateTimeField(_("vastattu"), null=True, blank=True)

    objects = SectionQuestionQuerySet.as_manager()

    class Meta:
        verbose_name = _("kysymys raportista")
        verbose_name_plural = _("kysymykset raportista")
        ordering = ["asked_at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text="") & ~Q(section=""),
                name="reports_question_has_words",
                violation_error_message=_("Kirjoita kysymys."),
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_at=None) | Q(answer__gt="", answered_at__isnull=False),
                name="reports_answer_has_words",
                violation_error_message=_("Kirjoita vastaus."),
            ),
            both_or_neither("reports_answered_by_and_at", "answered_by", "answered_at"),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(answered_at__gte=F("asked_at")),
                name="reports_answer_after_question",
                violation_error_message=_("Vastaus tulee kysymyksen jälkeen."),
            ),
            models.UniqueConstraint(
                fields=["report", "section", "asked_by", "text"],
                name="reports_question_once",
                violation_error_message=_("Kysyit tämän jo."),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="question_of_published",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=_OF_PUBLISHED,
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]

    @property
    def is_answered(self) -> bool:
        """Whether the coordinator has answered."""
        return self.answered_at is not None

    @property
    def state_label(self) -> Any:
        """The word of its tag on the desk."""
        return _("Vastattu") if self.is_answered else _("Odottaa vastausta")

    @property
    def tone(self) -> str:
        """The tone of its tag on the desk."""
        return "ok" if self.is_answered else "wait"
