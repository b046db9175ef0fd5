"""Cases handed over to the county's records system (asianhallinta) as packages, and the receipts of it."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.models import both_or_neither
from documents.models import StoredFile
from grants.life_cycles_public import RECORDS_PACKAGE
from grants.models.applications import Application
from grants.models.calls import GrantCall

#: What packages hold now: 2 has also the paper original and what came after the decision (decision 0049).
CONTENTS = 2


@pgtrigger.register(
    pgtrigger.Protect(name="records_package_is_kept", operation=pgtrigger.Delete),
    pgtrigger.ReadOnly(
        name="records_package_stays", fields=["call", "file", "size", "sha256", "uploaded_at", "contents"]
    ),
)
class RecordsPackage(StoredFile):
    """A ZIP of decided cases of one call for the records system, kept as it was made.

    Personal data: what the applications hold. Kept with the cases by the records plan, because it proves what
    was handed over. ``uploaded_by`` and ``uploaded_at`` tell who made it and when; ``contents`` what packages held
    then (``CONTENTS``): a case is erased only once a package that holds all of it has been taken.
    """

    call = models.ForeignKey(GrantCall, models.PROTECT, related_name="records_packages", verbose_name=_("haku"))
    state = models.CharField(_("tila"), max_length=10, choices=RECORDS_PACKAGE.choices(), default="made")
    contents = models.PositiveSmallIntegerField(default=CONTENTS, editable=False)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("kuittaaja")
    )
    received_at = models.DateTimeField(_("kuitattu"), null=True, blank=True)

    class Meta(StoredFile.Meta):
        verbose_name = _("asianhallinnan paketti")
        verbose_name_plural = _("asianhallinnan paketit")
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            *StoredFile.Meta.constraints,
            both_or_neither("grants_records_package_received", "received_by", "received_at"),
            models.CheckConstraint(
                condition=Q(state="made", received_at__isnull=True) | Q(state="received", received_at__isnull=False),
                name="grants_records_package_state_has_facts",
                violation_error_message=_("Kuitatulla paketilla on oltava aika."),
            ),
        ]

    @property
    def state_label(self) -> Any:
        """The state's name."""
        return RECORDS_PACKAGE.label(self.state)

    @property
    def tone(self) -> Any:
        """The tone of the state's tag."""
        return RECORDS_PACKAGE.tone(self.state)


@pgtrigger.register(
    pgtrigger.Protect(name="packaged_case_is_kept", operation=pgtrigger.Delete),
    pgtrigger.ReadOnly(name="packaged_case_stays", fields=["package", "application", "again_reason"]),
)
class PackagedCase(models.Model):
    """One case in a package; the second time it is handed over it has a reason (never twice silently)."""

    package = models.ForeignKey(RecordsPackage, models.PROTECT, related_name="cases")
    application = models.ForeignKey(Application, models.PROTECT, related_name="packaged")
    again_reason = models.CharField(_("miksi uudelleen"), max_length=300, blank=True)
    external_number = models.CharField(_("numero asianhallinnassa"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("luovutettu asia")
        verbose_name_plural = _("luovutetut asiat")
        ordering = ["application__case_number"]
        constraints = [
            models.UniqueConstraint(fields=["package", "application"], name="grants_packaged_case_once_a_package"),
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(again_reason=""),
                name="grants_packaged_case_again_has_reason",
                violation_error_message=_("Asia on jo luovutettu. Kerro, miksi se luovutetaan uudelleen."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.package_id}: {self.application_id}"
