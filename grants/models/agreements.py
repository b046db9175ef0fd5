"""Agreements with organisations: kinds, parties, the text negotiated in versions, and who approved which version.

Partnership, co-operation and letter-of-intent agreements (kumppanuus-, yhteistyö- ja aiesopimus) are negotiated here;
contracts on purchased services are made elsewhere and stand here only as a reference.
"""

from datetime import date
from typing import Any, Self

import pghistory
import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from common.models import both_or_neither
from common.money import MoneyField
from common.times import add_days
from county.models import AreaRow, LocalizedName, Municipality
from documents.models import RenderedDocument, StoredFile
from grants.life_cycles_agreements import AGREED, AGREEMENT, OPEN
from liaisons.models import CooperationRequest, Need, Power, Unit
from organisations.models import Organisation

_ALL_APPROVED = """
    IF NEW.state = 'in_force' AND NEW.reference = '' AND (
        NOT EXISTS (
            SELECT 1 FROM grants_agreementsignature s JOIN grants_agreementversion v ON v.id = s.version_id
            WHERE v.id = NEW.signed_version_id AND v.agreement_id = NEW.id
            AND s.party_id IS NULL AND s.withdrawn_at IS NULL
        ) OR EXISTS (
            SELECT 1 FROM grants_agreementparty p WHERE p.agreement_id = NEW.id AND NOT EXISTS (
                SELECT 1 FROM grants_agreementsignature s WHERE s.version_id = NEW.signed_version_id
                AND s.party_id = p.id AND s.withdrawn_at IS NULL
            )
        )
    ) THEN
        RAISE EXCEPTION 'grants_agreement_all_approved' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""

#: A term that is written or changed is no longer than its kind allows; what stood before the limit stays.
_WITHIN_YEARS = """
    IF NEW.starts_on IS NOT NULL AND NEW.ends_on IS NOT NULL AND (
        TG_OP = 'INSERT' OR NEW.starts_on IS DISTINCT FROM OLD.starts_on OR NEW.ends_on IS DISTINCT FROM OLD.ends_on
        OR NEW.kind_id <> OLD.kind_id
    ) AND EXISTS (
        SELECT 1 FROM grants_agreementkind k WHERE k.id = NEW.kind_id AND k.most_years IS NOT NULL
        AND NEW.ends_on >= NEW.starts_on + make_interval(years => k.most_years::int)
        AND NOT (to_char(NEW.starts_on, 'MMDD') = '0229' AND NEW.ends_on < (NEW.starts_on + 1)
            + make_interval(years => k.most_years::int))
    ) THEN
        RAISE EXCEPTION 'grants_agreement_most_years' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
