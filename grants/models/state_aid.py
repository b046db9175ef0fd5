"""State aid: what an applicant declares of it, the officer's mark on a grant, and the ledger of de minimis aid.

Commission Regulation (EU) 2023/2831: at most 300 000 euros of de minimis aid in any three years to a single
undertaking; every grant of it is registered in a central register within 20 working days from 1.1.2026 on.
"""

import re
from datetime import date
from typing import Any, Self

import pghistory
from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from common.models import both_or_neither
from common.money import MoneyField
from grants.models.applications import Application
from grants.models.decisions import Decision
from organisations.models import Organisation

#: Aid granted before this day is not registered in the central register (2023/2831 article 6).
REGISTERED_FROM = date(2026, 1, 1)
#: So many rows of earlier aid one declaration holds at most.
MOST_DECLARED = 40

NACE = re.compile(r"[0-9]{2}(\.[0-9]{1,2})?")

nace_code = RegexValidator(
    rf"^{NACE.pattern}$",
    _("Kirjoita toimialan koodi numeroina, esimerkiksi 88.99."),
    code="nace",
)


class StateAidDeclaration(models.Model):
    """What the applicant says: is the activity economic, and has the undertaking got de minimis aid in three years.

    ``linked`` names those who make up the same single undertaking with the applicant. ``declared_at`` is the day to
    which the three years are counted. Personal data: who declared. Kept as long as the application.
    """

    application = models.OneToOneField(Application, models.CASCADE, related_name="state_aid")
    is_economic = models.BooleanField(_("toiminta on taloudellista"))
    has_earlier = models.BooleanField(_("muuta vähämerkityksistä tukea on saatu"), null=True, blank=True)
    linked = models.TextField(_("samaan yritykseen kuuluvat"), max_length=1000, blank=True)
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()

    class Meta:
        verbose_name = _("valtiontukiselvitys")
        verbose_name_plural = _("valtiontukiselvitykset")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_economic=True, has_earlier__isnull=False)
                | Q(is_economic=False, has_earlier__isnull=True, linked=""),
                name="grants_aid_declaration_whole",
                violation_error_message=_("Kerro, onko muuta vähämerkityksistä tukea saatu."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.is_economic}"


class AidRow(models.Model):
    """One earlier aid: who granted it, when, how much in euros, for what."""

    granter = models.CharField(_("myöntäjä"), max_length=200)
    granted_on = models.DateField(_("myönnetty"))
    sum = MoneyField(_("summa"))
    purpose = models.CharField(_("tarkoitus"), max_length=300)

    class Meta:
        abstract = True

    @property
    def key(self) -> tuple[str, date, Any]:
        """What makes two rows of different sources the same aid."""
        return " ".join(self.granter.casefold().split()), self.granted_on, self.sum


class DeclaredAid(AidRow):
    """De minimis aid of another granter, as the applicant declares it in an application."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="declared_aid")

    class Meta:
        verbose_name = _("ilmoitettu vähämerkityksinen tuki")
        verbose_name_plural = _("ilmoitetut vähämerkityksiset tuet")
        ordering = ["-granted_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sum__gt=0),
                name="grants_declared_aid_positive",
                violation_error_message=_("Tuen summan täytyy olla suurempi kuin nolla."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.granter} {self.granted_on}: {self.sum}"

    @property
    def source(self) -> str:
        """Who told of it."""
        return f"declared-{self.application_id}"

    @property
    def is_own(self) -> bool:
        """It is always another granter's."""
        return False


