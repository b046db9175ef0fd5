"""The launch campaign: a code for each organisation of a selection, by e-mail or letter, and what came of it."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.transitions import LifeCycle, State, Transition
from documents.models import StoredFile
from organisations.models.texts import ThreeLanguageText

MANAGE = "organisations.campaign.manage"

CAMPAIGN_LIFE = LifeCycle(
    name="organisations.campaign",
    states=(
        State("draft", _("Luonnos"), tone="none"),
        State("sending", _("Lähetetään"), tone="wait"),
        State("open", _("Käynnissä"), tone="info"),
        State("closed", _("Päättynyt"), tone="none"),
        State("discarded", _("Hylätty luonnos"), tone="none"),
    ),
    transitions=(
        Transition("start", ("draft",), "sending", MANAGE, _("Aloita kampanja")),
        Transition("finish", ("sending",), "open", "", _("Kaikki koodit on lähetetty")),
        Transition("remind", ("open",), "sending", MANAGE, _("Muistuta")),
        Transition("close", ("sending", "open"), "closed", MANAGE, _("Päätä kampanja")),
        Transition("discard", ("draft",), "discarded", MANAGE, _("Hylkää luonnos")),
    ),
)

CODE_LIFE = LifeCycle(
    name="organisations.claim_code",
    states=(
        State("waiting", _("Odottaa lähetystä"), tone="none"),
        State("no_address", _("Ei osoitetta"), tone="bad"),
        State("sent", _("Lähetetty"), tone="wait"),
        State("opened", _("Koodi syötetty"), tone="info"),
        State("used", _("Käytetty"), tone="ok"),
        State("expired", _("Vanhentunut"), tone="none"),
        State("cancelled", _("Peruttu"), tone="none"),
    ),
    transitions=(
        Transition("send", ("waiting",), "sent", "", _("Lähetä")),
        Transition("open", ("waiting", "sent"), "opened", "organisations.claim_code.use", _("Syötä koodi")),
        Transition("use", ("waiting", "sent", "opened"), "used", "organisations.claim_code.use", _("Ota käyttöön")),
        Transition("remind", ("sent", "opened"), "waiting", MANAGE, _("Muistuta")),
        Transition("expire", ("waiting", "sent", "opened"), "expired", "", _("Vanhenee")),
        Transition("cancel", ("waiting", "sent", "opened"), "cancelled", MANAGE, _("Peru")),
    ),
)
USABLE = ("waiting", "sent", "opened")


class Channel(models.TextChoices):
    """How the code reaches the organisation."""

    EMAIL = "email", _("sähköposti")
    LETTER = "letter", _("kirje")
    NONE = "none", _("ei osoitetta")


class Campaign(ThreeLanguageText):
    """A round of codes to a selection of organisations.

    ``query`` is the registry's filter as in its address; which organisations it meant is frozen when the campaign
    starts. The texts do not change after that.
    """

    name = models.CharField(_("nimi"), max_length=150)
    query = models.CharField(_("ketkä"), max_length=1000, blank=True)
    valid_days = models.PositiveSmallIntegerField(_("koodi on voimassa (päivää)"), default=90)
    state = models.CharField(_("tila"), max_length=20, choices=CAMPAIGN_LIFE.choices(), default="draft")
    created_at = models.DateTimeField(_("luotu"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("tekijä")
    )
    started_at = models.DateTimeField(_("aloitettu"), null=True, blank=True)
    frozen_at = models.DateTimeField(_("vastaanottajat poimittu"), null=True, blank=True)
    closed_at = models.DateTimeField(_("päätetty"), null=True, blank=True)
    fault = models.CharField(_("este"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("käyttöönottokampanja")
        verbose_name_plural = _("käyttöönottokampanjat")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=CAMPAIGN_LIFE.keys()),
                name="campaign_state_known",
                violation_error_message=_("Tuntematon tila."),
            ),
            models.CheckConstraint(
                condition=Q(valid_days__gte=7, valid_days__lte=365),
                name="campaign_valid_days_range",
                violation_error_message=_("Koodi on voimassa 7–365 päivää."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "discarded"]) | (Q(started_at__isnull=False) & ~Q(text_fi="")),
                name="campaign_started_has_text",
                violation_error_message=_("Kirjoita kirjeen otsikko ja teksti suomeksi."),
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("organisations:campaign", args=[self.pk])

    @property
    def state_label(self) -> str | Promise:
        """The state's name."""
        return CAMPAIGN_LIFE.label(self.state)

    @property
    def tone(self) -> str:
        """The tone of the state's tag."""
        return CAMPAIGN_LIFE.tone(self.state)


