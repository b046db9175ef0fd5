"""The memo (muistio) of an event: writers, revisions, comments, approval, publication.

Formal bodies write their minutes in ``liaisons`` (``MeetingRecord``): an event's memo has no decisions in it.
"""

from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.seams import Tone
from forums.life_cycles_after import MEMO
from forums.models.materials import SeenBy


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Memo(models.Model):
    """An event's memo; ``state`` follows the table ``MEMO``; the text stands in its newest revision.

    Personal data: names of those who were there, only where ``names_people``; the text is a public document and stays
    by the records plan.
    """

    event = models.OneToOneField("forums.Event", models.PROTECT, related_name="memo", verbose_name=_("tapahtuma"))
    writers = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="memos_written", blank=True, verbose_name=_("kirjoittajat")
    )
    state = models.CharField(_("tila"), max_length=12, choices=MEMO.choices(), default="draft", editable=False)
    names_people = models.BooleanField(_("läsnä olleiden nimet näytetään"), default=False)
    seen_by = models.CharField(_("kuka näkee"), max_length=12, choices=SeenBy.choices, default=SeenBy.PARTICIPANTS)
    comments_until = models.DateTimeField(_("kommentoi viimeistään"), null=True, blank=True)
    approved_at = models.DateTimeField(_("hyväksytty"), null=True, blank=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    published_at = models.DateTimeField(_("julkaistu"), null=True, blank=True, editable=False)
    document = models.OneToOneField(
        "documents.RenderedDocument", models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    created_at = models.DateTimeField(_("aloitettu"), editable=False)

    class Meta:
        verbose_name = _("tapahtuman muistio")
        verbose_name_plural = _("tapahtumien muistiot")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=MEMO.keys()), name="forums_memo_known_state"),
            models.CheckConstraint(
                condition=~Q(state__in=("approved", "published")) | Q(approved_at__isnull=False),
                name="forums_memo_approved_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="published") | Q(published_at__isnull=False, document__isnull=False),
                name="forums_memo_published_has_document",
            ),
            models.CheckConstraint(
                condition=~Q(state="commenting") | Q(comments_until__isnull=False),
                name="forums_memo_commenting_has_end",
                violation_error_message=_("Kerro, mihin asti muistiota voi kommentoida."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.event)

    @property
    def tone(self) -> Tone:
        """Return the tone of the state's tag."""
        return MEMO.tone(self.state)


class MemoRevision(models.Model):
    """One saved text: ``content`` holds a text for each place of the memo. Kept as long as the memo."""

    memo = models.ForeignKey(Memo, models.CASCADE, related_name="revisions", verbose_name=_("muistio"))
    number = models.PositiveIntegerField(_("numero"))
    content = models.JSONField(_("teksti"), default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField(_("tallennettu"))

    class Meta:
        verbose_name = _("muistion versio")
        verbose_name_plural = _("muistioiden versiot")
        ordering = ["-number"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["memo", "number"], name="forums_memorevision_number_once")
        ]

    def __str__(self) -> str:
        return str(self.number)


class MemoComment(models.Model):
    """What a participant says of the draft. Personal data: the writer's name; goes a year after the approval."""

    memo = models.ForeignKey(Memo, models.CASCADE, related_name="comments", verbose_name=_("muistio"))
    text = models.TextField(_("kommentti"), max_length=2000)
    name = models.CharField(_("nimi"), max_length=150)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    sign_up = models.ForeignKey("forums.SignUp", models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField(_("milloin"))
    answer = models.CharField(_("mitä siitä seurasi"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("muistion kommentti")
        verbose_name_plural = _("muistioiden kommentit")
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="forums_memocomment_has_words",
                violation_error_message=_("Kirjoita kommentti."),
            )
        ]

    def __str__(self) -> str:
        return self.text[:50]
