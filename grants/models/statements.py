"""A statement (lausunto) of a service area's liaison person in a case: asked, answered, declined or passed on."""

from datetime import datetime, timedelta
from typing import Any, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.times import add_days, day_start, local_date
from grants.life_cycles_statements import STATEMENT
from grants.models.applications import Application
from grants.models.triggers import any_changed

#: How long the asked one has when the officer says nothing else.
STATEMENT_DAYS = 14
#: Who has not answered is reminded this many days before the due day.
STATEMENT_REMIND_DAYS = 3


class StatementSide(models.TextChoices):
    """What the statement says of the application, from the point of view of its service area."""

    FOR = "for", _("puollan")
    RESERVED = "reserved", _("puollan varauksin")
    AGAINST = "against", _("en puolla")


class CaseStatementQuerySet(models.QuerySet["CaseStatement"]):
    """Statements by what has become of them."""

    def waiting(self) -> Self:
        """Return those that wait for an answer in cases that are still prepared."""
        return self.filter(state="asked", application__state="in_handling", application__call__state="handling")

    def overdue(self, now: datetime) -> Self:
        """Return the open ones whose due day has passed."""
        return self.filter(state="asked", due_on__lt=local_date(now))


@pgtrigger.register(
    pgtrigger.Protect(
        name="given_statement_stays",
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(old__state="given")
        & any_changed("state", "side", "text", "question", "answered_at", "answered_by_id", "post_id"),
    )
)
@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(condition=pghistory.AnyChange("state", "due_on")),
    fields=["id", "application", "post", "due_on", "state", "side", "answered_by", "answered_at"],
)
class CaseStatement(models.Model):
    """One statement that is asked of a liaison post in a case; whoever answers for the post gives it.

    ``asked_person`` is to whom the request was sent; ``reason`` why it was declined or passed on. A given statement
    is never changed. Personal data: who asked, was asked and answered, and what they write. Kept with the case.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="statements", verbose_name=_("hakemus"))
    post = models.ForeignKey("liaisons.Post", models.PROTECT, related_name="+", verbose_name=_("tehtävä"))
    asked_person = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("keneltä pyydettiin")
    )
    question = models.TextField(_("kysymys"), max_length=4000)
    due_on = models.DateField(_("viimeistään"))
    state = models.CharField(_("tila"), max_length=10, choices=STATEMENT.choices(), default="asked")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("pyytäjä"))
    asked_at = models.DateTimeField(_("pyydetty"))
    side = models.CharField(_("kanta"), max_length=10, choices=StatementSide.choices, blank=True)
    text = models.TextField(_("lausunto"), max_length=10000, blank=True)
    reason = models.TextField(_("perustelu"), max_length=1000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("antaja")
    )
    answered_at = models.DateTimeField(_("vastattu"), null=True, blank=True)
    passed_from = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="passed_to", verbose_name=_("siirretty pyyntö")
    )

    objects = CaseStatementQuerySet.as_manager()

    class Meta:
        verbose_name = _("lausunto")
        verbose_name_plural = _("lausunnot")
        ordering = ["asked_at", "pk"]
        indexes = [models.Index(fields=["state", "due_on"], name="grants_statement_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "post"],
                condition=Q(state="asked"),
                name="grants_one_open_statement_a_post",
                violation_error_message=_("Tältä yhteyshenkilöltä on jo pyydetty lausunto tässä asiassa."),
            ),
            models.CheckConstraint(
                condition=~Q(question=""),
                name="grants_statement_has_question",
                violation_error_message=_("Kirjoita, mistä lausuntoa pyydetään."),
            ),
            models.CheckConstraint(condition=Q(state__in=STATEMENT.keys()), name="grants_statement_state_known"),
            models.CheckConstraint(
                condition=(Q(state="given", side__in=StatementSide.values) & ~Q(text=""))
                | (~Q(state="given") & Q(side="", text="")),
                name="grants_statement_given_has_words",
                violation_error_message=_("Valitse kanta ja kirjoita lausunto."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("declined", "passed")) | ~Q(reason=""),
                name="grants_statement_not_given_says_why",
                violation_error_message=_("Kirjoita, miksi et anna lausuntoa."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=("given", "declined", "passed", "recused"), answered_at__isnull=False)
                | Q(state__in=("asked", "expired", "cancelled"), answered_at__isnull=True, answered_by__isnull=True),
                name="grants_statement_answered_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}/{self.post_id}: {self.state}"

    @property
    def deadline(self) -> datetime:
        """The first instant that is too late: the end of the due day."""
        return day_start(add_days(self.due_on, 1))

    @property
    def last_instant(self) -> datetime:
        """The deadline as people read it: 23.59 of the due day."""
        return self.deadline - timedelta(minutes=1)

    @property
    def is_prepared(self) -> bool:
        """Tell whether the case still waits for its proposal; needs the application's call."""
        return self.application.state == "in_handling" and self.application.call.state == "handling"

    def takes_answer(self, now: datetime) -> bool:
        """Tell whether the statement may still be given, declined or passed on; needs the application's call."""
        return self.state == "asked" and self.is_prepared and now < self.deadline

    @property
    def side_label(self) -> str | Promise:
        """The side in words; nothing before it is given."""
        return StatementSide(self.side).label if self.side else ""

    @property
    def side_tone(self) -> str:
        """The tone of the side's tag."""
        return {"for": "ok", "reserved": "wait", "against": "bad"}.get(self.side, "none")

    @property
    def state_label(self) -> Any:
        """The state's name."""
        return STATEMENT.label(self.state)

    @property
    def tone(self) -> Any:
        """The tone of the state's tag."""
        return STATEMENT.tone(self.state)
