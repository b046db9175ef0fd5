"""Minutes (pöytäkirja) and memos (muistio) of a meeting: revisions, comments, checks; unchangeable once approved."""

from typing import Any, ClassVar

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.models import both_or_neither
from common.transitions import LifeCycle, State, Transition
from documents.models import SHA256_HEX, RenderedDocument
from liaisons.models.bodies import RecordKind
from liaisons.models.meetings import Meeting

_WRITE, _CHECK = "liaisons.record.write", "liaisons.record.check"

RECORD = LifeCycle(
    "liaisons.record",
    states=(
        State("draft", _("Luonnos"), tone="none"),
        State("commenting", _("Kommentoitavana"), tone="info"),
        State("checking", _("Tarkastettavana"), tone="wait"),
        State("approved", _("Hyväksytty"), tone="ok"),
        State("published", _("Julkaistu"), tone="ok"),
    ),
    transitions=(
        Transition("save_record", ("draft",), "draft", _WRITE, _("Tallenna")),
        Transition("save_record", ("commenting",), "commenting", _WRITE, _("Tallenna")),
        Transition("ask_comments", ("draft",), "commenting", _WRITE, _("Pyydä kommentit")),
        Transition("send_to_check", ("draft", "commenting"), "checking", _WRITE, _("Lähetä tarkastettavaksi")),
        Transition("return_record", ("checking",), "draft", _CHECK, _("Palauta korjattavaksi")),
        Transition("take_back_record", ("checking",), "draft", _WRITE, _("Ota takaisin korjattavaksi")),
        Transition(
            "approve_record", ("checking",), "approved", _CHECK, _("Hyväksy"), condition="the last one approves"
        ),
        Transition(
            "record_approval",
            ("draft", "commenting"),
            "approved",
            _WRITE,
            _("Kirjaa hyväksyntä"),
            condition="a memo that the participants or the next meeting approved",
        ),
        Transition("publish_record", ("approved",), "published", _WRITE, _("Julkaise")),
    ),
)
UNFINISHED = ("draft", "commenting", "checking")
FINISHED = ("approved", "published")


class Approval(models.TextChoices):
    """Who approved: minutes are checked by the chair and the inspectors, a memo by one of three ways."""

    INSPECTORS = "inspectors", _("puheenjohtaja ja pöytäkirjantarkastajat")
    CHAIR = "chair", _("puheenjohtaja")
    PARTICIPANTS = "participants", _("osallistujat kommenttikierroksella")
    NEXT_MEETING = "next_meeting", _("seuraava kokous")


