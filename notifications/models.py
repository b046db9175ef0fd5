"""The outbox and what people want to get."""

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from notifications.states import MESSAGE, NOTHING_MORE_TO_DO

ERASED = "—"


class How(models.TextChoices):
    """How a person wants messages of one kind."""

    AT_ONCE = "at_once", _("Heti sähköpostiin")
    DAILY = "daily", _("Kerran päivässä koottuna sähköpostiin")
    NEVER = "never", _("Ei sähköpostiin, vain Viestit-sivulle")


class MessageQuerySet(models.QuerySet["Message"]):
    """Questions to the outbox."""

    def due(self, now: datetime) -> Self:
        """Return what may be handed to the mail server now: codes, then what law requires, then the longest waiting.

        So somebody who signs in, or an applicant with a decision, never waits behind a letter to a thousand.
        """
        return self.filter(state="queued", next_attempt_at__lte=now, digest_on__isnull=True).order_by(
            "-secret", "-required", "next_attempt_at", "id"
        )

    def left_sending(self, before: datetime) -> Self:
        """Return what has been ``sending`` since before that instant: its worker may have died."""
        return self.filter(state="sending", claimed_at__lt=before)

    def readable(self) -> Self:
        """Return the messages that a person may read again: no codes and sign-in links."""
        return self.filter(secret=False)


class Message(models.Model):
    """One e-mail to one person, written in the transaction that caused it.

    ``dedup_key`` makes one cause send once; ``message_id`` is fixed when the row is written, so that
    whatever happens the same message never travels under two ids.

    Personal data: address, name and what the matter is about, so that the message can be sent and
    later shown that it was; erased by the retention task after ``KEPT_DAYS``. A message with ``secret``
    (sign-in links, codes) loses its text as soon as it is sent or given up and is shown to nobody.
    """

    KEPT_DAYS = 730

    kind = models.CharField(_("laji"), max_length=60)
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="messages",
        verbose_name=_("vastaanottaja"),
    )
    to_address = models.CharField(_("sähköpostiosoite"), max_length=254)
    language = models.CharField(_("kieli"), max_length=2, choices=settings.LANGUAGES)
    subject = models.CharField(_("aihe"), max_length=250)
    text = models.TextField(_("viesti"))
    html = models.TextField(blank=True)
    required = models.BooleanField(_("lain vaatima"), default=False)
    secret = models.BooleanField(default=False)

    state = models.CharField(_("tila"), max_length=12, choices=MESSAGE.choices(), default="queued")
    dedup_key = models.CharField(max_length=200, unique=True)
    message_id = models.CharField(max_length=200, unique=True)
    attempts = models.PositiveSmallIntegerField(_("yrityksiä"), default=0)
    created_at = models.DateTimeField(_("syntyi"))
    next_attempt_at = models.DateTimeField(_("lähetetään aikaisintaan"))
    claimed_at = models.DateTimeField(null=True, blank=True)
    claimed_by = models.CharField(max_length=100, blank=True)
    sent_at = models.DateTimeField(_("lähetetty"), null=True, blank=True)
    error = models.TextField(_("virhe"), blank=True)
    digest_on = models.DateField(_("koontipäivä"), null=True, blank=True)
    digest = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="gathered")
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("käsittelijä"),
    )
    handled_at = models.DateTimeField(_("käsitelty"), null=True, blank=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("viesti")
        verbose_name_plural = _("viestit")
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(state__in=MESSAGE.keys()), name="notifications_message_state"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False) | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="notifications_message_sent_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="sending") | Q(claimed_at__isnull=False), name="notifications_message_claimed"
            ),
            models.CheckConstraint(
                condition=Q(message_id__startswith="<", message_id__endswith=">"), name="notifications_message_id_shape"
            ),
            models.CheckConstraint(
                condition=Q(handled_by__isnull=True) | Q(handled_at__isnull=False),
                name="notifications_message_handled_when",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(
                fields=["-secret", "-required", "next_attempt_at", "id"],
                name="notifications_due_first",
                condition=Q(state="queued"),
            ),
            models.Index(fields=["state"], name="notifications_open", condition=~Q(state__in=NOTHING_MORE_TO_DO)),
            models.Index(fields=["to_user", "-created_at"], name="notifications_own"),
            models.Index(fields=["-created_at", "-id"], name="notifications_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} ({self.to_address})"

    def forget_secret(self) -> None:
        """Erase the text of a secret message that travels no more; the caller saves the row."""
        if self.secret:
            self.text = self.html = ERASED


class Preference(models.Model):
    """How a person wants messages of one kind; without a row the kind's own default holds.

    Personal data: the choice itself. Kept while the person has an account.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="message_preferences")
    kind = models.CharField(_("viestin laji"), max_length=60)
    how = models.CharField(_("miten"), max_length=10, choices=How.choices)

    class Meta:
        verbose_name = _("viestivalinta")
        verbose_name_plural = _("viestivalinnat")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["user", "kind"], name="notifications_preference_once"),
            models.CheckConstraint(condition=Q(how__in=How.values), name="notifications_preference_how"),
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.get_how_display()}"


class AddressOptOut(models.Model):
    """An address without an account that wants no more messages of one kind.

    Personal data: none that can be read back; only a keyed hash of the address is kept, for as long as the kind
    is sent, because forgetting it would mean sending again.
    """

    address_hash = models.CharField(max_length=64)
    kind = models.CharField(_("viestin laji"), max_length=60)
    at = models.DateTimeField(_("kielletty"))

    class Meta:
        verbose_name = _("osoitteen viestikielto")
        verbose_name_plural = _("osoitteiden viestikiellot")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["address_hash", "kind"], name="notifications_opt_out_once"),
        ]

    def __str__(self) -> str:
        return self.kind