@pghistory.track()
class AidMark(models.Model):
    """The officer's mark on a case: is what is granted de minimis aid, and why; without one the declaration tells.

    Personal data: who marked. Kept as the case.
    """

    application = models.OneToOneField(Application, models.CASCADE, related_name="aid_mark")
    is_de_minimis = models.BooleanField(_("avustus on vähämerkityksistä tukea"))
    why = models.TextField(_("perustelu"), max_length=2000)
    nace = models.CharField(_("toimiala (NACE)"), max_length=5, blank=True, validators=[nace_code])
    marked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    marked_at = models.DateTimeField()

    class Meta:
        verbose_name = _("valtiontukimerkintä")
        verbose_name_plural = _("valtiontukimerkinnät")
        constraints = [
            models.CheckConstraint(
                condition=~Q(why=""),
                name="grants_aid_mark_has_reason",
                violation_error_message=_("Kirjoita perustelu."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.is_de_minimis}"


class DeMinimisAidQuerySet(models.QuerySet["DeMinimisAid"]):
    """Rows of the ledger by the question that is asked of them."""

    def since(self, first: date) -> Self:
        """Aid granted on the day or later."""
        return self.filter(granted_on__gte=first)

    def own(self) -> Self:
        """What this county granted in the portal."""
        return self.filter(decision__isnull=False)

    def to_register(self) -> Self:
        """Own grants that are not in the central register as they now stand."""
        new = Q(registered_sum__isnull=True, sum__gt=0)
        changed = Q(registered_sum__isnull=False) & ~Q(registered_sum=F("sum"))
        return self.filter(new | changed, decision__isnull=False, granted_on__gte=REGISTERED_FROM)


@pghistory.track()
class DeMinimisAid(AidRow):
    """One row of an organisation's ledger of de minimis aid, in euros, counted from the day of the decision.

    Three sources: a ``decision`` of this portal (then it is registered by ``due_on``), an applicant's declaration
    (``declared_in``, kept in step with what was sent), or an officer who wrote down what another authority told.
    ``registered_sum`` is what the central register knows; when a decision changes, the change is registered too.
    A declined grant that had been registered stays with the sum 0. Personal data: who wrote and who registered. The
    regulation asks to keep it ten years from the granting.
    """

    organisation = models.ForeignKey(
        Organisation, models.PROTECT, related_name="de_minimis_aid", verbose_name=_("järjestö")
    )
    decision = models.OneToOneField(Decision, models.PROTECT, null=True, blank=True, related_name="de_minimis_aid")
    declared_in = models.ForeignKey(Application, models.CASCADE, null=True, blank=True, related_name="+")
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    added_at = models.DateTimeField()
    due_on = models.DateField(_("rekisteröitävä viimeistään"), null=True, blank=True)
    nace = models.CharField(_("toimiala (NACE)"), max_length=5, blank=True, validators=[nace_code])
    registered_sum = MoneyField(_("rekisterissä oleva summa"), null=True, blank=True)
    registered_on = models.DateField(_("rekisteröity"), null=True, blank=True)
    registered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+")
    register_number = models.CharField(_("rekisterin tunnus"), max_length=60, blank=True)

    objects = DeMinimisAidQuerySet.as_manager()

    class Meta:
        verbose_name = _("vähämerkityksinen tuki")
        verbose_name_plural = _("vähämerkityksiset tuet")
        ordering = ["-granted_on", "-pk"]
        indexes = [models.Index(fields=["organisation", "granted_on"], name="grants_aid_of_organisation")]
        constraints = [
            models.CheckConstraint(
                condition=Q(sum__gt=0) | Q(sum=0, registered_sum__isnull=False),
                name="grants_aid_positive",
                violation_error_message=_("Tuen summan täytyy olla suurempi kuin nolla."),
            ),
            models.CheckConstraint(
                condition=Q(decision__isnull=False, declared_in__isnull=True, due_on__isnull=False)
                | Q(decision__isnull=True, due_on__isnull=True, registered_sum__isnull=True),
                name="grants_aid_one_source",
                violation_error_message=_("Vain oma myöntö rekisteröidään."),
            ),
            models.CheckConstraint(
                condition=Q(decision__isnull=False) | Q(declared_in__isnull=False) | Q(added_by__isnull=False),
                name="grants_aid_has_source",
            ),
            both_or_neither("grants_aid_registered", "registered_sum", "registered_on", "registered_by"),
            models.CheckConstraint(
                condition=Q(registered_on__isnull=True) | Q(registered_on__gte=F("granted_on")),
                name="grants_aid_registered_after_granting",
                violation_error_message=_("Tuki rekisteröidään vasta myöntämisen jälkeen."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation_id} {self.granted_on}: {self.sum}"

    @property
    def source(self) -> str:
        """Who told of it: the portal's own decision, an application, or an officer."""
        if self.is_own:
            return "own"
        return f"declared-{self.declared_in_id}" if self.declared_in_id else "manual"

    @property
    def is_own(self) -> bool:
        """Tell whether this county granted it in the portal."""
        return self.decision_id is not None

    @property
    def is_manual(self) -> bool:
        """Tell whether an officer wrote it down."""
        return self.decision_id is None and self.declared_in_id is None

    @property
    def awaits_register(self) -> bool:
        """Tell whether the central register does not know it as it stands."""
        return self.is_own and self.granted_on >= REGISTERED_FROM and self.registered_sum != self.sum

    def is_overdue(self, today: date) -> bool:
        """Tell whether it should have been registered before the day."""
        return self.awaits_register and self.due_on is not None and self.due_on < today
