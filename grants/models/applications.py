"""Applications: owned by an organisation, sent as a frozen snapshot, with everything that happened to them."""

from datetime import datetime
from typing import Any, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.models import both_or_neither
from common.money import MoneyField
from documents.models import RenderedDocument, StoredFile
from grants import life_cycles
from grants.models.calls import AttachmentSlot, CallGuideline, FormVersion, GrantCall
from grants.models.paper import ArrivalChannel

#: A paper application that an officer is still entering: the organisation does not see it yet.
UNSENT_PAPER = Q(received_at__isnull=True) & ~Q(arrival_channel="")

#: States in which a case has ended without a decision; its place in the call is free.
ENDED = ("withdrawn", "transferred")


class ApplicationQuerySet(models.QuerySet["Application"]):
    """Applications by the question that is asked of them."""

    def arrived(self) -> Self:
        """Applications that have been sent and neither withdrawn nor transferred."""
        return self.filter(state__in=["submitted", "in_handling", "decided"])

    def unfinished(self, now: datetime) -> Self:
        """Drafts of calls that are still open; not what an officer is entering from paper."""
        drafts = self.filter(state="draft", call__state="published", call__opens_at__lte=now, call__closes_at__gt=now)
        return drafts.exclude(UNSENT_PAPER)


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(condition=pghistory.AnyChange("state", "case_number", "asked_sum", "received_at")),
    fields=["id", "organisation", "call", "state", "case_number", "asked_sum", "received_at", "slot"],
)
class Application(models.Model):
    """An application (hakemus). The organisation owns it; persons act for it.

    ``answers`` is typed JSON under ``form_version``; ``revision`` grows with each save, so that two people
    who edit at once are told. ``arrival_channel``, ``arrived_at`` (the registry office's instant) and
    ``entered_by`` are set for a paper application, and emptied when the applicant sends a new version in the
    portal: they tell how the version in force came. Personal data: names of responsible persons in the
    answers, kept as the records plan says for grants (docs/data-protection.md).
    """

    organisation = models.ForeignKey(
        "organisations.Organisation", models.PROTECT, related_name="applications", verbose_name=_("järjestö")
    )
    call = models.ForeignKey(GrantCall, models.PROTECT, related_name="applications", verbose_name=_("haku"))
    form_version = models.ForeignKey(FormVersion, models.PROTECT, related_name="+")
    guideline = models.ForeignKey(CallGuideline, models.PROTECT, related_name="+")
    slot = models.PositiveSmallIntegerField(default=1, editable=False)
    state = models.CharField(_("tila"), max_length=12, choices=life_cycles.APPLICATION.choices(), default="draft")
    answers = models.JSONField(default=dict, blank=True)
    revision = models.PositiveIntegerField(default=0)
    title = models.CharField(_("toiminnan nimi"), max_length=200, blank=True)
    asked_sum = MoneyField(_("haettu summa"), null=True, blank=True)
    municipalities = models.ManyToManyField("county.Municipality", blank=True, related_name="+")
    case_number = models.CharField(_("asianumero"), max_length=60, unique=True, null=True, blank=True)
    received_at = models.DateTimeField(_("saapunut"), null=True, blank=True)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lähettäjä")
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("käsittelijä"),
    )
    arrival_channel = models.CharField(
        _("saapumistapa"), max_length=10, choices=ArrivalChannel.choices, blank=True, default=""
    )
    arrived_at = models.DateTimeField(_("saapunut kirjaamoon"), null=True, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kirjaaja")
    )
    prefilled_from = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("aiempi hakemus pohjana")
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    saved_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("hakemus")
        verbose_name_plural = _("hakemukset")
        ordering = ["-received_at", "-pk"]
        indexes = [models.Index(fields=["call", "state"]), models.Index(fields=["organisation", "state"])]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "call", "slot"],
                condition=~Q(state__in=ENDED),
                name="grants_one_application_an_organisation_and_call",
                violation_error_message=_("Järjestöllä on jo hakemus tässä haussa. Jatka sitä."),
            ),
            models.CheckConstraint(
                condition=Q(asked_sum__isnull=True) | Q(asked_sum__gt=0), name="grants_application_sum_positive"
            ),
            models.CheckConstraint(
                condition=Q(state__in=life_cycles.APPLICATION.keys()), name="grants_application_state"
            ),
            both_or_neither("grants_application_received", "received_at", "submitted_by", "case_number"),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(received_at__isnull=False, asked_sum__isnull=False),
                name="grants_application_arrived_has_facts",
            ),
            models.CheckConstraint(
                condition=Q(arrival_channel="", arrived_at__isnull=True, entered_by__isnull=True)
                | Q(arrival_channel__in=ArrivalChannel.values, arrived_at__isnull=False, entered_by__isnull=False),
                name="grants_application_paper_has_facts",
            ),
            models.CheckConstraint(
                condition=Q(arrival_channel="") | Q(received_at__isnull=True) | Q(received_at=F("arrived_at")),
                name="grants_application_paper_received_when_arrived",
            ),
        ]

    def __str__(self) -> str:
        return self.case_number or f"{self.organisation_id}/{self.call_id}"

    @property
    def is_unsent_paper(self) -> bool:
        """Tell whether an officer is still entering this from paper (``UNSENT_PAPER``)."""
        return bool(self.arrival_channel) and self.received_at is None

    @property
    def is_late(self) -> bool:
        """Tell whether it arrived at or after the closing instant; only paper can. Needs ``call``."""
        return self.received_at is not None and self.received_at >= self.call.closes_at

    @property
    def state_label(self) -> Any:
        """The officers' name of the state."""
        return life_cycles.APPLICATION.label(self.state)

    @property
    def applicant_state_label(self) -> Any:
        """The applicant's name of the state."""
        return life_cycles.APPLICATION.applicant_label(self.state)

    @property
    def state_tone(self) -> str:
        """The tone of the state's tag."""
        return life_cycles.APPLICATION.tone(self.state)