class LetterBatch(StoredFile):
    """Letters with codes as one PDF, to be printed and posted; the file is erased once they are printed.

    Personal data: none but the organisations' own addresses; the codes are secrets. Erased when marked printed,
    or by the retention task when the codes have expired.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="letter_batches")
    letters = models.PositiveIntegerField(_("kirjeitä"))
    printed_at = models.DateTimeField(_("tulostettu"), null=True, blank=True)
    printed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("tulostaja")
    )

    class Meta(StoredFile.Meta):
        verbose_name = _("kirjeiden tiedosto")
        verbose_name_plural = _("kirjeiden tiedostot")
        ordering = ["pk"]


class ClaimCodeQuerySet(models.QuerySet["ClaimCode"]):
    """Questions about codes."""

    def unused(self, now: datetime) -> Self:
        """Return those that were sent, have not been used and still hold."""
        return self.filter(state__in=["sent", "opened"], expires_at__gt=now)


class ClaimCode(models.Model):
    """The code of one organisation in one campaign; only its hash is kept, and a reminder replaces it.

    Personal data: the address to which it went (often a person's), who opened and used it; erased two years
    after the campaign began.
    """

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="codes")
    organisation = models.ForeignKey("organisations.Organisation", models.CASCADE, related_name="claim_codes")
    channel = models.CharField(_("tapa"), max_length=10, choices=Channel.choices)
    address = models.CharField(_("osoite"), max_length=400, blank=True)
    code_hash = models.CharField(max_length=64, unique=True, null=True, blank=True, editable=False)
    state = models.CharField(_("tila"), max_length=20, choices=CODE_LIFE.choices(), default="waiting")
    rounds = models.PositiveSmallIntegerField(_("lähetyksiä"), default=0)
    sent_at = models.DateTimeField(_("lähetetty"), null=True, blank=True)
    expires_at = models.DateTimeField(_("voimassa"), null=True, blank=True)
    opened_at = models.DateTimeField(_("syötetty"), null=True, blank=True)
    used_at = models.DateTimeField(_("käytetty"), null=True, blank=True)
    used_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("käyttäjä")
    )
    message = models.ForeignKey(
        "notifications.Message", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("viesti")
    )
    batch = models.ForeignKey(LetterBatch, models.SET_NULL, null=True, blank=True, related_name="codes")

    objects = ClaimCodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("käyttöönottokoodi")
        verbose_name_plural = _("käyttöönottokoodit")
        ordering = ["organisation__sort_key", "pk"]
        indexes = [models.Index("campaign", "state", name="claim_code_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "organisation"],
                name="claim_code_once",
                violation_error_message=_("Järjestöllä on jo koodi tässä kampanjassa."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=CODE_LIFE.keys()) & Q(channel__in=Channel.values),
                name="claim_code_values_known",
                violation_error_message=_("Tuntematon tila tai tapa."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sent", "opened", "used"])
                | Q(code_hash__isnull=False, sent_at__isnull=False, expires_at__isnull=False),
                name="claim_code_sent_is_whole",
                violation_error_message=_("Lähetetyllä koodilla on oltava tiiviste ja aika."),
            ),
            models.CheckConstraint(
                condition=Q(state="used", used_at__isnull=False) | (~Q(state="used") & Q(used_at__isnull=True)),
                name="claim_code_used_has_time",
                violation_error_message=_("Käytetyllä koodilla on oltava aika."),
            ),
            models.CheckConstraint(
                condition=Q(channel="none", state="no_address") | (~Q(channel="none") & ~Q(state="no_address")),
                name="claim_code_address_or_none",
                violation_error_message=_("Ilman osoitetta koodia ei lähetetä."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation} ({self.get_channel_display()})"

    @property
    def state_label(self) -> str | Promise:
        """The state's name."""
        return CODE_LIFE.label(self.state)

    @property
    def tone(self) -> str:
        """The tone of the state's tag."""
        return CODE_LIFE.tone(self.state)
