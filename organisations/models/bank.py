"""Where the county pays: an account entered by the organisation, verified by a second person."""

from typing import Self

import pghistory
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from common.transitions import LifeCycle, State, Transition
from organisations import numbers

BANK_ACCOUNT_LIFE = LifeCycle(
    name="organisations.bank_account",
    states=(
        State("entered", _("Odottaa tarkistusta"), tone="wait"),
        State("verified", _("Tarkistettu"), tone="ok"),
        State("replaced", _("Korvattu uudella"), tone="none"),
        State("refused", _("Ei hyväksytty"), tone="bad"),
    ),
    transitions=(
        Transition("verify", ("entered",), "verified", "organisations.bank_account.verify", _("Hyväksy tilinumero")),
        Transition("refuse", ("entered",), "refused", "organisations.bank_account.verify", _("Älä hyväksy")),
        Transition(
            "replace",
            ("entered", "verified"),
            "replaced",
            "organisations.bank_account.verify",
            _("Korvaa uudella"),
            condition="a newer account is entered (over an unverified one) or verified (over a verified one)",
        ),
        Transition(
            "merge",
            ("entered", "verified"),
            "replaced",
            "organisations.merge",
            _("Jäävän järjestön tili korvaa"),
            condition="the organisation into which it is merged has an account in the same state",
        ),
        Transition("unmerge", ("replaced",), "verified", "organisations.merge", _("Yhdistäminen purettiin")),
        Transition("unmerge", ("replaced",), "entered", "organisations.merge", _("Yhdistäminen purettiin")),
    ),
)


class BankAccountQuerySet(models.QuerySet["BankAccount"]):
    """Questions about accounts."""

    def current(self) -> Self:
        """Return the accounts to which may be paid: verified and not replaced; at most one an organisation."""
        return self.filter(state="verified")

    def waiting(self) -> Self:
        """Return the accounts that wait for the second person."""
        return self.filter(state="entered")


@pghistory.track()
class BankAccount(models.Model):
    """An account of an organisation.

    The organisation's admin or signatory enters it; the county's payments clerk or coordinator verifies it
    against an account statement. Seen by them only. Kept as long as the payments made to it (bookkeeping law
    1336/1997: six years from the end of the year).
    """

    organisation = models.ForeignKey("organisations.Organisation", models.PROTECT, related_name="bank_accounts")
    iban = models.CharField(_("tilinumero (IBAN)"), max_length=34)
    holder = models.CharField(_("tilin omistaja"), max_length=200)
    state = models.CharField(_("tila"), max_length=20, choices=BANK_ACCOUNT_LIFE.choices(), default="entered")
    entered_at = models.DateTimeField(_("ilmoitettu"))
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("ilmoittaja")
    )
    verified_at = models.DateTimeField(_("tarkistettu"), null=True, blank=True)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("tarkistaja")
    )
    note = models.CharField(_("huomautus"), max_length=500, blank=True)

    objects = BankAccountQuerySet.as_manager()

    class Meta:
        verbose_name = _("tilinumero")
        verbose_name_plural = _("tilinumerot")
        ordering = ["-entered_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(state="verified"),
                name="bank_account_one_current",
                violation_error_message=_("Järjestöllä on jo tarkistettu tilinumero."),
            ),
            models.UniqueConstraint(
                fields=["organisation"],
                condition=Q(state="entered"),
                name="bank_account_one_waiting",
                violation_error_message=_("Järjestöllä on jo tilinumero, joka odottaa tarkistusta."),
            ),
            models.CheckConstraint(
                condition=Q(verified_at__isnull=True, verified_by__isnull=True)
                | Q(verified_at__isnull=False, verified_by__isnull=False),
                name="bank_account_verified_who_and_when",
                violation_error_message=_("Tarkistajan ja ajan on oltava molemmat."),
            ),
            models.CheckConstraint(
                condition=~Q(state="verified") | Q(verified_at__isnull=False),
                name="bank_account_verified_is_verified",
                violation_error_message=_("Tarkistetulla tilinumerolla on oltava tarkistaja."),
            ),
            models.CheckConstraint(
                condition=Q(verified_by__isnull=True) | ~Q(verified_by=F("entered_by")),
                name="bank_account_second_person",
                violation_error_message=_("Tilinumeron tarkistaa eri henkilö kuin se, joka ilmoitti sen."),
            ),
            models.CheckConstraint(
                condition=Q(iban__regex=r"^[A-Z]{2}[0-9]{2}[A-Z0-9]{10,30}$"),
                name="bank_account_iban_shape",
                violation_error_message=_("Tilinumero ei ole IBAN-muodossa."),
            ),
            models.CheckConstraint(
                condition=Q(state__in=BANK_ACCOUNT_LIFE.keys()),
                name="bank_account_state_known",
                violation_error_message=_("Tuntematon tila."),
            ),
        ]

    def __str__(self) -> str:
        return self.iban_text

    def clean(self) -> None:
        super().clean()
        try:
            self.iban = numbers.parse_iban(self.iban)
        except ValidationError as wrong:
            raise ValidationError({"iban": wrong.messages}) from wrong

    @property
    def iban_text(self) -> str:
        """The number in groups of four."""
        return numbers.format_iban(self.iban)

    @property
    def state_label(self) -> str | Promise:
        """The state's name."""
        return BANK_ACCOUNT_LIFE.label(self.state)

    @property
    def tone(self) -> str:
        """The tone of the state's tag."""
        return BANK_ACCOUNT_LIFE.tone(self.state)
