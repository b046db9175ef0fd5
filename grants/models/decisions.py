"""Decisions that hold, and the money that follows them."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.legal_dates import ServedBy
from common.models import both_or_neither
from common.money import MoneyField
from common.times import local_date
from documents.models import RenderedDocument
from grants import life_cycles
from grants.life_cycles_claims import PENDING
from grants.life_cycles_negotiations import SMALLER, UNDECIDED
from grants.models.applications import Application
from grants.models.call_choices import PayWhen
from grants.models.outcomes import GRANTS, Outcome, fits_sum, outcome_of
from grants.models.triggers import paid_once, paid_stays
from grants.models.votes import DissentFacts, VoteTold
from organisations.numbers import format_iban


class Acceptance(models.TextChoices):
    """What the applicant answered to a grant and its terms."""

    ACCEPTED = "accepted", _("Hyväksytty ehtoineen")
    DECLINED = "declined", _("Kieltäydytty")


def reference(section: int | None, number: int | None, year: int | None) -> str:
    """Return how a decision is referred to: ``12 §`` of the minutes, else ``nro 3/2027`` of the office-holder."""
    if section is not None:
        return f"{section} §"
    return gettext("nro %(number)s/%(year)s") % {"number": number, "year": year} if number else ""


class DecisionQuerySet(models.QuerySet["Decision"]):
    """Decisions by the question that is asked of them."""

    def becoming_final(self, now: datetime) -> Self:
        """Issued decisions whose periods are over on the local day of ``now`` and nothing about them is pending.

        Pending: a claim that has not been decided, an appeal, or a period of appeal that still runs.
        """
        return self.filter(state="issued", final_on__lte=local_date(now)).exclude(pk__in=self._held(now))

    def _held(self, now: datetime) -> Any:
        waits = Q(claims__state__in=PENDING) | Q(claims__state="decided", claims__appeal_ends_on__gte=local_date(now))
        # A claim about a change or a recovery of the grant holds that decision, not this one.
        return self.model._default_manager.filter(waits, claims__target="grant").values("pk")

    def payable(self, now: datetime) -> Self:
        """Grants that may be paid: final, or issued where the call says so and nothing is pending, and accepted.

        Those that depend on another funder only once it has decided.
        """
        is_early = Q(state="issued", application__call__pay_when=PayWhen.ISSUED) & ~Q(pk__in=self._held(now))
        is_due = Q(state="final") | is_early
        is_accepted = Q(application__call__acceptance_required=False) | Q(acceptance=Acceptance.ACCEPTED)
        return self.filter(is_due, is_accepted, sum__gt=0).exclude(pk__in=self._waiting_cofunders())

    def _waiting_cofunders(self) -> Any:
        """Return the grants that wait for another funder's decision, or for a smaller one to be settled."""
        funder = "application__cofunding__"
        undecided = {f"{funder}is_condition": True, f"{funder}state__in": UNDECIDED}
        smaller = {f"{funder}is_condition": True, f"{funder}state__in": SMALLER, f"{funder}settled_at__isnull": True}
        return self.model._default_manager.filter(Q(**undecided) | Q(**smaller)).values("pk")