"""


class Side(models.TextChoices):
    """The two sides of a negotiation; all organisations of an agreement are one side."""

    COUNTY = "county", _("Hyvinvointialue")
    ORGANISATION = "organisation", _("Järjestö")

    @property
    def other(self) -> "Side":
        """The side across the table."""
        return Side.ORGANISATION if self is Side.COUNTY else Side.COUNTY


class Relation(models.TextChoices):
    """What an agreement is to the one before it."""

    AMENDMENT = "amendment", _("muutos")
    RENEWAL = "renewal", _("jatko")


class AgreementKind(LocalizedName, AreaRow):
    """A kind of agreement that the county uses; rows of the area file, never branches in code.

    ``signed_with`` is the delegated power with which an office-holder signs for the county. ``plan_years`` is the
    length of the implementation plan, ``most_years`` of the term, ``reporting_months`` the interval of reporting.
    ``is_reference`` marks contracts that are made elsewhere.
    """

    key = models.SlugField(_("tunnus"), max_length=80, unique=True)
    signed_with = models.CharField(_("toimivalta"), max_length=20, choices=Power.choices, default=Power.AGREEMENT)
    plan_years = models.PositiveSmallIntegerField(_("toteuttamissuunnitelma, vuotta"), null=True, blank=True)
    most_years = models.PositiveSmallIntegerField(_("sopimuskausi enintään, vuotta"), null=True, blank=True)
    reporting_months = models.PositiveSmallIntegerField(_("raportointiväli, kuukautta"), null=True, blank=True)
    is_reference = models.BooleanField(_("vain viitteenä"), default=False)

    class Meta:
        verbose_name = _("sopimuslaji")
        verbose_name_plural = _("sopimuslajit")
        ordering = ["name_fi"]

    def __str__(self) -> str:
        return self.name

    def last_day(self, starts_on: date) -> date | None:
        """Return the last day that a term of the kind may have when it starts on the day; None: no limit.

        Two years from 1.1.2027 end on 31.12.2028, one from 29.2.2028 on 28.2.2029.
        """
        if self.most_years is None:
            return None
        try:
            return add_days(starts_on.replace(year=starts_on.year + self.most_years), -1)
        except ValueError:  # 29 February
            return date(starts_on.year + self.most_years, 2, 28)


class AgreementQuerySet(models.QuerySet["Agreement"]):
    """Agreements by how far they are."""

    def open(self) -> Self:
        """Those whose text is still open."""
        return self.filter(state__in=OPEN)

    def agreed(self) -> Self:
        """Those that all have approved."""
        return self.filter(state__in=AGREED)

    def lasting(self, on: date) -> Self:
        """Those agreed whose last day is not over; one that was terminated lasts to the day it was terminated to."""
        lasts = Q(ends_on__isnull=True) | Q(ends_on__gte=on)
        return self.filter(Q(state="in_force") & lasts | Q(state="terminated", ended_on__gte=on))


@pgtrigger.register(
    pgtrigger.Trigger(
        name="all_approved",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=_ALL_APPROVED,
    ),
    pgtrigger.Trigger(
        name="most_years",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert | pgtrigger.Update,
        func=_WITHIN_YEARS,
    ),
)
@pghistory.track(exclude=["draft"])
class Agreement(models.Model):
    """One agreement. Its columns say what was sent last; ``draft`` is the text that the side with the turn edits.

    ``sum`` is in euros. ``reference`` is the number of a contract made elsewhere. ``need`` and
    ``cooperation_request`` tell from what it began, while they are kept. Personal data: who wrote and who
    approved; kept as the agreement, by the records plan.
    """

    kind = models.ForeignKey(AgreementKind, models.PROTECT, related_name="agreements", verbose_name=_("laji"))
    number = models.CharField(_("asianumero"), max_length=60, unique=True)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, blank=True, related_name="agreements", verbose_name=_("yksikkö")
    )
    previous = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="successors")
    relation = models.CharField(_("suhde edelliseen"), max_length=10, choices=Relation.choices, blank=True)
    state = models.CharField(_("tila"), max_length=12, choices=AGREEMENT.choices(), default="draft")
    turn = models.CharField(_("vuoro"), max_length=12, choices=Side.choices, default=Side.COUNTY)
    title = models.CharField(_("nimi"), max_length=200)
    purpose = models.TextField(_("tarkoitus"), max_length=4000, blank=True)
    other_parties = models.TextField(_("muut osapuolet"), max_length=1000, blank=True)
    starts_on = models.DateField(_("alkaa"), null=True, blank=True)
    ends_on = models.DateField(_("päättyy"), null=True, blank=True)
    sum = MoneyField(_("summa"), null=True, blank=True)
    municipalities = models.ManyToManyField(Municipality, blank=True, related_name="+", verbose_name=_("kunnat"))
    reporting_months = models.PositiveSmallIntegerField(_("raportointiväli, kuukautta"), null=True, blank=True)
    draft = models.JSONField(default=dict, blank=True)
    draft_revision = models.PositiveIntegerField(default=0)
    draft_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    draft_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(_("aloitettu"))
    signed_version = models.ForeignKey(
        "grants.AgreementVersion", models.PROTECT, null=True, blank=True, related_name="+"
    )
    in_force_at = models.DateTimeField(_("tuli voimaan"), null=True, blank=True)
    document = models.ForeignKey(RenderedDocument, models.PROTECT, null=True, blank=True, related_name="+")
    need = models.ForeignKey(
        Need, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("tarve, josta syntyi")
    )
    cooperation_request = models.ForeignKey(
        CooperationRequest,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("yhteistyöpyyntö, josta syntyi"),
    )
    reference = models.CharField(_("sopimuksen numero"), max_length=100, blank=True)
    reference_url = models.URLField(_("sopimuksen osoite"), max_length=300, blank=True)
    ended_on = models.DateField(_("viimeinen päivä"), null=True, blank=True)
    end_reason = models.TextField(_("miksi päättyi"), max_length=2000, blank=True)

    objects = AgreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("sopimus")
        verbose_name_plural = _("sopimukset")
        ordering = ["-created_at", "-pk"]
        indexes = [models.Index(fields=["state", "ends_on"], name="grants_agreement_state_idx")]
        constraints = [
            models.CheckConstraint(condition=Q(state__in=AGREEMENT.keys()), name="grants_agreement_state"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="grants_agreement_term_order",
                violation_error_message=_(
                    "Sopimus päättyy ennen kuin se alkaa. Korjaa alkamispäivä tai päättymispäivä."
                ),
            ),
            models.CheckConstraint(
                condition=Q(sum__isnull=True) | Q(sum__gt=0),
                name="grants_agreement_sum_positive",
                violation_error_message=_("Summa on suurempi kuin nolla. Jätä se tyhjäksi, jos rahasta ei sovita."),
            ),
            both_or_neither("grants_agreement_signed", "signed_version", "in_force_at"),
            both_or_neither("grants_agreement_drafted", "draft_by", "draft_at"),
            models.CheckConstraint(
                condition=~Q(state__in=AGREED)
                | ((Q(signed_version__isnull=False) | ~Q(reference="")) & Q(starts_on__isnull=False)),
                name="grants_agreement_agreed_has_text",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["dropped", "terminated"]) | (Q(ended_on__isnull=False) & ~Q(end_reason="")),
                name="grants_agreement_ended_has_reason",
                violation_error_message=_("Kirjoita, miksi sopimus tai neuvottelu päättyy."),
            ),
            models.CheckConstraint(
                condition=Q(previous__isnull=True, relation="") | (Q(previous__isnull=False) & ~Q(relation="")),
                name="grants_agreement_relation_known",
            ),
            models.UniqueConstraint(
                fields=["previous", "relation"], condition=Q(state__in=OPEN), name="grants_agreement_one_successor"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("grants:agreement", args=[self.pk])

    @property
    def state_label(self) -> Any:
        """The state's name."""
        return AGREEMENT.label(self.state)

    @property
    def tone(self) -> str:
        """The tone of the state's tag."""
        return AGREEMENT.tone(self.state)

    @property
    def is_open(self) -> bool:
        """Tell whether the text is still open."""
        return self.state in OPEN

    @property
    def lasts_until(self) -> date | None:
        """The last day of the term, sooner where it was terminated; None: until further notice."""
        return self.ended_on if self.state == "terminated" else self.ends_on