class CurrentAttachments(models.Manager["ApplicationAttachment"]):
    """The attachments that belong to the application now."""

    def get_queryset(self) -> models.QuerySet["ApplicationAttachment"]:
        """Leave out what was replaced or removed after it had been sent."""
        return super().get_queryset().filter(removed_at__isnull=True)


class ApplicationAttachment(StoredFile):
    """An attachment in its slot; delivered as a file.

    What was part of a submission is never deleted when the reopened application is changed: it gets
    ``removed_at``, so that the submission stays whole and can be restored. ``arrived_later`` marks what was
    delivered after sending, as promised (``grants.models.promises``): no submission contains it.
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="attachments")
    attachment_slot = models.ForeignKey(AttachmentSlot, models.PROTECT, related_name="+")
    from_vault = models.ForeignKey(
        "organisations.VaultDocument", models.SET_NULL, null=True, blank=True, related_name="+", editable=False
    )
    removed_at = models.DateTimeField(null=True, blank=True, editable=False)
    arrived_later = models.BooleanField(_("toimitettu lähettämisen jälkeen"), default=False, editable=False)

    objects = CurrentAttachments()
    everything = models.Manager()

    class Meta(StoredFile.Meta):
        verbose_name = _("liite")
        verbose_name_plural = _("liitteet")
        ordering = ["attachment_slot__order", "pk"]

    def __str__(self) -> str:
        return self.name


@pgtrigger.register(
    pgtrigger.Protect(name="what_was_sent_is_kept", operation=pgtrigger.Delete),
    pgtrigger.ReadOnly(
        name="what_was_sent_stays",
        fields=["application", "number", "content", "sha256", "received_at", "submitted_by"],
    ),
    pgtrigger.Protect(
        name="receipt_stays", operation=pgtrigger.Update, condition=pgtrigger.Q(old__receipt__isnull=False)
    ),
)
class Submission(models.Model):
    """What was sent, frozen: answers, attachments' hashes, form version, sender, instant and SHA-256.

    Laki sähköisestä asioinnista 13/2003 10–12 §: arrived when stored by the authority's system, with an
    acknowledgement without delay. The acknowledgement is the page and the e-mail; ``receipt`` is the same as
    a PDF, made from ``content`` right after the transaction (so that the case number's lock is short, and a
    machine without PDFs loses nothing) and set once.
    """

    application = models.ForeignKey(Application, models.PROTECT, related_name="submissions")
    number = models.PositiveSmallIntegerField()
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField()
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    receipt = models.ForeignKey(RenderedDocument, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("lähetys")
        verbose_name_plural = _("lähetykset")
        ordering = ["application", "number"]
        constraints = [models.UniqueConstraint(fields=["application", "number"], name="grants_submission_number")]

    def __str__(self) -> str:
        return f"{self.application} {self.number}"


class Audience(models.TextChoices):
    """Who reads an event on the case's page."""

    APPLICANT = "applicant", _("Hakija ja käsittelijät")
    OFFICERS = "officers", _("Käsittelijät")


class CaseEvent(models.Model):
    """What happened to a case, in one sentence, for its history page; written by verbs in their transaction."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="events")
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    verb = models.CharField(max_length=40)
    text = models.CharField(max_length=500)
    audience = models.CharField(max_length=10, choices=Audience.choices, default=Audience.OFFICERS)

    class Meta:
        verbose_name = _("tapahtuma")
        verbose_name_plural = _("tapahtumat")
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["application", "at"])]

    def __str__(self) -> str:
        return self.text
