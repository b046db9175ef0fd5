"""Calls for applications: the money, the time, the guide, the criteria and the form."""

from datetime import datetime
from typing import Any, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from common.models import both_or_neither
from common.money import MoneyField
from grants import life_cycles
from grants.models.call_choices import MissingReport, PayWhen
from grants.models.joint import Joint
from grants.models.kinds import GrantKind, Procedure
from grants.models.triggers import any_changed, appropriation_covers_reserves, frozen_with_its_call
from organisations.models import VaultKind


def localized_text(row: Any, field: str) -> str:
    """Return ``field`` in the active language, else in Finnish."""
    return getattr(row, f"{field}_{get_language() or 'fi'}", "") or getattr(row, f"{field}_fi")


class GrantCallQuerySet(models.QuerySet["GrantCall"]):
    """Calls by the question that is asked of them."""

    def public(self) -> Self:
        """Calls that anyone may read: published once. A draft that was cancelled never was."""
        return self.filter(published_at__isnull=False)

    def open_now(self, now: datetime) -> Self:
        """Published calls whose period covers ``now``: from the opening instant to before the closing one."""
        return self.filter(state="published", opens_at__lte=now, closes_at__gt=now)

    def coming(self, now: datetime) -> Self:
        """Published calls that open later."""
        return self.filter(state="published", opens_at__gt=now)

    def to_all(self) -> Self:
        """Calls to which anyone may apply: not those that are negotiated or given to the invited only."""
        return self.filter(procedure=Procedure.CALL)