class AgreementParty(models.Model):
    """An organisation that is a party of an agreement and approves it."""

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="parties")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="agreement_parties")

    class Meta:
        verbose_name = _("sopimuksen osapuoli")
        verbose_name_plural = _("sopimuksen osapuolet")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["agreement", "organisation"], name="grants_agreement_party_once")
        ]

    def __str__(self) -> str:
        return f"{self.agreement_id}: {self.organisation_id}"


@pgtrigger.register(pgtrigger.Protect(name="version_stays", operation=pgtrigger.Update | pgtrigger.Delete))
class AgreementVersion(models.Model):
    """The text that one side sent to the other, as it was; never changed. ``sha256`` is of the canonical JSON.

    Personal data: names that stand in the text, and who sent it; kept as the agreement.
    """

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="versions")
    number = models.PositiveSmallIntegerField(_("versio"))
    side = models.CharField(_("kuka lähetti"), max_length=12, choices=Side.choices)
    content = models.JSONField()
    sha256 = models.CharField(max_length=64)
    message = models.TextField(_("viesti"), max_length=2000, blank=True)
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(_("lähetetty"))

    class Meta:
        verbose_name = _("sopimuksen versio")
        verbose_name_plural = _("sopimuksen versiot")
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["agreement", "number"], name="grants_agreement_version_number")]

    def __str__(self) -> str:
        return f"{self.agreement_id}/{self.number}"


class AgreementFile(StoredFile):
    """The scan of an agreement that was signed on paper.

    Personal data: names and signatures on the paper. Kept as the agreement.
    """

    agreement = models.ForeignKey(Agreement, models.PROTECT, related_name="files")

    class Meta(StoredFile.Meta):
        verbose_name = _("paperilla allekirjoitettu sopimus")
        verbose_name_plural = _("paperilla allekirjoitetut sopimukset")


@pgtrigger.register(
    pgtrigger.ReadOnly(
        name="signature_stays", fields=["version", "party", "signer", "title", "signed_on", "file", "entered_by"]
    ),
    pgtrigger.Protect(name="signature_not_deleted", operation=pgtrigger.Delete),
)
class AgreementSignature(models.Model):
    """The approval of one version by one party; without ``party`` it is the county's.

    Given in the portal by whoever may sign, or noted by an officer from a paper with its scan. When the parties return
    to the negotiation it stays, withdrawn. Personal data: who signed; kept as the agreement.
    """

    version = models.ForeignKey(AgreementVersion, models.PROTECT, related_name="signatures")
    party = models.ForeignKey(AgreementParty, models.PROTECT, null=True, blank=True, related_name="signatures")
    signer = models.CharField(_("allekirjoittaja"), max_length=200)
    title = models.CharField(_("tehtävä tai asema"), max_length=200, blank=True)
    signed_on = models.DateField(_("allekirjoitettu"))
    file = models.ForeignKey(AgreementFile, models.PROTECT, null=True, blank=True, related_name="signatures")
    entered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    entered_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("sopimuksen hyväksyntä")
        verbose_name_plural = _("sopimuksen hyväksynnät")
        ordering = ["entered_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "party"],
                condition=Q(withdrawn_at__isnull=True),
                nulls_distinct=False,
                name="grants_agreement_signature_once",
            ),
            models.CheckConstraint(condition=~Q(signer=""), name="grants_agreement_signature_has_signer"),
        ]

    def __str__(self) -> str:
        return f"{self.version_id}: {self.signer}"


class AgreementNote(models.Model):
    """What happened, or a comment of one side to the other; both sides read it.

    ``text`` of an event (``verb`` set) is a whole Finnish sentence. Personal data: who wrote; kept as the agreement.
    """

    agreement = models.ForeignKey(Agreement, models.CASCADE, related_name="notes")
    verb = models.CharField(max_length=30, blank=True)
    side = models.CharField(max_length=12, choices=Side.choices, blank=True)
    text = models.TextField(_("kommentti"), max_length=2000)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("sopimuksen tapahtuma tai kommentti")
        verbose_name_plural = _("sopimuksen tapahtumat ja kommentit")
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="grants_agreement_note_has_text",
                violation_error_message=_("Kirjoita kommentti."),
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]
