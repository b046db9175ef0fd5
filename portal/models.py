"""The newsletter and its subscribers; what else the portal shows belongs to the rooms."""

from datetime import datetime
from typing import Any, Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common.seams import Tone
from common.transitions import Label, LifeCycle, State, Transition
from county.models import FALLBACK_LANGUAGE
from forums.models.sign_ups import new_token

NEWSLETTER = LifeCycle(
    "portal.newsletter",
    (
        State("draft", _("Luonnos"), tone="wait"),
        State("sending", _("Lähetetään"), tone="info"),
        State("sent", _("Lähetetty"), tone="ok"),
    ),
    (
        Transition("send", ("draft",), "sending", "portal.newsletter.edit", _("Lähetä tilaajille")),
        Transition("finish", ("sending",), "sent", "", condition="every subscriber has been written to"),
    ),
)
SUBSCRIPTION = LifeCycle(
    "portal.subscription",
    (
        State("asked", _("Vahvistamatta"), tone="wait"),
        State("on", _("Tilattu"), tone="ok"),
        State("off", _("Lopetettu"), tone="none"),
    ),
    (
        Transition("confirm", ("asked", "off"), "on", "", _("Vahvista tilaus")),
        Transition("ask", ("off",), "asked", "", _("Tilaa uutiskirje")),
        Transition("leave", ("asked", "on"), "off", "", _("Lopeta tilaus")),
    ),
)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class Newsletter(models.Model):
    """One month's digest; ``state`` follows the table ``NEWSLETTER``.

    ``content`` is what was gathered, by language, as it was sent: the archive shows the same. Personal data: none but
    who edited and sent it.
    """

    month = models.DateField(_("kuukausi"), unique=True)
    intro_fi = models.TextField(_("alkusanat suomeksi"), max_length=3000, blank=True)
    intro_sv = models.TextField(_("alkusanat ruotsiksi"), max_length=3000, blank=True)
    intro_en = models.TextField(_("alkusanat englanniksi"), max_length=3000, blank=True)
    content = models.JSONField(default=dict, blank=True, editable=False)
    state = models.CharField(_("tila"), max_length=10, choices=NEWSLETTER.choices(), default="draft", editable=False)
    made_at = models.DateTimeField(_("aloitettu"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("aloitti"))
    ordered_at = models.DateTimeField(_("lähetys tilattu"), null=True, blank=True)
    sent_at = models.DateTimeField(_("lähetetty"), null=True, blank=True)
    recipients = models.PositiveIntegerField(_("vastaanottajia"), default=0)

    class Meta:
        verbose_name = _("uutiskirje")
        verbose_name_plural = _("uutiskirjeet")
        ordering = ["-month"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=NEWSLETTER.keys()), name="portal_newsletter_state"),
            models.CheckConstraint(
                condition=Q(state="draft", ordered_at__isnull=True)
                | (~Q(state="draft") & Q(ordered_at__isnull=False) & ~Q(content={})),
                name="portal_newsletter_sent_has_content",
            ),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="portal_newsletter_sent_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month.month}/{self.month.year}"

    def get_absolute_url(self) -> str:
        return reverse("portal:newsletter", args=[self.pk])

    @property
    def state_label(self) -> Label:
        """Return the state in words."""
        return NEWSLETTER.label(self.state)

    @property
    def tone(self) -> Tone:
        """Return the tone of the state's tag."""
        return NEWSLETTER.tone(self.state)

    @property
    def intro(self) -> tuple[str, str]:
        """Return the first words in the active language, or the Finnish ones, and their language."""
        language = (get_language() or FALLBACK_LANGUAGE)[:2]
        own = str(getattr(self, f"intro_{language}", ""))
        return (own, language) if own else (self.intro_fi, FALLBACK_LANGUAGE)


class SubscriberQuerySet(models.QuerySet["Subscriber"]):
    """Questions about subscribers."""

    def on(self) -> Self:
        """Return those who have confirmed."""
        return self.filter(state="on")

    def stale(self, before: datetime) -> Self:
        """Return those who never confirmed, or left, before that."""
        return self.filter(Q(state="asked", asked_at__lt=before) | Q(state="off", left_at__lt=before))


class Subscriber(models.Model):
    """An address that gets the newsletter, with an account or without; ``state`` follows ``SUBSCRIPTION``.

    Personal data: e-mail address and language, by the person's own asking, confirmed by a link. Erased 30 days after
    leaving, or when nobody confirms.
    """

    email = models.EmailField(_("sähköposti"), unique=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="newsletter_subscriptions"
    )
    language = models.CharField(_("kieli"), max_length=2, choices=settings.LANGUAGES, default="fi")
    token = models.CharField(max_length=64, unique=True, default=new_token, editable=False)
    state = models.CharField(_("tila"), max_length=10, choices=SUBSCRIPTION.choices(), default="asked", editable=False)
    asked_at = models.DateTimeField(_("tilasi"))
    confirmed_at = models.DateTimeField(_("vahvisti"), null=True, blank=True)
    left_at = models.DateTimeField(_("lopetti"), null=True, blank=True)

    objects: Any = SubscriberQuerySet.as_manager()

    class Meta:
        verbose_name = _("uutiskirjeen tilaaja")
        verbose_name_plural = _("uutiskirjeen tilaajat")
        ordering = ["pk"]
        indexes = [models.Index(fields=["state", "id"], name="portal_subscriber_state")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=SUBSCRIPTION.keys()), name="portal_subscriber_state_known"),
            models.CheckConstraint(
                condition=~Q(state="on") | Q(confirmed_at__isnull=False), name="portal_subscriber_confirmed_has_time"
            ),
        ]

    def __str__(self) -> str:
        return self.email
