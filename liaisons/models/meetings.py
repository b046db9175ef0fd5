"""Meetings of a body and their agenda."""

from datetime import datetime, timedelta
from typing import Any, ClassVar

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.models import both_or_neither
from common.times import format_date, local_date
from common.transitions import LifeCycle, State, Transition
from documents.models import RenderedDocument, StoredFile
from liaisons.models.bodies import Body, RecordKind

_MANAGE = "liaisons.meeting.manage"

MEETING = LifeCycle(
    "liaisons.meeting",
    states=(
        State("planned", _("Suunniteltu"), tone="info"),
        State("held", _("Pidetty"), tone="wait"),
        State("minutes_checked", _("Pöytäkirja tarkastettu"), tone="ok"),
        State("cancelled", _("Peruttu"), tone="none"),
    ),
    transitions=(
        Transition("move_meeting", ("planned",), "planned", _MANAGE, _("Muuta aikaa tai paikkaa")),
        Transition("send_notice", ("planned",), "planned", _MANAGE, _("Lähetä kokouskutsu")),
        Transition("cancel_meeting", ("planned",), "cancelled", _MANAGE, _("Peru kokous")),
        Transition("hold_meeting", ("planned",), "held", _MANAGE, _("Merkitse pidetyksi")),
        Transition(
            "check_minutes",
            ("held",),
            "minutes_checked",
            _MANAGE,
            _("Merkitse pöytäkirja tarkastetuksi"),
            condition="the minutes stand in another system",
        ),
        Transition(
            "finish_record",
            ("held",),
            "minutes_checked",
            "liaisons.record.check",
            _("Pöytäkirja tai muistio hyväksytään"),
            condition="the record is written here and has been approved",
        ),
    ),
)
USUAL_LENGTH = timedelta(hours=2)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class Meeting(models.Model):
    """A meeting of a body; ``state`` follows the table ``MEETING``.

    ``notice_due_on`` is the day by which the notice must have gone; ``sequence`` counts what calendars must hear
    of again. ``opened_at``, ``closed_at`` and ``presided_by`` say how it went. Where the body's minutes stand in
    another system, ``minutes_url`` tells where.
    """

    body = models.ForeignKey(Body, models.PROTECT, related_name="meetings", verbose_name=_("toimielin"))
    starts_at = models.DateTimeField(_("alkaa"))
    ends_at = models.DateTimeField(_("päättyy"), null=True, blank=True)
    place = models.CharField(_("paikka"), max_length=200, blank=True)
    remote_url = models.URLField(_("etäyhteyden osoite"), max_length=500, blank=True)
    state = models.CharField(_("tila"), max_length=20, choices=MEETING.choices(), default="planned", editable=False)
    notice_due_on = models.DateField(_("kutsu lähetetään viimeistään"), null=True, blank=True)
    notice_text = models.TextField(_("kutsun saatesanat"), max_length=3000, blank=True)
    notice_sent_at = models.DateTimeField(_("kutsu lähetetty"), null=True, blank=True, editable=False)
    notice_sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    sequence = models.PositiveSmallIntegerField(default=0, editable=False)
    cancel_reason = models.CharField(_("miksi peruttiin"), max_length=300, blank=True)
    opened_at = models.DateTimeField(_("avattiin"), null=True, blank=True)
    closed_at = models.DateTimeField(_("päätettiin"), null=True, blank=True)
    presided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("puheenjohtaja"),
    )
    minutes_url = models.URLField(_("linkki pöytäkirjaan"), blank=True)

    class Meta:
        verbose_name = _("kokous")
        verbose_name_plural = _("kokoukset")
        ordering = ["-starts_at", "-pk"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(condition=Q(state__in=MEETING.keys()), name="liaisons_meeting_known_state"),
            models.UniqueConstraint(
                fields=["body", "starts_at"],
                condition=~Q(state="cancelled"),
                name="liaisons_meeting_one_at_a_time",
                violation_error_message=_("Toimielimellä on jo kokous samaan aikaan. Valitse toinen aika."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="liaisons_meeting_ends_later",
                violation_error_message=_("Kokous päättyy ennen kuin se alkaa. Korjaa jompikumpi aika."),
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=True) | Q(opened_at__isnull=False, closed_at__gt=F("opened_at")),
                name="liaisons_meeting_closed_later",
                violation_error_message=_("Kokous päätettiin ennen kuin se avattiin. Korjaa jompikumpi aika."),
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancel_reason=""),
                name="liaisons_meeting_cancelled_with_reason",
                violation_error_message=_("Kerro, miksi kokous peruttiin."),
            ),
            both_or_neither("liaisons_meeting_notice_sent_by_and_at", "notice_sent_at", "notice_sent_by"),
        ]

    def __str__(self) -> str:
        return f"{self.body} {format_date(self.starts_at)}"

    def get_absolute_url(self) -> str:
        """Return the address of the meeting's page for those who take part."""
        return reverse("liaisons:meeting", args=[self.pk])

    @property
    def ends(self) -> datetime:
        """Return when the meeting is planned to end: two hours after it begins where nothing is said."""
        return self.ends_at or self.starts_at + USUAL_LENGTH

    @property
    def body_name(self) -> str:
        """Return the body's name on the meeting's day."""
        return self.body.name_on(local_date(self.starts_at))

    @property
    def state_label(self) -> Any:
        """Return the state's name on the screen."""
        if self.state == "minutes_checked" and self.body.record_kind == RecordKind.MEMO:
            return _("Muistio hyväksytty")
        return MEETING.label(self.state)

    @property
    def state_tone(self) -> str:
        """Return the tone of the state's tag."""
        return MEETING.tone(self.state)


