"""What is asked of an applicant during the handling, and the answer that is prepared on a copy.

A supplement request (täydennyspyyntö, hallintolaki 434/2003 22 §) opens named questions and attachment slots; a
hearing (kuuleminen, 34 §) asks for words only. The application itself stays as it was sent until the answer is sent.
"""

from datetime import datetime, timedelta
from typing import Any, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.times import add_days, day_start, local_date
from documents.models import StoredFile
from grants import life_cycles_supplements
from grants.models.applications import Application, Submission
from grants.models.calls import AttachmentSlot
from grants.models.triggers import any_changed

#: How long an applicant has when the officer says nothing else.
DEFAULT_DAYS = 14
#: An applicant is reminded this many days before the due day.
REMIND_DAYS = 3


class SupplementKind(models.TextChoices):
    """What is asked: papers and answers, or what the applicant says of a new fact."""

    SUPPLEMENT = "supplement", _("Täydennyspyyntö")
    HEARING = "hearing", _("Kuuleminen")


class SupplementQuerySet(models.QuerySet["SupplementRequest"]):
    """Requests by what has become of them."""

    def waiting(self) -> Self:
        """Return those that wait for the applicant in cases that are still prepared."""
        return self.filter(state="open", application__state="in_handling", application__call__state="handling")

    def overdue(self, now: datetime) -> Self:
        """Return the open ones whose time is over: the due day has passed, or the call's last instant has."""
        past = Q(due_on__lt=local_date(now)) | Q(application__call__supplement_cutoff_at__lte=now)
        return self.filter(past, state="open")


@pgtrigger.register(
    pgtrigger.Protect(
        name="sent_supplement_stays",
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(old__state="sent")
        & any_changed("state", "answers", "aid", "note", "sent_at", "submission_id"),
    )
)
@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(condition=pghistory.AnyChange("state", "due_on")),
    fields=["id", "application", "kind", "text", "questions", "due_on", "state", "sent_at"],
)
class SupplementRequest(models.Model):
    """One request to the applicant of a case and the copy on which it is answered.

    ``questions`` are the keys of the opened questions; ``answers``, ``aid`` (the corrected declaration of state aid,
    as ``grants.supplement_aid`` writes it, None until it is touched) and ``note`` are the applicant's draft, which
    reaches the application only by sending. Personal data: what people write, and who asked, saved and sent.
    Kept with the case.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="supplements", verbose_name=_("hakemus"))
    kind = models.CharField(_("laji"), max_length=10, choices=SupplementKind.choices, default=SupplementKind.SUPPLEMENT)
    text = models.TextField(_("mitä pyydetään"), max_length=4000)
    questions = models.JSONField(_("avatut kysymykset"), default=list, blank=True)
    slots = models.ManyToManyField(AttachmentSlot, blank=True, related_name="+", verbose_name=_("avatut liitteet"))
    opens_state_aid = models.BooleanField(_("valtiontukiselvitys avataan"), default=False)
    due_on = models.DateField(_("viimeistään"))
    state = models.CharField(
        _("tila"), max_length=10, choices=life_cycles_supplements.SUPPLEMENT.choices(), default="open"
    )
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("pyytäjä"))
    asked_at = models.DateTimeField(_("pyydetty"))
    answers = models.JSONField(default=dict, blank=True)
    aid = models.JSONField(null=True, blank=True)
    note = models.TextField(_("vastaus"), max_length=4000, blank=True)
    revision = models.PositiveIntegerField(default=0)
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    saved_at = models.DateTimeField(null=True, blank=True)
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lähettäjä")
    )
    sent_at = models.DateTimeField(_("lähetetty"), null=True, blank=True)
    submission = models.OneToOneField(
        Submission, models.PROTECT, null=True, blank=True, related_name="supplement", verbose_name=_("lähetys")
    )

    objects = SupplementQuerySet.as_manager()

    class Meta:
        verbose_name = _("täydennyspyyntö")
        verbose_name_plural = _("täydennyspyynnöt")
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["state", "due_on"], name="grants_supplement_due")]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "kind"],
                condition=Q(state="open"),
                name="grants_one_open_supplement_a_kind",
                violation_error_message=_(
                    "Hakijalla on jo avoin pyyntö tässä asiassa. Anna siihen lisäaikaa tai peru se."
                ),
            ),
            models.CheckConstraint(
                condition=~Q(text=""),
                name="grants_supplement_has_text",
                violation_error_message=_("Kirjoita, mitä hakijalta pyydetään."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=life_cycles_supplements.SUPPLEMENT.keys(), kind__in=SupplementKind.values),
                name="grants_supplement_known",
            ),
            models.CheckConstraint(
                condition=(Q(state="sent") & Q(sent_at__isnull=False, sent_by__isnull=False))
                | (~Q(state="sent") & Q(sent_at__isnull=True, sent_by__isnull=True, submission__isnull=True)),
                name="grants_supplement_sent_has_facts",
            ),
            models.CheckConstraint(
                condition=~Q(state="sent")
                | Q(kind="hearing", submission__isnull=True) & ~Q(note="")
                | Q(kind="supplement", submission__isnull=False),
                name="grants_supplement_sent_has_its_answer",
            ),
            models.CheckConstraint(
                condition=Q(opens_state_aid=True, kind="supplement") | Q(opens_state_aid=False, aid__isnull=True),
                name="grants_supplement_aid_is_opened",
                violation_error_message=_("Valtiontukiselvitystä ei ole pyydetty täydentämään."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}/{self.kind}/{self.pk}"

    @property
    def is_hearing(self) -> bool:
        """Tell whether words only are asked for."""
        return self.kind == SupplementKind.HEARING

    @property
    def deadline(self) -> datetime:
        """The first instant that is too late: the end of the due day, or the call's last instant; needs the call."""
        end = day_start(add_days(self.due_on, 1))
        cutoff = self.application.call.supplement_cutoff_at
        return min(end, cutoff) if cutoff else end

    @property
    def last_instant(self) -> datetime:
        """The deadline as people read it: 23.59 of the due day, or the call's last instant."""
        return min(day_start(add_days(self.due_on, 1)) - timedelta(minutes=1), self.deadline)

    def takes_answers(self, now: datetime) -> bool:
        """Tell whether the answer may still be changed and sent; needs the application's call."""
        is_prepared = self.application.state == "in_handling" and self.application.call.state == "handling"
        return self.state == "open" and is_prepared and now < self.deadline

    @property
    def state_label(self) -> Any:
        """The officers' name of the state."""
        return life_cycles_supplements.SUPPLEMENT.label(self.state)

    @property
    def applicant_state_label(self) -> Any:
        """The applicant's name of the state."""
        return life_cycles_supplements.SUPPLEMENT.applicant_label(self.state)

    @property
    def tone(self) -> Any:
        """The tone of the state's tag."""
        return life_cycles_supplements.SUPPLEMENT.tone(self.state)


class SupplementFile(StoredFile):
    """A file of a supplement's draft; sending makes it an attachment of the application.

    Personal data: what people write into their files. Erased with the request.
    """

    supplement = models.ForeignKey(SupplementRequest, models.CASCADE, related_name="files")
    attachment_slot = models.ForeignKey(AttachmentSlot, models.PROTECT, related_name="+")

    class Meta(StoredFile.Meta):
        verbose_name = _("täydennyksen tiedosto")
        verbose_name_plural = _("täydennyksen tiedostot")
        ordering = ["attachment_slot__order", "pk"]

    def __str__(self) -> str:
        return self.name
