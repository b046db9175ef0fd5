"""The officers' work on a case: the check list, the thread with the applicant, and notes among officers."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from grants.models.applications import Application


class CheckResult(models.TextChoices):
    """What an officer found of one item."""

    OK = "ok", _("kunnossa")
    NOT_OK = "not_ok", _("ei kunnossa")
    UNCLEAR = "unclear", _("epäselvä")


class CaseCheck(models.Model):
    """One item of the eligibility check list in one case, as an officer found it.

    ``item`` is the key of a default item or the words of the call's own one (``grants.case_checks``).
    Personal data: who checked. Kept with the case.
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="checks", verbose_name=_("hakemus"))
    item = models.CharField(_("tarkistettava"), max_length=200)
    result = models.CharField(_("tulos"), max_length=8, choices=CheckResult.choices)
    note = models.CharField(_("huomautus"), max_length=500, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("tarkistaja")
    )
    checked_at = models.DateTimeField(_("tarkistettu"))

    class Meta:
        verbose_name = _("tarkistuksen kohta")
        verbose_name_plural = _("tarkistuksen kohdat")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["application", "item"], name="grants_one_check_an_item_and_case"),
            models.CheckConstraint(condition=Q(result__in=CheckResult.values), name="grants_check_result_known"),
            models.CheckConstraint(
                condition=Q(result="ok") | ~Q(note=""),
                name="grants_check_says_why",
                violation_error_message=_("Kirjoita, mikä ei ole kunnossa tai on epäselvää."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.item} {self.result}"

    @property
    def result_label(self) -> str | Promise:
        """The result in words."""
        return CheckResult(self.result).label


class CaseMessage(models.Model):
    """One message between the officers and the applicant of a case; never changed.

    The applicant sees an officer as a role, not by name. Personal data: what people write, and who. Kept with the case.
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="messages", verbose_name=_("hakemus"))
    text = models.TextField(_("viesti"), max_length=4000)
    from_applicant = models.BooleanField(_("hakijalta"), default=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("kirjoittaja")
    )
    written_at = models.DateTimeField(_("kirjoitettu"))

    class Meta:
        verbose_name = _("viesti asiassa")
        verbose_name_plural = _("viestit asiassa")
        ordering = ["written_at", "pk"]
        indexes = [models.Index(fields=["application", "written_at"], name="grants_case_message")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""), name="grants_message_has_text", violation_error_message=_("Kirjoita viesti.")
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]


class CaseNote(models.Model):
    """A note of one officer to the others on a case; not for the applicant, assessors or the body.

    Personal data: what an officer writes, and who. A note is part of the preparation: kept with the case and
    erased with it (laki viranomaisten toiminnan julkisuudesta 621/1999 5 § 3 mom.).
    """

    application = models.ForeignKey(Application, models.CASCADE, related_name="notes", verbose_name=_("hakemus"))
    text = models.TextField(_("muistiinpano"), max_length=4000)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("kirjoittaja")
    )
    written_at = models.DateTimeField(_("kirjoitettu"))

    class Meta:
        verbose_name = _("muistiinpano asiasta")
        verbose_name_plural = _("muistiinpanot asioista")
        ordering = ["-written_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(text=""),
                name="grants_note_has_text",
                violation_error_message=_("Kirjoita muistiinpano."),
            )
        ]

    def __str__(self) -> str:
        return self.text[:60]


class CaseTransfer(models.Model):
    """To which authority a case was transferred, and why (siirto, hallintolaki 434/2003 21 §).

    Personal data: who transferred it. Kept with the case.
    """

    application = models.OneToOneField(Application, models.PROTECT, related_name="transfer", verbose_name=_("hakemus"))
    authority = models.CharField(_("viranomainen"), max_length=200)
    reason = models.TextField(_("perustelu"), max_length=2000)
    transferred_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("siirtäjä")
    )
    transferred_at = models.DateTimeField(_("siirretty"))

    class Meta:
        verbose_name = _("asian siirto")
        verbose_name_plural = _("asioiden siirrot")
        constraints = [
            models.CheckConstraint(
                condition=~Q(authority="") & ~Q(reason=""),
                name="grants_transfer_complete",
                violation_error_message=_("Kirjoita viranomainen ja perustelu."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.application_id}: {self.authority}"
