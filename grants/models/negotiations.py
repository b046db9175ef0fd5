"""The negotiation of a case: who takes part, meetings, versions in turns, approvals, a waived statement."""

from typing import Any

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.models import both_or_neither
from common.money import MoneyField
from grants.life_cycles_negotiations import NEGOTIATION, NEGOTIATION_MEETING
from grants.models.agreements import Side
from grants.models.applications import Application

#: Days after which the side whose turn it is gets a reminder.
TURN_WAITS_DAYS = 14


@pghistory.track()
class Negotiation(models.Model):
    """The negotiation of one application of a call whose procedure is negotiated.

    ``turn`` is the side that writes or approves next, since ``turn_since``. ``agreed_version`` is what both approved.
    Personal data: who opened and ended it; kept with the case.
    """

    application = models.OneToOneField(Application, models.PROTECT, related_name="negotiation")
    state = models.CharField(_("tila"), max_length=8, choices=NEGOTIATION.choices(), default="open")
    turn = models.CharField(_("vuoro"), max_length=12, choices=Side.choices, default=Side.ORGANISATION)
    turn_since = models.DateTimeField(_("vuoro alkoi"))
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("avattu"))
    agreed_version = models.ForeignKey(
        "grants.NegotiationVersion", models.PROTECT, null=True, blank=True, related_name="+"
    )
    agreed_at = models.DateTimeField(_("sovittu"), null=True, blank=True)
    ended_side = models.CharField(_("kuka päätti"), max_length=12, choices=Side.choices, blank=True)
    ended_at = models.DateTimeField(_("päättynyt"), null=True, blank=True)
    end_reason = models.TextField(_("miksi päättyi"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("neuvottelu")
        verbose_name_plural = _("neuvottelut")
        ordering = ["-opened_at", "-pk"]
        indexes = [models.Index(fields=["state", "turn", "turn_since"], name="grants_negotiation_turn")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=NEGOTIATION.keys()), name="grants_negotiation_state"),
            models.CheckConstraint(
                condition=Q(state="agreed", agreed_version__isnull=False)
                | (~Q(state="agreed") & Q(agreed_version__isnull=True)),
                name="grants_negotiation_agreed_has_version",
            ),
            both_or_neither("grants_negotiation_agreed", "agreed_version", "agreed_at"),
            models.CheckConstraint(
                condition=(Q(state="ended", ended_at__isnull=False) & ~Q(end_reason="") & ~Q(ended_side=""))
                | (~Q(state="ended") & Q(ended_at__isnull=True, end_reason="", ended_side="")),
                name="grants_negotiation_ended_has_reason",
                violation_error_message=_("Kirjoita, miksi neuvottelu päättyy."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.state}"

    @property
    def state_label(self) -> Any:
        """The state's name."""
        return NEGOTIATION.label(self.state)

    @property
    def tone(self) -> str:
        """The tone of the state's tag."""
        return NEGOTIATION.tone(self.state)


class NegotiationPost(models.Model):
    """A liaison post of a service area or unit that takes part in the negotiation; whoever answers for it reads it."""

    negotiation = models.ForeignKey(Negotiation, models.CASCADE, related_name="posts")
    post = models.ForeignKey("liaisons.Post", models.PROTECT, related_name="+", verbose_name=_("tehtävä"))
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("neuvotteluun osallistuva tehtävä")
        verbose_name_plural = _("neuvotteluun osallistuvat tehtävät")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["negotiation", "post"],
                name="grants_negotiation_post_once",
                violation_error_message=_("Tämä yhteyshenkilö on jo mukana neuvottelussa."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.negotiation_id}: {self.post_id}"


@pghistory.track()
class NegotiationMeeting(models.Model):
    """A meeting of the two sides; ``memo`` and ``agreed`` both read, ``inner_note`` only the county's officers.

    Personal data: who was present and who wrote; kept with the case.
    """

    negotiation = models.ForeignKey(Negotiation, models.PROTECT, related_name="meetings")
    starts_at = models.DateTimeField(_("aika"))
    place = models.CharField(_("paikka"), max_length=200, blank=True)
    link = models.URLField(_("etäyhteyden osoite"), max_length=500, blank=True)
    state = models.CharField(_("tila"), max_length=10, choices=NEGOTIATION_MEETING.choices(), default="planned")
    present_county = models.TextField(_("läsnä hyvinvointialueelta"), max_length=1000, blank=True)
    present_organisation = models.TextField(_("läsnä järjestöstä"), max_length=1000, blank=True)
    agreed = models.TextField(_("mitä sovittiin"), max_length=4000, blank=True)
    memo = models.TextField(_("muistio"), max_length=10000, blank=True)
    inner_note = models.TextField(_("sisäinen muistiinpano"), max_length=4000, blank=True)
    revision = models.PositiveIntegerField(default=0)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("neuvottelutapaaminen")
        verbose_name_plural = _("neuvottelutapaamiset")
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=NEGOTIATION_MEETING.keys()), name="grants_negotiation_meeting_state"
            ),
            models.CheckConstraint(
                condition=~Q(place="") | ~Q(link=""),
                name="grants_negotiation_meeting_place",
                violation_error_message=_("Kirjoita paikka tai etäyhteyden osoite."),
            ),
            models.CheckConstraint(
                condition=~Q(state="held") | (~Q(present_county="") & ~Q(present_organisation="") & ~Q(agreed="")),
                name="grants_negotiation_meeting_held_has_memo",
                violation_error_message=_("Kirjoita, ketkä olivat läsnä ja mitä sovittiin."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.negotiation_id}: {self.starts_at:%d.%m.%Y}"

    @property
    def state_label(self) -> Any:
        """The state's name."""
        return NEGOTIATION_MEETING.label(self.state)

    @property
    def tone(self) -> str:
        """The tone of the state's tag."""
        return NEGOTIATION_MEETING.tone(self.state)


@pgtrigger.register(pgtrigger.Protect(name="negotiation_version_stays", operation=pgtrigger.Update | pgtrigger.Delete))
class NegotiationVersion(models.Model):
    """What one side proposed to the other, as it was; never changed. ``sum`` is in euros.

    Personal data: who sent it; kept with the case.
    """

    negotiation = models.ForeignKey(Negotiation, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("versio"))
    side = models.CharField(_("kuka lähetti"), max_length=12, choices=Side.choices)
    sum = MoneyField(_("avustus"))
    purpose = models.TextField(_("käyttötarkoitus"), max_length=1000)
    plan = models.TextField(_("toimintasuunnitelma"), max_length=10000, blank=True)
    budget = models.TextField(_("talousarvio"), max_length=6000, blank=True)
    conditions = models.TextField(_("ehdot"), max_length=1500, blank=True)
    indicators = models.TextField(_("mittarit"), max_length=1000, blank=True)
    message = models.TextField(_("viesti"), max_length=2000, blank=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(_("lähetetty"))

    class Meta:
        verbose_name = _("neuvottelun versio")
        verbose_name_plural = _("neuvottelun versiot")
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(fields=["negotiation", "number"], name="grants_negotiation_version_number"),
            models.CheckConstraint(
                condition=Q(sum__gt=0),
                name="grants_negotiation_version_sum",
                violation_error_message=_("Avustuksen täytyy olla suurempi kuin nolla."),
            ),
            models.CheckConstraint(
                condition=~Q(purpose=""),
                name="grants_negotiation_version_purpose",
                violation_error_message=_("Kirjoita, mihin avustus käytetään."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.negotiation_id}/{self.number}"


@pgtrigger.register(
    pgtrigger.ReadOnly(name="negotiation_approval_stays", fields=["version", "side", "by", "at"]),
    pgtrigger.Protect(name="negotiation_approval_kept", operation=pgtrigger.Delete),
)
class NegotiationApproval(models.Model):
    """One side's approval of one version; withdrawn when the sides return to the negotiation.

    Personal data: who approved; kept with the case.
    """

    version = models.ForeignKey(NegotiationVersion, models.PROTECT, related_name="approvals")
    side = models.CharField(_("osapuoli"), max_length=12, choices=Side.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    at = models.DateTimeField(_("hyväksytty"))
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("neuvottelun version hyväksyntä")
        verbose_name_plural = _("neuvottelun versioiden hyväksynnät")
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "side"],
                condition=Q(withdrawn_at__isnull=True),
                name="grants_negotiation_approval_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.side}"


class StatementWaiver(models.Model):
    """Why a negotiated case is proposed without a statement of the service area.

    Personal data: who wrote it; kept with the case.
    """

    application = models.OneToOneField(Application, models.PROTECT, related_name="statement_waiver")
    reason = models.TextField(_("miksi lausuntoa ei tarvita"), max_length=2000)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("perustelu lausunnon puuttumiselle")
        verbose_name_plural = _("perustelut lausuntojen puuttumiselle")
        constraints = [
            models.CheckConstraint(
                condition=~Q(reason=""),
                name="grants_waiver_has_reason",
                violation_error_message=_("Kirjoita, miksi lausuntoa ei tarvita."),
            )
        ]

    def __str__(self) -> str:
        return self.reason[:60]
