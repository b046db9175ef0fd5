"""Grants of earlier years, from the files that funders publish, and the reading of such a file."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.models import both_or_neither
from common.money import MoneyField
from grants.life_cycles_public import EARLIER_GRANT_IMPORT
from organisations.models import Organisation

#: A file that was read and not taken is kept this long for looking at.
KEPT = timedelta(days=30)


class SourceForm(models.TextChoices):
    """Whose columns the file has."""

    TUTKI = "tutkiavustuksia", _("Tutkiavustuksia.fi")
    STEA = "stea", _("STEA")
    HELSINKI = "helsinki", _("Kunnan tai alueen oma luettelo")


class EarlierGrantImport(models.Model):
    """What a file said about grants of earlier years; the file itself is not kept.

    ``rows`` are the rows as ``grants.earlier_reading.Row`` tells them, ``refused`` those that could not be read,
    with the reason. Personal data: who uploaded, and a private person's name where the file has one; rows are
    emptied when they are taken, and a reading that nobody took is erased after 30 days.
    """

    file_name = models.CharField(_("tiedosto"), max_length=150)
    form = models.CharField(_("muoto"), max_length=20, choices=SourceForm.choices)
    funder = models.CharField(_("myöntäjä"), max_length=200, blank=True)
    rows = models.JSONField(_("rivit"), default=list)
    refused = models.JSONField(_("hylätyt rivit"), default=list)
    unknown_columns = models.JSONField(_("tuntemattomat sarakkeet"), default=list)
    state = models.CharField(_("tila"), max_length=10, choices=EARLIER_GRANT_IMPORT.choices(), default="read")
    created_at = models.DateTimeField(_("luettu"))
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("tuoja")
    )
    taken_at = models.DateTimeField(_("otettu"), null=True, blank=True)
    added = models.PositiveIntegerField(_("lisätty"), null=True, blank=True)

    class Meta:
        verbose_name = _("aiempien avustusten tuonti")
        verbose_name_plural = _("aiempien avustusten tuonnit")
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="read", taken_at__isnull=True) | Q(state="taken", taken_at__isnull=False),
                name="grants_earlier_import_state_has_facts",
                violation_error_message=_("Otetulla tuonnilla on oltava aika."),
            ),
            both_or_neither("grants_earlier_import_counted", "taken_at", "added"),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def state_label(self) -> Any:
        """The state's name."""
        return EARLIER_GRANT_IMPORT.label(self.state)

    @property
    def tone(self) -> Any:
        """The tone of the state's tag."""
        return EARLIER_GRANT_IMPORT.tone(self.state)


class EarlierGrantQuerySet(models.QuerySet["EarlierGrant"]):
    """Earlier grants by the question that is asked of them."""

    def public(self) -> "EarlierGrantQuerySet":
        """Rows whose recipient is known to be a community: a private person's grant is shown to nobody outside."""
        return self.filter(Q(organisation__isnull=False) | ~Q(business_id=""))


class EarlierGrant(models.Model):
    """One grant (or refusal) of an earlier year as its funder published it, in euros.

    ``name`` and ``business_id`` stand as the file gave them; ``organisation`` is whom the portal recognised.
    ``is_own`` tells that the funder is this county. ``fingerprint`` is the SHA-256 of what makes the row itself,
    so that the same row is never taken twice, whichever file it comes in.
    """

    funder = models.CharField(_("myöntäjä"), max_length=200)
    is_own = models.BooleanField(_("oma avustus"), default=False)
    year = models.PositiveSmallIntegerField(_("vuosi"))
    organisation = models.ForeignKey(
        Organisation, models.SET_NULL, null=True, blank=True, related_name="earlier_grants", verbose_name=_("järjestö")
    )
    name = models.CharField(_("saaja"), max_length=300)
    business_id = models.CharField(_("Y-tunnus"), max_length=9, blank=True)
    kind = models.CharField(_("avustuslaji"), max_length=200, blank=True)
    purpose = models.TextField(_("käyttötarkoitus"), max_length=2000, blank=True)
    asked_sum = MoneyField(_("haettu summa"), null=True, blank=True)
    granted_sum = MoneyField(_("myönnetty summa"))
    decided_on = models.DateField(_("päätöspäivä"), null=True, blank=True)
    case_number = models.CharField(_("asianumero"), max_length=60, blank=True)
    source = models.CharField(_("lähde"), max_length=20, choices=SourceForm.choices)
    fingerprint = models.CharField(max_length=64, editable=False)
    run = models.ForeignKey(EarlierGrantImport, models.PROTECT, related_name="grants")

    objects = EarlierGrantQuerySet.as_manager()

    class Meta:
        verbose_name = _("aiempi avustus")
        verbose_name_plural = _("aiemmat avustukset")
        ordering = ["-year", "funder", "pk"]
        indexes = [models.Index(fields=["is_own", "year"])]
        constraints = [
            models.UniqueConstraint(
                fields=["fingerprint"],
                name="grants_earlier_grant_once",
                violation_error_message=_("Sama avustus on jo tuotu."),
            ),
            models.CheckConstraint(
                condition=Q(granted_sum__gte=0) & (Q(asked_sum__isnull=True) | Q(asked_sum__gte=0)),
                name="grants_earlier_grant_not_negative",
                violation_error_message=_("Summa ei voi olla negatiivinen."),
            ),
            models.CheckConstraint(
                condition=Q(year__range=(1990, 2100)),
                name="grants_earlier_grant_year",
                violation_error_message=_("Vuosi on välillä 1990–2100."),
            ),
            models.CheckConstraint(condition=~Q(name="") & ~Q(funder=""), name="grants_earlier_grant_named"),
        ]

    def __str__(self) -> str:
        return f"{self.funder} {self.year}: {self.name}"
