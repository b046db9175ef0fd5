"""Payment batches (maksulista): instalments that go to the ledger or the bank together, and what became of each.

Who makes a batch does not approve it, an instalment is on at most one live batch, and what was approved stays as it
was: all held by the database (611/2021, bookkeeping law 1336/1997 ch. 2: a voucher is not changed afterwards).
"""

from decimal import Decimal

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.models import both_or_neither
from common.money import MoneyField
from grants.life_cycles_batches import BATCH, BATCH_LINE, LIVE
from grants.models.decisions import Payment
from grants.models.triggers import any_changed, batch_adds_up, line_fits_batch
from organisations.numbers import format_iban

FINNISH_IBAN = r"^FI[0-9]{16}$"


@pgtrigger.register(
    pgtrigger.Protect(name="batch_is_kept", operation=pgtrigger.Delete),
    pgtrigger.ReadOnly(name="batch_stays", fields=["made_by", "made_at", "pay_on", "pay_from", "count", "sum"]),
    pgtrigger.Protect(
        name="approval_stays",
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(old__approved_by__isnull=False) & any_changed("approved_by", "approved_at"),
    ),
    batch_adds_up("batch_adds_up"),
)
@pghistory.track()
class PaymentBatch(models.Model):
    """Instalments that are paid together on ``pay_on`` from the county's account ``pay_from`` (empty: by the ledger).

    ``count`` and ``sum`` (euros) are those of its lines and never change. Personal data: the officials who made,
    approved and sent it; kept as vouchers, six years from the end of the year.
    """

    state = models.CharField(_("tila"), max_length=10, choices=BATCH.choices(), default="made")
    pay_on = models.DateField(_("maksupäivä"))
    pay_from = models.CharField(_("tili, jolta maksetaan"), max_length=18, blank=True)
    count = models.PositiveSmallIntegerField(_("maksueriä"))
    sum = MoneyField(_("summa"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("laatija"))
    made_at = models.DateTimeField(_("laadittu"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("hyväksyjä")
    )
    approved_at = models.DateTimeField(_("hyväksytty"), null=True, blank=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    sent_at = models.DateTimeField(_("lähetetty"), null=True, blank=True)
    returned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    returned_at = models.DateTimeField(_("palautettu"), null=True, blank=True)
    return_reason = models.CharField(_("miksi palautettiin"), max_length=500, blank=True)

    class Meta:
        verbose_name = _("maksulista")
        verbose_name_plural = _("maksulistat")
        ordering = ["-pk"]
        indexes = [models.Index(fields=["state"], name="grants_batch_state_idx")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=BATCH.keys()), name="grants_batch_state"),
            models.CheckConstraint(condition=Q(sum__gt=0, count__gt=0), name="grants_batch_not_empty"),
            models.CheckConstraint(
                condition=Q(pay_from="") | Q(pay_from__regex=FINNISH_IBAN), name="grants_batch_pay_from"
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("made_by")),
                name="grants_batch_four_eyes",
                violation_error_message=_("Maksulistan hyväksyy eri henkilö kuin sen laatija."),
            ),
            both_or_neither("grants_batch_approved", "approved_by", "approved_at"),
            both_or_neither("grants_batch_sent", "sent_by", "sent_at"),
            both_or_neither("grants_batch_returned", "returned_by", "returned_at"),
            models.CheckConstraint(
                condition=Q(state="made", approved_by__isnull=True)
                | Q(state="approved", approved_by__isnull=False, sent_by__isnull=True)
                | Q(state__in=["sent", "closed"], approved_by__isnull=False, sent_by__isnull=False)
                | (Q(state="returned", sent_by__isnull=True, returned_by__isnull=False) & ~Q(return_reason="")),
                name="grants_batch_state_has_facts",
                violation_error_message=_("Kirjoita, miksi maksulista palautetaan."),
            ),
        ]

    def __str__(self) -> str:
        return f"{_('Maksulista')} {self.pk}"

    def get_absolute_url(self) -> str:
        return reverse("grants:payment_batch", args=[self.pk])

    @property
    def pay_from_text(self) -> str:
        """The county's account in groups of four."""
        return format_iban(self.pay_from)

    @property
    def tone(self) -> str:
        """The tone of the state's tag."""
        return BATCH.tone(self.state)

    @property
    def is_approved(self) -> bool:
        """Tell whether the files for the ledger and the bank may be taken."""
        return self.state in ("approved", "sent", "closed")


