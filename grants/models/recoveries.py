"""Recovery of a paid grant (takaisinperintä): its ground, hearing, decision, and what has been paid back.

An authority hears a party before it decides to the party's loss (hallintolaki 434/2003 34 §) and gives reasons, legal
basis and a guide to claim revision (45–47 §, 611/2021 ch. 16).
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, Sum
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.models import both_or_neither
from common.money import MoneyField
from common.times import local_date
from documents.models import RenderedDocument
from grants.life_cycles_claims import PENDING
from grants.life_cycles_recovery import OWED, PREPARED, RECOVERY
from grants.models.decisions import Decision
from grants.recovery_sums import Balance, balance


class RecoveryGround(models.TextChoices):
    """Why money is asked back."""

    UNUSED = "unused", _("Avustusta jäi käyttämättä")
    MISUSED = "misused", _("Avustusta käytettiin muuhun tarkoitukseen")
    CONDITIONS = "conditions", _("Ehtoja ei noudatettu tai selvitys puuttuu")
    FALSE_FACTS = "false_facts", _("Avustus maksettiin virheellisen tiedon perusteella")


class RecoveryQuerySet(models.QuerySet["RecoveryCase"]):
    """Recoveries by what is owed."""

    def counted(self) -> Self:
        """Those that bind a part of what was paid: everything but what is not recovered."""
        return self.exclude(state="dropped")

    def owed(self) -> Self:
        """Those of which money is owed now."""
        return self.filter(state__in=OWED)

    def unclaimed(self, now: datetime) -> Self:
        """Those about which no claim for revision, nor the appeal after it, is open: only they are demanded."""
        waits = Q(claims__state__in=PENDING) | Q(claims__state="decided", claims__appeal_ends_on__gte=local_date(now))
        return self.exclude(pk__in=self.model._default_manager.filter(waits).values("pk"))


@pghistory.track()
class RecoveryCase(models.Model):
    """Money asked back of one grant, as a matter of its own with its own number.

    ``sum`` is proposed until the decision and decided after it, in euros. Personal data: names of those who handled
    it and of who answered; kept as the case.
    """

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="recoveries", verbose_name=_("päätös"))
    case_number = models.CharField(_("asianumero"), max_length=60, unique=True)
    state = models.CharField(_("tila"), max_length=12, choices=RECOVERY.choices(), default="opened")
    ground = models.CharField(_("peruste"), max_length=12, choices=RecoveryGround.choices)
    facts = models.TextField(_("mitä on tapahtunut"), max_length=8000)
    sum = MoneyField(_("takaisin perittävä summa"))
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField(_("aloitettu"))
    asked_at = models.DateTimeField(_("lausumaa pyydetty"), null=True, blank=True)
    answer_by = models.DateField(_("lausuma viimeistään"), null=True, blank=True)
    statement = models.TextField(_("järjestön lausuma"), max_length=8000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(_("lausuma saapunut"), null=True, blank=True)
    unheard_why = models.TextField(_("miksi järjestöä ei kuultu"), max_length=2000, blank=True)
    reasons = models.TextField(_("perustelut"), max_length=8000, blank=True)
    legal_basis = models.TextField(_("oikeusperuste"), max_length=2000, blank=True)
    decided_on = models.DateField(_("päätetty"), null=True, blank=True)
    section_number = models.PositiveSmallIntegerField(_("pykälä"), null=True, blank=True)
    due_on = models.DateField(_("eräpäivä"), null=True, blank=True)
    interest_rate = models.DecimalField(
        _("viivästyskorko, % vuodessa"),
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal(0)), MaxValueValidator(Decimal(25))],
    )
    reference = models.CharField(_("viitenumero"), max_length=20, blank=True, editable=False)
    letter = models.ForeignKey(RenderedDocument, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    recorded_at = models.DateTimeField(null=True, blank=True)
    revision_ends_on = models.DateField(_("oikaisuvaatimus viimeistään"), null=True, blank=True)
    ended_on = models.DateField(_("päättynyt"), null=True, blank=True)
    end_reason = models.TextField(_("miksi päättyi"), max_length=2000, blank=True)

    objects = RecoveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("takaisinperintä")
        verbose_name_plural = _("takaisinperinnät")
        ordering = ["-opened_at", "-pk"]
        indexes = [models.Index(fields=["state"], name="grants_recovery_state_idx")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=RECOVERY.keys()), name="grants_recovery_state"),
            models.CheckConstraint(
                condition=Q(sum__gt=0),
                name="grants_recovery_sum_positive",
                violation_error_message=_("Takaisin perittävä summa on suurempi kuin nolla."),
            ),
            models.CheckConstraint(
                condition=~Q(facts=""),
                name="grants_recovery_has_facts",
                violation_error_message=_("Kirjoita, mitä on tapahtunut."),
            ),
            both_or_neither("grants_recovery_asked", "asked_at", "answer_by"),
            both_or_neither("grants_recovery_answered", "answered_by", "answered_at"),
            both_or_neither(
                "grants_recovery_decided",
                "decided_on",
                "section_number",
                "due_on",
                "interest_rate",
                "letter",
                "recorded_by",
                "recorded_at",
                "revision_ends_on",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[*PREPARED, "dropped"], letter__isnull=True)
                | (Q(letter__isnull=False) & ~Q(reasons="") & ~Q(legal_basis="") & ~Q(reference="")),
                name="grants_recovery_decided_has_facts",
                violation_error_message=_("Päätös tarvitsee perustelut ja oikeusperusteen."),
            ),
            models.CheckConstraint(
                condition=Q(letter__isnull=True) | Q(asked_at__isnull=False) | ~Q(unheard_why=""),
                name="grants_recovery_heard_or_told_why",
                violation_error_message=_("Kuule järjestöä tai kirjoita, miksi kuuleminen on tarpeeton."),
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["dropped", "written_off"]) | (Q(ended_on__isnull=False) & ~Q(end_reason="")),
                name="grants_recovery_ended_has_reason",
                violation_error_message=_("Kirjoita, miksi rahaa ei peritä."),
            ),
        ]

    def __str__(self) -> str:
        return self.case_number

    def get_absolute_url(self) -> str:
        return reverse("grants:recovery", args=[self.pk])

    @property
    def state_label(self) -> Any:
        """The officers' name of the state."""
        return RECOVERY.label(self.state)

    @property
    def applicant_state_label(self) -> Any:
        """The applicant's name of the state."""
        return RECOVERY.applicant_label(self.state)

    @property
    def tone(self) -> str:
        """The tone of the state's tag."""
        return RECOVERY.tone(self.state)

    @property
    def is_owed(self) -> bool:
        """Tell whether money is owed."""
        return self.state in OWED

    @property
    def is_lifted(self) -> bool:
        """Tell whether it was decided and an accepted claim for revision then left nothing to ask back."""
        return self.state == "dropped" and self.letter_id is not None

    def takes_statement(self, on: date) -> bool:
        """Tell whether the organisation may still answer."""
        return self.state == "hearing" and self.answer_by is not None and on <= self.answer_by

    def balance(self, on: date) -> Balance:
        """Return what is owed on the day; of the prefetched ``repayments`` where they are."""
        if self.due_on is None or self.interest_rate is None:
            return Balance(self.sum, Decimal(0), Decimal(0), Decimal(0))
        paid = [(row.paid_on, row.sum) for row in self.repayments.all()]
        return balance(self.sum, self.due_on, self.interest_rate, paid, on)


