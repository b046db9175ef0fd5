"""Mail to a selection of organisations: to their admins, to their contact address, or to both."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.transitions import LifeCycle, State, Transition
from organisations.models.texts import ThreeLanguageText

MANAGE = "organisations.mailing.manage"

MAILING_LIFE = LifeCycle(
    name="organisations.mailing",
    states=(
        State("draft", _("Luonnos"), tone="none"),
        State("sending", _("Lähetetään"), tone="wait"),
        State("sent", _("Lähetetty"), tone="ok"),
        State("discarded", _("Hylätty luonnos"), tone="none"),
    ),
    transitions=(
        Transition("send", ("draft",), "sending", MANAGE, _("Lähetä")),
        Transition("finish", ("sending",), "sent", "", _("Kaikki on lähetetty")),
        Transition("discard", ("draft",), "discarded", MANAGE, _("Hylkää luonnos")),
    ),
)


class Audience(models.TextChoices):
    """Who of an organisation gets the mail."""

    ADMINS = "admins", _("järjestöjen pääkäyttäjät")
    CONTACT = "contact", _("järjestöjen yhteysosoitteet")
    BOTH = "both", _("pääkäyttäjät ja yhteysosoitteet")


class Mailing(ThreeLanguageText):
    """One message to a selection; it is sent once and never changes after that.

    ``query`` is the registry's filter as in its address; whom it meant is frozen when the sending starts.
    """

    query = models.CharField(_("ketkä"), max_length=1000, blank=True)
    audience = models.CharField(
        _("kuka järjestössä saa viestin"), max_length=10, choices=Audience.choices, default=Audience.ADMINS
    )
    state = models.CharField(_("tila"), max_length=20, choices=MAILING_LIFE.choices(), default="draft")
    created_at = models.DateTimeField(_("luotu"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("tekijä")
    )
    started_at = models.DateTimeField(_("lähetys alkoi"), null=True, blank=True)
    frozen_at = models.DateTimeField(_("vastaanottajat poimittu"), null=True, blank=True)
    sent_at = models.DateTimeField(_("lähetetty"), null=True, blank=True)

    class Meta:
        verbose_name = _("viesti järjestöille")
        verbose_name_plural = _("viestit järjestöille")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=MAILING_LIFE.keys()) & Q(audience__in=Audience.values),
                name="mailing_values_known",
                violation_error_message=_("Tuntematon tila tai vastaanottajajoukko."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "discarded"])
                | (Q(started_at__isnull=False) & ~Q(text_fi="") & ~Q(subject_fi="")),
                name="mailing_sent_has_text",
                violation_error_message=_("Kirjoita viestin otsikko ja teksti suomeksi."),
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="mailing_sent_has_time",
                violation_error_message=_("Lähetetyllä viestillä on oltava aika."),
            ),
        ]

    def __str__(self) -> str:
        return self.subject_fi

    def get_absolute_url(self) -> str:
        return reverse("organisations:mailing", args=[self.pk])

    @property
    def state_label(self) -> str | Promise:
        """The state's name."""
        return MAILING_LIFE.label(self.state)

    @property
    def tone(self) -> str:
        """The tone of the state's tag."""
        return MAILING_LIFE.tone(self.state)


class MailingRecipient(models.Model):
    """One address of one mailing, each once however many organisations the person acts for.

    Personal data: the address; erased two years after the mailing, when its message has gone too.
    """

    class Outcome(models.TextChoices):
        WAITING = "waiting", _("odottaa")
        QUEUED = "queued", _("lähetetty")
        OPTED_OUT = "opted_out", _("ei halua näitä viestejä")

    mailing = models.ForeignKey(Mailing, models.CASCADE, related_name="recipients")
    organisation = models.ForeignKey("organisations.Organisation", models.CASCADE, related_name="mailings_received")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="+")
    address = models.CharField(_("osoite"), max_length=254)
    outcome = models.CharField(_("tulos"), max_length=10, choices=Outcome.choices, default=Outcome.WAITING)
    message = models.ForeignKey("notifications.Message", models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        verbose_name = _("viestin vastaanottaja")
        verbose_name_plural = _("viestin vastaanottajat")
        ordering = ["pk"]
        indexes = [models.Index("mailing", "outcome", name="mailing_recipient_by_outcome")]
        constraints = [
            models.UniqueConstraint(
                "mailing",
                Lower("address"),
                name="mailing_recipient_once",
                violation_error_message=_("Tämä osoite saa jo tämän viestin."),
            ),
            models.CheckConstraint(
                condition=Q(outcome__in=["waiting", "queued", "opted_out"]), name="mailing_recipient_outcome_known"
            ),
        ]

    def __str__(self) -> str:
        return self.address
