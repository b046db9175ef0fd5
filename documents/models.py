"""Everything on file: what people upload, what the portal renders, and the case numbers they stand under."""

import secrets
from datetime import datetime
from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

SHA256_HEX = r"^[0-9a-f]{64}$"


def random_path(instance: models.Model, _name: str) -> str:
    """Return a path in the private storage that tells nothing and cannot be guessed."""
    token = secrets.token_hex(20)
    return f"{instance._meta.label_lower}/{token[:2]}/{token}"


class ScanState(models.TextChoices):
    """What the virus scanner said."""

    UNSCANNED = "unscanned", _("Tarkistamatta")
    CLEAN = "clean", _("Tarkistettu")
    INFECTED = "infected", _("Haitallinen")


class StoredFile(models.Model):
    """A file that a person gave us, kept privately under a random name; each room has its own table of it.

    Personal data: what people write into their files, and who gave them. Kept as long as the matter it
    belongs to by the records plan; the room that owns the table erases row and file together.
    ``sha256`` is that of the bytes as they arrived and is checked each time the file is served.
    """

    file = models.FileField(_("tiedosto"), upload_to=random_path, max_length=200)
    name = models.CharField(_("tiedoston nimi"), max_length=150)
    size = models.PositiveBigIntegerField(_("koko"))
    sha256 = models.CharField(_("tarkiste"), max_length=64)
    content_type = models.CharField(_("tyyppi"), max_length=100)
    scan_state = models.CharField(
        _("virustarkistus"), max_length=10, choices=ScanState.choices, default=ScanState.UNSCANNED
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("lisääjä")
    )
    uploaded_at = models.DateTimeField(_("lisätty"))

    class Meta:
        abstract = True
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(size__gt=0),
                name="%(app_label)s_%(class)s_not_empty",
                violation_error_message=_("Tiedosto on tyhjä. Valitse tiedosto, jossa on sisältöä."),
            ),
            models.CheckConstraint(condition=Q(sha256__regex=SHA256_HEX), name="%(app_label)s_%(class)s_sha256_shape"),
            models.CheckConstraint(
                condition=Q(scan_state__in=ScanState.values), name="%(app_label)s_%(class)s_scan_state"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def take(self, checked: Any, *, by: Any, now: datetime) -> None:
        """Fill the row from a checked upload (``documents.uploads.CheckedUpload``); the caller saves it.

        The file is written at ``save()``. When the transaction rolls back, the file without a row is
        removed by the nightly task.
        """
        checked.content.seek(0)
        self.file = File(checked.content, name=checked.name)
        self.name, self.size, self.sha256 = checked.name, checked.size, checked.sha256
        self.content_type, self.scan_state = checked.content_type, checked.scan_state
        self.uploaded_by, self.uploaded_at = by, now


class RenderedDocument(models.Model):
    """A PDF that the portal made, stored with its hash and served from the store, never rendered again.

    Immutable: the database refuses to change or delete what was stored. Personal data: names of the parties
    and of the official, as in the document. Kept for the time the records plan gives to its matter; only the
    retention task may remove it, and it says so to the database (``pgtrigger.ignore``).
    """

    kind = models.CharField(_("laji"), max_length=60)
    title = models.CharField(_("otsikko"), max_length=250)
    language = models.CharField(_("kieli"), max_length=2, choices=settings.LANGUAGES)
    case_number = models.CharField(_("asianumero"), max_length=60, blank=True)
    file = models.FileField(_("tiedosto"), upload_to=random_path, max_length=200)
    name = models.CharField(_("tiedoston nimi"), max_length=150)
    size = models.PositiveBigIntegerField(_("koko"))
    sha256 = models.CharField(_("tarkiste"), max_length=64)
    pages = models.PositiveIntegerField(_("sivuja"))
    created_at = models.DateTimeField(_("tehty"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", verbose_name=_("tekijä")
    )

    content_type = "application/pdf"
    scan_state = ScanState.CLEAN

    class Meta:
        verbose_name = _("asiakirja")
        verbose_name_plural = _("asiakirjat")
        ordering: ClassVar[list[str]] = ["-created_at", "-id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(sha256__regex=SHA256_HEX), name="documents_rendered_sha256_shape"),
            models.CheckConstraint(condition=Q(size__gt=0, pages__gt=0), name="documents_rendered_not_empty"),
            models.CheckConstraint(condition=~Q(title=""), name="documents_rendered_has_title"),
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["case_number"])]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.ReadOnly(
                name="rendered_never_changes",
                fields=[
                    "kind",
                    "title",
                    "language",
                    "case_number",
                    "file",
                    "name",
                    "size",
                    "sha256",
                    "pages",
                    "created_at",
                ],
            ),
            pgtrigger.Protect(name="rendered_never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return self.title

    def put(self, data: bytes) -> None:
        """Set the bytes of a new row; they are written at ``save()``."""
        self.file = ContentFile(data, name=self.name)


class CaseNumberSeries(models.Model):
    """The portal's own running numbers, one row a year and series, where the county gives no numbers itself.

    The next number is taken under the row's lock, so the series has neither gaps nor doubles.
    """

    key = models.CharField(_("sarja"), max_length=40)
    year = models.PositiveSmallIntegerField(_("vuosi"))
    prefix = models.CharField(_("etuliite"), max_length=20)
    plan_class = models.CharField(_("tehtäväluokka"), max_length=20)
    last = models.PositiveIntegerField(_("viimeksi annettu numero"), default=0)

    class Meta:
        verbose_name = _("asianumerosarja")
        verbose_name_plural = _("asianumerosarjat")
        ordering: ClassVar[list[str]] = ["key", "-year"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["key", "year"], name="documents_series_once_a_year"),
            models.UniqueConstraint(
                fields=["prefix", "plan_class", "year"],
                name="documents_series_own_numbers",
                violation_error_message=_("Toinen sarja antaa jo samoja numeroita. Valitse toinen tehtäväluokka."),
            ),
            models.CheckConstraint(condition=Q(year__gte=2000, year__lte=2200), name="documents_series_year"),
            models.CheckConstraint(condition=~Q(prefix="") & ~Q(plan_class=""), name="documents_series_complete"),
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.year}"

    def number(self, running: int) -> str:
        """Return the number as it is written: ``PKHVA/214/02.05.01/2026``."""
        return f"{self.prefix}/{running}/{self.plan_class}/{self.year}"