@pghistory.track()
class Decision(VoteTold, models.Model):
    """A decision (päätös) in one case with meeting, §, reasons, legal basis and its legal dates.

    Hallintolaki 434/2003 43–47 §: it is never issued without reasons, legal basis, contact and appeal guide.
    ``planned_total`` is the sum of its payments in euros and never passes ``sum``. The row is the decision as it
    now stands; every text that has been served is kept as a ``DecisionVersion``. A declined grant has ``sum`` 0 and
    what was granted in ``declined_sum``. ``members_end_on``: the last day on which a member of the county may claim.
    ``course`` is who withdrew and who presided in the case (``liaisons.matters.course_of``), empty where nobody did.

    It is made in one of two ways: by a body (agenda item and §) or by an office-holder (``official_number`` of the
    post and year, who decided, and whose proposal it was: never the same person). ``claims_body`` is the body that
    decides claims of an office-holder's decision; when that has changed the decision, its § stands here too.
    """

    application = models.OneToOneField(Application, models.PROTECT, related_name="decision")
    state = models.CharField(_("tila"), max_length=10, choices=life_cycles.DECISION.choices(), default="recorded")
    version = models.PositiveSmallIntegerField(_("versio"), default=1)
    outcome = models.CharField(_("ratkaisu"), max_length=12, choices=Outcome.choices, default=Outcome.REJECTED)
    sum = MoneyField(_("myönnetty summa"))
    reasons = models.TextField(_("perustelut"))
    legal_basis = models.TextField(_("oikeusperuste"))
    purpose = models.TextField(_("käyttötarkoitus"), blank=True)
    terms = models.TextField(_("ehdot"), blank=True)
    contact = models.CharField(_("lisätietojen antaja ja yhteystieto"), max_length=300, blank=True)
    votes_for = models.PositiveSmallIntegerField(_("ääniä esityksen puolesta"), null=True, blank=True)
    votes_against = models.PositiveSmallIntegerField(_("ääniä vastaan"), null=True, blank=True)
    votes_blank = models.PositiveSmallIntegerField(_("tyhjiä ääniä"), null=True, blank=True)
    vote_text = models.TextField(_("äänestys"), max_length=2000, blank=True)
    dissent = models.TextField(_("eriävä mielipide"), max_length=2000, blank=True)
    course = models.JSONField(_("esteellisyys ja puheenjohto"), default=dict, blank=True, editable=False)
    minutes_published_on = models.DateField(_("pöytäkirja julkaistu verkossa"), null=True, blank=True)
    members_end_on = models.DateField(_("jäsenen oikaisuvaatimus viimeistään"), null=True, blank=True)
    acceptance = models.CharField(_("vastaus ehtoihin"), max_length=10, choices=Acceptance.choices, blank=True)
    declined_sum = MoneyField(_("summa, josta kieltäydyttiin"), default=0, editable=False)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    answered_at = models.DateTimeField(null=True, blank=True)
    body_name = models.CharField(_("päättäjä"), max_length=200)
    agenda_item = models.ForeignKey("liaisons.AgendaItem", models.PROTECT, null=True, blank=True, related_name="+")
    official_number = models.PositiveIntegerField(_("viranhaltijapäätöksen numero"), null=True, blank=True)
    official_year = models.PositiveSmallIntegerField(_("numeron vuosi"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("viranhaltija"),
    )
    prepared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    as_deputy = models.BooleanField(_("sijaisena"), default=False)
    claims_body = models.CharField(_("oikaisuvaatimuksen ratkaisija"), max_length=200, blank=True)
    decided_on = models.DateField(_("päätöspäivä"))
    section_number = models.PositiveSmallIntegerField(_("pykälä"), null=True, blank=True)
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
            models.CheckConstraint(
                condition=Q(state="recorded") | ~Q(contact=""),
                name="grants_decision_has_contact",
                violation_error_message=_("Päätös tarvitsee lisätietojen antajan ja yhteystiedon."),
            ),
            fits_sum("grants_decision_outcome_fits_sum", Q(acceptance="declined", sum=0, outcome__in=GRANTS)),
            models.CheckConstraint(
                condition=Q(declined_sum=0) | Q(declined_sum__gt=0, acceptance="declined"),
                name="grants_decision_declined_sum",
            ),
            models.CheckConstraint(
                condition=Q(acceptance="", answered_by__isnull=True, answered_at__isnull=True)
                | Q(acceptance__in=Acceptance.values, answered_by__isnull=False, answered_at__isnull=False),
                name="grants_decision_answered_by",
            ),
            models.CheckConstraint(
                condition=Q(
                    agenda_item__isnull=False,
                    section_number__isnull=False,
                    official_number__isnull=True,
                    official_year__isnull=True,
                    decided_by__isnull=True,
                    prepared_by__isnull=True,
                )
                | Q(
                    Q(section_number__isnull=True) | Q(version__gt=1),
                    agenda_item__isnull=True,
                    official_number__isnull=False,
                    official_year__isnull=False,
                    decided_by__isnull=False,
                    prepared_by__isnull=False,
                ),
                name="grants_decision_one_way",
                violation_error_message=_("Päätöksellä on joko kokouksen pykälä tai viranhaltijapäätöksen numero."),
            ),
            models.UniqueConstraint(
                fields=["body_name", "official_year", "official_number"],
                name="grants_decision_official_number",
                violation_error_message=_("Tämä viranhaltijapäätöksen numero on jo käytetty."),
            ),
            models.CheckConstraint(
                condition=~Q(decided_by=F("prepared_by")),
                name="grants_decision_four_eyes",
                violation_error_message=_("Esityksen tekijä ei voi itse päättää asiaa."),
            ),
            both_or_neither("grants_decision_members_period", "minutes_published_on", "members_end_on"),
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

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Keep the outcome with the sum, except where the grant has been declined."""
        if self.acceptance != Acceptance.DECLINED:
            is_not_examined = self.outcome == Outcome.NOT_EXAMINED
            self.outcome = outcome_of(self.sum, self.application.asked_sum, not_examined=is_not_examined)
        super().save(*args, **kwargs)

    @property
    def is_official(self) -> bool:
        """Tell whether an office-holder made the decision, also when a claim has changed it since."""
        return self.official_number is not None

    @property
    def stands_by_section(self) -> bool:
        """Tell whether what stands now was decided by a body in its meeting."""
        return self.section_number is not None

    @property
    def decider(self) -> str:
        """Who decided what stands now: the body, the post, or the body that changed it upon a claim."""
        return self.claims_body if self.is_official and self.stands_by_section else self.body_name

    @property
    def reference(self) -> str:
        """The section of the minutes, ``12 §``, or the number of the office-holder's decision, ``nro 3/2027``."""
        return reference(self.section_number, self.official_number, self.official_year)

    @property
    def claims_decider(self) -> str:
        """The body that decides claims for revision."""
        return self.claims_body or self.body_name

    @property
    def use_report(self) -> Any:
        """The final use report, or None; read from what was prefetched where it was."""
        return next((report for report in self.use_reports.all() if not report.is_interim), None)

    @property
    def is_grant(self) -> bool:
        """Tell whether something was granted."""
        return bool(self.sum > 0)

    @property
    def is_declined(self) -> bool:
        """Tell whether the applicant has declined the grant."""
        return self.acceptance == Acceptance.DECLINED

    @property
    def is_not_examined(self) -> bool:
        """Tell whether the application was left unexamined."""
        return self.outcome == Outcome.NOT_EXAMINED

    @property
    def outcome_tone(self) -> str:
        """The tone of the outcome's tag."""
        return "ok" if self.is_grant else "none"

    @property
    def outcome_label(self) -> str:
        """What became of the application, in a word or two."""
        return str(_("Kieltäydytty avustuksesta") if self.is_declined else Outcome(self.outcome).label)

    @property
    def left_to_plan(self) -> Decimal:
        """Euros of the granted sum that no instalment covers yet."""
        return Decimal(self.sum - self.planned_total)

    def is_final(self, on: date) -> bool:
        """Tell whether the decision is legally binding on the day (lainvoimainen)."""
        return self.state == "final" and self.final_on is not None and self.final_on <= on

    def is_due_for_payment(self, on: date) -> bool:
        """Tell whether money may follow on the day: final, or issued where the call pays before that."""
        pays_early = self.application.call.pay_when == PayWhen.ISSUED
        return self.is_final(on) or (pays_early and self.state == "issued")


class DecisionDissent(DissentFacts):
    """Who left a dissent to a grant's decision."""

    decision = models.ForeignKey(Decision, models.CASCADE, related_name="dissents")

    class Meta:
        verbose_name = _("eriävän mielipiteen jättänyt")
        verbose_name_plural = _("eriävän mielipiteen jättäneet")
        ordering = ["decision", "name"]
        constraints = [models.UniqueConstraint(fields=["decision", "attendance"], name="grants_dissent_once")]


@pgtrigger.register(paid_once("paid_once"), paid_stays("paid_stays"))
@pghistory.track()
class Payment(models.Model):
    """One instalment of a grant. Who prepares it does not release it (four eyes, held by the database).

    ``iban`` and ``holder`` are the organisation's verified account, copied at release. ``not_before``,
    ``after_interim`` and ``agreement`` are what this instalment waits for before its release, as it was planned.
    """

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="payments")
    number = models.PositiveSmallIntegerField(_("erä"))
    sum = MoneyField(_("summa"))
    state = models.CharField(_("tila"), max_length=10, choices=life_cycles.PAYMENT.choices(), default="planned")
    iban = models.CharField(_("tilinumero"), max_length=34, blank=True)
    holder = models.CharField(_("tilin omistaja"), max_length=200, blank=True)
    not_before = models.DateField(_("maksetaan aikaisintaan"), null=True, blank=True)
    after_interim = models.BooleanField(_("vasta, kun väliselvitys on hyväksytty"), default=False)
    agreement = models.ForeignKey(
        "grants.Agreement",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="payments",
        verbose_name=_("vasta, kun sopimus on hyväksytty"),
    )
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