class ItemKind(models.TextChoices):
    """What the meeting does with a matter."""

    DECISION = "decision", _("päätettävä")
    DISCUSSION = "discussion", _("keskusteltava")
    INFORMATION = "information", _("tiedoksi")


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent(), pghistory.DeleteEvent())
class AgendaItem(models.Model):
    """One matter on a meeting's agenda; ``section_number`` is its § in the minutes, entered when it is known.

    Other rooms put their cases on an item by a key of their own, so an item may hold many cases. A confidential
    item (621/1999 24 §) names its ground and never leaves the circle of those who have the right.
    """

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="items", verbose_name=_("kokous"))
    title = models.CharField(_("otsikko"), max_length=300)
    kind = models.CharField(_("käsittely"), max_length=12, choices=ItemKind.choices, default=ItemKind.DECISION)
    text = models.TextField(_("selostus"), max_length=20000, blank=True)
    proposal = models.TextField(_("ehdotus"), max_length=5000, blank=True)
    presenter = models.CharField(_("esittelijä"), max_length=150, blank=True)
    case_label = models.CharField(_("asianumero"), max_length=60, blank=True)
    is_confidential = models.BooleanField(_("salassa pidettävä"), default=False)
    confidential_ground = models.CharField(_("salassapidon peruste"), max_length=200, blank=True)
    order = models.PositiveSmallIntegerField(_("järjestys"))
    section_number = models.PositiveIntegerField(_("pykälä"), null=True, blank=True)

    class Meta:
        verbose_name = _("esityslistan asia")
        verbose_name_plural = _("esityslistan asiat")
        ordering = ["meeting", "order"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["meeting", "section_number"],
                name="liaisons_agendaitem_section_once",
                violation_error_message=_("Kokouksessa on jo asia tällä pykälällä. Tarkista numero pöytäkirjasta."),
            ),
            models.UniqueConstraint(fields=["meeting", "order"], name="liaisons_agendaitem_order_once"),
            models.UniqueConstraint(
                fields=["meeting", "case_label"],
                condition=~Q(case_label=""),
                name="liaisons_agendaitem_case_once",
                violation_error_message=_("Asia on jo tämän kokouksen esityslistalla."),
            ),
            models.CheckConstraint(
                condition=Q(section_number__isnull=True) | Q(section_number__gte=1),
                name="liaisons_agendaitem_section_positive",
                violation_error_message=_("Pykälän numero on vähintään 1."),
            ),
            models.CheckConstraint(
                condition=Q(is_confidential=False) | ~Q(confidential_ground=""),
                name="liaisons_agendaitem_confidential_ground",
                violation_error_message=_("Kerro, mihin salassapito perustuu."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.section_number} § {self.title}" if self.section_number else self.title


class AgendaAttachment(StoredFile):
    """A file that belongs to a matter on the agenda; as confidential as the matter."""

    item = models.ForeignKey(AgendaItem, models.CASCADE, related_name="attachments", verbose_name=_("asia"))
    order = models.PositiveSmallIntegerField(_("järjestys"), default=0)

    class Meta(StoredFile.Meta):
        verbose_name = _("esityslistan liite")
        verbose_name_plural = _("esityslistan liitteet")
        ordering = ["item", "order", "pk"]


class AgendaPackage(models.Model):
    """An agenda as one PDF, made when the notice went or by hand; stored with its hash.

    ``is_whole``: with the confidential matters; kept beside the public one that anybody may read.
    """

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="packages", verbose_name=_("kokous"))
    is_whole = models.BooleanField(_("myös salassa pidettävät"))
    document = models.ForeignKey(RenderedDocument, models.PROTECT, related_name="+", verbose_name=_("asiakirja"))
    left_out = models.JSONField(_("erikseen avattavat liitteet"), default=list, blank=True)
    made_at = models.DateTimeField(_("koottu"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("kokoaja"))

    class Meta:
        verbose_name = _("esityslistapaketti")
        verbose_name_plural = _("esityslistapaketit")
        ordering = ["-made_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.made_at}"


class MeetingLog(models.Model):
    """What was done with a meeting and its documents, in words, for the history tab.

    Personal data: who acted. Kept as long as the meeting's minutes.
    """

    meeting = models.ForeignKey(Meeting, models.CASCADE, related_name="log")
    at = models.DateTimeField(_("aika"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    verb = models.CharField(max_length=40)
    text = models.CharField(_("tapahtuma"), max_length=500)

    class Meta:
        verbose_name = _("kokouksen tapahtuma")
        verbose_name_plural = _("kokouksen tapahtumat")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.text
