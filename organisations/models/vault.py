"""The document vault (asiakirjasalkku): what an organisation attaches to applications year after year."""

from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from documents.models import StoredFile

YEARS = (2000, 2100)
#: The accounts of a year are confirmed within four months of its end (yhdistyslaki 503/1989, kirjanpitolaki 1336/1997).
ACCOUNTS_READY_MONTH = 5


class VaultKind(models.TextChoices):
    """What a document is; the attachments that grant calls ask for (S002, S003)."""

    RULES = "rules", _("säännöt")
    ACCOUNTS = "accounts", _("tilinpäätös")
    ACTIVITY_REPORT = "activity_report", _("toimintakertomus")
    AUDIT_REPORT = "audit_report", _("tilintarkastus- tai toiminnantarkastuskertomus")
    PLAN = "plan", _("toimintasuunnitelma")
    BUDGET = "budget", _("talousarvio")
    MINUTES = "minutes", _("pöytäkirjanote")
    OTHER = "other", _("muu asiakirja")


#: These hold until they are changed; every other document is of a year.
WITHOUT_YEAR = (VaultKind.RULES, VaultKind.OTHER)
#: What a call usually asks of the year that has ended.
OF_LAST_YEAR = (VaultKind.ACCOUNTS, VaultKind.ACTIVITY_REPORT, VaultKind.AUDIT_REPORT)


class VaultDocument(StoredFile):
    """One document of an organisation, with the year that it is of.

    Seen by the organisation's own people and the county's officers, never public. Personal data: what stands in
    the documents (names of signatories and auditors), and who added it. Kept until the organisation removes it,
    or ten years after it was added. An application gets a copy of its own, so that what was sent stays.
    """

    organisation = models.ForeignKey("organisations.Organisation", models.CASCADE, related_name="vault")
    kind = models.CharField(_("asiakirja"), max_length=20, choices=VaultKind.choices)
    year = models.PositiveSmallIntegerField(_("vuosi, jota asiakirja koskee"), null=True, blank=True)

    class Meta(StoredFile.Meta):
        verbose_name = _("salkun asiakirja")
        verbose_name_plural = _("salkun asiakirjat")
        ordering = ["kind", "-year", "-pk"]
        constraints = [
            *StoredFile.Meta.constraints,
            models.CheckConstraint(
                condition=Q(kind__in=VaultKind.values),
                name="vault_kind_known",
                violation_error_message=_("Tuntematon asiakirjan laji."),
            ),
            models.CheckConstraint(
                condition=Q(year__isnull=True) | Q(year__range=YEARS),
                name="vault_year_sensible",
                violation_error_message=_("Kirjoita vuosi neljällä numerolla, esimerkiksi 2026."),
            ),
            models.CheckConstraint(
                condition=Q(year__isnull=False) | Q(kind__in=[kind.value for kind in WITHOUT_YEAR]),
                name="vault_year_given",
                violation_error_message=_("Kirjoita, mitä vuotta asiakirja koskee."),
            ),
        ]

    @property
    def title(self) -> str:
        """What it is and of which year, in the reader's language."""
        kind = str(self.get_kind_display())
        return f"{kind} {self.year}" if self.year else kind


class BankStatement(StoredFile):
    """The account statement or bank's certificate against which a second person verifies an account.

    Personal data: the names in it. Seen by those who see the account; kept and erased with it.
    """

    account = models.OneToOneField("organisations.BankAccount", models.CASCADE, related_name="statement")

    class Meta(StoredFile.Meta):
        verbose_name = _("tiliote")
        verbose_name_plural = _("tiliotteet")


def newest_expected(kind: Any, on: date) -> int | None:
    """Return the newest year of which a document of the kind should stand there; None when it has no year.

    The year before, once its accounts can be confirmed (from May); before that the one before it. A plan and a
    budget are of the present year.
    """
    if kind in WITHOUT_YEAR or kind == VaultKind.MINUTES:
        return None
    if kind in OF_LAST_YEAR:
        return on.year - (1 if on.month >= ACCOUNTS_READY_MONTH else 2)
    return on.year