@pgtrigger.register(
    pgtrigger.Protect(name="line_is_kept", operation=pgtrigger.Delete),
    pgtrigger.ReadOnly(
        name="line_stays",
        fields=[
            "batch",
            "payment",
            "number",
            "reference",
            "sum",
            "iban",
            "holder",
            "cost_centre",
            "ledger_account",
        ],
    ),
    pgtrigger.Protect(
        name="line_has_ended",
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(old__state__in=["returned", "dropped", "came_back"])
        & any_changed("state", "paid_on", "came_back_on"),
    ),
    pgtrigger.Protect(
        name="paid_line_stays",
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(old__state="paid")
        & (any_changed("paid_on") | (any_changed("state") & ~pgtrigger.Q(new__state="came_back"))),
    ),
    line_fits_batch("line_fits_batch"),
)
@pghistory.track()
class PaymentLine(models.Model):
    """One instalment on a batch as it is paid: sum in euros, account, and the place in the ledger, copied at making.

    ``reference`` comes back from the bank or the ledger. ``came_back_on``: when the bank returned money that had been
    recorded as paid; the day on which it was paid stays. Personal data: an organisation's account and its holder's
    name; kept as the batch.
    """

    batch = models.ForeignKey(PaymentBatch, models.PROTECT, related_name="lines")
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="batch_lines")
    number = models.PositiveSmallIntegerField(_("rivi"))
    reference = models.CharField(_("viite"), max_length=35, unique=True)
    state = models.CharField(_("tila"), max_length=10, choices=BATCH_LINE.choices(), default="listed")
    sum = MoneyField(_("summa"))
    iban = models.CharField(_("tilinumero"), max_length=18)
    holder = models.CharField(_("tilin omistaja"), max_length=200)
    cost_centre = models.CharField(_("kustannuspaikka"), max_length=30, blank=True)
    ledger_account = models.CharField(_("kirjanpidon tili"), max_length=30, blank=True)
    paid_on = models.DateField(_("maksettu"), null=True, blank=True)
    came_back_on = models.DateField(_("palautui"), null=True, blank=True)
    reason = models.CharField(_("syy"), max_length=300, blank=True)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("maksulistan rivi")
        verbose_name_plural = _("maksulistan rivit")
        ordering = ["batch", "number"]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=BATCH_LINE.keys()), name="grants_payment_line_state"),
            models.UniqueConstraint(
                fields=["payment"],
                condition=Q(state__in=LIVE),
                name="grants_payment_line_once",
                violation_error_message=_("Maksuerä on jo toisella maksulistalla."),
            ),
            models.UniqueConstraint(fields=["batch", "number"], name="grants_payment_line_number"),
            models.CheckConstraint(condition=Q(sum__gt=0), name="grants_payment_line_positive"),
            models.CheckConstraint(condition=Q(iban__regex=FINNISH_IBAN), name="grants_payment_line_iban"),
            both_or_neither("grants_payment_line_recorded", "recorded_by", "recorded_at"),
            models.CheckConstraint(
                condition=Q(state__in=["paid", "came_back"], paid_on__isnull=False)
                | (~Q(state__in=["paid", "came_back"]) & Q(paid_on__isnull=True)),
                name="grants_payment_line_paid_has_day",
            ),
            models.CheckConstraint(
                condition=Q(state="came_back", came_back_on__isnull=False, came_back_on__gte=F("paid_on"))
                | (~Q(state="came_back") & Q(came_back_on__isnull=True)),
                name="grants_payment_line_came_back_has_day",
                violation_error_message=_("Maksu on palautunut aikaisintaan maksupäivänä."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["returned", "suspended", "came_back"]) | ~Q(reason=""),
                name="grants_payment_line_has_reason",
                violation_error_message=_("Kirjoita, miksi maksu palautui tai keskeytettiin."),
            ),
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def iban_text(self) -> str:
        """The account in groups of four."""
        return format_iban(self.iban)

    @property
    def tone(self) -> str:
        """The tone of the state's tag."""
        return BATCH_LINE.tone(self.state)


@pgtrigger.register(pgtrigger.Protect(name="loaded_stays", operation=pgtrigger.Update | pgtrigger.Delete))
class LoadedReturnFile(models.Model):
    """A return file of the bank or the ledger that has been loaded: by its content, once. ``sum``: of its rows."""

    sha256 = models.CharField(max_length=64, unique=True)
    name = models.CharField(_("tiedosto"), max_length=150)
    rows = models.PositiveIntegerField(_("rivejä"))
    sum = MoneyField(_("summa"), default=Decimal(0))
    loaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    loaded_at = models.DateTimeField(_("ladattu"))

    class Meta:
        verbose_name = _("ladattu palautetiedosto")
        verbose_name_plural = _("ladatut palautetiedostot")
        ordering = ["-loaded_at", "-pk"]

    def __str__(self) -> str:
        return self.name
