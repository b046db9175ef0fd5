"""Decisions that hold, and the money that follows them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self

import pghistory
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.legal_dates import ServedBy
from common.models import both_or_neither
from common.money import MoneyField
from common.times import local_date
from documents.models import RenderedDocument
from grants import life_cycles
from grants.models.applications import Application
from organisations.numbers import format_iban


class DecisionQuerySet(models.QuerySet["Decision"]):
    """Decisions by the question that is asked of them."""

    def becoming_final(self, now: datetime) -> Self:
        """Issued decisions whose revision period is over on the local day of ``now``."""
        return self.filter(state="issued", final_on__lte=local_date(now))


@pghistory.track()
class Decision(models.Model):
    """A decision (päätös) in one case with meeting, §, reasons, legal basis and its legal dates.

    Hallintolaki 434/2003 43–47 §: it is never issued without reasons, legal basis, contact and appeal guide.
    ``planned_total`` is the sum of its payments in euros and never passes ``sum``.
    """

    application = models.OneToOneField(Application, models.PROTECT, related_name="decision")
    state = models.CharField(_("tila"), max_length=10, choices=life_cycles.DECISION.choices(), default="recorded")
    sum = MoneyField(_("myönnetty summa"))
    reasons = models.TextField(_("perustelut"))
    legal_basis = models.TextField(_("oikeusperuste"))
    terms = models.TextField(_("ehdot"), blank=True)
    body_name = models.CharField(_("päättäjä"), max_length=200)
    agenda_item = models.ForeignKey("liaisons.AgendaItem", models.PROTECT, related_name="+")
    decided_on = models.DateField(_("päätöspäivä"))
    section_number = models.PositiveSmallIntegerField(_("pykälä"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    served_by = models.CharField(
        _("tiedoksiantotapa"),
        max_length=10,
        choices=[(ServedBy.ELECTRONIC.value, _("sähköisesti")), (ServedBy.LETTER.value, _("kirjeellä"))],
        default=ServedBy.ELECTRONIC.value,
    )
    letter = models.ForeignKey(RenderedDocument, models.PROTECT, null=True, blank=True, related_name="+")
    issued_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    sent_on = models.DateField(_("lähetetty"), null=True, blank=True)
    deemed_served_on = models.DateField(_("katsotaan saaduksi"), null=True, blank=True)
    revision_ends_on = models.DateField(_("oikaisuvaatimus viimeistään"), null=True, blank=True)
    final_on = models.DateField(_("lainvoimainen"), null=True, blank=True)
    planned_total = MoneyField(_("maksueriä yhteensä"), default=0, editable=False)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("päätös")
        verbose_name_plural = _("päätökset")
        indexes = [models.Index(fields=["state", "final_on"])]
        constraints = [
            models.CheckConstraint(condition=Q(sum__gte=0), name="grants_decision_not_negative"),
            models.CheckConstraint(
                condition=Q(planned_total__gte=0, planned_total__lte=F("sum")),
                name="grants_decision_payments_within_sum",
                violation_error_message=_("Maksuerät ylittäisivät myönnetyn summan."),
            ),
            models.CheckConstraint(
                condition=~Q(reasons="") & ~Q(legal_basis=""),
                name="grants_decision_has_reasons",
                violation_error_message=_("Päätös tarvitsee perustelut ja oikeusperusteen."),
            ),
            models.CheckConstraint(condition=Q(state__in=life_cycles.DECISION.keys()), name="grants_decision_state"),
            both_or_neither(
                "grants_decision_issued",
                "issued_by",
                "letter",
                "sent_on",
                "deemed_served_on",
                "revision_ends_on",
                "final_on",
            ),
            models.CheckConstraint(
                condition=Q(state="recorded") | Q(issued_by__isnull=False), name="grants_decision_issued_has_letter"
            ),
            models.CheckConstraint(
                condition=Q(final_on__isnull=True)
                | Q(
                    deemed_served_on__gte=F("sent_on"),
                    revision_ends_on__gt=F("deemed_served_on"),
                    final_on__gt=F("revision_ends_on"),
                ),
                name="grants_decision_dates_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.sum}"

    @property
    def is_grant(self) -> bool:
        """Tell whether something was granted."""
        return bool(self.sum > 0)

    @property
    def left_to_plan(self) -> Decimal:
        """Euros of the granted sum that no instalment covers yet."""
        return Decimal(self.sum - self.planned_total)

    def is_final(self, on: date) -> bool:
        """Tell whether the decision is legally binding on the day (lainvoimainen)."""
        return self.state == "final" and self.final_on is not None and self.final_on <= on


@pghistory.track()
class Payment(models.Model):
    """One instalment of a grant. Who prepares it does not release it (four eyes, held by the database).

    ``iban`` and ``holder`` are the organisation's verified account, copied at release.
    """

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="payments")
    number = models.PositiveSmallIntegerField(_("erä"))
    sum = MoneyField(_("summa"))
    state = models.CharField(_("tila"), max_length=10, choices=life_cycles.PAYMENT.choices(), default="planned")
    iban = models.CharField(_("tilinumero"), max_length=34, blank=True)
    holder = models.CharField(_("tilin omistaja"), max_length=200, blank=True)
    planned_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    planned_at = models.DateTimeField()
    released_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    released_at = models.DateTimeField(null=True, blank=True)
    paid_on = models.DateField(_("maksettu"), null=True, blank=True)

    class Meta:
        verbose_name = _("maksatus")
        verbose_name_plural = _("maksatukset")
        ordering = ["decision", "number"]
        indexes = [models.Index(fields=["state"])]
        constraints = [
            models.UniqueConstraint(fields=["decision", "number"], name="grants_payment_number"),
            models.CheckConstraint(condition=Q(sum__gt=0), name="grants_payment_positive"),
            models.CheckConstraint(
                condition=~Q(released_by=F("planned_by")),
                name="grants_payment_four_eyes",
                violation_error_message=_("Maksuerän hyväksyy eri henkilö kuin sen valmistelija."),
            ),
            both_or_neither("grants_payment_released", "released_by", "released_at"),
            models.CheckConstraint(
                condition=Q(state="planned", released_by__isnull=True, paid_on__isnull=True)
                | (Q(state="released", released_by__isnull=False, paid_on__isnull=True) & ~Q(iban=""))
                | (Q(state="paid", released_by__isnull=False, paid_on__isnull=False) & ~Q(iban="")),
                name="grants_payment_state_has_facts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id}/{self.number}: {self.sum}"

    @property
    def iban_text(self) -> str:
        """The account in groups of four, empty before the release."""
        return format_iban(self.iban)

    @property
    def tone(self) -> str:
        """The tone of the state's tag."""
        return life_cycles.PAYMENT.tone(self.state)

    @property
    def applicant_state_label(self) -> Any:
        """The applicant's name of the state."""
        return life_cycles.PAYMENT.applicant_label(self.state)