@pgtrigger.register(
    pgtrigger.Protect(
        name="published_terms_stay",
        operation=pgtrigger.Update,
        condition=pgtrigger.Q(old__published_at__isnull=False)
        & any_changed(
            "kind",
            "procedure",
            "minimum_sum",
            "maximum_sum",
            "minimum_points",
            "appropriation_conditional",
            "four_eyes",
            "joint",
            "joint_shares",
            "state_aid",
            "signatory_demanded",
            "missing_report",
            "missing_report_applying",
        ),
    ),
    appropriation_covers_reserves("appropriation_covers_reserves"),
)
@pghistory.track()
class GrantCall(models.Model):
    """A call (haku): who may ask for what, from when to when, and how much there is to give.

    ``proposed_total`` and ``decided_total`` are the running ledger in euros; they change only under the
    call's row lock and the database refuses a value over the appropriation (määräraha).

    The procedure is the round's own, because a county may one year negotiate a kind and another year call for it.
    A conditional appropriation waits for the county council's budget: ``budget_*`` say what it became.
    With ``four_eyes`` who asked for publishing (``asked_by``) is never who publishes. ``allocation`` is the model
    of sharing that was last taken as the ground of the proposals, with its parameters. ``assessors_per_case`` is how
    many a shared case gets; points that differ by more than ``spread_limit`` are shown as differing. ``joint`` says
    whether organisations apply together; with ``joint_shares`` their shares must add up to what is asked and budgeted.
    ``state_aid`` asks the applicant to declare it; ``signatory_demanded``: see ``grants.confirmation``.
    ``missing_report*``: whether a late use report of the organisation stops payments of this call, and applying to it.
    """

    kind = models.ForeignKey(GrantKind, models.PROTECT, related_name="calls", verbose_name=_("avustuslaji"))
    procedure = models.CharField(_("menettely"), max_length=12, choices=Procedure.choices, default=Procedure.CALL)
    joint = models.CharField(_("yhteishakemukset"), max_length=8, choices=Joint.choices, default=Joint.NO)
    joint_shares = models.BooleanField(_("osuuksien on täsmättävä talousarvioon"), default=True)
    state_aid = models.BooleanField(_("valtiontukiselvitys"), default=False)
    signatory_demanded = models.BooleanField(_("nimenkirjoittaja tai pöytäkirjanote vaaditaan"), default=False)
    title_fi = models.CharField(_("nimi suomeksi"), max_length=150)
    title_sv = models.CharField(_("nimi ruotsiksi"), max_length=150, blank=True)
    title_en = models.CharField(_("nimi englanniksi"), max_length=150, blank=True)
    summary_fi = models.CharField(_("yhdellä virkkeellä suomeksi"), max_length=300)
    summary_sv = models.CharField(_("yhdellä virkkeellä ruotsiksi"), max_length=300, blank=True)
    summary_en = models.CharField(_("yhdellä virkkeellä englanniksi"), max_length=300, blank=True)
    year = models.PositiveSmallIntegerField(_("avustusvuosi"))
    state = models.CharField(_("tila"), max_length=12, choices=life_cycles.CALL.choices(), default="draft")
    opens_at = models.DateTimeField(_("haku alkaa"))
    closes_at = models.DateTimeField(_("haku päättyy"))
    appropriation = MoneyField(_("määräraha"))
    appropriation_conditional = models.BooleanField(_("määräraha on ehdollinen"), default=False)
    condition_fi = models.CharField(_("määrärahan ehto"), max_length=300, blank=True)
    proposed_total = MoneyField(_("esitetty yhteensä"), default=0, editable=False)
    decided_total = MoneyField(_("myönnetty yhteensä"), default=0, editable=False)
    allocation = models.JSONField(default=dict, blank=True, editable=False)
    minimum_sum = MoneyField(_("pienin haettava summa"), default=100)
    maximum_sum = MoneyField(_("suurin haettava summa"))
    minimum_points = models.PositiveSmallIntegerField(_("vähimmäispisteet"), default=15)
    assessors_per_case = models.PositiveSmallIntegerField(_("arvioijia hakemusta kohti"), default=1)
    spread_limit = models.PositiveSmallIntegerField(_("pisteiden eron raja"), default=20)
    decision_expected_on = models.DateField(_("päätös viimeistään"), null=True, blank=True)
    use_report_due_on = models.DateField(_("käyttöselvitys viimeistään"))
    interim_report_due_on = models.DateField(_("väliselvitys viimeistään"), null=True, blank=True)
    supplement_cutoff_at = models.DateTimeField(
        _("täydennyksiä otetaan enintään"), null=True, blank=True, editable=False
    )
    check_items = models.TextField(_("muut tarkistettavat asiat"), max_length=2000, blank=True, editable=False)
    legal_basis_fi = models.TextField(_("päätöksen oikeusperuste"), blank=True)
    pay_when = models.CharField(
        _("milloin avustus maksetaan"), max_length=8, choices=PayWhen.choices, default=PayWhen.FINAL
    )
    acceptance_required = models.BooleanField(_("avustus ja ehdot on hyväksyttävä ennen maksamista"), default=False)
    missing_report = models.CharField(
        _("puuttuva käyttöselvitys ja maksaminen"), max_length=5, choices=MissingReport.choices, default="stops"
    )
    missing_report_applying = models.CharField(
        _("puuttuva käyttöselvitys ja hakeminen"), max_length=5, choices=MissingReport.choices, default="flags"
    )
    cost_centre = models.CharField(_("kustannuspaikka"), max_length=30, blank=True)
    ledger_account = models.CharField(_("tili"), max_length=30, blank=True)
    contact_name = models.CharField(_("lisätietojen antaja"), max_length=150, blank=True)
    contact_email = models.EmailField(_("lisätietojen antajan sähköposti"), blank=True)
    contact_phone = models.CharField(_("lisätietojen antajan puhelin"), max_length=40, blank=True)
    agenda_item = models.OneToOneField(
        "liaisons.AgendaItem", models.PROTECT, null=True, blank=True, editable=False, related_name="grant_call"
    )
    presented_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    presented_at = models.DateTimeField(null=True, blank=True, editable=False)
    laid_before = models.CharField(_("viranhaltija, jolle esitettiin"), max_length=150, blank=True, editable=False)
    budget_body = models.CharField(_("talousarviosta päättänyt toimielin"), max_length=150, blank=True, editable=False)
    budget_decided_on = models.DateField(_("talousarvio päätetty"), null=True, blank=True, editable=False)
    budget_section = models.PositiveSmallIntegerField(_("pykälä"), null=True, blank=True, editable=False)
    budget_recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    budget_recorded_at = models.DateTimeField(null=True, blank=True, editable=False)
    four_eyes = models.BooleanField(default=False, editable=False)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    asked_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(editable=False)

    objects = GrantCallQuerySet.as_manager()

    class Meta:
        verbose_name = _("haku")
        verbose_name_plural = _("haut")
        ordering = ["-closes_at", "pk"]
        indexes = [models.Index(fields=["state", "closes_at"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(closes_at__gt=F("opens_at")),
                name="grants_call_closes_after_opening",
                violation_error_message=_("Haku päättyy ennen kuin se alkaa. Korjaa jompikumpi aika."),
            ),
            models.CheckConstraint(
                condition=Q(appropriation__gt=0),
                name="grants_call_appropriation_positive",
                violation_error_message=_("Määrärahan täytyy olla suurempi kuin nolla."),
            ),
            models.CheckConstraint(
                condition=Q(minimum_sum__gte=0, maximum_sum__gte=F("minimum_sum")),
                name="grants_call_sums_in_order",
                violation_error_message=_("Suurin haettava summa on vähintään pienin summa ja enintään määräraha."),
            ),
            models.CheckConstraint(
                condition=Q(maximum_sum__lte=F("appropriation")) | Q(budget_recorded_at__isnull=False),
                name="grants_call_maximum_within",
                violation_error_message=_("Suurin haettava summa on vähintään pienin summa ja enintään määräraha."),
            ),
            models.CheckConstraint(
                condition=Q(proposed_total__gte=0, proposed_total__lte=F("appropriation")),
                name="grants_call_proposed_within_appropriation",
                violation_error_message=_("Esitykset ylittäisivät määrärahan."),
            ),
            models.CheckConstraint(
                condition=Q(decided_total__gte=0, decided_total__lte=F("appropriation")),
                name="grants_call_decided_within_appropriation",
                violation_error_message=_("Päätökset ylittäisivät määrärahan."),
            ),
            models.CheckConstraint(
                condition=Q(interim_report_due_on__isnull=True) | Q(interim_report_due_on__lt=F("use_report_due_on")),
                name="grants_call_interim_before_final",
                violation_error_message=_("Väliselvityksen päivä on ennen käyttöselvityksen päivää."),
            ),
            models.CheckConstraint(condition=Q(state__in=life_cycles.CALL.keys()), name="grants_call_state"),
            models.CheckConstraint(
                condition=Q(assessors_per_case__in=[1, 2]),
                name="grants_call_assessors_per_case",
                violation_error_message=_("Hakemuksella on yksi tai kaksi arvioijaa."),
            ),
            models.CheckConstraint(
                condition=Q(spread_limit__gte=1, spread_limit__lte=100),
                name="grants_call_spread_limit",
                violation_error_message=_("Pisteiden eron raja on 1–100."),
            ),
            both_or_neither("grants_call_published", "published_by", "published_at"),
            both_or_neither("grants_call_asked", "asked_by", "asked_at"),
            both_or_neither(
                "grants_call_budget", "budget_decided_on", "budget_section", "budget_recorded_by", "budget_recorded_at"
            ),
            models.CheckConstraint(
                condition=Q(appropriation_conditional=False) | ~Q(condition_fi=""),
                name="grants_call_condition_told",
                violation_error_message=_("Kerro, mikä on määrärahan ehto."),
            ),
            models.CheckConstraint(
                condition=Q(appropriation_conditional=True) | Q(budget_recorded_at__isnull=True),
                name="grants_call_budget_of_conditional",
            ),
            models.CheckConstraint(
                condition=Q(appropriation_conditional=False)
                | ~Q(state="decided")
                | Q(budget_recorded_at__isnull=False),
                name="grants_call_decided_after_budget",
            ),
            models.CheckConstraint(
                condition=Q(four_eyes=False)
                | Q(published_by__isnull=True)
                | (Q(asked_by__isnull=False) & ~Q(published_by=F("asked_by"))),
                name="grants_call_four_eyes",
                violation_error_message=_("Julkaisua pyytänyt ei voi itse julkaista hakua."),
            ),
            models.CheckConstraint(
                condition=Q(
                    presented_by__isnull=True, presented_at__isnull=True, agenda_item__isnull=True, laid_before=""
                )
                | (
                    Q(presented_by__isnull=False, presented_at__isnull=False)
                    & (
                        Q(agenda_item__isnull=False, laid_before="")
                        | (Q(agenda_item__isnull=True) & ~Q(laid_before=""))
                    )
                ),
                name="grants_call_presented",
                violation_error_message=_("Haku esitetään joko toimielimen kokoukselle tai viranhaltijalle."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "cancelled"]) | Q(published_at__isnull=False),
                name="grants_call_published_when_public",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def title(self) -> str:
        """The title in the reader's language."""
        return localized_text(self, "title")

    @property
    def summary(self) -> str:
        """One sentence in the reader's language."""
        return localized_text(self, "summary")

    def is_open(self, now: datetime) -> bool:
        """Tell whether an application may be submitted at ``now``; the closing instant itself is too late."""
        return self.state == "published" and self.opens_at <= now < self.closes_at

    @property
    def by_official(self) -> bool:
        """Tell whether an office-holder decides: as it was presented, or before that as the kind says."""
        return bool(self.laid_before) or (self.agenda_item_id is None and self.kind.by_official)

    @property
    def by_invitation(self) -> bool:
        """Tell whether only invited organisations see the call and may apply."""
        return self.procedure != Procedure.CALL

    @property
    def takes_joint(self) -> bool:
        """Tell whether organisations may apply together."""
        return self.joint != Joint.NO

    @property
    def awaits_budget(self) -> bool:
        """Tell whether the appropriation still depends on the county council's budget."""
        return self.appropriation_conditional and self.budget_recorded_at is None

    @property
    def left_to_propose(self) -> Any:
        """Euros of the appropriation that nobody has been proposed yet."""
        return self.appropriation - self.proposed_total


@pgtrigger.register(
    pgtrigger.Protect(
        name="published_guide_stays",
        operation=pgtrigger.Update | pgtrigger.Delete,
        condition=pgtrigger.Q(old__published_at__isnull=False),
    )
)
class CallGuideline(models.Model):
    """A version of the call's guide (hakuohje) in three languages; a published one never changes.

    The guide is a dated decision of a body (for instance Siun sote's board 13.10.2022 § 54).
    """

    call = models.ForeignKey(GrantCall, models.CASCADE, related_name="guidelines")
    version = models.PositiveSmallIntegerField(default=1)
    text_fi = models.TextField(_("ohje suomeksi"))
    text_sv = models.TextField(_("ohje ruotsiksi"), blank=True)
    text_en = models.TextField(_("ohje englanniksi"), blank=True)
    decided_by = models.CharField(_("ohjeen hyväksynyt toimielin"), max_length=150, blank=True)
    decided_on = models.DateField(_("hyväksytty"), null=True, blank=True)
    section = models.PositiveSmallIntegerField(_("pykälä"), null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("hakuohje")
        verbose_name_plural = _("hakuohjeet")
        constraints = [models.UniqueConstraint(fields=["call", "version"], name="grants_guideline_version")]

    def __str__(self) -> str:
        return f"{self.call} {self.version}"

    @property
    def text(self) -> str:
        """The guide in the reader's language."""
        return localized_text(self, "text")


@pgtrigger.register(frozen_with_its_call("published_criterion_stays", "changed.call_id"))
class Criterion(models.Model):
    """An assessment criterion (arviointiperuste) with its weight: the most points it can give."""

    call = models.ForeignKey(GrantCall, models.CASCADE, related_name="criteria")
    order = models.PositiveSmallIntegerField(default=1)
    name_fi = models.CharField(_("peruste suomeksi"), max_length=200)
    name_sv = models.CharField(_("peruste ruotsiksi"), max_length=200, blank=True)
    name_en = models.CharField(_("peruste englanniksi"), max_length=200, blank=True)
    weight = models.PositiveSmallIntegerField(_("pisteitä enintään"))

    class Meta:
        verbose_name = _("arviointiperuste")
        verbose_name_plural = _("arviointiperusteet")
        ordering = ["call", "order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(weight__gte=1, weight__lte=100),
                name="grants_criterion_weight",
                violation_error_message=_("Pisteitä on vähintään 1 ja enintään 100."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The criterion in the reader's language."""
        return localized_text(self, "name")


@pgtrigger.register(
    frozen_with_its_call(
        "published_level_stays", "(SELECT call_id FROM grants_criterion WHERE id = changed.criterion_id)"
    )
)
class CriterionLevel(models.Model):
    """A written anchor: what earns this many points of the criterion."""

    criterion = models.ForeignKey(Criterion, models.CASCADE, related_name="levels")
    points = models.PositiveSmallIntegerField(_("pisteet"))
    anchor_fi = models.CharField(_("kuvaus suomeksi"), max_length=300)
    anchor_sv = models.CharField(_("kuvaus ruotsiksi"), max_length=300, blank=True)
    anchor_en = models.CharField(_("kuvaus englanniksi"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("tason kuvaus")
        verbose_name_plural = _("tasojen kuvaukset")
        ordering = ["criterion", "points"]
        constraints = [models.UniqueConstraint(fields=["criterion", "points"], name="grants_level_points")]

    def __str__(self) -> str:
        return f"{self.points}: {self.anchor}"

    @property
    def anchor(self) -> str:
        """The description in the reader's language."""
        return localized_text(self, "anchor")


@pgtrigger.register(frozen_with_its_call("published_slot_stays", "changed.call_id"))
class AttachmentSlot(models.Model):
    """A named place for an attachment: rules, accounts, activity report …"""

    call = models.ForeignKey(GrantCall, models.CASCADE, related_name="attachment_slots")
    order = models.PositiveSmallIntegerField(default=1)
    name_fi = models.CharField(_("liite suomeksi"), max_length=150)
    name_sv = models.CharField(_("liite ruotsiksi"), max_length=150, blank=True)
    name_en = models.CharField(_("liite englanniksi"), max_length=150, blank=True)
    help_fi = models.CharField(_("ohje suomeksi"), max_length=300, blank=True)
    help_sv = models.CharField(_("ohje ruotsiksi"), max_length=300, blank=True)
    help_en = models.CharField(_("ohje englanniksi"), max_length=300, blank=True)
    vault_kind = models.CharField(
        _("asiakirjasalkun asiakirja"),
        max_length=20,
        choices=VaultKind.choices,
        blank=True,
        default="",
        help_text=_("Hakija voi liittää tämän asiakirjan salkustaan lataamatta sitä uudelleen."),
    )
    required = models.BooleanField(_("pakollinen"), default=True)
    several = models.BooleanField(_("useita tiedostoja"), default=False)
    later_allowed = models.BooleanField(
        _("saa toimittaa myöhemmin"),
        default=False,
        help_text=_("Hakija voi lähettää hakemuksen ja luvata liitteen myöhemmäksi, esimerkiksi tilinpäätöksen."),
    )
    later_by = models.DateField(
        _("toimitettava viimeistään"),
        null=True,
        blank=True,
        help_text=_("Viimeinen päivä, jonka hakija voi luvata. Kirjoita vain, jos liitteen saa toimittaa myöhemmin."),
    )

    class Meta:
        verbose_name = _("liitepaikka")
        verbose_name_plural = _("liitepaikat")
        ordering = ["call", "order", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(later_allowed=False, later_by__isnull=True) | Q(later_allowed=True, later_by__isnull=False),
                name="grants_slot_later_has_a_day",
                violation_error_message=_(
                    "Kirjoita viimeinen toimituspäivä, jos liitteen saa toimittaa myöhemmin. "
                    "Muuten jätä päivä tyhjäksi."
                ),
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The slot's name in the reader's language."""
        return localized_text(self, "name")

    @property
    def help(self) -> str:
        """The slot's help in the reader's language."""
        return localized_text(self, "help")


@pgtrigger.register(
    pgtrigger.Protect(
        name="published_form_stays",
        operation=pgtrigger.Update | pgtrigger.Delete,
        condition=pgtrigger.Q(old__published_at__isnull=False),
    )
)
class FormVersion(models.Model):
    """A version of the application form as data (grants.form_definition); a published one never changes.

    ``revision`` grows with each edit of a draft, so that an old tab cannot destroy another's edit.
    """

    call = models.ForeignKey(GrantCall, models.CASCADE, related_name="form_versions")
    number = models.PositiveSmallIntegerField(default=1)
    revision = models.PositiveIntegerField(default=0, editable=False)
    definition = models.JSONField()
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("lomakeversio")
        verbose_name_plural = _("lomakeversiot")
        constraints = [models.UniqueConstraint(fields=["call", "number"], name="grants_form_version_number")]

    def __str__(self) -> str:
        return f"{self.call} {self.number}"