@pgtrigger.register(pgtrigger.Protect(name="repayment_stays", operation=pgtrigger.Update | pgtrigger.Delete))
class Repayment(models.Model):
    """Money that came back on a day; ``entry`` is the bank's or the ledger's number of it, once for a recovery."""

    recovery = models.ForeignKey(RecoveryCase, models.PROTECT, related_name="repayments")
    sum = MoneyField(_("summa"))
    paid_on = models.DateField(_("maksupäivä"))
    entry = models.CharField(_("tilitapahtuman tai tositteen numero"), max_length=60)
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("takaisinmaksu")
        verbose_name_plural = _("takaisinmaksut")
        ordering = ["paid_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["recovery", "entry"],
                name="grants_repayment_once",
                violation_error_message=_("Tämä tilitapahtuma on jo kirjattu."),
            ),
            models.CheckConstraint(condition=Q(sum__gt=0), name="grants_repayment_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.recovery_id}: {self.sum}"


class RecoveryPart(models.Model):
    """One part of an agreed plan to pay in parts, by its day."""

    recovery = models.ForeignKey(RecoveryCase, models.CASCADE, related_name="parts")
    due_on = models.DateField(_("eräpäivä"))
    sum = MoneyField(_("summa"))

    class Meta:
        verbose_name = _("takaisinmaksun erä")
        verbose_name_plural = _("takaisinmaksun erät")
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["recovery", "due_on"], name="grants_recovery_part_a_day"),
            models.CheckConstraint(condition=Q(sum__gt=0), name="grants_recovery_part_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.recovery_id}: {self.due_on}"


def paid_of(decision: Decision) -> Decimal:
    """Return the euros that have been paid of a grant."""
    return decision.payments.filter(state="paid").aggregate(total=Sum("sum"))["total"] or Decimal(0)


def asked_back_of(decision: Decision, *, without: RecoveryCase | None = None) -> Decimal:
    """Return the euros that recoveries of a grant ask or have asked back."""
    asked = decision.recoveries.counted()
    if without is not None:
        asked = asked.exclude(pk=without.pk)
    return asked.aggregate(total=Sum("sum"))["total"] or Decimal(0)


def recoverable_of(decision: Decision, *, without: RecoveryCase | None = None) -> Decimal:
    """Return the euros that can still be asked back: paid, less what other recoveries ask or have asked."""
    return max(paid_of(decision) - asked_back_of(decision, without=without), Decimal(0))