_FROZEN = """
    IF OLD.state IN ('approved', 'published') AND (
        (NEW.meeting_id, NEW.kind, NEW.version, NEW.corrects_id, NEW.correction_note, NEW.snapshot, NEW.snapshot_hash,
         NEW.approved_at, NEW.approved_how, NEW.approving_meeting_id, NEW.created_at, NEW.created_by_id)
        IS DISTINCT FROM
        (OLD.meeting_id, OLD.kind, OLD.version, OLD.corrects_id, OLD.correction_note, OLD.snapshot, OLD.snapshot_hash,
         OLD.approved_at, OLD.approved_how, OLD.approving_meeting_id, OLD.created_at, OLD.created_by_id)
        OR NEW.state NOT IN ('approved', 'published')
        OR (OLD.state = 'published' AND NEW.state <> 'published')
        OR (OLD.document_id IS NOT NULL AND NEW.document_id IS DISTINCT FROM OLD.document_id)
        OR (OLD.public_document_id IS NOT NULL AND NEW.public_document_id IS DISTINCT FROM OLD.public_document_id)
    ) THEN
        RAISE EXCEPTION 'pgtrigger: Cannot change an approved record %', OLD.id;
    END IF;
    RETURN NEW;
"""
_OF_UNFINISHED = """
    IF EXISTS (
        SELECT 1 FROM liaisons_meetingrecord
        WHERE id = NEW.record_id AND state IN ('approved', 'published')
    ) THEN
        RAISE EXCEPTION 'pgtrigger: Cannot add to an approved record %', NEW.record_id;
    END IF;
    RETURN NEW;
"""


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent(), exclude=["snapshot"])
class MeetingRecord(models.Model):
    """The minutes or the memo of a meeting: one version. A correction is a new version that says what changed.

    While it is written the text stands in ``revisions``. Approving freezes everything into ``snapshot`` with its
    hash, and a database trigger refuses any later change. ``document`` is the whole PDF, ``public_document`` the
    one without confidential matters (the same file where there are none).

    Personal data: names of those present and of those who checked, in a document that is public by law
    (621/1999), or kept by the body by its own rules. Kept as long as the body's decisions.
    """

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="records", verbose_name=_("kokous"))
    kind = models.CharField(_("laji"), max_length=10, choices=RecordKind.choices[1:])
    version = models.PositiveSmallIntegerField(_("versio"), default=1)
    corrects = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="correction", verbose_name=_("korjaa versiota")
    )
    correction_note = models.CharField(_("mitä korjattiin"), max_length=500, blank=True)
    state = models.CharField(_("tila"), max_length=12, choices=RECORD.choices(), default="draft", editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("aloitettu"))
    comments_until = models.DateTimeField(_("kommentit viimeistään"), null=True, blank=True)
    approved_at = models.DateTimeField(_("hyväksytty"), null=True, blank=True)
    approved_how = models.CharField(_("kuka hyväksyi"), max_length=12, choices=Approval.choices, blank=True)
    approving_meeting = models.ForeignKey(
        Meeting, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("hyväksynyt kokous")
    )
    snapshot = models.JSONField(null=True, blank=True, editable=False)
    snapshot_hash = models.CharField(max_length=64, blank=True, editable=False)
    document = models.ForeignKey(RenderedDocument, models.PROTECT, null=True, blank=True, related_name="+")
    public_document = models.ForeignKey(RenderedDocument, models.PROTECT, null=True, blank=True, related_name="+")
    published_at = models.DateTimeField(_("julkaistu"), null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("julkaisija")
    )

    class Meta:
        verbose_name = _("pöytäkirja tai muistio")
        verbose_name_plural = _("pöytäkirjat ja muistiot")
        ordering = ["-meeting__starts_at", "-version"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(state__in=RECORD.keys()), name="liaisons_record_known_state"),
            models.CheckConstraint(
                condition=Q(kind__in=[RecordKind.MINUTES, RecordKind.MEMO]), name="liaisons_record_known_kind"
            ),
            models.UniqueConstraint(fields=["meeting", "version"], name="liaisons_record_version_once"),
            models.UniqueConstraint(
                fields=["meeting"],
                condition=Q(state__in=UNFINISHED),
                name="liaisons_record_one_unfinished",
                violation_error_message=_("Kokouksella on jo keskeneräinen pöytäkirja tai muistio. Jatka sitä."),
            ),
            models.CheckConstraint(
                condition=Q(version=1, corrects__isnull=True) | Q(version__gt=1, corrects__isnull=False),
                name="liaisons_record_later_version_corrects",
            ),
            models.CheckConstraint(
                condition=Q(version=1) | ~Q(correction_note=""),
                name="liaisons_record_correction_says_what",
                violation_error_message=_("Kerro, mitä korjataan."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=UNFINISHED)
                | (
                    Q(approved_at__isnull=False, snapshot__isnull=False, snapshot_hash__regex=SHA256_HEX)
                    & ~Q(approved_how="")
                ),
                name="liaisons_record_approved_is_frozen",
            ),
            models.CheckConstraint(
                condition=~Q(kind="minutes") | Q(approved_how__in=["", Approval.INSPECTORS]),
                name="liaisons_record_minutes_are_inspected",
                violation_error_message=_("Pöytäkirjan tarkastavat puheenjohtaja ja pöytäkirjantarkastajat."),
            ),
            models.CheckConstraint(
                condition=Q(approved_how=Approval.NEXT_MEETING, approving_meeting__isnull=False)
                | (~Q(approved_how=Approval.NEXT_MEETING) & Q(approving_meeting__isnull=True)),
                name="liaisons_record_approving_meeting",
                violation_error_message=_("Valitse kokous, joka hyväksyi muistion."),
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(public_document__isnull=False, published_at__isnull=False),
                name="liaisons_record_published_has_document",
            ),
            both_or_neither("liaisons_record_published_by_and_at", "published_by", "published_at"),
        ]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Trigger(
                name="approved_never_changes", when=pgtrigger.Before, operation=pgtrigger.Update, func=_FROZEN
            ),
            pgtrigger.Protect(
                name="approved_never_deleted",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__state__in=FINISHED),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.meeting_id}/{self.version}"

    def get_absolute_url(self) -> str:
        """Return the address of the published record."""
        return reverse("liaisons:public_record", args=[self.pk])

    @property
    def is_minutes(self) -> bool:
        """Tell minutes from a memo."""
        return self.kind == RecordKind.MINUTES

    @property
    def state_label(self) -> Any:
        """Return the state's name: minutes are checked, a memo is approved."""
        if self.state == "approved" and self.is_minutes:
            return _("Tarkastettu")
        return RECORD.label(self.state)

    @property
    def state_tone(self) -> str:
        """Return the tone of the state's tag."""
        return RECORD.tone(self.state)


class RecordRevision(models.Model):
    """One save of the text: ``content`` maps a place (``opening``, ``item-7-decision``) to its text.

    Never changed; the database refuses it, and refuses a new one once the record has been approved.
    Personal data: who wrote. Kept with the record.
    """

    record = models.ForeignKey(MeetingRecord, models.CASCADE, related_name="revisions")
    number = models.PositiveIntegerField(_("tallennus"))
    content = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("kirjoittaja"))
    at = models.DateTimeField(_("tallennettu"))

    class Meta:
        verbose_name = _("tallennus")
        verbose_name_plural = _("tallennukset")
        ordering = ["record", "-number"]
        constraints = [models.UniqueConstraint(fields=["record", "number"], name="liaisons_revision_number_once")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="revision_never_changes", operation=pgtrigger.Update),
            pgtrigger.Trigger(
                name="revision_of_unfinished",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert,
                func=_OF_UNFINISHED,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id}/{self.number}"


class RecordComment(models.Model):
    """What somebody who took part says of the draft, and the writer's answer.

    Personal data: the comment and who made it; erased a year after the record was approved.
    """

    record = models.ForeignKey(MeetingRecord, models.CASCADE, related_name="comments")
    place = models.CharField(_("kohta"), max_length=60, blank=True)
    text = models.TextField(_("kommentti"), max_length=3000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("kommentoitu"))
    answer = models.CharField(_("vastaus"), max_length=1000, blank=True)
    answered_at = models.DateTimeField(_("vastattu"), null=True, blank=True)

    class Meta:
        verbose_name = _("kommentti")
        verbose_name_plural = _("kommentit")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer="", answered_at__isnull=True) | (~Q(answer="") & Q(answered_at__isnull=False)),
                name="liaisons_comment_answer_has_time",
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]


class CheckState(models.TextChoices):
    """What a checker has said."""

    WAITING = "waiting", _("odottaa")
    APPROVED = "approved", _("hyväksynyt")
    RETURNED = "returned", _("palauttanut")


class CheckRole(models.TextChoices):
    """As what a person checks."""

    CHAIR = "chair", _("puheenjohtaja")
    INSPECTOR = "inspector", _("pöytäkirjantarkastaja")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class RecordCheck(models.Model):
    """The chair's or an inspector's word on the record. Personal data: who checked; kept with the record."""

    record = models.ForeignKey(MeetingRecord, models.CASCADE, related_name="checks")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="record_checks")
    role = models.CharField(_("tarkastaa"), max_length=10, choices=CheckRole.choices)
    state = models.CharField(
        _("tila"), max_length=10, choices=CheckState.choices, default=CheckState.WAITING, editable=False
    )
    note = models.CharField(_("mitä korjataan"), max_length=1000, blank=True)
    asked_at = models.DateTimeField(_("pyydetty"))
    at = models.DateTimeField(_("vastattu"), null=True, blank=True)

    class Meta:
        verbose_name = _("tarkastus")
        verbose_name_plural = _("tarkastukset")
        ordering = ["role", "pk"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["record", "user"],
                name="liaisons_check_person_once",
                violation_error_message=_("Sama henkilö ei voi tarkastaa kahdessa tehtävässä."),
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", at__isnull=True) | (~Q(state="waiting") & Q(at__isnull=False)),
                name="liaisons_check_answer_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="returned") | ~Q(note=""),
                name="liaisons_check_return_says_why",
                violation_error_message=_("Kerro, mitä pitää korjata."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id}: {self.user_id}"
